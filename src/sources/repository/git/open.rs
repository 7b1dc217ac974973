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

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::OpenError;
use super::gate::Gate;

/// No single object or table beyond this many bytes is taken into memory.
const ALLOCATION_LIMIT: usize = 256 << 20;

/// A git repository that any thread can ask.
pub(super) struct Handles {
    shared: gix::ThreadSafeRepository,
    gate: Arc<Gate>,
    /// Handles with warm caches that no thread uses right now.
    idle: Mutex<Vec<gix::Repository>>,
}

impl Handles {
    /// Opens `git_dir`, a `.git` folder or file or a bare repository.
    pub(super) fn open(git_dir: &Path) -> Result<Handles, OpenError> {
        let gate = Arc::new(Gate::open(git_dir)?);
        let shared = gix::open::Options::isolated()
            .with(gix::sec::Trust::Reduced)
            .bail_if_untrusted(false)
            .open_path_as_is(true)
            .lossy_config(true)
            .config_overrides([
                format!("gitoxide.objects.allocLimit={ALLOCATION_LIMIT}"),
                // A damaged commit-graph leads to another merge base without a word. Without it commits
                // are read themselves, and only as far back as the merge base is.
                "core.commitGraph=false".to_owned(),
            ])
            .open(git_dir)
            .map_err(|error| unopened(git_dir, &error))?;
        Ok(Handles {
            shared,
            gate,
            idle: Mutex::default(),
        })
    }

    /// The repository, for handles that are made otherwise.
    pub(super) fn shared(&self) -> &gix::ThreadSafeRepository {
        &self.shared
    }

    /// These handles, for whoever reads references or objects: all of them are plain files.
    pub(super) fn objects(&self) -> Result<&Handles, OpenError> {
        self.gate.contents()?;
        Ok(self)
    }

    /// As [`Handles::objects`], for whoever reads the logs of references too.
    pub(super) fn logs(&self) -> Result<&Handles, OpenError> {
        self.gate.logs()?;
        self.objects()
    }

    /// The same repository, with handles of its own.
    pub(super) fn again(&self) -> Handles {
        Handles {
            shared: self.shared.clone(),
            gate: Arc::clone(&self.gate),
            idle: Mutex::default(),
        }
    }

    /// Queries the repository through a handle of this thread's own. Whoever reads references or objects
    /// calls [`Handles::objects`] before.
    pub(super) fn with<R>(&self, ask: impl FnOnce(&gix::Repository) -> R) -> R {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let handle = idle().pop();
        let handle = handle.unwrap_or_else(|| self.shared.to_thread_local());
        let answer = ask(&handle);
        idle().push(handle);
        answer
    }
}

fn unopened(git_dir: &Path, error: &gix::Error) -> OpenError {
    let shown = git_dir.display();
    let cause = cause(error);
    // gix calls an unknown value of an extension a fault of the configuration.
    if error.is_unsupported() || cause.contains("\"extensions.") {
        return OpenError::new(format!(
            "the repository `{shown}` is of a format that is not supported: {cause}"
        ))
        .with_remedy("`git config --list --local` shows the extensions that it uses");
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
