//! Names that write commands, escapes and markup. What is printed of them is harmless where it is
//! printed: on a terminal, in the log of a CI run, and in documents for machines.

use serde_json::Value;

use super::harm::{assert_harmless, without_colors};
use crate::sandbox::Sandbox;

/// Names of files that are not theirs to give.
pub(crate) const NAMES: [&str; 11] = [
    "::error::pwned",
    "::error file=a,line=1::pwned",
    "a\n::error::pwned",
    "##[error]pwned",
    "e\u{1b}[31mred",
    "e\u{1b}]8;;http://x\u{7}link",
    "<script>alert(1)</script>",
    "[x](http://pwned) | `x` | ![y](z)",
    "a\u{202e}txt.exe",
    "a\u{200b}b\u{2028}c\u{feff}",
    "\u{9b}31m\r\u{8}",
];

/// A repository of hostile names, owners, patterns, reasons and messages.
fn hostile() -> Sandbox {
    let shop = Sandbox::folder("");
    let mut owners = String::new();
    for name in NAMES {
        shop.write(format!("files/{name}"), "");
        shop.write(format!("{}/{}", name.replace('/', "_"), "a"), "");
        let word: String = name
            .chars()
            .map(|c| if c.is_whitespace() { '_' } else { c })
            .collect();
        // A dead pattern, an invalid owner, an invalid pattern, a handle that is none, and a reason.
        owners += &format!("/gone/{word}/ @ann\n{word} @ann {word}\n![{word}] @ann\n* @{word}\n");
        owners += &format!("/x/{word}/ @ann # bailiwick: allow(codeowners/dead-pattern) {word}\n");
        owners += &format!("/y/{word}/ # bailiwick: allow({word}) {word}\n");
        owners += &format!("{word}\n");
    }
    shop.write("CODEOWNERS", owners);
    shop.git(["init", "-q"]);
    shop.commit();
    shop
}

#[test]
fn reports_are_harmless_in_every_format() {
    let shop = hostile();
    for format in ["human", "concise", "json", "gitlab", "junit", "rdjson"] {
        for more in [&[][..], &["-v", "--max-per-rule", "0"]] {
            let run =
                shop.run([&["check", "--format", format, "--fail-on", "never"], more].concat());
            assert!(run.exits(0).len() > 1000, "{}", run.stdout);
            assert_harmless(&run.stdout);
            assert_harmless(&run.stderr);
        }
    }
    // The values are whole all the same.
    let report = shop.report(["."]);
    let messages: String = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["message"].to_string())
        .collect();
    assert!(messages.contains("<script>"), "{messages}");
}

#[test]
fn findings_per_rule_are_harmless() {
    // Fewer findings are drawn with their lines, which long reports do not do.
    let shop = hostile();
    for rule in bailiwick::rules::ids() {
        let run = shop.run([
            "check",
            "--select",
            rule,
            "--max-per-rule",
            "0",
            "--fail-on",
            "never",
        ]);
        // A rule that is off does not run, which is another code.
        assert_harmless(&run.stdout);
    }
    for name in NAMES {
        let word = name.replace(char::is_whitespace, "_");
        shop.write(
            "CODEOWNERS",
            format!("/gone/{word} @ann\n![{word}]\n* {word}\n# {name}\n*{word}@ann @b\n"),
        );
        for color in ["never", "always"] {
            let run = shop.run(["check", "--color", color, "--fail-on", "never"]);
            assert_harmless(&without_colors(run.exits(0)));
        }
    }
}

#[test]
fn answers_are_harmless_in_every_format() {
    let shop = hostile();
    let paths = NAMES.join("\n");
    for format in ["human", "tsv", "json"] {
        for more in [&[][..], &["--stdin"], &["--unowned"]] {
            let run = shop
                .bailiwick([&["owners", "--format", format], more].concat())
                .input(paths.as_str())
                .run();
            run.exits(0);
            let text = run.stdout.replace('\t', " ");
            if format == "tsv" {
                assert!(
                    run.stdout
                        .lines()
                        .all(|line| line.matches('\t').count() == 2),
                    "{}",
                    run.stdout
                );
            }
            assert_harmless(&text);
            assert_harmless(&run.stderr);
        }
    }
    for format in ["human", "json"] {
        let run = shop.run(["owners", "--summary", "--format", format]);
        assert_harmless(run.exits(0));
    }
}

#[test]
fn errors_are_harmless() {
    let shop = hostile();
    for name in NAMES {
        let missing = format!("{name}\u{1b}none");
        let cases: [&[&str]; 10] = [
            &["check", &missing],
            &["check", "--at", &missing],
            &["check", "--policy", &missing],
            &["check", "--baseline", &missing],
            &["check", "--output", &missing],
            &["check", "--select", &missing],
            &["owners", &missing],
            &["owners", "--codeowners", &missing, "--stdin"],
            &["explain", &missing],
            &[&missing],
        ];
        for arguments in cases {
            let run = shop.run(arguments);
            assert_eq!(run.exits(2), "", "{arguments:?}");
            assert_harmless(&run.stderr);
        }
    }
}

#[test]
fn policies_are_harmless() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n/gone/ @ann\n");
    for name in NAMES {
        let text = serde_json::to_string(name)
            .unwrap()
            .replace("\\u009b", "\u{9b}");
        for policy in [
            format!("extends = [{text}]\n"),
            format!("[rules]\n{text} = \"off\"\n"),
            format!("[rules.\"codeowners/dead-pattern\"]\nlevel = {text}\n"),
            format!("{text} = 1\n"),
            format!("required-version = {text}\n"),
            format!("[[rosters]]\nfile = {text}\n"),
            format!("[files]\nexclude = [{text}]\n"),
            format!(
                "[repository]\nname = {text}\n[rules]\n\"codeowners/dead-pattern\" = \"error\"\n"
            ),
            format!("[[exceptions]]\nrule = \"codeowners/dead-pattern\"\nreason = {text}\n"),
        ] {
            shop.write("bailiwick.toml", policy);
            for arguments in [&["check", "-v"][..], &["check", "--format", "json"]] {
                let run = shop.run(arguments);
                assert_harmless(&run.stdout);
                assert_harmless(&run.stderr);
            }
        }
        // Names of the files themselves.
        let name = name.replace('/', "_");
        let bytes: &Value = &Value::from(format!("../{name}.toml"));
        shop.write(bytes.as_str().unwrap(), "unknown = 1\n[rules]\n");
        let run = shop.run(["check", "--policy", bytes.as_str().unwrap()]);
        run.exits(2);
        assert_harmless(&run.stderr);
    }
}
