//! Whether a word in a comment asks for something to be done, or is spoken about.
//!
//! It asks where it begins a comment, a line of one, or a sentence. With a colon directly behind it, it asks
//! anywhere, as in `JDK 27 TODO: remove`, unless what stands before it speaks about the word, as in
//! `finds each TODO: x`, or quotes it.

use std::borrow::Cow;

use crate::sources::evidence::comments::{Piece, PieceKind};
use crate::text::Span;

/// How far back the line of a word is read, in bytes.
const FURTHEST: usize = 2000;

/// What starts a comment within a comment, without white space behind it. Quotes and letters, which start
/// comments elsewhere, are none.
const SIGNS: [&str; 6] = ["//", "#", "--", ";", "%", "!"];

/// Words in lower case behind which a sentence goes on, so that what follows is a word of it.
const SPEAKING: [&str; 62] = [
    "a", "all", "an", "and", "any", "are", "as", "be", "by", "called", "case", "comment",
    "comments", "contain", "contains", "each", "every", "find", "finds", "for", "from", "has",
    "have", "in", "is", "its", "keyword", "like", "marker", "markers", "named", "no", "not", "of",
    "on", "one", "or", "our", "prefix", "say", "says", "see", "some", "tag", "tags", "that", "the",
    "their", "these", "this", "those", "to", "use", "uses", "was", "were", "with", "without",
    "word", "words", "write", "your",
];

/// Abbreviations behind which an example follows, as they stand before their last full stop.
const EXAMPLES: [&str; 6] = ["cf", "e.g", "eg", "i.e", "ie", "viz"];

/// What stands before a word on its line of a comment.
#[derive(Debug)]
pub(super) struct Before<'b> {
    text: Cow<'b, str>,
    /// Whether the text starts where the line or its comment does.
    is_whole: bool,
    /// What starts the comment, where it ends with its line.
    sign: &'b [u8],
}

impl<'b> Before<'b> {
    /// Before the word at `span` in the comment `piece`.
    pub(super) fn of(bytes: &'b [u8], piece: Piece, span: Span) -> Before<'b> {
        // POD opens with a command, and every line of it may be one: `=head1 TODO`.
        let is_pod = bytes.get(piece.span.start) == Some(&b'=');
        // The delimiter of a docstring or of `rem` is before the body; the decoration of a line behind it.
        let body = if is_pod {
            piece.span.start
        } else {
            piece.body.start
        };
        let from = body
            .max(span.start.saturating_sub(FURTHEST))
            .min(span.start);
        let line = memchr::memrchr(b'\n', &bytes[from..span.start]).map(|end| from + end + 1);
        let is_whole = line.is_some() || from == body;
        let line = &bytes[line.unwrap_or(from)..span.start];
        let text = if is_pod { without_command(line) } else { line };
        Before {
            text: String::from_utf8_lossy(text),
            is_whole,
            sign: match piece.kind {
                PieceKind::Line => &bytes[piece.span.start..piece.body.start],
                _ => b"",
            },
        }
    }

    /// Whether nothing stands there but decoration.
    pub(super) fn is_bare(&self) -> bool {
        let has_text = |c: char| c.is_alphanumeric() || c == '`';
        self.is_whole && !self.text.contains(has_text)
    }

    /// Whether `word` asks for something, with `behind` behind it.
    pub(super) fn begins(&self, word: &[u8], behind: &str) -> bool {
        let before = &*self.text;
        if self.is_bare() {
            return true;
        }
        if is_quoted(before) {
            return false;
        }
        begins_comment(before, self.sign)
            || begins_sentence(before, behind)
            || self.is_whole && is_tagged(behind) && introduces(before, word)
    }
}

/// A line of POD without the command that it starts with.
fn without_command(line: &[u8]) -> &[u8] {
    let Some(command) = line.strip_prefix(b"=") else {
        return line;
    };
    let end = command.iter().position(|byte| matches!(byte, b' ' | b'\t'));
    &command[end.unwrap_or(command.len())..]
}

/// A comment within the comment, as behind `//nolint`. Its sign may touch the word where it is one that
/// opens comments of this file, and is apart from what stands before: `http://TODO` is none.
fn begins_comment(before: &str, own: &[u8]) -> bool {
    let apart = before.trim_end_matches([' ', '\t']);
    if apart.len() < before.len() {
        return apart.ends_with("//") || apart.ends_with('#');
    }
    let signs = SIGNS.iter();
    let mut signs = signs.filter(|sign| **sign == "//" || own == sign.as_bytes());
    signs.any(|sign| {
        let rest = before.trim_end_matches(&sign[..1]);
        before.ends_with(sign) && rest.ends_with([' ', '\t']) && !speaks(rest)
    })
}

/// A sentence, or the text of an element of HTML.
fn begins_sentence(before: &str, behind: &str) -> bool {
    let sentence = before.trim_end_matches([' ', '\t']);
    let apart = sentence.len() < before.len();
    let opens = behind.trim_start_matches(' ').starts_with([':', '(', '['])
        || behind.starts_with('!') && !behind.starts_with("!=");
    let ends = sentence.ends_with('>')
        || apart && sentence.ends_with(['.', '!', '?', ';', ')', ':']) && !names_example(sentence);
    opens && ends
}

/// Whether a colon stands directly behind the word or its group: `:`, `(ann):`, `[#12]:`. What goes on
/// behind the colon without white space is a name of code or a pattern, such as `XXX:YYY`.
fn is_tagged(behind: &str) -> bool {
    let group = |close| {
        let end = behind[1..].find(['(', ')', '[', ']'])? + 1;
        behind[end..].strip_prefix(close)
    };
    let rest = match behind.chars().next() {
        Some('(') => group(')'),
        Some('[') => group(']'),
        _ => Some(behind),
    };
    let rest = rest.and_then(|rest| rest.strip_prefix(':'));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace))
}

