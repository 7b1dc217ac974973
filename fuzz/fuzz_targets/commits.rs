//! Commits and trees: the history is that of a model without objects, and damage is named.
#![no_main]

bailiwick_fuzz::target!("commits");
