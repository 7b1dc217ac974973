//! Pull requests that try to weaken the policy that judges them.

use super::event_files::SHOP;
use super::job::{From, Job, annotated};

/// A fault that a change brings in.
const FAULT: &str = "\
-- CODEOWNERS --
* @acme/core
/old/ @ann
/gone/ @acme/docs
!x @ann
";

/// What is told of it.
const ADDED: [&str; 2] = [
    "error codeowners/invalid-line CODEOWNERS:4",
    "warning codeowners/dead-pattern CODEOWNERS:3",
];

/// Runs the change with something that is to make it pass; what is told of the ownership file.
fn told(base: &str, weakened: &str) -> (i32, Vec<String>) {
    let job = Job::new(&format!("{SHOP}{base}"));
    let started = job.pull_request(From::Fork, &format!("{FAULT}{weakened}"));
    let outcome = job.run(&started, 2);
    let mut told = annotated(&outcome);
    told.retain(|line| line.contains("codeowners/"));
    (outcome.code(), told)
}

fn assert_unmoved(base: &str, weakened: &str) {
    let (code, told) = told(base, weakened);
    for line in ADDED {
        assert!(told.iter().any(|told| told == line), "{weakened}: {told:?}");
    }
    assert_eq!(code, 1, "{weakened}");
}

#[test]
fn a_policy_that_comes_with_the_change_does_not_judge_it() {
    assert_unmoved("", "-- bailiwick.toml --\n[rules]\n\"*\" = \"off\"\n");
    let own = "-- bailiwick.toml --\n[rules]\n\"codeowners/dead-pattern\" = \"warning\"\n";
    assert_unmoved(own, "-- bailiwick.toml --\n[rules]\n\"*\" = \"off\"\n");
    assert_unmoved(own, "-- bailiwick.toml --\n[files]\nexclude = [\"**\"]\n");
}

#[test]
fn an_exception_that_comes_with_the_change_accepts_nothing() {
    let exceptions = "-- bailiwick.toml --\n[[exceptions]]\nrule = \"codeowners/*\"\npath = \"CODEOWNERS\"\n\
                      reason = \"please\"\n";
    assert_unmoved("", exceptions);
    let named = "-- bailiwick.toml --\nextends = [\"own.toml\"]\n-- own.toml --\n[rules]\n";
    assert_unmoved(
        named,
        "-- own.toml --\n[rules]\n\"codeowners/*\" = \"off\"\n",
    );
}

#[test]
fn a_policy_that_the_workflow_names_is_that_of_the_base_too() {
    let own = "-- policies/own.toml --\n[rules]\n\"codeowners/dead-pattern\" = \"error\"\n";
    let off = "-- policies/own.toml --\n[rules]\n\"*\" = \"off\"\n";
    let run = |policy: &str, from: &str, base: &str| {
        let job = Job::new(&format!("{SHOP}{base}"))
            .with("policy", policy)
            .with("policy-from", from);
        let started = job.pull_request(From::Fork, &format!("{FAULT}{off}"));
        let outcome = job.run(&started, 2);
        let mut told = annotated(&outcome);
        told.retain(|line| line.contains("codeowners/"));
        (outcome.code(), told, outcome.log)
    };
    let (code, told, _) = run("policies/own.toml", "base", own);
    let expected = ["error codeowners/dead-pattern CODEOWNERS:3", ADDED[0]];
    assert_eq!((code, told), (1, expected.map(str::to_owned).to_vec()));
    // The workflow may say otherwise.
    let (code, told, _) = run("policies/own.toml", "head", own);
    assert_eq!((code, told), (0, Vec::new()));
    // One that comes with the change is none yet.
    let (code, told, log) = run("policies/own.toml", "base", "");
    assert_eq!((code, told), (2, Vec::new()));
    assert!(log.contains("has no policy `policies/own.toml`"), "{log}");
    assert!(log.contains("`policy-from: head`"), "{log}");
}

#[test]
fn a_nearer_policy_that_comes_with_the_change_does_not_judge_it() {
    let job = Job::new(&format!("{SHOP}-- docs/README.md --\n# Docs\n"))
        .with("working-directory", "docs");
    let weakened =
        "-- docs/bailiwick.toml --\n[rules]\n\"*\" = \"off\"\n-- docs/README.md --\n[x](gone.md)\n";
    let outcome = job.run(&job.pull_request(From::Fork, weakened), 2);
    assert_eq!(
        annotated(&outcome),
        ["warning documentation/broken-link docs/README.md:1"],
        "{}",
        outcome.log
    );
}

#[test]
fn a_policy_that_the_change_takes_away_judges_it_still() {
    let own = "-- bailiwick.toml --\n[rules]\n\"codeowners/dead-pattern\" = \"error\"\n";
    let job = Job::new(&format!("{SHOP}{own}"));
    let base = job.hash("main");
    job.remote.add(FAULT);
    std::fs::remove_file(job.remote.path("bailiwick.toml")).unwrap();
    let outcome = job.run(&job.pull_request_of_worktree(From::Fork, &base), 2);
    let told = annotated(&outcome);
    assert!(
        told.contains(&"error codeowners/dead-pattern CODEOWNERS:3".to_owned()),
        "{told:?}"
    );
}

#[test]
fn what_the_change_suppresses_is_listed() {
    let suppressed = "\
-- CODEOWNERS --
* @acme/core
/old/ @ann
# bailiwick: allow(codeowners/dead-pattern) please
/gone/ @acme/docs
";
    let job = Job::new(SHOP);
    let outcome = job.run(&job.pull_request(From::Fork, suppressed), 2);
    assert!(
        outcome.summary.contains("1 accepted"),
        "{}",
        outcome.summary
    );
    assert!(outcome.summary.contains("please"), "{}", outcome.summary);
    // That the change edits what it is judged by is said in any case.
    assert!(
        outcome.log.contains("it edits what changes are judged by"),
        "{}",
        outcome.log
    );
}

#[test]
fn a_root_that_comes_with_the_change_hides_nothing() {
    let files = "-- docs/README.md --\n# Docs\n";
    let job = Job::new(&format!("{SHOP}{files}"));
    let started = job.pull_request(
        From::Fork,
        "-- docs/bailiwick.toml --\nroot = true\n-- docs/README.md --\n[x](gone.md)\n",
    );
    let outcome = job.run(&started, 2);
    let told = annotated(&outcome);
    assert!(
        told.iter()
            .any(|line| line.contains("documentation/broken-link docs/README.md")),
        "{told:?} {}",
        outcome.log
    );
}
