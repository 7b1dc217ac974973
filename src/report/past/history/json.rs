//! The measures of something, for machines.

use std::io::{self, Write};

use serde::Serialize;

use super::super::SCHEMA_VERSION;
use super::percent;
use crate::answers::{CoordinationAnswer, HistoryAnswer, WaitingAnswer};
use crate::report::json::{MissingData, Tool, document};

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: Tool,
    subject: &'a str,
    kind: &'a str,
    as_of: String,
    since: Option<String>,
    commits: usize,
    people: usize,
    bots: usize,
    truck_factor: TruckFactor<'a>,
    shares: Shares<'a>,
    loss: Loss,
    flow: Option<Flow<'a>>,
    waiting: Option<Waiting<'a>>,
    dependence: Option<Dependence<'a>>,
    coordination: Option<Coordination>,
    coupled: Vec<Pair<'a>>,
    delivery: Vec<Key>,
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
struct TruckFactor<'a> {
    pruned: usize,
    greedy: usize,
    paper: usize,
    files: usize,
    known: usize,
    all_files: usize,
    filter: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<Vec<Named<'a>>>,
}

#[derive(Serialize)]
struct Named<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<f64>,
}

#[derive(Serialize)]
struct Shares<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    changes: usize,
    people: usize,
    largest_percent: Option<f64>,
    major: usize,
    minor: usize,
    teams: Vec<Named<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<Vec<Named<'a>>>,
}

#[derive(Serialize)]
struct Loss {
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    files: usize,
    lost: usize,
    unclear: usize,
}

#[derive(Serialize)]
struct Flow<'a> {
    days: u32,
    changes: usize,
    by_bots: usize,
    free: usize,
    groups_mean: f64,
    groups_p90: usize,
    groups_max: usize,
    effective_approvers: Option<f64>,
    gini: f64,
    owners: Vec<Asked<'a>>,
}

#[derive(Serialize)]
struct Asked<'a> {
    owner: &'a str,
    asked: usize,
    needed: usize,
}

#[derive(Serialize)]
struct Waiting<'a> {
    /// Always: nothing here was measured.
    estimate: bool,
    model: &'a str,
    assumptions: &'a [&'a str],
    approvals_per_person_and_day: u32,
    days: u32,
    working_days: f64,
    of: Vec<Wait<'a>>,
}

#[derive(Serialize)]
struct Wait<'a> {
    asked: &'a str,
    kind: &'static str,
    changes: usize,
    people: Option<u32>,
    approvals_per_day: Option<f64>,
    busy_percent: Option<f64>,
    wait_days: Option<f64>,
    /// Why there is no `wait_days`.
    #[serde(skip_serializing_if = "Option::is_none")]
    unknown: Option<&'a str>,
}

impl<'a> Waiting<'a> {
    fn of(answer: &'a WaitingAnswer) -> Waiting<'a> {
        let of = answer.of.iter().map(|it| {
            let found = it.found.as_ref().ok();
            let endless = found.is_some_and(|found| found.days.is_none());
            let endless = endless.then_some("more is asked than its people give");
            Wait {
                asked: &it.asked,
                kind: if it.is_group { "group" } else { "owner" },
                changes: it.changes,
                people: found.map(|found| found.people),
                approvals_per_day: found.map(|found| found.arrivals),
                busy_percent: found.map(|found| found.busy),
                wait_days: found.and_then(|found| found.days),
                unknown: it.found.as_ref().err().copied().or(endless),
            }
        });
        Waiting {
            estimate: true,
            model: answer.model,
            assumptions: answer.assumptions,
            approvals_per_person_and_day: answer.capacity,
            days: answer.days,
            working_days: answer.working_days,
            of: of.collect(),
        }
    }
}

#[derive(Serialize)]
struct Coordination {
    congruence_percent: Option<f64>,
    team_pairs: Pairs,
    alignment_percent: Option<f64>,
    service_pairs: Pairs,
}

#[derive(Serialize)]
struct Pairs {
    known: usize,
    held: usize,
    unknown: usize,
}

impl Coordination {
    fn of(answer: &CoordinationAnswer) -> Coordination {
        let pairs = |(known, held, unknown)| Pairs {
            known,
            held,
            unknown,
        };
        Coordination {
            congruence_percent: percent(answer.teams.1, answer.teams.0),
            team_pairs: pairs(answer.teams),
            alignment_percent: percent(answer.services.1, answer.services.0),
            service_pairs: pairs(answer.services),
        }
    }
}

#[derive(Serialize)]
struct Dependence<'a> {
    changes: usize,
    dependent: usize,
    on: Vec<Needed<'a>>,
}

