//! Small worlds that tests write down: repositories with their changes, without a disk.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use super::Measures;
use crate::codeowners::{Dialect, OwnershipFile};
use crate::facts::{
    Author, CommitId, CommitRecord, History, Lookup, Place, RecordedChange, Repository, Tag, Tally,
};
use crate::graph::{Graph, Member};
use crate::identity::Directory;
use crate::ownership::Ownership;
use crate::policy::{Policy, PolicyFiles};
use crate::sources::catalog;
use crate::text::{RepoPath, Text};

/// The day of all tests.
pub(super) const TODAY: Date = date(2026, 1, 15);

/// A repository of a test.
#[derive(Default)]
pub(super) struct World {
    pub(super) repositories: Vec<Repository>,
}

impl World {
    /// A repository with this text as its ownership file, whose policy declares this, and whose changes are
    /// these, the oldest first, one a line: `2026-01-10 ann ben: a.rs old.rs=>new.rs -gone.rs`, by `ann` (two
    /// commits) and `ben` (one). `revert` in the place of the first author says that it takes something back.
    /// Its files are those that are left, and those of `files`.
    pub(super) fn of(ownership: &str, declare: &str, files: &[&str], changes: &str) -> World {
        World::default().and(ownership, declare, files, changes)
    }

    /// The same with one more repository.
    pub(super) fn and(
        mut self,
        ownership: &str,
        declare: &str,
        files: &[&str],
        changes: &str,
    ) -> World {
        let (history, mut left) = walked(changes);
        left.extend(files.iter().map(|&path| path.to_owned()));
        if !ownership.is_empty() {
            left.insert("CODEOWNERS".into());
        }
        let mut repository = Repository {
            name: format!("r{}", self.repositories.len()),
            tree: left.iter().map(String::as_str).collect(),
            history: Some(history),
            ..Repository::default()
        };
        if !ownership.is_empty() {
            let text = Text::new("CODEOWNERS".into(), ownership.as_bytes().to_vec());
            let file = OwnershipFile::parse(Dialect::GitHub, text);
            repository.ownership_files.in_use = Lookup::Present(file);
        }
        declared(&mut repository, declare);
        self.repositories.push(repository);
        self
    }

    /// The same with a roster of this text that is complete for `@acme`.
    pub(super) fn roster(mut self, toml: &str) -> World {
        let path = RepoPath::from("people.toml");
        let text = Text::new(path.clone(), toml.as_bytes().to_vec());
        let roster = catalog::roster::read(text, Place::File(path), vec!["acme".into()]);
        self.repositories[0].rosters.push(roster.unwrap());
        self
    }

    /// The same with tags: `v1.0.0 2026-01-10T12:00:00Z` and the times of commits that are new in each.
    pub(super) fn tags(mut self, tags: &[(&str, &str, &[&str])]) -> World {
        let read = |text: &str| text.parse::<Timestamp>().unwrap();
        let last = self.repositories.last_mut().unwrap();
        let history = last.history.as_mut().unwrap();
        let tags = tags.iter().map(|&(name, date, written)| Tag {
            date: read(date),
            name: name.into(),
            commit: CommitId::Sha1([0; 20]),
            written: written.iter().map(|it| read(it)).collect(),
        });
        history.tags = tags.collect();
        history.tags.sort();
        self
    }

