//! `bailiwick who`: whom to ask about a path.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::check::date;
use super::exit::Exit;
use super::failure::Failure;
use super::output::{notes, to_stdout};
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use crate::engine::{self, WhoRequest};
use crate::report;

/// Tell whom to ask about files: who owns them, who knows them by what they committed, and what changes
/// together with them.
#[derive(Debug, Args)]
pub(super) struct Who {
    /// Tracked files, or folders [default: the current folder]
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The repository, or a folder in it to which PATHs are relative [default: the current folder]
    #[arg(
        short = 'C',
        long,
        value_name = "DIR",
        default_value = ".",
        hide_default_value = true
    )]
    target: PathBuf,
    /// Read no commits after this day [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    #[command(flatten)]
    walk: Walk,
}

/// A format of an answer about the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For reading
    Human,
    /// The same, for programs
    Json,
}

pub(super) fn run(arguments: &Who, terminal: &Terminal) -> Result<Exit, Failure> {
    let answer = engine::who(&WhoRequest {
        target: arguments.target.clone(),
        paths: arguments.paths.clone(),
        as_of: arguments.as_of.unwrap_or_else(today),
        history: arguments.walk.request(),
    })?;
    to_stdout(|out| match arguments.format {
        Format::Human => report::who_human(&answer, out, terminal.stdout),
        Format::Json => report::who_json(&answer, out),
    })?;
    if arguments.format != Format::Json {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}
