//! Typed answers to questions that are not lint. [`crate::report`] renders them.

mod owners;
mod scorecard;

pub use owners::{
    DecidingLine, FolderCoverage, OwnerShare, OwnersAnswer, OwnersSummary, PathOwners,
};
pub use scorecard::{Audit, Audited, Failed, Outcome as CardOutcome, Scorecard, Tally, families};
