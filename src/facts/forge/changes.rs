//! Pull requests and their reviews.

use jiff::Timestamp;

use crate::facts::Name;
use crate::text::RepoPath;

/// Somebody on the forge.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login {
    /// Without `@`, in lower case.
    pub login: String,
    /// Whether the forge says that it is no person.
    pub is_bot: bool,
}

/// A pull request.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull {
    /// Its number.
    pub number: u64,
    /// Who opened it; none once their account is gone.
    pub author: Option<Login>,
    /// The branch that it is to change.
    pub base: String,
    /// Whether it is not to be reviewed yet.
    pub is_draft: bool,
    /// When it was opened.
    pub created: Timestamp,
    /// When it was last declared ready for review, if it was a draft once.
    pub ready: Option<Timestamp>,
    /// When it was merged.
    pub merged: Option<Timestamp>,
    /// When it was closed, be it by merging.
    pub closed: Option<Timestamp>,
    /// Who was asked for a review, in the order of time, and who still is.
    pub requests: Vec<ReviewRequest>,
    /// Who reviewed it, in the order of time.
    pub reviews: Vec<Review>,
    /// The files that it changes; a part of them where there are too many.
    pub paths: Vec<RepoPath>,
    /// Whether there are more files, reviews or requests than are known.
    pub cut: bool,
}

/// That somebody was asked for a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewRequest {
    /// Who: a person or a team.
    pub who: Name,
    /// When; none where it is only known that they are still asked.
    pub when: Option<Timestamp>,
    /// Whether they are asked since they own the code, as far as it is known.
    pub as_owner: bool,
}

/// A review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Who gave it; none once their account is gone.
    pub author: Option<Login>,
    /// When.
    pub when: Timestamp,
    /// What it says.
    pub state: ReviewState,
}

/// What a review says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewState {
    /// Yes.
    Approved,
    /// Not like this.
    ChangesRequested,
    /// Something else.
    Commented,
    /// What it said was taken back.
    Dismissed,
}