#[derive(Serialize)]
struct Needed<'a> {
    owner: &'a str,
    changes: usize,
}

#[derive(Serialize)]
struct Pair<'a> {
    a: &'a str,
    b: &'a str,
    degree: u32,
    shared: u32,
}

#[derive(Serialize)]
struct Key {
    name: &'static str,
    value: Option<f64>,
    unit: &'static str,
    proxy: &'static str,
    n: usize,
}

/// Writes all that is known, for machines.
pub fn json(answer: &HistoryAnswer, out: &mut dyn Write) -> io::Result<()> {
    let it = &answer.truck_factor;
    let since = answer.since.map(|since| since.to_string());
    let truck_factor = TruckFactor {
        since: since.clone(),
        pruned: it.pruned,
        greedy: it.greedy,
        paper: it.paper,
        files: it.files,
        known: it.known,
        all_files: it.all,
        filter: it.filter,
        who: it.who.as_ref().map(|who| {
            let named = who.iter().map(|(name, files)| Named {
                name,
                files: Some(*files),
                percent: None,
            });
            named.collect()
        }),
    };
    fn shared(shares: &[(String, f64)]) -> Vec<Named<'_>> {
        let named = shares.iter().map(|(name, percent)| Named {
            name,
            files: None,
            percent: Some(*percent),
        });
        named.collect()
    }
    let it = &answer.shares;
    let shares = Shares {
        since: since.clone(),
        changes: it.changes,
        people: it.people,
        largest_percent: it.largest,
        major: it.major,
        minor: it.minor,
        teams: shared(&it.teams),
        who: it.who.as_ref().map(|who| shared(who)),
    };
    let flow = answer.flow.as_ref().map(|it| Flow {
        days: it.days,
        changes: it.changes,
        by_bots: it.by_bots,
        free: it.free,
        groups_mean: it.groups.0,
        groups_p90: it.groups.1,
        groups_max: it.groups.2,
        effective_approvers: it.effective,
        gini: it.gini,
        owners: it
            .owners
            .iter()
            .map(|it| Asked {
                owner: &it.owner,
                asked: it.asked,
                needed: it.needed,
            })
            .collect(),
    });
    let dependence = answer.dependence.as_ref().map(|it| Dependence {
        changes: it.changes,
        dependent: it.dependent,
        on: it
            .on
            .iter()
            .map(|(owner, changes)| Needed {
                owner,
                changes: *changes,
            })
            .collect(),
    });
    let coupled = answer.coupled.iter().map(|pair| Pair {
        a: &pair.of.0,
        b: &pair.of.1,
        degree: pair.degree,
        shared: pair.shared,
    });
    let delivery = answer.keys.iter().map(|key| Key {
        name: key.name,
        value: key.value,
        unit: key.unit,
        proxy: key.proxy,
        n: key.n,
    });
    document(
        &Answer {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            subject: &answer.subject,
            kind: answer.kind,
            as_of: answer.as_of.to_string(),
            since: since.clone(),
            commits: answer.commits,
            people: answer.people,
            bots: answer.bots,
            truck_factor,
            shares,
            loss: Loss {
                since,
                files: answer.loss.files,
                lost: answer.loss.lost,
                unclear: answer.loss.unclear,
            },
            flow,
            waiting: answer.waiting.as_ref().map(Waiting::of),
            dependence,
            coordination: answer.coordination.as_ref().map(Coordination::of),
            coupled: coupled.collect(),
            delivery: delivery.collect(),
            gaps: answer.gaps.iter().map(MissingData::of).collect(),
        },
        out,
    )
}
