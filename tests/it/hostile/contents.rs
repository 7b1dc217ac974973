//! Contents that write commands, escapes and markup: comments, links, headings, owners, reasons and
//! rosters. Each reaches every format, and nothing there obeys it.

use super::harm::{
    assert_annotations, assert_harmless, assert_markdown, assert_markup, assert_no_links,
    without_colors,
};
use crate::sandbox::Sandbox;

/// Text that is not its author's to give.
const CONTENTS: [&str; 28] = [
    "::error::pwned",
    "::error file=a,line=1::pwned",
    "##[error]pwned ##vso[task.complete]pwned",
    "a\r::error::pwned",
    "%0A::error::pwned%0D%25",
    "\u{2028}::error::pwned",
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></table></code>",
    "](http://pwned.example)",
    "[x](http://pwned.example) ![y](http://pwned.example/z)",
    "[x]: http://pwned.example",
    "| a | b |",
    "`` ` ``",
    "``` ~~~",
    "-->",
    "<!-- x -- y",
    "*a* _b_ ~~c~~ $d$ [^1]",
    "@everyone #1 GH-1 https://pwned.example www.pwned.example",
    "e\u{1b}[31mred\u{1b}[0m",
    "e\u{1b}]8;;http://pwned.example\u{7}link\u{1b}]8;;\u{7}",
    "e\u{1b}]0;title\u{7}\u{1b}c\u{8}\u{7f}",
    "\u{9b}31mred\u{9d}0;x\u{9c}",
    "a\u{202e}txt.exe\u{2066}b",
    "a\u{200b}b\u{200d}c\u{2060}d\u{feff}e\u{ad}f",
    "\u{e0001}\u{e0041}hidden",
    "$(touch pwned) ${{ secrets.PWNED }}",
    "\"'\\\" \\u001b[31m",
];

/// A policy that sees as much as there is to see, and takes a reason from the same author.
fn policy() -> String {
    let mut text = String::from(
        "root = true\nextends = [\"bailiwick:strict\"]\n\
         [documents]\nlinks = [\"*.md\"]\n\
         [rules]\n\"debt/untracked-marker\" = { level = \"warning\", each = true }\n\
         [[rosters]]\nfile = \"people.toml\"\ncovers = [\"@acme\"]\n",
    );
    for (index, content) in CONTENTS.iter().enumerate() {
        let reason = toml_string(&format!("since {content}"));
        text += &format!(
            "[[exceptions]]\nrule = \"debt/ownerless-marker\"\npath = \"c{index}/\"\nreason = {reason}\n\
             [[exceptions]]\nrule = \"debt/expired-marker\"\npath = \"c{index}/\"\nreason = {reason}\nuntil = 2020-01-01\n",
        );
    }
    text
}

fn toml_string(text: &str) -> String {
    let escaped = text.chars().map(|c| format!("\\U{:08x}", u32::from(c)));
    format!("\"{}\"", escaped.collect::<String>())
}

/// A folder for each content, with code, a document, a runbook and lines of the ownership file.
fn hostile() -> Sandbox {
    let shop =
        Sandbox::folder("-- people.toml --\n[[teams]]\nhandle = \"@acme/core\"\nmembers = []\n");
    let mut owners = String::from("* @acme/core\n");
    for (index, content) in CONTENTS.iter().enumerate() {
        // What does not fit into a word of an ownership file is left out there.
        let word: String = content.chars().filter(|c| !c.is_whitespace()).collect();
        let here = format!("c{index}");
        owners += &format!(
            "/{here}/ @acme/{word} {word}\n/{here}/gone @acme/core # bailiwick: allow(codeowners/dead-pattern) {content}\n\
             /{here}/{word}/ @acme/core # bailiwick: allow({content}\n",
        );
        shop.write(format!("{here}/a.rs"), format!(
            "// TODO: {content}\n// TODO({content}): x\n// TODO [2020-01-01]: {content}\n// FIXME(@acme/{word}) {content}\n\
             /* HACK: {content} */\n#[allow(dead_code, {content})]\n#[ignore = \"{content}\"]\nfn f() {{}} // bailiwick: allow({content}) {content}\n",
        ));
        shop.write(format!("{here}/a.py"), format!(
            "import x  # noqa: {content}\ny = 1  # type: ignore[{content}]\n# pylint: disable={content}\n",
        ));
        let document = format!(
            "# {content}\n\n[{content}](gone) [x](<{content}>) [x](#{word}) [x](gone/{word})\n\n\
             <a href=\"gone/{word}\">{content}</a> <img src='{word}'>\n\n![{content}](gone.png \"{content}\")\n\n\
             Setext {content}\n===\n\n<!-- bailiwick: allow(documentation/broken-link) {content} -->\n[x](gone)\n",
        );
        shop.write(format!("{here}/README.md"), &document);
        shop.write(format!("{here}/runbooks/x.md"), &document);
    }
    shop.write("CODEOWNERS", owners);
    shop.write("bailiwick.toml", policy());
    shop
}

