//! The guardrails themselves.

pub(super) mod expired_exception;
pub(super) mod missing;
pub(super) mod overdue_review;
pub(super) mod unused_exception;

use crate::rules::ExceptionUse;

/// What people call it, by where it stands.
fn name(exception: &ExceptionUse) -> &'static str {
    match exception.inline {
        true => "suppression",
        false => "exception",
    }
}

#[cfg(test)]
mod testing {
    use crate::facts::Location;
    use crate::rules::ExceptionUse;

    /// An exception without end that accepts two findings.
    pub(super) fn exception() -> ExceptionUse {
        ExceptionUse {
            rules: vec!["codeowners/*".into()],
            reason: "the service moves in".into(),
            until: None,
            location: Location::file("bailiwick.toml".into(), ""),
            inline: false,
            matched: 2,
            judged: true,
            problem: None,
        }
    }
}
