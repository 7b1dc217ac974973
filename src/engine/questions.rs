//! Questions about a workspace that are not lint: which services there are, and how everything hangs
//! together.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::PathBuf;

use super::member::{Member, Wanted};
use super::workspace::Workspace;
use super::{Error, directory, missing};
use crate::answers::{
    CandidateService, DeclaredService, EdgeAnswer, Fact, GraphAnswer, NodeAnswer, ServicesAnswer,
};
use crate::facts::{EntityRef, Format, Location, Name};
use crate::graph::{Actor, By, Graph, Node, ServiceId};
use crate::identity::Party;
use crate::rules::Need;
use petgraph::visit::EdgeRef;

/// What is asked about a workspace.
#[derive(Clone, Debug, Default)]
pub struct QuestionRequest {
    /// A repository, or a folder of repositories.
    pub target: PathBuf,
    /// The policy to read by instead of the target's own.
    pub policy: Option<PathBuf>,
    /// Of the graph: only what is near these: names of services, owners, or entities.
    pub focus: Vec<String>,
    /// How near: this many edges away at most.
    pub depth: usize,
}

/// The services of a repository, or of all repositories below a folder.
///
/// # Errors
/// As [`check`](super::check).
pub fn services(request: &QuestionRequest) -> Result<ServicesAnswer, Error> {
    let workspace = read(request)?;
    let directory = directory(&workspace.members);
    let graph = &graph_of(&workspace, &directory);
    let mut declared: Vec<DeclaredService> = graph
        .services()
        .map(|(id, entry)| {
            let service = entry.service;
            let chain = graph.chain(id);
            let actors = chain.actors.iter();
            let needed = graph.dependencies(id).iter();
            let needed = needed.map(|it| graph.service(it.service).service.name.clone());
            DeclaredService {
                name: service.name.clone(),
                kind: service.kind.clone(),
                tier: service.tier(),
                lifecycle: service.lifecycle.as_ref().map(|said| said.text.clone()),
                owners: actors.map(|actor| graph.actor_label(actor)).collect(),
                owner_is_declared: matches!(chain.by, By::Descriptor(_)),
                files: graph.files(id).len(),
                depends_on: needed.collect(),
                repository: workspace.paths[entry.home.unwrap_or(entry.declared_in)].clone(),
                location: match (service.format, &service.folder) {
                    (Format::Root, Some(folder)) => Location::file(folder.clone(), ""),
                    _ => service.location.clone(),
                },
            }
        })
        .collect();
    declared.sort_by(|a, b| {
        let key = |it: &DeclaredService| {
            let tier = it.tier.unwrap_or(u8::MAX);
            (tier, it.name.clone(), it.repository.clone())
        };
        key(a).cmp(&key(b))
    });
    let members = workspace.members.iter().zip(&workspace.paths);
    let candidates = members.clone().enumerate();
    let candidates = candidates.flat_map(|(place, (member, path))| {
        let candidates = member.repository.catalog.candidates.iter();
        let candidates = candidates.filter(move |it| !graph.is_declared(place, it));
        candidates.map(move |candidate| CandidateService {
            name: candidate.name.clone(),
            folder: candidate.folder.to_string_lossy().into_owned(),
            repository: path.clone(),
            evidence: candidate.evidence.clone(),
        })
    });
    let candidates = candidates.collect();
    let repositories = members.filter(|(member, _)| !member.repository.is_organization);
    let repositories = repositories.count();
    let gaps = missing::of_workspace("services", &[Need::Tree, Need::Catalog], &workspace)?;
    Ok(ServicesAnswer {
        name: workspace.name,
        declared,
        candidates,
        repositories,
        gaps,
    })
}

