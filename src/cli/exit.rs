//! Exit codes: the one place that knows them.

use std::process::ExitCode;

use clap::ValueEnum;

use crate::facts::Gap;
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
  2  wrong usage, a faulty policy, or an error of the program or around it
  3  nothing was checked, or data that a rule or an answer needs is missing:
     git objects that were not fetched, a file that cannot be read, older
     commits of a shallow clone, what --online requested; or a rule that the
     policy requires could not check
The first that holds in the order 2, 1, 3, 0.";

impl Exit {
    /// How a command ends that answered a question: incomplete if the answer needed facts that are unavailable.
    pub(super) fn answered(gaps: &[Gap]) -> Exit {
        match gaps.iter().any(Gap::is_missing) {
            true => Exit::Incomplete,
            false => Exit::Clean,
        }
    }
}

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
    match report.incomplete() {
        Some(_) => Exit::Incomplete,
        None => Exit::Clean,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{GapKind, Unsearched};
    use crate::findings::{PolicyInfo, Skip, Summary, Unasked, UnreadOwnership};

    fn report(errors: usize, notes: usize, files: usize, required: bool) -> Report {
        let skip = Skip {
            rule: "a/b",
            reason: String::new(),
            remedy: None,
            subjects: 1,
            required,
        };
        Report {
            unasked: Unasked::default(),
            unread_history: None,
            unread_forge: Vec::new(),
            notes: Vec::new(),
            change: None,
            repository: String::new(),
            findings: Vec::new(),
            accepted: Vec::new(),
            skipped: vec![skip],
            gaps: Vec::new(),
            unsearched: Unsearched::default(),
            undeclared: 0,
            unread_ownership: None,
            as_of: jiff::civil::Date::default(),
            commit: None,
            head: None,
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
        // An ownership file that cannot be read is missed where any rule was to judge by it.
        for (wanted, exit) in [(true, Exit::Incomplete), (false, Exit::Clean)] {
            let mut unread = report(0, 1, 1, false);
            unread.unread_ownership = Some(UnreadOwnership {
                gap: Gap::new(GapKind::Sparse, "it is outside of the sparse checkout"),
                wanted,
            });
            assert_eq!(verdict(&unread, FailOn::Error), exit);
            assert_eq!(verdict(&unread, FailOn::Note), Exit::Findings);
        }
    }
}
