//! Which files of a worktree have the content that git has, without reading those that nobody touched.
//!
//! As git does it: a file whose times, size and place on disk are those that the index noted has the
//! content that the index names, unless it was written so late that another write could hide behind the
//! same time. All others are read and hashed as they are; no filter is run, so that a file that git would
//! convert counts as changed.

use gix::ObjectId;
use gix::index::entry::{Flags, Mode, Stat, stat};
use gix::index::{Entry, State, fs};
use gix::objs::Kind;
use rayon::prelude::*;

use super::super::disk::Disk;
use crate::text::RepoPath;

/// The largest file that is hashed; a larger one counts as changed.
const LIMIT: u64 = 16 << 20;

/// By entry of an index: what names the content that is on disk, where that is known.
pub(super) fn contents(index: &State, disk: &Disk) -> Vec<Option<ObjectId>> {
    let entries = index.entries().par_iter();
    entries.map(|entry| content(index, entry, disk)).collect()
}

fn content(index: &State, entry: &Entry, disk: &Disk) -> Option<ObjectId> {
    // What is not on disk has the content that the index names; submodules are not entered.
    if entry.flags.contains(Flags::SKIP_WORKTREE) || entry.mode == Mode::COMMIT {
        return Some(entry.id);
    }
    let path = RepoPath::from(entry.path(index).as_ref() as &[u8]);
    let file = disk.place(&path)?;
    let metadata = fs::Metadata::from_path_no_follow(&file).ok()?;
    let found = Stat::from_fs(&metadata).ok()?;
    let options = stat::Options {
        trust_ctime: true,
        check_stat: true,
        // An index without fractions of seconds cannot be compared with them.
        use_nsec: entry.stat.mtime.nsecs != 0,
        use_stdev: false,
    };
    let is_late = found.is_racy(index.timestamp(), options);
    if entry.stat.matches(&found, options) && !is_late {
        return Some(entry.id);
    }
    let content = match entry.mode == Mode::SYMLINK {
        true => std::fs::read_link(&file)
            .ok()?
            .into_os_string()
            .into_encoded_bytes(),
        false => disk.read(&path, LIMIT).ok()??,
    };
    gix::objs::compute_hash(entry.id.kind(), Kind::Blob, &content).ok()
}
