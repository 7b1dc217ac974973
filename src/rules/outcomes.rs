//! What became of every rule, for each scorecard on which that counts.

use std::collections::HashMap;
use std::ops::Range;

use super::Verdict;
use crate::graph::{Actor, ServiceId};
use crate::identity::Party;

/// Whose scorecard a verdict counts on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Holder {
    /// The repository's own.
    Repository,
    /// That of a service.
    Service(ServiceId),
    /// That of a team.
    Team(Actor),
}

/// What became of a rule for one holder, whatever the number of its subjects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Some subject was judged.
    pub judged: bool,
    /// Some subject could not be judged.
    pub skipped: bool,
}

/// A table with a row for each holder and a column for each rule. Every verdict on every subject is
/// entered, so that each holder is looked up once for all rules.
#[derive(Debug, Default)]
pub struct Outcomes {
    /// By row, whose it is.
    holders: Vec<Holder>,
    /// The rows of services and of teams that have numbers.
    services: Rows,
    teams: Rows,
    others: HashMap<Holder, Row>,
    rules: Vec<&'static str>,
    /// What became of the rules, row by row.
    outcomes: Vec<Outcome>,
}

/// The row of a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row(u32);

/// Rows by numbers. Those of most numbers stand side by side, since every verdict asks for some.
#[derive(Debug, Default)]
struct Rows {
    /// The first of the numbers whose rows stand in `near`.
    start: usize,
    near: Vec<Option<Row>>,
    far: HashMap<usize, Row>,
}

impl Rows {
    /// Room for the rows of the numbers that are most likely.
    fn near(likely: Range<usize>) -> Rows {
        Rows {
            start: likely.start,
            near: vec![None; likely.len()],
            far: HashMap::new(),
        }
    }

    /// The row of a number, which is `next` if it has none yet.
    fn of(&mut self, number: usize, next: Row) -> Row {
        let place = number.checked_sub(self.start);
        match place.and_then(|place| self.near.get_mut(place)) {
            Some(row) => *row.get_or_insert(next),
            None => *self.far.entry(number).or_insert(next),
        }
    }
}

impl Outcomes {
    /// A table for these rules, in which a rule's column is its place among them; with room for the
    /// services and teams, ascending, of a repository.
    pub(super) fn of(
        rules: impl Iterator<Item = &'static str>,
        services: Range<usize>,
        teams: &[usize],
    ) -> Outcomes {
        let rules: Vec<&'static str> = rules.collect();
        let holders = services.len() + teams.len() + 1;
        let all_teams = match teams {
            // Of few that lie far apart, a list would be long and empty.
            [first, .., last] if last - first < 4 * teams.len() => *first..last + 1,
            [first, ..] => *first..first + 1,
            [] => 0..0,
        };
        Outcomes {
            holders: Vec::with_capacity(holders),
            services: Rows::near(services),
            teams: Rows::near(all_teams),
            others: HashMap::new(),
            outcomes: Vec::with_capacity(holders * rules.len()),
            rules,
        }
    }

    /// The row of a holder.
    pub(super) fn row(&mut self, holder: &Holder) -> Row {
        let next = Row(u32::try_from(self.holders.len()).unwrap_or(u32::MAX));
        let row = match holder {
            Holder::Service(id) => self.services.of(id.0, next),
            Holder::Team(Actor::Party(Party::Team(team))) => self.teams.of(*team, next),
            _ => match self.others.get(holder) {
                Some(&known) => known,
                None => *self.others.entry(holder.clone()).or_insert(next),
            },
        };
        if row == next {
            self.holders.push(holder.clone());
            let end = self.outcomes.len() + self.rules.len();
            self.outcomes.resize(end, Outcome::default());
        }
        row
    }

    /// Enters what the rule in this column says.
    pub(super) fn add(&mut self, row: Row, column: usize, verdict: &Verdict) {
        let outcome = &mut self.outcomes[row.0 as usize * self.rules.len() + column];
        outcome.judged |= matches!(verdict, Verdict::Pass | Verdict::Fail(_));
        outcome.skipped |= matches!(verdict, Verdict::Skip(_));
    }

    /// By holder and rule, what came of it, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&Holder, &'static str, Outcome)> {
        self.holders.iter().enumerate().flat_map(|(row, holder)| {
            let outcomes = &self.outcomes[row * self.rules.len()..];
            let outcomes = self.rules.iter().zip(outcomes);
            outcomes.map(move |(&rule, &outcome)| (holder, rule, outcome))
        })
    }
}