/// Whether what stands before a tagged word leads to it, instead of speaking about it.
fn introduces(before: &str, word: &[u8]) -> bool {
    // What is open may be an object or a template.
    let braces = |sign| before.matches(sign).count();
    if braces('{') > braces('}') {
        return false;
    }
    let rest = before.trim_end_matches([' ', '\t']);
    if rest.len() == before.len() {
        // `AIDEV-TODO:` as the first word of a line.
        let compound = before.trim_start_matches(|c: char| !c.is_alphanumeric());
        let is_compound = compound.strip_suffix('-').is_some_and(|name| {
            let in_name = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
            !name.is_empty() && name.bytes().all(in_name)
        });
        let bracketed = before.strip_suffix(['(', '[', '@']);
        let bracketed = bracketed.filter(|rest| rest.ends_with([' ', '\t']));
        return is_compound || bracketed.is_some_and(|rest| !speaks(rest));
    }
    // `XXX` stands for any name: `port XXX:`.
    let is_placeholder = word.windows(2).all(|pair| pair[0] == pair[1]);
    let goes_on = rest.ends_with(char::is_alphanumeric);
    // What ends in any other sign is code, such as `x = TODO:`.
    let ends_text =
        goes_on || rest.ends_with(|c: char| !c.is_ascii() || ",-(|)]}*>\"'`".contains(c));
    ends_text && !(goes_on && is_placeholder) && !speaks(rest)
}

/// Whether the text ends in the middle of a quotation or of code.
fn is_quoted(text: &str) -> bool {
    let mut code = false;
    let mut double = false;
    let mut single = false;
    let mut chars = text.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        match c {
            '`' => code = !code,
            '"' => double = !double,
            '\u{201c}' | '\u{201e}' => double = true,
            '\u{201d}' => double = false,
            // An apostrophe stands behind a letter.
            '\'' if single => single = chars.peek().is_some_and(|next| next.is_alphanumeric()),
            '\'' => single = !last.is_alphanumeric(),
            _ => {}
        }
        last = c;
    }
    code || double || single
}

/// Whether the last word of the text lets a sentence go on, or announces an example.
fn speaks(text: &str) -> bool {
    let text = text.trim_end();
    let token = text.rsplit(char::is_whitespace).next().unwrap_or(text);
    let word = token.trim_matches(|c: char| !c.is_alphanumeric());
    let word = word.to_lowercase();
    // Behind a comma or a bracket, something else begins.
    let goes_on = token.ends_with(|c: char| c.is_alphanumeric() || c == ':');
    names_example(text) || goes_on && SPEAKING.contains(&word.as_str())
}

