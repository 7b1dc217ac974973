//! Lists a plain folder: a root that no repository keeps. In: the folder. Out: its files, and the
//! folders that could not be listed.

use std::path::Path;

use walkdir::WalkDir;

use super::disk;
use crate::facts::{FileKind, Gap, GapKind, Tree, TreeBuilder};
use crate::text::io_reason;

/// All files and symbolic links below `root`. Links are not followed; what belongs to git, and what
/// is neither a file nor a link (pipes, sockets, devices), is passed over.
pub(super) fn list(root: &Path) -> (Tree, Vec<Gap>) {
    let mut tree = TreeBuilder::with_capacity(0, 0);
    let mut gaps = Vec::new();
    let entries = WalkDir::new(root)
        .follow_links(false)
        .min_depth(1)
        .into_iter()
        .filter_entry(|entry| entry.file_name() != ".git");
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                gaps.push(gap(root, &error));
                continue;
            }
        };
        let kind = match entry.file_type() {
            kind if kind.is_file() => FileKind::File,
            kind if kind.is_symlink() => FileKind::SymbolicLink,
            _ => continue,
        };
        let path = entry.path().strip_prefix(root).ok();
        match path.and_then(disk::to_repo_path) {
            Some(path) => tree.push(path.as_bytes(), kind),
            None => gaps.push(Gap::new(
                GapKind::Unreadable,
                format!(
                    "`{}` has a name that is not Unicode",
                    entry.path().display()
                ),
            )),
        }
    }
    let unlisted = gaps.iter();
    let unlisted = unlisted.filter_map(|gap| Some((gap.path.clone()?, gap.clone())));
    (tree.build().with_unlisted(unlisted), gaps)
}

fn gap(root: &Path, error: &walkdir::Error) -> Gap {
    let cause = error
        .io_error()
        .map_or_else(|| error.to_string(), io_reason);
    let gap = Gap::new(
        GapKind::Unreadable,
        format!("the folder could not be listed: {cause}"),
    );
    let path = error.path().and_then(|path| path.strip_prefix(root).ok());
    match path.and_then(disk::to_repo_path) {
        Some(path) => gap.at(path),
        None => gap,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::sources::repository::testing::Sandbox;

    #[test]
    fn everything_but_git_and_what_is_no_file_is_listed() {
        let sandbox = Sandbox::new();
        sandbox.write("root/b/c.txt", "");
        sandbox.write("root/b.txt", "");
        sandbox.write("root/.github/CODEOWNERS", "");
        sandbox.write("root/.git/config", "");
        sandbox.write("root/clone/.git/config", "");
        sandbox.write("root/clone/file", "");
        sandbox.write("root/submodule/.git", "gitdir: elsewhere");
        sandbox.write("root/line\nbreak", "");
        sandbox.write_bytes(b"root/latin-\xe9", b"");
        sandbox.link(".", "root/loop");
        sandbox.link("../..", "root/b/up");
        sandbox.fifo("root/pipe");
        let (tree, gaps) = list(&sandbox.path("root"));
        let listed: Vec<_> = (0..tree.len())
            .map(|index| (tree.path(index), tree.kind(index)))
            .collect();
        assert_eq!(
            listed,
            [
                (&b".github/CODEOWNERS"[..], FileKind::File),
                (b"b.txt", FileKind::File),
                (b"b/c.txt", FileKind::File),
                (b"b/up", FileKind::SymbolicLink),
                (b"clone/file", FileKind::File),
                (b"latin-\xe9", FileKind::File),
                (b"line\nbreak", FileKind::File),
                (b"loop", FileKind::SymbolicLink),
            ]
        );
        assert_eq!(gaps, []);
    }

    #[test]
    fn folders_deeper_than_the_system_names_are_gaps() {
        let sandbox = Sandbox::new();
        sandbox.write("root/file", "");
        // No single path reaches the end of this: 40 names of 200 bytes.
        sandbox.deep("root", &"d".repeat(200), 40);
        let (tree, gaps) = list(&sandbox.path("root"));
        assert_eq!(tree.paths().collect::<Vec<_>>(), [b"file"]);
        assert_eq!(gaps.len(), 1, "{gaps:?}");
        assert_eq!(gaps[0].kind, GapKind::Unreadable);
        assert!(gaps[0].path.is_some());
    }
}
