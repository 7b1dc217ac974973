//! Whether teams can finish what they start: which of their own changes need somebody else.
//!
//! A change is a team's own if its main author is in the team, or in a part of it. It needs somebody else if
//! it needs an owner group of which no owner stands for the team: neither the team itself, nor what it is a
//! part of or what is a part of it, nor one of its people, nor another team of the same author. An owner of
//! whom that cannot be known makes it undecided, never dependent.

use std::collections::{BTreeMap, HashMap};

use super::Measures;
use super::replay::{MOST_OWNERS, Replay, ReplayedChange};
use crate::graph::Actor;
use crate::identity::Party;

/// How far a team depends on others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dependence {
    /// How many changes are its own.
    pub changes: usize,
    /// How many of them need somebody else.
    pub dependent: usize,
    /// How many need an owner of whom it cannot be known whether that is somebody else, and nobody who
    /// certainly is.
    pub undecided: usize,
    /// By owner group of others: how many of its own changes need it, the most first.
    pub on: Vec<(u32, usize)>,
}

impl Dependence {
    /// The share of its own changes that certainly need somebody else, from 0 to 1; 0 of none.
    pub fn share(&self) -> f64 {
        match self.changes {
            0 => 0.0,
            all => self.dependent as f64 / all as f64,
        }
    }
}

/// Of a person who is in more teams, the first ones count: a hostile roster puts everybody everywhere.
const MOST_TEAMS: usize = 32;

