//! The answer to `bailiwick owners`: who owns which path, and which line says so.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Gap;

/// Who owns the paths that were asked for, in the order in which they were asked for.
///
/// Paths stand in one buffer, and what they share stands once a line: a million paths are answered
/// without an allocation a path.
#[derive(Debug, Default)]
pub struct OwnersAnswer {
    /// The repository's name, where the paths belong to one.
    pub repository: Option<String>,
    /// The ownership file that decided, as it is shown; none where there is none.
    pub file: Option<String>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Files without owner that the repository marks as generated, where that is known.
    pub unowned_generated: Option<usize>,
    lines: Vec<DecidingLine>,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// A line of the ownership file that decides for at least one path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecidingLine {
    /// Its number, from 1.
    pub number: u32,
    /// Its pattern, as written; U+FFFD for what is not UTF-8.
    pub pattern: String,
    /// Its owners, as written; none if the line says that nobody owns what it matches.
    pub owners: Vec<String>,
}

/// One path and who owns it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PathOwners<'a> {
    /// The path, as it was asked for.
    pub path: &'a [u8],
    /// The line that decides; none if no line matches.
    pub line: Option<&'a DecidingLine>,
}

impl<'a> PathOwners<'a> {
    /// The owners, as written; none if nobody owns the path.
    pub fn owners(&self) -> &'a [String] {
        self.line.map_or(&[], |line| &line.owners)
    }

    /// Whether the path has an owner.
    pub fn is_owned(&self) -> bool {
        !self.owners().is_empty()
    }
}

/// A path in the buffer and the index of its line; [`u32::MAX`] for none.
#[derive(Clone, Copy, Debug)]
struct Entry {
    start: usize,
    end: usize,
    line: u32,
}

impl OwnersAnswer {
    /// An answer without paths yet, for a repository of this name whose ownership file is this one.
    pub fn new(repository: Option<String>, file: Option<String>) -> Self {
        OwnersAnswer {
            repository,
            file,
            ..OwnersAnswer::default()
        }
    }

    /// Adds a line that decides, and returns the index by which [`OwnersAnswer::push`] names it.
    pub fn add_line(&mut self, line: DecidingLine) -> usize {
        self.lines.push(line);
        self.lines.len() - 1
    }

    /// Adds a path and the line that decides for it, by its index; none if no line matches.
    pub fn push(&mut self, path: &[u8], line: Option<usize>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(path);
        self.entries.push(Entry {
            start,
            end: self.bytes.len(),
            line: line
                .and_then(|line| u32::try_from(line).ok())
                .unwrap_or(u32::MAX),
        });
    }

    /// Room for this many more paths of this many bytes in all.
    pub fn reserve(&mut self, paths: usize, bytes: usize) {
        self.entries.reserve(paths);
        self.bytes.reserve(bytes);
    }

    /// How many paths were asked for.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether no path was asked for.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// All lines that were added, in their order.
    pub fn lines(&self) -> &[DecidingLine] {
        &self.lines
    }

    /// All paths, in the order in which they were asked for.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = PathOwners<'_>> + Clone {
        self.entries.iter().map(|&entry| self.path(entry).0)
    }

    /// As [`OwnersAnswer::paths`], each with the index of its line in [`OwnersAnswer::lines`].
    pub fn indexed(&self) -> impl ExactSizeIterator<Item = (PathOwners<'_>, Option<usize>)> {
        self.entries.iter().map(|&entry| self.path(entry))
    }

    fn path(&self, entry: Entry) -> (PathOwners<'_>, Option<usize>) {
        let index = Some(entry.line as usize).filter(|&index| index < self.lines.len());
        let path = PathOwners {
            path: &self.bytes[entry.start..entry.end],
            line: index.map(|index| &self.lines[index]),
        };
        (path, index)
    }

    /// Keeps the paths for which `keep` holds.
    pub fn retain(&mut self, keep: impl Fn(PathOwners<'_>) -> bool) {
        let mut entries = std::mem::take(&mut self.entries);
        entries.retain(|&entry| keep(self.path(entry).0));
        self.entries = entries;
    }

    /// Keeps the paths for whose line `keep` holds, given its index in [`OwnersAnswer::lines`].
    pub fn retain_lines(&mut self, keep: impl Fn(Option<usize>) -> bool) {
        let lines = self.lines.len();
        let index = |line: u32| Some(line as usize).filter(|&index| index < lines);
        self.entries.retain(|entry| keep(index(entry.line)));
    }

    /// Counts by top-level folder and by owner.
    pub fn summary(&self) -> OwnersSummary {
        let mut folders: BTreeMap<&[u8], (usize, usize)> = BTreeMap::new();
        let mut files_of_line = vec![0; self.lines.len()];
        let mut owned = 0;
        for (path, line) in self.indexed() {
            let slash = memchr::memchr(b'/', path.path);
            let folder = folders.entry(&path.path[..slash.unwrap_or(0)]).or_default();
            folder.0 += 1;
            if path.is_owned() {
                folder.1 += 1;
                owned += 1;
            }
            if let Some(line) = line {
                files_of_line[line] += 1;
            }
        }
        let by_folder = folders.into_iter().map(|(folder, (files, owned))| {
            let folder = folder.to_vec();
            FolderCoverage {
                folder,
                files,
                owned,
            }
        });
        OwnersSummary {
            files: self.len(),
            owned,
            by_folder: by_folder.collect(),
            by_owner: self.shares(&files_of_line),
            unowned_generated: self.unowned_generated,
        }
    }

    /// What each owner holds; the largest share first. Handles are the same whatever their case, and are
    /// shown as the first line has them.
    fn shares(&self, files_of_line: &[usize]) -> Vec<OwnerShare> {
        let mut shares: BTreeMap<String, OwnerShare> = BTreeMap::new();
        for (line, &files) in self.lines.iter().zip(files_of_line) {
            if files == 0 {
                continue;
            }
            let mut seen = BTreeSet::new();
            for owner in &line.owners {
                let key = owner.to_lowercase();
                if !seen.insert(key.clone()) {
                    continue;
                }
                let share = shares.entry(key).or_insert_with(|| OwnerShare {
                    owner: owner.clone(),
                    files: 0,
                    lines: 0,
                });
                share.files += files;
                share.lines += 1;
            }
        }
        let mut shares: Vec<_> = shares.into_values().collect();
        shares.sort_by_key(|share| std::cmp::Reverse(share.files));
        shares
    }
}

