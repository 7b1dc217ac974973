//! Why a request could not be carried out.

use std::path::Path;

use crate::facts::{Gap, GapKind};
use crate::findings::Baseline;
use crate::policy::{PolicyError, PolicyErrors};
use crate::report::Problem;
use crate::sources::repository::OpenError;
use crate::sources::{PolicyFault, RosterError, refuse_planted};
use crate::text::{RepoPath, io_reason};

/// Why a request could not be carried out. None of these is the repository's fault.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A policy, or a file that it names, is faulty; all that is wrong with it.
    #[error("the policy has {}", crate::text::count(.0.len(), "error"))]
    Policy(Vec<Problem>),
    /// The policy that judges a change is faulty, on a side of it.
    #[error("{message}")]
    PolicyOfSide {
        /// All that is wrong with it.
        problems: Vec<Problem>,
        /// Whose policy it is.
        message: String,
        /// What to do.
        help: String,
    },
    /// The target is no repository that can be read.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The request needs commits, and those of the repository cannot be read.
    #[error("{message}")]
    NoCommits {
        /// Why they cannot.
        message: String,
        /// What to do.
        help: Option<String>,
    },
    /// Data that the whole answer depends on is unavailable.
    #[error("{message}")]
    Missing {
        /// What is unavailable.
        message: String,
        /// What to do.
        help: String,
    },
    /// A file that the request names cannot be used.
    #[error("{message}")]
    File {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// The request contradicts itself, or names what does not exist.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
}

impl Error {
    /// The way out, if one is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Error::Policy(_) => None,
            Error::Open(error) => error.remedy().map(str::to_owned),
            Error::NoCommits { help, .. } => help.clone(),
            Error::Missing { help, .. }
            | Error::File { help, .. }
            | Error::Usage { help, .. }
            | Error::PolicyOfSide { help, .. } => Some(help.clone()),
        }
    }

    /// Whether nothing is wrong but that what was asked for is not here.
    pub fn is_incomplete(&self) -> bool {
        match self {
            Error::Open(error) => error.is_incomplete(),
            Error::NoCommits { .. } | Error::Missing { .. } => true,
            _ => false,
        }
    }

    /// A file that could not be read: missing data if it is unavailable, else an error of whoever named it.
    pub(super) fn unread(what: &str, gap: &Gap, otherwise: &str) -> Error {
        let path = gap.path.as_ref().map(RepoPath::to_string_lossy);
        let path = path.map_or_else(String::new, |path| format!(" `{path}`"));
        let object = gap.object.as_ref();
        let object = object.map_or_else(String::new, |object| format!(" (object {object})"));
        let message = format!("cannot read {what}{path}: {}{object}", gap.reason);
        let otherwise = match otherwise {
            "" => "name a file of the repository that can be read",
            help => help,
        };
        let help = gap.remedy.clone().unwrap_or_else(|| otherwise.into());
        match gap.kind.is_unavailable() {
            true => Error::Missing { message, help },
            false => Error::File { message, help },
        }
    }

    /// What is wrong in one line, with the first place where it shows.
    pub(super) fn detailed(&self) -> String {
        let (Error::Policy(problems) | Error::PolicyOfSide { problems, .. }) = self else {
            return self.to_string();
        };
        let Some(first) = problems.first() else {
            return self.to_string();
        };
        let place = crate::policy::error::place_name(&first.location.place);
        let line = first.location.excerpt.as_ref().map(|excerpt| excerpt.line);
        let line = line.map_or_else(String::new, |line| format!(":{line}"));
        let more = match problems.len() {
            1 => String::new(),
            count => format!(" (the first of {count} errors)"),
        };
        format!("{place}{line}: {}{more}", first.message)
    }

    /// Why there is no policy to check by.
    pub(super) fn unreadable(fault: PolicyFault) -> Error {
        match fault {
            PolicyFault::Unread(gap) => Error::unread(
                "the policy",
                &gap,
                "judge by another policy with `--policy`",
            ),
            PolicyFault::Unusable { message, help } => Error::File { message, help },
        }
    }
}

/// Returns true if a file that a policy names is there and unavailable. A folder or a pipe in its place is a
/// mistake of the policy.
fn is_lost(gap: &Gap) -> bool {
    gap.kind.is_unavailable() && gap.kind != GapKind::Unreadable
}

impl From<PolicyErrors> for Error {
    fn from(errors: PolicyErrors) -> Error {
        // Whatever else is wrong may follow from what is unavailable.
        if let Some(gap) = errors.unread().filter(|gap| is_lost(gap)) {
            return Error::unread("a file of the policy,", gap, "");
        }
        Error::Policy(errors.iter().map(problem).collect())
    }
}

impl From<Vec<RosterError>> for Error {
    fn from(errors: Vec<RosterError>) -> Error {
        let unread = errors.iter().find_map(|error| match error {
            RosterError::Unreadable(_, gap) if is_lost(gap) => Some(gap),
            _ => None,
        });
        if let Some(gap) = unread {
            return Error::unread("a file that the policy names,", gap, "");
        }
        let problems = errors.into_iter().flat_map(|error| match error {
            RosterError::Faulty(errors) => errors.iter().map(problem).collect(),
            RosterError::Unreadable(location, gap) => vec![Problem {
                location,
                message: format!("cannot read this roster: {}", gap.reason),
                help: Some("name a file by its path from the root of the repository".into()),
            }],
        });
        Error::Policy(problems.collect())
    }
}

fn problem(error: &PolicyError) -> Problem {
    Problem {
        location: error.location(),
        message: error.message.clone(),
        help: error.help.clone(),
    }
}

/// The most bytes of a baseline: a million findings or so.
const BASELINE_LIMIT: u64 = 256 << 20;

/// Reads the baseline that the user named.
pub(super) fn baseline(path: &Path) -> Result<Baseline, Error> {
    let failed = |why: String| Error::File {
        message: format!("cannot read the baseline `{}`: {why}", path.display()),
        help: "write one with `--write-baseline`".into(),
    };
    let text = read_named(path, BASELINE_LIMIT).map_err(&failed)?;
    Baseline::read(&text).map_err(|error| failed(error.to_string()))
}

/// Reads a file that the user named, if it is a regular one of at most `limit` bytes.
pub(super) fn read_named(path: &Path, limit: u64) -> Result<Vec<u8>, String> {
    refuse_planted(path, None)?;
    let metadata = std::fs::metadata(path).map_err(|error| io_reason(&error))?;
    if !metadata.is_file() {
        return Err("it is not a file".into());
    }
    if metadata.len() > limit {
        return Err(format!("it has more than {limit} bytes"));
    }
    std::fs::read(path).map_err(|error| io_reason(&error))
}
