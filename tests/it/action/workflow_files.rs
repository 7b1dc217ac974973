//! The workflows and `action.yml` themselves: what holds for all of them. `zizmor` and `actionlint`, which
//! look at much more, run in CI.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use super::runner::action;
use super::yaml;

/// Our workflows, and those to copy.
fn workflows() -> Vec<(PathBuf, Value)> {
    let folders = [".github/workflows", "examples/workflows"];
    let files = folders
        .iter()
        .flat_map(|folder| fs::read_dir(action().join(folder)).unwrap());
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5, "{files:?}");
    let read = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap();
        (file, yaml::read(&text))
    };
    files.into_iter().map(read).collect()
}

/// All steps of a workflow.
fn steps(workflow: &Value) -> impl Iterator<Item = &Value> {
    let jobs = workflow["jobs"].as_object().unwrap().values();
    jobs.flat_map(|job| job["steps"].as_array().unwrap())
}

#[test]
fn every_action_is_called_by_a_hash() {
    for (file, workflow) in workflows() {
        for step in steps(&workflow) {
            let Some(uses) = step["uses"].as_str() else {
                continue;
            };
            let hash = uses.split_once('@').map_or("", |(_, hash)| hash);
            let is_hash = hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
            assert!(is_hash || uses == "./", "{}: {uses}", file.display());
        }
    }
}

#[test]
fn nothing_is_allowed_but_what_a_job_names() {
    for (file, workflow) in workflows() {
        let shown = file.display();
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{shown}");
        assert!(
            workflow["on"].get("pull_request_target").is_none(),
            "{shown}"
        );
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            assert!(job.get("timeout-minutes").is_some(), "{shown}: {name}");
            for (permission, value) in job["permissions"].as_object().into_iter().flatten() {
                let named = [
                    ("contents", "read"),
                    ("contents", "write"),
                    ("security-events", "write"),
                ];
                let pair = (permission.as_str(), value.as_str().unwrap());
                assert!(named.contains(&pair), "{shown}: {pair:?}");
                let writes = pair == ("contents", "write");
                assert!(!writes || name == "publish", "{shown}: {name}");
            }
        }
    }
}

#[test]
fn no_expression_is_part_of_a_script() {
    for (file, workflow) in workflows() {
        for step in steps(&workflow) {
            let script = step["run"].as_str().unwrap_or_default();
            assert!(!script.contains("${{"), "{}: {script}", file.display());
        }
    }
}

#[test]
fn a_release_has_what_the_installer_looks_for() {
    let text = fs::read_to_string(action().join(".github/action/install.sh")).unwrap();
    let looked_for = text
        .lines()
        .filter_map(|line| line.split_once(" target=")?.1.split(' ').next());
    let mut looked_for: Vec<_> = looked_for.collect();
    let workflows = workflows();
    let (_, release) = workflows
        .iter()
        .find(|(file, _)| file.ends_with("release.yml"))
        .unwrap();
    let matrix = release["jobs"]["build"]["strategy"]["matrix"]["include"]
        .as_array()
        .unwrap();
    let mut released: Vec<_> = matrix
        .iter()
        .map(|it| it["target"].as_str().unwrap())
        .collect();
    looked_for.sort_unstable();
    released.sort_unstable();
    assert_eq!(looked_for, released);
    assert_eq!(released.len(), 5);
}

#[test]
fn the_readme_names_every_input_and_output() {
    let text = fs::read_to_string(action().join("action.yml")).unwrap();
    let action_file = yaml::read(&text);
    let readme = fs::read_to_string(action().join("README.md")).unwrap();
    for kind in ["inputs", "outputs"] {
        for name in action_file[kind].as_object().unwrap().keys() {
            assert!(readme.contains(&format!("`{name}`")), "{kind}: {name}");
        }
    }
    // The workflow to copy is the one that is linted.
    let example = fs::read_to_string(action().join("examples/workflows/pull-request.yml")).unwrap();
    let (_, jobs) = example.split_once("\non:").unwrap();
    assert!(
        readme.contains(jobs.trim_end()),
        "the README shows another workflow"
    );
}
