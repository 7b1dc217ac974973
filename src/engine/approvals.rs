//! Who can approve a change.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::member::{Member, Plan, Wanted};
use super::{Error, HistoryRequest, directory, measures, missing};
use crate::analysis::Measures;
use crate::analysis::flow::DAYS;
use crate::answers::{ApprovalsAnswer, Line, smallest_sets};
use crate::codeowners::OwnershipRule;
use crate::facts::{EntityRef, History, Name};
use crate::graph::Graph;
use crate::identity::{Directory, Party, name_of};
use crate::ownership::{self, Approval};
use crate::rules::Need;
use crate::rules::lacking::Needed;
use crate::sources::repository::{Compared, Source};
use crate::sources::{self, PolicyChoice};

/// What is asked about a change.
#[derive(Clone, Debug)]
pub struct ApprovalsRequest {
    /// A repository.
    pub target: PathBuf,
    /// The revision to read; none for the worktree.
    pub revision: Option<String>,
    /// The revision since which the change is told of.
    pub since: String,
    /// Who wrote it: handles with `@`.
    pub authors: Vec<String>,
    /// The day as of which it is asked.
    pub as_of: Date,
    /// Whether commits are read, and which, so that it is known who was asked how often.
    pub history: Option<HistoryRequest>,
}

/// How many people of a team are looked at: a hostile roster has more.
const MOST_PEOPLE: usize = 1_000;

/// Small sets of owners who can approve the change since a revision, by the ownership file and the rosters
/// of that revision: a change cannot appoint who approves it.
///
/// # Errors
/// As [`check`](super::check) with a revision to compare with; or an author is no handle.
pub fn approvals(request: &ApprovalsRequest) -> Result<ApprovalsAnswer, Error> {
    for author in &request.authors {
        let handle = author.strip_prefix('@').unwrap_or_default();
        if handle.is_empty() || handle.contains(['/', '@', ' ']) {
            return Err(Error::Usage {
                message: format!("--author: `{author}` is no user"),
                help: "name the user as ownership files do: `--author @user`".into(),
            });
        }
    }
    let at = request.revision.as_deref();
    let (source, since) =
        Source::open_since(&request.target, at, &request.since, Compared::Worktree)?;
    let target = since.tip.as_ref().unwrap_or(&since.base);
    let choice = PolicyChoice::find(target, None).map_err(Error::unreadable)?;
    let (was, is) = (
        sources::read(&since.base),
        sources::read_since(&source, &since.base),
    );
    let change = source.change(&is.tree, &since.base, &was.tree);
    let history = request.history.as_ref();
    let history = history.map(|history| history.wanted(request.as_of));
    let plan = Plan {
        wanted: Wanted::Facts(&[Need::Catalog, Need::History]),
        above: None,
        history: history.as_ref(),
        online: false,
    };
    let members = [Member::read(target, &choice, &plan)?];
    let directory = directory(&members);
    let file = missing::codeowners(&members[0].repository)?;
    // What the change touches, and who is in which team, decide who can approve.
    let listed = was.tree.unlisted().iter().chain(is.tree.unlisted());
    if let Some((_, gap)) = listed.into_iter().next() {
        return Err(Error::unread("the folder", gap, ""));
    }
    if let Some(gap) = members[0].repository.unread_catalog().next() {
        return Err(Error::unread("the descriptor", gap, ""));
    }
    let mut unread = Needed::default();
    let needs = [Need::Tree, Need::History];
    let remarks = missing::of_members("approvals", &needs, &members, &mut unread);
    let needed = file.map_or(Vec::new(), |file| {
        ownership::approvals(&change, &was.tree, &is.tree, file)
    });
    let authors: Vec<String> = request.authors.iter().map(|it| it.to_lowercase()).collect();
    let lines: Vec<Line> = needed
        .into_iter()
        .map(|approval| {
            let mut rules = file.into_iter().flat_map(|file| file.rules());
            let rule = rules.find(|rule| rule.line() == approval.line);
            line(approval, rule, &directory, &authors)
        })
        .collect();
    let paths = ownership::touched(&change, &was.tree, &is.tree).len();
    let asked: usize = lines.iter().map(|line| line.approval.files).sum();
    let (sets, bounded) = smallest_sets(&lines);
    let graph = Graph::new(vec![members[0].in_graph()], &directory);
    let measures = measures(&graph, &members, request.as_of);
    let able: BTreeSet<&String> = lines.iter().flat_map(|line| &line.able).collect();
    let is_whole = |history: &History| history.lacks().next().is_none();
    let history = members[0].repository.history.as_ref();
    let measures = measures.filter(|_| history.is_some_and(is_whole));
    let load = measures.map_or(Vec::new(), |measures| asked_lately(&able, &measures));
    Ok(ApprovalsAnswer {
        since: request.since.clone(),
        base: since.base.commit().unwrap_or_default(),
        paths,
        free: paths - asked,
        file: file.map(|file| file.text().path().to_string_lossy().into_owned()),
        authors: request.authors.clone(),
        lines,
        sets,
        bounded,
        load,
        gaps: [unread.gaps(), remarks].concat(),
    })
}

