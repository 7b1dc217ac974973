//! Since when single lines stand as they are: as `git blame` finds it, for the lines that are asked for and
//! for all files in one walk.
//!
//! A commit is asked for the lines that it may have brought. What stands in one of its parents as well is
//! handed on to that parent, so that a line ends up at the commit that brought it. Commits come in the order
//! of their dates, so that each is looked at once, for all lines together. As git does: a parent that has
//! the very same file takes all; else the parents take what they have in the order in which the commit names
//! them; a file that a parent lacks is looked for among those that went.
//!
//! Commits that `.git-blame-ignore-revs` names pass on the lines that they changed to the most similar line
//! of what they replaced. Git does so too, by a rule of its own for which line that is.

use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::sync::Arc;

use gix::ObjectId;
use gix::diff::blob::sources::byte_lines;
use gix::diff::blob::{Algorithm, InternedInput, diff_with_slider_heuristics};
use gix::hashtable::HashMap;
use rayon::prelude::*;

use super::commit;
use super::objects::{Objects, Unreadable};
use super::renames::Renames;
use super::trees::{Comparison, Entry, File, Mode};
use crate::facts::{Age, CommitId, Gap, GapKind, LineAge, Tree};
use crate::sources::repository::{Git, Source};
use crate::text::RepoPath;

/// Contents beyond this many bytes are not followed.
const LARGEST: u64 = 16 << 20;

/// How many bytes of contents are kept: a content is looked at as what a commit made, and again as what the
/// next one found.
const KEPT: usize = 64 << 20;

/// How many old lines a line of an ignored commit is compared with.
const MOST_COMPARED: u32 = 200;

/// Since when these lines stand, given by the place of their file in the tree and the line, from 1: sorted.
/// Lines that could not be followed are left out, with a gap.
pub(in crate::sources) fn ages(
    source: &Source,
    git: &Git,
    tree: &Tree,
    files: &[(u32, Vec<u32>)],
) -> (Vec<LineAge>, Option<Gap>) {
    let uncommitted = || {
        let ages = files.iter().flat_map(|(file, lines)| {
            let age = Age::Uncommitted;
            lines.iter().map(move |&line| LineAge {
                file: *file,
                line,
                age,
            })
        });
        ages.collect()
    };
    let head = match git.head() {
        Ok(Some(head)) => head,
        Ok(None) => return (uncommitted(), None),
        Err(error) => return (Vec::new(), Some(cut(&error.to_string()))),
    };
    let boundary = match git.boundary() {
        Ok(boundary) => boundary.into_iter().collect(),
        Err(reason) => return (Vec::new(), Some(cut(&reason))),
    };
    let borders = Borders {
        head,
        boundary: &boundary,
        ignored: &ignored(source),
    };
    // Each thread walks by itself, for its share of the files.
    let threads = rayon::current_num_threads().clamp(1, files.len().max(1));
    let shares = (0..threads).into_par_iter().map(|share| {
        let files = files.iter().skip(share).step_by(threads);
        of_share(source, git, tree, files, &borders)
    });
    let shares: Vec<(Vec<LineAge>, bool)> = shares.collect();
    let is_cut = shares.iter().any(|(_, is_cut)| *is_cut);
    let mut ages: Vec<LineAge> = shares.into_iter().flat_map(|(ages, _)| ages).collect();
    ages.sort_unstable();
    (
        ages,
        is_cut.then(|| cut("contents are missing, or too large")),
    )
}

fn cut(why: &str) -> Gap {
    let reason = format!("since when some markers stand could not be found out: {why}");
    Gap::new(GapKind::MissingObject, reason).remedy("git fetch --refetch --no-filter")
}

/// The commits that `.git-blame-ignore-revs` names, one a line, in full.
fn ignored(source: &Source) -> HashSet<ObjectId> {
    const LIMIT: u64 = 4 << 20;
    let content = source.read(&RepoPath::from(".git-blame-ignore-revs"), LIMIT);
    let content = content.unwrap_or_default();
    let lines = content.split(|&byte| byte == b'\n');
    let hashes = lines.map(|line| line.split(|&byte| byte == b'#').next().unwrap_or_default());
    hashes
        .filter_map(|hash| ObjectId::from_hex(hash.trim_ascii()).ok())
        .collect()
}

