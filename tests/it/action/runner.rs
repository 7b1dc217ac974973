//! The runner: a composite action's steps, as actions/runner carries them out.
//!
//! Expressions are those that `action.yml` has, and another one fails the test, as does a key of a step
//! that is not known here, so that what is not simulated is not passed over.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::yaml;

/// GitHub shows so many annotations of a level for a step.
const ANNOTATIONS: usize = 10;

/// GitHub refuses the summary of a step that has more bytes.
const SUMMARY: usize = 1 << 20;

/// Values by name.
pub(super) type Values = BTreeMap<String, String>;

/// What an action is given.
pub(super) struct Call<'a> {
    /// The action's folder.
    pub(super) action: &'a Path,
    /// What the workflow has under `with`.
    pub(super) inputs: &'a Values,
    /// `github.NAME`, where that is not in the environment.
    pub(super) context: &'a Values,
    /// The whole environment of the job.
    pub(super) environment: &'a Values,
    /// Where the repository is.
    pub(super) workspace: &'a Path,
    /// The runner's own folder.
    pub(super) temporary: &'a Path,
}

/// What became of it.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The id or name of the step that failed, with its code.
    pub(super) failed: Option<(String, i32)>,
    /// The action's outputs.
    pub(super) outputs: Values,
    /// All that the summary shows.
    pub(super) summary: String,
    /// What is annotated: level, properties, message.
    pub(super) annotations: Vec<(String, Values, String)>,
    /// Annotations that GitHub does not show.
    pub(super) dropped: usize,
    /// Every other command that the runner obeyed.
    pub(super) commands: Vec<String>,
    /// What steps put into the environment and the path of later ones.
    pub(super) set: Values,
    /// The log.
    pub(super) log: String,
}

impl Outcome {
    /// The code with which the step that failed did; 0 if none did.
    pub(super) fn code(&self) -> i32 {
        self.failed.as_ref().map_or(0, |(_, code)| *code)
    }

    /// An output of the action.
    pub(super) fn output(&self, name: &str) -> &str {
        &self.outputs[name]
    }
}

/// Runs an action.
pub(super) fn run(call: &Call<'_>) -> Outcome {
    let text = fs::read_to_string(call.action.join("action.yml")).expect("action.yml");
    let action = yaml::read(&text);
    assert_eq!(action["runs"]["using"], "composite");
    let inputs = inputs(&action, call);
    let mut outcome = Outcome::default();
    let mut steps: BTreeMap<String, Values> = BTreeMap::new();
    for (number, step) in action["runs"]["steps"]
        .as_array()
        .expect("steps")
        .iter()
        .enumerate()
    {
        // No step has an `if`, so that none runs behind one that failed.
        if outcome.failed.is_some() {
            break;
        }
        let keys: Vec<_> = step
            .as_object()
            .expect("a step")
            .keys()
            .map(String::as_str)
            .collect();
        let known = ["env", "id", "name", "run", "shell"];
        assert!(keys.iter().all(|key| known.contains(key)), "{keys:?}");
        assert_eq!(step["shell"], "bash");
        let evaluate = |expression: &str| {
            let parts: Vec<_> = expression.split('.').collect();
            match parts.as_slice() {
                ["inputs", name] => inputs[*name].clone(),
                ["steps", id, "outputs", name] => {
                    steps[*id].get(*name).cloned().unwrap_or_default()
                }
                ["github", name] => call.context[*name].clone(),
                _ => panic!("not simulated: {expression}"),
            }
        };
        let id = step["id"]
            .as_str()
            .map_or_else(|| format!("__{number}"), str::to_owned);
        let outputs = carry_out(call, &id, step, &evaluate, &mut outcome);
        steps.insert(id, outputs);
    }
    for (name, output) in action["outputs"].as_object().expect("outputs") {
        let value = expand(output["value"].as_str().expect("a value"), &|expression| {
            // `a || b` is the first that is not empty.
            let value = |expression: &str| {
                let parts: Vec<_> = expression.trim().split('.').collect();
                let ["steps", id, "outputs", name] = parts.as_slice() else {
                    panic!("not simulated: {expression}");
                };
                let step = steps.get(*id);
                step.and_then(|step| step.get(*name))
                    .cloned()
                    .unwrap_or_default()
            };
            let mut values = expression.split("||").map(value);
            values.find(|value| !value.is_empty()).unwrap_or_default()
        });
        outcome.outputs.insert(name.clone(), value);
    }
    outcome
}

