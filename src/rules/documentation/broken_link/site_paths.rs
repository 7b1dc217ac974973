//! One violation for all links that are paths of a site.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::facts::{DocumentInTree, Link, LinkTarget, Location, Place};
use crate::policy::Level;
use crate::rules::{InFile, View, Violation};
use crate::text::{RepoPath, count, list, number};

/// How many of the names that they start with are given.
const MOST: usize = 3;

/// What is to be said of the site paths of all documents; `first` in `document` is the first of them.
pub(super) fn violation(
    document: &InFile<'_, DocumentInTree>,
    first: &Link,
    view: &View<'_>,
) -> Violation {
    let (mut links, mut documents) = (0, 0);
    // By the name that they start with: how many.
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    let mut places: Vec<Location> = Vec::new();
    for (file, found) in &view.repository.evidence.documents {
        let before = links;
        let path = RepoPath::from(view.repository.tree.path(*file as usize));
        for (link, target) in found.links() {
            if !matches!(target, LinkTarget::SitePath { .. }) {
                continue;
            }
            links += 1;
            *names.entry(name(&link.target)).or_default() += 1;
            places.push(Location {
                place: Place::File(path.clone()),
                excerpt: Some(link.excerpt.clone()),
                label: LABEL.into(),
            });
        }
        documents += usize::from(links > before);
    }
    let mut names: Vec<(&str, usize)> = names.into_iter().collect();
    names.sort_by_key(|&(_, links)| Reverse(links));
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let shown = names
        .iter()
        .map(|(name, links)| format!("`/{name}` ({})", number(*links)));
    let shown: Vec<String> = shown.collect();
    let message = format!(
        "{} in {} are site paths such as `{}`, which lead nowhere on the forge",
        count(links, "link"),
        count(documents, "document"),
        first.target
    );
    Violation::new(document.location(&first.excerpt, LABEL), message)
        .places(places)
        .at_most(Level::Note)
        .help(format!(
            "write whole URLs if a site serves them, as the repository has nothing named {}",
            list(&shown, more)
        ))
        .key("site paths")
        // It is about all documents, and must stay apart from the links of its own.
        .cause("links are site paths")
}

const LABEL: &str = "a site path";

/// The name that a path starts with.
fn name(target: &str) -> &str {
    let path = target.trim_start().trim_start_matches('/');
    path.split(['/', '?', '#']).next().unwrap_or_default()
}
