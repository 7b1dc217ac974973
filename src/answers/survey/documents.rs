//! Folders of documents and runbooks, by their names.

use std::collections::BTreeMap;

use crate::facts::{FileKind, Tree};
use crate::policy::PathPatterns;
use crate::sources::evidence::is_foreign;
use crate::text::RepoPath;

/// Folders of documents.
const DOCUMENTS: [&str; 3] = ["doc", "docs", "documentation"];

/// Folders that hold runbooks and are searched for them anyway.
const RUNBOOKS: [&str; 2] = ["runbook", "runbooks"];

/// Folders that may hold runbooks under another name.
const LIKE_RUNBOOKS: [&str; 6] = [
    "incident-response",
    "on-call",
    "oncall",
    "playbook",
    "playbooks",
    "sops",
];

/// How many folders of a kind are kept: the largest.
const MOST_FOLDERS: usize = 5;

/// How many documents make a folder of documents.
const FEWEST_DOCUMENTS: usize = 3;

/// Folders of Markdown files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentsSeen {
    /// Documents, the largest folder first.
    pub documents: Vec<FolderSeen>,
    /// Runbooks where they are looked for anyway.
    pub runbooks: Vec<FolderSeen>,
    /// What may be runbooks elsewhere.
    pub like_runbooks: Vec<FolderSeen>,
}

/// A folder and how many Markdown files lie in it and below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FolderSeen {
    /// The folder.
    pub folder: RepoPath,
    /// Its Markdown files.
    pub files: usize,
}

impl DocumentsSeen {
    pub(super) fn of(tree: &Tree, excluded: &PathPatterns) -> DocumentsSeen {
        let mut documents = Folders::default();
        let mut runbooks = Folders::default();
        let mut like_runbooks = Folders::default();
        for index in 0..tree.len() {
            let path = tree.path(index);
            let is_markdown = path.ends_with(b".md") || path.ends_with(b".markdown");
            if !is_markdown
                || tree.kind(index) != FileKind::File
                || is_foreign(path)
                || excluded.matches(path)
            {
                continue;
            }
            documents.add(path, &DOCUMENTS);
            if !runbooks.add(path, &RUNBOOKS) {
                like_runbooks.add(path, &LIKE_RUNBOOKS);
            }
        }
        DocumentsSeen {
            documents: documents.largest(FEWEST_DOCUMENTS),
            runbooks: runbooks.largest(1),
            like_runbooks: like_runbooks.largest(1),
        }
    }
}

#[derive(Default)]
struct Folders(BTreeMap<RepoPath, usize>);

impl Folders {
    /// Counts a file for the outermost folder around it that has one of these names; whether there is
    /// one.
    fn add(&mut self, path: &[u8], names: &[&str]) -> bool {
        let mut start = 0;
        while let Some(length) = memchr::memchr(b'/', &path[start..]) {
            let end = start + length;
            let part = &path[start..end];
            if names
                .iter()
                .any(|name| part.eq_ignore_ascii_case(name.as_bytes()))
            {
                *self.0.entry(RepoPath::from(&path[..end])).or_default() += 1;
                return true;
            }
            start = end + 1;
        }
        false
    }

    fn largest(self, fewest: usize) -> Vec<FolderSeen> {
        let folders = self.0.into_iter().filter(|&(_, files)| files >= fewest);
        let mut folders: Vec<_> = folders
            .map(|(folder, files)| FolderSeen { folder, files })
            .collect();
        folders.sort_by_key(|seen| std::cmp::Reverse(seen.files));
        folders.truncate(MOST_FOLDERS);
        folders
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_count_for_the_outermost_of_a_name() {
        let tree: Tree = [
            "docs/a.md",
            "docs/b/docs/c.md",
            "docs/runbooks/disk.md",
            "docs/x.png",
            "ops/Playbooks/db.md",
            "ops/playbooks/site.yml",
            "pkg/docs/one.md",
            "vendor/docs/a.md",
            "x/docs/a.md",
            "x/docs/b.md",
            "x/docs/c.md",
            "x/docs/d.md",
        ]
        .into_iter()
        .collect();
        let excluded = PathPatterns::new(&["/x/docs/d.md".to_owned()]).unwrap();
        let seen = DocumentsSeen::of(&tree, &excluded);
        let shown = |folders: &[FolderSeen]| {
            let folders = folders.iter();
            let shown = folders.map(|it| format!("{:?} {}", it.folder, it.files));
            shown.collect::<Vec<_>>()
        };
        assert_eq!(shown(&seen.documents), ["\"docs\" 3", "\"x/docs\" 3"]);
        assert_eq!(shown(&seen.runbooks), ["\"docs/runbooks\" 1"]);
        assert_eq!(shown(&seen.like_runbooks), ["\"ops/Playbooks\" 1"]);
    }
}
