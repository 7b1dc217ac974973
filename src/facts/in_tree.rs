//! Documents as they stand in a tree: with their role, and where their links lead.

use std::sync::Arc;

use super::{FileEvidence, Link};
use crate::text::RepoPath;

/// A document at its place in the tree.
#[derive(Debug)]
pub struct DocumentInTree {
    /// What it is there for.
    pub role: Role,
    /// Whether a generator makes a site of it, with its own idea of paths.
    pub in_site: bool,
    /// What it says.
    pub content: Arc<FileEvidence>,
    /// Where its links lead, in their order.
    pub targets: Vec<LinkTarget>,
}

impl DocumentInTree {
    /// Its links, each with where it leads.
    pub fn links(&self) -> impl Iterator<Item = (&Link, &LinkTarget)> {
        let links = self
            .content
            .document
            .iter()
            .flat_map(|document| &document.links);
        links.zip(&self.targets)
    }
}

/// What a document is there for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// README, CONTRIBUTING or SECURITY.
    Overview,
    /// A runbook, by its folder.
    Runbook,
    /// For newcomers, by its name: onboarding, getting-started, development.
    Onboarding,
    /// Named under `[documents] links` of the policy.
    Named,
    /// Only read because a link names a heading of it.
    Target,
}

impl LinkTarget {
    /// The URL of another host to which a link leads, without its fragment, if it does.
    pub fn external<'l>(&self, link: &'l Link) -> Option<&'l str> {
        let url = link.target.as_str();
        let starts = |scheme: &str| {
            let start = url.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        let is_url = starts("https://") || starts("http://");
        let url = url.split('#').next()?;
        (*self == LinkTarget::Unjudged && is_url).then_some(url)
    }
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkTarget {
    /// To what the tree has.
    Found,
    /// To a file or folder that the tree lacks.
    Missing {
        /// The path that it leads to.
        path: RepoPath,
        /// What was probably meant.
        nearest: Option<RepoPath>,
    },
    /// To a document of the tree, and to a heading that it lacks.
    MissingAnchor {
        /// The anchor, without `#`.
        anchor: String,
        /// What was probably meant.
        nearest: Option<String>,
    },
    /// To a path of a site that publishes the documents, and that is none of the tree: links of several
    /// documents start so.
    SitePath {
        /// Whether no link before it in the tree does.
        is_first: bool,
    },
    /// To another host, out of the repository, through a template, or where else the tree cannot tell.
    Unjudged,
}
