//! `bailiwick check --since`: what a change brings, and nothing else.

mod bases;
mod handovers;
mod judges;
mod lines;
mod places;
mod renames;
mod revisions;
mod staged;

use serde_json::Value;

use crate::sandbox::{Sandbox, lines_of};

const NOTHING: [&str; 0] = [];

/// A policy that asks for every marker, line by line.
const MARKERS: &str = "\
-- bailiwick.toml --
[rules]
\"debt/growing-debt\" = \"off\"
\"debt/untracked-marker\" = { level = \"warning\", each = true }
";

/// What is new since a revision: `level rule place` for each finding.
fn new(shop: &Sandbox, revision: &str) -> Vec<String> {
    shop.findings(["--since", revision])
}

/// What the report says of the change since a revision.
fn change(shop: &Sandbox, revision: &str) -> Value {
    shop.report(["--since", revision])["change"].clone()
}

/// `before > after: paths` for each group of files whose owners change.
fn handovers(change: &Value) -> Vec<String> {
    let groups = change["handovers"].as_array().unwrap().iter();
    let groups = groups.map(|it| {
        let words = |key: &str| {
            let words = it[key].as_array().unwrap().iter();
            let words: Vec<_> = words.map(|word| word.as_str().unwrap()).collect();
            words.join(" ")
        };
        let before = match it["new"].as_bool().unwrap() {
            true => "new".to_owned(),
            false => words("before"),
        };
        format!("{before} > {}: {}", words("after"), words("paths"))
    });
    groups.collect()
}

/// `line owners: paths` for each line whose owners have to approve.
fn approvals(change: &Value) -> Vec<String> {
    let lines = change["approvals"].as_array().unwrap().iter();
    let lines = lines.map(|it| {
        let words = |key: &str| {
            let words = it[key].as_array().unwrap().iter();
            let words: Vec<_> = words.map(|word| word.as_str().unwrap()).collect();
            words.join(" ")
        };
        format!("{} {}: {}", it["line"], words("owners"), words("paths"))
    });
    lines.collect()
}

/// `kind path` for each file of the change that says how changes are judged.
fn edits(change: &Value) -> Vec<String> {
    let edits = change["edits"].as_array().unwrap().iter();
    let text = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
    let edits = edits.map(|it| format!("{} {}", text(it, "kind"), text(it, "path")));
    edits.collect()
}

/// `reason` of each gap.
fn gaps(report: &Value) -> Vec<&str> {
    let gaps = report["missing_data"].as_array().unwrap().iter();
    gaps.map(|gap| gap["reason"].as_str().unwrap()).collect()
}

/// What accepted which finding: `level rule place` for each.
fn accepted(report: &Value) -> Vec<String> {
    lines_of(&report["suppressed"])
}
