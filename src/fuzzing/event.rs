//! The event file of GitHub Actions against a naive reading of the same JSON.
//!
//! An input is a byte that selects the event, then the file. A commit is taken from its field or the event is an
//! error, and nothing else of the file gets through: no option, no white space, no control character.
//! The planted fault: hashes in upper case, which git never writes, are accepted.

use std::io::Write as _;

use serde_json::Value;

use super::{Code, json};
use crate::sources::event::{self, Trigger};

const EVENTS: [&str; 6] = [
    "pull_request",
    "push",
    "merge_group",
    "pull_request_target",
    "schedule",
    "something_else",
];

pub(super) fn check(data: &[u8], code: Code) {
    let Some((&first, text)) = data.split_first() else {
        return;
    };
    let name = EVENTS[usize::from(first) % EVENTS.len()];
    let seen = match code {
        Code::Real => text.to_vec(),
        Code::Planted => text.to_ascii_lowercase(),
    };
    let mut file = tempfile::NamedTempFile::new().expect("a temporary file");
    file.write_all(&seen).expect("the event is written");
    let trigger = event::read(name, Some(file.path()));
    if let Err(error) = &trigger {
        assert!(!error.to_string().is_empty() && !error.help().is_empty());
    }
    assert_eq!(
        trigger,
        event::read(name, Some(file.path())),
        "two readings differ"
    );

    let document = json::parse(text);
    let field = |pointer: &str| {
        let value = document.as_ref()?.pointer(pointer)?;
        value.as_str().map(str::to_owned)
    };
    let commit = |pointer| field(pointer).filter(|it| is_hash(it));
    let expected = match name {
        "pull_request" => commit("/pull_request/base/sha").map(|base| ("pull request", base)),
        "merge_group" => commit("/merge_group/base_sha").map(|base| ("merge group", base)),
        "push" => push(&field, commit("/before")),
        "pull_request_target" => None,
        _ => {
            assert!(
                matches!(trigger, Ok(Trigger::Whole(_))),
                "`{name}` has no base"
            );
            return;
        }
    };
    let found = trigger.as_ref().ok().map(start);
    for branch in trigger.iter().flat_map(branches) {
        is_branch(branch);
    }
    let names = ["/pull_request/base/ref", "/merge_group/base_ref"];
    let is_name = |pointer: &&str| {
        let value = document.as_ref().and_then(|it| it.pointer(pointer));
        value.is_none_or(|it| it.is_string() || it.is_null())
    };
    match (&found, &expected) {
        // Of a key that comes twice either value may count, or none: but it has to be a hash.
        _ if !json::has_unique_keys(text) => {}
        // A name with other characters: whether it is a branch was checked above.
        (Some(("new branch", default)), Some(("whole", _))) => {
            assert_eq!(field("/repository/default_branch").as_ref(), Some(default));
        }
        // A field of another kind than it has in every event.
        (None, Some(_)) if name == "push" && !is_push(document.as_ref()) => {}
        (None, Some(_)) if name != "push" && !names.iter().all(is_name) => {}
        _ => assert_eq!(
            found, expected,
            "`{name}`: left is the reader, right is the naive implementation"
        ),
    }
}

/// What a run starts from: its kind, and the hash or the branch.
fn start(trigger: &Trigger) -> (&'static str, String) {
    match trigger {
        Trigger::PullRequest { base, .. } => ("pull request", base.clone()),
        Trigger::MergeGroup { base, .. } => ("merge group", base.clone()),
        Trigger::Push { before, .. } => ("push", before.clone()),
        Trigger::NewBranch { default } => ("new branch", default.clone()),
        Trigger::Whole(_) => ("whole", String::new()),
    }
}

/// All names of branches that are taken from an event.
fn branches(trigger: &Trigger) -> Vec<&String> {
    match trigger {
        Trigger::PullRequest { branch, .. } | Trigger::MergeGroup { branch, .. } => {
            branch.iter().collect()
        }
        Trigger::Push {
            branch, default, ..
        } => branch.iter().chain(default).collect(),
        Trigger::NewBranch { default } => vec![default],
        Trigger::Whole(_) => Vec::new(),
    }
}

/// Asserts that a name has nothing that git or a shell gives a meaning.
fn is_branch(name: &str) {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"~^:?*[\\".contains(c);
    let is_name = name.chars().all(is_plain) && !name.contains("..") && !name.contains("@{");
    let is_name = is_name && !name.starts_with(['-', '/']) && !name.is_empty();
    assert!(is_name, "`{name}` is no branch");
}

fn is_hash(text: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    matches!(text.len(), 40 | 64) && text.chars().all(is_digit)
}

fn is_push(document: Option<&Value>) -> bool {
    let at = |pointer: &str| document.and_then(|it| it.pointer(pointer));
    let is_text = |it: Option<&Value>| it.is_none_or(|it| it.is_string() || it.is_null());
    at("/ref").is_some_and(Value::is_string)
        && at("/repository").is_none_or(|it| it.is_object() || it.is_null())
        && is_text(at("/repository/default_branch"))
}

fn push(
    field: &dyn Fn(&str) -> Option<String>,
    before: Option<String>,
) -> Option<(&'static str, String)> {
    let (before, reference) = (before?, field("/ref")?);
    if before.chars().any(|c| c != '0') {
        return Some(("push", before));
    }
    let default = field("/repository/default_branch");
    // What git itself refuses is no branch to compare with, and much else may be refused.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_plain = |name: &String| (1..=255).contains(&name.len()) && name.chars().all(is_plain);
    let default = default.filter(is_plain);
    Some(match (reference.strip_prefix("refs/heads/"), default) {
        (Some(branch), Some(default)) if branch != default => ("new branch", default),
        _ => ("whole", String::new()),
    })
}
