//! `bailiwick check`: which repository, which part of it, and at which revision.

use std::fs;

use crate::sandbox::Sandbox;

const NOTHING: [&str; 0] = [];
const DEAD: &str = "warning codeowners/dead-pattern CODEOWNERS:2";

/// A repository whose first revision has a dead line, and whose second has none.
fn mended() -> Sandbox {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @ann\n/gone/ @bob\n-- a --\n");
    shop.add("-- CODEOWNERS --\n* @ann\n");
    shop.commit();
    shop
}

#[test]
fn a_revision_is_judged_as_it_was() {
    let shop = mended();
    assert_eq!(shop.findings(NOTHING), NOTHING);
    assert_eq!(shop.findings(["--at", "HEAD~1"]), [DEAD]);
    assert_eq!(
        shop.findings(["--at", &shop.git(["rev-parse", "HEAD^"])]),
        [DEAD]
    );
    // What is not committed is none of the revision's.
    shop.add("-- CODEOWNERS --\n!x @ann\n");
    assert_eq!(shop.findings(["--at", "main"]), NOTHING);
    // Neither is a policy that came later.
    shop.git(["checkout", "-q", "CODEOWNERS"]);
    shop.add("-- bailiwick.toml --\n[rules]\n\"codeowners/dead-pattern\" = \"error\"\n");
    shop.commit();
    assert_eq!(shop.findings(["--at", "HEAD~2"]), [DEAD]);
    let run = shop.run(["check", "--at", "nowhere"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said().contains("revision `nowhere` not found"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_bare_clone_is_read_from_its_objects() {
    let shop = mended();
    shop.git(["clone", "-q", "--bare", "../work", "../bare.git"]);
    shop.git(["-C", "../bare.git", "gc", "-q"]);
    assert_eq!(shop.findings(["../bare.git"]), NOTHING);
    assert_eq!(shop.findings(["../bare.git", "--at", "HEAD~1"]), [DEAD]);
    assert_eq!(shop.report(["../bare.git"])["repository"], "work");
    let run = shop.run(["owners", "-C", "../bare.git", "--format", "tsv", "a"]);
    assert_eq!(run.exits(0), "a\t@ann\t1\n");
}

#[test]
fn a_linked_worktree_has_its_own_revision() {
    let shop = mended();
    shop.git(["worktree", "add", "-q", "--detach", "../linked", "HEAD~1"]);
    assert_eq!(shop.findings(["../linked"]), [DEAD]);
    assert_eq!(shop.findings(NOTHING), NOTHING);
}

#[test]
fn a_plain_folder_is_judged_as_it_is() {
    let shop = Sandbox::folder("-- CODEOWNERS --\n* @ann\n/gone/ @bob\n-- a --\n");
    assert_eq!(shop.findings(NOTHING), [DEAD]);
    assert_eq!(shop.findings(["../work"]), [DEAD]);
    let run = shop.run(["check", "--at", "HEAD"]);
    run.exits(2);
    assert!(
        run.said().contains("not a git repository: `/"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_folder_below_the_root_limits_what_is_found() {
    let shop = Sandbox::repository(
        "\
-- CODEOWNERS --
/CODEOWNERS @ann
/api/gone @ann
/web/gone @ann
-- api/a --
-- web/b --
",
    );
    let unowned = "note ownership/unowned-file CODEOWNERS";
    let api = "warning codeowners/dead-pattern CODEOWNERS:2";
    let web = "warning codeowners/dead-pattern CODEOWNERS:3";
    assert_eq!(shop.findings(NOTHING), [unowned, api, web]);
    let report = shop.report(["api"]);
    assert_eq!(
        crate::sandbox::lines_of(&report["findings"]),
        [unowned, api]
    );
    assert_eq!(
        report["findings"][0]["message"], "1 of 1 file has no owner",
        "{report:#}"
    );
    assert_eq!(shop.findings(["web/b"]), [unowned]);
    assert_eq!(shop.findings(["CODEOWNERS"]), [api, web]);
    // From within a folder, `.` is that folder.
    let run = shop
        .bailiwick(["check", "--format", "concise"])
        .current_dir(&shop.path("web"))
        .run();
    assert!(
        run.exits(0).contains("`/web/gone`") && !run.stdout.contains("`/api/gone`"),
        "{run:?}"
    );
    // The nearest policy holds.
    shop.add("-- bailiwick.toml --\n[rules]\n\"*\" = \"off\"\n-- api/bailiwick.toml --\n[rules]\n\"codeowners/dead-pattern\" = \"error\"\n");
    shop.commit();
    assert_eq!(shop.findings(NOTHING), NOTHING);
    assert!(
        shop.findings(["api"])
            .contains(&"error codeowners/dead-pattern CODEOWNERS:2".to_owned())
    );
}

#[test]
fn a_root_of_its_own_is_no_part_of_what_is_around() {
    let shop = Sandbox::repository(
        "\
-- CODEOWNERS --
* @ann
-- a --
-- nested/bailiwick.toml --
root = true
-- nested/CODEOWNERS --
* @bob
/gone/ @bob
",
    );
    let report = shop.report(NOTHING);
    assert_eq!(report["summary"]["files"], 2);
    assert_eq!(report["missing_data"][0]["kind"], "nested-root");
    // What is said of it names it once.
    let run = shop.run(["check", "-v"]);
    let said = run.exits(0).lines().find(|line| line.contains("nested"));
    assert_eq!(
        said,
        Some(
            "nested-root: nested: left out, as its `bailiwick.toml` says `root = true`; run `bailiwick check`"
        ),
        "{}",
        run.stdout
    );
    assert_eq!(
        shop.findings(["nested"]),
        ["warning codeowners/dead-pattern CODEOWNERS:2"]
    );
    let run = shop.bailiwick(["owners", "--format", "tsv", "CODEOWNERS"]);
    assert_eq!(
        run.current_dir(&shop.path("nested")).run().exits(0),
        "CODEOWNERS\t@bob\t1\n"
    );
}

#[test]
fn the_environment_points_nowhere_else() {
    let shop = mended();
    let other = Sandbox::repository("-- b --\n");
    let run = shop
        .bailiwick(["owners", "--format", "tsv"])
        .env("GIT_DIR", other.path(".git"))
        .env("GIT_WORK_TREE", other.path(""))
        .env("GIT_INDEX_FILE", other.path(".git/index"))
        .run();
    assert_eq!(run.exits(0), "CODEOWNERS\t@ann\t1\na\t@ann\t1\n");
}

#[test]
fn what_is_read_is_left_as_it_was() {
    let shop = mended();
    fs::remove_file(shop.path("a")).unwrap();
    let state = || {
        let index = fs::metadata(shop.path(".git/index"))
            .unwrap()
            .modified()
            .unwrap();
        let files = fs::read_dir(shop.path(".git")).unwrap().count();
        (
            index,
            files,
            shop.git(["--no-optional-locks", "status", "--porcelain"]),
        )
    };
    shop.git(["status", "--porcelain"]);
    let before = state();
    shop.run(["check"]).exits(0);
    shop.run(["owners", "--summary"]).exits(0);
    assert_eq!(state(), before);
}
