//! What looks across files: where the links of documents lead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::links::{Links, Named};
use super::runbook_links::Reference;
use super::site_paths;
use super::sites::Sites;
use crate::facts::{AlertInTree, DocumentInTree, FileEvidence, Gap, GapKind, LinkTarget};
use crate::facts::{Role, Tree, UnreadAlerts};
use crate::policy::{PathPatterns, Reading};
use crate::text::RepoPath;

/// Names of documents that people look for, in lower case and without extension.
const OVERVIEWS: [&[u8]; 3] = [b"readme", b"contributing", b"security"];

/// What the names of documents for newcomers start with, in lower case.
const NEWCOMERS: [&[u8]; 5] = [
    b"onboarding",
    b"getting-started",
    b"getting_started",
    b"development",
    b"developing",
];

/// What the document at this path is there for; none if nobody asks for it.
pub(super) fn role(path: &[u8], runbooks: &PathPatterns, named: &PathPatterns) -> Option<Role> {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    let mut name = path[start..].rsplitn(2, |&byte| byte == b'.');
    let extension = name.next().unwrap_or_default();
    let is_markdown =
        extension.eq_ignore_ascii_case(b"md") || extension.eq_ignore_ascii_case(b"markdown");
    let stem = name.next()?;
    if !is_markdown {
        return None;
    }
    if OVERVIEWS.iter().any(|name| stem.eq_ignore_ascii_case(name)) {
        Some(Role::Overview)
    } else if runbooks.matches(path) {
        Some(Role::Runbook)
    } else if named.matches(path) {
        Some(Role::Named)
    } else {
        let stem = stem.to_ascii_lowercase();
        let is_for_newcomers = NEWCOMERS.iter().any(|start| stem.starts_with(start));
        is_for_newcomers.then_some(Role::Onboarding)
    }
}

/// The files that links and alerts name a place in, and that were not read yet as documents.
pub(super) fn named_places(
    tree: &Tree,
    files: &[(u32, Arc<FileEvidence>)],
    references: &[Reference],
    links: &Links<'_>,
) -> Vec<u32> {
    let mut named = BTreeSet::new();
    let mut add = |target: &Named| {
        if let Named::File(file, Some(_)) = target
            && is_markdown(tree.path(*file))
            && let Ok(file) = u32::try_from(*file)
        {
            named.insert(file);
        }
    };
    for (from, found) in files {
        for link in found.document.iter().flat_map(|document| &document.links) {
            add(&links.named(*from as usize, &link.target));
        }
    }
    references
        .iter()
        .flat_map(|reference| &reference.named)
        .for_each(add);
    for (read, found) in files {
        if found.document.is_some() {
            named.remove(read);
        }
    }
    named.into_iter().collect()
}

fn is_markdown(path: &[u8]) -> bool {
    path.ends_with(b".md") || path.ends_with(b".markdown")
}

/// The anchors of documents, by their places in the tree.
pub(super) type AnchorsOf<'f> = BTreeMap<usize, &'f BTreeSet<String>>;

/// The anchors of all documents that were read: `targets` are those that were only read because something
/// names a place in them.
pub(super) fn anchors<'f>(
    files: &'f [(u32, Arc<FileEvidence>)],
    targets: &'f [(u32, Arc<FileEvidence>)],
) -> AnchorsOf<'f> {
    let all = files.iter().chain(targets);
    let documents = all.filter_map(|(file, found)| Some((*file, found.document.as_ref()?)));
    documents
        .map(|(file, document)| (file as usize, &document.anchors))
        .collect()
}

/// The alerts with where their annotations lead.
pub(super) fn alerts(
    references: Vec<Reference>,
    anchors: &AnchorsOf<'_>,
    links: &Links<'_>,
) -> Vec<(u32, AlertInTree)> {
    let alert = |reference: Reference| {
        let follow = |named| links.target(named, |file| anchors.get(&file).copied());
        let in_tree = AlertInTree {
            alert: reference.alert,
            targets: reference.named.into_iter().map(follow).collect(),
        };
        (reference.file, in_tree)
    };
    references.into_iter().map(alert).collect()
}

