//! What the commits of a repository say. In: an opened repository, and what is wanted of it. Out: a
//! [`History`], with a gap for all that is missing from it.
//!
//! One walk over the commits that are reachable from the revision that is read, `HEAD` for a worktree:
//!
//! - What a commit did is what `git log --raw --no-renames` says of it, or `git log --raw -M` if files are
//!   followed where they were moved. A merge did nothing of its own, a first commit added everything.
//! - The boundary of a shallow clone did something that is not known: its author is counted, its files are
//!   not. The same holds for commits whose trees are missing, and for those that touched more than
//!   50,000 paths.
//! - Of a root inside of a larger repository the commits that touched something below it are read, with
//!   paths from there on. Whether a merge belongs to it cannot be told, so none is counted.
//! - What arrives on the line of first parents is a commit that is no merge, or a merge with all commits
//!   that are reachable from it and not from its first parent; what that changed is what differs
//!   from the first parent.
//! - A tag is a release if its name is a version, perhaps behind a prefix (`v1.2`, `app/v1.2.3`). What is
//!   new in a release is what no release with an earlier date has in its history.
//!
//! What commits did never changes, so it can be kept on disk ([`super::store`]); dates, `.mailmap` and the
//! window are applied to what was kept as to what was read. So are the sums over all of it, for a run that asks
//! the same of the same commits.

#[cfg(feature = "git")]
mod authors;
#[cfg(feature = "git")]
mod blame;
#[cfg(feature = "git")]
mod commit;
#[cfg(all(any(test, feature = "fuzzing"), feature = "git"))]
pub(crate) mod fuzzing;
#[cfg(feature = "git")]
mod gather;
#[cfg(feature = "git")]
mod graph;
#[cfg(feature = "git")]
mod keep;
#[cfg(feature = "git")]
mod lacks;
#[cfg(feature = "git")]
mod objects;
#[cfg(feature = "git")]
pub(super) mod records;
#[cfg(feature = "git")]
mod renames;
#[cfg(feature = "git")]
mod similarity;
#[cfg(feature = "git")]
mod sum;
#[cfg(feature = "git")]
mod tags;
#[cfg(all(test, feature = "git"))]
mod tests;
#[cfg(feature = "git")]
mod trees;
#[cfg(feature = "git")]
mod walk;
#[cfg(feature = "git")]
mod whole;

use std::path::Path;

use jiff::Timestamp;

use super::repository::Source;
use crate::facts::{Gap, GapKind, History, LineAge, Tree};

/// What is wanted of a history.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Commits that were committed later are left out.
    pub as_of: Timestamp,
    /// Commits that were committed earlier are not counted.
    pub since: Option<Timestamp>,
    /// From when commits are kept one by one, and what arrived is told.
    pub window: Timestamp,
    /// Whether files are followed where they were moved.
    pub renames: bool,
    /// The folder in which what was read is kept from run to run; none to keep nothing.
    pub cache: Option<&'a Path>,
}

/// Reads the history of what is opened: of the revision, or of `HEAD` for a worktree. Where there is no
/// history, it is empty, with a gap that says why.
pub fn read(source: &Source, wanted: &Wanted<'_>) -> History {
    read_noting(source, wanted, &mut Vec::new())
}

/// As [`read`], and notes for people, as lowercase fragments, of what is wrong with the cache. Nothing is
/// missing from a history for that.
pub fn read_noting(source: &Source, wanted: &Wanted<'_>, notes: &mut Vec<String>) -> History {
    #[cfg(feature = "git")]
    if let Some(git) = source.git() {
        let cache = outside(source, wanted.cache);
        if let Some(inside) = wanted.cache.filter(|_| cache.is_none()) {
            let inside = inside.display();
            notes.push(format!(
                "`{inside}` is in the repository, so nothing is kept there"
            ));
        }
        return gather::gather(git, &Wanted { cache, ..*wanted }, notes);
    }
    #[cfg(not(feature = "git"))]
    let _ = notes;
    let root = source.root().display();
    let reason = format!("not a git repository: `{root}`");
    History {
        window: Some(wanted.window),
        follows_renames: wanted.renames,
        gaps: vec![Gap::new(GapKind::Absent, reason)],
        ..History::default()
    }
}

/// Since when these lines stand as they are, given by the place of their file in the tree and the line, from
/// 1; and a gap for each object without which some could not be followed. Nothing of what is no git repository.
pub fn ages(source: &Source, tree: &Tree, files: &[(u32, Vec<u32>)]) -> (Vec<LineAge>, Vec<Gap>) {
    ages_noting(source, tree, files, None, &mut Vec::new())
}

/// As [`ages`], with the folder in which what is found is kept from run to run, and notes for people of what is
/// wrong with that, but for what [`read_noting`] says of the folder.
pub fn ages_noting(
    source: &Source,
    tree: &Tree,
    files: &[(u32, Vec<u32>)],
    cache: Option<&Path>,
    notes: &mut Vec<String>,
) -> (Vec<LineAge>, Vec<Gap>) {
    #[cfg(feature = "git")]
    if let Some(git) = source.git() {
        let cache = outside(source, cache);
        return blame::ages(source, git, tree, files, cache, notes);
    }
    let _ = (source, tree, files, cache, notes);
    (Vec::new(), Vec::new())
}

/// The folder of the cache, if it is not in the repository.
#[cfg(feature = "git")]
fn outside<'c>(source: &Source, cache: Option<&'c Path>) -> Option<&'c Path> {
    cache.filter(|cache| !is_inside(cache, source.root()))
}

/// Whether a folder, which need not be there yet, is below another one.
#[cfg(feature = "git")]
fn is_inside(folder: &Path, root: &Path) -> bool {
    let mut existing = folder
        .ancestors()
        .filter_map(|it| std::fs::canonicalize(it).ok());
    existing
        .next()
        .is_some_and(|folder| folder.starts_with(root))
}
