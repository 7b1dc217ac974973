//! The ownership graph over the facts of a whole workspace, and its questions as named methods.
//!
//! Nodes are repositories, ownership rules, services, journeys, systems, teams, people, documents and
//! alerts; paths are none. It is built once, from facts alone: it reads nothing, and cannot fail.

mod approval;
mod build;
mod chain;
mod circle;
mod contradiction;
mod dependency;
mod hints;
mod kinship;
mod lines;
mod namesakes;
mod places;
mod territory;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock};

use petgraph::graph::{DiGraph, NodeIndex};

use crate::facts::{EntityRef, Fault, Gap, Journey, Name, Reference, Repository, Service, System};
use crate::identity::{Directory, Party};
use crate::ownership::Ownership;

pub use approval::Approval;
pub use chain::{Break, By, Chain};
pub use circle::{TeamCircle, TeamLink};
pub use dependency::{Dependency, Unresolved};
pub use territory::{Contest, Territory};

/// A repository as the graph sees it.
#[derive(Clone, Copy, Debug)]
pub struct Member<'a> {
    /// What was read of it.
    pub repository: &'a Repository,
    /// Who decides over which of its files.
    pub ownership: &'a Ownership,
}

/// Everything that is, and how it hangs together.
#[derive(Debug)]
pub struct Graph<'a> {
    members: Vec<Member<'a>>,
    directory: &'a Directory<'a>,
    /// The first thing that is unavailable of what any repository declares.
    unread_catalog: Option<&'a Gap>,
    services: Vec<ServiceEntry<'a>>,
    /// By repository: where the services that it declares start; one more for the end.
    starts: Vec<usize>,
    /// How many services have a home.
    housed: usize,
    namesakes: namesakes::Namesakes<'a>,
    journeys: Vec<(usize, &'a Journey)>,
    systems: Vec<(usize, &'a System)>,
    systems_of: HashMap<&'a EntityRef, Vec<usize>>,
    /// By repository: which file belongs to which services.
    territories: Vec<Territory>,
    /// Whether any service has a tier, and whether any has a lifecycle.
    uses: (bool, bool),
    /// By team: what is known of its people and those of its parts.
    staffing: Vec<kinship::Staffing>,
    /// By team: the repository that is the first to declare it.
    team_homes: Vec<usize>,
    /// By repository: the teams that it is the first to declare, ascending.
    teams_at: Vec<Vec<usize>>,
    /// By person: their teams and all that these are parts of, ascending.
    teams_of: OnceLock<Vec<Box<[usize]>>>,
    circles: OnceLock<BTreeMap<ServiceId, Vec<TeamCircle>>>,
    /// By service: the lines that decide over its files, ascending, each with how many.
    deciding: Vec<Box<[(usize, usize)]>>,
    /// By service: who answers for it.
    chains: Vec<Chain<'a>>,
    /// By actor: the services that it answers for, ascending.
    owned: OnceLock<BTreeMap<Actor, Vec<ServiceId>>>,
    /// By service: what its descriptor says that it needs.
    dependencies: Vec<Vec<Dependency<'a>>>,
    /// By service: to what else its descriptor refers in vain.
    unresolved: Vec<Vec<Unresolved<'a>>>,
    /// Services whose descriptors refer to the services themselves.
    of_themselves: BTreeSet<ServiceId>,
    /// By the service in need and what it needs: where the descriptor of the latter says so.
    said_by_needed: BTreeMap<(ServiceId, ServiceId), &'a Reference>,
    graph: DiGraph<Node, Edge>,
    nodes: places::Places,
    /// Of which services of others an actor is indispensable.
    guarded: OnceLock<BTreeMap<Actor, Vec<ServiceId>>>,
    /// By owners: who can approve. Many rules name the same owners.
    approvals: Mutex<HashMap<LineOwners, Arc<Approval>>>,
    /// By repository: what its ownership rules say.
    lines: Vec<lines::Lines>,
    /// By repository, and by ownership rule: who can approve.
    line_approvals: OfEach<OfEach<Arc<Approval>>>,
    /// By repository: teams that its rosters make parts of themselves.
    parent_circles: OnceLock<BTreeMap<usize, Vec<Fault>>>,
}

/// What is worked out for each when it is first asked for.
type OfEach<T> = Box<[OnceLock<T>]>;

/// The owners of an ownership rule, in their order; none for one that is no name at all.
type LineOwners = Arc<[Option<Actor>]>;

/// A service of the workspace, by its place in [`Graph::services`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServiceId(pub usize);

/// A service with where it is declared, and where it lives.
#[derive(Clone, Copy, Debug)]
pub struct ServiceEntry<'a> {
    /// What is declared.
    pub service: &'a Service,
    /// The repository that declares it.
    pub declared_in: usize,
    /// The repository that holds its files, if one of the workspace does.
    pub home: Option<usize>,
    /// How critical it is, from 1 (most), where its descriptor says so. It stands here too, since much asks
    /// for those of other services, and what is declared lies far apart.
    pub tier: Option<u8>,
    /// Whether it is said to end, or to have ended; as the tier.
    pub is_deprecated: bool,
}

