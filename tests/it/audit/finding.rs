//! Which folders are repositories: each once, and none twice.

use super::{audit, failed, paths};
use crate::sandbox::Sandbox;

/// A folder with a repository of one file at each of these paths.
fn with_repositories(repositories: &[&str]) -> Sandbox {
    let organization = Sandbox::folder("");
    for path in repositories {
        repository(&organization, path);
    }
    organization
}

fn repository(organization: &Sandbox, path: &str) {
    organization.write(format!("{path}/CODEOWNERS"), "* @ann\n");
    organization.git(["init", "-q", "-b", "main", path]);
    organization.git(["-C", path, "add", "-A"]);
    organization.git(["-C", path, "commit", "-q", "-m", "first"]);
}

#[test]
fn repositories_are_found_at_any_depth_and_plain_folders_are_none() {
    let organization = with_repositories(&["b", "a/x", "a/deep/er/y"]);
    organization.write("plain/file", "");
    organization.write("a/file", "");
    organization.write("declared/bailiwick.toml", "root = true\n");
    organization.write("says-no/bailiwick.toml", "[rules]\n");
    let audit = audit(&organization, &[]);
    assert_eq!(paths(&audit), ["a/deep/er/y", "a/x", "b", "declared"]);
    assert_eq!(failed(&audit), [""; 0]);
}

#[test]
fn a_folder_that_is_a_repository_is_one_of_them() {
    let organization = with_repositories(&["."]);
    organization.add("-- in/bailiwick.toml --\nroot = true\n-- in/CODEOWNERS --\n* @ann\n");
    organization.commit();
    assert_eq!(paths(&audit(&organization, &[])), [".", "in"]);
    assert_eq!(paths(&audit(&organization, &["in"])), ["."]);
    // Its policy is its own, and that of those in it.
    organization.write(
        "bailiwick.toml",
        "[rules]\n\"codeowners/missing-file\" = \"error\"\n",
    );
    std::fs::remove_file(organization.path("in/CODEOWNERS")).unwrap();
    organization.git(["rm", "-q", "--cached", "in/CODEOWNERS"]);
    let audit = audit(&organization, &["--select", "codeowners/missing-file"]);
    assert_eq!(
        super::findings(&audit),
        ["in: error codeowners/missing-file ."]
    );
    assert_eq!(audit["repositories"][0]["organization"], false);
}

#[test]
fn roots_in_roots_are_judged_once_each() {
    let organization = with_repositories(&["outer"]);
    organization.add(
        "\
-- outer/in/bailiwick.toml --
root = true
-- outer/in/x --
-- outer/in/deeper/bailiwick.toml --
root = true
-- outer/in/deeper/x --
",
    );
    organization.git(["-C", "outer", "add", "-A"]);
    let audit = audit(&organization, &[]);
    assert_eq!(paths(&audit), ["outer", "outer/in", "outer/in/deeper"]);
    let files = |place: usize| audit["repositories"][place]["report"]["summary"]["files"].clone();
    assert_eq!([files(0), files(1), files(2)], [1, 2, 2]);
}

#[test]
fn bare_repositories_worktrees_and_submodules_are_repositories() {
    let organization = with_repositories(&["main", "library"]);
    organization.git(["clone", "-q", "--bare", "library", "library.git"]);
    organization.git([
        "-C",
        "main",
        "worktree",
        "add",
        "-q",
        "../linked",
        "-b",
        "other",
    ]);
    organization.git([
        "-C",
        "main",
        "submodule",
        "--quiet",
        "add",
        "../library",
        "sub/lib",
    ]);
    let audit = audit(&organization, &[]);
    let found = ["library", "library.git", "linked", "main", "main/sub/lib"];
    assert_eq!(paths(&audit), found);
    assert_eq!(failed(&audit), [""; 0]);
    // One that was not checked out is no folder with files.
    organization.git([
        "-C",
        "main",
        "submodule",
        "--quiet",
        "deinit",
        "-f",
        "sub/lib",
    ]);
    assert_eq!(paths(&super::audit(&organization, &[])), &found[..4]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    use std::os::unix::fs::symlink;
    let organization = with_repositories(&["real"]);
    repository(&organization, "../outside");
    symlink(organization.path("../outside"), organization.path("linked")).unwrap();
    symlink(organization.path(""), organization.path("real/loop")).unwrap();
    symlink("real", organization.path("again")).unwrap();
    assert_eq!(paths(&audit(&organization, &[])), ["real"]);
    // The folder itself may be behind one: the user named it.
    symlink(organization.path(""), organization.path("../behind")).unwrap();
    assert_eq!(paths(&audit(&organization, &["../behind"])), ["real"]);
}

#[cfg(unix)]
#[test]
fn what_an_index_calls_a_submodule_leads_nowhere_else() {
    use std::os::unix::fs::symlink;
    let organization = with_repositories(&["shop"]);
    repository(&organization, "../outside");
    let commit = organization.git(["-C", "shop", "rev-parse", "HEAD"]);
    for path in ["link", "in/there", "real"] {
        let entry = format!("160000,{commit},{path}");
        organization.git(["-C", "shop", "update-index", "--add", "--cacheinfo", &entry]);
    }
    symlink("../../outside", organization.path("shop/link")).unwrap();
    std::fs::create_dir_all(organization.path("../outside/there")).unwrap();
    organization.git(["init", "-q", "../outside/there"]);
    symlink("../../outside", organization.path("shop/in")).unwrap();
    repository(&organization, "shop/real");
    assert_eq!(paths(&audit(&organization, &[])), ["shop", "shop/real"]);
    // Git writes no such path; another program may.
    let index = organization.path("shop/.git/index");
    let bytes = std::fs::read(&index).unwrap();
    let (from, to) = (b"link\0", b"..//\0");
    let at = bytes.windows(from.len()).position(|it| it == from).unwrap();
    let changed = [&bytes[..at], to, &bytes[at + to.len()..]].concat();
    std::fs::write(&index, changed).unwrap();
    let audit = audit(&organization, &[]);
    let found = paths(&audit);
    assert!(
        found.iter().all(|path| path.starts_with("shop")),
        "{found:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_is_a_gap() {
    use std::fs::{Permissions, read_dir, set_permissions};
    use std::os::unix::fs::PermissionsExt;
    let organization = with_repositories(&["shop"]);
    organization.write("secret/x", "");
    set_permissions(organization.path("secret"), Permissions::from_mode(0o000)).unwrap();
    let is_bound = read_dir(organization.path("secret")).is_err();
    let audit = audit(&organization, &[]);
    set_permissions(organization.path("secret"), Permissions::from_mode(0o755)).unwrap();
    assert_eq!(paths(&audit), ["shop"]);
    if !is_bound {
        println!("left out: who runs this test may read everything");
        return;
    }
    let reason = audit["missing_data"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("secret` cannot be read"), "{reason}");
}
