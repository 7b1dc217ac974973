//! Bytes in, facts and gaps out: the only room that does I/O.

pub mod catalog;
pub mod repository;
