//! Missing data: the unavailable facts that rules would check by.
//!
//! A rule whose facts are incomplete is skipped, as it could report what is not so. Only rules on what stands in single
//! files go on with the files that were read.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Check, Need, Rule, View};
use crate::facts::{Gap, GapKind, Looked, Repository};
use crate::policy::Judging;

/// The unavailable facts of a repository that whatever has this need depends on.
pub(crate) fn of_need(need: Need, repository: &Repository) -> Vec<&Gap> {
    let files = || repository.tree.unlisted().iter().map(|(_, gap)| gap);
    let searched = |wanted: fn(&Looked) -> bool| {
        let unread = repository.evidence.unread.iter();
        let unread = unread.filter(move |it| wanted(&it.wanted));
        files().chain(unread.map(|it| &it.gap)).collect()
    };
    match need {
        Need::Tree => files().collect(),
        Need::OwnershipFile => {
            let gap = repository.ownership_files.in_use.unavailable();
            gap.filter(|gap| gap.kind.is_unavailable())
                .into_iter()
                .collect()
        }
        Need::Roster | Need::Catalog => repository.unread_catalog().collect(),
        Need::Markers => searched(|it| it.markers),
        Need::CodeSuppressions => searched(|it| it.code_suppressions),
        Need::Documents => searched(|it| it.documents),
        Need::Alerts => searched(|it| it.alerts),
        Need::History | Need::Past | Need::Departures | Need::PastOrForge | Need::Ages => {
            let history = repository.history.iter();
            // That a plain folder has no commits is known.
            let lacks = history.flat_map(|history| history.lacks());
            lacks.filter(|gap| gap.kind != GapKind::Absent).collect()
        }
        Need::Policy
        | Need::Forge
        | Need::BranchRules
        | Need::OwnerErrors
        | Need::Members
        | Need::Pulls
        | Need::Deliveries
        | Need::Issues
        | Need::Links
        | Need::Comparison => Vec::new(),
    }
}

/// The unavailable facts that a rule would check by; nothing for a rule that lacks what was not requested.
pub(super) fn of_rule<'v>(rule: &Rule, view: &View<'v>, judging: &Judging) -> Vec<&'v Gap> {
    let repository = view.repository;
    let is_read = view.measures.is_some_and(|it| it.has_history());
    let is_requested = (is_read || !rule.needs_history())
        && (repository.forge.is_some() || !rule.needs_forge())
        && (is_read || repository.forge.is_some() || !rule.needs_either());
    if !is_requested {
        return Vec::new();
    }
    let mut gaps: Vec<&Gap> = Vec::new();
    let mut needs = rule.needs.to_vec();
    if judging.selects_owners() {
        // What holds for a file depends on its owners and its service.
        needs.extend([Need::OwnershipFile, Need::Catalog]);
    }
    for need in needs {
        gaps.extend(of_need(need, repository));
    }
    gaps
}

/// Returns true if a rule depends on what all repositories declare.
fn needs_catalog(rule: &Rule, judging: &Judging) -> bool {
    let is_declared = |need: &Need| matches!(need, Need::Roster | Need::Catalog);
    rule.needs.iter().any(is_declared) || judging.selects_owners()
}

/// Returns true if CODEOWNERS says who owns what a rule checks, though the rule does not need that: it names the owners
/// of services that do not.
fn asks_for_owners(rule: &Rule, view: &View<'_>) -> bool {
    let mut services = view.graph.services();
    matches!(
        rule.check,
        Check::Service(_) | Check::Entity(_) | Check::Team(_) | Check::Journey(_)
    ) && services.any(|(_, entry)| entry.service.owner.is_none())
}

/// Returns true if a rule only reports what stands in single files, so that its findings in files that were read hold
/// whatever else is unavailable.
pub(super) fn is_of_single_files(rule: &Rule, view: &View<'_>, judging: &Judging) -> bool {
    let is_listed = view.repository.tree.unlisted().is_empty();
    let needs_only = |needs: &[Need]| rule.needs.iter().all(|need| needs.contains(need));
    !judging.selects_owners()
        && match rule.check {
            Check::Marker(_) => needs_only(&[Need::Tree, Need::Markers, Need::Forge, Need::Issues]),
            Check::CodeSuppression(_) => needs_only(&[Need::Tree, Need::CodeSuppressions]),
            Check::Document(_) => {
                is_listed && needs_only(&[Need::Tree, Need::Documents, Need::Links])
            }
            Check::Alert(_) => is_listed && needs_only(&[Need::Tree, Need::Alerts]),
            Check::Descriptor(_) => is_listed && needs_only(&[Need::Catalog]),
            _ => false,
        }
}