/// `check` in a format, which has to find something.
fn checked(shop: &Sandbox, format: &str, more: &[&str]) -> String {
    let all = [
        "check",
        "--fail-on",
        "never",
        "--as-of",
        "2026-01-15",
        "--format",
        format,
    ];
    let run = shop.run([&all[..], more].concat());
    assert_harmless(&run.stderr);
    let text = run.exits(0);
    assert!(text.len() > 500, "{text}");
    text.to_owned()
}

#[test]
fn lists_for_people_are_harmless() {
    let shop = hostile();
    for more in [&[][..], &["-v", "--max-per-rule", "0"]] {
        assert_harmless(&checked(&shop, "human", more));
    }
    assert_harmless(&checked(&shop, "concise", &[]));
}

#[test]
fn drawings_for_people_are_harmless() {
    // A folder has few findings, so that each is drawn with its lines.
    let shop = hostile();
    for index in 0..CONTENTS.len() {
        let folder = format!("c{index}");
        for (rule, color) in [("debt/*", "always"), ("*", "never")] {
            let text = checked(
                &shop,
                "human",
                &[&folder, "--select", rule, "--color", color, "-v"],
            );
            assert!(text.contains("╭─[") || rule == "*", "{text}");
            assert_harmless(&without_colors(&text));
        }
    }
}

#[test]
fn documents_for_machines_are_harmless_and_whole() {
    let shop = hostile();
    let text = checked(&shop, "json", &[]);
    assert_harmless(&text);
    let report: serde_json::Value = serde_json::from_str(&text).unwrap();
    // Every content arrives as it is, wherever it may.
    let all: Vec<&str> = strings(&report);
    for content in CONTENTS {
        let whole = content.split('\r').next().unwrap();
        assert!(all.iter().any(|text| text.contains(whole)), "{content:?}");
    }
    let text = checked(&shop, "sarif", &[]);
    assert_harmless(&text);
    let log: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_no_links(&log);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.len() > CONTENTS.len(), "{}", results.len());
}

#[test]
fn documents_for_other_tools_are_harmless_and_whole() {
    let shop = hostile();
    let text = checked(&shop, "gitlab", &[]);
    assert_harmless(&text);
    let issues: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    assert!(issues.len() > CONTENTS.len(), "{}", issues.len());
    let mut fingerprints = std::collections::BTreeSet::new();
    for issue in &issues {
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(shop.path(path).is_file() || path == "README.md", "{path}");
        assert!(
            issue["location"]["lines"]["begin"].as_u64() > Some(0),
            "{issue}"
        );
        // GitLab keeps one issue of each.
        assert!(
            fingerprints.insert(issue["fingerprint"].to_string()),
            "{issue}"
        );
    }
    let text = checked(&shop, "rdjson", &[]);
    assert_harmless(&text);
    let result: serde_json::Value = serde_json::from_str(&text).unwrap();
    let diagnostics = result["diagnostics"].as_array().unwrap();
    assert_eq!(diagnostics.len(), issues.len());
    let text = checked(&shop, "junit", &[]);
    assert_harmless(&text);
    // A finding and nothing else opens an element.
    let cases = text.matches("<testcase ").count();
    let skips = text.matches("<skipped ").count();
    assert_eq!(cases, issues.len() + skips + 1);
    assert_markup(&text);
}

fn strings(value: &serde_json::Value) -> Vec<&str> {
    match value {
        serde_json::Value::String(text) => vec![text],
        serde_json::Value::Array(values) => values.iter().flat_map(strings).collect(),
        serde_json::Value::Object(values) => values.values().flat_map(strings).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn annotations_are_ours_alone() {
    let shop = hostile();
    assert_annotations(&checked(&shop, "github", &[]));
    for index in 0..CONTENTS.len() {
        let folder = format!("c{index}");
        assert_annotations(&checked(&shop, "github", &[&folder]));
    }
}

#[test]
fn job_summaries_are_ours_alone() {
    let shop = hostile();
    assert_markdown(&checked(&shop, "markdown", &[]));
    for index in 0..CONTENTS.len() {
        let folder = format!("c{index}");
        assert_markdown(&checked(&shop, "markdown", &[&folder]));
    }
}

#[test]
fn baselines_and_answers_are_harmless() {
    let shop = hostile();
    shop.run(["check", "--write-baseline", "../baseline.json"])
        .exits(0);
    assert_harmless(&shop.read("../baseline.json"));
    let again = [
        "check",
        "--baseline",
        "../baseline.json",
        "-v",
        "--fail-on",
        "note",
    ];
    let run = shop.run(again);
    assert_harmless(run.exits(0));
    for more in [&[][..], &["--summary"], &["--format", "json"]] {
        let run = shop.run([&["owners"][..], more].concat());
        assert_harmless(run.exits(0));
    }
}
