//! Bytes in, facts and gaps out: the only rooms that do I/O.

pub mod repository;
