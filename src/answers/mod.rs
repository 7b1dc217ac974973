//! Typed answers to questions that are not lint. [`crate::report`] renders them.

mod owners;

pub use owners::{
    DecidingLine, FolderCoverage, OwnerShare, OwnersAnswer, OwnersSummary, PathOwners,
};
