//! The index of a worktree: how it is read, and what is said of its peculiarities.

use std::path::Path;
use std::thread::Builder;

use gix::ObjectId;
use gix::hash::Kind;
use gix::index::State;
use gix::index::entry::Mode;
use memchr::{memchr, memmem};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

use super::super::OpenError;
use crate::facts::{FileKind, Gap, GapKind};
use crate::sources::remedies;

/// No index beyond this many bytes in memory is read: some ten million files.
const INDEX_LIMIT: usize = 1 << 30;

/// What makes an index anew.
const REWRITE: &str = "`git read-tree HEAD` writes a new one (what was staged is no more); `--at HEAD` reads the \
                       last commit instead";

/// Folders are nested no deeper: each takes two bytes of a path at least, and systems have a limit for these.
const DEEPEST: usize = 4_096;

/// How many bytes of stack an index is read with, since gix reads nested folders by recursion.
const STACK: usize = 64 << 20;

/// Reads the index of a worktree, if there is one.
pub(super) fn read(repository: &gix::Repository) -> Result<Option<State>, OpenError> {
    let path = repository.index_path();
    let broken = |why: &str| {
        OpenError::new(format!("the index `{}` {why}", path.display())).with_remedy(REWRITE)
    };
    let content = match std::fs::read(&path) {
        Ok(content) => content,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return Err(broken("cannot be read")),
    };
    let format = repository.object_hash();
    let mut files = shared(&content, &path, format);
    files.push(content);
    if files.iter().any(|file| nests_too_deep(file, format)) {
        return Err(broken("has folders that are nested deeper than any path"));
    }
    let options = gix::index::decode::Options {
        thread_limit: Some(1),
        alloc_limit_bytes: Some(INDEX_LIMIT),
        ..Default::default()
    };
    // gix would verify the checksum before it reads anything, with a hash that takes several times longer.
    let skip_hash = true;
    let parse = || gix::index::File::at(&path, format, skip_hash, options);
    let (is_sound, index) = std::thread::scope(|scope| {
        let parsing = Builder::new().stack_size(STACK).spawn_scoped(scope, parse);
        let is_sound = files.iter().all(|file| has_its_checksum(file, format));
        let parsed = parsing.ok().and_then(|parsing| parsing.join().ok());
        (is_sound, parsed.and_then(Result::ok))
    });
    let index = index.ok_or_else(|| broken("does not parse"))?;
    if !is_sound {
        return Err(broken(
            "is damaged: its checksum is that of another content",
        ));
    }
    let mut state = index.into_parts().0;
    // The cached tree is of no use here, and has an allocation for each folder of the
    // repository: freeing them takes as long as reading the index, so another thread does.
    let cached = state.remove_tree();
    let free = Builder::new().stack_size(STACK);
    // Without another thread it is freed here.
    let _ = free.spawn(move || drop(cached));
    Ok(Some(state))
}

/// The contents of the shared index that a split index refers to; none of another index.
fn shared(content: &[u8], path: &Path, format: Kind) -> Vec<Vec<u8>> {
    // The extension: its name, its size, and the checksum that names the shared index.
    let start = b"link".len() + size_of::<u32>();
    let places = memmem::find_iter(content, b"link");
    let shared = places.filter_map(|at| {
        let checksum = content.get(at + start..at + start + format.len_in_bytes())?;
        let checksum = ObjectId::try_from(checksum).ok()?;
        // These bytes may be part of a name or of a hash: then there is no such file.
        std::fs::read(path.with_file_name(format!("sharedindex.{checksum}"))).ok()
    });
    shared.collect()
}

/// Returns true if the folders that git noted in an index are nested so deep that reading them, or freeing
/// them, would take more stack than there is.
fn nests_too_deep(content: &[u8], format: Kind) -> bool {
    let header = b"TREE".len() + size_of::<u32>();
    memmem::find_iter(content, b"TREE").any(|at| {
        // How many folders are left in each folder on the way to the current one.
        let mut left: Vec<u64> = vec![1];
        let mut rest = content.get(at + header..).unwrap_or_default();
        while let Some(folders) = left.last_mut() {
            let Some(fewer) = folders.checked_sub(1) else {
                left.pop();
                continue;
            };
            *folders = fewer;
            let Some((folder, behind)) = noted_folder(rest, format) else {
                return false;
            };
            rest = behind;
            left.push(folder);
            if left.len() > DEEPEST {
                return true;
            }
        }
        false
    })
}

/// How many folders a noted folder has, and what comes behind it: its name, a zero, how many entries it has,
/// a space, how many folders, a line end, and its hash unless the number of entries is negative.
fn noted_folder(noted: &[u8], format: Kind) -> Option<(u64, &[u8])> {
    let rest = &noted[memchr(0, noted)? + 1..];
    let space = memchr(b' ', rest)?;
    let end = space + memchr(b'\n', &rest[space..])?;
    let folders = std::str::from_utf8(&rest[space + 1..end]).ok()?;
    let is_known = !rest.starts_with(b"-");
    let hash = if is_known { format.len_in_bytes() } else { 0 };
    Some((folders.parse().ok()?, rest.get(end + 1 + hash..)?))
}

/// Returns true if the last bytes of a file are the hash of all others, or zeros, as git writes them with
/// `index.skipHash`.
fn has_its_checksum(content: &[u8], format: Kind) -> bool {
    let Some(end) = content.len().checked_sub(format.len_in_bytes()) else {
        return false;
    };
    let (content, checksum) = content.split_at(end);
    checksum.iter().all(|&byte| byte == 0)
        || match format {
            Kind::Sha1 => Sha1::digest(content).as_slice() == checksum,
            _ => Sha256::digest(content).as_slice() == checksum,
        }
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
    .remedy(remedies::INDEX)
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
    Some(Gap::new(GapKind::Unmerged, reason).remedy(remedies::UNMERGED))
}
