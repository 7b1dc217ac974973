//! Joins what rosters say of one team or person under different names.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Party;
use crate::facts::{EntityRef, Location, Name, Person, Reference, Roster, Team};

/// A team, with all that rosters say of it.
#[derive(Debug)]
pub struct TeamRecord<'a> {
    /// What people call it: its handle with `@`, else its entity.
    pub label: String,
    /// All names by which it is known.
    pub names: BTreeSet<Name>,
    /// What rosters say of it; at least one.
    pub said: Vec<&'a Team>,
    /// The people that are known to be its members, by place, ascending.
    pub members: BTreeSet<usize>,
    /// Whether any source lists members, be it none.
    pub says_members: bool,
    /// Whether its members are all that there are: a roster is complete for it.
    pub complete: bool,
    /// The team that it is a part of.
    pub parent: Option<usize>,
    /// Whether any team is a part of it.
    pub has_parts: bool,
}

impl TeamRecord<'_> {
    /// Where it is declared first.
    pub fn location(&self) -> &Location {
        &self.said[0].location
    }

    /// Who leads it, if anybody is named.
    pub fn lead(&self) -> Option<&Reference> {
        self.said.iter().find_map(|team| team.lead.as_ref())
    }

    /// The name for people.
    pub fn name(&self) -> Option<&str> {
        self.said.iter().find_map(|team| team.name.as_deref())
    }
}

/// A person, with all that rosters say of them.
#[derive(Debug)]
pub struct PersonRecord<'a> {
    /// What people call them: the login with `@`, else the entity.
    pub label: String,
    /// All names by which they are known.
    pub names: BTreeSet<Name>,
    /// What rosters say of them; at least one.
    pub said: Vec<&'a Person>,
}

/// All teams and people, and who has which name.
pub(super) struct Records<'a> {
    pub(super) teams: Vec<TeamRecord<'a>>,
    pub(super) people: Vec<PersonRecord<'a>>,
    pub(super) by_name: HashMap<Name, Party>,
}

/// Joins teams, and people, that have a name in common. `single` is the one organization that is known:
/// in it a group of a catalog and a team of the same slug are one.
pub(super) fn join<'a>(
    rosters: impl Iterator<Item = &'a Roster> + Clone,
    single: Option<&str>,
) -> Records<'a> {
    let people = rosters.clone().flat_map(|roster| &roster.people);
    let people = merge(people.map(|person| (names_of_person(person), person)));
    let mut people: Vec<PersonRecord<'a>> = people
        .into_iter()
        .map(|(names, said)| PersonRecord {
            label: label(&names),
            names,
            said,
        })
        .collect();
    people.sort_by(|a, b| a.label.cmp(&b.label));
    let teams = rosters.flat_map(|roster| &roster.teams);
    let teams = merge(teams.map(|team| (names_of_team(team, single), team)));
    let mut teams: Vec<TeamRecord<'a>> = teams
        .into_iter()
        .map(|(names, said)| TeamRecord {
            label: label(&names),
            names,
            says_members: said.iter().any(|team| team.members.is_some()),
            said,
            members: BTreeSet::new(),
            complete: false,
            parent: None,
            has_parts: false,
        })
        .collect();
    teams.sort_by(|a, b| a.label.cmp(&b.label));

    let mut by_name = HashMap::new();
    for (place, person) in people.iter().enumerate() {
        by_name.extend(
            person
                .names
                .iter()
                .map(|name| (name.clone(), Party::Person(place))),
        );
    }
    for (place, team) in teams.iter().enumerate() {
        by_name.extend(
            team.names
                .iter()
                .map(|name| (name.clone(), Party::Team(place))),
        );
    }
    let mut records = Records {
        teams,
        people,
        by_name,
    };
    records.members();
    records.parents();
    for team in 0..records.teams.len() {
        if let Some(parent) = records.teams[team].parent {
            records.teams[parent].has_parts = true;
        }
    }
    records
}

