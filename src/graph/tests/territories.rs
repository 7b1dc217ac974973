//! Which files belong to which service.

use super::*;

impl Plan {
    /// The services that claim a file by their paths, or else have the nearest folder, and whether it is
    /// by paths.
    pub(super) fn owning(&self, repository: usize, file: &str) -> (BTreeSet<usize>, bool) {
        let services = self.services();
        let here = services
            .iter()
            .enumerate()
            .filter(|(_, (home, _))| *home == repository);
        let mut by_path: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut by_folder: BTreeMap<usize, usize> = BTreeMap::new();
        for (number, (_, plan)) in here {
            match (&plan.paths, plan.folder) {
                (Some(paths), _) => {
                    for pattern in paths {
                        if Pattern::github(pattern.as_bytes())
                            .unwrap()
                            .matches(file.as_bytes())
                        {
                            let depth = depth_of(pattern, file);
                            let best = by_path.entry(number).or_insert(depth);
                            *best = (*best).max(depth);
                        }
                    }
                }
                (None, Some("")) => {
                    by_folder.insert(number, 0);
                }
                (None, Some(folder)) if file.starts_with(&format!("{folder}/")) => {
                    by_folder.insert(number, folder.len());
                }
                _ => {}
            }
        }
        if !by_path.is_empty() {
            let nearest = by_path.values().copied().max().unwrap();
            by_path.retain(|_, depth| depth.is_none() || *depth == nearest);
            return (by_path.into_keys().collect(), true);
        }
        let nearest = by_folder.values().copied().max();
        by_folder.retain(|_, depth| Some(*depth) == nearest);
        (by_folder.into_keys().collect(), false)
    }

    /// The last line whose pattern matches.
    pub(super) fn deciding(&self, repository: usize, file: &str) -> Option<usize> {
        let lines = self.repositories[repository].lines.as_ref()?;
        let matches = |pattern: &str| {
            Pattern::github(pattern.as_bytes())
                .unwrap()
                .matches(file.as_bytes())
        };
        lines.iter().rposition(|(pattern, _)| matches(pattern))
    }
}

/// How many leading segments of a file's path a pattern without wildcards names.
fn depth_of(pattern: &str, file: &str) -> Option<usize> {
    if pattern == "*" || pattern == "/**" {
        return Some(0);
    }
    let inner = pattern.trim_end_matches("/**").trim_matches('/');
    if inner.contains(['*', '?']) {
        return None;
    }
    if pattern.trim_end_matches('/').contains('/') {
        return Some(inner.split('/').count());
    }
    let names: Vec<&str> = file.split('/').collect();
    let names = match pattern.ends_with('/') {
        true => &names[..names.len() - 1],
        false => &names[..],
    };
    names
        .iter()
        .rposition(|name| *name == inner)
        .map(|at| at + 1)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn territories(plan in plan()) {
        plan.ask(|graph| {
            for (place, repository) in plan.repositories.iter().enumerate() {
                let territory = graph.territory(place);
                let mut contested: BTreeMap<(usize, usize), (&str, usize)> = BTreeMap::new();
                let tree = &graph.members()[place].repository.tree;
                for (file, path) in tree.paths().enumerate() {
                    let path = std::str::from_utf8(path).unwrap();
                    let path = repository.files.iter().find(|it| **it == path).unwrap();
                    let (services, by_path) = plan.owning(place, path);
                    let all: Vec<usize> = services.iter().copied().collect();
                    prop_assert_eq!(numbers(territory.services(file)), all.clone(), "{}", path);
                    for (at, &earlier) in all.iter().enumerate().filter(|_| by_path) {
                        for &later in &all[at + 1..] {
                            contested.entry((later, earlier)).or_insert((path, 0)).1 += 1;
                        }
                    }
                    for (id, _) in graph.services() {
                        let has = graph.files(id).contains(&u32::try_from(file).unwrap());
                        let home = graph.service(id).home == Some(place);
                        prop_assert!(!home || has == services.contains(&id.0));
                    }
                }
                let found = territory.contested().map(|it| {
                    let witness = std::str::from_utf8(tree.path(it.witness)).unwrap();
                    ((it.later.0.0, it.earlier.0.0), (witness, it.files))
                });
                prop_assert_eq!(found.collect::<BTreeMap<_, _>>(), contested);
                for contest in territory.contested() {
                    // The paths that are told of do claim the witness.
                    for (id, path) in [contest.earlier, contest.later] {
                        let said = &graph.service(id).service.paths.as_ref().unwrap()[path].text;
                        let pattern = Pattern::github(said.as_bytes()).unwrap();
                        prop_assert!(pattern.matches(tree.path(contest.witness)), "{}", said);
                    }
                }
                let by_service = graph.services().map(|(id, _)| territory.contested_by(id).count());
                prop_assert_eq!(by_service.sum::<usize>(), territory.contested().count());
            }
            Ok(())
        })?;
    }
}
