//! URLs that say where the source of something is: in which repository, and where in it.

use crate::facts::Tree;
use crate::text::RepoPath;

/// The most segments of a path that is looked for in a tree.
const MOST_SEGMENTS: usize = 64;

/// A URL of a repository, or of something in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SourceUrl<'u> {
    /// The name of the repository.
    pub(super) repository: &'u str,
    /// The branch, and behind it the path; empty for the repository itself. Where the one ends and the
    /// other starts, only the tree tells.
    below: Vec<&'u str>,
}

impl<'u> SourceUrl<'u> {
    /// The URL of a location such as `url:https://…`.
    pub(super) fn of_location(location: &'u str) -> Option<Self> {
        SourceUrl::parse(location.trim().strip_prefix("url:")?)
    }

    /// Reads `https://host/organization/repository`, with `/tree/branch/path`, `/blob/branch/path` or
    /// `/src/branch/path` behind it, or with `/-/` before that.
    pub(super) fn parse(url: &'u str) -> Option<Self> {
        let (scheme, rest) = url.trim().split_once("://")?;
        if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
            return None;
        }
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        let mut segments = path.split('/').filter(|segment| !segment.is_empty());
        segments.next()?;
        let segments: Vec<&str> = segments.take(MOST_SEGMENTS + 1).collect();
        if segments.len() > MOST_SEGMENTS {
            return None;
        }
        let is_view = |segment: &&str| matches!(*segment, "tree" | "blob" | "src");
        // Groups of GitLab are nested, and `-` ends their path.
        let dash = segments.iter().position(|&segment| segment == "-");
        let (repository, below) = match (dash, &segments[..]) {
            (Some(dash), _) if segments.get(dash + 1).is_some_and(is_view) => {
                (*segments[..dash].last()?, segments[dash + 2..].to_vec())
            }
            (None, [_, repository]) => (*repository, Vec::new()),
            (None, [_, repository, view, below @ ..]) if is_view(view) => {
                (*repository, below.to_vec())
            }
            _ => return None,
        };
        let repository = repository.strip_suffix(".git").unwrap_or(repository);
        Some(SourceUrl { repository, below })
    }

    /// The folder in this tree, or that of the file; none if the tree has neither.
    pub(super) fn folder(&self, tree: &Tree) -> Option<RepoPath> {
        if self.below.len() < 2 {
            return Some(RepoPath::default());
        }
        self.paths().find_map(|path| {
            if tree.find(path.as_bytes()).is_some() {
                return Some(path.parent());
            }
            (!tree.below(&path).is_empty()).then_some(path)
        })
    }

    /// The file in this tree; none if the tree has none.
    pub(super) fn file(&self, tree: &Tree) -> Option<RepoPath> {
        let mut paths = self.paths();
        paths.find(|path| tree.find(path.as_bytes()).is_some())
    }

    /// The folder in a tree that is not known, with a branch of one segment, which most are.
    pub(super) fn likely_folder(&self) -> RepoPath {
        self.paths().next().unwrap_or_default()
    }

    /// All that the path can be, the shortest branch first.
    fn paths(&self) -> impl Iterator<Item = RepoPath> + '_ {
        let starts = 1..self.below.len();
        starts.map(|start| RepoPath::new(self.below[start..].join("/")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Option<(String, String)> {
        let url = SourceUrl::parse(url)?;
        Some((url.repository.to_owned(), url.below.join("/")))
    }

    #[test]
    fn urls_of_the_forges_name_a_repository_and_a_place_in_it() {
        let some = |repository: &str, below: &str| Some((repository.into(), below.into()));
        for (url, expected) in [
            ("https://github.com/acme/shop", some("shop", "")),
            ("https://github.com/acme/shop/", some("shop", "")),
            ("https://github.com/acme/shop.git", some("shop", "")),
            (
                "https://github.com/acme/shop/tree/main",
                some("shop", "main"),
            ),
            (
                "https://git.acme.example/a/s/blob/main/x/y.go#L3",
                some("s", "main/x/y.go"),
            ),
            (
                "https://bitbucket.org/acme/shop/src/main/x/",
                some("shop", "main/x"),
            ),
            (
                "https://gitlab.com/a/b/shop/-/tree/main/x?ref=1",
                some("shop", "main/x"),
            ),
            ("https://gitlab.com/a/b/shop", None),
            ("https://github.com/acme/shop/issues/1", None),
            ("https://github.com/acme", None),
            ("https://github.com", None),
            ("ssh://git@github.com/acme/shop", None),
            ("acme/shop", None),
            ("https://h/-/tree/x", None),
            ("", None),
        ] {
            assert_eq!(parse(url), expected, "{url}");
        }
        assert_eq!(
            parse(&format!("https://h/o/r/tree/{}", "a/".repeat(1_000_000))),
            None
        );
    }

    #[test]
    fn the_tree_tells_where_the_branch_ends() {
        let tree: Tree = ["a/b/x.go", "b/y.go", "z.go"].into_iter().collect();
        let folder = |below: &str| {
            let url = format!("https://h/o/r/tree/{below}");
            let folder = SourceUrl::parse(&url).unwrap().folder(&tree);
            folder.map(|path| path.to_string_lossy().into_owned())
        };
        for (below, expected) in [
            ("main", Some("")),
            ("main/a", Some("a")),
            ("main/a/b/", Some("a/b")),
            ("release/1.0/a/b", Some("a/b")),
            ("main/a/b/x.go", Some("a/b")),
            ("main/z.go", Some("")),
            ("main/gone", None),
        ] {
            assert_eq!(folder(below).as_deref(), expected, "{below}");
        }
    }
}
