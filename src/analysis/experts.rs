//! Who knows some files best, and what changes together with them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::Measures;
use super::knowledge::Authorship;
use crate::facts::History;

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

/// A path that changes together with some files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together {
    /// The path, by its place in the history.
    pub path: u32,
    /// How many of a hundred changes the two share: of the shared ones against the average of each.
    pub degree: u32,
    /// How many changes they share.
    pub shared: u32,
}

/// A commit to more files than this says nothing of what belongs together. As code-maat has it
/// (`--max-changeset-size`).
const MOST_FILES: usize = 30;

/// As code-maat has it: how many changes are shared at least, how many each has on average, and how many of
/// a hundred are shared.
const LEAST_SHARED: u32 = 5;
const LEAST_DEGREE: u32 = 30;

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
}

/// The paths that change together with some files, which count as one: the most first. Of the commits of the
/// window, by the formula and the thresholds of code-maat.
pub fn together(history: &History, files: &BTreeSet<u32>) -> Vec<Together> {
    let mut own = 0_u32;
    let mut others: BTreeMap<u32, (u32, u32)> = BTreeMap::new();
    let counted = history
        .commits
        .iter()
        .filter(|commit| commit.touched.len() <= MOST_FILES);
    for commit in counted {
        let is_own = commit
            .touched
            .iter()
            .any(|touched| files.contains(&touched.path));
        own += u32::from(is_own);
        for touched in commit.touched.iter().filter(|it| !files.contains(&it.path)) {
            let (changes, shared) = others.entry(touched.path).or_default();
            *changes += 1;
            *shared += u32::from(is_own);
        }
    }
    let mut found: Vec<Together> = others
        .into_iter()
        .filter_map(|(path, (changes, shared))| {
            // Average of the two, rounded up; the degree is rounded down.
            let average = (own + changes).div_ceil(2);
            let degree = (200 * shared).checked_div(own + changes)?;
            let is_enough = shared >= LEAST_SHARED && average >= LEAST_SHARED;
            (is_enough && degree >= LEAST_DEGREE).then_some(Together {
                path,
                degree,
                shared,
            })
        })
        .collect();
    found.sort_by_key(|it| (std::cmp::Reverse((it.degree, it.shared)), it.path));
    found
}
