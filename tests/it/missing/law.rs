//! The law: if objects that an answer needs are missing, it equals that of the complete repository, or it names what
//! is missing and who needed it, ends with 1 or 3, and invents nothing.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// A command whose answers are compared.
#[derive(Clone, Copy, Debug)]
pub(super) struct Command {
    pub(super) name: &'static str,
    arguments: &'static [&'static str],
}

const fn command(name: &'static str, arguments: &'static [&'static str]) -> Command {
    Command { name, arguments }
}

/// What reads the tree that is checked out, or `HEAD`.
pub(super) const COMMANDS: [Command; 9] = [
    command(
        "check",
        &["check", "--format", "json", "--as-of", "2026-01-15"],
    ),
    command(
        "check --history",
        &[
            "check",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--history",
            "--no-cache",
        ],
    ),
    command(
        "check --since",
        &[
            "check",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--since",
            "base",
        ],
    ),
    command(
        "audit",
        &[
            "audit",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--no-cache",
        ],
    ),
    command(
        "approvals",
        &[
            "approvals",
            "--format",
            "json",
            "--since",
            "base",
            "--no-cache",
        ],
    ),
    command("owners", &["owners", "--format", "json"]),
    command(
        "who",
        &[
            "who",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--no-cache",
        ],
    ),
    command(
        "history",
        &[
            "history",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--no-cache",
        ],
    ),
    command(
        "onboard",
        &[
            "onboard",
            "@acme/api",
            "--as-of",
            "2026-01-15",
            "--no-cache",
        ],
    ),
];

/// What reads objects whatever is checked out.
pub(super) const AT: [Command; 2] = [
    command(
        "check --at",
        &[
            "check",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--at",
            "base",
        ],
    ),
    command(
        "check --at --since",
        &[
            "check",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--at",
            "main",
            "--since",
            "base",
        ],
    ),
];

impl Command {
    /// Runs it in a folder.
    pub(super) fn run(self, shop: &Sandbox, folder: &Path) -> Run {
        shop.bailiwick(self.arguments).current_dir(folder).run()
    }
}

/// Panics if an answer breaks the law. `complete` is that of the complete repository, `deleted` are the objects that
/// are missing.
pub(super) fn holds(command: Command, complete: &Run, partial: &Run, deleted: &BTreeSet<String>) {
    if let Err(why) = broken(complete, partial, deleted) {
        panic!(
            "{}: {why}\nwithout {deleted:?}\ncomplete ({:?}): {}{}\npartial ({:?}): {}{}",
            command.name,
            complete.code,
            complete.stdout,
            complete.stderr,
            partial.code,
            partial.stdout,
            partial.stderr
        );
    }
}

/// Why an answer breaks the law, if it does.
pub(super) fn broken(
    complete: &Run,
    partial: &Run,
    deleted: &BTreeSet<String>,
) -> Result<(), String> {
    if partial.code == complete.code && partial.stdout == complete.stdout {
        return Ok(());
    }
    match (partial.code, complete.code) {
        (Some(3), _) | (Some(1), Some(1)) => {}
        (code, _) => return Err(format!("it ends with {code:?}")),
    }
    let named = named(partial)?;
    if named.is_empty() {
        return Err("it names nothing that is missing".to_owned());
    }
    if let Some(other) = named.iter().find(|object| !deleted.contains(*object)) {
        return Err(format!("it names {other}, which is not missing"));
    }
    let (before, after) = (claims(complete), claims(partial));
    match after.difference(&before).next() {
        Some(invented) => Err(format!("it invents {invented}")),
        None => Ok(()),
    }
}

/// The objects that a run names as missing.
fn named(run: &Run) -> Result<BTreeSet<String>, String> {
    let mut named = BTreeSet::new();
    let json: Option<Value> = serde_json::from_str(&run.stdout).ok();
    let mut all = Vec::new();
    if let Some(json) = &json {
        objects(json, &mut all);
    }
    for gap in all.iter().filter(|it| it["needed_by"].is_array()) {
        let by = gap["needed_by"].as_array().map_or(0, Vec::len);
        if let Some(object) = gap["object"].as_str() {
            if by == 0 {
                return Err(format!("nothing needed {object}"));
            }
            named.insert(object.to_owned());
        }
    }
    // Of an error, of an answer for people, and of a repository of an audit that could not be opened.
    let failed = all.iter().filter(|it| it["needed_by"].is_null());
    let failed = failed.filter_map(|it| it["reason"].as_str());
    let text = match json {
        Some(_) => failed.collect::<Vec<_>>().join(" "),
        None => format!("{}{}", run.stdout, run.stderr),
    };
    let words: Vec<&str> = text.split(|it: char| !it.is_alphanumeric()).collect();
    let after = words
        .windows(2)
        .filter(|pair| matches!(pair[0], "object" | "tree"));
    named.extend(
        after
            .map(|pair| pair[1])
            .filter(|id| id.len() == 40)
            .map(str::to_owned),
    );
    Ok(named)
}

/// What an answer claims: findings, owners, approvals, handovers, services without owner.
fn claims(run: &Run) -> BTreeSet<String> {
    let mut claims = BTreeSet::new();
    match serde_json::from_str::<Value>(&run.stdout) {
        Ok(json) => {
            let mut all = Vec::new();
            objects(&json, &mut all);
            for it in all {
                let text = |key: &str| it[key].to_string();
                if it["rule"].is_string() && it["message"].is_string() {
                    claims.insert(format!(
                        "finding {} {} {} {}",
                        text("rule"),
                        text("message"),
                        it["location"]["path"],
                        it["location"]["line"]
                    ));
                }
                for key in ["handovers", "approvals", "orphans", "lines", "sets"] {
                    let entries = it[key].as_array().into_iter().flatten();
                    claims.extend(entries.map(|entry| format!("{key} {entry}")));
                }
                if let Some(fixed) = it["fixed"].as_object() {
                    claims.extend(fixed.keys().map(|rule| format!("fixed {rule}")));
                }
                if it["path"].is_string() && it["owners"].is_array() {
                    // How many files of a folder are known, and of which lines, depends on the missing folders
                    // below it, which are named.
                    let owners = it["owners"].as_array().into_iter().flatten();
                    claims.extend(owners.map(|entry| {
                        format!(
                            "owners {} {} {}",
                            it["path"],
                            entry["line"],
                            match entry {
                                Value::Object(entry) => &entry["owners"],
                                whole => whole,
                            }
                        )
                    }));
                }
            }
        }
        Err(_) => {
            let words = run
                .stdout
                .split(|it: char| it.is_whitespace() || "`,()".contains(it));
            let handles = words.filter(|word| word.starts_with('@'));
            claims.extend(handles.map(str::to_owned));
        }
    }
    claims
}

/// All objects of a document.
fn objects<'v>(value: &'v Value, all: &mut Vec<&'v Value>) {
    match value {
        Value::Object(entries) => {
            all.push(value);
            entries.values().for_each(|it| objects(it, all));
        }
        Value::Array(entries) => entries.iter().for_each(|it| objects(it, all)),
        _ => {}
    }
}
