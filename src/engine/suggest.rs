//! Who could own what nobody owns, by who knows it.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::civil::Date;

use super::past::{Past, with_past};
use super::who::day;
use super::{Error, HistoryRequest, missing};
use crate::analysis::Measures;
use crate::analysis::knowledge::Authorship;
use crate::answers::{Suggestion, SuggestionsAnswer};
use crate::facts::Tree;
use crate::sources::repository::Source;
use crate::text::RepoPath;

/// For which repository owners are suggested.
#[derive(Clone, Debug)]
pub struct SuggestRequest {
    /// The repository, or a folder in it.
    pub target: PathBuf,
    /// The day as of which it is asked.
    pub as_of: Date,
    /// Which commits are read.
    pub history: HistoryRequest,
}

/// Somebody is suggested who knows at least so many of a hundred files.
const LEAST_SHARE: usize = 50;

/// A folder is not looked into any further where somebody knows so many of a hundred of its files.
const SETTLED: usize = 75;

/// Who could own what nobody owns.
///
/// # Errors
/// The target or its policy cannot be read.
pub fn suggest(request: &SuggestRequest) -> Result<SuggestionsAnswer, Error> {
    let scope = Source::open(&request.target, None)?.scope().clone();
    let past = Past {
        target: &request.target,
        policy: None,
        as_of: request.as_of,
        history: &request.history,
    };
    with_past(&past, |workspace, measures| {
        let gaps = missing::of_workspace("suggestions", &missing::OF_THE_PAST, workspace)?;
        let member = measures.graph.members()[0];
        let (tree, in_use) = (
            &member.repository.tree,
            member.repository.ownership_files.in_use.present(),
        );
        let is_owned = |file: usize| {
            let rule = in_use.and_then(|in_use| member.ownership.owning_rule(file, in_use));
            rule.is_some()
        };
        let unowned: Vec<usize> = tree.below(&scope).filter(|&file| !is_owned(file)).collect();
        let search = Search {
            measures,
            tree,
            candidates: Candidates::of(measures, request.as_of),
        };
        let mut found = Vec::new();
        search.folder(&scope, &unowned, &mut found);
        found.retain(|it: &Suggestion| is_plain(&it.pattern));
        found.sort_by(|a: &Suggestion, b| a.pattern.cmp(&b.pattern));
        let helped: usize = found.iter().map(|it| it.files).sum();
        Ok(SuggestionsAnswer {
            file: in_use.map(|file| file.text().path().to_string_lossy().into_owned()),
            suggestions: found,
            unowned: unowned.len(),
            without: unowned.len() - helped,
            gaps,
        })
    })
}

/// Who can be named as an owner, by committer: their teams and they themselves.
struct Candidates {
    /// Handles, the smaller teams first and people last.
    handles: Vec<String>,
    /// By committer: the handles that stand for them, by place.
    of: BTreeMap<u32, Vec<usize>>,
}

impl Candidates {
    fn of(measures: &Measures<'_>, as_of: Date) -> Candidates {
        let directory = measures.graph.directory();
        let border =
            as_of.saturating_sub(jiff::Span::new().days(crate::analysis::people::SEEN_DAYS));
        let is_active = |who: u32| {
            let last = measures.last_commit(who).map(day);
            last.is_some_and(|last| last >= border) && !measures.committers.at(who).is_bot
        };
        let mut all: Vec<(usize, String, Vec<u32>)> = Vec::new();
        for (place, team) in directory.teams().iter().enumerate() {
            let people = measures.graph.people_of(place).0;
            let people = people
                .iter()
                .filter_map(|&it| measures.committers.of_person(it));
            let people: Vec<u32> = people.filter(|&who| is_active(who)).collect();
            if team.label.starts_with('@') && !people.is_empty() {
                all.push((team.members.len(), team.label.clone(), people));
            }
        }
        all.sort();
        for (who, committer) in (0..).zip(measures.committers.all()) {
            if committer.label.starts_with('@') && is_active(who) {
                all.push((usize::MAX, committer.label.clone(), vec![who]));
            }
        }
        let mut of: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (handle, (_, _, people)) in all.iter().enumerate() {
            for &who in people {
                of.entry(who).or_default().push(handle);
            }
        }
        Candidates {
            handles: all.into_iter().map(|(_, handle, _)| handle).collect(),
            of,
        }
    }
}

