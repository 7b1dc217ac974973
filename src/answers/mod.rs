//! Typed answers to questions that are not lint. [`crate::report`] renders them.

mod approvals;
mod diagnosis;
mod graph;
mod history;
mod onboarding;
mod owners;
mod scorecard;
mod services;
mod suggestions;
mod survey;
mod what_if;
mod who;

pub use approvals::{ApprovalsAnswer, Line, smallest_sets};
pub use diagnosis::{AskedForge, Diagnosis, Recording};
pub use graph::{EdgeAnswer, Fact, GraphAnswer, NodeAnswer};
pub use history::{
    AskedOwner, CoordinationAnswer, CoupledPair, DependenceAnswer, FlowAnswer, HistoryAnswer,
    KeyAnswer, LossAnswer, SharesAnswer, TruckFactors, WaitEstimate, Waiting, WaitingAnswer,
};
pub use onboarding::{
    AcceptedToDo, Coupled, Equipment, Expert, Markers, Neighbour, Onboarding, OwnedLine,
    OwnedService, Place, ToDo,
};
pub use owners::{
    DecidingLine, FolderCoverage, OwnerShare, OwnersAnswer, OwnersSummary, PathOwners,
};
pub use scorecard::{Audit, Audited, Failed, Outcome as CardOutcome, Scorecard, Tally, families};
pub use services::{CandidateService, DeclaredService, ServicesAnswer};
pub use suggestions::{Suggestion, SuggestionsAnswer};
pub use survey::{
    Coverage, DocumentsSeen, Draft, ExcludeKind, ExcludeSeen, FURTHER_WORDS, FolderSeen, Foreign,
    OwnersSeen, RootSeen, ServicesSeen, Stage, Survey,
};
pub use what_if::{Bereft, Fall, Orphaned, WhatIfAnswer};
pub use who::{ChangesTogether, OwnersOfSome, WhoAnswer, WhoOfPath};
