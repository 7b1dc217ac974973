//! Why a command could not do what was asked, as it is told on stderr.

use std::io::{self, Write};

use super::exit::Exit;
use super::terminal::Terminal;
use crate::engine;
use crate::report::{self, Problem};
use crate::text;

/// An error of usage, policy or surroundings; ends the program with exit code 2.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    help: Option<String>,
    problems: Vec<Problem>,
    exit: Exit,
}

impl Failure {
    /// How the program ends with it.
    pub(super) fn exit(&self) -> Exit {
        self.exit
    }

    /// A failure; `help` says the way out.
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Failure {
            message: message.into(),
            help: Some(help.into()),
            problems: Vec::new(),
            exit: Exit::Failed,
        }
    }

    /// Tells it on stderr, whatever `--quiet` says.
    pub(super) fn print(&self, terminal: &Terminal) {
        // There is nothing left to do for whoever closed stderr.
        let _ = self.write(&mut io::stderr().lock(), terminal);
    }

    fn write(&self, out: &mut dyn Write, terminal: &Terminal) -> io::Result<()> {
        let mut text = Vec::new();
        report::problems(&self.problems, &mut text, terminal.stderr)?;
        writeln!(text, "error: {}", text::terminal(&self.message))?;
        if let Some(help) = &self.help {
            writeln!(text, "help: {}", text::terminal(help))?;
        }
        out.write_all(&text)
    }

    /// Puts it in the words of a workflow, which has inputs instead of options.
    pub(super) fn in_workflow(mut self) -> Self {
        const WORDS: [(&str, &str); 6] = [
            ("leave `--policy-from head` out", "leave `policy-from` out"),
            ("`--policy-from head`", "`policy-from: head`"),
            ("leave `--since` out", "set `since: none`"),
            ("with `--policy`", "with the input `policy`"),
            ("`--policy bailiwick.toml`", "`policy: bailiwick.toml`"),
            ("`--online`", "`online: true`"),
        ];
        let texts = [Some(&mut self.message), self.help.as_mut()];
        for text in texts.into_iter().flatten() {
            for (option, input) in WORDS {
                *text = text.replace(option, input);
            }
        }
        self
    }

    /// Writes it as annotations of a step in GitHub Actions.
    pub(super) fn annotate(&self, out: &mut dyn Write) -> io::Result<()> {
        report::github_failure(&self.message, self.help.as_deref(), &self.problems, out)
    }

    /// Writes it as part of a job's summary.
    pub(super) fn markdown(&self, out: &mut dyn Write) -> io::Result<()> {
        report::markdown_failure(&self.message, self.help.as_deref(), &self.problems, out)
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> String {
        let mut out = Vec::new();
        let look = report::Look::PLAIN;
        let terminal = Terminal {
            stdout: look,
            stderr: look,
            quiet: false,
            verbose: false,
        };
        self.write(&mut out, &terminal).unwrap();
        String::from_utf8(out).unwrap()
    }
}

impl From<engine::Error> for Failure {
    fn from(error: engine::Error) -> Self {
        let (message, help) = (error.to_string(), error.help());
        let exit = match error.is_incomplete() {
            true => Exit::Incomplete,
            false => Exit::Failed,
        };
        let problems = match error {
            engine::Error::Policy(problems) | engine::Error::PolicyOfSide { problems, .. } => {
                problems
            }
            _ => Vec::new(),
        };
        Failure {
            message,
            help,
            problems,
            exit,
        }
    }
}
