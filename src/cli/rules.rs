//! `bailiwick rules`: the list of rules.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::output::to_stdout;
use super::terminal::Terminal;
use crate::{report, rules};

/// List all rules, with the level that each has in the packs.
#[derive(Debug, Args)]
pub(super) struct Rules {
    /// How to write the list
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A table
    Human,
    /// With options, their defaults and their schemas, for programs
    Json,
}

pub(super) fn run(arguments: &Rules, terminal: &Terminal) -> Result<Exit, Failure> {
    let specs: Vec<_> = rules::all().iter().map(|rule| &rule.spec).collect();
    to_stdout(|out| match arguments.format {
        Format::Human => report::rules_human(&specs, out, terminal.stdout),
        Format::Json => report::rules_json(&specs, out),
    })?;
    Ok(Exit::Clean)
}
