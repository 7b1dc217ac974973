//! Which files are judged for what they show: not what machines write, nor what is somebody else's.

use crate::facts::{FileKind, Gap, Tree};
use crate::policy::PathPatterns;
use crate::sources::repository::Source;
use crate::text::RepoPath;

/// Folders that hold what others wrote, or what tests are fed with, wherever they are.
const FOLDERS: [&[u8]; 6] = [
    b"vendor",
    b"third_party",
    b"node_modules",
    b"testdata",
    b"fixtures",
    b"__fixtures__",
];

/// The files that are judged.
pub(super) struct Judged {
    /// Their places in the tree, ascending.
    pub(super) files: Vec<u32>,
    /// Attributes that could not be read.
    pub(super) gaps: Vec<Gap>,
}

/// The regular files at and below `scope` that `wanted` asks for, without those that are excluded.
pub(super) fn judged(
    source: &Source,
    tree: &Tree,
    scope: &RepoPath,
    exclude: &PathPatterns,
    wanted: impl Fn(&[u8]) -> bool,
) -> Judged {
    let at = tree.find(scope.as_bytes());
    let places = tree.below(scope).chain(at);
    let files = places.filter(|&file| {
        let path = tree.path(file);
        tree.kind(file) == FileKind::File
            && wanted(path)
            && !is_foreign(path)
            && !exclude.matches(path)
    });
    let mut files: Vec<u32> = files.filter_map(|file| u32::try_from(file).ok()).collect();
    let (marks, gaps) = source.marks(tree, &files);
    files.retain(|&file| !marks.of(file as usize).is_left_to_machines());
    Judged { files, gaps }
}

/// Whether a file lies in a folder that the program excludes by itself.
pub(crate) fn is_foreign(path: &[u8]) -> bool {
    let mut folders = path.split(|&byte| byte == b'/');
    folders.next_back();
    folders.any(|folder| FOLDERS.contains(&folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_others_are_known_by_name_wherever_they_are() {
        assert!(is_foreign(b"vendor/x.go"));
        assert!(is_foreign(b"a/b/testdata/c/x.go"));
        assert!(!is_foreign(b"a/vendor"));
        assert!(!is_foreign(b"vendors/x.go"));
    }
}
