//! `bailiwick history`: the measures of a repository, a path, a service or a team.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::check::date;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{notes, to_stdout};
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use super::who::Format;
use crate::engine::{self, MeasuresRequest};
use crate::report;

/// Print what the commits say: on how many people it hangs, whose work it is, what its changes ask of owners,
/// what changes together, and how changes go out.
#[derive(Debug, Args)]
pub(super) struct History {
    /// A repository, or a folder or file in it; for services and teams a folder of repositories too
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// A service instead
    #[arg(long, value_name = "NAME", conflicts_with = "team")]
    service: Option<String>,
    /// A team instead: what it owns, and what its people change
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
    /// Read by this policy instead of the target's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the measures
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Read no commits after this day [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    #[command(flatten)]
    walk: Walk,
}

pub(super) fn run(arguments: &History, terminal: &Terminal) -> Result<Exit, Failure> {
    let answer = engine::history(&MeasuresRequest {
        target: arguments.target.clone(),
        policy: arguments.policy.clone(),
        service: arguments.service.clone(),
        team: arguments.team.clone(),
        as_of: arguments.as_of.unwrap_or_else(today),
        history: arguments.walk.request(),
    })?;
    to_stdout(|out| match arguments.format {
        Format::Human => report::history_human(&answer, out, terminal.stdout),
        Format::Json => report::history_json(&answer, out),
    })?;
    if arguments.format != Format::Json {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}
