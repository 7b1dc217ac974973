//! The ownership graph, or a part of it, as plain nodes and edges. Its JSON is the view of subjects that
//! rules without code will read: a key that is there keeps its meaning.

use std::collections::BTreeMap;

use crate::facts::Gap;

/// Nodes and edges, sorted.
#[derive(Debug, Default)]
pub struct GraphAnswer {
    /// Sorted by kind, then identifier.
    pub nodes: Vec<NodeAnswer>,
    /// By the places of their nodes, sorted.
    pub edges: Vec<EdgeAnswer>,
    /// Repositories and folders that could not be read.
    pub gaps: Vec<Gap>,
}

/// A node.
#[derive(Clone, Debug)]
pub struct NodeAnswer {
    /// The same in every run, and no other node's: `service:shop:component:default/payments`,
    /// `team:@acme/core`.
    pub id: String,
    /// `repository`, `ownership-rule`, `service`, `journey`, `system`, `team`, `person`, `document` or `alert`.
    pub kind: &'static str,
    /// What people call it.
    pub label: String,
    /// What else is known of it.
    pub facts: BTreeMap<&'static str, Fact>,
}

/// Something that is known of a node.
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A text.
    Text(String),
    /// A number.
    Number(u64),
    /// Whether something is so.
    Flag(bool),
    /// Texts, in the order of their source.
    List(Vec<String>),
    /// Keys and values.
    Map(BTreeMap<String, String>),
}

/// An edge, from the first node to the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct EdgeAnswer {
    /// The place of the node that it comes from.
    pub from: usize,
    /// The place of the node that it leads to.
    pub to: usize,
    /// What it is: `owned-by`, `depends-on`, …
    pub kind: &'static str,
}
