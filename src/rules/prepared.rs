//! A subject, made ready once for all rules that judge it.

use std::sync::Arc;

use super::outcomes::{Holder, Outcomes, Row};
use super::{Draft, InFile, OwnerUse, Rule, RuleLine, View, Violation};
use crate::codeowners::OwnershipFile;
use crate::facts::{EntityRef, Fault, Journey, Name, Service, System};
use crate::graph::{Actor, ServiceId};
use crate::identity::Party;
use crate::policy::{Attributes, Settings};

/// A subject as far as settings and reports need it.
#[derive(Debug, Default)]
pub(super) struct Subject {
    pub(super) name: String,
    pub(super) paths: Vec<Vec<u8>>,
    pub(super) owners: Arc<[String]>,
    /// The same as those whom the graph knows, where it has looked them up.
    pub(super) actors: Option<Vec<Actor>>,
    pub(super) services: Vec<ServiceId>,
}

impl Subject {
    pub(super) fn named(name: impl Into<String>) -> Subject {
        Subject {
            name: name.into(),
            ..Subject::default()
        }
    }

    pub(super) fn ownership_file(file: &OwnershipFile) -> Subject {
        Subject {
            paths: vec![file.text().path().as_bytes().to_vec()],
            ..Subject::named("ownership-file")
        }
    }

    /// A line, with its owners as written.
    pub(super) fn line(line: RuleLine<'_>, owners: Arc<[String]>, view: &View<'_>) -> Subject {
        let rule = line.rule();
        let actors = view.graph.line_owners(view.place, line.place);
        Subject {
            name: rule.pattern_text().into_owned(),
            paths: as_paths(rule.pattern().text()),
            owners,
            actors: actors.map(|all| all.iter().flatten().cloned().collect()),
            services: view.graph.decided_services(view.place, line.place).to_vec(),
        }
    }

    pub(super) fn owner(used: &OwnerUse<'_>, view: &View<'_>) -> Subject {
        let owner = used.owner();
        Subject {
            owners: Arc::new([owner.text().to_owned()]),
            actors: used.actor(view).map(|actor| vec![actor]),
            ..Subject::named(owner.normalized())
        }
    }

    /// The file in which a fact stands.
    pub(super) fn file<T>(fact: &InFile<'_, T>, view: &View<'_>) -> Subject {
        Subject {
            name: fact.path_text().into_owned(),
            paths: vec![fact.path.to_vec()],
            owners: view.owners_of(fact.file).into(),
            actors: None,
            services: view.services_of(fact.file).to_vec(),
        }
    }

    pub(super) fn service(id: ServiceId, view: &View<'_>) -> Subject {
        let service = view.graph.service(id).service;
        let places = service.location.path().into_iter().chain(&service.folder);
        Subject {
            name: service.name.clone(),
            paths: places.map(|path| path.as_bytes().to_vec()).collect(),
            owners: view.answering(id).into(),
            actors: Some(view.graph.chain(id).actors.clone()),
            services: vec![id],
        }
    }

    /// A system or domain. It is called by its whole name: a service may have the same short one.
    pub(super) fn system(system: &System) -> Subject {
        let owner = system.owner.iter().map(|owner| owner.text.clone());
        let path = system.location.path();
        Subject {
            name: system.entity.to_string(),
            paths: path.iter().map(|path| path.as_bytes().to_vec()).collect(),
            owners: owner.collect(),
            actors: None,
            services: Vec::new(),
        }
    }

    pub(super) fn team(team: usize, view: &View<'_>) -> Subject {
        let label = &view.directory.teams()[team].label;
        Subject {
            owners: Arc::new([label.clone()]),
            actors: Some(vec![Actor::Party(Party::Team(team))]),
            ..Subject::named(label)
        }
    }

    pub(super) fn journey(journey: &Journey) -> Subject {
        let owner = journey.owner.iter().map(|owner| owner.text.clone());
        Subject {
            owners: owner.collect(),
            ..Subject::named(journey.name.clone())
        }
    }

    /// What a descriptor is at fault with.
    pub(super) fn fault(fault: &Fault, view: &View<'_>) -> Subject {
        let path = fault.location.path();
        Subject {
            name: path.map_or_else(String::new, |it| it.to_string_lossy().into()),
            paths: path.iter().map(|path| path.as_bytes().to_vec()).collect(),
            owners: view.owners_of_file(&fault.location).into(),
            actors: None,
            services: Vec::new(),
        }
    }
}

