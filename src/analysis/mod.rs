//! Measures over facts and graph: pure, each with the source of its formula, each computed at most once a
//! run, when it is first asked for. Rules and answers read the same numbers.

pub mod approving;
pub mod concentration;
pub mod congruence;
pub mod coupling;
pub mod crews;
pub mod cut;
pub mod deliveries;
pub mod dependence;
pub mod experts;
pub mod flow;
pub mod four_keys;
pub mod knowledge;
pub mod load;
pub mod loss;
pub mod people;
pub mod queue;
pub mod replay;
pub mod reviews;
pub mod services;
pub mod shares;
#[cfg(test)]
mod testing;
pub mod truck_factor;
pub mod waiting;

use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::facts::{Author, Forge, History, Name};
use crate::graph::{Actor, Graph};
use crate::identity::{Committers, Party};
use crews::Crew;
use knowledge::Knowledge;
use people::People;
use services::Services;

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
    reviewed: reviews::Known,
    approving: approving::Known,
    /// By repository.
    knowledge: Vec<OnceLock<Knowledge>>,
    people: OnceLock<People>,
    flow: flow::Known,
    /// By team.
    crews: Vec<OnceLock<Crew>>,
    services: OnceLock<Services>,
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
            committers: Committers::of(&histories, graph.directory(), &is_bot),
            as_of: end_of(as_of),
            names_people,
            reviewed: reviews::Known::of(graph, &is_bot),
            approving: approving::Known::default(),
            knowledge: histories.iter().map(|_| OnceLock::new()).collect(),
            people: OnceLock::new(),
            crews: graph
                .directory()
                .teams()
                .iter()
                .map(|_| OnceLock::new())
                .collect(),
            services: OnceLock::new(),
            histories,
            flow: flow::Known::default(),
        }
    }

    /// The history of the repository at this place, if it was read.
    pub fn history(&self, place: usize) -> Option<&'a History> {
        self.histories[place]
    }

    /// Whether the history of any repository was read.
    pub fn has_history(&self) -> bool {
        self.histories.iter().any(Option::is_some)
    }

    /// What the forge knows of the repository at this place, if it was asked and answered.
    pub fn forge(&self, place: usize) -> Option<&'a Forge> {
        let forge = self.graph.members()[place].repository.forge.as_ref()?;
        forge.as_deref().ok()
    }

    /// Who knows the files of the repository at this place, if its history was read.
    pub fn knowledge(&self, place: usize) -> Option<&Knowledge> {
        let history = self.histories[place]?;
        let repository = self.graph.members()[place].repository;
        let (tree, sources) = (&repository.tree, repository.source_files.as_deref());
        let knowledge = self.knowledge[place]
            .get_or_init(|| Knowledge::of(place, tree, sources, history, &self.committers));
        Some(knowledge)
    }

    /// When somebody last wrote a commit, in any repository.
    pub fn last_commit(&self, who: u32) -> Option<Timestamp> {
        self.people().activity(who).map(|did| did.last)
    }

    /// What is known of everybody who wrote commits: when they were last at work, and whether they left.
    pub fn people(&self) -> &People {
        self.people.get_or_init(|| {
            let directory = self.graph.directory();
            People::of(&self.histories, &self.committers, directory, self.as_of)
        })
    }

    /// Whose commits those of an actor are, by place among the committers; none for a team, and where no
    /// commit is known to be theirs.
    pub fn committer(&self, actor: &Actor) -> Option<u32> {
        match actor {
            Actor::Party(Party::Person(person)) => self.committers.of_person(*person),
            Actor::Unlisted(name @ (Name::User(_) | Name::Email(_))) => {
                self.committers.of_name(name)
            }
            Actor::Party(Party::Team(_)) | Actor::Unlisted(_) => None,
        }
    }
}

/// The last second of a day, in UTC: what happened on the day of a run counts.
pub fn end_of(day: Date) -> Timestamp {
    let end = day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC);
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}
