//! Exit codes: the one place that knows them.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::findings::Report;
use crate::policy::Level;

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Clean = 0,
    Findings = 1,
    Failed = 2,
    Incomplete = 3,
}

/// The table that `--help` ends with.
pub(super) const TABLE: &str = "\
Exit codes:
  0  nothing at or above --fail-on
  1  findings at or above --fail-on
  2  wrong usage, a faulty policy, or an error of the program or its surroundings
  3  nothing was checked, or facts that were asked for are missing";

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// From which level on findings fail a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    fn level(self) -> Option<Level> {
        match self {
            FailOn::Error => Some(Level::Error),
            FailOn::Warning => Some(Level::Warning),
            FailOn::Note => Some(Level::Note),
            FailOn::Never => None,
        }
    }
}

/// How a run of `check` ends that could be carried out.
pub(super) fn verdict(report: &Report, fail_on: FailOn) -> Exit {
    let fails = |level: &Level| report.summary.at(*level) > 0;
    let threshold = fail_on.level();
    let mut counted = Level::ALL
        .iter()
        .filter(|&&level| threshold.is_some_and(|at| level >= at));
    if counted.any(fails) {
        return Exit::Findings;
    }
    let nothing = report.summary.files == 0 || report.summary.rules == 0;
    if nothing || report.skipped.iter().any(|skip| skip.required) {
        return Exit::Incomplete;
    }
    Exit::Clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::{PolicyInfo, Skip, Summary};

    fn report(errors: usize, notes: usize, files: usize, required: bool) -> Report {
        let skip = Skip {
            rule: "a/b",
            reason: String::new(),
            remedy: None,
            subjects: 1,
            required,
        };
        Report {
            repository: String::new(),
            findings: Vec::new(),
            accepted: Vec::new(),
            skipped: vec![skip],
            gaps: Vec::new(),
            policy: PolicyInfo::default(),
            summary: Summary {
                files,
                rules: 1,
                errors,
                notes,
                ..Summary::default()
            },
        }
    }

    #[test]
    fn findings_come_before_what_is_missing() {
        let cases = [
            (report(0, 0, 1, false), FailOn::Note, Exit::Clean),
            (report(0, 1, 1, false), FailOn::Warning, Exit::Clean),
            (report(0, 1, 1, false), FailOn::Note, Exit::Findings),
            (report(1, 0, 1, false), FailOn::Error, Exit::Findings),
            (report(1, 0, 1, false), FailOn::Never, Exit::Clean),
            (report(1, 0, 0, true), FailOn::Error, Exit::Findings),
            (report(1, 0, 1, true), FailOn::Never, Exit::Incomplete),
            (report(0, 0, 0, false), FailOn::Error, Exit::Incomplete),
        ];
        for (report, fail_on, exit) in cases {
            assert_eq!(
                verdict(&report, fail_on),
                exit,
                "{:?} {fail_on:?}",
                report.summary
            );
        }
        let mut idle = report(0, 0, 1, false);
        idle.summary.rules = 0;
        assert_eq!(verdict(&idle, FailOn::Error), Exit::Incomplete);
    }
}
