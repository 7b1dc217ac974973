//! Which lines count: those that the change adds, wherever others go.

use serde_json::json;

use super::{MARKERS, NOTHING, change, handovers, new};
use crate::sandbox::Sandbox;

/// An ownership file with a fault of many kinds, in a repository with files for it.
const FAULTY: &str = "\
-- CODEOWNERS --
* @ann
/gone/ @bob
/docs/* @bob
/a/ @ann
/a/ @bob
!x @ann
/lib/x @eve
/lib/ @dan
/two/ @zoe
-- docs/a --
-- docs/b/c --
-- a/a --
-- lib/x --
-- lib/y --
-- two/a/1 --
-- two/b/2 --
";

/// A repository with faults, and how many findings they are.
fn faulty() -> (Sandbox, usize) {
    let shop = Sandbox::repository(FAULTY);
    let stands = shop.findings(NOTHING).len();
    assert!(stands >= 5, "{stands}");
    (shop, stands)
}

/// Nothing is new, nothing is mended, and nobody owns anything else.
fn brings_nothing(shop: &Sandbox, stands: usize) {
    assert_eq!(new(shop, "HEAD"), NOTHING);
    let change = change(shop, "HEAD");
    assert_eq!(change["existing"], stands);
    assert_eq!(change["fixed"], json!({}));
    assert_eq!(handovers(&change), NOTHING);
}

#[test]
fn an_ownership_file_may_be_reformatted() {
    let (shop, stands) = faulty();
    shop.write(
        "CODEOWNERS",
        "# Who owns what\r\n\r\n*\t\t@Ann\r\n/gone/   @BOB # nothing there\r\n\r\n# Docs\r\n\
         /docs/*  @bob\r\n/a/ @ann\r\n/a/\t@Bob\r\n!x   @ann\r\n/lib/x @eve\r\n/lib/ @Dan\r\n/two/ @zoe\r\n",
    );
    brings_nothing(&shop, stands);
}

#[test]
fn an_ownership_file_may_be_sorted_otherwise() {
    let (shop, stands) = faulty();
    shop.write(
        "CODEOWNERS",
        "* @ann\n/two/ @zoe\n!x @ann\n/lib/x @eve\n/lib/ @dan\n/a/ @ann\n/a/ @bob\n/docs/* @bob\n/gone/ @bob\n",
    );
    brings_nothing(&shop, stands);
}

#[test]
fn a_line_may_be_split() {
    let (shop, stands) = faulty();
    let text = shop.read("CODEOWNERS");
    shop.write(
        "CODEOWNERS",
        text.replace("/two/ @zoe", "/two/a/ @zoe\n/two/b/ @zoe"),
    );
    brings_nothing(&shop, stands);
}

#[test]
fn an_ownership_file_may_go_to_another_place() {
    let (shop, stands) = faulty();
    move_it(&shop);
    brings_nothing(&shop, stands);
}

/// Moves the ownership file to where the forge looks first.
fn move_it(shop: &Sandbox) {
    shop.write(".github/CODEOWNERS", shop.read("CODEOWNERS"));
    shop.git(["rm", "-q", "--cached", "CODEOWNERS"]);
    std::fs::remove_file(shop.path("CODEOWNERS")).unwrap();
    shop.git(["add", "-A"]);
}

#[test]
fn only_a_marker_that_was_added_counts() {
    let shop = Sandbox::repository(MARKERS);
    shop.add("-- a.rs --\n// TODO: one\n// TODO: two\n// TODO: one\n-- b.rs --\n// TODO: three\n");
    shop.commit();
    shop.add("-- a.rs --\n\n// FIXME: zero\n// TODO: one\n// TODO: two\n// TODO:   one\n");
    let report = shop.report(["--since", "HEAD"]);
    assert_eq!(new(&shop, "HEAD"), ["warning debt/untracked-marker a.rs:2"]);
    assert_eq!(report["change"]["existing"], 4);
    // Of equal ones one more is one.
    shop.add("-- a.rs --\n// TODO: one\n// TODO: two\n// TODO: one\n// TODO: one\n");
    assert_eq!(new(&shop, "HEAD").len(), 1);
    shop.run(["check", "--since", "HEAD", "--fail-on", "warning"])
        .exits(1);
    // Fewer are mended.
    shop.add("-- a.rs --\n// TODO: one\n");
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    let change = change(&shop, "HEAD");
    assert_eq!(change["fixed"], json!({ "debt/untracked-marker": 2 }));
    let run = shop.run(["check", "--since", "HEAD", "--fail-on", "note"]);
    run.exits(0);
    let said = run.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    let expected = "2 findings stand as before; 2 are mended (debt/untracked-marker)";
    assert!(said.contains(expected), "{said}");
}

#[test]
fn a_line_that_breaks_another_is_told_of() {
    // The new line comes last and takes all that the one before decided.
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @ann\n/lib/x @eve\n-- lib/x --\n-- y --\n");
    shop.write("CODEOWNERS", "* @ann\n/lib/x @eve\n/lib/ @bob\n");
    assert_eq!(
        new(&shop, "HEAD"),
        ["warning codeowners/shadowed-pattern CODEOWNERS:2"]
    );
    assert_eq!(handovers(&change(&shop, "HEAD")), ["@eve > @bob: lib/x"]);
}

#[test]
fn a_file_that_goes_breaks_links_elsewhere() {
    let shop = Sandbox::repository(
        "-- README.md --\n# Shop\n\n[how](docs/how.md)\n-- docs/how.md --\n# How\n",
    );
    shop.git(["rm", "-q", "docs/how.md"]);
    let found = shop.findings(["--since", "HEAD", "--select", "documentation/broken-link"]);
    assert_eq!(found, ["warning documentation/broken-link README.md:3"]);
}

#[test]
fn a_change_may_take_everything_away() {
    let (shop, _) = faulty();
    shop.git(["rm", "-q", "-r", "."]);
    let run = shop.run(["check", "--since", "HEAD"]);
    // Nothing is left to be checked.
    run.exits(3);
    shop.git(["commit", "-q", "-m", "empty"]);
    shop.run(["check", "--since", "HEAD~1", "--at", "HEAD"])
        .exits(3);
    // And back again everything is new.
    shop.git(["revert", "--no-edit", "HEAD"]);
    assert!(new(&shop, "HEAD~1").len() >= 5);
}

#[test]
fn no_change_brings_nothing() {
    let (shop, stands) = faulty();
    brings_nothing(&shop, stands);
    let run = shop.run(["check", "--since", "HEAD", "--fail-on", "note"]);
    let said = run.exits(0);
    assert!(said.contains("no file differs since HEAD"), "{said}");
    assert_eq!(shop.findings(["--since", "main", "--at", "main"]), NOTHING);
}
