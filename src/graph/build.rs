//! Building the graph from facts.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use petgraph::graph::{DiGraph, NodeIndex};

use std::sync::{Arc, Mutex, OnceLock};

use super::{
    Actor, Edge, Graph, LineOwners, Member, Node, ServiceEntry, ServiceId, Territory, kinship,
    lines::Lines, namesakes::Namesakes, places::Places,
};
use crate::facts::{EntityRef, Role, System, Team};
use crate::identity::{Directory, Party};

impl<'a> Graph<'a> {
    /// The graph of these repositories, in which `directory` says who is who.
    pub fn new(members: Vec<Member<'a>>, directory: &'a Directory<'a>) -> Graph<'a> {
        let places: HashMap<String, usize> = members
            .iter()
            .enumerate()
            .rev()
            .map(|(place, member)| (member.repository.name.to_lowercase(), place))
            .collect();
        let mut services: Vec<ServiceEntry<'a>> = Vec::new();
        let mut starts = Vec::with_capacity(members.len() + 1);
        let mut homes: Vec<Vec<ServiceId>> = vec![Vec::new(); members.len()];
        for (declared_in, member) in members.iter().enumerate() {
            starts.push(services.len());
            for service in &member.repository.catalog.services {
                let id = ServiceId(services.len());
                let home = match &service.repository {
                    Some(said) => places.get(&said.text.to_lowercase()).copied(),
                    None => Some(declared_in),
                };
                if let Some(home) = home {
                    homes[home].push(id);
                }
                services.push(ServiceEntry {
                    service,
                    declared_in,
                    home,
                    tier: service.tier(),
                    is_deprecated: service.is_deprecated(),
                });
            }
        }
        starts.push(services.len());
        let territories = members.iter().zip(&homes).map(|(member, here)| {
            let here = here.iter().map(|&id| (id, services[id.0]));
            Territory::new(&member.repository.tree, here)
        });
        let territories = territories.collect();
        let all = members.iter().enumerate();
        let journeys = all.clone().flat_map(|(place, member)| {
            let journeys = member.repository.catalog.journeys.iter();
            journeys.map(move |journey| (place, journey))
        });
        let journeys = journeys.collect();
        let systems = all.flat_map(|(place, member)| {
            let systems = member.repository.catalog.systems.iter();
            systems.map(move |system| (place, system))
        });
        let systems: Vec<(usize, &System)> = systems.collect();
        let mut systems_of: HashMap<&EntityRef, Vec<usize>> = HashMap::new();
        for (place, (_, system)) in systems.iter().enumerate() {
            systems_of.entry(&system.entity).or_default().push(place);
        }
        let mut declared = services.iter().map(|entry| entry.service);
        let uses = (
            services.iter().any(|entry| entry.tier.is_some()),
            declared.any(|service| service.lifecycle.is_some()),
        );
        let team_homes = team_homes(&members, directory);
        let mut teams_at = vec![Vec::new(); members.len()];
        for (team, &home) in team_homes.iter().enumerate() {
            teams_at[home].push(team);
        }
        let nodes = members.iter().map(|member| {
            let file = member
                .repository
                .ownership_files
                .in_use
                .present()
                .into_iter();
            1 + file.map(|file| file.rules().len()).sum::<usize>()
        });
        let nodes = nodes.sum::<usize>()
            + directory.people().len()
            + directory.teams().len()
            + services.len();
        let mut unread = members.iter();
        let mut graph = Graph {
            directory,
            unread_catalog: unread.find_map(|it| it.repository.unread_catalog().next()),
            starts,
            housed: homes.iter().map(Vec::len).sum(),
            namesakes: Namesakes::new(&services),
            journeys,
            systems,
            systems_of,
            territories,
            uses,
            staffing: kinship::staffing(directory),
            teams_at,
            team_homes,
            teams_of: OnceLock::new(),
            circles: OnceLock::new(),
            deciding: Vec::with_capacity(services.len()),
            chains: Vec::with_capacity(services.len()),
            owned: OnceLock::new(),
            dependencies: Vec::with_capacity(services.len()),
            unresolved: Vec::with_capacity(services.len()),
            services,
            of_themselves: BTreeSet::new(),
            said_by_needed: BTreeMap::new(),
            line_approvals: members.iter().map(|_| OnceLock::new()).collect(),
            lines: members.iter().map(|_| Lines::default()).collect(),
            members,
            // Most nodes have an owner, belong somewhere, and are needed or decided over.
            graph: DiGraph::with_capacity(nodes, 3 * nodes),
            nodes: Places::default(),
            guarded: OnceLock::new(),
            approvals: Mutex::default(),
            parent_circles: OnceLock::new(),
        };
        graph.people_and_teams();
        graph.repositories();
        graph.services_and_systems(&homes);
        graph.hints();
        graph.journeys_and_documents();
        graph
    }

    fn enter(&mut self, node: Node) -> NodeIndex {
        match self.nodes.get(&node) {
            Some(index) => index,
            None => {
                let index = self.graph.add_node(node.clone());
                self.nodes.insert(node, index);
                index
            }
        }
    }

    pub(super) fn join(&mut self, from: Node, edge: Edge, to: Node) {
        let (from, to) = (self.enter(from), self.enter(to));
        self.graph.add_edge(from, to, edge);
    }

    fn people_and_teams(&mut self) {
        let actor = |party| Node::Actor(Actor::Party(party));
        for person in 0..self.directory.people().len() {
            self.enter(actor(Party::Person(person)));
        }
        for (place, team) in self.directory.teams().iter().enumerate() {
            let node = actor(Party::Team(place));
            self.enter(node.clone());
            for &member in &team.members {
                self.join(actor(Party::Person(member)), Edge::MemberOf, node.clone());
            }
            if let Some(parent) = team.parent {
                self.join(node, Edge::PartOf, actor(Party::Team(parent)));
            }
        }
    }

    /// Repositories and those of their ownership rules that decide over anything.
    fn repositories(&mut self) {
        for place in 0..self.members.len() {
            let member = self.members[place];
            let node = Node::Repository(place);
            self.enter(node.clone());
            let Some(file) = member.repository.ownership_files.in_use.present() else {
                continue;
            };
            self.lines[place].owners.reserve_exact(file.rules().len());
            // Lines that stand together mostly name the same owners, who are then looked up and kept once.
            let mut last: Option<(u32, LineOwners)> = None;
            for (line, rule) in file.rules().iter().enumerate() {
                if member.ownership.decided(line) == 0 {
                    self.lines[place].owners.push(LineOwners::default());
                    continue;
                }
                let same = last.filter(|(list, _)| *list == rule.owner_list());
                let owners = same.map_or_else(|| self.owners_of(rule), |(_, owners)| owners);
                last = Some((rule.owner_list(), Arc::clone(&owners)));
                let rule_node = Node::OwnershipRule(place, line);
                self.join(node.clone(), Edge::Holds, rule_node.clone());
                for actor in owners.iter().flatten() {
                    let actor = Node::Actor(actor.clone());
                    self.join(rule_node.clone(), Edge::OwnedBy, actor);
                }
                self.lines[place].owners.push(owners);
            }
        }
    }

    /// Services, by the repositories in which they live, and the systems beside them.
    fn services_and_systems(&mut self, homes: &[Vec<ServiceId>]) {
        for place in 0..self.services.len() {
            let id = ServiceId(place);
            let ServiceEntry { service, home, .. } = self.services[place];
            let node = Node::Service(id);
            self.enter(node.clone());
            if let Some(home) = home {
                self.join(Node::Repository(home), Edge::Holds, node.clone());
            }
            let deciding = self.count_deciding(id);
            for (&(line, _), home) in deciding.iter().zip(home.into_iter().cycle()) {
                let rule = Node::OwnershipRule(home, line);
                self.join(rule, Edge::DecidesOver, node.clone());
            }
            self.deciding.push(deciding);
            let chain = self.chain_of(id);
            for actor in &chain.actors {
                let actor = Node::Actor(actor.clone());
                self.join(node.clone(), Edge::OwnedBy, actor);
            }
            self.chains.push(chain);
            let system = |reference: &crate::facts::Reference| {
                let all = self.systems_of.get(reference.name.entity()?)?;
                all.first().copied()
            };
            let systems: Vec<usize> = service.part_of.iter().filter_map(system).collect();
            for system in systems {
                self.join(node.clone(), Edge::PartOf, Node::System(system));
            }
        }
        for (home, here) in homes.iter().enumerate().filter(|(_, it)| !it.is_empty()) {
            let here = here.iter().map(|&id| (id, &self.deciding[id.0][..]));
            self.lines[home].enter(here);
        }
        let all = (0..self.services.len()).map(ServiceId);
        // All that asks for the names in a descriptor, while these are at hand.
        for id in all.clone() {
            self.dependencies.push(self.named_dependencies(id));
            self.unresolved.push(self.look_up_unresolved(id));
            if self.service(id).service.refers_to_itself() {
                self.of_themselves.insert(id);
            }
        }
        for id in all {
            for needed in self.needed(id) {
                self.join(Node::Service(id), Edge::DependsOn, Node::Service(needed));
            }
            for (needing, said) in self.named_dependents(id) {
                // What both descriptors say is one edge, and so is what one says twice.
                let is_new = !self.said_by_needed.contains_key(&(needing, id));
                if is_new {
                    self.said_by_needed.insert((needing, id), said);
                }
                if is_new && !self.needed(needing).contains(&id) {
                    self.join(Node::Service(needing), Edge::DependsOn, Node::Service(id));
                }
            }
        }
        for place in 0..self.systems.len() {
            let (_, system) = self.systems[place];
            let node = Node::System(place);
            self.enter(node.clone());
            if let Some(owner) = &system.owner {
                let actor = Node::Actor(self.actor(&owner.name));
                self.join(node.clone(), Edge::OwnedBy, actor);
            }
            let of = system.part_of.iter().filter_map(|it| it.name.entity());
            let wholes: Vec<usize> = of
                .filter_map(|wanted| self.systems_of.get(wanted)?.first().copied())
                .collect();
            for whole in wholes {
                self.join(node.clone(), Edge::PartOf, Node::System(whole));
            }
        }
    }

    fn journeys_and_documents(&mut self) {
        for place in 0..self.journeys.len() {
            let (declared_in, journey) = self.journeys[place];
            let node = Node::Journey(place);
            self.enter(node.clone());
            if let Some(owner) = &journey.owner {
                let actor = Node::Actor(self.actor(&owner.name));
                self.join(node.clone(), Edge::OwnedBy, actor);
            }
            for step in &journey.steps {
                if let Some(service) = self.meant(declared_in, &step.name) {
                    self.join(node.clone(), Edge::Through, Node::Service(service));
                }
            }
        }
        for place in 0..self.members.len() {
            let repository = self.members[place].repository;
            for (file, document) in &repository.evidence.documents {
                if document.role == Role::Runbook {
                    self.enter(Node::Document(place, *file as usize));
                }
            }
        }
        self.alerts();
        for place in 0..self.services.len() {
            let ServiceEntry { service, home, .. } = self.services[place];
            let Some(home) = home else { continue };
            let tree = &self.members[home].repository.tree;
            let files: Vec<usize> = service
                .runbooks()
                .filter_map(|link| tree.find(link.url.trim_start_matches("./").as_bytes()))
                .collect();
            for file in files {
                let document = Node::Document(home, file);
                self.join(document, Edge::RunbookOf, Node::Service(ServiceId(place)));
            }
        }
    }
}

/// By what a roster says of a team: the repository that holds it.
pub(super) fn said_in(members: &[Member<'_>]) -> HashMap<*const Team, usize> {
    let rosters = members.iter().flat_map(|it| &it.repository.rosters);
    let mut homes = HashMap::with_capacity(rosters.map(|it| it.teams.len()).sum());
    for (place, member) in members.iter().enumerate() {
        let teams = member.repository.rosters.iter().flat_map(|it| &it.teams);
        homes.extend(teams.map(|team| (std::ptr::from_ref(team), place)));
    }
    homes
}

/// By team of the directory: the repository that holds what is said of it first.
fn team_homes(members: &[Member<'_>], directory: &Directory<'_>) -> Vec<usize> {
    let homes = said_in(members);
    let teams = directory.teams().iter();
    let home = |team: &Team| homes.get(&std::ptr::from_ref(team)).copied();
    teams
        .map(|team| home(team.said[0]).unwrap_or_default())
        .collect()
}

impl Graph<'_> {
    /// Alerts, the services among whose files they stand, and the runbooks that are called like them.
    fn alerts(&mut self) {
        for place in 0..self.members.len() {
            let repository = self.members[place].repository;
            let documents = repository.evidence.documents.iter();
            let runbooks = documents.filter(|(_, document)| document.role == Role::Runbook);
            let runbooks: HashMap<String, usize> = runbooks
                .map(|(file, _)| {
                    let path = String::from_utf8_lossy(repository.tree.path(*file as usize));
                    let name = path.rsplit('/').next().unwrap_or_default();
                    let stem = name.split('.').next().unwrap_or_default();
                    (stem.to_lowercase(), *file as usize)
                })
                .collect();
            for (number, (file, alert)) in repository.evidence.alerts.iter().enumerate() {
                let node = Node::Alert(place, number);
                self.join(Node::Repository(place), Edge::Holds, node.clone());
                let services = self.territories[place].services(*file as usize).to_vec();
                for service in services {
                    self.join(node.clone(), Edge::Watches, Node::Service(service));
                }
                if let Some(&runbook) = runbooks.get(&alert.alert.name.to_lowercase()) {
                    self.join(Node::Document(place, runbook), Edge::RunbookOf, node);
                }
            }
        }
    }
}
