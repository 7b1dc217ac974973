//! What each event is compared with, and what is told of it.

use serde_json::json;

use super::job::{From, Job, Started, ZERO, annotated, is_about_change};
use crate::hostile::assert_markdown;

/// A shop with a fault that is there before any change.
pub(super) const SHOP: &str = "\
-- README.md --
# Shop
-- CODEOWNERS --
* @acme/core
/old/ @ann
-- src/a.rs --
";

/// A change that adds an error and a warning.
pub(super) const WORSE: &str = "\
-- CODEOWNERS --
* @acme/core
/old/ @ann
/gone/ @acme/docs
!x @ann
-- src/b.rs --
";

/// What is told of the change, and nothing of what was there.
const ADDED: [&str; 2] = [
    "error codeowners/invalid-line CODEOWNERS:4",
    "warning codeowners/dead-pattern CODEOWNERS:3",
];

/// What is told of the whole.
const WHOLE: [&str; 3] = [
    "error codeowners/invalid-line CODEOWNERS:4",
    "warning codeowners/dead-pattern CODEOWNERS:2",
    "warning codeowners/dead-pattern CODEOWNERS:3",
];

#[test]
fn a_pull_request_is_told_what_it_makes_worse() {
    for from in [From::Branch, From::Fork] {
        let job = Job::new(SHOP);
        let started = job.pull_request(from, WORSE);
        let outcome = job.run(&started, 2);
        assert_eq!(outcome.failed, Some(("check".into(), 1)), "{}", outcome.log);
        assert_eq!(annotated(&outcome), ADDED);
        assert_eq!(outcome.output("base"), job.hash("main"));
        assert_eq!(outcome.output("teams"), r#"["@acme/core"]"#);
        let about = outcome.annotations.iter().filter(|it| is_about_change(it));
        assert_eq!(about.count(), 1);
        let counts = ["result", "errors", "warnings", "notes", "findings"];
        let counts = counts.map(|name| outcome.output(name));
        assert_eq!(counts, ["findings", "1", "1", "0", "2"]);
        assert_markdown(&outcome.summary);
        assert!(
            outcome
                .summary
                .starts_with("## bailiwick: 1 error, 1 warning"),
            "{}",
            outcome.summary
        );
        let sarif = std::fs::read_to_string(outcome.output("sarif-file")).unwrap();
        let sarif: serde_json::Value = serde_json::from_str(&sarif).unwrap();
        assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), 2);
        assert_eq!(outcome.output("json-file"), "");
        // Nothing was fetched: what is needed was checked out.
        assert!(!outcome.log.contains("fetching"), "{}", outcome.log);
    }
}

#[test]
fn a_pull_request_that_makes_nothing_worse_passes() {
    let job = Job::new(SHOP);
    let started = job.pull_request(From::Fork, "-- src/c.rs --\n");
    let outcome = job.run(&started, 2);
    assert_eq!(outcome.failed, None, "{}", outcome.log);
    assert_eq!(annotated(&outcome), [""; 0]);
    assert_eq!(outcome.output("result"), "clean");
}

#[test]
fn what_others_merged_meanwhile_is_not_told_again() {
    let job = Job::new(SHOP);
    let base = job.hash("main");
    // Somebody else's fault comes upon main behind the commit that the event names.
    job.remote.add("-- docs/CODEOWNERS --\n* @ann\n");
    job.commit("main");
    job.remote.git(["checkout", "-q", "-b", "feature", &base]);
    job.remote.add("-- src/c.rs --\n");
    let started = job.pull_request_of_worktree(From::Branch, &base);
    for depth in [1, 2, 0] {
        let outcome = job.run(&started, depth);
        assert_eq!(annotated(&outcome), [""; 0], "{}", outcome.log);
        assert_eq!(outcome.output("result"), "clean");
        std::fs::remove_dir_all(job.workspace()).unwrap();
    }
}

#[test]
fn the_head_itself_is_compared_with_where_it_began() {
    let job = Job::new(SHOP);
    let mut started = job.pull_request(From::Branch, WORSE);
    // As a workflow has it that checks out `github.event.pull_request.head.sha`.
    let merge = std::mem::replace(&mut started.commit, job.hash("feature"));
    job.check_out(&started, 1);
    started.commit = merge;
    let outcome = job.run_here(&started);
    assert_eq!(annotated(&outcome), ADDED, "{}", outcome.log);
    assert_eq!(outcome.output("base"), job.hash("main"));
}

