//! Repositories with SHA-256 names, and those whose references are a reftable.

use std::fs;

use super::{COMMANDS, all_of, repository, run, without_hashes};
use crate::sandbox::Sandbox;

/// What `git init` is called with, and whether this git knows it.
fn is_known(option: &str) -> bool {
    let probe = Sandbox::folder("");
    let made = probe.command("git").args(["init", "-q", option]).output();
    let is_known = made.unwrap().status.success();
    if !is_known {
        println!("left out: this git does not know {option}");
    }
    is_known
}

#[test]
fn repositories_with_sha256_names_are_read() {
    if !is_known("--object-format=sha256") {
        return;
    }
    let (sha1, sha256) = (repository(&[]), repository(&["--object-format=sha256"]));
    for command in COMMANDS {
        let (expected, actual) = (run(&sha1, command), run(&sha256, command));
        assert_eq!(actual.code, expected.code, "{command:?}: {}", actual.stderr);
        assert_eq!(
            without_hashes(&actual.stdout),
            without_hashes(&expected.stdout),
            "{command:?}"
        );
        assert_eq!(actual.stderr, expected.stderr, "{command:?}");
    }
    let head = sha256.git(["rev-parse", "HEAD"]);
    assert_eq!(head.len(), 64);
    let report = sha256.report(["--since", "HEAD~1"]);
    let base = sha256.git(["rev-parse", "HEAD~1"]);
    assert_eq!(report["change"]["base"], base.as_str());
    run(&sha256, &["check", "--at", &head]).exits(0);
    let short = run(&sha256, &["check", "--at", &head[..9]]);
    short.exits(2);
    let said = short.said();
    assert!(
        said.contains(&format!("`git rev-parse {}`", &head[..9])),
        "{said}"
    );
    let whole = sha256.git(["rev-parse", &head[..9]]);
    run(&sha256, &["check", "--at", &whole]).exits(0);
}

#[test]
fn a_cached_history_of_sha256_names_is_the_history() {
    if !is_known("--object-format=sha256") {
        return;
    }
    let shop = repository(&["--object-format=sha256"]);
    let history = |more: &[&str]| {
        let run = shop.run(
            [
                &["history", "--as-of", "2026-01-15", "--format", "json"],
                more,
            ]
            .concat(),
        );
        assert_eq!(run.stderr, "");
        run.exits(0).to_owned()
    };
    let check = |more: &[&str]| {
        let check = [
            "check",
            "--history",
            "--as-of",
            "2026-01-15",
            "--select",
            "debt/*",
            "--format",
            "json",
        ];
        let run = shop.run([&check[..], more].concat());
        assert_eq!(run.stderr, "");
        run.stdout
    };
    let (read, judged) = (history(&["--no-cache"]), check(&["--no-cache"]));
    assert!(read.contains("\"commits\": 2"), "{read}");
    for _ in 0..3 {
        assert_eq!(history(&[]), read);
        assert_eq!(check(&[]), judged);
    }
    // A later run reads what is new alone.
    shop.write("src/c.py", "");
    shop.commit_as("ann", "2026-01-13");
    assert_eq!(history(&[]), history(&["--no-cache"]));
    // Another repository takes the place of this one.
    fs::remove_dir_all(shop.path(".git")).unwrap();
    shop.git(["init", "-q", "-b", "main"]);
    shop.commit_as("ann", "2026-01-10");
    assert_eq!(history(&[]), history(&["--no-cache"]));
}

/// Commands that need no reference: what they say does not depend on how references are stored.
const OF_THE_WORKTREE: [&[&str]; 4] = [
    &["check", "--format", "concise"],
    &["owners"],
    &["graph"],
    &["services"],
];

#[test]
fn a_reftable_is_named_with_a_remedy_that_works() {
    if !is_known("--ref-format=reftable") {
        return;
    }
    let (files, shop) = (repository(&[]), repository(&["--ref-format=reftable"]));
    for command in COMMANDS {
        let (expected, actual) = (run(&files, command), run(&shop, command));
        if OF_THE_WORKTREE.contains(&command) {
            assert_eq!(actual.stdout, expected.stdout, "{command:?}");
            assert_eq!(actual.code, expected.code, "{command:?}");
            continue;
        }
        let all = all_of(&actual);
        assert!(
            all.contains("format `reftable`") || command[0] == "doctor",
            "{command:?}: {all}"
        );
        assert!(!all.contains("0 commits"), "{command:?}: {all}");
        assert_eq!(actual.code, Some(3), "{command:?}: {all}");
    }
    let run_history = run(&shop, &["history"]);
    let said = run_history.said();
    assert!(
        said.contains("`git clone --ref-format=files . ../COPY`"),
        "{said}"
    );
    shop.git(["clone", "-q", "--ref-format=files", ".", "../COPY"]);
    let copy = run(&shop, &["history", "../COPY"]);
    assert!(
        copy.exits(0).contains("2 commits of 1 person"),
        "{}",
        copy.stdout
    );

    // Commits can be named by their hashes, but tags cannot be read.
    let head = shop.git(["rev-parse", "HEAD"]);
    run(&shop, &["check", "--at", &head]).exits(0);
    run(&shop, &["check", "--at", &head, "--history"]).exits(3);
}

#[test]
fn a_reftable_is_converted_in_place() {
    if !is_known("--ref-format=reftable") {
        return;
    }
    let shop = Sandbox::folder("-- a --\n");
    // Before 2.48 git converts no logs of references.
    shop.git([
        "-c",
        "core.logAllRefUpdates=false",
        "init",
        "-q",
        "-b",
        "main",
        "--ref-format=reftable",
    ]);
    shop.git(["config", "core.logAllRefUpdates", "false"]);
    shop.commit();
    run(&shop, &["history"]).exits(3);
    shop.git(["refs", "migrate", "--ref-format=files"]);
    run(&shop, &["history"]).exits(0);
}

#[test]
fn an_audit_goes_on_with_other_repositories() {
    if !is_known("--ref-format=reftable") {
        return;
    }
    let shop = repository(&["--ref-format=reftable"]);
    let parent = shop.path("..");
    fs::create_dir_all(parent.join("org")).unwrap();
    shop.git(["clone", "-q", "--ref-format=files", ".", "../org/plain"]);
    fs::rename(shop.path(""), parent.join("org/table")).unwrap();
    fs::create_dir_all(shop.path("")).unwrap();
    let run = shop.run([
        "audit",
        "../org",
        "--no-cache",
        "--format",
        "json",
        "--as-of",
        "2026-01-15",
    ]);
    run.exits(3);
    let report = run.json();
    let names = report["repositories"].as_array().unwrap().iter();
    let names: Vec<&str> = names.map(|it| it["path"].as_str().unwrap()).collect();
    assert_eq!(names, ["plain", "table"]);
    let human = shop.run(["audit", "../org", "--no-cache", "-v"]);
    assert!(
        all_of(&human).contains("format `reftable`"),
        "{}",
        human.stdout
    );
}
