//! Tests of who knows what, and small histories for those of other measures.

use jiff::Timestamp;

use super::*;
use crate::facts::{Author, CommitId, CommitRecord, RecordedChange, Tally};
use crate::identity::Directory;

/// The history of these commits, one a line and the oldest first, each a day after the other:
/// `ann: a.rs old.rs=>new.rs -gone.rs`. What is there already is changed, `+a.rs` is added again.
pub(in crate::analysis) fn history(text: &str) -> History {
    let mut tally = Tally::new(Timestamp::UNIX_EPOCH);
    let mut known = std::collections::BTreeSet::new();
    for (number, line) in text
        .lines()
        .map(str::trim)
        .filter(|it| !it.is_empty())
        .enumerate()
    {
        let (author, paths) = line.split_once(": ").unwrap();
        let changes: Vec<RecordedChange<'_>> = paths
            .split_whitespace()
            .map(|path| {
                if let Some((from, to)) = path.split_once("=>") {
                    known.insert(to);
                    RecordedChange::Moved(from.as_bytes(), to.as_bytes())
                } else if let Some(gone) = path.strip_prefix('-') {
                    RecordedChange::Removed(gone.as_bytes())
                } else if let Some(again) = path.strip_prefix('+') {
                    RecordedChange::Added(again.as_bytes())
                } else if known.insert(path) {
                    RecordedChange::Added(path.as_bytes())
                } else {
                    RecordedChange::Changed(path.as_bytes())
                }
            })
            .collect();
        let when = Timestamp::from_second(86_400 * number as i64).unwrap();
        let author = Author {
            email: format!("{author}@acme.test"),
            name: author.to_owned(),
        };
        tally.add(&CommitRecord {
            id: CommitId::Sha1([u8::try_from(number).unwrap(); 20]),
            author: &author,
            authored: when,
            committed: when,
            is_merge: false,
            is_revert: false,
            changes: &changes,
        });
    }
    tally.finish(None, Vec::new(), true, Vec::new())
}

/// Who knows these files, with the people.
pub(in crate::analysis) fn knowledge(files: &[&str], text: &str) -> (Knowledge, Committers) {
    let history = history(text);
    let tree: Tree = files.iter().copied().collect();
    let committers = Committers::of(&[Some(&history)], &Directory::default(), |_, _| false);
    (
        Knowledge::of(0, &tree, None, &history, &committers),
        committers,
    )
}

/// Who knows the first file: who, whether they created it and were the first to, changes, day, and degree.
fn experts(files: &[&str], text: &str) -> Vec<String> {
    let (knowledge, committers) = knowledge(files, text);
    let experts = knowledge.experts(0).iter();
    let experts = experts.map(|it| {
        format!(
            "{}{}{} {} day {} {:.3}",
            committers.at(it.who).label,
            if it.created { " created" } else { "" },
            if it.is_first { " first" } else { "" },
            it.changes,
            it.last.as_second() / 86_400,
            it.doa
        )
    });
    experts.collect()
}

fn authors(text: &str, by: Authorship) -> Vec<String> {
    let (knowledge, committers) = knowledge(&["a.rs"], text);
    let authors = knowledge.authors(0, by);
    authors
        .map(|it| committers.at(it.who).label.clone())
        .collect()
}

#[test]
fn the_degree_is_that_of_the_paper() {
    // 3.293 + 1.098 + 0.164 * 3 - 0.321 * ln(1 + 4), and without the parts.
    for (created, changes, by_others, expected) in [
        (true, 3, 4, 4.366_37),
        (false, 0, 0, 3.293),
        (true, 0, 0, 4.391),
        (false, 1, 10, 2.687_27),
    ] {
        let found = degree_of_authorship(created, changes, by_others);
        assert!((found - expected).abs() < 1e-4, "{found} is not {expected}");
    }
}

#[test]
fn adding_is_no_change_and_those_of_others_make_knowledge_older() {
    assert_eq!(
        experts(&["a.rs"], "ann: a.rs\nbob: a.rs b.rs\nann: a.rs\nbob: a.rs"),
        ["ann created first 1 day 2 4.202", "bob 2 day 3 3.398",]
    );
    assert!(experts(&["new.rs"], "ann: a.rs").is_empty());
    // Whoever only removes a file knows nothing of it.
    assert_eq!(
        experts(&["a.rs"], "ann: a.rs\nbob: -a.rs\nann: +a.rs"),
        ["ann created first 0 day 2 4.391"]
    );
}

