//! Judging a change, beside what `git status` takes, in turns within one run.
//!
//! `cargo bench --bench change -- CLONE…`: each `CLONE` is a git worktree of at least two commits; the
//! change since the last commit but one is judged, and then what is staged, which is nothing. Printed are
//! medians of wall time, and the medians of the ratios pair by pair. Then the same for a repository that
//! is written for the purpose, of 20,000 files and changes of 1, 100 and 10,000 of them: what a change
//! costs grows with what it touches, but for the listing.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;
const FILES: usize = 20_000;

fn main() {
    println!("| folder | command | median | git status | ratio |\n| --- | --- | --- | --- | --- |");
    let clones = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench");
    for clone in clones {
        compare(Path::new(&clone), &clone, &["--since", "HEAD~1"]);
        compare(Path::new(&clone), &clone, &["--changed-only"]);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = folder.path();
    git(root, &["init", "-q", "-b", "main"]);
    fs::write(root.join("CODEOWNERS"), "* @acme/all\n/d1/ @acme/one\n").expect("a file");
    write(root, 0..FILES, "");
    commit(root, "all");
    for (round, files) in [1, 100, 10_000].into_iter().enumerate() {
        write(
            root,
            0..files,
            &format!("// Round {round}.\n// TODO: later\n"),
        );
        commit(root, "some");
        let name = format!("{files} of {FILES} files");
        compare(root, &name, &["--since", "HEAD~1"]);
    }
}

/// Writes these files, of forty lines each.
fn write(root: &Path, files: std::ops::Range<usize>, more: &str) {
    let code = "// A line of code, as there are many.\nfn main() { println!(\"x\"); }\n".repeat(20);
    for file in files {
        let folder = root.join(format!("d{}/m{}", file % 7, file % 110));
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join(format!("f{file}.rs")), format!("{more}{code}")).expect("a file");
    }
}

fn commit(root: &Path, message: &str) {
    git(root, &["add", "-A"]);
    git(
        root,
        &[
            "-c",
            "user.name=Bench",
            "-c",
            "user.email=bench@acme.test",
            "commit",
            "-q",
            "-m",
            message,
        ],
    );
    // What was written in the second in which the index was cannot be told from what was written later.
    std::thread::sleep(Duration::from_millis(1_100));
    git(root, &["status", "--short"]);
}

fn git(root: &Path, arguments: &[&str]) {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(root)
        .args(arguments)
        .stdout(Stdio::null());
    assert!(command.status().expect("git can be started").success());
}

/// Runs `check` with these arguments and `git status` in turns, and prints a row.
fn compare(folder: &Path, name: &str, arguments: &[&str]) {
    let ours = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bailiwick"));
        command.arg("check").args(arguments);
        run(
            command.args(["--fail-on", "never", "--format", "concise"]),
            folder,
        )
    };
    let status = || run(Command::new("git").args(["status", "--short"]), folder);
    ours();
    status();
    let (mut times, mut others, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, other) = (ours(), status());
        ratios.push(one.as_secs_f64() / other.as_secs_f64());
        times.push(one);
        others.push(other);
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "| {name} | check {} | {:.1?} | {:.1?} | {:.2} |",
        arguments.join(" "),
        median(times),
        median(others),
        ratios[ROUNDS / 2]
    );
}

fn run(command: &mut Command, folder: &Path) -> Duration {
    let start = Instant::now();
    let command = command
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.status().expect("the command can be started");
    assert!(
        status.code().is_some_and(|code| code != 2),
        "{command:?} ended with {status}"
    );
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
