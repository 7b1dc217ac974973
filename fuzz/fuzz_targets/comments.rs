//! Comments and strings in every language: in order, apart, the same in a part and in the whole.
#![no_main]

bailiwick_fuzz::target!("comments");
