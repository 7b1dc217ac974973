//! `bailiwick action`: what `action.yml` runs. It reads the inputs and the event from the environment of a step of
//! GitHub Actions, checks once, and writes annotations, a summary, reports and outputs.
//!
//! This is here and not in a shell, so that nothing of a pull request is ever part of a script.

mod event;
mod inputs;
mod outputs;
mod places;
mod reports;
mod revision;

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use self::inputs::Inputs;
use self::outputs::Outputs;
use self::reports::Form;
use super::check::PolicyFrom;
use super::exit::{Exit, verdict};
use super::failure::Failure;
use super::online::Online;
use super::output::to_stdout;
use super::terminal::Terminal;
use super::today;
use crate::engine::{self, Request, Since};
use crate::findings::Report;
use crate::{report, text};

/// Check within GitHub Actions; `action.yml` runs it.
#[derive(Debug, Args)]
pub(super) struct Action {
    /// Print what the comparison needs and the checkout lacks
    #[arg(long)]
    missing: bool,
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
    let (inputs, refused) = Inputs::read(|name| std::env::var_os(name));
    if arguments.missing {
        return match refused.into_iter().next() {
            Some(failure) => Err(failure),
            None => missing(&inputs, &runner),
        };
    }
    let outputs = Outputs::new(runner.outputs.clone());
    let mut summary = reports::Summary::default();
    // Every failure is annotated and part of the summary: few people look into the log.
    let mut failures = refused;
    let mut exit = Exit::Failed;
    if failures.is_empty() {
        match carry_out(&inputs, &runner, &outputs, &mut summary, terminal) {
            Ok(end) => exit = end,
            Err(failure) => failures.push(failure.in_workflow()),
        }
    }
    if let Some(failure) = failures.last() {
        exit = failure.exit();
    }
    failures.iter().for_each(|failure| summary.refuse(failure));
    if let Some(file) = &runner.summary
        && (inputs.formats.contains(&Form::Summary) || !failures.is_empty())
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

/// Prints for `fetch.sh` which revisions the run may compare with, and which refspecs bring them if the checkout lacks
/// the history that the comparison needs.
fn missing(inputs: &Inputs, runner: &Runner) -> Result<Exit, Failure> {
    let folder = places::folder(&runner.workspace, &inputs.working_directory)?;
    let base = event::base(&inputs.since, runner, &folder)?;
    let Some(revision) = base.revision(&folder) else {
        return Ok(Exit::Clean);
    };
    let refspecs = match event::is_missing(revision, &folder) {
        true => base.refspecs.as_slice(),
        false => &[],
    };
    to_stdout(|out| {
        for revision in &base.revisions {
            writeln!(out, "revision {revision}")?;
        }
        for refspec in refspecs {
            writeln!(out, "fetch {refspec}")?;
        }
        Ok(())
    })?;
    Ok(Exit::Clean)
}

/// Checks, and writes all but the summary.
fn carry_out(
    inputs: &Inputs,
    runner: &Runner,
    outputs: &Outputs,
    summary: &mut reports::Summary,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let folder = places::folder(&runner.workspace, &inputs.working_directory)?;
    let base = event::base(&inputs.since, runner, &folder)?;
    places::checkout(&runner.workspace, &folder, !base.revisions.is_empty())?;
    let since = base.revision(&folder).cloned();
    let mut notes: Vec<String> = base.note.clone().into_iter().collect();
    notes.extend(since.as_ref().and_then(|since| base.note_on(since)));
    for note in &notes {
        terminal.note(note);
        summary.note(note);
    }
    let policy = match &inputs.policy {
        None => None,
        Some(policy) => Some(places::policy(&runner.workspace, &folder, policy)?),
    };
    let mut report = engine::check(&Request {
        history: None,
        online: match inputs.online {
            true => Online::at(&inputs.api_url).request(true, terminal)?,
            false => None,
        },
        target: folder,
        revision: None,
        policy,
        select: Vec::new(),
        ignore: Vec::new(),
        as_of: today(),
        baseline: None,
        since: since.map(|revision| Since {
            name: base.name_of(&revision),
            revision,
            policy_of_head: inputs.policy_from == PolicyFrom::Head,
            staged: false,
        }),
    })?;
    summary.report(&report)?;
    if inputs.formats.contains(&Form::Annotations) {
        to_stdout(|out| report::github(&report, out))?;
    }
    count(&report, outputs)?;
    let change = report.change.as_deref();
    let base = change.map(|change| change.base.as_str());
    outputs.set("base", base.unwrap_or_default())?;
    let approvals = change.map_or(&[][..], |change| &change.approvals);
    for (name, (array, left)) in [
        ("teams", outputs::teams(approvals)),
        ("approvals", outputs::approvals(approvals)),
    ] {
        outputs.set(name, &array)?;
        if left > 0 {
            let left = text::count(left, "entry");
            let note = format!("{left} left out of the output `{name}`; the format json has all");
            terminal.note(&note);
            summary.note(&note);
        }
    }
    for (name, file) in reports::write(&inputs.formats, &mut report, &runner.temporary)? {
        outputs.set_path(name, &file)?;
    }
    let exit = verdict(&report, inputs.fail_on);
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
    // A closed stdout is no further failure.
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
