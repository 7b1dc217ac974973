//! `bailiwick doctor`: what is configured, and which rules would have nothing to judge by.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;

use super::check::date;
use super::exit::Exit;
use super::failure::Failure;
use super::online::Online;
use super::output::to_stdout;
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use super::who::Format;
use crate::engine::{self, DoctorRequest};
use crate::report;

/// Tell what is configured, what the token may see, what a recording lacks, and which rules would be skipped,
/// and why.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// A repository [default: the current folder]
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// Judge by this policy instead of the repository's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Judge by this day whether a date has passed [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    #[command(flatten)]
    walk: Walk,
    #[command(flatten)]
    online: Online,
}

pub(super) fn run(arguments: &Doctor, terminal: &Terminal) -> Result<Exit, Failure> {
    let token = arguments.online.token()?;
    let answer = engine::doctor(&DoctorRequest {
        target: arguments.target.clone(),
        policy: arguments.policy.clone(),
        as_of: arguments.as_of.unwrap_or_else(today),
        history: arguments.walk.request(),
        online: arguments.online.request(arguments.walk.keeps(), terminal)?,
    })?;
    to_stdout(|out| match arguments.format {
        Format::Human => report::doctor_human(&answer, token.as_deref(), out, terminal.stdout),
        Format::Json => report::doctor_json(&answer, token.as_deref(), out),
    })?;
    Ok(match answer.is_incomplete {
        true => Exit::Incomplete,
        false => Exit::Clean,
    })
}
