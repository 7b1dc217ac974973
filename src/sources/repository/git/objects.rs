//! Reads git's object database: commits by their name, all files of a tree, single contents.

use std::collections::HashMap;

use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice as _};
use gix::index::entry::{Flags, Mode, Stage, Stat};
use gix::index::extension::Tree as Noted;
use gix::index::{Entry, State};
use gix::objs::TreeRefIter;
use gix::objs::tree::EntryKind;

use super::super::{OpenError, disk};
use super::open::cause;
use super::revision;
use crate::facts::{Gap, GapKind};
use crate::sources::remedies;
use crate::text::RepoPath;

/// A tree beyond this many entries, folders included, is refused: a few objects can name each other
/// so that they unfold into more files than any disk holds.
const ENTRY_LIMIT: usize = if cfg!(test) { 10_000 } else { 10_000_000 };

/// A tree whose paths take more bytes than this is refused.
const PATHS_LIMIT: usize = 1 << 30;

/// Folders and files whose paths are longer than this are left out, with a gap.
const PATH_LIMIT: usize = 16 << 10;

/// The commit that is checked out, or `None` before the first one.
pub(super) fn head(repository: &gix::Repository) -> Result<Option<ObjectId>, OpenError> {
    revision::files_hold_references(repository)?;
    if repository.head().is_ok_and(|head| head.is_unborn()) {
        return Ok(None);
    }
    let named = revision::named(repository, "HEAD").ok_or_else(|| {
        OpenError::new("`HEAD` names no commit: it is damaged, or the branch that it names is")
            .with_remedy("`git fsck` shows what is damaged; a new clone has it")
            .incomplete()
    })?;
    revision::peel(repository, "HEAD", named).map(Some)
}

/// All files of a commit as an index has them, and a gap for each folder that is missing.
///
/// Folders that stand alike in `known`, an index of the same repository, are taken from there: consecutive
/// commits share almost all of theirs.
pub(super) fn files(
    repository: &gix::Repository,
    commit: ObjectId,
    known: Option<&State>,
) -> Result<(State, Vec<Gap>), OpenError> {
    let tree = repository
        .find_commit(commit)
        .and_then(|commit| commit.tree_id().map(gix::Id::detach))
        .map_err(|error| {
            OpenError::new(format!("commit {commit} cannot be read: {}", cause(&error)))
                .with_remedy(remedies::OBJECTS)
                .incomplete()
        })?;
    let mut unfolding = Unfolding::new(repository, State::new(repository.object_hash()));
    unfolding.known = known.map(Known::of);
    unfolding.unfold(tree, BStr::new(""), Flags::empty())?;
    // A root folder that is missing leaves nothing to look at, and silence would pass for health.
    if let [gap] = unfolding.gaps.as_slice()
        && gap.path.as_ref().is_some_and(RepoPath::is_root)
    {
        let object = gap.object.as_deref().unwrap_or_default();
        let message = format!("commit {commit}: {} (tree {object})", gap.reason);
        return Err(OpenError::new(message)
            .with_remedy(remedies::OBJECTS)
            .incomplete());
    }
    Ok(unfolding.finish())
}

/// Returns true if an index has folders in place of their files, as that of a sparse checkout may.
pub(super) fn has_folders(index: &State) -> bool {
    index.entries().iter().any(|entry| entry.mode == Mode::DIR)
}

/// Replaces the folders that a sparse index has in place of their files with those files.
pub(super) fn unfold_sparse(
    repository: &gix::Repository,
    mut index: State,
) -> Result<(State, Vec<Gap>), OpenError> {
    let folders: Vec<(ObjectId, Vec<u8>)> = index
        .entries()
        .iter()
        .filter(|entry| entry.mode == Mode::DIR)
        .map(|entry| (entry.id, entry.path(&index).to_vec()))
        .collect();
    if folders.is_empty() {
        return Ok((index, Vec::new()));
    }
    index.remove_entries(|_, _, entry| entry.mode == Mode::DIR);
    let mut unfolding = Unfolding::new(repository, index);
    for (tree, folder) in folders {
        let folder = folder.strip_suffix(b"/").unwrap_or(&folder);
        unfolding.unfold(tree, folder.as_bstr(), Flags::SKIP_WORKTREE)?;
    }
    Ok(unfolding.finish())
}

