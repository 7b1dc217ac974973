//! Circles of teams whose services need each other.

use std::collections::{BTreeMap, HashMap, VecDeque};

use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::{Actor, Graph, ServiceId};

/// Of a service that more teams own, the first ones count: its dependencies would be those of all of
/// them, and a hostile ownership file names thousands.
const MOST_TEAMS: usize = 8;

/// Teams whose services need each other in a circle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamCircle {
    /// All teams that are tied together, sorted by what people call them.
    pub teams: Vec<Actor>,
    /// A shortest circle through the first dependency that ties them together, which comes first.
    pub ring: Vec<TeamLink>,
}

/// A dependency of one team on another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamLink {
    /// The team in need.
    pub from: Actor,
    /// The team that it needs.
    pub to: Actor,
    /// A service of the first one.
    pub service: ServiceId,
    /// What that needs: a service of the other.
    pub needs: ServiceId,
}

impl Graph<'_> {
    /// Circles of teams whose services depend on each other, each sorted by the teams' labels.
    pub fn team_cycles(&self) -> Vec<Vec<Actor>> {
        let circles = self.team_circles().values().flatten();
        let mut circles: Vec<_> = circles.map(|circle| circle.teams.clone()).collect();
        circles.sort();
        circles
    }

    /// The circles of teams whose first dependency is one of this service. Each circle is that of one
    /// service.
    pub fn team_circles_at(&self, id: ServiceId) -> &[TeamCircle] {
        self.team_circles().get(&id).map_or(&[], Vec::as_slice)
    }

    /// All circles of teams, by the service of their first dependency.
    fn team_circles(&self) -> &BTreeMap<ServiceId, Vec<TeamCircle>> {
        self.circles.get_or_init(|| {
            let (teams, links) = self.team_links();
            let mut graph: DiGraph<(), ()> = DiGraph::new();
            teams.iter().for_each(|_| {
                graph.add_node(());
            });
            for &(from, to, _) in &links.all {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
            let mut circles: BTreeMap<ServiceId, Vec<TeamCircle>> = BTreeMap::new();
            // This algorithm is not recursive, so that a long chain of teams is harmless.
            let tied: Vec<Vec<usize>> = kosaraju_scc(&graph)
                .iter()
                .filter(|circle| circle.len() > 1)
                .map(|circle| circle.iter().map(|node| node.index()).collect())
                .collect();
            let mut search = Search::new(&links, &tied);
            for (number, tied) in tied.iter().enumerate() {
                let ring = search
                    .ring(number, tied)
                    .into_iter()
                    .map(|(from, to, said)| TeamLink {
                        from: teams[from].clone(),
                        to: teams[to].clone(),
                        service: said.0,
                        needs: said.1,
                    });
                let ring: Vec<TeamLink> = ring.collect();
                let Some(first) = ring.first().map(|link| link.service) else {
                    continue;
                };
                let mut teams: Vec<Actor> = tied.iter().map(|&it| teams[it].clone()).collect();
                teams.sort_by_cached_key(|actor| (self.actor_label(actor), actor.clone()));
                let at = circles.entry(first).or_default();
                at.push(TeamCircle { teams, ring });
            }
            for at in circles.values_mut() {
                at.sort_by(|a, b| a.teams.cmp(&b.teams));
            }
            circles
        })
    }

    /// The teams that own services, ascending, and by their numbers which needs which other one. What one
    /// team answers for on both sides, or a team and a part of it, ties nobody to anybody.
    fn team_links(&self) -> (Vec<Actor>, Links) {
        let owning = self.services().map(|(id, _)| self.owning_teams(id));
        let owning: Vec<Vec<Actor>> = owning.collect();
        let mut teams: Vec<Actor> = owning.iter().flatten().cloned().collect();
        teams.sort();
        teams.dedup();
        let by_team: HashMap<&Actor, usize> = teams.iter().zip(0..).collect();
        let numbers = |teams: Vec<Actor>| teams.iter().map(|team| by_team[team]).collect();
        let owning: Vec<Vec<usize>> = owning.into_iter().map(numbers).collect();
        let mut links = Vec::new();
        for (id, _) in self.services() {
            let from = &owning[id.0];
            if from.is_empty() {
                continue;
            }
            for need in self.needs(id) {
                let target = need.service;
                let to = &owning[target.0];
                if from.iter().any(|team| to.contains(team)) {
                    continue;
                }
                for &from in from.iter().take(MOST_TEAMS) {
                    for &to in to.iter().take(MOST_TEAMS) {
                        let (a, b) = (&teams[from], &teams[to]);
                        if self.stands_for(a, b) != Some(true) && !self.may_be_one(a, b) {
                            links.push((from, to, (id, target)));
                        }
                    }
                }
            }
        }
        links.sort();
        links.dedup_by_key(|&mut (from, to, _)| (from, to));
        let links = Links::new(links, teams.len());
        (teams, links)
    }
}

