//! The pipeline on one page: from a request to a report or an answer. The only file that knows every
//! stage.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::findings::{Baseline, Ledger, PolicyInfo, Report, Skip, Summary, Suppression, Unused};
use crate::identity::Directory;
use crate::ownership::Ownership;
use crate::policy::{Level, Policy, Rulebook};
use crate::rules::{self, PolicyFacts, Rule, Scope, View};
use crate::sources::repository::Source;
use crate::sources::{self, PolicyChoice};

/// What to check.
#[derive(Clone, Debug)]
pub struct Request {
    /// A repository, or a folder or file in one to which findings are limited.
    pub target: PathBuf,
    /// The revision to read; none for the worktree.
    pub revision: Option<String>,
    /// The policy to judge by instead of the repository's own.
    pub policy: Option<PathBuf>,
    /// Only these rules run, if there are any: ids and `family/*`.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// The day as of which dates are judged.
    pub as_of: Date,
    /// A file of accepted findings.
    pub baseline: Option<PathBuf>,
}
