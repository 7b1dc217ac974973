//! Revisions that are requested: each is compared with, or refused in words that help.

use std::fs;

use crate::sandbox::Sandbox;

/// What is checked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Head {
    Branch,
    Detached,
    /// The merge that GitHub makes of a pull request.
    PullRequest,
}

const HEADS: [Head; 3] = [Head::Branch, Head::Detached, Head::PullRequest];

/// `main` has three commits; `topic` started from the second one and has two more.
fn shop(head: Head) -> Sandbox {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n");
    shop.git(["init", "-q", "-b", "main"]);
    shop.commit_as("ann", "2026-01-01");
    shop.git(["tag", "-a", "v0.1.0", "-m", "first"]);
    shop.write("b", "");
    shop.commit_as("ann", "2026-01-02");
    shop.git(["branch", "release/1.x", "HEAD~1"]);
    shop.git(["checkout", "-q", "-b", "topic"]);
    for (file, day) in [("c", "2026-01-03"), ("d", "2026-01-04")] {
        shop.write(file, "");
        shop.commit_as("bob", day);
    }
    shop.git(["checkout", "-q", "main"]);
    shop.write("e", "");
    shop.commit_as("ann", "2026-01-05");
    match head {
        Head::Branch => drop(shop.git(["checkout", "-q", "topic"])),
        Head::Detached => drop(shop.git(["checkout", "-q", "--detach", "topic"])),
        Head::PullRequest => {
            shop.git(["checkout", "-q", "--detach", "main"]);
            shop.git(["merge", "-q", "--no-ff", "-m", "Merge", "topic"]);
            shop.git(["update-ref", "refs/remotes/pull/7/merge", "HEAD"]);
        }
    }
    shop
}

#[test]
fn the_base_is_the_merge_base_of_what_was_requested() {
    for head in HEADS {
        let shop = shop(head);
        let hash = shop.git(["rev-parse", "main~1"]);
        let revisions = [
            "main",
            "main~1",
            "main^",
            "topic",
            "topic~1",
            "v0.1.0",
            "v0.1.0^{}",
            "refs/tags/v0.1.0",
            "release/1.x",
            "HEAD",
            "@",
            "HEAD~1",
            "HEAD^1",
            &hash,
            &hash[..10],
            "heads/main",
        ];
        for revision in revisions {
            let change = super::change(&shop, revision);
            let base = shop.git(["merge-base", revision, "HEAD"]);
            assert_eq!(change["base"], base.as_str(), "{head:?} {revision}");
            let files = shop.git(["diff", "--name-only", &base, "HEAD"]);
            assert_eq!(
                change["files"],
                files.lines().count(),
                "{head:?} {revision}"
            );
        }
    }
}

#[test]
fn what_is_no_commit_is_refused() {
    // The revision, and what is said of it.
    let refused = [
        ("no-such-thing", "revision `no-such-thing` not found"),
        ("v0.0.1", "did you mean `v0.1.0`?"),
        ("mian", "did you mean `main`?"),
        ("release/1.y", "did you mean `release/1.x`?"),
        ("origin/main", "`git fetch --tags origin`"),
        ("HEAD~99", "revision `HEAD~99` not found"),
        ("HEAD^7", "revision `HEAD^7` not found"),
        ("main@{99}", "revision `main@{99}` not found"),
        ("0000000000000000000000000000000000000000", "not found"),
        ("deadbeef", "revision `deadbeef` not found"),
        ("é", "revision `é` not found"),
        ("a b", "revision `a b` not found"),
        ("refs/heads", "not found"),
        ("a/../b", "it names a range of commits"),
        ("", "it is empty"),
        (" ", "it is empty"),
        ("-", "it starts with `-`"),
        ("--all", "it starts with `-`"),
        ("--upload-pack=touch x", "it starts with `-`"),
        ("main\nx", "it has a control character"),
        ("\u{1b}[31mmain", "it has a control character"),
        ("main\u{7f}", "it has a control character"),
        ("main..topic", "it names a range of commits"),
        ("main...topic", "it names a range of commits"),
        ("..topic", "it names a range of commits"),
        ("main..", "it names a range of commits"),
        ("^main", "it names a range of commits"),
        ("main^@", "it names a range of commits"),
        ("main^!", "it names a range of commits"),
        ("main^-", "it names a range of commits"),
        ("main^-1", "it names a range of commits"),
        ("HEAD^{tree}", "names a folder (a tree), not a commit"),
        ("main:", "names a folder (a tree), not a commit"),
        ("HEAD:CODEOWNERS", "names a file (a blob), not a commit"),
        ("main:nowhere", "not found"),
        ("@{upstream}", "not found"),
        (":/nowhere", "not found"),
        (":0:CODEOWNERS", ""),
    ];
    for head in HEADS {
        let shop = shop(head);
        for (revision, says) in refused {
            for option in ["--since", "--at"] {
                let given = format!("{option}={revision}");
                let run = shop.run(["check", &given, "--no-cache"]);
                let said = run.said();
                assert_eq!(run.exits(2), "", "{head:?} {given:?}: {said}");
                assert!(said.contains(says), "{head:?} {given:?}: {said}");
                assert!(said.contains("help: "), "{head:?} {given:?}: {said}");
                for foreign in [
                    "os error",
                    "partially named",
                    "could not be",
                    "Reference",
                    "revspec",
                ] {
                    assert!(!said.contains(foreign), "{head:?} {given:?}: {said}");
                }
            }
        }
    }
}

