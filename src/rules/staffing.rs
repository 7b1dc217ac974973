//! What the rules on teams have in common: how many members there are, and whether they own anything.

use crate::facts::{Gap, GapKind};
use crate::graph::{Actor, Edge, Node};
use crate::identity::Party;
use crate::rules::{Verdict, View};

/// How many members a team itself has; the verdict where that cannot be known, or where the team only
/// consists of others.
pub(super) fn members(team: usize, view: &View<'_>) -> Result<usize, Verdict> {
    let record = &view.directory.teams()[team];
    if record.members.is_empty() && record.has_parts {
        return Err(Verdict::NotApplicable);
    }
    match record.complete {
        true => Ok(record.members.len()),
        false => Err(Verdict::Skip(unverifiable(&record.label))),
    }
}

/// Who is in a team is not known.
pub(super) fn unverifiable(label: &str) -> Gap {
    let organization = label.trim_start_matches('@').split('/').next();
    let reason = "no roster says completely who is in the teams";
    let remedy = format!(
        "let a roster cover the organization: `covers = [\"@{}\"]`",
        organization.unwrap_or_default()
    );
    Gap::new(GapKind::Unverifiable, reason).remedy(remedy)
}

/// Whether anything is owned by a team: a service, a journey, or a line that decides over files.
pub(super) fn owns_anything(team: usize, view: &View<'_>) -> bool {
    let node = Node::Actor(Actor::Party(Party::Team(team)));
    view.graph.node(&node).is_some_and(|node| {
        let graph = view.graph.petgraph();
        let mut edges = graph.edges_directed(node, petgraph::Direction::Incoming);
        edges.any(|edge| *edge.weight() == Edge::OwnedBy)
    })
}
