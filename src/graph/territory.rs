//! Which files belong to which services.
//!
//! Paths that a descriptor gives are taken as given. Else a service has the folder of its descriptor,
//! without the folders of services further down: the nearest wins, and services that are declared in one
//! folder share it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{ServiceEntry, ServiceId};
use crate::codeowners::{Matcher, Pattern};
use crate::facts::Tree;
use crate::text::RepoPath;

/// Which file of one repository belongs to which services.
#[derive(Debug, Default)]
pub struct Territory {
    /// By file: which of `sets` it belongs to. Empty where the repository has no services.
    of: Vec<u32>,
    /// Sets of services; the first is empty.
    sets: Vec<Box<[ServiceId]>>,
    /// By service its files; services that share all of them share the list too.
    files: BTreeMap<ServiceId, Arc<[u32]>>,
    contested: BTreeMap<(ServiceId, ServiceId), Contest>,
}

/// Files that two services claim by their paths.
#[derive(Clone, Copy, Debug)]
struct Contest {
    witness: u32,
    files: usize,
}

impl Territory {
    pub(super) fn new<'s>(
        tree: &Tree,
        services: impl Iterator<Item = (ServiceId, ServiceEntry<'s>)>,
    ) -> Territory {
        let (mut patterns, mut of_pattern) = (Vec::new(), Vec::new());
        let mut folders: BTreeMap<&RepoPath, Vec<ServiceId>> = BTreeMap::new();
        for (id, entry) in services {
            match (&entry.service.paths, &entry.service.folder) {
                (Some(paths), _) => {
                    // What is wrong with a path was said where it was read.
                    let paths = paths.iter();
                    let read = paths.filter_map(|path| Pattern::github(path.text.as_bytes()).ok());
                    patterns.extend(read);
                    of_pattern.resize(patterns.len(), id);
                }
                (None, Some(folder)) => folders.entry(folder).or_default().push(id),
                (None, None) => {}
            }
        }
        if patterns.is_empty() && folders.is_empty() {
            return Territory::default();
        }
        let mut territory = Territory {
            of: vec![0; tree.len()],
            sets: vec![Box::default()],
            ..Territory::default()
        };
        let mut known: BTreeMap<Box<[ServiceId]>, u32> = BTreeMap::new();
        let mut set = |services: Vec<ServiceId>, sets: &mut Vec<Box<[ServiceId]>>| {
            let services: Box<[ServiceId]> = services.into();
            *known.entry(services.clone()).or_insert_with(|| {
                sets.push(services);
                u32::try_from(sets.len() - 1).unwrap_or(u32::MAX)
            })
        };
        // A folder sorts before what lies in it, so that the nearest comes last.
        for (folder, services) in folders {
            let set = set(services, &mut territory.sets);
            territory.of[tree.below(folder)].fill(set);
        }
        if !patterns.is_empty() {
            let matcher = Matcher::new(&patterns);
            let mut matches = matcher.all_matches();
            let mut found = Vec::new();
            for (file, path) in tree.paths().enumerate() {
                found.clear();
                matches.find(path, &mut found);
                if !found.is_empty() {
                    let services: BTreeSet<ServiceId> =
                        found.iter().map(|&pattern| of_pattern[pattern]).collect();
                    territory.contest(&services, file);
                    territory.of[file] = set(services.into_iter().collect(), &mut territory.sets);
                }
            }
        }
        territory.list_files();
        territory
    }

    /// Lists the files of each service. Very many can be declared in one folder: what it holds is listed
    /// once for all of them.
    fn list_files(&mut self) {
        let mut of_set: Vec<Vec<u32>> = vec![Vec::new(); self.sets.len()];
        for (file, &set) in self.of.iter().enumerate().filter(|&(_, &set)| set != 0) {
            of_set[set as usize].push(u32::try_from(file).unwrap_or(u32::MAX));
        }
        let mut shared: BTreeMap<ServiceId, Vec<usize>> = BTreeMap::new();
        for (set, services) in self.sets.iter().enumerate() {
            for &service in services.iter().filter(|_| !of_set[set].is_empty()) {
                shared.entry(service).or_default().push(set);
            }
        }
        let mut known: BTreeMap<Vec<usize>, Arc<[u32]>> = BTreeMap::new();
        for (service, sets) in shared {
            let files = known.entry(sets).or_insert_with_key(|sets| {
                let mut files: Vec<u32> =
                    sets.iter().flat_map(|&set| of_set[set].clone()).collect();
                files.sort_unstable();
                files.into()
            });
            self.files.insert(service, Arc::clone(files));
        }
    }

    fn contest(&mut self, services: &BTreeSet<ServiceId>, file: usize) {
        /// A hostile catalog has thousands of services that claim everything.
        const MOST: usize = 8;
        let services: Vec<ServiceId> = services.iter().copied().take(MOST).collect();
        for (place, &first) in services.iter().enumerate() {
            for &second in &services[place + 1..] {
                let witness = u32::try_from(file).unwrap_or(u32::MAX);
                let contest = self.contested.entry((first, second));
                contest.or_insert(Contest { witness, files: 0 }).files += 1;
            }
        }
    }

    /// The services that the file at this place belongs to, ascending.
    pub fn services(&self, file: usize) -> &[ServiceId] {
        let set = self.of.get(file).copied().unwrap_or_default();
        self.sets.get(set as usize).map_or(&[], |set| set)
    }

    /// The files of a service, ascending.
    pub fn files(&self, service: ServiceId) -> &[u32] {
        self.files.get(&service).map_or(&[], |files| files)
    }

    /// Pairs of services that claim the same files by their paths: a file, and how many there are.
    pub fn contested(&self) -> impl Iterator<Item = ((ServiceId, ServiceId), usize, usize)> + '_ {
        let contested = self.contested.iter();
        contested.map(|(&pair, contest)| (pair, contest.witness as usize, contest.files))
    }
}