/// How much is owned, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnersSummary {
    /// Paths that were asked for.
    pub files: usize,
    /// Those that have an owner.
    pub owned: usize,
    /// By top-level folder, sorted by name; the files of the root come first.
    pub by_folder: Vec<FolderCoverage>,
    /// By owner, the largest share first. A file of two owners counts for both.
    pub by_owner: Vec<OwnerShare>,
    /// Files without owner that are marked as generated, where that is known.
    pub unowned_generated: Option<usize>,
}

/// How much of a top-level folder is owned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderCoverage {
    /// The folder's name; empty for the root.
    pub folder: Vec<u8>,
    /// Files below it.
    pub files: usize,
    /// Those that have an owner.
    pub owned: usize,
}

/// What an owner holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerShare {
    /// The owner, as the first line that names it has it.
    pub owner: String,
    /// Files for which a line that names the owner decides.
    pub files: usize,
    /// Lines that name the owner and decide for at least one file.
    pub lines: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(number: u32, pattern: &str, owners: &[&str]) -> DecidingLine {
        DecidingLine {
            number,
            pattern: pattern.into(),
            owners: owners.iter().map(ToString::to_string).collect(),
        }
    }

    fn answer() -> OwnersAnswer {
        let mut answer = OwnersAnswer::default();
        let src = answer.add_line(line(1, "/src/", &["@acme/core", "@Acme/Core", "@ann"]));
        let docs = answer.add_line(line(2, "/docs/", &[]));
        let all = answer.add_line(line(3, "*.md", &["@ACME/CORE"]));
        answer.push(b"src/b", Some(src));
        answer.push(b"docs/a", Some(docs));
        answer.push(b"README.md", Some(all));
        answer.push(b"x", None);
        answer.push(b"src/b", Some(src));
        answer
    }

    #[test]
    fn the_order_and_repetitions_of_the_question_stay() {
        let answer = answer();
        let paths: Vec<_> = answer.paths().map(|path| path.path).collect();
        assert_eq!(
            paths,
            [&b"src/b"[..], b"docs/a", b"README.md", b"x", b"src/b"]
        );
        let owned: Vec<_> = answer.paths().map(|path| path.is_owned()).collect();
        assert_eq!(owned, [true, false, true, false, true]);
    }

    #[test]
    fn a_summary_counts_folders_and_owners_once_a_file() {
        let summary = answer().summary();
        assert_eq!((summary.files, summary.owned), (5, 3));
        let folders: Vec<_> = summary
            .by_folder
            .iter()
            .map(|f| (&f.folder[..], f.files, f.owned))
            .collect();
        assert_eq!(folders, [(&b""[..], 2, 1), (b"docs", 1, 0), (b"src", 2, 2)]);
        let owners: Vec<_> = summary
            .by_owner
            .iter()
            .map(|o| (o.owner.as_str(), o.files, o.lines))
            .collect();
        assert_eq!(owners, [("@acme/core", 3, 2), ("@ann", 2, 1)]);
    }

    #[test]
    fn what_is_not_kept_leaves_the_order_of_the_rest() {
        let mut answer = answer();
        answer.retain(|path| !path.is_owned());
        let paths: Vec<_> = answer.paths().map(|path| path.path).collect();
        assert_eq!(paths, [&b"docs/a"[..], b"x"]);
    }
}
