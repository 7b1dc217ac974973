//! Compares two trees of one repository, and finds out where files went.
//!
//! A file went elsewhere if its content did, or if most of its lines did. Of several places that it may
//! have gone to, the one is taken to which its folder went, else the one where it keeps its name.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{BlobId, Source};
use crate::facts::{Change, FileKind, Rename, Tree};
use crate::text::RepoPath;

/// The largest file whose lines are compared with those of another one.
const LIMIT: u64 = 1 << 20;

/// How many pairs of files are compared line by line: beyond it a file that went elsewhere and changed on
/// the way counts as removed and added.
const MOST_PAIRS: usize = 2_000;

/// How many lines, in percent of the larger file, two files have to share to be one: git's default.
const SIMILAR: usize = 50;

/// What differs between two trees, each with the source that it is of.
pub(super) fn between(base: (&Source, &Tree), head: (&Source, &Tree)) -> Change {
    let sides = Sides {
        ids: [base.0.blob_ids(base.1), head.0.blob_ids(head.1)],
        sources: [base.0, head.0],
        trees: [base.1, head.1],
    };
    sides.change()
}

/// How often a file has which line.
type Lines = BTreeMap<Vec<u8>, usize>;

struct Sides<'s> {
    ids: [Vec<Option<BlobId>>; 2],
    sources: [&'s Source; 2],
    trees: [&'s Tree; 2],
}

const BASE: usize = 0;
const HEAD: usize = 1;

impl Sides<'_> {
    fn change(&self) -> Change {
        let mut change = Change::default();
        let [base, head] = self.trees;
        let (mut from, mut to) = (0, 0);
        let place = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        while from < base.len() || to < head.len() {
            let order = match (from < base.len(), to < head.len()) {
                (true, true) => base.path(from).cmp(head.path(to)),
                (true, false) => Ordering::Less,
                (false, _) => Ordering::Greater,
            };
            match order {
                Ordering::Less => change.removed.push(place(from)),
                Ordering::Greater => change.added.push(place(to)),
                Ordering::Equal => {
                    let same = self.ids[BASE][from].is_some()
                        && self.ids[BASE][from] == self.ids[HEAD][to]
                        && base.kind(from) == head.kind(to);
                    if !same {
                        change.modified.push((place(from), place(to)));
                    }
                }
            }
            from += usize::from(order != Ordering::Greater);
            to += usize::from(order != Ordering::Less);
        }
        self.renames(&mut change);
        let is_attributes = |side: usize, &at: &u32| {
            let path = self.trees[side].path(at as usize);
            path == b".gitattributes" || path.ends_with(b"/.gitattributes")
        };
        let mut old = change.in_base().into_iter();
        let mut new = change.in_head().into_iter();
        change.attributes =
            old.any(|at| is_attributes(BASE, &at)) || new.any(|at| is_attributes(HEAD, &at));
        change
    }

    fn path(&self, side: usize, at: u32) -> &[u8] {
        self.trees[side].path(at as usize)
    }

    fn is_file(&self, side: usize, at: u32) -> bool {
        self.trees[side].kind(at as usize) == FileKind::File
    }

    /// Takes files out of those that were added and removed that only went elsewhere.
    fn renames(&self, change: &mut Change) {
        if change.removed.is_empty() || change.added.is_empty() {
            return;
        }
        let mut pairs = Pairs {
            sides: self,
            removed: change.removed.iter().copied().collect(),
            added: change.added.iter().copied().collect(),
            found: Vec::new(),
            folders: BTreeMap::new(),
        };
        pairs.of_same_content();
        pairs.of_similar_content();
        let Pairs {
            removed,
            added,
            mut found,
            folders,
            ..
        } = pairs;
        let is_gone = |folder: &[u8]| self.trees[HEAD].below(&RepoPath::from(folder)).is_empty();
        change.folders = folders
            .into_iter()
            .filter(|(from, _)| is_gone(from))
            .collect();
        change.removed = removed.into_iter().collect();
        change.added = added.into_iter().collect();
        found.sort_by_key(|rename| rename.to);
        change.renamed = found;
    }
}

