//! Where the links of a document lead, in its tree and as the forge follows them.

use std::cell::Cell;
use std::collections::BTreeSet;

use crate::facts::{FileKind, Gap, GapKind, LinkTarget, Tree};
use crate::text::{RepoPath, did_you_mean};

use super::anchors::{UNKNOWN, canonical};
use super::forge;
use super::labels::Labels;
use crate::sources::repository::Forge;

/// Follows links through a tree.
pub(super) struct Links<'t> {
    tree: &'t Tree,
    /// Folders and files of which the tree does not tell what they hold.
    unknown: Vec<RepoPath>,
    /// Where the forge shows the tree, if that is known.
    forge: Option<Forge>,
    labels: Labels,
    /// How many more times something may be looked for that was probably meant: each looks through all
    /// paths.
    searches: Cell<usize>,
    /// With how many more anchors one may be compared that its document lacks.
    comparisons: Cell<usize>,
}

/// What a link names, before its anchor is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A file of the tree, and a place in it.
    File(usize, Option<String>),
    /// A folder of the tree.
    Folder,
    /// Nothing that the tree has.
    Missing(RepoPath),
    /// Something of which the tree does not tell.
    Unjudged,
}

/// How often a path is looked for that was probably meant.
const MOST_SEARCHES: usize = 50;

/// With how many anchors those are compared that their documents lack: some tens of thousands of faults
/// in documents as people write them.
const MOST_COMPARISONS: usize = 1_000_000;

impl<'t> Links<'t> {
    /// Through this tree, of which the gaps say what is not known.
    pub(super) fn new(tree: &'t Tree, gaps: &[Gap]) -> Self {
        let unknown = gaps.iter().filter(|gap| {
            matches!(
                gap.kind,
                GapKind::NestedRoot | GapKind::MissingObject | GapKind::Unreadable
            )
        });
        let unlisted = tree.unlisted().iter().map(|(folder, _)| folder.clone());
        let unknown = unknown.filter_map(|gap| gap.path.clone());
        Links {
            tree,
            forge: None,
            labels: Labels::of(tree),
            unknown: unknown.chain(unlisted).collect(),
            searches: Cell::new(MOST_SEARCHES),
            comparisons: Cell::new(MOST_COMPARISONS),
        }
    }

    /// The same, where the forge shows the tree at this place.
    pub(super) fn on(self, forge: Option<Forge>) -> Self {
        Links { forge, ..self }
    }

    /// What a URL names, if it is one of this repository on its forge, on a branch that stands for the tree.
    pub(super) fn own_url(&self, url: &str) -> Named {
        let forge = self.forge.as_ref();
        match forge.and_then(|forge| forge::path_of(url, forge)) {
            Some(target) if !is_template(target) => {
                let (path, anchor) = parts(target);
                let path = RepoPath::default().follow(&decode(path));
                path.map_or(Named::Unjudged, |path| self.at(&path, anchor))
            }
            _ => Named::Unjudged,
        }
    }

    /// What the link `target` in the file at place `from` names.
    pub(super) fn named(&self, from: usize, target: &str) -> Named {
        let target = target.trim();
        if target.is_empty() || !is_relative(target) || is_template(target) {
            return Named::Unjudged;
        }
        let (path, anchor) = parts(target);
        if path.is_empty() {
            return Named::File(from, anchor);
        }
        let document = RepoPath::from(self.tree.path(from));
        let path_in_tree = document.parent().follow(&decode(path));
        let named = path_in_tree.map(|path| self.at(&path, anchor));
        match named {
            Some(Named::Missing(_)) if self.labels.may_have(&document, path) => Named::Unjudged,
            Some(named) => named,
            None => Named::Unjudged,
        }
    }

    /// What stands at this path.
    pub(super) fn at(&self, path: &RepoPath, anchor: Option<String>) -> Named {
        if path.is_root() {
            return Named::Folder;
        }
        if let Some(file) = self.tree.find(path.as_bytes()) {
            return match self.tree.kind(file) {
                FileKind::File => Named::File(file, anchor),
                FileKind::SymbolicLink | FileKind::Submodule => Named::Folder,
            };
        }
        if !self.tree.below(path).is_empty() {
            return Named::Folder;
        }
        let is_unknown = self.unknown.iter().any(|known| path.is_within(known));
        if is_unknown || self.leads_away(path) {
            return Named::Unjudged;
        }
        Named::Missing(path.clone())
    }

