//! Comments and attributes that silence a tool, and tests that are switched off.
//!
//! A reason is what a tool's own syntax takes for one, text behind the codes, a comment behind an
//! attribute, or a comment alone on the line directly above. Documentation comments give no reason.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, Match, MatchKind};

use super::comments::{PieceKind, Pieces};
use super::languages::Language;
use super::silencers::{Place, SILENCERS, Silencer};
use crate::facts::CodeSuppression;
use crate::text::{Span, Text};

/// Arguments, codes and reasons are read up to this many bytes.
const REACH: usize = 2000;
/// What and why are clipped to so many characters.
const CLIP: usize = 200;

static SEARCH: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let words = SILENCERS.iter().map(|silencer| silencer.text);
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(words)
        .ok()
});

fn matches(bytes: &[u8]) -> impl Iterator<Item = Match> {
    let found = SEARCH
        .iter()
        .flat_map(move |search| search.find_iter(bytes));
    found.filter(move |found| {
        let word =
            |byte: Option<&u8>| byte.is_some_and(|&b| b.is_ascii_alphanumeric() || b == b'_');
        let before = found.start().checked_sub(1).and_then(|at| bytes.get(at));
        let text = &bytes[found.start()..found.end()];
        let starts = !(word(text.first()) && (word(before) || before == Some(&b'.')));
        starts && !(word(text.last()) && word(bytes.get(found.end())))
    })
}

/// Whether anything that may silence a tool stands in `bytes`, in whatever language.
pub(super) fn any(bytes: &[u8]) -> bool {
    matches(bytes).next().is_some()
}

/// What silences tools in a file of this language, in order; at most `limit`.
pub(super) fn read(text: &Text, language: &Language, limit: usize) -> Vec<CodeSuppression> {
    let bytes = text.bytes();
    // The same text may silence different tools in different languages.
    let speaks = |found: Match| {
        let text = SILENCERS[found.pattern().as_usize()].text;
        let mut same = SILENCERS.iter().filter(|silencer| silencer.text == text);
        let silencer = same.find(|silencer| silencer.languages.contains(&language.name))?;
        Some((silencer, Span::new(found.start(), found.end())))
    };
    let Some((_, last)) = matches(bytes).filter_map(speaks).last() else {
        return Vec::new();
    };
    let pieces = Pieces::scan(bytes, language, last.end + REACH);
    let reader = Reader {
        text,
        pieces: &pieces,
    };
    let all = matches(bytes).filter_map(speaks);
    all.filter_map(|(silencer, span)| reader.read(silencer, span))
        .take(limit)
        .collect()
}

struct Reader<'t> {
    text: &'t Text,
    pieces: &'t Pieces,
}

