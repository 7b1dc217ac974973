//! Finds symbolic links that a repository may have planted on the way to a file that a user or a workflow names.
//!
//! A change can turn each file and folder of a repository into a link. The command line of a CI job stays the same
//! and would then read, print or overwrite what the link points to. So no link that lies in a repository is
//! followed; links elsewhere are the user's own.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The first link on the way to `named` that lies in a repository or below the folder `root`.
///
/// The path is walked as the system walks it: from the current folder, through links that are the user's own, and
/// with `..` as the parent of the folder that was reached.
pub(crate) fn planted_link(named: &Path, root: Option<&Path>) -> Option<PathBuf> {
    let root = root.and_then(|root| root.canonicalize().ok());
    let is_planted = |folder: &Path| {
        let is_below = root.as_ref().is_some_and(|root| folder.starts_with(root));
        is_below || folder.ancestors().any(is_repository)
    };
    let mut here = std::env::current_dir().ok()?;
    let mut shown = PathBuf::new();
    for component in named.components() {
        shown.push(component);
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                here.pop();
            }
            Component::Prefix(_) | Component::RootDir => here.push(component),
            Component::Normal(name) => {
                let next = here.join(name);
                let is_link = fs::symlink_metadata(&next).is_ok_and(|kind| kind.is_symlink());
                if is_link && is_planted(&here) {
                    return Some(shown);
                }
                here = match is_link {
                    // A link of the user's that leads nowhere: whoever opens the path finds out.
                    true => next.canonicalize().ok()?,
                    false => next,
                };
            }
        }
    }
    None
}

/// Refuses a path that a user names if a repository may have planted what is there: a link on the way to it, or a
/// pipe or a device, which would keep whoever opens it waiting.
///
/// # Errors
/// The sentence that names the link, the pipe or the device.
pub(crate) fn refuse_planted(named: &Path, root: Option<&Path>) -> Result<(), String> {
    let shown = |path: &Path| crate::text::terminal(&path.to_string_lossy()).into_owned();
    if let Some(link) = planted_link(named, root) {
        let link = shown(&link);
        return Err(format!(
            "`{link}` is a symbolic link in a repository, which is not followed"
        ));
    }
    let is_special = fs::metadata(named).is_ok_and(|kind| !kind.is_file() && !kind.is_dir());
    let folder = named.canonicalize().ok();
    if is_special && folder.is_some_and(|folder| folder.ancestors().any(is_repository)) {
        let named = shown(named);
        return Err(format!("`{named}` is a pipe or a device in a repository"));
    }
    Ok(())
}

/// Returns true if git keeps the files of this folder.
fn is_repository(folder: &Path) -> bool {
    fs::symlink_metadata(folder.join(".git")).is_ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_in_a_repository_are_found_and_others_are_not() {
        let temporary = tempfile::tempdir().unwrap();
        let top = temporary.path().canonicalize().unwrap();
        for folder in ["repository/.git", "repository/a/b", "plain/a", "outside/x"] {
            fs::create_dir_all(top.join(folder)).unwrap();
        }
        for (target, link) in [
            ("../outside", "repository/folder"),
            ("../../../outside/x/file", "repository/a/b/file"),
            ("nowhere", "repository/dangling"),
            ("loop", "repository/loop"),
            ("../repository", "plain/mine"),
            ("nowhere", "plain/dangling"),
            ("loop", "plain/loop"),
            ("../outside", "plain/folder"),
        ] {
            symlink(target, top.join(link)).unwrap();
        }
        for (named, link) in [
            ("repository/folder", Some("repository/folder")),
            ("repository/folder/x/file", Some("repository/folder")),
            ("repository/folder/../y", Some("repository/folder")),
            ("repository/a/../folder", Some("repository/a/../folder")),
            ("repository/a/b/file", Some("repository/a/b/file")),
            ("repository/dangling", Some("repository/dangling")),
            ("repository/dangling/x", Some("repository/dangling")),
            ("repository/loop/x", Some("repository/loop")),
            ("plain/mine/folder/x", Some("plain/mine/folder")),
            ("repository/a/b/none", None),
            ("repository/../outside/x", None),
            ("plain/mine/a/b", None),
            ("plain/folder/x", None),
            ("plain/dangling", None),
            ("plain/loop/x", None),
            ("none/x", None),
        ] {
            let found = planted_link(&top.join(named), None);
            assert_eq!(found, link.map(|link| top.join(link)), "{named}");
        }
        let below = planted_link(&top.join("plain/folder/x"), Some(&top.join("plain")));
        assert_eq!(below, Some(top.join("plain/folder")));
    }
}
