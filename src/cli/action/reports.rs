//! The files of a run: the summary that the runner shows, and reports for other steps.

use std::fs::{self, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use clap::ValueEnum;

use crate::cli::failure::Failure;
use crate::cli::output::to_file;
use crate::findings::Report;
use crate::{report, rules, text};

/// What a run can write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// Annotations of the step
    Annotations,
    /// The summary of the job
    Summary,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Everything, for machines
    Json,
    /// The summary, as a file
    Markdown,
    /// One line a finding
    Concise,
}

impl Form {
    /// The output that names the file, and the file; none for what is no file.
    fn file(self) -> Option<(&'static str, &'static str)> {
        match self {
            Form::Annotations | Form::Summary => None,
            Form::Sarif => Some(("sarif-file", "bailiwick.sarif")),
            Form::Json => Some(("json-file", "bailiwick.json")),
            Form::Markdown => Some(("markdown-file", "bailiwick.md")),
            Form::Concise => Some(("concise-file", "bailiwick.txt")),
        }
    }
}

/// GitHub refuses the whole summary of a step that has more bytes (1 MiB).
const SUMMARY: usize = 1 << 20;

/// The runner's folder has at most so many of ours: one for each time that a job runs the Action.
const FOLDERS: usize = 1_000;

/// What the runner shows on the page of the run.
#[derive(Debug, Default)]
pub(super) struct Summary {
    text: Vec<u8>,
}

impl Summary {
    /// Adds what a check found.
    pub(super) fn report(&mut self, report: &Report) -> Result<(), Failure> {
        report::markdown(report, &mut self.text).map_err(|error| unwritten(&error.to_string()))
    }

    /// Adds why nothing was checked.
    pub(super) fn refuse(&mut self, failure: &Failure) {
        // Memory does not fail to be written to.
        let _ = failure.markdown(&mut self.text);
    }

    /// Adds what people should know of how the run was made.
    pub(super) fn note(&mut self, note: &str) {
        let _ = writeln!(self.text, "Note: {}.\n", text::markdown(note));
    }

    /// Adds all of it to the file that the runner shows.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn write(&self, file: &Path) -> Result<(), Failure> {
        let before = fs::metadata(file).map_or(0, |file| file.len());
        let room = SUMMARY.saturating_sub(usize::try_from(before).unwrap_or(SUMMARY));
        let text = fitting(&self.text, room);
        let opened = OpenOptions::new().append(true).open(file);
        let written = opened.and_then(|mut file| file.write_all(&text));
        written.map_err(|error| unwritten(&format!("`{}`: {error}", file.display())))
    }
}

fn unwritten(why: &str) -> Failure {
    Failure::new(
        format!("cannot write the summary: {why}"),
        "`GITHUB_STEP_SUMMARY` has to name the file that the runner made; without `summary` in the input \
         `formats` none is written",
    )
}

/// As many whole lines of a text as there is room for, and that some are left out. The report keeps
/// below what GitHub takes, so that this happens only where an earlier part filled the file.
fn fitting(text: &[u8], room: usize) -> Vec<u8> {
    const CUT: &[u8] = b"\n\nThe rest is left out: GitHub shows 1 MiB of a step's summary.\n";
    if text.len() <= room {
        return text.to_vec();
    }
    let taken = &text[..room.saturating_sub(CUT.len())];
    let end = taken.iter().rposition(|&byte| byte == b'\n').unwrap_or(0);
    let mut fitting = taken[..end].to_vec();
    fitting.extend(CUT.iter().take(room));
    fitting
}

/// Writes the reports that are files, each to its place in a new folder; tells the output that names it,
/// and where it is.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(
    forms: &[Form],
    report: &mut Report,
    temporary: &Path,
) -> Result<Vec<(&'static str, PathBuf)>, Failure> {
    let mut written = Vec::new();
    let mut folder = None;
    for form in Form::value_variants() {
        let Some((output, name)) = form.file().filter(|_| forms.contains(form)) else {
            continue;
        };
        let folder = match &folder {
            Some(folder) => folder,
            None => folder.insert(new_folder(temporary)?),
        };
        let file = folder.join(name);
        match form {
            Form::Sarif => {
                // Code scanning would open an alert for what is accepted: it does not know of that.
                let accepted = std::mem::take(&mut report.accepted);
                let result = to_file(&file, |out| report::sarif(report, rules::all(), out));
                report.accepted = accepted;
                result?;
            }
            Form::Json => to_file(&file, |out| report::json(report, out))?,
            Form::Markdown => to_file(&file, |out| report::markdown(report, out))?,
            Form::Concise => to_file(&file, |out| report::concise(report, out))?,
            Form::Annotations | Form::Summary => {}
        }
        written.push((output, file));
    }
    Ok(written)
}

/// A folder of this run's own: a job may run the Action more than once.
fn new_folder(temporary: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: &io::Error| {
        Failure::new(
            format!("cannot write reports to `{}`: {error}", temporary.display()),
            "`RUNNER_TEMP` has to name a folder that can be written to",
        )
    };
    for number in 1..=FOLDERS {
        let folder = temporary.join(format!("bailiwick-{number}"));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(&error)),
        }
    }
    Err(failed(&io::Error::other("it has too many of them")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_told() {
        let text = "| line |\n".repeat(100);
        let text = text.as_bytes();
        assert_eq!(fitting(text, text.len()), text);
        let cut = fitting(text, 200);
        assert!(cut.len() <= 200);
        let cut = String::from_utf8(cut).unwrap();
        assert!(cut.starts_with("| line |\n| line |\n"), "{cut}");
        assert!(
            cut.ends_with(
                "| line |\n\nThe rest is left out: GitHub shows 1 MiB of a step's summary.\n"
            ),
            "{cut}"
        );
        for room in [0, 1, 10, 66, 67, 68] {
            assert!(fitting(text, room).len() <= room);
        }
    }

    #[test]
    fn a_full_summary_takes_no_more() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("summary");
        fs::write(&file, vec![b'x'; SUMMARY - 100]).unwrap();
        let mut summary = Summary::default();
        summary.note(&"x ".repeat(1000));
        summary.write(&file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert!(text.len() <= SUMMARY);
        assert!(text.ends_with("The rest is left out: GitHub shows 1 MiB of a step's summary.\n"));
    }

    #[test]
    fn each_run_has_a_folder_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let first = new_folder(folder.path()).unwrap();
        assert_ne!(first, new_folder(folder.path()).unwrap());
        assert!(new_folder(Path::new("no/such/folder")).is_err());
    }
}
