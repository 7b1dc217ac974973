//! What to do at 3 a.m. is written down, and true.

pub(super) mod broken_link;
pub(super) mod incomplete;
