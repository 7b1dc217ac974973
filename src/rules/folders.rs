//! What folders hold: their entries, and most of the files that a rule speaks of.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::facts::Tree;
use crate::text::{RepoPath, count, list};

/// The names in a folder, each once, in the order of the tree. What lies below is skipped, not read.
pub(super) fn entries<'t>(
    tree: &'t Tree,
    folder: &RepoPath,
) -> impl Iterator<Item = &'t [u8]> + use<'t> {
    let start = match folder.as_bytes().len() {
        0 => 0,
        length => length + 1,
    };
    let mut files = tree.below(folder);
    std::iter::from_fn(move || {
        let path = files.next().map(|file| tree.path(file))?;
        let name = path[start..].split(|&byte| byte == b'/').next()?;
        if start + name.len() < path.len() {
            files.start = tree.below(&path[..start + name.len()].into()).end;
        }
        Some(name)
    })
}

/// A folder that is not left yet.
struct Open {
    /// Where names in this folder start in their paths; 0 for the root.
    start: usize,
    /// Whether all files so far are picked.
    all: bool,
    picked: usize,
    /// How many entries were found before.
    found: usize,
}

/// A folder all of whose files are picked, or a single file.
struct Found {
    /// A file in it.
    file: usize,
    /// The length of its path, with a slash at the end of a folder's.
    length: usize,
    files: usize,
}

/// How many folders are named: who starts with the largest comes back for the others.
const MOST: usize = 3;

/// Folders in the root whose code is somebody else's: naming owners for it is hardly the next thing to
/// do. What an unusual name hides is named all the same.
const VENDORED: [&[u8]; 3] = [b"node_modules/", b"third_party/", b"vendor/"];

/// The folders to start with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Largest {
    /// Their names, with numbers of files: `` `a/b/` (3 files) and `c` ``. Empty if there is none to
    /// name: nothing is picked, or everything, or only what is vendored.
    pub(super) names: String,
    /// Whether no picked file is outside of them.
    pub(super) all: bool,
}

/// Names the largest folders of which all `files` are picked, each as high in the tree as that holds,
/// and single files where a folder holds others too.
///
/// `files` are places in the tree, ascending; what is not among them does not count.
pub(super) fn largest(
    tree: &Tree,
    files: impl Iterator<Item = usize>,
    picked: impl Fn(usize) -> bool,
) -> Largest {
    let mut found = roll_up(tree, files, picked);
    let path = |found: &Found| &tree.path(found.file)[..found.length];
    let pieces = found.len();
    let is_named = |found: &Found| {
        let path = path(found);
        !path.is_empty() && !VENDORED.iter().any(|folder| path.starts_with(folder))
    };
    found.retain(is_named);
    found.sort_by(|a, b| {
        Reverse(a.files)
            .cmp(&Reverse(b.files))
            .then_with(|| path(a).cmp(path(b)))
    });
    let shown = found.iter().take(MOST).map(|found| {
        let path = String::from_utf8_lossy(path(found));
        match path.ends_with('/') {
            true => format!("`{path}` ({})", count(found.files, "file")),
            false => format!("`{path}`"),
        }
    });
    let shown: Vec<String> = shown.collect();
    Largest {
        all: shown.len() == pieces,
        names: list(&shown, 0),
    }
}

/// How deep a folder lies that things are counted by.
const DEPTH: usize = 2;

/// Things in a folder, or in one file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Share {
    /// The folder that all of them are in, `a/b/` with what lies below and `a/*` without, or the file.
    pub(super) name: String,
    /// How many.
    pub(super) things: usize,
    /// The file that has most of them.
    pub(super) fullest: usize,
}

/// Where things are: folders near the root, those with most of them first, each as deep as it holds all
/// that are below.
///
/// `files` are places in the tree, ascending, each with how many things it has.
pub(super) fn shares(tree: &Tree, files: &[(usize, usize)]) -> Vec<Share> {
    let mut groups: BTreeMap<&[u8], Vec<(usize, usize)>> = BTreeMap::new();
    for &(file, things) in files {
        let path = tree.path(file);
        let folder = memchr::memchr_iter(b'/', path).take(DEPTH).last();
        let near = folder.map_or(path, |slash| &path[..=slash]);
        groups.entry(near).or_default().push((file, things));
    }
    let mut all: Vec<Share> = groups
        .into_iter()
        .map(|(near, files)| {
            // In a sorted listing, what the first and the last path share is shared by all.
            let (first, last) = (tree.path(files[0].0), tree.path(files[files.len() - 1].0));
            let common = std::iter::zip(first, last).take_while(|(a, b)| a == b);
            let common = &first[..common.count()];
            let folder = memchr::memrchr(b'/', common).map_or(0, |slash| slash + 1);
            let name = if files.len() == 1 {
                first
            } else {
                &first[..folder]
            };
            let mut name = String::from_utf8_lossy(name).into_owned();
            // Of a folder nearer to the root than that, these are the files in it alone.
            if files.len() > 1 && memchr::memchr_iter(b'/', near).count() < DEPTH {
                name.push('*');
            }
            let fullest = files
                .iter()
                .max_by_key(|&&(file, things)| (things, Reverse(file)));
            Share {
                name,
                things: files.iter().map(|&(_, things)| things).sum(),
                fullest: fullest.map_or(0, |&(file, _)| file),
            }
        })
        .collect();
    all.sort_by(|a, b| {
        Reverse(a.things)
            .cmp(&Reverse(b.things))
            .then_with(|| a.name.cmp(&b.name))
    });
    all
}

