//! The graph's questions against slow and obvious answers, on generated workspaces.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::codeowners::{Dialect, OwnershipFile, Pattern};
use crate::facts::{Format, Location, Person, Roster, Said, Team};
use crate::text::{Excerpt, RepoPath, Span, Text};

/// A small workspace, as numbers and texts.
#[derive(Clone, Debug)]
struct Plan {
    /// Whether the roster is complete for `@o`.
    covered: bool,
    /// `@o/t0` and so on: the numbers of the members, if the roster says, and that of the parent.
    teams: Vec<(Option<Vec<usize>>, Option<usize>)>,
    repositories: Vec<RepositoryPlan>,
}

#[derive(Clone, Debug)]
struct RepositoryPlan {
    files: Vec<&'static str>,
    /// The lines of the ownership file, if there is one: a pattern and owners.
    lines: Option<Vec<(&'static str, Vec<&'static str>)>>,
    services: Vec<ServicePlan>,
}

#[derive(Clone, Debug)]
struct ServicePlan {
    owner: Option<&'static str>,
    paths: Option<Vec<&'static str>>,
    folder: Option<&'static str>,
    /// The numbers of services that it names, of which not all are there.
    needs: Vec<usize>,
    needed_by: Vec<usize>,
}

const FILES: [&str; 9] = [
    "a/a/x", "a/b/x", "a/b/y", "a/x", "b/a/b/x", "b/a/x", "b/y", "x", "y",
];
const PATTERNS: [&str; 13] = [
    "*", "/a/", "a/", "/a/b", "/a/b/", "b/", "x", "/x", "/b/a/x", "*/b/", "/a/*", "/b/**", "?",
];
const OWNERS: [&str; 8] = [
    "@o/t0", "@o/t1", "@o/t2", "@o/t3", "@o/gone", "@x/else", "@p0", "@nobody",
];
const PEOPLE: usize = 4;

fn some<T: Clone + std::fmt::Debug + 'static>(
    of: &'static [T],
    most: usize,
) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(prop::sample::select(of), 0..=most)
}

fn plan() -> impl Strategy<Value = Plan> {
    let team = (
        prop::option::weighted(0.8, prop::collection::vec(0..PEOPLE, 0..3)),
        prop::option::of(0..4_usize),
    );
    let line = (prop::sample::select(&PATTERNS[..]), some(&OWNERS, 2));
    let folders: &'static [&str] = &["", "a", "a/b", "b", "b/a"];
    let services = |numbers| prop::collection::vec(0..numbers, 0..3);
    let mut owners = OWNERS.to_vec();
    owners.extend(["group:default/t1", "@p3"]);
    let service = (
        prop::option::weighted(0.7, prop::sample::select(owners)),
        prop::option::weighted(0.4, some(&PATTERNS, 3)),
        prop::option::weighted(0.9, prop::sample::select(folders)),
        services(8_usize),
        services(8_usize),
    );
    let service = service.prop_map(|(owner, paths, folder, needs, needed_by)| ServicePlan {
        owner,
        paths,
        folder,
        needs,
        // Few descriptors say who needs them.
        needed_by: needed_by.into_iter().take(1).collect(),
    });
    let repository = (
        prop::sample::subsequence(FILES.to_vec(), 0..=FILES.len()),
        prop::option::weighted(0.8, prop::collection::vec(line, 0..5)),
        prop::collection::vec(service, 0..5),
    );
    let repository = repository.prop_map(|(files, lines, services)| RepositoryPlan {
        files,
        lines,
        services,
    });
    let parts = (
        any::<bool>(),
        prop::collection::vec(team, 4),
        prop::collection::vec(repository, 1..3),
    );
    parts.prop_map(|(covered, teams, repositories)| Plan {
        covered,
        teams,
        repositories,
    })
}

/// A workspace of one repository without files, whose services need many others.
fn tangle() -> impl Strategy<Value = Plan> {
    let owner = prop::sample::select(&OWNERS[..6]);
    let needs = prop::collection::vec(0..8_usize, 0..3);
    let service = (owner, needs).prop_map(|(owner, needs)| ServicePlan {
        owner: Some(owner),
        paths: None,
        folder: None,
        needs,
        needed_by: Vec::new(),
    });
    let parent = prop::option::weighted(0.1, 0..4_usize);
    let team = parent.prop_map(|parent| (None, parent));
    let parts = (
        prop::collection::vec(team, 4),
        prop::collection::vec(service, 4..9),
    );
    parts.prop_map(|(teams, services)| Plan {
        covered: false,
        teams,
        repositories: vec![RepositoryPlan {
            files: Vec::new(),
            lines: None,
            services,
        }],
    })
}

