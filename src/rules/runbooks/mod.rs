//! What to do at 3 a.m. is written down, and true.

pub(super) mod alert_without_runbook;
pub(super) mod broken_link;
pub(super) mod incomplete;
