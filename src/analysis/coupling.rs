//! What changes together: logical coupling by the definitions of code-maat (A. Tornhill, *Your Code as a Crime
//! Scene*, 2015).
//!
//! With the commits in which an entity changed as its revisions, of two entities: degree = 100 · shared
//! revisions / mean of the revisions of both, without its fraction; the sum of coupling of one is Σ (entities
//! in the commit - 1) over its revisions. Commits that touch too many entities count for nothing. A commit is
//! one that is no merge, as there; those of bots are left out, since what they change together hangs together
//! by nothing but them.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use super::Measures;
use crate::facts::{Commit, History, How, Tree};
use crate::graph::ServiceId;

/// From where on what changes together is coupled. The defaults are those of code-maat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Limits {
    /// The least mean of the revisions of both.
    pub min_revisions: u32,
    /// The least number of shared revisions.
    pub min_shared: u32,
    /// The least degree, in percent.
    pub min_degree: u32,
    /// The most entities that a commit may touch.
    pub max_changeset: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            min_revisions: 5,
            min_shared: 5,
            min_degree: 30,
            max_changeset: 30,
        }
    }
}

/// Two entities that change together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one, by its number.
    pub a: u32,
    /// The other, whose number is larger.
    pub b: u32,
    /// In how many commits both changed.
    pub shared: u32,
    /// In how many each changed.
    pub revisions: (u32, u32),
}

impl Pair {
    /// How much of what happens to them happens to both, in percent, without its fraction.
    pub fn degree(&self) -> u32 {
        let both = u64::from(self.revisions.0) + u64::from(self.revisions.1);
        let degree = (200 * u64::from(self.shared)).checked_div(both);
        degree
            .and_then(|it| u32::try_from(it).ok())
            .unwrap_or_default()
    }

    /// The mean of the revisions of both, rounded up.
    pub fn average(&self) -> u32 {
        let both = u64::from(self.revisions.0) + u64::from(self.revisions.1);
        u32::try_from(both.div_ceil(2)).unwrap_or(u32::MAX)
    }

    fn is_within(&self, limits: &Limits) -> bool {
        let both = u64::from(self.revisions.0) + u64::from(self.revisions.1);
        both >= 2 * u64::from(limits.min_revisions)
            && self.shared >= limits.min_shared
            && self.degree() >= limits.min_degree
    }

    fn order(&self) -> impl Ord + use<> {
        use std::cmp::Reverse;
        (
            Reverse(self.degree()),
            Reverse(self.average()),
            self.a,
            self.b,
        )
    }
}

/// What changes together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coupling {
    /// Pairs that are coupled, the most strongly coupled ones first; bounded.
    pub pairs: Vec<Pair>,
    /// How many more there are.
    pub more: usize,
    /// By entity: in how many commits that count it changed.
    pub revisions: Vec<u32>,
    /// By entity: the sum of coupling.
    pub sums: Vec<u64>,
    /// How many commits count.
    pub commits: usize,
    /// How many touch too many entities.
    pub too_large: usize,
}

/// What one commit touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChangeSet {
    /// The entities, each once.
    pub entities: Vec<u32>,
    /// How many more it touches that are looked at no further, such as files that are gone.
    pub others: usize,
}

/// How many pairs are kept.
const MOST_PAIRS: usize = 10_000;

