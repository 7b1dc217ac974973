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
    assert!(files.len() >= 6, "{files:?}");
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
fn examples_use_inputs_and_outputs_that_exist() {
    let text = fs::read_to_string(action().join("action.yml")).unwrap();
    let action_file = yaml::read(&text);
    for (file, workflow) in workflows() {
        let is_ours = |step: &&Value| {
            let uses = step["uses"].as_str().unwrap_or_default();
            uses == "./" || uses.starts_with("OWNER/bailiwick@")
        };
        for step in steps(&workflow).filter(is_ours) {
            for name in step["with"]
                .as_object()
                .into_iter()
                .flat_map(|with| with.keys())
            {
                let known = action_file["inputs"].get(name);
                assert!(known.is_some(), "{}: {name}", file.display());
            }
        }
        let text = fs::read_to_string(&file).unwrap();
        for (_, rest) in text
            .match_indices("steps.bailiwick.outputs.")
            .map(|(at, it)| text.split_at(at + it.len()))
        {
            let end = rest
                .find(|c: char| !c.is_ascii_lowercase() && c != '-')
                .unwrap();
            let known = action_file["outputs"].get(&rest[..end]);
            assert!(known.is_some(), "{}: {}", file.display(), &rest[..end]);
        }
    }
}

#[test]
fn a_workflow_fetches_the_history_that_it_checks_by() {
    let mut checked = 0;
    for (file, workflow) in workflows() {
        // `audit` runs all rules on history; a change needs its merge and the commit before.
        let audits = steps(&workflow).any(|step| {
            let script = step["run"].as_str().unwrap_or_default();
            script.contains(" audit ") || script.contains("--history")
        });
        let ours = steps(&workflow).any(|step| {
            step["uses"]
                .as_str()
                .is_some_and(|uses| uses.starts_with("OWNER/bailiwick@"))
        });
        if !audits && !ours {
            continue;
        }
        for step in steps(&workflow) {
            let uses = step["uses"].as_str().unwrap_or_default();
            // Of another repository, such as that of a policy, files alone are read.
            let is_other = step["with"].get("repository").is_some();
            if !uses.starts_with("actions/checkout@") || is_other && !audits {
                continue;
            }
            checked += 1;
            let depth = step["with"]["fetch-depth"].as_str().unwrap_or("1");
            let enough: &[&str] = if audits { &["0"] } else { &["0", "2"] };
            assert!(enough.contains(&depth), "{}: {depth}", file.display());
        }
    }
    assert!(checked >= 3, "{checked}");
}

#[test]
fn a_release_is_for_a_full_version_and_is_built_with_a_compiler_for_musl() {
    let workflows = workflows();
    let of = |name: &str| {
        let (_, workflow) = workflows
            .iter()
            .find(|(file, _)| file.ends_with(name))
            .unwrap();
        workflow
    };
    let release = of("release.yml");
    assert_eq!(
        release["on"]["push"]["tags"],
        serde_json::json!(["v[0-9]+.[0-9]+.[0-9]+"])
    );
    for workflow in [release, of("ci.yml")] {
        let scripts: Vec<&str> = steps(workflow)
            .filter_map(|step| step["run"].as_str())
            .collect();
        for part in ["musl-tools", "empty-root.sh"] {
            assert!(scripts.iter().any(|script| script.contains(part)), "{part}");
        }
    }
    // What the one green job requires is all there is.
    let jobs = of("ci.yml")["jobs"].as_object().unwrap();
    let needed = jobs["green"]["needs"].as_array().unwrap();
    assert_eq!(needed.len() + 1, jobs.len());
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
