//! The command line: one file a command. The only room that sees arguments, the environment, the clock
//! and the terminal; it asks [`crate::engine`] and hands the answer to [`crate::report`].

mod arguments;
mod check;
mod exit;
mod explain;
mod failure;
mod output;
mod owners;
mod rules;
mod terminal;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use exit::Exit;
use terminal::Terminal;

/// Runs the program with these arguments, of which the first is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => return refuse(&error).into(),
    };
    let terminal = Terminal::new(&arguments.global);
    let result = match &arguments.command {
        Command::Check(check) => check::run(check, &terminal),
        Command::Owners(owners) => owners::run(owners, &terminal),
        Command::Rules(rules) => rules::run(rules, &terminal),
        Command::Explain(explain) => explain::run(explain, &terminal),
    };
    match result {
        Ok(exit) => exit,
        Err(failure) => {
            failure.print(&terminal);
            Exit::Failed
        }
    }
    .into()
}

/// Prints clap's error, or the help that was asked for.
fn refuse(error: &clap::Error) -> Exit {
    let plain = error.render().to_string();
    let mut lines = plain.lines().map(crate::text::terminal);
    // A shell's glob hands over names from the repository, and clap repeats them.
    if error.use_stderr()
        && lines
            .clone()
            .any(|line| matches!(line, std::borrow::Cow::Owned(_)))
    {
        let safe = lines.by_ref().collect::<Vec<_>>().join("\n");
        let _ = writeln!(std::io::stderr(), "{safe}");
    } else {
        let _ = error.print();
    }
    if error.use_stderr() {
        Exit::Failed
    } else {
        Exit::Clean
    }
}
