//! What depends on what, and what that makes of the whole.

use std::collections::BTreeSet;

use petgraph::algo::{articulation_points, dominators, tarjan_scc};
use petgraph::graph::{DiGraph, NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;

use super::{Actor, Edge, Graph, Node, ServiceId};
use crate::facts::{EntityRef, Reference, Service};

/// A service that another one needs.
#[derive(Clone, Copy, Debug)]
pub struct Dependency<'a> {
    /// What is needed.
    pub service: ServiceId,
    /// Where the descriptor says so.
    pub said: &'a Reference,
}

/// A reference of a service that leads to no single entity.
#[derive(Clone, Copy, Debug)]
pub struct Unresolved<'a> {
    /// Where the descriptor says so.
    pub said: &'a Reference,
    /// What kind of thing it names: `dependency`, `system`, `API`.
    pub what: &'static str,
    /// How many entities have that name: none, or several.
    pub found: usize,
}

impl<'a> Graph<'a> {
    /// What the descriptor of a service says that it needs, each with where it is said.
    pub fn dependencies(&self, id: ServiceId) -> Vec<Dependency<'a>> {
        let service = self.service(id).service;
        let said = service.depends_on.iter().chain(&service.consumes);
        let found = said.filter_map(|said| {
            let service = self.one_service(&said.name)?;
            Some(Dependency { service, said })
        });
        found
            .filter(|dependency| dependency.service != id)
            .collect()
    }

    /// References of a service to services, interfaces and systems that lead nowhere.
    pub fn unresolved(&self, id: ServiceId) -> Vec<Unresolved<'a>> {
        let service: &'a Service = self.service(id).service;
        let lists: [(&'static str, &'a [Reference]); 5] = [
            ("dependency", &service.depends_on),
            ("dependent", &service.dependency_of),
            ("API", &service.provides),
            ("API", &service.consumes),
            ("system", &service.part_of),
        ];
        let said = lists
            .into_iter()
            .flat_map(|(what, said)| said.iter().map(move |said| (what, said)));
        let unresolved = said.filter_map(|(what, said)| {
            let found = self.entities(said.name.entity()?);
            (found != 1).then_some(Unresolved { said, what, found })
        });
        unresolved.collect()
    }

    /// How many services, systems and domains have this name.
    fn entities(&self, entity: &EntityRef) -> usize {
        let systems = self.systems().iter().filter(|(_, it)| it.entity == *entity);
        self.services_of(entity).len() + systems.count()
    }

    pub(super) fn named_dependencies(&self, id: ServiceId) -> BTreeSet<ServiceId> {
        let dependencies = self.dependencies(id).into_iter();
        dependencies.map(|dependency| dependency.service).collect()
    }

    pub(super) fn named_dependents(&self, id: ServiceId) -> BTreeSet<ServiceId> {
        let said = self.service(id).service.dependency_of.iter();
        let named = said.filter_map(|said| self.one_service(&said.name));
        // What both descriptors say is one edge.
        let named = named.filter(|&other| other != id);
        named
            .filter(|&other| !self.named_dependencies(other).contains(&id))
            .collect()
    }

    /// The services that need this one, directly or through others, ascending.
    pub fn dependents(&self, id: ServiceId) -> BTreeSet<ServiceId> {
        let mut all = BTreeSet::new();
        let mut left = vec![id];
        while let Some(next) = left.pop() {
            let Some(node) = self.node(&Node::Service(next)) else {
                continue;
            };
            let edges = self
                .petgraph()
                .edges_directed(node, petgraph::Direction::Incoming);
            for edge in edges.filter(|edge| *edge.weight() == Edge::DependsOn) {
                if let Node::Service(other) = self.petgraph()[edge.source()]
                    && all.insert(other)
                {
                    left.push(other);
                }
            }
        }
        all.remove(&id);
        all
    }

    /// Services in between: those through which every chain of dependencies from `from` to `to` goes,
    /// from the nearest to `from` on. None where `to` is not needed at all.
    pub fn between(&self, from: ServiceId, to: ServiceId) -> Option<Vec<ServiceId>> {
        let graph = self.dependency_graph();
        let (root, target) = (NodeIndex::new(from.0), NodeIndex::new(to.0));
        let tree = dominators::simple_fast(&graph, root);
        let mut between: Vec<ServiceId> = tree
            .strict_dominators(target)?
            .filter(|&node| node != root)
            .map(|node| ServiceId(node.index()))
            .collect();
        between.reverse();
        Some(between)
    }

    /// Services whose loss cuts others off from each other: the articulation points of the graph of
    /// dependencies without directions, ascending.
    pub fn cut_services(&self) -> BTreeSet<ServiceId> {
        let directed = self.dependency_graph();
        let mut graph: UnGraph<(), ()> = UnGraph::new_undirected();
        for _ in directed.node_indices() {
            graph.add_node(());
        }
        for edge in directed.edge_references() {
            graph.update_edge(edge.source(), edge.target(), ());
        }
        let points = articulation_points::articulation_points(&graph).into_iter();
        points.map(|node| ServiceId(node.index())).collect()
    }

    /// Services alone, by their numbers, with an edge to each that they need.
    fn dependency_graph(&self) -> DiGraph<(), ()> {
        let mut graph = DiGraph::new();
        for _ in self.services() {
            graph.add_node(());
        }
        for (id, _) in self.services() {
            for target in self.targets(&Node::Service(id), Edge::DependsOn) {
                if let Node::Service(target) = target {
                    graph.update_edge(NodeIndex::new(id.0), NodeIndex::new(target.0), ());
                }
            }
        }
        graph
    }

    /// Circles of teams whose services depend on each other, each sorted by the teams' labels.
    pub fn team_cycles(&self) -> Vec<Vec<Actor>> {
        let mut graph: DiGraph<Actor, ()> = DiGraph::new();
        let mut nodes = std::collections::BTreeMap::new();
        for (id, _) in self.services() {
            for target in self.targets(&Node::Service(id), Edge::DependsOn) {
                let Node::Service(target) = target else {
                    continue;
                };
                for from in self.owning_teams(id) {
                    for to in self.owning_teams(*target) {
                        if from != to {
                            let mut enter = |actor: &Actor| {
                                let add = || graph.add_node(actor.clone());
                                *nodes.entry(actor.clone()).or_insert_with(add)
                            };
                            let (from, to) = (enter(&from), enter(&to));
                            graph.update_edge(from, to, ());
                        }
                    }
                }
            }
        }
        let circles = tarjan_scc(&graph)
            .into_iter()
            .filter(|circle| circle.len() > 1);
        let mut circles: Vec<Vec<Actor>> = circles
            .map(|circle| {
                let mut circle: Vec<Actor> =
                    circle.into_iter().map(|node| graph[node].clone()).collect();
                circle.sort_by_key(|actor| self.actor_label(actor));
                circle
            })
            .collect();
        circles.sort();
        circles
    }

    /// The teams that answer for a service.
    pub fn owning_teams(&self, id: ServiceId) -> Vec<Actor> {
        let owners = self.targets(&Node::Service(id), Edge::OwnedBy).into_iter();
        let teams = owners.filter_map(|node| match node {
            Node::Actor(actor) if actor.is_team() => Some(actor.clone()),
            _ => None,
        });
        teams.collect()
    }
}
