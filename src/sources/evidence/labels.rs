//! Labels of Sphinx: in its documents, a link that is a bare word may name a place of any other document.
//! They are known by where they lie, and by lines such as `(label)=`, since a site may take documents from
//! anywhere in the tree. Source: MyST-Parser documentation, *Cross-references*.

use std::collections::BTreeSet;

use crate::facts::Tree;
use crate::text::RepoPath;

/// Folders of a site's configuration whose documents lie in the folder above.
const INNER: [&[u8]; 3] = [b"source", b"sphinx", b"src"];

/// Extensions that a word has which names a file, in lower case.
const EXTENSIONS: [&str; 24] = [
    "adoc", "csv", "gif", "htm", "html", "ico", "ipynb", "jpeg", "jpg", "json", "markdown", "md",
    "mdx", "pdf", "png", "py", "rst", "sh", "svg", "toml", "txt", "webp", "yaml", "yml",
];

/// Files that people name without an extension.
const FILES: [&str; 8] = [
    "AUTHORS",
    "CHANGELOG",
    "CODEOWNERS",
    "CONTRIBUTING",
    "COPYING",
    "LICENSE",
    "NOTICE",
    "README",
];

/// Where links may name labels.
#[derive(Debug)]
pub(super) struct Labels(BTreeSet<RepoPath>);

impl Labels {
    /// Below the configurations of a tree.
    pub(super) fn of(tree: &Tree) -> Labels {
        let configurations = tree
            .paths()
            .filter(|path| *path == b"conf.py" || path.ends_with(b"/conf.py"));
        let folders = configurations.filter_map(|path| {
            let folder = RepoPath::from(path).parent();
            // In the root, many a program has its own `conf.py`.
            let is_site = !folder.is_root()
                || [b"index.md".as_slice(), b"index.rst"]
                    .iter()
                    .any(|index| tree.find(index).is_some());
            is_site.then(|| documents_of(folder))
        });
        Labels(folders.collect())
    }

    /// Whether `target` in this document may be a label, though no file is called so.
    pub(super) fn may_have(&self, document: &RepoPath, target: &str) -> bool {
        is_word(target) && self.0.iter().any(|folder| document.is_within(folder))
    }
}

/// Whether a link's target is no path but a word, which may be a label.
pub(super) fn is_word(target: &str) -> bool {
    let path = target.split(['#', '?']).next().unwrap_or_default();
    let extension = path.rsplit_once('.').map(|(_, extension)| extension);
    let is_file = FILES.contains(&path)
        || extension
            .is_some_and(|extension| EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()));
    !path.is_empty() && !path.contains('/') && !is_file
}

/// Whether a document gives places labels: `(label)=` on a line of its own.
pub(super) fn gives(content: &str) -> bool {
    content.lines().any(|line| {
        let label = line.strip_prefix('(');
        let label = label.and_then(|label| label.trim_end().strip_suffix(")="));
        label.is_some_and(|label| !label.is_empty() && !label.contains(['(', ')', ' ']))
    })
}

/// The folder of the documents that are configured in this one.
fn documents_of(folder: RepoPath) -> RepoPath {
    let parent = folder.parent();
    let bytes = folder.as_bytes();
    let name = bytes.rsplit(|&byte| byte == b'/').next().unwrap_or(bytes);
    match INNER.contains(&name) && !parent.is_root() {
        true => parent,
        false => folder,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(paths: &[&str]) -> Labels {
        let tree: Tree = paths.iter().copied().collect();
        Labels::of(&tree)
    }

    #[test]
    fn words_without_the_extension_of_a_file_may_be_labels() {
        let labels = labels(&["docs/conf.py"]);
        let may_have = |target| labels.may_have(&"docs/a.md".into(), target);
        for target in ["type-system", "acme.Converter", "v1.2"] {
            assert!(may_have(target), "{target}");
        }
        for target in ["guide.md", "GUIDE.MD", "shot.png", "LICENSE", "a/b"] {
            assert!(!may_have(target), "{target}");
        }
    }

    #[test]
    fn a_document_that_gives_labels_is_known_by_a_line() {
        for content in ["(a)=\n# A\n", "Text.\n\n(a-b:c/d)=  \r\n"] {
            assert!(gives(content), "{content}");
        }
        for content in ["", "(a)=b", "f(a)=\n", "()=", "(a b)=", "(a)"] {
            assert!(!gives(content), "{content}");
        }
        assert!(is_word("acme.Converter#x"));
        assert!(!is_word("#x"));
    }

    #[test]
    fn labels_are_those_of_the_documents_below_the_configuration() {
        for (configuration, document, expected) in [
            ("docs/conf.py", "docs/a/b.md", true),
            ("docs/conf.py", "README.md", false),
            ("docs/conf.py", "docsy/a.md", false),
            ("docs/source/conf.py", "docs/a.md", true),
            ("a/docs/sphinx/conf.py", "a/docs/b.md", true),
            ("a/docs/sphinx/conf.py", "a/README.md", false),
            ("source/conf.py", "README.md", false),
            ("source/conf.py", "source/a.md", true),
            ("conf.py", "README.md", false),
        ] {
            let labels = labels(&[configuration]);
            let found = labels.may_have(&document.into(), "word");
            assert_eq!(found, expected, "{configuration} {document}");
        }
        let site = labels(&["conf.py", "index.rst"]);
        assert!(site.may_have(&"README.md".into(), "word"));
    }
}
