//! Where the run looks: paths that a workflow names, in a workspace that a pull request filled. The
//! workflow is trusted, the workspace is not: a link in it could lead to anything on the machine.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::cli::failure::Failure;
use crate::sources::planted_link;

/// The folder that is checked: `named`, below the workspace, without a link in between.
///
/// # Errors
/// It leaves the workspace, is not there, or a link, or a bare repository.
pub(super) fn folder(workspace: &Path, named: &str) -> Result<PathBuf, Failure> {
    let failed = |why: &str| {
        Failure::new(
            format!("cannot check the working directory `{named}`: {why}"),
            "name a folder of the checkout, by its path from the workspace",
        )
    };
    let workspace = real(workspace)?;
    if Path::new(named).has_root() {
        return Err(failed("it is an absolute path"));
    }
    let folder = normal(&workspace, Path::new(named));
    if !folder.starts_with(&workspace) {
        return Err(failed("it is not in the workspace"));
    }
    if let Some(link) = link_below(&workspace, &folder) {
        return Err(failed(&format!("`{}` is a symbolic link", link.display())));
    }
    if !folder.is_dir() {
        return Err(failed("there is no such folder"));
    }
    // A folder with these could be opened as a repository of its own, and judged instead of the one
    // that it is part of.
    let is_bare = folder.join("HEAD").is_file() && folder.join("objects").is_dir();
    if is_bare && !folder.join(".git").exists() {
        return Err(failed("it is a bare repository"));
    }
    Ok(folder)
}

/// How deep checkouts are looked for below the workspace, and in how many folders.
const DEPTH: usize = 3;
const FOLDERS: usize = 1_000;

/// Makes sure that the folder is in a checkout, as far as one is needed: a whole check also reads files without git.
///
/// # Errors
/// There is none; the help names where one is.
pub(super) fn checkout(workspace: &Path, folder: &Path, has_base: bool) -> Result<(), Failure> {
    if git_root(folder).is_some() {
        return Ok(());
    }
    let workspace = real(workspace)?;
    let below = checkouts(&workspace);
    if let Some(first) = below.first() {
        let first = first.display();
        let shown: Vec<String> = below
            .iter()
            .take(5)
            .map(|it| format!("`{}`", it.display()))
            .collect();
        return Err(Failure::new(
            format!(
                "the working directory is in no checkout; the workspace has one in {}",
                shown.join(", ")
            ),
            format!("set the input `working-directory: {first}`, the `path` of `actions/checkout`"),
        ));
    }
    let is_empty = fs::read_dir(folder).is_ok_and(|mut files| files.next().is_none());
    match (is_empty, has_base) {
        (true, _) => Err(Failure::new(
            "the workspace is empty: no repository is checked out",
            "add a step with `actions/checkout` before this one",
        )),
        (false, true) => Err(Failure::new(
            "the files of the workspace are in no git repository, so that there is nothing to compare with",
            "run `actions/checkout` before this step; in a container, install git before: without it \
             `actions/checkout` downloads files without history. `since: none` checks the files as they are",
        )),
        (false, false) => Ok(()),
    }
}

/// The nearest folder with a `.git`, from the folder upward.
fn git_root(folder: &Path) -> Option<&Path> {
    folder
        .ancestors()
        .find(|folder| folder.join(".git").exists())
}

/// The checkouts below the workspace, by their paths from there.
fn checkouts(workspace: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut level = vec![PathBuf::new()];
    for _ in 0..DEPTH {
        let mut folders: Vec<PathBuf> = Vec::new();
        for parent in &level {
            let Ok(entries) = fs::read_dir(workspace.join(parent)) else {
                continue;
            };
            let entries = entries.take(FOLDERS).filter_map(Result::ok);
            let entries = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
            folders.extend(entries.map(|entry| parent.join(entry.file_name())));
        }
        folders.sort();
        folders.truncate(FOLDERS);
        let (with, without) = folders
            .into_iter()
            .partition(|folder| workspace.join(folder).join(".git").exists());
        found.extend::<Vec<_>>(with);
        level = without;
    }
    found
}

