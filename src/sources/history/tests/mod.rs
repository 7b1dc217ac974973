//! Histories that are written for the purpose, beside what git says of them.

#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps what is not there fails"
)]

mod blame;
mod cache;
mod gaps;
mod git;

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::*;
use crate::facts::{How, Touched};
use crate::sources::repository::testing::Sandbox;

/// A repository in the making, as `git fast-import` reads it. Commits are numbered from 1.
#[derive(Default)]
pub(super) struct Story {
    stream: Vec<u8>,
    commits: usize,
}

impl Story {
    /// A commit of Ann with these parents, made in this second. What is set to nothing goes.
    pub(super) fn commit(
        &mut self,
        parents: &[usize],
        second: i64,
        changes: &[(&str, Option<&str>)],
    ) -> usize {
        self.commit_by("Ann <ann@acme.test>", parents, second, "change", changes)
    }

    pub(super) fn commit_by(
        &mut self,
        who: impl AsRef<[u8]>,
        parents: &[usize],
        second: i64,
        message: &str,
        changes: &[(&str, Option<&str>)],
    ) -> usize {
        self.commits += 1;
        let (number, out) = (self.commits, &mut self.stream);
        let mut line = |text: String| out.extend_from_slice(text.as_bytes());
        line(format!("commit refs/heads/c{number}\nmark :{number}\n"));
        for role in ["author", "committer"] {
            out.extend_from_slice(&[role.as_bytes(), b" ", who.as_ref()].concat());
            out.extend_from_slice(format!(" {second} +0000\n").as_bytes());
        }
        let mut line = |text: String| out.extend_from_slice(text.as_bytes());
        line(format!("data {}\n{message}\n", message.len()));
        for (place, parent) in parents.iter().enumerate() {
            let role = if place == 0 { "from" } else { "merge" };
            line(format!("{role} :{parent}\n"));
        }
        for (path, content) in changes {
            line(match content {
                Some(content) => format!(
                    "M 100644 inline {path}\ndata {}\n{content}\n",
                    content.len()
                ),
                None => format!("D {path}\n"),
            });
        }
        number
    }

    pub(super) fn tag(&mut self, name: &str, commit: usize, second: Option<i64>) {
        let text = match second {
            Some(second) => format!(
                "tag {name}\nfrom :{commit}\ntagger Ann <ann@acme.test> {second} +0000\ndata 1\nx\n"
            ),
            None => format!("reset refs/tags/{name}\nfrom :{commit}\n\n"),
        };
        self.stream.extend_from_slice(text.as_bytes());
    }

    /// Writes it into a bare repository, whose `HEAD` is its last commit.
    pub(super) fn write(&self, sandbox: &Sandbox, name: &str) {
        sandbox.git(".", &["init", "-q", "--bare", name]);
        self.add(sandbox, name);
    }

    /// Writes it into a repository that is there.
    pub(super) fn add(&self, sandbox: &Sandbox, name: &str) {
        let mut stream = self.stream.clone();
        let end = format!("reset refs/heads/main\nfrom :{}\n\n", self.commits);
        stream.extend_from_slice(end.as_bytes());
        run(
            sandbox,
            name,
            &["fast-import", "--quiet", "--force"],
            &stream,
        );
    }
}

/// Runs git with this input, and gives what it prints.
pub(super) fn run(sandbox: &Sandbox, name: &str, arguments: &[&str], input: &[u8]) -> Vec<u8> {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(sandbox.path(name))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "git {arguments:?}");
    output.stdout
}

/// All of it, since ever.
pub(super) const ALL: Wanted<'static> = Wanted {
    as_of: Timestamp::MAX,
    since: None,
    window: Timestamp::MIN,
    renames: false,
    cache: None,
};

pub(super) fn history(sandbox: &Sandbox, name: &str, wanted: &Wanted<'_>) -> History {
    let source = Source::open(&sandbox.path(name), None).unwrap();
    read(&source, wanted)
}

pub(super) fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// What was done, as git writes it: `A path`, `R before after`.
pub(super) fn shown(history: &History, touched: &[Touched]) -> Vec<String> {
    let path = |place: u32| history.path(place).to_string_lossy().into_owned();
    let mut shown: Vec<String> = touched
        .iter()
        .map(|it| match it.how {
            How::Added => format!("A {}", path(it.path)),
            How::Changed => format!("M {}", path(it.path)),
            How::Removed => format!("D {}", path(it.path)),
            How::Moved(from) => format!("R {} {}", path(from), path(it.path)),
        })
        .collect();
    shown.sort();
    shown
}

pub(super) fn reasons(history: &History) -> Vec<&str> {
    history.gaps.iter().map(|gap| gap.reason.as_str()).collect()
}

