//! Tech-debt markers in the comments of a file.
//!
//! A marker is a whole word of the policy's in a comment, at most one a line. Behind it, in any order,
//! may stand `(owner, #12, ABC-1, URL, 2027-01-01)`, `[2027-01-01]`, `@owner` and `:`. Parentheses with
//! prose in them are text, but for `(some team)`, and so is a bare word that is all that a marker behind
//! other text says. Issues and links also count on the next line of the comment, where the
//! marker's own line has none.

mod start;

use aho_corasick::{AhoCorasick, MatchKind};
use jiff::civil::Date;

use super::comments::{Piece, PieceKind, Pieces};
use super::languages::Language;
use super::references::{self, Word};
use crate::facts::Marker;
use crate::text::{Excerpt, Span, Text};
use start::Before;

/// Behind a word, no more than this many bytes of its line are read.
const REACH: usize = 2000;
/// A marker's text is clipped to so many characters.
const CLIP: usize = 200;
/// A comment's line starts with this many bytes of decoration at most.
const DECORATION: usize = 256;

/// The words that make a comment a marker, prepared for search.
#[derive(Debug)]
pub(super) struct MarkerWords {
    words: Vec<String>,
    search: AhoCorasick,
}

/// What [`read`] found in a file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Markers {
    /// In the order of the file.
    pub(super) markers: Vec<Marker>,
    /// How many more there are than were asked for.
    pub(super) beyond: usize,
}

impl MarkerWords {
    /// Prepares words, spelled as they have to stand. Empty ones are left out.
    ///
    /// # Errors
    /// Says why, where the words together are too many to search for.
    pub(super) fn new(words: &[String]) -> Result<Self, String> {
        let words: Vec<String> = words
            .iter()
            .filter(|word| !word.is_empty())
            .cloned()
            .collect();
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words)
            .map_err(|error| error.to_string())?;
        Ok(MarkerWords { words, search })
    }

    /// Whether any of the words stands in `bytes` as a word, in a comment or not.
    pub(super) fn any(&self, bytes: &[u8]) -> bool {
        self.next(bytes, 0).is_some()
    }

    /// The next whole word at or behind `from`, with its index.
    fn next(&self, bytes: &[u8], mut from: usize) -> Option<(usize, Span)> {
        let word_byte = |at: Option<usize>| {
            let byte = at.and_then(|at| bytes.get(at));
            byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
        };
        loop {
            let found = self
                .search
                .find(aho_corasick::Input::new(bytes).range(from..))?;
            if !word_byte(found.start().checked_sub(1)) && !word_byte(Some(found.end())) {
                let span = Span::new(found.start(), found.end());
                return Some((found.pattern().as_usize(), span));
            }
            from = found.start() + 1;
        }
    }
}

/// The markers of a file in this language, but for those beyond `limit`.
pub(super) fn read(text: &Text, language: &Language, words: &MarkerWords, limit: usize) -> Markers {
    let bytes = text.bytes();
    let mut hits = Vec::new();
    let mut from = 0;
    while let Some((word, span)) = words.next(bytes, from) {
        hits.push((word, span));
        from = span.end;
    }
    let mut found = Markers::default();
    let Some(&(_, last)) = hits.last() else {
        return found;
    };
    // The next line of the last comment may hold its issue.
    let pieces = Pieces::scan(bytes, language, last.end + 2 * REACH);
    // Where the line of the last marker ends: one line holds one marker.
    let mut done = 0;
    for (word, span) in hits {
        if span.start < done || is_placeholder(bytes, span) {
            continue;
        }
        let Some((index, piece)) = pieces.comment_at(span.start) else {
            continue;
        };
        done = line_end(bytes, span.end);
        if found.markers.len() == limit {
            found.beyond += 1;
            continue;
        }
        let next = next_line(bytes, &pieces, index, done);
        found
            .markers
            .push(marker(text, &words.words[word], span, piece, next));
    }
    found
}

