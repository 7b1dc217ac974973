//! Which files that came are files that went elsewhere, as `git log -M` has it. In: what differs between
//! two trees, sorted by path. Out: pairs.
//!
//! In three steps, each with the files that the ones before left over: equal contents; alike to three
//! quarters, where a name is the only one of its kind on both sides; alike to a half, the most alike first.
//! Beyond a thousand files on each side, or as many pairs, the last step is left out.
//! Source: git's `diffcore-rename.c` and `Documentation/gitdiffcore.adoc`.
//!
//! Two things are left out: `.gitattributes`, by which git may take a content for text or not, and with it
//! ends of lines for equal or not; and whatever a user's configuration says of renames.

use std::collections::HashMap;

use gix::ObjectId;

use super::objects::{Objects, Unreadable};
use super::similarity::{ALL, Pieces, can_be};
use super::trees::{Difference, Differences, File, Mode};

/// How alike files have to be to be the same.
const LEAST: u64 = ALL / 2;

/// How alike files have to be that have the same name.
const LEAST_BY_NAME: u64 = ALL * 3 / 4;

/// Git's `diff.renameLimit`, as it is without configuration.
const LIMIT: usize = 1_000;

/// How many files that went are kept in mind for each that came.
const CANDIDATES: usize = 4;

/// Of so many files of equal content that went, one is looked for that has the same name.
const EQUALS: usize = 100;

/// Contents beyond this many bytes are not looked into.
const MOST_BYTES: u64 = 64 << 20;

/// No more pieces of contents than this are kept at a time, of eight bytes each.
const MOST_PIECES: usize = 8 << 20;

/// Finds which files that came are files that went.
#[derive(Default)]
pub(super) struct Renames {
    /// By place in the differences: the file from which one came.
    sources: Vec<Option<u32>>,
    /// By place in the differences: whether it went elsewhere.
    is_source: Vec<bool>,
    sizes: HashMap<ObjectId, u64>,
    pieces: HashMap<ObjectId, Pieces>,
    /// How many pieces there are in all.
    kept: usize,
}

/// A file that went and one that came, by place, and what speaks for them.
#[derive(Clone, Copy)]
struct Pair {
    likeness: u64,
    has_same_name: bool,
    from: usize,
    to: usize,
}

impl Renames {
    /// Pairs them. False if contents could not be read, so that only equal ones are paired.
    pub(super) fn find(&mut self, objects: &mut Objects, found: &Differences) -> bool {
        self.find_for(objects, found, |_| true)
    }

    /// As [`Renames::find`], for those files alone that are wanted, by their place.
    pub(super) fn find_for(
        &mut self,
        objects: &mut Objects,
        found: &Differences,
        is_wanted: impl Fn(usize) -> bool,
    ) -> bool {
        self.sources.clear();
        self.sources.resize(found.all.len(), None);
        self.is_source.clear();
        self.is_source.resize(found.all.len(), false);
        let (mut went, mut came) = (Vec::new(), Vec::new());
        for (place, it) in found.all.iter().enumerate() {
            match (&it.old, &it.new) {
                (Some(_), None) => went.push(place),
                (None, Some(_)) if is_wanted(place) => came.push(place),
                _ => {}
            }
        }
        if went.is_empty() || came.is_empty() {
            return true;
        }
        self.equal(found, &went, &came);
        let exact = self.sources.clone();
        let is_whole = self.alike(objects, found, went, came).is_ok();
        if !is_whole {
            self.sources = exact;
            self.is_source.fill(false);
            for source in self.sources.iter().flatten() {
                self.is_source[*source as usize] = true;
            }
        }
        self.sizes.clear();
        self.pieces.clear();
        self.kept = 0;
        is_whole
    }

    /// The file from which a file came, both by their place in the differences.
    pub(super) fn source(&self, place: usize) -> Option<usize> {
        self.sources[place].map(|source| source as usize)
    }

    /// Whether a file that went is one that came elsewhere.
    pub(super) fn is_source(&self, place: usize) -> bool {
        self.is_source[place]
    }

    fn pair(&mut self, from: usize, to: usize) {
        self.sources[to] = u32::try_from(from).ok();
        self.is_source[from] = true;
    }

    /// Pairs files of equal content, those of equal name first.
    fn equal(&mut self, found: &Differences, went: &[usize], came: &[usize]) {
        // By content: where those are that went, and how many of the first have been paired.
        let mut by_content: HashMap<ObjectId, (Vec<usize>, usize)> = HashMap::new();
        for &from in went {
            if let Some(old) = &found.all[from].old {
                by_content.entry(old.id).or_default().0.push(from);
            }
        }
        for &to in came {
            let Some(new) = &found.all[to].new else {
                continue;
            };
            let Some((equal, done)) = by_content.get_mut(&new.id) else {
                continue;
            };
            while equal.get(*done).is_some_and(|&from| self.is_source[from]) {
                *done += 1;
            }
            let fits = |from: &usize| {
                let old = found.all[*from].old.as_ref();
                old.is_some_and(|old| (is_regular(old) && is_regular(new)) || old.mode == new.mode)
            };
            let left = equal[*done..].iter().copied();
            let left = left.filter(|&from| !self.is_source[from]);
            let mut fitting = left.filter(fits).take(EQUALS);
            let first = fitting.next();
            let name = found.path(&found.all[to]);
            let named = |&from: &usize| same_name(found.path(&found.all[from]), name);
            let best = first.into_iter().chain(fitting).find(named).or(first);
            if let Some(from) = best {
                self.pair(from, to);
            }
        }
    }

