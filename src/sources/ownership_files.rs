//! Finding and reading the ownership file that the forge reads. In: a source and its tree. Out: the
//! file, those that it hides, and gaps.

use super::repository::Source;
use crate::codeowners::{Dialect, OwnershipFile};
use crate::facts::{FileKind, Gap, GapKind, OwnershipFiles, Tree};
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
        let Some(index) = tree.find(path.as_bytes()) else {
            if source.exists_untracked(&path) {
                let reason = "an ownership file that git does not track counts for nothing";
                let gap = Gap::new(GapKind::Untracked, reason).at(path);
                gaps.push(gap.remedy(format!("git add {location}")));
            }
            continue;
        };
        let link = tree.kind(index) != FileKind::File;
        if files.in_use.is_some() || files.unreadable.is_some() {
            // A link beside the file in use is an alias for people.
            if !link {
                files.ignored.push(path);
            }
            continue;
        }
        match source.read(&path, dialect.size_limit() - 1) {
            Ok(content) => {
                files.in_use = Some(OwnershipFile::parse(dialect, Text::new(path, content)));
            }
            Err(gap) if gap.kind == GapKind::TooLarge => {
                let size = dialect.size_limit();
                files.in_use = Some(OwnershipFile::oversized(dialect, path, size));
            }
            Err(gap) if gap.kind == GapKind::Absent => {}
            Err(gap) => {
                gaps.push(gap.clone());
                files.unreadable = Some(gap);
            }
        }
    }
    (files, gaps)
}