impl Reader<'_> {
    fn read(&self, silencer: &Silencer, span: Span) -> Option<CodeSuppression> {
        let (what, reason) = match silencer.place {
            Place::Attribute | Place::Reasoned | Place::Test => {
                if self.pieces.at(span.start).is_some() {
                    return None;
                }
                self.attribute(span, silencer.place)
            }
            Place::Directive => {
                if self.pieces.at(span.start).is_some() {
                    return None;
                }
                let (what, rest) = codes(self.line(span.end, self.line_end(span.end)), true);
                (what.to_owned(), reason(rest))
            }
            comment => {
                let (_, piece) = self.pieces.comment_at(span.start)?;
                if !self.begins(piece.body.start, span.start) {
                    return None;
                }
                let rest = self.line(span.end, self.line_end(span.end).min(piece.body.end));
                let (what, rest) = match comment {
                    Place::Reason => ("", rest),
                    Place::List => codes(rest, true),
                    _ => codes(rest, false),
                };
                (what.to_owned(), reason(rest))
            }
        };
        Some(CodeSuppression {
            tool: silencer.tool,
            what: clip(&what),
            reason: reason.or_else(|| self.above(span.start)),
            excerpt: self.text.excerpt(span),
        })
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.bytes().get(at..).unwrap_or_default();
        let rest = &rest[..rest.len().min(REACH)];
        at + memchr::memchr(b'\n', rest).unwrap_or(rest.len())
    }

    fn line(&self, from: usize, to: usize) -> &str {
        let bytes = self.text.slice(Span::new(from, to.max(from)));
        match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
        }
    }

    /// Whether a comment, or one within it, starts with what stands at `at`.
    fn begins(&self, body: usize, at: usize) -> bool {
        let from = body.max(at.saturating_sub(REACH)).min(at);
        let before = self.text.slice(Span::new(from, at));
        let start = memchr::memrchr(b'\n', before).map_or(0, |end| end + 1);
        let before = before[start..].trim_ascii_end();
        before.ends_with(b"#")
            || before.ends_with(b"//")
            || !before.iter().any(|byte| byte.is_ascii_alphanumeric())
    }

    /// What an attribute's arguments silence, and why.
    fn attribute(&self, span: Span, place: Place) -> (String, Option<String>) {
        let end = self.arguments_end(span.end);
        let all = self.pieces.all();
        let from = all.partition_point(|piece| piece.span.start < span.end);
        let to = from + all[from..].partition_point(|piece| piece.span.start < end);
        let mut strings = all[from..to]
            .iter()
            .filter(|piece| piece.kind == PieceKind::String);
        let first = strings
            .clone()
            .next()
            .map(|piece| self.line(piece.body.start, piece.body.end));
        let named = strings.find_map(|piece| {
            let before = self.line(span.end, piece.span.start).trim_end();
            let before = before
                .strip_suffix('=')?
                .trim_end()
                .strip_suffix("reason")?;
            Some((before.len(), self.line(piece.body.start, piece.body.end)))
        });
        let arguments = self.line(span.end, named.map_or(end, |(length, _)| span.end + length));
        let (what, why) = match place {
            Place::Test => (first.unwrap_or_default(), None),
            // What is no string may be a constant with the reason.
            Place::Reasoned => ("", first.or(Some(arguments))),
            _ => (arguments, None),
        };
        let edge = |c: char| c.is_whitespace() || "(){}[],\"'".contains(c);
        let what = what.trim_matches(edge).replace('"', "");
        let what = what.split_whitespace().collect::<Vec<_>>().join(" ");
        let behind = || {
            let line_end = self.line_end(end);
            let piece = all
                .get(to)
                .filter(|piece| piece.kind != PieceKind::String)?;
            let text = self.line(piece.body.start, piece.body.end.min(line_end));
            (piece.span.start < line_end).then(|| reason(text))?
        };
        let why = named.map(|(_, why)| why).or(why).and_then(reason);
        (what, why.or_else(behind))
    }

    /// Behind the brackets that are open at `from`, or that open there.
    fn arguments_end(&self, from: usize) -> usize {
        let bytes = self.text.bytes();
        let mut open = bytes[..from]
            .iter()
            .rev()
            .take(2)
            .filter(|byte| b"([".contains(byte))
            .count();
        // `#[allow(` opens two, but only the inner one stands at the end of what is searched for.
        if open == 0 && !matches!(bytes.get(from), Some(b'(' | b' ')) {
            return from;
        }
        let limit = bytes.len().min(from + REACH);
        let mut at = from;
        while at < limit {
            if let Some(index) = self.pieces.at(at) {
                at = self.pieces.all()[index].span.end;
                continue;
            }
            match bytes[at] {
                b'(' | b'[' => open += 1,
                b')' | b']' if open <= 1 => return at + 1,
                b')' | b']' => open -= 1,
                b'\n' if open == 0 => return at,
                _ => {}
            }
            at += 1;
        }
        limit
    }

    /// What a comment says that is alone on the line above, unless it silences something itself.
    fn above(&self, at: usize) -> Option<String> {
        let line = self.text.line(at);
        let above = self
            .text
            .line_span(line.checked_sub(1).filter(|&above| above > 0)?);
        let start =
            above.start + indent(self.text.slice(Span::new(above.start, above.start + REACH)));
        let (_, piece) = self.pieces.comment_at(start)?;
        let alone = piece.span.start == start && piece.span.end <= above.end;
        let body = self.line(
            piece.body.start,
            piece.body.end.min(piece.body.start + REACH),
        );
        let documents = body.starts_with(['/', '!', '*']);
        (alone && !documents && !any(body.as_bytes())).then(|| reason(body))?
    }
}

fn indent(line: &[u8]) -> usize {
    line.iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count()
}

/// What is silenced, and what stands behind that: codes behind `:` or `=`, in brackets, or, for a
/// `list`, without any of these.
fn codes(text: &str, list: bool) -> (&str, &str) {
    let trimmed = text.trim_start();
    if let Some(inside) = trimmed.strip_prefix(['[', '(']) {
        return inside.split_once([']', ')']).unwrap_or((inside, ""));
    }
    let text = match trimmed.strip_prefix([':', '=']) {
        Some(codes) => codes.trim_start(),
        None if list => trimmed,
        None => return ("", trimmed),
    };
    let code = |c: char| c.is_ascii_alphanumeric() || "_-./@*".contains(c);
    let mut end = 0;
    loop {
        let rest = &text[end..];
        let start = rest.len() - rest.trim_start_matches([' ', ',']).len();
        let rest = &rest[start..];
        let length = rest.find(|c: char| !code(c)).unwrap_or(rest.len());
        let word = &rest[..length];
        let separated = end == 0 || text[end..end + start].contains(',') || is_code(word);
        let dashes = word.starts_with("--") || word == "-";
        if length == 0 || dashes || word.starts_with('/') || !separated {
            return (text[..end].trim_end_matches('.'), &text[end..]);
        }
        end += start + length;
    }
}

/// `E501`, `CS0618`: letters in upper case, then digits.
fn is_code(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
    digits.len() < word.len() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Text that says something: there is a word of two letters in it, and it silences nothing itself.
fn reason(text: &str) -> Option<String> {
    let end = matches(text.as_bytes())
        .next()
        .map_or(text.len(), |found| found.start());
    let text = text.get(..end)?;
    let edge = |c: char| c.is_whitespace() || "-\u{2013}\u{2014}:#/,;*\"'".contains(c);
    let mut text = text.trim_matches(edge);
    // Parentheses around all of it, or around what came before.
    text = text
        .strip_prefix(['(', ')'])
        .unwrap_or(text)
        .trim_matches(edge);
    if text.ends_with(')') && !text.contains('(') {
        text = &text[..text.len() - 1];
    }
    let mut words = text.split(|c: char| !c.is_alphabetic());
    words
        .any(|word| word.chars().nth(1).is_some())
        .then(|| clip(text))
}

fn clip(text: &str) -> String {
    text.chars()
        .take(CLIP)
        .collect::<String>()
        .trim_end()
        .to_owned()
}

#[cfg(test)]
mod tests;
