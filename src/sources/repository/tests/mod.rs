//! Whole repositories through [`Source`].

#[cfg(feature = "git")]
mod attributes;
#[cfg(feature = "git")]
mod hostile;
#[cfg(feature = "git")]
mod revision;
#[cfg(feature = "git")]
mod roots;
#[cfg(feature = "git")]
mod worktree;

use super::testing::{Sandbox, error};
use super::*;
use crate::facts::FileKind;

fn open(sandbox: &Sandbox, target: &str, revision: Option<&str>) -> Source {
    Source::open(&sandbox.path(target), revision).unwrap_or_else(|error| panic!("{error}"))
}

fn refused(sandbox: &Sandbox, target: &str, revision: Option<&str>) -> String {
    let opened = Source::open(&sandbox.path(target), revision);
    error(opened)
}

/// Every entry, with `@` behind links and `/` behind submodules.
fn listed(source: &Source) -> Vec<String> {
    let (tree, _) = source.tree();
    let entry = |index| {
        let mark = match tree.kind(index) {
            FileKind::File => "",
            FileKind::SymbolicLink => "@",
            FileKind::Submodule => "/",
        };
        format!("{}{mark}", String::from_utf8_lossy(tree.path(index)))
    };
    (0..tree.len()).map(entry).collect()
}

/// Every gap of the listing: `kind: reason`, or `kind path: reason`.
fn gaps(source: &Source) -> Vec<String> {
    let gap = |gap: &Gap| {
        let path = gap.path.as_ref();
        let path = path.map_or(String::new(), |path| format!(" {}", path.to_string_lossy()));
        format!("{}{path}: {}", gap.kind.name(), gap.reason)
    };
    source.tree().1.iter().map(gap).collect()
}

/// The content, or the kind of gap.
fn read(source: &Source, path: &str) -> Result<String, GapKind> {
    let path = RepoPath::from(path);
    source
        .read(&path, 1000)
        .map(|content| String::from_utf8_lossy(&content).into_owned())
        .map_err(|gap| {
            assert_eq!(gap.path, Some(path), "{}", gap.reason);
            gap.kind
        })
}

fn content(text: &str) -> Result<String, GapKind> {
    Ok(text.to_owned())
}

#[test]
fn a_source_serves_many_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Source>();
}

#[test]
fn a_plain_folder_lists_and_reads_itself() {
    let sandbox = Sandbox::new();
    sandbox.write("plain/a", "a");
    sandbox.write("plain/own/bailiwick.toml", "root = true");
    sandbox.write("plain/own/b", "b");
    let source = open(&sandbox, "plain", None);
    assert_eq!(listed(&source), ["a"]);
    assert_eq!(
        gaps(&source),
        ["nested-root own: left out, as its `bailiwick.toml` says `root = true`"]
    );
    assert_eq!(read(&source, "a"), content("a"));
    assert_eq!(read(&source, "b"), Err(GapKind::Absent));
    assert!(!source.exists_untracked(&RepoPath::from("a")));
    assert_eq!(source.name(), "plain");
    assert_eq!((source.organization(), source.commit()), (None, None));
    let own = open(&sandbox, "plain/own/b", None);
    assert_eq!(listed(&own), ["b", "bailiwick.toml"]);
    assert_eq!(own.scope(), &RepoPath::from("b"));
    assert_eq!(own.name(), "own");
    let message = refused(&sandbox, "plain", Some("HEAD"));
    assert!(message.contains("not a git repository"), "{message}");
}

#[cfg(not(feature = "git"))]
#[test]
fn without_git_a_repository_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.repository("repo", &[("a", "a")]);
    let message = refused(&sandbox, "repo", None);
    assert!(message.contains("this build cannot read"), "{message}");
}
