//! The command line: one file a command. The only room that sees arguments, the environment, the clock
//! and the terminal; it asks [`crate::engine`] and hands the answer to [`crate::report`].

mod action;
mod approvals;
mod arguments;
mod audit;
mod cache;
mod check;
mod dialogue;
mod doctor;
mod exit;
mod explain;
mod failure;
mod graph;
mod history;
mod init;
mod onboard;
mod online;
mod output;
mod owners;
mod rules;
mod services;
mod terminal;
mod walk;
mod whatif;
mod who;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use clap::error::{ContextKind, ContextValue};

use crate::text;
use arguments::{Arguments, Command};
use exit::Exit;
use terminal::Terminal;

/// Runs the program with these arguments, of which the first is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(error).into(),
    };
    let terminal = Terminal::new(&arguments.global);
    let result = match &arguments.command {
        Command::Check(check) => check::run(check, &terminal),
        Command::Action(action) => action::run(action, &terminal),
        Command::Audit(audit) => audit::run(audit, &terminal),
        Command::Init(init) => init::run(init, &terminal),
        Command::Onboard(onboard) => onboard::run(onboard, &terminal),
        Command::Owners(owners) => owners::run(owners, &terminal),
        Command::History(history) => history::run(history, &terminal),
        Command::Who(who) => who::run(who, &terminal),
        Command::Whatif(whatif) => whatif::run(whatif, &terminal),
        Command::Approvals(approvals) => approvals::run(approvals, &terminal),
        Command::Services(services) => services::run(services, &terminal),
        Command::Graph(graph) => graph::run(graph, &terminal),
        Command::Rules(rules) => rules::run(rules, &terminal),
        Command::Explain(explain) => explain::run(explain, &terminal),
        Command::Doctor(doctor) => doctor::run(doctor, &terminal),
        Command::Cache(cache) => cache::run(cache, &terminal),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            failure.print(&terminal);
            failure.exit()
        }
    }
    .into()
}

/// The one look at the clock. In UTC, so that machines agree.
fn today() -> jiff::civil::Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}

/// Prints clap's error, or the help that was asked for.
fn refuse(mut error: clap::Error) -> Exit {
    make_harmless(&mut error);
    let _ = error.print();
    if error.use_stderr() {
        Exit::Failed
    } else {
        Exit::Clean
    }
}

/// A shell's glob hands over names from the repository, and clap repeats what it does not understand.
fn make_harmless(error: &mut clap::Error) {
    let safe = |value: &String| text::terminal(value).into_owned();
    let mut changed = Vec::new();
    for (kind, value) in error.context() {
        let harmless = match value {
            ContextValue::String(value) => ContextValue::String(safe(value)),
            ContextValue::Strings(values) => {
                ContextValue::Strings(values.iter().map(safe).collect())
            }
            _ => continue,
        };
        if harmless != *value {
            changed.push((kind, harmless));
        }
    }
    if !changed.is_empty() {
        // A tip has the name, too, with colours between.
        error.remove(ContextKind::Suggested);
    }
    for (kind, harmless) in changed {
        error.insert(kind, harmless);
    }
}