/// Returns true if a rule says more if the history was read, but nothing that depends on it.
fn is_only_helped_by_history(rule: &Rule) -> bool {
    let needs = [Need::History, Need::PastOrForge, Need::Ages];
    !rule.needs.iter().any(|need| needs.contains(need))
}

/// The first unavailable fact without which a rule cannot check anything.
pub(super) fn prevents<'v>(rule: &Rule, view: &View<'v>, judging: &Judging) -> Option<&'v Gap> {
    let mut gaps = of_rule(rule, view, judging);
    if view.side.is_some() && asks_for_owners(rule, view) {
        // Of a change it has to be known what was so before.
        gaps.extend(of_need(Need::OwnershipFile, view.repository));
    }
    let elsewhere = view.graph.unread_catalog();
    let elsewhere = elsewhere.filter(|_| needs_catalog(rule, judging));
    let history = view.repository.history.as_ref();
    let is_of_history = |gap: &Gap| {
        history.is_some_and(|history| history.gaps.iter().any(|it| std::ptr::eq(it, gap)))
    };
    let helped = is_only_helped_by_history(rule);
    gaps.into_iter()
        .chain(elsewhere)
        .find(|gap| !(helped && is_of_history(gap)))
        .filter(|_| !is_of_single_files(rule, view, judging))
}

/// The unavailable facts that the enabled rules among these needed, each with those rules.
pub(crate) fn missing(rules: &[&'static Rule], view: &View<'_>, judging: &Judging) -> Needed {
    let mut needed = Needed::default();
    for rule in rules {
        if judging.is_enabled(rule.spec.id) {
            let owners = match asks_for_owners(rule, view) {
                true => of_need(Need::OwnershipFile, view.repository),
                false => Vec::new(),
            };
            for gap in of_rule(rule, view, judging).into_iter().chain(owners) {
                needed.add(gap, rule.spec.id);
            }
        }
    }
    needed
}

/// Missing data, by who needed it.
#[derive(Default)]
pub(crate) struct Needed(BTreeMap<Identity, (Gap, Vec<&'static str>)>);

/// What tells facts apart.
type Identity = (
    crate::facts::GapKind,
    Option<crate::text::RepoPath>,
    Option<String>,
    String,
);

fn identity(gap: &Gap) -> Identity {
    (
        gap.kind,
        gap.path.clone(),
        gap.object.clone(),
        gap.reason.clone(),
    )
}

impl Needed {
    /// Adds a fact that a rule or an answer needed.
    pub(crate) fn add(&mut self, gap: &Gap, by: &'static str) {
        let (_, all) = self
            .0
            .entry(identity(gap))
            .or_insert_with(|| (gap.clone(), gap.needed_by.to_vec()));
        if !all.contains(&by) {
            all.push(by);
        }
    }

    /// Returns true if something needed this fact.
    pub(crate) fn has(&self, gap: &Gap) -> bool {
        self.0.contains_key(&identity(gap))
    }

    /// Adds facts with all that needed them.
    pub(crate) fn extend<'g>(&mut self, gaps: impl IntoIterator<Item = &'g Gap>) {
        for gap in gaps {
            for by in gap.needed_by.iter() {
                self.add(gap, by);
            }
        }
    }

    /// All of them, sorted. Facts that the same rules needed share the list of these.
    pub(crate) fn gaps(self) -> Vec<Gap> {
        let mut lists: BTreeMap<Vec<&'static str>, Arc<[&'static str]>> = BTreeMap::new();
        let gaps = self.0.into_values().map(|(gap, mut by)| {
            by.sort_unstable();
            let list = lists
                .entry(by)
                .or_insert_with_key(|by| by.as_slice().into());
            Gap {
                needed_by: Arc::clone(list),
                ..gap
            }
        });
        gaps.collect()
    }
}
