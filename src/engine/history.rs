//! The measures of a repository, a path, a service or a team.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::past::{Past, with_past};
use super::{Error, HistoryRequest, missing, named};
use crate::analysis::Measures;
use crate::analysis::congruence::Held;
use crate::analysis::coupling::Limits;
use crate::analysis::flow::DAYS;
use crate::analysis::four_keys::Measured;
use crate::analysis::knowledge::{Authorship, SOURCE_FILES};
use crate::analysis::load::Load;
use crate::analysis::loss::Loss;
use crate::analysis::people::SEEN_DAYS;
use crate::analysis::shares::Shares;
use crate::analysis::truck_factor::{Method, TruckFactor};
use crate::analysis::waiting::{self, Asked, Estimate};
use crate::answers::{
    AskedOwner, CoordinationAnswer, CoupledPair, DependenceAnswer, FlowAnswer, HistoryAnswer,
    KeyAnswer, LossAnswer, SharesAnswer, TruckFactors, WaitEstimate, Waiting, WaitingAnswer,
};
use crate::facts::History;
use crate::graph::{Actor, ServiceId};
use crate::identity::Party;
use crate::sources::repository::Source;

/// Of what the measures are asked.
#[derive(Clone, Debug)]
pub struct MeasuresRequest {
    /// A repository, a folder or a file in it, or for services and teams a folder of repositories.
    pub target: PathBuf,
    /// The policy instead of the target's own.
    pub policy: Option<PathBuf>,
    /// A service instead of the target.
    pub service: Option<String>,
    /// A team instead of the target.
    pub team: Option<String>,
    /// The day as of which it is asked.
    pub as_of: Date,
    /// Which commits are read.
    pub history: HistoryRequest,
}

/// How many of each are told of.
const MOST_OWNERS: usize = 8;
const MOST_PAIRS: usize = 10;
const MOST_TEAMS: usize = 8;

/// The measures of something.
///
/// # Errors
/// The target or its policy cannot be read, or there is no such path, service or team.
pub fn history(request: &MeasuresRequest) -> Result<HistoryAnswer, Error> {
    let past = Past {
        target: &request.target,
        policy: request.policy.as_deref(),
        as_of: request.as_of,
        history: &request.history,
    };
    with_past(&past, |workspace, measures| {
        let subject = Subject::find(request, measures)?;
        let gaps = missing::of_workspace("history", &missing::OF_THE_PAST, workspace)?;
        let walked = workspace
            .members
            .iter()
            .filter_map(|it| it.repository.history.as_ref());
        let bots = measures
            .committers
            .all()
            .iter()
            .filter(|it| it.is_bot)
            .count();
        Ok(HistoryAnswer {
            kind: subject.kind(),
            as_of: request.as_of,
            since: first_day(measures),
            commits: walked.map(|history| history.walked).sum(),
            people: measures.committers.all().len() - bots,
            bots,
            truck_factor: subject.truck_factor(measures),
            shares: subject.shares(measures),
            loss: subject.loss(measures),
            flow: subject.flow(measures),
            waiting: subject.waiting(measures),
            dependence: subject.dependence(measures),
            coordination: subject.coordination(measures),
            coupled: subject.coupled(measures),
            keys: subject.keys(measures),
            subject: subject.name,
            gaps,
        })
    })
}

/// What is measured.
struct Subject {
    name: String,
    of: Of,
    /// Its files, by repository and place in its tree.
    files: Vec<(usize, usize)>,
}

enum Of {
    Repository,
    Path,
    Service(ServiceId),
    Team(Actor),
}

impl Subject {
    fn find(request: &MeasuresRequest, measures: &Measures<'_>) -> Result<Subject, Error> {
        let graph = measures.graph;
        if let Some(service) = &request.service {
            let services = named::services(service, graph)?;
            // Never empty: nothing of that name is an error.
            let id = services.first().copied().unwrap_or(ServiceId(0));
            return Ok(Subject {
                name: graph.service(id).service.name.clone(),
                of: Of::Service(id),
                files: of_service(id, measures),
            });
        }
        if let Some(team) = &request.team {
            let actor = named::team(team, graph)?;
            return Ok(Subject {
                name: graph.actor_label(&actor),
                files: of_actor(&actor, measures),
                of: Of::Team(actor),
            });
        }
        let scope = Source::open(&request.target, None)?.scope().clone();
        let member = graph.members()[0];
        let tree = &member.repository.tree;
        let own = tree.find(scope.as_bytes());
        let files = own
            .into_iter()
            .chain(tree.below(&scope))
            .map(|file| (0, file));
        Ok(match scope.is_root() {
            true => Subject {
                name: member.repository.name.clone(),
                of: Of::Repository,
                files: files.collect(),
            },
            false => Subject {
                name: scope.to_string_lossy().into_owned(),
                of: Of::Path,
                files: files.collect(),
            },
        })
    }

