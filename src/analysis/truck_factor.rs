//! The truck factor: how many people have to go until most files have nobody left who knows them.
//!
//! Source: as [`super::knowledge`]. People go one after the other, whoever is an author of most files
//! first, until fewer than half of the files have an author left. The authors' tool then prunes: of those
//! who went it drops whoever is an author of less than a tenth of the files of the first, and so do we,
//! unless told otherwise. Of people with as many files the one with more changes goes first, as in the tool,
//! then the one who comes first by name.
//!
//! The number depends strongly on which files count. Only source files do here, and
//! [`FILTER`] says so wherever the number is printed.
//!
//! On whole repositories the number is the one that was published: check out the commit and ask for
//! `bailiwick history --as-of DATE`. Files that count stand beside those that linguist leaves, which knows
//! content as well.
//!
//! | repository | commit | date | number | published | files | by linguist |
//! | --- | --- | --- | --- | --- | --- | --- |
//! | celery/celery | 63f6c9826f | 2015-02-25 | 1 | 1 | 271 of 568 | 268 |
//! | composer/composer | e5985a9b55 | 2015-02-25 | 2 | 2 | 286 of 533 | 286 |
//! | pallets/flask | 818c42cfea | 2015-02-25 | 1 | 1 | 60 of 207 | 59 |
//! | d3/d3 | 667ce0d7f8 | 2016-11-15 | 1 | 1 | 5 of 19 | 5 |

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use super::knowledge::{Authorship, Knowledge};

/// Which files count: the end of a sentence behind "source files are".
pub const FILTER: &str = super::knowledge::SOURCE_FILES;

/// So many files have an author as long as the rest gets along: their share of all.
const COVERAGE: f64 = 0.5;

/// Pruning leaves who is an author of at least this share of the files of the first.
const PRUNED: f64 = 0.1;

/// How the number is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Method {
    /// Who counts as an author.
    pub authorship: Authorship,
    /// Whether those are dropped who know little beside the first.
    pub prune: bool,
}

impl Default for Method {
    /// As the tool does.
    fn default() -> Self {
        Method {
            authorship: Authorship::Tool,
            prune: true,
        }
    }
}

/// On how many people the knowledge of some files hangs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TruckFactor {
    /// Whose going leaves most files unknown, in the order in which they go. Their number is the truck
    /// factor; 0 where not even half of the files have an author now.
    pub who: Vec<Holder>,
    /// How many of the files that count have an author beside them.
    pub left: usize,
    /// How many of the files are source files: those that count.
    pub files: usize,
    /// How many of these have an author now.
    pub known: usize,
    /// How many files there are in all.
    pub all: usize,
    /// How often people added or changed the files that count.
    pub changes: usize,
}

/// Somebody who knows files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Who it is, by place among the committers.
    pub who: u32,
    /// Of how many files they are an author.
    pub files: usize,
}

impl TruckFactor {
    /// The truck factor of these files, each with the knowledge of its repository.
    pub fn of<'k>(
        files: impl IntoIterator<Item = (&'k Knowledge, usize)>,
        method: Method,
    ) -> TruckFactor {
        TruckFactor::without(files, method, &BTreeSet::new())
    }

    /// The truck factor of these files, had some people gone.
    pub fn without<'k>(
        files: impl IntoIterator<Item = (&'k Knowledge, usize)>,
        method: Method,
        gone: &BTreeSet<u32>,
    ) -> TruckFactor {
        let mut found = TruckFactor::default();
        // By person: what they are an author of, by the place among the files that count; how often they
        // changed any of these.
        let mut people: BTreeMap<u32, (Vec<u32>, usize)> = BTreeMap::new();
        let mut authors_left: Vec<u32> = Vec::new();
        for (knowledge, file) in files {
            found.all += 1;
            if !knowledge.is_source(file) {
                continue;
            }
            let place = u32::try_from(authors_left.len()).unwrap_or(u32::MAX);
            for expert in knowledge.experts(file) {
                let changes = expert.changes as usize + usize::from(expert.created);
                people.entry(expert.who).or_default().1 += changes;
                found.changes += changes;
            }
            let mut authors = 0;
            let left = knowledge.authors(file, method.authorship);
            for author in left.filter(|author| !gone.contains(&author.who)) {
                people.entry(author.who).or_default().0.push(place);
                authors += 1;
            }
            authors_left.push(authors);
        }
        found.files = authors_left.len();
        found.known = authors_left.iter().filter(|&&authors| authors > 0).count();

        let mut order: Vec<(u32, Vec<u32>, usize)> = people
            .into_iter()
            .filter(|(_, (files, _))| !files.is_empty())
            .map(|(who, (files, changes))| (who, files, changes))
            .collect();
        order.sort_by_key(|(who, files, changes)| (Reverse((files.len(), *changes)), *who));
        let mut known = found.known;
        let mut gone = Vec::new();
        for (who, files, _) in order {
            if share(known, found.files) < COVERAGE {
                break;
            }
            for &file in &files {
                let left = &mut authors_left[file as usize];
                *left -= 1;
                known -= usize::from(*left == 0);
            }
            gone.push((who, files));
        }
        // Whoever is pruned stays.
        let first = gone.first().map_or(0, |(_, files)| files.len());
        for (who, files) in gone {
            if method.prune && share(files.len(), first) < PRUNED {
                for file in files {
                    let left = &mut authors_left[file as usize];
                    known += usize::from(*left == 0);
                    *left += 1;
                }
            } else {
                let files = files.len();
                found.who.push(Holder { who, files });
            }
        }
        found.left = known;
        found
    }

