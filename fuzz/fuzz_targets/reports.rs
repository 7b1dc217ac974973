//! Escaping in whole reports: each format parses, and hostile texts bring nothing in.
#![no_main]

bailiwick_fuzz::target!("reports");
