//! What to do at 3 a.m. is written down, and true.

pub(super) mod alert_without_runbook;
pub(super) mod broken_link;
pub(super) mod incomplete;
pub(super) mod missing;
pub(super) mod orphan_runbook;
pub(super) mod stale;

/// The name of a file without its folder and its extension.
fn stem(path: &[u8]) -> &[u8] {
    let name = path.rsplit(|&byte| byte == b'/').next().unwrap_or(path);
    name.split(|&byte| byte == b'.').next().unwrap_or(name)
}

/// Names of documents that stand among runbooks and are none.
const NO_RUNBOOKS: [&str; 7] = [
    "readme",
    "index",
    "_index",
    "template",
    "_template",
    "runbook-template",
    "contributing",
];

/// Whether a document among runbooks is one, by its name.
fn is_runbook(path: &[u8]) -> bool {
    let stem = stem(path);
    !NO_RUNBOOKS
        .iter()
        .any(|other| stem.eq_ignore_ascii_case(other.as_bytes()))
}
