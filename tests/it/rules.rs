//! `bailiwick rules` and `bailiwick explain`.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

#[test]
fn every_rule_is_listed_and_has_a_page() {
    let sandbox = Sandbox::folder("");
    let ids = bailiwick::rules::ids();
    let list = sandbox.run(["rules"]);
    let listed: Vec<&str> = list
        .exits(0)
        .lines()
        .filter_map(|line| line.split_whitespace().next().filter(|id| id.contains('/')))
        .collect();
    assert_eq!(listed, ids);
    let json = sandbox.run(["rules", "--format", "json"]).json();
    let rules = json["rules"]
        .as_array()
        .unwrap_or_else(|| panic!("{json:#}"));
    let listed: Vec<&str> = rules
        .iter()
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(listed, ids);
    for id in ids {
        let run = sandbox.run(["explain", id]);
        let page = run.exits(0);
        for heading in [
            "What it checks",
            "Why it matters",
            "Example",
            "Instead",
            "Options",
        ] {
            assert!(page.contains(heading), "{id}: {page}");
        }
        assert!(page.starts_with(id), "{page}");
    }
}

#[test]
fn a_family_is_explained_by_its_rules() {
    let sandbox = Sandbox::folder("");
    let ids = bailiwick::rules::ids();
    for family in ["codeowners", "codeowners/", "codeowners/*", "debt", "*"] {
        let run = sandbox.run(["explain", family]);
        let page = run.exits(0);
        let name = family.trim_end_matches(['*', '/']);
        let listed = page.lines().filter_map(|line| line.split(' ').next());
        let listed: Vec<&str> = listed.filter(|id| ids.contains(id)).collect();
        let of_family = ids.iter().filter(|id| id.starts_with(name));
        assert!(of_family.eq(&listed), "{family}: {page}");
        assert!(page.contains("recommended  strict"), "{page}");
    }
}

/// What a page says of options it says once.
#[test]
fn options_are_told_once() {
    let sandbox = Sandbox::folder("");
    let run = sandbox.run(["explain", "codeowners/crowded-line"]);
    assert_eq!(run.exits(0).matches("max-owners").count(), 1);
}

#[test]
fn an_unknown_rule_is_answered_with_the_nearest() {
    let sandbox = Sandbox::folder("");
    for (id, said) in [
        (
            "codeowners/dead-patern",
            "did you mean `codeowners/dead-pattern`?",
        ),
        ("dead-pattern", "did you mean `codeowners/dead-pattern`?"),
        ("codewners/*", "did you mean `codeowners/*`?"),
        (
            "codeowners/*/*",
            "`codeowners/*/*` names no family of rules",
        ),
        ("xyzzy", "`bailiwick rules` lists all rules"),
    ] {
        let run = sandbox.run(["explain", id]);
        assert_eq!(run.exits(2), "");
        assert!(run.said().contains(said), "{}", run.stderr);
    }
}

/// What `head -1` does: it reads a line and is gone.
#[test]
fn a_closed_pipe_ends_quietly() {
    let sandbox = Sandbox::repository("-- CODEOWNERS --\n* @ann\n");
    // More than a pipe holds, so that the program is still writing when its reader goes.
    let lines: String = (0..30_000).map(|n| format!("/gone{n}/ @ann\n")).collect();
    sandbox.write("CODEOWNERS", &lines);
    sandbox.write("../paths", lines);
    let commands: [&[&str]; 6] = [
        &["rules"],
        &["explain", "codeowners/dead-pattern"],
        &["check", "--format", "json", "--fail-on", "never"],
        &["check", "--format", "concise", "--fail-on", "never"],
        &["check", "--max-per-rule", "0", "--fail-on", "never"],
        &["owners", "--stdin", "--codeowners", "CODEOWNERS"],
    ];
    for arguments in commands {
        let paths = std::fs::File::open(sandbox.path("../paths")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_bailiwick"))
            .args(arguments)
            .current_dir(sandbox.path(""))
            .stdin(Stdio::from(paths))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::with_capacity(16, child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(!line.is_empty(), "{arguments:?}");
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(
            (output.status.code(), &*said),
            (Some(0), ""),
            "{arguments:?}"
        );
    }
}
