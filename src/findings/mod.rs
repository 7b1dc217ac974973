//! From violations to a report: what is a finding, what is accepted, what is counted.

mod baseline;
mod before;
mod change;
mod finding;
mod fingerprint;
mod ledger;
mod places;
mod report;
mod suppression;

pub use baseline::{Baseline, BaselineError};
pub(crate) use before::{Before, Names};
pub use change::{Change, Edit};
pub use finding::{Acceptance, Accepted, Finding};
pub(crate) use ledger::Ledger;
pub use places::Places;
pub use report::{Incomplete, PolicyInfo, Report, Skip, Summary, Unasked, UnreadOwnership};
pub use suppression::Suppression;