/// `XXX-123` stands for the key of some issue.
fn is_placeholder(bytes: &[u8], span: Span) -> bool {
    let behind = bytes.get(span.end..).unwrap_or_default();
    matches!(behind, [b'-', digit, ..] if digit.is_ascii_digit())
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(bytes.len(), |end| at + end)
}

/// What the comment says on the line behind the one that ends at `end`; of line comments, the next one.
fn next_line(bytes: &[u8], pieces: &Pieces, index: usize, end: usize) -> Span {
    let none = Span::new(end, end);
    let piece = pieces.all()[index];
    let last = line_end(bytes, end + 1).min(end + REACH);
    if piece.kind == PieceKind::Block {
        return if end + 1 < piece.body.end {
            Span::new(end + 1, last.min(piece.body.end))
        } else {
            none
        };
    }
    let Some(next) = pieces.all().get(index + 1) else {
        return none;
    };
    let between = bytes.get(end + 1..next.span.start).unwrap_or(b"?");
    let follows = next.kind == PieceKind::Line
        && between.len() <= DECORATION
        && between.iter().all(|byte| matches!(byte, b' ' | b'\t'));
    if follows {
        Span::new(next.body.start, last.max(next.body.start))
    } else {
        none
    }
}

fn marker(text: &Text, word: &str, span: Span, piece: Piece, next: Span) -> Marker {
    let bytes = text.bytes();
    let end = line_end(bytes, span.end)
        .min(piece.body.end)
        .min(span.end + REACH);
    let line = utf8(&bytes[span.end..end.max(span.end)]);
    let before = Before::of(bytes, piece, span);
    let mut reader = Reader {
        text,
        base: span.end,
        line,
        at: 0,
        follows: !before.is_bare(),
        marker: Marker {
            word: word.to_owned(),
            at_start: before.begins(span.of(bytes), line),
            owner: None,
            issues: Vec::new(),
            links: Vec::new(),
            date: None,
            date_in_text: None,
            text: String::new(),
            excerpt: text.excerpt(span),
        },
    };
    reader.head();
    reader.running_text();
    if reader.marker.issues.is_empty() && reader.marker.links.is_empty() {
        reader.references(utf8(text.slice(next)));
    }
    reader.marker
}

/// The start of `bytes` that is UTF-8.
fn utf8(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    }
}

struct Reader<'t> {
    text: &'t Text,
    /// Where `line` starts in the file.
    base: usize,
    /// What stands behind the word on its line, within the comment.
    line: &'t str,
    /// How much of it is read.
    at: usize,
    /// Whether the word stands behind other text of its comment.
    follows: bool,
    marker: Marker,
}

impl<'t> Reader<'t> {
    /// Reads groups, owners and the colon directly behind the word.
    fn head(&mut self) {
        let mut colon = false;
        loop {
            let rest = &self.line[self.at..];
            let start = rest.trim_start_matches([' ', '\t']);
            let spaces = rest.len() - start.len();
            let at = self.at + spaces;
            let read = match start.bytes().next() {
                Some(b':') if !colon => {
                    colon = true;
                    Some(1)
                }
                // What is apart from the word, or behind the colon, may be prose.
                Some(b'(') => self.group(at, ')', spaces == 0 && !colon),
                Some(b'[') => self.group(at, ']', false),
                Some(b'@') => self.handle(at, colon),
                _ => None,
            };
            let Some(read) = read else {
                return;
            };
            self.at = at + read;
        }
    }

