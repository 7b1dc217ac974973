//! Finding and reading policies and the files that they name. In: a source, or a path that the user
//! gave. Out: bytes.
//!
//! Nothing that a policy names is read outside of the folder that holds the policy's repository, or,
//! for a policy from elsewhere, outside of the policy's own folder.

use std::path::{Path, PathBuf};

use super::catalog::roster::ROSTER_LIMIT;
use super::planted::refuse_planted;
use super::repository::{Folder, Source};
use crate::facts::{Gap, GapKind, Place};
use crate::policy::PolicyFiles;
use crate::text::RepoPath;

/// The name of a policy file.
pub(crate) const NAME: &str = "bailiwick.toml";

/// Why there is no policy to check by.
#[derive(Debug)]
pub enum PolicyFault {
    /// It could not be read.
    Unread(Gap),
    /// The file that the user named is not there or is none.
    Unusable {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
}

/// A policy and where it, and what it names, is read from.
#[derive(Debug)]
pub enum PolicyChoice<'a> {
    /// No file: a pack alone.
    None,
    /// A file of the judged tree.
    InTree(&'a Source, RepoPath),
    /// A file of another tree of the repository. What it names is read from the judged tree, and from that
    /// other one what the judged tree does not have: it may be older than the policy, and a change that
    /// takes something away does not take it away from what judges the change.
    OfTree {
        /// The judged tree.
        judged: &'a Source,
        /// The tree that the policy is in.
        source: &'a Source,
        /// Where in it.
        path: RepoPath,
    },
    /// A policy that is not written yet.
    Draft {
        /// The judged tree.
        source: &'a Source,
        /// Where in it the policy will be.
        path: RepoPath,
        /// What it will say.
        text: Vec<u8>,
    },
    /// A file that the user named.
    Named {
        /// The folder that it may not leave.
        folder: Folder,
        /// The file in that folder.
        path: RepoPath,
        /// What the user calls that folder; none if it is the judged repository.
        shown: Option<PathBuf>,
    },
}

impl<'a> PolicyChoice<'a> {
    /// The policy that judges a source: the one that the user named, else the nearest from the target
    /// up to the root.
    ///
    /// # Errors
    /// The file that the user named is not there, or the nearest cannot be read; why, and the way out.
    pub fn find(source: &'a Source, named: Option<&Path>) -> Result<Self, PolicyFault> {
        if let Some(named) = named {
            return Self::named(source, named);
        }
        let mut folder = source.scope().clone();
        loop {
            let path = folder.join(NAME);
            match source.read_own(&path, ROSTER_LIMIT as u64) {
                Ok(_) => return Ok(PolicyChoice::InTree(source, path)),
                Err(gap) if matches!(gap.kind, GapKind::Absent | GapKind::Untracked) => {}
                Err(gap) if gap.kind.is_unavailable() => return Err(PolicyFault::Unread(gap)),
                // A target that is a file has no file below it.
                Err(_) if folder == *source.scope() && !folder.is_root() => {}
                Err(gap) => return Err(PolicyFault::Unread(gap)),
            }
            if folder.is_root() {
                return Ok(PolicyChoice::None);
            }
            folder = folder.parent();
        }
    }

    /// The policy of a folder of repositories: the one that the user named, else the folder's own.
    ///
    /// # Errors
    /// The file that the user named is not there, or the folder's cannot be read.
    pub fn of_folder(folder: &Path, named: Option<&Path>) -> Result<Self, PolicyFault> {
        if let Some(named) = named {
            return Self::at(folder, named);
        }
        let path = RepoPath::from(NAME);
        let own = Folder::new(folder);
        match own.read(&path, ROSTER_LIMIT as u64) {
            Ok(_) => Ok(PolicyChoice::Named {
                folder: own,
                path,
                shown: None,
            }),
            Err(gap) if gap.kind == GapKind::Absent => Ok(PolicyChoice::None),
            Err(gap) => Err(PolicyFault::Unread(gap)),
        }
    }