/// The ownership graph, or what is near some of its nodes.
///
/// # Errors
/// As [`check`](super::check); and a focus that names nothing.
pub fn graph(request: &QuestionRequest) -> Result<GraphAnswer, Error> {
    let workspace = read(request)?;
    let directory = directory(&workspace.members);
    let graph = graph_of(&workspace, &directory);
    let petgraph = graph.petgraph();
    let near = match request.focus.is_empty() {
        true => petgraph.node_indices().collect(),
        false => {
            let mut found = Vec::new();
            for focus in &request.focus {
                let nodes = focused(&graph, focus);
                if nodes.is_empty() {
                    return Err(unknown(&graph, focus));
                }
                found.extend(nodes);
            }
            near(&graph, &found, request.depth)
        }
    };
    let mut nodes: Vec<_> = near
        .iter()
        .map(|&index| (index, describe(&graph, &workspace, &petgraph[index])))
        .collect();
    nodes.sort_by(|(_, a), (_, b)| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    number_namesakes(&mut nodes);
    let places = nodes.iter().enumerate();
    let places: BTreeMap<_, usize> = places.map(|(place, (index, _))| (*index, place)).collect();
    let edges = petgraph.edge_references().filter_map(|edge| {
        Some(EdgeAnswer {
            from: *places.get(&edge.source())?,
            to: *places.get(&edge.target())?,
            kind: edge.weight().name(),
        })
    });
    let edges: BTreeSet<EdgeAnswer> = edges.collect();
    Ok(GraphAnswer {
        nodes: nodes.into_iter().map(|(_, node)| node).collect(),
        edges: edges.into_iter().collect(),
        gaps: missing::of_workspace("graph", &[Need::Tree, Need::Catalog], &workspace)?,
    })
}

/// Makes identifiers unique that several nodes share, such as those of two services of one name: the
/// second becomes `…#2`. Nodes of one identifier stand side by side.
fn number_namesakes(nodes: &mut [(petgraph::graph::NodeIndex, NodeAnswer)]) {
    let mut last: Option<(String, usize)> = None;
    for (_, node) in nodes {
        match &mut last {
            Some((id, times)) if *id == node.id => {
                *times += 1;
                node.id = format!("{id}#{times}");
            }
            _ => last = Some((node.id.clone(), 1)),
        }
    }
}

/// Reads what the graph is made of, whatever the policy asks for.
fn read(request: &QuestionRequest) -> Result<Workspace, Error> {
    let wanted = Wanted::Facts(&[Need::Tree, Need::Catalog, Need::Documents, Need::Alerts]);
    Workspace::of(
        &request.target,
        request.policy.as_deref(),
        wanted,
        None,
        false,
    )
}

fn graph_of<'w>(
    workspace: &'w Workspace,
    directory: &'w crate::identity::Directory<'w>,
) -> Graph<'w> {
    let members = workspace.members.iter().map(Member::in_graph);
    Graph::new(members.collect(), directory)
}

/// The nodes that somebody means by a name.
fn focused(graph: &Graph<'_>, focus: &str) -> Vec<petgraph::graph::NodeIndex> {
    let namespace = EntityRef::DEFAULT_NAMESPACE;
    let lower = focus.to_lowercase();
    let called = graph.services_called(focus).into_iter();
    let mut nodes: Vec<Node> = called.map(Node::Service).collect();
    for kind in ["component", "api", "resource"] {
        let entity = EntityRef::parse(focus, kind, namespace);
        let found = entity.iter().flat_map(|entity| graph.services_of(entity));
        nodes.extend(found.map(|&id| Node::Service(id)));
    }
    let journeys = graph.journeys().iter().enumerate();
    let journeys = journeys.filter(|(_, (_, it))| it.name.to_lowercase() == lower);
    nodes.extend(journeys.map(|(place, _)| Node::Journey(place)));
    let systems = graph.systems().iter().enumerate();
    let systems = systems
        .filter(|(_, (_, it))| it.name.to_lowercase() == lower || it.entity.to_string() == lower);
    nodes.extend(systems.map(|(place, _)| Node::System(place)));
    let members = graph.members().iter().enumerate();
    let members = members.filter(|(_, it)| it.repository.name.to_lowercase() == lower);
    nodes.extend(members.map(|(place, _)| Node::Repository(place)));
    if let Some(name) = Name::of_owner(focus, namespace) {
        nodes.push(Node::Actor(graph.actor(&name)));
    }
    let nodes: BTreeSet<Node> = nodes.into_iter().collect();
    nodes.iter().filter_map(|node| graph.node(node)).collect()
}

