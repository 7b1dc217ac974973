//! How exceptions and inline suppressions fared in a run.

use jiff::civil::Date;

use crate::facts::Location;

/// An exception of the policy or an inline suppression, after all other rules ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionUse {
    /// The rules that it speaks of, as written.
    pub rules: Vec<String>,
    /// The reason that it gives.
    pub reason: String,
    /// The last day on which it holds, if it ends.
    pub until: Option<Date>,
    /// Where it stands.
    pub location: Location,
    /// Whether it is a comment beside the place rather than a part of the policy.
    pub inline: bool,
    /// How many findings it accepted, or would have accepted had it not expired.
    pub matched: usize,
    /// Whether all its rules ran over their full scope, so that matching nothing means something.
    pub judged: bool,
    /// What is wrong with a suppression that cannot be read, and what to do; such a one holds nothing.
    pub problem: Option<(String, String)>,
}
