//! What depends on what, and what that makes of the whole.

use std::collections::BTreeSet;

use petgraph::algo::{articulation_points, dominators};
use petgraph::graph::{DiGraph, NodeIndex, UnGraph};
use petgraph::visit::EdgeRef;

use super::{Actor, Edge, Graph, Node, ServiceId};
use crate::facts::{EntityRef, Format, Name, Reference, Service};

/// A service that another one needs.
#[derive(Clone, Copy, Debug)]
pub struct Dependency<'a> {
    /// What is needed.
    pub service: ServiceId,
    /// Where a descriptor says so.
    pub said: &'a Reference,
    /// Whose descriptor says so: that of the service in need, or of what is needed.
    pub said_by: ServiceId,
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
    pub fn dependencies(&self, id: ServiceId) -> &[Dependency<'a>] {
        &self.dependencies[id.0]
    }

    /// Looks up by their names what the descriptor of a service says that it needs.
    pub(super) fn named_dependencies(&self, id: ServiceId) -> Vec<Dependency<'a>> {
        let entry = self.service(id);
        let service = entry.service;
        let said = service.depends_on.iter().chain(&service.consumes);
        let found = said.filter_map(|said| {
            let service = self.meant(entry.declared_in, &said.name)?;
            Some(Dependency {
                service,
                said,
                said_by: id,
            })
        });
        found
            .filter(|dependency| dependency.service != id)
            .collect()
    }

    /// What a service needs, each once, whichever of the two descriptors says so; first what its own
    /// does, in its order.
    pub fn needs(&self, id: ServiceId) -> Vec<Dependency<'a>> {
        let mut seen = BTreeSet::new();
        let mut needs = self.dependencies(id).to_vec();
        needs.retain(|dependency| seen.insert(dependency.service));
        let all = (id, ServiceId(0))..=(id, ServiceId(usize::MAX));
        for (&(_, needed), &said) in self.said_by_needed.range(all) {
            if seen.insert(needed) {
                needs.push(Dependency {
                    service: needed,
                    said,
                    said_by: needed,
                });
            }
        }
        needs
    }

    /// The one service that a name means; none if there is none, or several.
    pub fn one_service(&self, name: &Name) -> Option<ServiceId> {
        self.one(self.services_of(name.entity()?))
    }

    /// The one service that a name means in the repository at this place: the one that it declares
    /// itself, else the one of the workspace; none if there is none, or several.
    pub fn meant(&self, from: usize, name: &Name) -> Option<ServiceId> {
        self.one(self.candidates(from, name.entity()?))
    }

    /// The services that an entity can mean in the repository at this place: those that it declares
    /// itself if there are any, else all.
    fn candidates(&self, from: usize, entity: &EntityRef) -> &[ServiceId] {
        let all = self.services_of(entity);
        // Services stand in the order of their repositories.
        let declared_in = |id: &ServiceId| self.service(*id).declared_in;
        let start = all.partition_point(|id| declared_in(id) < from);
        let end = all.partition_point(|id| declared_in(id) <= from);
        match &all[start..end] {
            [] => all,
            own => own,
        }
    }

    /// One of several descriptors is meant where they describe one service of one repository, each for
    /// another tool.
    fn one(&self, services: &[ServiceId]) -> Option<ServiceId> {
        let (&first, others) = services.split_first()?;
        if others.is_empty() {
            return Some(first);
        }
        let first_entry = self.service(first);
        let mut formats: Vec<Format> = vec![first_entry.service.format];
        for &other in others {
            let entry = self.service(other);
            let format = entry.service.format;
            if entry.declared_in != first_entry.declared_in || formats.contains(&format) {
                return None;
            }
            formats.push(format);
        }
        Some(first)
    }

    /// References of a service to services, interfaces and systems that lead nowhere.
    pub fn unresolved(&self, id: ServiceId) -> &[Unresolved<'a>] {
        &self.unresolved[id.0]
    }

    /// Looks up which references of a service lead nowhere.
    pub(super) fn look_up_unresolved(&self, id: ServiceId) -> Vec<Unresolved<'a>> {
        let entry = self.service(id);
        let service: &'a Service = entry.service;
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
            let found = self.entities(entry.declared_in, said.name.entity()?);
            (found != 1).then_some(Unresolved { said, what, found })
        });
        unresolved.collect()
    }

    /// How many services, systems and domains a name can mean in the repository at this place.
    fn entities(&self, from: usize, entity: &EntityRef) -> usize {
        let services = self.candidates(from, entity);
        let services = match self.one(services) {
            Some(_) => 1,
            None => services.len(),
        };
        services + self.systems_of.get(entity).map_or(0, Vec::len)
    }

    /// What the descriptor of a service says that it needs, each once.
    pub(super) fn needed(&self, id: ServiceId) -> BTreeSet<ServiceId> {
        let dependencies = self.dependencies(id).iter();
        dependencies.map(|dependency| dependency.service).collect()
    }

    /// Services that need this one because its own descriptor says so, each with where.
    pub(super) fn named_dependents(&self, id: ServiceId) -> Vec<(ServiceId, &'a Reference)> {
        let entry = self.service(id);
        let service: &'a Service = entry.service;
        let named = service.dependency_of.iter().filter_map(|said| {
            let needing = self.meant(entry.declared_in, &said.name)?;
            Some((needing, said))
        });
        named.filter(|&(needing, _)| needing != id).collect()
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

    /// The teams that answer for a service, sorted.
    pub fn owning_teams(&self, id: ServiceId) -> Vec<Actor> {
        let owners = self.chain(id).actors.iter();
        let mut teams: Vec<Actor> = owners.filter(|it| it.is_team()).cloned().collect();
        teams.sort();
        teams
    }
}
