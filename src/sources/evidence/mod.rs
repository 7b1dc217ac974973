//! What the content of single files says. In: the bytes of a file. Out: facts about them.

pub mod code_suppressions;
pub mod comments;
pub mod languages;
pub mod markers;
mod references;
mod silencers;
mod syntaxes;
