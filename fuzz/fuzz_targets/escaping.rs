//! Escaping, text by text: a parser of each format reads the text back, or nothing in it has a meaning.
#![no_main]

bailiwick_fuzz::target!("escaping");