fn excerpt() -> Excerpt {
    Text::new(RepoPath::default(), Vec::new()).excerpt(Span::new(0, 0))
}

fn reference(text: &str, name: Name) -> Reference {
    Reference {
        text: text.into(),
        name,
        excerpt: excerpt(),
    }
}

fn service_reference(number: &usize) -> Reference {
    let name = EntityRef::new("component", "default", &format!("s{number}"));
    reference("", Name::Entity(name))
}

impl Plan {
    /// Every service, with the place of its repository.
    fn services(&self) -> Vec<(usize, &ServicePlan)> {
        let repositories = self.repositories.iter().enumerate();
        let services =
            repositories.flat_map(|(place, it)| it.services.iter().map(move |it| (place, it)));
        services.collect()
    }

    fn roster(&self) -> Roster {
        let here = || Location::repository("");
        let person = |number| Person {
            login: Some(format!("p{number}")),
            ..Person::new(here())
        };
        let teams = self.teams.iter().enumerate();
        let teams = teams.map(|(number, (members, parent))| Team {
            handle: Some(format!("o/t{number}")),
            members: members.as_ref().map(|members| {
                let user = |it: &usize| reference("", Name::User(format!("p{it}")));
                members.iter().map(user).collect()
            }),
            parent: parent.map(|it| reference("", Name::Team(format!("o/t{it}")))),
            ..Team::new(here())
        });
        Roster {
            source: "roster".into(),
            covers: self.covered.then(|| "o".to_owned()).into_iter().collect(),
            people: (0..PEOPLE).map(person).collect(),
            teams: teams.collect(),
            ..Roster::default()
        }
    }

    fn facts(&self) -> Vec<Repository> {
        let mut number = 0;
        let mut all = Vec::new();
        for plan in &self.repositories {
            let mut repository = Repository {
                tree: plan.files.iter().copied().collect(),
                ..Repository::default()
            };
            repository.ownership_files.in_use = plan.lines.as_ref().map(|lines| {
                let lines = lines
                    .iter()
                    .map(|(it, owners)| format!("{it} {}\n", owners.join(" ")));
                let text = Text::new("CODEOWNERS".into(), lines.collect::<String>().into_bytes());
                OwnershipFile::parse(Dialect::GitHub, text)
            });
            for plan in &plan.services {
                let name = format!("s{number}");
                let entity = EntityRef::new("component", "default", &name);
                let at = Location::repository("");
                let say = |text: &&str| Said {
                    text: (*text).into(),
                    excerpt: excerpt(),
                };
                let owner = plan
                    .owner
                    .map(|it| reference(it, Name::of_owner(it, "default").unwrap()));
                repository.catalog.services.push(Service {
                    owner,
                    paths: plan
                        .paths
                        .as_ref()
                        .map(|paths| paths.iter().map(say).collect()),
                    folder: plan.folder.map(RepoPath::from),
                    depends_on: plan.needs.iter().map(service_reference).collect(),
                    dependency_of: plan.needed_by.iter().map(service_reference).collect(),
                    ..Service::new(entity, name, Format::Native, at)
                });
                number += 1;
            }
            all.push(repository);
        }
        all[0].rosters.push(self.roster());
        all
    }

