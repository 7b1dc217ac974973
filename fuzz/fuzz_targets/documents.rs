//! Markdown: what is found is within the document, moves with it, and never leads out of the repository.
#![no_main]

bailiwick_fuzz::target!("documents");
