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
//!
//! What was found for the commit that is read is kept on disk: the next run over it looks at no commit, and
//! one over later commits only at those.

mod follow;
mod lines;
mod remembered;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;

use gix::ObjectId;
use gix::objs::Kind;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use self::follow::{Blame, Suspect};
use self::lines::committed_lines;
use self::remembered::{Found, Remembered};
use super::keep;
use super::objects::{Objects, Unreadable};
use super::trees::{Entry, File, Mode};
use crate::facts::{Age, Gap, GapKind, LineAge, Lookup, Tree};
use crate::sources::remedies;
use crate::sources::repository::{Git, Source};
use crate::text::RepoPath;

/// Contents beyond this many bytes are not followed.
const LARGEST: u64 = 16 << 20;

/// Since when these lines stand, given by the place of their file in the tree and the line, from 1: sorted.
/// Lines that could not be followed are left out, with a gap.
pub(in crate::sources) fn ages(
    source: &Source,
    git: &Git,
    tree: &Tree,
    files: &[(u32, Vec<u32>)],
    cache: Option<&Path>,
    notes: &mut Vec<String>,
) -> (Vec<LineAge>, Vec<Gap>) {
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
        Ok(None) => return (uncommitted(), Vec::new()),
        // The history says so already.
        Err(_) => return (Vec::new(), Vec::new()),
    };
    let boundary = match git.boundary() {
        Ok(boundary) => boundary.into_iter().collect(),
        Err(reason) => return (Vec::new(), vec![cut(&reason)]),
    };
    let ignored = match ignored(source) {
        Lookup::Present(ignored) => ignored,
        Lookup::Absent => HashSet::new(),
        Lookup::Unavailable(gap) => return (Vec::new(), vec![gap]),
    };
    let borders = Borders {
        head,
        boundary: &boundary,
        ignored: &ignored,
    };
    let cache = cache.filter(|_| !git.has_replacements());
    let database = cache.map(|folder| keep::database(git, folder, &[b"ages"]));
    let key = borders.key();
    let remembered = database
        .as_ref()
        .map_or_else(Remembered::default, |database| {
            let kept = database.result(&key, notes).unwrap_or_default();
            Remembered::read(&kept, git.hash_width()).unwrap_or_else(|| {
                database.discard("it does not hold what it should", notes);
                Remembered::default()
            })
        });
    // Each thread walks by itself, for its share of the files.
    let threads = rayon::current_num_threads().clamp(1, files.len().max(1));
    let shares = (0..threads).into_par_iter().map(|share| {
        let files = files.iter().skip(share).step_by(threads);
        of_share(source, git, tree, files, (&borders, &remembered))
    });
    let shares: Vec<Share> = shares.collect();
    let is_cut = shares.iter().any(|share| share.is_cut);
    let (mut ages, mut found) = (Vec::new(), Vec::new());
    let mut missing = BTreeSet::new();
    for share in shares {
        ages.extend(share.ages);
        found.extend(share.found);
        missing.extend(share.missing);
    }
    ages.sort_unstable();
    if let Some(database) = database
        && let Some(kept) = remembered.with(head, found)
    {
        database.keep_result(&key, &kept, notes);
    }
    let gaps = match (is_cut, missing.is_empty()) {
        (false, _) => Vec::new(),
        (true, true) => vec![cut("contents are too large")],
        (true, false) => {
            let gap = cut("objects are missing");
            let objects = missing.iter().map(|id| gap.clone().object(id.to_string()));
            objects.collect()
        }
    };
    (ages, gaps)
}

fn cut(why: &str) -> Gap {
    let reason = format!("since when some markers stand could not be found out: {why}");
    Gap::new(GapKind::MissingObject, reason).remedy(remedies::OBJECTS)
}

/// Looks for the commits that `.git-blame-ignore-revs` names, one a line, in full.
fn ignored(source: &Source) -> Lookup<HashSet<ObjectId>> {
    const LIMIT: u64 = 4 << 20;
    let content = match source.read(&RepoPath::from(".git-blame-ignore-revs"), LIMIT) {
        Ok(content) => content,
        Err(gap) if gap.kind.is_unavailable() => return Lookup::Unavailable(gap),
        Err(_) => return Lookup::Absent,
    };
    let lines = content.split(|&byte| byte == b'\n');
    let hashes = lines.map(|line| line.split(|&byte| byte == b'#').next().unwrap_or_default());
    let hashes = hashes.filter_map(|hash| ObjectId::from_hex(hash.trim_ascii()).ok());
    Lookup::Present(hashes.collect())
}

/// What was found for a share of the files.
#[derive(Default)]
struct Share {
    ages: Vec<LineAge>,
    /// What of that is worth keeping.
    found: Vec<Found>,
    /// Whether anything could not be read on the way.
    is_cut: bool,
    /// The objects that could not be read.
    missing: Vec<ObjectId>,
}