/// The policy that `named` means, relative to the folder that is checked. Where that is in the workspace,
/// there is no link in between.
///
/// # Errors
/// It is reached through a link, or is in a checkout of its own inside the one that is checked.
pub(super) fn policy(workspace: &Path, folder: &Path, named: &str) -> Result<PathBuf, Failure> {
    let workspace = real(workspace)?;
    let path = normal(folder, Path::new(named));
    if let (Some(checked), Some(other)) = (git_root(folder), path.parent().and_then(git_root))
        && other != checked
        && other.starts_with(checked)
    {
        return Err(Failure::new(
            format!(
                "the policy `{named}` is in another checkout, inside of the one that is checked"
            ),
            "check both out side by side: `path: shop` for the repository that is checked and `path: policy` for the \
             policy; then set `working-directory: shop` and `policy: ../policy/bailiwick.toml`",
        ));
    }
    match link_below(&workspace, &path) {
        None => Ok(path),
        Some(link) => Err(Failure::new(
            format!(
                "cannot read the policy `{named}`: `{}` is a symbolic link",
                link.display()
            ),
            "name the file itself",
        )),
    }
}

fn real(workspace: &Path) -> Result<PathBuf, Failure> {
    workspace.canonicalize().map_err(|error| {
        Failure::new(
            format!(
                "cannot read the workspace `{}`: {error}",
                workspace.display()
            ),
            "check the repository out first, with `actions/checkout`",
        )
    })
}

/// `path` seen from `folder`, with `.` and `..` resolved by name.
fn normal(folder: &Path, path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in folder.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            other => normal.push(other),
        }
    }
    normal
}

/// The first link on the way from `top` down to `path`, relative to `top`; none if `path` is elsewhere.
fn link_below(top: &Path, path: &Path) -> Option<PathBuf> {
    path.strip_prefix(top).ok()?;
    let link = planted_link(path, Some(top))?;
    Some(link.strip_prefix(top).map_or(link.clone(), Path::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_of_the_workspace_is_taken() {
        let temporary = tempfile::tempdir().unwrap();
        let top = temporary.path().canonicalize().unwrap();
        fs::create_dir_all(top.join("a/b")).unwrap();
        for (named, path) in [(".", ""), ("", ""), ("a", "a"), ("./a//b/../b/", "a/b")] {
            assert_eq!(folder(&top, named).unwrap(), top.join(path), "{named}");
        }
        for named in ["..", "a/../../x", "/", "c"] {
            let text = folder(&top, named).unwrap_err().text();
            assert!(text.contains("help: "), "{text}");
        }
        fs::create_dir_all(top.join("a/b/objects")).unwrap();
        fs::write(top.join("a/b/HEAD"), "ref: refs/heads/main").unwrap();
        let bare = folder(&top, "a/b").unwrap_err().text();
        assert!(bare.contains("a bare repository"), "{bare}");
        let policy = policy(&top, &top.join("a"), "../../org/policy.toml").unwrap();
        assert_eq!(policy, top.parent().unwrap().join("org/policy.toml"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_in_the_workspace_is_not() {
        use std::os::unix::fs::symlink;
        let temporary = tempfile::tempdir().unwrap();
        let top = temporary.path().canonicalize().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::create_dir(outside.path().join("x")).unwrap();
        symlink(outside.path(), top.join("link")).unwrap();
        for named in ["link", "link/x", "link/../link"] {
            let text = folder(&top, named).unwrap_err().text();
            assert!(text.contains("`link` is a symbolic link"), "{text}");
        }
        let text = policy(&top, &top, "link/policy.toml").unwrap_err().text();
        assert!(text.contains("`link` is a symbolic link"), "{text}");
        // The way to the workspace itself is the machine's.
        let workspace = outside.path().join("workspace");
        symlink(&top, &workspace).unwrap();
        assert_eq!(folder(&workspace, ".").unwrap(), top);
    }
}
