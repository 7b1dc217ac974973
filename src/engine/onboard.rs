//! A checklist for whoever takes over a team's or a service's work.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::audit::judge;
use super::member::{Member, Wanted};
use super::who::{People, expert};
use super::workspace::Workspace;
use super::{Error, HistoryRequest, Outcomes, Run, directory, measures};
use crate::analysis::Measures;
use crate::analysis::coupling::Limits;
use crate::answers::{
    AcceptedToDo, Coupled, Equipment, Expert, Markers, Neighbour, Onboarding, OwnedLine,
    OwnedService, Place, ToDo,
};
use crate::facts::{self, EntityRef, Location, Name, Repository, Role};
use crate::findings::{Acceptance, Finding, Report};
use crate::graph::{Actor, Graph, ServiceId};
use crate::identity::Party;
use crate::policy::Level;
use crate::rules;
use crate::text::{RepoPath, did_you_mean, uri_path};

/// What is taken over, and where it is.
#[derive(Clone, Debug)]
pub struct OnboardRequest {
    /// A repository, or a folder of repositories.
    pub target: PathBuf,
    /// The policy instead of the target's own.
    pub policy: Option<PathBuf>,
    /// What is taken over.
    pub taken: Taken,
    /// The day as of which dates are judged.
    pub as_of: Date,
    /// Whether commits are read, and which.
    pub history: Option<HistoryRequest>,
}

/// What is taken over.
#[derive(Clone, Debug)]
pub enum Taken {
    /// What a team owns.
    Team(String),
    /// A service.
    Service(String),
}

/// How many of each kind are told of: nobody goes through more in the first weeks.
const MOST_LINES: usize = 20;
const MOST_FINDINGS: usize = 40;
const MOST_MARKERS: usize = 5;
const MOST_EXPERTS: usize = 3;
const MOST_ASKED: usize = 2;

/// Whoever wrote a commit in so many days is there to be asked.
const SEEN_DAYS: u32 = 180;
const MOST_COUPLED: usize = 5;

/// A checklist for whoever takes over.
///
/// # Errors
/// The target or its policy cannot be read, or there is no such team or service.
pub fn onboard(request: &OnboardRequest) -> Result<Onboarding, Error> {
    let history = request.history.as_ref();
    let history = history.map(|history| history.wanted(request.as_of));
    let workspace = Workspace::of(
        &request.target,
        request.policy.as_deref(),
        Wanted::Rules(rules::all()),
        history.as_ref(),
        false,
    )?;
    let members = &workspace.members;
    let directory = directory(members);
    let graph = Graph::new(members.iter().map(Member::in_graph).collect(), &directory);
    let measures = measures(&graph, members, request.as_of);
    let taken = Found::find(&request.taken, &graph)?;
    let run = Run {
        selected: rules::all(),
        baseline: None,
        as_of: request.as_of,
        is_audit: true,
        measures: measures.as_ref(),
    };
    let lacks = !workspace.failed.is_empty();
    let judged = judge(&graph, members, &workspace.paths, lacks, &run);

    let mut services: Vec<ServiceId> = taken.services.iter().copied().collect();
    services.sort_by_key(|&id| {
        let service = graph.service(id).service;
        (service.tier().unwrap_or(u8::MAX), service.name.clone(), id)
    });
    let view = Takeover {
        graph: &graph,
        measures: measures.as_ref(),
        workspace: &workspace,
        taken: &taken,
        people: taken.owners(&graph),
    };
    let (lines, more_lines) = view.lines();
    let (mut findings, accepted) = view.findings(&judged);
    let more_findings = findings.len().saturating_sub(MOST_FINDINGS);
    findings.truncate(MOST_FINDINGS);
    let team = taken.team.map(|team| &directory.teams()[team]);
    let people = team.map_or(BTreeSet::new(), |_| taken.people(&graph));
    let people = people
        .into_iter()
        .map(|person| directory.people()[person].label.clone());
    let repositories = members.iter().filter(|it| !it.repository.is_organization);
    Ok(Onboarding {
        subject: taken.label.clone(),
        is_team: taken.is_team,
        owners: match taken.is_team {
            true => Vec::new(),
            false => services
                .first()
                .map_or(Vec::new(), |&id| view.answering(id)),
        },
        people: people.collect(),
        lead: team
            .and_then(|team| team.lead())
            .map(|lead| lead.text.clone()),
        as_of: request.as_of,
        repositories: repositories.count(),
        services: services.iter().map(|&id| view.service(id)).collect(),
        lines,
        more_lines,
        findings,
        more_findings,
        reading: view.reading(&services),
        markers: view.markers(),
        accepted,
        gaps: workspace.gaps(),
    })
}

