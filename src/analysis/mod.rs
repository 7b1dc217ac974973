//! Measures over facts and graph: pure, each with the source of its formula, each computed at most once a
//! run, when it is first asked for. Rules and answers read the same numbers.

pub mod concentration;
pub mod congruence;
pub mod coupling;
pub mod cut;
pub mod dependence;
pub mod flow;
pub mod four_keys;
pub mod load;
pub mod queue;
pub mod replay;
#[cfg(test)]
mod testing;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::facts::{Author, History};
use crate::graph::Graph;
use crate::identity::Committers;

/// All measures of a run.
#[derive(Debug)]
pub struct Measures<'a> {
    /// Everything that is.
    pub graph: &'a Graph<'a>,
    /// Who wrote commits.
    pub committers: Committers,
    /// The end of the day of the run.
    pub as_of: Timestamp,
    /// Whether single persons are named where nobody asked for them.
    pub names_people: bool,
    histories: Vec<Option<&'a History>>,
    flow: flow::Known,
}

impl<'a> Measures<'a> {
    /// The measures over all repositories of a graph. `is_bot` is asked of the authors of each repository,
    /// beside what is known of bots.
    pub fn new(
        graph: &'a Graph<'a>,
        as_of: Date,
        names_people: bool,
        is_bot: impl Fn(usize, &Author) -> bool,
    ) -> Measures<'a> {
        let members = graph.members().iter();
        let histories = members.map(|member| member.repository.history.as_ref());
        let histories: Vec<Option<&History>> = histories.collect();
        Measures {
            graph,
            committers: Committers::of(&histories, graph.directory(), is_bot),
            as_of: end_of(as_of),
            names_people,
            histories,
            flow: flow::Known::default(),
        }
    }

    /// The history of the repository at this place, if it was read.
    pub fn history(&self, place: usize) -> Option<&'a History> {
        self.histories[place]
    }
}

/// The last second of a day, in UTC: what happened on the day of a run counts.
pub fn end_of(day: Date) -> Timestamp {
    let end = day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC);
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}
