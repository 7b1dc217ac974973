//! However little is checked out, the run reports what it reports of a full checkout.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use serde_json::json;

use super::job::{Checkout, From, Job, Sparse, Started, annotated, reported};

/// A repository whose findings depend on files all over it.
const SHOP: &str = "\
-- README.md --
# Shop
[use](b/notes.md)
[map](docs/map.md#north)
-- CODEOWNERS --
* @acme/all
/a/ @acme/a
/b/ @acme/b @bob
/old/ @ann
-- docs/map.md --
# Map
## North
-- a/f.rs --
// TODO: first
-- b/notes.md --
# Notes
-- b/g.rs --
-- b/service.toml --
name = \"b\"
owner = \"@acme/b\"
";

/// A change that takes a team's folder away, breaks two links of a file that it does not touch, and adds a TODO comment.
const CHANGE: &str = "\
-- CODEOWNERS --
* @acme/all
/a/ @acme/a @eve
/b/ @acme/c @bob
/old/ @ann
/gone/ @acme/gone
-- docs/map.md --
# Map
## South
-- b/g.rs --
// FIXME: second
-- b/service.toml --
name = \"b\"
owner = \"@acme/c\"
-- c/h.rs --
";

fn job() -> (Job, Started) {
    let job = Job::new(SHOP)
        .with("formats", "annotations,summary,json")
        .with("fail-on", "never");
    for number in 0..3 {
        job.remote
            .add(&format!("-- src/{number}.rs --\nfn f() {{}}\n"));
        job.commit("main");
    }
    fs::remove_file(job.remote.path("b/notes.md")).unwrap();
    let started = job.pull_request(From::Fork, CHANGE);
    (job, started)
}

fn checked(job: &Job, started: &Started, checkout: &Checkout) -> Vec<String> {
    let _ = fs::remove_dir_all(job.workspace());
    job.check_out_as(started, checkout);
    let outcome = job.run_here(started);
    let mut reported = reported(&outcome);
    if outcome.code() == 2 {
        reported.push(outcome.log);
    }
    reported
}

const FILTERS: [Option<&str>; 3] = [None, Some("blob:none"), Some("tree:0")];
const SPARSE: [Option<Sparse>; 4] = [
    None,
    Some(Sparse::Cone("a")),
    Some(Sparse::Patterns("/a/\n")),
    Some(Sparse::Patterns("/CODEOWNERS\n/.github/\n")),
];

#[test]
fn a_change_is_reported_alike_from_every_kind_of_checkout() {
    let (job, started) = job();
    let full = checked(&job, &started, &Checkout::default());
    let text = full.join("\n");
    for part in [
        "result=clean",
        r#"teams=["@acme/all","@acme/b"]"#,
        r#"approvals=[["@acme/all"],["@acme/b","@bob"]]"#,
        "documentation/broken-link",
        "since main (",
        "@eve",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // Each depth, filter and way to be sparse at least once.
    for (depth, filter, sparse) in [
        (1, 0, 0),
        (2, 1, 0),
        (1, 1, 1),
        (50, 2, 0),
        (2, 0, 1),
        (1, 2, 2),
        (0, 1, 3),
        (0, 2, 0),
    ] {
        let checkout = Checkout {
            depth,
            filter: FILTERS[filter],
            sparse: SPARSE[sparse],
            path: "",
        };
        assert_eq!(checked(&job, &started, &checkout), full, "{checkout:?}");
    }
}

#[test]
#[ignore = "takes minutes; .ci/weekly runs it"]
fn every_event_is_reported_alike_from_every_kind_of_checkout() {
    let events: [fn(&Job, Started) -> Started; 4] = [
        |_, started| started,
        |job, _| job.event("schedule", json!({})),
        |job, _| {
            let before = job.hash("main~2");
            let event = json!({
                "ref": "refs/heads/main", "before": before, "after": job.hash("main"),
                "repository": { "default_branch": "main" },
            });
            job.event("push", event)
        },
        |job, _| {
            let commit = job.hash("feature");
            let event = json!({
                "merge_group": { "base_sha": job.hash("main"), "base_ref": "refs/heads/main", "head_sha": commit },
            });
            Started {
                commit,
                reference: "refs/heads/feature".into(),
                ..job.event("merge_group", event)
            }
        },
    ];
    for event in events {
        let (job, started) = job();
        let started = event(&job, started);
        let full = checked(&job, &started, &Checkout::default());
        for depth in [1, 2, 50, 0] {
            for filter in FILTERS {
                for sparse in SPARSE {
                    let checkout = Checkout {
                        depth,
                        filter,
                        sparse,
                        path: "",
                    };
                    let reported = checked(&job, &started, &checkout);
                    assert_eq!(reported, full, "{} {checkout:?}", started.name);
                }
            }
        }
    }
}

#[test]
fn without_the_remote_a_partial_clone_is_incomplete_with_a_reason() {
    let (job, started) = job();
    let checkout = Checkout {
        depth: 0,
        filter: Some("blob:none"),
        ..Checkout::default()
    };
    job.check_out_as(&started, &checkout);
    let shown = job.workspace();
    let gone = [
        "-C",
        shown.to_str().unwrap(),
        "remote",
        "set-url",
        "origin",
        "file:///no/such",
    ];
    job.remote.git(gone);
    let outcome = job.run_here(&started);
    // Nothing is made up: no team is lost, no run is clean.
    assert!(matches!(outcome.code(), 2 | 3), "{}", outcome.log);
    assert_ne!(outcome.output("result"), "clean");
}

#[test]
fn a_path_a_submodule_and_a_foreign_owner_change_nothing() {
    let (job, started) = job();
    let full = checked(&job, &started, &Checkout::default());
    // Another owner of the workspace: git calls the ownership dubious.
    let workspace = job.workspace();
    let given = Command::new("chown")
        .args(["-R", "12345"])
        .arg(&workspace)
        .output();
    if given.is_ok_and(|given| given.status.success()) {
        let other = job.run_here(&started);
        assert_eq!(reported(&other), full, "{}", other.log);
    }
    let below = Checkout {
        depth: 1,
        sparse: Some(Sparse::Cone("a")),
        path: "some where/shop",
        ..Checkout::default()
    };
    let in_path = job.with("working-directory", " some where/shop\n");
    assert_eq!(checked(&in_path, &started, &below), full);
}

#[test]
fn a_submodule_is_left_alone() {
    let library = Job::new("-- README.md --\n# Library\n");
    let (job, _) = job();
    let url = format!("file://{}", library.remote.path("").display());
    job.remote.git(["submodule", "--quiet", "add", &url, "lib"]);
    let started = job.pull_request(From::Branch, "-- d/i.rs --\n");
    let full = checked(&job, &started, &Checkout::default());
    let partial = Checkout {
        depth: 1,
        filter: Some("tree:0"),
        ..Checkout::default()
    };
    assert_eq!(checked(&job, &started, &partial), full);
    assert!(!job.workspace().join("lib/README.md").exists());
}

#[test]
fn fetching_runs_nothing_that_a_repository_holds() {
    let (job, _) = job();
    let pwned = job.path("pwned");
    let script = format!("#!/bin/sh\ntouch '{}'\ncat\n", pwned.display());
    for hook in [
        "reference-transaction",
        "post-checkout",
        "post-index-change",
        "pre-auto-gc",
        "fsmonitor",
        "ssh",
        "run",
    ] {
        let file = job.remote.path(format!(".husky/{hook}"));
        job.remote.write(&file, &script);
        fs::set_permissions(file, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let attributes = "-- .gitattributes --\n* filter=run diff=run merge=run\n";
    let started = job.pull_request(From::Fork, &format!("{attributes}{CHANGE}"));
    for filter in ["blob:none", "tree:0"] {
        let _ = fs::remove_dir_all(job.workspace());
        let checkout = Checkout {
            depth: 1,
            filter: Some(filter),
            ..Checkout::default()
        };
        job.check_out_as(&started, &checkout);
        let workspace = job.workspace();
        // As an earlier step may have set them, such as husky.
        for (key, value) in [
            ("core.hooksPath", ".husky"),
            ("core.fsmonitor", ".husky/fsmonitor"),
            ("filter.run.smudge", ".husky/run"),
            ("filter.run.clean", ".husky/run"),
            ("filter.run.process", ".husky/run"),
            ("diff.run.textconv", ".husky/run"),
            ("diff.run.command", ".husky/run"),
            ("diff.external", ".husky/run"),
            ("merge.run.driver", ".husky/run"),
            ("uploadpack.packObjectsHook", ".husky/run"),
        ] {
            job.remote
                .git(["-C", workspace.to_str().unwrap(), "config", key, value]);
        }
        let outcome = job.run_here(&started);
        assert!(outcome.log.contains("fetching"), "{}", outcome.log);
        assert!(!pwned.exists(), "{filter}: {}", outcome.log);
    }
}

#[test]
fn a_named_revision_is_compared_with_and_not_the_base_of_the_event() {
    let (job, _) = job();
    let older = job.hash("main~2");
    job.remote.git(["tag", "v1", &older]);
    job.remote.git(["branch", "release/1.x", &older]);
    job.remote.git(["checkout", "-q", "main"]);
    let started = job.pull_request(From::Branch, CHANGE);
    let main = job.hash("main");
    for (since, base) in [
        ("v1", &older),
        ("release/1.x", &older),
        (" origin/release/1.x ", &older),
        ("refs/heads/release/1.x", &older),
        ("refs/tags/v1", &older),
        (older.as_str(), &older),
        ("main~2", &older),
        ("HEAD~3", &older),
        ("main", &main),
        ("event", &main),
        ("", &main),
    ] {
        for depth in [1, 0] {
            let _ = fs::remove_dir_all(job.workspace());
            job.check_out(&started, depth);
            let named = job.run_with("since", since, &started);
            assert_eq!(
                named.output("base"),
                base,
                "{since:?} {depth}: {}",
                named.log
            );
        }
    }
    for unknown in ["no-such-thing", &"0".repeat(40), "v2~1"] {
        let outcome = job.run_with("since", unknown, &started);
        assert!(
            matches!(outcome.code(), 2 | 3),
            "{unknown}: {}",
            outcome.log
        );
        assert!(matches!(outcome.output("result"), "failed" | "incomplete"));
        assert!(outcome.log.contains(unknown), "{unknown}: {}", outcome.log);
        assert_eq!(annotated(&outcome).len(), 1, "{:?}", outcome.annotations);
    }
}
