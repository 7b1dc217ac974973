//! `bailiwick approvals`: who can approve a change.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::output::{notes, to_stdout};
use super::terminal::Terminal;
use super::today;
use super::walk::Walk;
use crate::engine::{self, ApprovalsRequest};
use crate::report;

/// Tell which owners can approve a change together, by the ownership file of the revision that it goes to.
#[derive(Debug, Args)]
pub(super) struct Approvals {
    /// A repository
    #[arg(default_value = ".", hide_default_value = true)]
    target: PathBuf,
    /// The change since this revision; by default what is not committed yet
    #[arg(long, value_name = "REV", default_value = "HEAD")]
    since: String,
    /// Read the tree of this revision instead of the worktree
    #[arg(long, value_name = "REV")]
    at: Option<String>,
    /// Who wrote the change and cannot approve it: `@user`; may be repeated
    #[arg(long, value_name = "USER", value_delimiter = ',')]
    author: Vec<String>,
    /// How to write the answer
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Read no commits: it is not told then who was asked least
    #[arg(long, conflicts_with_all = ["history_since", "no_cache"])]
    no_history: bool,
    #[command(flatten)]
    walk: Walk,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The smallest sets, and what each owner is needed for
    Human,
    /// The same, for bots
    Json,
}

pub(super) fn run(arguments: &Approvals, terminal: &Terminal) -> Result<Exit, Failure> {
    let answer = engine::approvals(&ApprovalsRequest {
        target: arguments.target.clone(),
        revision: arguments.at.clone(),
        since: arguments.since.clone(),
        authors: arguments.author.clone(),
        as_of: today(),
        history: (!arguments.no_history).then(|| arguments.walk.request()),
    })?;
    to_stdout(|out| match arguments.format {
        Format::Human => report::approvals_human(&answer, out, terminal.stdout),
        Format::Json => report::approvals_json(&answer, out),
    })?;
    if arguments.format != Format::Json {
        notes(&answer.gaps, terminal);
    }
    Ok(Exit::answered(&answer.gaps))
}
