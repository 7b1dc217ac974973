//! Bytes in, facts and gaps out: the only room that does I/O.

pub mod catalog;
mod ownership_files;
pub mod repository;

use crate::codeowners::Dialect;
use crate::facts::Repository;
use crate::policy::{PolicyErrors, Reading};
use repository::Source;

/// Reads all facts of a repository for which the reading part of its policy asks.
///
/// # Errors
/// A roster that the policy names cannot be read: a fault of the policy, not of the repository.
pub fn read(source: &Source, reading: &Reading) -> Result<Repository, PolicyErrors> {
    let (tree, mut gaps) = source.tree();
    let (ownership_files, more) = ownership_files::read(source, &tree, Dialect::GitHub);
    gaps.extend(more);
    let rosters = catalog::rosters(&reading.rosters, |path, limit| source.read(path, limit))?;
    Ok(Repository {
        name: reading.name.clone().unwrap_or_else(|| source.name()),
        organization: source.organization(),
        tree,
        ownership_files,
        rosters,
        gaps,
    })
}