    /// Asks the graph of the workspace.
    fn ask<T>(&self, question: impl FnOnce(&Graph<'_>) -> T) -> T {
        let facts = self.facts();
        let resolve = |repository: &Repository| {
            let file = repository.ownership_files.in_use.as_ref();
            let resolve = |file| Ownership::resolve(&repository.tree, file);
            file.map(resolve).unwrap_or_default()
        };
        let ownership: Vec<Ownership> = facts.iter().map(resolve).collect();
        let rosters = facts.iter().flat_map(|it| &it.rosters);
        let directory = Directory::of(rosters, [], []);
        let members = facts.iter().zip(&ownership);
        let members = members.map(|(repository, ownership)| Member {
            repository,
            ownership,
        });
        question(&Graph::new(members.collect(), &directory))
    }

    // The slow and obvious answers.

    /// Which service needs which.
    fn needs(&self) -> BTreeSet<(usize, usize)> {
        let services = self.services();
        let mut needs = BTreeSet::new();
        for (number, (_, plan)) in services.iter().enumerate() {
            needs.extend(plan.needs.iter().map(|&needed| (number, needed)));
            needs.extend(plan.needed_by.iter().map(|&needing| (needing, number)));
        }
        let is_there = |&(a, b): &(usize, usize)| a != b && a.max(b) < services.len();
        needs.into_iter().filter(is_there).collect()
    }

    /// The services that claim a file by their paths, or else have the nearest folder, and whether it is
    /// by paths.
    fn owning(&self, repository: usize, file: &str) -> (BTreeSet<usize>, bool) {
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
    fn deciding(&self, repository: usize, file: &str) -> Option<usize> {
        let lines = self.repositories[repository].lines.as_ref()?;
        let matches = |pattern: &str| {
            Pattern::github(pattern.as_bytes())
                .unwrap()
                .matches(file.as_bytes())
        };
        lines.iter().rposition(|(pattern, _)| matches(pattern))
    }

    /// A team and all that are parts of it, directly or through others.
    fn parts(&self, team: usize) -> BTreeSet<usize> {
        let mut parts = BTreeSet::from([team]);
        for _ in &self.teams {
            let parents = self.teams.iter().enumerate();
            let more =
                parents.filter(|(_, (_, parent))| parent.is_some_and(|it| parts.contains(&it)));
            let more: Vec<usize> = more.map(|(part, _)| part).collect();
            parts.extend(more);
        }
        parts
    }

    /// The people of a team and its parts, and whether these are all.
    fn people(&self, team: usize) -> (BTreeSet<usize>, bool) {
        let parts = self.parts(team);
        let members = parts.iter().map(|&part| &self.teams[part].0);
        let complete = self.covered && members.clone().all(Option::is_some);
        (members.flatten().flatten().copied().collect(), complete)
    }

    /// The owners that count for a service, by the descriptor or else by a line.
    fn owners(&self, number: usize) -> Vec<&'static str> {
        let (home, plan) = self.services()[number];
        if let Some(owner) = plan.owner {
            return vec![owner];
        }
        let repository = &self.repositories[home];
        let files = repository
            .files
            .iter()
            .filter(|file| self.owning(home, file).0.contains(&number));
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for line in files.filter_map(|file| self.deciding(home, file)) {
            *counts.entry(line).or_default() += 1;
        }
        let lines = repository.lines.as_deref().unwrap_or_default();
        counts.retain(|&line, _| !lines[line].1.is_empty());
        let most = counts.iter().max_by_key(|&(line, count)| (count, line));
        most.map_or(Vec::new(), |(&line, _)| lines[line].1.clone())
    }

    /// What a chain that ends at these owners is: held, broken in this way, or unverifiable.
    fn judged(&self, owners: &[&str]) -> &'static str {
        let judge = |owner: &&str| match Owned::of(owner) {
            Owned::Team(team) => match self.people(team) {
                (people, _) if !people.is_empty() => "held",
                (_, true) => "empty",
                (_, false) => "unverifiable",
            },
            Owned::Person => "held",
            Owned::Gone if self.covered => "unknown",
            Owned::Gone | Owned::Foreign => "unverifiable",
        };
        let judged: Vec<&str> = owners.iter().map(judge).collect();
        // The first of these that any owner is.
        let order = ["held", "unverifiable", "empty", "unknown"];
        let found = order.into_iter().find(|kind| judged.contains(kind));
        found.unwrap_or("no owner")
    }

    /// Whether one of two teams is a part of the other.
    fn are_kin(&self, a: usize, b: usize) -> bool {
        self.parts(a).contains(&b) || self.parts(b).contains(&a)
    }

    /// Which team needs which, with every dependency that makes it so.
    fn links(&self) -> BTreeMap<(String, String), BTreeSet<(usize, usize)>> {
        let teams = |service: usize| {
            let teams = self.owners(service).into_iter().map(label);
            teams
                .filter(|team| team.contains('/'))
                .collect::<BTreeSet<_>>()
        };
        let mut links: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (a, b) in self.needs() {
            let (from, to) = (teams(a), teams(b));
            if !from.is_disjoint(&to) {
                continue;
            }
            for from in &from {
                for to in &to {
                    let kin = match (Owned::of(from), Owned::of(to)) {
                        (Owned::Team(from), Owned::Team(to)) => self.are_kin(from, to),
                        _ => false,
                    };
                    if !kin {
                        links
                            .entry((from.clone(), to.clone()))
                            .or_default()
                            .insert((a, b));
                    }
                }
            }
        }
        links
    }
}

