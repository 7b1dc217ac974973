//! Events, inputs and files of the runner that are not what they should be.

use std::fs;

use serde_json::json;

use super::event_files::{SHOP, WORSE};
use super::job::{From, Job, annotated};
use crate::hostile::assert_markdown;

#[test]
fn pull_request_target_is_refused_before_anything_is_read() {
    let job = Job::new(SHOP);
    let mut started = job.pull_request(From::Fork, WORSE);
    started.name = "pull_request_target";
    for since in ["event", "none", "main"] {
        let job = Job::new(SHOP).with("since", since);
        let started_here = job.pull_request(From::Fork, WORSE);
        started.commit = started_here.commit;
        let outcome = job.run(&started, 2);
        let (_, code) = outcome.failed.clone().expect("a failure");
        assert_eq!(code, 2, "{}", outcome.log);
        let [(level, _, message)] = outcome.annotations.as_slice() else {
            panic!("{:?}", outcome.annotations);
        };
        assert_eq!(level, "error");
        assert!(
            message.contains("secrets") && message.contains("`pull_request`"),
            "{message}"
        );
        assert!(!outcome.log.contains("codeowners/"), "{}", outcome.log);
    }
}

#[test]
fn an_event_file_that_is_missing_or_malformed_is_told() {
    let cases = [
        "",
        "{",
        "[]",
        "{\"pull_request\": 7}",
        "{\"pull_request\": {\"base\": {\"sha\": \"--upload-pack=touch pwned\"}}}",
        "{\"pull_request\": {\"base\": {\"sha\": \"main\\nresult=clean\"}}}",
        "\u{0}\u{1b}]",
    ];
    let job = Job::new(SHOP);
    let mut started = job.pull_request(From::Branch, WORSE);
    job.check_out(&started, 2);
    // With the merge itself checked out, the event is still read.
    for case in cases {
        started.file = case.into();
        let outcome = job.run_here(&started);
        assert_eq!(outcome.code(), 2, "{case:?} {}", outcome.log);
        let (_, _, message) = &outcome.annotations[0];
        assert!(
            message.contains("event.json") && message.contains("help: "),
            "{message}"
        );
    }
    let job = Job::new(SHOP).env("GITHUB_EVENT_PATH", "no/such/file");
    let started = job.pull_request(From::Branch, WORSE);
    let outcome = job.run(&started, 2);
    assert_eq!(outcome.code(), 2, "{}", outcome.log);
    assert!(outcome.log.contains("no/such/file"), "{}", outcome.log);
    // The way out that is told is one.
    let job = Job::new(SHOP)
        .env("GITHUB_EVENT_PATH", "no/such/file")
        .with("since", "none");
    let outcome = job.run(&job.pull_request(From::Branch, WORSE), 2);
    assert_eq!(annotated(&outcome).len(), 3, "{}", outcome.log);
}

#[test]
fn a_faulty_policy_is_annotated_where_it_is_wrong() {
    let policy = "-- bailiwick.toml --\n[rules]\n\"codeowners/dead-patern\" = \"error\"\nx = 1\n";
    let job = Job::new(&format!("{SHOP}{policy}"));
    let outcome = job.run(&job.event("schedule", json!({})), 1);
    assert_eq!(outcome.failed, Some(("check".into(), 2)));
    let places: Vec<_> = annotated(&outcome);
    assert!(
        places.contains(&"error bailiwick bailiwick.toml:2".to_owned()),
        "{places:?}"
    );
    assert_eq!(outcome.output("result"), "failed");
    assert_eq!(outcome.output("errors"), "");
    assert_markdown(&outcome.summary);
    assert!(
        outcome.summary.contains("nothing was checked"),
        "{}",
        outcome.summary
    );
    assert!(
        outcome.summary.contains("dead-patern"),
        "{}",
        outcome.summary
    );
}

#[test]
fn inputs_that_mean_nothing_are_refused() {
    for (name, value) in [
        ("fail-on", "fatal"),
        ("formats", "html"),
        ("working-directory", "no/such"),
        ("working-directory", "../temp"),
        ("policy", "no/such.toml"),
        ("since", "no-such-branch"),
    ] {
        let job = Job::new(SHOP).with(name, value);
        let outcome = job.run(&job.event("schedule", json!({})), 1);
        let (_, code) = outcome
            .failed
            .clone()
            .unwrap_or_else(|| panic!("{name}: {value}"));
        assert!(matches!(code, 2 | 3), "{name}: {value}: {}", outcome.log);
        assert!(
            outcome.log.contains(value),
            "{name}: {value}: {}",
            outcome.log
        );
    }
}

#[test]
fn files_of_the_runner_that_cannot_be_written_are_told() {
    let job = Job::new(SHOP);
    let started = job.event("schedule", json!({}));
    job.check_out(&started, 1);
    let run = |variables: &[(&str, &str)]| {
        let mut program = job.remote.bailiwick(["action"]);
        let temporary = job.path("temp");
        let workspace = job.workspace();
        for (name, value) in [
            ("GITHUB_EVENT_NAME", "schedule"),
            ("GITHUB_WORKSPACE", workspace.to_str().unwrap()),
            ("RUNNER_TEMP", temporary.to_str().unwrap()),
        ] {
            program = program.env(name, value);
        }
        for (name, value) in variables {
            program = program.env(name, value);
        }
        program.run()
    };
    run(&[]).exits(0);
    for name in ["GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"] {
        let run = run(&[(name, "no/such/file")]);
        run.exits(2);
        assert!(
            run.stderr.contains(name) && run.stderr.contains("no/such/file"),
            "{}",
            run.stderr
        );
    }
    let run = run(&[("RUNNER_TEMP", "no/such/folder")]);
    run.exits(2);
    assert!(run.stderr.contains("RUNNER_TEMP"), "{}", run.stderr);
    let outside = job.remote.run(["action"]);
    outside.exits(2);
    assert!(
        outside.stderr.contains("GITHUB_EVENT_NAME"),
        "{}",
        outside.stderr
    );
    assert!(fs::read_dir(job.path("temp")).unwrap().count() > 0);
}
