//! Who knows some files best, and what changes together with them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Measures;
use super::coupling::{Limits, Pair, current, paths};
use super::knowledge::Authorship;

/// Somebody who knows some files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Familiar {
    /// Who it is, by place among the committers.
    pub who: u32,
    /// Of how many of the files they are an author, by degree of authorship.
    pub files: usize,
    /// How often they added or changed any of them.
    pub changes: u32,
    /// When they last did.
    pub last: Timestamp,
}

/// A file that changes together with some others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// The file, by its place in the tree.
    pub file: usize,
    /// How many of a hundred changes the two share, as [`Pair::degree`] has it.
    pub degree: u32,
    /// How many changes they share.
    pub shared: u32,
}

impl Measures<'_> {
    /// Who knows these files, given by repository and place in its tree: whoever is an author of most of
    /// them first. Those who changed some and are an author of none come last. No bots.
    pub fn familiar(&self, files: impl IntoIterator<Item = (usize, usize)>) -> Vec<Familiar> {
        let mut all: BTreeMap<u32, Familiar> = BTreeMap::new();
        for (repository, file) in files {
            let Some(knowledge) = self.knowledge(repository) else {
                continue;
            };
            for expert in knowledge.experts(file) {
                let changes = expert.changes.saturating_add(u32::from(expert.created));
                let known = all.entry(expert.who).or_insert(Familiar {
                    who: expert.who,
                    files: 0,
                    changes: 0,
                    last: expert.last,
                });
                known.changes = known.changes.saturating_add(changes);
                known.last = known.last.max(expert.last);
            }
            for author in knowledge.authors(file, Authorship::Tool) {
                if let Some(known) = all.get_mut(&author.who) {
                    known.files += 1;
                }
            }
        }
        let mut all: Vec<Familiar> = all.into_values().collect();
        all.sort_by_key(|it| {
            let most = (it.files, it.changes, it.last);
            (std::cmp::Reverse(most), it.who)
        });
        all
    }

    /// The files of a repository that change together with some others, which count as one: the most first.
    /// Over a year, by code-maat's formula and thresholds: see [`super::coupling`].
    pub fn together(&self, repository: usize, files: &BTreeSet<usize>) -> Vec<Together> {
        let Some(history) = self.history(repository) else {
            return Vec::new();
        };
        let current = current(history, &self.graph.members()[repository].repository.tree);
        let limits = Limits::default();
        let mut own = 0_u32;
        let mut others: BTreeMap<usize, (u32, u32)> = BTreeMap::new();
        for commit in self.by_people(repository) {
            let touched: BTreeSet<u32> = paths(commit).collect();
            if touched.len() > limits.max_changeset {
                continue;
            }
            let here = touched.iter().filter_map(|&path| current[path as usize]);
            let here: BTreeSet<usize> = here.map(|file| file as usize).collect();
            let is_own = here.iter().any(|file| files.contains(file));
            own += u32::from(is_own);
            for &file in here.iter().filter(|file| !files.contains(file)) {
                let (changes, shared) = others.entry(file).or_default();
                *changes += 1;
                *shared += u32::from(is_own);
            }
        }
        let pairs = others.into_iter().map(|(file, (changes, shared))| {
            let pair = Pair {
                a: 0,
                b: 1,
                shared,
                revisions: (own, changes),
            };
            (file, pair)
        });
        let coupled = pairs.filter(|(_, pair)| {
            pair.shared >= limits.min_shared
                && pair.average() >= limits.min_revisions
                && pair.degree() >= limits.min_degree
        });
        let found = coupled.map(|(file, pair)| Together {
            file,
            degree: pair.degree(),
            shared: pair.shared,
        });
        let mut found: Vec<Together> = found.collect();
        found.sort_by_key(|it| (std::cmp::Reverse((it.degree, it.shared)), it.file));
        found
    }
}
