//! Someone alive answers for everything.
