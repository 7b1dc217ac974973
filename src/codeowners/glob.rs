//! Wildcards within one path segment: `*` and `?`.

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
        Ok(Glob {
            shortest: runs.iter().map(|run| run.bytes.len()).sum(),
            contains: classes(literals),
            runs: runs.into_boxed_slice(),
        })
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

    /// Whether the whole segment, which is not empty, matches. `segment_classes` is
    /// [`classes`] of the segment: most globs are told apart by it alone.
    pub(super) fn matches(&self, segment: &[u8], segment_classes: u64) -> bool {
        if segment.len() < self.shortest || self.contains & !segment_classes != 0 {
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
        for (index, byte) in self.bytes.iter().enumerate() {
            if self.any.binary_search(&index).is_ok() {
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
pub(super) fn classes(bytes: impl IntoIterator<Item = u8>) -> u64 {
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
        glob.matches(segment.as_bytes(), classes(segment.bytes()))
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
