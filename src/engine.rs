//! The pipeline on one page: from a request to a report or an answer. The only file that knows every
//! stage.

mod approvals;
mod audit;
mod doctor;
mod error;
mod forge;
mod history;
mod member;
mod missing;
mod named;
mod onboard;
mod owners;
mod past;
mod questions;
mod second_opinion;
mod since;
mod suggest;
mod survey;
mod what_if;
mod who;
mod workspace;

pub use approvals::{ApprovalsRequest, approvals};
pub use audit::{AuditRequest, audit};
pub use doctor::{DoctorRequest, doctor};
pub use error::Error;
pub use forge::OnlineRequest;
pub use history::{MeasuresRequest, history};
pub use onboard::{OnboardRequest, Taken, onboard};
pub use owners::{OwnersPaths, OwnersRequest, owners};
pub use questions::{QuestionRequest, graph, services};
pub use suggest::{SuggestRequest, suggest};
pub use survey::{Surveyed, preview, survey};
pub use what_if::{WhatIfRequest, what_if};
pub use who::{WhoRequest, who};

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use crate::analysis::{self, Measures};
use crate::facts::{Author, Gap, Name};
use crate::findings::{self, Baseline, Report, Unasked};
use crate::graph::Graph;
use crate::identity::{self, Directory};
use crate::policy::{Level, Policy, Reading};
use crate::rules::{self, Holder, Rule, Status};
use crate::sources::repository::Source;
use crate::sources::{self, PolicyChoice};
use member::{Member, Plan, Ratchet, Wanted};

/// What to check.
#[derive(Clone, Debug)]
pub struct Request {
    /// A repository, or a folder or file in one to which findings are limited.
    pub target: PathBuf,
    /// The revision to read; none for the worktree.
    pub revision: Option<String>,
    /// The policy to judge by instead of the repository's own.
    pub policy: Option<PathBuf>,
    /// Only these rules run, if there are any: ids and `family/*`.
    pub select: Vec<String>,
    /// These rules do not run.
    pub ignore: Vec<String>,
    /// The day as of which dates are judged.
    pub as_of: Date,
    /// A file of accepted findings.
    pub baseline: Option<PathBuf>,
    /// Only what is new since this revision counts.
    pub since: Option<Since>,
    /// Whether commits are read, and which.
    pub history: Option<HistoryRequest>,
    /// Whether the forge is asked, and how.
    pub online: Option<OnlineRequest>,
}

/// Which commits are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HistoryRequest {
    /// Only those since this day.
    pub since: Option<Date>,
    /// The folder of the cache of what was read before, if there is to be one.
    pub cache: Option<PathBuf>,
}

/// How many days before the run commits are looked at one by one: the longest time over which any measure
/// looks at them so.
const WINDOW: i64 = 365;

impl HistoryRequest {
    fn wanted(&self, as_of: Date) -> sources::history::Wanted<'_> {
        let before = |day: Date, days| day.saturating_sub(jiff::Span::new().days(days));
        let start = |day: Date| analysis::end_of(before(day, 1));
        sources::history::Wanted {
            as_of: analysis::end_of(as_of),
            since: self.since.map(start),
            window: start(before(as_of, WINDOW)),
            renames: true,
            cache: self.cache.as_deref(),
        }
    }
}

/// Since when a change is judged.
#[derive(Clone, Debug)]
pub struct Since {
    /// What the change is compared with: the best commit that it and what is read have in common.
    pub revision: String,
    /// The name that reports and errors show instead of the revision.
    pub name: Option<String>,
    /// Whether the policy of the change itself judges it, instead of that of the revision.
    pub policy_of_head: bool,
    /// Whether only what is staged counts, and only rules judge that the changed files are enough for.
    pub staged: bool,
}

impl Since {
    /// Returns the name of the revision for people.
    fn shown(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.revision)
    }
}

/// Judges one repository by its policy.
///
/// # Errors
/// The target cannot be opened, or the policy, a roster, the baseline or the request is faulty. What
/// is wrong with the repository itself is a finding or a gap, never an error.
pub fn check(request: &Request) -> Result<Report, Error> {
    if let Some(asked) = &request.since {
        return since::check(request, asked);
    }
    let source = Source::open(&request.target, request.revision.as_deref())?;
    if request.history.is_some() && !source.has_git() {
        return Err(source.without_git().into());
    }
    let mut report = check_opened(request, &source)?;
    if !source.has_git() {
        let root = source.root().display();
        let note = format!("not a git repository: `{root}` is checked as a plain folder");
        report.notes.push(note);
    }
    Ok(report)
}

/// Checks an opened repository or plain folder by its policy, whatever of it is missing.
fn check_opened(request: &Request, source: &Source) -> Result<Report, Error> {
    let choice =
        PolicyChoice::find(source, request.policy.as_deref()).map_err(Error::unreadable)?;
    judge(request, source, &choice)
}

