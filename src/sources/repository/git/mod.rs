//! Git repositories. In: a git directory and a revision, or none for the worktree. Out: its tracked
//! files and their contents. No type of gix leaves this folder, but for `sources::history`, which walks over
//! commits (see [`commits`]).
//!
//! Whatever was opened, its files are kept as the entries of an index: as git wrote them for a
//! worktree, unfolded from the trees of a commit otherwise. The worktree on disk is never walked
//! and its files are not asked for; only those that somebody reads are opened.

mod attributes;
mod base;
mod commits;
mod gate;
mod index;
mod objects;
mod open;
mod origin;
mod revision;
mod worktree;

use std::cmp::Ordering;
use std::path::Path;
use std::sync::OnceLock;

use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice as _};
use gix::index::entry::{Flags, Stage};
use gix::index::{Entry, State};

use self::open::Handles;
use self::origin::Origin;
use super::disk::{self, Disk};
use super::{BlobId, Compared, Forge, OpenError, nested};
use crate::facts::{FileKind, Gap, GapKind, Lookup, Marks, Tree, TreeBuilder};
use crate::sources::remedies;
use crate::text::RepoPath;

/// A git repository, in its worktree or at a commit, from one of its folders on.
pub(in crate::sources) struct Git {
    handles: Handles,
    index: State,
    /// The worktree, where that is what is read.
    disk: Option<Disk>,
    /// Whether there is a worktree, though perhaps without an index, so that `HEAD` is read.
    has_worktree: bool,
    /// The commit whose tree is read, where it is no worktree; none before the first commit.
    commit: Option<ObjectId>,
    /// The folder that all paths are relative to; all that is not below it is left out.
    prefix: RepoPath,
    /// What was found missing when the files were listed.
    gaps: Vec<Gap>,
    origin: Origin,
    /// By entry: the content that the file in the worktree has, where that is known; empty until it is
    /// asked for.
    settled: OnceLock<Vec<Option<ObjectId>>>,
}

impl Git {
    /// Opens the worktree in the folder `top`, from its folder `prefix` on, or the tree of a commit
    /// of its repository.
    pub(super) fn worktree(
        top: &Path,
        prefix: RepoPath,
        revision: Option<&str>,
    ) -> Result<Git, OpenError> {
        let handles = Handles::open(&top.join(".git"))?;
        if let Some(revision) = revision {
            let commit = commit(&handles, revision)?;
            return Git::at(handles, Some(commit), prefix, None);
        }
        // A `.git` folder may be bare all the same: the home of linked worktrees beside it.
        let bare = handles.with(|repository| {
            repository.is_bare() && repository.git_dir() == repository.common_dir()
        });
        let index = match bare {
            true => None,
            false => handles.with(index::read)?,
        };
        let Some(index) = index else {
            let commit = handles.objects()?.with(objects::head)?;
            let mut git = Git::at(handles, commit, prefix, None)?;
            git.has_worktree = !bare;
            match commit {
                _ if bare => {}
                Some(_) => git.gaps.push(index::without_index(top)),
                // Before the first `git add` there is no index: nothing is tracked, but what people
                // write for this program is there all the same.
                None => git.disk = Some(Disk::new(top.to_path_buf())),
            }
            return Ok(git);
        };
        let (index, gaps) = match objects::has_folders(&index) {
            true => {
                let unfold = |repository: &_| objects::unfold_sparse(repository, index);
                handles.objects()?.with(unfold)?
            }
            false => (index, Vec::new()),
        };
        let origin = handles.with(origin);
        Ok(Git {
            handles,
            index,
            disk: Some(Disk::new(top.to_path_buf())),
            has_worktree: true,
            commit: None,
            prefix,
            gaps,
            origin,
            settled: OnceLock::new(),
        })
    }

