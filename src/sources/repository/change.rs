//! Compares two trees of one repository, and finds out where files went.
//!
//! A file went elsewhere if its content did, or if most of its lines did. Of several places that its content
//! may have gone to, the one is taken to which its folder went, else the one where it keeps its name; where
//! only lines are alike, the one with most of them.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::BuildHasher as _;

use super::{BlobId, Source};
use crate::facts::{Change, FileKind, Gap, Rename, Tree};
use crate::text::RepoPath;

/// The largest file whose lines are compared with those of another one.
const LIMIT: u64 = 1 << 20;

/// How many bytes are read to compare lines, and how many comparisons of them are made: beyond that a file
/// that went elsewhere and changed on the way counts as removed and added.
const MOST_BYTES: usize = 64 << 20;
const MOST_STEPS: usize = 50_000_000;

/// How much, in percent of the larger file, two files have to share to be one: git's default.
const SIMILAR: u64 = 50;

/// What differs between two trees, each with the source that it is of.
pub(super) fn between(base: (&Source, &Tree), head: (&Source, &Tree)) -> Change {
    let sides = Sides {
        ids: [base.0.blob_ids(base.1), head.0.blob_ids(head.1)],
        sources: [base.0, head.0],
        trees: [base.1, head.1],
    };
    sides.change()
}

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
            cut: false,
            unread: Vec::new(),
        };
        pairs.of_same_content();
        pairs.of_similar_content();
        let Pairs {
            removed,
            added,
            mut found,
            folders,
            cut,
            unread,
            ..
        } = pairs;
        change.cut = cut;
        change.unread = unread;
        // A folder went elsewhere where nothing is left of it and half of its files went there.
        let files =
            |side: usize, folder: &[u8]| self.trees[side].below(&RepoPath::from(folder)).len();
        let whole = folders.into_iter().filter_map(|(from, to)| {
            let (to, count) = most(&to)?;
            let is_gone = files(HEAD, &from) == 0;
            (is_gone && count * 2 >= files(BASE, &from)).then(|| (from, to.to_vec()))
        });
        change.folders = whole.collect();
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
    /// Whether the work that may be done was done before all were compared.
    cut: bool,
    /// Contents that are unavailable.
    unread: Vec<Gap>,
    /// By folder of the base: to which folders files in it went, and how many.
    folders: BTreeMap<Vec<u8>, BTreeMap<Vec<u8>, usize>>,
}

impl Pairs<'_> {
    fn pair(&mut self, from: u32, to: u32, same: bool) {
        self.removed.remove(&from);
        self.added.remove(&to);
        let (old, new) = (self.sides.path(BASE, from), self.sides.path(HEAD, to));
        if let Some((old, new)) = moved(old, new) {
            let to = self.folders.entry(old.to_vec()).or_default();
            *to.entry(new.to_vec()).or_default() += 1;
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

    /// Those most of whose lines are the same. First at the place to which their folder went, of the same
    /// name, or in the same folder; then anywhere, where the name ends alike.
    fn of_similar_content(&mut self) {
        let mut names: HashMap<&[u8], Vec<u32>> = HashMap::new();
        let mut folders: HashMap<&[u8], Vec<u32>> = HashMap::new();
        let mut endings: HashMap<&[u8], Vec<u32>> = HashMap::new();
        for &to in &self.added {
            let path = self.sides.path(HEAD, to);
            names.entry(name(path)).or_default().push(to);
            folders.entry(folder(path)).or_default().push(to);
            endings.entry(ending(path)).or_default().push(to);
        }
        let mut contents = Contents::new(self.sides);
        for is_near in [true, false] {
            let removed: Vec<u32> = self.removed.iter().copied().collect();
            for from in removed {
                let path = self.sides.path(BASE, from);
                let candidates: Vec<u32> = match is_near {
                    true => {
                        let expected = self.expected(path);
                        let expected = expected.and_then(|path| self.sides.trees[HEAD].find(&path));
                        let expected = expected.and_then(|at| u32::try_from(at).ok());
                        let alike = names.get(name(path)).into_iter().flatten();
                        let beside = folders.get(folder(path)).into_iter().flatten();
                        let near = alike.chain(beside).copied();
                        expected.into_iter().chain(near).collect()
                    }
                    false => endings.get(ending(path)).cloned().unwrap_or_default(),
                };
                let candidates = candidates.into_iter().filter(|to| self.added.contains(to));
                match contents.most_similar(from, candidates) {
                    Ok(Some(to)) => self.pair(from, to, false),
                    Ok(None) => {}
                    Err(Spent) => {
                        self.cut = true;
                        self.unread = contents.unread;
                        return;
                    }
                }
            }
        }
        self.unread = contents.unread;
    }

    /// Where a file went if it went where others of its folder, or of one around it, did.
    fn expected(&self, path: &[u8]) -> Option<Vec<u8>> {
        let mut end = path.len();
        while let Some(slash) = memchr::memrchr(b'/', &path[..end]) {
            if let Some((to, _)) = self.folders.get(&path[..slash]).and_then(most) {
                let rest = &path[slash..];
                let rest = if to.is_empty() { &rest[1..] } else { rest };
                return Some([to, rest].concat());
            }
            end = slash;
        }
        None
    }
}

/// All the work that may be done to compare contents is done.
struct Spent;

/// The lines of a file, without white space around them: by hash, how many bytes there are of each.
#[derive(Default)]
struct Lines {
    lines: Vec<(u64, u64)>,
    bytes: u64,
}

/// The contents that were read to compare them.
struct Contents<'s> {
    sides: &'s Sides<'s>,
    hash: foldhash::quality::RandomState,
    read: HashMap<(usize, u32), Lines>,
    unread: Vec<Gap>,
    bytes: usize,
    steps: usize,
}

