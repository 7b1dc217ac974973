//! The measures of something.

mod json;

pub use json::json;

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::lines;
use crate::answers::{CoordinationAnswer, HistoryAnswer, KeyAnswer, Waiting, WaitingAnswer};
use crate::report::look::{Ink, Look};
use crate::text::{count, list, number, terminal};

/// Writes a paragraph a measure.
pub fn human(answer: &HistoryAnswer, out: &mut dyn Write, look: Look) -> io::Result<()> {
    let name = look.paint(Ink::Strong, terminal(&answer.subject));
    if answer.commits == 0 {
        return writeln!(out, "{name} ({}): no commits yet", answer.kind);
    }
    let bots = match answer.bots {
        0 => String::new(),
        bots => format!(", {} left out", count(bots, "bot")),
    };
    let since = answer.since.map(|since| format!("since {since}, "));
    writeln!(
        out,
        "{name} ({}), {}as of {}: {} of {}{bots}",
        answer.kind,
        since.unwrap_or_default(),
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
    if let Some(waiting) = &answer.waiting {
        say("waiting", &waits(waiting))?;
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
    if let Some(coordination) = &answer.coordination {
        say("teams", &coordinates(coordination))?;
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
            "truck factor {}{} ({} without pruning, {} as the paper has it)",
            it.pruned,
            since(answer),
            it.greedy,
            it.paper
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

/// What is only so by the commits that were read.
fn since(answer: &HistoryAnswer) -> String {
    let since = answer.since.map(|since| format!(" since {since}"));
    since.unwrap_or_default()
}

fn shares(answer: &HistoryAnswer) -> Vec<String> {
    let it = &answer.shares;
    let largest = it
        .largest
        .map(|share| format!(", the largest share {share:.0} %"));
    let mut texts = vec![format!(
        "{}{} by {}{}; {} with 5 % or more, {} with less",
        count(it.changes, "change"),
        since(answer),
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
        "{} of {files} with an author{} are known only to people who left{unclear}",
        number(it.lost),
        since(answer)
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

/// What is assumed, and then a line for each who is asked.
fn waits(answer: &WaitingAnswer) -> Vec<String> {
    /// How many of those are named of whom the same is unknown.
    const MOST_NAMED: usize = 3;
    let mut texts = Vec::new();
    let mut unknown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for estimate in &answer.of {
        let any = if estimate.is_group { "any of " } else { "" };
        let (asked, changes) = (&estimate.asked, number(estimate.changes));
        match &estimate.found {
            Ok(found) => texts.push(format!("{any}{asked}: {} (n = {changes})", wait(found))),
            Err(why) => {
                let of = unknown.entry(why).or_default();
                of.push(format!("{any}{asked} (n = {changes})"));
            }
        }
    }
    if !texts.is_empty() {
        let assumptions = answer.assumptions.join(", ");
        let model = format!(
            "an estimate by the queue {}, nothing that was measured; it assumes: {assumptions}, and each person gives {} on a working day",
            answer.model,
            count(answer.capacity as usize, "approval")
        );
        texts.insert(0, model);
    }
    texts.extend(unknown.into_iter().map(|(why, of)| {
        let named = &of[..of.len().min(MOST_NAMED)];
        format!("unknown of {}: {why}", list(named, of.len() - named.len()))
    }));
    texts
}

/// What an estimate says, as a fragment.
fn wait(found: &Waiting) -> String {
    let waits = match found.days {
        None => "which is more than they give, so that ever more wait".to_owned(),
        Some(days) if days < 0.05 => "each waits less than 0.1 working days".to_owned(),
        Some(days) => format!("each waits {days:.1} working days on average"),
    };
    format!(
        "{:.1} approvals a working day of {}, {:.0} % of what they give: {waits}",
        found.arrivals,
        people(found.people as usize),
        found.busy
    )
}

fn coordinates(answer: &CoordinationAnswer) -> Vec<String> {
    let mut texts = Vec::new();
    let mut say =
        |(known, held, unknown): (usize, usize, usize), name: &str, of: &str, what: &str| {
            let unclear = match unknown {
                0 => String::new(),
                some => format!("; of {} more it cannot be known", number(some)),
            };
            match percent(held, known) {
                Some(share) => texts.push(format!(
                    "{name} {share:.0} %: {} of {} {of} {what}{unclear}",
                    number(held),
                    number(known)
                )),
                None if unknown > 0 => texts.push(format!(
                    "{name} unknown: of {} {of} it cannot be known whether they {what}",
                    number(unknown)
                )),
                None => {}
            }
        };
    say(
        answer.teams,
        "congruence",
        "pairs of teams whose services change together",
        "coordinate as far as commits and descriptors show",
    );
    say(
        answer.services,
        "alignment",
        "pairs of services that hang together",
        "have one team or a declared interface",
    );
    texts
}

fn percent(part: usize, whole: usize) -> Option<f64> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer pairs than numbers that are exact"
    )]
    let share = part as f64 * 100.0 / whole as f64;
    (whole > 0).then_some(share)
}

fn key(key: &KeyAnswer) -> String {
    let value = match key.value {
        Some(value) => format!("{value:.1} {}", key.unit),
        None => "insufficient data".to_owned(),
    };
    format!("{}: {value} (n = {}; by {})", key.name, key.n, key.proxy)
}
