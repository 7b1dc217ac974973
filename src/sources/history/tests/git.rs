//! What is read is what `git log` says.

use std::collections::BTreeMap;

use super::*;

type Told = BTreeMap<String, Vec<String>>;

/// What git says that each commit did.
fn told(sandbox: &Sandbox, name: &str, arguments: &[&str]) -> Told {
    let mut command = vec!["log", "--raw", "-z", "--format=%x00%x00commit %H"];
    command.extend(arguments);
    let output = run(sandbox, name, &command, b"");
    let mut fields = output
        .split(|&byte| byte == 0)
        .filter(|field| !field.is_empty());
    let text = |field: &[u8]| String::from_utf8_lossy(field).into_owned();
    let (mut told, mut commit) = (Told::new(), String::new());
    while let Some(field) = fields.next() {
        let field = text(field);
        if let Some(id) = field.trim_start().strip_prefix("commit ") {
            commit = id.to_owned();
            told.insert(commit.clone(), Vec::new());
        } else {
            let kind = field.rsplit(' ').next().unwrap().chars().next().unwrap();
            let path = text(fields.next().unwrap());
            told.get_mut(&commit).unwrap().push(match kind {
                'R' => format!("R {path} {}", text(fields.next().unwrap())),
                'T' => format!("M {path}"),
                kind => format!("{kind} {path}"),
            });
        }
    }
    told.values_mut().for_each(|changes| changes.sort());
    told
}

/// Compares all that is said of a repository in each way of reading it.
fn compare(sandbox: &Sandbox, name: &str) {
    for (renames, follow) in [(false, "--no-renames"), (true, "-M")] {
        let ours = history(sandbox, name, &Wanted { renames, ..ALL });
        assert_eq!(ours.gaps, []);
        let commits = ours.commits.iter();
        let commits = commits.map(|it| (it.id.to_string(), shown(&ours, &it.touched)));
        assert_eq!(
            commits.collect::<Told>(),
            told(sandbox, name, &[follow, "--no-merges"])
        );
        let changes = ours.changes.iter();
        let changes = changes.map(|it| (it.id.to_string(), shown(&ours, &it.touched)));
        assert_eq!(
            changes.collect::<Told>(),
            told(sandbox, name, &[follow, "--first-parent", "-m"])
        );
    }
}

/// Numbers without a pattern, the same in each run.
struct Dice(u64);

impl Dice {
    fn throw(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % below
    }
}

#[test]
fn generated_histories_are_read_as_git_reads_them() {
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let mut story = Story::default();
        for number in 1..=60_usize {
            let mut parents = Vec::new();
            // Now and then a new root, merges, and merges of several.
            let wanted = match dice.throw(12) {
                0 => 0,
                1..=3 => 2,
                4 => 3,
                _ => 1,
            };
            for _ in 0..wanted.min(number - 1) {
                let parent = number - 1 - dice.throw((number - 1).min(6));
                if !parents.contains(&parent) {
                    parents.push(parent);
                }
            }
            let mut changes = Vec::new();
            for _ in 0..dice.throw(5) {
                let folder = ["", "a/", "a.b/", "a/b/", "c/"][dice.throw(5)];
                let path = format!("{folder}f{}", dice.throw(4));
                let lines = 2 + dice.throw(12);
                let first = dice.throw(3);
                let text: String = (0..lines)
                    .map(|it| format!("line {}\n", it * 7 + first * (it / 6)))
                    .collect();
                let content = (dice.throw(3) > 0).then_some(text);
                changes.push((path, content));
            }
            let changes: Vec<_> = changes
                .iter()
                .map(|(path, content)| (path.as_str(), content.as_deref()))
                .collect();
            story.commit(
                &parents,
                1_000 + i64::try_from(dice.throw(50)).unwrap(),
                &changes,
            );
        }
        let sandbox = Sandbox::new();
        story.write(&sandbox, "r");
        compare(&sandbox, "r");
    }
}

#[test]
fn files_are_followed_as_git_follows_them() {
    let text = |from: usize, to: usize| -> String {
        (from..to)
            .map(|line| format!("this is line {line}\n"))
            .collect()
    };
    let (whole, most, half, other) = (text(0, 20), text(0, 16), text(0, 11), text(50, 70));
    let mut story = Story::default();
    let one = story.commit(
        &[],
        1,
        &[
            ("a/x", Some(&whole)),
            ("b/y", Some(&other)),
            ("same1", Some("same\n")),
            ("same2", Some("same\n")),
            ("empty", Some("")),
            ("d/x.c", Some(&most)),
        ],
    );
    // Equal content, of which one has the name; similar content; too little in common; swapped folders.
    let two = story.commit(
        &[one],
        2,
        &[
            ("a/x", None),
            ("c/x", Some(&most)),
            ("b/y", None),
            ("e/z", Some(&half)),
            ("same1", None),
            ("same2", None),
            ("n/same2", Some("same\n")),
            ("empty", None),
            ("e/none", Some("")),
            ("d/x.c", None),
            ("d/y.c", Some(&most)),
        ],
    );
    let crlf = most.replace('\n', "\r\n");
    let three = story.commit(
        &[two],
        3,
        &[
            ("c/x", None),
            ("c/w", Some(&crlf)),
            ("d/y.c", None),
            ("d/y", Some(&whole)),
            ("d/y/z", Some("1")),
        ],
    );
    story.commit(&[three], 4, &[("e", Some("a file in place of a folder"))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    compare(&sandbox, "r");
}

#[cfg(unix)]
#[test]
fn kinds_of_files_and_modes_are_changes() {
    let sandbox = Sandbox::new();
    sandbox.repository("r", &[("a", "1"), ("b", "2"), ("c/d", "3"), ("c.d", "4")]);
    sandbox.remove("r/a");
    sandbox.link("b", "r/a");
    sandbox.git("r", &["update-index", "--chmod=+x", "b"]);
    sandbox.commit("r");
    sandbox.repository("s", &[("x", "1")]);
    sandbox.git("r", &["submodule", "add", "-q", "../s", "sub"]);
    sandbox.remove("r/c");
    sandbox.write("r/c", "3");
    sandbox.commit("r");
    sandbox.remove("r/c");
    sandbox.write("r/c/d/e", "3");
    sandbox.remove("r/a");
    sandbox.commit("r");
    sandbox.git("r", &["mv", "sub", "moved"]);
    sandbox.commit("r");
    compare(&sandbox, "r");
}