/// What is taken over, found in the graph.
struct Found {
    label: String,
    is_team: bool,
    /// The team's place in the directory, if a roster has it.
    team: Option<usize>,
    /// Who takes over, where it is a team.
    actor: Option<Actor>,
    services: BTreeSet<ServiceId>,
}

impl Found {
    fn find(taken: &Taken, graph: &Graph<'_>) -> Result<Found, Error> {
        match taken {
            Taken::Team(team) => Found::team(team, graph),
            Taken::Service(service) => Found::service(service, graph),
        }
    }

    fn team(text: &str, graph: &Graph<'_>) -> Result<Found, Error> {
        let unknown = || {
            let handles = graph.directory().handles();
            let members = graph.members().iter();
            let files = members.filter_map(|it| it.repository.ownership_files.in_use.as_ref());
            let rules = files.flat_map(|file| file.rules());
            let owners = rules.flat_map(|rule| rule.owner_names());
            let known: BTreeSet<String> = handles.into_iter().chain(owners).collect();
            let meant = did_you_mean(text, known.iter().map(String::as_str));
            Error::Usage {
                message: format!("no roster and no ownership file has a team `{text}`"),
                help: match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "`bailiwick owners --summary` lists who owns files".into(),
                },
            }
        };
        let name = Name::of_owner(text, EntityRef::DEFAULT_NAMESPACE).ok_or_else(unknown)?;
        let actor = graph.actor(&name);
        let found = Found {
            label: graph.actor_label(&actor),
            is_team: true,
            team: match actor {
                Actor::Party(Party::Team(team)) => Some(team),
                _ => None,
            },
            services: graph.owned_by(&actor).iter().copied().collect(),
            actor: Some(actor),
        };
        let is_known = matches!(found.actor, Some(Actor::Party(_)));
        let is_somewhere = is_known
            || graph
                .members()
                .iter()
                .enumerate()
                .any(|(place, _)| !found.lines_in(graph, place).is_empty());
        match is_somewhere || !found.services.is_empty() {
            true => Ok(found),
            false => Err(unknown()),
        }
    }

    fn service(text: &str, graph: &Graph<'_>) -> Result<Found, Error> {
        let services: BTreeSet<ServiceId> = graph.services_called(text).into_iter().collect();
        if services.is_empty() {
            let names = graph
                .services()
                .map(|(_, entry)| entry.service.name.as_str());
            let meant = did_you_mean(text, names);
            return Err(Error::Usage {
                message: format!("no service is called `{text}`"),
                help: match meant {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "`bailiwick services` lists them".into(),
                },
            });
        }
        Ok(Found {
            label: text.to_owned(),
            is_team: false,
            team: None,
            actor: None,
            services,
        })
    }

    fn people(&self, graph: &Graph<'_>) -> BTreeSet<usize> {
        self.team
            .map_or(BTreeSet::new(), |team| graph.people_of(team).0)
    }

    /// The people of the team, or those who answer for the service.
    fn owners(&self, graph: &Graph<'_>) -> People {
        let actors = self.services.iter().flat_map(|&id| &graph.chain(id).actors);
        let actors = actors.filter(|_| !self.is_team);
        let mut names: Vec<String> = actors.map(|actor| graph.actor_label(actor)).collect();
        if self.is_team {
            names.push(self.label.clone());
        }
        People::of(names.iter().map(String::as_str), graph)
    }

    /// The ownership rules of a repository that name the team, by place.
    fn lines_in(&self, graph: &Graph<'_>, repository: usize) -> Vec<usize> {
        let Some(actor) = &self.actor else {
            return Vec::new();
        };
        let file = graph.members()[repository]
            .repository
            .ownership_files
            .in_use
            .as_ref();
        let rules = file
            .into_iter()
            .flat_map(|file| file.rules().iter().enumerate());
        let names_it = |owner: &crate::codeowners::Owner| {
            let name = crate::identity::name_of(owner.kind(), owner.text());
            name.is_some_and(|name| graph.actor(&name) == *actor)
        };
        let named = rules.filter(|(_, rule)| rule.owners().iter().any(names_it));
        named.map(|(place, _)| place).collect()
    }
}

/// The workspace, as whoever takes over sees it.
struct Takeover<'t> {
    graph: &'t Graph<'t>,
    measures: Option<&'t Measures<'t>>,
    workspace: &'t Workspace,
    taken: &'t Found,
    /// Whoever takes over: the people of the team, or those who answer for the service.
    people: People,
}