    fn kind(&self) -> &'static str {
        match self.of {
            Of::Repository => "repository",
            Of::Path => "path",
            Of::Service(_) => "service",
            Of::Team(_) => "team",
        }
    }

    fn truck_factor(&self, measures: &Measures<'_>) -> TruckFactors {
        let by = |authorship, prune| {
            TruckFactor::of(known(&self.files, measures), Method { authorship, prune })
        };
        let pruned = by(Authorship::Tool, true);
        let greedy = by(Authorship::Tool, false);
        let who = pruned.who.iter().map(|it| {
            let committer = measures.committers.at(it.who);
            (committer.label.clone(), it.files)
        });
        TruckFactors {
            pruned: pruned.number(),
            greedy: greedy.number(),
            paper: by(Authorship::Paper, false).number(),
            files: pruned.files,
            known: pruned.known,
            all: pruned.all,
            filter: SOURCE_FILES,
            who: measures.names_people.then(|| who.collect()),
        }
    }

    fn shares(&self, measures: &Measures<'_>) -> SharesAnswer {
        let shares = Shares::of_changes(known(&self.files, measures));
        let directory = measures.graph.directory();
        let percent = |count: usize| percent(count, shares.total);
        let mut of_persons: BTreeMap<usize, usize> = BTreeMap::new();
        for &(who, count) in &shares.people {
            if let Some(person) = measures.committers.at(who).person {
                *of_persons.entry(person).or_default() += count;
            }
        }
        let teams = directory.teams().iter().enumerate().map(|(place, team)| {
            let people = measures.graph.people_of(place).0;
            let counts = people.iter().filter_map(|person| of_persons.get(person));
            (team.label.clone(), percent(counts.sum()))
        });
        let mut teams: Vec<(String, f64)> = teams.filter(|(_, share)| *share > 0.0).collect();
        teams.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        teams.truncate(MOST_TEAMS);
        let who = shares
            .people
            .iter()
            .take(MOST_OWNERS)
            .map(|&(who, count)| (measures.committers.at(who).label.clone(), percent(count)));
        SharesAnswer {
            changes: shares.total,
            people: shares.people.len(),
            largest: shares.ownership().map(|share| share * 100.0),
            major: shares.major(),
            minor: shares.minor(),
            teams,
            who: measures.names_people.then(|| who.collect()),
        }
    }

    fn loss(&self, measures: &Measures<'_>) -> LossAnswer {
        let loss = Loss::of(known(&self.files, measures), measures.people(), SEEN_DAYS);
        LossAnswer {
            files: loss.files,
            lost: loss.lost.len(),
            unclear: loss.unclear,
        }
    }

    fn flow(&self, measures: &Measures<'_>) -> Option<FlowAnswer> {
        if !matches!(self.of, Of::Repository) {
            return None;
        }
        let flow = measures.flow(DAYS);
        let days = measures.days_seen(Some(0), DAYS);
        Some(flow_of(flow.repository(0)?, days, measures))
    }

    /// How long approvals wait for the owners that a repository's lines name, or for a team wherever it is asked.
    fn waiting(&self, measures: &Measures<'_>) -> Option<WaitingAnswer> {
        let flow = measures.flow(DAYS);
        let replay = measures.replay();
        let (load, place, only) = match &self.of {
            Of::Repository => (flow.repository(0)?, Some(0), None),
            Of::Team(team) => (&flow.all, None, Some(replay.place_of(team)?)),
            Of::Path | Of::Service(_) => return None,
        };
        let days = measures.days_seen(place, DAYS);
        let is_told = |it: &Estimate| match (it.of, only) {
            (_, None) => true,
            (Asked::Owner(owner), Some(only)) => owner == only,
            (Asked::Group(group), Some(only)) => replay.group(group).actors.contains(&only),
        };
        let all: Vec<Estimate> = measures.waiting(load, days);
        let all = all.into_iter().filter(is_told);
        let (groups, owners): (Vec<Estimate>, Vec<Estimate>) =
            all.partition(|it| matches!(it.of, Asked::Group(_)));
        let told = owners.iter().take(MOST_OWNERS);
        let told = told.chain(groups.iter().take(MOST_OWNERS));
        let told: Vec<WaitEstimate> = told.map(|it| wait(it, measures)).collect();
        (!told.is_empty()).then(|| WaitingAnswer {
            model: waiting::MODEL,
            assumptions: &waiting::ASSUMPTIONS,
            capacity: waiting::CAPACITY,
            days,
            working_days: waiting::working_days(days),
            of: told,
        })
    }

    /// Whether the teams coordinate whose services hang together: all of them, or those of a team.
    fn coordination(&self, measures: &Measures<'_>) -> Option<CoordinationAnswer> {
        let graph = measures.graph;
        let found = measures.congruence();
        let (teams, services) = match &self.of {
            Of::Repository => (found.teams(&found.pairs), found.services(&found.links)),
            Of::Team(team) => {
                let own = graph.owned_by(team);
                let links = found.links.iter();
                let links = links.filter(|it| own.contains(&it.a) || own.contains(&it.b));
                (found.teams(found.of_team(team)), found.services(links))
            }
            Of::Path | Of::Service(_) => return None,
        };
        let all = |it: Held| (it.known, it.held, it.unknown);
        let is_any = teams.is_any() || services.is_any();
        is_any.then(|| CoordinationAnswer {
            teams: all(teams),
            services: all(services),
        })
    }

    fn dependence(&self, measures: &Measures<'_>) -> Option<DependenceAnswer> {
        let Of::Team(Actor::Party(Party::Team(team))) = self.of else {
            return None;
        };
        let flow = measures.flow(DAYS);
        let dependence = flow.dependence.get(&team)?;
        let label = |actor: u32| {
            let actor = measures.replay().actor(actor);
            measures.graph.actor_label(actor)
        };
        let on = dependence.on.iter().take(MOST_OWNERS);
        Some(DependenceAnswer {
            changes: dependence.changes,
            dependent: dependence.dependent,
            on: on
                .map(|&(actor, changes)| (label(actor), changes))
                .collect(),
        })
    }

    /// Pairs of files of a repository or of a path, of a service with others, or of the services of a team
    /// with others.
    fn coupled(&self, measures: &Measures<'_>) -> Vec<CoupledPair> {
        let graph = measures.graph;
        let own: BTreeSet<ServiceId> = match &self.of {
            Of::Repository | Of::Path => {
                return self.coupled_files(measures);
            }
            Of::Service(id) => BTreeSet::from([*id]),
            Of::Team(actor) => graph.owned_by(actor).iter().copied().collect(),
        };
        let name = |id: u32| graph.service(ServiceId(id as usize)).service.name.clone();
        let is_own = |id: u32| own.contains(&ServiceId(id as usize));
        let coupling = measures.service_coupling(&Limits::default());
        let pairs = coupling.pairs.iter();
        let pairs = pairs.filter(|pair| is_own(pair.a) || is_own(pair.b));
        let pairs = pairs.take(MOST_PAIRS).map(|pair| CoupledPair {
            of: (name(pair.a), name(pair.b)),
            degree: pair.degree(),
            shared: pair.shared,
        });
        pairs.collect()
    }

    fn coupled_files(&self, measures: &Measures<'_>) -> Vec<CoupledPair> {
        let tree = &measures.graph.members()[0].repository.tree;
        let path = |file: u32| String::from_utf8_lossy(tree.path(file as usize)).into_owned();
        let own: BTreeSet<usize> = self.files.iter().map(|&(_, file)| file).collect();
        let coupling = measures
            .file_coupling(0, &Limits::default())
            .unwrap_or_default();
        let pairs = coupling
            .pairs
            .iter()
            .filter(|pair| own.contains(&(pair.a as usize)) || own.contains(&(pair.b as usize)));
        let pairs = pairs.take(MOST_PAIRS).map(|pair| CoupledPair {
            of: (path(pair.a), path(pair.b)),
            degree: pair.degree(),
            shared: pair.shared,
        });
        pairs.collect()
    }

    fn keys(&self, measures: &Measures<'_>) -> Vec<KeyAnswer> {
        let keys = matches!(self.of, Of::Repository)
            .then(|| measures.four_keys(0, DAYS))
            .flatten();
        let Some(keys) = keys else {
            return Vec::new();
        };
        let percent = |measured: Measured| Measured {
            value: measured.value.map(|share| share * 100.0),
            ..measured
        };
        let all = [
            ("deployments", keys.deployments, "a week"),
            ("lead time", keys.lead_time, "hours"),
            ("time to merge", keys.merge_time, "hours"),
            ("failing changes", percent(keys.failures), "%"),
            ("mended releases", percent(keys.hotfixed), "%"),
            ("recovery", keys.recovery, "hours"),
        ];
        let all = all.into_iter().map(|(name, measured, unit)| KeyAnswer {
            name,
            value: measured.value,
            unit,
            proxy: measured.proxy,
            n: measured.n,
        });
        all.collect()
    }
}

