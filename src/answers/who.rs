//! Whom to ask about paths.

use super::Expert;
use crate::facts::Gap;

/// Whom to ask about paths.
#[derive(Debug)]
pub struct WhoAnswer {
    /// The repository.
    pub repository: String,
    /// The ownership file, if there is one.
    pub file: Option<String>,
    /// By path, in the order in which they were asked for.
    pub paths: Vec<WhoOfPath>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// Whom to ask about a file, or about all files of a folder.
#[derive(Debug)]
pub struct WhoOfPath {
    /// The path from the root; `.` for the root itself.
    pub path: String,
    /// How many files that is.
    pub files: usize,
    /// Who owns them, the most files first.
    pub owners: Vec<OwnersOfSome>,
    /// Who knows them, the best first; a few.
    pub experts: Vec<Expert>,
    /// How many further people touched them.
    pub more_experts: usize,
    /// What changes together with them.
    pub together: Vec<ChangesTogether>,
}

/// Who owns some of the files.
#[derive(Debug)]
pub struct OwnersOfSome {
    /// The owners, as written; none of files that nobody owns.
    pub owners: Vec<String>,
    /// How many files.
    pub files: usize,
    /// The number of the line of the ownership file that says so; the one that decides over most of them.
    pub line: Option<u32>,
}

/// A path that changes together with others.
#[derive(Debug)]
pub struct ChangesTogether {
    /// The path.
    pub path: String,
    /// Who owns it, as written.
    pub owners: Vec<String>,
    /// How many of a hundred changes are shared.
    pub degree: u32,
    /// How many changes are shared.
    pub shared: u32,
}
