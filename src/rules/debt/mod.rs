//! Shortcuts have an owner and an end.

pub(super) mod aged_marker;
pub(super) mod closed_issue_marker;
pub(super) mod expired_marker;
pub(super) mod growing_debt;
pub(super) mod ownerless_marker;
pub(super) mod unexplained_suppression;
pub(super) mod unknown_marker_owner;
pub(super) mod untracked_marker;
