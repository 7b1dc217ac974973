//! Finds every repository below a folder. In: a folder. Out: the roots of repositories, each once.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::discover::{has_dot_git, is_git_directory};
use super::nested;
use crate::facts::{Gap, GapKind};
use crate::text::RepoPath;

/// Folders are walked no deeper; organizations keep their repositories a few levels down.
const DEEPEST: usize = 64;

/// The roots below `folder`, sorted: worktrees, bare repositories, and folders whose policy says
/// `root = true`, the folder itself included if it is one. Symbolic links are not followed, and what lies
/// in a root is left to whoever reads its tree. Also a gap for each folder that cannot be read.
pub fn roots(folder: &Path) -> (Vec<PathBuf>, Vec<Gap>) {
    let mut roots = BTreeSet::new();
    let mut gaps = Vec::new();
    let mut walk = WalkDir::new(folder)
        .follow_links(false)
        .max_depth(DEEPEST)
        .sort_by_file_name()
        .into_iter();
    while let Some(entry) = walk.next() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(|path| path.display().to_string());
                let reason = format!("`{}` cannot be read", path.unwrap_or_default());
                gaps.push(Gap::new(GapKind::Unreadable, reason));
                continue;
            }
        };
        if !entry.file_type().is_dir() {
            continue;
        }
        let path = entry.path();
        if is_root(path) {
            roots.insert(path.to_path_buf());
            walk.skip_current_dir();
        }
    }
    (roots.into_iter().collect(), gaps)
}

/// The folder at a path that a tree names, on disk. None where the path leads out of the root, and where a
/// symbolic link or anything else than a folder stands in its way.
pub fn folder_in(root: &Path, path: &RepoPath) -> Option<PathBuf> {
    let path = std::str::from_utf8(path.as_bytes()).ok()?;
    let mut folder = root.to_path_buf();
    for part in path.split('/') {
        // An index can hold any name, whatever git would check out.
        let mut components = Path::new(part).components();
        let is_name = matches!(components.next(), Some(Component::Normal(_)));
        if !is_name || components.next().is_some() {
            return None;
        }
        folder.push(part);
        if !fs::symlink_metadata(&folder).is_ok_and(|kind| kind.is_dir()) {
            return None;
        }
    }
    Some(folder)
}

/// Whether this folder is a root: a worktree, a bare repository, or declared as one by its policy.
pub fn is_root(folder: &Path) -> bool {
    has_dot_git(folder) || is_git_directory(folder) || nested::says_root(folder)
}