fn known<'m>(
    files: &'m [(usize, usize)],
    measures: &'m Measures<'_>,
) -> impl Iterator<Item = (&'m crate::analysis::knowledge::Knowledge, usize)> {
    let known = files.iter();
    known.filter_map(|&(place, file)| Some((measures.knowledge(place)?, file)))
}

fn of_service(id: ServiceId, measures: &Measures<'_>) -> Vec<(usize, usize)> {
    let home = measures.graph.service(id).home;
    let files = measures.graph.files(id).iter();
    files
        .filter_map(|&file| Some((home?, file as usize)))
        .collect()
}

/// The files of the services that a team answers for, and those that lines decide over that name it.
fn of_actor(actor: &Actor, measures: &Measures<'_>) -> Vec<(usize, usize)> {
    let graph = measures.graph;
    let services = graph.owned_by(actor);
    let services = services.iter().flat_map(|&id| of_service(id, measures));
    let mut files: BTreeSet<(usize, usize)> = services.collect();
    for (place, member) in graph.members().iter().enumerate() {
        let named = named::rules_of(actor, graph, place);
        for file in 0..member.repository.tree.len() {
            let line = member.ownership.deciding(file);
            if line.is_some_and(|line| named.binary_search(&line).is_ok()) {
                files.insert((place, file));
            }
        }
    }
    files.into_iter().collect()
}

