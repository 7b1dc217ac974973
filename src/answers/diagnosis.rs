//! What is configured, what can be read, and which rules would have nothing to judge by.

use crate::facts::{Gap, Known};
use crate::findings::{PolicyInfo, Skip};
use crate::sources::forge::Account;

/// What is configured for a repository, and what comes of it.
#[derive(Debug)]
pub struct Diagnosis {
    /// The repository.
    pub repository: String,
    /// Where it is in the browser, if its origin says so.
    pub web: Option<String>,
    /// The policy that judges.
    pub policy: PolicyInfo,
    /// The forge, and what it says of whoever asks; none if nobody wanted it to be asked.
    pub forge: Option<AskedForge>,
    /// How many rules could judge.
    pub judging: usize,
    /// Rules that the policy has on and that could not judge some subject, and why.
    pub skipped: Vec<Skip>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// Whether something is missing that was asked for.
    pub is_incomplete: bool,
}

/// A forge that was asked.
#[derive(Debug)]
pub struct AskedForge {
    /// Where its API is.
    pub api: String,
    /// What it says of whoever asks, or why it says nothing; none where a recording answers.
    pub account: Option<Known<Account>>,
    /// The recording that is written or replayed, if there is one.
    pub recording: Option<Recording>,
}

/// A folder with answers of a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The folder.
    pub folder: String,
    /// Whether it is replayed, and not written.
    pub is_replayed: bool,
    /// What it lacks of what is asked by the rules that judge here.
    pub lacks: Vec<String>,
    /// Where these are the rules of a check: what it lacks beside that of what an audit asks.
    pub lacks_for_audit: Vec<String>,
}
