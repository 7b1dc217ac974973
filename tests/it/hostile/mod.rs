//! Input that is damaged, endless or means harm. Whatever it is, the program ends in time, by itself,
//! with the promised code and a way out; [`crate::sandbox`] asserts that of every run.

mod bulk;
mod contents;
mod damage;
mod files;
mod harm;
#[cfg(unix)]
mod links;
#[cfg(unix)]
mod names;
#[cfg(unix)]
mod places;
mod policies;
#[cfg(unix)]
mod programs;

#[cfg(unix)]
pub(crate) use harm::{assert_harmless, assert_markdown};
#[cfg(unix)]
pub(crate) use names::NAMES;
