//! What commits did, in the compact form in which it is carried from the threads that find it to the
//! one that sums it up, and kept on disk: a number of commits together, so that a path is written once.
//!
//! All numbers are written seven bits to a byte, the lowest first. Paths come first: how many, and of
//! each how many bytes it has in common with the one before, how many follow, and those. Then for each
//! commit one number: 0 if it is not known what it did, 1 if it touched too many paths, 2 if files that
//! it moved were followed only where their content stayed the same, and above that 3 more than how many
//! changes follow. A change is the number of its path times four and what was done; a move is followed by
//! the number of the path from which the file came. After a 2 stands how many changes follow.

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::BuildHasher as _;

/// Whoever reads bytes that may be anything stops here: no chunk of a real history unfolds into as much.
const MOST_PATH_BYTES: usize = 256 << 20;

const UNKNOWN: u64 = 0;
const TOO_MANY: u64 = 1;
const ONLY_EXACT: u64 = 2;
const FIRST: u64 = 3;

/// What is known of what a commit did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Outcome {
    /// Nothing: it is a merge, was not asked for, or could not be read.
    Unknown,
    /// It touched more paths than are counted.
    TooMany,
    /// All of it, but for moved files whose content changed: it could not be read.
    OnlyExact,
    /// All of it.
    Whole,
}

/// What was done to a path, which a number stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Change {
    Added(u32),
    Changed(u32),
    Removed(u32),
    /// From the first path to the second.
    Moved(u32, u32),
}

/// Writes what commits did.
#[derive(Default)]
pub(in crate::sources) struct Writer {
    paths: Paths,
    commits: Vec<u8>,
    changes: Vec<Change>,
}

/// Paths by number.
#[derive(Default)]
struct Paths {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl Paths {
    fn get(bytes: &[u8], ends: &[usize], place: u32) -> std::ops::Range<usize> {
        let place = place as usize;
        let start = place.checked_sub(1).map_or(0, |before| ends[before]);
        start..ends[place].min(bytes.len())
    }

    fn place(&mut self, path: &[u8]) -> u32 {
        let Paths {
            bytes,
            ends,
            table,
            hasher,
        } = self;
        let at = |place: u32| &bytes[Paths::get(bytes, ends, place)];
        let hash = hasher.hash_one(path);
        if let Some(&place) = table.find(hash, |&place| at(place) == path) {
            return place;
        }
        // A chunk has less than 2^32 paths by far: its commits times what is counted of each.
        let place = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        table.insert_unique(hash, place, |&place| hasher.hash_one(at(place)));
        bytes.extend_from_slice(path);
        ends.push(bytes.len());
        place
    }
}

impl Writer {
    /// The number of a path.
    pub(in crate::sources) fn path(&mut self, path: &[u8]) -> u32 {
        self.paths.place(path)
    }

    /// Whether so much was written that the next commit goes into another chunk.
    pub(in crate::sources) fn is_full(&self) -> bool {
        self.paths.bytes.len() > MOST_PATH_BYTES / 2
    }

    /// A change of the commit that is written next.
    pub(in crate::sources) fn push(&mut self, change: Change) {
        self.changes.push(change);
    }

    /// Ends a commit; what it did was pushed.
    pub(in crate::sources) fn end(&mut self, outcome: Outcome) {
        let out = &mut self.commits;
        let count = self.changes.len() as u64;
        match outcome {
            Outcome::Unknown => put(out, UNKNOWN),
            Outcome::TooMany => put(out, TOO_MANY),
            Outcome::OnlyExact => {
                put(out, ONLY_EXACT);
                put(out, count);
            }
            Outcome::Whole => put(out, FIRST + count),
        }
        let changes = self.changes.drain(..);
        if matches!(outcome, Outcome::Unknown | Outcome::TooMany) {
            return;
        }
        for change in changes {
            match change {
                Change::Added(path) => put(out, u64::from(path) << 2),
                Change::Changed(path) => put(out, u64::from(path) << 2 | 1),
                Change::Removed(path) => put(out, u64::from(path) << 2 | 2),
                Change::Moved(from, to) => {
                    put(out, u64::from(to) << 2 | 3);
                    put(out, u64::from(from));
                }
            }
        }
    }

