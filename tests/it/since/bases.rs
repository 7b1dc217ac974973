//! What a change starts from: merges, shallow clones, and histories that are none.

use super::{NOTHING, change, gaps, new};
use crate::sandbox::Sandbox;

const DEAD: &str = "warning codeowners/dead-pattern CODEOWNERS:3";

/// A repository whose branch `topic` adds a dead line, and whose `main` went on with a dead one before it.
fn forked() -> Sandbox {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @ann\n-- a --\n-- b --\n");
    shop.git(["checkout", "-q", "-b", "topic"]);
    shop.write("CODEOWNERS", "* @ann\n\n/topic/ @bob\n");
    shop.commit();
    shop.git(["checkout", "-q", "main"]);
    shop.write("a", "TODO\n");
    shop.commit();
    shop
}

#[test]
fn the_base_is_the_commit_that_both_have() {
    let shop = forked();
    shop.git(["checkout", "-q", "topic"]);
    assert_eq!(new(&shop, "main"), [DEAD]);
    let since = change(&shop, "main");
    assert_eq!(since["base"], shop.git(["rev-parse", "main~1"]));
    assert_eq!(since["files"], 1);
    // A commit that has all of the head is where it starts from: the head.
    assert_eq!(
        shop.findings(["--at", "main~1", "--since", "main"]),
        NOTHING
    );
}

#[test]
fn a_merge_of_a_pull_request_is_compared_with_what_was_requested() {
    let shop = forked();
    let stale = shop.git(["rev-parse", "main~1"]);
    // Main has a fault that the event's revision does not have yet.
    shop.write("CODEOWNERS", "* @ann\n");
    shop.write("c", "");
    shop.commit();
    shop.git(["checkout", "-q", "--detach", "main"]);
    shop.git(["merge", "-q", "--no-ff", "-m", "Merge", "topic"]);
    let merge = shop.git(["rev-parse", "HEAD"]);
    // Without the forge's reference it is a merge like any other.
    let ours = change(&shop, &stale);
    assert_eq!(ours["base"], stale.as_str());
    assert_eq!(ours["files"], 3);
    // With it, too: what is compared with is what was requested.
    shop.git(["update-ref", "refs/remotes/pull/1/merge", &merge]);
    assert_eq!(change(&shop, &stale), ours);
    shop.run(["check", "--since", "nowhere"]).exits(2);
    // The target branch as it was merged is the first parent.
    let target = change(&shop, &format!("{merge}^1"));
    assert_eq!(target["base"], shop.git(["rev-parse", "main"]));
    assert_eq!(target["files"], 1);
    assert_eq!(new(&shop, "HEAD^1"), [DEAD]);
}

#[test]
fn a_clone_of_depth_2_has_what_the_merge_of_a_pull_request_needs() {
    let shop = forked();
    shop.git(["checkout", "-q", "--detach", "main"]);
    shop.git(["merge", "-q", "--no-ff", "-m", "Merge", "topic"]);
    shop.git(["update-ref", "refs/pull/1/merge", "HEAD"]);
    shop.git(["init", "-q", "../clone"]);
    let origin = format!("file://{}", shop.path("").display());
    let depth = |depth: &str| {
        let reference = "+refs/pull/1/merge:refs/remotes/pull/1/merge";
        let fetch = [
            "-C", "../clone", "fetch", "-q", "--depth", depth, &origin, reference,
        ];
        shop.git(fetch);
        shop.git([
            "-C",
            "../clone",
            "checkout",
            "-q",
            "--detach",
            "refs/remotes/pull/1/merge",
        ]);
        shop.run([
            "check", "../clone", "--since", "HEAD^1", "--format", "concise",
        ])
    };
    let run = depth("1");
    run.exits(3);
    let said = run.said();
    assert!(said.contains("this clone is shallow"), "{said}");
    assert!(said.contains("git fetch --deepen=100 origin"), "{said}");
    assert!(said.contains("`fetch-depth: 0`, or `2`"), "{said}");
    let run = depth("2");
    assert!(run.exits(0).contains("/topic/"), "{}", run.stdout);
    assert!(run.stdout.contains("CODEOWNERS:3"), "{}", run.stdout);
}

#[test]
fn a_shallow_clone_says_what_to_fetch() {
    let shop = forked();
    let origin = format!("file://{}", shop.path("").display());
    shop.git([
        "clone",
        "-q",
        "--depth",
        "1",
        "--no-single-branch",
        &origin,
        "../clone",
    ]);
    let since = [
        "check",
        "../clone",
        "--at",
        "origin/topic",
        "--since",
        "origin/main",
    ];
    let run = shop.run(since);
    run.exits(3);
    assert!(
        run.said().contains("git fetch --unshallow origin"),
        "{}",
        run.said()
    );
    shop.git(["-C", "../clone", "fetch", "-q", "--unshallow"]);
    shop.run([&since[..], &["--fail-on", "warning"]].concat())
        .exits(1);
}

#[test]
fn crossed_merges_are_judged_since_one_of_their_bases_with_a_note() {
    let shop = forked();
    let (main, topic) = (
        shop.git(["rev-parse", "main"]),
        shop.git(["rev-parse", "topic"]),
    );
    shop.git(["merge", "-q", "--no-ff", "-m", "one", &topic]);
    shop.git(["checkout", "-q", "topic"]);
    shop.git(["merge", "-q", "--no-ff", "-m", "two", &main]);
    shop.write("CODEOWNERS", "* @ann\n\n/topic/ @bob\n/new/ @eve\n");
    shop.commit();
    let report = shop.report(["--since", "main"]);
    let base = report["change"]["base"].as_str().unwrap();
    assert!([main.as_str(), &topic].contains(&base), "{base}");
    let several = gaps(&report);
    let several = several
        .iter()
        .filter(|it| it.contains("several commits in common"));
    assert_eq!(several.count(), 1);
}

#[test]
fn a_revision_has_to_be_one_of_this_history() {
    let shop = forked();
    let run = shop.run(["check", "--since", "nowhere"]);
    run.exits(2);
    assert!(
        run.said().contains("revision `nowhere` not found"),
        "{}",
        run.said()
    );
    for odd in [
        "",
        "--",
        "-x",
        "HEAD:a",
        "main..topic",
        "\u{1b}[31m",
        "@{999}",
        ":/nothing",
    ] {
        let run = shop.run(["check", &format!("--since={odd}")]);
        run.exits(2);
        assert!(!run.stderr.contains('\u{1b}'), "{odd}");
    }
    shop.git(["checkout", "-q", "--orphan", "other"]);
    shop.commit();
    let run = shop.run(["check", "--since", "main"]);
    run.exits(2);
    assert!(
        run.said().contains("no history in common"),
        "{}",
        run.said()
    );
}

#[test]
fn before_the_first_commit_there_is_nothing_else_to_compare_with() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    shop.git(["init", "-q", "-b", "main"]);
    shop.git(["add", "-A"]);
    let run = shop.run(["check", "--since", "main"]);
    run.exits(2);
    assert!(run.said().contains("no commits yet"), "{}", run.said());
}
