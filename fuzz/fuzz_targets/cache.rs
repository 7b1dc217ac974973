//! The cache of histories: with any damage to its file the history is that without a cache.
#![no_main]

bailiwick_fuzz::target!("cache");
