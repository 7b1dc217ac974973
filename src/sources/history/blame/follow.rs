//! The walk that follows lines from commit to commit.

use std::collections::{BTreeMap, BinaryHeap};
use std::sync::Arc;

use gix::ObjectId;
use gix::diff::blob::sources::byte_lines;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics};
use gix::hashtable::HashMap;

use super::lines::most_similar;
use super::remembered::Remembered;
use super::{Borders, LARGEST};
use crate::facts::Age;
use crate::sources::history::commit;
use crate::sources::history::gather::commit_id;
use crate::sources::history::objects::{Objects, Unreadable};
use crate::sources::history::renames::Renames;
use crate::sources::history::trees::{Comparison, Entry, File, Mode};

/// How many bytes of contents are kept: a content is looked at as what a commit made, and again as what the
/// next one found.
const KEPT: usize = 64 << 20;

/// How many old lines a line of an ignored commit is compared with.
const MOST_COMPARED: u32 = 200;

/// Lines of one file that a commit may have brought.
pub(super) struct Suspect {
    pub(super) blob: ObjectId,
    /// The line in the blob, and the number of the answer.
    pub(super) lines: Vec<(u32, u32)>,
}

/// What is looked for at a commit, by path.
type Suspects = BTreeMap<Vec<u8>, Suspect>;

/// What a commit says, as far as blame needs it.
#[derive(Clone)]
struct Known {
    tree: ObjectId,
    parents: Arc<[ObjectId]>,
    authored: i64,
    committed: i64,
}

/// What a parent has of a file that is another one there.
#[derive(Clone)]
enum Origin {
    /// Another content, at the same path or at another.
    At(Option<Vec<u8>>, ObjectId),
    /// Nothing.
    Nowhere,
}

/// Follows lines.
pub(super) struct Blame<'b> {
    objects: Objects,
    comparison: Comparison,
    renames: Renames,
    borders: &'b Borders<'b>,
    /// What former runs found.
    remembered: &'b Remembered,
    commits: HashMap<ObjectId, Known>,
    contents: HashMap<ObjectId, Arc<[u8]>>,
    kept: usize,
    pending: HashMap<ObjectId, Suspects>,
    heap: BinaryHeap<(i64, ObjectId)>,
    answers: Vec<Option<Age>>,
    /// Whether anything could not be read on the way.
    is_cut: bool,
}