/// Why alerts are not known: a gap for each kind of reason, and how many files it stands for.
pub(super) fn unread_alerts(tree: &Tree, files: &[(u32, Arc<FileEvidence>)]) -> Vec<(Gap, usize)> {
    let mut first: BTreeMap<u8, (Gap, usize)> = BTreeMap::new();
    for (file, found) in files {
        let Some(unread) = &found.unread_alerts else {
            continue;
        };
        let path = RepoPath::from(tree.path(*file as usize));
        let (kind, reason) = match unread {
            UnreadAlerts::Template => (
                0,
                format!(
                    "templates such as `{}` are not evaluated",
                    path.to_string_lossy()
                ),
            ),
            UnreadAlerts::Invalid(line, message) => (
                1,
                format!(
                    "`{}` is not valid YAML in line {line}: {message}",
                    path.to_string_lossy()
                ),
            ),
            UnreadAlerts::TooMany(kept) => (
                2,
                format!(
                    "`{}` has more than {} alerts",
                    path.to_string_lossy(),
                    crate::text::number(*kept)
                ),
            ),
        };
        let new = || (Gap::new(GapKind::Unverifiable, reason).at(path), 0);
        first.entry(kind).or_insert_with(new).1 += 1;
    }
    first.into_values().collect()
}

/// The documents with their roles, and where their links lead. `is_whole` is false if some documents are unavailable.
pub(super) fn documents(
    tree: &Tree,
    files: &[(u32, Arc<FileEvidence>)],
    anchors: &AnchorsOf<'_>,
    links: &Links<'_>,
    (reading, is_whole): (&Reading, bool),
) -> Vec<(u32, DocumentInTree)> {
    let sites = Sites::of(tree);
    let documents = files.iter().filter_map(|(file, found)| {
        let document = found.document.as_ref()?;
        let path = tree.path(*file as usize);
        let in_tree = DocumentInTree {
            role: role(path, &reading.runbooks, &reading.links).unwrap_or(Role::Target),
            in_site: sites.have(&RepoPath::from(path)),
            content: Arc::clone(found),
            targets: Vec::new(),
        };
        let named = document.links.iter().map(|link| {
            let named = links.named(*file as usize, &link.target);
            (named, link.target.as_str())
        });
        Some((*file, in_tree, named.collect::<Vec<_>>()))
    });
    let documents: Vec<_> = documents.collect();
    let judged = documents
        .iter()
        .filter(|(_, document, _)| document.role != Role::Target && !document.in_site);
    // Those that are unavailable may be of a site too.
    let is_site = !is_whole || site_paths::are_many(judged.map(|(_, _, named)| &named[..]), tree);
    let mut is_first = true;
    let followed = documents.into_iter().map(|(file, mut document, named)| {
        let follow = |(named, target): (Named, &str)| {
            let is_judged = document.role != Role::Target && !document.in_site;
            if is_site && is_judged && site_paths::segment(&named, target, tree).is_some() {
                return LinkTarget::SitePath {
                    is_first: std::mem::take(&mut is_first),
                };
            }
            links.target(named, |file| anchors.get(&file).copied())
        };
        document.targets = named.into_iter().map(follow).collect();
        (file, document)
    });
    followed.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_follow_names_then_folders() {
        let reading = Reading::default();
        let role = |path: &str| role(path.as_bytes(), &reading.runbooks, &reading.links);
        assert_eq!(role("README.md"), Some(Role::Overview));
        assert_eq!(role("a/Contributing.markdown"), Some(Role::Overview));
        assert_eq!(role("ops/runbooks/disk.md"), Some(Role::Runbook));
        assert_eq!(role("runbooks/README.md"), Some(Role::Overview));
        assert_eq!(role("docs/guide.md"), None);
        assert_eq!(role("README.rst"), None);
    }
}