impl Coupling {
    /// That of these commits; entities are numbered from 0, and `entities` is how many there are.
    ///
    /// Memory grows with what commits touch, not with pairs: those of one entity are counted at a time. Work is
    /// at most the number of commits times the square of the largest that counts.
    pub fn of(
        entities: usize,
        commits: impl IntoIterator<Item = ChangeSet>,
        limits: &Limits,
    ) -> Coupling {
        let mut coupling = Coupling {
            revisions: vec![0; entities],
            sums: vec![0; entities],
            ..Coupling::default()
        };
        // All commits that count, one behind the other.
        let (mut touched, mut starts) = (Vec::new(), vec![0]);
        for set in commits {
            let size = set.entities.len() + set.others;
            if size > limits.max_changeset {
                coupling.too_large += 1;
                continue;
            }
            if set.entities.is_empty() {
                continue;
            }
            coupling.commits += 1;
            for &entity in &set.entities {
                coupling.revisions[entity as usize] += 1;
                coupling.sums[entity as usize] += size as u64 - 1;
            }
            touched.extend(set.entities);
            starts.push(touched.len());
        }
        // Whoever changed less often than that shares too little with anybody.
        let counts = |entity: u32| coupling.revisions[entity as usize] >= limits.min_shared.max(1);
        let mut commits_of: Vec<Vec<u32>> = vec![Vec::new(); entities];
        for (commit, range) in (0_u32..).zip(starts.windows(2)) {
            for &entity in touched[range[0]..range[1]].iter().filter(|&&it| counts(it)) {
                commits_of[entity as usize].push(commit);
            }
        }
        let mut pairs = Vec::new();
        let mut found = 0;
        let mut shared = vec![0_u32; entities];
        for (a, commits) in (0_u32..).zip(&commits_of) {
            let mut others = Vec::new();
            for &commit in commits {
                let range = starts[commit as usize]..starts[commit as usize + 1];
                for &b in touched[range].iter().filter(|&&b| b > a && counts(b)) {
                    if shared[b as usize] == 0 {
                        others.push(b);
                    }
                    shared[b as usize] += 1;
                }
            }
            for b in others {
                let pair = Pair {
                    a,
                    b,
                    shared: std::mem::take(&mut shared[b as usize]),
                    revisions: (
                        coupling.revisions[a as usize],
                        coupling.revisions[b as usize],
                    ),
                };
                if pair.is_within(limits) {
                    found += 1;
                    pairs.push(pair);
                }
            }
            if pairs.len() > 4 * MOST_PAIRS {
                pairs.sort_by_key(Pair::order);
                pairs.truncate(MOST_PAIRS);
            }
        }
        pairs.sort_by_key(Pair::order);
        pairs.truncate(MOST_PAIRS);
        coupling.more = found - pairs.len();
        coupling.pairs = pairs;
        coupling
    }
}

/// By path of a history: the file that it is now, by its place in the tree, where it was not removed for good.
pub fn current(history: &History, tree: &Tree) -> Vec<Option<u32>> {
    /// A file that went further is rare; hostile ones go in circles.
    const MOST_MOVES: usize = 64;
    let mut went: HashMap<u32, (jiff::Timestamp, u32)> = HashMap::new();
    for it in &history.moves {
        let last = went.entry(it.from).or_insert((it.when, it.to));
        *last = (*last).max((it.when, it.to));
    }
    let found: Vec<Option<u32>> = history
        .paths
        .iter()
        .map(|path| u32::try_from(tree.find(path.as_bytes())?).ok())
        .collect();
    let paths = 0..u32::try_from(found.len()).unwrap_or(u32::MAX);
    paths
        .map(|mut path| {
            for _ in 0..MOST_MOVES {
                if let Some(file) = found[path as usize] {
                    return Some(file);
                }
                path = went.get(&path)?.1;
            }
            None
        })
        .collect()
}

/// The paths of a commit, by place: of a file that it moves both.
pub(super) fn paths(commit: &Commit) -> impl Iterator<Item = u32> + '_ {
    commit.touched.iter().flat_map(|touched| {
        let from = match touched.how {
            How::Moved(from) => Some(from),
            _ => None,
        };
        std::iter::once(touched.path).chain(from)
    })
}

