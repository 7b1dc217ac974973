//! Attribute files compared with `git check-attr`.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::*;
use crate::facts::TreeBuilder;
use crate::sources::repository::testing::Sandbox;

fn tree_of(paths: &BTreeSet<String>) -> Tree {
    let mut tree = TreeBuilder::with_capacity(paths.len(), 0);
    for path in paths {
        tree.push(path.as_bytes(), crate::facts::FileKind::File);
    }
    tree.build()
}

/// What git states for these paths: three attributes each.
fn by_git(sandbox: &Sandbox, paths: &BTreeSet<String>) -> Vec<Mark> {
    let mut git = Command::new("git")
        .args(["check-attr", "-z", "--stdin"])
        .args(NAMES)
        .current_dir(sandbox.path("repo"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("git runs");
    let mut input = Vec::new();
    for path in paths {
        input.extend_from_slice(path.as_bytes());
        input.push(0);
    }
    let mut stdin = git.stdin.take().expect("a pipe");
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = git.wait_with_output().expect("git ends");
    writer.join().expect("a thread").expect("git reads");
    let fields: Vec<&[u8]> = output.stdout.split(|&byte| byte == 0).collect();
    let value = |field: &[u8]| match field {
        b"unspecified" => None,
        b"unset" | b"false" => Some(false),
        _ => Some(true),
    };
    let of_path = |fields: &[&[u8]]| Mark {
        generated: value(fields[2]),
        vendored: value(fields[5]),
        documentation: value(fields[8]),
    };
    fields.chunks_exact(9).map(of_path).collect()
}

/// Compares the marks of generated paths below these attribute files with git.
fn compare(sandbox: &Sandbox, sheets: &[(&str, String)], paths: &BTreeSet<String>) {
    let all: Vec<(RepoPath, Vec<u8>)> = sheets
        .iter()
        .map(|(folder, text)| (RepoPath::from(*folder), text.clone().into_bytes()))
        .collect();
    for (folder, text) in sheets {
        let file = format!("repo/{folder}/.gitattributes");
        sandbox.write(&file, text);
    }
    let tree = tree_of(paths);
    let files: Vec<u32> = (0..tree.len() as u32).collect();
    let marks = marks(&all, &RepoPath::from(""), &tree, &files).expect("within the budget");
    let expected = by_git(sandbox, paths);
    assert_eq!(expected.len(), paths.len());
    for (index, (path, expected)) in paths.iter().zip(expected).enumerate() {
        assert_eq!(marks.of(index), expected, "{path} by {sheets:#?}");
    }
}

/// A pattern of pieces that meet often, so that many of the generated paths match.
fn pattern() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        6 => proptest::sample::select(vec!["a", "b", "ab", "A", ".", "-", "]", "!", "^", "é", "1"]),
        4 => Just("/"),
        3 => Just("*"),
        3 => Just("**"),
        2 => Just("**/"),
        1 => Just("/**"),
        2 => Just("?"),
        3 => proptest::sample::select(vec![
            "[ab]", "[!a]", "[^a]", "[a-b]", "[]a]", "[!]a]", "[a-]", "[-a]", "[[:alpha:]]",
            "[[:digit:]b]", "[![:space:]]", "[[:foo:]]", "[[:a]", "[a", "[\\]a]", "[\\\\-b]",
            "[a-\\b]", "[[-b]", "[/a]", "[b-a]", "[[:upper:]-b]", "[[:punct:]]", "[",
        ]),
        2 => proptest::sample::select(vec!["\\a", "\\*", "\\/", "\\\\", "\\[", "\\!", "\\"]),
    ];
    proptest::collection::vec(pieces, 1..7).prop_map(|pieces| pieces.concat())
}

fn quoted() -> impl Strategy<Value = String> {
    pattern().prop_map(|pattern| {
        let escaped = pattern.replace('\\', "\\\\").replace('a', "\\141");
        format!("\"{escaped}\"")
    })
}

