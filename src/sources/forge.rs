//! What is asked of a forge, and what it says; whichever forge it is.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::net::{Network, Progress, Refusal, Spent};
use crate::facts::{Forge, IssueName, Known, Roster};

/// What is wanted of a repository.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// What its origin calls it: `acme/shop`.
    pub slug: String,
    /// Whether it is wanted what a change of the default branch needs.
    pub branch_rules: bool,
    /// Whether it is wanted what is wrong with the ownership file.
    pub owner_errors: bool,
    /// The commit in which the ownership file is the one that was read, if there is one.
    pub commit: Option<String>,
    /// Whether pull requests are wanted.
    pub pulls: bool,
    /// Whether deployments, releases and incidents are wanted.
    pub deliveries: bool,
    /// The labels of issues that are incidents.
    pub incident_labels: Vec<String>,
    /// Since when pull requests, deployments and incidents are wanted.
    pub since: Timestamp,
    /// The issues that are to be looked up.
    pub issues: BTreeSet<IssueName>,
    /// The links that are to be tried.
    pub links: BTreeSet<String>,
}

/// What the forge said.
#[derive(Debug, Default)]
pub struct Said {
    /// By question: what is known of the repository.
    pub repositories: Vec<Known<Arc<Forge>>>,
    /// By organization, in lower case: its people and teams; none for a person, who has no teams.
    pub organizations: BTreeMap<String, Known<Option<Roster>>>,
    /// What it took.
    pub spent: Spent,
}

/// What a forge says of whoever asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What the forge calls them; none for an App, and for nobody.
    pub login: Option<String>,
    /// What a classic token may do; none for others, which have permissions for each repository.
    pub scopes: Option<Vec<String>>,
    /// How many requests are left, of how many an hour, and when all are there again; none where nothing
    /// limits them.
    pub budget: Option<(u64, u64, Timestamp)>,
}

/// Asks the forge about whoever asks. An App acts for the owner of a repository.
///
/// # Errors
/// Why it says nothing.
#[cfg(feature = "github")]
pub fn account(network: &Network, host: &str, owner: Option<&str>) -> Known<Account> {
    let gate = super::net::Gate::open(network, None);
    let gate = gate.map_err(|refusal| super::github::unusable(&refusal))?;
    super::github::account(&gate, host, owner)
}

/// Where the API was whose answers a folder holds.
///
/// # Errors
/// It holds no recording.
#[cfg(feature = "github")]
pub fn recorded_api(folder: &std::path::Path) -> Result<String, Refusal> {
    super::net::recorded_api(folder)
}

/// Reads nothing: this build has no network.
///
/// # Errors
/// Always.
#[cfg(not(feature = "github"))]
pub fn recorded_api(_: &std::path::Path) -> Result<String, Refusal> {
    Err(Refusal::NoNetwork)
}

/// Asks nobody: this build has no network.
///
/// # Errors
/// Always.
#[cfg(not(feature = "github"))]
pub fn account(_: &Network, _: &str, _: Option<&str>) -> Known<Account> {
    Err(crate::facts::Gap::new(
        crate::facts::GapKind::NotGathered,
        Refusal::NoNetwork.to_string(),
    ))
}

/// Asks the forge whose API is that of the network. `host` is where people see it (`github.com`);
/// `organizations` are those whose people and teams are wanted, in lower case. `progress` is told of every
/// answer.
///
/// # Errors
/// The network cannot be used as it is configured.
#[cfg(feature = "github")]
pub fn read(
    network: &Network,
    host: &str,
    organizations: &BTreeSet<String>,
    questions: &[Question],
    progress: Option<fn(&Progress)>,
) -> Result<Said, Refusal> {
    let tell = |at: Progress| progress.into_iter().for_each(|tell| tell(&at));
    let gate = super::net::Gate::open(network, Some(&tell))?;
    let mut said = super::github::read(&gate, host, organizations, questions);
    said.spent = gate.spent();
    Ok(said)
}

/// Asks nobody: this build has no network.
///
/// # Errors
/// Always.
#[cfg(not(feature = "github"))]
pub fn read(
    _: &Network,
    _: &str,
    _: &BTreeSet<String>,
    _: &[Question],
    _: Option<fn(&Progress)>,
) -> Result<Said, Refusal> {
    Err(Refusal::NoNetwork)
}
