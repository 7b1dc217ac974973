//! Which repository a target opens, and what it is called.

use super::*;

#[test]
fn every_kind_of_repository_opens() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a")]);
    sandbox.git("repo", &["worktree", "add", "-q", "../linked"]);
    sandbox.write("linked/only-here", "b");
    sandbox.git("linked", &["add", "only-here"]);
    sandbox.git(".", &["clone", "-q", "--bare", "repo", "bare.git"]);
    sandbox.git(".", &["clone", "-q", "--bare", "repo", "bare"]);
    sandbox.git(".", &["clone", "-q", "--bare", "repo", "home/.git"]);
    sandbox.git("home", &["worktree", "add", "-q", "main"]);
    sandbox.git(".", &["clone", "-q", "--no-checkout", "repo", "fresh"]);
    sandbox.git(
        ".",
        &[
            "clone",
            "-q",
            "--separate-git-dir",
            "apart",
            "repo",
            "split",
        ],
    );
    sandbox.git(".", &["clone", "-q", "repo", "around"]);
    sandbox.git("around", &["submodule", "add", "-q", "../repo", "module"]);
    sandbox.git("repo", &["config", "extensions.worktreeConfig", "true"]);
    sandbox.git(
        "linked",
        &["config", "--worktree", "core.sparseCheckout", "false"],
    );
    let cases: [(&str, &[&str]); 9] = [
        ("linked", &["a", "only-here"]),
        ("bare.git", &["a"]),
        ("bare", &["a"]),
        ("home", &["a"]),
        ("home/main", &["a"]),
        ("fresh", &["a"]),
        ("split", &["a"]),
        ("around", &[".gitmodules", "a", "module/"]),
        ("around/module", &["a"]),
    ];
    for (target, files) in cases {
        let source = open(&sandbox, target, None);
        assert_eq!(listed(&source), files, "{target}");
        assert_eq!(read(&source, "a"), content("a"), "{target}");
        let named = open(&sandbox, target, Some("HEAD"));
        assert_eq!(read(&named, "a"), content("a"), "{target}");
    }
    let fresh = gaps(&open(&sandbox, "fresh", None));
    assert!(fresh[0].contains("has no index"), "{fresh:?}");
    assert_eq!(gaps(&open(&sandbox, "home", None)), [""; 0]);
    let around = open(&sandbox, "around", None);
    assert_eq!(read(&around, "module"), Err(GapKind::Unreadable));
    assert_eq!(read(&around, "module/a"), Err(GapKind::Untracked));
    assert_eq!(
        open(&sandbox, "bare.git", None).root(),
        sandbox.path("bare.git")
    );
}

#[test]
fn repositories_have_the_name_of_their_origin_or_folder() {
    let sandbox = Sandbox::new();
    sandbox.repository("folder", &[("own/bailiwick.toml", "root = true")]);
    sandbox.git(".", &["init", "-q", "--bare", "mirror.git"]);
    assert_eq!(open(&sandbox, "folder", None).name(), "folder");
    assert_eq!(open(&sandbox, "mirror.git", None).name(), "mirror");
    let url = "git@github.com:acme/shop.git";
    sandbox.git("folder", &["remote", "add", "origin", url]);
    sandbox.git(
        "folder",
        &["remote", "set-url", "--add", "origin", "https://x.org/y/z"],
    );
    let source = open(&sandbox, "folder", None);
    assert_eq!(source.name(), "shop");
    assert_eq!(source.organization().as_deref(), Some("acme"));
    let own = open(&sandbox, "folder/own", None);
    assert_eq!(own.name(), "own");
    assert_eq!(own.organization().as_deref(), Some("acme"));
}