    /// All that was written.
    pub(in crate::sources) fn finish(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.commits.len() + self.paths.bytes.len() / 2);
        let (bytes, ends) = (&self.paths.bytes, &self.paths.ends);
        put(&mut out, ends.len() as u64);
        let (mut start, mut before): (usize, &[u8]) = (0, &[]);
        for &end in ends {
            let path = &bytes[start..end];
            let common = path.iter().zip(before).take_while(|(a, b)| a == b).count();
            put(&mut out, common as u64);
            put(&mut out, (path.len() - common) as u64);
            out.extend_from_slice(&path[common..]);
            (start, before) = (end, path);
        }
        out.extend_from_slice(&self.commits);
        out.shrink_to_fit();
        out
    }
}

/// Reads what a [`Writer`] wrote. Bytes that are anything else give `None` somewhere, and nothing worse.
pub(in crate::sources) struct Reader<'r> {
    rest: Bytes<'r>,
    paths: Vec<u8>,
    /// By the number of a path: where it ends, and what the caller calls it, once it was asked.
    names: Vec<(usize, Option<u32>)>,
}

impl<'r> Reader<'r> {
    /// Starts to read.
    pub(in crate::sources) fn new(bytes: &'r [u8]) -> Option<Reader<'r>> {
        let mut rest = Bytes(bytes);
        let count = rest.number()?;
        let (mut names, mut paths) = (Vec::new(), Vec::new());
        let mut before = 0..0;
        for _ in 0..count {
            let common = usize::try_from(rest.number()?).ok()?;
            let more = rest.slice()?;
            if common > before.len() || paths.len() > MOST_PATH_BYTES {
                return None;
            }
            let start = paths.len();
            paths.extend_from_within(before.start..before.start + common);
            paths.extend_from_slice(more);
            before = start..paths.len();
            names.push((paths.len(), None));
        }
        Some(Reader { rest, paths, names })
    }

    /// Reads the next commit: what is known of it, and with `each` what it did. `name` is handed each path
    /// once, when it is first needed, and says what it is called.
    pub(in crate::sources) fn commit(
        &mut self,
        mut name: impl FnMut(&[u8]) -> u32,
        mut each: impl FnMut(Change),
    ) -> Option<Outcome> {
        let (outcome, count) = self.start()?;
        for _ in 0..count {
            let number = self.rest.number()?;
            let path = self.name(number >> 2, &mut name)?;
            each(match number & 3 {
                0 => Change::Added(path),
                1 => Change::Changed(path),
                2 => Change::Removed(path),
                _ => {
                    let from = self.rest.number()?;
                    Change::Moved(self.name(from, &mut name)?, path)
                }
            });
        }
        Some(outcome)
    }

    /// Passes over the next commit.
    pub(in crate::sources) fn skip(&mut self) -> Option<()> {
        let (_, count) = self.start()?;
        for _ in 0..count {
            if self.rest.number()? & 3 == 3 {
                self.rest.number()?;
            }
        }
        Some(())
    }

    /// What is known of the next commit, and how many changes follow.
    fn start(&mut self) -> Option<(Outcome, u64)> {
        Some(match self.rest.number()? {
            UNKNOWN => (Outcome::Unknown, 0),
            TOO_MANY => (Outcome::TooMany, 0),
            ONLY_EXACT => (Outcome::OnlyExact, self.rest.number()?),
            more => (Outcome::Whole, more - FIRST),
        })
    }

    /// Whether all was read.
    #[cfg(test)]
    fn is_done(&self) -> bool {
        self.rest.0.is_empty()
    }

    fn name(&mut self, path: u64, ask: &mut impl FnMut(&[u8]) -> u32) -> Option<u32> {
        let path = usize::try_from(path).ok()?;
        let start = path
            .checked_sub(1)
            .map_or(Some(0), |it| Some(self.names.get(it)?.0))?;
        let (end, name) = self.names.get_mut(path)?;
        Some(*name.get_or_insert_with(|| ask(&self.paths[start..*end])))
    }
}

/// Bytes that are left.
pub(in crate::sources) struct Bytes<'r>(pub(in crate::sources) &'r [u8]);

impl<'r> Bytes<'r> {
    /// The next number.
    pub(in crate::sources) fn number(&mut self) -> Option<u64> {
        let (&first, rest) = self.0.split_first()?;
        if first < 0x80 {
            self.0 = rest;
            return Some(u64::from(first));
        }
        let mut number = 0_u64;
        for (place, &byte) in self.0.iter().enumerate().take(10) {
            let bits = u64::from(byte & 0x7f);
            let shift = 7 * u32::try_from(place).ok()?;
            if shift == 63 && bits > 1 {
                return None;
            }
            number |= bits << shift;
            if byte < 0x80 {
                self.0 = &self.0[place + 1..];
                return Some(number);
            }
        }
        None
    }