/// By team of the directory, how far it depends on others; teams without changes of their own are left out.
pub(super) fn dependence<'c>(
    measures: &Measures<'_>,
    replay: &Replay,
    changes: impl IntoIterator<Item = &'c ReplayedChange>,
) -> BTreeMap<usize, Dependence> {
    let graph = measures.graph;
    let mut teams_of: HashMap<usize, Vec<usize>> = HashMap::new();
    for (team, record) in graph.directory().teams().iter().enumerate() {
        for &person in &record.members {
            let teams = teams_of.entry(person).or_default();
            if teams.len() < MOST_TEAMS {
                teams.push(team);
            }
        }
    }
    let mut counts: BTreeMap<usize, (Dependence, BTreeMap<u32, usize>)> = BTreeMap::new();
    let mut known: HashMap<(usize, u32), Option<bool>> = HashMap::new();
    // Whether asking the group asks the team as well; none where that cannot be known.
    let mut stands = |group: u32, team: usize| {
        *known.entry((team, group)).or_insert_with(|| {
            let team = Actor::Party(Party::Team(team));
            let owners = replay.group(group).actors.iter();
            let mut is_known = true;
            for &owner in owners {
                match graph.stands_for(replay.actor(owner), &team) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => is_known = false,
                }
            }
            // Of a line that names more than anybody would ask, not all owners were looked at.
            is_known &= replay.group(group).owners.len() <= MOST_OWNERS;
            is_known.then_some(false)
        })
    };
    for change in changes {
        let author = change
            .author
            .and_then(|it| measures.committers.at(it).person);
        let Some(direct) = author.and_then(|person| teams_of.get(&person)) else {
            continue;
        };
        let ancestry = direct
            .iter()
            .flat_map(|&team| graph.directory().ancestry(team));
        let mut own: Vec<usize> = ancestry.collect();
        own.sort_unstable();
        own.dedup();
        for team in own {
            let (count, on) = counts.entry(team).or_default();
            count.changes += 1;
            let (mut others, mut unknown) = (0, false);
            for &group in &change.groups {
                let by_team = std::iter::once(team).chain(direct.iter().copied());
                let mut verdict = Some(false);
                for team in by_team {
                    match stands(group, team) {
                        Some(true) => {
                            verdict = Some(true);
                            break;
                        }
                        Some(false) => {}
                        None => verdict = None,
                    }
                }
                match verdict {
                    Some(true) => {}
                    Some(false) => {
                        others += 1;
                        *on.entry(group).or_default() += 1;
                    }
                    None => unknown = true,
                }
            }
            count.dependent += usize::from(others > 0);
            count.undecided += usize::from(others == 0 && unknown);
        }
    }
    let finish = |(team, (mut count, on)): (usize, (Dependence, BTreeMap<u32, usize>))| {
        count.on = on.into_iter().collect();
        count
            .on
            .sort_by_key(|&(group, changes)| (std::cmp::Reverse(changes), group));
        (team, count)
    };
    counts.into_iter().map(finish).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;

    const PEOPLE: &str = "[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n\
        [[people]]\nlogin = \"@ben\"\nemails = [\"ben@acme.test\"]\n\
        [[people]]\nlogin = \"@cid\"\nemails = [\"cid@acme.test\"]\n\
        [[people]]\nlogin = \"@dan\"\nemails = [\"dan@acme.test\"]\n";

    /// A line a team: changes, dependent, undecided, and on whom.
    fn found(teams: &[(&str, &str, &[&str])], ownership: &str, changes: &str) -> Vec<String> {
        let teams = teams.iter().map(|(handle, parent, members)| {
            let parent = match parent.is_empty() {
                true => String::new(),
                false => format!("parent = \"@acme/{parent}\"\n"),
            };
            format!("[[teams]]\nhandle = \"@acme/{handle}\"\n{parent}members = {members:?}\n")
        });
        let roster = format!("{PEOPLE}{}", teams.collect::<String>());
        let world = World::of(ownership, "", &[], changes).roster(&roster);
        world.measure(|measures| {
            let flow = measures.flow(90);
            let line = |(team, it): (&usize, &super::Dependence)| {
                let on = it.on.iter().map(|(group, changes)| {
                    format!(" {} {changes}", measures.replay().group(*group).label())
                });
                let (changes, dependent, undecided) = (it.changes, it.dependent, it.undecided);
                let label = &measures.graph.directory().teams()[*team].label;
                format!(
                    "{label} {changes} {dependent} {undecided}:{}",
                    on.collect::<String>()
                )
            };
            flow.dependence.iter().map(line).collect()
        })
    }

    #[test]
    fn worked_out_by_hand() {
        let ownership = "/web/ @acme/web\n/ops/ @acme/ops\n/both/ @acme/web @acme/ops\n\
            /ann/ @ann\n/x/ @other/x\n/part/ @acme/part\n";
        let teams: &[(&str, &str, &[&str])] = &[
            ("web", "", &["@ann", "@ben"]),
            ("ops", "", &["@cid"]),
            ("part", "web", &["@dan"]),
        ];
        let changes = "2026-01-01 ann: web/a\n\
            2026-01-02 ann: web/a ops/a\n\
            2026-01-03 ben: both/a\n\
            2026-01-04 ben: ann/a part/a free\n\
            2026-01-05 ben: x/a\n\
            2026-01-06 ben: x/a ops/a\n\
            2026-01-07 cid: web/a\n\
            2026-01-08 dan: web/a part/a\n\
            2026-01-09 eve: ops/a\n\
            2026-01-10 renovate[bot] cid: web/a\n\
            2025-06-01 cid: web/a\n";
        // What a part does is the whole's as well; whether `@other/x` is somebody else is not known.
        assert_eq!(
            found(teams, ownership, changes),
            [
                "@acme/ops 2 2 0: @acme/web 2",
                "@acme/part 1 0 0:",
                "@acme/web 7 2 1: @acme/ops 2",
            ]
        );
    }

    #[test]
    fn who_is_in_two_teams_needs_neither_for_the_other() {
        let teams: &[(&str, &str, &[&str])] = &[
            ("a", "all", &["@ann"]),
            ("b", "all", &["@ann"]),
            ("c", "all", &["@ben"]),
            ("all", "", &[]),
        ];
        let ownership = "/a @acme/a\n/b @acme/b\n/c @acme/c\n";
        let changes = "2026-01-01 ann: a b\n2026-01-02 ann: c\n";
        // To the whole all of its parts are its own, to the parts the whole is not.
        assert_eq!(
            found(teams, ownership, changes),
            [
                "@acme/a 2 1 0: @acme/c 1",
                "@acme/all 2 0 0:",
                "@acme/b 2 1 0: @acme/c 1"
            ]
        );
    }
}