/// One pass: a sorted listing has the files of each folder side by side.
fn roll_up(
    tree: &Tree,
    files: impl Iterator<Item = usize>,
    picked: impl Fn(usize) -> bool,
) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let root = Open {
        start: 0,
        all: true,
        picked: 0,
        found: 0,
    };
    let mut open = vec![root];
    let mut last = 0;
    for file in files {
        let path = tree.path(file);
        let common = std::iter::zip(tree.path(last), path).take_while(|(a, b)| a == b);
        let common = common.count();
        while open.last().is_some_and(|folder| folder.start > common) {
            leave(&mut open, &mut found, last);
        }
        let mut start = open.last().map_or(0, |folder| folder.start);
        while let Some(slash) = memchr::memchr(b'/', &path[start..]) {
            start += slash + 1;
            open.push(Open {
                start,
                all: true,
                picked: 0,
                found: found.len(),
            });
        }
        let is_picked = picked(file);
        if is_picked {
            found.push(Found {
                file,
                length: path.len(),
                files: 1,
            });
        }
        if let Some(folder) = open.last_mut() {
            folder.all &= is_picked;
            folder.picked += usize::from(is_picked);
        }
        last = file;
    }
    while !open.is_empty() {
        leave(&mut open, &mut found, last);
    }
    found
}

/// Leaves a folder, in which `last` is the last file: if all its files are picked, it stands for them.
fn leave(open: &mut Vec<Open>, found: &mut Vec<Found>, last: usize) {
    let Some(folder) = open.pop() else { return };
    if folder.all && folder.picked > 0 {
        found.truncate(folder.found);
        found.push(Found {
            file: last,
            length: folder.start,
            files: folder.picked,
        });
    }
    if let Some(parent) = open.last_mut() {
        parent.all &= folder.all;
        parent.picked += folder.picked;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(paths: &[&str], picked: impl Fn(&str) -> bool) -> String {
        let tree: Tree = paths.iter().copied().collect();
        let picked = |file| picked(std::str::from_utf8(tree.path(file)).unwrap());
        let largest = largest(&tree, 0..tree.len(), picked);
        format!(
            "{}{}",
            largest.names,
            if largest.all { "" } else { ", first" }
        )
    }

    #[test]
    fn a_folder_stands_for_its_files_only_if_all_are_picked() {
        let paths = [
            "a/b/x", "a/b/y", "a/c/x", "a/z", "a.c", "b/x", "d/e/f/x", "d/e/f/y",
        ];
        for (picked, expected) in [
            (&["a/b/", "d/"][..], "`a/b/` (2 files) and `d/` (2 files)"),
            (&["a/"], "`a/` (4 files)"),
            (&["a/z", "a/b/x"], "`a/b/x` and `a/z`"),
            (&["a/c", "a/z", "a.c"], "`a.c`, `a/c/` (1 file) and `a/z`"),
            (
                &["a.c", "b/", "d/", "a/z"],
                "`d/` (2 files), `a.c` and `a/z`, first",
            ),
            (&[""], ", first"),
            (&[], ""),
        ] {
            let starts = |path: &str| picked.iter().any(|start| path.starts_with(start));
            assert_eq!(named(&paths, starts), expected, "{picked:?}");
        }
    }

    #[test]
    fn shares_are_told_by_folders_near_the_root() {
        let paths = [
            "a/b.c",
            "a/b/c/x",
            "a/b/c/y/z",
            "a/b2/x",
            "a/x",
            "b/x",
            "c.c",
            "d/e/f/g/x",
            "d/e/x",
        ];
        let tree: Tree = paths.into_iter().collect();
        let things = [1, 2, 3, 1, 7, 4, 6, 1, 1];
        let files: Vec<_> = things.into_iter().enumerate().collect();
        let shares: Vec<_> = shares(&tree, &files)
            .into_iter()
            .map(|share| (share.name, share.things, paths[share.fullest]))
            .collect();
        let expected = [
            ("a/*", 8, "a/x"),
            ("c.c", 6, "c.c"),
            ("a/b/c/", 5, "a/b/c/y/z"),
            ("b/x", 4, "b/x"),
            ("d/e/", 2, "d/e/f/g/x"),
            ("a/b2/x", 1, "a/b2/x"),
        ];
        assert_eq!(
            shares,
            expected.map(|(name, things, file)| (name.to_owned(), things, file))
        );
    }

    #[test]
    fn entries_are_named_once() {
        let tree: Tree = ["a.c", "a/b/x", "a/b/y", "a/c", "a0"].into_iter().collect();
        let names = |folder: &str| -> Vec<String> {
            let names = entries(&tree, &folder.into());
            names
                .map(|name| String::from_utf8_lossy(name).into_owned())
                .collect()
        };
        assert_eq!(names(""), ["a.c", "a", "a0"]);
        assert_eq!(names("a"), ["b", "c"]);
        assert!(names("c").is_empty());
    }

    #[test]
    fn files_outside_of_the_group_do_not_count() {
        let tree: Tree = ["a/x", "a/y", "b"].into_iter().collect();
        assert_eq!(
            largest(&tree, [0, 2].into_iter(), |file| file == 0).names,
            "`a/` (1 file)"
        );
    }

    #[test]
    fn vendored_folders_in_the_root_are_not_named() {
        let paths = ["a/vendor/x", "a/y", "vendor.c", "vendor/a/x", "vendor/b"];
        for (picked, expected) in [
            (&["vendor/", "a/vendor/"][..], "`a/vendor/` (1 file), first"),
            (&["vendor/a/", "vendor.c"], "`vendor.c`, first"),
            (&["vendor/"], ", first"),
        ] {
            let starts = |path: &str| picked.iter().any(|start| path.starts_with(start));
            assert_eq!(named(&paths, starts), expected, "{picked:?}");
        }
    }
}
