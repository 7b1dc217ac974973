//! What the commits say of a repository, a path, a service or a team: the measures.

use jiff::civil::Date;

use crate::facts::Gap;

/// The measures of something.
#[derive(Debug)]
pub struct HistoryAnswer {
    /// What it is called.
    pub subject: String,
    /// What it is: `repository`, `path`, `service` or `team`.
    pub kind: &'static str,
    /// The day as of which it is.
    pub as_of: Date,
    /// The first day of which commits count, where earlier ones were left out: all that is told of who knows
    /// what, and of how much is whose, is then since that day.
    pub since: Option<Date>,
    /// How many commits were walked, in all repositories.
    pub commits: usize,
    /// How many people wrote commits, and how many bots, which count nowhere.
    pub people: usize,
    /// See `people`.
    pub bots: usize,
    /// On how many people it hangs.
    pub truck_factor: TruckFactors,
    /// How much of the work is whose.
    pub shares: SharesAnswer,
    /// What is known to nobody who is still there.
    pub loss: LossAnswer,
    /// What its changes ask of owners; none of a path or a service.
    pub flow: Option<FlowAnswer>,
    /// How long approvals wait for its owners, or for the team: an estimate; none of a path or a service.
    pub waiting: Option<WaitingAnswer>,
    /// How far a team depends on others.
    pub dependence: Option<DependenceAnswer>,
    /// Whether those coordinate whose services hang together; none of a path or a service.
    pub coordination: Option<CoordinationAnswer>,
    /// What changes together: pairs of files, or of services.
    pub coupled: Vec<CoupledPair>,
    /// The four keys; none but of repositories.
    pub keys: Vec<KeyAnswer>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// Truck factors by the ways in which they are found.
#[derive(Debug)]
pub struct TruckFactors {
    /// As the tool of the paper's authors prints it.
    pub pruned: usize,
    /// The same without dropping those who know little beside the first.
    pub greedy: usize,
    /// As the paper's prose has it.
    pub paper: usize,
    /// How many source files there are, how many of these have an author, and how many files there are.
    pub files: usize,
    /// See `files`.
    pub known: usize,
    /// See `files`.
    pub all: usize,
    /// Which files count.
    pub filter: &'static str,
    /// Who they are, each with how many files: only where the policy lets people be named.
    pub who: Option<Vec<(String, usize)>>,
}

/// How much of the work is whose.
#[derive(Debug)]
pub struct SharesAnswer {
    /// How often the files were added or changed.
    pub changes: usize,
    /// How many people did it.
    pub people: usize,
    /// The share of whoever did most, in percent.
    pub largest: Option<f64>,
    /// How many people did at least 5 % each, and how many less.
    pub major: usize,
    /// See `major`.
    pub minor: usize,
    /// By team, with the share in percent, the most first; who is in several teams counts in each.
    pub teams: Vec<(String, f64)>,
    /// By person: only where the policy lets people be named.
    pub who: Option<Vec<(String, f64)>>,
}

/// What is known to nobody who is still there.
#[derive(Debug)]
pub struct LossAnswer {
    /// How many source files have an author.
    pub files: usize,
    /// Of these: how many have only authors who left.
    pub lost: usize,
    /// Of these: of how many that may be so.
    pub unclear: usize,
}

/// What changes ask of owners.
#[derive(Debug)]
pub struct FlowAnswer {
    /// Over how many days: fewer than usual where no more are known.
    pub days: u32,
    /// How many changes people made, and how many bots.
    pub changes: usize,
    /// See `changes`.
    pub by_bots: usize,
    /// How many changes need nobody's approval.
    pub free: usize,
    /// How many owner groups a change needs: the mean, what nine in ten do not exceed, the most.
    pub groups: (f64, usize, usize),
    /// As how many people who all approve the same; none where it is not known who they are.
    pub effective: Option<f64>,
    /// How unevenly the approvals are spread over owners, from 0 to 1.
    pub gini: f64,
    /// What is asked of whom, the most first; a few.
    pub owners: Vec<AskedOwner>,
}

/// What is asked of an owner.
#[derive(Debug)]
pub struct AskedOwner {
    /// The owner.
    pub owner: String,
    /// How many changes need a group that it is in.
    pub asked: usize,
    /// How many cannot be approved without it.
    pub needed: usize,
}

/// How long approvals wait, as a queue has it: an estimate, and nothing that was measured.
#[derive(Debug)]
pub struct WaitingAnswer {
    /// What the queue is called.
    pub model: &'static str,
    /// What it takes for granted, as fragments.
    pub assumptions: &'static [&'static str],
    /// How many approvals a person is taken to give on a working day.
    pub capacity: u32,
    /// How many days changes were seen for, and how many working days these are taken to have.
    pub days: u32,
    /// See `days`.
    pub working_days: f64,
    /// By owner, and by group of several owners; a few of each.
    pub of: Vec<WaitEstimate>,
}

/// How long approvals wait for somebody.
#[derive(Debug)]
pub struct WaitEstimate {
    /// Who is asked.
    pub asked: String,
    /// Whether these are several owners of a line, any of whom can approve.
    pub is_group: bool,
    /// How many changes ask.
    pub changes: usize,
    /// What comes of that, or why it is not known.
    pub found: Result<Waiting, &'static str>,
}

/// What is asked of people, and how long that waits.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// How many people can approve.
    pub people: u32,
    /// How many approvals are asked of them on a working day.
    pub arrivals: f64,
    /// How much of what they can give that is, in percent.
    pub busy: f64,
    /// How many working days each waits on average; none where more is asked than they can give.
    pub days: Option<f64>,
}

/// Whether those coordinate whose services hang together.
#[derive(Debug)]
pub struct CoordinationAnswer {
    /// Of pairs of teams whose services change together: how many it is known of, how many of these
    /// coordinate, and of how many it is not known.
    pub teams: (usize, usize, usize),
    /// The same of pairs of services that change together or of which one needs the other, where those hold
    /// that one team answers for, or whose teams have a declared interface.
    pub services: (usize, usize, usize),
}

/// How far a team depends on others.
#[derive(Debug)]
pub struct DependenceAnswer {
    /// How many changes it made.
    pub changes: usize,
    /// How many of these need another team.
    pub dependent: usize,
    /// Whom they need, with how many, the most first.
    pub on: Vec<(String, usize)>,
}

/// Two things that change together.
#[derive(Debug)]
pub struct CoupledPair {
    /// The two.
    pub of: (String, String),
    /// How many of a hundred changes they share.
    pub degree: u32,
    /// How many changes they share.
    pub shared: u32,
}

/// One of the four keys.
#[derive(Debug)]
pub struct KeyAnswer {
    /// What is measured.
    pub name: &'static str,
    /// The number, in the unit that the name says; none of too few.
    pub value: Option<f64>,
    /// Its unit.
    pub unit: &'static str,
    /// What stands for what cannot be seen.
    pub proxy: &'static str,
    /// Of how many.
    pub n: usize,
}
