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
