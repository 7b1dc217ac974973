//! What a run of `check` has to say, before any format.

use super::{Accepted, Finding};
use crate::facts::Gap;
use crate::policy::Level;

/// All that a run found, sorted; every format prints the same report.
#[derive(Debug)]
pub struct Report {
    /// The repository's name.
    pub repository: String,
    /// What counts, sorted by place, then rule.
    pub findings: Vec<Finding>,
    /// What stands but does not count, sorted alike.
    pub accepted: Vec<Accepted>,
    /// Rules that did not judge some subject, and why; one entry a rule and reason.
    pub skipped: Vec<Skip>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// The policy that judged.
    pub policy: PolicyInfo,
    /// Counts.
    pub summary: Summary,
}

/// A rule that could not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skip {
    /// The rule's id.
    pub rule: &'static str,
    /// Why, as a lowercase fragment.
    pub reason: String,
    /// What would let it judge.
    pub remedy: Option<String>,
    /// How many subjects it could not judge.
    pub subjects: usize,
    /// Whether the policy says `required = true`, so that the run is incomplete.
    pub required: bool,
}

/// The policy that judged, for the closing lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicyInfo {
    /// The policy's path, or the pack's name where no file was found.
    pub name: String,
    /// Packs and files that it extends, in the order in which they apply.
    pub extends: Vec<String>,
}

/// Counts of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files in the tree.
    pub files: usize,
    /// Files with at least one owner.
    pub owned: usize,
    /// Rules that ran.
    pub rules: usize,
    /// Findings at [`Level::Error`].
    pub errors: usize,
    /// Findings at [`Level::Warning`].
    pub warnings: usize,
    /// Findings at [`Level::Note`].
    pub notes: usize,
    /// Findings that are suppressed, excepted or in the baseline.
    pub accepted: usize,
}

impl Summary {
    /// How many findings stand at exactly this level.
    pub fn at(&self, level: Level) -> usize {
        match level {
            Level::Off => 0,
            Level::Note => self.notes,
            Level::Warning => self.warnings,
            Level::Error => self.errors,
        }
    }
}
