//! Whole commands on a clone, beside `git ls-files` and other tools, in turns within one run.
//!
//! `cargo bench --bench commands -- CLONE [PEER]`: `CLONE` is a git worktree with an ownership file;
//! `PEER`, if given, is a program that prints the owners of all files of the folder that it runs in, such
//! as the Go program codeowners. What is printed is the median of each in wall time, and the median of
//! the ratios pair by pair to `git ls-files`, and for the rules that read files to `git grep` and `rg`.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let Some((clone, peer)) = arguments.split_first() else {
        println!("name a clone: cargo bench --bench commands -- CLONE [PEER]");
        return;
    };
    let clone = Path::new(clone);
    let ours = env!("CARGO_BIN_EXE_bailiwick");
    let git = ["git", "ls-files"];
    println!("| command | median | git ls-files | ratio |\n| --- | --- | --- | --- |");
    compare(clone, &[ours, "owners", "--format", "tsv"], &git, ROUNDS);
    compare(clone, &[ours, "owners", "--summary"], &git, ROUNDS);
    compare(clone, &ownership(&[ours, "check"]), &git, ROUNDS);
    compare(
        clone,
        &ownership(&[ours, "check", "--at", "HEAD"]),
        &["git", "ls-tree", "-r", "HEAD"],
        ROUNDS,
    );
    // With the rules that read files: beside programs that look for the words of markers alone.
    println!("\n| command | median | search | ratio |\n| --- | --- | --- | --- |");
    let words = "TODO|FIXME|HACK|XXX";
    let searches: [&[&str]; 2] = [
        &["git", "grep", "-I", "-n", "-w", "-E", words],
        &["rg", "-n", "-w", words, "."],
    ];
    for search in searches {
        match Command::new(search[0]).arg("--version").output() {
            Ok(_) => compare(clone, &[ours, "check"], search, ROUNDS),
            Err(_) => println!("`{}` is not on the path and was left out", search[0]),
        }
    }
    if let Some(peer) = peer.first() {
        println!("\n| peer | median | ours | ratio |\n| --- | --- | --- | --- |");
        compare(clone, &[peer], &[ours, "owners", "--format", "tsv"], 5);
    }
}

/// The command with the rules alone that need nothing but names of files and the ownership file.
fn ownership<'a>(command: &[&'a str]) -> Vec<&'a str> {
    let rules = [
        "codeowners/*",
        "ownership/fallback-owner",
        "ownership/personal-owner",
        "ownership/unknown-owner",
        "ownership/unowned-file",
        "policy/*",
    ];
    let select = rules.iter().flat_map(|rule| ["--select", rule]);
    command.iter().copied().chain(select).collect()
}

/// Runs the two in turns and prints a row.
fn compare(folder: &Path, command: &[&str], other: &[&str], rounds: usize) {
    let (mut times, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    run(folder, command);
    run(folder, other);
    for _ in 0..rounds {
        let (a, b) = (run(folder, command), run(folder, other));
        times.push(a);
        others.push(b);
        ratios.push(a.as_secs_f64() / b.as_secs_f64());
    }
    ratios.sort_by(f64::total_cmp);
    let name = |command: &[&str]| {
        let program = Path::new(command[0])
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy();
        [&[&*program], &command[1..]].concat().join(" ")
    };
    let (time, other) = (median(times), median(others));
    println!(
        "| `{}` | {time:.1?} | {other:.1?} | {:.2} |",
        name(command),
        ratios[rounds / 2]
    );
}

fn run(folder: &Path, command: &[&str]) -> Duration {
    let start = Instant::now();
    let status = Command::new(command[0])
        .args(&command[1..])
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the command can be started");
    // 1 says that there are findings.
    assert!(
        matches!(status.code(), Some(0 | 1)),
        "{command:?} ended with {status}"
    );
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