/// Whom an owner of the tests names.
enum Owned {
    Team(usize),
    Person,
    Gone,
    Foreign,
}

impl Owned {
    fn of(owner: &str) -> Owned {
        match owner
            .strip_prefix("@o/t")
            .or(owner.strip_prefix("group:default/t"))
        {
            Some(number) => Owned::Team(number.parse().unwrap()),
            None if owner == "@o/gone" || owner == "@nobody" => Owned::Gone,
            None if owner.starts_with("@p") => Owned::Person,
            None => Owned::Foreign,
        }
    }
}

/// What the graph calls an owner.
fn label(owner: &str) -> String {
    owner.replace("group:default/", "@o/")
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

/// What is reached from here by one step or more, without going through `without`.
fn reached<T: Ord + Clone>(edges: &BTreeSet<(T, T)>, from: &T, without: Option<&T>) -> BTreeSet<T> {
    let mut all = BTreeSet::new();
    let mut left = vec![from.clone()];
    while let Some(at) = left.pop() {
        for (_, to) in edges.iter().filter(|(a, _)| *a == at) {
            if Some(to) != without && all.insert(to.clone()) {
                left.push(to.clone());
            }
        }
    }
    all
}

fn numbers<'i>(ids: impl IntoIterator<Item = &'i ServiceId>) -> Vec<usize> {
    ids.into_iter().map(|id| id.0).collect()
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

    #[test]
    fn chains(plan in plan()) {
        plan.ask(|graph| {
            for (id, _) in graph.services() {
                let owners = plan.owners(id.0);
                let chain = graph.chain(id);
                let found = match (&chain.broken, &chain.unverifiable) {
                    (None, None) => "held",
                    (Some(Break::NoOwner), None) => "no owner",
                    (Some(Break::UnknownOwner(..)), None) => "unknown",
                    (Some(Break::EmptyTeam(_)), None) => "empty",
                    (None, Some(_)) => "unverifiable",
                    (Some(_), Some(_)) => "both",
                };
                prop_assert_eq!(found, plan.judged(&owners), "{:?}", owners);
                let labels = chain.actors.iter().map(|actor| graph.actor_label(actor));
                let expected: Vec<String> = owners.iter().map(|it| label(it)).collect();
                prop_assert_eq!(labels.collect::<Vec<_>>(), expected);
            }
            Ok(())
        })?;
    }

    #[test]
    fn needs_and_dependents(plan in plan()) {
        plan.ask(|graph| {
            let needs = plan.needs();
            for (id, _) in graph.services() {
                let found: BTreeSet<usize> = graph.needs(id).iter().map(|it| it.service.0).collect();
                prop_assert_eq!(found.len(), graph.needs(id).len());
                let expected = needs.iter().filter(|(a, _)| *a == id.0);
                prop_assert_eq!(found, expected.map(|it| it.1).collect::<BTreeSet<_>>());
                for needed in graph.needs(id) {
                    // Whoever says so is one of the two, and the other one is named.
                    let other = if needed.said_by == id { needed.service } else { id };
                    prop_assert!(needed.said_by == id || needed.said_by == needed.service);
                    prop_assert_eq!(graph.one_service(&needed.said.name), Some(other));
                }
                let all = graph.services().map(|(id, _)| id.0);
                let needing = all.filter(|it| *it != id.0 && reached(&needs, it, None).contains(&id.0));
                prop_assert_eq!(numbers(&graph.dependents(id)), needing.collect::<Vec<_>>());
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_lies_between(plan in prop_oneof![plan(), tangle()]) {
        plan.ask(|graph| {
            let needs = plan.needs();
            let count = graph.services().len();
            for from in 0..count {
                for to in (0..count).filter(|&to| to != from) {
                    let found = graph.between(ServiceId(from), ServiceId(to));
                    let found = found.map(|found| numbers(&found));
                    let is_needed = reached(&needs, &from, None).contains(&to);
                    let cuts = |it: &usize| {
                        ![from, to].contains(it) && !reached(&needs, &from, Some(it)).contains(&to)
                    };
                    let mut between: Vec<usize> = (0..count).filter(cuts).collect();
                    // Whoever is further away is cut off by more of the others.
                    between.sort_by_key(|it| {
                        let cut_off = |by: &usize| !reached(&needs, &from, Some(by)).contains(it);
                        (0..count).filter(|by| by != it && *by != from && cut_off(by)).count()
                    });
                    prop_assert_eq!(found, is_needed.then_some(between), "{} {}", from, to);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn cuts(plan in prop_oneof![plan(), tangle()]) {
        plan.ask(|graph| {
            let mut ways = plan.needs();
            ways.extend(ways.clone().into_iter().map(|(a, b)| (b, a)));
            let count = graph.services().len();
            let is_cut = |cut: &usize| {
                let pair = |from: usize, to: usize| {
                    let without = reached(&ways, &from, Some(cut)).contains(&to);
                    reached(&ways, &from, None).contains(&to) && !without
                };
                let others = || (0..count).filter(|it| it != cut);
                others().any(|from| others().any(|to| from != to && pair(from, to)))
            };
            let expected: Vec<usize> = (0..count).filter(is_cut).collect();
            prop_assert_eq!(numbers(&graph.cut_services()), expected);
            Ok(())
        })?;
    }

    #[test]
    fn circles_of_teams(plan in prop_oneof![plan(), tangle()]) {
        plan.ask(|graph| {
            let links = plan.links();
            let edges: BTreeSet<(String, String)> = links.keys().cloned().collect();
            let teams: BTreeSet<String> = edges.iter().map(|it| it.0.clone()).collect();
            let circle = |team: &String| {
                let to = reached(&edges, team, None);
                to.into_iter().filter(|it| reached(&edges, it, None).contains(team)).collect()
            };
            let circles: BTreeSet<BTreeSet<String>> = teams.iter().map(circle).collect();
            let expected: BTreeSet<_> = circles.into_iter().filter(|it| it.len() > 1).collect();
            let labels = |teams: &Vec<Actor>| teams.iter().map(|it| graph.actor_label(it)).collect();
            let found: Vec<BTreeSet<String>> = graph.team_cycles().iter().map(labels).collect();
            prop_assert_eq!(found.len(), expected.len());
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected.clone());

            let all = graph.services().flat_map(|(id, _)| {
                graph.team_circles_at(id).iter().map(move |circle| (id, circle))
            });
            for (id, circle) in all {
                let teams: BTreeSet<String> = labels(&circle.teams);
                prop_assert!(expected.contains(&teams));
                let ring: Vec<_> = circle.ring.iter().map(|link| {
                    let ends = (graph.actor_label(&link.from), graph.actor_label(&link.to));
                    (ends, (link.service.0, link.needs.0))
                }).collect();
                // It starts with the first dependency within the circle, goes around, and no shorter way does.
                let within = links.iter().filter(|((a, b), _)| teams.contains(a) && teams.contains(b));
                let first = within.clone().flat_map(|(_, by)| by).min().unwrap();
                prop_assert_eq!((ring[0].1, id.0), (*first, first.0));
                for (at, ((_, to), by)) in ring.iter().enumerate() {
                    prop_assert_eq!(to, &ring[(at + 1) % ring.len()].0.0);
                    prop_assert!(links[&ring[at].0].contains(by));
                }
                let (start, mut steps) = (&ring[0].0, 1);
                let mut here = BTreeSet::from([start.1.clone()]);
                while !here.contains(&start.0) {
                    let next = edges.iter().filter(|(a, _)| here.contains(a));
                    here = next.map(|it| it.1.clone()).collect();
                    steps += 1;
                }
                prop_assert_eq!(ring.len(), steps);
            }
            Ok(())
        })?;
    }

    #[test]
    fn approvals(plan in plan()) {
        plan.ask(|graph| {
            for (place, repository) in plan.repositories.iter().enumerate() {
                let file = graph.members()[place].repository.ownership_files.in_use.as_ref();
                let rules = file.into_iter().flat_map(OwnershipFile::rules);
                let lines = repository.lines.iter().flatten();
                for (rule, (_, owners)) in rules.zip(lines) {
                    // Every way to an approval, as those through whom it goes.
                    let mut ways: Vec<BTreeSet<String>> = Vec::new();
                    let mut complete = true;
                    let mut people = BTreeSet::new();
                    for owner in owners {
                        let alone = BTreeSet::from([label(owner)]);
                        match Owned::of(owner) {
                            Owned::Team(team) => {
                                let (members, all) = plan.people(team);
                                let person = |it: &usize| format!("@p{it}");
                                people.extend(members.iter().map(person));
                                let through = members.iter().map(|it| [label(owner), person(it)].into());
                                ways.extend(through);
                                ways.extend((!all).then_some(alone));
                                complete &= all;
                            }
                            _ if owner.contains('/') => {
                                ways.push(alone);
                                complete = false;
                            }
                            _ => {
                                people.insert(label(owner));
                                ways.push(alone);
                            }
                        }
                    }
                    let all: BTreeSet<&String> = ways.iter().flatten().collect();
                    let in_all = |it: &&String| ways.iter().all(|way| way.contains(*it));
                    let indispensable: BTreeSet<String> = all.into_iter().filter(in_all).cloned().collect();
                    let approval = graph.approval(rule);
                    prop_assert_eq!((&approval.people, approval.complete), (&people, complete));
                    let found = approval.indispensable.iter().map(|it| graph.actor_label(it));
                    prop_assert_eq!(found.collect::<BTreeSet<_>>(), indispensable, "{:?}", owners);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn kinship(plan in plan()) {
        plan.ask(|graph| {
            let (teams, people) = (graph.directory().teams(), graph.directory().people());
            for (a, team) in teams.iter().enumerate() {
                let number = |label: &str| label.strip_prefix("@o/t").unwrap().parse().unwrap();
                let actor = Actor::Party(Party::Team(a));
                for (b, other) in teams.iter().enumerate() {
                    let kin = plan.are_kin(number(&team.label), number(&other.label));
                    prop_assert_eq!(graph.stands_for(&Actor::Party(Party::Team(b)), &actor), Some(kin));
                }
                let (members, complete) = plan.people(number(&team.label));
                for (person, record) in people.iter().enumerate() {
                    let is_in = members.iter().any(|it| format!("@p{it}") == record.label);
                    prop_assert_eq!(graph.is_in(person, a), is_in);
                    let expected = match is_in {
                        true => Some(true),
                        false => complete.then_some(false),
                    };
                    let person = Actor::Party(Party::Person(person));
                    prop_assert_eq!(graph.stands_for(&person, &actor), expected);
                    prop_assert_eq!(graph.stands_for(&actor, &person), expected);
                }
                let stranger = Actor::Unlisted(Name::Team("x/else".into()));
                prop_assert_eq!(graph.stands_for(&stranger, &actor), None);
            }
            Ok(())
        })?;
    }

    #[test]
    fn circles_of_parents(plan in plan()) {
        plan.ask(|graph| {
            let parts = plan.teams.iter().enumerate();
            let edges: BTreeSet<(usize, usize)> = parts.filter_map(|(it, team)| Some((it, team.1?))).collect();
            let own = |team: &usize| edges.contains(&(*team, *team));
            let circle = |team: usize| {
                let to = reached(&edges, &team, None);
                to.into_iter().filter(|it| reached(&edges, it, None).contains(&team)).collect()
            };
            let circles: BTreeSet<BTreeSet<usize>> = (0..plan.teams.len()).map(circle).collect();
            let expected = circles.iter().filter(|it| it.len() > 1 || it.iter().any(own));
            let mut expected: Vec<String> = expected
                .map(|circle| format!("`@o/t{}` is a part of itself", circle.first().unwrap()))
                .collect();
            expected.sort();
            let faults = graph.contradictions(0).into_iter().map(|it| it.message);
            let faults = faults.filter(|it| it.contains("is a part of itself"));
            let mut faults: Vec<String> =
                faults.map(|it| it.split(", by way").next().unwrap().to_owned()).collect();
            faults.sort();
            prop_assert_eq!(faults, expected);
            Ok(())
        })?;
    }
}

#[test]
fn the_order_in_which_a_hostile_chain_is_declared_costs_no_stack() {
    // Each team needs the next, and the last the first.
    let count = 20_000;
    let mut repository = Repository::default();
    for number in 0..count {
        let name = format!("s{number}");
        let owner = format!("@o/{name}");
        repository.catalog.services.push(Service {
            owner: Some(reference(&owner, Name::Team(owner[1..].into()))),
            depends_on: vec![service_reference(&((number + 1) % count))],
            ..Service::new(
                EntityRef::new("component", "default", &name),
                name,
                Format::Native,
                Location::repository(""),
            )
        });
    }
    let (ownership, directory) = (Ownership::default(), Directory::default());
    let member = Member {
        repository: &repository,
        ownership: &ownership,
    };
    let graph = Graph::new(vec![member], &directory);
    let circles = graph.team_circles_at(ServiceId(0));
    assert_eq!(circles[0].ring.len(), count);
    assert_eq!(graph.cut_services().len(), 0);
    assert_eq!(
        graph.between(ServiceId(0), ServiceId(9)).map(|it| it.len()),
        Some(8)
    );
}
