//! The one list of all rules, and of those that were.

use super::{Rule, codeowners, ownership};

/// All rules, sorted by id. A rule that is not here does not exist.
static RULES: &[&Rule] = &[
    &codeowners::ambiguous_pattern::RULE,
    &codeowners::crowded_line::RULE,
    &codeowners::dead_pattern::RULE,
    &codeowners::duplicate_pattern::RULE,
    &codeowners::ignored_file::RULE,
    &codeowners::invalid_line::RULE,
    &codeowners::misread_line::RULE,
    &codeowners::missing_file::RULE,
    &codeowners::oversized_file::RULE,
    &codeowners::shadowed_pattern::RULE,
    &codeowners::shallow_pattern::RULE,
    &codeowners::unguarded_file::RULE,
    &ownership::fallback_owner::RULE,
    &ownership::personal_owner::RULE,
    &ownership::unknown_owner::RULE,
    &ownership::unowned_file::RULE,
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