/// Unfolds trees into the entries of an index.
struct Unfolding<'a> {
    repository: &'a gix::Repository,
    index: State,
    gaps: Vec<Gap>,
    entries_left: usize,
    known: Option<Known<'a>>,
}

/// Folders of an index whose trees git noted.
struct Known<'a> {
    index: &'a State,
    /// By path: the tree.
    folders: HashMap<Vec<u8>, ObjectId>,
}

impl<'a> Known<'a> {
    fn of(index: &'a State) -> Known<'a> {
        let mut folders = HashMap::new();
        let root = index.tree().into_iter();
        let mut left: Vec<(Vec<u8>, &Noted)> = root.map(|root| (Vec::new(), root)).collect();
        while let Some((path, noted)) = left.pop() {
            left.extend(noted.children.iter().map(|child| {
                let slash: &[u8] = if path.is_empty() { b"" } else { b"/" };
                ([&path, slash, &child.name].concat(), child)
            }));
            // What is staged since then is not in the tree.
            if noted.num_entries.is_some() && !path.is_empty() {
                folders.insert(path, noted.id);
            }
        }
        Known { index, folders }
    }

    /// The entries of a folder, if it has this tree.
    fn entries(&self, path: &[u8], tree: ObjectId) -> Option<&'a [Entry]> {
        (*self.folders.get(path)? == tree).then_some(())?;
        let prefix = [path, b"/"].concat();
        let entries = self.index.prefixed_entries(prefix.as_bstr())?;
        let is_whole = |entry: &Entry| {
            entry.stage() == Stage::Unconflicted && !entry.flags.contains(Flags::INTENT_TO_ADD)
        };
        entries.iter().all(is_whole).then_some(entries)
    }
}

/// A folder that is being unfolded.
struct Folder {
    id: ObjectId,
    tree: Vec<u8>,
    /// How many bytes of `tree` are done.
    done: usize,
    /// How many bytes of the current path lead to what is in this folder.
    path: usize,
}

impl<'a> Unfolding<'a> {
    fn new(repository: &'a gix::Repository, index: State) -> Self {
        Unfolding {
            repository,
            index,
            gaps: Vec::new(),
            entries_left: ENTRY_LIMIT,
            known: None,
        }
    }

    /// Adds all files of `tree`, which stands at `at`. No recursion: the depth is the repository's.
    fn unfold(&mut self, tree: ObjectId, at: &BStr, flags: Flags) -> Result<(), OpenError> {
        let mut path = at.to_vec();
        let mut folders: Vec<Folder> = self.enter(tree, &mut path).into_iter().collect();
        while let Some(folder) = folders.last_mut() {
            path.truncate(folder.path);
            let rest = &folder.tree[folder.done..];
            let mut entries = TreeRefIter::from_bytes(rest, self.repository.object_hash());
            let entry = match entries.next() {
                Some(Ok(entry)) => entry,
                end => {
                    let damaged = end.is_some().then_some(folder.id);
                    folders.pop();
                    if let Some(id) = damaged {
                        self.gap(&path, "is damaged", Some(id));
                    }
                    continue;
                }
            };
            path.extend_from_slice(entry.filename);
            let (kind, id) = (entry.mode.kind(), entry.oid.to_owned());
            folder.done += entries.offset_to_next_entry(rest);

            self.entries_left = self
                .entries_left
                .checked_sub(1)
                .filter(|_| self.index.path_backing().len() < PATHS_LIMIT)
                .ok_or_else(|| OpenError::new("the tree has more files than any project has"))?;
            if kind == EntryKind::Tree && self.take_known(&path, id) {
                continue;
            }
            if kind == EntryKind::Tree {
                folders.extend(self.enter(id, &mut path));
            } else if path.len() > PATH_LIMIT {
                let folder = path[..folder.path].to_vec();
                self.gap(&folder, "has a file of too long a path", None);
            } else {
                let (stat, mode) = (Stat::default(), mode(kind));
                self.index
                    .dangerously_push_entry(stat, id, flags, mode, path.as_bstr());
            }
        }
        Ok(())
    }

