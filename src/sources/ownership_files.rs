//! Finding and reading the ownership file that the forge reads. In: a source and its tree. Out: the
//! file, those that it hides, and gaps.

use super::remedies;
use super::repository::Source;
use crate::codeowners::{Dialect, OwnershipFile};
use crate::facts::{FileKind, Gap, GapKind, Lookup, OwnershipFiles, Tree};
use crate::text::{RepoPath, Text};

/// Reads the ownership file at the first location that has one.
///
/// A file that was deleted in the worktree is not there. One whose content cannot be had still takes
/// precedence, so that who owns what is then unverifiable. Links are not followed by the forge either.
pub(super) fn read(source: &Source, tree: &Tree, dialect: Dialect) -> (OwnershipFiles, Vec<Gap>) {
    let mut files = OwnershipFiles::default();
    let mut gaps = Vec::new();
    for &location in dialect.locations() {
        let path = RepoPath::from(location);
        let found = tree.lookup(&path);
        if let (Lookup::Unavailable(gap), true) = (&found, files.in_use.is_absent()) {
            files.in_use = Lookup::Unavailable(gap.clone());
        }
        let Lookup::Present(index) = found else {
            if source.exists_untracked(&path) {
                let reason = "an ownership file that git does not track counts for nothing";
                let gap = Gap::new(GapKind::Untracked, reason).at(path);
                gaps.push(gap.remedy(remedies::untracked(location)));
            }
            continue;
        };
        let link = tree.kind(index) != FileKind::File;
        if !files.in_use.is_absent() {
            // A link beside the file in use is an alias for people.
            if !link {
                files.ignored.push(path);
            }
            continue;
        }
        match source.read(&path, dialect.size_limit() - 1) {
            Ok(content) => {
                let file = OwnershipFile::parse(dialect, Text::new(path, content));
                files.in_use = Lookup::Present(file);
            }
            Err(gap) if gap.kind == GapKind::TooLarge => {
                let size = dialect.size_limit();
                let file = OwnershipFile::oversized(dialect, path, size);
                files.in_use = Lookup::Present(file);
            }
            Err(gap) if gap.kind == GapKind::Absent => {}
            Err(gap) => {
                gaps.push(gap.clone());
                files.in_use = Lookup::Unavailable(gap);
            }
        }
    }
    (files, gaps)
}
