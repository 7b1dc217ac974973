//! Written where people look.

pub(super) mod broken_link;
pub(super) mod missing_readme;
