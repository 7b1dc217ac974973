//! Outputs of a step, in the file that the runner reads when the step has ended. A value there ends with
//! its line, so that none with a line end is written: what a repository holds can set no output.
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#setting-an-output-parameter>

use std::collections::BTreeSet;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::cli::failure::Failure;
use crate::ownership::Approval;
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

/// The largest array, in bytes: GitHub takes 1 MB of outputs of a job.
const ARRAY: usize = 250_000;

/// Returns the teams that can give one of the approvals, as an array of JSON, and how many had no room.
pub(super) fn teams(approvals: &[Approval]) -> (String, usize) {
    let is_team = |owner: &&str| owner.starts_with('@') && owner.contains('/');
    let owners = approvals.iter().flat_map(|approval| &approval.owners);
    let mut seen = BTreeSet::new();
    let teams = owners.map(String::as_str).filter(is_team);
    let teams: Vec<Value> = teams
        .filter(|team| seen.insert(*team))
        .map(Value::from)
        .collect();
    array(teams)
}

/// Returns for each approval its owners, teams and people, of whom one has to approve, as an array of arrays of JSON, and
/// how many approvals had no room. Approvals by the same owners are one.
pub(super) fn approvals(approvals: &[Approval]) -> (String, usize) {
    let mut seen = BTreeSet::new();
    let owners = approvals.iter().map(|approval| &approval.owners);
    let owners: Vec<Value> = owners
        .filter(|owners| !owners.is_empty() && seen.insert(*owners))
        .map(|owners| Value::from(owners.clone()))
        .collect();
    array(owners)
}

/// The first entries, as far as there is room for them.
fn array(mut entries: Vec<Value>) -> (String, usize) {
    let all = entries.len();
    let mut bytes = 2;
    let mut taken = 0;
    while let Some(entry) = entries.get(taken) {
        bytes += text::json(&entry.to_string()).len() + 1;
        if bytes > ARRAY {
            break;
        }
        taken += 1;
    }
    entries.truncate(taken);
    let array = Value::from(entries).to_string();
    (text::json(&array).into_owned(), all - taken)
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

    fn lines(owners: &[&[&str]]) -> Vec<Approval> {
        let line = |owners: &&[&str]| Approval {
            line: 1,
            pattern: "*".into(),
            owners: owners.iter().map(|&owner| owner.into()).collect(),
            files: 1,
            paths: Vec::new(),
            more: 0,
        };
        owners.iter().map(line).collect()
    }

    #[test]
    fn teams_are_all_that_can_approve_and_approvals_are_alternatives() {
        let lines = lines(&[
            &["@acme/a", "@ann"],
            &["@acme/b", "@acme/a"],
            &["@acme/a", "@ann"],
            &["bob@acme.example"],
            &[],
        ]);
        let expected = r#"["@acme/a","@acme/b"]"#;
        assert_eq!(teams(&lines), (expected.to_owned(), 0));
        let expected = r#"[["@acme/a","@ann"],["@acme/b","@acme/a"],["bob@acme.example"]]"#;
        assert_eq!(approvals(&lines), (expected.to_owned(), 0));
        for function in [teams, approvals] {
            assert_eq!(function(&[]), ("[]".into(), 0));
        }
    }

    #[test]
    fn arrays_are_escaped_and_limited() {
        let hostile = "@a/\u{9b}\"\n\u{202e}";
        let (array, _) = teams(&lines(&[&[hostile]]));
        assert!(!array.chars().any(char::is_control), "{array}");
        let read: Vec<String> = serde_json::from_str(&array).unwrap();
        assert_eq!(read, [hostile]);
        let names: Vec<String> = (0..1_000)
            .map(|number| format!("@acme/{}{number}", "\u{9b}".repeat(1_000)))
            .collect();
        let names: Vec<[&str; 1]> = names.iter().map(|name| [name.as_str()]).collect();
        let names: Vec<&[&str]> = names.iter().map(|name| &name[..]).collect();
        for function in [teams, approvals] {
            let (array, left) = function(&lines(&names));
            assert!(array.len() <= ARRAY && left > 0, "{}", array.len());
        }
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
