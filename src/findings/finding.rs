//! One violation, ready to be reported.

use jiff::civil::Date;

use crate::facts::Location;
use crate::policy::{Level, Origin};
use crate::rules::Fix;

use super::Places;

/// One violation of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad it is, after all overrides. Never [`Level::Off`].
    pub level: Level,
    /// What is wrong: a lowercase fragment without full stop, names in backticks.
    pub message: String,
    /// The kind of subject, such as `ownership-rule`.
    pub subject_kind: &'static str,
    /// What it is called, such as the pattern of an ownership rule.
    pub subject: String,
    /// The services that it is about.
    pub services: Vec<String>,
    /// Where to look first.
    pub primary: Location,
    /// Where else to look.
    pub related: Vec<Location>,
    /// Who should act: owners, as written.
    pub owners: Vec<String>,
    /// Whether there are more owners than those.
    pub more_owners: bool,
    /// What to do, as a sentence fragment.
    pub help: Option<String>,
    /// The change that would mend it, where a machine can make it.
    pub fix: Option<Fix>,
    /// Who asked for this level.
    pub origin: Origin,
    /// Stable under changes elsewhere: a hash of rule, subject, normalized text and an ordinal, in hex.
    pub fingerprint: String,
    /// All its places.
    pub places: Places,
}

impl Finding {
    /// What findings are sorted by: place, then rule, then message.
    pub fn order(&self) -> impl Ord + '_ {
        (self.primary.order(), self.rule, &self.message)
    }
}

/// A finding that stands but is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// Why it is not counted.
    pub by: Acceptance,
}

/// Why a finding is not counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// A comment beside the place allows it.
    Suppression {
        /// The reason that the comment gives.
        reason: String,
        /// When it ends.
        until: Option<Date>,
    },
    /// An exception of the policy allows it.
    Exception {
        /// The reason that the policy gives.
        reason: String,
        /// When it ends.
        until: Option<Date>,
    },
    /// The baseline has it.
    Baseline,
}
