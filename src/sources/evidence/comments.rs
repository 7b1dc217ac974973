//! Which bytes of a file are comments, and which are strings: one forward scan, in time linear in the
//! file, with no stack but for templates of JavaScript.
//!
//! An ordinary string that is not closed ends with its line, so that one stray quote hides one line at
//! most. An unclosed comment, raw string or string of several lines ends with the file.

mod raw;
mod script;

use memchr::{memchr, memmem};

use super::languages::{At, Block, Escape, Language, Quote};
use crate::text::Span;

/// A comment or a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Which of them.
    pub(super) kind: PieceKind,
    /// All of it, with its delimiters.
    pub(super) span: Span,
    /// What stands between the delimiters.
    pub(super) body: Span,
}

/// What a [`Piece`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    /// A comment that ends with its line.
    Line,
    /// A comment with an end of its own, or a docstring.
    Block,
    /// A string, a character or a regular expression.
    String,
}

/// The comments and strings of a file, in order and apart from each other.
#[derive(Debug, Default)]
pub(super) struct Pieces(Vec<Piece>);

impl Pieces {
    /// The comments and strings that start before `until`.
    pub(super) fn scan(bytes: &[u8], language: &Language, until: usize) -> Pieces {
        let mut scanner = Scanner::new(bytes, language);
        let mut at = 0;
        while let Some(found) = scanner.next_start(at).filter(|&found| found < until) {
            let heredoc = scanner.heredoc.take_if(|body| body.start <= found);
            // A string may have gone on into it, and even beyond.
            at = match heredoc.filter(|body| at < body.end) {
                Some(body) => {
                    let rest = Span::new(body.start.max(at), body.end);
                    scanner.push(PieceKind::String, rest, rest)
                }
                None => scanner.step(found).max(found + 1),
            };
        }
        // A heredoc in which nothing else starts.
        if let Some(body) = scanner.heredoc.take() {
            let rest = Span::new(body.start.max(at), body.end);
            if rest.start < rest.end.min(until) {
                scanner.push(PieceKind::String, rest, rest);
            }
        }
        Pieces(scanner.pieces)
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> &[Piece] {
        &self.0
    }

    /// The index of the piece that holds the byte at `offset`.
    pub(super) fn at(&self, offset: usize) -> Option<usize> {
        let behind = self.0.partition_point(|piece| piece.span.start <= offset);
        let index = behind.checked_sub(1)?;
        (offset < self.0[index].span.end).then_some(index)
    }

    /// The comment that holds the byte at `offset`, with its index.
    pub(super) fn comment_at(&self, offset: usize) -> Option<(usize, Piece)> {
        let index = self.at(offset)?;
        let piece = self.0[index];
        (piece.kind != PieceKind::String).then_some((index, piece))
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    language: &'a Language,
    /// Bytes at which something may start.
    starts: [bool; 256],
    pieces: Vec<Piece>,
    /// Where the last comment ended, and the last byte of code before it.
    behind: (usize, u8),
    /// Open `${` of templates: how many braces are open within each.
    templates: Vec<usize>,
    /// No regular expression ends before this offset: one was looked for.
    no_regex: usize,
    /// The lines of a heredoc that started on this line.
    heredoc: Option<Span>,
    /// How many heredocs were found to have no end.
    endless: usize,
}

impl<'a> Scanner<'a> {
    fn new(bytes: &'a [u8], language: &'a Language) -> Self {
        let mut starts = [false; 256];
        let opens = (language.line.iter().map(|line| line.0))
            .chain(language.block.iter().map(|block| block.open))
            .chain(language.quotes.iter().map(|quote| quote.open));
        for first in opens.filter_map(|open| open.bytes().next()) {
            starts[usize::from(first)] = true;
            starts[usize::from(first.to_ascii_uppercase())] = true;
        }
        let mut mark = |set: &[u8]| {
            set.iter()
                .for_each(|&byte| starts[usize::from(byte)] = true)
        };
        if language.characters {
            mark(b"'");
        }
        if language.backslash {
            mark(b"\\");
        }
        if language.script {
            mark(b"/`{}");
        }
        if language.brackets {
            mark(b"[");
        }
        if language.heredocs {
            mark(b"<");
        }
        mark(language.prefix.as_slice());
        Scanner {
            bytes,
            language,
            starts,
            pieces: Vec::new(),
            behind: (0, b'\n'),
            templates: Vec::new(),
            no_regex: 0,
            heredoc: None,
            endless: 0,
        }
    }

    fn next_start(&self, at: usize) -> Option<usize> {
        let rest = self.bytes.get(at..)?;
        let found = rest.iter().position(|&byte| self.starts[usize::from(byte)]);
        found.map(|found| at + found)
    }

    /// Reads what starts at `at`, and says where to go on.
    fn step(&mut self, at: usize) -> usize {
        let language = self.language;
        if language.brackets {
            let comment = self.opens(at, "--", At::Any);
            let open = if comment { at + 2 } else { at };
            if let Some((body, end)) = self.long_bracket(open) {
                let kind = if comment {
                    PieceKind::Block
                } else {
                    PieceKind::String
                };
                return self.push(kind, Span::new(at, end), body);
            }
        }
        for block in language.block {
            if self.opens(at, block.open, block.at) {
                let (body_end, end) = self.block_end(at + block.open.len(), block);
                let body = Span::new(at + block.open.len(), body_end);
                return self.push(PieceKind::Block, Span::new(at, end), body);
            }
        }
        for line in language.line {
            if self.opens(at, line.0, line.1) && self.ends_word(at, line.0) {
                let end = self.line_end(at);
                let body = Span::new((at + line.0.len()).min(end), end);
                return self.push(PieceKind::Line, Span::new(at, end), body);
            }
        }
        if let Some(end) = self.raw(at) {
            return end;
        }
        for quote in language.quotes {
            if self.opens(at, quote.open, quote.at) {
                return self.quoted(at, quote);
            }
        }
        match self.bytes[at] {
            b'\'' if language.characters => self.character(at),
            b'\\' if language.backslash => at + 2,
            byte if language.prefix == Some(byte) => {
                let escaped = self.bytes.get(at + 1) == Some(&b'\\');
                at + if escaped { 3 } else { 2 }
            }
            b'<' if language.heredocs => self.heredoc_start(at),
            _ if language.script => self.script(at),
            _ => at + 1,
        }
    }

    fn push(&mut self, kind: PieceKind, span: Span, body: Span) -> usize {
        if kind != PieceKind::String {
            self.behind = (span.end, self.code_before(span.start));
        }
        self.pieces.push(Piece { kind, span, body });
        span.end
    }

    fn opens(&self, at: usize, open: &str, place: At) -> bool {
        let there = self.bytes.get(at..at + open.len());
        if !there.is_some_and(|there| there.eq_ignore_ascii_case(open.as_bytes())) {
            return false;
        }
        let before = at.checked_sub(1).map_or(b'\n', |before| self.bytes[before]);
        match place {
            At::Any => true,
            At::Apart => !(before.is_ascii_alphanumeric() || before == b'_'),
            At::Word => before.is_ascii_whitespace() || b";&|)".contains(&before),
            At::First => {
                let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
                let line = self.bytes[..at].iter().rev().find(|byte| !blank(byte));
                matches!(line, None | Some(b'\n' | b'\r'))
            }
            At::Column => before == b'\n',
        }
    }

    /// A word that opens a comment, such as `rem`, is a whole word; a single letter stands in column 1.
    fn ends_word(&self, at: usize, open: &str) -> bool {
        let letters = open.len() > 1 && open.ends_with(|c: char| c.is_ascii_alphabetic());
        let after = self.bytes.get(at + open.len());
        !(letters && after.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_'))
    }

    fn line_end(&self, at: usize) -> usize {
        let end = memchr(b'\n', &self.bytes[at..]).map_or(self.bytes.len(), |end| at + end);
        if end > at && self.bytes[end - 1] == b'\r' {
            end - 1
        } else {
            end
        }
    }

    /// Where the body and the whole of a comment end whose body starts at `from`.
    fn block_end(&self, from: usize, block: &Block) -> (usize, usize) {
        let mut depth = 1_usize;
        let mut at = from;
        let (open, close) = (block.open.as_bytes(), block.close.as_bytes());
        if !block.nests {
            let rest = self.bytes.get(from..).unwrap_or_default();
            return match memmem::find(rest, close) {
                Some(found) => (from + found, from + found + close.len()),
                None => (self.bytes.len(), self.bytes.len()),
            };
        }
        while let Some(found) = memchr::memchr2(open[0], close[0], &self.bytes[at..]) {
            at += found;
            if self.bytes[at..].starts_with(close) {
                depth -= 1;
                if depth == 0 {
                    return (at, at + close.len());
                }
                at += close.len();
            } else if self.bytes[at..].starts_with(open) {
                depth += 1;
                at += open.len();
            } else {
                at += 1;
            }
        }
        (self.bytes.len(), self.bytes.len())
    }

    /// Reads a string; where it may not go on over line ends, it ends with its line at the latest.
    fn quoted(&mut self, at: usize, quote: &Quote) -> usize {
        let kind = if self.is_docstring(at, quote) {
            PieceKind::Block
        } else {
            PieceKind::String
        };
        let from = at + quote.open.len();
        let (body_end, end) = self.string_end(from, quote);
        self.push(kind, Span::new(at, end), Span::new(from, body_end))
    }

    fn string_end(&self, from: usize, quote: &Quote) -> (usize, usize) {
        let close = quote.close.as_bytes();
        let mut at = from;
        while let Some(&byte) = self.bytes.get(at) {
            if self.bytes[at..].starts_with(close) {
                let end = at + close.len();
                if quote.escape == Escape::Doubled && self.bytes[end..].starts_with(close) {
                    at = end + close.len();
                    continue;
                }
                return (at, end);
            }
            if byte == b'\n' && !quote.lines {
                return (at, at);
            }
            at += match quote.escape {
                Escape::Byte(escape) if escape == byte => {
                    // A line end of two bytes is escaped as one.
                    if self.bytes[at + 1..].starts_with(b"\r\n") {
                        3
                    } else {
                        2
                    }
                }
                _ => 1,
            };
        }
        (self.bytes.len(), self.bytes.len())
    }

    /// Triple quotes that start a line, perhaps with a prefix, where no expression goes on.
    fn is_docstring(&self, at: usize, quote: &Quote) -> bool {
        if !self.language.docstrings || quote.open.len() != 3 {
            return false;
        }
        let prefix = self.bytes[..at].iter().rev().take(2);
        let letters = prefix.take_while(|byte| b"rRuUbB".contains(byte)).count();
        let start = at - letters;
        self.opens(start, "", At::First) && !b"([{,=+-*/%&|<>\\".contains(&self.code_before(start))
    }

    /// The last byte before `at` that is neither white space nor in a comment.
    ///
    /// White space is looked at once from what stands behind it, so that all calls together are linear.
    fn code_before(&self, at: usize) -> u8 {
        let (end, before) = self.behind;
        let from = end.min(at);
        let code = self.bytes[from..at]
            .iter()
            .rev()
            .find(|byte| !byte.is_ascii_whitespace());
        code.copied().unwrap_or(before)
    }

    /// `'x'` or `'\…'`; else the quote alone.
    fn character(&mut self, at: usize) -> usize {
        let next = self.bytes.get(at + 1).copied().unwrap_or(b'\n');
        let end = if next == b'\\' {
            let rest = self.bytes.get(at + 3..).unwrap_or_default();
            // The longest is `'\u{10FFFF}'` or Haskell's names of control characters.
            let close = rest.iter().take(10).position(|&byte| byte == b'\'');
            close.map(|close| at + 3 + close + 1)
        } else {
            let width = match next {
                b'\n' | b'\'' => return at + 1,
                0xf0.. => 4,
                0xe0.. => 3,
                0xc0.. => 2,
                _ => 1,
            };
            (self.bytes.get(at + 1 + width) == Some(&b'\'')).then_some(at + width + 2)
        };
        let Some(end) = end else {
            return at + 1;
        };
        self.push(
            PieceKind::String,
            Span::new(at, end),
            Span::new(at + 1, end - 1),
        )
    }
}

#[cfg(test)]
mod tests;
