//! Wildcards within one path segment: `*` and `?`.

use std::cell::OnceCell;

use memchr::memmem;

/// A segment with wildcards. Matching one takes time linear in the segment for each literal run, and
/// never backtracks over a `*`: the leftmost place for every run is always good enough.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Glob {
    /// Runs between the `*`; a pattern of n stars has n + 1, of which the first and last may be empty.
    runs: Box<[Run]>,
    /// Bytes that a match has at the least.
    shortest: usize,
    /// Which bytes, folded to 64 classes, a match contains.
    contains: u64,
    /// The first and last bytes of a match, as far as they are known and fit, with their masks.
    head: (u64, u64),
    tail: (u64, u64),
}

/// A path segment, prepared so that most globs are told apart from it by one machine word.
#[derive(Clone, Debug)]
pub(super) struct Name<'p> {
    pub(super) bytes: &'p [u8],
    /// The first eight bytes, the first in the lowest place; zero where there are none.
    head: u64,
    /// The last eight bytes, the last in the highest place; zero where there are none.
    pub(super) tail: u64,
    classes: OnceCell<u64>,
}

impl<'p> Name<'p> {
    pub(super) fn new(bytes: &'p [u8]) -> Self {
        Name {
            bytes,
            head: head(bytes),
            tail: tail(bytes),
            classes: OnceCell::new(),
        }
    }
}

fn head(bytes: &[u8]) -> u64 {
    if let Some(first) = bytes.first_chunk() {
        return u64::from_le_bytes(*first);
    }
    let mut word = [0; 8];
    word[..bytes.len()].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}

fn tail(bytes: &[u8]) -> u64 {
    if let Some(last) = bytes.last_chunk() {
        return u64::from_le_bytes(*last);
    }
    let mut word = [0; 8];
    word[8 - bytes.len()..].copy_from_slice(bytes);
    u64::from_le_bytes(word)
}

/// What stands between two `*`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Run {
    /// Literal bytes; where `any` says so, any one character instead.
    bytes: Vec<u8>,
    /// Sorted indices of the bytes that stand for a `?`.
    any: Vec<usize>,
}

/// A glob of a shape that a table can look up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Affix<'a> {
    /// `text*`
    Prefix(&'a [u8]),
    /// `*text`
    Suffix(&'a [u8]),
}

impl Glob {
    /// The glob of a segment's text in which `\` escapes; none if it has no wildcard.
    pub(super) fn parse(text: &[u8]) -> Result<Glob, Vec<u8>> {
        if memchr::memchr3(b'*', b'?', b'\\', text).is_none() {
            return Err(text.to_vec());
        }
        let mut runs = vec![Run::default()];
        let mut wild = false;
        let mut bytes = text.iter();
        while let Some(&byte) = bytes.next() {
            let last = runs.len() - 1;
            let run = &mut runs[last];
            match byte {
                b'*' => {
                    wild = true;
                    // Several stars in a row mean what one does.
                    if run.bytes.is_empty() && last > 0 {
                        continue;
                    }
                    runs.push(Run::default());
                }
                b'?' => {
                    wild = true;
                    run.any.push(run.bytes.len());
                    run.bytes.push(b'?');
                }
                b'\\' => run.bytes.push(bytes.next().copied().unwrap_or(b'\\')),
                byte => run.bytes.push(byte),
            }
        }
        if !wild {
            return Err(runs.swap_remove(0).bytes);
        }
        let literals = runs.iter().flat_map(Run::literals);
        let known = |run: Option<&Run>| match run {
            Some(run) if run.any.is_empty() => run.bytes.clone(),
            _ => Vec::new(),
        };
        // Without a star, both ends are parts of one run, which is as good.
        let (first, last) = (known(runs.first()), known(runs.last()));
        let bits = |bytes: &[u8]| 8 * u32::try_from(bytes.len()).unwrap_or(u32::MAX).min(8);
        let low = |bits: u32| u64::MAX.checked_shr(64 - bits).unwrap_or(0);
        let head_mask = low(bits(&first));
        let tail_mask = low(bits(&last)).reverse_bits();
        Ok(Glob {
            head: (head(&first) & head_mask, head_mask),
            tail: (tail(&last) & tail_mask, tail_mask),
            shortest: runs.iter().map(|run| run.bytes.len()).sum(),
            contains: classes(literals),
            runs: runs.into_boxed_slice(),
        })
    }

    /// The longest literal that every match contains; empty if there is none.
    pub(super) fn literal(&self) -> &[u8] {
        let pieces = self.runs.iter().flat_map(|run| {
            let ends = run.any.iter().copied().chain([run.bytes.len()]);
            let starts = [0].into_iter().chain(run.any.iter().map(|&at| at + 1));
            starts.zip(ends).map(|(start, end)| &run.bytes[start..end])
        });
        pieces.max_by_key(|piece| piece.len()).unwrap_or_default()
    }

    /// What a match costs for each byte of a name, beyond a search that is as fast as the name is long: with `?`,
    /// each place of the name is tried.
    pub(super) fn cost(&self) -> u64 {
        let has_any = self.runs.iter().any(|run| !run.any.is_empty());
        if has_any { self.shortest as u64 } else { 0 }
    }

    /// Whether this is a lone `*`.
    pub(super) fn is_star(&self) -> bool {
        self.shortest == 0
    }

    /// The glob as `text*` or `*text`, if it has that shape.
    pub(super) fn affix(&self) -> Option<Affix<'_>> {
        let [first, last] = &*self.runs else {
            return None;
        };
        if !first.any.is_empty() || !last.any.is_empty() {
            return None;
        }
        match (first.bytes.is_empty(), last.bytes.is_empty()) {
            (false, true) => Some(Affix::Prefix(&first.bytes)),
            (true, false) => Some(Affix::Suffix(&last.bytes)),
            _ => None,
        }
    }

    /// Whether the whole name matches. An empty name is none and matches nothing.
    #[inline]
    pub(super) fn matches(&self, name: &Name<'_>) -> bool {
        name.head & self.head.1 == self.head.0
            && name.tail & self.tail.1 == self.tail.0
            && self.matches_between(name)
    }

    /// The same where head and tail fit.
    fn matches_between(&self, name: &Name<'_>) -> bool {
        let segment = name.bytes;
        let present = name
            .classes
            .get_or_init(|| classes(segment.iter().copied()));
        if segment.is_empty() || segment.len() < self.shortest || self.contains & !present != 0 {
            return false;
        }
        let (Some(first), Some(last)) = (self.runs.first(), self.runs.last()) else {
            return false;
        };
        let Some(mut at) = first.match_at(segment, 0) else {
            return false;
        };
        if self.runs.len() == 1 {
            return at == segment.len();
        }
        for run in &self.runs[1..self.runs.len() - 1] {
            match run.find(segment, at) {
                Some(end) => at = end,
                None => return false,
            }
        }
        last.ends(segment, at)
    }
}

