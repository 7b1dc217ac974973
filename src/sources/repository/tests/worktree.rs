//! Worktrees: what git tracks, with the content on disk.

use super::*;

#[test]
fn a_worktree_is_what_git_tracks_with_what_is_on_disk() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a.txt", "old"), ("b/c", "c"), ("gone", "")]);
    sandbox.write("repo/a.txt", "new");
    sandbox.write("repo/staged", "staged");
    sandbox.git("repo", &["add", "staged"]);
    sandbox.write("repo/untracked", "untracked");
    sandbox.remove("repo/gone");
    let source = open(&sandbox, "repo/b", None);
    assert_eq!(listed(&source), ["a.txt", "b/c", "gone", "staged"]);
    assert_eq!(gaps(&source), [""; 0]);
    assert_eq!(source.scope(), &RepoPath::from("b"));
    assert_eq!(source.root(), sandbox.path("repo"));
    assert_eq!(read(&source, "a.txt"), content("new"));
    assert_eq!(read(&source, "staged"), content("staged"));
    assert_eq!(read(&source, "gone"), Err(GapKind::Absent));
    assert_eq!(read(&source, "untracked"), Err(GapKind::Untracked));
    assert_eq!(read(&source, ".git/config"), Err(GapKind::Untracked));
    let untracked = |path| source.exists_untracked(&RepoPath::from(path));
    assert!(untracked("untracked"));
    assert!(!untracked("a.txt"));
    assert!(!untracked("absent"));
    assert!(!untracked("b"));
    assert!(!untracked(".git/config"));
    let limited = source
        .read(&RepoPath::from("a.txt"), 2)
        .expect_err("too large");
    assert_eq!(limited.kind, GapKind::TooLarge);
}

#[test]
fn before_the_first_commit_the_index_is_all() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "repo"]);
    sandbox.git(".", &["init", "-q", "--bare", "bare"]);
    assert_eq!(listed(&open(&sandbox, "repo", None)), [""; 0]);
    assert_eq!(gaps(&open(&sandbox, "repo", None)), [""; 0]);
    assert_eq!(listed(&open(&sandbox, "bare", None)), [""; 0]);
    assert!(open(&sandbox, "repo", None).has_worktree());
    assert!(!open(&sandbox, "bare", None).has_worktree());
    sandbox.write("repo/a", "a");
    let own = open(&sandbox, "repo", None).read_own(&RepoPath::from("a"), 9);
    assert_eq!(own.as_deref(), Ok(&b"a"[..]));
    sandbox.git("repo", &["add", "a"]);
    sandbox.write("repo/intended", "b");
    sandbox.git("repo", &["add", "-N", "intended"]);
    let source = open(&sandbox, "repo", None);
    assert_eq!(listed(&source), ["a", "intended"]);
    assert_eq!(read(&source, "intended"), content("b"));
    assert!(refused(&sandbox, "repo", Some("HEAD")).contains("there are no commits yet"));
}

#[test]
fn unmerged_paths_are_listed_once_and_not_read() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "base"), ("b", "b"), ("c", "base")]);
    sandbox.git("repo", &["switch", "-q", "-c", "other"]);
    sandbox.write("repo/a", "theirs");
    sandbox.remove("repo/c");
    sandbox.commit("repo");
    sandbox.git("repo", &["switch", "-q", "main"]);
    sandbox.write("repo/a", "ours");
    sandbox.write("repo/c", "ours");
    sandbox.commit("repo");
    assert!(!sandbox.try_git("repo", &["merge", "other"]).0);
    let source = open(&sandbox, "repo", None);
    assert_eq!(listed(&source), ["a", "b", "c"]);
    assert_eq!(gaps(&source), ["unmerged: 2 paths are unmerged: `a`, `c`"]);
    assert_eq!(read(&source, "a"), Err(GapKind::Unmerged));
    assert_eq!(read(&source, "c"), Err(GapKind::Unmerged));
    assert_eq!(read(&source, "b"), content("b"));
    assert_eq!(
        read(&open(&sandbox, "repo", Some("HEAD")), "a"),
        content("ours")
    );
}

