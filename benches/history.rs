//! Reading a history, beside `git log`, in turns within one run.
//!
//! `cargo bench --bench history -- CLONE…`: each `CLONE` is a git repository. Its history is read without
//! following renames, beside `git log --raw --no-renames`; with `--renames` following them, beside `git log
//! --raw -M`, for which git needs all contents. Then twice with a cache: the first run fills it. Printed
//! are medians of wall time and of user time, their ratios pair by pair, and the most memory that a run took.
//! The window is the last year of the history. At last that year is replayed: a run from the cache, and for each
//! change who would have had to approve it, beside the walk without a cache.

#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bailiwick::analysis::Measures;
use bailiwick::facts::History;
use bailiwick::graph::{Graph, Member};
use bailiwick::identity::Directory;
use bailiwick::ownership::Ownership;
use bailiwick::sources;
use bailiwick::sources::history::{self, Wanted};
use bailiwick::sources::repository::Source;
use jiff::{Timestamp, ToSpan as _};

const ROUNDS: usize = 5;

/// Says to this program that it is to read one history and stop.
const READ: &str = "--read";

/// Says that it is to replay the history as well.
const REPLAY: &str = "replay";

fn main() {
    let arguments = std::env::args().skip(1).filter(|it| it != "--bench");
    let arguments: Vec<String> = arguments.collect();
    if arguments.first().is_some_and(|first| first == READ) {
        read(&arguments[1..]);
        return;
    }
    let renames = arguments.iter().any(|it| it == "--renames");
    println!(
        "| repository | what | wall | user | wall beside | user beside | wall ratio | user ratio | memory |\n| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    );
    for clone in arguments.iter().filter(|it| !it.starts_with("--")) {
        compare(clone, renames);
    }
}

/// Reads one history: the clone, whether to follow renames, the folder of the cache or nothing, and whether to
/// replay it.
fn read(arguments: &[String]) {
    let [clone, renames, cache, replayed] = arguments else {
        panic!("a clone, a mode, a cache, and whether to replay");
    };
    let source = Source::open(Path::new(clone), Some("HEAD")).expect("a repository");
    let last = git_line(clone, &["log", "-1", "--format=%ct"]);
    let last = Timestamp::from_second(last.parse().expect("a date")).expect("a date");
    let start = Instant::now();
    let history = history::read(
        &source,
        &Wanted {
            as_of: Timestamp::MAX,
            since: None,
            window: last - (365 * 24).hours(),
            renames: renames == "renames",
            cache: (!cache.is_empty()).then(|| Path::new(cache.as_str())),
        },
    );
    assert!(history.walked > 0);
    let walked = start.elapsed();
    let replay = match replayed.as_str() {
        REPLAY => replay(&source, history, last),
        _ => Duration::ZERO,
    };
    let took = (walked + replay).as_secs_f64();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak
        .and_then(|line| line.split_whitespace().next())
        .unwrap_or("0");
    println!("{took} {} {peak}", user_time());
}

/// How long it takes to find who would have had to approve each change of the window. What any command reads of
/// the files beside that is not counted.
fn replay(source: &Source, history: History, last: Timestamp) -> Duration {
    let mut repository = sources::read(source);
    repository.history = Some(history);
    let file = repository.ownership_files.in_use.present();
    let ownership = file
        .map(|file| Ownership::resolve(&repository.tree, file))
        .unwrap_or_default();
    let organization = repository.organization.clone();
    let directory = Directory::of(repository.rosters.iter(), organization, []);
    let member = Member {
        repository: &repository,
        ownership: &ownership,
    };
    let today = last.to_zoned(jiff::tz::TimeZone::UTC).date();
    let start = Instant::now();
    let graph = Graph::new(vec![member], &directory);
    let measures = Measures::new(&graph, today, false, |_, _| false);
    let replay = measures.replay();
    let took = start.elapsed();
    let changes = replay.repository(0).map(|it| it.changes.len());
    assert!(changes.is_some_and(|changes| changes > 0));
    took
}

/// The user time of this process, in seconds.
fn user_time() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name
        .split_whitespace()
        .nth(11)
        .and_then(|it| it.parse::<f64>().ok());
    // Ticks are hundredths of a second wherever `/proc` is found.
    ticks.unwrap_or_default() / 100.0
}

