//! The graph's questions against slow and obvious answers, on generated workspaces. Each topic has its
//! answers beside its tests.

mod approvals;
mod chains;
mod circles;
mod dependencies;
mod kinship;
mod territories;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::codeowners::{Dialect, OwnershipFile, Pattern};
use crate::facts::{Format, Location, Lookup, Person, Roster, Said, Team};
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
    reference("", Name::from(name))
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
                let user = |it: &usize| reference("", Name::User(format!("p{it}").into()));
                members.iter().map(user).collect()
            }),
            parent: parent.map(|it| reference("", Name::Team(format!("o/t{it}").into()))),
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
            repository.ownership_files.in_use = Lookup::from(plan.lines.as_ref().map(|lines| {
                let lines = lines
                    .iter()
                    .map(|(it, owners)| format!("{it} {}\n", owners.join(" ")));
                let text = Text::new("CODEOWNERS".into(), lines.collect::<String>().into_bytes());
                OwnershipFile::parse(Dialect::GitHub, text)
            }));
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
            let file = repository.ownership_files.in_use.present();
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
