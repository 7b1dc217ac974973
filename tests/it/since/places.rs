//! Where a change may be: in the worktree, in a bare repository, in a folder; and beside a baseline.

use serde_json::json;

use super::{MARKERS, NOTHING, change, gaps, new};
use crate::sandbox::{Sandbox, lines_of};

/// A repository in which one marker stands.
fn shop() -> Sandbox {
    let shop = Sandbox::repository(MARKERS);
    shop.add("-- CODEOWNERS --\n* @ann\n-- a.rs --\n// TODO: it stands\n-- sub/b.rs --\n-- sub/c.rs --\n");
    shop.commit();
    shop
}

fn marker(place: &str) -> String {
    format!("warning debt/untracked-marker {place}")
}

#[test]
fn the_worktree_counts_staged_or_not() {
    let shop = shop();
    shop.write("a.rs", "// TODO: first\n// TODO: it stands\n");
    assert_eq!(new(&shop, "HEAD"), [marker("a.rs:1")]);
    shop.git(["add", "a.rs"]);
    assert_eq!(new(&shop, "HEAD"), [marker("a.rs:1")]);
    // What is on disk counts, not what is staged.
    shop.write("a.rs", "// TODO: it stands\n");
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    // Neither is part of a commit.
    shop.write("a.rs", "// TODO: first\n// TODO: it stands\n");
    assert_eq!(shop.findings(["--since", "HEAD", "--at", "HEAD"]), NOTHING);
    shop.commit();
    assert_eq!(new(&shop, "HEAD~1"), [marker("a.rs:1")]);
}

#[test]
fn files_that_git_does_not_track_do_not_count() {
    let shop = shop();
    shop.write("new.rs", "// TODO: not yet\n");
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    assert_eq!(change(&shop, "HEAD")["files"], 0);
    shop.git(["add", "--intent-to-add", "new.rs"]);
    assert_eq!(new(&shop, "HEAD"), [marker("new.rs:1")]);
}

#[test]
fn a_file_that_is_gone_from_disk_is_no_crash() {
    let shop = shop();
    std::fs::remove_file(shop.path("a.rs")).unwrap();
    assert_eq!(new(&shop, "HEAD"), NOTHING);
}

#[test]
fn a_file_that_git_would_convert_brings_nothing() {
    let shop = shop();
    shop.write(".gitattributes", "*.rs text eol=crlf\n");
    shop.commit();
    shop.write("a.rs", "// TODO: it stands\r\n");
    assert_eq!(new(&shop, "HEAD"), NOTHING);
    assert_eq!(change(&shop, "HEAD")["existing"], 1);
}

#[test]
fn a_plain_folder_has_no_history() {
    let folder = Sandbox::folder("-- a --\n");
    let run = folder.run(["check", "--since", "HEAD"]);
    run.exits(2);
    let said = run.said();
    assert!(said.contains("not a git repository: `/"), "{said}");
    assert!(said.contains("leave `--since` out"), "{said}");
}

#[test]
fn a_bare_repository_and_a_linked_worktree_are_judged_alike() {
    let shop = shop();
    shop.write("sub/b.rs", "// TODO: second\n");
    shop.commit();
    shop.git(["clone", "-q", "--bare", "../work", "../bare.git"]);
    let found = [marker("sub/b.rs:1")];
    assert_eq!(shop.findings(["../bare.git", "--since", "HEAD~1"]), found);
    let at = ["../bare.git", "--at", "main", "--since", "main~1"];
    assert_eq!(shop.findings(at), found);
    shop.git(["worktree", "add", "-q", "--detach", "../linked", "HEAD"]);
    assert_eq!(shop.findings(["../linked", "--since", "main~1"]), found);
}

#[test]
fn a_folder_limits_what_is_found_and_not_what_is_compared() {
    let shop = shop();
    shop.write("a.rs", "// TODO: first\n// TODO: it stands\n");
    shop.git(["mv", "sub/b.rs", "sub/d.rs"]);
    shop.write("sub/c.rs", "// TODO: third\n");
    let found = [marker("sub/c.rs:1")];
    assert_eq!(shop.findings(["sub", "--since", "HEAD"]), found);
    assert_eq!(shop.findings(["sub/c.rs", "--since", "HEAD"]), found);
    assert_eq!(shop.findings(["sub/d.rs", "--since", "HEAD"]), NOTHING);
    let run = shop
        .bailiwick(["check", "--since", "HEAD", "--format", "concise"])
        .current_dir(&shop.path("sub"))
        .run();
    assert!(run.exits(0).contains("c.rs:1"), "{}", run.stdout);
    // A folder that came with the change is no other.
    shop.write("fresh/e.rs", "// TODO: fourth\n");
    shop.git(["add", "-A"]);
    assert_eq!(
        shop.findings(["fresh", "--since", "HEAD"]),
        [marker("fresh/e.rs:1")]
    );
}

#[test]
fn a_nested_root_has_a_history_of_its_own_files() {
    let shop = shop();
    shop.write(
        "sub/bailiwick.toml",
        "root = true\n[rules]\n\"debt/growing-debt\" = \"off\"\n\"debt/untracked-marker\" = { level = \"error\", each = true }\n",
    );
    shop.commit();
    shop.write("a.rs", "// TODO: first\n// TODO: it stands\n");
    shop.write("sub/c.rs", "// TODO: third\n");
    assert_eq!(
        shop.findings(["sub", "--since", "HEAD"]),
        ["error debt/untracked-marker c.rs:1"]
    );
    // It is left out of the repository around it, as it was at the base.
    assert_eq!(new(&shop, "HEAD"), [marker("a.rs:1")]);
    assert_eq!(gaps(&shop.report(["--since", "HEAD"])).len(), 1);
}

#[test]
fn a_baseline_accepts_and_the_rest_is_compared() {
    let shop = shop();
    let write = ["check", "--write-baseline", "../accepted.json"];
    // A baseline of a change holds what it brings.
    shop.write("sub/b.rs", "// TODO: second\n");
    shop.run([&write[..], &["--since", "HEAD", "--fail-on", "note"]].concat())
        .exits(0);
    let with = ["--since", "HEAD", "--baseline", "../accepted.json"];
    let report = shop.report(with);
    assert_eq!(report["findings"], json!([]));
    assert_eq!(super::accepted(&report), [marker("sub/b.rs:1")]);
    shop.write("sub/c.rs", "// TODO: third\n");
    let report = shop.report(with);
    assert_eq!(lines_of(&report["findings"]), [marker("sub/c.rs:1")]);
    // What is accepted still stands: it is not mended by being accepted.
    shop.commit();
    shop.run(write).exits(0);
    let report = shop.report(with);
    assert_eq!(report["findings"], json!([]));
    assert_eq!(report["change"]["fixed"], json!({}));
    // What stands is not in a baseline of the change alone.
    let baseline = shop.read("../accepted.json");
    shop.write("a.rs", "// TODO: other\n");
    shop.run([&write[..], &["--since", "HEAD"]].concat())
        .exits(0);
    assert_ne!(shop.read("../accepted.json"), baseline);
    assert_eq!(
        lines_of(&shop.report(["--baseline", "../accepted.json"])["findings"]).len(),
        2
    );
}
