//! Alerts, as rule files for Prometheus and rulers alike declare them.

use std::sync::Arc;

use super::LinkTarget;
use crate::text::Excerpt;

/// An alert of a rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name, clipped.
    pub name: String,
    /// The name of its group, clipped; empty if the group has none.
    pub group: String,
    /// Its labels as written, in order: `severity`, `team`, …
    pub labels: Vec<(Arc<str>, Arc<str>)>,
    /// Its annotations, in order: `runbook_url`, `summary`, …
    pub annotations: Vec<Annotation>,
    /// The line, with its name marked; of an alert within a `ConfigMap`, the key of that entry.
    pub excerpt: Excerpt,
}

impl Alert {
    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&str> {
        let found = self.labels.iter().find(|(label, _)| **label == *name);
        found.map(|(_, value)| &**value)
    }
}

/// An annotation of an alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// Its name.
    pub name: Arc<str>,
    /// What it says, templates included; empty where it says nothing.
    pub value: Arc<str>,
    /// The line, with the value marked; of an alert within a `ConfigMap`, the key of that entry.
    pub excerpt: Excerpt,
}

/// Why alerts of a file are not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnreadAlerts {
    /// The file, or what stands in place of labels and annotations, is a template that some program fills
    /// in before it is YAML.
    Template,
    /// A document is not YAML: the line, from 1, and what is wrong with it.
    Invalid(u32, String),
    /// There are more than are kept: this many are.
    TooMany(usize),
}

/// An alert at its place in the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertInTree {
    /// What it says.
    pub alert: Arc<Alert>,
    /// Where its annotations lead, in their order.
    pub targets: Vec<LinkTarget>,
}

impl AlertInTree {
    /// Its annotations, each with where it leads.
    pub fn annotations(&self) -> impl Iterator<Item = (&Annotation, &LinkTarget)> {
        self.alert.annotations.iter().zip(&self.targets)
    }
}
