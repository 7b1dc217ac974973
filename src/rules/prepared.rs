//! A subject, made ready once for all rules that judge it.

use std::borrow::Cow;
use std::cell::OnceCell;
use std::sync::Arc;

use super::judge::Turn;
use super::outcomes::{Holder, Outcomes, Row};
use super::{About, Draft, InFile, OwnerUse, Rule, RuleLine, View, Violation};
use crate::codeowners::{OwnershipFile, OwnershipRule};
use crate::facts::{EntityRef, Fault, Journey, Name, Service, System};
use crate::graph::{Actor, Graph, ServiceId};
use crate::identity::Party;
use crate::policy::{Attributes, Settings};
use crate::text::RepoPath;

/// A subject as far as settings and reports need it.
#[derive(Debug, Default)]
pub(super) struct Subject<'s> {
    called: Called<'s>,
    owners: Arc<[String]>,
    actors: Actors<'s>,
    services: Cow<'s, [ServiceId]>,
}

/// The owners of a subject as those whom the graph knows.
#[derive(Debug, Default)]
enum Actors<'s> {
    /// To be looked up.
    #[default]
    Unknown,
    Known(Cow<'s, [Actor]>),
    /// Those of a line; none for one that is no name at all.
    Line(&'s [Option<Actor>]),
}

/// What a subject is called, and the paths that it speaks of. Of most subjects nobody asks for either.
#[derive(Debug)]
enum Called<'s> {
    Named(Cow<'s, str>, Vec<&'s [u8]>),
    /// A pattern, read as the path that it is about.
    Line(&'s OwnershipRule),
    Service(&'s Service),
}

impl Default for Called<'_> {
    fn default() -> Self {
        Called::Named(Cow::Borrowed(""), Vec::new())
    }
}

impl<'s> Subject<'s> {
    pub(super) fn named(name: impl Into<Cow<'s, str>>) -> Subject<'s> {
        Subject::speaking_of(name, Vec::new())
    }

    /// One that speaks of paths.
    pub(super) fn speaking_of(name: impl Into<Cow<'s, str>>, paths: Vec<&'s [u8]>) -> Subject<'s> {
        Subject {
            called: Called::Named(name.into(), paths),
            ..Subject::default()
        }
    }

    pub(super) fn ownership_file(file: &'s OwnershipFile) -> Subject<'s> {
        Subject::speaking_of("ownership-file", vec![file.text().path().as_bytes()])
    }

    fn name(&self) -> Cow<'s, str> {
        match &self.called {
            Called::Named(name, _) => name.clone(),
            Called::Line(rule) => rule.pattern_text(),
            Called::Service(service) => service.name.as_str().into(),
        }
    }

    fn paths(&self) -> Vec<Vec<u8>> {
        match &self.called {
            Called::Named(_, paths) => paths.iter().map(|path| path.to_vec()).collect(),
            Called::Line(rule) => as_paths(rule.pattern().text()),
            Called::Service(service) => {
                let places = service.location.path().into_iter().chain(&service.folder);
                places.map(|path| path.as_bytes().to_vec()).collect()
            }
        }
    }

    /// A line, with its owners as written.
    pub(super) fn line(line: RuleLine<'s>, owners: Arc<[String]>, view: &View<'s>) -> Subject<'s> {
        let actors = view.graph.line_owners(view.place, line.place);
        Subject {
            called: Called::Line(line.rule()),
            owners,
            actors: actors.map_or(Actors::Unknown, Actors::Line),
            services: view.graph.decided_services(view.place, line.place).into(),
        }
    }

    pub(super) fn owner(used: &OwnerUse<'s>, view: &View<'_>) -> Subject<'s> {
        let owner = used.owner();
        Subject {
            owners: Arc::new([owner.text().to_owned()]),
            actors: used
                .actor(view)
                .map_or(Actors::Unknown, |it| Actors::Known(vec![it].into())),
            ..Subject::named(owner.normalized())
        }
    }

    /// The file in which a fact stands.
    pub(super) fn file<T>(fact: &InFile<'s, T>, view: &View<'_>) -> Subject<'s> {
        Subject {
            owners: view.owners_of(fact.file).into(),
            services: view.services_of(fact.file).to_vec().into(),
            ..Subject::speaking_of(fact.path_text(), vec![fact.path])
        }
    }

    pub(super) fn service(id: ServiceId, view: &View<'s>) -> Subject<'s> {
        Subject {
            called: Called::Service(view.graph.service(id).service),
            owners: view.answering(id).into(),
            actors: Actors::Known((&view.graph.chain(id).actors).into()),
            services: vec![id].into(),
        }
    }

    /// A system or domain. It is called by its whole name: a service may have the same short one.
    pub(super) fn system(system: &'s System) -> Subject<'s> {
        let owner = system.owner.iter().map(|owner| owner.text.clone());
        let path = system.location.path();
        Subject {
            owners: owner.collect(),
            ..Subject::speaking_of(
                system.entity.to_string(),
                path.map(RepoPath::as_bytes).into_iter().collect(),
            )
        }
    }

    pub(super) fn team(team: usize, view: &View<'s>) -> Subject<'s> {
        let label = &view.directory.teams()[team].label;
        Subject {
            owners: Arc::new([label.clone()]),
            actors: Actors::Known(vec![Actor::Party(Party::Team(team))].into()),
            ..Subject::named(label)
        }
    }

    pub(super) fn journey(journey: &'s Journey) -> Subject<'s> {
        let owner = journey.owner.iter().map(|owner| owner.text.clone());
        Subject {
            owners: owner.collect(),
            ..Subject::named(journey.name.as_str())
        }
    }

    /// What a descriptor is at fault with.
    pub(super) fn fault(fault: &'s Fault, view: &View<'_>) -> Subject<'s> {
        let path = fault.location.path();
        Subject {
            owners: view.owners_of_file(&fault.location).into(),
            ..Subject::speaking_of(
                path.map_or_else(Cow::default, RepoPath::to_string_lossy),
                path.map(RepoPath::as_bytes).into_iter().collect(),
            )
        }
    }
}

/// A subject with what every rule wants to know of it.
#[derive(Debug)]
pub(super) struct Prepared<'s> {
    subject: &'s Subject<'s>,
    graph: &'s Graph<'s>,
    repository: &'s str,
    tier: Option<u8>,
    held: Arc<Held>,
    /// What is told of it, once somebody asks.
    about: OnceCell<Arc<About>>,
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
    pub(super) fn new(subject: &Subject<'_>, view: &View<'_>, outcomes: &mut Outcomes) -> Held {
        let holders = holders_of(subject, view);
        Held {
            owners: Arc::clone(&subject.owners),
            services: subject.services.to_vec(),
            rows: holders.iter().map(|holder| outcomes.row(holder)).collect(),
            holders,
        }
    }

    /// Whether the holders are those of this subject too.
    pub(super) fn is_of(&self, subject: &Subject<'_>) -> bool {
        let are_owners =
            || Arc::ptr_eq(&self.owners, &subject.owners) || self.owners == subject.owners;
        self.services == *subject.services && are_owners()
    }
}

impl<'s> Prepared<'s> {
    /// Makes a subject ready that is `held` by these.
    pub(super) fn new(subject: &'s Subject<'s>, view: &View<'s>, held: Arc<Held>) -> Prepared<'s> {
        let services = subject.services.iter();
        Prepared {
            subject,
            graph: view.graph,
            repository: &view.repository.name,
            // Files that services share are as critical as the most critical of these.
            tier: services.filter_map(|&id| view.graph.service(id).tier).min(),
            held,
            about: OnceCell::new(),
        }
    }

    /// Where the outcomes are kept of those who hold it.
    pub(super) fn rows(&self) -> &[Row] {
        &self.held.rows
    }

    /// What is told of it.
    pub(super) fn about(&self) -> &Arc<About> {
        self.about.get_or_init(|| {
            let services = self.subject.services.iter();
            let services = services.map(|&id| self.graph.service(id).service.name.clone());
            Arc::new(About {
                subject: self.subject.name().into_owned(),
                paths: self.subject.paths(),
                owners: Arc::clone(&self.subject.owners),
                services: services.collect(),
                holders: Arc::clone(&self.held.holders),
            })
        })
    }

    /// What holds for it of the rule in this turn.
    pub(super) fn settings(&self, turn: &Turn<'_>) -> Arc<Settings> {
        let bare = Attributes {
            repository: self.repository,
            tier: self.tier,
            ..Attributes::default()
        };
        match turn.selects {
            true => self.about().shown(bare, |whole| turn.judging.at(whole)),
            false => turn.judging.at(&bare),
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
            about: Arc::clone(self.about()),
            settings: Arc::clone(settings),
            violation: Box::new(violation),
        }
    }
}

/// Whose scorecards a verdict on a subject counts on.
fn holders_of(subject: &Subject<'_>, view: &View<'_>) -> Arc<[Holder]> {
    let services = subject.services.iter().copied().map(Holder::Service);
    let actors: Vec<Actor> = match &subject.actors {
        Actors::Known(actors) => actors.to_vec(),
        Actors::Line(actors) => actors.iter().flatten().cloned().collect(),
        Actors::Unknown => {
            let owners = subject.owners.iter();
            let names = owners.filter_map(|it| Name::of_owner(it, EntityRef::DEFAULT_NAMESPACE));
            names.map(|name| view.graph.actor(&name)).collect()
        }
    };
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
