//! Someone alive answers for everything.

pub(super) mod fallback_owner;
pub(super) mod personal_owner;
pub(super) mod unknown_owner;
pub(super) mod unowned_file;