    /// The next number, which may be below zero.
    pub(in crate::sources) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    /// The next bytes, with how many they are before them.
    pub(in crate::sources) fn slice(&mut self) -> Option<&'r [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    /// So many bytes.
    pub(in crate::sources) fn take(&mut self, length: usize) -> Option<&'r [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }
}

/// Writes a number.
pub(in crate::sources) fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

/// Writes a number that may be below zero: those near to zero are short.
pub(in crate::sources) fn put_signed(out: &mut Vec<u8>, number: i64) {
    put(out, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Writes bytes, with how many they are before them.
pub(in crate::sources) fn put_slice(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use super::*;

    type Read = Vec<(Outcome, Vec<(char, String)>)>;

    fn written() -> Vec<u8> {
        let mut writer = Writer::default();
        let [a, b, c] = ["src/a", "src/ab", "b"].map(|path| writer.path(path.as_bytes()));
        assert_eq!(writer.path(b"src/ab"), b);
        writer.push(Change::Added(a));
        writer.push(Change::Moved(a, b));
        writer.end(Outcome::Whole);
        writer.end(Outcome::Unknown);
        writer.push(Change::Removed(c));
        writer.end(Outcome::OnlyExact);
        writer.push(Change::Removed(c));
        writer.end(Outcome::TooMany);
        writer.push(Change::Changed(c));
        writer.end(Outcome::Whole);
        writer.end(Outcome::Whole);
        writer.finish()
    }

    fn read(bytes: &[u8], count: usize) -> Option<Read> {
        let mut paths = Vec::new();
        let mut reader = Reader::new(bytes)?;
        let mut commits = Vec::new();
        for _ in 0..count {
            let mut raw = Vec::new();
            let name = |path: &[u8]| {
                paths.push(String::from_utf8_lossy(path).into_owned());
                u32::try_from(paths.len() - 1).unwrap()
            };
            let outcome = reader.commit(name, |change| raw.push(change))?;
            let path = |place: u32| paths[place as usize].clone();
            let changes = raw.into_iter().flat_map(|change| match change {
                Change::Added(it) => vec![('A', path(it))],
                Change::Changed(it) => vec![('C', path(it))],
                Change::Removed(it) => vec![('R', path(it))],
                Change::Moved(from, to) => vec![('<', path(from)), ('M', path(to))],
            });
            let changes = changes.collect();
            commits.push((outcome, changes));
        }
        reader.is_done().then_some(commits)
    }

    #[test]
    fn what_was_written_is_read() {
        let of = |changes: &[(char, &str)]| -> Vec<(char, String)> {
            let changes = changes.iter();
            changes.map(|&(how, path)| (how, path.to_owned())).collect()
        };
        let expected = vec![
            (
                Outcome::Whole,
                of(&[('A', "src/a"), ('<', "src/a"), ('M', "src/ab")]),
            ),
            (Outcome::Unknown, Vec::new()),
            (Outcome::OnlyExact, of(&[('R', "b")])),
            (Outcome::TooMany, Vec::new()),
            (Outcome::Whole, of(&[('C', "b")])),
            (Outcome::Whole, Vec::new()),
        ];
        assert_eq!(read(&written(), 6), Some(expected));
    }

    #[test]
    fn bytes_that_are_something_else_are_refused() {
        let bytes = written();
        for end in 0..bytes.len() {
            assert_eq!(read(&bytes[..end], 6), None, "{end}");
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut bytes = bytes.clone();
                bytes[at] ^= 1 << bit;
                read(&bytes, 6);
                if let Some(mut reader) = Reader::new(&bytes) {
                    (0..6).all(|_| reader.skip().is_some());
                }
            }
        }
        let mut huge = Vec::new();
        put(&mut huge, u64::MAX);
        assert_eq!(read(&huge, 1), None);
        assert_eq!(read(&[0xff; 20], 1), None);
    }

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, -1, 63, -64, 64, 1 << 40, i64::MAX, i64::MIN] {
            let mut out = Vec::new();
            put_signed(&mut out, number);
            put(&mut out, number.cast_unsigned());
            let mut bytes = Bytes(&out);
            assert_eq!(bytes.signed(), Some(number));
            assert_eq!(bytes.number(), Some(number.cast_unsigned()));
            assert!(bytes.0.is_empty());
        }
    }
}
