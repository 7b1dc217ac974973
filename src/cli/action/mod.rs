//! `bailiwick action`: what `action.yml` runs. It reads what the runner of GitHub Actions says of the
//! event, checks once, and writes all that the runner takes: annotations, a summary, reports, outputs.
//!
//! This is here and not in a shell, so that nothing of a pull request is ever part of a script.

mod event;
mod outputs;
mod places;
mod reports;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use self::event::Base;
use self::outputs::Outputs;
use self::reports::Form;
use super::check::PolicyFrom;
use super::exit::{Exit, FailOn, verdict};
use super::failure::Failure;
use super::online::Online;
use super::output::to_stdout;
use super::terminal::Terminal;
use super::today;
use crate::engine::{self, Request, Since};
use crate::findings::{Change, Report};
use crate::sources::net::Network;
use crate::{report, text};

/// Check within GitHub Actions; `action.yml` runs it.
#[derive(Debug, Args)]
pub(super) struct Action {
    /// Print what has to be fetched before the change can be compared, if anything, and check nothing
    #[arg(long)]
    missing: bool,
    /// What to compare with: the base of the `event`, `none`, or a revision
    #[arg(long, env = "BAILIWICK_SINCE", default_value = "event")]
    since: String,
    /// The folder to check, below the workspace
    #[arg(long, env = "BAILIWICK_WORKING_DIRECTORY", default_value = ".")]
    working_directory: String,
    /// Judge by this policy; relative to the folder
    #[arg(long, env = "BAILIWICK_POLICY", default_value = "")]
    policy: String,
    /// Whether the policy of what is compared with judges, or that of the change itself
    #[arg(long, env = "BAILIWICK_POLICY_FROM", default_value = "base")]
    policy_from: PolicyFrom,
    /// The lowest level at which a finding fails the run
    #[arg(long, env = "BAILIWICK_FAIL_ON", default_value = "error")]
    fail_on: FailOn,
    /// What to write
    #[arg(
        long,
        env = "BAILIWICK_FORMATS",
        value_delimiter = ',',
        default_value = "annotations,summary,sarif"
    )]
    formats: Vec<Form>,
    /// Whether the forge is asked
    #[arg(long, env = "BAILIWICK_ONLINE", action = clap::ArgAction::Set, default_value = "false")]
    online: bool,
    #[arg(long, env = "GITHUB_API_URL", hide = true, default_value = Network::GITHUB)]
    api_url: String,
}

/// What the runner says in its environment.
/// <https://docs.github.com/en/actions/reference/workflows-and-actions/variables>
#[derive(Debug)]
struct Runner {
    /// The event's name.
    event: String,
    /// The event's file.
    event_file: Option<PathBuf>,
    /// Where the repository is checked out, unless the workflow says otherwise.
    workspace: PathBuf,
    /// What was pushed, or GitHub's own merge of a pull request.
    reference: String,
    commit: String,
    /// A folder that is emptied after the job.
    temporary: PathBuf,
    outputs: Option<PathBuf>,
    summary: Option<PathBuf>,
}

impl Runner {
    fn new(variable: impl Fn(&str) -> Option<OsString>) -> Result<Runner, Failure> {
        // What is empty is not set: so a workflow unsets a variable.
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let text = |name| variable(name).map(|value| value.to_string_lossy().into_owned());
        let needed = |name: &str| {
            Failure::new(
                format!("`{name}` is not set: this command is for a step of GitHub Actions"),
                "`bailiwick check` is for everywhere else",
            )
        };
        let path = |name| variable(name).map(PathBuf::from);
        Ok(Runner {
            event: text("GITHUB_EVENT_NAME").ok_or_else(|| needed("GITHUB_EVENT_NAME"))?,
            event_file: path("GITHUB_EVENT_PATH"),
            workspace: path("GITHUB_WORKSPACE").ok_or_else(|| needed("GITHUB_WORKSPACE"))?,
            reference: text("GITHUB_REF").unwrap_or_default(),
            commit: text("GITHUB_SHA").unwrap_or_default(),
            temporary: path("RUNNER_TEMP").ok_or_else(|| needed("RUNNER_TEMP"))?,
            outputs: path("GITHUB_OUTPUT"),
            summary: path("GITHUB_STEP_SUMMARY"),
        })
    }
}

