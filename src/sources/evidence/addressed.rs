//! Comments that speak to this program: `bailiwick: allow(…) reason`, in the syntax of their file.

use std::ops::RangeInclusive;

use memchr::memmem;

use super::comments::Pieces;
use super::languages::Language;
use crate::facts::AddressedComment;
use crate::text::{Span, Text};

/// How every such comment starts.
const NAME: &[u8] = b"bailiwick:";

/// How many of one file are kept. A file with more of them has something to hide.
const MOST: usize = 1_000;

/// How many bytes of its line may stand before one: none of them a letter or digit.
const DECORATION: usize = 256;

/// Whether a file may have such a comment.
pub(super) fn any(bytes: &[u8]) -> bool {
    memmem::find(bytes, NAME).is_some()
}

/// The comments of a file in this language that start with the program's name, or have a line that does.
pub(super) fn read(text: &Text, language: &Language) -> Vec<AddressedComment> {
    let bytes = text.bytes();
    let pieces = Pieces::scan(bytes, language, bytes.len());
    let mut found = Vec::new();
    for at in memmem::find_iter(bytes, NAME) {
        if found.len() == MOST {
            break;
        }
        let Some((_, piece)) = pieces.comment_at(at) else {
            continue;
        };
        let line = text.line_span(text.line(at));
        let before = Span::new(line.start.max(piece.body.start), at).of(bytes);
        if before.len() > DECORATION || before.iter().any(u8::is_ascii_alphanumeric) {
            continue;
        }
        let span = Span::new(at, line.end.min(piece.body.end.max(at)));
        found.push(AddressedComment {
            excerpt: text.excerpt(span),
            lines: meant(text, &pieces, at, piece.span),
        });
    }
    found
}

/// How many lines a comment is about at most.
const FURTHEST: u32 = 100;

/// How many bytes around a comment are looked at to tell what it is about.
const REACH: usize = 1 << 16;

/// The lines that a comment is about: its own if there is code on it; else those that follow, up to the
/// next one that has any.
fn meant(text: &Text, pieces: &Pieces, at: usize, comment: Span) -> RangeInclusive<u32> {
    let bytes = text.bytes();
    let own = text.line(at);
    let line = text.line_span(own);
    let is_blank = |span: Span| span.of(bytes).iter().all(u8::is_ascii_whitespace);
    let start = text.line_span(text.line(comment.start)).start;
    let end = line.end.min(comment.end.saturating_add(REACH));
    let alone = is_blank(Span::new(
        start.max(comment.start.saturating_sub(REACH)),
        comment.start,
    )) && is_blank(Span::new(comment.end.min(end), end));
    if !alone {
        return own..=own;
    }
    // Behind the comment, what is neither blank nor a comment.
    let furthest = own.saturating_add(FURTHEST);
    let end = text.line_span(furthest).end;
    let end = end.min(comment.end.saturating_add(REACH));
    let mut at = comment.end;
    while at < end {
        if bytes[at].is_ascii_whitespace() {
            at += 1;
        } else if let Some((_, piece)) = pieces.comment_at(at) {
            at = piece.span.end.max(at + 1);
        } else {
            return own..=text.line(at).min(furthest);
        }
    }
    own..=text.line(end).clamp(own, furthest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::RepoPath;

    fn found(name: &str, content: &str) -> Vec<(String, RangeInclusive<u32>)> {
        let text = Text::new(RepoPath::from(name), content.as_bytes().to_vec());
        let language = Language::of(name.as_bytes(), content.as_bytes()).unwrap();
        let all = read(&text, language).into_iter();
        all.map(|comment| (comment.excerpt.marked().to_owned(), comment.lines))
            .collect()
    }

    #[test]
    fn a_comment_is_about_its_own_line_or_the_next_code() {
        let all = found(
            "a.rs",
            "a(); // bailiwick: allow(x) why\n\n// bailiwick: allow(y) why\n// More.\n\nb();\n",
        );
        assert_eq!(
            all,
            [
                ("bailiwick: allow(x) why".to_owned(), 1..=1),
                ("bailiwick: allow(y) why".to_owned(), 3..=6)
            ]
        );
    }

    #[test]
    fn block_comments_and_markdown_work_too() {
        assert_eq!(
            found("a.md", "<!-- bailiwick: allow(x) why -->\nText\n"),
            [("bailiwick: allow(x) why ".to_owned(), 1..=2)]
        );
        assert_eq!(
            found("a.c", "/*\n * bailiwick: allow(x) why\n */\nint a;\n"),
            [("bailiwick: allow(x) why".to_owned(), 2..=4)]
        );
    }

    #[test]
    fn hostile_files_are_read_in_time() {
        // A million names on one line, behind what is neither letter nor digit; and comments before a
        // desert, each of which would have to be crossed.
        let names = format!("# {}{}", "!".repeat(500_000), "bailiwick:".repeat(100_000));
        assert_eq!(found("a.py", &names), []);
        let desert = format!(
            "{}{}",
            "# bailiwick: x\n".repeat(2_000),
            " ".repeat(8_000_000)
        );
        let all = found("a.py", &desert);
        assert_eq!(all.len(), MOST);
        assert_eq!(all[0].1, 1..=101);
        let desert = format!("{}/* bailiwick: x */\n", " ".repeat(8_000_000));
        assert_eq!(found("a.c", &desert)[0].1, 1..=2);
    }

    #[test]
    fn strings_and_prose_are_none() {
        assert_eq!(
            found("a.rs", "\"bailiwick: allow(x)\"; // see bailiwick: x\n"),
            []
        );
    }
}
