//! Which folder has which state, of all folders walked so far.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// A table of folders. It is asked for most paths of a list, in any order, so it is small enough to
/// stay in the processor's cache: three numbers an entry, and all paths in one vector.
#[derive(Debug, Default)]
pub(super) struct Folders {
    table: HashTable<Folder>,
    hasher: RandomState,
    /// Each path behind its length in two bytes.
    paths: Vec<u8>,
}

/// A folder that is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Folder {
    hash: u32,
    /// Where it stands in `paths`.
    path: u32,
    pub(super) state: u32,
}

impl Folders {
    /// How many bytes a path that is kept has at most: one of a megabyte must not leave a copy of
    /// itself for each of its folders.
    pub(super) const LONGEST: usize = if cfg!(test) { 9 } else { 512 };

    /// The hash of a path, for the other functions.
    pub(super) fn hash(&self, path: &[u8]) -> u32 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(path);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "half a hash is enough to find a folder, whose path is compared too"
        )]
        let half = hasher.finish() as u32;
        half
    }

    /// The folder with this path, whose hash is given.
    pub(super) fn find(&self, path: &[u8], hash: u32) -> Option<Folder> {
        let same = |folder: &Folder| folder.hash == hash && self.is(*folder, path);
        self.table.find(spread(hash), same).copied()
    }

    /// Whether the folder has this path.
    pub(super) fn is(&self, folder: Folder, path: &[u8]) -> bool {
        let kept = self.paths[folder.path as usize..].split_first_chunk();
        kept.is_some_and(|(length, rest)| {
            let length = usize::from(u16::from_le_bytes(*length));
            length == path.len() && rest[..length] == *path
        })
    }

    /// Keeps a folder that is not kept yet, whose path is no longer than [`Self::LONGEST`].
    pub(super) fn keep(&mut self, path: &[u8], hash: u32, state: u32) -> Folder {
        let folder = Folder {
            hash,
            path: u32::try_from(self.paths.len()).unwrap_or(u32::MAX),
            state,
        };
        let length = u16::try_from(path.len()).unwrap_or(u16::MAX);
        self.paths.extend_from_slice(&length.to_le_bytes());
        self.paths.extend_from_slice(path);
        self.table
            .insert_unique(spread(hash), folder, |folder| spread(folder.hash));
        folder
    }

    /// The longest folder above this one that is kept: the length of its path, and its state.
    pub(super) fn above(&self, path: &[u8]) -> Option<(usize, u32)> {
        let mut end = path.len().checked_sub(1)?;
        while let Some(slash) = memchr::memrchr(b'/', &path[..end]) {
            let above = &path[..=slash];
            if above.len() <= Self::LONGEST
                && let Some(folder) = self.find(above, self.hash(above))
            {
                return Some((above.len(), folder.state));
            }
            end = slash;
        }
        None
    }

    /// Forgets all; hashes stay as they are.
    pub(super) fn forget(&mut self) {
        self.table = HashTable::new();
        self.paths = Vec::new();
    }

    /// How many bytes are kept.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Folder>() * self.table.len() + self.paths.len()
    }
}

/// A hash for the table, which takes the place from its low bits and a tag from its high ones.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}