    /// The number.
    pub fn number(&self) -> usize {
        self.who.len()
    }

    /// The share of the files that count that have an author beside them.
    pub fn coverage(&self) -> f64 {
        share(self.left, self.files)
    }
}

/// The share of a whole; none of nothing.
fn share(part: usize, whole: usize) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "there are fewer files than numbers that are exact"
    )]
    let (part, whole) = (part as f64, whole.max(1) as f64);
    part / whole
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::super::knowledge::tests::knowledge;
    use super::*;
    use crate::facts::{Author, History, Touch, Tree};
    use crate::identity::{Committers, Directory};

    const TOOL: Method = Method {
        authorship: Authorship::Tool,
        prune: false,
    };

    /// Who goes, with the number of their files, and the files: with an author in the end, with one now,
    /// that count, in all.
    fn found(files: &[&str], text: &str, method: Method) -> (Vec<String>, String) {
        let (knowledge, committers) = knowledge(files, text);
        let all = (0..files.len()).map(|file| (&knowledge, file));
        let found = TruckFactor::of(all, method);
        let who = found.who.iter();
        let who = who.map(|it| format!("{} {}", committers.at(it.who).label, it.files));
        let TruckFactor {
            left,
            known,
            files,
            all,
            changes,
            ..
        } = found;
        (
            who.collect(),
            format!("{left} left of {known}/{files}/{all}, {changes} changes"),
        )
    }

    #[test]
    fn people_go_until_fewer_than_half_of_the_files_have_an_author() {
        let files = ["a.rs", "b.rs", "c.rs", "d.rs", "e.md"];
        // Half is enough: after ann went c and d have an author.
        let text = "ann: a.rs b.rs e.md\nbob: c.rs\ncem: d.rs";
        assert_eq!(
            found(&files, text, TOOL),
            (
                vec!["ann 2".into(), "bob 1".into()],
                "1 left of 4/4/5, 4 changes".into()
            )
        );
        let text = "ann: a.rs b.rs c.rs\nbob: d.rs";
        assert_eq!(
            found(&files, text, TOOL),
            (vec!["ann 3".into()], "1 left of 4/4/5, 4 changes".into())
        );
    }

    #[test]
    fn a_file_with_two_authors_survives_one() {
        // After ann went both files have an author, after bob half of them, which is enough.
        let text = "ann: a.rs b.rs\nbob: +a.rs\ncem: +b.rs";
        assert_eq!(
            found(&["a.rs", "b.rs"], text, TOOL),
            (
                vec!["ann 2".into(), "bob 1".into(), "cem 1".into()],
                "0 left of 2/2/2, 4 changes".into()
            )
        );
    }

    #[test]
    fn of_equals_goes_first_who_changed_more_then_who_comes_first_by_name() {
        let text = "cem: a.rs\nbob: b.rs\nann: c.rs\nbob: b.rs";
        let (who, _) = found(&["a.rs", "b.rs", "c.rs"], text, TOOL);
        assert_eq!(who, ["bob 1", "ann 1"]);
    }

    #[test]
    fn who_knows_little_beside_the_first_is_pruned() {
        let files: Vec<String> = (0..42).map(|n| format!("f{n:02}.rs")).collect();
        let files: Vec<&str> = files.iter().map(String::as_str).collect();
        // ann has 21 files, bob 3, nineteen others one each: ann and then bob go, 21 of 42 being half.
        let mut text = format!(
            "ann: {}\nbob: {}\n",
            files[..21].join(" "),
            files[21..24].join(" ")
        );
        text.extend((24..42).map(|n| format!("p{n}: {}\n", files[n])));
        let (greedy, _) = found(&files, &text, TOOL);
        assert_eq!(greedy, ["ann 21", "bob 3"]);
        // Three of 21 are more than a tenth, one of 20 is less.
        assert_eq!(found(&files, &text, Method::default()).0, greedy);
        let text = format!("ann: {}\nbob: {}\n", files[..20].join(" "), files[20]);
        let rest: String = (21..42).map(|n| format!("p{n}: {}\n", files[n])).collect();
        let (greedy, _) = found(&files, &(text.clone() + &rest), TOOL);
        assert_eq!(greedy.len(), 3);
        let (pruned, files) = found(&files, &(text + &rest), Method::default());
        assert_eq!(pruned, ["ann 20"]);
        assert_eq!(files, "22 left of 42/42/42, 42 changes");
    }

    /// What was recorded of a repository: the files, and who did what to them, with the degrees of
    /// authorship that another program found.
    fn recorded(text: &str) -> (Knowledge, Committers) {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let files: Vec<(&str, &str)> = lines.map(|line| line.split_once(": ").unwrap()).collect();
        let person = |number: u32| format!("p{number:03}");
        let mut history = History::default();
        let mut degrees = Vec::new();
        for (path, (name, people)) in (0..).zip(&files) {
            history.paths.push((*name).into());
            for one in people.split(' ') {
                let (what, degree) = one.split_once('=').unwrap();
                let created = what.contains('+');
                let (author, changes) = what.split_once(['+', '/']).unwrap();
                let author: u32 = author.parse().unwrap();
                history.touches.push(Touch {
                    path,
                    author,
                    added: created.then_some(Timestamp::UNIX_EPOCH),
                    changes: changes.parse().unwrap(),
                    last: Timestamp::UNIX_EPOCH,
                });
                degrees.push((path, person(author), degree.parse::<f64>().unwrap()));
            }
        }
        history.touches.sort_unstable();
        let last = history.touches.iter().map(|touch| touch.author).max();
        let authors = (0..=last.unwrap()).map(|number| Author {
            name: person(number),
            email: String::new(),
        });
        history.authors = authors.collect();
        history.authors.sort();
        let tree: Tree = files.iter().map(|&(path, _)| path).collect();
        let committers = Committers::of(&[Some(&history)], &Directory::default(), |_, _| false);
        let knowledge = Knowledge::of(0, &tree, None, &history, &committers);
        for (file, who, degree) in degrees {
            let mut experts = knowledge.experts(file as usize).iter();
            let expert = experts.find(|it| committers.at(it.who).label == who);
            let found = expert.unwrap().doa;
            assert!(
                (found - degree).abs() < 6e-4,
                "{}: {who} has {found}",
                files[file as usize].0
            );
        }
        (knowledge, committers)
    }

    #[test]
    fn known_repositories_have_the_truck_factors_that_were_published() {
        // Avelino and others give 1 for d3 and flask, and 2 for composer, of which this is a folder.
        for (text, expected, left) in [
            (include_str!("truck_factor/d3.txt"), &[("p000", 5)][..], 0),
            (include_str!("truck_factor/flask.txt"), &[("p000", 54)], 20),
            (
                include_str!("truck_factor/composer.txt"),
                &[("p000", 25), ("p003", 10)],
                14,
            ),
        ] {
            let (knowledge, committers) = recorded(text);
            for prune in [false, true] {
                let files = (0..knowledge.len()).map(|file| (&knowledge, file));
                let found = TruckFactor::of(files, Method { prune, ..TOOL });
                let who = found.who.iter();
                let who: Vec<_> = who
                    .map(|it| (committers.at(it.who).label.as_str(), it.files))
                    .collect();
                assert_eq!((&who[..], found.left), (expected, left));
                assert_eq!(found.files, found.all);
            }
        }
    }

    #[test]
    fn nothing_hangs_on_anybody_where_nobody_knows_the_files() {
        let none = (Vec::new(), "0 left of 0/1/1, 0 changes".into());
        assert_eq!(found(&["a.rs"], "", Method::default()), none);
        let (who, _) = found(&["a.rs", "b.rs", "c.rs"], "ann: a.rs", TOOL);
        assert!(who.is_empty());
        let nothing = TruckFactor::of(std::iter::empty(), Method::default());
        assert_eq!(nothing, TruckFactor::default());
    }
}