#[test]
fn the_start_of_several_hashes_is_refused() {
    let shop = shop(Head::Branch);
    // More objects than there are hexadecimal digits: two of them start alike.
    for number in 0..40 {
        shop.write(format!("many/{number}"), number.to_string());
    }
    shop.commit();
    let all = shop.git(["rev-list", "--objects", "--all"]);
    let mut hashes: Vec<&str> = all.lines().map(|line| &line[..40]).collect();
    hashes.sort_unstable();
    let common = |pair: &[&str]| {
        pair[0]
            .bytes()
            .zip(pair[1].bytes())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let pair = hashes.windows(2).max_by_key(|pair| common(pair)).unwrap();
    let length = common(pair);
    let run = shop.run(["check", "--at", &pair[0][..length.max(1)]]);
    run.exits(2);
    // Git takes no less than four digits for the start of a hash.
    let says = if length < 4 {
        "not found"
    } else {
        "more than one hash"
    };
    assert!(run.said().contains(says), "{}", run.said());
}

#[test]
fn a_branch_whose_commit_is_missing_is_missing_data() {
    let shop = shop(Head::Branch);
    let id = shop.git(["rev-parse", "main"]);
    fs::remove_file(shop.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
    for option in ["--since", "--at"] {
        let run = shop.run(["check", option, "main"]);
        assert_eq!(run.exits(3), "");
        let said = run.said();
        assert!(
            said.contains(&format!("`main` is {id}, which is missing from this clone")),
            "{said}"
        );
    }
}

#[test]
fn a_shallow_clone_lacks_commits_and_no_names() {
    let shop = shop(Head::Branch);
    let origin = format!("file://{}", shop.path("").display());
    shop.git(["clone", "-q", "--depth", "1", &origin, "../clone"]);
    let first = shop.git(["rev-parse", "HEAD~1"]);
    // The revision, how the run ends, and what is said.
    let cases = [
        ("HEAD", 0, ""),
        ("HEAD~1", 3, "this clone is shallow"),
        (&first, 3, "this clone is shallow"),
        ("no-such-thing", 2, "revision `no-such-thing` not found"),
        ("v0.1.0", 2, "`git fetch --unshallow --tags origin`"),
    ];
    for (revision, code, says) in cases {
        let run = shop.run(["check", "../clone", "--since", revision]);
        run.exits(code);
        assert!(run.said().contains(says), "{revision}: {}", run.said());
    }
    shop.git([
        "-C",
        "../clone",
        "fetch",
        "-q",
        "--unshallow",
        "--tags",
        "origin",
    ]);
    for (revision, ..) in cases
        .iter()
        .filter(|(revision, ..)| *revision != "no-such-thing")
    {
        shop.run(["check", "../clone", "--since", revision])
            .exits(0);
    }
}
