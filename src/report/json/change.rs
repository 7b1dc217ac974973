//! The change that is judged, for machines.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::{findings, ownership};

/// A change, and what it does to who owns what.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Change<'a> {
    /// The revision since which it is judged, as it was asked for.
    since: &'a str,
    /// The full hash of the commit that it starts from.
    base: &'a str,
    /// How many files differ; one that went elsewhere counts once.
    files: usize,
    /// How many findings existed before and remain.
    existing: usize,
    /// By rule: how many findings it fixes.
    fixed: &'a BTreeMap<&'static str, usize>,
    /// Files whose owners become others in the same way.
    handovers: Vec<Handover<'a>>,
    /// Lines of the ownership file of the target whose owners have to approve.
    approvals: Vec<Approval<'a>>,
    /// The path of that file.
    approved_by: Option<&'a str>,
    /// Services for which nobody answers any more.
    orphans: Vec<Orphan<'a>>,
    /// The names of those answers above that are left out, since facts that they need are unavailable: `approvals`,
    /// `owners` (handovers) and `services` (orphans).
    unverified: &'a [&'static str],
    /// Files that it changes and that say how changes are judged or approved.
    edits: Vec<Edited<'a>>,
    /// Whether the change has another policy than the revision.
    policy_differs: bool,
}

/// Files whose owners become others.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Handover<'a> {
    /// Their owners before; empty where they had none.
    before: &'a [String],
    /// Their owners after; empty where they have none.
    after: &'a [String],
    /// Whether the files came with the change.
    new: bool,
    /// The line of the ownership file that gives the owners after.
    line: Option<u32>,
    /// How many files.
    files: usize,
    /// Folders all of whose files these are, with a slash at the end, and single files.
    paths: Vec<&'a str>,
    /// How many folders and files are not named.
    more: usize,
}

/// A line whose owners have to approve.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(in crate::report) struct Approval<'a> {
    /// The line.
    line: u32,
    /// Its pattern.
    pattern: &'a str,
    /// Its owners, one of whom has to approve.
    owners: &'a [String],
    /// How many of the changed paths it decides over.
    files: usize,
    /// Folders all of whose changed files these are, with a slash at the end, and single files.
    paths: Vec<&'a str>,
    /// How many folders and files are not named.
    more: usize,
}

/// A service for which nobody answers.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Orphan<'a> {
    /// What it is called.
    service: &'a str,
    /// What breaks the chain.
    reason: &'a str,
}

/// A file that says how changes are judged.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edited<'a> {
    path: &'a str,
    /// `ownership-file`, `policy`, `roster` or `workflow`.
    kind: &'static str,
}

impl<'a> Change<'a> {
    pub(super) fn of(change: &'a findings::Change) -> Change<'a> {
        Change {
            since: &change.since,
            base: &change.base,
            files: change.files,
            existing: change.standing,
            fixed: &change.mended,
            handovers: change.handovers.iter().map(Handover::of).collect(),
            approvals: change.approvals.iter().map(Approval::of).collect(),
            approved_by: change.approved_by.as_deref(),
            orphans: change
                .orphans
                .iter()
                .map(|(service, reason)| Orphan { service, reason })
                .collect(),
            edits: change
                .edits
                .iter()
                .map(|(path, edit)| Edited {
                    path,
                    kind: edit.id(),
                })
                .collect(),
            unverified: &change.unverified,
            policy_differs: change.policy_differs,
        }
    }
}

impl<'a> Handover<'a> {
    fn of(it: &'a ownership::Handover) -> Handover<'a> {
        Handover {
            before: &it.before,
            after: &it.after,
            new: it.is_new,
            line: it.line,
            files: it.files,
            paths: it.paths.iter().map(|(path, _)| path.as_str()).collect(),
            more: it.more,
        }
    }
}

impl<'a> Approval<'a> {
    pub(in crate::report) fn of(it: &'a ownership::Approval) -> Approval<'a> {
        Approval {
            line: it.line,
            pattern: &it.pattern,
            owners: &it.owners,
            files: it.files,
            paths: it.paths.iter().map(|(path, _)| path.as_str()).collect(),
            more: it.more,
        }
    }
}
