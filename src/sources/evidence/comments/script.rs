//! Templates and regular expressions of JavaScript.

use memchr::memchr3;

use super::{PieceKind, Scanner};
use crate::text::Span;

impl Scanner<'_> {
    /// Templates and regular expressions of JavaScript.
    pub(super) fn script(&mut self, at: usize) -> usize {
        match self.bytes[at] {
            b'`' => self.template(at),
            b'{' => {
                if let Some(braces) = self.templates.last_mut() {
                    *braces += 1;
                }
                at + 1
            }
            b'}' => match self.templates.last_mut() {
                Some(0) => {
                    self.templates.pop();
                    self.template(at)
                }
                Some(braces) => {
                    *braces -= 1;
                    at + 1
                }
                None => at + 1,
            },
            b'/' if self.starts_regex(at) => self.regex(at),
            _ => at + 1,
        }
    }

    /// The part of a template that starts at `at`, up to its end or the next `${`.
    fn template(&mut self, at: usize) -> usize {
        let mut end = at + 1;
        loop {
            let rest = self.bytes.get(end..).unwrap_or_default();
            let Some(found) = memchr3(b'`', b'\\', b'$', rest) else {
                end = self.bytes.len();
                break;
            };
            end += found + 1;
            match rest[found] {
                b'\\' => end += 1,
                b'`' => break,
                _ if rest.get(found + 1) == Some(&b'{') => {
                    self.templates.push(0);
                    end += 1;
                    break;
                }
                _ => {}
            }
        }
        let end = end.min(self.bytes.len());
        self.push(
            PieceKind::String,
            Span::new(at, end),
            Span::new(at + 1, end),
        )
    }

    /// Whether `/` follows something behind which no value can be divided.
    fn starts_regex(&self, at: usize) -> bool {
        if at < self.no_regex {
            return false;
        }
        let before = self.code_before(at);
        if b"(,=:[!&|?{;+%~^\n".contains(&before) {
            return true;
        }
        let code = self.bytes[..at].trim_ascii_end();
        let words = ["return", "typeof", "case", "=>", "await", "yield"];
        words.iter().any(|word| code.ends_with(word.as_bytes()))
    }

    fn regex(&mut self, at: usize) -> usize {
        let mut class = false;
        let mut end = at + 1;
        while let Some(&byte) = self.bytes.get(end) {
            match byte {
                b'\n' => break,
                b'\\' => end += 1,
                b'[' => class = true,
                b']' => class = false,
                b'/' if !class => {
                    let span = Span::new(at, end + 1);
                    return self.push(PieceKind::String, span, Span::new(at + 1, end));
                }
                _ => {}
            }
            end += 1;
        }
        self.no_regex = end;
        at + 1
    }
}