/// Somebody who owns or approves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A team or a person that a roster has.
    Party(Party),
    /// One that no roster has.
    Unlisted(Name),
}

impl Actor {
    /// Whether it is a team: a party of several people, as far as its name tells.
    pub fn is_team(&self) -> bool {
        match self {
            Actor::Party(party) => matches!(party, Party::Team(_)),
            Actor::Unlisted(Name::Team(_)) => true,
            Actor::Unlisted(Name::Entity(entity)) => entity.kind == "group",
            Actor::Unlisted(_) => false,
        }
    }
}

/// What the graph is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// The repository at this place.
    Repository(usize),
    /// An ownership rule that decides over files, by repository and place.
    OwnershipRule(usize, usize),
    /// A service.
    Service(ServiceId),
    /// The journey at this place of [`Graph::journeys`].
    Journey(usize),
    /// The system at this place of [`Graph::systems`].
    System(usize),
    /// A team or a person.
    Actor(Actor),
    /// A runbook, by repository and the file's place in its tree.
    Document(usize, usize),
    /// An alert, by repository and its place among the alerts of the evidence.
    Alert(usize, usize),
}

/// How two nodes hang together, from the first to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edge {
    /// A repository holds a service or an ownership rule.
    Holds,
    /// A service, journey, system or ownership rule is owned by an actor.
    OwnedBy,
    /// An ownership rule decides over files of a service.
    DecidesOver,
    /// A person is a member of a team.
    MemberOf,
    /// A team, service or system is a part of another one.
    PartOf,
    /// A service needs another one.
    DependsOn,
    /// A service may need another one: a compose file starts that first.
    MayDependOn,
    /// A journey goes through a service.
    Through,
    /// A document says what to do when a service fails, or an alert fires.
    RunbookOf,
    /// An alert stands among the files of a service.
    Watches,
}

impl Edge {
    /// What the edge is called in output.
    pub fn name(self) -> &'static str {
        match self {
            Edge::Holds => "holds",
            Edge::OwnedBy => "owned-by",
            Edge::DecidesOver => "decides-over",
            Edge::MemberOf => "member-of",
            Edge::PartOf => "part-of",
            Edge::DependsOn => "depends-on",
            Edge::MayDependOn => "may-depend-on",
            Edge::Through => "through",
            Edge::RunbookOf => "runbook-of",
            Edge::Watches => "watches",
        }
    }
}

impl<'a> Graph<'a> {
    /// The repositories, in the order in which they were given.
    pub fn members(&self) -> &[Member<'a>] {
        &self.members
    }

