//! Who is who: owners as written and references of descriptors, resolved through rosters.
//!
//! One team has a handle on the forge and a name in a catalog, one person a login, an entity and e-mail
//! addresses. Names are one by what an annotation of a catalog says, then by an alias of the policy, then
//! by an equal slug in the single organization that is known; else they stay apart.
//!
//! Three-valued throughout. An owner is *unknown* only where a roster says that it is complete for the
//! organization in question; otherwise what no roster has is *unverifiable*.

mod committers;
mod records;

use smol_str::format_smolstr;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::codeowners::{Owner, OwnerKind};
use crate::facts::{EntityRef, Name, Roster};

pub use committers::{Committer, Committers, is_bot_name};
pub use records::{PersonRecord, TeamRecord};

/// People and teams of all rosters.
#[derive(Debug, Default)]
pub struct Directory<'a> {
    teams: Vec<TeamRecord<'a>>,
    people: Vec<PersonRecord<'a>>,
    by_name: HashMap<Name, Party>,
    /// Whether any team names who leads it.
    names_leads: bool,
    /// Organization or namespace (`acme`, `default`) → the roster that is complete for it.
    covered: BTreeMap<String, &'a Roster>,
    /// Whether every person of the covering rosters has an e-mail address.
    emails_complete: bool,
    /// The organizations of the repositories, in lower case, as their origins name them.
    homes: BTreeSet<String>,
    /// The one organization that is known, if there is just one.
    single: Option<String>,
}

/// A team or a person of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The team at this place of [`Directory::teams`].
    Team(usize),
    /// The person at this place of [`Directory::people`].
    Person(usize),
}

impl Party {
    fn place(self) -> usize {
        match self {
            Party::Team(place) | Party::Person(place) => place,
        }
    }
}

/// Whether an owner is anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// A roster has them.
    Known,
    /// A roster that is complete for their organization lacks them; its source.
    Unknown(String),
    /// It cannot be known, and why.
    Unverifiable(String),
}

impl<'a> Directory<'a> {
    /// The directory of these rosters, for a repository of this organization.
    pub fn new(rosters: &'a [Roster], home: Option<&str>) -> Directory<'a> {
        Directory::of(rosters.iter(), home.map(str::to_owned), [])
    }

    /// The directory of these rosters, for repositories of these organizations, where other organizations
    /// are known from elsewhere.
    pub fn of(
        rosters: impl Iterator<Item = &'a Roster> + Clone,
        homes: impl IntoIterator<Item = String>,
        organizations: impl IntoIterator<Item = String>,
    ) -> Directory<'a> {
        let homes = homes.into_iter().map(|home| home.to_lowercase());
        let homes: BTreeSet<String> = homes.collect();
        let mut known: BTreeSet<String> = organizations.into_iter().collect();
        known.extend(homes.iter().cloned());
        for roster in rosters.clone() {
            known.extend(roster.covers.iter().cloned());
            let handles = roster.teams.iter().filter_map(|team| team.handle.as_ref());
            known.extend(handles.map(|handle| organization(&handle.to_lowercase()).to_owned()));
        }
        let single = match known.len() {
            1 => known.pop_first(),
            _ => None,
        };
        let records = records::join(rosters.clone(), single.as_deref());
        let mut directory = Directory {
            names_leads: records.teams.iter().any(|team| team.lead().is_some()),
            teams: records.teams,
            people: records.people,
            by_name: records.by_name,
            covered: BTreeMap::new(),
            emails_complete: true,
            homes,
            single,
        };
        for roster in rosters {
            let mut covers: BTreeSet<String> = roster.covers.iter().cloned().collect();
            if roster.complete {
                for team in &roster.teams {
                    let handle = team.handle.as_ref().map(|handle| handle.to_lowercase());
                    covers.extend(handle.map(|handle| organization(&handle).to_owned()));
                    covers.extend(
                        team.entity
                            .iter()
                            .map(|entity| entity.namespace.clone().into()),
                    );
                }
            }
            for organization in covers {
                directory.covered.entry(organization).or_insert(roster);
                directory.emails_complete &= roster.people.iter().all(|p| !p.emails.is_empty());
            }
        }
        records::complete(&mut directory.teams, &directory.covered);
        directory
    }

