//! Does the ratchet keep its law? On the last merges of a clone, `check --since` has to find what a full
//! check finds after the change and not before it:
//!
//! ```sh
//! cargo run --release --example ratchet_law -- path/to/clone 30
//! cargo run --release --example ratchet_law -- path/to/clone 30 100
//! ```
//!
//! For each merge the change is the branch that was merged: from where it left the other one to its last
//! commit. Where a repository has fewer merges than asked for, the latest plain commits are taken too. With
//! a third argument the changes are instead so many commits of the main line each, one after another
//! backward from `HEAD`: large ones, in which folders are renamed and descriptors rewritten.
//!
//! All runs are by one strict policy, without the rules that see both sides of a change
//! (`debt/growing-debt`, `ownership/unowned-file`), whose findings are no difference.
//!
//! The law speaks of findings by their fingerprints, and of the base's as they are called after the change.
//! What files are called after it is asked of git (`git diff --find-renames`), so that the linter's own
//! way of following files is judged by another one:
//!
//! - *invented*: found since, though the head alone does not have it, or the base has it already;
//! - *lost*: found in the head and not in the base nor since, and no finding of the base can be the same
//!   one of a file that git says to be renamed, or of text that names such a file;
//! - *misnamed*: found since, though a finding of the base is word for word the same by git's renames.
//!
//! Ends with 1 where there is any.

#![expect(clippy::print_stdout, reason = "an example prints its answer")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use bailiwick::engine::{self, Request, Since};
use bailiwick::findings::{Finding, Report};
use jiff::civil::date;

/// Everything that can be judged of one side alone, finding by finding.
const POLICY: &str = r#"
extends = ["bailiwick:strict"]

