//! `bailiwick explain RULE`: a rule's page, or the rules of a family.

use clap::Args;

use super::exit::Exit;
use super::failure::Failure;
use super::output::to_stdout;
use super::terminal::Terminal;
use crate::{report, rules};

/// Explain a rule: what it checks, why, and what to do instead.
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// A rule's id, such as `codeowners/dead-pattern`, or a family of rules, such as `codeowners`
    rule: String,
}

pub(super) fn run(arguments: &Explain, terminal: &Terminal) -> Result<Exit, Failure> {
    let (named, look) = (arguments.rule.as_str(), terminal.stdout);
    if let Some(rule) = rules::find(named) {
        to_stdout(|out| report::explain(&rule.spec, rule.docs, out, look))?;
        return Ok(Exit::Clean);
    }
    // Here, where it can mean nothing else, a family's name is enough.
    let rulebook = rules::rulebook();
    let family = format!("{}/*", named.trim_end_matches('/'));
    let selector = rulebook.select(named).or_else(|unknown| {
        let failure = Failure::new(unknown.message, unknown.help);
        rulebook.select(&family).map_err(|_| failure)
    })?;
    let all = rulebook.rules().iter().copied();
    let rules: Vec<_> = all.filter(|rule| selector.matches(rule.id)).collect();
    to_stdout(|out| report::family(&selector.to_string(), &rules, out, look))?;
    Ok(Exit::Clean)
}
