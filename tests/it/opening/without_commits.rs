//! Commands that need commits, where there are none or they cannot be read.

use std::fs;

use super::{FILES, repository, run};
use crate::sandbox::Sandbox;

/// Commands that need commits.
const OF_COMMITS: [&[&str]; 7] = [
    &["history"],
    &["who"],
    &["whatif", "--without", "@ann"],
    &["owners", "--suggest"],
    &["check", "--history"],
    &["check", "--since", "HEAD~1"],
    &["approvals", "--since", "HEAD~1"],
];

#[test]
fn a_plain_folder_is_no_git_repository() {
    let folder = Sandbox::folder(FILES);
    for command in OF_COMMITS
        .into_iter()
        .chain([&["check", "--at", "HEAD"][..]])
    {
        let run = run(&folder, command);
        assert_eq!(run.exits(2), "", "{command:?}");
        let said = run.said();
        assert!(
            said.contains("error: not a git repository: `/"),
            "{command:?}: {said}"
        );
        assert!(said.contains("help: "), "{command:?}: {said}");
    }
}

#[test]
fn a_plain_folder_is_checked_with_a_note() {
    let folder = Sandbox::folder(FILES);
    for format in ["human", "concise", "json", "sarif"] {
        let run = run(&folder, &["check", "--format", format]);
        run.exits(0);
        let said = run.said();
        assert_eq!(
            said.matches("is checked as a plain folder").count(),
            1,
            "{format}: {said}"
        );
        assert!(!run.stdout.contains("plain folder"), "{format}");
    }
    let shop = repository(&[]);
    assert!(!run(&shop, &["check"]).said().contains("plain folder"));
}

#[test]
fn a_repository_without_commits_says_so() {
    let shop = Sandbox::folder(FILES);
    shop.git(["init", "-q", "-b", "main"]);
    shop.git(["add", "-A"]);
    let history = run(&shop, &["history"]);
    assert_eq!(history.exits(0), "work (repository): no commits yet\n");
    for command in OF_COMMITS {
        let run = run(&shop, command);
        let all = format!("{}{}", run.stdout, run.said());
        assert!(!all.contains("0 commits"), "{command:?}: {all}");
        assert!(all.contains("no commits yet"), "{command:?}: {all}");
    }
}

/// What is damaged, and how.
type Damage = (&'static str, fn(&Sandbox));

#[test]
fn a_damaged_repository_has_no_figures() {
    let damages: [Damage; 4] = [
        ("the commit is missing", |shop| {
            let id = shop.git(["rev-parse", "HEAD"]);
            fs::remove_file(shop.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
        }),
        ("the commit is damaged", |shop| {
            let id = shop.git(["rev-parse", "HEAD"]);
            let object = shop.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]));
            fs::remove_file(&object).unwrap();
            fs::write(&object, "no object").unwrap();
        }),
        ("the branch is no hash", |shop| {
            shop.write(".git/refs/heads/main", "nothing\n")
        }),
        ("HEAD is no reference", |shop| {
            shop.write(".git/HEAD", "nothing\n")
        }),
    ];
    for (name, damage) in damages {
        let shop = repository(&[]);
        damage(&shop);
        for command in OF_COMMITS {
            let run = run(&shop, command);
            let all = format!("{}{}", run.stdout, run.said());
            assert!(!all.contains("0 commits"), "{name} {command:?}: {all}");
            assert!(!all.contains("no commits yet"), "{name} {command:?}: {all}");
            assert!(!all.contains("os error"), "{name} {command:?}: {all}");
            assert!(matches!(run.code, Some(2 | 3)), "{name} {command:?}: {all}");
            let is_history = ["history", "who", "whatif"].contains(&command[0]);
            assert!(
                !is_history || run.stdout.is_empty(),
                "{name} {command:?}: {all}"
            );
        }
    }
}
