//! What a new team, or a team with a new service, needs to know and to do.

use jiff::civil::Date;

use crate::facts::Gap;

/// A checklist for whoever takes over.
#[derive(Debug)]
pub struct Onboarding {
    /// The team or the service, as people call it.
    pub subject: String,
    /// Whether it is a team; else a service.
    pub is_team: bool,
    /// Who answers for the service, where it is one.
    pub owners: Vec<String>,
    /// The people of the team as a roster says, and who of them leads it.
    pub people: Vec<String>,
    /// See `people`.
    pub lead: Option<String>,
    /// The day on which it holds.
    pub as_of: Date,
    /// How many repositories were read.
    pub repositories: usize,
    /// What is taken over, the most critical first.
    pub services: Vec<OwnedService>,
    /// What else the team decides over, by the ownership files: the most files first.
    pub lines: Vec<OwnedLine>,
    /// How many further lines there are.
    pub more_lines: usize,
    /// What is not as agreed, the worst first.
    pub findings: Vec<ToDo>,
    /// How many further findings there are.
    pub more_findings: usize,
    /// What to read, in this order.
    pub reading: Vec<Place>,
    /// Shortcuts that come with it.
    pub markers: Markers,
    /// Findings that somebody accepted, with the reason.
    pub accepted: Vec<AcceptedToDo>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A service that is taken over.
#[derive(Debug)]
pub struct OwnedService {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: String,
    /// How critical it is, from 1.
    pub tier: Option<u8>,
    /// Where it is in its life.
    pub lifecycle: Option<String>,
    /// Where it is declared.
    pub declared: Place,
    /// Where its files are, if it has a folder of its own.
    pub folder: Option<Place>,
    /// How many files it has.
    pub files: usize,
    /// What is there for whoever runs it, and what is missing.
    pub equipment: Vec<Equipment>,
    /// What it needs, with who answers for that.
    pub needs: Vec<Neighbour>,
    /// What needs it.
    pub needed_by: Vec<Neighbour>,
    /// What changes together with it.
    pub coupled: Vec<Coupled>,
    /// Whom to ask: those who know its files best.
    pub experts: Vec<Expert>,
}

/// Something that a service should have.
#[derive(Debug)]
pub struct Equipment {
    /// What: `a runbook`.
    pub what: &'static str,
    /// What is there.
    pub links: Vec<Place>,
    /// How to add it.
    pub how: &'static str,
    /// The rule that asks for it, if one does.
    pub rule: Option<&'static str>,
}

/// Another service.
#[derive(Debug)]
pub struct Neighbour {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owners: Vec<String>,
}

/// A service that changes together with another one.
#[derive(Debug)]
pub struct Coupled {
    /// The service.
    pub service: Neighbour,
    /// How many of a hundred changes they share.
    pub degree: u32,
    /// How many changes they share.
    pub shared: u32,
}

/// Somebody who knows files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expert {
    /// What people call them.
    pub name: String,
    /// Whether they are of the owners.
    pub owns: bool,
    /// Of how many of the files they are an author.
    pub files: usize,
    /// How many changes they made to the files.
    pub changes: u32,
    /// When they last changed one of them.
    pub last: Date,
    /// When they last wrote any commit.
    pub active: Date,
}

/// A line of an ownership file.
#[derive(Debug)]
pub struct OwnedLine {
    /// Where it stands.
    pub place: Place,
    /// Its pattern.
    pub pattern: String,
    /// Over how many files it decides.
    pub files: usize,
    /// Whom to ask: those who know these files best.
    pub experts: Vec<Expert>,
}

/// Something to do.
#[derive(Debug)]
pub struct ToDo {
    /// The rule that says so.
    pub rule: &'static str,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub help: Option<String>,
    /// Where.
    pub place: Place,
    /// Where else the same rule asks for the same: it is mended in one go.
    pub alike: Vec<Place>,
}

/// Something that is not as agreed, and that somebody accepted.
#[derive(Debug)]
pub struct AcceptedToDo {
    /// What.
    pub what: ToDo,
    /// Why it was accepted.
    pub reason: String,
    /// Until when.
    pub until: Option<Date>,
}

/// Tech-debt markers.
#[derive(Debug, Default)]
pub struct Markers {
    /// How many there are.
    pub count: usize,
    /// The oldest ones, or where that is not known some of them: each with since when it stands.
    pub shown: Vec<(Place, Option<Date>)>,
    /// The words with which they start, as policies name them; each once, in alphabetical order.
    pub words: Vec<String>,
}

/// A place that can be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What it is called.
    pub text: String,
    /// Where it is in the browser, if that is known.
    pub url: Option<String>,
}
