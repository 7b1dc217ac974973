//! The tracked files of a repository.

use super::{Gap, Lookup};
use crate::text::RepoPath;

/// What git tracks at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    File,
    /// A symbolic link; never followed.
    SymbolicLink,
    /// A commit of another repository; never entered.
    Submodule,
}

/// The tracked files of a repository, sorted by the bytes of their paths, each once.
///
/// All paths stand in one buffer: a listing of a million files is two allocations.
#[derive(Debug, Default)]
pub struct Tree {
    bytes: Vec<u8>,
    ends: Vec<u32>,
    /// Indices of entries that are not regular files, sorted.
    special: Vec<(u32, FileKind)>,
    unlisted: Vec<(RepoPath, Gap)>,
}

impl Tree {
    /// How many files are tracked.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether nothing is tracked.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The path of the file at `index`, which is below [`Tree::len`].
    pub fn path(&self, index: usize) -> &[u8] {
        let start = if index == 0 {
            0
        } else {
            self.ends[index - 1] as usize
        };
        &self.bytes[start..self.ends[index] as usize]
    }

    /// All paths, in order.
    pub fn paths(&self) -> impl ExactSizeIterator<Item = &[u8]> + Clone {
        (0..self.len()).map(|index| self.path(index))
    }

    /// What the entry at `index` is.
    pub fn kind(&self, index: usize) -> FileKind {
        let key = u32::try_from(index).unwrap_or(u32::MAX);
        match self.special.binary_search_by_key(&key, |&(at, _)| at) {
            Ok(found) => self.special[found].1,
            Err(_) => FileKind::File,
        }
    }

    /// The paths of submodules, in order.
    pub fn submodules(&self) -> impl Iterator<Item = &[u8]> {
        let special = self.special.iter();
        let submodules = special.filter(|&&(_, kind)| kind == FileKind::Submodule);
        submodules.map(|&(index, _)| self.path(index as usize))
    }

    /// The index of the file at exactly this path.
    pub fn find(&self, path: &[u8]) -> Option<usize> {
        let index = self.lower_bound(path);
        (index < self.len() && self.path(index) == path).then_some(index)
    }

    /// Folders whose files are not in the list because they could not be read, each with the reason.
    pub fn unlisted(&self) -> &[(RepoPath, Gap)] {
        &self.unlisted
    }

    /// The same tree, with further folders whose files are not in the list.
    pub fn with_unlisted(mut self, folders: impl IntoIterator<Item = (RepoPath, Gap)>) -> Tree {
        self.unlisted.extend(folders);
        self
    }

    /// Looks for the file at exactly this path: unavailable in a folder whose files are not in the list.
    pub fn lookup(&self, path: &RepoPath) -> Lookup<usize> {
        if let Some(index) = self.find(path.as_bytes()) {
            return Lookup::Present(index);
        }
        let mut unlisted = self.unlisted.iter();
        match unlisted.find(|(folder, _)| path.is_within(folder)) {
            Some((_, gap)) => Lookup::Unavailable(gap.clone()),
            None => Lookup::Absent,
        }
    }

    /// The indices of all files below `folder`; all files for the root.
    pub fn below(&self, folder: &RepoPath) -> std::ops::Range<usize> {
        if folder.is_root() {
            return 0..self.len();
        }
        let mut low = folder.as_bytes().to_vec();
        low.push(b'/');
        let start = self.lower_bound(&low);
        // '0' is the byte behind '/'.
        if let Some(last) = low.last_mut() {
            *last = b'0';
        }
        start..self.lower_bound(&low)
    }

    fn lower_bound(&self, path: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.path(middle) < path {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        low
    }
}

/// Collects paths into a [`Tree`].
#[derive(Debug, Default)]
pub struct TreeBuilder {
    tree: Tree,
    sorted: bool,
}

impl TreeBuilder {
    /// Room for this many files of this many bytes of path in all.
    pub fn with_capacity(files: usize, bytes: usize) -> Self {
        TreeBuilder {
            tree: Tree {
                bytes: Vec::with_capacity(bytes),
                ends: Vec::with_capacity(files),
                special: Vec::new(),
                unlisted: Vec::new(),
            },
            sorted: true,
        }
    }

    /// Adds an entry. In order is fastest; any order is right; the first of equal paths stays.
    pub fn push(&mut self, path: &[u8], kind: FileKind) {
        let tree = &mut self.tree;
        if let Some(last) = tree.len().checked_sub(1) {
            match tree.path(last).cmp(path) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return,
                std::cmp::Ordering::Greater => self.sorted = false,
            }
        }
        let Ok(end) = u32::try_from(tree.bytes.len() + path.len()) else {
            // Four gigabytes of paths: no repository; what comes later is left out.
            return;
        };
        if kind != FileKind::File {
            tree.special
                .push((u32::try_from(tree.len()).unwrap_or(u32::MAX), kind));
        }
        tree.bytes.extend_from_slice(path);
        tree.ends.push(end);
    }

    /// The finished tree.
    pub fn build(self) -> Tree {
        if self.sorted || self.tree.is_empty() {
            return self.tree;
        }
        let tree = &self.tree;
        let mut order: Vec<usize> = (0..tree.len()).collect();
        order.sort_by_key(|&index| tree.path(index));
        let mut sorted = TreeBuilder::with_capacity(tree.len(), tree.bytes.len());
        for index in order {
            sorted.push(tree.path(index), tree.kind(index));
        }
        sorted.tree
    }
}

impl<'a> FromIterator<&'a str> for Tree {
    fn from_iter<I: IntoIterator<Item = &'a str>>(paths: I) -> Self {
        let mut tree = TreeBuilder::with_capacity(0, 0);
        for path in paths {
            tree.push(path.as_bytes(), FileKind::File);
        }
        tree.build()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tree_is_sorted_and_has_each_path_once() {
        let tree: Tree = ["b", "a/c", "a.c", "b", "a/b"].into_iter().collect();
        let paths: Vec<_> = tree.paths().collect();
        assert_eq!(paths, [&b"a.c"[..], b"a/b", b"a/c", b"b"]);
        assert_eq!(tree.find(b"a/c"), Some(2));
        assert_eq!(tree.find(b"a"), None);
        assert_eq!(tree.below(&RepoPath::from("a")), 1..3);
        assert_eq!(tree.below(&RepoPath::default()), 0..4);
    }

    #[test]
    fn kinds_survive_sorting() {
        let mut tree = TreeBuilder::with_capacity(0, 0);
        tree.push(b"z", FileKind::Submodule);
        tree.push(b"a", FileKind::SymbolicLink);
        tree.push(b"m", FileKind::File);
        let tree = tree.build();
        let kinds: Vec<_> = (0..3).map(|index| tree.kind(index)).collect();
        assert_eq!(
            kinds,
            [FileKind::SymbolicLink, FileKind::File, FileKind::Submodule]
        );
    }
}