#[test]
fn a_sparse_checkout_has_the_content_of_its_index() {
    let sandbox = Sandbox::new();
    let files = [
        (".gitattributes", "*.gen linguist-generated\n"),
        ("in/a", "a"),
        ("out/.gitattributes", "*.x linguist-vendored\n"),
        ("out/b", "b"),
        ("out/deep/c.x", "c"),
        ("out/own/bailiwick.toml", "root = true"),
        ("out/own/d", "d"),
        ("top", "top"),
    ];
    let without_own: Vec<&str> = files
        .iter()
        .map(|(path, _)| *path)
        .filter(|path| !path.starts_with("out/own/"))
        .collect();
    for sparse_index in ["--no-sparse-index", "--sparse-index"] {
        let repo = format!("repo{sparse_index}");
        sandbox.repository(&repo, &files);
        sandbox.git(
            &repo,
            &["sparse-checkout", "set", "--cone", sparse_index, "in"],
        );
        let folders = sandbox
            .git(&repo, &["ls-files", "--sparse"])
            .contains("out/\n");
        assert_eq!(folders, sparse_index == "--sparse-index");
        sandbox.write(&format!("{repo}/out/deep/c.x"), "written anyway");
        let source = open(&sandbox, &repo, None);
        assert_eq!(listed(&source), without_own, "{repo}");
        assert_eq!(
            gaps(&source),
            ["nested-root out/own: left out, as its `bailiwick.toml` says `root = true`"],
            "{repo}"
        );
        assert_eq!(read(&source, "in/a"), content("a"));
        assert_eq!(read(&source, "out/b"), content("b"), "{repo}");
        assert_eq!(read(&source, "out/deep/c.x"), content("written anyway"));
        let (tree, _) = source.tree();
        let at = tree.find(b"out/deep/c.x").expect("listed");
        let marks = source.marks(&tree, &[at as u32]).0;
        assert_eq!(marks.of(at).vendored, Some(true), "{repo}");
    }
}

#[cfg(unix)]
#[test]
fn links_are_listed_and_never_read_through() {
    let sandbox = Sandbox::new();
    sandbox.write("secret/file", "secret");
    sandbox.repository("repo", &[("folder/file", "mine"), ("plain", "plain")]);
    sandbox.link("../secret/file", "repo/link");
    sandbox.link("folder", "repo/to-folder");
    sandbox.commit("repo");
    // What is tracked as a folder and as a file is now a link.
    sandbox.remove("repo/folder");
    sandbox.link("../secret", "repo/folder");
    sandbox.remove("repo/plain");
    sandbox.link("../secret/file", "repo/plain");
    let source = open(&sandbox, "repo", None);
    assert_eq!(
        listed(&source),
        ["folder/file", "link@", "plain", "to-folder@"]
    );
    for path in ["folder/file", "link", "plain"] {
        assert_eq!(read(&source, path), Err(GapKind::SymbolicLink), "{path}");
    }
    assert_eq!(read(&source, "to-folder/file"), Err(GapKind::Untracked));
    let head = open(&sandbox, "repo", Some("HEAD"));
    assert_eq!(read(&head, "folder/file"), content("mine"));
    assert_eq!(read(&head, "link"), Err(GapKind::SymbolicLink));
}

#[test]
fn other_forms_of_index_are_read_as_well() {
    let sandbox = Sandbox::new();
    let forms: [(&str, &[&str]); 3] = [
        ("version-4", &["update-index", "--index-version", "4"]),
        ("split", &["update-index", "--split-index"]),
        (
            "no-hash",
            &["-c", "index.skipHash=true", "read-tree", "HEAD"],
        ),
    ];
    for (repo, command) in forms {
        sandbox.repository(repo, &[("a", "a"), ("folder/b", "b"), ("folder/c", "c")]);
        sandbox.git(repo, command);
        sandbox.write(&format!("{repo}/folder/bb"), "bb");
        sandbox.git(repo, &["add", "-A"]);
        let source = open(&sandbox, repo, None);
        assert_eq!(
            listed(&source),
            ["a", "folder/b", "folder/bb", "folder/c"],
            "{repo}"
        );
        assert_eq!(read(&source, "folder/bb"), content("bb"), "{repo}");
    }
}

#[test]
fn lfs_pointers_are_not_the_file() {
    let sandbox = Sandbox::new();
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n";
    sandbox.repository(
        "repo",
        &[("big", pointer), ("doc", &format!("see {pointer}"))],
    );
    for revision in [None, Some("HEAD")] {
        let source = open(&sandbox, "repo", revision);
        let gap = source
            .read(&RepoPath::from("big"), 1000)
            .expect_err("pointer");
        assert_eq!(gap.kind, GapKind::LfsPointer);
        assert_eq!(gap.remedy.as_deref(), Some("git lfs pull"));
        assert!(read(&source, "doc").is_ok());
    }
}

#[cfg(unix)]
#[test]
fn names_are_bytes() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "repo"]);
    let names = [
        &b"latin-\xe9"[..],
        b"line\nbreak",
        b"quo\"te",
        b"sp ace/\xff/x",
    ];
    for name in names {
        sandbox.write_bytes(&[b"repo/", name].concat(), name);
    }
    sandbox.commit("repo");
    for revision in [None, Some("HEAD")] {
        let source = open(&sandbox, "repo", revision);
        let (tree, _) = source.tree();
        assert_eq!(tree.paths().collect::<Vec<_>>(), names);
        for name in names {
            assert_eq!(source.read(&RepoPath::from(name), 99), Ok(name.to_vec()));
        }
    }
}
