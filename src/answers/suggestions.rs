//! Who could own what nobody owns.

use crate::facts::Gap;

/// Who could own what nobody owns.
#[derive(Debug)]
pub struct SuggestionsAnswer {
    /// The ownership file, if there is one.
    pub file: Option<String>,
    /// Lines for it, in the order of their patterns.
    pub suggestions: Vec<Suggestion>,
    /// How many files nobody owns.
    pub unowned: usize,
    /// For how many of these nobody can be suggested: those who know them have no handle, or nobody knows
    /// them.
    pub without: usize,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A line for the ownership file, with the evidence for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The pattern: a folder or a file, from the root.
    pub pattern: String,
    /// The owner.
    pub owner: String,
    /// How many files that are.
    pub files: usize,
    /// How many of them somebody behind the owner is an author of.
    pub known: usize,
    /// How many people behind the owner know them.
    pub people: usize,
    /// How often these changed the files.
    pub changes: usize,
    /// When one of these last did.
    pub last: jiff::civil::Date,
}
