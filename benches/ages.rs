//! Since when markers stand, beside `git blame` over the same files with two processes at a time, in turns
//! within one run.
//!
//! `cargo bench --bench ages -- CLONE…`: each `CLONE` is a git repository whose worktree is as its `HEAD`. The
//! lines are those in which `git grep` finds a marker. Printed are medians of wall time and their ratio, pair
//! by pair; and of a run that finds all of it in a cache, for whose commit it was kept.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use bailiwick::sources::history;
use bailiwick::sources::repository::Source;

const ROUNDS: usize = 5;

fn main() {
    println!("| repository | files | lines | here | git blame | ratio | kept |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for clone in std::env::args().skip(1).filter(|it| !it.starts_with("--")) {
        compare(Path::new(&clone));
    }
}

fn compare(clone: &Path) {
    let source = Source::open(clone, Some("HEAD")).expect("a repository");
    let (tree, _) = source.tree();
    let pattern = r"\b(TODO|FIXME|HACK|XXX)\b";
    let found = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["grep", "-I", "-n", "-z", "-w", "-E", pattern, "HEAD"])
        .output();
    let mut by_file: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for line in found
        .expect("git can be started")
        .stdout
        .split(|&byte| byte == b'\n')
    {
        let mut parts = line.splitn(3, |&byte| byte == 0);
        let (Some(path), Some(number)) = (parts.next(), parts.next()) else {
            continue;
        };
        let path = path.strip_prefix(b"HEAD:").unwrap_or(path);
        let number = std::str::from_utf8(number).expect("a number").parse();
        let file = tree.find(path).expect("a tracked file");
        let file = u32::try_from(file).expect("a small tree");
        by_file
            .entry(file)
            .or_default()
            .push(number.expect("a number"));
    }
    let files: Vec<(u32, Vec<u32>)> = by_file.into_iter().collect();
    let paths: Vec<String> = files
        .iter()
        .map(|(file, _)| String::from_utf8_lossy(tree.path(*file as usize)).into_owned())
        .collect();
    let lines: usize = files.iter().map(|(_, lines)| lines.len()).sum();

    let (mut ours, mut git, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let folder = tempfile::tempdir().expect("a temporary folder");
    let cached = || {
        let mut notes = Vec::new();
        let start = Instant::now();
        let cache = Some(folder.path());
        let (ages, _) = history::ages_noting(&source, &tree, &files, cache, &mut notes);
        assert!(notes.is_empty());
        (ages, start.elapsed().as_secs_f64())
    };
    cached();
    let mut kept = Vec::new();
    for round in 0..=ROUNDS {
        let start = Instant::now();
        let (ages, _) = history::ages(&source, &tree, &files);
        let one = start.elapsed().as_secs_f64();
        assert!(!ages.is_empty());
        let (again, warm) = cached();
        assert_eq!(again, ages);
        let start = Instant::now();
        blame(clone, &paths);
        let other = start.elapsed().as_secs_f64();
        // The first round reads what is on disk into memory.
        if round > 0 {
            ours.push(one);
            kept.push(warm);
            git.push(other);
            ratios.push(one / other);
        }
    }
    let median = |mut numbers: Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    println!(
        "| {} | {} | {lines} | {:.2} s | {:.2} s | {:.2} | {:.3} s |",
        clone.file_name().unwrap_or_default().to_string_lossy(),
        files.len(),
        median(ours),
        median(git),
        median(ratios),
        median(kept)
    );
}

/// Blames all files, two at a time.
fn blame(clone: &Path, paths: &[String]) {
    std::thread::scope(|scope| {
        for share in 0..2 {
            scope.spawn(move || {
                for path in paths.iter().skip(share).step_by(2) {
                    let status = Command::new("git")
                        .arg("-C")
                        .arg(clone)
                        .args(["blame", "--porcelain", "HEAD", "--", path])
                        .stdout(Stdio::null())
                        .status();
                    assert!(status.expect("git can be started").success());
                }
            });
        }
    });
}
