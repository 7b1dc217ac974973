//! Opens a git directory so that nothing it holds is run or obeyed beyond what its format needs.
//!
//! Every repository is taken to be somebody else's, whoever owns its files: the sections of its own
//! configuration are distrusted as a whole, that of the system and the user is not read, includes
//! are not followed and the environment is not asked. What is left of the configuration is the
//! format of the repository (`core.repositoryFormatVersion`, `core.bare`, `extensions.*`), and the
//! URL of its origin as a mere text. Neither `core.worktree`, `core.fsmonitor`, `core.hooksPath`,
//! `core.attributesFile` nor any filter or driver has a meaning here. Because there is nothing to
//! be trusted, `safe.directory` is not asked either, and a repository of another user opens.
//!
//! Two things lead out of a git directory and are followed, since repositories do not work without
//! them: a `.git` file, which names the git directory of a linked worktree or submodule, and
//! `objects/info/alternates`, which names further object databases. Neither can be in a commit, and
//! an alternate only holds contents that a commit already names by their hash.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::super::OpenError;

/// No single object or table beyond this many bytes is taken into memory.
const ALLOCATION_LIMIT: usize = 256 << 20;

/// No configuration or gitfile beyond this many bytes is read.
const CONFIG_LIMIT: u64 = 8 << 20;

/// A git repository that any thread can ask.
pub(super) struct Handles {
    shared: gix::ThreadSafeRepository,
    /// Handles with warm caches that no thread uses right now.
    idle: Mutex<Vec<gix::Repository>>,
}

impl Handles {
    /// Opens `git_dir`, a `.git` folder or file or a bare repository.
    pub(super) fn open(git_dir: &Path) -> Result<Handles, OpenError> {
        check(git_dir)?;
        let shared = gix::open::Options::isolated()
            .with(gix::sec::Trust::Reduced)
            .bail_if_untrusted(false)
            .open_path_as_is(true)
            .lossy_config(true)
            .config_overrides([format!("gitoxide.objects.allocLimit={ALLOCATION_LIMIT}")])
            .open(git_dir)
            .map_err(|error| unopened(git_dir, &error))?;
        Ok(Handles {
            shared,
            idle: Mutex::default(),
        })
    }

    /// The repository, for handles that are made otherwise.
    pub(super) fn shared(&self) -> &gix::ThreadSafeRepository {
        &self.shared
    }

    /// The same repository, with handles of its own.
    pub(super) fn again(&self) -> Handles {
        Handles {
            shared: self.shared.clone(),
            idle: Mutex::default(),
        }
    }

    /// Asks the repository through a handle of this thread's own.
    pub(super) fn with<R>(&self, ask: impl FnOnce(&gix::Repository) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = idle().pop();
        let handle = handle.unwrap_or_else(|| self.shared.to_thread_local());
        let answer = ask(&handle);
        idle().push(handle);
        answer
    }
}

/// Refuses a git directory whose files would stop or flood whoever reads them.
fn check(git_dir: &Path) -> Result<(), OpenError> {
    let private = match fs::metadata(git_dir) {
        Ok(kind) if kind.is_file() => link(git_dir, "gitdir: ")?,
        _ => git_dir.to_path_buf(),
    };
    let mut folders = vec![private.clone()];
    let commondir = private.join("commondir");
    if commondir.exists() {
        folders.push(link(&commondir, "")?);
    }
    for folder in folders {
        for name in [
            "HEAD",
            "config",
            "config.worktree",
            "packed-refs",
            "shallow",
        ] {
            regular(&folder.join(name), u64::MAX)?;
        }
        regular(&folder.join("config"), CONFIG_LIMIT)?;
        regular(&folder.join("config.worktree"), CONFIG_LIMIT)?;
    }
    Ok(())
}

/// The folder that a file of git names, relative to its own.
fn link(file: &Path, start: &str) -> Result<PathBuf, OpenError> {
    regular(file, CONFIG_LIMIT)?;
    let content = fs::read_to_string(file)
        .map_err(|error| OpenError::new(format!("`{}` cannot be read: {error}", file.display())))?;
    let target = content.strip_prefix(start).map(str::trim_end);
    let target = target.filter(|target| !target.is_empty()).ok_or_else(|| {
        OpenError::new(format!("`{}` names no git directory", file.display()))
            .with_remedy("run `git worktree repair` or `git submodule update --init`")
    })?;
    Ok(file.parent().unwrap_or(Path::new("")).join(target))
}

/// Refuses what is there and no regular file, or too large.
fn regular(file: &Path, limit: u64) -> Result<(), OpenError> {
    let refuse = |why: &str| Err(OpenError::new(format!("`{}` {why}", file.display())));
    match fs::metadata(file) {
        Ok(kind) if !kind.is_file() => refuse("is not a regular file"),
        Ok(kind) if kind.len() > limit => refuse("is too large for what it is"),
        _ => Ok(()),
    }
}

fn unopened(git_dir: &Path, error: &gix::Error) -> OpenError {
    let shown = git_dir.display();
    let cause = cause(error);
    if error.is_unsupported() {
        return OpenError::new(format!(
            "the repository `{shown}` is of a format that is not supported: {cause}"
        ))
        .with_remedy("only repositories with SHA-1 object names are read");
    }
    OpenError::new(format!(
        "the repository `{shown}` cannot be opened: {cause}"
    ))
    .with_remedy("see what `git status` and `git fsck` say of it")
}

/// Everything that an error of gix says, on one line.
pub(super) fn cause(error: &gix::Error) -> String {
    let mut said: Vec<String> = Vec::new();
    for part in error.iter_errors() {
        let part = part.to_string();
        let line = part.lines().next().unwrap_or_default().trim().to_owned();
        if !line.is_empty() && !said.iter().any(|before| before.contains(&line)) {
            said.push(line);
        }
    }
    said.join(": ")
}
