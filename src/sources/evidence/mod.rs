//! What the tree shows of the process: markers, documents, alerts. In: the files of a tree, and what is
//! looked for in them. Out: facts, and a gap for what could not be read.
//!
//! What depends on the bytes and the name of one file alone is read by a `Reader` in the `pass`; what
//! looks across files, as a link does, comes behind it.

mod addressed;
mod code_suppressions;
mod comments;
mod excludes;
mod languages;
mod markers;
mod pass;
mod readers;
mod references;
mod syntaxes;

use crate::facts::{Evidence, Gap, Looked, Tree};
use crate::policy::Reading;
use crate::sources::repository::{BlobId, Source};
use crate::text::RepoPath;
use pass::{Blobs, Reader};

/// The largest file that is opened. What people write is far smaller.
const LIMIT: u64 = 16 << 20;

/// Reads what the files below `scope` show.
pub fn read(
    source: &Source,
    tree: &Tree,
    scope: &RepoPath,
    looked: Looked,
    reading: &Reading,
) -> (Evidence, Vec<Gap>) {
    if looked.is_nothing() {
        return (Evidence::default(), Vec::new());
    }
    let readers = readers::of(looked, reading);
    let readers: Vec<&dyn Reader> = readers.iter().map(|reader| &**reader).collect();
    let blobs = SourceBlobs { source, tree };
    let judged = excludes::judged(source, tree, scope, &reading.exclude, |path| {
        readers.iter().any(|reader| reader.wants(path))
    });
    let (evidence, unread) = gather(tree, judged.files, &readers, &blobs, looked);
    let mut gaps = judged.gaps;
    gaps.extend(unread);
    (evidence, gaps)
}

fn gather(
    tree: &Tree,
    files: Vec<u32>,
    readers: &[&dyn Reader],
    blobs: &dyn Blobs,
    looked: Looked,
) -> (Evidence, Vec<Gap>) {
    let found = pass::run(tree, files, readers, blobs);
    let evidence = Evidence {
        looked,
        files: found.files,
        documents: Vec::new(),
        alerts: Vec::new(),
        reads: found.reads,
    };
    (evidence, found.gaps)
}

/// The files of a source, by their places in its tree.
struct SourceBlobs<'s> {
    source: &'s Source,
    tree: &'s Tree,
}

impl Blobs for SourceBlobs<'_> {
    fn content(&self, file: u32) -> Result<Vec<u8>, Gap> {
        let path = RepoPath::from(self.tree.path(file as usize));
        self.source.read(&path, LIMIT)
    }

    fn id(&self, file: u32) -> Option<BlobId> {
        let path = RepoPath::from(self.tree.path(file as usize));
        self.source.blob_id(&path)
    }
}
