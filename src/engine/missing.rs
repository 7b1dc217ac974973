//! Missing data of questions: what an answer needs and could not be read.

use super::Error;
use super::member::{Member, remarks};
use super::workspace::Workspace;
use crate::codeowners::OwnershipFile;
use crate::facts::{Gap, Repository};
use crate::rules::Need;
use crate::rules::lacking::{Needed, of_need};

/// What questions on who owns and knows files need.
pub(super) const OF_THE_PAST: [Need; 3] = [Need::Tree, Need::Catalog, Need::History];

/// The CODEOWNERS in use, if there is one.
///
/// # Errors
/// It is unavailable: without the lines that decide there is no answer, least of all "nobody".
pub(super) fn codeowners(repository: &Repository) -> Result<Option<&OwnershipFile>, Error> {
    let known = repository.ownership_files.in_use.known();
    known.map_err(|gap| {
        Error::unread(
            "the ownership file",
            gap,
            "read another ownership file with `--codeowners FILE`",
        )
    })
}

/// What a question about a workspace needs and could not be read, and then remarks on how its repositories were read.
///
/// # Errors
/// A CODEOWNERS is unavailable.
pub(super) fn of_workspace(
    answer: &'static str,
    needs: &[Need],
    workspace: &Workspace,
) -> Result<Vec<Gap>, Error> {
    for member in &workspace.members {
        codeowners(&member.repository)?;
    }
    let mut needed = Needed::default();
    let incomplete = workspace
        .failed
        .iter()
        .filter(|failed| failed.is_incomplete);
    incomplete.for_each(|failed| needed.add(&failed.gap(), answer));
    let others = of_members(answer, needs, &workspace.members, &mut needed);
    let mut failed = workspace.gaps();
    failed.retain(|gap| !needed.has(gap));
    Ok([needed.gaps(), failed, others].concat())
}

/// Adds what an answer needs of these repositories and could not be read. Returns remarks on how they were read.
pub(super) fn of_members(
    answer: &'static str,
    needs: &[Need],
    members: &[Member],
    needed: &mut Needed,
) -> Vec<Gap> {
    for member in members {
        for &need in needs {
            let gaps = of_need(need, &member.repository).into_iter();
            let gaps = gaps.filter(|gap| gap.kind.is_unavailable());
            gaps.for_each(|gap| needed.add(gap, answer));
        }
    }
    let others = members.iter().flat_map(|it| &it.repository.gaps);
    remarks(others.filter(|gap| !needed.has(gap)))
}