pub(super) fn run(arguments: &Action, terminal: &Terminal) -> Result<Exit, Failure> {
    let runner = Runner::new(|name| std::env::var_os(name))?;
    if arguments.missing {
        return missing(arguments, &runner);
    }
    let outputs = Outputs::new(runner.outputs.clone());
    let mut summary = reports::Summary::default();
    // Whatever goes wrong is told where people look, and not only in the log.
    let mut failures: Vec<Failure> = Vec::new();
    let mut exit = match carry_out(arguments, &runner, &outputs, &mut summary, terminal) {
        Ok(exit) => exit,
        Err(failure) => {
            summary.refuse(&failure);
            let exit = failure.exit();
            failures.push(failure);
            exit
        }
    };
    if let Some(file) = &runner.summary
        && arguments.formats.contains(&Form::Summary)
        && let Err(failure) = summary.write(file)
    {
        exit = failure.exit();
        failures.push(failure);
    }
    let result = match exit {
        Exit::Clean => "clean",
        Exit::Findings => "findings",
        Exit::Failed => "failed",
        Exit::Incomplete => "incomplete",
    };
    failures.extend(outputs.set("result", result).err());
    failures.iter().for_each(annotate);
    let Some(last) = failures.pop() else {
        return Ok(exit);
    };
    failures.iter().for_each(|failure| failure.print(terminal));
    Err(last)
}

/// Prints the revision that the run compares with, if the checkout lacks what that takes.
fn missing(arguments: &Action, runner: &Runner) -> Result<Exit, Failure> {
    let folder = places::folder(&runner.workspace, &arguments.working_directory)?;
    let base = event::base(&arguments.since, runner, &folder)?;
    let is_missing = |revision: &String| event::is_missing(revision, &folder);
    if let Some(revision) = base.revision.filter(is_missing) {
        to_stdout(|out| writeln!(out, "{revision}"))?;
    }
    Ok(Exit::Clean)
}

/// Checks, and writes all but the summary.
fn carry_out(
    arguments: &Action,
    runner: &Runner,
    outputs: &Outputs,
    summary: &mut reports::Summary,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let folder = places::folder(&runner.workspace, &arguments.working_directory)?;
    let Base { revision, note } = event::base(&arguments.since, runner, &folder)?;
    if let Some(note) = note {
        terminal.note(&note);
        summary.note(&note);
    }
    let policy = match arguments.policy.as_str() {
        "" => None,
        policy => Some(places::policy(&runner.workspace, &folder, policy)?),
    };
    let mut report = engine::check(&Request {
        history: None,
        online: match arguments.online {
            true => Online::at(&arguments.api_url).request(true, terminal)?,
            false => None,
        },
        target: folder,
        revision: None,
        policy,
        select: Vec::new(),
        ignore: Vec::new(),
        as_of: today(),
        baseline: None,
        since: revision.as_ref().map(|revision| Since {
            revision: revision.clone(),
            policy_of_head: arguments.policy_from == PolicyFrom::Head,
            staged: false,
        }),
    })?;
    summary.report(&report)?;
    if arguments.formats.contains(&Form::Annotations) {
        to_stdout(|out| report::github(&report, out))?;
    }
    count(&report, outputs)?;
    let change = report.change.as_deref();
    let base = change.map(|change| change.base.as_str());
    outputs.set("base", base.unwrap_or_default())?;
    let (teams, left) = outputs::teams(change.map(Change::owners).unwrap_or_default());
    outputs.set("teams", &teams)?;
    if left > 0 {
        let left = text::count(left, "team");
        let note = format!("{left} left out of the output `teams`; the format json has all");
        terminal.note(&note);
        summary.note(&note);
    }
    for (name, file) in reports::write(&arguments.formats, &mut report, &runner.temporary)? {
        outputs.set_path(name, &file)?;
    }
    let exit = verdict(&report, arguments.fail_on);
    if exit == Exit::Incomplete
        && let Some(why) = report::incomplete(&report)
    {
        terminal.note(&why);
    }
    Ok(exit)
}

fn count(report: &Report, outputs: &Outputs) -> Result<(), Failure> {
    let counts = &report.summary;
    outputs.set_number("errors", counts.errors)?;
    outputs.set_number("warnings", counts.warnings)?;
    outputs.set_number("notes", counts.notes)?;
    outputs.set_number("findings", counts.errors + counts.warnings + counts.notes)
}

fn annotate(failure: &Failure) {
    // Nobody is left to be told if stdout is closed.
    let _ = to_stdout(|out| failure.annotate(out));
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::*;

    #[test]
    fn outside_of_a_runner_it_says_so() {
        for missing in ["GITHUB_EVENT_NAME", "GITHUB_WORKSPACE", "RUNNER_TEMP"] {
            let runner = Runner::new(|name| (name != missing).then(|| "x".into()));
            let text = runner.unwrap_err().text();
            assert!(
                text.contains(missing) && text.contains("bailiwick check"),
                "{text}"
            );
            assert!(
                Runner::new(|name| Some(if name == missing { "" } else { "x" }.into())).is_err()
            );
        }
        assert!(Runner::new(|_| Some("x".into())).is_ok());
    }

    #[test]
    fn every_form_has_a_name_that_is_written() {
        let names = Form::value_variants()
            .iter()
            .filter_map(ValueEnum::to_possible_value);
        let names: Vec<_> = names.map(|name| name.get_name().to_owned()).collect();
        let expected = [
            "annotations",
            "summary",
            "sarif",
            "json",
            "markdown",
            "concise",
        ];
        assert_eq!(names, expected);
    }
}
