//! Recordings: what was recorded is replayed byte for byte.
#![no_main]

bailiwick_fuzz::target!("recordings");
