//! Who answers for a service, and which link of the chain to them breaks.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::{Actor, Graph, Node, ServiceEntry, ServiceId};
use crate::facts::{Name, Reference};
use crate::identity::{Party, Standing, name_of};

/// Who answers for a service.
#[derive(Clone, Debug)]
pub struct Chain<'a> {
    /// What says so.
    pub by: By<'a>,
    /// Who answers; any of them is enough.
    pub actors: Vec<Actor>,
    /// What breaks the chain, if nobody is left.
    pub broken: Option<Break>,
    /// Why it cannot be known whether somebody answers, if it cannot.
    pub unverifiable: Option<String>,
}

/// What says who answers for a service.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// Its descriptor.
    Descriptor(&'a Reference),
    /// The line of the ownership file that decides over most of its files: its place among the rules.
    OwnershipFile(usize),
    /// Nothing.
    Nobody,
}

/// The link that breaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Break {
    /// No owner is named.
    NoOwner,
    /// A roster that is complete lacks every owner; the owners, and the roster.
    UnknownOwner(Vec<String>, String),
    /// The team has no people.
    EmptyTeam(String),
}

/// How many owners of one line are looked at for each service: a hostile line has thousands.
const MOST_OWNERS: usize = 100;

impl<'a> Graph<'a> {
    /// Who answers for a service.
    pub fn chain(&self, id: ServiceId) -> &Chain<'a> {
        &self.chains[id.0]
    }

    /// Works out who answers for a service: the owner of its descriptor, else the owners of the line of the
    /// ownership file that decides over most of its files, among the lines that name owners.
    pub(super) fn chain_of(&self, id: ServiceId) -> Chain<'a> {
        let ServiceEntry { service, home, .. } = self.service(id);
        if let Some(owner) = &service.owner {
            return self.owner_chain(owner);
        }
        let nobody = |broken, unverifiable| Chain {
            by: By::Nobody,
            actors: Vec::new(),
            broken,
            unverifiable,
        };
        let Some(home) = home else {
            let why = "the repository that holds its files was not read";
            return nobody(None, Some(why.into()));
        };
        let files = &self.members()[home].repository.ownership_files;
        let file = match files.in_use.known() {
            Ok(Some(file)) => file,
            Ok(None) => return nobody(Some(Break::NoOwner), None),
            Err(gap) => return nobody(None, Some(gap.reason.clone())),
        };
        let lines = self.deciding_lines(id);
        // Of lines that decide over as many files the later one. That some files are unowned on purpose
        // does not make the service so.
        let owned = |&(line, _): &(usize, usize)| !file.rules()[line].owners().is_empty();
        let lines = lines.iter().copied().filter(owned);
        let Some((line, _)) = lines.max_by_key(|&(line, files)| (files, line)) else {
            return nobody(Some(Break::NoOwner), None);
        };
        let owners = file.rules()[line].owners();
        let actors = owners.iter().take(MOST_OWNERS).filter_map(|owner| {
            let name = name_of(owner.kind(), owner.text())?;
            let actor = self.actor(&name);
            let standing = self.standing(&actor, &name);
            Some((actor, owner.text().to_owned(), standing))
        });
        let chain = self.judged(By::OwnershipFile(line), actors.collect());
        match chain.broken {
            Some(_) if owners.len() > MOST_OWNERS => Chain {
                broken: None,
                unverifiable: Some(format!("a line has more than {MOST_OWNERS} owners")),
                ..chain
            },
            _ => chain,
        }
    }

    /// Who answers where a descriptor names this owner.
    pub fn owner_chain(&self, owner: &'a Reference) -> Chain<'a> {
        let actor = self.actor(&owner.name);
        let standing = self.standing(&actor, &owner.name);
        let owners = vec![(actor, owner.text.clone(), standing)];
        self.judged(By::Descriptor(owner), owners)
    }

    /// Whether the actor of this name is anybody.
    pub fn standing(&self, actor: &Actor, name: &Name) -> Standing {
        match actor {
            Actor::Party(_) => Standing::Known,
            Actor::Unlisted(_) => self.directory().standing_of_name(name),
        }
    }

    fn judged(&self, by: By<'a>, owners: Vec<(Actor, String, Standing)>) -> Chain<'a> {
        let mut unknown = Vec::new();
        let (mut roster, mut empty, mut unverifiable) = (None, None, None);
        let mut answered = false;
        for (actor, text, standing) in &owners {
            match standing {
                Standing::Unknown(source) => {
                    unknown.push(text.clone());
                    roster = Some(source.clone());
                }
                Standing::Unverifiable(why) => unverifiable = Some(why.clone()),
                Standing::Known => match actor {
                    Actor::Party(Party::Team(team)) => match self.staffing[*team] {
                        it if it.has_people => answered = true,
                        it if it.complete => empty = Some(text.clone()),
                        _ => {
                            let why = format!("no roster says completely who is in `{text}`");
                            unverifiable = Some(why);
                        }
                    },
                    _ => answered = true,
                },
            }
        }
        let broken = match (answered, &unverifiable, empty, roster) {
            (true, _, _, _) | (_, Some(_), _, _) => None,
            (_, _, Some(team), _) => Some(Break::EmptyTeam(team)),
            (_, _, _, Some(roster)) => Some(Break::UnknownOwner(unknown, roster)),
            // None of the owners is a name at all; another rule speaks of that.
            (_, _, None, None) => None,
        };
        Chain {
            by,
            actors: owners.into_iter().map(|(actor, _, _)| actor).collect(),
            broken,
            unverifiable: unverifiable.filter(|_| !answered),
        }
    }

    /// The people of a team and of the teams that are parts of it, ascending, and whether these are all.
    pub fn people_of(&self, team: usize) -> (Cow<'_, [usize]>, bool) {
        let teams = self.directory().teams();
        if !teams[team].has_parts {
            return (teams[team].members.as_slice().into(), teams[team].complete);
        }
        let mut people = BTreeSet::new();
        let mut complete = true;
        let (mut left, mut seen) = (vec![team], BTreeSet::new());
        while let Some(team) = left.pop() {
            if !seen.insert(team) {
                continue;
            }
            people.extend(&teams[team].members);
            complete &= teams[team].complete;
            left.extend(self.parts_of_team(team));
        }
        (people.into_iter().collect(), complete)
    }

    /// The teams that are parts of a team.
    fn parts_of_team(&self, team: usize) -> Vec<usize> {
        if !self.directory().teams()[team].has_parts {
            return Vec::new();
        }
        let node = self.node(&Node::Actor(Actor::Party(Party::Team(team))));
        let Some(node) = node else { return Vec::new() };
        let parts = self
            .petgraph()
            .neighbors_directed(node, petgraph::Direction::Incoming);
        let parts = parts.filter_map(|part| match self.petgraph()[part] {
            Node::Actor(Actor::Party(Party::Team(part))) => Some(part),
            _ => None,
        });
        parts.collect()
    }

    /// The lines of the ownership file that decide over files of a service, ascending, each with how
    /// many files.
    pub fn deciding_lines(&self, id: ServiceId) -> &[(usize, usize)] {
        &self.deciding[id.0]
    }

    /// Counts the files of a service by the line that decides over them.
    pub(super) fn count_deciding(&self, id: ServiceId) -> Box<[(usize, usize)]> {
        let Some(home) = self.service(id).home else {
            return Box::default();
        };
        let ownership = self.members()[home].ownership;
        let files = self.files(id).iter();
        let mut lines: Vec<usize> = files
            .filter_map(|&file| ownership.deciding(file as usize))
            .collect();
        lines.sort_unstable();
        let lines = lines.chunk_by(|a, b| a == b);
        lines.map(|same| (same[0], same.len())).collect()
    }
}
