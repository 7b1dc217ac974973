//! What whoever walks over commits needs of a repository.

use std::path::PathBuf;

use gix::ObjectId;
use gix::bstr::ByteSlice as _;

use super::open::cause;
use super::{Git, objects, revision};
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

    /// The content of the `.mailmap` at the top of the repository, in the worktree or at the revision;
    /// empty where there is none that could be read.
    pub(in crate::sources) fn mailmap(&self) -> Vec<u8> {
        let path = RepoPath::from(".mailmap");
        let content = self
            .entry(&path)
            .and_then(|entry| self.content(entry, &path, MAILMAP_LIMIT));
        content.unwrap_or_default()
    }

    /// Whether there are objects that stand in for others.
    pub(in crate::sources) fn has_replacements(&self) -> bool {
        self.handles.with(|repository| {
            let references = repository.references();
            let replacing = references
                .as_ref()
                .ok()
                .and_then(|all| all.prefixed("refs/replace/").ok());
            replacing.is_some_and(|mut found| found.next().is_some())
        })
    }

    /// The names of all tags, without `refs/tags/`, and what each stands for: a commit or a tag object.
    pub(in crate::sources) fn tags(&self) -> Vec<(String, ObjectId)> {
        self.handles.with(|repository| {
            let references = repository.references();
            let tags = references
                .as_ref()
                .ok()
                .and_then(|all| all.prefixed("refs/tags/").ok());
            let tags = tags.into_iter().flatten().filter_map(Result::ok);
            let tags = tags.take(MOST_TAGS).filter_map(|tag| {
                let name = tag.name().as_bstr().strip_prefix(b"refs/tags/")?;
                let name = name.to_str_lossy().into_owned();
                Some((name, tag.try_id()?.detach()))
            });
            tags.collect()
        })
    }
}
