//! Where nodes stand in the graph.

use std::collections::HashMap;

use petgraph::graph::NodeIndex;

use super::{Actor, Node};
use crate::identity::Party;

/// The places of nodes: by their numbers where they have some, since these are looked up all the time.
#[derive(Debug, Default)]
pub(super) struct Places {
    services: Vec<Option<NodeIndex>>,
    people: Vec<Option<NodeIndex>>,
    teams: Vec<Option<NodeIndex>>,
    /// By repository.
    rules: Vec<Vec<Option<NodeIndex>>>,
    others: HashMap<Node, NodeIndex>,
}

impl Places {
    /// Where a node stands, if it is there.
    pub(super) fn get(&self, node: &Node) -> Option<NodeIndex> {
        let place = match node {
            Node::Service(id) => self.services.get(id.0),
            Node::Actor(Actor::Party(Party::Person(person))) => self.people.get(*person),
            Node::Actor(Actor::Party(Party::Team(team))) => self.teams.get(*team),
            Node::OwnershipRule(repository, rule) => self.rules.get(*repository)?.get(*rule),
            _ => return self.others.get(node).copied(),
        };
        place.copied().flatten()
    }

    /// Enters a node that was not there.
    pub(super) fn insert(&mut self, node: Node, place: NodeIndex) {
        let (numbered, number) = match node {
            Node::Service(id) => (&mut self.services, id.0),
            Node::Actor(Actor::Party(Party::Person(person))) => (&mut self.people, person),
            Node::Actor(Actor::Party(Party::Team(team))) => (&mut self.teams, team),
            Node::OwnershipRule(repository, rule) => {
                if self.rules.len() <= repository {
                    self.rules.resize_with(repository + 1, Vec::new);
                }
                (&mut self.rules[repository], rule)
            }
            _ => {
                self.others.insert(node, place);
                return;
            }
        };
        if numbered.len() <= number {
            numbered.resize(number + 1, None);
        }
        numbered[number] = Some(place);
    }
}
