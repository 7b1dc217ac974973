//! What descriptors say that cannot be once they are taken together.

use std::collections::BTreeMap;

use super::Graph;
use super::build::said_in;
use crate::facts::{EntityRef, Fault, Format, Location, Place, Reference, Service, System};
use crate::identity::Party;
use crate::text::list;

impl<'a> Graph<'a> {
    /// What cannot be of all that the repository at this place declares: an entity that is declared twice,
    /// one that needs itself or is a part of itself, and teams that are parts of each other in a circle.
    ///
    /// The same name in two repositories is no contradiction: whoever means one of them has to say which.
    pub fn contradictions(&self, repository: usize) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.doubles(repository, &mut faults);
        let to_themselves = self.declared_in(repository);
        for id in to_themselves.filter(|id| self.of_themselves.contains(id)) {
            let service = self.service(id).service;
            let needs = service.depends_on.iter().chain(&service.dependency_of);
            let to_itself = of_itself(&service.entity, needs);
            faults.extend(to_itself.map(|said| itself(service, said, "depends on itself")));
            let of_itself = of_itself(&service.entity, service.part_of.iter());
            faults.extend(of_itself.map(|said| itself(service, said, "is a part of itself")));
        }
        for (_, system) in self.systems().iter().filter(|it| it.0 == repository) {
            let of_itself = of_itself(&system.entity, system.part_of.iter());
            faults.extend(of_itself.map(|said| Fault {
                message: format!("`{}` is a part of itself", system.name),
                help: Some("name the domain that it is a part of, or none".into()),
                location: Location {
                    excerpt: Some(said.excerpt.clone()),
                    ..system.location.clone()
                },
            }));
        }
        let circles = self
            .parent_circles
            .get_or_init(|| self.circles_of_parents());
        faults.extend(circles.get(&repository).into_iter().flatten().cloned());
        faults
    }

    /// Entities that are declared a second time. Descriptors of two tools may describe one service.
    fn doubles(&self, repository: usize, faults: &mut Vec<Fault>) {
        let mut seen: BTreeMap<&EntityRef, Vec<(Format, &Location)>> = BTreeMap::new();
        let mut declare = |entity: &'a EntityRef, format: Format, location: &'a Location| {
            let seen = seen.entry(entity).or_default();
            match seen.iter().find(|(other, _)| *other == format) {
                Some((_, first)) => faults.push(double(entity, first, location)),
                None => seen.push((format, location)),
            }
        };
        for id in self.declared_in(repository) {
            // One that shares its name with nobody is not declared twice.
            if self.systems().is_empty() && self.namesakes.of(id).len() == 1 {
                continue;
            }
            let service: &'a Service = self.service(id).service;
            // Folders that are services by the policy alone say no names of their own.
            if service.format != Format::Root {
                declare(&service.entity, service.format, &service.location);
            }
        }
        let systems = self.systems().iter().filter(|it| it.0 == repository);
        for &(_, system) in systems {
            let system: &'a System = system;
            declare(&system.entity, Format::Backstage, &system.location);
        }
    }

    /// Circles of teams each of which is a part of the next, at the first team of each circle, by the
    /// repository that says so.
    fn circles_of_parents(&self) -> BTreeMap<usize, Vec<Fault>> {
        let mut faults: BTreeMap<usize, Vec<Fault>> = BTreeMap::new();
        let said_in = said_in(self.members());
        let (directory, teams) = (self.directory(), self.directory().teams());
        // Where a team says that it is a part of another one.
        let said = |team: usize, parent: usize| {
            teams[team].said.iter().find_map(|team| {
                let said = team.parent.as_ref()?;
                let is_meant = directory.party(&said.name) == Some(Party::Team(parent));
                is_meant.then_some((*team, said))
            })
        };
        let parents: Vec<Option<usize>> = teams.iter().map(|team| team.parent).collect();
        let of_themselves = (0..teams.len()).filter(|&team| said(team, team).is_some());
        let mut circles: Vec<Vec<usize>> = of_themselves.map(|team| vec![team]).collect();
        circles.extend(parent_circles(&parents));
        circles.sort();
        for circle in circles {
            let (first, others) = (circle[0], &circle[1..]);
            let parent = others.first().copied().unwrap_or(first);
            let Some((team, said)) = said(first, parent) else {
                continue;
            };
            let Some(&repository) = said_in.get(&std::ptr::from_ref(team)) else {
                continue;
            };
            let label = |&team: &usize| format!("`{}`", teams[team].label);
            let by_way: Vec<String> = others.iter().take(MOST_NAMED).map(label).collect();
            let by_way = match list(&by_way, others.len() - by_way.len()) {
                none if none.is_empty() => none,
                others => format!(", by way of {others}"),
            };
            faults.entry(repository).or_default().push(Fault {
                message: format!("`{}` is a part of itself{by_way}", teams[first].label),
                help: Some("one team is the outermost: take its parent out".into()),
                location: Location {
                    excerpt: Some(said.excerpt.clone()),
                    ..team.location.clone()
                },
            });
        }
        faults
    }
}

/// How many teams of a circle are named.
const MOST_NAMED: usize = 5;

/// The circles of teams that are parts of each other, each from its first team on.
fn parent_circles(parents: &[Option<usize>]) -> Vec<Vec<usize>> {
    let mut circles = Vec::new();
    // By team: the walk that came by, from 1.
    let mut walks = vec![0; parents.len()];
    for start in 0..parents.len() {
        let mut line = Vec::new();
        let mut next = Some(start);
        while let Some(team) = next
            && walks[team] == 0
        {
            walks[team] = start + 1;
            line.push(team);
            next = parents[team];
        }
        let closes = |&team: &usize| Some(team) == next;
        if let Some(from) = line.iter().position(closes) {
            let mut circle = line.split_off(from);
            let first = (0..circle.len()).min_by_key(|&place| circle[place]);
            circle.rotate_left(first.unwrap_or_default());
            circles.push(circle);
        }
    }
    circles
}

/// Those of the references that name the entity that makes them.
fn of_itself<'r>(
    entity: &'r EntityRef,
    said: impl Iterator<Item = &'r Reference>,
) -> impl Iterator<Item = &'r Reference> {
    said.filter(move |said| said.name.entity() == Some(entity))
}

fn itself(service: &Service, said: &Reference, what: &str) -> Fault {
    Fault {
        message: format!("`{}` {what}", service.name),
        help: Some("take it out, or name the other one that is meant".into()),
        location: service.at(&said.excerpt, ""),
    }
}

fn double(entity: &EntityRef, first: &Location, location: &Location) -> Fault {
    let line = first.excerpt.as_ref();
    let line = line.map_or(String::new(), |excerpt| {
        format!(" on line {}", excerpt.line)
    });
    let place = match &first.place {
        place if *place == location.place => String::new(),
        Place::File(path) => format!(" in `{}`", path.to_string_lossy()),
        Place::External(path) => format!(" in `{path}`"),
        Place::Repository => String::new(),
    };
    Fault {
        message: format!("`{entity}` is declared twice"),
        help: Some(format!(
            "it is declared{place}{line} already: rename one of them"
        )),
        location: location.clone(),
    }
}
