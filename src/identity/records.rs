//! Joins what rosters say of one team or person under different names.

use smol_str::format_smolstr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Party;
use crate::facts::{EntityRef, Location, Name, Person, Reference, Roster, Team};

/// A team, with all that rosters say of it.
#[derive(Debug)]
pub struct TeamRecord<'a> {
    /// What people call it: its handle with `@`, else its entity.
    pub label: String,
    /// All names by which it is known, ascending.
    pub names: Box<[Name]>,
    /// What rosters say of it; at least one.
    pub said: Vec<&'a Team>,
    /// The people that are known to be its members, by place, ascending.
    pub members: Vec<usize>,
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
    /// All names by which they are known, ascending.
    pub names: Box<[Name]>,
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
    let people = rosters.clone().map(|roster| roster.people.len());
    let teams = rosters.clone().map(|roster| roster.teams.len());
    // Most have one name, and each is said once.
    let sizes: (usize, usize) = (people.sum(), teams.sum());
    let people = rosters.clone().flat_map(|roster| &roster.people);
    let people = people.map(|person| (names_of_person(person), person));
    let names = HashMap::with_capacity(sizes.0 + sizes.1);
    let (people, mut by_name) = merge(people, sizes.0, Party::Person, names);
    let people = people.into_iter().map(|group| PersonRecord {
        label: group.label,
        names: group.names,
        said: group.said,
    });
    let teams = rosters.flat_map(|roster| &roster.teams);
    let teams = teams.map(|team| (names_of_team(team, single), team));
    let names = HashMap::with_capacity(sizes.1);
    let (teams, by_name_of_team) = merge(teams, sizes.1, Party::Team, names);
    let teams = teams.into_iter().map(|group| TeamRecord {
        label: group.label,
        names: group.names,
        says_members: group.said.iter().any(|team| team.members.is_some()),
        said: group.said,
        members: Vec::new(),
        complete: false,
        parent: None,
        has_parts: false,
    });
    by_name.extend(by_name_of_team);
    let mut records = Records {
        teams: teams.collect(),
        people: people.collect(),
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
            Name::Entity(entity) => covered.contains_key(&entity.namespace[..]),
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
                    team.members.push(person);
                }
            }
        }
        for (place, person) in self.people.iter().enumerate() {
            for team in person.said.iter().flat_map(|person| &person.member_of) {
                if let Some(&Party::Team(team)) = self.by_name.get(&team.name) {
                    self.teams[team].members.push(place);
                    self.teams[team].says_members = true;
                }
            }
        }
        for team in &mut self.teams {
            team.members.sort_unstable();
            team.members.dedup();
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

/// What has a name in common: all its names, and all that is said.
struct Group<'a, T> {
    label: String,
    names: Box<[Name]>,
    said: Vec<&'a T>,
}

/// What has a name in common, directly or through others, as one, sorted by labels; and by name the place
/// of what has it, as a `party`, in `by_name`, which is empty. About `size` facts come.
fn merge<'a, T>(
    said: impl Iterator<Item = (Vec<Name>, &'a T)>,
    size: usize,
    party: fn(usize) -> Party,
    mut by_name: HashMap<Name, Party>,
) -> (Vec<Group<'a, T>>, HashMap<Name, Party>) {
    let mut groups: Vec<Option<(Vec<Name>, Vec<&'a T>)>> = Vec::with_capacity(size);
    for (mut names, fact) in said {
        if names.is_empty() {
            continue;
        }
        let others: BTreeSet<usize> = names
            .iter()
            .filter_map(|name| Some(by_name.get(name)?.place()))
            .collect();
        let place = others.first().copied().unwrap_or(groups.len());
        // What was said first stays first.
        let mut facts = Vec::with_capacity(1);
        for other in others {
            if let Some((known, earlier)) = groups[other].take() {
                names.extend(known);
                facts.extend(earlier);
            }
        }
        facts.push(fact);
        by_name.extend(names.iter().map(|name| (name.clone(), party(place))));
        match groups.get_mut(place) {
            Some(group) => *group = Some((names, facts)),
            None => groups.push(Some((names, facts))),
        }
    }
    let mut places = vec![0; groups.len()];
    let groups = groups.into_iter().enumerate();
    let groups = groups.filter_map(|(place, group)| {
        let (mut names, said) = group?;
        names.sort();
        names.dedup();
        let group = Group {
            label: label(&names),
            names: names.into(),
            said,
        };
        Some((place, group))
    });
    let mut groups: Vec<(usize, Group<'a, T>)> = groups.collect();
    groups.sort_by(|(_, a), (_, b)| a.label.cmp(&b.label));
    for (place, (before, _)) in groups.iter().enumerate() {
        places[*before] = place;
    }
    let sorted = |it: &mut Party| *it = party(places[it.place()]);
    by_name.values_mut().for_each(sorted);
    (
        groups.into_iter().map(|(_, group)| group).collect(),
        by_name,
    )
}

fn names_of_person(person: &Person) -> Vec<Name> {
    let login = person
        .login
        .iter()
        .map(|login| Name::User(login.to_lowercase().into()));
    let emails = person
        .emails
        .iter()
        .map(|email| Name::Email(email.to_lowercase().into()));
    let entity = person.entity.iter().cloned().map(Name::from);
    login.chain(emails).chain(entity).collect()
}

fn names_of_team(team: &Team, single: Option<&str>) -> Vec<Name> {
    let handle = team
        .handle
        .iter()
        .map(|handle| Name::Team(handle.to_lowercase().into()));
    let aliases = team.aliases.iter().map(|alias| alias.name.clone());
    let entity = team.entity.iter().cloned().map(Name::from);
    let mut names: Vec<Name> = handle.chain(aliases).chain(entity).collect();
    // A team that says its handle is that one; only one that does not is known by its slug.
    let is_handle = |name: &Name| matches!(name, Name::Team(_));
    // Groups of one name in two namespaces are two teams; the slug can mean that of the first alone.
    let default = |entity: &&EntityRef| entity.namespace == EntityRef::DEFAULT_NAMESPACE;
    if let (Some(organization), Some(entity), false) = (
        single,
        team.entity.as_ref().filter(default),
        names.iter().any(is_handle),
    ) {
        names.push(Name::Team(format_smolstr!(
            "{organization}/{}",
            entity.name
        )));
    }
    names
}

/// A login or handle if there is one, else whatever is first.
fn label(names: &[Name]) -> String {
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
