//! Judging all repositories of an organization together: one graph over all of them, and a scorecard for
//! each repository, service and team.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use rayon::prelude::*;

use super::member::{Elsewhere, Member, Ratchet, Wanted};
use super::workspace::Workspace;
use super::{
    Error, HistoryRequest, OnlineRequest, Outcomes, Run, directory, forge, measures, select,
};
use crate::answers::{Audit, Audited, CardOutcome, Scorecard};
use crate::facts::{GapKind, History, Name};
use crate::findings::{Report, Unasked};
use crate::graph::{Actor, Graph};
use crate::identity::Standing;
use crate::policy::Level;
use crate::rules::{Holder, Rule};

/// What to audit.
#[derive(Clone, Debug)]
pub struct AuditRequest {
    /// The folder below which all repositories are judged.
    pub folder: PathBuf,
    /// The organization's policy, instead of the `bailiwick.toml` of the folder.
    pub policy: Option<PathBuf>,
    /// Only these rules run, if there are any: ids and `family/*`.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// The day as of which dates are judged.
    pub as_of: Date,
    /// Whether commits are read, and which.
    pub history: Option<HistoryRequest>,
    /// Whether the forge is asked, and how.
    pub online: Option<OnlineRequest>,
}

/// Judges every repository below a folder.
///
/// # Errors
/// The folder cannot be read, or the organization's policy or the request is faulty. A repository that
/// cannot be judged is told of and left out.
pub fn audit(request: &AuditRequest) -> Result<Audit, Error> {
    let selected = select(&request.select, &request.ignore)?;
    let history = request.history.as_ref();
    let history = history.map(|history| history.wanted(request.as_of));
    let Workspace {
        name,
        mut paths,
        mut members,
        failed,
        gaps,
        above,
    } = Workspace::below(
        &request.folder,
        request.policy.as_deref(),
        Wanted::Rules(&selected),
        history.as_ref(),
        request.online.is_some(),
    )?;
    if let Some(online) = &request.online {
        let above = above.as_ref();
        let organizations = forge::ask(online, &mut members, &selected, above, request.as_of)?;
        let names = organizations.iter().map(|it| it.repository.name.clone());
        paths.extend(names);
        members.extend(organizations);
    }

    // Identity and graph over all of them; rules and findings of each.
    let directory = directory(&members);
    let graph = Graph::new(members.iter().map(Member::in_graph).collect(), &directory);
    let measures = measures(&graph, &members, request.as_of);
    let run = Run {
        selected: &selected,
        baseline: None,
        as_of: request.as_of,
        is_audit: true,
        measures: measures.as_ref(),
    };
    let judged = judge(&graph, &members, &paths, !failed.is_empty(), &run);
    let (mut reports, outcomes): (Vec<Report>, Vec<Outcomes>) = judged.into_iter().unzip();
    let unasked = unasked(request, &selected);
    for (report, member) in reports.iter_mut().zip(&members) {
        report.wait(unasked.clone());
        let history = member.repository.history.as_ref();
        let unread = history.and_then(History::unreadable);
        // A plain folder that its policy calls a root has no commits.
        let unread = unread.filter(|gap| gap.kind != GapKind::Absent);
        report.unread_history = unread.cloned();
    }

    let cards = Cards {
        graph: &graph,
        paths: &paths,
        outcomes: &outcomes,
    };
    let (by_repository, by_service, by_team) = cards.all();
    let repositories = paths.iter().zip(&members).zip(reports);
    let repositories = repositories.map(|((path, member), report)| Audited {
        path: path.clone(),
        is_organization: member.repository.is_organization,
        report,
    });
    Ok(Audit {
        as_of: request.as_of,
        name,
        repositories: repositories.collect(),
        failed,
        gaps,
        by_repository,
        by_service,
        by_team,
    })
}

/// Rules that judge by what the forge knows, where nobody asked for that and the request does not name them.
fn unasked(request: &AuditRequest, selected: &[&'static Rule]) -> Unasked {
    let mut unasked = Unasked::default();
    if request.online.is_none() && request.select.is_empty() {
        let waits = selected.iter().filter(|rule| rule.needs_forge());
        unasked.forge = waits.map(|rule| rule.spec.id).collect();
    }
    unasked
}

/// Judges every repository of a run. `lacks` says whether there is one that could not be read.
pub(super) fn judge<'m>(
    graph: &'m Graph<'m>,
    members: &'m [Member],
    paths: &[String],
    lacks: bool,
    run: &Run<'m>,
) -> Vec<(Report, Outcomes)> {
    // The one whose policy is the organization's comes last: its exceptions hold in all others.
    let organization = members.first().zip(paths.first());
    let is_organization = organization.is_some_and(|(member, path)| {
        let has_others = || members[1..].iter().any(|it| !it.repository.is_organization);
        path == "." && (member.repository.is_organization || has_others())
    });
    let first = usize::from(is_organization);
    let judged = members.par_iter().enumerate().skip(first);
    let judged = judged.map(|(place, member)| member.judge(graph, place, run, None, Ratchet::Off));
    let mut judged: Vec<(Report, Outcomes)> = judged.collect();
    if is_organization {
        let mut elsewhere = elsewhere(judged.iter().map(|(_, outcomes)| outcomes));
        if lacks || judged.is_empty() {
            // What an exception accepts may well be where nothing was judged.
            let elsewhere = elsewhere.get_or_insert_default();
            elsewhere.complete.clear();
        }
        let own = members[0].judge(graph, 0, run, elsewhere.as_ref(), Ratchet::Off);
        judged.insert(0, own);
    }
    judged
}