    /// Looks at the measures.
    pub(super) fn measure<T>(&self, look: impl FnOnce(&Measures<'_>) -> T) -> T {
        let all = &self.repositories;
        let resolve = |repository: &Repository| {
            let file = repository.ownership_files.in_use.present();
            file.map(|file| Ownership::resolve(&repository.tree, file))
                .unwrap_or_default()
        };
        let ownership: Vec<Ownership> = all.iter().map(resolve).collect();
        let rosters = all.iter().flat_map(|it| &it.rosters);
        let directory = Directory::of(rosters, ["acme".to_owned()], []);
        let members = all.iter().zip(&ownership);
        let members = members.map(|(repository, ownership)| Member {
            repository,
            ownership,
        });
        let graph = Graph::new(members.collect(), &directory);
        let is_bot = |_: usize, _: &Author| false;
        look(&Measures::new(&graph, TODAY, false, is_bot))
    }
}

fn declared(repository: &mut Repository, toml: &str) {
    struct One<'t>(&'t str);
    impl PolicyFiles for One<'_> {
        fn read(&self, _: &RepoPath) -> Result<Vec<u8>, crate::facts::Gap> {
            Ok(self.0.as_bytes().to_vec())
        }
    }
    let path = RepoPath::from("bailiwick.toml");
    let (specs, retired) = (crate::rules::specs(), &crate::rules::RETIRED);
    let policy = Policy::load(&path, &One(toml), &specs, retired);
    let reading = policy.unwrap_or_else(|errors| panic!("{errors}")).reading;
    let place = Some(Place::File(path));
    let (found, rosters) = catalog::declared(&reading, place, &One("")).unwrap();
    repository.catalog = found;
    repository.rosters.extend(rosters);
    catalog::assemble(
        &mut repository.catalog,
        &mut repository.rosters,
        &repository.tree,
        &repository.evidence,
        &reading,
        &catalog::Origin {
            name: &repository.name,
            organization: None,
        },
    );
}

/// The time of a day, or of an hour of it: `2026-01-10`, `2026-01-10T15`.
fn time(text: &str) -> Timestamp {
    let (day, hour) = text.split_once('T').unwrap_or((text, "12"));
    format!("{day}T{hour}:00:00Z").parse().unwrap()
}

/// The history of these changes, and the files that are left.
fn walked(changes: &str) -> (History, std::collections::BTreeSet<String>) {
    let mut tally = Tally::new(time("2025-01-15"));
    let mut known = std::collections::BTreeSet::new();
    let mut number = 0_u32;
    let mut id = move || {
        number += 1;
        let mut id = [0; 20];
        id[..4].copy_from_slice(&number.to_be_bytes());
        CommitId::Sha1(id)
    };
    let mut head = None;
    for line in changes.lines().filter(|line| !line.is_empty()) {
        let (head_of_line, paths) = line.split_once(':').unwrap();
        let mut words = head_of_line.split(' ');
        let when = time(words.next().unwrap());
        let mut authors: Vec<&str> = words.collect();
        let is_revert = authors.first() == Some(&"revert");
        if is_revert {
            authors.remove(0);
        }
        let mut recorded = Vec::new();
        for path in paths.split_whitespace() {
            let change = if let Some((from, to)) = path.split_once("=>") {
                known.remove(from);
                known.insert(to.to_owned());
                RecordedChange::Moved(from.as_bytes(), to.as_bytes())
            } else if let Some(gone) = path.strip_prefix('-') {
                known.remove(gone);
                RecordedChange::Removed(gone.as_bytes())
            } else if known.insert(path.to_owned()) {
                RecordedChange::Added(path.as_bytes())
            } else {
                RecordedChange::Changed(path.as_bytes())
            };
            recorded.push(change);
        }
        let named: Vec<Author> = authors
            .iter()
            .map(|&name| Author {
                email: format!("{name}@acme.test"),
                name: name.to_owned(),
            })
            .collect();
        // The first author writes two commits of several, so that it is the main one.
        let record = |author, changes| CommitRecord {
            id: id(),
            author,
            authored: when,
            committed: when,
            is_merge: false,
            is_revert,
            changes,
        };
        let several = named.len() > 1;
        let first = named.first().filter(|_| several);
        let records: Vec<CommitRecord<'_>> = {
            let mut record = record;
            let changes: &[RecordedChange<'_>] = &recorded;
            let authors = first.into_iter().chain(&named).enumerate();
            authors
                .map(|(at, author)| record(author, if at == 0 { changes } else { &[] }))
                .collect()
        };
        for record in &records {
            tally.add(record);
        }
        tally.land(records[0].id, when, &records, &recorded);
        head = Some(records[0].id);
    }
    (tally.finish(head, Vec::new(), true, Vec::new()), known)
}
