//! Missing data: nothing is lost without a word, and nothing is made up.

mod clones;
mod deleted;
mod law;
mod remedies;
mod shop;
