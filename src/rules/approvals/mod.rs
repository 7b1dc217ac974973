//! Decisions are made near the work.

pub(super) mod bottleneck;
pub(super) mod fan_out;
pub(super) mod gatekeeper;
pub(super) mod required_chain;
pub(super) mod saturated;
pub(super) mod slow_review;
pub(super) mod sole_approver;