    /// The first thing that is unavailable of what any repository declares, so that there may be other services,
    /// teams and people.
    pub fn unread_catalog(&self) -> Option<&'a Gap> {
        self.unread_catalog
    }

    /// Who is who.
    pub fn directory(&self) -> &'a Directory<'a> {
        self.directory
    }

    /// Every service.
    pub fn services(&self) -> impl ExactSizeIterator<Item = (ServiceId, ServiceEntry<'a>)> + '_ {
        let services = self.services.iter().enumerate();
        services.map(|(place, &entry)| (ServiceId(place), entry))
    }

    /// The services that somebody means by a name or a full name, in any case.
    pub fn services_called(&self, text: &str) -> Vec<ServiceId> {
        let lower = text.to_lowercase();
        let called = self.services().filter(|(_, entry)| {
            let service = entry.service;
            service.name.to_lowercase() == lower || service.entity.to_string() == lower
        });
        called.map(|(id, _)| id).collect()
    }

    /// A service.
    pub fn service(&self, id: ServiceId) -> ServiceEntry<'a> {
        self.services[id.0]
    }

    /// The services that the repository at this place declares.
    pub fn declared_in(&self, repository: usize) -> impl Iterator<Item = ServiceId> + use<> {
        self.declared_range(repository).map(ServiceId)
    }

    /// The places of the services that the repository at this place declares: they stand side by side.
    pub fn declared_range(&self, repository: usize) -> Range<usize> {
        self.starts[repository]..self.starts[repository + 1]
    }

    /// How many services live in a repository of the workspace.
    pub fn housed(&self) -> usize {
        self.housed
    }

    /// The services of this entity: none, one, or several that claim one name.
    pub fn services_of(&self, entity: &EntityRef) -> &[ServiceId] {
        self.namesakes.called(entity)
    }

    /// Whether any service has a tier, so that one without is an omission.
    pub fn uses_tiers(&self) -> bool {
        self.uses.0
    }

    /// Whether any service has a lifecycle, so that one without is an omission.
    pub fn uses_lifecycles(&self) -> bool {
        self.uses.1
    }

    /// The repository that is the first to declare a team.
    pub fn home_of_team(&self, team: usize) -> usize {
        self.team_homes[team]
    }

    /// The teams that the repository at this place, or its policy, is the first to declare, by their
    /// places in the directory, ascending.
    pub fn teams_at(&self, repository: usize) -> &[usize] {
        &self.teams_at[repository]
    }

    /// Every journey, with the repository that declares it.
    pub fn journeys(&self) -> &[(usize, &'a Journey)] {
        &self.journeys
    }

    /// Every system and domain, with the repository that declares it.
    pub fn systems(&self) -> &[(usize, &'a System)] {
        &self.systems
    }

    /// Which files of the repository at this place belong to which services.
    pub fn territory(&self, repository: usize) -> &Territory {
        &self.territories[repository]
    }

    /// The files of a service, by their places in the tree of its home, ascending.
    pub fn files(&self, id: ServiceId) -> &[u32] {
        let home = self.services[id.0].home;
        home.map_or(&[], |home| self.territories[home].files(id))
    }

    /// The nodes and edges themselves, for whoever draws them.
    pub fn petgraph(&self) -> &DiGraph<Node, Edge> {
        &self.graph
    }

    /// Where a node stands, if it is there.
    pub fn node(&self, node: &Node) -> Option<NodeIndex> {
        self.nodes.get(node)
    }

    /// Who has this name.
    pub fn actor(&self, name: &Name) -> Actor {
        match self.directory.party(name) {
            Some(party) => Actor::Party(party),
            None => Actor::Unlisted(self.directory.canonical(name)),
        }
    }

    /// What people call an actor.
    pub fn actor_label(&self, actor: &Actor) -> String {
        self.label_of(actor).into_owned()
    }

    fn label_of(&self, actor: &Actor) -> Cow<'a, str> {
        match actor {
            Actor::Party(party) => self.directory.label(*party).into(),
            Actor::Unlisted(name) => name.to_string().into(),
        }
    }

    /// What an edge of this kind leads to from a node, in the order of nodes.
    fn targets(&self, from: &Node, edge: Edge) -> Vec<&Node> {
        let Some(from) = self.node(from) else {
            return Vec::new();
        };
        let edges = self.graph.edges(from);
        let edges = edges.filter(|it| *it.weight() == edge);
        let mut targets: Vec<&Node> = edges
            .map(|it| &self.graph[petgraph::visit::EdgeRef::target(&it)])
            .collect();
        targets.sort();
        targets
    }

    /// The services over whose files an ownership rule decides, ascending.
    pub fn decided_services(&self, repository: usize, rule: usize) -> &[ServiceId] {
        self.lines[repository].services(rule)
    }

    /// The owners of an ownership rule, in their order, if it decides over files: each of them none if it
    /// is no name at all.
    pub fn line_owners(&self, repository: usize, rule: usize) -> Option<&[Option<Actor>]> {
        let is_of_it = self.members[repository].ownership.decided(rule) > 0;
        let owners = self.lines[repository].owners.get(rule)?;
        is_of_it.then_some(owners)
    }

    /// The services that an actor answers for, by the descriptors or else by the ownership file; ascending.
    pub fn owned_by(&self, actor: &Actor) -> &[ServiceId] {
        let owned = self.owned.get_or_init(|| {
            let mut owned: BTreeMap<Actor, Vec<ServiceId>> = BTreeMap::new();
            for (place, chain) in self.chains.iter().enumerate() {
                for actor in &chain.actors {
                    let services = owned.entry(actor.clone()).or_default();
                    // One line may name an owner twice.
                    if services.last() != Some(&ServiceId(place)) {
                        services.push(ServiceId(place));
                    }
                }
            }
            owned
        });
        owned.get(actor).map_or(&[], Vec::as_slice)
    }
}
