//! What is declared to be a service, and folders that a first policy could declare.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::{Candidate, Catalog, Location, Tree};
use crate::policy::pattern_of_folder;
use crate::text::RepoPath;

/// How many patterns are kept: a longer list is no draft that anybody reads.
const MOST_ROOTS: usize = 40;

/// Services, declared or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServicesSeen {
    /// What descriptors declare, without interfaces and resources: the name, and where it is declared.
    pub declared: Vec<(String, Location)>,
    /// Folders below the root that look deployable and that nothing declares.
    pub undeclared: usize,
    /// Patterns for `[services] roots` that name them, sorted.
    pub roots: Vec<RootSeen>,
    /// How many further patterns are not kept.
    pub more_roots: usize,
    /// What says that the repository as a whole looks deployable, if that is all that does.
    pub whole: Option<Location>,
}

/// A pattern for `[services] roots`, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootSeen {
    /// The pattern, as policies write it.
    pub pattern: String,
    /// How many folders it names.
    pub folders: usize,
    /// What says of the first of them that it is deployable.
    pub evidence: Option<Location>,
}

impl ServicesSeen {
    pub(super) fn of(catalog: &Catalog, tree: &Tree) -> ServicesSeen {
        let declared = catalog.services.iter().filter(|it| it.has_folder());
        let declared = declared.map(|it| (it.name.clone(), it.location.clone()));
        let (whole, below): (Vec<&Candidate>, Vec<_>) = catalog
            .candidates
            .iter()
            .partition(|it| it.folder.is_root());
        let mut roots = roots(&below, tree);
        let more_roots = roots.len().saturating_sub(MOST_ROOTS);
        roots.truncate(MOST_ROOTS);
        ServicesSeen {
            declared: declared.collect(),
            undeclared: below.len(),
            roots,
            more_roots,
            whole: whole.first().and_then(|it| evidence(it)),
        }
    }
}

/// The place that says most: a line that runs it, rather than a file that builds it.
fn evidence(candidate: &Candidate) -> Option<Location> {
    let mut places = candidate.evidence.iter();
    let line = places.find(|it| it.excerpt.is_some());
    line.or(candidate.evidence.last()).cloned()
}

/// Patterns for folders: `parent/*` where it names candidates and nothing else.
fn roots(candidates: &[&Candidate], tree: &Tree) -> Vec<RootSeen> {
    let folders: BTreeSet<&RepoPath> = candidates.iter().map(|it| &it.folder).collect();
    // A pattern reaches below the folders that it names: what lies in one of them needs none.
    let is_inner = |folder: &RepoPath| {
        let folder = folder.as_bytes();
        memchr::memchr_iter(b'/', folder)
            .any(|slash| folders.contains(&RepoPath::from(&folder[..slash])))
    };
    let mut siblings: BTreeMap<RepoPath, Vec<&Candidate>> = BTreeMap::new();
    for candidate in candidates.iter().filter(|it| !is_inner(&it.folder)) {
        let parent = candidate.folder.parent();
        siblings.entry(parent).or_default().push(candidate);
    }
    let mut roots = Vec::new();
    for (parent, candidates) in siblings {
        let count = candidates.len();
        let is_all = count > 1 && !parent.is_root() && subfolders(&parent, tree) == count;
        let named = match is_all {
            true => vec![(pattern_of_folder(&parent) + "*", count, candidates[0])],
            false => {
                let each = candidates.into_iter();
                each.map(|it| (pattern_of_folder(&it.folder), 1, it))
                    .collect()
            }
        };
        for (pattern, folders, first) in named {
            roots.push(RootSeen {
                pattern: pattern.trim_end_matches('/').to_owned(),
                folders,
                evidence: evidence(first),
            });
        }
    }
    roots.sort_by(|a, b| a.pattern.cmp(&b.pattern));
    roots
}

/// How many folders lie in a folder.
fn subfolders(parent: &RepoPath, tree: &Tree) -> usize {
    let start = parent.as_bytes().len() + 1;
    let mut last: Option<&[u8]> = None;
    let mut count = 0;
    for file in tree.below(parent) {
        let rest = &tree.path(file)[start..];
        let name = memchr::memchr(b'/', rest).map(|slash| &rest[..slash]);
        if name.is_some() && name != last {
            count += 1;
            last = name;
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Span, Text};

    fn candidate(folder: &str, evidence: Vec<Location>) -> Candidate {
        Candidate {
            name: String::new(),
            folder: folder.into(),
            evidence,
        }
    }

    fn roots_of(files: &[&str], folders: &[&str]) -> Vec<(String, usize)> {
        let tree: Tree = files.iter().copied().collect();
        let candidates = folders.iter().map(|&folder| candidate(folder, Vec::new()));
        let candidates: Vec<_> = candidates.collect();
        let roots = roots(&candidates.iter().collect::<Vec<_>>(), &tree);
        let roots = roots.into_iter().map(|root| (root.pattern, root.folders));
        roots.collect()
    }

    #[test]
    fn a_parent_stands_for_its_folders_where_it_has_no_other() {
        let files = ["a/README", "a/x/1", "a/x/z/1", "a/y/1", "b/1", "c/1"];
        assert_eq!(
            roots_of(&files, &["a/x", "a/x/z", "a/y", "b"]),
            [("/a/*".to_owned(), 2), ("/b".to_owned(), 1)]
        );
        let files = ["a/lib/1", "a/x-1/1", "a/x/1", "a/y/1"];
        assert_eq!(
            roots_of(&files, &["a/x", "a/y"]),
            [("/a/x".to_owned(), 1), ("/a/y".to_owned(), 1)]
        );
        // The root has folders of all kinds.
        assert_eq!(roots_of(&["x/1", "y/1"], &["x", "y"]).len(), 2);
    }

    #[test]
    fn a_line_says_more_than_a_file() {
        let file = Location::file("Dockerfile".into(), "builds its image");
        let text = Text::new("compose.yaml".into(), b"build: .\n".to_vec());
        let line = Location {
            excerpt: Some(text.excerpt(Span::new(0, 5))),
            ..Location::file("compose.yaml".into(), "compose builds and runs it")
        };
        let mut candidate = candidate("", vec![file.clone(), line.clone()]);
        assert_eq!(evidence(&candidate), Some(line));
        candidate.evidence.pop();
        assert_eq!(evidence(&candidate), Some(file));
    }
}
