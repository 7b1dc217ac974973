//! From violations to a report: what is a finding, what is accepted, what is counted.

mod exception;
mod finding;
mod report;

pub use exception::ExceptionUse;
pub use finding::{Acceptance, Accepted, Edit, Finding, Fix};
pub use report::{PolicyInfo, Report, Skip, Summary};