#[test]
fn a_merge_group_is_compared_with_what_it_comes_upon() {
    let job = Job::new(SHOP);
    let base = job.hash("main");
    job.remote.add(WORSE);
    let head = job.commit("gh-readonly-queue/main/pr-7");
    let file = json!({
        "action": "checks_requested",
        "merge_group": { "base_ref": "refs/heads/main", "base_sha": base, "head_sha": head },
    });
    let started = Started {
        name: "merge_group",
        file: file.to_string(),
        commit: head,
        reference: "refs/heads/gh-readonly-queue/main/pr-7".into(),
    };
    let outcome = job.run(&started, 1);
    assert_eq!(annotated(&outcome), ADDED, "{}", outcome.log);
    assert_eq!(outcome.output("base"), base);
}

#[test]
fn a_push_is_compared_with_where_the_branch_stood() {
    let job = Job::new(SHOP);
    let before = job.hash("main");
    let started = job.push("main", &before, WORSE);
    let outcome = job.run(&started, 1);
    assert_eq!(annotated(&outcome), ADDED, "{}", outcome.log);
    assert_eq!(outcome.output("base"), before);
}

#[test]
fn a_new_branch_is_compared_with_the_default_one() {
    let job = Job::new(SHOP);
    let started = job.push("feature", ZERO, WORSE);
    let outcome = job.run(&started, 1);
    assert_eq!(annotated(&outcome), ADDED, "{}", outcome.log);
    assert_eq!(outcome.output("base"), job.hash("main"));
}

#[test]
fn where_there_is_nothing_to_compare_with_the_whole_is_checked() {
    let job = Job::new(SHOP);
    let started = job.push("main", ZERO, WORSE);
    let outcome = job.run(&started, 1);
    assert_eq!(annotated(&outcome), WHOLE, "{}", outcome.log);
    assert_eq!(outcome.output("base"), "");
    assert_eq!(outcome.output("teams"), "[]");
    assert!(
        outcome.summary.contains("the default branch is new"),
        "{}",
        outcome.summary
    );

    let job = Job::new(SHOP);
    job.remote.add(WORSE);
    job.commit("main");
    let schedule = job.event("schedule", json!({ "schedule": "17 5 * * 1" }));
    let outcome = job.run(&schedule, 1);
    assert_eq!(annotated(&outcome), WHOLE, "{}", outcome.log);
    assert!(!outcome.summary.contains("Note:"), "{}", outcome.summary);

    let unknown = job.event(
        "issue_comment",
        json!({ "comment": { "body": "::error::pwned" } }),
    );
    let outcome = job.run_here(&unknown);
    assert_eq!(annotated(&outcome), WHOLE, "{}", outcome.log);
    assert!(
        outcome.summary.contains("no base that is known"),
        "{}",
        outcome.summary
    );
}

#[test]
fn a_workflow_says_otherwise() {
    let job = Job::new(SHOP)
        .with("since", "none")
        .with("fail-on", "never");
    let started = job.pull_request(From::Branch, WORSE);
    let outcome = job.run(&started, 1);
    assert_eq!(outcome.failed, None, "{}", outcome.log);
    assert_eq!(annotated(&outcome), WHOLE);
    assert_eq!(outcome.output("result"), "clean");

    let job = Job::new(SHOP)
        .with("formats", "json,concise,markdown")
        .with("fail-on", "note");
    let started = job.pull_request(From::Branch, WORSE);
    let outcome = job.run(&started, 2);
    assert_eq!(outcome.code(), 1);
    assert_eq!(annotated(&outcome), [""; 0]);
    assert_eq!(outcome.summary, "");
    assert_eq!(outcome.output("sarif-file"), "");
    for name in ["json-file", "concise-file", "markdown-file"] {
        let text = std::fs::read_to_string(outcome.output(name)).unwrap();
        assert!(text.contains("codeowners/invalid-line"), "{text}");
    }
    // A second run in the same job has files of its own.
    let again = job.run_here(&started);
    assert_ne!(again.output("json-file"), outcome.output("json-file"));
}

#[test]
fn a_folder_is_checked_by_its_own_policy() {
    let job = Job::new(
        "-- README.md --\n# x\n-- CODEOWNERS --\n* @acme/core\n-- a/README.md --\n[x](gone.md)\n\
         -- b/README.md --\n[x](gone.md)\n-- b/strict.toml --\n[rules]\n\"documentation/broken-link\" = \"error\"\n",
    )
    .with("working-directory", "b")
    .with("policy", "strict.toml");
    let outcome = job.run(&job.event("schedule", json!({})), 1);
    assert_eq!(
        annotated(&outcome),
        ["error documentation/broken-link b/README.md:1"]
    );
    assert_eq!(outcome.code(), 1);
}
