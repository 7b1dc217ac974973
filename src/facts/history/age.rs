//! Since when lines stand as they are.

use jiff::Timestamp;

use super::CommitId;

/// Since when a line stands as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// No commit has it yet.
    Uncommitted,
    /// A commit brought it; by when that was written.
    Since(Timestamp, CommitId),
    /// It was there when the history begins that is known: it is at least so old.
    Before(Timestamp),
}

impl Age {
    /// The last day on which it can have come, if any commit has it.
    pub fn latest(self) -> Option<Timestamp> {
        match self {
            Age::Uncommitted => None,
            Age::Since(when, _) | Age::Before(when) => Some(when),
        }
    }
}

/// The age of a line of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineAge {
    /// The file, by its place in the tree.
    pub file: u32,
    /// The line, from 1.
    pub line: u32,
    /// Its age.
    pub age: Age,
}
