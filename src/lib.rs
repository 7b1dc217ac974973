//! bailiwick lints who owns an organization's code and whether it is run the way it agreed.
#![forbid(unsafe_code)]

pub mod answers;
pub mod codeowners;
pub mod facts;
pub mod findings;
pub mod identity;
pub mod ownership;
pub mod policy;
pub mod report;
pub mod rules;
pub mod sources;
pub mod text;
