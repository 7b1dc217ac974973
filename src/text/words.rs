//! Numbers and lists as people write them.

/// A number with its thousands apart: `1,234,567`.
pub fn number(number: usize) -> String {
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

/// A number of things: `1 file`, `1,234 files`. For nouns that take an `s`.
pub fn count(things: usize, noun: &str) -> String {
    let plural = if things == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", number(things))
}

/// What there is, and how much more that is not shown: `a`, `a and b`, `a, b and 3 more`.
pub fn list(shown: &[String], more: usize) -> String {
    let more = (more > 0).then(|| format!("{} more", number(more)));
    let all: Vec<&str> = shown.iter().chain(&more).map(String::as_str).collect();
    match all.split_last() {
        None => String::new(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
    }
}

/// An error of the system as people read it: without its number.
pub fn io_reason(error: &std::io::Error) -> String {
    let reason = error.to_string();
    let words = reason.split(" (os error ").next().unwrap_or_default();
    words.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn system_errors_have_no_numbers() {
        let error = std::io::Error::from_raw_os_error(2);
        assert!(error.to_string().contains("os error"));
        assert!(!io_reason(&error).contains("os error"), "{error}");
        let other = std::io::Error::other("No room");
        assert_eq!(io_reason(&other), "no room");
    }

    #[test]
    fn thousands_are_apart_and_nouns_agree() {
        for (things, text) in [
            (0, "0 files"),
            (1, "1 file"),
            (999, "999 files"),
            (1_000, "1,000 files"),
            (1_234_567, "1,234,567 files"),
        ] {
            assert_eq!(count(things, "file"), text);
        }
    }

    #[test]
    fn lists_end_with_and() {
        let shown = ["a", "b", "c"].map(str::to_owned);
        for (length, more, text) in [
            (0, 0, ""),
            (1, 0, "a"),
            (2, 0, "a and b"),
            (3, 0, "a, b and c"),
            (1, 1, "a and 1 more"),
            (3, 2_000, "a, b, c and 2,000 more"),
        ] {
            assert_eq!(list(&shown[..length], more), text);
        }
    }
}
