//! `bailiwick onboard`: a checklist for whoever takes over.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::check::date;
use super::exit::Exit;
use super::failure::Failure;
use super::output::to_stdout;
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use crate::engine::{self, OnboardRequest, Taken};
use crate::report;

/// Write a checklist in Markdown for a team, or for whoever takes over a service: what it runs, what is there
/// and what is missing, whom to ask, and what to read.
#[derive(Debug, Args)]
pub(super) struct Onboard {
    /// The team: `@org/team`, or what the catalog calls it
    #[arg(
        value_name = "TEAM",
        required_unless_present = "service",
        conflicts_with = "service"
    )]
    team: Option<String>,
    /// A service instead of a team
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// A repository, or a folder of repositories
    #[arg(
        long = "in",
        value_name = "FOLDER",
        default_value = ".",
        hide_default_value = true
    )]
    target: PathBuf,
    /// Read by this policy instead of the target's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Judge by this day whether a date has passed [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    /// Read no commits: nobody to ask is named then
    #[arg(long, conflicts_with_all = ["history_since", "no_cache"])]
    no_history: bool,
    #[command(flatten)]
    walk: Walk,
}

pub(super) fn run(arguments: &Onboard, _: &Terminal) -> Result<Exit, Failure> {
    let taken = match (&arguments.team, &arguments.service) {
        (_, Some(service)) => Taken::Service(service.clone()),
        (team, None) => Taken::Team(team.clone().unwrap_or_default()),
    };
    let answer = engine::onboard(&OnboardRequest {
        target: arguments.target.clone(),
        policy: arguments.policy.clone(),
        taken,
        as_of: arguments.as_of.unwrap_or_else(today),
        history: (!arguments.no_history).then(|| arguments.walk.request()),
    })?;
    to_stdout(|out| report::onboarding(&answer, out))?;
    Ok(Exit::answered(&answer.gaps))
}
