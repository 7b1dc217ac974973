//! More than GitHub takes: what does not fit is told, and GitHub drops nothing without a word.

use std::fs;

use serde_json::{Value, json};

use super::job::{From, Job};
use crate::hostile::assert_markdown;

#[test]
fn annotations_are_as_many_as_are_shown_and_the_others_are_counted() {
    let job = Job::new("-- README.md --\n# x\n-- CODEOWNERS --\n* @acme/core\n");
    let mut owners = "* @acme/core\n".to_owned();
    for number in 0..25 {
        owners += &format!("!{number} @ann\n/gone{number}/ @ann\n/lib{number}/* @ann\n");
        job.remote.write(format!("lib{number}/a/b"), "");
        job.remote.write(format!("lib{number}/c"), "");
    }
    let started = job.pull_request(From::Fork, &format!("-- CODEOWNERS --\n{owners}"));
    let outcome = job.run(&started, 2);
    let count = |name| outcome.output(name).parse::<usize>().unwrap();
    let (errors, warnings) = (count("errors"), count("warnings"));
    assert!(errors >= 25 && warnings >= 25, "{errors} {warnings}");
    let at = |level: &str| {
        outcome
            .annotations
            .iter()
            .filter(|it| it.0 == level)
            .count()
    };
    // One notice is about the change as a whole.
    assert_eq!(
        [at("error"), at("warning"), at("notice")],
        [10, 10, 10],
        "{}",
        outcome.log
    );
    let left = outcome
        .log
        .lines()
        .find(|line| line.contains("Not annotated: "));
    for level in ["errors", "warnings", "notes"] {
        assert!(left.is_some_and(|line| line.contains(level)), "{left:?}");
    }
    assert_markdown(&outcome.summary);
}

#[test]
fn a_summary_of_very_many_findings_is_taken() {
    let job =
        Job::new("-- README.md --\n# x\n").with("formats", "annotations,summary,sarif,markdown");
    let mut owners = "* @acme/core\n".to_owned();
    let long = "x".repeat(150);
    for number in 0..6_000 {
        owners += &format!("!{long}{number} @acme/team-{}\n", number % 500);
    }
    job.remote.write("CODEOWNERS", &owners);
    job.commit("main");
    let outcome = job.run(&job.event("schedule", json!({})), 1);
    let errors: usize = outcome.output("errors").parse().unwrap();
    assert!(errors > 0);
    assert_markdown(&outcome.summary);
    // What the summary does not show is counted there; SARIF has it all.
    let sarif = fs::read_to_string(outcome.output("sarif-file")).unwrap();
    let sarif: Value = serde_json::from_str(&sarif).unwrap();
    assert!(sarif["runs"][0]["results"].as_array().unwrap().len() >= errors);
    let markdown = fs::read_to_string(outcome.output("markdown-file")).unwrap();
    assert!(markdown.len() < 1 << 20);
}