/// A subject with what every rule wants to know of it.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    pub(super) subject: &'s Subject,
    paths: Vec<&'s [u8]>,
    owners: Vec<&'s str>,
    services: Vec<&'s str>,
    repository: &'s str,
    tier: Option<u8>,
    held: Arc<Held>,
}

/// Whose scorecards the verdicts on a subject count on. Subjects of the same owners and services often
/// follow each other, and share it.
#[derive(Debug, Default)]
pub(super) struct Held {
    owners: Arc<[String]>,
    services: Vec<ServiceId>,
    holders: Arc<[Holder]>,
    /// Where the outcomes of each holder are kept.
    rows: Vec<Row>,
}

impl Held {
    /// Looks up who holds a subject.
    pub(super) fn new(subject: &Subject, view: &View<'_>, outcomes: &mut Outcomes) -> Held {
        let holders = holders_of(subject, view);
        Held {
            owners: Arc::clone(&subject.owners),
            services: subject.services.clone(),
            rows: holders.iter().map(|holder| outcomes.row(holder)).collect(),
            holders,
        }
    }

    /// Whether the holders are those of this subject too.
    pub(super) fn is_of(&self, subject: &Subject) -> bool {
        self.services == subject.services && self.owners == subject.owners
    }
}

impl<'s> Prepared<'s> {
    /// Makes a subject ready that is `held` by these.
    pub(super) fn new(subject: &'s Subject, view: &View<'s>, held: Arc<Held>) -> Prepared<'s> {
        let graph = view.graph;
        let services = subject.services.iter().map(|&id| graph.service(id).service);
        Prepared {
            subject,
            paths: subject.paths.iter().map(Vec::as_slice).collect(),
            owners: subject.owners.iter().map(String::as_str).collect(),
            services: services.clone().map(|it| it.name.as_str()).collect(),
            repository: &view.repository.name,
            // Files that services share are as critical as the most critical of these.
            tier: services.filter_map(Service::tier).min(),
            held,
        }
    }

    /// Where the outcomes are kept of those who hold it.
    pub(super) fn rows(&self) -> &[Row] {
        &self.held.rows
    }

    /// What overrides and exceptions can select it by.
    pub(super) fn attributes(&self) -> Attributes<'_> {
        Attributes {
            paths: &self.paths,
            owners: &self.owners,
            services: &self.services,
            repository: self.repository,
            tier: self.tier,
        }
    }

    /// What a rule found.
    pub(super) fn draft(
        &self,
        rule: &'static Rule,
        settings: &Arc<Settings>,
        violation: Violation,
    ) -> Draft {
        Draft {
            rule,
            subject: self.subject.name.clone(),
            paths: self.subject.paths.clone(),
            owners: Arc::clone(&self.subject.owners),
            services: self.services.iter().map(|&name| name.to_owned()).collect(),
            holders: Arc::clone(&self.held.holders),
            settings: Arc::clone(settings),
            violation,
        }
    }
}

/// Whose scorecards a verdict on a subject counts on.
fn holders_of(subject: &Subject, view: &View<'_>) -> Arc<[Holder]> {
    let services = subject.services.iter().copied().map(Holder::Service);
    let looked_up = || {
        let owners = subject.owners.iter();
        let names = owners.filter_map(|it| Name::of_owner(it, EntityRef::DEFAULT_NAMESPACE));
        names.map(|name| view.graph.actor(&name)).collect()
    };
    let actors = subject.actors.clone().unwrap_or_else(looked_up);
    let teams = actors.into_iter().filter(Actor::is_team).map(Holder::Team);
    let own = (!view.repository.is_organization).then_some(Holder::Repository);
    own.into_iter().chain(services).chain(teams).collect()
}

/// A pattern, read as the path that it is about; one that is about a folder also as what lies in it, so
/// that a policy can name the folder with a slash at its end or without.
fn as_paths(pattern: &[u8]) -> Vec<Vec<u8>> {
    let pattern = pattern.strip_prefix(b"/").unwrap_or(pattern);
    match pattern.strip_suffix(b"/") {
        None => vec![pattern.to_vec()],
        Some(folder) => vec![folder.to_vec(), [folder, b"/*"].concat()],
    }
}