fn of_share<'f>(
    source: &Source,
    git: &Git,
    tree: &Tree,
    files: impl Iterator<Item = &'f (u32, Vec<u32>)>,
    borders: &Borders<'_>,
) -> (Vec<LineAge>, bool) {
    let repository = git.shared().to_thread_local();
    let top = repository
        .find_commit(borders.head)
        .ok()
        .and_then(|commit| commit.tree().ok());
    let mut objects = Objects::new(git.shared().to_thread_local());
    let (mut ages, mut asked, mut is_cut) = (Vec::new(), Vec::new(), false);
    let mut places: Vec<(u32, u32)> = Vec::new();
    for (file, lines) in files {
        let path = RepoPath::from(tree.path(*file as usize));
        let full = match git.prefix().is_root() {
            true => path.as_bytes().to_vec(),
            false => [git.prefix().as_bytes(), b"/", path.as_bytes()].concat(),
        };
        let parts = full.split(|&byte| byte == b'/');
        let entry = top
            .as_ref()
            .and_then(|top| top.lookup_entry(parts).ok().flatten());
        let blob = entry
            .filter(|entry| entry.mode().is_blob())
            .map(|entry| entry.object_id());
        let here = source.read(&path, LARGEST);
        let (Some(blob), Ok(here)) = (blob, here) else {
            // No commit has it, or it is not on disk any more.
            let age = Age::Uncommitted;
            ages.extend(lines.iter().map(|&line| LineAge {
                file: *file,
                line,
                age,
            }));
            continue;
        };
        let Ok(committed) = objects.blob(blob) else {
            is_cut = true;
            continue;
        };
        let mut of_file = Vec::new();
        for (&line, there) in lines.iter().zip(committed_lines(&here, committed, lines)) {
            match there {
                Some(there) => {
                    let number = u32::try_from(places.len()).unwrap_or(u32::MAX);
                    places.push((*file, line));
                    of_file.push((there, number));
                }
                None => ages.push(LineAge {
                    file: *file,
                    line,
                    age: Age::Uncommitted,
                }),
            }
        }
        asked.push((full, of_file, blob));
    }
    let mut blame = Blame::new(objects, borders, places.len());
    for (path, lines, blob) in asked {
        blame.ask(path, Suspect { blob, lines });
    }
    let (answers, was_cut) = blame.run();
    let found = places.into_iter().zip(answers);
    ages.extend(found.filter_map(|((file, line), age)| {
        Some(LineAge {
            file,
            line,
            age: age?,
        })
    }));
    (ages, is_cut || was_cut)
}

/// Where lines of a file on disk, from 1, stand in what was committed, from 0; none of those that do not.
/// However the lines end: that is often converted between the two.
fn committed_lines(here: &[u8], committed: &[u8], lines: &[u32]) -> Vec<Option<u32>> {
    if here == committed {
        return lines.iter().map(|line| line.checked_sub(1)).collect();
    }
    let mut input = InternedInput::default();
    input.update_before(byte_lines(committed).map(<[u8]>::trim_ascii_end));
    input.update_after(byte_lines(here).map(<[u8]>::trim_ascii_end));
    let diff = diff_with_slider_heuristics(Algorithm::Myers, &input);
    let hunks: Vec<_> = diff.hunks().collect();
    lines
        .iter()
        .map(|line| {
            let line = line.checked_sub(1)?;
            let after = hunks.partition_point(|hunk| hunk.after.end <= line);
            if hunks
                .get(after)
                .is_some_and(|hunk| hunk.after.contains(&line))
            {
                return None;
            }
            let before = after.checked_sub(1).map(|at| &hunks[at]);
            let shift = before.map_or(0, |it| i64::from(it.before.end) - i64::from(it.after.end));
            u32::try_from(i64::from(line) + shift).ok()
        })
        .collect()
}

/// What is known where the walk begins and ends.
struct Borders<'b> {
    /// The commit from which the walk starts.
    head: ObjectId,
    /// Commits at which a shallow clone ends.
    boundary: &'b HashSet<ObjectId>,
    /// Commits that do not count.
    ignored: &'b HashSet<ObjectId>,
}