fn unknown(graph: &Graph<'_>, focus: &str) -> Error {
    let services = graph
        .services()
        .map(|(_, entry)| entry.service.name.as_str());
    let journeys = graph.journeys().iter().map(|(_, it)| it.name.as_str());
    let systems = graph.systems().iter().map(|(_, it)| it.name.as_str());
    let members = graph.members().iter().map(|it| it.repository.name.as_str());
    let handles = graph.directory().handles();
    let known = services.chain(journeys).chain(systems).chain(members);
    let known = known.chain(handles.iter().map(String::as_str));
    let meant = crate::text::did_you_mean(focus, known);
    Error::Usage {
        message: format!("nothing in the graph is called `{focus}`"),
        help: match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                "`bailiwick services` lists services, `bailiwick owners --summary` owners".into()
            }
        },
    }
}

/// What is at most so many edges away, whatever their direction.
fn near(
    graph: &Graph<'_>,
    from: &[petgraph::graph::NodeIndex],
    depth: usize,
) -> BTreeSet<petgraph::graph::NodeIndex> {
    let mut near: BTreeSet<_> = from.iter().copied().collect();
    let mut left: VecDeque<_> = from.iter().map(|&index| (index, 0)).collect();
    while let Some((index, distance)) = left.pop_front() {
        // A repository holds everything that is in it, near or not.
        let is_holder = matches!(graph.petgraph()[index], Node::Repository(_));
        if distance == depth || is_holder && distance > 0 {
            continue;
        }
        for next in graph.petgraph().neighbors_undirected(index) {
            if near.insert(next) {
                left.push_back((next, distance + 1));
            }
        }
    }
    near
}