    /// Whether a folder on the way is a symbolic link or a submodule, or there are too many to tell.
    fn leads_away(&self, path: &RepoPath) -> bool {
        /// A path in a document may have a million folders; those that people make have some ten.
        const DEEPEST: usize = 100;
        let path = path.as_bytes();
        let mut folders = memchr::memchr_iter(b'/', path).map(|slash| &path[..slash]);
        let is_away = |folder| {
            let found = self.tree.find(folder);
            found.is_some_and(|found| self.tree.kind(found) != FileKind::File)
        };
        folders.by_ref().take(DEEPEST).any(is_away) || folders.next().is_some()
    }

    /// Where a link leads. `anchors` gives those of the document at a place of the tree, if it was read.
    pub(super) fn target<'a>(
        &self,
        named: Named,
        anchors: impl FnOnce(usize) -> Option<&'a BTreeSet<String>>,
    ) -> LinkTarget {
        match named {
            Named::Unjudged => LinkTarget::Unjudged,
            Named::Folder | Named::File(_, None) => LinkTarget::Found,
            Named::File(file, Some(anchor)) => match anchors(file) {
                Some(anchors) => self.in_document(anchors, anchor),
                None => LinkTarget::Unjudged,
            },
            Named::Missing(path) => {
                let nearest = self.nearest(&path);
                LinkTarget::Missing { path, nearest }
            }
        }
    }

    /// Whether a path of the tree ends with this one, so that it may count from a folder that only others
    /// know. Yes, where too much was looked for already.
    pub(super) fn ends(&self, path: &RepoPath) -> bool {
        let Some(searches) = self.searches.get().checked_sub(1) else {
            return true;
        };
        self.searches.set(searches);
        let ends = |other: &[u8]| {
            let folder = other.strip_suffix(path.as_bytes());
            folder.is_some_and(|folder| folder.is_empty() || folder.ends_with(b"/"))
        };
        self.tree.paths().any(ends)
    }

    /// The file that was probably meant: the path in another case or with an extension, else the one file
    /// of that name.
    fn nearest(&self, path: &RepoPath) -> Option<RepoPath> {
        self.searches.set(self.searches.get().checked_sub(1)?);
        let bytes = path.as_bytes();
        let name = |path: &[u8]| path.iter().rposition(|&b| b == b'/').map_or(0, |at| at + 1);
        let meant = &bytes[name(bytes)..];
        let alike = |other: &&[u8]| {
            other.eq_ignore_ascii_case(bytes)
                || other.strip_prefix(bytes).is_some_and(|rest| rest == b".md")
        };
        let mut paths = self.tree.paths();
        if let Some(found) = paths.clone().find(alike) {
            return Some(found.into());
        }
        let mut same = paths.by_ref().filter(|path| &path[name(path)..] == meant);
        let first = same.next()?;
        same.next().is_none().then(|| first.into())
    }

    /// Where a link leads that names a place in a document with these anchors.
    fn in_document(&self, anchors: &BTreeSet<String>, anchor: String) -> LinkTarget {
        let meant = canonical(&anchor);
        let is_known = anchors.contains(&meant) || anchors.contains(UNKNOWN);
        // `#top` and an empty anchor are the top of any page; text fragments are the browser's.
        let is_page = meant.is_empty()
            || meant == "top"
            || meant == "readme"
            || is_footnote(&meant)
            || anchor.starts_with(":~:");
        if is_known || is_page || are_lines(&meant) {
            return LinkTarget::Found;
        }
        let left = self.comparisons.get().checked_sub(anchors.len());
        self.comparisons.set(left.unwrap_or(0));
        let nearest = left.and_then(|_| did_you_mean(&meant, anchors.iter().map(String::as_str)));
        LinkTarget::MissingAnchor {
            anchor,
            nearest: nearest.map(str::to_owned),
        }
    }
}

