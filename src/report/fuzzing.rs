//! Targets of fuzzing: escaping, text by text and in whole reports.

use std::collections::BTreeSet;

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::Value;

use super::samples;
use crate::facts::Location;
use crate::findings::Report;
use crate::fuzzing::Code;
use crate::rules::{Rule, all};
use crate::text::{self, RepoPath, Span, Text};

/// Panics if a terminal or the runner of GitHub Actions obeys anything in a line of `text`, or if a character
/// hides or reorders others.
fn is_harmless(text: &str) {
    for line in text.lines() {
        let start = line.trim_start_matches(|c: char| c.is_whitespace());
        assert!(!start.starts_with("::"), "a command: {line:?}");
        // The runner compares by the rules of a language, which skip characters without weight.
        let seen: String = line.chars().filter(|&c| !is_weightless(c)).collect();
        assert!(!seen.contains("##["), "a command: {line:?}");
    }
    assert_eq!(text.chars().find(|&c| is_unsafe(c)), None, "in {text:?}");
}

fn is_weightless(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

fn is_unsafe(c: char) -> bool {
    c != '\n' && c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Escaping in every format, for one text.
///
/// The output is read back by a parser of the format, or holds no byte that means anything there: a terminal and the
/// log of a runner, workflow commands, JSON, XML, Markdown, URI references, paths as git quotes them, DOT, Mermaid,
/// CSV.
/// The planted fault: `<` and `>` stay as they are in Markdown.
pub(crate) fn escaping(data: &[u8], code: Code) {
    let lossy = String::from_utf8_lossy(data);
    let plain = text::terminal(&lossy);
    let without_lines = |text: &str| {
        is_harmless(&format!("x{text}"));
        assert!(!text.contains(['\n', '\r']), "{text:?} is two lines");
    };
    without_lines(&plain);
    assert_eq!(
        text::terminal(&plain),
        plain,
        "escaped text is escaped again"
    );

    for escaped in [
        text::workflow_message(&lossy),
        text::workflow_property(&lossy),
    ] {
        without_lines(&escaped);
        assert_eq!(unescaped_command(&escaped), plain, "a workflow command");
    }
    assert!(!text::workflow_property(&lossy).contains([':', ',']));
    json(&lossy);
    assert_eq!(xml_text(&text::xml(&lossy)), xml_characters(&plain), "XML");
    uri(data);
    quoted(data);
    for id in [
        super::graph::quote(&plain),
        super::graph::quote(&lossy.replace('\n', " ")),
    ] {
        dot(&id);
    }
    mermaid(&super::graph::entities(&plain), &plain);
    csv(&lossy);
    markdown(&lossy, &plain, code);
}

/// `ActionCommand.UnescapeProperty` of actions/runner, which undoes more than `UnescapeData`.
fn unescaped_command(text: &str) -> String {
    let text = text.replace("%0D", "\r").replace("%0A", "\n");
    text.replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%25", "%")
}

fn json(text: &str) {
    let document = serde_json::to_string_pretty(&[text]).expect("a text is JSON");
    let safe = text::json(&document);
    is_harmless(&safe);
    let read: [String; 1] = serde_json::from_str(&safe).expect("it is still JSON");
    assert_eq!(read[0], text, "JSON has another value");
}

/// The text of XML without markup.
fn xml_text(xml: &str) -> String {
    assert!(!xml.contains(['<', '>', '"', '\'']), "markup in {xml:?}");
    let is_character = |c: char| matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(
        xml.chars().all(is_character),
        "no characters of XML 1.0: {xml:?}"
    );
    let mut parts = xml.split('&');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once(';').expect("a reference ends");
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            name => panic!("no reference of XML: {name}"),
        });
        out.push_str(rest);
    }
    out
}

/// What XML 1.0 cannot hold at all, written out.
fn xml_characters(text: &str) -> String {
    text.replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}

/// RFC 3986, 4.2: a relative reference whose first segment has no colon.
fn uri(path: &[u8]) {
    let reference = text::uri_path(path);
    let mut decoded = Vec::new();
    let mut bytes = reference.bytes();
    while let Some(byte) = bytes.next() {
        let is_allowed = byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=@/%".contains(&byte);
        assert!(is_allowed, "{reference:?}");
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let digits = [
            bytes.next().unwrap_or_default(),
            bytes.next().unwrap_or_default(),
        ];
        let digits = std::str::from_utf8(&digits).expect("two digits");
        decoded.push(u8::from_str_radix(digits, 16).expect("two digits"));
    }
    assert_eq!(decoded, path, "{reference:?}");
}

