//! What an organization runs: what is declared, and what looks as if it should be.

use crate::facts::{Gap, Location};

/// The services of a workspace.
#[derive(Debug)]
pub struct ServicesAnswer {
    /// What the repository, or the folder of repositories, is called.
    pub name: String,
    /// What is declared, the most critical first.
    pub declared: Vec<DeclaredService>,
    /// Folders that look deployable and that nothing declares.
    pub candidates: Vec<CandidateService>,
    /// How many repositories were read.
    pub repositories: usize,
    /// Repositories and folders that could not be read.
    pub gaps: Vec<Gap>,
}

/// A service that something declares.
#[derive(Debug)]
pub struct DeclaredService {
    /// Its name.
    pub name: String,
    /// What it is: `service`, `library`, …
    pub kind: String,
    /// From 1, the most critical.
    pub tier: Option<u8>,
    /// Where it is in its life.
    pub lifecycle: Option<String>,
    /// Who answers for it, by its descriptor or else by the ownership file.
    pub owners: Vec<String>,
    /// Whether its descriptor says who.
    pub owner_is_declared: bool,
    /// How many files it has.
    pub files: usize,
    /// What it needs: names of services.
    pub depends_on: Vec<String>,
    /// The path of its repository, `.` where there is just one.
    pub repository: String,
    /// Where it is declared.
    pub location: Location,
}

/// A folder that looks deployable.
#[derive(Debug)]
pub struct CandidateService {
    /// What it would be called.
    pub name: String,
    /// The folder; empty for the whole repository.
    pub folder: String,
    /// The path of its repository.
    pub repository: String,
    /// What says so.
    pub evidence: Vec<Location>,
}
