//! Objects of git's database as they are read in bulk: trees are kept, since consecutive commits share
//! almost all of theirs.

use std::sync::Arc;

use gix::ObjectId;
use gix::hashtable::HashMap;
use gix::objs::{Find as _, Kind};

/// How many bytes of trees each of two generations keeps, in all threads together.
const KEPT: usize = 32 << 20;

/// How many bytes of objects that others are stored as a difference to are kept, in all threads together.
const BASES: usize = 96 << 20;

/// With less than so many bytes of each a thread reads most objects more than once.
const LEAST: usize = 8 << 20;

/// An object that cannot be read: it is missing, damaged, or of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Reads objects for one thread.
pub(super) struct Objects {
    repository: gix::Repository,
    buffer: Vec<u8>,
    /// Trees that were asked for lately, and before that. When the first are too many they become the
    /// second, and those are dropped: whatever is asked for again in the meantime moves over.
    young: HashMap<ObjectId, Arc<[u8]>>,
    old: HashMap<ObjectId, Arc<[u8]>>,
    young_bytes: usize,
    most_young_bytes: usize,
    empty: Arc<[u8]>,
    /// Objects that could not be read, and what they should be.
    missing: Vec<(ObjectId, Kind)>,
}

impl Objects {
    pub(super) fn new(mut repository: gix::Repository) -> Objects {
        let threads = rayon::current_num_threads().max(1);
        let share = |of: usize| (of / threads).max(LEAST);
        let bases = share(BASES);
        repository.object_cache_size(0);
        // An object that is missing is looked for once, not in packs that somebody may just have added.
        repository.objects.refresh_never();
        repository.objects.set_pack_cache(move || {
            Box::new(gix::odb::pack::cache::lru::MemoryCappedHashmap::new(bases))
        });
        Objects {
            repository,
            buffer: Vec::new(),
            young: HashMap::default(),
            old: HashMap::default(),
            young_bytes: 0,
            most_young_bytes: share(KEPT),
            empty: Arc::from(Vec::new()),
            missing: Vec::new(),
        }
    }

    /// Returns the objects that could not be read since this was last called, and what they should be.
    pub(super) fn take_missing(&mut self) -> Vec<(ObjectId, Kind)> {
        std::mem::take(&mut self.missing)
    }

    /// The content of a commit.
    pub(super) fn commit(&mut self, id: ObjectId) -> Result<&[u8], Unreadable> {
        self.read(id, Kind::Commit)
    }

    /// The content of a tree; none of a commit without a parent.
    pub(super) fn tree(&mut self, id: Option<ObjectId>) -> Result<Arc<[u8]>, Unreadable> {
        let Some(id) = id else {
            return Ok(Arc::clone(&self.empty));
        };
        if let Some(tree) = self.young.get(&id) {
            return Ok(Arc::clone(tree));
        }
        let tree = match self.old.remove(&id) {
            Some(tree) => tree,
            None => Arc::from(self.read(id, Kind::Tree)?),
        };
        self.young_bytes += tree.len() + 64;
        self.young.insert(id, Arc::clone(&tree));
        if self.young_bytes > self.most_young_bytes {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        Ok(tree)
    }

    /// The content of a blob.
    pub(super) fn blob(&mut self, id: ObjectId) -> Result<&[u8], Unreadable> {
        self.read(id, Kind::Blob)
    }

    /// How many bytes a blob has.
    pub(super) fn blob_size(&mut self, id: ObjectId) -> Result<u64, Unreadable> {
        match self.repository.try_find_header(id) {
            Ok(Some(header)) if header.kind() == Kind::Blob => Ok(header.size()),
            _ => {
                self.missing.push((id, Kind::Blob));
                Err(Unreadable)
            }
        }
    }

    /// Whether an object is there.
    pub(super) fn has(&self, id: ObjectId) -> bool {
        self.repository.has_object(id)
    }

    /// The content of a tag.
    pub(super) fn tag(&mut self, id: ObjectId) -> Result<&[u8], Unreadable> {
        self.read(id, Kind::Tag)
    }

    fn read(&mut self, id: ObjectId, kind: Kind) -> Result<&[u8], Unreadable> {
        match self.repository.objects.try_find(&id, &mut self.buffer) {
            Ok(Some(data)) if data.kind == kind => Ok(data.data),
            _ => {
                self.missing.push((id, kind));
                Err(Unreadable)
            }
        }
    }
}
