//! What whoever takes over a service is told of it.

use std::collections::BTreeSet;

use super::{MOST_EXPERTS, Takeover, is_readme};
use crate::analysis::coupling::Limits;
use crate::answers::{Coupled, Equipment, OwnedService, Place};
use crate::facts::Role;
use crate::graph::ServiceId;
use crate::text::RepoPath;

/// How many services are told of that change with one.
const MOST_COUPLED: usize = 5;

/// The rule that asks for a runbook.
pub(super) const RUNBOOK_RULE: &str = "runbooks/missing";

impl Takeover<'_> {
    pub(super) fn service(&self, id: ServiceId) -> OwnedService {
        let entry = self.graph.service(id);
        let service = entry.service;
        let folder = service.folder.as_ref().filter(|folder| !folder.is_root());
        let needs = self.graph.needs(id).into_iter().map(|it| it.service);
        let needs: BTreeSet<ServiceId> = needs.filter(|&other| other != id).collect();
        let needing = self.graph.services().filter(|(other, _)| {
            *other != id && self.graph.needs(*other).iter().any(|it| it.service == id)
        });
        OwnedService {
            name: service.name.clone(),
            kind: service.kind.clone(),
            tier: service.tier(),
            lifecycle: service.lifecycle.as_ref().map(|said| said.text.clone()),
            declared: self.location(entry.declared_in, &service.location),
            folder: folder
                .zip(entry.home)
                .map(|(folder, home)| self.place(home, folder, None)),
            files: self.graph.files(id).len(),
            equipment: match service.runs {
                true => self.equipment(id),
                false => Vec::new(),
            },
            needs: needs.into_iter().map(|id| self.neighbour(id)).collect(),
            needed_by: needing.map(|(id, _)| self.neighbour(id)).collect(),
            coupled: self.coupled(id),
            experts: {
                let files = self.graph.files(id).iter();
                let files = files.filter_map(|&file| Some((entry.home?, file as usize)));
                self.familiar(files, MOST_EXPERTS)
            },
        }
    }

    /// What changes together with a service, the most first.
    fn coupled(&self, id: ServiceId) -> Vec<Coupled> {
        let Some(measures) = self.measures else {
            return Vec::new();
        };
        let coupling = measures.service_coupling(&Limits::default());
        let own = coupling.pairs.iter().filter_map(|pair| {
            let (a, b) = (ServiceId(pair.a as usize), ServiceId(pair.b as usize));
            let other = if a == id { b } else { a };
            (a == id || b == id).then_some((other, pair))
        });
        let coupled = own.take(MOST_COUPLED).map(|(other, pair)| Coupled {
            service: self.neighbour(other),
            degree: pair.degree(),
            shared: pair.shared,
        });
        coupled.collect()
    }

    /// Whether a service has a box that asks for a runbook.
    pub(super) fn lacks_runbook(&self, id: ServiceId) -> bool {
        let equipment = match self.graph.service(id).service.runs {
            true => self.equipment(id),
            false => Vec::new(),
        };
        let mut missing = equipment.iter().filter(|it| it.links.is_empty());
        missing.any(|it| it.rule == Some(RUNBOOK_RULE))
    }

    /// What should be there for whoever runs a service.
    fn equipment(&self, id: ServiceId) -> Vec<Equipment> {
        let entry = self.graph.service(id);
        let links = |kind: &str| -> Vec<Place> {
            let links = entry.service.links.iter().filter(|link| link.is(kind));
            links.map(|link| self.link(entry.home, &link.url)).collect()
        };
        let mut runbooks = links("runbook");
        let mut readme = Vec::new();
        if let Some(home) = entry.home {
            let repository = self.repository(home);
            for &file in self.graph.files(id) {
                let path = RepoPath::from(repository.tree.path(file as usize));
                let found = repository
                    .evidence
                    .documents
                    .binary_search_by_key(&file, |it| it.0);
                let role = found
                    .ok()
                    .map(|at| repository.evidence.documents[at].1.role);
                if role == Some(Role::Runbook) {
                    runbooks.push(self.place(home, &path, None));
                }
                if role == Some(Role::Overview) && is_readme(&path) {
                    readme.push(self.place(home, &path, None));
                }
            }
        }
        vec![
            Equipment {
                what: "a runbook",
                links: runbooks,
                how: "write what it means when it fails and what to do, and link it from the descriptor",
                rule: Some(RUNBOOK_RULE),
            },
            Equipment {
                what: "a dashboard",
                links: links("dashboard"),
                how: "link it from the descriptor, with `dashboard` as its kind",
                rule: None,
            },
            Equipment {
                what: "who is on call",
                links: links("oncall"),
                how: "link the rotation from the descriptor, with `on-call` as its kind",
                rule: None,
            },
            Equipment {
                what: "a README",
                links: readme,
                how: "say beside its files what it does, and how it is run and tested",
                rule: None,
            },
        ]
    }

    /// What a link of a descriptor leads to.
    fn link(&self, home: Option<usize>, url: &str) -> Place {
        let is_url = url.starts_with("https://") || url.starts_with("http://");
        match home {
            _ if is_url => Place {
                text: url.to_owned(),
                url: Some(url.to_owned()),
            },
            Some(home) => {
                let path = url.trim_start_matches("./").trim_start_matches('/');
                self.place(home, &RepoPath::from(path), None)
            }
            None => Place {
                text: url.to_owned(),
                url: None,
            },
        }
    }
}
