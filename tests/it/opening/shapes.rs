//! `.git` that is no git directory.

use std::fs;
use std::path::Path;

use super::{COMMANDS, all_of, repository, run};
use crate::sandbox::Sandbox;

/// A way to break `.git`, what is then said of it, and what mends it.
struct Shape {
    name: &'static str,
    break_it: fn(&Path),
    says: &'static str,
    remedy: &'static str,
    /// What `git` is called with, as the remedy has it; none where that is not a command alone.
    git: &'static [&'static [&'static str]],
}

fn empty(git: &Path) {
    fs::remove_dir_all(git).unwrap();
    fs::create_dir(git).unwrap();
}

fn file(git: &Path, content: &[u8]) {
    fs::remove_dir_all(git).unwrap();
    fs::write(git, content).unwrap();
}

const INIT: &[&[&str]] = &[&["init", "-q"]];

const SHAPES: &[Shape] = &[
    Shape {
        name: "an empty folder",
        break_it: empty,
        says: "is no git directory: it is empty",
        remedy: "`git init` makes a repository",
        git: INIT,
    },
    Shape {
        name: "a folder of something else",
        break_it: |git| {
            empty(git);
            fs::write(git.join("unrelated"), "").unwrap();
        },
        says: "is no git directory: it has no `HEAD`",
        remedy: "`git init` writes a new one",
        git: INIT,
    },
    Shape {
        name: "no HEAD",
        break_it: |git| fs::remove_file(git.join("HEAD")).unwrap(),
        says: "it has no `HEAD`",
        remedy: "`git symbolic-ref HEAD refs/heads/NAME` names the branch",
        git: &[
            &["init", "-q"],
            &["symbolic-ref", "HEAD", "refs/heads/main"],
        ],
    },
    Shape {
        name: "no objects",
        break_it: |git| fs::remove_dir_all(git.join("objects")).unwrap(),
        says: "it has no folder `objects`",
        remedy: "`git fetch --refetch origin`",
        git: &[&["init", "-q"], &["fetch", "-q", "--refetch", "origin"]],
    },
    Shape {
        name: "no references",
        break_it: |git| fs::remove_dir_all(git.join("refs")).unwrap(),
        says: "it has no folder `refs`",
        remedy: "`git init` makes an empty one",
        git: &[&["init", "-q"], &["fetch", "-q", "--refetch", "origin"]],
    },
    Shape {
        name: "a file that points nowhere",
        break_it: |git| file(git, b"gitdir: ../nowhere\n"),
        says: "../nowhere`, which does not exist",
        remedy: "`git worktree repair PATH`",
        git: &[],
    },
    Shape {
        name: "a file that points to an empty folder",
        break_it: |git| {
            file(git, b"gitdir: hollow\n");
            fs::create_dir(git.with_file_name("hollow")).unwrap();
        },
        says: "is no git directory: it is empty",
        remedy: "`git init`",
        git: &[],
    },
    Shape {
        name: "an empty file",
        break_it: |git| file(git, b""),
        says: "names no git directory",
        remedy: "`git worktree repair PATH`",
        git: &[],
    },
    Shape {
        name: "a file of something else",
        break_it: |git| file(git, b"\x00\xff\x00"),
        says: "names no git directory",
        remedy: "`git submodule update --init`",
        git: &[],
    },
    Shape {
        name: "a common directory that is not there",
        break_it: |git| fs::write(git.join("commondir"), "../nowhere\n").unwrap(),
        says: "../nowhere`, which does not exist",
        remedy: "`git worktree repair PATH`",
        git: &[],
    },
    #[cfg(unix)]
    Shape {
        name: "a link to nothing",
        break_it: |git| {
            fs::remove_dir_all(git).unwrap();
            std::os::unix::fs::symlink("nowhere", git).unwrap();
        },
        says: "is a symbolic link to nothing",
        remedy: "remove `.git`",
        git: &[],
    },
    #[cfg(unix)]
    Shape {
        name: "a pipe",
        break_it: |git| {
            fs::remove_dir_all(git).unwrap();
            let made = std::process::Command::new("mkfifo").arg(git).status();
            assert!(made.unwrap().success());
        },
        says: "is a pipe, not a git directory",
        remedy: "remove `.git`",
        git: &[],
    },
];

#[test]
fn a_broken_git_directory_is_named_by_every_command() {
    for shape in SHAPES {
        let shop = repository(&[]);
        (shape.break_it)(&shop.path(".git"));
        for command in COMMANDS {
            let run = run(&shop, command);
            let said = run.said();
            let name = shape.name;
            if command[0] == "audit" {
                // What can be audited is; this repository is listed as one that cannot.
                let all = all_of(&run);
                assert_eq!(run.code, Some(3), "{name} {command:?}: {all}");
                assert!(all.contains(shape.says), "{name} {command:?}: {all}");
                continue;
            }
            assert_eq!(
                run.code,
                Some(2),
                "{name} {command:?}: {}{said}",
                run.stdout
            );
            assert!(said.contains(shape.says), "{name} {command:?}: {said}");
            assert!(said.contains(shape.remedy), "{name} {command:?}: {said}");
            assert!(!said.contains("os error"), "{name} {command:?}: {said}");
        }
    }
}

#[test]
fn a_folder_within_a_repository_is_not_checked_as_a_part_of_it() {
    let shop = repository(&[]);
    fs::create_dir_all(shop.path("inner/.git")).unwrap();
    shop.write("inner/file", "");
    let run = run(&shop, &["check", "inner"]);
    run.exits(2);
    assert!(
        run.said()
            .contains("inner/.git` is no git directory: it is empty"),
        "{}",
        run.said()
    );
}

#[test]
fn the_remedies_help() {
    for shape in SHAPES.iter().filter(|shape| !shape.git.is_empty()) {
        let shop = repository(&[]);
        shop.git(["clone", "-q", "--bare", ".", "../origin.git"]);
        shop.git(["remote", "add", "origin", "../origin.git"]);
        (shape.break_it)(&shop.path(".git"));
        for command in shape.git {
            shop.git_all(command);
        }
        let run = run(&shop, &["check"]);
        assert!(
            !run.said().contains("error:"),
            "{}: {}",
            shape.name,
            run.said()
        );
    }
}

#[test]
fn a_moved_worktree_is_repaired() {
    let shop = repository(&[]);
    shop.git(["worktree", "add", "-q", "../one", "-b", "one"]);
    run(&shop, &["check", "../one"]).exits(0);
    fs::rename(shop.path(""), shop.path("../moved")).unwrap();
    fs::create_dir_all(shop.path("")).unwrap();
    let broken = run(&shop, &["check", "../one"]);
    broken.exits(2);
    assert!(
        broken.said().contains("`git worktree repair PATH`"),
        "{}",
        broken.said()
    );
    shop.git(["-C", "../moved", "worktree", "repair", "../one"]);
    run(&shop, &["check", "../one"]).exits(0);
}

#[test]
fn a_submodule_is_brought_back() {
    let shop = repository(&[]);
    let library = Sandbox::repository("-- a --\n");
    let url = library.path("").display().to_string();
    shop.git(["submodule", "add", "-q", &url, "library"]);
    shop.commit();
    fs::remove_dir_all(shop.path(".git/modules")).unwrap();
    let broken = run(&shop, &["check", "library"]);
    broken.exits(2);
    assert!(
        broken.said().contains("`git submodule update --init`"),
        "{}",
        broken.said()
    );
    fs::rename(shop.path("library"), shop.path("../away")).unwrap();
    shop.git(["submodule", "update", "-q", "--init"]);
    run(&shop, &["check", "library"]).exits(0);
}
