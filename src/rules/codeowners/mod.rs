//! The ownership file says what its authors think it says.

pub(super) mod dead_pattern;
pub(super) mod misread_line;
