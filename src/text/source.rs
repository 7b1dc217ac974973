//! One file's text with its line index, and the excerpts that findings carry.

use std::sync::{Arc, OnceLock};

use super::RepoPath;

/// Half-open byte range in a [`Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
}

impl Span {
    /// The range from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// The bytes of `bytes` that the span covers; cut at the end of `bytes`.
    pub fn of(self, bytes: &[u8]) -> &[u8] {
        let end = self.end.min(bytes.len());
        &bytes[self.start.min(end)..end]
    }
}

/// Where a byte stands: both numbers count from 1, columns count characters (Unicode scalar values).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in characters; a byte that is not UTF-8 counts as one.
    pub column: u32,
}

/// A file that was read: its path, its bytes and, once asked for, where its lines start.
///
/// Bytes are kept as read. A line ends with `\n`; a `\r` before it belongs to the line end.
#[derive(Debug)]
pub struct Text {
    path: RepoPath,
    bytes: Vec<u8>,
    starts: OnceLock<Vec<usize>>,
    /// Offsets about a block apart, each with the number of characters before it.
    blocks: OnceLock<Vec<(usize, usize)>>,
}

/// Columns this many bytes into a line are counted from the nearest block, not from the start of the
/// line: else a file of one long line, with a location for each of its words, would take hours.
const BLOCK: usize = 1 << 12;

impl Text {
    /// The text of the file at `path`.
    pub fn new(path: RepoPath, bytes: Vec<u8>) -> Self {
        Text {
            path,
            bytes,
            starts: OnceLock::new(),
            blocks: OnceLock::new(),
        }
    }

    /// Where the file stands in its repository.
    pub fn path(&self) -> &RepoPath {
        &self.path
    }

    /// All bytes of the file.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes that `span` covers.
    pub fn slice(&self, span: Span) -> &[u8] {
        span.of(&self.bytes)
    }

