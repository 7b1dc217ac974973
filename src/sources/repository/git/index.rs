//! The index of a worktree: how it is read, and what is said of its peculiarities.

use std::path::Path;

use gix::index::State;
use gix::index::entry::Mode;

use super::super::OpenError;
use super::open::cause;
use crate::facts::{FileKind, Gap, GapKind};

/// What closes a gap of unmerged paths.
pub(super) const RESOLVE: &str = "resolve the conflict and `git add` the file";

/// What closes a gap of a sparse checkout.
pub(super) const WIDEN: &str = "git sparse-checkout disable";

/// No index beyond this many bytes in memory is read: some ten million files.
const INDEX_LIMIT: usize = 1 << 30;

/// Reads the index of a worktree, if there is one.
pub(super) fn read(repository: &gix::Repository) -> Result<Option<State>, OpenError> {
    let path = repository.index_path();
    let broken = |why: String| {
        OpenError::new(format!("the index `{}` {why}", path.display())).with_remedy(
            "`git read-tree HEAD` writes a new one (what was staged is no more); `--at HEAD` reads the last commit instead",
        )
    };
    match std::fs::metadata(&path) {
        Ok(kind) if kind.is_file() => {}
        Ok(_) => return Err(broken("is not a regular file".to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(broken(format!("cannot be read: {error}"))),
    }
    // Git does not check the sum over its index either; it takes longer than all the rest.
    let skip_hash = true;
    let options = gix::index::decode::Options {
        thread_limit: Some(1),
        alloc_limit_bytes: Some(INDEX_LIMIT),
        ..Default::default()
    };
    gix::index::File::at(&path, repository.object_hash(), skip_hash, options)
        .map(|index| {
            let mut state = index.into_parts().0;
            // The cached tree is of no use here, and has an allocation for each folder of the
            // repository: freeing them takes as long as reading the index, so another thread does.
            let cached = state.remove_tree();
            std::thread::spawn(move || drop(cached));
            Some(state)
        })
        .map_err(|error| broken(format!("does not parse: {}", cause(&error))))
}

/// What an entry of an index is; one that stands for a folder never gets here.
pub(super) fn kind(mode: Mode) -> FileKind {
    match mode {
        Mode::SYMLINK => FileKind::SymbolicLink,
        Mode::COMMIT => FileKind::Submodule,
        _ => FileKind::File,
    }
}

/// The gap for a worktree whose files could not be listed for want of an index.
pub(super) fn without_index(top: &Path) -> Gap {
    Gap::new(
        GapKind::Unreadable,
        format!(
            "the worktree `{}` has no index, so the files of `HEAD` were read and not those on disk",
            top.display()
        ),
    )
    .remedy("git read-tree HEAD")
}

/// The gap for these unmerged paths, if there are any.
pub(super) fn unmerged(paths: &[&[u8]]) -> Option<Gap> {
    let shown: Vec<String> = paths
        .iter()
        .take(3)
        .map(|path| format!("`{}`", String::from_utf8_lossy(path)))
        .collect();
    let more = match paths.len() - shown.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let reason = match paths.len() {
        0 => return None,
        1 => format!("{} is unmerged", shown[0]),
        count => format!("{count} paths are unmerged: {}{more}", shown.join(", ")),
    };
    Some(Gap::new(GapKind::Unmerged, reason).remedy(RESOLVE))
}

/// The gap for files outside of a sparse checkout, if there are any.
pub(super) fn sparse(outside: usize, all: usize) -> Option<Gap> {
    (outside > 0).then(|| {
        let reason = format!("{outside} of {all} tracked files are outside of the sparse checkout");
        Gap::new(GapKind::Sparse, reason).remedy(WIDEN)
    })
}
