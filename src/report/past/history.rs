//! The measures of something.

use std::io::{self, Write};

use serde::Serialize;

use super::{SCHEMA_VERSION, lines};
use crate::answers::{HistoryAnswer, KeyAnswer};
use crate::report::json::{Gap, Tool, document};
use crate::report::look::{Ink, Look};
use crate::text::{count, list, number, terminal};

/// Writes a paragraph a measure.
pub fn human(answer: &HistoryAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let name = look.paint(Ink::Strong, terminal(&answer.subject));
    let bots = match answer.bots {
        0 => String::new(),
        bots => format!(", {} left out", count(bots, "bot")),
    };
    writeln!(
        out,
        "{name} ({}), as of {}: {} of {}{bots}",
        answer.kind,
        answer.as_of,
        count(answer.commits, "commit"),
        people(answer.people)
    )?;
    let mut say = |name: &str, texts: &[String]| lines(out, look, name, texts);
    say("knowledge", &knowledge(answer))?;
    say("shares", &shares(answer))?;
    say("loss", &[loss(answer)])?;
    if let Some(flow) = flow(answer) {
        say("flow", &flow)?;
    }
    if let Some(dependence) = &answer.dependence {
        let on = dependence
            .on
            .iter()
            .map(|(team, changes)| format!("{team} ({changes})"));
        let on = list(&on.collect::<Vec<_>>(), 0);
        let needs = match dependence.dependent {
            0 => "none of which needs another team".to_owned(),
            some => format!("{} of which need another team: {on}", number(some)),
        };
        let changes = count(dependence.changes, "change");
        say("depends", &[format!("{changes} of its people, {needs}")])?;
    }
    let coupled = answer.coupled.iter().map(|pair| {
        let shared = count(pair.shared as usize, "change");
        format!(
            "{} and {}: {} % of the time, {shared}",
            pair.of.0, pair.of.1, pair.degree
        )
    });
    say("together", &coupled.collect::<Vec<_>>())?;
    let keys: Vec<String> = answer.keys.iter().map(key).collect();
    say("delivery", &keys)
}

fn people(people: usize) -> String {
    match people {
        1 => "1 person".to_owned(),
        people => format!("{} people", number(people)),
    }
}

fn knowledge(answer: &HistoryAnswer) -> Vec<String> {
    let it = &answer.truck_factor;
    let mut texts = vec![
        format!(
            "truck factor {} ({} without pruning, {} as the paper has it)",
            it.pruned, it.greedy, it.paper
        ),
        format!(
            "counts {} of {}: {}; {} of them have an author",
            number(it.files),
            count(it.all, "file"),
            it.filter,
            number(it.known)
        ),
    ];
    if let Some(who) = &it.who {
        let who = who
            .iter()
            .map(|(name, files)| format!("{name} ({})", count(*files, "file")));
        texts.push(list(&who.collect::<Vec<_>>(), 0));
    }
    texts
}

fn shares(answer: &HistoryAnswer) -> Vec<String> {
    let it = &answer.shares;
    let largest = it
        .largest
        .map(|share| format!(", the largest share {share:.0} %"));
    let mut texts = vec![format!(
        "{} by {}{}; {} with 5 % or more, {} with less",
        count(it.changes, "change"),
        people(it.people),
        largest.unwrap_or_default(),
        number(it.major),
        number(it.minor)
    )];
    for shares in [Some(&it.teams), it.who.as_ref()].into_iter().flatten() {
        let shares = shares
            .iter()
            .map(|(name, share)| format!("{name} {share:.0} %"));
        let shares: Vec<String> = shares.collect();
        if !shares.is_empty() {
            texts.push(list(&shares, 0));
        }
    }
    texts
}

fn loss(answer: &HistoryAnswer) -> String {
    let it = &answer.loss;
    let unclear = match it.unclear {
        0 => String::new(),
        some => format!("; of {} more it cannot be known", number(some)),
    };
    let files = count(it.files, "file");
    format!(
        "{} of {files} with an author are known only to people who left{unclear}",
        number(it.lost)
    )
}

fn flow(answer: &HistoryAnswer) -> Option<Vec<String>> {
    let it = answer.flow.as_ref()?;
    let bots = match it.by_bots {
        0 => String::new(),
        bots => format!(", {} by bots left out", number(bots)),
    };
    let mut texts = vec![format!(
        "{} in {} days{bots}; {} need nobody's approval",
        count(it.changes, "change"),
        it.days,
        number(it.free)
    )];
    if it.owners.is_empty() {
        return Some(texts);
    }
    let (mean, p90, max) = it.groups;
    let effective = match it.effective {
        Some(effective) => format!("as {effective:.1} people who approve the same"),
        None => "who approves is not known of all teams".to_owned(),
    };
    texts.push(format!(
        "owner groups a change: {mean:.1} on average, {p90} for nine in ten, {max} at most"
    ));
    texts.push(format!(
        "approvals: {effective}; Gini over owners {:.2}",
        it.gini
    ));
    let owners = it.owners.iter().map(|owner| {
        format!(
            "{} asked in {}, needed in {}",
            owner.owner,
            number(owner.asked),
            number(owner.needed)
        )
    });
    texts.extend(owners);
    Some(texts)
}

fn key(key: &KeyAnswer) -> String {
    let value = match key.value {
        Some(value) => format!("{value:.1} {}", key.unit),
        None => "insufficient data".to_owned(),
    };
    format!("{}: {value} (n = {}; by {})", key.name, key.n, key.proxy)
}

#[derive(Serialize)]
struct Answer<'a> {
    schema_version: u32,
    tool: Tool,
    subject: &'a str,
    kind: &'a str,
    as_of: String,
    commits: usize,
    people: usize,
    bots: usize,
    truck_factor: TruckFactor<'a>,
    shares: Shares<'a>,
    loss: Loss,
    flow: Option<Flow<'a>>,
    dependence: Option<Dependence<'a>>,
    coupled: Vec<Pair<'a>>,
    delivery: Vec<Key>,
    gaps: Vec<Gap<'a>>,
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
    let truck_factor = TruckFactor {
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
            commits: answer.commits,
            people: answer.people,
            bots: answer.bots,
            truck_factor,
            shares,
            loss: Loss {
                files: answer.loss.files,
                lost: answer.loss.lost,
                unclear: answer.loss.unclear,
            },
            flow,
            dependence,
            coupled: coupled.collect(),
            delivery: delivery.collect(),
            gaps: answer.gaps.iter().map(Gap::of).collect(),
        },
        out,
    )
}
