//! What became of every rule, for each scorecard on which that counts.

use std::collections::HashMap;

use foldhash::fast::RandomState;

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
    /// The rows of services and teams that have numbers stand by these, which is what most are looked up by.
    numbered: HashMap<(Kind, u32), Row, RandomState>,
    others: HashMap<Holder, Row>,
    rules: Vec<&'static str>,
    /// What became of the rules, row by row.
    outcomes: Vec<Outcome>,
}

/// What a number is that of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Service,
    Team,
}

/// The row of a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row(u32);

impl Outcomes {
    /// A table for these rules, in which a rule's column is its place among them; with room for so many
    /// services and teams.
    pub(super) fn of(
        rules: impl Iterator<Item = &'static str>,
        services: usize,
        teams: usize,
    ) -> Outcomes {
        let rules: Vec<&'static str> = rules.collect();
        let holders = services + teams + 1;
        Outcomes {
            holders: Vec::with_capacity(holders),
            numbered: HashMap::with_capacity_and_hasher(holders, RandomState::default()),
            others: HashMap::new(),
            outcomes: Vec::with_capacity(holders * rules.len()),
            rules,
        }
    }

    /// The row of a holder.
    pub(super) fn row(&mut self, holder: &Holder) -> Row {
        let next = Row(u32::try_from(self.holders.len()).unwrap_or(u32::MAX));
        let number = match holder {
            Holder::Service(id) => u32::try_from(id.0).ok().map(|it| (Kind::Service, it)),
            Holder::Team(Actor::Party(Party::Team(team))) => {
                u32::try_from(*team).ok().map(|it| (Kind::Team, it))
            }
            _ => None,
        };
        let row = match number {
            Some(number) => *self.numbered.entry(number).or_insert(next),
            None => match self.others.get(holder) {
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