#[test]
fn former_names_count_transitively_and_moving_is_a_change() {
    let text = "ann: a.rs\nbob: a.rs=>b.rs\ncem: b.rs\ncem: b.rs=>c.rs\ndan: c.rs";
    assert_eq!(
        experts(&["c.rs"], text),
        [
            "ann created first 0 day 0 3.874",
            "cem 2 day 3 3.268",
            "dan 1 day 4 3.012",
            "bob 1 day 1 3.012",
        ]
    );
    // Files that went in a circle end.
    let circle = "ann: a.rs\nann: a.rs=>b.rs\nbob: b.rs=>a.rs";
    assert_eq!(experts(&["a.rs"], circle).len(), 2);
}

#[test]
fn bots_know_nothing_and_make_nothing_older() {
    assert_eq!(
        experts(&["a.rs"], "ann: a.rs\ndependabot[bot]: a.rs"),
        ["ann created first 0 day 0 4.391"]
    );
}

#[test]
fn names_without_end_are_joined_up_to_a_border() {
    let mut lines = vec!["ann: f0.rs".to_owned()];
    lines.extend((0..200).map(|n| format!("bob: f{n}.rs=>f{}.rs", n + 1)));
    let (long, _) = knowledge(&["f200.rs"], &lines.join("\n"));
    assert_eq!(long.experts(0).len(), 2);
    let mut names = Vec::new();
    let history = {
        let mut tally = Tally::new(Timestamp::UNIX_EPOCH);
        let paths: Vec<String> = (0..400).map(|n| format!("f{n:03}.rs")).collect();
        let moves: Vec<_> = paths
            .windows(2)
            .map(|pair| RecordedChange::Moved(pair[0].as_bytes(), pair[1].as_bytes()))
            .collect();
        tally.add(&CommitRecord {
            id: CommitId::Sha1([0; 20]),
            author: &Author::default(),
            authored: Timestamp::UNIX_EPOCH,
            committed: Timestamp::UNIX_EPOCH,
            is_merge: false,
            is_revert: false,
            changes: &moves,
        });
        tally.finish(None, Vec::new(), true, Vec::new())
    };
    names.extend_from_slice(Names::new(&history).of(399));
    assert_eq!(names.len(), MOST_NAMES);
    assert_eq!(names[..3], [399, 398, 397]);
}

#[test]
fn who_added_it_again_created_it_by_the_tool_and_not_by_the_paper() {
    let text = "ann: a.rs\nbob: +a.rs";
    assert_eq!(authors(text, Authorship::Tool), ["bob", "ann"]);
    // By the paper bob has 3.293 of ann's 4.391, which is just less than 0.75 of it.
    assert_eq!(authors(text, Authorship::Paper), ["ann"]);
}

#[test]
fn whoever_created_a_file_stays_an_author_by_the_tool_alone() {
    // ann: 4.391 - 0.321 * ln(1 + 40) = 3.199, of the highest degree 9.853: a third.
    let mut changed = "ann: a.rs\n".to_owned() + &"bob: a.rs\n".repeat(40);
    assert_eq!(authors(&changed, Authorship::Tool), ["bob"]);
    // Of many who change it once each, nobody reaches the absolute threshold but by having created it.
    changed = "ann: a.rs\n".to_owned();
    changed.extend((0..40).map(|n| format!("dev{n}: a.rs\n")));
    assert_eq!(authors(&changed, Authorship::Tool), ["ann"]);
    assert!(authors(&changed, Authorship::Paper).is_empty());
}

#[test]
fn a_repository_that_was_never_committed_has_files_that_nobody_knows() {
    let (knowledge, _) = knowledge(&["a.rs", "b.md"], "");
    assert_eq!(knowledge.len(), 2);
    assert!(knowledge.is_source(0) && !knowledge.is_source(1));
    assert!(knowledge.experts(0).is_empty());
    assert!(knowledge.experts(7).is_empty() && !knowledge.is_source(7));
}
