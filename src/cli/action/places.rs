//! Where the run looks: paths that a workflow names, in a workspace that a pull request filled. The
//! workflow is trusted, the workspace is not: a link in it could lead to anything on the machine.

use std::path::{Component, Path, PathBuf};

use crate::cli::failure::Failure;

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

/// The policy that `named` means, relative to the folder that is checked. Where that is in the workspace,
/// there is no link in between.
///
/// # Errors
/// It is reached through a link.
pub(super) fn policy(workspace: &Path, folder: &Path, named: &str) -> Result<PathBuf, Failure> {
    let workspace = real(workspace)?;
    let path = normal(folder, Path::new(named));
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
fn link_below<'p>(top: &Path, path: &'p Path) -> Option<&'p Path> {
    let below = path.strip_prefix(top).ok()?;
    let mut ways: Vec<&Path> = below.ancestors().collect();
    ways.reverse();
    ways.into_iter().find(|way| top.join(way).is_symlink())
}

#[cfg(test)]
mod tests {
    use std::fs;

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