impl<'b> Blame<'b> {
    pub(super) fn new(
        objects: Objects,
        borders: &'b Borders<'b>,
        remembered: &'b Remembered,
        answers: usize,
    ) -> Blame<'b> {
        Blame {
            objects,
            comparison: Comparison::default(),
            renames: Renames::default(),
            borders,
            remembered,
            commits: HashMap::default(),
            contents: HashMap::default(),
            kept: 0,
            pending: HashMap::default(),
            heap: BinaryHeap::new(),
            answers: vec![None; answers],
            is_cut: false,
        }
    }

    /// Asks for lines of a file of the head.
    pub(super) fn ask(&mut self, path: Vec<u8>, suspect: Suspect) {
        let head = self.borders.head;
        match self.known(head) {
            Ok(known) => self.suspect(head, known.committed, path, suspect),
            Err(Unreadable) => self.is_cut = true,
        }
    }

    /// The ages of all lines, by number; none where something could not be read. Then whether that is so of any, and
    /// the objects that could not be read.
    pub(super) fn run(mut self) -> (Vec<Option<Age>>, bool, Vec<ObjectId>) {
        while let Some((_, id)) = self.heap.pop() {
            let Some(suspects) = self.pending.remove(&id) else {
                continue;
            };
            if self.commit(id, suspects).is_err() {
                self.is_cut = true;
            }
        }
        let missing = self.objects.take_missing().into_iter();
        let missing = missing.map(|(id, _)| id).collect();
        (self.answers, self.is_cut, missing)
    }

    /// Whom the lines of a commit come from.
    fn commit(&mut self, id: ObjectId, mut left: Suspects) -> Result<(), Unreadable> {
        // What a commit and its history say of a line is the same wherever the walk begins.
        for (path, suspect) in &mut left {
            suspect.lines.retain(|&(line, number)| {
                let age = self.remembered.age(id, path, suspect.blob, line);
                self.answers[number as usize] = age;
                age.is_none()
            });
        }
        left.retain(|_, suspect| !suspect.lines.is_empty());
        if left.is_empty() {
            return Ok(());
        }
        let known = self.known(id)?;
        let when = commit::timestamp(known.authored);
        if self.borders.boundary.contains(&id) {
            self.answer(&left, Age::Before(when));
            return Ok(());
        }
        let mut trees = Vec::new();
        for &parent in known.parents.iter() {
            let parent = self.known(parent)?;
            trees.push((parent.tree, parent.committed));
        }
        let mut origins = Vec::new();
        for &(tree, _) in &trees {
            let mut of = BTreeMap::new();
            let paths: Vec<&[u8]> = left.keys().map(Vec::as_slice).collect();
            self.origins(Some(tree), Some(known.tree), &paths, 0, &mut of)?;
            origins.push(of);
        }
        // A parent that has the same file takes all of it.
        for ((&parent, &(_, committed)), of) in known.parents.iter().zip(&trees).zip(&origins) {
            let (stay, same) = match of.is_empty() {
                true => (Suspects::new(), std::mem::take(&mut left)),
                false => left
                    .into_iter()
                    .partition(|(path, _)| of.contains_key(path)),
            };
            left = stay;
            self.suspect_all(parent, committed, same);
        }
        for ((&parent, &(tree, committed)), of) in
            known.parents.iter().zip(&trees).zip(&mut origins)
        {
            self.follow(tree, known.tree, &left, of)?;
            // It may have the same file under another name.
            for (path, origin) in of {
                let (Origin::At(Some(other), blob), Some(suspect)) = (origin, left.get(path))
                else {
                    continue;
                };
                if *blob == suspect.blob
                    && let Some(suspect) = left.remove(path)
                {
                    self.suspect(parent, committed, other.clone(), suspect);
                }
            }
        }
        let is_ignored = self.borders.ignored.contains(&id);
        for ((&parent, &(_, committed)), of) in known.parents.iter().zip(&trees).zip(&origins) {
            for (path, suspect) in &mut left {
                let Some(Origin::At(other, blob)) = of.get(path) else {
                    continue;
                };
                if suspect.lines.is_empty() {
                    continue;
                }
                let passed = self.pass(suspect, *blob, is_ignored)?;
                if !passed.is_empty() {
                    let lines = Suspect {
                        blob: *blob,
                        lines: passed,
                    };
                    let path = other.as_ref().unwrap_or(path).clone();
                    self.suspect(parent, committed, path, lines);
                }
            }
        }
        self.answer(&left, Age::Since(when, commit_id(id)));
        Ok(())
    }

    /// Hands the lines of a file over to the parent that has it with this content: those of them that stand
    /// there too. What is left is the suspect's.
    fn pass(
        &mut self,
        suspect: &mut Suspect,
        before: ObjectId,
        is_ignored: bool,
    ) -> Result<Vec<(u32, u32)>, Unreadable> {
        let (old, new) = (self.content(before)?, self.content(suspect.blob)?);
        let input = InternedInput::new(byte_lines(&old), byte_lines(&new));
        let diff = diff_with_slider_heuristics(Algorithm::Myers, &input);
        let hunks: Vec<_> = diff.hunks().collect();
        suspect.lines.sort_unstable();
        let (mut passed, mut kept) = (Vec::new(), Vec::new());
        let mut hunks = hunks.into_iter().peekable();
        // How far lines before the hunk at hand moved.
        let mut shift = 0_i64;
        for &(line, number) in &suspect.lines {
            while let Some(hunk) = hunks.next_if(|hunk| hunk.after.end <= line) {
                shift = i64::from(hunk.before.end) - i64::from(hunk.after.end);
            }
            let hunk = hunks.peek().filter(|hunk| hunk.after.contains(&line));
            let origin = match hunk {
                None => u32::try_from(i64::from(line) + shift).ok(),
                Some(hunk) if is_ignored => {
                    let text = |token: usize| input.interner[input.before[token]];
                    let place = hunk.before.start + (line - hunk.after.start);
                    let line = input.interner[input.after[line as usize]];
                    let start = hunk.before.start;
                    let end = hunk.before.end.min(start.saturating_add(MOST_COMPARED));
                    let lines = (start..end).map(|it| (it, text(it as usize)));
                    most_similar(line, place, lines)
                }
                Some(_) => None,
            };
            match origin {
                Some(origin) => passed.push((origin, number)),
                None => kept.push((line, number)),
            }
        }
        suspect.lines = kept;
        Ok(passed)
    }

    /// What a parent has of each of these files at the same path, sorted, where that differs, by its tree and
    /// that of the commit: both are folders, of which the paths have so many leading bytes in common. Only
    /// folders are looked into that differ and lead to one of the paths.
    fn origins(
        &mut self,
        parent: Option<ObjectId>,
        tree: Option<ObjectId>,
        paths: &[&[u8]],
        from: usize,
        found: &mut BTreeMap<Vec<u8>, Origin>,
    ) -> Result<(), Unreadable> {
        if parent == tree {
            return Ok(());
        }
        let width = parent.or(tree).map_or(0, |id| id.as_bytes().len());
        let (old, new) = (self.objects.tree(parent)?, self.objects.tree(tree)?);
        let name = |path: &[u8]| {
            let rest = &path[from..];
            memchr::memchr(b'/', rest).map_or(rest.len(), |end| end)
        };
        for group in paths.chunk_by(|a, b| a[from..from + name(a)] == b[from..from + name(b)]) {
            let length = name(group[0]);
            let part = &group[0][from..from + length];
            let find = |tree| Entry::find(tree, part, width).map(|entry| entry.file());
            let (was, is) = (find(&old), find(&new));
            let below = group[0].len() > from + length;
            if below {
                let folder = |file: Option<File>| {
                    file.filter(|file| file.mode == Mode::Folder)
                        .map(|file| file.id)
                };
                self.origins(folder(was), folder(is), group, from + length + 1, found)?;
                continue;
            }
            let is_file = |file: &File| matches!(file.mode, Mode::File | Mode::Executable);
            let origin = match (was.filter(is_file), is) {
                // It became executable, or no longer is.
                (Some(was), Some(is)) if was.id == is.id => continue,
                (Some(was), _) => Origin::At(None, was.id),
                (None, _) => Origin::Nowhere,
            };
            found.extend(group.iter().map(|path| (path.to_vec(), origin.clone())));
        }
        Ok(())
    }

    /// Looks for files that a parent lacks among those that went elsewhere.
    fn follow(
        &mut self,
        parent: ObjectId,
        tree: ObjectId,
        left: &Suspects,
        origins: &mut BTreeMap<Vec<u8>, Origin>,
    ) -> Result<(), Unreadable> {
        let is_lost = |path: &[u8], origins: &BTreeMap<Vec<u8>, Origin>| {
            left.contains_key(path) && matches!(origins.get(path), Some(Origin::Nowhere))
        };
        if !origins.keys().any(|path| is_lost(path, origins)) {
            return Ok(());
        }
        let compared = self
            .comparison
            .compare(&mut self.objects, Some(parent), Some(tree), b"");
        compared.map_err(|_| Unreadable)?;
        let found = &self.comparison.found;
        let wanted = |place: usize| is_lost(found.path(&found.all[place]), origins);
        self.is_cut |= !self.renames.find_for(&mut self.objects, found, wanted);
        for (place, it) in found.all.iter().enumerate() {
            let source = self.renames.source(place).map(|source| &found.all[source]);
            if let Some((source, old)) = source.and_then(|it| Some((it, it.old?))) {
                let at = Origin::At(Some(found.path(source).to_vec()), old.id);
                origins.insert(found.path(it).to_vec(), at);
            }
        }
        Ok(())
    }

    /// Looks for lines at a commit too.
    fn suspect(&mut self, commit: ObjectId, committed: i64, path: Vec<u8>, suspect: Suspect) {
        let pending = self.pending.entry(commit).or_insert_with(|| {
            self.heap.push((committed, commit));
            Suspects::new()
        });
        match pending.get_mut(&path) {
            Some(known) => known.lines.extend(suspect.lines),
            None => {
                pending.insert(path, suspect);
            }
        }
    }

    /// As [`Blame::suspect`], for the lines of several files.
    fn suspect_all(&mut self, commit: ObjectId, committed: i64, suspects: Suspects) {
        if suspects.is_empty() {
            return;
        }
        if !self.pending.contains_key(&commit) {
            self.heap.push((committed, commit));
            self.pending.insert(commit, suspects);
            return;
        }
        for (path, suspect) in suspects {
            self.suspect(commit, committed, path, suspect);
        }
    }

    fn answer(&mut self, suspects: &Suspects, age: Age) {
        for &(_, number) in suspects.values().flat_map(|suspect| &suspect.lines) {
            self.answers[number as usize] = Some(age);
        }
    }

    fn known(&mut self, id: ObjectId) -> Result<Known, Unreadable> {
        if let Some(known) = self.commits.get(&id) {
            return Ok(known.clone());
        }
        let mut parents = Vec::new();
        let parsed = commit::parse(self.objects.commit(id)?, &mut parents).ok_or(Unreadable)?;
        let known = Known {
            tree: parsed.tree,
            parents: parents.into(),
            authored: parsed.authored,
            committed: parsed.committed,
        };
        self.commits.insert(id, known.clone());
        Ok(known)
    }

    fn content(&mut self, blob: ObjectId) -> Result<Arc<[u8]>, Unreadable> {
        if let Some(content) = self.contents.get(&blob) {
            return Ok(Arc::clone(content));
        }
        if self.objects.blob_size(blob)? > LARGEST {
            return Err(Unreadable);
        }
        let content: Arc<[u8]> = self.objects.blob(blob)?.into();
        self.kept += content.len();
        if self.kept > KEPT {
            self.contents.clear();
            self.kept = content.len();
        }
        self.contents.insert(blob, Arc::clone(&content));
        Ok(content)
    }
}
