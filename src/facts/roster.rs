//! Who is in which team.

use crate::facts::Location;

/// People and teams as one source says, and for whom it speaks.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Roster {
    /// The source's name for people: the file's path.
    pub source: String,
    /// Organizations (`acme`, without `@`, lower case) for which the roster is complete: whoever is
    /// not in it is not in the organization.
    pub covers: Vec<String>,
    /// The people, in the order of the source.
    pub people: Vec<Person>,
    /// The teams, in the order of the source.
    pub teams: Vec<Team>,
}

/// A person, as a roster has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The login on the forge, without `@`, as written. Compared without case.
    pub login: String,
    /// The name for people, if the roster gives one.
    pub name: Option<String>,
    /// E-mail addresses, as written. Compared without case.
    pub emails: Vec<String>,
    /// Where the roster says so.
    pub location: Location,
}

/// A team, as a roster has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// `organization/team` without `@`, as written. Compared without case.
    pub slug: String,
    /// The name for people, if the roster gives one.
    pub name: Option<String>,
    /// Logins of its members, without `@`, as written.
    pub members: Vec<String>,
    /// Where the roster says so.
    pub location: Location,
}