impl Measures<'_> {
    /// The commits of a repository that people wrote.
    pub(super) fn by_people(&self, repository: usize) -> impl Iterator<Item = &Commit> {
        let history = self.history(repository);
        let commits = history.into_iter().flat_map(|history| &history.commits);
        commits.filter(move |commit| {
            let who = self.committers.who(repository, commit.author);
            !self.committers.at(who).is_bot
        })
    }

    /// The coupling of the files of a repository over a year, by their places in its tree: a file is one under
    /// all its names, and files that are gone count only for the size of commits. None where the history was
    /// not read.
    pub fn file_coupling(&self, repository: usize, limits: &Limits) -> Option<Coupling> {
        let history = self.history(repository)?;
        let tree = &self.graph.members()[repository].repository.tree;
        let current = current(history, tree);
        let sets = self.by_people(repository).map(|commit| {
            let (mut files, mut gone) = (BTreeSet::new(), BTreeSet::new());
            for path in paths(commit) {
                match current[path as usize] {
                    Some(file) => files.insert(file),
                    None => gone.insert(path),
                };
            }
            ChangeSet {
                entities: files.into_iter().collect(),
                others: gone.len(),
            }
        });
        Some(Coupling::of(tree.len(), sets, limits))
    }

    /// The coupling of the services of all repositories over a year, by their numbers. Files that several
    /// services share tell nothing of any of them. Worked out once for the same limits.
    pub fn service_coupling(&self, limits: &Limits) -> Arc<Coupling> {
        let known = || {
            self.flow
                .services
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(limits).cloned();
        found.unwrap_or_else(|| {
            let coupling = Arc::new(self.couple_services(limits));
            Arc::clone(known().entry(*limits).or_insert(coupling))
        })
    }

    fn couple_services(&self, limits: &Limits) -> Coupling {
        let graph = self.graph;
        let members = graph.members().iter().enumerate();
        let sets = members.flat_map(|(place, member)| {
            let history = self.history(place);
            let tree = &member.repository.tree;
            let current = history.map_or(Vec::new(), |history| current(history, tree));
            let territory = graph.territory(place);
            self.by_people(place).map(move |commit| {
                let services = paths(commit).filter_map(|path| {
                    let file = current[path as usize]?;
                    match territory.services(file as usize) {
                        &[ServiceId(id)] => u32::try_from(id).ok(),
                        _ => None,
                    }
                });
                let services: BTreeSet<u32> = services.collect();
                ChangeSet {
                    entities: services.into_iter().collect(),
                    others: 0,
                }
            })
        });
        Coupling::of(graph.services().len(), sets, limits)
    }

    /// The coupling of the teams over a year, by their places among [`super::replay::Replay::actors`]: a team
    /// changes where a line of the ownership file decides that names it.
    pub fn team_coupling(&self, limits: &Limits) -> Coupling {
        let replay = self.replay();
        let members = self.graph.members().iter().enumerate();
        let sets = members.flat_map(|(place, member)| {
            let history = self.history(place);
            let repository = member.repository;
            let current = history.map_or(Vec::new(), |it| current(it, &repository.tree));
            let rules = repository.ownership_files.in_use.present().into_iter();
            let rules = rules.flat_map(|file| file.rules());
            let teams_of: Vec<Vec<u32>> = rules
                .map(|rule| {
                    let owners = rule.owners().iter().take(super::replay::MOST_OWNERS);
                    let actors = owners.filter_map(|owner| {
                        let name = crate::identity::name_of(owner.kind(), owner.text())?;
                        let actor = self.graph.actor(&name);
                        actor.is_team().then(|| replay.place_of(&actor)).flatten()
                    });
                    actors.collect()
                })
                .collect();
            self.by_people(place).map(move |commit| {
                let rules = paths(commit)
                    .filter_map(|path| member.ownership.deciding(current[path as usize]? as usize));
                let rules: BTreeSet<usize> = rules.collect();
                let teams = rules
                    .into_iter()
                    .flat_map(|rule| teams_of[rule].iter().copied());
                let teams: BTreeSet<u32> = teams.collect();
                ChangeSet {
                    entities: teams.into_iter().collect(),
                    others: 0,
                }
            })
        });
        Coupling::of(replay.actors().len(), sets, limits)
    }
}

#[cfg(test)]
mod tests;