    /// Opens the tree of a commit of a bare repository; that of `HEAD` without a revision.
    pub(super) fn bare(git_dir: &Path, revision: Option<&str>) -> Result<Git, OpenError> {
        let handles = Handles::open(git_dir)?;
        let commit = match revision {
            Some(revision) => Some(commit(&handles, revision)?),
            None => handles.objects()?.with(objects::head)?,
        };
        Git::at(handles, commit, RepoPath::default(), None)
    }

    /// The tree of a commit; `known` is an index that has much in common with it.
    fn at(
        handles: Handles,
        commit: Option<ObjectId>,
        prefix: RepoPath,
        known: Option<&State>,
    ) -> Result<Git, OpenError> {
        let (index, gaps) = handles.objects()?.with(|repository| match commit {
            Some(commit) => objects::files(repository, commit, known),
            None => Ok((State::new(repository.object_hash()), Vec::new())),
        })?;
        let origin = handles.with(origin);
        Ok(Git {
            handles,
            index,
            disk: None,
            has_worktree: false,
            commit,
            prefix,
            gaps,
            origin,
            settled: OnceLock::new(),
        })
    }

    /// The same folder where the change from a revision to what is read started, and at the revision
    /// itself if that is another one; and whether there are several places where it can have started.
    pub(super) fn since(
        &self,
        revision: &str,
        compared: Compared,
    ) -> Result<(Git, Option<Git>, bool), OpenError> {
        let head = match self.commit {
            Some(commit) => Some(commit),
            None => self.handles.objects()?.with(objects::head)?,
        };
        let bases = match head {
            Some(head) => {
                let find = |repository: &gix::Repository| base::find(repository, revision, head);
                Some(for_revision(&self.handles, revision)?.with(find)?)
            }
            // What is about to be the first commit changes everything since nothing.
            None if revision == "HEAD" => None,
            None => {
                let none =
                    OpenError::new("there are no commits yet, so there is no change since one");
                return Err(none.with_remedy("commit first, or compare with `HEAD`"));
            }
        };
        if let Some(disk) = &self.disk {
            self.settled.get_or_init(|| match compared {
                Compared::Worktree => worktree::contents(&self.index, disk),
                Compared::Staged => {
                    let entries = self.index.entries().iter();
                    entries.map(|entry| Some(entry.id)).collect()
                }
            });
        }
        let known = self.disk.is_some().then_some(&self.index);
        let at = |commit| Git::at(self.handles.again(), commit, self.prefix.clone(), known);
        let Some(bases) = bases else {
            return Ok((at(None)?, None, false));
        };
        let tip = (bases.tip != bases.base).then(|| at(Some(bases.tip)));
        Ok((at(Some(bases.base))?, tip.transpose()?, bases.several))
    }

    /// As [`Git::tree`], without the folders that were roots of their own in the base.
    pub(super) fn tree_since(&self, base: &Git) -> (Tree, Vec<Gap>) {
        self.tree_with(|path| base.policy_at(path))
    }

    /// Looks for the policy file at this path.
    fn policy_at(&self, path: &RepoPath) -> Lookup<Vec<u8>> {
        match self.read(path, nested::POLICY_LIMIT) {
            Ok(policy) => Lookup::Present(policy),
            Err(gap) => nested::unread(gap),
        }
    }

    /// Whether its files are those of a worktree, or of the `HEAD` of one.
    pub(super) fn has_worktree(&self) -> bool {
        self.has_worktree
    }

    /// The last part of the origin's URL, without `.git`.
    pub(super) fn name(&self) -> Option<&str> {
        self.origin.name.as_deref()
    }

    /// The first part of the path in the origin's URL, where that is on a forge.
    pub(super) fn organization(&self) -> Option<&str> {
        self.origin.organization.as_deref()
    }

    /// Where a forge shows the repository.
    pub(super) fn forge(&self) -> Option<&Forge> {
        self.origin.forge.as_ref()
    }

    /// The full hash of the commit that is read.
    pub(super) fn commit(&self) -> Option<String> {
        self.commit.map(|commit| commit.to_string())
    }