/// The path of a link, and its anchor, decoded, if it has one.
fn parts(target: &str) -> (&str, Option<String>) {
    let (path, anchor) = match target.split_once('#') {
        Some((path, anchor)) => (path, Some(decode(anchor)).filter(|it| !it.is_empty())),
        None => (target, None),
    };
    let anchor = anchor.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    (path.split('?').next().unwrap_or_default(), anchor)
}

/// Whether an anchor is one that a forge gives footnotes and what refers to them: `fn1`, `fn-note`,
/// `fnref:1`.
fn is_footnote(anchor: &str) -> bool {
    let behind = anchor.strip_prefix("fn");
    let behind = behind.map(|behind| behind.strip_prefix("ref").unwrap_or(behind));
    behind.is_some_and(|behind| {
        behind.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | ':' | '_'))
    })
}

/// Whether an anchor names lines of the source, as the forge does: `l12`, `l1-l3`, `l1c2-l3c4`.
fn are_lines(anchor: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_place = |text: &str| match text.split_once('c') {
        Some((line, column)) => digits(line) && digits(column),
        None => digits(text),
    };
    let Some(places) = anchor.strip_prefix('l') else {
        return false;
    };
    match places.split_once('-') {
        Some((from, to)) => is_place(from) && is_place(to.strip_prefix('l').unwrap_or(to)),
        None => is_place(places),
    }
}

/// Whether a link has neither scheme nor host.
fn is_relative(target: &str) -> bool {
    let scheme = target.split(':').next().unwrap_or_default();
    let has_scheme = scheme.len() < target.len()
        && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    !has_scheme && !target.starts_with("//") && !target.contains('\\')
}

/// Whether a link is written for a program that fills it in.
fn is_template(target: &str) -> bool {
    ["{{", "{%", "${", "$(", "<", ">", "%7B%7B", "@site", "%{"]
        .iter()
        .any(|sign| target.contains(sign))
        || target.starts_with(['{', '$', '~', '@'])
}

