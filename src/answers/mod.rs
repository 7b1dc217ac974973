//! Typed answers to questions that are not lint. [`crate::report`] renders them.

mod owners;
mod survey;

pub use owners::{
    DecidingLine, FolderCoverage, OwnerShare, OwnersAnswer, OwnersSummary, PathOwners,
};
pub use survey::{
    Coverage, DocumentsSeen, Draft, ExcludeKind, ExcludeSeen, FURTHER_WORDS, FolderSeen, Foreign,
    OwnersSeen, Stage, Survey,
};
