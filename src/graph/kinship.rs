//! Whether one owner stands for another one: a team for what it is a part of, a member for the team.

use std::collections::BTreeSet;

use super::{Actor, Edge, Graph, Node};
use crate::facts::Name;
use crate::identity::{Directory, Party};

/// What is known of the people of a team and of the teams that are parts of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Staffing {
    /// Anybody is known to be in it.
    pub(super) has_people: bool,
    /// Whoever is in it is known.
    pub(super) complete: bool,
    /// Everybody who is known to be in it is known by a login.
    pub(super) logins: bool,
    /// It is known by a name that the forge has.
    has_handle: bool,
    /// It is a part of no other team, and no other one is a part of it.
    is_single: bool,
}

/// What is known of the people of each team, by its place in the directory.
pub(super) fn staffing(directory: &Directory<'_>) -> Vec<Staffing> {
    let (teams, people) = (directory.teams(), directory.people());
    let nobody = Staffing {
        has_people: false,
        complete: true,
        logins: true,
        has_handle: false,
        is_single: false,
    };
    let mut staffing = vec![nobody; teams.len()];
    for (team, known) in teams.iter().zip(&mut staffing) {
        known.has_handle = team.names.iter().any(|it| matches!(it, Name::Team(_)));
        known.is_single = team.parent.is_none() && !team.has_parts;
    }
    // Each walk ends where another one went on, so that all of them together take one step a team.
    let mut spread = |start: usize, is_known: fn(&mut Staffing) -> &mut bool, known: bool| {
        let mut team = Some(start);
        while let Some(place) = team
            && *is_known(&mut staffing[place]) != known
        {
            *is_known(&mut staffing[place]) = known;
            team = teams[place].parent;
        }
    };
    for (place, team) in teams.iter().enumerate() {
        if !team.members.is_empty() {
            spread(place, |it| &mut it.has_people, true);
        }
        if !team.complete {
            spread(place, |it| &mut it.complete, false);
        }
        let has_login = |&person: &usize| has_login(&people[person].names);
        if !team.members.iter().all(has_login) {
            spread(place, |it| &mut it.logins, false);
        }
    }
    staffing
}

fn has_login(names: &[Name]) -> bool {
    names.iter().any(|name| matches!(name, Name::User(_)))
}

impl Graph<'_> {
    /// Whether asking `asked` asks `answering` as well: they are the same, one team is a part of the
    /// other, or one is a person in the other. None where that cannot be known: no roster has one of
    /// them, does not say completely who is in a team, or knows one by the forge's names and the other
    /// by a catalog's alone, so that they may be the same under two names.
    pub fn stands_for(&self, asked: &Actor, answering: &Actor) -> Option<bool> {
        if asked == answering {
            return Some(true);
        }
        let (&Actor::Party(asked), &Actor::Party(answering)) = (asked, answering) else {
            return None;
        };
        let has_login = |person: usize| has_login(&self.directory().people()[person].names);
        match (asked, answering) {
            (Party::Team(a), Party::Team(b)) => {
                let is_part = |part, whole| self.directory().ancestry(part).contains(&whole);
                let (one, other) = (self.staffing[a], self.staffing[b]);
                let are_apart = one.is_single || other.is_single;
                match !are_apart && (is_part(a, b) || is_part(b, a)) {
                    true => Some(true),
                    false => (one.has_handle && other.has_handle).then_some(false),
                }
            }
            (Party::Person(a), Party::Person(b)) => (has_login(a) && has_login(b)).then_some(false),
            (Party::Team(team), Party::Person(person))
            | (Party::Person(person), Party::Team(team)) => {
                let staffing = self.staffing[team];
                match self.is_in(person, team) {
                    true => Some(true),
                    false => {
                        let is_known = staffing.complete && staffing.logins && has_login(person);
                        is_known.then_some(false)
                    }
                }
            }
        }
    }

    /// Whether it is known that nobody is in a team, nor in a team that is a part of it.
    pub fn is_empty(&self, team: usize) -> bool {
        let staffing = self.staffing[team];
        staffing.complete && !staffing.has_people
    }

    /// Whether a person is in a team, or in a team that is a part of it.
    pub fn is_in(&self, person: usize, team: usize) -> bool {
        let all = self.teams_of.get_or_init(|| {
            let people = 0..self.directory().people().len();
            let teams = people.map(|person| {
                let node = Node::Actor(Actor::Party(Party::Person(person)));
                let teams = self.targets(&node, Edge::MemberOf).into_iter();
                let teams = teams.filter_map(|team| match team {
                    Node::Actor(Actor::Party(Party::Team(team))) => Some(*team),
                    _ => None,
                });
                let all: BTreeSet<usize> = teams
                    .flat_map(|team| self.directory().ancestry(team))
                    .collect();
                all.into_iter().collect()
            });
            teams.collect()
        });
        let teams = all.get(person);
        teams.is_some_and(|teams| teams.binary_search(&team).is_ok())
    }
}
