//! What whoever walks over commits needs of a repository.

use std::path::PathBuf;

use gix::ObjectId;
use gix::bstr::ByteSlice as _;

use super::open::cause;
use super::{Git, objects, revision};
use crate::facts::{Gap, GapKind, Lookup};
use crate::sources::repository::OpenError;
use crate::text::RepoPath;

/// The most bytes of a `.mailmap`: some hundred thousand people.
const MAILMAP_LIMIT: u64 = 16 << 20;

/// No more tags than this are read.
const MOST_TAGS: usize = 1_000_000;

impl Git {
    /// The commit that is read; `HEAD` for a worktree. None before the first commit. Whoever walks over commits
    /// calls this first: from here on references and objects can be read.
    pub(in crate::sources) fn head(&self) -> Result<Option<ObjectId>, OpenError> {
        let handles = self.handles.objects()?;
        match self.commit {
            // Tags and replacements count as much as the commits.
            Some(commit) => {
                handles.with(revision::files_hold_references)?;
                Ok(Some(commit))
            }
            None => handles.with(objects::head),
        }
    }

    /// The repository, for handles of one's own.
    pub(in crate::sources) fn shared(&self) -> &gix::ThreadSafeRepository {
        self.handles.shared()
    }

    /// The folder from which the root starts; empty for the whole repository.
    pub(in crate::sources) fn prefix(&self) -> &RepoPath {
        &self.prefix
    }

    /// How many bytes the names of objects have.
    pub(in crate::sources) fn hash_width(&self) -> usize {
        self.handles
            .with(|repository| repository.object_hash().len_in_bytes())
    }

    /// The git directory that all worktrees of the repository share.
    pub(in crate::sources) fn common_dir(&self) -> PathBuf {
        self.handles
            .with(|repository| repository.common_dir().to_path_buf())
    }

    /// The commits whose parents a shallow clone does not have; none of a whole one.
    ///
    /// # Errors
    /// Why that cannot be told.
    pub(in crate::sources) fn boundary(&self) -> Result<Vec<ObjectId>, String> {
        self.handles
            .with(|repository| match repository.shallow_commits() {
                Ok(commits) => Ok(commits.iter().flat_map(|it| it.iter().copied()).collect()),
                Err(error) => Err(cause(&error)),
            })
    }

    /// Looks for the content of the `.mailmap` at the top of the repository, in the worktree or at the revision.
    /// A link, or a file that is too large, is none.
    pub(in crate::sources) fn mailmap(&self) -> Lookup<Vec<u8>> {
        let path = RepoPath::from(".mailmap");
        let content = self
            .entry(&path)
            .and_then(|entry| self.content(entry, &path, MAILMAP_LIMIT));
        match content {
            Ok(content) => Lookup::Present(content),
            Err(gap) if gap.kind.is_unavailable() => Lookup::Unavailable(match gap.path {
                Some(_) => gap,
                None => gap.at(path),
            }),
            Err(_) => Lookup::Absent,
        }
    }

    /// Returns true if there may be objects that stand in for others.
    pub(in crate::sources) fn has_replacements(&self) -> bool {
        self.handles.with(|repository| {
            let is_unknown = |references: &gix::reference::iter::Platform<'_>| {
                let found = references.prefixed("refs/replace/");
                found.map_or(true, |mut found| found.next().is_some())
            };
            repository.references().map_or(true, |all| is_unknown(&all))
        })
    }

    /// The names of all tags, without `refs/tags/`, and what each stands for: a commit or a tag object. The gap is for
    /// tags that could not be read.
    pub(in crate::sources) fn tags(&self) -> (Vec<(String, ObjectId)>, Option<Gap>) {
        self.handles.with(|repository| {
            let unreadable = |why: String| {
                Gap::new(
                    GapKind::Unreadable,
                    format!("not all tags could be read: {why}"),
                )
            };
            let references = match repository.references() {
                Ok(references) => references,
                Err(error) => return (Vec::new(), Some(unreadable(cause(&error)))),
            };
            let found = match references.prefixed("refs/tags/") {
                Ok(found) => found,
                Err(error) => return (Vec::new(), Some(unreadable(cause(&error)))),
            };
            let (mut tags, mut gap) = (Vec::new(), None);
            for tag in found.take(MOST_TAGS) {
                let tag = match tag {
                    Ok(tag) => tag,
                    Err(error) => {
                        gap.get_or_insert_with(|| unreadable(cause(&error)));
                        continue;
                    }
                };
                let name = tag.name().as_bstr().strip_prefix(b"refs/tags/");
                let name = name.map(|name| name.to_str_lossy().into_owned());
                tags.extend(name.zip(tag.try_id().map(gix::Id::detach)));
            }
            (tags, gap)
        })
    }
}
