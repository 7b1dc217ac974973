//! `bailiwick check`: judge one repository.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::exit::{Exit, FailOn, TABLE, verdict};
use super::failure::Failure;
use super::online::Online;
use super::output::{to_file, to_stdout};
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use crate::engine;
use crate::findings::{Baseline, Report};
use crate::report::{self, HumanOptions, Look};
use crate::{rules, text};

/// Judge a repository by its policy, or by `bailiwick:recommended` if it has none.
#[derive(Debug, Args)]
#[command(after_help = TABLE)]
pub(super) struct Check {
    /// A repository, or a folder in it to which findings are limited [default: the current folder]
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// Read the tree of this revision instead of the worktree
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// Count only what is new since this revision: the change is compared with the commit that the two have
    /// in common, and judged by the policy of the revision
    #[arg(long, value_name = "REV")]
    since: Option<String>,
    /// With --since: judge by the policy of the revision, or by that of the change itself
    #[arg(long, value_name = "SIDE", default_value = "base", requires = "since")]
    policy_from: PolicyFrom,
    /// Judge what is staged by the rules that the changed files are enough for: for hooks before a commit
    #[arg(long, conflicts_with_all = ["since", "at"])]
    changed_only: bool,
    /// Judge by this policy instead of the nearest `bailiwick.toml` from TARGET upward
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the report to stdout
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Write the report to this file as well, in the format that its extension tells (.json, .sarif, .md,
    /// .txt for concise, .xml for junit) or that stands before it (FORMAT:FILE); may be repeated
    #[arg(long, value_name = "FILE", value_parser = Output::parse)]
    output: Vec<Output>,
    /// Run only these rules: ids or `family/*`, separated by commas; may be repeated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules: ids or `family/*`, separated by commas; may be repeated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Show at most this many findings of a rule in the human report, and the first places of each; 0 shows
    /// all findings and all places
    #[arg(long, value_name = "N", default_value_t = 20)]
    max_per_rule: usize,
    /// The lowest level at which a finding fails the run, which then ends with 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
    /// Accept the findings that this file lists, as --write-baseline wrote it: only what is new counts
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all findings to this file, to be accepted in later runs; in this one they fail nothing
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
    /// Judge by this day whether a date has passed [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Read the commits too, for rules that judge by them
    #[arg(long, conflicts_with_all = ["since", "changed_only"])]
    history: bool,
    #[command(flatten)]
    walk: Walk,
    #[command(flatten)]
    online: Online,
}

/// The side of a change whose policy judges.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum PolicyFrom {
    /// That of the revision, so that no change excuses itself
    Base,
    /// That of the change
    Head,
}

/// A format of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Grouped by rule, with the lines that are meant
    Human,
    /// One line a place, for editors and grep
    Concise,
    /// Everything, for machines
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of a step in GitHub Actions
    Github,
    /// A job's summary in GitHub Actions, by owner
    Markdown,
    /// Code Quality of GitLab, for merge requests
    Gitlab,
    /// JUnit's XML, for the test reports of GitLab, Jenkins and others
    Junit,
    /// Reviewdog's rdjson, for comments on pull requests
    Rdjson,
}

impl Format {
    /// The format that a file's name tells, if it tells one.
    fn of(file: &str) -> Option<Self> {
        // SARIF may have either ending; the longer one comes first.
        let endings = [
            (".sarif.json", Format::Sarif),
            (".sarif", Format::Sarif),
            (".json", Format::Json),
            (".md", Format::Markdown),
            (".txt", Format::Concise),
            (".xml", Format::Junit),
        ];
        let told = endings.iter().find(|(ending, _)| file.ends_with(ending));
        told.map(|&(_, format)| format)
    }

    fn write(self, report: &Report, options: HumanOptions, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Human => report::human(report, out, options),
            Format::Concise => report::concise(report, out),
            Format::Json => report::json(report, out),
            Format::Sarif => report::sarif(report, rules::all(), out),
            Format::Github => report::github(report, out),
            Format::Markdown => report::markdown(report, out),
            Format::Gitlab => report::gitlab(report, out),
            Format::Junit => report::junit(report, out),
            Format::Rdjson => report::rdjson(report, rules::all(), out),
        }
    }
}

/// A place for a report beside stdout, or another format for stdout itself.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Output {
    /// None for `-` alone, which is stdout as `--format` has it.
    format: Option<Format>,
    /// None for stdout.
    file: Option<PathBuf>,
}

impl Output {
    fn parse(text: &str) -> Result<Self, String> {
        let named = text.split_once(':').and_then(|(format, file)| {
            let format = Format::from_str(format, false).ok()?;
            Some((format, file))
        });
        let (format, file) = match named {
            Some((format, file)) => (Some(format), file),
            None => (None, text),
        };
        if file.is_empty() {
            return Err("the file is missing".into());
        }
        if file == "-" {
            return Ok(Output { format, file: None });
        }
        let Some(format) = format.or_else(|| Format::of(file)) else {
            let formats = Format::value_variants().iter();
            let names = formats.filter_map(ValueEnum::to_possible_value);
            let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
            return Err(format!(
                "its extension does not tell the format: write FORMAT:FILE, where FORMAT is one of {}",
                names.join(", ")
            ));
        };
        Ok(Output {
            format: Some(format),
            file: Some(file.into()),
        })
    }
}

pub(super) fn date(text: &str) -> Result<Date, String> {
    text.parse()
        .map_err(|_| "a date is written YYYY-MM-DD".into())
}

