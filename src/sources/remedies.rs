//! What helps if data is missing: commands that people run in the repository. A test runs each of them against a
//! repository with its fault.

/// Git's object database lacks objects: a partial clone, or damage. `--refetch` alone would apply the filter of the
/// clone again.
#[cfg(feature = "git")]
pub(super) const OBJECTS: &str = "git fetch --refetch --no-filter origin";

/// The clone is shallow, so that it lacks older commits.
#[cfg(feature = "git")]
pub(super) const COMMITS: &str = "git fetch --unshallow";

/// The file is a pointer of Git LFS.
pub(super) const LFS: &str = "git lfs pull";

/// The path is unmerged.
#[cfg(feature = "git")]
pub(super) const UNMERGED: &str = "resolve the conflict and `git add` the file";

/// The file was deleted from the worktree, but git still tracks it.
#[cfg(feature = "git")]
pub(super) const DELETED: &str = "restore it with `git restore`, or commit the deletion";

/// The worktree has no index.
#[cfg(feature = "git")]
pub(super) const INDEX: &str = "git read-tree HEAD";

/// Git does not track the file.
pub(super) fn untracked(path: &str) -> String {
    format!("git add {path}")
}

/// The user may not read the file.
pub(super) const PERMISSION: &str = "give the user who runs this the right to read it";