    /// Whether no roster says anything.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.teams.is_empty() && self.covered.is_empty()
    }

    /// Whether a roster says of any organization that whoever it lacks is not in it.
    pub fn is_complete_anywhere(&self) -> bool {
        !self.covered.is_empty()
    }

    /// All teams, sorted by their labels.
    pub fn teams(&self) -> &[TeamRecord<'a>] {
        &self.teams
    }

    /// Whether any team names who leads it, so that one without is an omission.
    pub fn names_leads(&self) -> bool {
        self.names_leads
    }

    /// All people, sorted by their labels.
    pub fn people(&self) -> &[PersonRecord<'a>] {
        &self.people
    }

    /// Whom a name means, if any roster has them.
    pub fn party(&self, name: &Name) -> Option<Party> {
        let found = self.by_name.get(name).copied();
        found.or_else(|| self.by_name.get(&self.handle_of(name)?).copied())
    }

    /// The name by which one is told from others: for a group of a catalog that no roster has, the handle
    /// of its slug in the single organization that is known.
    pub fn canonical(&self, name: &Name) -> Name {
        match self.handle_of(name) {
            Some(handle) if !self.by_name.contains_key(name) => handle,
            _ => name.clone(),
        }
    }

    /// For a group of a catalog: the handle of its slug in the single organization that is known.
    fn handle_of(&self, name: &Name) -> Option<Name> {
        let (Name::Entity(entity), Some(organization)) = (name, &self.single) else {
            return None;
        };
        let is_group = entity.kind == "group" && entity.namespace == EntityRef::DEFAULT_NAMESPACE;
        is_group.then(|| Name::Team(format_smolstr!("{organization}/{}", entity.name)))
    }

    /// What people call a party.
    pub fn label(&self, party: Party) -> &str {
        match party {
            Party::Team(team) => &self.teams[team].label,
            Party::Person(person) => &self.people[person].label,
        }
    }

    /// Whether this owner is anybody.
    pub fn standing(&self, owner: &Owner) -> Standing {
        self.standing_of(owner.kind(), owner.text())
    }

    /// Whether an owner of this kind, written like this, is anybody.
    pub fn standing_of(&self, kind: OwnerKind, owner: &str) -> Standing {
        match name_of(kind, owner) {
            Some(name) => self.standing_of_name(&name),
            None => Standing::Unverifiable("it is not one handle".into()),
        }
    }

    /// Whether a name is anybody's.
    pub fn standing_of_name(&self, name: &Name) -> Standing {
        if self.party(name).is_some() {
            return Standing::Known;
        }
        match name {
            Name::Team(handle) => {
                let organization = organization(handle);
                match self.covered.get(organization) {
                    Some(roster) => Standing::Unknown(roster.source.clone()),
                    None => Standing::Unverifiable(format!("no roster covers `@{organization}`")),
                }
            }
            Name::User(_) => self.outsider(),
            Name::Email(_) if self.emails_complete => self.outsider(),
            Name::Email(_) => {
                Standing::Unverifiable("the rosters do not say everyone's e-mail address".into())
            }
            Name::Entity(entity) => match self.covered.get(&entity.namespace[..]) {
                Some(roster) if matches!(entity.kind.as_str(), "group" | "user") => {
                    Standing::Unknown(roster.source.clone())
                }
                _ => {
                    let namespace = &entity.namespace;
                    let why = format!("nothing is complete for the namespace `{namespace}`");
                    Standing::Unverifiable(why)
                }
            },
        }
    }

    /// The people behind this owner as logins in lower case, with `@`; none where a roster does not say.
    pub fn logins(&self, owner: &Owner) -> Option<BTreeSet<String>> {
        let name = name_of(owner.kind(), owner.text())?;
        match (self.party(&name), name) {
            (_, name @ Name::User(_)) => Some(BTreeSet::from([name.to_string()])),
            (Some(Party::Person(person)), _) => {
                Some(BTreeSet::from([self.people[person].label.to_lowercase()]))
            }
            (Some(Party::Team(team)), _) if self.teams[team].says_members => {
                let members = self.teams[team].members.iter();
                Some(
                    members
                        .map(|&it| self.people[it].label.to_lowercase())
                        .collect(),
                )
            }
            _ => None,
        }
    }

    /// The team itself and all that it is a part of, from the inside out. Ends where a team would come
    /// twice, and at a depth that no organization has.
    pub fn ancestry(&self, team: usize) -> Vec<usize> {
        /// A hostile roster nests teams without end.
        const DEEPEST: usize = 64;
        let mut line = vec![team];
        while let Some(parent) = self.teams[line[line.len() - 1]].parent {
            if line.contains(&parent) || line.len() == DEEPEST {
                break;
            }
            line.push(parent);
        }
        line
    }

    /// Handles of everyone and every team, with `@`, for did-you-mean.
    pub fn handles(&self) -> Vec<String> {
        let people = self.people.iter().map(|person| &person.label);
        let teams = self.teams.iter().map(|team| &team.label);
        let handles = people.chain(teams).filter(|label| label.starts_with('@'));
        handles.cloned().collect()
    }

    /// The roster that is complete for whoever has a name, or would be: what decides whether they are anybody.
    pub fn covering(&self, name: &Name) -> Option<&'a Roster> {
        match name {
            Name::Team(handle) => self.covered.get(organization(handle)).copied(),
            Name::Entity(entity) => self.covered.get(&entity.namespace[..]).copied(),
            Name::User(_) | Name::Email(_) => self.covering_people().ok(),
        }
    }

    /// The roster that is complete for people: there is none unless rosters are complete for every organization
    /// to which a repository belongs.
    fn covering_people(&self) -> Result<&'a Roster, String> {
        let uncovered = self
            .homes
            .iter()
            .find(|home| !self.covered.contains_key(*home));
        if let Some(home) = uncovered {
            return Err(format!("no roster covers `@{home}`"));
        }
        let roster = match self.homes.first() {
            Some(home) => self.covered.get(home),
            // Without an origin the one covered organization is taken for the repository's.
            None if self.covered.len() == 1 => self.covered.values().next(),
            None => None,
        };
        let roster = roster.copied();
        roster.ok_or_else(|| "no roster covers their organization".into())
    }

    /// The standing of a person whom no roster has.
    fn outsider(&self) -> Standing {
        match self.covering_people() {
            Ok(roster) if roster.leaves_out_guests => {
                let source = &roster.source;
                let why =
                    format!("{source} lacks them, but does not say who works with it from outside");
                Standing::Unverifiable(why)
            }
            Ok(roster) => Standing::Unknown(roster.source.clone()),
            Err(why) => Standing::Unverifiable(why),
        }
    }
}

