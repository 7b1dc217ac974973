//! What a run of `check` has to say, before any format.

use jiff::civil::Date;

use super::{Accepted, Change, Finding};
use crate::facts::{Gap, Unsearched};
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
    /// What people should know of how it was read, though nothing is missing for that.
    pub notes: Vec<String>,
    /// Rules that judge by what nobody asked for.
    pub unasked: Unasked,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Files that were not searched for comments, where any rule asked for them.
    pub unsearched: Unsearched,
    /// How many folders look deployable, where nothing at all is declared; else none is counted.
    pub undeclared: usize,
    /// There is an ownership file, but it could not be read: who owns what is unknown.
    pub unread_ownership: Option<UnreadOwnership>,
    /// What is missing from the history, where it was asked for and says too little.
    pub unread_history: Option<Gap>,
    /// What is missing from the forge, where it was asked for.
    pub unread_forge: Vec<Gap>,
    /// The day as of which dates were checked.
    pub as_of: Date,
    /// The full hash of the commit that was read; none for a worktree and for a plain folder.
    pub commit: Option<String>,
    /// The full hash of the commit that is checked out; none without commits.
    pub head: Option<String>,
    /// The policy that judged.
    pub policy: PolicyInfo,
    /// The change that is judged, where only what it brings counts.
    pub change: Option<Box<Change>>,
    /// Counts.
    pub summary: Summary,
}

/// Rules that judge by what nobody asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unasked {
    /// Those that judge by the history.
    pub history: Vec<&'static str>,
    /// Those that judge by what the forge knows.
    pub forge: Vec<&'static str>,
}

impl Unasked {
    /// All of them, sorted.
    pub fn all(&self) -> Vec<&'static str> {
        let mut all = [&self.history[..], &self.forge[..]].concat();
        all.sort_unstable();
        all
    }
}

/// An ownership file that could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadOwnership {
    /// Why not.
    pub gap: Gap,
    /// Whether any rule was to judge by it.
    pub wanted: bool,
}

/// Why a run is no answer to all that was asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incomplete<'a> {
    /// No file is tracked.
    NoFiles,
    /// No rule ran.
    NoRules,
    /// Facts that rules or answers needed are unavailable.
    Missing(Vec<&'a Gap>),
    /// Rules were to judge by the ownership file, and it could not be read.
    OwnershipFile(&'a Gap),
    /// The history was asked for, and says too little.
    History(&'a Gap),
    /// The forge was asked, and these facts could not be had.
    Forge(&'a [Gap]),
    /// These rules are required and could not judge.
    Required(Vec<&'static str>),
}

impl Report {
    /// Returns what machine formats write as results, in the order of the findings: each finding, or one result
    /// for each place of a finding whose places need an edit each.
    pub fn results(&self) -> impl Iterator<Item = &Finding> + Clone {
        self.findings.iter().flat_map(Finding::results)
    }

    /// Returns the number of all places of all findings.
    pub fn places(&self) -> usize {
        let findings = self.findings.iter();
        findings.map(|finding| finding.locations().len()).sum()
    }

    /// Notes which rules nobody asked for; that they lack their facts then goes without saying, unless the
    /// policy requires them.
    pub fn wait(&mut self, unasked: Unasked) {
        let all = unasked.all();
        let waits = |skip: &Skip| !skip.required && all.contains(&skip.rule);
        self.skipped.retain(|skip| !waits(skip));
        self.unasked = unasked;
    }

    /// Why the run is incomplete, if it is; the first reason of several.
    pub fn incomplete(&self) -> Option<Incomplete<'_>> {
        let mut required: Vec<&str> = self.required().collect();
        required.dedup();
        let unread = self.unread_ownership.as_ref();
        let missing: Vec<&Gap> = self.missing().collect();
        match (self.summary.files, self.summary.rules, unread) {
            (0, _, _) if missing.is_empty() => Some(Incomplete::NoFiles),
            (_, _, Some(unread)) if unread.wanted => Some(Incomplete::OwnershipFile(&unread.gap)),
            _ if !missing.is_empty() => Some(Incomplete::Missing(missing)),
            _ if !required.is_empty() => Some(Incomplete::Required(required)),
            _ if self.unread_history.is_some() => {
                self.unread_history.as_ref().map(Incomplete::History)
            }
            _ if !self.unread_forge.is_empty() => Some(Incomplete::Forge(&self.unread_forge)),
            (_, 0, _) => Some(Incomplete::NoRules),
            _ => None,
        }
    }

    /// Unavailable facts that rules or answers needed.
    pub fn missing(&self) -> impl Iterator<Item = &Gap> {
        self.gaps.iter().filter(|gap| gap.is_missing())
    }

    /// Required rules that could not judge.
    fn required(&self) -> impl Iterator<Item = &'static str> {
        let skipped = self.skipped.iter();
        skipped.filter(|skip| skip.required).map(|skip| skip.rule)
    }
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
    /// Files with at least one owner; none where the ownership file could not be read.
    pub owned: Option<usize>,
    /// Files of which it is not known, as their ownership file could not be read.
    pub unknown: usize,
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