impl Takeover<'_> {
    fn repository(&self, place: usize) -> &Repository {
        &self.workspace.members[place].repository
    }

    /// A place of a repository: with its name before the path, where there are several.
    fn place(&self, repository: usize, path: &RepoPath, line: Option<u32>) -> Place {
        let facts = self.repository(repository);
        let mut text = match self.workspace.paths.len() {
            1 => String::new(),
            _ => format!("{}/", facts.name),
        };
        text.push_str(&path.to_string_lossy());
        let mut url = facts
            .web
            .as_ref()
            .map(|web| format!("{web}/blob/HEAD/{}", uri_path(path.as_bytes())));
        if let Some(line) = line {
            text.push_str(&format!(":{line}"));
            if let Some(url) = &mut url {
                url.push_str(&format!("#L{line}"));
            }
        }
        Place { text, url }
    }

    fn location(&self, repository: usize, location: &Location) -> Place {
        let line = location.excerpt.as_ref().map(|excerpt| excerpt.line);
        match &location.place {
            facts::Place::File(path) => self.place(repository, path, line),
            facts::Place::External(path) => Place {
                text: path.clone(),
                url: None,
            },
            facts::Place::Repository => Place {
                text: self.repository(repository).name.clone(),
                url: self.repository(repository).web.clone(),
            },
        }
    }

    fn answering(&self, id: ServiceId) -> Vec<String> {
        let chain = self.graph.chain(id);
        chain
            .actors
            .iter()
            .map(|actor| self.graph.actor_label(actor))
            .collect()
    }

    fn neighbour(&self, id: ServiceId) -> Neighbour {
        Neighbour {
            name: self.graph.service(id).service.name.clone(),
            owners: self.answering(id),
        }
    }

    fn service(&self, id: ServiceId) -> OwnedService {
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

    /// Who knows some files best and is there to be asked, given by repository and place in its tree.
    fn familiar(&self, files: impl Iterator<Item = (usize, usize)>, most: usize) -> Vec<Expert> {
        let Some(measures) = self.measures else {
            return Vec::new();
        };
        let mut familiar = measures.familiar(files);
        // Whoever was not seen for half a year can hardly be asked; they come last.
        familiar.sort_by_key(|it| !measures.people().is_active(it.who, SEEN_DAYS));
        let familiar = familiar.into_iter().take(most);
        familiar
            .map(|it| expert(&it, &self.people, measures))
            .collect()
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
                rule: Some("runbooks/missing"),
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

    /// What the team decides over beside its services, the most files first, and how many lines more.
    fn lines(&self) -> (Vec<OwnedLine>, usize) {
        // By line, as repository and place among its rules: the files.
        let mut lines: Vec<((usize, usize), Vec<usize>)> = Vec::new();
        for (place, member) in self.workspace.members.iter().enumerate() {
            let named = self.taken.lines_in(self.graph, place).into_iter();
            let mut files: BTreeMap<usize, Vec<usize>> =
                named.map(|line| (line, Vec::new())).collect();
            let territory = self.graph.territory(place);
            for at in 0..member.repository.tree.len() {
                let of_services = territory.services(at).iter();
                let mut of_taken = of_services.filter(|id| self.taken.services.contains(id));
                let line = member.ownership.deciding(at);
                if let Some(of_line) = line.and_then(|line| files.get_mut(&line))
                    && of_taken.next().is_none()
                {
                    of_line.push(at);
                }
            }
            let decided = files.into_iter().filter(|(_, files)| !files.is_empty());
            lines.extend(decided.map(|(line, files)| ((place, line), files)));
        }
        lines.sort_by_key(|(at, files)| (Reverse(files.len()), *at));
        let more = lines.len().saturating_sub(MOST_LINES);
        lines.truncate(MOST_LINES);
        let lines = lines.into_iter().filter_map(|((place, line), files)| {
            let file = self.repository(place).ownership_files.in_use.as_ref()?;
            let rule = &file.rules()[line];
            Some(OwnedLine {
                place: self.place(place, file.text().path(), Some(rule.line())),
                pattern: rule.pattern_text().into_owned(),
                files: files.len(),
                experts: self.familiar(files.into_iter().map(|file| (place, file)), MOST_ASKED),
            })
        });
        (lines.collect(), more)
    }

    /// What is not as agreed, the worst first; and what of that somebody accepted.
    fn findings(&self, judged: &[(Report, Outcomes)]) -> (Vec<ToDo>, Vec<AcceptedToDo>) {
        let names = self
            .taken
            .services
            .iter()
            .map(|&id| &self.graph.service(id).service.name);
        let names: BTreeSet<&String> = names.collect();
        let label = self.taken.label.to_lowercase();
        let concerns = |finding: &Finding| {
            let owns = finding
                .owners
                .iter()
                .any(|owner| owner.to_lowercase() == label);
            finding
                .services
                .iter()
                .any(|service| names.contains(service))
                || self.taken.is_team && owns
        };
        let to_do = |repository: usize, finding: &Finding| ToDo {
            rule: finding.rule,
            message: finding.message.clone(),
            help: finding.help.clone(),
            place: self.location(repository, &finding.primary),
        };
        let (mut open, mut accepted): (Vec<(Level, ToDo)>, Vec<AcceptedToDo>) = Default::default();
        for (repository, (report, _)) in judged.iter().enumerate() {
            for finding in report.findings.iter().filter(|it| concerns(it)) {
                open.push((finding.level, to_do(repository, finding)));
            }
            for it in report.accepted.iter().filter(|it| concerns(&it.finding)) {
                let (reason, until) = match &it.by {
                    Acceptance::Suppression { reason, until }
                    | Acceptance::Exception { reason, until } => (reason.clone(), *until),
                    Acceptance::Baseline => continue,
                };
                accepted.push(AcceptedToDo {
                    what: to_do(repository, &it.finding),
                    reason,
                    until,
                });
            }
        }
        open.sort_by_key(|(level, _)| Reverse(*level));
        (open.into_iter().map(|(_, to_do)| to_do).collect(), accepted)
    }

    /// What to read: what the repositories say to newcomers, then each service from what it is to what to
    /// do when it fails.
    fn reading(&self, services: &[ServiceId]) -> Vec<Place> {
        /// Documents that say how things hang together.
        const DESIGN: [&str; 4] = ["architecture", "design", "adr/", "decisions/"];
        const MOST: usize = 20;
        let homes: BTreeSet<usize> = services
            .iter()
            .filter_map(|&id| self.graph.service(id).home)
            .chain(self.lines_homes())
            .collect();
        let mut ranked: Vec<(usize, usize, RepoPath)> = Vec::new();
        for &home in &homes {
            let repository = self.repository(home);
            for (file, document) in &repository.evidence.documents {
                let path = RepoPath::from(repository.tree.path(*file as usize));
                let of_service = self.graph.territory(home).services(*file as usize);
                let is_own = of_service.iter().any(|id| self.taken.services.contains(id));
                let is_top = path.parent().is_root();
                let lower = path.to_string_lossy().to_lowercase();
                let rank = match document.role {
                    Role::Overview if is_top && is_readme(&path) => 0,
                    Role::Onboarding => 1,
                    Role::Overview if is_top => 2,
                    _ if DESIGN.iter().any(|word| lower.contains(word)) && (is_own || is_top) => 3,
                    Role::Overview if is_own => 4,
                    Role::Runbook if is_own => 5,
                    _ => continue,
                };
                ranked.push((rank, home, path));
            }
        }
        ranked.sort();
        let places = ranked.into_iter().take(MOST);
        places
            .map(|(_, home, path)| self.place(home, &path, None))
            .collect()
    }

    /// The repositories in which the team decides over files.
    fn lines_homes(&self) -> impl Iterator<Item = usize> + '_ {
        let places = 0..self.workspace.members.len();
        places.filter(|&place| !self.taken.lines_in(self.graph, place).is_empty())
    }

    /// The markers in what is taken over, the oldest first.
    fn markers(&self) -> Markers {
        let mut found = Vec::new();
        for (place, member) in self.workspace.members.iter().enumerate() {
            let repository = &member.repository;
            let lines: BTreeSet<usize> =
                self.taken.lines_in(self.graph, place).into_iter().collect();
            let territory = self.graph.territory(place);
            for (file, evidence) in &repository.evidence.files {
                let at = *file as usize;
                let of_service = territory
                    .services(at)
                    .iter()
                    .any(|id| self.taken.services.contains(id));
                let decided = member.ownership.deciding(at);
                if !of_service && !decided.is_some_and(|line| lines.contains(&line)) {
                    continue;
                }
                for marker in evidence.markers.iter().filter(|marker| marker.at_start) {
                    let line = marker.excerpt.line;
                    let history = repository.history.as_ref();
                    let age = history.map(|history| (history, line));
                    let age = age.and_then(|(history, line)| history.age(at, line)?.latest());
                    let since = age.map(|age| age.to_zoned(jiff::tz::TimeZone::UTC).date());
                    let path = RepoPath::from(repository.tree.path(at));
                    found.push((since.unwrap_or(Date::MAX), place, path, line));
                }
            }
        }
        found.sort();
        let shown = found
            .iter()
            .take(MOST_MARKERS)
            .map(|(since, place, path, line)| {
                let since = Some(*since).filter(|&since| since != Date::MAX);
                (self.place(*place, path, Some(*line)), since)
            });
        Markers {
            count: found.len(),
            shown: shown.collect(),
        }
    }
}

fn is_readme(path: &RepoPath) -> bool {
    let name = path.as_bytes().rsplit(|&byte| byte == b'/').next();
    name.is_some_and(|name| name.to_ascii_lowercase().starts_with(b"readme"))
}
