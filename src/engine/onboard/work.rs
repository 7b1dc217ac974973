//! What there is to do, to read and to answer for beside services.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::super::Outcomes;
use super::service::RUNBOOK_RULE;
use super::{Takeover, is_readme};
use crate::answers::{AcceptedToDo, Markers, OwnedLine, Place, ToDo};
use crate::facts::Role;
use crate::findings::{Acceptance, Finding, Report};
use crate::graph::ServiceId;
use crate::policy::Level;
use crate::sources::evidence::is_foreign;
use crate::text::RepoPath;

/// How many of each kind are told of: nobody goes through more in the first weeks.
const MOST_LINES: usize = 20;
const MOST_MARKERS: usize = 5;
const MOST_ASKED: usize = 2;

impl Takeover<'_> {
    /// What the team decides over beside its services, the most files first, and how many lines more.
    pub(super) fn lines(&self) -> (Vec<OwnedLine>, usize) {
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
            let file = self.repository(place).ownership_files.in_use.present()?;
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
    pub(super) fn findings(&self, judged: &[(Report, Outcomes)]) -> (Vec<ToDo>, Vec<AcceptedToDo>) {
        let names = self
            .taken
            .services
            .iter()
            .map(|&id| &self.graph.service(id).service.name);
        let names: BTreeSet<&String> = names.collect();
        let label = self.taken.label.to_lowercase();
        // What a service lacks has its box where the service is told of.
        let lacking = self
            .taken
            .services
            .iter()
            .filter(|&&id| self.lacks_runbook(id));
        let lacking: BTreeSet<&String> = lacking
            .map(|&id| &self.graph.service(id).service.name)
            .collect();
        let has_box = |finding: &Finding| {
            let mut services = finding.services.iter();
            finding.rule == RUNBOOK_RULE && services.any(|service| lacking.contains(service))
        };
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
            alike: Vec::new(),
        };
        let (mut open, mut accepted): (Vec<(Level, ToDo)>, Vec<AcceptedToDo>) = Default::default();
        for (repository, (report, _)) in judged.iter().enumerate() {
            for finding in report.findings.iter() {
                if !concerns(finding) || has_box(finding) {
                    continue;
                }
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
        let open = open.into_iter().map(|(_, to_do)| to_do).collect();
        (together(open), accepted)
    }

    /// What to read: what the repositories say to newcomers, how things hang together, then each service from
    /// what it is to what to do when it fails.
    pub(super) fn reading(&self, services: &[ServiceId]) -> Vec<Place> {
        const MOST: usize = 20;
        let homes: BTreeSet<usize> = services
            .iter()
            .filter_map(|&id| self.graph.service(id).home)
            .chain(self.lines_homes())
            .collect();
        let mut ranked: Vec<(usize, usize, RepoPath)> = Vec::new();
        for &home in &homes {
            let repository = self.repository(home);
            let lines = self.taken.lines_in(self.graph, home);
            let ownership = &self.workspace.members[home].ownership;
            let is_own = |file: usize| {
                let of_service = self.graph.territory(home).services(file);
                of_service.iter().any(|id| self.taken.services.contains(id))
            };
            for (file, document) in &repository.evidence.documents {
                let path = RepoPath::from(repository.tree.path(*file as usize));
                let is_top = path.parent().is_root();
                let rank = match document.role {
                    Role::Overview if is_top && is_readme(&path) => 0,
                    Role::Onboarding => 1,
                    Role::Overview if is_top => 2,
                    Role::Overview if is_own(*file as usize) => 4,
                    Role::Runbook if is_own(*file as usize) => 5,
                    _ => continue,
                };
                ranked.push((rank, home, path));
            }
            // Those that nothing else asks for are known by their names alone.
            for (file, path) in repository.tree.paths().enumerate() {
                if !is_design(path) || is_foreign(path) {
                    continue;
                }
                let path = RepoPath::from(path);
                let folder = path.parent();
                let is_for_all = matches!(folder.as_bytes(), b"" | b"doc" | b"docs");
                let line = ownership.deciding(file);
                let is_decided = line.is_some_and(|line| lines.binary_search(&line).is_ok());
                if is_for_all || is_decided || is_own(file) {
                    ranked.push((3, home, path));
                }
            }
        }
        ranked.sort();
        ranked.dedup_by(|a, b| a.1 == b.1 && a.2 == b.2);
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
    pub(super) fn markers(&self) -> Markers {
        let mut found = Vec::new();
        let mut words: BTreeSet<&str> = BTreeSet::new();
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
                    words.insert(&marker.word);
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
        let words = words.into_iter().map(str::to_owned).collect();
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
            words,
        }
    }
}

/// So many findings that are mended in the same way have one box.
const ALIKE: usize = 3;

/// Puts what the same rule asks for in the same words into one box, at the place of the first, where there is more
/// of it than one goes through one by one.
fn together(all: Vec<ToDo>) -> Vec<ToDo> {
    let kind = |it: &ToDo| (it.rule, it.help.clone());
    let mut counts: BTreeMap<(&'static str, Option<String>), usize> = BTreeMap::new();
    for it in &all {
        *counts.entry(kind(it)).or_default() += 1;
    }
    let mut told: Vec<ToDo> = Vec::new();
    let mut firsts: BTreeMap<(&'static str, Option<String>), usize> = BTreeMap::new();
    for it in all {
        let kind = kind(&it);
        if counts[&kind] < ALIKE {
            told.push(it);
        } else if let Some(&first) = firsts.get(&kind) {
            told[first].alike.push(it.place);
        } else {
            firsts.insert(kind, told.len());
            told.push(it);
        }
    }
    told
}

/// Whether a document says how things hang together: by its name, or by that of a folder.
fn is_design(path: &[u8]) -> bool {
    const WORDS: [&str; 6] = [
        "adr",
        "adrs",
        "architecture",
        "decisions",
        "design",
        "designs",
    ];
    let lower = String::from_utf8_lossy(path).to_lowercase();
    let Some((stem, extension)) = lower.rsplit_once('.') else {
        return false;
    };
    let is_document = matches!(extension, "adoc" | "asciidoc" | "markdown" | "md" | "rst");
    let is_named = |part: &str| {
        let mut words = part.split(|c: char| !c.is_alphanumeric());
        words.next().is_some_and(|first| WORDS.contains(&first))
    };
    is_document && stem.split('/').any(is_named)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_mended_in_the_same_way_has_one_box() {
        let to_do = |rule, help: &str, place: &str| ToDo {
            rule,
            message: place.to_owned(),
            help: Some(help.to_owned()),
            place: Place {
                text: place.to_owned(),
                url: None,
            },
            alike: Vec::new(),
        };
        let all = vec![
            to_do("a/a", "x", "1"),
            to_do("b/b", "x", "2"),
            to_do("a/a", "x", "3"),
            to_do("b/b", "x", "4"),
            to_do("a/a", "y", "5"),
            to_do("a/a", "x", "6"),
        ];
        let told = together(all).into_iter().map(|it| {
            let alike = it.alike.iter().map(|it| it.text.clone());
            (it.place.text, alike.collect::<Vec<_>>().join(" "))
        });
        let told: Vec<(String, String)> = told.collect();
        let expected = [("1", "3 6"), ("2", ""), ("4", ""), ("5", "")];
        assert_eq!(told, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn documents_on_design_are_known_by_their_names() {
        for path in [
            "ARCHITECTURE.md",
            "docs/design-of-locks.rst",
            "docs/adr/0001-x.md",
        ] {
            assert!(is_design(path.as_bytes()), "{path}");
        }
        for path in [
            "docs/designer.md",
            "design/logo.svg",
            "designs",
            "src/redesign.md",
        ] {
            assert!(!is_design(path.as_bytes()), "{path}");
        }
    }
}
