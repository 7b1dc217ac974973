//! Links that a site serves which publishes the documents: `/account/settings`, of which the repository has
//! nothing.

use std::collections::BTreeMap;

use super::links::Named;
use crate::facts::Tree;

/// A site is told by so many links that start alike ...
const LINKS: usize = 10;
/// ... in so many documents.
const DOCUMENTS: usize = 3;

/// The first segment of a link that may be a site's path: it starts with `/`, has no extension, and the
/// root of the repository has nothing of that name.
pub(super) fn segment<'n>(named: &'n Named, target: &str, tree: &Tree) -> Option<&'n [u8]> {
    let Named::Missing(path) = named else {
        return None;
    };
    let mut segments = path.as_bytes().split(|&byte| byte == b'/');
    let first = segments.next()?;
    let last = segments.next_back().unwrap_or(first);
    let is_page = target.trim_start().starts_with('/') && !last.contains(&b'.');
    let is_unknown = || tree.find(first).is_none() && tree.below(&first.into()).is_empty();
    (is_page && is_unknown()).then_some(first)
}

/// Whether the links of these documents speak of a site.
pub(super) fn are_many<'n>(
    documents: impl Iterator<Item = &'n [(Named, &'n str)]>,
    tree: &Tree,
) -> bool {
    // By segment: links, documents, and the last document that was counted.
    let mut counts: BTreeMap<&[u8], (usize, usize, usize)> = BTreeMap::new();
    for (place, links) in documents.enumerate() {
        for (named, target) in links {
            let Some(segment) = segment(named, target, tree) else {
                continue;
            };
            let count = counts.entry(segment).or_default();
            count.0 += 1;
            if count.1 == 0 || count.2 != place {
                count.1 += 1;
                count.2 = place;
            }
        }
    }
    counts
        .values()
        .any(|&(links, documents, _)| links >= LINKS && documents >= DOCUMENTS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> Tree {
        ["README.md", "logs/a", "x/account/a"].into_iter().collect()
    }

    fn missing(target: &str) -> (Named, &str) {
        let path = target.trim_start_matches('/');
        (Named::Missing(path.into()), target)
    }

    #[test]
    fn a_path_of_a_site_has_nothing_in_the_repository() {
        let (tree, none) = (tree(), None);
        for (target, expected) in [
            ("/account/settings", Some(&b"account"[..])),
            ("/account", Some(b"account")),
            ("account/settings", none),
            ("/account/logo.png", none),
            ("/logs/b", none),
            ("/README.md/b", none),
        ] {
            let (named, target) = missing(target);
            assert_eq!(segment(&named, target, &tree), expected, "{target}");
        }
        assert_eq!(segment(&Named::Folder, "/account", &tree), none);
    }

    #[test]
    fn a_site_is_told_by_links_of_several_documents() {
        let tree = tree();
        let documents = |counts: &[usize], target: &'static str| {
            let links = counts
                .iter()
                .map(|&count| (0..count).map(|_| missing(target)).collect());
            let links: Vec<Vec<_>> = links.collect();
            are_many(links.iter().map(Vec::as_slice), &tree)
        };
        assert!(documents(&[4, 0, 5, 1], "/account/a"));
        assert!(!documents(&[4, 0, 4, 1], "/account/a"));
        assert!(!documents(&[5, 5], "/account/a"));
        assert!(!documents(&[4, 5, 1], "/logs/a"));
        assert!(!documents(&[], ""));
    }
}
