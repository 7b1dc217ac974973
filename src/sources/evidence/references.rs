//! What a comment refers to: owners, issues, links and days, told by how they are written.

use std::ops::Range;

use jiff::civil::Date;

/// Standards and formats that are written as issues are, but name none.
const NO_PROJECTS: &[&str] = &[
    "UTF", "UCS", "SHA", "ISO", "RFC", "AES", "DES", "MD", "CRC", "CVE", "CWE", "GHSA", "HTTP",
    "TLS", "RSA", "PEP", "JEP", "JSR", "IEEE", "ECMA", "ARM", "X", "CP", "BASE", "IPV", "XXX",
    "TODO", "FIXME", "HACK", "KB", "USB", "FP", "INT", "UINT",
];

/// A word of a group such as `(@ann, #12)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word<'t> {
    Day(Date),
    Issue,
    Link,
    /// `@ann`, `@acme/payments`, or an e-mail address.
    Owner(&'t str),
    /// A bare word or several with slashes between them, which name owners in parentheses alone.
    Bare(&'t str),
    /// `by`, `until`, `expires:` before a day.
    Preposition,
}

/// What a word of a group is; `None` for prose.
pub(super) fn word(text: &str) -> Option<Word<'_>> {
    if let Some(day) = day(text) {
        return Some(Word::Day(day));
    }
    if is_link(text) {
        return Some(Word::Link);
    }
    let digits = |text: &str| text.len() >= 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_issue(text, true) || digits(text) {
        return Some(Word::Issue);
    }
    if matches!(
        text.trim_end_matches(':'),
        "by" | "until" | "due" | "expires" | "expire" | "on"
    ) {
        return Some(Word::Preposition);
    }
    if is_handle(text) || is_email(text) {
        return Some(Word::Owner(text));
    }
    // Several owners: which of them is asked matters less than that somebody is.
    if let Some((first, _)) = text.split_once('/').filter(|_| are_handles(text)) {
        return Some(Word::Owner(first));
    }
    // More slashes than these, or an extension, make a path.
    let parts = text.split('/').count();
    let is_path = parts > 3 || (parts > 1 && text.contains('.'));
    (!is_path && text.split('/').all(is_name)).then_some(Word::Bare(text))
}

/// Whether a text in parentheses names a team in words: `matching team`.
pub(super) fn is_team(text: &str) -> bool {
    let mut words = text.split_ascii_whitespace();
    let is_last = |word: &str| word.eq_ignore_ascii_case("team");
    words.next_back().is_some_and(is_last)
        && (1..=2).contains(&words.clone().count())
        && words.all(is_name)
}

/// Whether a text is persons with slashes between them: `@ann/@bob`.
fn are_handles(text: &str) -> bool {
    text.split('/').all(is_handle)
}

/// A day as ISO 8601 writes it, and as the calendar has it.
pub(super) fn day(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if shape { text.parse().ok() } else { None }
}

pub(super) fn is_link(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
}

/// `#12`, `acme/shop#12`, `!12`, `ABC-1`, `GH-1`, and where `paths` says so `b/123` and
/// `acme/shop/issues/12`.
pub(super) fn is_issue(text: &str, paths: bool) -> bool {
    let number = |text: &str| {
        (1..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if let Some((repository, id)) = text.split_once('#') {
        let part = |part: &str| !part.is_empty() && part.bytes().all(is_name_byte);
        let named = || repository.split('/').count() <= 3 && repository.split('/').all(part);
        return number(id) && (repository.is_empty() || (named() && repository.contains('/')));
    }
    if let Some((place, id)) = text.rsplit_once('/')
        && let Some(repository) = ["/-/issues", "/-/merge_requests", "/issues", "/pull"]
            .iter()
            .find_map(|kind| place.strip_suffix(kind))
    {
        return paths && number(id) && repository.split('/').all(is_name);
    }
    if let Some((project, id)) = text.rsplit_once('-') {
        let key = project.len() <= 16
            && project.starts_with(|c: char| c.is_ascii_uppercase())
            && project
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        let github = project.eq_ignore_ascii_case("gh");
        let letters = project.trim_end_matches(|c: char| c.is_ascii_digit());
        return number(id) && (github || (key && !NO_PROJECTS.contains(&letters)));
    }
    let Some((tracker, id)) = text.split_once('/') else {
        return false;
    };
    let host = tracker.starts_with(|c: char| c.is_ascii_lowercase())
        && tracker
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte == b'.');
    paths && host && number(id)
}

/// `@ann`, `@acme/payments`.
pub(super) fn is_handle(text: &str) -> bool {
    let Some(name) = text.strip_prefix('@').filter(|name| name.len() <= 140) else {
        return false;
    };
    name.split('/').count() <= 2
        && name.split('/').all(|part| {
            part.starts_with(|c: char| c.is_ascii_alphanumeric()) && part.bytes().all(is_name_byte)
        })
}

fn is_email(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else {
        return false;
    };
    let host_byte = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    text.len() <= 254
        && !user.is_empty()
        && user.bytes().all(|byte| is_name_byte(byte) || byte == b'+')
        && host.split('.').count() >= 2
        && host
            .split('.')
            .all(|part| !part.is_empty() && part.bytes().all(host_byte))
}

fn is_name(text: &str) -> bool {
    text.len() <= 39
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(is_name_byte)
        && text.ends_with(|c: char| c.is_ascii_alphanumeric())
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// The words of running text, without the punctuation around them, and where they stand.
pub(super) fn words(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut end = 0;
    let parts = text.split_inclusive(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ',' | ';' | '(' | ')' | '[' | ']' | '<' | '>' | '"' | '\'' | '`'
            )
    });
    parts.filter_map(move |part| {
        let start = end;
        end += part.len();
        let word = part.trim_end_matches(|c: char| {
            !c.is_alphanumeric() && !matches!(c, '/' | '_' | '-' | '@' | '#')
        });
        (!word.is_empty()).then(|| (start..start + word.len(), word))
    })
}
