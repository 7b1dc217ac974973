//! What a change does to who owns what, and who has to approve it.

use super::{NOTHING, approvals, change, edits, handovers, new};
use crate::sandbox::Sandbox;

const OWNED: &str = "\
-- CODEOWNERS --
* @ann
/lib/ @bob @eve
/free/
-- a --
a
-- lib/b --
b
-- lib/c --
c
-- free/d --
d
-- free/e --
e
";

#[test]
fn files_gain_lose_and_change_owners_by_lines() {
    let shop = Sandbox::repository(OWNED);
    // The order of owners and their case say nothing.
    shop.write("CODEOWNERS", "/lib/ @Eve @bob\n/free/d @dan\n/lib/c @dan\n");
    let change = change(&shop, "HEAD");
    assert_eq!(
        handovers(&change),
        [
            "@ann > : CODEOWNERS a",
            " > @dan: free/d",
            "@bob @eve > @dan: lib/c",
        ]
    );
    assert_eq!(change["handovers"][1]["line"], 2);
    assert_eq!(edits(&change), ["ownership-file CODEOWNERS"]);
    // By the file as it was: a change does not appoint who approves it.
    assert_eq!(approvals(&change), ["1 @ann: CODEOWNERS"]);
    let run = shop.run(["check", "--since", "HEAD"]);
    assert!(run.stdout.contains("from @ann to nobody"), "{}", run.stdout);
    assert!(run.stdout.contains("from nobody to @dan"), "{}", run.stdout);
}

#[test]
fn files_gain_lose_and_change_owners_by_where_they_go() {
    let shop = Sandbox::repository(OWNED);
    shop.git(["mv", "a", "free/a"]);
    shop.git(["mv", "lib/b", "b"]);
    shop.git(["mv", "free/d", "lib/d"]);
    shop.write("free/new", "new");
    shop.write("lib/new", "also new");
    shop.git(["add", "-A"]);
    let change = change(&shop, "HEAD");
    assert_eq!(
        handovers(&change),
        [
            "@ann > : free/a",
            " > @bob @eve: lib/d",
            "@bob @eve > @ann: b",
            "new > : free/new",
        ]
    );
    // What goes elsewhere is approved at both places.
    assert_eq!(approvals(&change), ["1 @ann: a b", "2 @bob @eve: lib/"]);
}

#[test]
fn approval_is_by_the_file_of_the_branch_that_the_change_goes_to() {
    let shop = Sandbox::repository(OWNED);
    shop.git(["checkout", "-q", "-b", "topic"]);
    shop.write("lib/b", "changed");
    shop.write("CODEOWNERS", "* @mallory\n");
    shop.commit();
    // Main goes on: others own the folder now, and a file changes that is none of the change's.
    shop.git(["checkout", "-q", "main"]);
    shop.write("CODEOWNERS", "* @ann\n/lib/ @zoe\n/free/\n");
    shop.write("a", "changed");
    shop.commit();
    shop.git(["checkout", "-q", "topic"]);
    let change = change(&shop, "main");
    assert_eq!(change["base"], shop.git(["rev-parse", "main~1"]));
    assert_eq!(change["files"], 2);
    assert_eq!(approvals(&change), ["1 @ann: CODEOWNERS", "2 @zoe: lib/b"]);
    assert_eq!(change["approved_by"], "CODEOWNERS");
}

#[test]
fn without_an_ownership_file_before_all_files_gain_owners() {
    let shop = Sandbox::repository("-- a --\n-- lib/b --\n");
    shop.add("-- CODEOWNERS --\n* @ann\n/gone/ @bob\n");
    shop.git(["add", "-A"]);
    assert_eq!(
        new(&shop, "HEAD"),
        ["warning codeowners/dead-pattern CODEOWNERS:2"]
    );
    let report = shop.report(["--since", "HEAD"]);
    assert_eq!(handovers(&report["change"]), [" > @ann: a lib/b"]);
    assert_eq!(approvals(&report["change"]), NOTHING);
    assert_eq!(report["change"]["approved_by"], serde_json::Value::Null);
    // And without one after, all lose theirs.
    shop.commit();
    shop.git(["rm", "-q", "CODEOWNERS"]);
    let gone = change(&shop, "HEAD");
    assert_eq!(handovers(&gone), ["@ann > : a lib/b"]);
    assert_eq!(approvals(&gone), ["1 @ann: CODEOWNERS"]);
}

#[test]
fn what_says_how_changes_are_judged_is_named() {
    let shop = Sandbox::repository(
        "-- bailiwick.toml --\n[[rosters]]\nfile = \"people.toml\"\ncovers = [\"@acme\"]\n\
         -- people.toml --\n[[people]]\nlogin = \"@ann\"\n-- CODEOWNERS --\n* @ann\n-- a --\n",
    );
    shop.add(
        "-- people.toml --\n[[people]]\nlogin = \"@ann\"\n[[people]]\nlogin = \"@bob\"\n\
         -- .github/workflows/ci.yml --\non: push\n-- sub/bailiwick.toml --\nextends = []\n",
    );
    shop.git(["add", "-A"]);
    let change = change(&shop, "HEAD");
    assert_eq!(
        edits(&change),
        [
            "workflow .github/workflows/ci.yml",
            "roster people.toml",
            "policy sub/bailiwick.toml",
        ]
    );
    assert_eq!(change["policy_differs"], false);
}

#[test]
fn every_format_tells_what_becomes_of_ownership() {
    let shop = Sandbox::repository(OWNED);
    shop.write("CODEOWNERS", "* @ann\n/lib/ @zoe\n/free/\n");
    shop.git(["add", "-A"]);
    for format in [
        "human", "concise", "json", "sarif", "github", "markdown", "gitlab", "junit", "rdjson",
    ] {
        let run = shop.run(["check", "--since", "HEAD", "--format", format]);
        let text = &run.stdout;
        for word in ["@zoe", "@eve", "lib/", "CODEOWNERS"] {
            assert!(
                text.contains(word),
                "{format} says nothing of {word}: {text}"
            );
        }
        // Without a change nothing of the kind is said.
        let run = shop.run(["check", "--format", format]);
        assert!(!run.stdout.contains("differs since"), "{format}");
    }
}
