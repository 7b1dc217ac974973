//! What became of every rule, for each scorecard on which that counts.

use std::collections::HashMap;

use super::Verdict;
use crate::graph::{Actor, ServiceId};

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
    rows: HashMap<Holder, Row>,
    rules: Vec<&'static str>,
    /// What became of the rules, row by row.
    outcomes: Vec<Outcome>,
}

/// The row of a holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row(usize);

impl Outcomes {
    /// A table for these rules, in which a rule's column is its place among them.
    pub(super) fn of(rules: impl Iterator<Item = &'static str>) -> Outcomes {
        Outcomes {
            rules: rules.collect(),
            ..Outcomes::default()
        }
    }

    /// The row of a holder.
    pub(super) fn row(&mut self, holder: &Holder) -> Row {
        if let Some(&row) = self.rows.get(holder) {
            return row;
        }
        let row = Row(self.rows.len());
        let end = self.outcomes.len() + self.rules.len();
        self.outcomes.resize(end, Outcome::default());
        self.rows.insert(holder.clone(), row);
        row
    }

    /// Enters what the rule in this column says.
    pub(super) fn add(&mut self, row: Row, column: usize, verdict: &Verdict) {
        let outcome = &mut self.outcomes[row.0 * self.rules.len() + column];
        outcome.judged |= matches!(verdict, Verdict::Pass | Verdict::Fail(_));
        outcome.skipped |= matches!(verdict, Verdict::Skip(_));
    }

    /// By holder and rule, what came of it, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&Holder, &'static str, Outcome)> {
        self.rows.iter().flat_map(|(holder, row)| {
            let outcomes = &self.outcomes[row.0 * self.rules.len()..];
            let outcomes = self.rules.iter().zip(outcomes);
            outcomes.map(move |(&rule, &outcome)| (holder, rule, outcome))
        })
    }
}
