//! Numbers for people.

use crate::policy::Level;

/// `1,234,567`.
pub(super) fn number(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 file`, `1,234 files`.
pub(super) fn of(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(count))
}

/// `2 errors, 1 note`, without the levels that have none; empty if there is nothing.
pub(super) fn levels(count: impl Fn(Level) -> usize) -> String {
    let levels = [Level::Error, Level::Warning, Level::Note];
    let parts = levels.into_iter().map(|level| (count(level), level.name()));
    let parts = parts.filter(|&(count, _)| count > 0);
    let parts: Vec<_> = parts.map(|(count, name)| of(count, name)).collect();
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
    fn numbers_are_grouped_and_nouns_agree() {
        let cases = [
            (0, "0 files"),
            (1, "1 file"),
            (999, "999 files"),
            (1000, "1,000 files"),
        ];
        for (count, text) in cases {
            assert_eq!(of(count, "file"), text);
        }
        assert_eq!(number(1_234_567), "1,234,567");
    }

    #[test]
    fn all_but_one_is_not_all() {
        assert_eq!(percent(99_999, 100_000), "99.9");
        assert_eq!(percent(1, 1), "100.0");
        assert_eq!(percent(1, 3), "33.3");
    }
}
