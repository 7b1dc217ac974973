//! Where the annotations of alerts lead, in the tree of their repository.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::links::{Links, Named};
use crate::facts::{Alert, FileEvidence};

/// An alert with what its annotations name, before anchors are looked at.
pub(super) struct Reference {
    /// The place of its file in the tree.
    pub(super) file: u32,
    /// The alert.
    pub(super) alert: Arc<Alert>,
    /// What each of its annotations names.
    pub(super) named: Vec<Named>,
}

/// How long what leads somewhere is at most, in bytes.
const MOST_BYTES: usize = 2000;

/// Extensions of documents: a relative path to one is no name that some program makes a URL of.
const EXTENSIONS: [&str; 8] = ["md", "markdown", "adoc", "rst", "txt", "html", "htm", "org"];

/// Follows the annotations of all alerts.
pub(super) fn references(files: &[(u32, Arc<FileEvidence>)], links: &Links<'_>) -> Vec<Reference> {
    let mut known = BTreeMap::new();
    let mut all = Vec::new();
    for (file, found) in files {
        for alert in &found.alerts {
            let values = alert
                .annotations
                .iter()
                .map(|annotation| &*annotation.value);
            let named = values.map(|value| {
                let follow = || named(links, *file as usize, value);
                // Rules of one file often share a runbook, and a search through all paths is dear.
                known.entry((*file, value)).or_insert_with(follow).clone()
            });
            all.push(Reference {
                file: *file,
                alert: Arc::clone(alert),
                named: named.collect(),
            });
        }
    }
    all
}

/// What an annotation of an alert in the file at place `from` names.
fn named(links: &Links<'_>, from: usize, value: &str) -> Named {
    let value = value.trim();
    // Jsonnet and Go templates with other brackets, beside those that no link is followed through.
    let is_template = ["%(", "[["].iter().any(|sign| value.contains(sign));
    if value.len() > MOST_BYTES || value.contains(char::is_whitespace) || is_template {
        return Named::Unjudged;
    }
    if value.contains("://") {
        return links.own_url(value);
    }
    if !is_path(value) {
        return Named::Unjudged;
    }
    // Nothing says whether a path counts from its file or from the root.
    let missing = match links.named(from, value) {
        missing @ Named::Missing(_) => missing,
        named => return named,
    };
    if value.starts_with("../") {
        return missing;
    }
    let from_root = format!("/{}", value.strip_prefix("./").unwrap_or(value));
    match links.named(from, &from_root) {
        Named::Missing(path) if links.ends(&path) => Named::Unjudged,
        Named::Missing(_) => missing,
        named => named,
    }
}

/// Whether a value is a relative path to a document. `disk-full` may be a name of which the receiver of the
/// alert makes a URL, and `/disk-full` a path on a host that it knows.
fn is_path(value: &str) -> bool {
    let path = value.split(['#', '?']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    let is_document = |extension: &str| {
        let known = EXTENSIONS.iter();
        known.clone().any(|it| it.eq_ignore_ascii_case(extension))
    };
    !value.starts_with('/')
        && (value.starts_with("./")
            || value.starts_with("../")
            || extension.is_some_and(is_document))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Tree;
    use crate::sources::repository::Forge;

    #[test]
    fn annotations_lead_to_files_or_are_not_judged() {
        let tree: Tree = ["alerts/a.yaml", "alerts/near.md", "docs/runbooks/disk.md"]
            .into_iter()
            .collect();
        let forge = Forge {
            host: "github.com".into(),
            path: "acme/shop".into(),
        };
        let links = Links::new(&tree, &[]).on(Some(forge));
        let anchored = |place, anchor: &str| Named::File(place, Some(anchor.into()));
        let missing = |path: &str| Named::Missing(path.into());
        for (value, expected) in [
            ("docs/runbooks/disk.md#x", anchored(2, "x")),
            ("near.md", Named::File(1, None)),
            ("./docs/runbooks/disk.md", Named::File(2, None)),
            ("runbooks/disk.md", Named::Unjudged),
            ("runbooks/full.md", missing("alerts/runbooks/full.md")),
            ("../docs/none", missing("docs/none")),
            ("../../other/x.md", Named::Unjudged),
            (
                "https://github.com/acme/shop/blob/main/docs/runbooks/disk.md#a%20b",
                anchored(2, "a b"),
            ),
            (
                "https://github.com/acme/shop/tree/main/docs/",
                Named::Folder,
            ),
            (
                "https://github.com/acme/shop/blob/main/docs/none.md",
                missing("docs/none.md"),
            ),
            (
                "https://github.com/acme/shop/blob/v1/docs/none.md",
                Named::Unjudged,
            ),
            (
                "https://github.com/acme/shop/blob/main/{{ $labels.job }}.md",
                Named::Unjudged,
            ),
            (
                "https://github.com/acme/shop/blob/main/%(runbook)s.md",
                Named::Unjudged,
            ),
            ("https://wiki.acme.com/none.md", Named::Unjudged),
            ("{{ $externalURL }}/none.md", Named::Unjudged),
            ("%(runbookURLPattern)s", Named::Unjudged),
            ("disk-full", Named::Unjudged),
            ("/runbooks/none.md", Named::Unjudged),
            ("see none.md", Named::Unjudged),
            ("", Named::Unjudged),
        ] {
            assert_eq!(named(&links, 0, value), expected, "{value}");
        }
    }
}
