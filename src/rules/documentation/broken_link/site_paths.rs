//! One violation for all links that are paths of a site.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::facts::{DocumentInTree, Link, LinkTarget, Location};
use crate::policy::Level;
use crate::rules::{InFile, View, Violation};
use crate::text::{count, list, number};

/// How many of the names that they start with are given.
const MOST: usize = 3;

/// What is to be said of the site paths of all documents; `first` in `document` is the first of them.
pub(super) fn violation(
    document: &InFile<'_, DocumentInTree>,
    first: &Link,
    view: &View<'_>,
) -> Violation {
    let (mut links, mut documents) = (0, 0);
    // By the name that they start with: how many, and the first of them.
    let mut names: BTreeMap<&str, (usize, Location)> = BTreeMap::new();
    for (file, found) in &view.repository.evidence.documents {
        let before = links;
        let path = view.repository.tree.path(*file as usize);
        for (link, target) in found.links() {
            if !matches!(target, LinkTarget::SitePath { .. }) {
                continue;
            }
            links += 1;
            let name = name(&link.target);
            let location = || {
                let fact = InFile {
                    file: *file as usize,
                    path,
                    fact: found,
                };
                fact.location(&link.excerpt, LABEL)
            };
            names.entry(name).or_insert_with(|| (0, location())).0 += 1;
        }
        documents += usize::from(links > before);
    }
    let own = name(&first.target);
    let mut names: Vec<(&str, (usize, Location))> = names.into_iter().collect();
    names.sort_by_key(|&(_, (links, _))| Reverse(links));
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let shown = names
        .iter()
        .map(|(name, (links, _))| format!("`/{name}` ({})", number(*links)));
    let shown: Vec<String> = shown.collect();
    let others = names.into_iter().filter(|&(name, _)| name != own);
    let message = format!(
        "{} in {} are site paths such as `{}`, which lead nowhere on the forge",
        count(links, "link"),
        count(documents, "document"),
        first.target
    );
    Violation {
        related: others.map(|(_, (_, location))| location).collect(),
        ..Violation::new(document.location(&first.excerpt, LABEL), message)
    }
    .at_most(Level::Note)
    .help(format!(
        "write whole URLs if a site serves them, as the repository has nothing named {}",
        list(&shown, more)
    ))
    .key("site paths")
    // It speaks of all documents, and is not to vanish among the links of its own.
    .roll_up("links are site paths")
}

const LABEL: &str = "a site path";

/// The name that a path starts with.
fn name(target: &str) -> &str {
    let path = target.trim_start().trim_start_matches('/');
    path.split(['/', '?', '#']).next().unwrap_or_default()
}