fn git_line(clone: &str, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-C", clone])
        .args(arguments)
        .output();
    let output = output.expect("git can be started").stdout;
    String::from_utf8_lossy(&output).trim().to_owned()
}

struct Run {
    wall: f64,
    user: f64,
    kilobytes: f64,
}

fn ours(clone: &str, mode: &str, cache: &str, replay: &str) -> Run {
    let this = std::env::current_exe().expect("this program");
    let output = Command::new(this)
        .args([READ, clone, mode, cache, replay])
        .output();
    let output = output.expect("this program runs").stdout;
    let output = String::from_utf8_lossy(&output).into_owned();
    let mut numbers = output.split_whitespace().filter_map(|it| it.parse().ok());
    let mut next = || numbers.next().expect("a number");
    Run {
        wall: next(),
        user: next(),
        kilobytes: next(),
    }
}

fn theirs(clone: &str, follow: &str) -> Run {
    // The shell's `times` tells the user time of what it ran.
    let script = "git -C \"$1\" log --raw $2 --format=%H HEAD >/dev/null; times";
    let start = Instant::now();
    let output = Command::new("bash")
        .args(["-c", script, "bash", clone, follow])
        .stderr(Stdio::null())
        .output()
        .expect("bash can be started");
    let wall = start.elapsed().as_secs_f64();
    let output = String::from_utf8_lossy(&output.stdout).into_owned();
    let user = output.lines().nth(1).and_then(|line| {
        let (minutes, seconds) = line.split_whitespace().next()?.split_once('m')?;
        let seconds: f64 = seconds.trim_end_matches('s').parse().ok()?;
        Some(minutes.parse::<f64>().ok()? * 60.0 + seconds)
    });
    Run {
        wall,
        user: user.unwrap_or_default(),
        kilobytes: 0.0,
    }
}

fn compare(clone: &str, renames: bool) {
    let (mode, follow) = match renames {
        true => ("renames", "-M"),
        false => ("plain", "--no-renames"),
    };
    let (mut cold, mut git) = (Vec::new(), Vec::new());
    let (mut warm, mut replayed) = (Vec::new(), Vec::new());
    for round in 0..=ROUNDS {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let cache = folder.path().to_string_lossy().into_owned();
        let one = ours(clone, mode, "", "");
        let other = theirs(clone, follow);
        ours(clone, mode, &cache, "");
        let again = ours(clone, mode, &cache, "");
        let replay = ours(clone, mode, &cache, REPLAY);
        // The first round reads what is on disk into memory.
        if round > 0 {
            cold.push(one);
            git.push(other);
            warm.push(again);
            replayed.push(replay);
        }
    }
    row(clone, &format!("cold, {mode}"), &cold, &git);
    row(clone, "warm, beside cold", &warm, &cold);
    row(clone, "warm and replayed, beside cold", &replayed, &cold);
}

fn row(clone: &str, what: &str, runs: &[Run], beside: &[Run]) {
    let median = |mut numbers: Vec<f64>| {
        numbers.sort_by(f64::total_cmp);
        numbers[numbers.len() / 2]
    };
    let of = |runs: &[Run], number: &dyn Fn(&Run) -> f64| median(runs.iter().map(number).collect());
    let ratio = |number: &dyn Fn(&Run) -> f64| {
        let pairs = runs.iter().zip(beside);
        median(
            pairs
                .map(|(one, other)| number(one) / number(other))
                .collect(),
        )
    };
    println!(
        "| {} | {what} | {:.3} s | {:.2} s | {:.3} s | {:.2} s | {:.3} | {:.3} | {:.0} MB |",
        Path::new(clone)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy(),
        of(runs, &|it| it.wall),
        of(runs, &|it| it.user),
        of(beside, &|it| it.wall),
        of(beside, &|it| it.user),
        ratio(&|it| it.wall),
        ratio(&|it| it.user),
        of(runs, &|it| it.kilobytes) / 1024.0
    );
}