impl Run {
    fn literals(&self) -> impl Iterator<Item = u8> + '_ {
        let literal = |index: &usize| self.any.binary_search(index).is_err();
        (0..self.bytes.len())
            .filter(literal)
            .map(|index| self.bytes[index])
    }

    /// The end of the run if it matches at `start`.
    fn match_at(&self, segment: &[u8], start: usize) -> Option<usize> {
        if self.any.is_empty() {
            let end = start + self.bytes.len();
            return (segment.get(start..end)? == self.bytes).then_some(end);
        }
        let mut at = start;
        let mut any = self.any.iter().peekable();
        for (index, byte) in self.bytes.iter().enumerate() {
            if any.next_if(|&&place| place == index).is_some() {
                at += character_length(segment.get(at..)?)?;
            } else if segment.get(at)? == byte {
                at += 1;
            } else {
                return None;
            }
        }
        Some(at)
    }

    /// The end of the leftmost match that starts at `from` or later.
    fn find(&self, segment: &[u8], from: usize) -> Option<usize> {
        if self.any.is_empty() {
            let found = memmem::find(segment.get(from..)?, &self.bytes)?;
            return Some(from + found + self.bytes.len());
        }
        (from..=segment.len()).find_map(|start| self.match_at(segment, start))
    }

    /// Whether the run matches at the end of the segment, starting at `from` or later.
    fn ends(&self, segment: &[u8], from: usize) -> bool {
        if self.any.is_empty() {
            return segment.len() - from >= self.bytes.len() && segment.ends_with(&self.bytes);
        }
        (from..=segment.len()).any(|start| self.match_at(segment, start) == Some(segment.len()))
    }
}

/// The set of bytes that occur, folded to 64 classes: a necessary condition in one machine word.
fn classes(bytes: impl IntoIterator<Item = u8>) -> u64 {
    bytes
        .into_iter()
        .fold(0, |set, byte| set | 1 << (byte & 63))
}

/// How many bytes the first character has: `?` stands for one character, and where the bytes are not
/// UTF-8 for one byte.
fn character_length(bytes: &[u8]) -> Option<usize> {
    let length = match bytes.first()? {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let valid = bytes
        .get(..length)
        .is_some_and(|character| std::str::from_utf8(character).is_ok());
    Some(if valid { length } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(glob: &str, segment: &str) -> bool {
        let glob = Glob::parse(glob.as_bytes()).unwrap();
        glob.matches(&Name::new(segment.as_bytes()))
    }

    #[test]
    fn stars_and_question_marks() {
        for (glob, yes, no) in [
            ("*.rs", &["a.rs", ".rs", "a.b.rs"][..], &["a.rst", "rs"][..]),
            ("a*", &["a", "ab"], &["ba"]),
            ("*a*b*", &["ab", "xaxbx", "aab"], &["ba", "a", "b"]),
            ("a*a", &["aa", "aba"], &["a", "ab"]),
            ("a*ab", &["aab", "abab"], &["ab"]),
            ("f?o", &["foo", "fäo"], &["fo", "fooo"]),
            ("*?x", &["ax", "äbx"], &["x", "xa"]),
            ("?*", &["a", "ab"], &[]),
            ("f\\**", &["f*", "f*x"], &["fx"]),
            ("a**b", &["ab", "axb"], &["a"]),
            ("*a?c*e", &["abcde", "xxabcabce"], &["abde", "abc"]),
        ] {
            for segment in yes {
                assert!(matches(glob, segment), "{glob} should match {segment}");
            }
            for segment in no {
                assert!(!matches(glob, segment), "{glob} should not match {segment}");
            }
        }
    }

    #[test]
    fn a_segment_without_wildcards_is_no_glob() {
        assert_eq!(Glob::parse(br"a\*b"), Err(b"a*b".to_vec()));
    }
}