    fn starts(&self) -> &[usize] {
        self.starts.get_or_init(|| {
            let ends = memchr::memchr_iter(b'\n', &self.bytes).map(|end| end + 1);
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// The line, from 1, that holds the byte at `offset`.
    pub fn line(&self, offset: usize) -> u32 {
        let line = self.starts().partition_point(|&start| start <= offset);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    /// The bytes of a line, counted from 1, without its line end. Empty behind the last line.
    pub fn line_span(&self, line: u32) -> Span {
        let starts = self.starts();
        let index = line.saturating_sub(1) as usize;
        let Some(&start) = starts.get(index) else {
            return Span::new(self.bytes.len(), self.bytes.len());
        };
        let mut end = starts.get(index + 1).map_or(self.bytes.len(), |&n| n - 1);
        if end > start && self.bytes[end - 1] == b'\r' && end < self.bytes.len() {
            end -= 1;
        }
        Span::new(start, end)
    }

    /// Where the byte at `offset` stands.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let start = self.line_span(line).start;
        let before = if offset - start <= BLOCK {
            self.characters(Span::new(start, offset))
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        let column = before + 1;
        Position {
            line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// Where the byte at `offset` stands, with the column, from 1, in bytes.
    pub fn byte_position(&self, offset: usize) -> Position {
        let line = self.line(offset);
        let column = offset - self.line_span(line).start + 1;
        Position {
            line,
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    fn characters(&self, span: Span) -> usize {
        String::from_utf8_lossy(self.slice(span)).chars().count()
    }

    fn characters_before(&self, offset: usize) -> usize {
        let blocks = self.blocks.get_or_init(|| {
            let mut blocks = vec![(0, 0)];
            let (mut start, mut count) = (0, 0);
            while self.bytes.len() - start > BLOCK {
                let mut end = start + BLOCK;
                // At most three bytes continue a character, so that behind them one starts.
                let rest = self.bytes[end..].iter().take(3);
                end += rest.take_while(|&&byte| byte & 0xc0 == 0x80).count();
                count += self.characters(Span::new(start, end));
                start = end;
                blocks.push((start, count));
            }
            blocks
        });
        let behind = blocks.partition_point(|&(start, _)| start <= offset);
        let (start, count) = blocks[behind - 1];
        count + self.characters(Span::new(start, offset))
    }

    /// What a finding shows of `span`: the line on which it starts, cut to a window around it.
    pub fn excerpt(&self, span: Span) -> Excerpt {
        /// A report shows lines for people: beyond this many bytes around the span nothing is kept.
        const WINDOW: usize = 200;
        let line = self.line(span.start);
        let whole = self.line_span(line);
        let end = span.end.clamp(span.start, whole.end.max(span.start));
        let from = whole.start.max(span.start.saturating_sub(WINDOW / 2));
        let to = whole.end.min(from + 2 * WINDOW).max(from);
        let lossy = |span: Span| String::from_utf8_lossy(span.of(&self.bytes)).into_owned();
        let before = lossy(Span::new(from, span.start.min(to)));
        let inside = lossy(Span::new(span.start.min(to), end.min(to)));
        let after = lossy(Span::new(end.min(to), to));
        Excerpt {
            line,
            column: self.position(from).column,
            start: before.len(),
            end: before.len() + inside.len(),
            text: (before + &inside + &after).into(),
        }
    }
}

/// One line of a file, kept beside a finding so that a report never opens the file again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line's number, from 1.
    pub line: u32,
    /// The column, from 1, at which `text` starts; more than 1 where a long line was cut.
    pub column: u32,
    /// The line as text, not escaped; U+FFFD for what is not UTF-8. Shared by copies.
    pub text: Arc<str>,
    /// Byte offset in `text` at which the meant part starts.
    pub start: usize,
    /// Byte offset in `text` behind the meant part.
    pub end: usize,
}

impl Excerpt {
    /// The part of the line that is meant.
    pub fn marked(&self) -> &str {
        self.text.get(self.start..self.end).unwrap_or_default()
    }

    /// The same line with only a part of what is marked: `span` counts from the marked text's start.
    pub fn narrow(&self, span: Span) -> Excerpt {
        let mut excerpt = self.clone();
        let at = |offset: usize| {
            let at = (self.start + offset).min(self.end);
            (0..=at).rev().find(|&at| self.text.is_char_boundary(at))
        };
        excerpt.start = at(span.start).unwrap_or(self.start);
        excerpt.end = at(span.end).unwrap_or(self.end).max(excerpt.start);
        excerpt
    }

    /// Where the meant part starts.
    pub fn position(&self) -> Position {
        let before = self.text.get(..self.start).unwrap_or_default();
        let columns = u32::try_from(before.chars().count()).unwrap_or(u32::MAX);
        Position {
            line: self.line,
            column: self.column.saturating_add(columns),
        }
    }

    /// The column, from 1, behind the meant part.
    pub fn end_column(&self) -> u32 {
        let marked = u32::try_from(self.marked().chars().count()).unwrap_or(u32::MAX);
        self.position().column.saturating_add(marked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Text {
        Text::new(RepoPath::from("f"), bytes.to_vec())
    }

    #[test]
    fn lines_and_columns_count_from_one_and_in_characters() {
        let text = text("a\r\nbä c\n".as_bytes());
        assert_eq!(text.position(0), Position { line: 1, column: 1 });
        assert_eq!(text.position(7), Position { line: 2, column: 4 });
        assert_eq!(text.slice(text.line_span(1)), b"a");
        assert_eq!(text.slice(text.line_span(2)), "bä c".as_bytes());
        assert_eq!(text.slice(text.line_span(3)), b"");
    }

    #[test]
    fn an_excerpt_of_a_huge_line_is_small() {
        let mut bytes = vec![b'x'; 1 << 20];
        bytes[600_000] = b'!';
        let excerpt = text(&bytes).excerpt(Span::new(600_000, 600_001));
        assert_eq!(excerpt.marked(), "!");
        assert!(excerpt.text.len() < 500);
        assert_eq!(excerpt.position().column, 600_001);
    }

    #[test]
    fn columns_far_into_a_line_count_characters_too() {
        let mut bytes = b"first\n".to_vec();
        for _ in 0..2000 {
            bytes.extend_from_slice("aäœ😀\u{fffd}".as_bytes());
            bytes.extend_from_slice(b"\xff\xe2\x82\x80\x80\x80\x80\xf0\x9f");
        }
        let text = text(&bytes);
        for offset in (6..bytes.len()).step_by(7) {
            let before = String::from_utf8_lossy(&bytes[6..offset]);
            let column = text.position(offset).column as usize;
            assert_eq!(column, before.chars().count() + 1, "at {offset}");
        }
    }

    #[test]
    fn a_span_over_several_lines_is_cut_at_the_first() {
        let excerpt = text(b"ab\ncd").excerpt(Span::new(1, 5));
        assert_eq!((&*excerpt.text, excerpt.marked()), ("ab", "b"));
    }

    #[test]
    fn bytes_that_are_no_utf8_keep_the_span_on_character_borders() {
        let excerpt = text(b"\xff\xfe @x").excerpt(Span::new(3, 5));
        assert_eq!(excerpt.marked(), "@x");
        assert_eq!(excerpt.position().column, 4);
    }
}
