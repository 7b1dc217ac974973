//! Questions that the commits answer: what is read for them.

use std::path::Path;

use jiff::civil::Date;

use super::member::{Member, Wanted};
use super::workspace::Workspace;
use super::{Error, HistoryRequest, directory, measures};
use crate::analysis::Measures;
use crate::facts::{GapKind, History};
use crate::graph::Graph;
use crate::rules::Need;

/// Of what the past is asked.
pub(super) struct Past<'p> {
    /// A repository, or a folder of repositories.
    pub(super) target: &'p Path,
    /// The policy instead of the target's own.
    pub(super) policy: Option<&'p Path>,
    /// The day as of which it is asked.
    pub(super) as_of: Date,
    /// Which commits are read.
    pub(super) history: &'p HistoryRequest,
}

/// Refuses repositories of which no commit at all can be read: figures about them would be made up. What is
/// missing of some of several repositories is shown beside the answer.
fn readable(members: &[Member]) -> Result<(), Error> {
    let histories = || {
        members
            .iter()
            .filter_map(|it| it.repository.history.as_ref())
    };
    if histories().any(|history| history.walked > 0) {
        return Ok(());
    }
    let Some(gap) = histories().find_map(History::unreadable) else {
        return Ok(());
    };
    let (message, help) = (gap.reason.clone(), gap.remedy.clone());
    Err(match gap.kind {
        GapKind::Absent => Error::Usage {
            message,
            help: "name a folder of a git repository, or run `git init` and commit first".into(),
        },
        _ => Error::NoCommits { message, help },
    })
}

/// Reads what is needed and asks.
pub(super) fn with_past<T>(
    past: &Past<'_>,
    ask: impl FnOnce(&Workspace, &Measures<'_>) -> Result<T, Error>,
) -> Result<T, Error> {
    let history = past.history.wanted(past.as_of);
    let wanted = Wanted::Facts(&[Need::Tree, Need::Catalog, Need::History]);
    let workspace = Workspace::of(past.target, past.policy, wanted, Some(&history), false)?;
    let members = &workspace.members;
    let directory = directory(members);
    let graph = Graph::new(members.iter().map(Member::in_graph).collect(), &directory);
    let none = || Error::Usage {
        message: "no repository was read, so that there is no history".into(),
        help: "name a repository, or a folder that holds some".into(),
    };
    let measures = measures(&graph, members, past.as_of).ok_or_else(none)?;
    readable(members)?;
    ask(&workspace, &measures)
}
