//! Whom changes ask, how often, and how unevenly.
//!
//! A change asks each of the owner groups that it needs once. Any owner of a group can answer, and any person
//! behind an owner: as nothing says which of them does, each of the owners of a group carries an equal part of
//! it, and each of the people of a team an equal part of what the team carries. That is the least uneven way
//! in which the work can be shared, so that what is concentrated here is at least as concentrated in truth.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Measures;
use super::concentration::Concentration;
use super::replay::{Replay, ReplayedChange};
use crate::graph::Actor;
use crate::identity::Party;

/// What the changes of a time ask of owners.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Load {
    /// How many changes people made.
    pub changes: usize,
    /// How many bots made alone; they count nowhere else.
    pub by_bots: usize,
    /// How many need nobody: nobody owns what they touch.
    pub free: usize,
    /// By owner group: how many changes need it, the most first. Groups that no change needs are left out.
    pub groups: Vec<GroupLoad>,
    /// By owner that the ownership files name: what is asked of it, the most first.
    pub owners: Vec<OwnerLoad>,
    /// What is asked of single people, as far as rosters say completely who is in a team; teams of which that
    /// is not known stand for themselves. The most first.
    pub people: Vec<PersonLoad>,
    /// Whether all people are known behind whom changes ask.
    pub knows_people: bool,
    /// How many owner groups the changes need.
    pub groups_per_change: Spread,
    /// Where each owner stands among `owners`, by the owner's place; ascending.
    places: Vec<(u32, u32)>,
}

/// How many changes need an owner group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GroupLoad {
    /// The group, by place.
    pub group: u32,
    /// How many changes need it.
    pub changes: usize,
}

/// What changes ask of an owner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OwnerLoad {
    /// The owner, by place among [`Replay::actors`].
    pub actor: u32,
    /// How many changes need a group that it is in.
    pub asked: usize,
    /// How many changes cannot be approved without it.
    pub needed: usize,
    /// How many of these were made by others: whose main author is not known to be the owner, or in it.
    pub needed_by_others: usize,
    /// Its part of all that is asked: for each change and each group that this needs, one over the owners of
    /// the group. Of the groups' approvals, so many.
    pub load: f64,
}

/// What changes ask of a person, or of a team whose people are not known.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonLoad {
    /// Who it is.
    pub actor: Actor,
    /// Their part of all that is asked, as in [`OwnerLoad::load`].
    pub load: f64,
}

/// How a count is spread.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// The mean; 0 of nothing.
    pub mean: f64,
    /// The smallest count that at least nine in ten do not exceed (nearest rank).
    pub p90: usize,
    /// The largest.
    pub max: usize,
}

impl Spread {
    /// That of these counts.
    pub fn of(counts: impl IntoIterator<Item = usize>) -> Spread {
        let mut counts: Vec<usize> = counts.into_iter().collect();
        counts.sort_unstable();
        let Some(&max) = counts.last() else {
            return Spread::default();
        };
        let rank = (counts.len() * 9).div_ceil(10);
        Spread {
            mean: counts.iter().sum::<usize>() as f64 / counts.len() as f64,
            p90: counts[rank - 1],
            max,
        }
    }
}