[rules]
"debt/growing-debt" = "off"
"ownership/unowned-file" = "off"
"debt/untracked-marker" = { level = "note", each = true }
"#;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let clone = PathBuf::from(arguments.next().ok_or("name a clone")?);
    let most = match arguments.next() {
        Some(most) => most.to_string_lossy().parse()?,
        None => 30,
    };
    let changes = match arguments.next() {
        Some(step) => spans(&clone, most, step.to_string_lossy().parse()?)?,
        None => changes(&clone, most)?,
    };
    let folder = tempfile::tempdir()?;
    let policy = folder.path().join("strict.toml");
    std::fs::write(&policy, POLICY)?;

    let mut sum = Sum::default();
    for change in changes {
        match judge(&clone, &policy, &change) {
            Ok(judged) => sum.add(&change, &judged),
            Err(error) => {
                println!("{} skipped: {error}", change.name());
                sum.skipped += 1;
            }
        }
    }
    println!("{}", sum.line(&clone));
    Ok(match sum.differences {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// A change: what is judged, and since what.
struct Change {
    head: String,
    since: String,
}

impl Change {
    fn name(&self) -> &str {
        self.head.get(..10).unwrap_or(&self.head)
    }
}

/// What git says.
fn git(clone: &Path, arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["-c", "core.quotePath=false"])
        .args(arguments)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("git {}: {}", arguments.join(" "), said.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The branches that were merged last, and where these are too few, the latest commits.
fn changes(clone: &Path, most: usize) -> Result<Vec<Change>, Box<dyn Error>> {
    let count = format!("-{most}");
    let list = |kind: &str| -> Result<Vec<Change>, Box<dyn Error>> {
        let found = git(clone, &["rev-list", "--parents", kind, &count, "HEAD"])?;
        let changes = found.lines().filter_map(|line| {
            let commits: Vec<&str> = line.split(' ').collect();
            let (head, since) = match commits[..] {
                [commit, parent] => (commit, parent),
                [_, into, branch] => (branch, into),
                _ => return None,
            };
            Some(Change {
                head: head.to_owned(),
                since: since.to_owned(),
            })
        });
        Ok(changes.collect())
    };
    let mut changes = list("--min-parents=2")?;
    if changes.len() < most {
        let missing = most - changes.len();
        changes.extend(list("--max-parents=1")?.into_iter().take(missing));
    }
    Ok(changes)
}

/// The last stretches of the main line, of so many commits each.
fn spans(clone: &Path, most: usize, step: usize) -> Result<Vec<Change>, Box<dyn Error>> {
    let line = git(clone, &["rev-list", "--first-parent", "HEAD"])?;
    let ends: Vec<&str> = line.lines().step_by(step.max(1)).collect();
    let spans = ends.windows(2).take(most).map(|ends| Change {
        head: ends[0].to_owned(),
        since: ends[1].to_owned(),
    });
    Ok(spans.collect())
}

/// What came out for one change.
struct Judged {
    files: usize,
    renamed: usize,
    base: usize,
    head: usize,
    new: usize,
    since: usize,
    mended: usize,
    /// What contradicts the law, one line each.
    differences: Vec<String>,
    full: Duration,
    quick: Duration,
}

fn judge(clone: &Path, policy: &Path, change: &Change) -> Result<Judged, Box<dyn Error>> {
    let check = |at: &str, since: Option<&str>| -> Result<(Report, Duration), Box<dyn Error>> {
        let start = Instant::now();
        let report = engine::check(&Request {
            history: None,
            online: None,
            target: clone.to_owned(),
            revision: Some(at.to_owned()),
            policy: Some(policy.to_owned()),
            select: Vec::new(),
            ignore: Vec::new(),
            as_of: date(2026, 1, 15),
            baseline: None,
            since: since.map(|revision| Since {
                revision: revision.to_owned(),
                name: None,
                policy_of_head: false,
                staged: false,
            }),
        })?;
        Ok((report, start.elapsed()))
    };
    let (since, quick) = check(&change.head, Some(&change.since))?;
    let told = since.change.as_ref().ok_or("the report tells no change")?;
    let bases = git(clone, &["merge-base", "--all", &change.since, &change.head])?;
    if !bases.lines().any(|base| base == told.base) {
        return Err(format!("git does not name {} as a merge base", told.base).into());
    }
    let (base, _) = check(&told.base, None)?;
    let (head, full) = check(&change.head, None)?;
    let renames = Renames::between(clone, &told.base, &change.head)?;

    let (was, is, found) = (each(&base), each(&head), each(&since));
    let gone = was.iter().filter(|(print, _)| !is.contains_key(*print));
    let mut gone: Vec<Option<&Finding>> = gone.map(|(_, finding)| Some(*finding)).collect();
    let mut differences = Vec::new();
    for (print, finding) in &found {
        if !is.contains_key(print) || was.contains_key(print) {
            differences.push(line("invented", finding));
            continue;
        }
        let same = |old: &Finding| renames.is_same(old, finding);
        if take(&mut gone, same) {
            differences.push(line("misnamed", finding));
        }
    }
    let new: Vec<_> = is
        .iter()
        .filter(|(print, _)| !was.contains_key(*print))
        .collect();
    for (print, finding) in &new {
        if found.contains_key(*print) {
            continue;
        }
        let moved = |old: &Finding| renames.may_be(old, finding);
        if !take(&mut gone, moved) {
            differences.push(line("lost", finding));
        }
    }
    Ok(Judged {
        files: told.files,
        renamed: renames.files.len(),
        base: was.len(),
        head: is.len(),
        new: new.len(),
        since: found.len(),
        mended: told.mends(),
        differences,
        full,
        quick,
    })
}

/// Returns the results of a report by fingerprint.
fn each(report: &Report) -> BTreeMap<&str, &Finding> {
    let all = report.findings.iter().flat_map(Finding::results);
    all.map(|finding| (finding.fingerprint.as_str(), finding))
        .collect()
}

/// Takes the first that fits out of those that are left.
fn take(left: &mut [Option<&Finding>], fits: impl Fn(&Finding) -> bool) -> bool {
    let found = left.iter_mut().find(|it| it.is_some_and(&fits));
    found.and_then(Option::take).is_some()
}

fn line(what: &str, finding: &Finding) -> String {
    let path = finding.primary.path();
    let path = path.map_or(".".into(), |path| path.to_string_lossy());
    let line = finding.primary.excerpt.as_ref();
    let line = line.map_or(0, |excerpt| excerpt.line);
    format!("{what}: {} {path}:{line} {}", finding.rule, finding.message)
}

/// What git says to be renamed, from path to path.
struct Renames {
    files: BTreeMap<String, String>,
    /// All folders of renamed files, before and after.
    folders: BTreeSet<String>,
}

impl Renames {
    fn between(clone: &Path, base: &str, head: &str) -> Result<Renames, Box<dyn Error>> {
        let mut diff = vec!["diff", "--find-renames", "-l0", "--name-status", "-z"];
        diff.extend(["--diff-filter=R", base, head]);
        let found = git(clone, &diff)?;
        let mut fields = found.split('\0');
        let mut files = BTreeMap::new();
        while let (Some(_), Some(from), Some(to)) = (fields.next(), fields.next(), fields.next()) {
            files.insert(from.to_owned(), to.to_owned());
        }
        let mut folders = BTreeSet::new();
        for path in files.iter().flat_map(|(from, to)| [from, to]) {
            let slashes = path.match_indices('/');
            folders.extend(slashes.map(|(slash, _)| path[..slash].to_owned()));
        }
        Ok(Renames { files, folders })
    }

    /// Whether a finding of the base is one of the head, word for word.
    fn is_same(&self, old: &Finding, new: &Finding) -> bool {
        let Some(path) = self.path(old) else {
            return false;
        };
        let excerpt = |finding: &Finding| {
            let excerpt = finding.primary.excerpt.as_ref();
            excerpt.map(|excerpt| excerpt.text.trim().to_owned())
        };
        old.rule == new.rule
            && Some(path.as_str()) == at(new).as_deref()
            && old.message == new.message
            && excerpt(old) == excerpt(new)
            && self.files.values().any(|to| *to == path)
    }

    /// Whether a finding of the base may be one of the head: of the same rule, and in a renamed file or
    /// about one.
    fn may_be(&self, old: &Finding, new: &Finding) -> bool {
        let is_moved = self.path(old) != at(old) && self.path(old) == at(new);
        old.rule == new.rule && (is_moved || (self.names(old) && self.names(new)))
    }

    /// Where a finding of the base is after the change.
    fn path(&self, finding: &Finding) -> Option<String> {
        let path = at(finding)?;
        Some(self.files.get(&path).cloned().unwrap_or(path))
    }

    /// Whether a finding speaks of a file or folder that went elsewhere.
    fn names(&self, finding: &Finding) -> bool {
        let texts = [&finding.subject, &finding.message];
        let is_word = |byte: char| byte.is_whitespace() || matches!(byte, '`' | '(' | ')' | ',');
        let mut words = texts.into_iter().flat_map(|text| text.split(is_word));
        words.any(|word| {
            let word = word.trim_matches('/').trim_end_matches("/*");
            let is_file = self
                .files
                .iter()
                .any(|(from, to)| from == word || to == word);
            is_file || self.folders.contains(word)
        })
    }
}

fn at(finding: &Finding) -> Option<String> {
    Some(finding.primary.path()?.to_string_lossy().into_owned())
}

/// All changes together.
#[derive(Default)]
struct Sum {
    changes: usize,
    skipped: usize,
    files: usize,
    renamed: usize,
    new: usize,
    since: usize,
    mended: usize,
    differences: usize,
    full: Duration,
    quick: Duration,
}

impl Sum {
    fn add(&mut self, change: &Change, judged: &Judged) {
        println!(
            "{} {} files, {} renamed; {} findings before, {} after, {} only after; since: {}, {} mended; {} differ",
            change.name(),
            judged.files,
            judged.renamed,
            judged.base,
            judged.head,
            judged.new,
            judged.since,
            judged.mended,
            judged.differences.len()
        );
        for difference in &judged.differences {
            println!("  {difference}");
        }
        self.changes += 1;
        self.files += judged.files;
        self.renamed += judged.renamed;
        self.new += judged.new;
        self.since += judged.since;
        self.mended += judged.mended;
        self.differences += judged.differences.len();
        self.full += judged.full;
        self.quick += judged.quick;
    }

    fn line(&self, clone: &Path) -> String {
        format!(
            "{}: {} changes ({} skipped), {} files, {} renamed; {} only after, {} since, {} mended; {} differ; {:.1} s since, {:.1} s in full",
            clone.display(),
            self.changes,
            self.skipped,
            self.files,
            self.renamed,
            self.new,
            self.since,
            self.mended,
            self.differences,
            self.quick.as_secs_f64(),
            self.full.as_secs_f64()
        )
    }
}