/// Whether the text ends with `e.g.` or its like, perhaps with a comma.
fn names_example(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches([',', ':']);
    let token = text.rsplit(char::is_whitespace).next().unwrap_or(text);
    let word = token.trim_start_matches(|c: char| !c.is_alphanumeric());
    let word = word.strip_suffix('.').unwrap_or(word).to_ascii_lowercase();
    EXAMPLES.contains(&word.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::evidence::comments::Pieces;
    use crate::sources::evidence::languages::Language;

    /// Whether the first marker of the last line asks for something.
    fn asks(path: &str, source: &str) -> bool {
        let bytes = source.as_bytes();
        let language = Language::of(path.as_bytes(), bytes).expect(path);
        let found = ["TODO", "FIXME", "XXX"]
            .iter()
            .filter_map(|word| Some((source.rfind(word)?, word.len())));
        let (start, length) = found.max().expect(source);
        let pieces = Pieces::scan(bytes, language, bytes.len());
        let (_, piece) = pieces.comment_at(start).expect(source);
        let span = Span::new(start, start + length);
        Before::of(bytes, piece, span).begins(span.of(bytes), &source[span.end..])
    }

    #[test]
    fn a_marker_begins_a_comment_a_line_of_it_or_a_sentence() {
        for line in [
            "// TODO x",
            "//! * TODO x",
            "/// @TODO x",
            "/* a\n * - TODO x",
            "// Slow. TODO: x",
            "// No! FIXME! x",
            "/// <p>TODO: x",
        ] {
            assert!(asks("a.rs", line), "{line}");
        }
        for line in [
            "// Slow. TODO x",
            "// a `TODO` is",
            "// e.g. TODO: x",
            "// `a. TODO: x`",
        ] {
            assert!(!asks("a.rs", line), "{line}");
        }
    }

    #[test]
    fn a_comment_within_a_comment_begins_with_a_sign_of_its_own() {
        for (path, line) in [
            ("a.go", "//nolint:x // TODO x"),
            ("a.go", "//nolint:x //FIXME(y)"),
            ("a.go", "/* a */ //nolint:x ///TODO x"),
            ("a.py", "# noqa #TODO x"),
            ("a.py", "# noqa  ##TODO x"),
            ("a.sql", "-- skip --TODO x"),
        ] {
            assert!(asks(path, line), "{line}");
        }
        for (path, line) in [
            ("a.go", "// at http://TODO x"),
            ("a.go", "// See the #FIXME in it"),
            ("a.go", "// As #FIXME in it"),
            ("a.py", "# See the #FIXME in it"),
            ("a.bas", "' a word 'TODO x"),
        ] {
            assert!(!asks(path, line), "{line}");
        }
    }

    #[test]
    fn a_colon_makes_a_marker_of_a_word_that_text_leads_to() {
        for line in [
            "// JDK 27 TODO: remove",
            "// DQH - TODO: older versions?",
            "// (\"source\", \"source\"), TODO: invalid",
            "// AIDEV-TODO: revisit",
            "// @ts-expect-error TODO: remove",
            "// OPTIMIZATION TODO: export",
            "// macros for two versions TODO: remove",
            "// bail out (TODO: handle this)",
            "// number (TODO(pdg): require?)",
            "// currently ignored, TODO[#12]: add",
            "// it isn't done TODO: do it",
            "// reads `a` and \"b\" TODO: c",
            "// versions discovered @TODO: link",
            "// sets {a} TODO:",
        ] {
            assert!(asks("a.rs", line), "{line}");
        }
    }

    #[test]
    fn a_word_that_is_spoken_about_is_no_marker_with_a_colon_either() {
        for line in [
            "// finds each TODO: x",
            "// a comment such as TODO: x",
            "// comments like (TODO: x)",
            "// The TODO: in it",
            "// prints \"TODO: x\"",
            "// prints \"a TODO: x\"",
            "// prints “a TODO: x”",
            "// prints 'a TODO: x'",
            "// writes `// TODO: x`",
            "// (e.g., TODO: x)",
            "// { OPEN: 0, TODO: 1 }",
            "// match x { case TODO: y }",
            "// f(TODO: 1)",
            "// x = TODO: y",
            "// port XXX: y",
            "// from AAA:XXX:ZZZ",
            "// app-1-XXX: y",
            "// remote.XXX: y",
            "// a name:TODO: y",
            "// names TODO::new",
            "// no colon (TODO handle this)",
        ] {
            assert!(!asks("a.rs", line), "{line}");
        }
    }

    #[test]
    fn headings_of_pod_are_lines_of_their_own() {
        assert!(asks("a.pl", "=head1 TODO"));
        assert!(asks("a.pl", "=head1 Usage\n\nText.\n\n=head2 TODO\n"));
        assert!(!asks("a.pl", "=head1 About the TODO list\n"));
    }

    #[test]
    fn what_stands_too_far_behind_the_start_of_its_line_is_only_judged_by_its_sentence() {
        let far = "word ".repeat(FURTHEST);
        assert!(!asks("a.rs", &format!("// {far}TODO: x")));
        assert!(asks("a.rs", &format!("// {far}. TODO: x")));
    }
}