/// Percent-encoding undone; what is no such encoding stays as it is.
fn decode(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let digit = |at: usize| {
        let digit = bytes
            .get(at)
            .and_then(|&byte| char::from(byte).to_digit(16))?;
        u8::try_from(digit).ok()
    };
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high * 16 + low);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(from: &str, target: &str) -> Named {
        let tree: Tree = ["README.md", "docs/a b.md", "docs/guide.md", "src/lib.rs"]
            .into_iter()
            .collect();
        let from = tree.find(from.as_bytes()).unwrap();
        Links::new(
            &tree,
            &[Gap::new(GapKind::NestedRoot, "").at("nested".into())],
        )
        .named(from, target)
    }

    #[test]
    fn links_are_followed_as_the_forge_does() {
        let file = |place| Named::File(place, None);
        for (from, target, expected) in [
            ("README.md", "docs/guide.md", file(2)),
            ("README.md", "./docs//guide.md?raw=true", file(2)),
            ("README.md", "/docs/guide.md", file(2)),
            ("docs/guide.md", "../README.md", file(0)),
            ("docs/guide.md", "/README.md", file(0)),
            ("README.md", "docs/a%20b.md", file(1)),
            ("README.md", "docs", Named::Folder),
            ("README.md", "docs/", Named::Folder),
            ("README.md", ".", Named::Folder),
            (
                "README.md",
                "docs/guide.md#x",
                Named::File(2, Some("x".into())),
            ),
            ("README.md", "#x", Named::File(0, Some("x".into()))),
            ("README.md", "#", file(0)),
            (
                "README.md",
                "docs/Guide.md",
                Named::Missing("docs/Guide.md".into()),
            ),
            ("README.md", "guide.md", Named::Missing("guide.md".into())),
            ("README.md", "nested/x.md", Named::Unjudged),
        ] {
            assert_eq!(named(from, target), expected, "{from} → {target}");
        }
    }

    #[test]
    fn what_the_tree_cannot_tell_is_not_judged() {
        for target in [
            "",
            "https://example.com",
            "mailto:a@b.c",
            "//example.com/x",
            "../../issues",
            "../x",
            "{{ site.url }}/x",
            "${base}/x",
            "<path>",
            "tel:1",
            "a\\b",
        ] {
            assert_eq!(named("README.md", target), Named::Unjudged, "{target}");
        }
    }

    #[test]
    fn bare_words_are_labels_where_sphinx_makes_a_site() {
        let tree: Tree = ["README.md", "docs/a.md", "docs/conf.py"]
            .into_iter()
            .collect();
        let links = Links::new(&tree, &[]);
        assert_eq!(links.named(1, "type-system"), Named::Unjudged);
        let missing = |path: &str| Named::Missing(path.into());
        assert_eq!(links.named(1, "guide.md"), missing("docs/guide.md"));
        assert_eq!(links.named(1, "x/y"), missing("docs/x/y"));
        assert_eq!(links.named(0, "type-system"), missing("type-system"));
    }

    #[test]
    fn what_was_meant_is_suggested() {
        let tree: Tree = ["README.md", "docs/guide.md"].into_iter().collect();
        let links = Links::new(&tree, &[]);
        let nearest = |path: &str| match links.target(Named::Missing(path.into()), |_| None) {
            LinkTarget::Missing { nearest, .. } => {
                nearest.map(|it| it.to_string_lossy().into_owned())
            }
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest("docs/Guide.md").as_deref(), Some("docs/guide.md"));
        assert_eq!(nearest("docs/guide").as_deref(), Some("docs/guide.md"));
        assert_eq!(nearest("guide.md").as_deref(), Some("docs/guide.md"));
        assert_eq!(nearest("other.md"), None);
    }

    #[test]
    fn hostile_links_are_followed_in_time() {
        let tree: Tree = ["README.md", "a/x.md"].into_iter().collect();
        let links = Links::new(&tree, &[]);
        let deep = format!("{}x.md", "a/".repeat(1_000_000));
        assert_eq!(links.named(0, &deep), Named::Unjudged);
        // What was meant is looked for as long as that takes no time.
        let anchors: BTreeSet<String> = (0..2_000).map(|n| format!("heading-{n}")).collect();
        let nearest = |links: &Links<'_>| match links.in_document(&anchors, "hedding-7".into()) {
            LinkTarget::MissingAnchor { nearest, .. } => nearest,
            other => panic!("{other:?}"),
        };
        assert_eq!(nearest(&links).as_deref(), Some("heading-7"));
        links.comparisons.set(anchors.len() - 1);
        assert_eq!(nearest(&links), None);
    }

    #[test]
    fn what_lies_behind_a_link_or_a_submodule_is_not_judged() {
        let mut tree = crate::facts::TreeBuilder::default();
        tree.push(b"README.md", FileKind::File);
        tree.push(b"a/link", FileKind::SymbolicLink);
        tree.push(b"sub", FileKind::Submodule);
        tree.push(b"a/file", FileKind::File);
        let tree = tree.build();
        let links = Links::new(&tree, &[]);
        for away in ["a/link/x", "a/link/x/y", "sub/x"] {
            assert_eq!(links.named(0, away), Named::Unjudged, "{away}");
        }
        for gone in ["a/file/x", "a/x/y", "b/x", "a/linked/x"] {
            assert_eq!(links.named(0, gone), Named::Missing(gone.into()), "{gone}");
        }
    }

    #[test]
    fn anchors_are_compared_leniently() {
        let anchors: BTreeSet<String> = ["setup", "a--b"].map(str::to_owned).into();
        let tree = Tree::default();
        let links = Links::new(&tree, &[]);
        for known in [
            "setup",
            "Setup",
            "user-content-setup",
            "top",
            "L12",
            "L1-L3",
            "L1C2-L3C4",
            "L1-3",
            "a--b",
            "fn1",
            "fn-note",
            "fnref:1",
        ] {
            assert_eq!(
                links.in_document(&anchors, known.into()),
                LinkTarget::Found,
                "{known}"
            );
        }
        for missing in ["l2-cache", "l10n", "l", "fnord", "fn", "setup.", "a-.-b"] {
            let found = links.in_document(&anchors, missing.into());
            assert!(
                matches!(found, LinkTarget::MissingAnchor { .. }),
                "{missing}"
            );
        }
        let missing = links.in_document(&anchors, "setups".into());
        let nearest = Some("setup".to_owned());
        assert_eq!(
            missing,
            LinkTarget::MissingAnchor {
                anchor: "setups".into(),
                nearest
            }
        );
    }
}
