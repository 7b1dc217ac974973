//! The ownership file says what its authors think it says.

pub(super) mod ambiguous_pattern;
pub(super) mod crowded_line;
pub(super) mod dead_pattern;
pub(super) mod duplicate_pattern;
pub(super) mod ignored_file;
pub(super) mod invalid_line;
pub(super) mod misread_line;
pub(super) mod missing_file;
pub(super) mod oversized_file;
pub(super) mod shadowed_pattern;
pub(super) mod shallow_pattern;
pub(super) mod unenforced_file;
pub(super) mod unguarded_file;