pub(super) fn run(arguments: &Check, terminal: &Terminal) -> Result<Exit, Failure> {
    let stdout = stdout_format(arguments)?;
    let report = engine::check(&engine::Request {
        target: arguments.target.clone(),
        revision: arguments.at.clone(),
        policy: arguments.policy.clone(),
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        as_of: arguments.as_of.unwrap_or_else(today),
        baseline: arguments.baseline.clone(),
        since: since(arguments),
        history: (arguments.history || arguments.walk.is_given()).then(|| arguments.walk.request()),
        online: arguments.online.request(arguments.walk.keeps(), terminal)?,
    })?;
    let options = HumanOptions {
        look: terminal.stdout,
        max_per_rule: arguments.max_per_rule,
        verbose: terminal.verbose,
        quiet: terminal.quiet,
        summary: |id| rules::find(id).map(|rule| rule.spec.summary),
    };
    report.notes.iter().for_each(|note| terminal.note(note));
    // What can be written is written, whatever else fails; all failures are told.
    let mut failures = write_files(arguments, &report, options, terminal);
    failures.extend(to_stdout(|out| stdout.write(&report, options, out)).err());
    if let Some(last) = failures.pop() {
        failures.iter().for_each(|failure| failure.print(terminal));
        return Err(last);
    }
    let fail_on = match arguments.write_baseline {
        Some(_) => FailOn::Never,
        None => arguments.fail_on,
    };
    let exit = verdict(&report, fail_on);
    if exit == Exit::Incomplete
        && stdout != Format::Human
        && let Some(why) = report::incomplete(&report)
    {
        terminal.note(&why);
    }
    Ok(exit)
}

/// The change that is asked about, if one is.
fn since(arguments: &Check) -> Option<engine::Since> {
    let revision = match arguments.changed_only {
        true => Some("HEAD".to_owned()),
        false => arguments.since.clone(),
    };
    revision.map(|revision| engine::Since {
        revision,
        name: None,
        policy_of_head: arguments.policy_from == PolicyFrom::Head,
        staged: arguments.changed_only,
    })
}

/// What stdout gets: `--format`, unless an `--output FORMAT:-` says otherwise.
fn stdout_format(arguments: &Check) -> Result<Format, Failure> {
    let mut formats = arguments
        .output
        .iter()
        .filter(|output| output.file.is_none());
    let format = formats.next().and_then(|output| output.format);
    let mut files: Vec<_> = arguments
        .output
        .iter()
        .filter_map(|output| output.file.as_ref())
        .collect();
    files.extend(&arguments.write_baseline);
    files.sort();
    let twice = formats.next().is_some() || files.windows(2).any(|pair| pair[0] == pair[1]);
    if twice {
        return Err(Failure::new(
            "two outputs go to the same place",
            "give each --output, and --write-baseline, a file of its own",
        ));
    }
    Ok(format.unwrap_or(arguments.format))
}

/// Writes the files that were asked for; returns what could not be written.
fn write_files(
    arguments: &Check,
    report: &Report,
    options: HumanOptions,
    terminal: &Terminal,
) -> Vec<Failure> {
    let options = HumanOptions {
        look: Look::PLAIN,
        ..options
    };
    let mut failures = Vec::new();
    for output in &arguments.output {
        if let Output {
            format: Some(format),
            file: Some(file),
        } = output
        {
            failures.extend(to_file(file, |out| format.write(report, options, out)).err());
        }
    }
    if let Some(file) = &arguments.write_baseline {
        let baseline = Baseline::of(report);
        match to_file(file, |out| baseline.write(out)) {
            Err(failure) => failures.push(failure),
            Ok(()) => {
                let findings = text::count(baseline.len(), "finding");
                terminal.note(&format!("wrote {findings} to `{}`", file.display()));
            }
        }
    }
    failures
}

#[cfg(test)]
mod places;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_has_a_format_and_a_place() {
        let output = |format, file: Option<&str>| Output {
            format,
            file: file.map(PathBuf::from),
        };
        let cases = [
            ("a.json", output(Some(Format::Json), Some("a.json"))),
            ("b/c.txt", output(Some(Format::Concise), Some("b/c.txt"))),
            ("a.sarif", output(Some(Format::Sarif), Some("a.sarif"))),
            (
                "a.sarif.json",
                output(Some(Format::Sarif), Some("a.sarif.json")),
            ),
            ("a.md", output(Some(Format::Markdown), Some("a.md"))),
            ("a.xml", output(Some(Format::Junit), Some("a.xml"))),
            (
                "gitlab:a.json",
                output(Some(Format::Gitlab), Some("a.json")),
            ),
            ("github:a", output(Some(Format::Github), Some("a"))),
            ("markdown:-", output(Some(Format::Markdown), None)),
            ("human:a.json", output(Some(Format::Human), Some("a.json"))),
            ("C:\\a.json", output(Some(Format::Json), Some("C:\\a.json"))),
            ("json:-", output(Some(Format::Json), None)),
            ("-", output(None, None)),
        ];
        for (text, expected) in cases {
            assert_eq!(Output::parse(text), Ok(expected), "{text}");
        }
        for text in ["", "json:", "a", "a.html", "html:a.html"] {
            assert!(Output::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_date_is_a_day() {
        assert_eq!(date("2027-03-31"), Ok(jiff::civil::date(2027, 3, 31)));
        assert!(date("31.3.2027").is_err());
        assert!(date("2027-02-30").is_err());
    }
}
