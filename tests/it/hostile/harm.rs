//! What would be obeyed, and by whom: a terminal, the runner of GitHub Actions, and whoever renders
//! Markdown or reads SARIF.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;

/// Panics if a terminal or the runner of GitHub Actions would obey anything in the text.
pub(crate) fn assert_harmless(text: &str) {
    for line in text.split('\n') {
        let start = line.trim_start_matches(|c: char| c.is_whitespace() || !c.is_ascii());
        assert!(!start.starts_with("::"), "a command: {line:?}");
        assert!(!line.contains("##["), "a command: {line:?}");
        let hostile = line.chars().find(|&c| {
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
        });
        assert_eq!(hostile, None, "{line:?}");
    }
}

/// The text without the escapes that colours are made of.
pub(super) fn without_colors(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap().to_owned();
    let rest = parts.map(|part| match part.split_once('m') {
        Some((color, rest)) if color.chars().all(|c| c.is_ascii_digit() || c == ';') => rest,
        _ => panic!("no colour: {part:?}"),
    });
    first + &rest.collect::<String>()
}

/// Panics if the format `github` says more to the runner than one annotation a line, of ours.
pub(super) fn assert_annotations(text: &str) {
    for line in text.lines() {
        let command = ["::error ", "::warning ", "::notice "]
            .iter()
            .find_map(|name| line.strip_prefix(name));
        let Some(command) = command else {
            assert!(line.starts_with("Not annotated: "), "{line:?}");
            continue;
        };
        let (properties, message) = command.split_once("::").expect("a message");
        for property in properties.split(',') {
            let (name, value) = property.split_once('=').expect("a property");
            let ours = ["file", "line", "col", "endColumn", "title"];
            assert!(ours.contains(&name), "{line:?}");
            assert!(!value.contains(':'), "{line:?}");
        }
        // What the runner undoes must not become what it obeys: there are line ends of ours alone.
        for (at, _) in message.match_indices('%') {
            let undone = &message[at..];
            let ours = ["%25", "%0Ahelp: ", "%0Aowner: "];
            assert!(ours.iter().any(|ours| undone.starts_with(ours)), "{line:?}");
        }
        assert_harmless(&line[2..]);
    }
}

/// Panics if Mermaid would find more in a line of a graph than a node or an edge of ours.
fn assert_drawn(line: &str) {
    let plain = |text: &str| {
        text.chars()
            .all(|c| c.is_ascii_alphanumeric() || " -.=>|()[]".contains(c))
    };
    let parts: Vec<_> = line.split('"').collect();
    let (outside, label) = match parts.as_slice() {
        [all] => (all.to_string(), ""),
        [before, label, after] => (format!("{before}{after}"), *label),
        _ => panic!("a graph that is not ours: {line:?}"),
    };
    assert!(plain(&outside), "a graph that is not ours: {line:?}");
    assert!(
        !label.contains(['<', '>', '`', '\\', '[', '%']),
        "a graph that is not ours: {line:?}"
    );
}

/// Panics if GitHub's Markdown would make anything of the text but headings, tables, lists, code, the
/// graph and the folds that we write.
pub(crate) fn assert_markdown(text: &str) {
    assert_harmless(text);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH;
    let mut cells = 0;
    let mut in_code = false;
    // What stands in bold, or is drawn, is ours.
    let mut is_bold = false;
    let mut is_drawn = false;
    for event in Parser::new_ext(text, options) {
        match &event {
            Event::Start(Tag::TableHead | Tag::TableRow) => cells = 0,
            Event::Start(Tag::TableCell) => {
                cells += 1;
                // The widest table that we write has a column for each family of rules.
                assert!(cells <= 16, "a cell too many");
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(kind))) if **kind == *"mermaid" => {
                is_drawn = true;
            }
            Event::End(TagEnd::CodeBlock) => is_drawn = false,
            Event::Text(text) if is_drawn => text.lines().for_each(assert_drawn),
            Event::Start(Tag::Strong) => is_bold = true,
            Event::End(TagEnd::Strong) => is_bold = false,
            Event::Text(text) if is_bold => {
                let ours = [
                    "change",
                    "orphan",
                    "owners",
                    "approval",
                    "judges",
                    "unverified",
                ];
                assert!(ours.contains(&&**text), "{text:?}");
            }
            Event::Start(
                Tag::Link { .. }
                | Tag::Image { .. }
                | Tag::BlockQuote(_)
                | Tag::CodeBlock(_)
                | Tag::FootnoteDefinition(_)
                | Tag::Emphasis
                | Tag::Strikethrough,
            )
            | Event::FootnoteReference(_)
            | Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::TaskListMarker(_) => panic!("markup that is not ours: {event:?}"),
            Event::Html(html) | Event::InlineHtml(html) => match html.trim() {
                "<code>" => in_code = true,
                "</code>" => in_code = false,
                "</details>" | "<summary>" | "</summary>" | "" => {}
                html => {
                    let fold = html.strip_prefix("<details><summary>");
                    let fold = fold.and_then(|fold| fold.strip_suffix("</summary>"));
                    let plain = |c: char| c.is_ascii_alphanumeric() || " ,".contains(c);
                    assert!(fold.is_some_and(|fold| fold.chars().all(plain)), "{html:?}");
                }
            },
            // What GitHub makes a link of by itself, or a notification.
            Event::Text(text) if !in_code => {
                for made in ["@", "://", "www.", "GH-1"] {
                    assert!(!text.contains(made), "{text:?}");
                }
            }
            _ => {}
        }
    }
}

/// Panics if the text is no XML of elements that close, or has other elements than ours.
pub(super) fn assert_markup(text: &str) {
    let text = text.split_once("?>").expect("a declaration").1;
    let mut open: Vec<&str> = Vec::new();
    for part in text.split('<').skip(1) {
        let (tag, content) = part.split_once('>').expect("an end of the tag");
        assert!(!content.contains('>'), "{content:?}");
        match tag.strip_prefix('/') {
            Some(name) => assert_eq!(open.pop(), Some(name)),
            None => open.push(tag.split(' ').next().unwrap_or_default()),
        }
        let ours = "testsuites testsuite testcase failure error skipped system-out";
        assert!(
            open.iter()
                .all(|name| ours.split(' ').any(|it| it == *name)),
            "{open:?}"
        );
        assert_eq!(tag.matches('"').count() % 2, 0, "{tag:?}");
    }
    assert!(open.is_empty(), "{open:?}");
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
        assert!(
            known.iter().any(|it| text[at..].starts_with(it)),
            "{:?}",
            &text[at..]
        );
    }
}

/// Panics if a viewer of SARIF would make a link of a message.
pub(super) fn assert_no_links(value: &Value) {
    match value {
        Value::Object(object) => {
            for (key, value) in object {
                // A snippet is the file's own text, and no message.
                if key != "snippet" && key != "help" {
                    assert_no_links(value);
                }
            }
            let text = object.get("text").and_then(Value::as_str);
            let text = text.unwrap_or_default();
            for (at, _) in text.match_indices("](") {
                assert!(text[..at].ends_with('\\'), "{text:?}");
            }
        }
        Value::Array(values) => values.iter().for_each(assert_no_links),
        _ => {}
    }
}
