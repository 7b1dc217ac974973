//! A repository's configuration can name programs. None of them is run.

use std::fs;

use crate::sandbox::Sandbox;

#[test]
fn nothing_that_a_repository_names_is_run() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = Sandbox::repository(
        "\
-- .gitattributes --
* filter=evil diff=evil merge=evil text=auto
-- .gitmodules --
[submodule \"evil\"]
\tpath = evil
\turl = ext::sh -c touch% canary
\tupdate = !touch canary
-- CODEOWNERS --
* @ann
/gone/ @ann
-- a --
-- bailiwick.toml --
[rules]
\"codeowners/dead-pattern\" = \"error\"
",
    );
    shop.git(["clone", "-q", "--bare", "../work", "../bare.git"]);
    let canary = shop.path("../canary");
    shop.write(
        "../evil",
        format!("#!/bin/sh\ntouch '{}'\ncat\n", canary.display()),
    );
    let evil = shop.path("../evil");
    fs::set_permissions(&evil, fs::Permissions::from_mode(0o755)).unwrap();
    let evil = evil.display();
    shop.write("../included", format!("[core]\n\tfsmonitor = {evil}\n"));
    let config = format!(
        "\
[core]
\tfsmonitor = {evil}
\thooksPath = {hooks}
\tsshCommand = {evil}
\tpager = {evil}
\teditor = {evil}
\taskPass = {evil}
\tgitProxy = {evil}
\talternateRefsCommand = {evil}
\tworktree = /
\tattributesFile = {evil}
\texcludesFile = {evil}
[filter \"evil\"]
\tclean = {evil}
\tsmudge = {evil}
\tprocess = {evil}
\trequired = true
[diff \"evil\"]
\ttextconv = {evil}
\tcommand = {evil}
[diff]
\texternal = {evil}
[merge \"evil\"]
\tdriver = {evil}
[credential]
\thelper = !{evil}
[gpg]
\tprogram = {evil}
[uploadpack]
\tpackObjectsHook = {evil}
[remote \"origin\"]
\turl = ext::{evil}
\tpromisor = true
\tuploadpack = {evil}
\tvcs = evil
[include]
\tpath = {included}
[alias]
\tcheck = !{evil}
",
        hooks = shop.path("../hooks").display(),
        included = shop.path("../included").display(),
    );
    for git_dir in [".git", "../bare.git"] {
        let path = format!("{git_dir}/config");
        let before = shop.read(&path);
        shop.write(&path, before + &config);
        for hook in [
            "post-index-change",
            "post-checkout",
            "reference-transaction",
            "fsmonitor-watchman",
            "pre-auto-gc",
        ] {
            for folder in [format!("{git_dir}/hooks"), "../hooks".into()] {
                let hook = format!("{folder}/{hook}");
                fs::create_dir_all(shop.path(&folder)).unwrap();
                fs::copy(shop.path("../evil"), shop.path(hook)).unwrap();
            }
        }
    }
    // The trap works: git itself steps into it.
    let mut git = shop.command("git");
    let _ = git
        .arg("status")
        .env("GIT_WORK_TREE", shop.path(""))
        .output();
    assert!(canary.exists(), "git runs what the configuration names");
    fs::remove_file(&canary).unwrap();

    // Files that look changed would be filtered by git, and objects that are missing fetched.
    shop.write("a", "changed");
    let id = "0123456789012345678901234567890123456789";
    let cases: [&[&str]; 8] = [
        &["check"],
        &["check", "-v", "--format", "json"],
        &["check", "--at", "HEAD"],
        &["check", "--at", id],
        &["check", "../bare.git"],
        &["owners"],
        &["owners", "--summary"],
        &["owners", "--at", "HEAD", "--summary"],
    ];
    for arguments in cases {
        let run = shop
            .bailiwick(arguments)
            .env("EDITOR", evil.to_string())
            .env("PAGER", evil.to_string())
            .run();
        assert!(
            run.stdout.is_empty() == (run.code == Some(2)),
            "{arguments:?}: {run:?}"
        );
        assert!(
            !canary.exists(),
            "{arguments:?} ran a program of the repository"
        );
    }
    assert_eq!(shop.run(["check"]).code, Some(1));
}
