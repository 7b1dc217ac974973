//! `bailiwick check`: the forms of the report, and where it goes.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{Sandbox, lines_of};

const SHOP: &str = "\
-- CODEOWNERS --
* @acme/core
/gone/ @ann
/docs/* @acme/docs
/app/[id]/ @bob
-- app/[id]/page.ts --
-- docs/guide.md --
-- docs/api/index.md --
";

/// Whether a report has the form that is published.
fn assert_valid(report: &Value) {
    let schema = include_str!("../../policies/report.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<_> = validator
        .iter_errors(report)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}\n{report:#}");
}

#[test]
fn people_get_groups_excerpts_and_a_closing() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run(["check", "--as-of", "2026-01-15"]);
    expect_test::expect![[r#"
        codeowners/invalid-line · 1 error · the forge skips a line with invalid syntax
          × Invalid pattern: both `[` and `]` must be escaped with a `\`
           ╭─[CODEOWNERS:4:1]
         4 │ /app/[id]/ @bob
           · ─────┬────
           ·      ╰── the forge skips the line
           ╰────
          help: write `/app/\[id\]/` if the brackets belong to the name
          owner: @acme/core

        codeowners/dead-pattern · 1 warning · a pattern matches no tracked file
          ⚠ pattern `/gone/` matches no tracked file
           ╭─[CODEOWNERS:2:1]
         2 │ /gone/ @ann
           · ───┬──
           ·    ╰── no file matches
           ╰────
          help: point it to where its files moved, or remove the line
          owner: @ann

        codeowners/shallow-pattern · 1 note · a pattern `folder/*` leaves out the files further down
          • `/docs/*` leaves out 1 file further down
          │ see docs/api/index.md: one of the files that it leaves out
           ╭─[CODEOWNERS:3:1]
         3 │ /docs/* @acme/docs
           · ───┬───
           ·    ╰── only what lies in the folder itself
           ╰────
          help: did you mean `/docs/`, which owns them too?
          owner: @acme/docs

        1 error, 1 warning, 1 note
        4 of 4 files owned (100.0 %)
        policy: bailiwick:recommended
        skipped: 2 rules for lack of facts (-v lists them)
        history: 7 rules judge by it; add --history
        forge: 5 rules judge by it; add --online
    "#]]
    .assert_eq(run.exits(1));
    assert_eq!(run.stderr, "");
    let quiet = shop.run(["check", "-q"]);
    assert!(!quiet.exits(1).contains("policy:"), "{}", quiet.stdout);
    let verbose = shop.run(["check", "-v"]);
    assert!(
        verbose
            .exits(1)
            .contains("skipped: ownership/unknown-owner"),
        "{}",
        verbose.stdout
    );
}

#[test]
fn concise_has_one_line_a_finding() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run(["check", "--format", "concise"]);
    let lines: Vec<&str> = run.exits(1).lines().collect();
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(
        lines[0],
        "CODEOWNERS:2:1: warning[codeowners/dead-pattern] pattern `/gone/` matches no tracked file"
    );
    assert!(
        lines[2].starts_with("CODEOWNERS:4:1: error[codeowners/invalid-line] "),
        "{}",
        lines[2]
    );
    let clean = Sandbox::repository("-- CODEOWNERS --\n* @ann\n");
    assert_eq!(clean.run(["check", "--format", "concise"]).exits(0), "");
    assert!(clean.run(["check"]).exits(0).contains("All clear"));
}

#[test]
fn json_is_of_the_published_form() {
    let shop = Sandbox::repository(&format!(
        "{SHOP}-- bailiwick.toml --
[[rosters]]
file = \"people.toml\"

[[exceptions]]
rule = \"codeowners/dead-pattern\"
path = \"gone\"
reason = \"moves in\"
until = 2026-12-31
-- people.toml --
[[teams]]
handle = \"@acme/core\"
members = [\"@ann\"]
"
    ));
    let report = shop.report(["."]);
    assert_valid(&report);
    assert_eq!(report["repository"], "work");
    assert_eq!(report["policy"]["name"], "bailiwick.toml");
    assert_eq!(
        report["policy"]["extends"],
        json!(["bailiwick:recommended"])
    );
    assert_eq!(report["suppressed"][0]["rule"], "codeowners/dead-pattern");
    assert_eq!(
        report["suppressed"][0]["suppression"],
        json!({"kind": "exception", "reason": "moves in", "until": "2026-12-31"})
    );
    assert_eq!(
        lines_of(&report["findings"]),
        [
            "note codeowners/shallow-pattern CODEOWNERS:3",
            "error codeowners/invalid-line CODEOWNERS:4"
        ]
    );
    let location = &report["findings"][1]["location"];
    assert_eq!(
        (&location["column"], &location["end_column"]),
        (&json!(1), &json!(11))
    );
    assert_eq!(report["summary"]["errors"], 1);
    assert!(
        !report["skipped"].as_array().unwrap().is_empty(),
        "{report:#}"
    );
    for other in [
        Sandbox::folder(""),
        Sandbox::folder("-- a --\n"),
        Sandbox::repository("-- CODEOWNERS --\n* @ann\n"),
    ] {
        assert_valid(&other.report(["."]));
    }
}

#[test]
fn two_runs_say_the_same() {
    let shop = Sandbox::repository(SHOP);
    for format in ["human", "concise", "json"] {
        let run = || {
            shop.run(["check", "--format", format, "--as-of", "2026-01-15"])
                .bytes
        };
        assert_eq!(run(), run());
    }
}

#[test]
fn reports_go_to_as_many_files_as_are_asked_for() {
    let shop = Sandbox::repository(SHOP);
    let run = shop.run([
        "check",
        "--output",
        "../report.json",
        "--output",
        "../report.txt",
        "--output",
        "human:../report.log",
        "--color",
        "always",
    ]);
    assert!(run.exits(1).contains("codeowners/invalid-line"));
    let report: Value = serde_json::from_str(&shop.read("../report.json")).unwrap();
    assert_valid(&report);
    assert_eq!(shop.read("../report.txt").lines().count(), 3);
    let log = shop.read("../report.log");
    assert!(log.contains("1 error, 1 warning, 1 note"), "{log}");
    assert!(!log.contains('\u{1b}'), "a file is no terminal: {log}");
    // Standard output can be the place of another format.
    let run = shop.run(["check", "--output", "json:-"]);
    assert_eq!(run.exits(1), shop.read("../report.json"));
}

#[test]
fn an_output_that_cannot_be_written_is_an_error_and_the_others_are_there() {
    let shop = Sandbox::repository(SHOP);
    shop.write("../old.json", "old");
    let run = shop.run([
        "check",
        "--output",
        "../no/such.json",
        "--output",
        "../old.json",
    ]);
    assert!(run.exits(2).contains("codeowners/invalid-line"));
    assert!(
        run.said().contains("cannot write `../no/such.json`"),
        "{}",
        run.stderr
    );
    assert!(shop.read("../old.json").starts_with('{'));
    let refused = [
        &["--output", "x.html"][..],
        &["--output", "json:"],
        &["--output", "../a.json", "--output", "json:../a.json"],
        &["--output", "../a.json", "--write-baseline", "../a.json"],
        &["--output", "json:-", "--output", "concise:-"],
    ];
    for arguments in refused {
        let run = shop.run([&["check"], arguments].concat());
        assert_eq!(run.exits(2), "", "{arguments:?}");
        assert!(run.stderr.contains("error: "), "{}", run.stderr);
    }
    // A report is not a part of what it reports on.
    let files = |shop: &Sandbox| fs::read_dir(shop.path("..")).unwrap().count();
    assert_eq!(files(&shop), 3, "work, home and old.json");
}

#[test]
fn long_reports_are_cut_by_rule() {
    let lines: String = (0..30).map(|n| format!("/gone{n}/ @ann\n")).collect();
    let shop = Sandbox::repository(&format!("-- CODEOWNERS --\n* @ann\n{lines}"));
    let shown = |arguments: &[&str]| {
        let run = shop.run([&["check"], arguments].concat());
        let shown = run
            .exits(0)
            .lines()
            .filter(|line| line.contains("` matches no tracked file"));
        (
            shown.count(),
            run.stdout.contains("more (--max-per-rule 0 shows all)"),
        )
    };
    assert_eq!(shown(&[]), (20, true));
    assert_eq!(shown(&["--max-per-rule", "3"]), (3, true));
    assert_eq!(shown(&["--max-per-rule", "0"]), (30, false));
    // What machines read is whole.
    let report = shop.report(["--max-per-rule", "3"]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 30);
    assert_eq!(
        shop.run(["check", "--format", "concise"])
            .exits(0)
            .lines()
            .count(),
        30
    );
}