/// How many changes of the last days needed each of these owners or others of their line: the fewest first.
/// Nothing where no change is known.
fn asked_lately(able: &BTreeSet<&String>, measures: &Measures<'_>) -> Vec<(String, usize)> {
    let flow = measures.flow(DAYS);
    let Some(load) = flow.repository(0).filter(|load| load.changes > 0) else {
        return Vec::new();
    };
    let asked = able.iter().filter_map(|owner| {
        let name = Name::of_owner(owner, EntityRef::DEFAULT_NAMESPACE)?;
        let place = measures.replay().place_of(&measures.graph.actor(&name));
        let found = load.owners.iter().find(|it| Some(it.actor) == place);
        Some(((*owner).clone(), found.map_or(0, |it| it.asked)))
    });
    let mut asked: Vec<(String, usize)> = asked.collect();
    asked.sort_by(|a, b| (a.1, &a.0).cmp(&(b.1, &b.0)));
    asked
}

/// Who can approve for a line.
fn line(
    approval: Approval,
    rule: Option<&OwnershipRule>,
    directory: &Directory<'_>,
    authors: &[String],
) -> Line {
    let mut line = Line {
        approval,
        able: Vec::new(),
        unable: Vec::new(),
        people: Default::default(),
    };
    for owner in rule.into_iter().flat_map(OwnershipRule::owners) {
        let text = owner.text().to_owned();
        let Some(name) = name_of(owner.kind(), owner.text()) else {
            line.unable
                .push((text, "it is no owner that the forge knows".into()));
            continue;
        };
        let is_author = |label: &str| authors.contains(&label.to_lowercase());
        match (directory.party(&name), &name) {
            (Some(Party::Team(team)), _) if directory.teams()[team].complete => {
                let members = directory.teams()[team].members.iter().take(MOST_PEOPLE);
                let labels = members.map(|&person| directory.label(Party::Person(person)));
                let others: Vec<&str> = labels.filter(|label| !is_author(label)).collect();
                match (
                    others.is_empty(),
                    directory.teams()[team].members.is_empty(),
                ) {
                    (false, _) => {
                        line.able.push(text);
                        line.people.extend(others.into_iter().map(str::to_owned));
                    }
                    (true, true) => line.unable.push((text, "it has no people".into())),
                    (true, false) => {
                        line.unable
                            .push((text, "nobody but an author is in it".into()));
                    }
                }
            }
            (Some(Party::Person(person)), _)
                if is_author(directory.label(Party::Person(person))) =>
            {
                line.unable.push((text, "an author cannot approve".into()));
            }
            (None, Name::User(_)) if is_author(&text) => {
                line.unable.push((text, "an author cannot approve".into()));
            }
            (Some(Party::Person(person)), _) => {
                line.people
                    .insert(directory.label(Party::Person(person)).to_owned());
                line.able.push(text);
            }
            _ => line.able.push(text),
        }
    }
    line
}
