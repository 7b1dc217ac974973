//! `bailiwick audit`: all repositories below a folder, and what an organization's policy makes of them.

mod finding;
#[cfg(unix)]
mod hostile;
mod law;
mod reports;

use serde_json::Value;

use crate::sandbox::{Sandbox, lines_of};

/// The audit of `work` as JSON.
fn audit(organization: &Sandbox, arguments: &[&str]) -> Value {
    let all = [
        &["audit", "--format", "json", "--as-of", "2026-01-15"],
        arguments,
    ]
    .concat();
    organization.run(all).json()
}

/// `path: level rule place` for each finding, in order.
fn findings(audit: &Value) -> Vec<String> {
    of_each(audit, "findings")
}

/// The same of what is accepted.
fn accepted(audit: &Value) -> Vec<String> {
    of_each(audit, "suppressed")
}

fn of_each(audit: &Value, key: &str) -> Vec<String> {
    let repositories = audit["repositories"].as_array().unwrap().iter();
    let lines = repositories.flat_map(|it| {
        let path = it["path"].as_str().unwrap();
        let lines = lines_of(&it["report"][key]).into_iter();
        lines.map(move |line| format!("{path}: {line}"))
    });
    lines.collect()
}

/// The paths of the repositories that were judged.
fn paths(audit: &Value) -> Vec<&str> {
    let repositories = audit["repositories"].as_array().unwrap().iter();
    repositories
        .map(|it| it["path"].as_str().unwrap())
        .collect()
}

/// `path: reason` of the repositories that were not.
fn failed(audit: &Value) -> Vec<String> {
    let failed = audit["failed"].as_array().unwrap().iter();
    let text = |it: &Value, key: &str| it[key].as_str().unwrap().to_owned();
    failed
        .map(|it| format!("{}: {}", text(it, "path"), text(it, "reason")))
        .collect()
}