    /// The same policy for repositories below `folder`, of which its file is no part: places in it are
    /// shown with the path of the folder as the user wrote it.
    pub fn above_repositories(mut self, folder: &Path) -> Self {
        if let PolicyChoice::Named { shown, .. } = &mut self {
            shown.get_or_insert_with(|| match folder == Path::new(".") {
                true => PathBuf::new(),
                false => folder.to_owned(),
            });
        }
        self
    }

    fn named(source: &Source, named: &Path) -> Result<Self, PolicyFault> {
        Self::at(source.root(), named)
    }

    /// The policy that the user named, for what lies in the folder `judged`.
    fn at(judged: &Path, named: &Path) -> Result<Self, PolicyFault> {
        let shown = named.display();
        let failed = |why: String| PolicyFault::Unusable {
            message: format!("cannot read the policy `{shown}`: {why}"),
            help: "name a policy file, as in `--policy bailiwick.toml`".to_owned(),
        };
        refuse_planted(named, Some(judged)).map_err(&failed)?;
        let file = named
            .canonicalize()
            .map_err(|error| failed(error.to_string()))?;
        if !file.is_file() {
            return Err(failed("it is not a file".into()));
        }
        let inside = file.starts_with(judged);
        let root = if inside {
            judged
        } else {
            file.parent().unwrap_or(&file)
        };
        let path = file.strip_prefix(root).unwrap_or(&file);
        let path = path
            .to_str()
            .ok_or_else(|| failed("its name is not UTF-8".into()))?;
        let path = if cfg!(windows) {
            path.replace('\\', "/")
        } else {
            path.to_owned()
        };
        Ok(PolicyChoice::Named {
            folder: Folder::new(root),
            path: RepoPath::from(path.as_str()),
            shown: (!inside).then(|| named.parent().unwrap_or(Path::new("")).to_owned()),
        })
    }

    /// The policy file, if it is one of the judged repository.
    pub fn path_in_repository(&self) -> Option<&RepoPath> {
        match self {
            PolicyChoice::Named {
                path, shown: None, ..
            }
            | PolicyChoice::InTree(_, path)
            | PolicyChoice::OfTree { path, .. }
            | PolicyChoice::Draft { path, .. } => Some(path),
            PolicyChoice::Named { .. } | PolicyChoice::None => None,
        }
    }

    /// The policy file, if there is one.
    pub fn path(&self) -> Option<&RepoPath> {
        match self {
            PolicyChoice::None => None,
            PolicyChoice::InTree(_, path)
            | PolicyChoice::OfTree { path, .. }
            | PolicyChoice::Draft { path, .. }
            | PolicyChoice::Named { path, .. } => Some(path),
        }
    }
}

impl PolicyFiles for PolicyChoice<'_> {
    fn read(&self, path: &RepoPath) -> Result<Vec<u8>, Gap> {
        let limit = ROSTER_LIMIT as u64 + 1;
        match self {
            PolicyChoice::None => Err(Gap::new(GapKind::Absent, "there is no policy file")),
            PolicyChoice::InTree(source, _) => source.read_own(path, limit),
            PolicyChoice::OfTree { judged, source, .. } => match judged.read_own(path, limit) {
                Err(gap) if matches!(gap.kind, GapKind::Absent | GapKind::Untracked) => {
                    source.read_own(path, limit)
                }
                content => content,
            },
            PolicyChoice::Draft {
                path: draft, text, ..
            } if draft == path => Ok(text.clone()),
            PolicyChoice::Draft { source, .. } => source.read_own(path, limit),
            PolicyChoice::Named { folder, .. } => folder.read(path, limit),
        }
    }

    fn place(&self, path: &RepoPath) -> Place {
        match self {
            PolicyChoice::Named {
                shown: Some(shown), ..
            } => {
                let path = shown.join(path.to_string_lossy().as_ref());
                Place::External(path.to_string_lossy().into_owned())
            }
            _ => Place::File(path.clone()),
        }
    }
}
