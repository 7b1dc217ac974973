//! Outputs of a step, in the file that the runner reads when the step has ended. A value there ends with
//! its line, so that none with a line end is written: what a repository holds can set no output.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter>

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::cli::failure::Failure;
use crate::text;

/// The file of the step's outputs.
#[derive(Debug)]
pub(super) struct Outputs {
    /// None where nobody asked for them.
    file: Option<PathBuf>,
}

impl Outputs {
    pub(super) fn new(file: Option<PathBuf>) -> Self {
        Outputs { file }
    }

    pub(super) fn set_number(&self, name: &str, value: usize) -> Result<(), Failure> {
        self.set(name, &value.to_string())
    }

    pub(super) fn set_path(&self, name: &str, value: &Path) -> Result<(), Failure> {
        let text = value.to_str();
        let text = text.ok_or_else(|| unfit(name, "its path is not UTF-8"))?;
        self.set(name, text)
    }

    /// Sets an output.
    ///
    /// # Errors
    /// The value has a line end or another control character, or the file cannot be written.
    pub(super) fn set(&self, name: &str, value: &str) -> Result<(), Failure> {
        if value.chars().any(char::is_control) {
            return Err(unfit(name, "it has control characters"));
        }
        let Some(file) = &self.file else {
            return Ok(());
        };
        // The runner made the file; what it does not know is made by nobody.
        let opened = OpenOptions::new().append(true).open(file);
        let written =
            opened.and_then(|mut file| file.write_all(format!("{name}={value}\n").as_bytes()));
        written.map_err(|error| {
            Failure::new(
                format!(
                    "cannot write the output `{name}` to `{}`: {error}",
                    file.display()
                ),
                "`GITHUB_OUTPUT` has to name the file that the runner made",
            )
        })
    }
}

/// GitHub takes 1 MB of outputs of a job.
const TEAMS: usize = 500_000;

/// Of the owners those that are teams, as an array of JSON; and how many there was no room for.
pub(super) fn teams(owners: Vec<&str>) -> (String, usize) {
    let is_team = |owner: &&str| owner.starts_with('@') && owner.contains('/');
    let teams: Vec<&str> = owners.into_iter().filter(is_team).collect();
    let mut room = TEAMS;
    let fits = |team: &&&str| {
        // What is escaped takes six bytes for one at most; quotes and a comma stand around it.
        let bytes = team.len() * 6 + 3;
        let fits = bytes <= room;
        room = room.saturating_sub(bytes);
        fits
    };
    let taken: Vec<&str> = teams.iter().take_while(fits).copied().collect();
    let array = serde_json::Value::from(taken.clone()).to_string();
    (text::json(&array).into_owned(), teams.len() - taken.len())
}

fn unfit(name: &str, why: &str) -> Failure {
    Failure::new(
        format!("the output `{name}` cannot be set: {why}"),
        "check out to a folder, and with an `RUNNER_TEMP`, of plain characters",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn teams_are_an_array_without_people() {
        let (array, left) = teams(vec!["@acme/a", "@ann", "@acme/b", "bob@acme.example"]);
        assert_eq!((array.as_str(), left), (r#"["@acme/a","@acme/b"]"#, 0));
        assert_eq!(teams(Vec::new()), ("[]".into(), 0));
        let (array, _) = teams(vec!["@a/\u{9b}\"\n\u{202e}"]);
        assert!(!array.chars().any(char::is_control), "{array}");
        let read: Vec<String> = serde_json::from_str(&array).unwrap();
        assert_eq!(read, ["@a/\u{9b}\"\n\u{202e}"]);
        let long = format!("@acme/{}", "x".repeat(1_000));
        let (array, left) = teams(vec![&long; 1_000]);
        assert!(array.len() < TEAMS && left > 0);
    }

    #[test]
    fn an_output_is_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("output");
        std::fs::write(&file, "before=1\n").unwrap();
        let outputs = Outputs::new(Some(file.clone()));
        outputs.set_number("errors", 3).unwrap();
        outputs.set("teams", r#"["@acme/a=b<<c"]"#).unwrap();
        for hostile in ["a\nresult=clean", "a\rb", "a\u{85}b", "\0"] {
            assert!(outputs.set("x", hostile).is_err());
        }
        let text = std::fs::read_to_string(&file).unwrap();
        assert_eq!(text, "before=1\nerrors=3\nteams=[\"@acme/a=b<<c\"]\n");
        let missing = Outputs::new(Some(folder.path().join("no/such")));
        assert!(
            missing
                .set("x", "1")
                .unwrap_err()
                .text()
                .contains("GITHUB_OUTPUT")
        );
        Outputs::new(None).set("x", "1").unwrap();
    }
}