#[test]
fn what_arrives_together_is_one_change() {
    let mut story = Story::default();
    let by = |name: &str| format!("{name} <{name}@acme.test>");
    let one = story.commit(&[], 10, &[("a", Some("1"))]);
    let two = story.commit_by(by("bob"), &[one], 20, "x", &[("b", Some("1"))]);
    let three = story.commit_by(by("eve"), &[two], 25, "x", &[("b", Some("2"))]);
    let four = story.commit_by(by("bob"), &[three], 26, "Revert \"x\"", &[("c", Some("2"))]);
    let five = story.commit(&[one], 30, &[("a", Some("2"))]);
    let arrived = [("b", Some("2")), ("c", Some("2"))];
    let six = story.commit(&[five, four], 40, &arrived);
    story.commit(&[six], 50, &[("a", None)]);
    story.tag("v1.0", five, Some(35));
    story.tag("v1.1-rc1", six, None);
    story.tag("app/v1.1", six, Some(45));
    story.tag("v2.0", one, Some(60));
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let all = history(&sandbox, "r", &ALL);
    assert_eq!(all.gaps, []);
    assert_eq!((all.walked, all.commits.len()), (7, 6));
    let changes: Vec<_> = all
        .changes
        .iter()
        .map(|it| {
            let name = |author: &u32| all.authors[*author as usize].name.as_str();
            let authors: Vec<&str> = it.authors.iter().map(name).collect();
            let started = it.started.as_second();
            (
                it.landed.as_second(),
                started,
                it.commits,
                it.is_revert,
                authors.join(" "),
                shown(&all, &it.touched).join(", "),
            )
        })
        .collect();
    assert_eq!(
        changes,
        [
            (50, 50, 1, false, "Ann".to_owned(), "D a".to_owned()),
            (40, 20, 3, true, "bob eve".into(), "A b, A c".into()),
            (30, 30, 1, false, "Ann".into(), "M a".into()),
            (10, 10, 1, false, "Ann".into(), "A a".into()),
        ]
    );
    let tags: Vec<_> = all
        .tags
        .iter()
        .map(|tag| {
            let written: Vec<i64> = tag.written.iter().map(|it| it.as_second()).collect();
            (tag.name.as_str(), tag.date.as_second(), written)
        })
        .collect();
    assert_eq!(
        tags,
        [
            ("v1.0", 35, vec![10, 30]),
            ("v1.1-rc1", 40, vec![]),
            ("app/v1.1", 45, vec![20, 25, 26]),
            ("v2.0", 60, vec![]),
        ]
    );

    let part = history(
        &sandbox,
        "r",
        &Wanted {
            as_of: at(45),
            since: Some(at(20)),
            window: at(30),
            ..ALL
        },
    );
    assert_eq!(
        reasons(&part),
        [
            "1 commit of later than 1970-01-01T00:00:45Z left out",
            "1 commit of before 1970-01-01 left out: who knows what, and how much of it is whose, is told by the rest alone"
        ]
    );
    assert_eq!((part.since, part.window), (Some(at(20)), Some(at(30))));
    let later = Wanted {
        since: Some(at(35)),
        window: at(30),
        ..ALL
    };
    // What is not counted is not told one by one either, and arrives nowhere.
    let later = history(&sandbox, "r", &later);
    assert_eq!((later.since, later.window), (Some(at(35)), Some(at(35))));
    let all_told = later.changes.iter().all(|it| it.landed >= at(35));
    assert!(all_told && later.commits.iter().all(|it| it.committed >= at(35)));
    // Where nothing was left out nothing is missing.
    let whole = Wanted {
        since: Some(at(-9)),
        ..ALL
    };
    let whole = history(&sandbox, "r", &whole);
    assert_eq!((whole.since, whole.gaps.len()), (None, 0));
    assert_eq!(
        (part.walked, part.commits.len(), part.changes.len()),
        (5, 1, 2)
    );
    let paths: Vec<_> = part.paths.iter().map(|it| it.to_string_lossy()).collect();
    assert_eq!(paths, ["a", "b", "c"]);
    assert_eq!(part.tags.len(), 3);
    let window: Vec<usize> = part.tags.iter().map(|tag| tag.written.len()).collect();
    assert_eq!(window, [2, 0, 3]);
}

#[test]
fn a_root_within_a_repository_has_a_history_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.repository(
        "r",
        &[
            ("a", "1"),
            ("in/b", "1\n2\n3\n"),
            ("in/bailiwick.toml", "root = true\n"),
        ],
    );
    sandbox.write("r/a", "2");
    sandbox.commit("r");
    sandbox.git("r", &["mv", "in/b", "in/c"]);
    sandbox.git("r", &["mv", "a", "in/a"]);
    sandbox.commit("r");
    for renames in [false, true] {
        let wanted = Wanted { renames, ..ALL };
        let part = history(&sandbox, "r/in", &wanted);
        assert_eq!(part.walked, 2);
        let mut commits: Vec<_> = part
            .commits
            .iter()
            .map(|it| shown(&part, &it.touched))
            .collect();
        commits.sort();
        let moved = match renames {
            false => vec!["A a", "A c", "D b"],
            true => vec!["A a", "R b c"],
        };
        let mut expected = vec![vec!["A b", "A bailiwick.toml"], moved];
        expected.sort();
        assert_eq!(commits, expected);
        assert_eq!(part.changes.len(), 2);
    }
}

#[test]
fn a_mailmap_joins_who_is_one() {
    let mut story = Story::default();
    let one = story.commit_by("A <old@acme.test>", &[], 1, "x", &[("a", Some("1"))]);
    let map = "Ann <ann@acme.test> <OLD@acme.test>\n";
    let two = story.commit_by(b"M\xe9 <>", &[one], 2, "x", &[("b", Some("1"))]);
    story.commit(&[two], 3, &[(".mailmap", Some(map))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let all = history(&sandbox, "r", &ALL);
    let authors: Vec<_> = all
        .authors
        .iter()
        .map(|it| (it.name.as_str(), it.email.as_str()))
        .collect();
    assert_eq!(authors, [("M\u{fffd}", ""), ("Ann", "ann@acme.test")]);
    assert_eq!(all.activity[1].commits, 2);
}

#[test]
fn a_plain_folder_and_a_repository_without_commits_have_no_history() {
    let sandbox = Sandbox::new();
    sandbox.write("plain/a", "1");
    let plain = history(&sandbox, "plain", &ALL);
    assert!(reasons(&plain)[0].starts_with("not a git repository: "));
    sandbox.git(".", &["init", "-q", "r"]);
    let empty = history(&sandbox, "r", &ALL);
    assert_eq!((empty.head, empty.walked, empty.lack()), (None, 0, None));
    assert_eq!(reasons(&empty), ["there are no commits yet"]);
}
