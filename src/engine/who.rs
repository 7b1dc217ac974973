//! Whom to ask about a path: who owns it, who knows it, and what belongs to it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::owners::{folders, untracked};
use super::past::{Past, with_past};
use super::{Error, HistoryRequest, missing};
use crate::analysis::Measures;
use crate::analysis::experts::Familiar;
use crate::answers::{ChangesTogether, Expert, OwnersOfSome, WhoAnswer, WhoOfPath};
use crate::facts::{EntityRef, Name};
use crate::graph::{Actor, Graph};
use crate::identity::Party;
use crate::sources::repository::Source;
use crate::text::RepoPath;

/// About what is asked.
#[derive(Clone, Debug)]
pub struct WhoRequest {
    /// The repository, or a folder in it to which paths are relative.
    pub target: PathBuf,
    /// Files and folders; none for the target itself.
    pub paths: Vec<PathBuf>,
    /// The day as of which it is asked.
    pub as_of: Date,
    /// Which commits are read.
    pub history: HistoryRequest,
}

/// How many people, and how many paths, are told of.
const MOST_EXPERTS: usize = 5;
const MOST_TOGETHER: usize = 5;

/// Whom to ask about some paths.
///
/// # Errors
/// The target or its policy cannot be read, or no tracked file is at a path.
pub fn who(request: &WhoRequest) -> Result<WhoAnswer, Error> {
    let scope = Source::open(&request.target, None)?.scope().clone();
    let wanted = folders(&scope, &request.paths)?;
    let past = Past {
        target: &request.target,
        policy: None,
        as_of: request.as_of,
        history: &request.history,
    };
    with_past(&past, |workspace, measures| {
        let repository = &workspace.members[0].repository;
        let paths = wanted.iter().map(|path| of_path(path, measures));
        let paths: Vec<WhoOfPath> = paths.collect::<Result<_, Error>>()?;
        let file = missing::codeowners(repository)?;
        Ok(WhoAnswer {
            repository: repository.name.clone(),
            file: file.map(|file| file.text().path().to_string_lossy().into_owned()),
            paths,
            gaps: missing::of_workspace("who", &missing::OF_THE_PAST, workspace)?,
        })
    })
}

fn of_path(path: &RepoPath, measures: &Measures<'_>) -> Result<WhoOfPath, Error> {
    let member = measures.graph.members()[0];
    let tree = &member.repository.tree;
    let files: Vec<usize> = tree
        .find(path.as_bytes())
        .into_iter()
        .chain(tree.below(path))
        .collect();
    if files.is_empty() {
        return Err(untracked(path, member.repository));
    }
    let owners = owners(&files, measures);
    let names: BTreeSet<&String> = owners.iter().flat_map(|it| &it.owners).collect();
    let people = People::of(names.into_iter().map(String::as_str), measures.graph);
    let familiar = measures.familiar(files.iter().map(|&file| (0, file)));
    let experts = familiar.iter().take(MOST_EXPERTS);
    let experts: Vec<Expert> = experts.map(|it| expert(it, &people, measures)).collect();
    Ok(WhoOfPath {
        path: match path.is_root() {
            true => ".".into(),
            false => path.to_string_lossy().into_owned(),
        },
        files: files.len(),
        owners,
        more_experts: familiar.len() - experts.len(),
        experts,
        together: changing_together(&files, measures),
    })
}

/// Who owns the files, the most first.
fn owners(files: &[usize], measures: &Measures<'_>) -> Vec<OwnersOfSome> {
    let member = measures.graph.members()[0];
    let file = member.repository.ownership_files.in_use.present();
    let mut by_line: BTreeMap<Option<usize>, usize> = BTreeMap::new();
    for &at in files {
        *by_line.entry(member.ownership.deciding(at)).or_default() += 1;
    }
    let mut by_owners: BTreeMap<Vec<String>, (usize, usize, Option<u32>)> = BTreeMap::new();
    for (line, files) in by_line {
        let rule = line.zip(file).map(|(line, file)| &file.rules()[line]);
        let owners = rule.map_or(Vec::new(), |rule| rule.owner_names().collect());
        let (all, most, number) = by_owners.entry(owners).or_default();
        *all += files;
        if files > *most {
            (*most, *number) = (files, rule.map(|rule| rule.line()));
        }
    }
    let mut owners: Vec<OwnersOfSome> = by_owners
        .into_iter()
        .map(|(owners, (files, _, line))| OwnersOfSome {
            owners,
            files,
            line,
        })
        .collect();
    owners.sort_by(|a, b| (Reverse(a.files), &a.owners).cmp(&(Reverse(b.files), &b.owners)));
    owners
}

fn changing_together(files: &[usize], measures: &Measures<'_>) -> Vec<ChangesTogether> {
    let member = measures.graph.members()[0];
    let in_use = member.repository.ownership_files.in_use.present();
    let found = measures.together(0, &files.iter().copied().collect());
    let found = found.into_iter().take(MOST_TOGETHER).map(|it| {
        let rule = in_use.and_then(|in_use| member.ownership.owning_rule(it.file, in_use));
        let path = String::from_utf8_lossy(member.repository.tree.path(it.file));
        ChangesTogether {
            path: path.into_owned(),
            owners: rule.map_or(Vec::new(), |rule| rule.owner_names().collect()),
            degree: it.degree,
            shared: it.shared,
        }
    });
    found.collect()
}

/// Somebody who knows files, as they are told of.
pub(super) fn expert(it: &Familiar, people: &People, measures: &Measures<'_>) -> Expert {
    let committer = measures.committers.at(it.who);
    Expert {
        name: committer.label.clone(),
        owns: people.has(committer.person, &committer.label),
        files: it.files,
        changes: it.changes,
        last: day(it.last),
        active: day(measures.last_commit(it.who).unwrap_or(it.last)),
    }
}

pub(super) fn day(of: Timestamp) -> Date {
    of.to_zoned(TimeZone::UTC).date()
}

/// The people behind some owners.
#[derive(Debug, Default)]
pub(super) struct People {
    persons: BTreeSet<usize>,
    /// As written, in lower case.
    names: BTreeSet<String>,
}

impl People {
    /// Those behind owners as they are written.
    pub(super) fn of<'o>(owners: impl Iterator<Item = &'o str>, graph: &Graph<'_>) -> People {
        let mut people = People::default();
        for owner in owners {
            people.names.insert(owner.to_lowercase());
            let Some(name) = Name::of_owner(owner, EntityRef::DEFAULT_NAMESPACE) else {
                continue;
            };
            match graph.actor(&name) {
                Actor::Party(Party::Person(person)) => {
                    people.persons.insert(person);
                }
                Actor::Party(Party::Team(team)) => {
                    people.persons.extend(graph.people_of(team).0.iter())
                }
                Actor::Unlisted(_) => {}
            }
        }
        people
    }

    pub(super) fn has(&self, person: Option<usize>, label: &str) -> bool {
        person.is_some_and(|person| self.persons.contains(&person))
            || self.names.contains(&label.to_lowercase())
    }
}
