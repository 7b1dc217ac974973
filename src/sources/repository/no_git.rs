//! What stands in for git where it is not built in: nothing that could be opened.

use std::path::Path;

use super::{BlobId, Compared, Forge, OpenError};
use crate::facts::{Gap, Marks, Tree};
use crate::text::RepoPath;

/// A git repository, of which there is none.
pub(super) enum Git {}

impl Git {
    pub(super) fn worktree(
        top: &Path,
        _prefix: RepoPath,
        _revision: Option<&str>,
    ) -> Result<Git, OpenError> {
        Git::bare(top, None)
    }

    pub(super) fn bare(git_dir: &Path, _revision: Option<&str>) -> Result<Git, OpenError> {
        Err(OpenError::new(format!(
            "`{}` is a git repository, which this build cannot read",
            git_dir.display()
        ))
        .with_remedy("build with the cargo feature `git`"))
    }

    pub(super) fn has_worktree(&self) -> bool {
        match *self {}
    }

    pub(super) fn name(&self) -> Option<&str> {
        match *self {}
    }

    pub(super) fn organization(&self) -> Option<&str> {
        match *self {}
    }

    pub(super) fn forge(&self) -> Option<&Forge> {
        match *self {}
    }

    pub(super) fn commit(&self) -> Option<String> {
        match *self {}
    }

    pub(super) fn head_commit(&self) -> Option<String> {
        match *self {}
    }

    pub(super) fn is_empty(&self) -> bool {
        match *self {}
    }

    pub(super) fn tree(&self) -> (Tree, Vec<Gap>) {
        match *self {}
    }

    pub(super) fn since(
        &self,
        _revision: &str,
        _compared: Compared,
    ) -> Result<(Git, Option<Git>, bool), OpenError> {
        match *self {}
    }

    pub(super) fn tree_since(&self, _base: &Git) -> (Tree, Vec<Gap>) {
        match *self {}
    }

    pub(super) fn blob_ids(&self, _tree: &Tree) -> Vec<Option<BlobId>> {
        match *self {}
    }

    pub(super) fn read(&self, _path: &RepoPath, _limit: u64) -> Result<Vec<u8>, Gap> {
        match *self {}
    }

    pub(super) fn blob_id(&self, _path: &RepoPath) -> Option<BlobId> {
        match *self {}
    }

    pub(super) fn exists_untracked(&self, _path: &RepoPath) -> bool {
        match *self {}
    }

    pub(super) fn marks(&self, _tree: &Tree, _files: &[u32]) -> (Marks, Vec<(RepoPath, Gap)>) {
        match *self {}
    }
}
