//! Recordings.

use std::fs;

use super::github::{GitHub, team};
use super::{TOKEN, asking, serve, shop};

#[test]
fn a_recorded_run_replays_to_the_same_report() {
    let sandbox = shop(
        "-- CODEOWNERS --\n* @acme/web @dan\n-- a.rs --\n// TODO(#12): retry\n-- runbooks/down.md --\n# Down\n\n[wiki](http://127.0.0.1:9/x)\n",
    );
    let mut github = GitHub::new();
    github
        .teams
        .push(team("large", &["ann", "bob", "cid", "dan"]));
    github.shop().protection = Some((false, 3));
    github
        .shop()
        .issues
        .insert(12, Some("2025-11-02T10:00:00Z".into()));
    let server = serve(github);
    let arguments = ["check", "--format", "json", "--as-of", "2026-01-15"];
    let folder = sandbox.path("../recorded");
    let folder = folder.to_str().unwrap();
    let with = |more: &[&str]| {
        let all: Vec<&str> = arguments.iter().chain(more).copied().collect();
        super::online(sandbox.bailiwick(all), &server.url()).run()
    };
    let recorded = with(&["--online", "--record", folder]);
    let asked = server.seen().len();
    assert!(asked > 3, "{}{}", recorded.stdout, recorded.stderr);
    assert!(
        recorded.stdout.contains("approvals/required-chain"),
        "{}",
        recorded.stdout
    );
    let replayed = with(&["--replay", folder]);
    assert_eq!(recorded.stdout, replayed.stdout);
    assert_eq!(recorded.code, replayed.code);
    assert_eq!(server.seen().len(), asked, "a replay asks nobody");
    for file in fs::read_dir(folder).unwrap() {
        let content = fs::read(file.unwrap().path()).unwrap();
        let content = String::from_utf8_lossy(&content);
        assert!(
            !content.contains(TOKEN),
            "the token is in a recording: {content}"
        );
    }
}

#[test]
fn what_was_not_recorded_is_a_gap() {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n");
    let server = serve(GitHub::new());
    let folder = sandbox.path("../recorded");
    let folder = folder.to_str().unwrap();
    let select = ["--select", "codeowners/unenforced-file"];
    asking(
        &sandbox,
        &server,
        [
            "check", "--online", "--record", folder, select[0], select[1],
        ],
    )
    .run();
    let run = asking(
        &sandbox,
        &server,
        [
            "check",
            "--replay",
            folder,
            "--select",
            "ownership/powerless-owner",
        ],
    )
    .run();
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stdout.contains("recording has no answer"),
        "{}{}",
        run.stdout,
        run.stderr
    );
}
