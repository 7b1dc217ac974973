//! One walk over the commits of a repository.

use std::path::Path;

use jiff::Timestamp;

use super::repository::Source;
use crate::facts::{Gap, GapKind, History};

/// What of a history is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Commits that were committed later are left out.
    pub as_of: Timestamp,
    /// Commits that were committed before are not counted.
    pub since: Option<Timestamp>,
    /// From when single commits are kept.
    pub window: Timestamp,
    /// Whether files are followed where they were renamed.
    pub renames: bool,
    /// The folder of the cache, if there is to be one.
    pub cache: Option<&'a Path>,
}

/// Reads the history of a source.
pub fn read(_source: &Source, _wanted: &Wanted<'_>) -> History {
    History {
        gaps: vec![Gap::new(GapKind::NotGathered, "no history")],
        ..History::default()
    }
}