/// Files that were removed and added, while it is found out which belong together.
struct Pairs<'s> {
    sides: &'s Sides<'s>,
    removed: BTreeSet<u32>,
    added: BTreeSet<u32>,
    found: Vec<Rename>,
    /// By folder of the base: to which folders files in it went.
    folders: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Pairs<'_> {
    fn pair(&mut self, from: u32, to: u32, same: bool) {
        self.removed.remove(&from);
        self.added.remove(&to);
        let (old, new) = (self.sides.path(BASE, from), self.sides.path(HEAD, to));
        if let Some((old, new)) = moved(old, new) {
            self.folders.insert(old.to_vec(), new.to_vec());
        }
        self.found.push(Rename { from, to, same });
    }

    /// Those whose content is the same; where several are, by where others of their folders went.
    fn of_same_content(&mut self) {
        let mut contents: HashMap<BlobId, (Vec<u32>, Vec<u32>)> = HashMap::new();
        for (side, files) in [(BASE, &self.removed), (HEAD, &self.added)] {
            for &at in files {
                let id = self.sides.ids[side][at as usize];
                if let Some(id) = id.filter(|_| self.sides.is_file(side, at)) {
                    let found = contents.entry(id).or_default();
                    let list = if side == BASE {
                        &mut found.0
                    } else {
                        &mut found.1
                    };
                    list.push(at);
                }
            }
        }
        let both = contents.into_values();
        let mut both: Vec<_> = both
            .filter(|(old, new)| !old.is_empty() && !new.is_empty())
            .collect();
        both.sort();
        let (single, several): (Vec<_>, Vec<_>) = both
            .into_iter()
            .partition(|(old, new)| old.len() == 1 && new.len() == 1);
        for (old, new) in single {
            self.pair(old[0], new[0], true);
        }
        for (old, mut new) in several {
            for from in old {
                let path = self.sides.path(BASE, from);
                let expected = self.expected(path);
                let rank = |&to: &u32| {
                    let there = self.sides.path(HEAD, to);
                    let is_expected = expected.as_deref() == Some(there);
                    (!is_expected, name(there) != name(path), to)
                };
                let best = (0..new.len()).min_by_key(|&place| rank(&new[place]));
                if let Some(best) = best {
                    let to = new.remove(best);
                    self.pair(from, to, true);
                }
            }
        }
    }

    /// Those most of whose lines are the same: at the place to which their folder went, or of the same
    /// name, or in the same folder.
    fn of_similar_content(&mut self) {
        let mut names: HashMap<&[u8], Vec<u32>> = HashMap::new();
        let mut folders: HashMap<&[u8], Vec<u32>> = HashMap::new();
        for &to in &self.added {
            let path = self.sides.path(HEAD, to);
            names.entry(name(path)).or_default().push(to);
            folders.entry(folder(path)).or_default().push(to);
        }
        let mut left = MOST_PAIRS;
        let mut lines: HashMap<(usize, u32), Option<Lines>> = HashMap::new();
        let removed: Vec<u32> = self.removed.iter().copied().collect();
        for from in removed {
            if !self.sides.is_file(BASE, from) {
                continue;
            }
            let path = self.sides.path(BASE, from);
            let expected = self.expected(path);
            let expected = expected.and_then(|path| self.sides.trees[HEAD].find(&path));
            let expected = expected.and_then(|at| u32::try_from(at).ok());
            let alike = names.get(name(path)).into_iter().flatten();
            let beside = folders.get(folder(path)).into_iter().flatten();
            let candidates = expected.into_iter().chain(alike.chain(beside).copied());
            let mut seen = BTreeSet::new();
            let mut best: Option<(usize, u32)> = None;
            for to in candidates {
                let is_open = self.added.contains(&to) && self.sides.is_file(HEAD, to);
                if !is_open || !seen.insert(to) {
                    continue;
                }
                let Some(more) = left.checked_sub(1) else {
                    return;
                };
                left = more;
                for (side, at) in [(BASE, from), (HEAD, to)] {
                    lines
                        .entry((side, at))
                        .or_insert_with(|| self.lines(side, at));
                }
                let both = (&lines[&(BASE, from)], &lines[&(HEAD, to)]);
                let (Some(old), Some(new)) = both else {
                    continue;
                };
                let similar = similarity(old, new);
                if similar >= SIMILAR && best.is_none_or(|(most, _)| similar > most) {
                    best = Some((similar, to));
                }
            }
            if let Some((_, to)) = best {
                self.pair(from, to, false);
            }
        }
    }

    /// Where a file went if it went where others of its folder, or of one around it, did.
    fn expected(&self, path: &[u8]) -> Option<Vec<u8>> {
        let mut end = path.len();
        while let Some(slash) = memchr::memrchr(b'/', &path[..end]) {
            if let Some(to) = self.folders.get(&path[..slash]) {
                let rest = &path[slash..];
                let rest = if to.is_empty() { &rest[1..] } else { rest };
                return Some([to, rest].concat());
            }
            end = slash;
        }
        None
    }

    /// How often a file has which line.
    fn lines(&self, side: usize, at: u32) -> Option<Lines> {
        let path = RepoPath::from(self.sides.path(side, at));
        let content = self.sides.sources[side].read(&path, LIMIT).ok()?;
        let mut lines = Lines::new();
        for line in content.split(|&byte| byte == b'\n') {
            if !line.trim_ascii().is_empty() {
                *lines.entry(line.trim_ascii().to_vec()).or_default() += 1;
            }
        }
        Some(lines)
    }
}

/// How many lines two files share, in percent of the lines of the larger one.
fn similarity(old: &Lines, new: &Lines) -> usize {
    let all = |lines: &Lines| lines.values().sum::<usize>();
    let shared = old
        .iter()
        .filter_map(|(line, &count)| Some(count.min(*new.get(line)?)));
    shared.sum::<usize>() * 100 / all(old).max(all(new)).max(1)
}

/// The folders that two paths differ in, without what they end in alike; none where only names differ.
pub(super) fn moved<'p>(old: &'p [u8], new: &'p [u8]) -> Option<(&'p [u8], &'p [u8])> {
    if name(old) != name(new) {
        return None;
    }
    let (mut old, mut new) = (folder(old), folder(new));
    while !old.is_empty() && !new.is_empty() && name(old) == name(new) {
        (old, new) = (folder(old), folder(new));
    }
    (old != new && !old.is_empty()).then_some((old, new))
}

fn name(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(path, |slash| &path[slash + 1..])
}

fn folder(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(b"", |slash| &path[..slash])
}
