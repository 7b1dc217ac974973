//! Measures over facts and graph: pure, each with the source of its formula, each computed at most once a
//! run, when it is first asked for. Rules and answers read the same numbers.

pub mod experts;
pub mod knowledge;
pub mod truck_factor;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::facts::{Author, History};
use crate::graph::{Graph, ServiceId};
use crate::identity::Committers;
use knowledge::Knowledge;

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
    /// By repository.
    knowledge: Vec<OnceLock<Knowledge>>,
    /// By committer.
    last_commits: OnceLock<BTreeMap<u32, Timestamp>>,
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
            knowledge: histories.iter().map(|_| OnceLock::new()).collect(),
            last_commits: OnceLock::new(),
            histories,
        }
    }

    /// The history of the repository at this place, if it was read.
    pub fn history(&self, place: usize) -> Option<&'a History> {
        self.histories[place]
    }

    /// Who knows the files of the repository at this place, if its history was read.
    pub fn knowledge(&self, place: usize) -> Option<&Knowledge> {
        let history = self.histories[place]?;
        let tree = &self.graph.members()[place].repository.tree;
        let knowledge = self.knowledge[place]
            .get_or_init(|| Knowledge::of(place, tree, history, &self.committers));
        Some(knowledge)
    }

    /// When somebody last wrote a commit, in any repository.
    pub fn last_commit(&self, who: u32) -> Option<Timestamp> {
        let last = self.last_commits.get_or_init(|| {
            let mut last: BTreeMap<u32, Timestamp> = BTreeMap::new();
            for (place, history) in self.histories.iter().enumerate() {
                let activity = history.iter().flat_map(|history| &history.activity);
                for (author, activity) in (0..).zip(activity) {
                    let known = last
                        .entry(self.committers.who(place, author))
                        .or_insert(activity.last);
                    *known = activity.last.max(*known);
                }
            }
            last
        });
        last.get(&who).copied()
    }

    /// The files of a service, each with who knows those of its repository; none where no history was read
    /// of the repository that holds them.
    pub fn known_files(&self, id: ServiceId) -> Vec<(&Knowledge, usize)> {
        let home = self.graph.service(id).home;
        let knowledge = home.and_then(|home| self.knowledge(home));
        let files = self.graph.files(id).iter();
        let files = files.filter_map(|&file| Some((knowledge?, file as usize)));
        files.collect()
    }
}

/// The last second of a day, in UTC: what happened on the day of a run counts.
pub fn end_of(day: Date) -> Timestamp {
    let end = day.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC);
    end.map_or(Timestamp::MAX, |end| end.timestamp())
}
