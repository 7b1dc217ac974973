//! A temporary folder with real repositories, made by the `git` program with nothing of the
//! machine's own configuration.

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::OpenError;

pub(in crate::sources) struct Sandbox {
    folder: PathBuf,
    _temporary: tempfile::TempDir,
}

impl Sandbox {
    pub(in crate::sources) fn new() -> Self {
        let temporary = tempfile::tempdir().expect("a temporary folder");
        let folder = fs::canonicalize(temporary.path()).expect("its real path");
        Sandbox {
            folder,
            _temporary: temporary,
        }
    }

    pub(in crate::sources) fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// A repository in the folder `name`, with these files committed.
    pub(in crate::sources) fn repository(&self, name: &str, files: &[(&str, &str)]) {
        self.git(".", &["init", "-q", name]);
        for (path, content) in files {
            self.write(&format!("{name}/{path}"), content);
        }
        self.commit(name);
    }

    /// Commits everything in the folder `name`.
    pub(in crate::sources) fn commit(&self, name: &str) {
        self.git(name, &["add", "-A"]);
        self.git(name, &["commit", "-q", "--allow-empty", "-m", "change"]);
    }

    /// Runs git in `folder` and gives what it prints; it must succeed.
    pub(in crate::sources) fn git(&self, folder: &str, arguments: &[&str]) -> String {
        let (succeeded, said) = self.try_git(folder, arguments);
        assert!(succeeded, "git {arguments:?} failed: {said}");
        said
    }

    /// Runs git in `folder`: whether it succeeded, and all that it printed.
    pub(in crate::sources) fn try_git(&self, folder: &str, arguments: &[&str]) -> (bool, String) {
        let output = Command::new("git")
            .args([
                "-c",
                "protocol.file.allow=always",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .current_dir(self.path(folder))
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.folder)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .output()
            .expect("git runs");
        let mut said = String::from_utf8_lossy(&output.stdout).into_owned();
        said.push_str(&String::from_utf8_lossy(&output.stderr));
        (output.status.success(), said.trim_end().to_owned())
    }

    pub(in crate::sources) fn write(&self, path: &str, content: &str) {
        self.write_bytes(path.as_bytes(), content.as_bytes());
    }

    pub(in crate::sources) fn write_bytes(&self, path: &[u8], content: &[u8]) {
        let path = self.folder.join(bytes(path));
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    #[cfg(feature = "git")]
    pub(in crate::sources) fn remove(&self, path: &str) {
        let path = self.path(path);
        let removed = match path.is_dir() {
            true => fs::remove_dir_all(&path),
            false => fs::remove_file(&path),
        };
        removed.expect("removed");
    }

    /// Removes an object that is not packed from the repository in `folder`.
    #[cfg(feature = "git")]
    pub(in crate::sources) fn remove_object(&self, folder: &str, name: &str) {
        let id = self.git(folder, &["rev-parse", name]);
        self.remove(&format!("{folder}/.git/objects/{}/{}", &id[..2], &id[2..]));
    }

    #[cfg(unix)]
    pub(in crate::sources) fn link(&self, to: &str, path: &str) {
        std::os::unix::fs::symlink(to, self.path(path)).expect("a link");
    }

    #[cfg(unix)]
    pub(in crate::sources) fn fifo(&self, path: &str) {
        let made = Command::new("mkfifo").arg(self.path(path)).status();
        assert!(made.expect("mkfifo runs").success());
    }

    /// `depth` folders in each other, all of this name, however long their path.
    #[cfg(unix)]
    pub(in crate::sources) fn deep(&self, folder: &str, name: &str, depth: usize) {
        let script =
            "i=0; while [ $i -lt $2 ]; do mkdir $1 && cd -P $1 || exit 1; i=$((i+1)); done";
        let made = Command::new("sh")
            .args(["-c", script, "sh", name, &depth.to_string()])
            .current_dir(self.path(folder))
            .status();
        assert!(made.expect("sh runs").success());
    }
}

#[cfg(unix)]
fn bytes(path: &[u8]) -> &Path {
    use std::os::unix::ffi::OsStrExt as _;
    Path::new(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn bytes(path: &[u8]) -> &Path {
    Path::new(std::str::from_utf8(path).expect("a Unicode name"))
}

/// What is said of a failure, with its way out.
pub(in crate::sources) fn error<T: Debug>(result: Result<T, OpenError>) -> String {
    let error = result.expect_err("a failure");
    match error.remedy() {
        Some(remedy) => format!("{error}; {remedy}"),
        None => error.to_string(),
    }
}
