//! What a change starts from.

use std::collections::{BTreeSet, VecDeque};

use gix::ObjectId;

use super::super::OpenError;
use super::open::cause;
use super::revision;
use crate::sources::remedies;

/// The commits that a change is judged against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bases {
    /// What the change starts from.
    pub(super) base: ObjectId,
    /// Where the branch stands that it goes to: its policy judges.
    pub(super) tip: ObjectId,
    /// Whether there were others that it could be said to start from.
    pub(super) several: bool,
}

/// Finds what the change from `revision` to `head` starts from: the best commit that both have in their
/// history, whatever `head` is. The first parent of a merge that GitHub made of a pull request is a revision
/// like any other: whoever needs it names it.
pub(super) fn find(
    repository: &gix::Repository,
    revision: &str,
    head: ObjectId,
) -> Result<Bases, OpenError> {
    let is_shallow = repository.is_shallow().unwrap_or_default();
    let tip = revision::commit(repository, revision).map_err(|error| {
        match is_shallow && revision::may_be_cut(repository, revision) {
            true => too_shallow(revision),
            false => error,
        }
    })?;
    let bases = repository
        .merge_bases_many(tip, &[head])
        .map_err(|error| match is_shallow {
            true => too_shallow(revision),
            false => OpenError::new(format!(
                "the commit that `{revision}` and `{head}` have in common cannot be found: {}",
                cause(&error)
            ))
            .with_remedy(remedies::OBJECTS)
            .incomplete(),
        })?;
    let Some(base) = bases.first().map(|base| base.detach()) else {
        if is_shallow {
            return Err(too_shallow(revision));
        }
        let none = OpenError::new(format!(
            "`{revision}` has no history in common with the commit that is read, {head}"
        ));
        return Err(none.with_remedy("name a revision that the change started from"));
    };
    // A revision that is an ancestor of the head is its own merge base, however little of both is here.
    let is_ancestor = base == tip || base == head;
    if is_shallow && !is_ancestor && !is_certain(repository, [tip, head], base) {
        return Err(too_shallow(revision));
    }
    Ok(Bases {
        base,
        tip,
        several: bases.len() > 1,
    })
}

/// Whether nothing that a shallow clone lacks can be a better base: none of its boundaries lies between
/// the base and the two.
fn is_certain(repository: &gix::Repository, from: [ObjectId; 2], base: ObjectId) -> bool {
    let Ok(Some(boundary)) = repository.shallow_commits() else {
        return true;
    };
    let boundary: BTreeSet<ObjectId> = boundary.iter().copied().collect();
    let mut seen = BTreeSet::from([base]);
    let mut left = VecDeque::from(from);
    while let Some(commit) = left.pop_front() {
        if !seen.insert(commit) {
            continue;
        }
        if boundary.contains(&commit) {
            return false;
        }
        let Ok(found) = repository.find_commit(commit) else {
            return false;
        };
        left.extend(found.parent_ids().map(gix::Id::detach));
    }
    true
}

fn too_shallow(revision: &str) -> OpenError {
    let message = format!(
        "this clone is shallow, and does not hold what the change since `{revision}` starts from"
    );
    OpenError::new(message)
        .with_remedy(
            "fetch it: `git fetch --unshallow origin`, or the two histories as far as they reach back \
             to where they meet (`git fetch --deepen=100 origin`); in GitHub Actions `fetch-depth: 0`, or `2` for the merge of a pull request",
        )
        .incomplete()
}
