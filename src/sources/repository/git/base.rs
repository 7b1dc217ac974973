//! What a change starts from.

use std::collections::{BTreeSet, VecDeque};

use gix::ObjectId;

use super::super::OpenError;
use super::objects;
use super::open::cause;

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
/// history. Of a merge that the forge made of a pull request it is the first parent, the state of the
/// target branch that was merged, which may be newer than what the event says.
pub(super) fn find(
    repository: &gix::Repository,
    revision: &str,
    head: ObjectId,
) -> Result<Bases, OpenError> {
    let is_shallow = repository.is_shallow().unwrap_or_default();
    if let Some(parent) = target_of_pull_request(repository, head) {
        objects::commit(repository, &parent.to_string()).map_err(|_| too_shallow(revision))?;
        return Ok(Bases {
            base: parent,
            tip: parent,
            several: false,
        });
    }
    let tip = objects::commit(repository, revision).map_err(|error| match is_shallow {
        true => too_shallow(revision),
        false => error,
    })?;
    let bases = repository
        .merge_bases_many(tip, &[head])
        .map_err(|error| match is_shallow {
            true => too_shallow(revision),
            false => OpenError::new(format!(
                "what `{revision}` and the checkout have in common cannot be found: {}",
                cause(&error)
            )),
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
    if is_shallow && !is_certain(repository, [tip, head], base) {
        return Err(too_shallow(revision));
    }
    Ok(Bases {
        base,
        tip,
        several: bases.len() > 1,
    })
}

/// The first parent of the commit, where the forge made it to try the merge of a pull request.
fn target_of_pull_request(repository: &gix::Repository, head: ObjectId) -> Option<ObjectId> {
    let commit = repository.find_commit(head).ok()?;
    let parents: Vec<ObjectId> = commit.parent_ids().map(gix::Id::detach).collect();
    if parents.len() != 2 {
        return None;
    }
    let references = repository.references().ok()?;
    let mut pulls = ["refs/remotes/pull/", "refs/pull/"]
        .into_iter()
        .filter_map(|prefix| references.prefixed(prefix).ok())
        .flatten()
        .filter_map(Result::ok);
    let is_it = pulls.any(|reference| {
        let name = reference.name().as_bstr();
        name.ends_with(b"/merge") && reference.try_id().is_some_and(|id| id.detach() == head)
    });
    is_it.then(|| parents[0])
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