/// What became of the organization's exceptions in all repositories; none where it has none.
fn elsewhere<'o>(outcomes: impl Iterator<Item = &'o Outcomes>) -> Option<Elsewhere> {
    let mut sum: Option<Elsewhere> = None;
    for outcomes in outcomes {
        let sum = sum.get_or_insert_with(|| Elsewhere {
            matched: vec![0; outcomes.inherited.len()],
            complete: outcomes.complete.clone(),
        });
        for (matched, more) in sum.matched.iter_mut().zip(&outcomes.inherited) {
            *matched += more;
        }
        sum.complete.retain(|rule| outcomes.complete.contains(rule));
    }
    sum
}

/// Scorecards from what became of the rules.
struct Cards<'c> {
    graph: &'c Graph<'c>,
    paths: &'c [String],
    outcomes: &'c [Outcomes],
}

impl Cards<'_> {
    /// Those of repositories, of services, and of teams, each with the worst first.
    fn all(&self) -> (Vec<Scorecard>, Vec<Scorecard>, Vec<Scorecard>) {
        let mut repositories: BTreeMap<usize, Scorecard> = BTreeMap::new();
        let mut others: BTreeMap<&Holder, Scorecard> = BTreeMap::new();
        for (place, outcomes) in self.outcomes.iter().enumerate() {
            for (holder, rule, outcome) in outcomes.of.iter() {
                let failing = outcomes.failing.get(&(holder.clone(), rule));
                let outcome = match failing {
                    Some(&level) => CardOutcome::Fail(level),
                    None if outcome.judged => CardOutcome::Pass,
                    None if outcome.skipped => CardOutcome::Skip,
                    None => continue,
                };
                let card = match holder {
                    Holder::Repository => repositories
                        .entry(place)
                        .or_insert_with(|| self.of_repository(place)),
                    Holder::Service(_) | Holder::Team(_) => {
                        others.entry(holder).or_insert_with(|| self.of(holder))
                    }
                };
                let known = card.rules.entry(rule).or_insert(outcome);
                *known = worse(*known, outcome);
            }
        }
        let mut by_repository: Vec<Scorecard> = repositories.into_values().collect();
        let (mut by_service, mut by_team) = (Vec::new(), Vec::new());
        for (holder, card) in others {
            match holder {
                // Who is proven to be nobody is no team that could do better.
                Holder::Team(Actor::Unlisted(name)) if self.is_unknown(name) => {}
                Holder::Team(_) => by_team.push(card),
                _ => by_service.push(card),
            }
        }
        Scorecard::sort(&mut by_repository);
        Scorecard::sort(&mut by_service);
        Scorecard::sort(&mut by_team);
        (by_repository, by_service, by_team)
    }

    fn is_unknown(&self, name: &Name) -> bool {
        let standing = self.graph.directory().standing_of_name(name);
        matches!(standing, Standing::Unknown(_))
    }

    fn of_repository(&self, place: usize) -> Scorecard {
        Scorecard {
            name: self.graph.members()[place].repository.name.clone(),
            repository: Some(self.paths[place].clone()),
            services: self.graph.declared_in(place).count(),
            ..Scorecard::default()
        }
    }

    fn of(&self, holder: &Holder) -> Scorecard {
        match holder {
            Holder::Repository => Scorecard::default(),
            Holder::Service(id) => {
                let entry = self.graph.service(*id);
                let home = entry.home.unwrap_or(entry.declared_in);
                let owners = self.graph.chain(*id).actors.iter();
                let owners = owners.map(|actor| self.graph.actor_label(actor));
                Scorecard {
                    name: entry.service.name.clone(),
                    repository: Some(self.paths[home].clone()),
                    tier: entry.service.tier(),
                    owners: owners.collect(),
                    services: 1,
                    ..Scorecard::default()
                }
            }
            Holder::Team(actor) => Scorecard {
                name: self.graph.actor_label(actor),
                services: self.graph.owned_by(actor).len(),
                ..Scorecard::default()
            },
        }
    }
}

/// The worse of two: a failure anywhere fails, and what passes somewhere is known.
fn worse(one: CardOutcome, other: CardOutcome) -> CardOutcome {
    let rank = |outcome| match outcome {
        CardOutcome::Skip => (0, Level::Off),
        CardOutcome::Pass => (1, Level::Off),
        CardOutcome::Fail(level) => (2, level),
    };
    if rank(one) >= rank(other) { one } else { other }
}
