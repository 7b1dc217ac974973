//! Where a team tells newcomers how to start: the documents of the repositories that hold its services.

use std::collections::BTreeSet;

use crate::facts::{DocumentInTree, Heading, SectionBody};
use crate::graph::Actor;
use crate::identity::Party;
use crate::rules::View;

/// The repositories that hold services of a team, by place.
pub(super) fn homes(team: usize, view: &View<'_>) -> BTreeSet<usize> {
    let owned = view
        .graph
        .owned_by(&Actor::Party(Party::Team(team)))
        .into_iter();
    owned.filter_map(|id| view.graph.service(id).home).collect()
}

/// The names of documents that are there for newcomers, in lower case and without extension.
const NAMES: [&str; 6] = [
    "contributing",
    "onboarding",
    "getting-started",
    "getting_started",
    "development",
    "developing",
];

/// Whether a file is there for newcomers, by its name.
pub(super) fn is_for_newcomers(path: &[u8]) -> bool {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    let name = String::from_utf8_lossy(name).to_lowercase();
    let is_text = [".md", ".markdown", ".rst", ".adoc", ".txt"];
    let is_text = is_text.iter().any(|end| name.ends_with(end)) || !name.contains('.');
    is_text && NAMES.iter().any(|start| name.starts_with(start))
}

/// A section that newcomers look for, with words in headings that mean it.
pub(super) struct Section {
    pub(super) name: &'static str,
    words: &'static [&'static str],
}

/// What newcomers have to find.
pub(super) const SECTIONS: [Section; 4] = [
    Section {
        name: "setup",
        words: &[
            "setup",
            "set",
            "install",
            "installing",
            "installation",
            "started",
            "start",
            "starting",
            "prerequisites",
            "requirements",
            "build",
            "building",
            "development",
            "develop",
            "running",
            "run",
            "quickstart",
            "environment",
            "usage",
        ],
    },
    Section {
        name: "test",
        words: &["test", "tests", "testing", "check", "checks", "verify"],
    },
    Section {
        name: "deploy",
        words: &[
            "deploy",
            "deploying",
            "deployment",
            "deployments",
            "release",
            "releases",
            "releasing",
            "ship",
            "shipping",
            "rollout",
            "publish",
            "publishing",
            "delivery",
        ],
    },
    Section {
        name: "on-call",
        words: &[
            "oncall",
            "pager",
            "incident",
            "incidents",
            "support",
            "escalation",
            "runbook",
            "runbooks",
            "alerts",
            "operations",
        ],
    },
];

impl Section {
    /// Whether a document has it, with something in it.
    pub(super) fn is_in(&self, document: &DocumentInTree) -> bool {
        let headings = document.content.document.iter();
        let mut headings = headings.flat_map(|content| &content.headings);
        headings.any(|heading| heading.body == SectionBody::Text && self.is_named(heading))
    }

    fn is_named(&self, heading: &Heading) -> bool {
        let text = heading
            .text
            .to_lowercase()
            .replace("on-call", "oncall")
            .replace("on call", "oncall");
        let mut words = text.split(|c: char| !c.is_alphanumeric());
        words.any(|word| self.words.contains(&word))
    }
}
