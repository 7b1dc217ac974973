//! CODEOWNERS: the parser and the matcher agree with a naive implementation of GitHub's documentation and with
//! the crate codeowners-rs.
#![no_main]

bailiwick_fuzz::target!("codeowners");
