//! Numbers for people.

use crate::policy::Level;
use crate::text::count;

/// `2 errors, 1 note`, without the levels that have none; empty if there is nothing.
pub(super) fn levels(number: impl Fn(Level) -> usize) -> String {
    let levels = [Level::Error, Level::Warning, Level::Note];
    let parts = levels
        .into_iter()
        .map(|level| (number(level), level.name()));
    let parts = parts.filter(|&(number, _)| number > 0);
    let parts: Vec<_> = parts.map(|(number, name)| count(number, name)).collect();
    parts.join(", ")
}

/// A share in percent with one digit behind the point, rounded down: 100.0 means all.
pub(super) fn percent(part: usize, whole: usize) -> String {
    if whole == 0 {
        return "100.0".into();
    }
    let tenths = part.saturating_mul(1000) / whole;
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_but_one_is_not_all() {
        assert_eq!(percent(99_999, 100_000), "99.9");
        assert_eq!(percent(1, 1), "100.0");
        assert_eq!(percent(1, 3), "33.3");
    }
}
