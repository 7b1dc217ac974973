//! What the content of single files says. In: the bytes of a file. Out: facts about them.

pub mod comments;
pub mod languages;
pub mod markers;
mod references;
mod syntaxes;
