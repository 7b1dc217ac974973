//! Revisions: what a commit holds, from the object database.

use super::*;

#[test]
fn revisions_are_read_from_objects() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "one"), ("b/c/d", "deep")]);
    sandbox.git("repo", &["tag", "-a", "v1", "-m", "first"]);
    sandbox.git("repo", &["branch", "first"]);
    sandbox.write("repo/a", "two");
    sandbox.write("repo/b.txt", "");
    sandbox.commit("repo");
    sandbox.write("repo/a", "three");
    let first = sandbox.git("repo", &["rev-parse", "HEAD~1"]);
    for revision in [
        "v1",
        "HEAD~1",
        "first",
        "refs/tags/v1",
        &first,
        &first[..8],
        "@^",
    ] {
        let source = open(&sandbox, "repo", Some(revision));
        assert_eq!(listed(&source), ["a", "b/c/d"], "{revision}");
        assert_eq!(read(&source, "a"), content("one"), "{revision}");
        assert_eq!(source.commit().as_ref(), Some(&first), "{revision}");
    }
    let head = open(&sandbox, "repo/b", Some("HEAD"));
    assert_eq!(listed(&head), ["a", "b.txt", "b/c/d"]);
    assert_eq!(read(&head, "a"), content("two"));
    assert_eq!(read(&head, "b"), Err(GapKind::Untracked));
    assert!(!head.exists_untracked(&RepoPath::from("a")));
    let limited = head
        .read(&RepoPath::from("b/c/d"), 3)
        .expect_err("too large");
    assert_eq!(limited.kind, GapKind::TooLarge);
    for unknown in [
        "nowhere",
        "HEAD~5",
        "HEAD^{tree}",
        "HEAD:a",
        "",
        "v1..HEAD",
        "--all",
    ] {
        let message = refused(&sandbox, "repo", Some(unknown));
        assert!(message.contains(&format!("`{unknown}`")), "{message}");
        assert!(message.contains("; "), "there is a remedy: {message}");
    }
}

#[test]
fn missing_objects_are_gaps_unless_nothing_is_left() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a/b/c", "c"), ("a/d", "d"), ("e", "e")]);
    sandbox.remove_object("repo", "HEAD:e");
    let source = open(&sandbox, "repo", Some("HEAD"));
    assert_eq!(listed(&source), ["a/b/c", "a/d", "e"]);
    let gap = source.read(&RepoPath::from("e"), 9).expect_err("missing");
    assert_eq!(gap.kind, GapKind::MissingObject);
    assert!(gap.remedy.expect("a remedy").contains("--refetch"));
    sandbox.remove_object("repo", "HEAD:a/b");
    let source = open(&sandbox, "repo", Some("HEAD"));
    assert_eq!(listed(&source), ["a/d", "e"]);
    let missing = gaps(&source);
    assert_eq!(missing.len(), 1);
    assert!(
        missing[0].starts_with("missing-object a/b: the folder is missing in git's"),
        "{missing:?}"
    );
    // The worktree needs none of them.
    assert_eq!(listed(&open(&sandbox, "repo", None)), ["a/b/c", "a/d", "e"]);
    sandbox.remove_object("repo", "HEAD^{tree}");
    let message = refused(&sandbox, "repo", Some("HEAD"));
    assert!(message.contains("the root folder is missing"), "{message}");
    assert!(message.contains("--refetch"), "{message}");
    sandbox.remove_object("repo", "HEAD");
    assert!(refused(&sandbox, "repo", Some("HEAD")).contains("is missing from this clone"));
    sandbox.remove("repo/.git/index");
    assert!(refused(&sandbox, "repo", None).contains("is missing from this clone"));
}

#[test]
fn objects_of_alternates_and_packs_are_found() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a")]);
    sandbox.git(".", &["clone", "-q", "--shared", "repo", "shared"]);
    assert_eq!(
        read(&open(&sandbox, "shared", Some("HEAD")), "a"),
        content("a")
    );
    sandbox.git("repo", &["repack", "-qad"]);
    sandbox.git("repo", &["pack-refs", "--all"]);
    assert_eq!(
        read(&open(&sandbox, "repo", Some("main")), "a"),
        content("a")
    );
    sandbox.write("repo/a", "b");
    sandbox.commit("repo");
    let url = format!("file://{}", sandbox.path("repo").display());
    sandbox.git(".", &["clone", "-q", "--depth", "1", &url, "shallow"]);
    assert_eq!(
        read(&open(&sandbox, "shallow", Some("HEAD")), "a"),
        content("b")
    );
    assert!(refused(&sandbox, "shallow", Some("HEAD~1")).contains("--unshallow"));
}