impl Load {
    /// What these changes ask; `named` are the groups of the ownership files, by place.
    pub(super) fn of<'c>(
        measures: &Measures<'_>,
        replay: &Replay,
        named: impl IntoIterator<Item = u32>,
        changes: impl IntoIterator<Item = &'c ReplayedChange>,
    ) -> Load {
        let mut load = Load::default();
        let mut groups: BTreeMap<u32, usize> = BTreeMap::new();
        let mut owners: BTreeMap<u32, OwnerLoad> = BTreeMap::new();
        let owner = |actor: u32| OwnerLoad {
            actor,
            asked: 0,
            needed: 0,
            needed_by_others: 0,
            load: 0.0,
        };
        for group in named {
            for &actor in &replay.group(group).actors {
                owners.entry(actor).or_insert_with(|| owner(actor));
            }
        }
        let mut counts = Vec::new();
        let (mut asked, mut needed) = (Vec::new(), Vec::new());
        for change in changes {
            if change.is_by_bots {
                load.by_bots += 1;
                continue;
            }
            load.changes += 1;
            load.free += usize::from(change.groups.is_empty());
            counts.push(change.groups.len());
            asked.clear();
            needed.clear();
            for &place in &change.groups {
                *groups.entry(place).or_default() += 1;
                let group = replay.group(place);
                asked.extend_from_slice(&group.actors);
                needed.extend_from_slice(&group.needs);
            }
            for list in [&mut asked, &mut needed] {
                list.sort_unstable();
                list.dedup();
            }
            for &actor in &asked {
                owners.entry(actor).or_insert_with(|| owner(actor)).asked += 1;
            }
            for &actor in &needed {
                let entry = owners.entry(actor).or_insert_with(|| owner(actor));
                entry.needed += 1;
                let is_own = measures.is_of(change, replay.actor(actor));
                entry.needed_by_others += usize::from(!is_own);
            }
        }
        for (&place, &changes) in &groups {
            let group = replay.group(place);
            for &actor in &group.actors {
                if let Some(owner) = owners.get_mut(&actor) {
                    owner.load += changes as f64 / group.actors.len() as f64;
                }
            }
        }
        load.groups = groups
            .into_iter()
            .map(|(group, changes)| GroupLoad { group, changes })
            .collect();
        load.groups
            .sort_by_key(|it| (std::cmp::Reverse(it.changes), it.group));
        load.owners = owners.into_values().collect();
        load.owners
            .sort_by(|a, b| b.load.total_cmp(&a.load).then(a.actor.cmp(&b.actor)));
        let places = (0_u32..).zip(&load.owners);
        load.places = places.map(|(at, owner)| (owner.actor, at)).collect();
        load.places.sort_unstable();
        load.spread_over_people(measures, replay);
        load.groups_per_change = Spread::of(counts);
        load
    }

    /// Shares what is asked of teams among their people.
    fn spread_over_people(&mut self, measures: &Measures<'_>, replay: &Replay) {
        let mut people: BTreeMap<Actor, f64> = BTreeMap::new();
        self.knows_people = true;
        for owner in &self.owners {
            let actor = replay.actor(owner.actor);
            let known = measures.people_behind(actor);
            match known {
                Some(behind) if !behind.is_empty() => {
                    let part = owner.load / behind.len() as f64;
                    for person in behind {
                        *people.entry(person).or_default() += part;
                    }
                }
                _ => {
                    self.knows_people &= owner.load == 0.0;
                    *people.entry(actor.clone()).or_default() += owner.load;
                }
            }
        }
        let people = people.into_iter();
        self.people = people
            .map(|(actor, load)| PersonLoad { actor, load })
            .collect();
        self.people.sort_by(|a, b| {
            b.load
                .total_cmp(&a.load)
                .then_with(|| a.actor.cmp(&b.actor))
        });
    }

    /// What is asked of the owner at a place among [`Replay::actors`], if anything can be.
    pub fn owner(&self, actor: u32) -> Option<&OwnerLoad> {
        let found = self.places.binary_search_by_key(&actor, |it| it.0).ok()?;
        self.owners.get(self.places[found].1 as usize)
    }

    /// How the approvals are spread over owners: those of whom nothing is asked are among them.
    pub fn over_owners(&self) -> Concentration {
        Concentration::of(self.owners.iter().map(|owner| owner.load))
    }

    /// How the approvals are spread over people, those of whom nothing is asked among them; none where it is
    /// not known of all who is asked who they are.
    pub fn over_people(&self) -> Option<Concentration> {
        let people = self.people.iter().map(|person| person.load);
        self.knows_people.then(|| Concentration::of(people))
    }

    /// As how many people who all approve the same those count who approve; none where that is not known.
    pub fn effective_approvers(&self) -> Option<f64> {
        self.over_people()?.effective()
    }

    /// What share of the changes so many are, from 0 to 1.
    pub fn share(&self, changes: usize) -> f64 {
        match self.changes {
            0 => 0.0,
            all => changes as f64 / all as f64,
        }
    }
}

impl Measures<'_> {
    /// The people behind an owner, where all of them are known: those of a team, or the one person.
    pub fn people_behind(&self, actor: &Actor) -> Option<Vec<Actor>> {
        match actor {
            Actor::Party(Party::Team(team)) => {
                let (people, complete) = self.graph.people_of(*team);
                let people = people.iter();
                complete.then(|| people.map(|&it| Actor::Party(Party::Person(it))).collect())
            }
            _ if actor.is_team() => None,
            _ => Some(vec![actor.clone()]),
        }
    }

    /// Whether the main author of a change is known to be an owner, or in it.
    pub(super) fn is_of(&self, change: &ReplayedChange, actor: &Actor) -> bool {
        let Some(author) = change.author.map(|author| self.committers.at(author)) else {
            return false;
        };
        match (actor, author.person) {
            (Actor::Party(Party::Person(owner)), Some(person)) => *owner == person,
            (Actor::Party(Party::Team(team)), Some(person)) => self.graph.is_in(person, *team),
            // Nobody in any roster: the login that an address says, or nothing.
            (Actor::Unlisted(name), None) => author.label.to_lowercase() == name.to_string(),
            _ => false,
        }
    }

    /// When a time of so many days before the end of the day of the run starts.
    pub fn days_ago(&self, days: u32) -> Timestamp {
        let hours = i64::from(days).saturating_mul(24);
        let start = self
            .as_of
            .checked_sub(jiff::Span::new().hours(hours.min(175_307_616)));
        start.unwrap_or(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests;