/// The inputs, with their defaults.
fn inputs(action: &Value, call: &Call<'_>) -> Values {
    let given = call.inputs;
    let context = |expression: &str| {
        let name = expression.strip_prefix("github.");
        call.context[name.expect("an expression that is simulated")].clone()
    };
    let declared = action["inputs"].as_object().expect("inputs");
    for name in given.keys() {
        assert!(declared.contains_key(name), "there is no input `{name}`");
    }
    let value = |(name, input): (&String, &Value)| {
        let default = || expand(input["default"].as_str().unwrap_or_default(), &context);
        (
            name.clone(),
            given.get(name).cloned().unwrap_or_else(default),
        )
    };
    declared.iter().map(value).collect()
}

/// A text with its `${{ }}` evaluated.
fn expand(text: &str, evaluate: &dyn Fn(&str) -> String) -> String {
    let mut parts = text.split("${{");
    let mut expanded = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (expression, rest) = part.split_once("}}").expect("an end");
        expanded += &evaluate(expression.trim());
        expanded += rest;
    }
    expanded
}

/// Runs a step; gives its outputs.
fn carry_out(
    call: &Call<'_>,
    id: &str,
    step: &Value,
    evaluate: &dyn Fn(&str) -> String,
    outcome: &mut Outcome,
) -> Values {
    let script = step["run"].as_str().expect("a script");
    assert!(
        !script.contains("${{"),
        "an expression in a script: {script}"
    );
    let file = |name: &str| {
        let file = call
            .temporary
            .join("_runner_file_commands")
            .join(format!("{name}_{id}"));
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, "").unwrap();
        file
    };
    let script_file = call.temporary.join(format!("{id}.sh"));
    fs::write(&script_file, script).unwrap();
    let (output, environment) = (file("output"), file("env"));
    let (path, summary, state) = (file("path"), file("summary"), file("state"));
    let mut command = Command::new("bash");
    command
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
        .arg(&script_file)
        .current_dir(call.workspace)
        .env_clear()
        .envs(call.environment)
        .envs(&outcome.set)
        .env("GITHUB_ACTION", id)
        .env("GITHUB_ACTION_PATH", call.action)
        .env("GITHUB_OUTPUT", &output)
        .env("GITHUB_ENV", &environment)
        .env("GITHUB_PATH", &path)
        .env("GITHUB_STATE", &state)
        .env("GITHUB_STEP_SUMMARY", &summary)
        .stdin(Stdio::null());
    for (name, value) in step["env"].as_object().into_iter().flatten() {
        command.env(name, expand(value.as_str().expect("text"), evaluate));
    }
    let done = command.output().expect("bash runs");
    let log = [done.stdout, done.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    let mut shown: BTreeMap<String, usize> = BTreeMap::new();
    for line in log.iter().flat_map(|log| log.split(['\n', '\r'])) {
        obey(line, &mut shown, outcome);
    }
    for log in &log {
        assert!(!log.contains("panicked"), "{log}");
        outcome.log += log;
    }
    let text = fs::read_to_string(&summary).expect("UTF-8");
    assert!(text.len() <= SUMMARY, "a summary of {} bytes", text.len());
    outcome.summary += &text;
    outcome.set.extend(assignments(&environment));
    assert_eq!(fs::read_to_string(&path).unwrap(), "", "a path is added");
    if !done.status.success() {
        let name = step["id"]
            .as_str()
            .or(step["name"].as_str())
            .expect("a name");
        outcome.failed = Some((name.into(), done.status.code().expect("a code")));
    }
    assignments(&output)
}

