//! Someone alive answers for everything.

pub(super) mod contested_path;
pub(super) mod fallback_owner;
pub(super) mod inactive_owner;
pub(super) mod knowledge_loss;
pub(super) mod knowledge_mismatch;
pub(super) mod low_truck_factor;
pub(super) mod orphan_service;
pub(super) mod owner_mismatch;
pub(super) mod personal_owner;
pub(super) mod powerless_owner;
pub(super) mod unknown_owner;
pub(super) mod unowned_file;
pub(super) mod unowned_journey;