fn of_share<'f>(
    source: &Source,
    git: &Git,
    tree: &Tree,
    files: impl Iterator<Item = &'f (u32, Vec<u32>)>,
    (borders, remembered): (&Borders<'_>, &Remembered),
) -> Share {
    let mut objects = Objects::new(git.shared().to_thread_local());
    let top = objects.commit(borders.head).ok();
    let top = top.and_then(|commit| super::commit::parse(commit, &mut Vec::new()));
    let top = top.map(|commit| commit.tree);
    let mut share = Share::default();
    let mut asked = Vec::new();
    let mut places: Vec<(u32, u32)> = Vec::new();
    for (file, lines) in files {
        let uncommitted = |line: u32| LineAge {
            file: *file,
            line,
            age: Age::Uncommitted,
        };
        let path = RepoPath::from(tree.path(*file as usize));
        let full = match git.prefix().is_root() {
            true => path.as_bytes().to_vec(),
            false => [git.prefix().as_bytes(), b"/", path.as_bytes()].concat(),
        };
        let entry = match top.map(|top| find(&mut objects, top, &full)) {
            Some(Ok(entry)) => entry,
            _ => {
                share.is_cut = true;
                continue;
            }
        };
        let here = source.read(&path, LARGEST);
        if here.as_ref().is_err_and(|gap| gap.kind.is_unavailable()) {
            // That the file could not be read is reported where its markers are looked for.
            share.is_cut = true;
            continue;
        }
        let (Some(blob), Ok(here)) = (entry, here) else {
            // No commit has it, or it is not on disk any more.
            share
                .ages
                .extend(lines.iter().map(|&line| uncommitted(line)));
            continue;
        };
        let is_same = gix::objs::compute_hash(blob.kind(), Kind::Blob, &here);
        let there = match is_same.is_ok_and(|id| id == blob) {
            true => lines.iter().map(|line| line.checked_sub(1)).collect(),
            false => match objects.blob(blob) {
                Ok(committed) => committed_lines(&here, committed, lines),
                Err(Unreadable) => {
                    share.is_cut = true;
                    continue;
                }
            },
        };
        let mut of_file = Vec::new();
        for (&line, there) in lines.iter().zip(there) {
            match there {
                Some(there) => {
                    let number = u32::try_from(places.len()).unwrap_or(u32::MAX);
                    places.push((*file, line));
                    of_file.push((there, number));
                }
                None => share.ages.push(uncommitted(line)),
            }
        }
        asked.push((full, of_file, blob));
    }
    let missing = objects.take_missing();
    share.missing.extend(missing.into_iter().map(|(id, _)| id));
    let mut blame = Blame::new(objects, borders, remembered, places.len());
    for (path, lines, blob) in &asked {
        let (blob, lines) = (*blob, lines.clone());
        blame.ask(path.clone(), Suspect { blob, lines });
    }
    let (answers, was_cut, missing) = blame.run();
    share.is_cut |= was_cut;
    share.missing.extend(missing);
    // What was found where something is missing may be something else the next time.
    if !was_cut {
        let answer = |&(line, number): &(u32, u32)| Some((line, answers[number as usize]?));
        let found = asked.into_iter().map(|(path, lines, blob)| Found {
            path,
            blob,
            lines: lines.iter().filter_map(answer).collect(),
        });
        share.found = found.collect();
    }
    let found = places.into_iter().zip(answers);
    share.ages.extend(found.filter_map(|((file, line), age)| {
        Some(LineAge {
            file,
            line,
            age: age?,
        })
    }));
    share
}

/// The content of the file at a path below a tree, if there is a file.
fn find(objects: &mut Objects, top: ObjectId, path: &[u8]) -> Result<Option<ObjectId>, Unreadable> {
    let (mut tree, mut parts) = (top, path.split(|&byte| byte == b'/').peekable());
    while let Some(part) = parts.next() {
        let content = objects.tree(Some(tree))?;
        let Some(File { mode, id }) =
            Entry::find(&content, part, top.as_bytes().len()).map(|it| it.file())
        else {
            return Ok(None);
        };
        let is_last = parts.peek().is_none();
        match mode {
            Mode::Folder if !is_last => tree = id,
            Mode::File | Mode::Executable if is_last => return Ok(Some(id)),
            _ => return Ok(None),
        }
    }
    Ok(None)
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

impl Borders<'_> {
    /// Another one for all on which it depends what a commit and its history say of a line.
    fn key(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(concat!("ages\0", env!("CARGO_PKG_VERSION"), "\0"));
        for set in [self.boundary, self.ignored] {
            let mut sorted: Vec<&ObjectId> = set.iter().collect();
            sorted.sort_unstable();
            hash.update((sorted.len() as u64).to_le_bytes());
            sorted.iter().for_each(|id| hash.update(id.as_bytes()));
        }
        hash.finalize().into()
    }
}