/// Quoting as git has it (`quote_c_style`), read back as git reads it (`unquote_c_style`).
fn quoted(path: &[u8]) {
    let quoted = text::quote_path(path);
    assert!(
        !quoted.contains(['\n', '\t', '\r']),
        "{quoted:?} breaks a row"
    );
    assert_eq!(quoted.chars().find(|&c| is_unsafe(c)), None, "{quoted:?}");
    let Some(inner) = quoted.strip_prefix('"') else {
        assert_eq!(quoted.as_bytes(), path);
        return;
    };
    let inner = inner.strip_suffix('"').expect("a quote that is closed");
    let mut read = Vec::new();
    let mut bytes = inner.bytes();
    while let Some(byte) = bytes.next() {
        assert_ne!(byte, b'"', "{quoted:?}");
        if byte != b'\\' {
            read.push(byte);
            continue;
        }
        let mut digit = || bytes.next().unwrap_or_default();
        read.push(match digit() {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            byte @ (b'"' | b'\\') => byte,
            high @ b'0'..=b'3' => (high - b'0') * 64 + (digit() - b'0') * 8 + (digit() - b'0'),
            other => panic!("git knows no escape {other}"),
        });
    }
    assert_eq!(read, path, "{quoted:?}");
}

/// A quoted ID of the DOT language: a backslash escapes the next character, and no quote ends it before its end.
fn dot(id: &str) {
    let inner = id.strip_prefix('"').and_then(|id| id.strip_suffix('"'));
    let mut characters = inner.expect("a quoted ID").chars();
    while let Some(c) = characters.next() {
        assert!(c != '"' && c != '\n', "{id:?}");
        assert!(
            c != '\\' || characters.next().is_some(),
            "{id:?} is not closed"
        );
    }
}

fn mermaid(label: &str, expected: &str) {
    let mut parts = label.split('#');
    let mut read = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_once(';').expect("an entity ends");
        let c = digits.parse().ok().and_then(char::from_u32);
        read.push(c.expect("an entity is a number"));
        read.push_str(rest);
    }
    let is_syntax = |c: char| "\"'`<>{}[]|;%&\\=~^$!?".contains(c);
    let outside: String = label.split(';').collect();
    assert!(
        !outside.contains(|c: char| is_syntax(c) && c != ';'),
        "{label:?}"
    );
    assert_eq!(read, expected, "Mermaid");
}

fn csv(text: &str) {
    let cell = super::audit::cell(text);
    assert!(
        !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
        "a formula: {cell:?}"
    );
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer
        .write_record(["a", cell.as_str(), "b"])
        .expect("memory takes all");
    let bytes = writer.into_inner().expect("memory takes all");
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&bytes[..]);
    let rows: Vec<::csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!(rows.len(), 1, "{cell:?} breaks its row");
    assert_eq!(
        rows[0].iter().collect::<Vec<_>>(),
        ["a", cell.as_str(), "b"]
    );
}

fn markdown(text: &str, plain: &str, code: Code) {
    let (inline, code_span) = (text::markdown(text), text::markdown_code(text));
    let inline = match code {
        Code::Real => inline,
        Code::Planted => inline.replace("&lt;", "<").replace("&gt;", ">"),
    };
    for part in [&inline, &code_span] {
        assert!(!part.contains('\n'), "{part:?} is two lines");
        // In the cell of a table, and within a line.
        for document in [
            format!("| x | y |\n| --- | --- |\n| x{part} | y |\n"),
            format!("x {part} y\n"),
        ] {
            let shape = Shape::of(&document);
            let is_code = |tag: &String| matches!(tag.as_str(), "<code>" | "</code>");
            assert!(
                shape.html.iter().all(is_code),
                "HTML in {document:?}: {:?}",
                shape.html
            );
            assert!(
                shape.links.is_empty(),
                "links in {document:?}: {:?}",
                shape.links
            );
            assert!(
                shape.others.is_empty(),
                "markup in {document:?}: {:?}",
                shape.others
            );
            assert!(
                shape.text.ends_with('y'),
                "{document:?} ends with another cell"
            );
        }
    }
    // A reader sees every letter and digit.
    let letters = |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).collect() };
    let shown = Shape::of(&format!("x {code_span}\n")).text;
    assert_eq!(
        letters(&shown),
        format!("x{}", letters(plain)),
        "{code_span:?} shows something else"
    );
}

