//! Names and places from a repository, harmless for a terminal and for the log of a CI run.

use std::borrow::Cow;

use crate::facts::{Location, Place};
use crate::text;

/// A path for people: quoted as git quotes it, and never the start of a workflow command.
///
/// A path that starts with a colon or a space gets `./` before it: a file named `::error::x` at the
/// start of a line would be obeyed by the runner of GitHub Actions.
pub(super) fn path(path: &[u8]) -> Cow<'_, str> {
    let quoted = match text::quote_path(path) {
        Cow::Borrowed(plain) => text::terminal(plain),
        Cow::Owned(quoted) => Cow::Owned(text::terminal(&quoted).into_owned()),
    };
    if may_command(&quoted) {
        return Cow::Owned(format!("./{quoted}"));
    }
    quoted
}

/// A name that starts a line, such as an owner: in quotes where it could start a workflow command.
pub(super) fn name(name: &str) -> Cow<'_, str> {
    if may_command(name) {
        return Cow::Owned(format!("\"{}\"", text::terminal(name)));
    }
    text::terminal(name)
}

/// Whether the runner of GitHub Actions might see a command in a line that starts with `text`.
pub(super) fn may_command(text: &str) -> bool {
    text.trim_start_matches(is_passed_over).starts_with(':')
}

/// What the runner might pass over before it looks for the two colons: white space, and whatever its
/// comparison of texts ignores, such as soft hyphens and joiners.
pub(super) fn is_passed_over(c: char) -> bool {
    c.is_whitespace() || !c.is_ascii() && !c.is_alphanumeric()
}

/// A place for people: a path, or `.` for the repository.
pub(super) fn place(place: &Place) -> Cow<'_, str> {
    match place {
        Place::File(file) => path(file.as_bytes()),
        Place::External(file) => path(file.as_bytes()),
        Place::Repository => Cow::Borrowed("."),
    }
}

/// `path:line`; `path` if the whole file is meant, `.` if the repository is.
pub(super) fn line(location: &Location) -> String {
    let place = place(&location.place);
    match &location.excerpt {
        Some(excerpt) => format!("{place}:{}", excerpt.line),
        None => place.into_owned(),
    }
}

/// `path:line:column`; `path` where the whole file is meant, `.` where the repository is.
pub(super) fn position(location: &Location) -> String {
    let place = place(&location.place);
    match &location.excerpt {
        Some(excerpt) => {
            let at = excerpt.position();
            format!("{place}:{}:{}", at.line, at.column)
        }
        None => place.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_never_a_command() {
        let cases: [(&[u8], &str); 8] = [
            (b"src/a b", "src/a b"),
            (b"::error::x", "./::error::x"),
            (b"  ::error::x", "./  ::error::x"),
            ("\u{ad}::error::x".as_bytes(), "\"\\302\\255::error::x\""),
            ("\u{301}::error::x".as_bytes(), "./\u{301}::error::x"),
            (b"a##[group]", "a#\\x23[group]"),
            (b"a\n::error::x", "\"a\\n::error::x\""),
            ("a\u{202e}b".as_bytes(), "\"a\\342\\200\\256b\""),
        ];
        for (bytes, shown) in cases {
            assert_eq!(path(bytes), shown);
        }
    }
}