/// A team that needs another one, by their numbers, with a dependency that makes it so.
type Link = (usize, usize, (ServiceId, ServiceId));

/// Which team needs which other one, each with the first such dependency; ascending.
struct Links {
    all: Vec<Link>,
    /// By team, where its links start; one more for the end.
    starts: Vec<usize>,
}

impl Links {
    /// These links of so many teams.
    fn new(all: Vec<Link>, teams: usize) -> Links {
        let mut starts = vec![0; teams + 1];
        for &(from, ..) in &all {
            starts[from + 1] += 1;
        }
        for team in 0..teams {
            starts[team + 1] += starts[team];
        }
        Links { all, starts }
    }

    /// Whom a team needs.
    fn of(&self, team: usize) -> &[Link] {
        &self.all[self.starts[team]..self.starts[team + 1]]
    }
}

impl Graph<'_> {
    /// Whether two teams have one name, on the forge and in a catalog, and no roster says whether they are
    /// one.
    fn may_be_one(&self, a: &Actor, b: &Actor) -> bool {
        let (a, b) = (self.label_of(a), self.label_of(b));
        let slug = |label: &str| label.rsplit('/').next().map(str::to_owned);
        a.starts_with('@') != b.starts_with('@') && slug(&a) == slug(&b)
    }
}

/// A search for the shortest of the circles in which teams are tied together.
struct Search<'l> {
    links: &'l Links,
    /// By team, the number of those that it is tied to; every team is in one circle at most.
    circle_of: Vec<Option<usize>>,
    /// By team, from which other one it was reached first.
    reached_from: Vec<Option<usize>>,
}

impl<'l> Search<'l> {
    /// A search among the teams that are `tied` together.
    fn new(links: &'l Links, tied: &[Vec<usize>]) -> Search<'l> {
        let teams = links.starts.len() - 1;
        let mut circle_of = vec![None; teams];
        for (number, teams) in tied.iter().enumerate() {
            teams
                .iter()
                .for_each(|&team| circle_of[team] = Some(number));
        }
        Search {
            links,
            circle_of,
            reached_from: vec![None; teams],
        }
    }

    /// A shortest circle through the first of the dependencies between these teams, which are those of the
    /// circle of this number: who needs whom, and what says so.
    fn ring(&mut self, circle: usize, teams: &[usize]) -> Vec<Link> {
        let tied = teams.iter().flat_map(|&team| self.links.of(team));
        let tied = tied.filter(|&&(_, to, _)| self.circle_of[to] == Some(circle));
        let start = tied.min_by_key(|&&(from, to, said)| (said, from, to));
        let Some(&(from, to, _)) = start else {
            return Vec::new();
        };
        // Breadth first, from where the first dependency leads back to where it starts.
        self.reached_from[to] = Some(from);
        let mut left = VecDeque::from([to]);
        while let Some(team) = left.pop_front() {
            if team == from {
                break;
            }
            for &(_, next, _) in self.links.of(team) {
                let is_tied = self.circle_of[next] == Some(circle);
                if is_tied && self.reached_from[next].is_none() {
                    self.reached_from[next] = Some(team);
                    left.push_back(next);
                }
            }
        }
        let mut ring = Vec::new();
        let mut team = from;
        while let Some(before) = self.reached_from[team] {
            let links = self.links.of(before).iter();
            ring.extend(links.copied().find(|&(_, to, _)| to == team));
            team = before;
            if team == from {
                break;
            }
        }
        ring.reverse();
        ring
    }
}