/// Says of each team whether its members are all that there are.
pub(super) fn complete(teams: &mut [TeamRecord<'_>], covered: &BTreeMap<String, &Roster>) {
    for team in teams {
        let is_covered = |name: &Name| match name {
            Name::Team(handle) => covered.contains_key(super::organization(handle)),
            Name::Entity(entity) => covered.contains_key(&entity.namespace),
            Name::User(_) | Name::Email(_) => false,
        };
        team.complete = team.says_members && team.names.iter().any(is_covered);
    }
}

impl Records<'_> {
    /// Members are whom teams list, and who say that they are one.
    fn members(&mut self) {
        for team in &mut self.teams {
            for member in team
                .said
                .iter()
                .flat_map(|team| team.members.iter().flatten())
            {
                if let Some(&Party::Person(person)) = self.by_name.get(&member.name) {
                    team.members.insert(person);
                }
            }
        }
        for (place, person) in self.people.iter().enumerate() {
            for team in person.said.iter().flat_map(|person| &person.member_of) {
                if let Some(&Party::Team(team)) = self.by_name.get(&team.name) {
                    self.teams[team].members.insert(place);
                    self.teams[team].says_members = true;
                }
            }
        }
    }

    /// What a team is a part of, it says itself, or else the other does.
    fn parents(&mut self) {
        let mut of_child: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, team) in self.teams.iter().enumerate() {
            for child in team.said.iter().flat_map(|team| &team.children) {
                match self.by_name.get(&child.name) {
                    Some(&Party::Team(child)) if child != place => {
                        of_child.entry(child).or_insert(place);
                    }
                    _ => {}
                }
            }
        }
        for place in 0..self.teams.len() {
            let parents = self.teams[place].said.iter();
            let parents = parents.filter_map(|team| team.parent.as_ref());
            let mut parents = parents.filter_map(|parent| match self.by_name.get(&parent.name) {
                Some(&Party::Team(parent)) if parent != place => Some(parent),
                _ => None,
            });
            let said = parents.next();
            let said_by_other = of_child.get(&place).copied();
            self.teams[place].parent = said.or(said_by_other);
        }
    }
}

/// What has a name in common, directly or through others, as one: all its names, and all that is said.
fn merge<'a, T>(
    said: impl Iterator<Item = (BTreeSet<Name>, &'a T)>,
) -> Vec<(BTreeSet<Name>, Vec<&'a T>)> {
    let mut groups: Vec<Option<(BTreeSet<Name>, Vec<&'a T>)>> = Vec::new();
    let mut of: HashMap<Name, usize> = HashMap::new();
    for (names, fact) in said {
        if names.is_empty() {
            continue;
        }
        let mut merged = (names.clone(), vec![fact]);
        let others: BTreeSet<usize> = names
            .iter()
            .filter_map(|name| of.get(name).copied())
            .collect();
        let place = others.first().copied().unwrap_or(groups.len());
        let mut earlier = Vec::new();
        for other in others {
            if let Some((names, facts)) = groups[other].take() {
                merged.0.extend(names);
                earlier.extend(facts);
            }
        }
        // What was said first stays first.
        earlier.append(&mut merged.1);
        merged.1 = earlier;
        of.extend(merged.0.iter().map(|name| (name.clone(), place)));
        match groups.get_mut(place) {
            Some(group) => *group = Some(merged),
            None => groups.push(Some(merged)),
        }
    }
    groups.into_iter().flatten().collect()
}

fn names_of_person(person: &Person) -> BTreeSet<Name> {
    let login = person
        .login
        .iter()
        .map(|login| Name::User(login.to_lowercase()));
    let emails = person
        .emails
        .iter()
        .map(|email| Name::Email(email.to_lowercase()));
    let entity = person.entity.iter().cloned().map(Name::from);
    login.chain(emails).chain(entity).collect()
}

fn names_of_team(team: &Team, single: Option<&str>) -> BTreeSet<Name> {
    let handle = team
        .handle
        .iter()
        .map(|handle| Name::Team(handle.to_lowercase()));
    let aliases = team.aliases.iter().map(|alias| alias.name.clone());
    let entity = team.entity.iter().cloned().map(Name::from);
    let mut names: BTreeSet<Name> = handle.chain(aliases).chain(entity).collect();
    // A team that says its handle is that one; only one that does not is known by its slug.
    let is_handle = |name: &Name| matches!(name, Name::Team(_));
    // Groups of one name in two namespaces are two teams; the slug can mean that of the first alone.
    let default = |entity: &&EntityRef| entity.namespace == EntityRef::DEFAULT_NAMESPACE;
    if let (Some(organization), Some(entity), false) = (
        single,
        team.entity.as_ref().filter(default),
        names.iter().any(is_handle),
    ) {
        names.insert(Name::Team(format!("{organization}/{}", entity.name)));
    }
    names
}

/// A login or handle if there is one, else whatever is first.
fn label(names: &BTreeSet<Name>) -> String {
    let handle = names
        .iter()
        .find(|name| matches!(name, Name::User(_) | Name::Team(_)));
    let name = handle.or(names.first());
    name.map_or_else(String::new, Name::to_string)
}

impl Name {
    /// The entity that this name is, if it is one.
    pub fn entity(&self) -> Option<&EntityRef> {
        match self {
            Name::Entity(entity) => Some(entity),
            _ => None,
        }
    }
}