/// What a document of Markdown consists of.
#[derive(Default)]
struct Shape {
    text: String,
    html: Vec<String>,
    links: Vec<String>,
    /// Markup that a text must not bring in.
    others: Vec<String>,
}

impl Shape {
    fn of(document: &str) -> Shape {
        let options = Options::ENABLE_TABLES
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_MATH
            | Options::ENABLE_GFM;
        let mut shape = Shape::default();
        for event in Parser::new_ext(document, options) {
            match event {
                Event::Text(text) | Event::Code(text) => shape.text.push_str(&text),
                Event::Html(html) | Event::InlineHtml(html) => shape.html.push(html.to_string()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    shape.links.push(dest_url.to_string());
                }
                Event::Start(
                    Tag::Paragraph
                    | Tag::Table(_)
                    | Tag::TableHead
                    | Tag::TableRow
                    | Tag::TableCell,
                ) => {}
                Event::End(_) | Event::SoftBreak => {}
                other => shape.others.push(format!("{other:?}")),
            }
        }
        shape
    }
}

/// Whole reports in every format, with hostile texts in their findings.
///
/// The input is a message, a path, a help and an owner, separated by bytes 0. Each format parses, has as many
/// findings as the report, brings no markup in and holds nothing that a terminal or a runner obeys.
/// The planted fault: help is not escaped in annotations.
pub(crate) fn reports(data: &[u8], code: Code) {
    let mut parts = crate::fuzzing::parts(data);
    let mut part = || String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let texts = [part(), part(), part(), part()];
    let harmless = ["message", "path", "help", "owner"].map(str::to_owned);
    let (report, plain) = (report(&texts, data), report(&harmless, b"line"));
    let count = report.findings.len();
    // Descriptions of all other rules have no text of the input.
    let is_used = |rule: &&&Rule| report.findings.iter().any(|it| it.rule == rule.spec.id);
    let rules: Vec<&'static Rule> = all().iter().filter(is_used).copied().collect();

    let written = |write: &dyn Fn(&Report, &mut Vec<u8>) -> std::io::Result<()>,
                   report: &Report| {
        let mut out = Vec::new();
        write(report, &mut out).expect("memory takes all");
        String::from_utf8(out).expect("a report is UTF-8")
    };
    let value = |text: &str| -> Value {
        is_harmless(text);
        serde_json::from_str(text).expect("a report is JSON")
    };
    let json = value(&written(&|report, out| super::json(report, out), &report));
    let found = json["findings"].as_array().expect("findings");
    assert_eq!(found.len(), count, "JSON");
    assert_eq!(
        found[0]["message"].as_str(),
        Some(texts[0].as_str()),
        "JSON has another message"
    );
    let sarif = value(&written(
        &|report, out| super::sarif(report, &rules, out),
        &report,
    ));
    assert!(
        sarif["runs"][0]["results"]
            .as_array()
            .is_some_and(|it| it.len() >= count),
        "SARIF"
    );
    let gitlab = value(&written(&|report, out| super::gitlab(report, out), &report));
    assert!(
        gitlab.as_array().is_some_and(|it| it.len() >= count),
        "GitLab"
    );
    let rdjson = value(&written(
        &|report, out| super::rdjson(report, &rules, out),
        &report,
    ));
    assert!(
        rdjson["diagnostics"]
            .as_array()
            .is_some_and(|it| it.len() >= count),
        "rdjson"
    );

    let concise = |report: &Report| written(&|report, out| super::concise(report, out), report);
    is_harmless(
        &concise(&report)
            .lines()
            .map(|line| format!("x{line}\n"))
            .collect::<String>(),
    );
    assert_eq!(
        concise(&report).lines().count(),
        concise(&plain).lines().count(),
        "concise"
    );
    let junit =
        |report: &Report| elements(&written(&|report, out| super::junit(report, out), report));
    let (found, usual) = (junit(&report), junit(&plain));
    if texts.iter().all(|text| !text.trim().is_empty()) {
        assert_eq!(found, usual, "JUnit has other elements");
    }
    annotations(
        &written(&|report, out| super::github(report, out), &report),
        &texts,
        code,
    );

    let markdown = |report: &Report| {
        let text = written(&|report, out| super::markdown(report, out), report);
        (Shape::of(&text), text)
    };
    let ((shape, text), (usual, _)) = (markdown(&report), markdown(&plain));
    is_harmless(&text);
    let known: BTreeSet<&str> = usual.html.iter().map(String::as_str).collect();
    let is_known = |tag: &str| matches!(tag, "<code>" | "</code>") || known.contains(tag);
    for tag in &shape.html {
        // A block of HTML has several tags; those of code hold references alone.
        let is_foreign = !is_known(tag)
            && tag.split_inclusive('>').any(|tag| {
                let tag = tag.trim_start_matches(|c| c != '<').trim_end();
                !tag.is_empty() && !known.iter().any(|block| block.contains(tag)) && !is_known(tag)
            });
        assert!(!is_foreign, "HTML in a job summary: {tag:?}");
    }
    assert!(
        shape.links.len() <= usual.links.len(),
        "links in a job summary: {:?}",
        shape.links
    );

    #[cfg(feature = "cli")]
    {
        let options = super::HumanOptions {
            look: super::Look::PLAIN,
            max_per_rule: 0,
            verbose: true,
            quiet: false,
            summary: |_| None,
        };
        is_harmless(&written(
            &|report, out| super::human(report, out, options),
            &report,
        ));
    }
}