/// Lines of one file that a commit may have brought.
struct Suspect {
    blob: ObjectId,
    /// The line in the blob, and the number of the answer.
    lines: Vec<(u32, u32)>,
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
struct Blame<'b> {
    objects: Objects,
    comparison: Comparison,
    renames: Renames,
    borders: &'b Borders<'b>,
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
    fn new(objects: Objects, borders: &'b Borders<'b>, answers: usize) -> Blame<'b> {
        Blame {
            objects,
            comparison: Comparison::default(),
            renames: Renames::default(),
            borders,
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
    fn ask(&mut self, path: Vec<u8>, suspect: Suspect) {
        let head = self.borders.head;
        match self.known(head) {
            Ok(known) => self.suspect(head, known.committed, path, suspect),
            Err(Unreadable) => self.is_cut = true,
        }
    }

    /// The ages of all lines, by number; none where something could not be read.
    fn run(mut self) -> (Vec<Option<Age>>, bool) {
        while let Some((_, id)) = self.heap.pop() {
            let Some(suspects) = self.pending.remove(&id) else {
                continue;
            };
            if self.commit(id, suspects).is_err() {
                self.is_cut = true;
            }
        }
        (self.answers, self.is_cut)
    }

    /// Whom the lines of a commit come from.
    fn commit(&mut self, id: ObjectId, mut left: Suspects) -> Result<(), Unreadable> {
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
        self.answer(&left, Age::Since(when, CommitId(id_bytes(id))));
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
        let (old, new) = (self.objects.tree(parent)?, self.objects.tree(tree)?);
        let name = |path: &[u8]| {
            let rest = &path[from..];
            memchr::memchr(b'/', rest).map_or(rest.len(), |end| end)
        };
        for group in paths.chunk_by(|a, b| a[from..from + name(a)] == b[from..from + name(b)]) {
            let length = name(group[0]);
            let part = &group[0][from..from + length];
            let (was, is) = (Entry::find(&old, part), Entry::find(&new, part));
            let (was, is) = (was.map(|it| it.file()), is.map(|it| it.file()));
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

fn id_bytes(id: ObjectId) -> [u8; 20] {
    let mut bytes = [0; 20];
    bytes.copy_from_slice(id.as_slice());
    bytes
}

/// The line that has most in common with a line, by pairs of neighbouring bytes but blanks, the first one
/// standing for itself too; of several the nearest to a place. None if none has anything.
fn most_similar<'l>(
    line: &[u8],
    place: u32,
    others: impl Iterator<Item = (u32, &'l [u8])>,
) -> Option<u32> {
    let pairs = |line: &[u8]| {
        let bytes = line.iter().filter(|byte| !byte.is_ascii_whitespace());
        let bytes = bytes.map(u8::to_ascii_lowercase).take(1_000);
        let bytes: Vec<u8> = std::iter::once(0).chain(bytes).collect();
        let mut pairs: Vec<[u8; 2]> = bytes.windows(2).map(|pair| [pair[0], pair[1]]).collect();
        pairs.sort_unstable();
        pairs
    };
    let wanted = pairs(line);
    let likeness = others.map(|(at, other)| (common(&wanted, &pairs(other)), at));
    let alike = likeness.filter(|(shared, _)| *shared > 0);
    let best = alike.max_by_key(|&(shared, at)| {
        let far = at.abs_diff(place);
        (shared, std::cmp::Reverse(far), std::cmp::Reverse(at))
    });
    best.map(|(_, at)| at)
}

/// How many elements two sorted lists share.
fn common<T: Ord>(one: &[T], other: &[T]) -> usize {
    let (mut at, mut in_other, mut shared) = (0, 0, 0);
    while at < one.len() && in_other < other.len() {
        match one[at].cmp(&other[in_other]) {
            std::cmp::Ordering::Less => at += 1,
            std::cmp::Ordering::Greater => in_other += 1,
            std::cmp::Ordering::Equal => {
                at += 1;
                in_other += 1;
                shared += 1;
            }
        }
    }
    shared
}
