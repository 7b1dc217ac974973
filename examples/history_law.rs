//! Does the walk over commits say what git says? For each commit of a clone that is no merge, the paths
//! that it changed have to be those of `git log --raw --no-renames`, and those of `git log --raw -M` with
//! `--renames`:
//!
//! ```sh
//! cargo run --release --example history_law -- path/to/clone
//! cargo run --release --example history_law -- path/to/clone --renames
//! ```
//!
//! Authors and dates have to be those of `git log --use-mailmap`, and what arrived on the line of first
//! parents those of `git log --first-parent -m`. Printed is how many commits and paths differ, with the
//! first of them. Of a clone that lacks contents git cannot follow files itself; use one that has all.

#![expect(clippy::print_stdout, reason = "the program prints what it finds")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use bailiwick::facts::{History, How, Touched};
use bailiwick::sources::history::{self, Wanted};
use bailiwick::sources::repository::Source;
use jiff::Timestamp;

/// How many differences are printed.
const SHOWN: usize = 10;

/// What was done to paths, by a letter each: `A`, `M`, `D`, or `R` with the path before.
type Changes = BTreeSet<(char, Vec<u8>, Vec<u8>)>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let renames = arguments.iter().any(|argument| argument == "--renames");
    let clone = arguments
        .iter()
        .find(|argument| !argument.starts_with("--"));
    let clone = Path::new(clone.ok_or("name a clone")?);
    let start = Instant::now();
    let source = Source::open(clone, Some("HEAD"))?;
    let history = history::read(
        &source,
        &Wanted {
            as_of: Timestamp::MAX,
            since: None,
            window: Timestamp::MIN,
            renames,
            cache: None,
        },
    );
    let took = start.elapsed().as_secs_f64();
    for gap in &history.gaps {
        println!("gap: {}", gap.reason);
    }
    let follow = if renames { "-M" } else { "--no-renames" };
    let told = git(clone, &["--no-merges", follow])?;
    let ours = history.commits.iter().map(|commit| {
        let author = &history.authors[commit.author as usize];
        let line = format!("{} <{}>", author.name, author.email);
        let said = (
            line,
            commit.authored.as_second(),
            commit.committed.as_second(),
        );
        (
            commit.id.to_string(),
            (said, changes(&history, &commit.touched)),
        )
    });
    compare("commits", &told, &ours.collect());

    let told = git(clone, &["--first-parent", "-m", follow])?;
    let ours = history.changes.iter().map(|landing| {
        let id = landing.id.to_string();
        let said = told.get(&id).map(|(said, _)| said.clone());
        (
            id,
            (
                said.unwrap_or_default(),
                changes(&history, &landing.touched),
            ),
        )
    });
    compare("arrivals", &told, &ours.collect());
    println!(
        "{} commits walked, {} paths, {} tags, {} s",
        history.walked,
        history.paths.len(),
        history.tags.len(),
        (took * 100.0).round() / 100.0
    );
    Ok(())
}

type Said = (String, i64, i64);
type Told = BTreeMap<String, (Said, Changes)>;

fn changes(history: &History, touched: &[Touched]) -> Changes {
    let path = |place: u32| history.path(place).as_bytes().to_vec();
    let touched = touched.iter().map(|touched| match touched.how {
        How::Added => ('A', path(touched.path), Vec::new()),
        How::Changed => ('M', path(touched.path), Vec::new()),
        How::Removed => ('D', path(touched.path), Vec::new()),
        How::Moved(from) => ('R', path(touched.path), path(from)),
    });
    touched.collect()
}

/// What git says of each commit.
fn git(clone: &Path, arguments: &[&str]) -> Result<Told, Box<dyn Error>> {
    let mut command = Command::new("git");
    command
        .arg("-C")
        .arg(clone)
        .args(["log", "--raw", "-z", "--use-mailmap"]);
    command
        .args(["--format=%x00%x00%H%x00%aN <%aE>%x00%at%x00%ct"])
        .args(arguments);
    let mut child = command.arg("HEAD").stdout(Stdio::piped()).spawn()?;
    let output = child.stdout.take().ok_or("no output")?;
    let mut output = BufReader::new(output);
    let mut fields = Vec::new();
    let mut next = || -> Result<Option<Vec<u8>>, std::io::Error> {
        let mut field = std::mem::take(&mut fields);
        field.clear();
        let read = output.read_until(0, &mut field)?;
        if field.last() == Some(&0) {
            field.pop();
        }
        Ok((read > 0).then_some(field))
    };
    let text = |field: Option<Vec<u8>>| -> String {
        String::from_utf8_lossy(&field.unwrap_or_default()).into_owned()
    };
    let mut told = Told::new();
    let mut current: Option<String> = None;
    while let Some(field) = next()? {
        if field.is_empty() {
            continue;
        }
        let field: &[u8] = field.strip_prefix(b"\n").unwrap_or(&field);
        if let Some(line) = field.strip_prefix(b":") {
            let kind = line.rsplit(|&byte| byte == b' ').next().unwrap_or_default();
            let kind = char::from(kind.first().copied().unwrap_or(b'?'));
            let first = next()?.unwrap_or_default();
            let change = match kind {
                'R' => ('R', next()?.unwrap_or_default(), first),
                'T' => ('M', first, Vec::new()),
                kind => (kind, first, Vec::new()),
            };
            let id = current.as_ref().ok_or("a change before the first commit")?;
            let commit = told.get_mut(id).ok_or("a change of no commit")?;
            commit.1.insert(change);
            continue;
        }
        let id = String::from_utf8_lossy(field).into_owned();
        let author = text(next()?);
        let (authored, committed) = (text(next()?), text(next()?));
        let number = |text: &str| text.parse().unwrap_or_default();
        let said = (author, number(&authored), number(&committed));
        told.insert(id.clone(), (said, Changes::new()));
        current = Some(id);
    }
    let mut rest = Vec::new();
    output.read_to_end(&mut rest)?;
    if !child.wait()?.success() {
        return Err("git log failed".into());
    }
    Ok(told)
}

fn compare(what: &str, told: &Told, ours: &Told) {
    let none: (Said, Changes) = Default::default();
    let ids: BTreeSet<&String> = told.keys().chain(ours.keys()).collect();
    let (mut differ, mut authors, mut paths, mut all) = (0, 0, 0, 0);
    for id in &ids {
        let (git, own) = (
            told.get(*id).unwrap_or(&none),
            ours.get(*id).unwrap_or(&none),
        );
        all += git.1.len();
        if git == own {
            continue;
        }
        differ += 1;
        authors += usize::from(git.0 != own.0);
        let count = git.1.symmetric_difference(&own.1).count();
        paths += count;
        if differ > SHOWN {
            continue;
        }
        println!("{id}: {count} changes differ");
        if git.0 != own.0 {
            println!("  git {:?}, here {:?}", git.0, own.0);
        }
        for (kind, set, other) in [("git", &git.1, &own.1), ("here", &own.1, &git.1)] {
            for (how, path, from) in set.difference(other).take(4) {
                let [path, from] = [path, from].map(|it| String::from_utf8_lossy(it).into_owned());
                println!("  only {kind}: {how} {path} {from}");
            }
        }
    }
    println!(
        "{what}: {differ} of {} differ, {authors} in who and when; {paths} of {all} changes",
        ids.len()
    );
}
