//! Changes go out by themselves, a little at a time.

pub(super) mod failing_changes;
pub(super) mod infrequent_deployment;
pub(super) mod slow_lead_time;
pub(super) mod slow_recovery;
