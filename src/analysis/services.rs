//! Measures of services. Very many can be declared in one folder, and a hostile catalog does so: services
//! that have the same files share all that is told of these.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::Measures;
use super::knowledge::{Authorship, Knowledge, Names};
use super::loss::Loss;
use super::truck_factor::{Method, TruckFactor};
use crate::facts::{Commit, History, How};
use crate::graph::{Graph, ServiceId};

/// What is known of the services of a run, as far as anybody asked.
#[derive(Debug)]
pub(super) struct Services {
    /// By service: which of the groups it is in.
    group_of: Vec<usize>,
    groups: Vec<Group>,
}

/// What is known of services that have the same files.
#[derive(Debug)]
struct Group {
    truck_factor: OnceLock<TruckFactor>,
    authors: OnceLock<Authors>,
    /// By their places among the commits of the window.
    commits: OnceLock<Vec<usize>>,
    /// By the days without a commit after which somebody left.
    losses: Mutex<BTreeMap<u32, Arc<Loss>>>,
}

/// Of how many files people are authors, by the degree of authorship.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Authors {
    /// How many source files have an author.
    pub files: usize,
    /// By person: of how many they are one.
    pub people: BTreeMap<u32, usize>,
}

impl Authors {
    fn of<'k>(files: impl IntoIterator<Item = (&'k Knowledge, usize)>) -> Authors {
        let mut all = Authors::default();
        let files = files.into_iter();
        for (knowledge, file) in files.filter(|(knowledge, file)| knowledge.is_source(*file)) {
            let mut any = false;
            for author in knowledge.authors(file, Authorship::Tool) {
                *all.people.entry(author.who).or_default() += 1;
                any = true;
            }
            all.files += usize::from(any);
        }
        all
    }
}

impl Services {
    pub(super) fn of(graph: &Graph<'_>) -> Self {
        let mut known = HashMap::new();
        let group_of = graph.services().map(|(id, entry)| {
            let files = graph.files(id);
            // Services that share all of their files share the list itself.
            let key = (entry.home, files.as_ptr(), files.len());
            let next = known.len();
            *known.entry(key).or_insert(next)
        });
        let group_of: Vec<usize> = group_of.collect();
        let group = || Group {
            truck_factor: OnceLock::new(),
            authors: OnceLock::new(),
            commits: OnceLock::new(),
            losses: Mutex::default(),
        };
        Services {
            group_of,
            groups: known.iter().map(|_| group()).collect(),
        }
    }
}

impl<'a> Measures<'a> {
    fn group(&self, id: ServiceId) -> &Group {
        let services = self.services.get_or_init(|| Services::of(self.graph));
        &services.groups[services.group_of[id.0]]
    }

    /// The files of a service, each with who knows those of its repository; none where no history was read
    /// of the repository that holds them.
    pub fn known_files(&self, id: ServiceId) -> impl Iterator<Item = (&Knowledge, usize)> {
        let home = self.graph.service(id).home;
        let knowledge = home.and_then(|home| self.knowledge(home));
        let files = self.graph.files(id).iter();
        files.filter_map(move |&file| Some((knowledge?, file as usize)))
    }

    /// The truck factor of a service, as the tool of the measure's authors finds it.
    pub fn truck_factor(&self, id: ServiceId) -> &TruckFactor {
        let known = &self.group(id).truck_factor;
        known.get_or_init(|| TruckFactor::of(self.known_files(id), Method::default()))
    }

    /// Of how many files of a service people are authors.
    pub fn authors(&self, id: ServiceId) -> &Authors {
        let known = &self.group(id).authors;
        known.get_or_init(|| Authors::of(self.known_files(id)))
    }

    /// What went of a service with people who left; where rosters do not say who did, after so many days
    /// without a commit. Its files are told by their places among those of the service.
    pub fn loss(&self, id: ServiceId, days: u32) -> Arc<Loss> {
        let known = self.group(id).losses.lock();
        let mut known = known.unwrap_or_else(PoisonError::into_inner);
        let loss = known
            .entry(days)
            .or_insert_with(|| Arc::new(Loss::of(self.known_files(id), self.people(), days)));
        Arc::clone(loss)
    }

    /// The commits of the window that touched files of a service as they are now, be it under a former name;
    /// the newest first, each with who wrote it, by place. Bots and all are among them.
    pub fn commits_of(&self, id: ServiceId) -> impl Iterator<Item = (&'a Commit, u32)> {
        let home = self.graph.service(id).home;
        let history = home.and_then(|home| Some((home, self.history(home)?)));
        let found = history.map(|(home, history)| {
            let known = &self.group(id).commits;
            let places = known.get_or_init(|| self.find_commits(id, home, history));
            let commits = places.iter().map(|&place| &history.commits[place]);
            commits.map(move |commit| (commit, self.committers.who(home, commit.author)))
        });
        found.into_iter().flatten()
    }

    fn find_commits(&self, id: ServiceId, home: usize, history: &History) -> Vec<usize> {
        let tree = &self.graph.members()[home].repository.tree;
        let mut names = Names::new(history);
        let mut is_its = vec![false; history.paths.len()];
        for &file in self.graph.files(id) {
            if let Some(place) = history.place_of(tree.path(file as usize)) {
                for &name in names.of(place) {
                    is_its[name as usize] = true;
                }
            }
        }
        let touches = |commit: &Commit| {
            let mut touched = commit.touched.iter();
            touched.any(|it| {
                let from = matches!(it.how, How::Moved(from) if is_its[from as usize]);
                from || is_its[it.path as usize]
            })
        };
        let commits = history.commits.iter().enumerate();
        let commits = commits.filter(|(_, commit)| touches(commit));
        commits.map(|(place, _)| place).collect()
    }
}
