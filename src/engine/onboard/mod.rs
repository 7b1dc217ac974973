//! A checklist for whoever takes over a team's or a service's work.

mod found;
mod service;
mod work;

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use self::found::Found;
use super::audit::judge;
use super::member::{Member, Wanted};
use super::who::{People, expert};
use super::workspace::Workspace;
use super::{Error, HistoryRequest, Outcomes, Run, directory, measures, missing};
use crate::analysis::Measures;
use crate::analysis::people::SEEN_DAYS;
use crate::answers::{Expert, Neighbour, Onboarding, Place};
use crate::facts::{self, Location, Repository};
use crate::findings::Report;
use crate::graph::{Graph, ServiceId};
use crate::rules::lacking::Needed;
use crate::rules::{self, Need};
use crate::text::{RepoPath, uri_path};

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

/// How many findings are told of, and how many people of each: nobody goes through more in the first weeks.
const MOST_FINDINGS: usize = 40;
const MOST_EXPERTS: usize = 3;

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
    let gaps = gaps(&workspace, &judged)?;
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
        gaps,
    })
}

/// What the checklist needs and could not be read, and remarks on how the rest was read.
fn gaps(workspace: &Workspace, judged: &[(Report, Outcomes)]) -> Result<Vec<facts::Gap>, Error> {
    let needs = [Need::Tree, Need::Catalog, Need::History];
    let own = missing::of_workspace("onboarding", &needs, workspace)?;
    let mut needed = Needed::default();
    needed.extend(
        own.iter()
            .chain(judged.iter().flat_map(|(report, _)| report.missing())),
    );
    let remarks = own.iter().filter(|gap| !gap.is_missing());
    let histories = workspace
        .members
        .iter()
        .filter_map(|it| it.repository.history.as_ref());
    let told = histories.flat_map(|history| &history.gaps);
    let told = told.filter(|gap| gap.kind != facts::GapKind::Absent && !needed.has(gap));
    let remarks: Vec<facts::Gap> = remarks.chain(told).cloned().collect();
    Ok([needed.gaps(), remarks].concat())
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
}

fn is_readme(path: &RepoPath) -> bool {
    let name = path.as_bytes().rsplit(|&byte| byte == b'/').next();
    name.is_some_and(|name| name.to_ascii_lowercase().starts_with(b"readme"))
}
