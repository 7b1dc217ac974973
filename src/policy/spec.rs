//! What a policy needs to know of a rule in order to configure it.

use super::{Level, OptionSpec, Options};

/// The part of a rule that a policy can speak of. Every rule carries one; the policy room sees rules
/// only as a list of these, so that it knows nothing of what they check.
#[derive(Debug)]
pub struct RuleSpec {
    /// `family/name`.
    pub id: &'static str,
    /// One line: what is wrong where it fires.
    pub summary: &'static str,
    /// The level in `bailiwick:recommended`.
    pub level: Level,
    /// The level in `bailiwick:strict`.
    pub strict: Level,
    /// What its options are.
    pub options: &'static [OptionSpec],
    /// Its options at their defaults.
    pub default_options: fn() -> Box<dyn Options>,
}

impl RuleSpec {
    /// The part of the id before the slash.
    pub fn family(&self) -> &'static str {
        self.id.split('/').next().unwrap_or_default()
    }
}
