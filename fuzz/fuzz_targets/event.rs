//! The event file of GitHub Actions: a commit by its field and nothing else.
#![no_main]

bailiwick_fuzz::target!("event");