#[test]
fn a_root_of_its_own_is_in_neither_tree_of_the_other() {
    let sandbox = Sandbox::new();
    let files = [
        ("a", "a"),
        ("bailiwick.toml", "root = true"),
        ("service/bailiwick.toml", "root = true"),
        ("service/inner/bailiwick.toml", "root = true"),
        ("service/inner/x", "x"),
        ("service/src/main", "main"),
        ("services", "not the folder"),
    ];
    sandbox.repository("repo", &files);
    for revision in [None, Some("HEAD")] {
        let whole = open(&sandbox, "repo", revision);
        assert_eq!(listed(&whole), ["a", "bailiwick.toml", "services"]);
        assert_eq!(
            gaps(&whole),
            ["nested-root service: left out, as its `bailiwick.toml` says `root = true`"]
        );
        let service = open(&sandbox, "repo/service/src", revision);
        assert_eq!(service.root(), sandbox.path("repo/service"));
        assert_eq!(service.scope(), &RepoPath::from("src"));
        assert_eq!(listed(&service), ["bailiwick.toml", "src/main"]);
        assert_eq!(
            gaps(&service),
            ["nested-root inner: left out, as its `bailiwick.toml` says `root = true`"]
        );
        assert_eq!(read(&service, "src/main"), content("main"));
        assert_eq!(read(&service, "a"), Err(GapKind::Untracked));
        assert_eq!(read(&service, "../a"), Err(GapKind::Untracked));
    }
    // Undeclared on disk, it is part of the worktree again, but not of the revision.
    sandbox.write("repo/service/bailiwick.toml", "");
    assert!(listed(&open(&sandbox, "repo", None)).contains(&"service/src/main".to_owned()));
    assert!(
        !listed(&open(&sandbox, "repo", Some("HEAD"))).contains(&"service/src/main".to_owned())
    );
}

#[test]
fn a_root_that_git_does_not_know_is_a_plain_folder() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a"), (".gitignore", "build/")]);
    sandbox.write("repo/build/bailiwick.toml", "root = true");
    sandbox.write("repo/build/x", "x");
    let source = open(&sandbox, "repo/build", None);
    assert_eq!(listed(&source), ["bailiwick.toml", "x"]);
    assert_eq!(read(&source, "x"), content("x"));
    assert_eq!(listed(&open(&sandbox, "repo/build", Some("HEAD"))), [""; 0]);
    assert_eq!(listed(&open(&sandbox, "repo", None)), [".gitignore", "a"]);
}

#[test]
fn formats_that_are_not_supported_are_named() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "unknown"]);
    let config = "[core]\n\trepositoryformatversion = 1\n[extensions]\n\tobjectformat = sha512\n";
    sandbox.write("unknown/.git/config", config);
    let message = refused(&sandbox, "unknown", None);
    assert!(message.contains("sha512"), "{message}");
    assert!(message.contains("`git config --list --local`"), "{message}");
    if !sandbox
        .try_git(".", &["init", "-q", "--ref-format=reftable", "reftable"])
        .0
    {
        return;
    }
    sandbox.write("reftable/a", "a");
    sandbox.commit("reftable");
    // The index needs no references, and a hash is none.
    assert_eq!(read(&open(&sandbox, "reftable", None), "a"), content("a"));
    let commit = sandbox.git("reftable", &["rev-parse", "HEAD"]);
    assert_eq!(
        read(&open(&sandbox, "reftable", Some(&commit)), "a"),
        content("a")
    );
    let message = refused(&sandbox, "reftable", Some("main"));
    assert!(message.contains("in the format `reftable`"), "{message}");
}

#[test]
fn the_innermost_repository_is_opened() {
    let sandbox = Sandbox::new();
    sandbox.repository("outer", &[("a", "outer")]);
    sandbox.repository("outer/inner", &[("a", "inner")]);
    for revision in [None, Some("HEAD")] {
        let inner = open(&sandbox, "outer/inner", revision);
        assert_eq!(read(&inner, "a"), content("inner"));
        assert_eq!(inner.root(), sandbox.path("outer/inner"));
        assert_eq!(
            read(&open(&sandbox, "outer", revision), "a"),
            content("outer")
        );
    }
}
