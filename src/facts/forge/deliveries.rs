//! Deployments, releases and incidents.

use jiff::Timestamp;

/// What was delivered in a span of time, and what broke.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Deliveries {
    /// Since when all are known.
    pub since: Timestamp,
    /// In the order of time.
    pub deployments: Vec<Deployment>,
    /// In the order of time; none that is a draft or a preview.
    pub releases: Vec<Release>,
    /// Issues with a label that says that they are incidents, in the order of time; none where it is not
    /// known which labels these are.
    pub incidents: Option<Vec<Incident>>,
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// Where to: `production`.
    pub environment: String,
    /// The hash of the commit.
    pub commit: String,
    /// When it was begun.
    pub created: Timestamp,
    /// What became of it, with the time; none where nothing is known.
    pub succeeded: Option<(bool, Timestamp)>,
}

/// A release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// Its tag.
    pub tag: String,
    /// When it was published.
    pub published: Timestamp,
}

/// An incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// The number of its issue.
    pub number: u64,
    /// When it was reported.
    pub opened: Timestamp,
    /// When it was over.
    pub closed: Option<Timestamp>,
}
