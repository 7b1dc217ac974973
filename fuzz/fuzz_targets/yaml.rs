//! Formats that are YAML: JSON has the same values, documents and comments around others change nothing.
#![no_main]

bailiwick_fuzz::target!("yaml");
