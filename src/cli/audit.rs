//! `bailiwick audit`: judge all repositories of an organization.

use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::check::date;
use super::exit::{Exit, FailOn, TABLE, verdict};
use super::failure::Failure;
use super::online::Online;
use super::output::{to_file, to_stdout};
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use crate::answers;
use crate::engine;
use crate::report::{self, HumanOptions, Look};
use crate::rules;

/// Judge all repositories below a folder, and score teams, services and repositories.
#[derive(Debug, Args)]
#[command(after_help = TABLE)]
pub(super) struct Audit {
    /// A folder that holds repositories; its `bailiwick.toml`, if it has one, is the organization's
    #[arg(default_value = ".", hide_default_value = true)]
    folder: PathBuf,
    /// The organization's policy, instead of the folder's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the audit to stdout
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Write the audit to a file, too, in the format of its extension (.json, .md, .csv, .sarif, .txt); may
    /// be repeated
    #[arg(long, value_name = "FILE")]
    output: Vec<PathBuf>,
    /// Run only these rules: an id or `family/*`; may be repeated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    select: Vec<String>,
    /// Do not run these rules: an id or `family/*`; may be repeated
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    ignore: Vec<String>,
    /// Show at most this many findings of a rule in the human report, and the first places of each; 0 shows
    /// all findings and all places
    #[arg(long, value_name = "N", default_value_t = 10)]
    max_per_rule: usize,
    /// From which level on findings fail the run
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    fail_on: FailOn,
    /// Judge dates as of this day instead of today (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Read no commits; rules that judge by them are skipped
    #[arg(long, conflicts_with = "history_since")]
    no_history: bool,
    #[command(flatten)]
    walk: Walk,
    #[command(flatten)]
    online: Online,
}

/// A format of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Scorecards, then findings grouped by rule
    Human,
    /// Everything, for machines
    Json,
    /// Scorecards and findings by owner, in Markdown
    Markdown,
    /// Scorecards, for a spreadsheet
    Csv,
    /// All findings as SARIF 2.1.0
    Sarif,
}

impl Format {
    fn of(file: &std::path::Path) -> Result<Self, Failure> {
        let extension = file.extension().and_then(|extension| extension.to_str());
        match extension {
            Some("json") => Ok(Format::Json),
            Some("md") => Ok(Format::Markdown),
            Some("csv") => Ok(Format::Csv),
            Some("sarif") => Ok(Format::Sarif),
            Some("txt") => Ok(Format::Human),
            _ => Err(Failure::new(
                format!("the extension of `{}` tells no format", file.display()),
                "name a file that ends with .json, .md, .csv, .sarif or .txt",
            )),
        }
    }

    fn write(
        self,
        audit: &answers::Audit,
        options: HumanOptions,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        match self {
            Format::Human => report::audit_human(audit, out, options),
            Format::Json => report::audit_json(audit, out),
            Format::Markdown => report::audit_markdown(audit, out),
            Format::Csv => report::audit_csv(audit, out),
            Format::Sarif => report::sarif(&report::merged(audit), rules::all(), out),
        }
    }
}

pub(super) fn run(arguments: &Audit, terminal: &Terminal) -> Result<Exit, Failure> {
    let outputs = arguments.output.iter();
    let outputs = outputs.map(|file| Ok((Format::of(file)?, file)));
    let outputs: Vec<(Format, &PathBuf)> = outputs.collect::<Result<_, Failure>>()?;
    let audit = engine::audit(&engine::AuditRequest {
        folder: arguments.folder.clone(),
        policy: arguments.policy.clone(),
        select: arguments.select.clone(),
        ignore: arguments.ignore.clone(),
        as_of: arguments.as_of.unwrap_or_else(today),
        history: (!arguments.no_history).then(|| arguments.walk.request()),
        online: arguments.online.request(arguments.walk.keeps(), terminal)?,
    })?;
    for audited in &audit.repositories {
        for note in &audited.report.notes {
            terminal.note(&format!("{}: {note}", audited.path));
        }
    }
    let options = HumanOptions {
        look: terminal.stdout,
        max_per_rule: arguments.max_per_rule,
        verbose: terminal.verbose,
        quiet: terminal.quiet,
        summary: |id| rules::find(id).map(|rule| rule.spec.summary),
    };
    let plain = HumanOptions {
        look: Look::PLAIN,
        ..options
    };
    let written = outputs.into_iter();
    let written =
        written.map(|(format, file)| to_file(file, |out| format.write(&audit, plain, out)));
    let mut failures: Vec<Failure> = written.filter_map(Result::err).collect();
    let stdout = to_stdout(|out| arguments.format.write(&audit, options, out));
    failures.extend(stdout.err());
    if let Some(last) = failures.pop() {
        failures.iter().for_each(|failure| failure.print(terminal));
        return Err(last);
    }
    let exit = verdict(&report::merged(&audit), arguments.fail_on);
    // A repository that could not be judged was asked for.
    Ok(match exit {
        Exit::Clean if !audit.failed.is_empty() => Exit::Incomplete,
        exit => exit,
    })
}