/// The hostile report of the tests, with other texts.
fn report(texts: &[String; 4], line: &[u8]) -> Report {
    let [message, path, help, owner] = texts;
    let mut report = samples::hostile();
    let text = Text::new(RepoPath::from(path.as_str()), line.to_vec());
    for finding in &mut report.findings {
        finding.message.clone_from(message);
        finding.primary = Location::of(&text, Span::new(0, line.len().min(9)), help.clone());
        finding.help = Some(help.clone());
        finding.owners = vec![owner.clone()];
        finding.related.clear();
    }
    report
}

/// The names of the elements of XML, in order, each closed where it has to be.
fn elements(xml: &str) -> Vec<String> {
    let (mut names, mut open) = (Vec::new(), Vec::new());
    let mut rest = xml;
    while let Some(start) = rest.find('<') {
        xml_text(&rest[..start].replace(['\'', '"', '>'], ""));
        let end = start + rest[start..].find('>').expect("a tag that ends");
        let tag = &rest[start + 1..end];
        rest = &rest[end + 1..];
        if tag.starts_with('?') {
            continue;
        }
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "an element is closed that is not open"
            );
            continue;
        }
        let name = tag.split([' ', '/']).next().unwrap_or_default().to_owned();
        // Between quotes stand the values of attributes.
        for (place, part) in tag.split('"').enumerate() {
            match place % 2 {
                0 => assert!(!part.contains('&'), "{tag:?}"),
                _ => drop(xml_text(part)),
            }
        }
        assert!(tag.matches('"').count().is_multiple_of(2), "{tag:?}");
        if !tag.ends_with('/') {
            open.push(name.clone());
        }
        names.push(name);
    }
    assert!(open.is_empty(), "elements are not closed: {open:?}");
    names
}

/// Workflow commands as the runner reads them: each line is one, with the texts that were put in.
fn annotations(text: &str, texts: &[String; 4], code: Code) {
    let text = match code {
        Code::Real => text.to_owned(),
        Code::Planted => text.replace("%25", "%"),
    };
    for line in text.lines() {
        let rest = line.strip_prefix("::").expect("a line is a command");
        let (head, message) = rest.split_once("::").expect("a command has a message");
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        assert!(
            matches!(name, "error" | "warning" | "notice"),
            "the command {name:?}"
        );
        for property in properties.split(',') {
            let (key, value) = property.split_once('=').expect("a property has a value");
            assert!(matches!(
                key,
                "file" | "line" | "endLine" | "col" | "endColumn" | "title"
            ));
            is_escaped(value);
        }
        is_escaped(message);
        let message = unescaped_command(message);
        let first = message.lines().next().unwrap_or_default();
        let expected = text::terminal(&texts[0]);
        assert!(
            expected.len() > 400 || first == expected,
            "{first:?} is not {expected:?}"
        );
    }
    is_harmless(
        &text
            .lines()
            .map(|line| format!("x{line}\n"))
            .collect::<String>(),
    );
}

/// Every `%` starts an escape that the runner undoes.
fn is_escaped(text: &str) {
    for part in text.split('%').skip(1) {
        let is_known = ["25", "0A", "0D", "3A", "2C"]
            .iter()
            .any(|it| part.starts_with(it));
        assert!(is_known, "a bare % in {text:?}");
    }
}
