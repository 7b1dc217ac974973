//! Which files belong to which services.
//!
//! A service has the paths that its descriptor gives, else the folder of its descriptor. Of folders that lie
//! in each other the nearest wins; services that are declared in one folder share it. Paths go before
//! folders. What several services claim by their paths, and none of them by a folder further down, they
//! contest: it belongs to all of them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Graph, ServiceEntry, ServiceId};
use crate::codeowners::{Matcher, Pattern, Reach, Segment};
use crate::facts::{Candidate, EntityRef, Tree};
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
    /// By the service that is declared later, then by the other one.
    contested: BTreeMap<(ServiceId, ServiceId), Contest>,
}

/// Files that two services claim by their paths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contest {
    /// The service that is declared first, with the place of the path among its paths that claims the
    /// witness.
    pub earlier: (ServiceId, usize),
    /// The other service, with the place of its path.
    pub later: (ServiceId, usize),
    /// The first of the files, by its place in the tree.
    pub witness: usize,
    /// How many files there are.
    pub files: usize,
}

/// The claim of a service on one file: which of its paths makes it, and how many leading segments of the
/// file's path that one names, if it has no wildcards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Claim {
    depth: Option<usize>,
    path: Reverse<usize>,
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
                    for (path, said) in paths.iter().enumerate() {
                        if let Ok(pattern) = Pattern::github(said.text.as_bytes()) {
                            patterns.push(pattern);
                            of_pattern.push((id, path));
                        }
                    }
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
        let mut known: HashMap<Box<[ServiceId]>, u32> = HashMap::new();
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
                    let mut claims: BTreeMap<ServiceId, Claim> = BTreeMap::new();
                    for &pattern in &found {
                        let (service, at) = of_pattern[pattern];
                        let claim = Claim {
                            depth: depth(&patterns[pattern], path),
                            path: Reverse(at),
                        };
                        let best = claims.entry(service).or_insert(claim);
                        *best = (*best).max(claim);
                    }
                    let nearest = claims.values().filter_map(|claim| claim.depth).max();
                    claims.retain(|_, claim| claim.depth.is_none() || claim.depth == nearest);
                    territory.contest(&claims, file);
                    let services = claims.into_keys().collect();
                    territory.of[file] = set(services, &mut territory.sets);
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
        let mut known: HashMap<Vec<usize>, Arc<[u32]>> = HashMap::with_capacity(shared.len());
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

    fn contest(&mut self, claims: &BTreeMap<ServiceId, Claim>, file: usize) {
        /// A hostile catalog has thousands of services that claim everything.
        const MOST: usize = 8;
        let claims = claims.iter().take(MOST);
        let claims: Vec<(ServiceId, usize)> = claims.map(|(&id, it)| (id, it.path.0)).collect();
        for (place, &earlier) in claims.iter().enumerate() {
            for &later in &claims[place + 1..] {
                let contest = self.contested.entry((later.0, earlier.0));
                let new = Contest {
                    earlier,
                    later,
                    witness: file,
                    files: 0,
                };
                contest.or_insert(new).files += 1;
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

    /// Pairs of services that claim the same files by their paths.
    pub fn contested(&self) -> impl Iterator<Item = &Contest> {
        self.contested.values()
    }

    /// Those pairs in which this service is the one that is declared later.
    pub fn contested_by(&self, later: ServiceId) -> impl Iterator<Item = &Contest> {
        let pairs = (later, ServiceId(0))..(later, later);
        self.contested.range(pairs).map(|(_, contest)| contest)
    }
}

/// How many leading segments of `path` the pattern names that claims it: those of the folder or file that
/// it is about. None for a pattern with wildcards.
fn depth(pattern: &Pattern, path: &[u8]) -> Option<usize> {
    let is_literal = |segment: &Segment| matches!(segment, Segment::Literal(_));
    match pattern.segments() {
        [Segment::AnyDepth, Segment::Literal(name)] => {
            let mut names: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
            if pattern.reach() == Reach::Below {
                // What must be a folder is never the file itself.
                names.pop();
            }
            let place = names.iter().rposition(|segment| *segment == &**name)?;
            Some(place + 1)
        }
        segments => segments.iter().all(is_literal).then_some(segments.len()),
    }
}

impl Graph<'_> {
    /// Whether something declares what a candidate of the repository at this place looks like: a service
    /// of its name that is here or may be, one of its folder, or one whose paths claim what says that it is deployable. One that
    /// has the candidate's files only because its own folder lies around them declares no candidate.
    pub fn is_declared(&self, repository: usize, candidate: &Candidate) -> bool {
        /// A folder of which the first files say nothing is rare, and a hostile tree has large ones.
        const MOST_FILES: usize = 1_000;
        let namespace = EntityRef::DEFAULT_NAMESPACE;
        let entity = EntityRef::new("component", namespace, &candidate.name);
        let mut namesakes = self.services_of(&entity).iter();
        let is_meant = |id: &ServiceId| {
            let entry = self.service(*id);
            let is_here = entry.declared_in == repository || entry.home == Some(repository);
            is_here || self.files(*id).is_empty()
        };
        if namesakes.any(is_meant) {
            return true;
        }
        let tree = &self.members()[repository].repository.tree;
        let territory = self.territory(repository);
        let evidence = candidate.evidence.iter().filter_map(|it| it.path());
        let inside = evidence.filter(|path| path.is_within(&candidate.folder));
        let inside: Vec<usize> = inside.filter_map(|it| tree.find(it.as_bytes())).collect();
        let below = tree.below(&candidate.folder).take(MOST_FILES);
        let services = |file: usize| {
            let services = territory.services(file).iter();
            services.map(|&id| self.service(id).service)
        };
        let has_folder = |file| {
            let mut services = services(file);
            services.any(|it| it.paths.is_none() && it.folder.as_ref() == Some(&candidate.folder))
        };
        let has_path = |file| services(file).any(|service| service.paths.is_some());
        let by_path = match inside.is_empty() {
            true => below.clone().any(has_path),
            false => inside.into_iter().any(has_path),
        };
        by_path || below.into_iter().any(has_folder)
    }
}
