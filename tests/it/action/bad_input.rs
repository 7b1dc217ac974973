//! Events, inputs and files of the runner that are not what they should be.

use std::fs;

use serde_json::json;

use super::event_files::{SHOP, WORSE};
use super::job::{Checkout, From, Job, annotated, reported};
use super::runner::Outcome;
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

/// Runs a job that must fail; returns its one annotation.
fn refused(job: &Job, outcome: &Outcome) -> String {
    assert!(
        matches!(outcome.code(), 2 | 3),
        "{:?}: {}",
        job.inputs,
        outcome.log
    );
    let result = outcome.output("result");
    assert!(matches!(result, "failed" | "incomplete"), "{result}");
    let [(level, _, message)] = outcome.annotations.as_slice() else {
        panic!("{:?}", outcome.annotations);
    };
    assert_eq!(level, "error");
    assert!(message.contains("help: "), "{message}");
    assert!(
        outcome.summary.contains("nothing was checked"),
        "{}",
        outcome.summary
    );
    assert_markdown(&outcome.summary);
    message.clone()
}

#[test]
fn inputs_that_are_not_valid_are_reported_in_the_words_of_a_workflow() {
    for (name, value) in [
        ("fail-on", "fatal"),
        ("formats", "html"),
        ("formats", "sarif, html"),
        ("online", "yes"),
        ("policy-from", "tip"),
        ("working-directory", "no/such"),
        ("working-directory", "../temp"),
        ("policy", "no/such.toml"),
        ("since", "no-such-branch"),
    ] {
        let job = Job::new(SHOP).with(name, value);
        let outcome = job.run(&job.event("schedule", json!({})), 1);
        let message = refused(&job, &outcome);
        let word = value.rsplit(' ').next().unwrap();
        assert!(message.contains(word), "{name}: {message}");
    }
}

#[test]
fn inputs_may_have_blanks_lines_and_any_case() {
    let expected = {
        let job = Job::new(SHOP).with("formats", "annotations,summary");
        let started = job.pull_request(From::Fork, WORSE);
        reported(&job.run(&started, 2))
    };
    for inputs in [
        [
            ("formats", "annotations, summary"),
            ("online", " False "),
            ("fail-on", "Error"),
        ],
        [
            ("formats", "\nAnnotations\nsummary\n"),
            ("since", " event\n"),
            ("working-directory", " . "),
        ],
        [
            ("formats", " annotations summary"),
            ("policy", "\n"),
            ("policy-from", "BASE"),
        ],
    ] {
        let mut job = Job::new(SHOP);
        for (name, value) in inputs {
            job = job.with(name, value);
        }
        let started = job.pull_request(From::Fork, WORSE);
        let outcome = job.run(&started, 2);
        let here = reported(&outcome);
        // Commits differ by their time.
        let is_hash = |line: &&String| !line.contains("base=") && !line.contains(" since ");
        assert_eq!(
            here.iter().filter(is_hash).collect::<Vec<_>>(),
            expected.iter().filter(is_hash).collect::<Vec<_>>(),
            "{inputs:?}"
        );
        assert_eq!(outcome.output("sarif-file"), "");
    }
}

#[test]
fn a_revision_is_never_an_option_or_a_refspec_of_git() {
    let job = Job::new(SHOP);
    let started = job.push("main", &job.hash("main"), WORSE);
    job.check_out(&started, 1);
    for since in [
        "--upload-pack=touch pwned;git-upload-pack",
        "--upload-pack=touch${IFS}pwned",
        "--recurse-submodules",
        "-u",
        "main:refs/heads/main",
        "+main",
        "+refs/heads/*:refs/heads/*",
        "a b",
        "a\tb",
        "^main",
        "main..HEAD",
    ] {
        let outcome = job.run_with("since", since, &started);
        let message = refused(&job, &outcome);
        assert!(message.contains("the input `since`"), "{message}");
        assert!(!outcome.log.contains("fetching"), "{}", outcome.log);
        let shown = job.workspace();
        let main = job
            .remote
            .git(["-C", shown.to_str().unwrap(), "rev-parse", "main"]);
        assert_eq!(main, started.commit);
    }
}

#[test]
fn a_missing_checkout_is_explained() {
    let job = Job::new(SHOP);
    let started = job.pull_request(From::Branch, WORSE);
    std::fs::create_dir_all(job.workspace()).unwrap();
    let outcome = job.run_here(&started);
    assert!(refused(&job, &outcome).contains("`actions/checkout`"));
    // Without git, actions/checkout downloads the files.
    std::fs::write(job.workspace().join("README.md"), "# x\n").unwrap();
    let outcome = job.run_here(&started);
    let message = refused(&job, &outcome);
    assert!(
        message.contains("install git") && message.contains("`since: none`"),
        "{message}"
    );
    for path in ["shop", "organization/here"] {
        std::fs::remove_dir_all(job.workspace()).unwrap();
        let checkout = Checkout {
            path,
            ..Checkout::default()
        };
        job.check_out_as(&started, &checkout);
        let outcome = job.run_here(&started);
        let message = refused(&job, &outcome);
        assert!(
            message.contains(&format!("`working-directory: {path}`")),
            "{message}"
        );
        let outcome = job.run_with("working-directory", path, &started);
        assert_eq!(annotated(&outcome).len(), 2, "{}", outcome.log);
    }
}

#[test]
fn a_policy_of_another_checkout_is_beside_the_one_that_is_checked() {
    let policy = Job::new("-- bailiwick.toml --\n[rules]\n\"codeowners/*\" = \"off\"\n");
    let job = Job::new(SHOP);
    let started = job.pull_request(From::Branch, WORSE);
    let at = |path| Checkout {
        path,
        ..Checkout::default()
    };
    job.check_out_as(&started, &at(""));
    let of_policy = policy.event("schedule", json!({}));
    let place = |path: &str| {
        policy.check_out_as(&of_policy, &at("policy"));
        let to = job.workspace().join(path);
        std::fs::rename(policy.workspace().join("policy"), to).unwrap();
    };
    place(".org");
    let outcome = job.run_with("policy", ".org/bailiwick.toml", &started);
    let message = refused(&job, &outcome);
    assert!(
        message.contains("`policy: ../policy/bailiwick.toml`"),
        "{message}"
    );
    // The help is followed.
    std::fs::remove_dir_all(job.workspace()).unwrap();
    job.check_out_as(&started, &at("shop"));
    place("policy");
    let job = job
        .with("working-directory", "shop")
        .with("policy", "../policy/bailiwick.toml");
    let outcome = job.run_here(&started);
    assert_eq!(outcome.failed, None, "{}", outcome.log);
    assert_eq!(annotated(&outcome), [""; 0]);
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
