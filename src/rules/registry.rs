//! The one list of all rules, and of those that were.

use super::{Rule, codeowners};

/// All rules, sorted by id. A rule that is not here does not exist.
static RULES: &[&Rule] = &[
    &codeowners::dead_pattern::RULE,
    &codeowners::misread_line::RULE,
];

/// All rules, sorted by id.
pub fn all() -> &'static [&'static Rule] {
    RULES
}

/// The rule of this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.spec.id == id)
}

/// Rules that have a new id: the old one, the new one, and the version since which it holds.
pub const RENAMED: &[(&str, &str, &str)] = &[];

/// Rules that are gone: the id, the reason, and the version since which it holds.
pub const REMOVED: &[(&str, &str, &str)] = &[];
