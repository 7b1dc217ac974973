//! Policies, with what they extend, rosters and catalogs: errors point into their files, and comments and line ends
//! change nothing.
#![no_main]

bailiwick_fuzz::target!("policies");
