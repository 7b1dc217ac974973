//! `bailiwick whatif`: what would be, had some people gone.

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
use crate::engine::{self, WhatIfRequest};
use crate::report;

/// Tell what would be without some people: services that nobody answers for, paths that nobody can approve,
/// files that nobody knows, and who could take over.
#[derive(Debug, Args)]
pub(super) struct WhatIf {
    /// A repository, or a folder of repositories
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// Who would be gone: `@user`, `@org/team`, an e-mail address, or a name as `who` has it; separated by
    /// commas, may be repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',', required = true)]
    without: Vec<String>,
    /// Read by this policy instead of the target's own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Read no commits after this day [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = date)]
    as_of: Option<Date>,
    #[command(flatten)]
    walk: Walk,
}

pub(super) fn run(arguments: &WhatIf, terminal: &Terminal) -> Result<Exit, Failure> {
    let answer = engine::what_if(&WhatIfRequest {
        target: arguments.target.clone(),
        policy: arguments.policy.clone(),
        without: arguments.without.clone(),
        as_of: arguments.as_of.unwrap_or_else(today),
        history: arguments.walk.request(),
    })?;
    to_stdout(|out| match arguments.format {
        Format::Human => report::what_if_human(&answer, out, terminal.stdout),
        Format::Json => report::what_if_json(&answer, out),
    })?;
    if arguments.format != Format::Json {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}
