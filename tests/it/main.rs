//! The program from outside: the binary as people and machines call it, and the library as another
//! crate uses it. One binary, so that it is linked once.

#![cfg(all(feature = "cli", feature = "git"))]
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps what is not there fails"
)]
#![expect(clippy::print_stdout, reason = "a test says what it left out")]

// Its steps are bash: on Windows that may be another system's, so there they are left to GitHub's runners.
#[cfg(unix)]
mod action;
mod approvals;
mod audit;
mod cache;
mod check_baseline;
mod check_catalog;
mod check_evidence;
mod check_exceptions;
mod check_policy;
mod check_reports;
mod check_targets;
mod conformance;
mod exit_codes;
#[cfg(feature = "github")]
mod forge;
mod hostile;
mod init;
mod missing;
mod opening;
mod owners;
mod past;
mod properties;
mod questions;
mod readme;
mod rules;
mod sandbox;
mod since;