    /// The full hash of the commit that is checked out; none before the first commit.
    pub(super) fn head_commit(&self) -> Option<String> {
        let handles = self.handles.objects().ok()?;
        let head = handles.with(|repository| repository.head_id().ok().map(gix::Id::detach));
        head.map(|head| head.to_string())
    }

    /// Whether anything is tracked below the prefix.
    pub(super) fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// The tracked files below the prefix, without those of nested roots.
    pub(super) fn tree(&self) -> (Tree, Vec<Gap>) {
        self.tree_with(|path| self.policy_at(path))
    }

    /// The tracked files below the prefix, without those of folders that are roots by the policy files
    /// that `policy` has.
    fn tree_with(&self, policy: impl Fn(&RepoPath) -> Lookup<Vec<u8>>) -> (Tree, Vec<Gap>) {
        let entries = self.entries();
        let mut tree = TreeBuilder::with_capacity(entries.len(), self.index.path_backing().len());
        let mut unmerged = Vec::new();
        for entry in entries {
            let Some(path) = self.relative(entry) else {
                continue;
            };
            if entry.stage() != Stage::Unconflicted && unmerged.last() != Some(&path) {
                unmerged.push(path);
            }
            tree.push(path, index::kind(entry.mode));
        }
        let mut gaps: Vec<Gap> = self
            .gaps
            .iter()
            .filter_map(|gap| self.below_prefix(gap))
            .collect();
        let unlisted: Vec<(RepoPath, Gap)> = gaps
            .iter()
            .filter_map(|gap| Some((gap.path.clone()?, gap.clone())))
            .collect();
        gaps.extend(index::unmerged(&unmerged));
        let tree = tree.build().with_unlisted(unlisted);
        let (tree, nested) = nested::leave_out(tree, policy);
        gaps.extend(nested);
        (tree, gaps)
    }

    /// The content of a tracked file.
    pub(super) fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Gap> {
        let full = self.full(path);
        let entry = self.entry(&full).map_err(|gap| self.placed(gap, path))?;
        self.content(entry, &full, limit)
            .map_err(|gap| gap.at(path.clone()))
    }

    /// A gap about the file at a path, or about a folder that holds it.
    fn placed(&self, gap: Gap, path: &RepoPath) -> Gap {
        match gap.path {
            Some(_) => self.below_prefix(&gap).unwrap_or(gap),
            None => gap.at(path.clone()),
        }
    }

    /// What names the content of a tracked file; none for a file of a worktree that was not compared with
    /// what git has.
    pub(super) fn blob_id(&self, path: &RepoPath) -> Option<BlobId> {
        if self.disk.is_some() && self.settled.get().is_none() {
            return None;
        }
        let full = self.full(path);
        let place = self.index.entry_index_by_path(full.as_bytes().as_bstr());
        self.id_at(place.ok()?)
    }

    /// As [`Git::blob_id`], for all files of a tree of this repository.
    pub(super) fn blob_ids(&self, tree: &Tree) -> Vec<Option<BlobId>> {
        let first = self.entries().as_ptr();
        let offset = self.index.entries().iter();
        let offset = offset
            .take_while(|entry| !std::ptr::eq(*entry, first))
            .count();
        let mut entries = self.entries().iter().enumerate().peekable();
        let ids = tree.paths().map(|path| {
            // Both are in the same order.
            while let Some(&(place, entry)) = entries.peek() {
                match self.relative(entry).map(|at| at.cmp(path)) {
                    None | Some(Ordering::Less) => entries.next(),
                    Some(Ordering::Equal) => return self.id_at(offset + place),
                    Some(Ordering::Greater) => return None,
                };
            }
            None
        });
        ids.collect()
    }

    fn id_at(&self, place: usize) -> Option<BlobId> {
        let entry = &self.index.entries()[place];
        let id = match self.settled.get() {
            Some(settled) => settled[place]?,
            None if self.disk.is_some() => return None,
            None => entry.id,
        };
        (entry.stage() == Stage::Unconflicted).then_some(())?;
        Some(BlobId::of(id.as_bytes()))
    }