fn assignments() -> impl Strategy<Value = String> {
    let names = proptest::sample::select(vec![
        "linguist-generated",
        "linguist-vendored",
        "linguist-documentation",
        "one",
        "two",
        "binary",
        "text",
        "-",
        "builtin_x",
        "a$b",
    ]);
    let one = (names, 0..9_u8).prop_map(|(name, kind)| match kind {
        0..=4 => name.to_owned(),
        5 => format!("-{name}"),
        6 => format!("!{name}"),
        7 => format!("{name}=false"),
        _ => format!("-{name}=x=y"),
    });
    proptest::collection::vec(one, 1..4).prop_map(|all| all.join(" "))
}

fn line() -> impl Strategy<Value = String> {
    let subject = prop_oneof![
        12 => pattern(),
        2 => quoted(),
        1 => Just("*".to_owned()),
        1 => Just("\"a".to_owned()),
        1 => Just("#x".to_owned()),
        3 => proptest::sample::select(vec![
            "[attr]one", "[attr]two", "[attr]binary", "[attr]", "[attr]a$b", "[attr]linguist-generated",
        ]).prop_map(str::to_owned),
    ];
    let end = proptest::sample::select(vec!["\n", "\r\n", " \n", "\n\n"]);
    (subject, assignments(), end)
        .prop_map(|(subject, assigned, end)| format!("{subject} {assigned}{end}"))
}

fn path() -> impl Strategy<Value = String> {
    let name = proptest::collection::vec(
        proptest::sample::select(vec![
            "a", "b", "A", "1", ".", "-", "é", "*", "[", "]", "!", "\\", "^",
        ]),
        1..4,
    );
    let name = name.prop_map(|name| name.concat());
    let name = name.prop_filter("no path", |name| !matches!(name.as_str(), "." | ".."));
    proptest::collection::vec(name, 1..5).prop_map(|names| names.join("/"))
}

#[test]
fn marks_equal_those_of_git() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "repo"]);
    let sheet = || proptest::collection::vec(line(), 1..12).prop_map(|lines| lines.concat());
    let paths = proptest::collection::btree_set(path(), 200..400);
    let cases = (sheet(), sheet(), sheet(), paths);
    let mut runner = TestRunner::new(Config {
        cases: 60,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    });
    let run = runner.run(&cases, |(root, inner, deep, paths)| {
        let sheets = [("", root), ("a", inner), ("a/b", deep)];
        compare(&sandbox, &sheets, &paths);
        Ok(())
    });
    run.unwrap();
}

#[test]
fn single_patterns_match_as_in_git() {
    let sandbox = Sandbox::new();
    sandbox.git(".", &["init", "-q", "repo"]);
    let paths = proptest::collection::btree_set(path(), 600..800);
    let sheet = proptest::collection::vec(pattern(), 40..60).prop_map(|patterns| {
        // Each later line wins, so that one of few patterns decides; three attributes tell them apart.
        let lines = patterns.iter().zip(0_usize..);
        let line = |(pattern, place): (&String, usize)| format!("{pattern} {}\n", NAMES[place % 3]);
        lines.map(line).collect::<String>()
    });
    let mut runner = TestRunner::new(Config {
        cases: 40,
        max_shrink_iters: 200,
        failure_persistence: None,
        ..Config::default()
    });
    let run = runner.run(&(sheet, paths), |(root, paths)| {
        compare(&sandbox, &[("", root)], &paths);
        Ok(())
    });
    run.unwrap();
}

#[test]
fn marks_beyond_the_budget_are_missing() {
    let text = "**/".to_owned() + &"*/**/".repeat(100) + "c linguist-generated\n";
    let deep = "a/".repeat(100) + "x";
    let tree = tree_of(&BTreeSet::from([deep]));
    let sheets = [(RepoPath::from("sub"), text.clone().into_bytes())];
    let inside = marks(&sheets, &RepoPath::from("sub"), &tree, &[0]).expect("little work");
    assert_eq!(inside, Marks::default());
    let gap = bounded(&sheets, &RepoPath::from("sub"), &tree, &[0], 100).expect_err("more work");
    assert_eq!(gap.kind, GapKind::TooLarge);
    assert_eq!(gap.path, Some(RepoPath::from("sub/.gitattributes")));
}
