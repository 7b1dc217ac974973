//! Each blob and tree is deleted, one at a time and in random sets, and every answer is compared with that of the
//! complete repository.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::law::{AT, COMMANDS, Command, holds};
use super::shop::shop;
use crate::sandbox::{Run, Sandbox};

/// How many random sets are deleted in each repository, and how many objects each has at most.
const SETS: usize = 8;
const LARGEST: usize = 12;

/// All blobs and trees of a repository.
fn objects(shop: &Sandbox) -> Vec<String> {
    let all = shop.git(["cat-file", "--batch-all-objects", "--batch-check"]);
    let objects = all.lines().filter_map(|line| {
        let mut words = line.split(' ');
        let (id, kind) = (words.next()?, words.next()?);
        matches!(kind, "blob" | "tree").then(|| id.to_owned())
    });
    objects.collect()
}

/// Deletes objects while something runs.
fn without<T>(objects: &Path, deleted: &BTreeSet<String>, run: impl FnOnce() -> T) -> T {
    let place = |id: &String| {
        let file = objects.join(&id[..2]).join(&id[2..]);
        assert!(file.is_file(), "{} is loose", file.display());
        (file.with_extension("away"), file)
    };
    let places: Vec<(PathBuf, PathBuf)> = deleted.iter().map(place).collect();
    places
        .iter()
        .for_each(|(away, file)| fs::rename(file, away).unwrap());
    let result = run();
    places
        .iter()
        .for_each(|(away, file)| fs::rename(away, file).unwrap());
    result
}

/// The answers of a complete repository, and the same without some objects.
struct Answers<'s> {
    shop: &'s Sandbox,
    folder: PathBuf,
    objects: PathBuf,
    complete: Vec<(Command, Run)>,
}

impl<'s> Answers<'s> {
    fn of(shop: &'s Sandbox, folder: PathBuf, objects: PathBuf, commands: &[Command]) -> Self {
        let complete = commands.iter().map(|&it| (it, it.run(shop, &folder)));
        let complete: Vec<(Command, Run)> = complete.collect();
        for (command, run) in &complete {
            assert!(
                matches!(run.code, Some(0 | 1)),
                "{}: {}{}",
                command.name,
                run.stdout,
                run.stderr
            );
        }
        Answers {
            shop,
            folder,
            objects,
            complete,
        }
    }

    fn compare(&self, deleted: &BTreeSet<String>) {
        without(&self.objects, deleted, || {
            for (command, complete) in &self.complete {
                let partial = command.run(self.shop, &self.folder);
                holds(*command, complete, &partial, deleted);
            }
        });
    }

    /// Every object by itself, and random sets of them.
    fn compare_all(&self, all: &[String], seed: u64) {
        for object in all {
            self.compare(&BTreeSet::from([object.clone()]));
        }
        let mut random = Random(seed);
        for _ in 0..SETS {
            let size = 2 + random.below(LARGEST - 1);
            let set = (0..size).map(|_| all[random.below(all.len())].clone());
            self.compare(&set.collect());
        }
    }
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % end
    }
}

#[test]
fn answers_in_a_bare_repository_hold_the_law() {
    let shop = shop();
    shop.git(["clone", "-q", "--bare", ".", "../bare.git"]);
    let folder = shop.path("../bare.git");
    let commands: Vec<Command> = COMMANDS.iter().chain(&AT).copied().collect();
    let answers = Answers::of(&shop, folder.clone(), folder.join("objects"), &commands);
    answers.compare_all(&objects(&shop), 1);
}

#[test]
fn answers_in_a_worktree_hold_the_law() {
    let shop = shop();
    // What is checked out needs no object; what is compared with it does.
    let reading = ["check", "check --since", "audit", "approvals"];
    let commands = COMMANDS.iter().filter(|it| reading.contains(&it.name));
    let commands: Vec<Command> = commands.copied().collect();
    let folder = shop.path("");
    let answers = Answers::of(
        &shop,
        folder.clone(),
        folder.join(".git/objects"),
        &commands,
    );
    answers.compare_all(&objects(&shop), 2);
}