/// Judges an opened repository by the policy of a choice.
fn judge(request: &Request, source: &Source, choice: &PolicyChoice<'_>) -> Result<Report, Error> {
    let (selected, unasked) = asked(request)?;
    let history = request.history.as_ref();
    let history = history.map(|history| history.wanted(request.as_of));
    let baseline = request.baseline.as_deref().map(error::baseline);
    let baseline = baseline.transpose()?;

    // Sources: what is there, read as the policy says, and who decides over which file.
    let plan = Plan {
        wanted: Wanted::Rules(&selected),
        above: None,
        history: history.as_ref(),
        online: request.online.is_some(),
    };
    let mut members = vec![Member::read(source, choice, &plan)?];
    if let Some(online) = &request.online {
        let organizations = forge::ask(online, &mut members, &selected, None, request.as_of)?;
        organizations
            .iter()
            .for_each(|it| members[0].unread_like(it));
        members.extend(organizations);
    }

    // Identity and graph: who is who, and how everything hangs together.
    let directory = directory(&members);
    let graph = Graph::new(members.iter().map(Member::in_graph).collect(), &directory);
    let measures = measures(&graph, &members, request.as_of);

    // Rules and findings: the verdict on every subject, and what becomes of it.
    let run = Run {
        selected: &selected,
        baseline: baseline.as_ref(),
        as_of: request.as_of,
        is_audit: false,
        measures: measures.as_ref(),
    };
    let (mut report, _) = members[0].judge(&graph, 0, &run, None, Ratchet::Off);
    report.wait(unasked);
    if let Some(history) = &members[0].repository.history {
        report.unread_history = history.lack().cloned();
        if history.walked == 0 && report.unread_history.is_none() {
            let name = &members[0].repository.name;
            report.notes.push(format!("`{name}` has no commits yet"));
        }
    }
    Ok(report)
}

/// The rules that a request lets run, and those that nobody asked for: they judge by what is not read, and
/// the request does not name them.
fn asked(request: &Request) -> Result<(Vec<&'static Rule>, Unasked), Error> {
    let mut selected = select(&request.select, &request.ignore)?;
    let mut unasked = Unasked::default();
    if request.select.is_empty() {
        selected.retain(|rule| rule.status != Status::Advisory);
        let ids = |waits: &dyn Fn(&Rule) -> bool| {
            let waits = selected.iter().filter(|rule| waits(rule));
            waits.map(|rule| rule.spec.id).collect()
        };
        let is_offline = request.online.is_none();
        if request.history.is_none() {
            // Whatever the forge is enough for waits for neither once that is asked.
            let waits = |it: &Rule| it.needs_history() || is_offline && it.needs_either();
            unasked.history = ids(&waits);
        }
        if is_offline {
            unasked.forge = ids(&Rule::needs_forge);
        }
    }
    Ok((selected, unasked))
}

/// The measures over a graph, where the history of any member was read, or its forge was asked.
fn measures<'a>(graph: &'a Graph<'a>, members: &[Member], as_of: Date) -> Option<Measures<'a>> {
    let mut all = members.iter();
    let read = all.any(|it| it.repository.history.is_some() || it.repository.forge.is_some());
    let names_people = members.iter().any(Member::names_people);
    let is_bot = |place: usize, author: &Author| members[place].is_bot(author);
    read.then(|| Measures::new(graph, as_of, names_people, is_bot))
}

/// What holds for judging all members of a run.
struct Run<'r> {
    /// The rules that may run.
    selected: &'r [&'static Rule],
    /// Accepted findings.
    baseline: Option<&'r Baseline>,
    /// The day as of which dates are judged.
    as_of: Date,
    /// Whether an organization is audited, so that scorecards are kept.
    is_audit: bool,
    /// What the commits say, where they were read.
    measures: Option<&'r Measures<'r>>,
}

/// What became of every rule, by holder of a scorecard.
struct Outcomes {
    /// The worst level of what fails.
    failing: BTreeMap<(Holder, &'static str), Level>,
    /// How many findings each of the organization's exceptions matched.
    inherited: Vec<usize>,
    /// The rules that judged all they could.
    complete: BTreeSet<&'static str>,
    of: rules::Outcomes,
    /// Of the base of a change: what its findings are called.
    names: findings::Names,
    /// Rules that could not check all there is, with what is unavailable.
    prevented: BTreeMap<&'static str, Gap>,
}

/// Who is who in these repositories.
fn directory(members: &[Member]) -> Directory<'_> {
    let repositories = members.iter().map(|member| &member.repository);
    let owners = repositories.clone().flat_map(|repository| {
        let file = repository.ownership_files.in_use.present().into_iter();
        file.flat_map(|file| file.rules())
            .flat_map(|rule| rule.owners())
    });
    let teams = owners.filter_map(
        |owner| match identity::name_of(owner.kind(), owner.text()) {
            Some(Name::Team(handle)) => handle.split('/').next().map(str::to_owned),
            _ => None,
        },
    );
    let homes = repositories
        .clone()
        .filter_map(|it| it.organization.clone());
    let rosters = repositories.flat_map(|repository| &repository.rosters);
    Directory::of(rosters, homes, teams)
}

/// The rules that the request lets run.
fn select(select: &[String], ignore: &[String]) -> Result<Vec<&'static Rule>, Error> {
    let rulebook = rules::rulebook();
    let read = |option: &str, selectors: &[String]| {
        let read = |selector: &String| {
            rulebook.select(selector).map_err(|unknown| Error::Usage {
                message: format!("{option}: {}", unknown.message),
                help: unknown.help,
            })
        };
        selectors.iter().map(read).collect::<Result<Vec<_>, _>>()
    };
    let select = read("--select", select)?;
    let ignore = read("--ignore", ignore)?;
    let rules = rules::all().iter().copied().filter(|rule| {
        let named = |selector: &crate::policy::RuleSelector| selector.matches(rule.spec.id);
        (select.is_empty() || select.iter().any(named)) && !ignore.iter().any(named)
    });
    Ok(rules.collect())
}

/// The policy of a choice, or all that is wrong with it. What it does not say of how to read is as in
/// `reading`.
fn load(choice: &PolicyChoice<'_>, reading: Reading) -> Result<Policy, Error> {
    let (specs, retired) = (rules::specs(), &rules::RETIRED);
    match choice.path() {
        None => Ok(Policy {
            reading,
            ..Policy::recommended(&specs, retired)
        }),
        Some(path) => Ok(Policy::load_below(path, choice, &specs, retired, reading)?),
    }
}
