//! The program from outside: the binary as people and machines call it, and the library as another
//! crate uses it. One binary, so that it is linked once.

#![cfg(all(feature = "cli", feature = "git"))]
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on should stop, and says what it leaves out"
)]

mod check_baseline;
mod check_policy;
mod check_reports;
mod check_targets;
mod conformance;
mod exit_codes;
mod hostile;
mod owners;
mod properties;
mod readme;
mod rules;
mod sandbox;
