//! What former runs found, in the form in which it is kept on disk, and back.
//!
//! For each of the last commits that were read, by path: the content, and of its lines which commit brought
//! them. All of it holds for the same borders alone, by which it is found. Numbers are written as in
//! [`super::super::records`]; a line as how much further on it is than the one before, times two and one more
//! if a commit brought it, by when; then that commit.

use std::collections::{BTreeMap, HashMap};

use gix::ObjectId;

use crate::facts::{Age, CommitId};
use crate::sources::history::commit::timestamp;
use crate::sources::history::records::{Bytes, put, put_signed, put_slice};

/// Of so many commits it is kept: of some branches, each read again and again.
const MOST_TIPS: usize = 4;

/// What was found for lines of a file.
pub(super) struct Found {
    pub(super) path: Vec<u8>,
    pub(super) blob: ObjectId,
    /// By line, from 0.
    pub(super) lines: Vec<(u32, Age)>,
}

/// Of a file: its content, and by line, from 0, since when it stands.
type OfFile = (ObjectId, BTreeMap<u32, Age>);

/// What was found for a commit, by path.
type Tip = HashMap<Vec<u8>, OfFile>;

/// What was found for some commits, the last that was read first.
#[derive(Default)]
pub(super) struct Remembered(Vec<(ObjectId, Tip)>);

impl Remembered {
    /// Since when a line of a file, from 0, stands at a commit, if that was found before.
    pub(super) fn age(
        &self,
        commit: ObjectId,
        path: &[u8],
        content: ObjectId,
        line: u32,
    ) -> Option<Age> {
        let (_, tip) = self.0.iter().find(|(tip, _)| *tip == commit)?;
        let (blob, lines) = tip.get(path)?;
        let age = lines.get(&line)?;
        (*blob == content).then_some(*age)
    }

    /// What is kept of this and of what was found now; none if that was known.
    pub(super) fn with(mut self, head: ObjectId, found: Vec<Found>) -> Option<Vec<u8>> {
        let known = self.0.iter().position(|(tip, _)| *tip == head);
        let mut of_head = known.map_or_else(Tip::default, |at| self.0.remove(at).1);
        let mut is_new = false;
        for Found { path, blob, lines } in found {
            let of_file = of_head
                .entry(path)
                .or_insert_with(|| (blob, BTreeMap::new()));
            if of_file.0 != blob {
                *of_file = (blob, BTreeMap::new());
            }
            for (line, age) in lines {
                is_new |= of_file.1.insert(line, age) != Some(age);
            }
        }
        self.0.insert(0, (head, of_head));
        self.0.truncate(MOST_TIPS);
        is_new.then(|| self.write())
    }

    fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put(&mut out, self.0.len() as u64);
        for (tip, files) in &self.0 {
            out.extend_from_slice(tip.as_bytes());
            put(&mut out, files.len() as u64);
            let sorted: BTreeMap<&Vec<u8>, &OfFile> = files.iter().collect();
            for (path, (blob, lines)) in sorted {
                put_slice(&mut out, path);
                out.extend_from_slice(blob.as_bytes());
                put(&mut out, lines.len() as u64);
                let mut before = 0;
                for (&line, age) in lines {
                    let (is_brought, when, commit) = match age {
                        Age::Since(when, commit) => (1, *when, Some(commit)),
                        Age::Before(when) => (0, *when, None),
                        // No line that a commit has.
                        Age::Uncommitted => (0, jiff::Timestamp::MIN, None),
                    };
                    put(&mut out, u64::from(line - before) << 1 | is_brought);
                    before = line;
                    put_signed(&mut out, when.as_second());
                    if let Some(commit) = commit {
                        out.extend_from_slice(commit.as_bytes());
                    }
                }
            }
        }
        out
    }

    /// What was kept, of a repository whose hashes have `width` bytes; nothing of nothing. None if it is
    /// anything else.
    pub(super) fn read(bytes: &[u8], width: usize) -> Option<Remembered> {
        let mut bytes = Bytes(bytes);
        let mut tips = Vec::new();
        if bytes.0.is_empty() {
            return Some(Remembered::default());
        }
        for _ in 0..bytes.number()? {
            let tip = ObjectId::try_from(bytes.take(width)?).ok()?;
            let mut files = Tip::default();
            for _ in 0..bytes.number()? {
                let path = bytes.slice()?.to_vec();
                let blob = ObjectId::try_from(bytes.take(width)?).ok()?;
                let (mut lines, mut line) = (BTreeMap::new(), 0_u32);
                for _ in 0..bytes.number()? {
                    let number = bytes.number()?;
                    line = line.checked_add(u32::try_from(number >> 1).ok()?)?;
                    let when = timestamp(bytes.signed()?);
                    let age = match number & 1 {
                        1 => Age::Since(when, CommitId::new(bytes.take(width)?)?),
                        _ => Age::Before(when),
                    };
                    lines.insert(line, age);
                }
                files.insert(path, (blob, lines));
            }
            tips.push((tip, files));
        }
        bytes.0.is_empty().then_some(Remembered(tips))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> ObjectId {
        ObjectId::from_bytes_or_panic(&[byte; 20])
    }

    fn found(path: &str, blob: u8, lines: &[(u32, Age)]) -> Found {
        Found {
            path: path.as_bytes().to_vec(),
            blob: id(blob),
            lines: lines.to_vec(),
        }
    }

    fn since(second: i64) -> Age {
        Age::Since(timestamp(second), CommitId::Sha1([7; 20]))
    }

    #[test]
    fn what_was_found_is_remembered_for_the_last_commits() {
        let before = Age::Before(timestamp(-3));
        let first = vec![found("a", 1, &[(9, since(5)), (0, before)])];
        let mut kept = Remembered::default().with(id(50), first).unwrap();
        let again = Remembered::read(&kept, 20).unwrap();
        assert_eq!(again.age(id(50), b"a", id(1), 9), Some(since(5)));
        assert_eq!(again.age(id(50), b"a", id(1), 0), Some(before));
        for (commit, path, blob, line) in [
            (51, "a", 1, 9),
            (50, "b", 1, 9),
            (50, "a", 2, 9),
            (50, "a", 1, 8),
        ] {
            let age = again.age(id(commit), path.as_bytes(), id(blob), line);
            assert_eq!(age, None, "{commit} {path} {blob} {line}");
        }
        // What is known is not written again; what is not comes in beside it.
        let same = vec![found("a", 1, &[(9, since(5))])];
        assert_eq!(
            Remembered::read(&kept, 20).unwrap().with(id(50), same),
            None
        );
        let more = vec![found("a", 1, &[(8, since(6))])];
        kept = again.with(id(50), more).unwrap();
        let again = Remembered::read(&kept, 20).unwrap();
        assert_eq!(again.age(id(50), b"a", id(1), 8), Some(since(6)));
        assert_eq!(again.age(id(50), b"a", id(1), 9), Some(since(5)));
        for commit in 51..=54 {
            let new = vec![found("a", 1, &[(1, since(1))])];
            let all = Remembered::read(&kept, 20).unwrap();
            kept = all.with(id(commit), new).unwrap();
        }
        let again = Remembered::read(&kept, 20).unwrap();
        assert_eq!(again.age(id(50), b"a", id(1), 9), None);
        assert_eq!(again.age(id(51), b"a", id(1), 1), Some(since(1)));
    }

    #[test]
    fn bytes_that_are_something_else_are_refused() {
        let all = vec![found("a", 1, &[(9, since(5)), (3, since(4))])];
        let kept = Remembered::default().with(id(50), all).unwrap();
        for end in 1..kept.len() {
            assert!(Remembered::read(&kept[..end], 20).is_none(), "{end}");
        }
        for at in 0..kept.len() {
            for bit in 0..8 {
                let mut bytes = kept.clone();
                bytes[at] ^= 1 << bit;
                Remembered::read(&bytes, 20);
            }
        }
    }
}
