//! `bailiwick check`: what stood when the linter came.

use serde_json::Value;

use crate::sandbox::{Sandbox, lines_of};

const OLD: &str = "\
-- CODEOWNERS --
* @ann
/old/ @ann
/docs/* @bob
-- docs/a --
-- docs/b/c --
";

const WITH: [&str; 2] = ["--baseline", "../baseline.json"];

/// A repository whose findings are in `../baseline.json`.
fn accepted() -> Sandbox {
    let shop = Sandbox::repository(OLD);
    let run = shop.run([
        "check",
        "--write-baseline",
        "../baseline.json",
        "--fail-on",
        "note",
    ]);
    run.exits(0);
    shop
}

#[test]
fn what_was_written_is_told_unless_it_is_quiet() {
    let shop = Sandbox::repository(OLD);
    let write = ["check", "--write-baseline", "../baseline.json"];
    assert_eq!(
        shop.run(write).stderr,
        "note: wrote 2 findings to `../baseline.json`\n"
    );
    // What a baseline held before and what is new are one file then.
    let again = ["--baseline", "../baseline.json", "--format", "concise"];
    shop.add("-- CODEOWNERS --\n* @ann\n/old/ @ann\n/docs/* @bob\n/new/ @ann\n");
    let run = shop.run([&write[..], &again].concat());
    assert_eq!(run.exits(0).lines().count(), 1);
    assert_eq!(run.stderr, "note: wrote 3 findings to `../baseline.json`\n");
    assert_eq!(shop.run([&write[..], &["-q"]].concat()).stderr, "");
    // What could not be written was not.
    let run = shop.run(["check", "--write-baseline", "../no/such.json"]);
    run.exits(2);
    assert!(!run.stderr.contains("wrote"), "{}", run.stderr);
}

fn found(report: &Value) -> Vec<String> {
    lines_of(&report["findings"])
}

#[test]
fn what_was_there_is_accepted() {
    let shop = accepted();
    let report = shop.report(WITH);
    assert_eq!(found(&report), [""; 0]);
    assert_eq!(report["summary"]["suppressed"], 2);
    assert_eq!(report["suppressed"][0]["suppression"]["kind"], "baseline");
    let run = shop.run([
        "check",
        "--baseline",
        "../baseline.json",
        "--fail-on",
        "note",
    ]);
    assert!(run.exits(0).contains("2 accepted"), "{}", run.stdout);
    // Without it everything is as before.
    shop.run(["check", "--fail-on", "note"]).exits(1);
}

#[test]
fn lines_that_move_stay_accepted_and_new_findings_are_not() {
    let shop = accepted();
    shop.add("-- CODEOWNERS --\n# who answers\n\n* @ann\n*.md @eve\n/docs/*   @bob\n\n/old/    @ann # for now\n-- x.md --\n");
    shop.commit();
    assert_eq!(found(&shop.report(WITH)), [""; 0]);
    shop.add("-- CODEOWNERS --\n/new/ @ann\n* @ann\n/old/ @ann\n/docs/* @bob\n*.md @eve\n");
    assert_eq!(
        found(&shop.report(WITH)),
        ["warning codeowners/dead-pattern CODEOWNERS:1"]
    );
    shop.run([
        "check",
        "--baseline",
        "../baseline.json",
        "--fail-on",
        "warning",
    ])
    .exits(1);
}

#[test]
fn each_entry_accepts_one_finding() {
    let shop = accepted();
    // The same text once more is a finding once more.
    shop.add("-- CODEOWNERS --\n* @ann\n/old/ @ann\n/old/ @ann\n/docs/* @bob\n");
    assert_eq!(
        found(&shop.report(WITH)),
        ["warning codeowners/dead-pattern CODEOWNERS:3"]
    );
    // Also where the file has moved, which is accepted as well.
    shop.git(["mv", "-f", "CODEOWNERS", ".github-CODEOWNERS"]);
    shop.add("-- docs/CODEOWNERS --\n* @ann\n/old/ @ann\n/docs/* @bob\n");
    shop.commit();
    let report = shop.report(WITH);
    let dead = |report: &Value| {
        found(report)
            .into_iter()
            .filter(|it| it.contains("dead-pattern"))
            .collect::<Vec<_>>()
    };
    assert_eq!(dead(&report), [""; 0]);
    shop.add("-- docs/CODEOWNERS --\n* @ann\n/old/ @ann\n/old/ @ann\n/docs/* @bob\n");
    shop.commit();
    assert_eq!(
        dead(&shop.report(WITH)),
        ["warning codeowners/dead-pattern docs/CODEOWNERS:3"]
    );
}

#[test]
fn a_baseline_can_be_carried_on() {
    let shop = accepted();
    let first = shop.read("../baseline.json");
    let both = [
        "check",
        "--baseline",
        "../baseline.json",
        "--write-baseline",
        "../baseline.json",
    ];
    shop.run(both).exits(0);
    assert_eq!(shop.read("../baseline.json"), first);
    // What was mended leaves it.
    shop.add("-- CODEOWNERS --\n* @ann\n/docs/* @bob\n");
    shop.run(both).exits(0);
    let lines = |text: &str| {
        text.lines()
            .filter(|line| line.contains("fingerprint"))
            .count()
    };
    assert_eq!(
        (lines(&first), lines(&shop.read("../baseline.json"))),
        (2, 1)
    );
    // What is suppressed or excepted needs no baseline.
    shop.add("-- CODEOWNERS --\n* @ann\n/docs/* @bob # bailiwick: allow(codeowners/*) enough\n");
    shop.run(["check", "--write-baseline", "../baseline.json"])
        .exits(0);
    assert_eq!(lines(&shop.read("../baseline.json")), 0);
}

#[test]
fn a_baseline_that_cannot_be_read_is_an_error() {
    let shop = accepted();
    let refused = |why: &str| {
        let run = shop.run(["check", "--baseline", "../baseline.json"]);
        assert_eq!(run.exits(2), "");
        assert!(run.said().contains(why), "{}", run.stderr);
        assert!(run.said().contains("--write-baseline"), "{}", run.stderr);
    };
    let good = shop.read("../baseline.json");
    shop.write(
        "../baseline.json",
        good.replacen("\"schema_version\": 1", "\"schema_version\": 2", 1),
    );
    refused("format 2");
    shop.write("../baseline.json", good.replacen("\"rule\"", "\"ruel\"", 1));
    refused("unknown field `ruel`");
    shop.write("../baseline.json", "");
    refused("it is no baseline");
    std::fs::remove_file(shop.path("../baseline.json")).unwrap();
    refused("cannot read the baseline");
}

#[test]
fn lines_for_what_many_folders_lack_are_one_finding_and_counted_by_themselves() {
    let lines = |folders: std::ops::Range<u32>| -> String {
        let line = |n: u32| {
            format!(
                "/team{n}/dash/boards @acme/a @acme/t{n}\n/team{n}/*meta.csv @acme/a\n/old{n}/notes @acme/o\n\
                 /team{n}/x/y @acme/f\n"
            )
        };
        folders.map(line).collect()
    };
    let files: String = (0..9)
        .map(|n| format!("-- team{n}/dash/a --\n-- team{n}/x --\n"))
        .collect();
    let repository = Sandbox::repository(&format!(
        "-- CODEOWNERS --\n* @acme/core\n{}{files}",
        lines(0..6)
    ));
    let dead = ["--select", "codeowners/dead-pattern"];
    let report = repository.report(dead);
    let findings = report["findings"].as_array().unwrap();
    let told: Vec<_> = findings.iter().map(|it| &it["message"]).collect();
    // What is in a folder that is gone, or below a file, stands by itself.
    assert_eq!(told.len(), 2 + 6 + 6, "{told:?}");
    let series: Vec<_> = findings
        .iter()
        .filter(|it| it["subject"]["kind"] == "file")
        .collect();
    assert_eq!(
        series[0]["message"],
        "6 patterns that end with `/boards` match no tracked file, though the folders before it exist"
    );
    assert_eq!(series[0]["owners"], serde_json::json!(["@acme/a"]));
    assert_eq!(
        series[0]["help"],
        "point it to where its files moved, or remove the line"
    );
    assert_eq!(
        series[1]["message"],
        "6 patterns that end with `/*meta.csv` match no tracked file, though the folders before it exist"
    );
    // A line more is new, and the others are not.
    repository.run(["check", "--write-baseline", "base.json"]);
    repository.add(&format!("-- CODEOWNERS --\n* @acme/core\n{}", lines(0..7)));
    let with_base = [&dead[..], &["--baseline", "base.json"]].concat();
    assert_eq!(repository.findings(with_base).len(), 4);
}