    /// The content of a file that git does not track.
    pub(super) fn read_untracked(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Gap> {
        let untracked = || Gap::new(GapKind::Untracked, "git does not track it").at(path.clone());
        let disk = self.disk.as_ref().ok_or_else(untracked)?;
        let content = disk
            .read(&self.full(path), limit)
            .map_err(|gap| gap.at(path.clone()))?;
        content.ok_or_else(untracked)
    }

    /// Whether a regular file is at `path` in the worktree that git does not track.
    pub(super) fn exists_untracked(&self, path: &RepoPath) -> bool {
        let full = self.full(path);
        self.disk.as_ref().is_some_and(|disk| {
            self.index
                .entry_index_by_path(full.as_bytes().as_bstr())
                .is_err()
                && disk.is_file(&full)
        })
    }

    /// What `.gitattributes` says of these files.
    pub(super) fn marks(&self, tree: &Tree, files: &[u32]) -> (Marks, Vec<(RepoPath, Gap)>) {
        let mut sheets = Vec::new();
        let mut gaps = Vec::new();
        for entry in self.index.entries() {
            let path = entry.path(&self.index);
            let Some(folder) = attributes::folder(path) else {
                continue;
            };
            let folder = RepoPath::from(folder);
            if !folder.is_within(&self.prefix) && !self.prefix.is_within(&folder) {
                continue;
            }
            let full = RepoPath::from(path.as_bytes());
            let content = self
                .entry(&full)
                .and_then(|entry| self.content(entry, &full, attributes::LIMIT));
            match content {
                Ok(content) => sheets.push((folder, content)),
                Err(gap) => {
                    let gap = gap.at(full);
                    let gap = self.below_prefix(&gap).unwrap_or(gap);
                    let folder = self.below(&folder);
                    gaps.push((folder, gap));
                }
            }
        }
        // A folder whose files are not listed may hold more of them, for its own files alone.
        let marks = attributes::marks(&sheets, &self.prefix, tree, files);
        let marks = marks.unwrap_or_else(|gap| {
            gaps.push((RepoPath::default(), self.below_prefix(&gap).unwrap_or(gap)));
            Marks::default()
        });
        (marks, gaps)
    }

    /// A folder of the repository as one below the prefix: the root for one around it.
    fn below(&self, folder: &RepoPath) -> RepoPath {
        let below = folder.as_bytes().strip_prefix(self.prefix.as_bytes());
        let below = below.map(|below| below.strip_prefix(b"/").unwrap_or(below));
        RepoPath::from(below.unwrap_or_default())
    }

    /// The entries below the prefix.
    fn entries(&self) -> &[Entry] {
        let entries = self.index.entries();
        if self.prefix.is_root() {
            return entries;
        }
        let before = |end: u8| {
            let bound = [self.prefix.as_bytes(), &[end]].concat();
            entries.partition_point(|entry| entry.path(&self.index).as_bytes() < bound.as_slice())
        };
        // '0' is the byte behind '/'.
        entries.get(before(b'/')..before(b'0')).unwrap_or_default()
    }

    /// The path of an entry relative to the prefix.
    fn relative(&self, entry: &Entry) -> Option<&[u8]> {
        let path = entry.path(&self.index).as_bytes();
        let path = match self.prefix.as_bytes() {
            b"" => path,
            prefix => path.strip_prefix(prefix)?.strip_prefix(b"/")?,
        };
        (!path.is_empty()).then_some(path)
    }

    /// The path in the repository of a path relative to the prefix.
    fn full(&self, path: &RepoPath) -> RepoPath {
        match self.prefix.as_bytes() {
            b"" => path.clone(),
            prefix => RepoPath::new([prefix, b"/", path.as_bytes()].concat()),
        }
    }

    /// A gap of the whole repository as one below the prefix, if it is there.
    fn below_prefix(&self, gap: &Gap) -> Option<Gap> {
        let Some(path) = &gap.path else {
            return Some(gap.clone());
        };
        // A folder on the way to the prefix that is missing is missing from it as a whole.
        if self.prefix.is_within(path) {
            return Some(gap.clone().at(RepoPath::default()));
        }
        let below = path.as_bytes().strip_prefix(self.prefix.as_bytes())?;
        let below = match self.prefix.is_root() {
            true => below,
            false => below.strip_prefix(b"/")?,
        };
        Some(gap.clone().at(RepoPath::from(below)))
    }

    /// The one entry at a path in the repository.
    fn entry(&self, full: &RepoPath) -> Result<&Entry, Gap> {
        let path = full.as_bytes().as_bstr();
        let Some(range) = self.index.entry_range(path) else {
            let mut unlisted = self.gaps.iter();
            let unlisted = unlisted.find(|gap| {
                let folder = gap.path.as_ref();
                folder.is_some_and(|folder| full.is_within(folder))
            });
            let untracked = || Gap::new(GapKind::Untracked, "git does not track it");
            return Err(unlisted.cloned().unwrap_or_else(untracked));
        };
        let entry = &self.index.entries()[range.start];
        match entry.stage() {
            Stage::Unconflicted => Ok(entry),
            _ => Err(Gap::new(
                GapKind::Unmerged,
                "it is unmerged: which of its versions counts is not decided",
            )
            .remedy(remedies::UNMERGED)),
        }
    }

    fn content(&self, entry: &Entry, full: &RepoPath, limit: u64) -> Result<Vec<u8>, Gap> {
        match index::kind(entry.mode) {
            FileKind::File => {}
            FileKind::SymbolicLink => return Err(disk::symbolic_link()),
            FileKind::Submodule => {
                return Err(Gap::new(
                    GapKind::Unreadable,
                    "it is a submodule, which is not entered",
                ));
            }
        }
        let Some(disk) = &self.disk else {
            return self.blob(entry, limit);
        };
        match disk.read(full, limit)? {
            Some(content) => Ok(content),
            // Nobody deleted what a sparse checkout left out: it has the content that the index names.
            None if entry.flags.contains(Flags::SKIP_WORKTREE) => {
                let sparse = |gap: Gap| match gap.kind {
                    GapKind::MissingObject => Gap {
                        kind: GapKind::Sparse,
                        reason: format!("it is outside of the sparse checkout, and {}", gap.reason),
                        ..gap
                    },
                    _ => gap,
                };
                self.blob(entry, limit).map_err(sparse)
            }
            None => Err(
                Gap::new(GapKind::Absent, "git tracks it, but it is not on disk")
                    .remedy(remedies::DELETED),
            ),
        }
    }

    fn blob(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, Gap> {
        let handles = self.handles.objects().map_err(|error| {
            let gap = Gap::new(GapKind::Unreadable, error.to_string());
            gap.remedy(error.remedy().unwrap_or_default())
        })?;
        handles.with(|repository| objects::content(repository, entry.id, limit))
    }
}

/// The commit that a revision names.
fn commit(handles: &Handles, revision: &str) -> Result<ObjectId, OpenError> {
    let resolve = |repository: &gix::Repository| revision::commit(repository, revision);
    for_revision(handles, revision)?.with(resolve)
}

/// Handles that can resolve a revision: `main@{1}` is looked up in the logs of references.
fn for_revision<'h>(handles: &'h Handles, revision: &str) -> Result<&'h Handles, OpenError> {
    match revision.contains("@{") {
        true => handles.logs(),
        false => handles.objects(),
    }
}

fn origin(repository: &gix::Repository) -> Origin {
    let config = repository.config_snapshot();
    // The first of several URLs is the one that is fetched from.
    let urls = config.plumbing().strings("remote.origin.url");
    let url = urls.as_ref().and_then(|urls| urls.first());
    url.map_or_else(Origin::default, |url| origin::parse(BStr::new(url)))
}
