//! Finds the selections that may select a subject, without trying each of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Attributes;
use super::selection::{OwnerPattern, Selection};
use crate::codeowners::{Matcher, Pattern};

/// The overrides or exceptions of a policy, by the first thing that each selects by.
///
/// A policy and a repository can have thousands of each, so that not every selection is tried for every subject.
#[derive(Debug, Default)]
pub(crate) struct SelectionIndex {
    paths: PathIndex,
    /// By name in lower case.
    services: HashMap<String, Vec<u32>>,
    owners: HashMap<String, Vec<u32>>,
    repositories: HashMap<String, Vec<u32>>,
    /// Those that select everything.
    everything: Vec<u32>,
}

/// The places of the selections that match a path, by path.
type Known = HashMap<Box<[u8]>, Arc<[u32]>>;

/// Selections by the patterns of their paths.
#[derive(Debug, Default)]
struct PathIndex {
    /// None where no selection has paths.
    matcher: Option<Matcher>,
    /// By pattern of the matcher: its selection.
    of_pattern: Vec<u32>,
    /// What was found for a path: each rule asks for the same paths.
    known: Mutex<Known>,
}

impl SelectionIndex {
    /// Indexes selections by their place.
    pub(crate) fn new<'s>(selections: impl IntoIterator<Item = &'s Selection>) -> SelectionIndex {
        let mut index = SelectionIndex::default();
        let mut patterns: Vec<&Pattern> = Vec::new();
        for (place, selection) in (0..).zip(selections) {
            let add = |map: &mut HashMap<String, Vec<u32>>, name: &str| {
                let places = map.entry(name.to_ascii_lowercase()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            };
            if let Some(paths) = &selection.paths {
                for pattern in paths.patterns() {
                    patterns.push(pattern);
                    index.paths.of_pattern.push(place);
                }
            } else if let Some(services) = &selection.services {
                services
                    .iter()
                    .for_each(|name| add(&mut index.services, name));
            } else if let Some(owners) = &selection.owners {
                for owner in owners {
                    let (OwnerPattern::Owner(name) | OwnerPattern::Teams(name)) = owner;
                    add(&mut index.owners, name);
                }
            } else if let Some(names) = &selection.repositories {
                names
                    .iter()
                    .for_each(|name| add(&mut index.repositories, name));
            } else {
                index.everything.push(place);
            }
        }
        index.paths.matcher = (!patterns.is_empty()).then(|| Matcher::new(patterns));
        index
    }

    /// The selections that select everything, ascending.
    pub(crate) fn everything(&self) -> &[u32] {
        &self.everything
    }

    /// The selections that may select the subject, beside those that select everything: ascending, each once.
    pub(crate) fn candidates(&self, subject: &Attributes<'_>) -> Vec<u32> {
        let mut found = Vec::new();
        for path in subject.paths {
            found.extend_from_slice(&self.of_path(path));
        }
        let mut named = |map: &HashMap<String, Vec<u32>>, name: &str| {
            if !map.is_empty() {
                let places = map.get(&name.to_ascii_lowercase());
                found.extend(places.into_iter().flatten());
            }
        };
        for owner in subject.owners {
            named(&self.owners, owner);
            if let Some((organization, _)) = owner.split_once('/') {
                named(&self.owners, &format!("{organization}/"));
            }
        }
        for service in subject.services {
            named(&self.services, service);
        }
        named(&self.repositories, subject.repository);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The selections with a pattern that matches the path: ascending, each once.
    pub(crate) fn of_path(&self, path: &[u8]) -> Arc<[u32]> {
        self.paths.find(path)
    }
}

impl PathIndex {
    /// When so many bytes are kept, all is forgotten.
    const MOST_BYTES: usize = 16 << 20;

    fn find(&self, path: &[u8]) -> Arc<[u32]> {
        let Some(matcher) = &self.matcher else {
            return Arc::default();
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(places) = known.get(path) {
            return Arc::clone(places);
        }
        let mut patterns = Vec::new();
        matcher.all_matches().find(path, &mut patterns);
        // Patterns are in the order of their selections.
        let mut places: Vec<u32> = patterns.iter().map(|&it| self.of_pattern[it]).collect();
        places.dedup();
        let places: Arc<[u32]> = places.into();
        let size = path.len() + 64 + 4 * places.len();
        if known.len().saturating_mul(size) > Self::MOST_BYTES {
            known.clear();
        }
        known.insert(path.into(), Arc::clone(&places));
        places
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::PathPatterns;

    fn selection() -> impl Strategy<Value = Selection> {
        let name = || proptest::sample::select(vec!["a", "b", "c"]).prop_map(str::to_owned);
        let names = move || proptest::option::of(proptest::collection::vec(name(), 0..3));
        let pattern = proptest::sample::select(vec!["a", "/a/", "*.b", "a/**", "**/c", "*", "b?"]);
        let paths = proptest::collection::vec(pattern.prop_map(str::to_owned), 0..3);
        let paths = paths.prop_map(|paths| PathPatterns::new(&paths).unwrap());
        let owner = prop_oneof![
            name().prop_map(|name| OwnerPattern::Owner(format!("@{name}/t"))),
            name().prop_map(|name| OwnerPattern::Teams(format!("@{name}/"))),
        ];
        let owners = proptest::option::of(proptest::collection::vec(owner, 0..3));
        (proptest::option::of(paths), owners, names(), names()).prop_map(
            |(paths, owners, services, repositories)| Selection {
                paths,
                owners,
                services,
                repositories,
            },
        )
    }

    proptest! {
        #[test]
        fn the_index_finds_what_selects(
            selections in proptest::collection::vec(selection(), 0..20),
            paths in proptest::collection::vec("[abc/.]{1,5}", 0..3),
            owners in proptest::collection::vec("@[abcA]/[tu]", 0..3),
            services in proptest::collection::vec("[abcA]", 0..3),
            repository in "[abcA]",
        ) {
            let index = SelectionIndex::new(&selections);
            let paths: Vec<&[u8]> = paths.iter().map(String::as_bytes).collect();
            let owners: Vec<&str> = owners.iter().map(String::as_str).collect();
            let services: Vec<&str> = services.iter().map(String::as_str).collect();
            let subject = Attributes {
                paths: &paths,
                owners: &owners,
                services: &services,
                repository: &repository,
                ..Attributes::default()
            };
            let matches = |place: &u32| selections[*place as usize].matches(&subject);
            let expected: Vec<u32> = (0..selections.len() as u32).filter(matches).collect();
            let mut found = index.candidates(&subject);
            found.extend_from_slice(index.everything());
            found.sort_unstable();
            found.retain(matches);
            prop_assert_eq!(found, expected);
        }
    }
}
