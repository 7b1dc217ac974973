//! Finds the root that holds a target. In: a path as the user gave it. Out: the root folder, what
//! kind of repository it is, and where in it the target lies.
//!
//! Looks upward from the target and at nothing but the folders on that way. The environment
//! (`GIT_DIR`, `GIT_CEILING_DIRECTORIES` and the like) is not consulted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::OpenError;
use super::disk;
use super::nested;
use crate::text::{RepoPath, io_reason};

/// A root, and where in it the target lies.
#[derive(Debug)]
pub(super) struct Found {
    /// The folder of the root, without symbolic links in its path.
    pub(super) root: PathBuf,
    /// The target relative to the root; empty for the root itself.
    pub(super) scope: RepoPath,
    /// What keeps the root's files.
    pub(super) keeper: Keeper,
}

/// What keeps the files of a root.
#[derive(Debug)]
pub(super) enum Keeper {
    /// Nothing but the disk.
    Folder,
    /// The git repository whose worktree is `top`; the root is `prefix` below it, and a root of its
    /// own because it says so if `prefix` is not empty.
    Worktree {
        /// The folder that has the `.git`.
        top: PathBuf,
        /// The root, relative to `top`.
        prefix: RepoPath,
    },
    /// The root is itself a git directory, without a worktree.
    Bare,
}

/// Finds the root that holds `target`, which is a folder or a file. Folders in `past` are none, whatever
/// they say.
pub(super) fn discover(target: &Path, past: &[PathBuf]) -> Result<Found, OpenError> {
    let shown = target.display();
    let real = fs::canonicalize(target).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => OpenError::new(format!("`{shown}` does not exist"))
            .with_remedy("name a folder or a file of a repository"),
        _ => unopened(target, &error),
    })?;
    let kind = fs::metadata(&real).map_err(|error| unopened(target, &error))?;
    let start = match real.parent() {
        _ if kind.is_dir() => real.as_path(),
        Some(parent) if kind.is_file() => parent,
        _ => {
            return Err(OpenError::new(format!(
                "`{shown}` is neither a folder nor a file"
            )));
        }
    };

    // The nearest folder that says `root = true`; the repository that tracks it may be further up.
    let mut declared: Option<&Path> = None;
    for folder in start.ancestors() {
        let is_past = past.iter().any(|it| it == folder);
        if declared.is_none() && !is_past && nested::says_root(folder) {
            declared = Some(folder);
        }
        if has_dot_git(folder) {
            let root = declared.unwrap_or(folder);
            return Ok(Found {
                root: root.to_path_buf(),
                scope: below(root, &real)?,
                keeper: Keeper::Worktree {
                    top: folder.to_path_buf(),
                    prefix: below(folder, root)?,
                },
            });
        }
        if is_git_directory(folder) {
            if declared.is_some() {
                break;
            }
            if folder == real && !folder.iter().any(|part| part == ".git") {
                return Ok(Found {
                    root: folder.to_path_buf(),
                    scope: RepoPath::default(),
                    keeper: Keeper::Bare,
                });
            }
            return Err(OpenError::new(format!(
                "`{shown}` lies in the git directory `{}`, which holds no files of a project",
                folder.display()
            ))
            .with_remedy("name the repository's folder instead"));
        }
    }
    let root = declared.unwrap_or(start);
    Ok(Found {
        root: root.to_path_buf(),
        scope: below(root, &real)?,
        keeper: Keeper::Folder,
    })
}

fn unopened(target: &Path, error: &io::Error) -> OpenError {
    let (shown, reason) = (target.display(), io_reason(error));
    OpenError::new(format!("`{shown}` cannot be opened: {reason}"))
        .with_remedy("give the user who runs this the right to read it")
}

/// Returns true if `folder` is the top of a worktree: if there is anything called `.git`. One that is empty or
/// broken is an error with a remedy for whoever opens it. To pass it over, as git does with some of them,
/// would check the folder as something that its owner does not take it to be.
pub(super) fn has_dot_git(folder: &Path) -> bool {
    folder.join(".git").symlink_metadata().is_ok()
}

/// Whether `folder` has what makes a git directory.
pub(super) fn is_git_directory(folder: &Path) -> bool {
    folder.join("HEAD").is_file() && folder.join("objects").is_dir() && folder.join("refs").is_dir()
}