    /// Reads a group, unless there is prose in it; says how long it is.
    fn group(&mut self, at: usize, close: char, names: bool) -> Option<usize> {
        let inside = &self.line[at + 1..];
        let end = inside
            .find(['(', ')', '[', ']'])
            .filter(|&end| inside[end..].starts_with(close))?;
        let names = names || (close == ')' && inside[end + 1..].starts_with(':'));
        // Where nothing else says what is to be done, that is it, as in `//nolint:x //FIXME(naming)`.
        let names = names && !(self.follows && inside[end + 1..].trim().is_empty());
        let inside = &inside[..end];
        let mut words = Vec::new();
        let mut bare = 0;
        let mut start = at + 1;
        for item in inside.split_inclusive(',') {
            let team = item.trim_matches([',', ' ', '\t']);
            if references::is_team(team) {
                let at = start + item.find(team)?;
                words.push((at..at + team.len(), team, Word::Bare(team)));
                bare += 1;
                start += item.len();
                continue;
            }
            // Bare words, of which two beside each other are prose.
            let mut beside = 0;
            for part in item.split_inclusive([',', ' ', '\t']) {
                let text = part.trim_end_matches([',', ' ', '\t', ':', ';']);
                if !text.is_empty() {
                    let word = references::word(text)?;
                    beside += usize::from(matches!(word, Word::Bare(_)));
                    words.push((start..start + text.len(), text, word));
                }
                start += part.len();
            }
            if beside > 1 {
                return None;
            }
            bare += beside;
        }
        if words.is_empty() || (bare > 0 && !names) {
            return None;
        }
        for (span, text, word) in words {
            match word {
                Word::Day(day) => self.day(day, span),
                Word::Issue => self.marker.issues.push(text.to_owned()),
                Word::Link => self.marker.links.push(text.to_owned()),
                Word::Owner(name) | Word::Bare(name) => self.owner(name, span),
                Word::Preposition => {}
            }
        }
        Some(end + 2)
    }

    /// Reads `@owner`; what may be an annotation is text, unless a colon ends the head with it.
    fn handle(&mut self, at: usize, colon: bool) -> Option<usize> {
        let (span, name) = references::words(&self.line[at..]).next()?;
        let name = name.trim_end_matches(['.', '-', '/']);
        let annotation = name.bytes().any(|byte| byte.is_ascii_uppercase()) && !name.contains('/');
        let reaches = span.start == 0 && references::is_handle(name);
        let tagged = !colon && self.line[at + name.len()..].starts_with(':');
        if !reaches || (annotation && !tagged) {
            return None;
        }
        self.owner(name, at..at + name.len());
        Some(name.len())
    }

    fn owner(&mut self, name: &str, at: std::ops::Range<usize>) {
        if self.marker.owner.is_none() {
            self.marker.owner = Some(Box::new((name.to_owned(), self.excerpt(at))));
        }
    }

    fn day(&mut self, day: Date, at: std::ops::Range<usize>) {
        if self.marker.date.is_none() {
            self.marker.date = Some(Box::new((day, self.excerpt(at))));
        }
    }

    fn excerpt(&self, at: std::ops::Range<usize>) -> Excerpt {
        self.text
            .excerpt(Span::new(self.base + at.start, self.base + at.end))
    }

    /// Reads what remains of the line: references, days, text.
    fn running_text(&mut self) {
        let start = self.at;
        let rest = &self.line[start..];
        self.references(rest);
        let mut before = "";
        for (at, word) in references::words(rest) {
            if let Some(day) = references::day(word) {
                let at = start + at.start..start + at.end;
                let bracketed =
                    self.line[..at.start].ends_with('[') && self.line[at.end..].starts_with(']');
                let keyword = before.to_ascii_lowercase();
                match keyword.as_str() {
                    _ if bracketed => self.day(day, at),
                    "expires" | "expire" | "expiry" | "due" => self.day(day, at),
                    "by" | "until" | "before" if self.marker.date_in_text.is_none() => {
                        self.marker.date_in_text = Some(Box::new((day, self.excerpt(at))));
                    }
                    _ => {}
                }
            }
            before = word;
        }
        let text = rest
            .trim_start_matches([':', '-', ' ', '\t', '.', ',', '\u{2013}', '\u{2014}'])
            .trim();
        self.marker.text = text
            .chars()
            .take(CLIP)
            .collect::<String>()
            .trim_end()
            .to_owned();
    }

    fn references(&mut self, text: &str) {
        for (_, word) in references::words(text) {
            if references::is_link(word) {
                self.marker.links.push(word.to_owned());
            } else if references::is_issue(word, false) {
                self.marker.issues.push(word.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests;
