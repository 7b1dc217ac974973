//! Holds the ages of lines to what git says of them: `cargo run --release --example blame_law -- CLONE [N]`.
//!
//! Takes N lines at random (200 unless said) of those in which `git grep` finds a marker, asks for the age of
//! each, and compares it with `git blame --porcelain` of the same lines: the commit, and when it was written.
//! Prints how many differ, and which. The worktree of the clone must be as its HEAD.

#![expect(clippy::print_stdout, reason = "it prints what it found")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use bailiwick::facts::Age;
use bailiwick::sources::history;
use bailiwick::sources::repository::Source;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let clone = PathBuf::from(arguments.next().expect("the folder of a clone"));
    let wanted = arguments
        .next()
        .map_or(200, |it| it.parse().expect("a number"));
    let source = Source::open(&clone, Some("HEAD")).expect("a repository");
    let (tree, _) = source.tree();

    let pattern = r"\b(TODO|FIXME|HACK|XXX)\b";
    let found = git(
        &clone,
        &["grep", "-I", "-n", "-z", "-w", "-E", pattern, "HEAD", "--"],
    );
    let mut lines: Vec<(u32, u32)> = Vec::new();
    for line in found.split(|&byte| byte == b'\n') {
        let mut parts = line.splitn(3, |&byte| byte == 0);
        let (Some(path), Some(number)) = (parts.next(), parts.next()) else {
            continue;
        };
        let path = path.strip_prefix(b"HEAD:").unwrap_or(path);
        let number = std::str::from_utf8(number).expect("a number");
        let file = tree.find(path).expect("a tracked file");
        lines.push((file as u32, number.parse().expect("a number")));
    }
    let all = lines.len();
    let mut seed = 42_u64;
    for at in (1..lines.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        lines.swap(at, (seed >> 33) as usize % (at + 1));
    }
    lines.truncate(wanted);
    let mut by_file: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for &(file, line) in &lines {
        by_file.entry(file).or_default().push(line);
    }
    for lines in by_file.values_mut() {
        lines.sort_unstable();
    }
    let files: Vec<(u32, Vec<u32>)> = by_file.into_iter().collect();

    let start = Instant::now();
    let (ages, gaps) = history::ages(&source, &tree, &files);
    let ours = start.elapsed();
    let start = Instant::now();
    let (mut same, mut differ) = (0, Vec::new());
    for (file, lines) in &files {
        let path = String::from_utf8_lossy(tree.path(*file as usize)).into_owned();
        let ranges: Vec<String> = lines
            .iter()
            .map(|line| format!("-L{line},{line}"))
            .collect();
        let mut asked = vec!["blame", "--porcelain"];
        let has_ignored = clone.join(".git-blame-ignore-revs").is_file();
        if has_ignored {
            asked.extend(["--ignore-revs-file", ".git-blame-ignore-revs"]);
        }
        asked.extend(ranges.iter().map(String::as_str));
        asked.extend(["HEAD", "--", &path]);
        let blamed = of_git(&git(&clone, &asked));
        for &line in lines {
            let age = ages.iter().find(|it| (it.file, it.line) == (*file, line));
            let (commit, when) = blamed[&line].clone();
            let ours = match age.map(|it| it.age) {
                Some(Age::Since(time, id)) => (id.to_string(), time.as_second()),
                Some(Age::Before(time)) => (commit.clone(), time.as_second()),
                other => (format!("{other:?}"), 0),
            };
            match ours == (commit.clone(), when) {
                true => same += 1,
                false => differ.push(format!(
                    "{path}:{line} git {commit} {when}, here {} {}",
                    ours.0, ours.1
                )),
            }
        }
    }
    println!(
        "{}: {} of {all} lines in {} files; {same} agree, {} differ; {ours:.1?} here, {:.1?} git",
        clone.display(),
        lines.len(),
        files.len(),
        differ.len(),
        start.elapsed()
    );
    for line in differ {
        println!("  {line}");
    }
    for gap in gaps {
        println!("  gap: {}", gap.reason);
    }
}

/// By line: the commit that blame names, and when that was written.
fn of_git(porcelain: &[u8]) -> BTreeMap<u32, (String, i64)> {
    let text = String::from_utf8_lossy(porcelain);
    let (mut lines, mut times) = (BTreeMap::new(), BTreeMap::new());
    let mut current = (String::new(), 0);
    for line in text.lines() {
        if line.starts_with('\t') {
            lines.insert(current.1, current.0.clone());
            continue;
        }
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            ["author-time", time] => {
                times.insert(current.0.clone(), time.parse::<i64>().expect("a time"));
            }
            [hash, _, line, ..] if hash.len() == 40 => {
                current = (hash.to_owned(), line.parse().expect("a line"));
            }
            _ => {}
        }
    }
    let known = lines.into_iter();
    known
        .map(|(line, commit)| (line, (commit.clone(), times[&commit])))
        .collect()
}

fn git(clone: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(arguments)
        .output();
    output.expect("git can be started").stdout
}
