//! What may need what, as files beside the descriptors hint. No rule goes by it: what a compose file starts
//! first on one machine is not always needed where it runs.

use super::{Edge, Graph, Node, ServiceId};
use crate::text::RepoPath;

impl Graph<'_> {
    /// Joins the services between which there are hints and no descriptor says more.
    pub(super) fn hints(&mut self) {
        for place in 0..self.members.len() {
            for hint in &self.members[place].repository.catalog.hints {
                let ends = (&hint.from, &hint.to);
                let ends = (self.at(place, ends.0), self.at(place, ends.1));
                if let (Some(from), Some(to)) = ends
                    && from != to
                    && !self.are_joined(from, to)
                {
                    self.join(Node::Service(from), Edge::MayDependOn, Node::Service(to));
                }
            }
        }
    }

    /// The one service that a folder of the repository at this place belongs to.
    fn at(&self, repository: usize, folder: &RepoPath) -> Option<ServiceId> {
        let tree = &self.members[repository].repository.tree;
        let first = tree.below(folder).next()?;
        match self.territory(repository).services(first) {
            &[service] => Some(service),
            _ => None,
        }
    }

    fn are_joined(&self, from: ServiceId, to: ServiceId) -> bool {
        let nodes = (
            self.node(&Node::Service(from)),
            self.node(&Node::Service(to)),
        );
        let (Some(from), Some(to)) = nodes else {
            return false;
        };
        let mut edges = self.petgraph().edges_connecting(from, to);
        edges.any(|edge| matches!(edge.weight(), Edge::DependsOn | Edge::MayDependOn))
    }
}
