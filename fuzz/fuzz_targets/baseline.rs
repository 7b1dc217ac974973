//! Baselines: what is written is read as the same.
#![no_main]

bailiwick_fuzz::target!("baseline");
