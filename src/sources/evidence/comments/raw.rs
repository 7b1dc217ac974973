//! Strings whose end depends on how they start: raw strings, long brackets, heredocs.

use memchr::{memchr, memmem};

use super::{PieceKind, Scanner};
use crate::sources::evidence::languages::Raw;
use crate::text::Span;

/// With so many endless heredocs, what looks like one is none: else a hostile file took quadratic time.
const ENDLESS: usize = 16;

impl Scanner<'_> {
    /// Reads a string whose end depends on its start, if one starts at `at`.
    pub(super) fn raw(&mut self, at: usize) -> Option<usize> {
        if self.bytes[at] != b'"' {
            return None;
        }
        let before = &self.bytes[..at];
        let hashes = before
            .iter()
            .rev()
            .take_while(|&&byte| byte == b'#')
            .count();
        let head = &before[..at - hashes];
        let (from, close) = match self.language.raw {
            Raw::None => return None,
            Raw::Rust => {
                let head = head.strip_suffix(b"r")?;
                let head = head
                    .strip_suffix(b"b")
                    .or(head.strip_suffix(b"c"))
                    .unwrap_or(head);
                if head
                    .last()
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
                {
                    return None;
                }
                (at + 1, [b"\"".as_slice(), &vec![b'#'; hashes]].concat())
            }
            Raw::Swift if hashes > 0 => (at + 1, [b"\"".as_slice(), &vec![b'#'; hashes]].concat()),
            Raw::Swift => return None,
            Raw::Cpp => {
                before.strip_suffix(b"R")?;
                let rest = &self.bytes[at + 1..];
                let length = rest.iter().take(17).position(|&byte| byte == b'(')?;
                (at + 2 + length, [b")", &rest[..length], b"\""].concat())
            }
            Raw::CSharp => {
                let quotes = self.bytes[at..]
                    .iter()
                    .take_while(|&&byte| byte == b'"')
                    .count();
                if quotes < 3 || before.ends_with(b"@") {
                    return None;
                }
                (at + quotes, vec![b'"'; quotes])
            }
        };
        let found = memmem::find(&self.bytes[from..], &close).map(|found| from + found);
        let body_end = found.unwrap_or(self.bytes.len());
        let end = found.map_or(body_end, |found| found + close.len());
        Some(self.push(
            PieceKind::String,
            Span::new(at, end),
            Span::new(from, body_end),
        ))
    }

    /// Lua's `[==[ … ]==]`, if one starts at `at`: its body and its end.
    pub(super) fn long_bracket(&self, at: usize) -> Option<(Span, usize)> {
        let rest = self.bytes.get(at..)?.strip_prefix(b"[")?;
        let level = rest.iter().take_while(|&&byte| byte == b'=').count();
        rest[level..].strip_prefix(b"[")?;
        let from = at + level + 2;
        let close = [b"]".as_slice(), &vec![b'='; level], b"]"].concat();
        let found = memmem::find(&self.bytes[from..], &close).map(|found| from + found);
        let body_end = found.unwrap_or(self.bytes.len());
        let end = found.map_or(body_end, |found| found + close.len());
        Some((Span::new(from, body_end), end))
    }

    /// Finds the lines of a heredoc whose `<<` stands at `at`; the rest of its own line is code.
    pub(super) fn heredoc_start(&mut self, at: usize) -> usize {
        let signs = self.bytes[at..]
            .iter()
            .take_while(|&&byte| byte == b'<')
            .count();
        let start = at + signs;
        if signs != 2 || self.heredoc.is_some() || self.endless == ENDLESS {
            return start;
        }
        let rest = &self.bytes[start..self.line_end(start)];
        let rest = rest.strip_prefix(b"-").unwrap_or(rest).trim_ascii_start();
        let quote = rest.first().is_some_and(|byte| b"'\"\\".contains(byte));
        let rest = &rest[usize::from(quote)..];
        let word = |byte: &&u8| byte.is_ascii_alphanumeric() || **byte == b'_';
        let length = rest.iter().take_while(word).count();
        let end = rest[..length].to_vec();
        if !end
            .first()
            .is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_')
        {
            return start;
        }
        let body = (memchr(b'\n', &self.bytes[start..])).map(|found| start + found + 1);
        let found = body.and_then(|body| {
            let mut line = body;
            while line < self.bytes.len() {
                let line_end = self.line_end(line);
                if self.bytes[line..line_end].trim_ascii() == end {
                    return Some(Span::new(body, line_end));
                }
                line = memchr(b'\n', &self.bytes[line_end..])? + line_end + 1;
            }
            None
        });
        match found {
            Some(body) => self.heredoc = Some(body),
            None => self.endless += 1,
        }
        start
    }
}
