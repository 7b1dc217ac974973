//! `bailiwick services`: what is declared, and what looks as if it should be.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::output::{notes, to_stdout};
use super::terminal::Terminal;
use crate::engine::{self, QuestionRequest};
use crate::report;

/// List the services that are declared, and folders that look deployable and are not.
#[derive(Debug, Args)]
pub(super) struct Services {
    /// A repository, or a folder of repositories
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// Read by this policy instead of the target's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the list
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table, and reasons
    Human,
    /// The same, for machines
    Json,
}

pub(super) fn run(arguments: &Services, terminal: &Terminal) -> Result<Exit, Failure> {
    let answer = engine::services(&QuestionRequest {
        target: arguments.target.clone(),
        policy: arguments.policy.clone(),
        ..QuestionRequest::default()
    })?;
    to_stdout(|out| match arguments.format {
        Format::Human => report::services_human(&answer, out, terminal.stdout),
        Format::Json => report::services_json(&answer, out),
    })?;
    if arguments.format != Format::Json {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}