fn describe(graph: &Graph<'_>, workspace: &Workspace, node: &Node) -> NodeAnswer {
    let answer = |id: String, kind, label: String, facts| NodeAnswer {
        id,
        kind,
        label,
        facts,
    };
    let text = |text: &str| Fact::Text(text.to_owned());
    match node {
        &Node::Repository(place) => {
            let repository = graph.members()[place].repository;
            let facts = BTreeMap::from([
                ("path", text(&workspace.paths[place])),
                ("files", Fact::Number(repository.tree.len() as u64)),
                (
                    "owned",
                    Fact::Number(graph.members()[place].ownership.owned() as u64),
                ),
            ]);
            let path = &workspace.paths[place];
            let id = format!("repository:{path}");
            answer(id, "repository", repository.name.clone(), facts)
        }
        &Node::OwnershipRule(place, line) => {
            let member = graph.members()[place];
            let file = member.repository.ownership_files.in_use.present();
            let rule = file.map(|file| &file.rules()[line]);
            let pattern = rule.map_or_else(String::new, |rule| rule.pattern_text().into_owned());
            let number = rule.map_or(0, |rule| u64::from(rule.line()));
            let owners = rule.map_or(Vec::new(), |rule| rule.owner_names().collect());
            let facts = BTreeMap::from([
                ("line", Fact::Number(number)),
                ("files", Fact::Number(member.ownership.decided(line) as u64)),
                ("owners", Fact::List(owners)),
                ("repository", text(&workspace.paths[place])),
            ]);
            let id = format!("ownership-rule:{}:{number}", workspace.paths[place]);
            answer(id, "ownership-rule", pattern, facts)
        }
        &Node::Service(id) => service(graph, workspace, id),
        &Node::Journey(place) => {
            let (declared_in, journey) = graph.journeys()[place];
            let steps = journey.steps.iter().map(|step| step.text.clone());
            let mut facts = BTreeMap::from([
                ("steps", Fact::List(steps.collect())),
                ("repository", text(&workspace.paths[declared_in])),
            ]);
            facts.extend(journey.owner.as_ref().map(|it| ("owner", text(&it.text))));
            facts.extend(journey.lead.as_ref().map(|it| ("lead", text(&it.text))));
            answer(
                format!("journey:{}", journey.name),
                "journey",
                journey.name.clone(),
                facts,
            )
        }
        &Node::System(place) => {
            let (_, system) = graph.systems()[place];
            let owner = system.owner.as_ref().map(|it| ("owner", text(&it.text)));
            let facts = owner.into_iter().collect();
            answer(
                system.entity.to_string(),
                "system",
                system.name.clone(),
                facts,
            )
        }
        Node::Actor(actor) => {
            let label = graph.actor_label(actor);
            let mut facts =
                BTreeMap::from([("listed", Fact::Flag(matches!(actor, Actor::Party(_))))]);
            if let Actor::Party(Party::Team(team)) = actor {
                let record = &graph.directory().teams()[*team];
                let members = record.members.iter();
                let members = members.map(|&it| graph.directory().people()[it].label.clone());
                facts.insert("members", Fact::List(members.collect()));
                facts.insert("complete", Fact::Flag(record.complete));
                facts.extend(record.name().map(|name| ("name", text(name))));
                facts.extend(record.lead().map(|lead| ("lead", text(&lead.text))));
            }
            let kind = if actor.is_team() { "team" } else { "person" };
            answer(format!("{kind}:{label}"), kind, label, facts)
        }
        &Node::Alert(place, number) => {
            let repository = graph.members()[place].repository;
            let (file, alert) = &repository.evidence.alerts[number];
            let file = String::from_utf8_lossy(repository.tree.path(*file as usize)).into_owned();
            let mut facts = BTreeMap::from([
                ("file", Fact::Text(file)),
                ("repository", text(&workspace.paths[place])),
            ]);
            let severity = alert.alert.label("severity");
            facts.extend(severity.map(|severity| ("severity", text(severity))));
            let name = &alert.alert.name;
            let id = format!("alert:{}:{number}:{name}", workspace.paths[place]);
            answer(id, "alert", name.clone(), facts)
        }
        &Node::Document(place, file) => {
            let path = graph.members()[place].repository.tree.path(file);
            let path = String::from_utf8_lossy(path).into_owned();
            let facts = BTreeMap::from([("repository", text(&workspace.paths[place]))]);
            let id = format!("document:{}:{path}", workspace.paths[place]);
            answer(id, "document", path, facts)
        }
    }
}

fn service(graph: &Graph<'_>, workspace: &Workspace, id: ServiceId) -> NodeAnswer {
    let entry = graph.service(id);
    let service = entry.service;
    let text = |text: &str| Fact::Text(text.to_owned());
    let owners = graph.chain(id).actors.iter();
    let owners = owners.map(|actor| graph.actor_label(actor));
    let links = service.links.iter();
    let links = links.map(|link| match &link.kind {
        Some(kind) => format!("{kind} {}", link.url),
        None => link.url.clone(),
    });
    let home = entry.home.unwrap_or(entry.declared_in);
    let mut facts = BTreeMap::from([
        ("kind", text(&service.kind)),
        ("runs", Fact::Flag(service.runs)),
        ("owners", Fact::List(owners.collect())),
        ("tags", Fact::List(service.tags.clone())),
        ("links", Fact::List(links.collect())),
        ("annotations", Fact::Map(service.annotations.clone())),
        ("files", Fact::Number(graph.files(id).len() as u64)),
        ("repository", text(&workspace.paths[home])),
    ]);
    facts.extend(
        service
            .tier()
            .map(|tier| ("tier", Fact::Number(tier.into()))),
    );
    let lifecycle = service.lifecycle.as_ref();
    facts.extend(lifecycle.map(|said| ("lifecycle", text(&said.text))));
    facts.extend(service.title.as_ref().map(|title| ("title", text(title))));
    NodeAnswer {
        id: format!("service:{}:{}", workspace.paths[home], service.entity),
        kind: "service",
        label: service.name.clone(),
        facts,
    }
}