/// The lines of a file in which a step sets values: `EnvFileKeyValuePairs` of actions/runner.
fn assignments(file: &Path) -> Values {
    let text = fs::read_to_string(file).expect("UTF-8");
    let mut values = Values::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (equals, here) = (line.find('='), line.find("<<"));
        match (equals, here) {
            _ if line.is_empty() => {}
            (Some(equals), here) if here.is_none_or(|here| equals < here) => {
                values.insert(line[..equals].into(), line[equals + 1..].into());
            }
            (_, Some(here)) => {
                let end = &line[here + 2..];
                let value: Vec<_> = lines.by_ref().take_while(|line| *line != end).collect();
                values.insert(line[..here].into(), value.join("\n"));
            }
            _ => panic!("the runner would fail the step: {line:?}"),
        }
    }
    values
}

/// Obeys a line of the log, if it is a command: `ActionCommand` of actions/runner.
fn obey(line: &str, shown: &mut BTreeMap<String, usize>, outcome: &mut Outcome) {
    let Some((name, properties, message)) = command(line) else {
        return;
    };
    if !matches!(name.as_str(), "error" | "warning" | "notice") {
        outcome.commands.push(line.into());
        return;
    }
    let number = shown.entry(name.clone()).or_default();
    *number += 1;
    if *number > ANNOTATIONS {
        outcome.dropped += 1;
    } else {
        outcome.annotations.push((name, properties, message));
    }
}

/// The command that a line is, in the newer form or the older one, which may begin anywhere.
fn command(line: &str) -> Option<(String, Values, String)> {
    let newer = line
        .trim_start()
        .strip_prefix("::")
        .and_then(|rest| rest.split_once("::"));
    let older = line
        .split_once("##[")
        .and_then(|(_, rest)| rest.split_once(']'));
    let separator = if newer.is_some() { ',' } else { ';' };
    let (information, message) = newer.or(older)?;
    let (name, properties) = information.split_once(' ').unwrap_or((information, ""));
    let undo = |text: &str, more: &[(&str, &str)]| {
        let pairs = [("%0D", "\r"), ("%0A", "\n")];
        let pairs = pairs.iter().chain(more).chain(&[("%25", "%")]);
        pairs.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
    };
    let properties = properties.split(separator).filter_map(|property| {
        let (name, value) = property.split_once('=')?;
        Some((
            name.trim().into(),
            undo(value, &[("%3A", ":"), ("%2C", ",")]),
        ))
    });
    Some((name.into(), properties.collect(), undo(message, &[])))
}

/// The folder of the action under test.
pub(super) fn action() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read_as_the_runner_reads_them() {
        let read = |line| command(line).map(|(name, _, message)| format!("{name} {message}"));
        assert_eq!(
            read("  ::error file=a%2Cb,line=1::x%0Ay%25").as_deref(),
            Some("error x\ny%")
        );
        assert_eq!(read("a ##[group]b").as_deref(), Some("group b"));
        assert_eq!(read("x ::error::y"), None);
        let (_, properties, _) = command("::error file=a%2Cb,line=1::x").unwrap();
        assert_eq!(properties["file"], "a,b");
    }

    #[test]
    fn values_are_read_as_the_runner_reads_them() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x");
        fs::write(&file, "a=b=c\n\nd<<E\ne\nf=g\nE\nh=i<<j\n").unwrap();
        let values: Vec<_> = assignments(&file).into_iter().collect();
        let expected = [("a", "b=c"), ("d", "e\nf=g"), ("h", "i<<j")];
        assert_eq!(
            values,
            expected.map(|(name, value)| (name.to_owned(), value.to_owned()))
        );
    }
}
