//! `bailiwick explain RULE`: a rule's page.

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::output::to_stdout;
use super::terminal::Terminal;
use crate::{report, rules};

/// Explain a rule: what it checks, why, and what to do.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's id, such as `codeowners/dead-pattern`
    rule: String,
}

pub(super) fn run(arguments: &Explain, terminal: &Terminal) -> Result<Exit, Failure> {
    let Some(rule) = rules::find(&arguments.rule) else {
        return Err(match rules::rulebook().select(&arguments.rule) {
            Err(unknown) => Failure::new(unknown.message, unknown.help),
            Ok(_) => Failure::new("this is a family of rules", "`bailiwick rules` lists them"),
        });
    };
    to_stdout(|out| report::explain(&rule.spec, rule.docs, out, terminal.stdout))?;
    Ok(Exit::Clean)
}
