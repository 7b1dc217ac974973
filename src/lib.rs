//! bailiwick lints who owns an organization's code and whether it is run the way it agreed.
#![forbid(unsafe_code)]

pub mod answers;
#[cfg(feature = "cli")]
pub mod cli;
pub mod codeowners;
pub mod engine;
pub mod facts;
pub mod findings;
pub mod identity;
pub mod ownership;
pub mod policy;
pub mod report;
pub mod rules;
pub mod sources;
pub mod text;
