//! Which documents a site generator takes, which has its own idea of paths.

use std::collections::BTreeSet;

use crate::facts::Tree;
use crate::text::RepoPath;

/// Files that make their folder a site.
const CONFIGURATIONS: [&str; 22] = [
    "docusaurus.config.js",
    "docusaurus.config.ts",
    "docusaurus.config.mjs",
    "sidebars.js",
    "mkdocs.yml",
    "mkdocs.yaml",
    "zensical.toml",
    "book.toml",
    "SUMMARY.md",
    "hugo.toml",
    "hugo.yaml",
    "_index.md",
    "_config.yml",
    "conf.py",
    "astro.config.mjs",
    "astro.config.ts",
    "antora.yml",
    ".gitbook.yaml",
    "mint.json",
    "docs.json",
    "_sidebar.md",
    "nuxt.config.ts",
];

/// Folders that hold the documents of a site whose configuration stands in the root.
const CONTENT: [&str; 9] = [
    "docs", "doc", "content", "src", "site", "website", "_posts", "_docs", "pages",
];

/// The folders that belong to sites.
#[derive(Debug)]
pub(super) struct Sites(BTreeSet<RepoPath>);

impl Sites {
    /// The sites of a tree.
    pub(super) fn of(tree: &Tree) -> Sites {
        let mut folders = BTreeSet::new();
        for path in tree.paths() {
            let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
            let is_site = CONFIGURATIONS
                .iter()
                .any(|name| name.as_bytes() == &path[start..]);
            let folder = RepoPath::from(&path[..start.saturating_sub(1)]);
            if folder.as_bytes().ends_with(b".vitepress") {
                folders.insert(folder.parent());
            } else if is_site {
                folders.insert(folder);
            }
        }
        if folders.remove(&RepoPath::default()) {
            folders.extend(CONTENT.map(RepoPath::from));
        }
        Sites(folders)
    }

    /// Whether a document lies in a site.
    pub(super) fn have(&self, path: &RepoPath) -> bool {
        let mut folder = path.parent();
        while !folder.is_root() {
            if self.0.contains(&folder) {
                return true;
            }
            folder = folder.parent();
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_of_sites_are_told_from_others() {
        let tree: Tree = ["mkdocs.yml", "web/docusaurus.config.js", "README.md"]
            .into_iter()
            .collect();
        let sites = Sites::of(&tree);
        for (path, expected) in [
            ("README.md", false),
            ("docs/a/b.md", true),
            ("web/README.md", true),
            ("other/README.md", false),
        ] {
            assert_eq!(sites.have(&path.into()), expected, "{path}");
        }
    }
}