/// Looks for owners from the root down.
struct Search<'s> {
    measures: &'s Measures<'s>,
    tree: &'s Tree,
    candidates: Candidates,
}

impl Search<'_> {
    /// Suggests owners for the files of a folder that nobody owns: one for all of it, or one for each of
    /// the folders and files in it. The depth is that of paths, which is bounded.
    fn folder(&self, folder: &RepoPath, files: &[usize], found: &mut Vec<Suggestion>) {
        if files.is_empty() {
            return;
        }
        let whole = files.len() == self.tree.below(folder).len() && !folder.is_root();
        let best = if whole { self.best(files) } else { None };
        let is_settled = |best: &Suggestion| best.known * 100 >= SETTLED * best.files;
        if let Some(best) = best.as_ref().filter(|best| is_settled(best)) {
            found.push(Suggestion {
                pattern: format!("/{}/", folder.to_string_lossy()),
                ..best.clone()
            });
            return;
        }
        let mut parts: BTreeMap<RepoPath, Vec<usize>> = BTreeMap::new();
        let mut own = Vec::new();
        for &file in files {
            match child(folder, self.tree.path(file)) {
                Some(child) => parts.entry(child).or_default().push(file),
                None => own.push(file),
            }
        }
        let start = found.len();
        for (child, files) in &parts {
            self.folder(child, files, found);
        }
        for file in own {
            found.extend(self.best(&[file]).map(|best| Suggestion {
                pattern: format!("/{}", String::from_utf8_lossy(self.tree.path(file))),
                ..best
            }));
        }
        // One line for all, where its parts say no more than that.
        let owners: BTreeSet<&String> = found[start..].iter().map(|it| &it.owner).collect();
        if let Some(best) = best.filter(|best| owners.iter().all(|owner| **owner == best.owner)) {
            found.truncate(start);
            found.push(Suggestion {
                pattern: format!("/{}/", folder.to_string_lossy()),
                ..best
            });
        }
    }

    /// Who knows most of these files, of those who can be named: a team rather than a person, a small team
    /// rather than a large one.
    fn best(&self, files: &[usize]) -> Option<Suggestion> {
        let knowledge = self.measures.knowledge(0)?;
        let mut known: BTreeMap<usize, usize> = BTreeMap::new();
        for &file in files {
            let authors = knowledge.authors(file, Authorship::Tool);
            let handles = authors.filter_map(|author| self.candidates.of.get(&author.who));
            let handles: BTreeSet<usize> = handles.flatten().copied().collect();
            for handle in handles {
                *known.entry(handle).or_default() += 1;
            }
        }
        let is_team = |handle: usize| self.candidates.handles[handle].contains('/');
        let enough = known
            .into_iter()
            .filter(|(_, known)| known * 100 >= LEAST_SHARE * files.len());
        let (handle, known) =
            enough.max_by_key(|&(handle, known)| (is_team(handle), known, Reverse(handle)))?;
        let is_of = |who: u32| {
            self.candidates
                .of
                .get(&who)
                .is_some_and(|of| of.contains(&handle))
        };
        let mut people = BTreeSet::new();
        let (mut changes, mut last) = (0, None);
        for expert in files.iter().flat_map(|&file| knowledge.experts(file)) {
            if is_of(expert.who) {
                people.insert(expert.who);
                changes += expert.changes as usize + usize::from(expert.created);
                last = last.max(Some(expert.last));
            }
        }
        Some(Suggestion {
            pattern: String::new(),
            owner: self.candidates.handles[handle].clone(),
            files: files.len(),
            known,
            people: people.len(),
            changes,
            last: day(last?),
        })
    }
}

/// Whether an ownership file can name a path: none of its characters means something else there.
fn is_plain(pattern: &str) -> bool {
    let special = ['*', '?', '[', ']', '!', '#', '\\', '\u{fffd}'];
    !pattern.contains(special) && !pattern.contains(char::is_control)
}

/// The folder in `folder` that holds a file below it; none for a file of the folder itself.
fn child(folder: &RepoPath, file: &[u8]) -> Option<RepoPath> {
    let from = match folder.is_root() {
        true => 0,
        false => folder.as_bytes().len() + 1,
    };
    let rest = file.get(from..)?;
    let end = memchr::memchr(b'/', rest)?;
    Some(RepoPath::from(&file[..from + end]))
}