    /// Takes the entries of a folder from the index that is known, if they are the same there.
    fn take_known(&mut self, path: &[u8], tree: ObjectId) -> bool {
        let Some(known) = &self.known else {
            return false;
        };
        let Some(entries) = known.entries(path, tree) else {
            return false;
        };
        for entry in entries {
            let path = entry.path(known.index);
            let (stat, flags) = (Stat::default(), Flags::empty());
            self.index
                .dangerously_push_entry(stat, entry.id, flags, entry.mode, path);
        }
        self.entries_left = self.entries_left.saturating_sub(entries.len());
        true
    }

    /// Reads the tree of the folder at `path` and makes `path` lead into it; a gap if it cannot.
    fn enter(&mut self, id: ObjectId, path: &mut Vec<u8>) -> Option<Folder> {
        if path.len() > PATH_LIMIT {
            self.gap(path, "has too long a path", None);
            return None;
        }
        let tree = match self.repository.try_find_object(id) {
            Ok(Some(object)) if object.kind == gix::objs::Kind::Tree => object.detach().data,
            Ok(Some(object)) => {
                let what = format!("is a {} instead of a tree", object.kind);
                self.gap(path, &what, Some(id));
                return None;
            }
            Ok(None) => {
                self.gap(path, "is missing", Some(id));
                return None;
            }
            Err(error) => {
                self.gap(path, &format!("is damaged ({})", cause(&error)), Some(id));
                return None;
            }
        };
        if !path.is_empty() {
            path.push(b'/');
        }
        Some(Folder {
            id,
            tree,
            done: 0,
            path: path.len(),
        })
    }

    fn gap(&mut self, path: &[u8], what: &str, id: Option<ObjectId>) {
        let path = RepoPath::from(path.strip_suffix(b"/").unwrap_or(path));
        // Whoever shows a gap names its path; only the root has none to be named by.
        let folder = if path.is_root() {
            "the root folder"
        } else {
            "the folder"
        };
        let reason = format!("{folder} {what} in git's object database");
        let gap = Gap::new(GapKind::MissingObject, reason);
        self.gaps.push(Gap {
            object: id.map(|id| id.to_string()),
            ..gap.at(path).remedy(remedies::OBJECTS)
        });
    }

    fn finish(self) -> (State, Vec<Gap>) {
        let mut index = self.index;
        // Well-formed trees come in the order of an index, unless they join an index.
        let sorted = index
            .entries()
            .is_sorted_by(|one, two| one.path(&index) <= two.path(&index));
        if !sorted {
            index.sort_entries();
        }
        (index, self.gaps)
    }
}

fn mode(kind: EntryKind) -> Mode {
    match kind {
        EntryKind::Link => Mode::SYMLINK,
        EntryKind::Commit => Mode::COMMIT,
        EntryKind::BlobExecutable => Mode::FILE_EXECUTABLE,
        EntryKind::Blob | EntryKind::Tree => Mode::FILE,
    }
}

/// The content of a file, if it is in the object database and has at most `limit` bytes.
pub(super) fn content(
    repository: &gix::Repository,
    id: ObjectId,
    limit: u64,
) -> Result<Vec<u8>, Gap> {
    let unavailable = |why: String| {
        let reason = format!("its content is {why} in git's object database");
        Gap::new(GapKind::MissingObject, reason)
            .object(id.to_string())
            .remedy(remedies::OBJECTS)
    };
    let missing = || unavailable("missing".to_owned());
    let damaged = |error: gix::Error| unavailable(format!("damaged ({})", cause(&error)));
    let header = repository.try_find_header(id).map_err(damaged)?;
    let header = header.ok_or_else(missing)?;
    if header.kind() != gix::objs::Kind::Blob {
        return Err(unavailable(format!("a {}", header.kind())));
    }
    if header.size() > limit {
        return Err(disk::too_large(header.size(), limit));
    }
    let object = repository.try_find_object(id).map_err(damaged)?;
    let object = object.ok_or_else(missing)?;
    Ok(object.detach().data)
}
