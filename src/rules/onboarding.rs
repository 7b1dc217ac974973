//! Where a team tells newcomers how to start: the documents of the repositories that hold its services.

use std::collections::BTreeSet;

use crate::facts::{DocumentInTree, Heading, Repository, Role, SectionBody};
use crate::graph::Actor;
use crate::identity::Party;
use crate::rules::View;

/// The repositories that hold services of a team, by place.
pub(super) fn homes(team: usize, view: &View<'_>) -> BTreeSet<usize> {
    let owned = view.graph.owned_by(&Actor::Party(Party::Team(team))).iter();
    owned
        .filter_map(|&id| view.graph.service(id).home)
        .collect()
}

/// What a repository tells newcomers.
#[derive(Debug)]
pub(super) struct Welcome {
    /// Whether a file is called like one for newcomers.
    pub(super) is_named: bool,
    /// Whether any document, whatever it is called, says how to set up.
    pub(super) says_setup: bool,
    /// What its documents for newcomers say, where it has any.
    pub(super) documents: Option<Documents>,
    /// Whether each file that is called like one for newcomers is read.
    pub(super) is_read: bool,
}

/// What documents for newcomers say.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Documents {
    /// Whether one is called so, or says how to set up.
    pub(super) start: bool,
    /// By [`SECTIONS`]: whether one has it.
    pub(super) sections: [bool; SECTIONS.len()],
}

impl Welcome {
    /// What this repository tells.
    pub(super) fn of(repository: &Repository) -> Welcome {
        let all = &repository.evidence.documents;
        let for_newcomers = all.iter().filter(|(_, document)| {
            let role = document.role;
            matches!(role, Role::Overview | Role::Named | Role::Onboarding)
        });
        let [setup, ..] = &SECTIONS;
        let mut documents: Option<Documents> = None;
        let mut read = Vec::new();
        for (file, document) in for_newcomers {
            let said = documents.get_or_insert_default();
            for (said, section) in said.sections.iter_mut().zip(&SECTIONS) {
                *said |= section.is_in(document);
            }
            said.start |= document.role == Role::Onboarding || setup.is_in(document);
            read.push(*file);
        }
        let paths = repository.tree.paths().enumerate();
        let named = paths.filter(|(_, path)| is_for_newcomers(path));
        let named: Vec<usize> = named.map(|(file, _)| file).collect();
        // Documents come in the order of the tree.
        let is_read = |file: &usize| read.binary_search_by_key(file, |&it| it as usize).is_ok();
        Welcome {
            is_named: !named.is_empty(),
            says_setup: all.iter().any(|(_, document)| setup.is_in(document)),
            documents,
            is_read: named.iter().all(is_read),
        }
    }
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
fn is_for_newcomers(path: &[u8]) -> bool {
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
