//! `bailiwick check --changed-only`: what is staged, by the rules that the changed files are enough for.

use super::NOTHING;
use crate::sandbox::Sandbox;

#[test]
fn only_what_is_staged_counts() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --\n* @ann\n-- a.rs --\n// TODO: it stands\n-- b.rs --\n// b\n",
    );
    assert_eq!(shop.findings(["--changed-only"]), NOTHING);
    shop.write("b.rs", "// TODO: not staged\n");
    assert_eq!(shop.findings(["--changed-only"]), NOTHING);
    shop.write("a.rs", "// TODO: it stands\n// TODO: it is new\n");
    shop.git(["add", "a.rs"]);
    assert_eq!(
        shop.findings(["--changed-only"]),
        [
            "note debt/growing-debt a.rs:2",
            "note debt/untracked-marker a.rs:2"
        ]
    );
}

#[test]
fn rules_that_need_other_files_do_not_run() {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @ann\n-- README.md --\n# Shop\n");
    shop.write("README.md", "# Shop\n\n[gone](gone.md)\n");
    shop.git(["add", "-A"]);
    assert_eq!(shop.findings(["--changed-only"]), NOTHING);
    assert_eq!(
        shop.findings(["--since", "HEAD"]),
        ["warning documentation/broken-link README.md:3"]
    );
    // A line of the ownership file that matches nothing is seen by the names of files alone.
    shop.write("CODEOWNERS", "* @ann\n/gone/ @ann\n");
    shop.git(["add", "-A"]);
    assert_eq!(
        shop.findings(["--changed-only"]),
        ["warning codeowners/dead-pattern CODEOWNERS:2"]
    );
    shop.run(["check", "--changed-only", "--since", "HEAD"])
        .exits(2);
}

#[test]
fn the_first_commit_brings_everything() {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @ann\n/gone/ @ann\n-- a.rs --\n// a\n");
    shop.git(["update-ref", "-d", "HEAD"]);
    let dead = "warning codeowners/dead-pattern CODEOWNERS:2";
    assert_eq!(shop.findings(["--changed-only"]), [dead]);
    assert_eq!(shop.findings(["--since", "HEAD"]), [dead]);
    let run = shop.run(["check", "--changed-only"]);
    assert!(run.stdout.contains("since HEAD (before the first commit)"));
    // What judges it is what it brings: there is nothing before it.
    shop.write("bailiwick.toml", "[rules]\n\"codeowners/*\" = \"off\"\n");
    shop.git(["add", "-A"]);
    assert_eq!(shop.findings(["--changed-only"]), NOTHING);
}