impl<'s> Contents<'s> {
    fn new(sides: &'s Sides<'s>) -> Self {
        Contents {
            sides,
            hash: foldhash::quality::RandomState::default(),
            read: HashMap::new(),
            unread: Vec::new(),
            bytes: MOST_BYTES,
            steps: MOST_STEPS,
        }
    }

    /// The file of the head that is most similar to one of the base, if one is similar enough; the first
    /// of equals.
    fn most_similar(
        &mut self,
        from: u32,
        candidates: impl Iterator<Item = u32>,
    ) -> Result<Option<u32>, Spent> {
        if !self.sides.is_file(BASE, from) {
            return Ok(None);
        }
        let mut best: Option<(u64, u32)> = None;
        for to in candidates {
            if !self.sides.is_file(HEAD, to) {
                continue;
            }
            self.read(BASE, from)?;
            self.read(HEAD, to)?;
            let (old, new) = (&self.read[&(BASE, from)], &self.read[&(HEAD, to)]);
            let (less, more) = (old.bytes.min(new.bytes), old.bytes.max(new.bytes));
            let may_be = less > 0 && less * 100 >= more * SIMILAR;
            let steps = 8 + usize::from(may_be) * (old.lines.len() + new.lines.len());
            self.steps = self.steps.checked_sub(steps).ok_or(Spent)?;
            if may_be {
                let similar = old.shared(new) * 100 / more;
                if similar >= SIMILAR && best.is_none_or(|(most, _)| similar > most) {
                    best = Some((similar, to));
                }
            }
        }
        Ok(best.map(|(_, to)| to))
    }

    /// Reads the lines of a file once; one that is not read because of what it is has none.
    fn read(&mut self, side: usize, at: u32) -> Result<(), Spent> {
        if self.read.contains_key(&(side, at)) {
            return Ok(());
        }
        let path = RepoPath::from(self.sides.path(side, at));
        let content = match self.sides.sources[side].read(&path, LIMIT) {
            Ok(content) => content,
            Err(gap) => {
                self.unread
                    .extend(Some(gap).filter(|gap| gap.kind.is_unavailable()));
                Vec::new()
            }
        };
        self.bytes = self.bytes.checked_sub(content.len()).ok_or(Spent)?;
        let lines = content.split(|&byte| byte == b'\n');
        let lines = lines.map(<[u8]>::trim_ascii).filter(|it| !it.is_empty());
        let mut lines: Vec<(u64, u64)> = lines
            .map(|line| (self.hash.hash_one(line), line.len() as u64 + 1))
            .collect();
        lines.sort_unstable();
        lines.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            kept.1 += u64::from(same) * next.1;
            same
        });
        let bytes = lines.iter().map(|(_, bytes)| bytes).sum();
        self.read.insert((side, at), Lines { lines, bytes });
        Ok(())
    }
}

impl Lines {
    /// How many bytes of lines two files share.
    fn shared(&self, other: &Lines) -> u64 {
        let (mut one, mut two) = (self.lines.iter().peekable(), other.lines.iter().peekable());
        let mut shared = 0;
        while let (Some(&&(old, of_old)), Some(&&(new, of_new))) = (one.peek(), two.peek()) {
            if old == new {
                shared += of_old.min(of_new);
            }
            if old <= new {
                one.next();
            }
            if new <= old {
                two.next();
            }
        }
        shared
    }
}

/// Where most went, the first of equals, and how many.
fn most(to: &BTreeMap<Vec<u8>, usize>) -> Option<(&[u8], usize)> {
    let most = to.iter().rev().max_by_key(|(_, count)| **count)?;
    Some((most.0, *most.1))
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

/// What a path ends in from its last dot on; nothing where there is none.
fn ending(path: &[u8]) -> &[u8] {
    let name = name(path);
    memchr::memrchr(b'.', name).map_or(b"", |dot| &name[dot..])
}

fn folder(path: &[u8]) -> &[u8] {
    memchr::memrchr(b'/', path).map_or(b"", |slash| &path[..slash])
}