/// The first day of which commits count in all histories, where earlier ones of any were left out.
fn first_day(measures: &Measures<'_>) -> Option<Date> {
    let places = 0..measures.graph.members().len();
    let histories = places.filter_map(|place| measures.history(place));
    histories.filter_map(History::first_day).max()
}

/// What is told of an estimate.
fn wait(estimate: &Estimate, measures: &Measures<'_>) -> WaitEstimate {
    let replay = measures.replay();
    let (asked, is_group) = match estimate.of {
        Asked::Owner(owner) => (measures.graph.actor_label(replay.actor(owner)), false),
        Asked::Group(group) => (replay.group(group).label(), true),
    };
    let found = estimate.queue.map(|queue| Waiting {
        people: queue.servers,
        arrivals: queue.arrivals,
        busy: queue.utilization() * 100.0,
        days: queue.wait(),
    });
    WaitEstimate {
        asked,
        is_group,
        changes: estimate.changes,
        found: found.map_err(waiting::Unknown::reason),
    }
}

fn flow_of(load: &Load, days: u32, measures: &Measures<'_>) -> FlowAnswer {
    let label = |actor: u32| measures.graph.actor_label(measures.replay().actor(actor));
    let owners = load
        .owners
        .iter()
        .filter(|it| it.asked > 0)
        .take(MOST_OWNERS);
    let spread = load.groups_per_change;
    FlowAnswer {
        days,
        changes: load.changes,
        by_bots: load.by_bots,
        free: load.free,
        groups: (spread.mean, spread.p90, spread.max),
        effective: load.effective_approvers(),
        gini: load.over_owners().gini,
        owners: owners
            .map(|it| AskedOwner {
                owner: label(it.actor),
                asked: it.asked,
                needed: it.needed,
            })
            .collect(),
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer changes than numbers that are exact"
    )]
    let share = part as f64 * 100.0 / whole.max(1) as f64;
    share
}