    /// Pairs files of similar content.
    fn alike(
        &mut self,
        objects: &mut Objects,
        found: &Differences,
        mut went: Vec<usize>,
        mut came: Vec<usize>,
    ) -> Result<(), Unreadable> {
        went.retain(|&from| !self.is_source[from]);
        came.retain(|&to| self.sources[to].is_none());
        self.alike_by_name(objects, found, &went, &came)?;
        went.retain(|&from| !self.is_source[from]);
        came.retain(|&to| self.sources[to].is_none());
        if went.is_empty() || came.is_empty() || went.len() * came.len() > LIMIT * LIMIT {
            return Ok(());
        }
        let mut pairs = Vec::new();
        let mut best = Vec::with_capacity(CANDIDATES);
        for &to in &came {
            best.clear();
            let name = found.path(&found.all[to]);
            for &from in &went {
                let likeness = self.likeness(objects, found, from, to)?;
                keep(
                    &mut best,
                    Pair {
                        likeness,
                        has_same_name: same_name(found.path(&found.all[from]), name),
                        from,
                        to,
                    },
                );
            }
            pairs.extend(best.iter().filter(|pair| pair.likeness >= LEAST).copied());
        }
        pairs.sort_by_key(|pair| std::cmp::Reverse(pair.rank()));
        for pair in pairs {
            if self.sources[pair.to].is_none() && !self.is_source[pair.from] {
                self.pair(pair.from, pair.to);
            }
        }
        Ok(())
    }

    /// Pairs files whose name is the only one of its kind among those that went and those that came.
    fn alike_by_name(
        &mut self,
        objects: &mut Objects,
        found: &Differences,
        went: &[usize],
        came: &[usize],
    ) -> Result<(), Unreadable> {
        let name = |place: usize| file_name(found.path(&found.all[place]));
        let mut only: HashMap<&[u8], [Option<Option<usize>>; 2]> = HashMap::new();
        for (side, places) in [went, came].into_iter().enumerate() {
            for &place in places {
                let known = &mut only.entry(name(place)).or_default()[side];
                *known = match known {
                    None => Some(Some(place)),
                    Some(_) => Some(None),
                };
            }
        }
        for &from in went {
            let Some([Some(Some(_)), Some(Some(to))]) = only.get(name(from)) else {
                continue;
            };
            if self.likeness(objects, found, from, *to)? >= LEAST_BY_NAME {
                self.pair(from, *to);
            }
        }
        Ok(())
    }

    /// How alike two files are; not at all where they cannot be the same.
    fn likeness(
        &mut self,
        objects: &mut Objects,
        found: &Differences,
        from: usize,
        to: usize,
    ) -> Result<u64, Unreadable> {
        let file = |of: &Difference| of.old.or(of.new);
        let files = (file(&found.all[from]), file(&found.all[to]));
        let (Some(old), Some(new)) = files else {
            return Ok(0);
        };
        if !is_regular(&old) || !is_regular(&new) {
            return Ok(0);
        }
        let (old_size, new_size) = (self.size(objects, old.id)?, self.size(objects, new.id)?);
        if !can_be(old_size, new_size, LEAST) || old_size.max(new_size) > MOST_BYTES {
            return Ok(0);
        }
        if self.kept > MOST_PIECES {
            self.pieces.clear();
            self.kept = 0;
        }
        for id in [old.id, new.id] {
            if !self.pieces.contains_key(&id) {
                let pieces = Pieces::of(objects.blob(id)?);
                self.kept += pieces.len();
                self.pieces.insert(id, pieces);
            }
        }
        let (Some(ours), Some(theirs)) = (self.pieces.get(&old.id), self.pieces.get(&new.id))
        else {
            return Ok(0);
        };
        Ok(ours.likeness(old_size, theirs, new_size))
    }

    fn size(&mut self, objects: &mut Objects, id: ObjectId) -> Result<u64, Unreadable> {
        if let Some(&size) = self.sizes.get(&id) {
            return Ok(size);
        }
        let size = objects.blob_size(id)?;
        self.sizes.insert(id, size);
        Ok(size)
    }
}

impl Pair {
    /// What decides which pair is taken first.
    fn rank(&self) -> (u64, bool) {
        (self.likeness, self.has_same_name)
    }
}

/// Keeps a pair if it is better than the worst of those that are kept.
fn keep(best: &mut Vec<Pair>, pair: Pair) {
    if best.len() < CANDIDATES {
        best.push(pair);
        return;
    }
    let mut worst = 0;
    for place in 1..best.len() {
        if best[place].rank() < best[worst].rank() {
            worst = place;
        }
    }
    if pair.rank() > best[worst].rank() {
        best[worst] = pair;
    }
}

fn is_regular(file: &File) -> bool {
    matches!(file.mode, Mode::File | Mode::Executable)
}

fn file_name(path: &[u8]) -> &[u8] {
    &path[memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1)..]
}

fn same_name(one: &[u8], two: &[u8]) -> bool {
    file_name(one) == file_name(two)
}