/// Whom an owner of an ownership file names.
pub fn name_of(kind: OwnerKind, owner: &str) -> Option<Name> {
    let lower = owner.to_lowercase();
    let handle = lower.strip_prefix('@').unwrap_or(&lower).to_owned();
    match kind {
        OwnerKind::User => Some(Name::User(handle.into())),
        OwnerKind::Team => Some(Name::Team(handle.into())),
        OwnerKind::Email => Some(Name::Email(lower.into())),
        OwnerKind::Glued => None,
    }
}

/// The organization of a team's handle.
fn organization(handle: &str) -> &str {
    handle.split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codeowners::{Dialect, OwnershipFile};
    use crate::facts::{Location, Person, Reference, Team};
    use crate::text::{RepoPath, Span, Text};

    fn roster(covers: &[&str]) -> Roster {
        let location = Location::repository("");
        let person = |login: &str, email: &str| Person {
            login: Some(login.into()),
            emails: vec![email.into()],
            ..Person::new(location.clone())
        };
        let member = |login: &str| Reference {
            text: format!("@{login}"),
            name: Name::User(login.into()),
            excerpt: Text::new(RepoPath::default(), Vec::new()).excerpt(Span::new(0, 0)),
        };
        Roster {
            source: "people.toml".into(),
            covers: covers.iter().map(|&org| org.to_owned()).collect(),
            complete: false,
            leaves_out_guests: false,
            people: vec![
                person("Ann", "Ann@acme.test"),
                person("Bob", "bob@acme.test"),
            ],
            teams: vec![Team {
                handle: Some("acme/Ops".into()),
                members: Some(vec![member("ann"), member("bob")]),
                ..Team::new(location)
            }],
        }
    }

    fn standing(covers: &[&str], home: Option<&str>, owner: &str) -> &'static str {
        let text = Text::new(
            RepoPath::from("CODEOWNERS"),
            format!("* {owner}").into_bytes(),
        );
        let file = OwnershipFile::parse(Dialect::GitHub, text);
        let rosters = [roster(covers)];
        match Directory::new(&rosters, home).standing(&file.rules()[0].owners()[0]) {
            Standing::Known => "known",
            Standing::Unknown(_) => "unknown",
            Standing::Unverifiable(_) => "unverifiable",
        }
    }

    #[test]
    fn an_owner_is_unknown_only_where_a_roster_is_complete() {
        for (covers, home, owner, expected) in [
            (&["acme"][..], Some("Acme"), "@acme/ops", "known"),
            (&["acme"], Some("acme"), "@acme/gone", "unknown"),
            (&["acme"], Some("acme"), "@other/team", "unverifiable"),
            (&[], None, "@acme/gone", "unverifiable"),
            (&["acme"], Some("acme"), "@ANN", "known"),
            (&["acme"], Some("acme"), "@bob", "known"),
            (&["acme"], Some("acme"), "@zoe", "unknown"),
            (&["acme"], None, "@zoe", "unknown"),
            (&["acme"], Some("other"), "@zoe", "unverifiable"),
            (&["acme", "labs"], None, "@zoe", "unverifiable"),
            (&["acme"], Some("acme"), "ann@ACME.test", "known"),
            (&["acme"], Some("acme"), "zoe@acme.test", "unknown"),
            (&["acme"], Some("acme"), "@a@b", "unverifiable"),
        ] {
            assert_eq!(
                standing(covers, home, owner),
                expected,
                "{owner} {covers:?} {home:?}"
            );
        }
    }

    #[test]
    fn a_group_is_a_part_of_what_it_says_else_of_what_says_so() {
        let group = |name: &str, parent: Option<&str>, children: &[&str]| {
            let named = |name: &str| Reference {
                text: name.into(),
                name: Name::from(EntityRef::new("group", "default", name)),
                excerpt: Text::new(RepoPath::default(), Vec::new()).excerpt(Span::new(0, 0)),
            };
            Team {
                entity: Some(EntityRef::new("group", "default", name)),
                parent: parent.map(named),
                children: children.iter().map(|name| named(name)).collect(),
                ..Team::new(Location::repository(""))
            }
        };
        let rosters = [Roster {
            teams: vec![
                group("a", None, &["b", "c", "a", "gone"]),
                group("b", Some("c"), &[]),
                group("c", None, &["d"]),
                group("d", Some("d"), &["a"]),
            ],
            ..Roster::default()
        }];
        let directory = Directory::new(&rosters, None);
        let parents = directory.teams().iter().map(|team| team.parent);
        assert_eq!(
            parents.collect::<Vec<_>>(),
            [Some(3), Some(2), Some(0), Some(2)]
        );
        assert_eq!(directory.ancestry(1), [1, 2, 0, 3]);
        assert_eq!(directory.teams().len(), 4);
    }
}
