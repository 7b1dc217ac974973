//! Who is in which team.

use super::{EntityRef, Location, Reference};

/// People and teams as one source says, and for whom it speaks.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Roster {
    /// The source's name for people: the file's path.
    pub source: String,
    /// Organizations (`acme`, without `@`, lower case) for which the roster is complete: whoever is
    /// not in it is not in the organization.
    pub covers: Vec<String>,
    /// Whether it is complete for every organization and namespace that its teams are in.
    pub complete: bool,
    /// Whether there may be people outside of the organization who work with it, of whom it says nothing.
    pub leaves_out_guests: bool,
    /// The people, in the order of the source.
    pub people: Vec<Person>,
    /// The teams, in the order of the source.
    pub teams: Vec<Team>,
}

/// A person, as a roster has it. Known by a login, by an entity, or by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The login on the forge, without `@`, as written. Compared without case.
    pub login: Option<String>,
    /// What a catalog calls them: `user:default/ann`.
    pub entity: Option<EntityRef>,
    /// The name for people, if the roster gives one.
    pub name: Option<String>,
    /// E-mail addresses, as written. Compared without case.
    pub emails: Vec<String>,
    /// Teams that they say to be a member of.
    pub member_of: Vec<Reference>,
    /// Where the roster says so.
    pub location: Location,
}

impl Person {
    /// A person of whom nothing is known yet.
    pub fn new(location: Location) -> Self {
        Person {
            login: None,
            entity: None,
            name: None,
            emails: Vec::new(),
            member_of: Vec::new(),
            location,
        }
    }
}

/// A team, as a roster has it. Known by a handle, by an entity, or by both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// `organization/team` without `@`, as written. Compared without case.
    pub handle: Option<String>,
    /// What a catalog calls it: `group:default/payments`.
    pub entity: Option<EntityRef>,
    /// Other names for the same team.
    pub aliases: Vec<Reference>,
    /// The name for people, if the roster gives one.
    pub name: Option<String>,
    /// Its members; none where the source does not say.
    pub members: Option<Vec<Reference>>,
    /// Who leads it.
    pub lead: Option<Reference>,
    /// The team that it is a part of.
    pub parent: Option<Reference>,
    /// Teams that are parts of it.
    pub children: Vec<Reference>,
    /// Whether only its own members can see it; the forge then takes it for no owner.
    pub is_secret: bool,
    /// Where the roster says so.
    pub location: Location,
}

impl Team {
    /// A team of which nothing is known yet.
    pub fn new(location: Location) -> Self {
        Team {
            handle: None,
            entity: None,
            aliases: Vec::new(),
            name: None,
            members: None,
            lead: None,
            parent: None,
            children: Vec::new(),
            is_secret: false,
            location,
        }
    }
}