/// `path` relative to `root`.
fn below(root: &Path, path: &Path) -> Result<RepoPath, OpenError> {
    path.strip_prefix(root)
        .ok()
        .and_then(disk::to_repo_path)
        .ok_or_else(|| {
            OpenError::new(format!(
                "`{}` has a name that is not Unicode",
                path.display()
            ))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::repository::testing::{Sandbox, error};

    #[test]
    fn the_nearest_root_wins() {
        let sandbox = Sandbox::new();
        sandbox.git(".", &["init", "-q", "outer"]);
        sandbox.write("outer/a/b/file.txt", "");
        sandbox.write("outer/service/bailiwick.toml", "root = true\n");
        sandbox.write("outer/service/src/main.rs", "");
        sandbox.write("outer/broken/bailiwick.toml", "root = \n");
        sandbox.write("outer/says-no/bailiwick.toml", "root = false\n");
        sandbox.write("outer/empty/.git/unrelated", "");
        sandbox.write("plain/x/y.txt", "");
        sandbox.write("own/bailiwick.toml", "root = true\n");
        sandbox.write("own/x/y.txt", "");
        sandbox.git(".", &["init", "-q", "--bare", "bare"]);
        // target, root, scope, keeper (a prefix for worktrees)
        let cases = [
            ("outer", "outer", "", "worktree:"),
            ("outer/a/b", "outer", "a/b", "worktree:"),
            ("outer/a/b/file.txt", "outer", "a/b/file.txt", "worktree:"),
            ("outer/a/../a", "outer", "a", "worktree:"),
            ("outer/service", "outer/service", "", "worktree:service"),
            (
                "outer/service/src",
                "outer/service",
                "src",
                "worktree:service",
            ),
            ("outer/broken", "outer", "broken", "worktree:"),
            ("outer/says-no", "outer", "says-no", "worktree:"),
            ("outer/empty", "outer/empty", "", "worktree:"),
            ("plain/x", "plain/x", "", "folder"),
            ("plain/x/y.txt", "plain/x", "y.txt", "folder"),
            ("own/x", "own", "x", "folder"),
            ("bare", "bare", "", "bare"),
        ];
        for (target, root, scope, keeper) in cases {
            let found = discover(&sandbox.path(target), &[]).expect(target);
            assert_eq!(found.root, sandbox.path(root), "{target}");
            assert_eq!(found.scope, RepoPath::from(scope), "{target}");
            let kept = match &found.keeper {
                Keeper::Folder => "folder".to_owned(),
                Keeper::Bare => "bare".to_owned(),
                Keeper::Worktree { prefix, .. } => format!("worktree:{}", prefix.to_string_lossy()),
            };
            assert_eq!(kept, keeper, "{target}");
        }
    }

    #[test]
    fn what_is_no_target_is_said_clearly() {
        let sandbox = Sandbox::new();
        sandbox.git(".", &["init", "-q", "repo"]);
        sandbox.git(".", &["init", "-q", "--bare", "bare.git"]);
        for target in [
            "repo/.git",
            "repo/.git/hooks",
            "bare.git/objects",
            "bare.git/HEAD",
        ] {
            let message = error(discover(&sandbox.path(target), &[]));
            assert!(message.contains("lies in the git directory"), "{message}");
        }
        let message = error(discover(&sandbox.path("nowhere"), &[]));
        assert!(message.contains("nowhere` does not exist"), "{message}");
    }

    #[cfg(unix)]
    #[test]
    fn a_policy_behind_a_link_declares_no_root() {
        let sandbox = Sandbox::new();
        sandbox.git(".", &["init", "-q", "repo"]);
        sandbox.write("policy.toml", "root = true\n");
        sandbox.write("repo/a/x", "");
        sandbox.link("../../policy.toml", "repo/a/bailiwick.toml");
        let found = discover(&sandbox.path("repo/a"), &[]).expect("found");
        assert_eq!(found.root, sandbox.path("repo"));
    }

    #[cfg(unix)]
    #[test]
    fn a_target_that_is_no_file_is_refused() {
        let sandbox = Sandbox::new();
        sandbox.fifo("pipe");
        let message = error(discover(&sandbox.path("pipe"), &[]));
        assert!(message.contains("neither a folder nor a file"), "{message}");
    }
}
