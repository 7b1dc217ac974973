//! Decisions are made near the work.

pub(super) mod gatekeeper;
pub(super) mod sole_approver;
