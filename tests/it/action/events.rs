//! One row for each event: what the run compares with, and what it reports.

use serde_json::{Value, json};

use super::event_files::{SHOP, WORSE};
use super::job::{From, Job, Started, ZERO, annotated, is_about_change};

/// What the run compares with.
#[derive(Debug, PartialEq)]
enum Compared {
    /// `main` before the change, under this name.
    Main(&'static str),
    /// Nothing: the whole is checked. Words of the note, if there is one.
    Whole(&'static str),
}
use Compared::{Main, Whole};

/// Checks one event, with a checkout of depth 1.
fn row(job: &Job, started: &Started, compared: &Compared) {
    let name = started.name;
    let outcome = job.run(started, 1);
    assert_eq!(
        outcome.failed,
        Some(("check".into(), 1)),
        "{name}: {}",
        outcome.log
    );
    assert_eq!(outcome.output("result"), "findings");
    let about: Vec<_> = outcome
        .annotations
        .iter()
        .filter(|it| is_about_change(it))
        .collect();
    match compared {
        Main(shown) => {
            assert_eq!(annotated(&outcome).len(), 2, "{name}: {}", outcome.log);
            let base = outcome.output("base");
            let expected = format!(" since {shown} ({})", &base[..10]);
            assert!(about[0].2.contains(&expected), "{name}: {about:?}");
            assert_eq!(outcome.output("approvals"), r#"[["@acme/core"]]"#);
        }
        Whole(note) => {
            assert_eq!(annotated(&outcome).len(), 3, "{name}: {}", outcome.log);
            assert!(about.is_empty(), "{name}: {about:?}");
            assert_eq!(outcome.output("base"), "");
            assert_eq!(
                outcome.summary.contains("Note: "),
                !note.is_empty(),
                "{name}"
            );
            assert!(
                outcome.summary.contains(note),
                "{name}: {}",
                outcome.summary
            );
        }
    }
}

fn payload(reference: &str, before: &str) -> Value {
    json!({
        "ref": reference, "before": before, "forced": true,
        "repository": { "full_name": "acme/shop", "default_branch": "main" },
    })
}

#[test]
fn events_of_pull_requests_are_compared_with_the_base_branch() {
    for name in [
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
    ] {
        for from in [From::Branch, From::Fork] {
            let job = Job::new(SHOP);
            let mut started = job.pull_request(from, WORSE);
            started.name = name;
            row(&job, &started, &Main("main"));
        }
    }
}

#[test]
fn pushes_are_compared_with_what_was_there_before() {
    let job = Job::new(SHOP);
    let main = job.hash("main");
    job.remote.add(WORSE);
    let commit = job.commit("feature");
    job.remote.git(["tag", "v1"]);
    // A commit that no branch has any more, and that git has removed.
    let gone = "1234567890123456789012345678901234567890";
    for (reference, before, compared) in [
        ("refs/heads/feature", main.as_str(), Main("feature")),
        ("refs/heads/feature", ZERO, Main("main")),
        ("refs/heads/feature", gone, Main("main")),
        ("refs/tags/v1", ZERO, Whole("a tag is new")),
    ] {
        let started = Started {
            name: "push",
            file: payload(reference, before).to_string(),
            commit: commit.clone(),
            reference: reference.into(),
        };
        let _ = std::fs::remove_dir_all(job.workspace());
        row(&job, &started, &compared);
    }
}

#[test]
fn a_new_default_branch_and_events_without_a_change_are_checked_as_a_whole() {
    let job = Job::new(SHOP);
    job.remote.add(WORSE);
    job.commit("main");
    let unknown = "no base that is known";
    for (name, file, note) in [
        (
            "push",
            payload("refs/heads/main", ZERO),
            "the default branch is new",
        ),
        ("schedule", json!({ "schedule": "17 5 * * 1" }), ""),
        (
            "workflow_dispatch",
            json!({ "inputs": { "x": "::error::pwned" } }),
            "",
        ),
        (
            "release",
            json!({ "release": { "tag_name": "v1" } }),
            unknown,
        ),
        (
            "workflow_run",
            json!({ "workflow_run": { "head_sha": "x" } }),
            unknown,
        ),
        ("issue_comment", json!({}), unknown),
    ] {
        let _ = std::fs::remove_dir_all(job.workspace());
        row(&job, &job.event(name, file), &Whole(note));
    }
}

#[test]
fn a_merge_group_is_compared_with_the_branch_that_it_is_merged_into() {
    let job = Job::new(SHOP);
    let base = job.hash("main");
    job.remote.add(WORSE);
    let commit = job.commit("gh-readonly-queue/main/pr-7");
    let file = json!({ "merge_group": { "base_ref": "refs/heads/main", "base_sha": base, "head_sha": commit } });
    let started = Started {
        name: "merge_group",
        file: file.to_string(),
        commit,
        reference: "refs/heads/gh-readonly-queue/main/pr-7".into(),
    };
    row(&job, &started, &Main("main"));
}
