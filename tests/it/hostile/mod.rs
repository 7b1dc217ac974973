//! Input that is damaged, endless or means harm. Whatever it is, the program ends in time, by itself,
//! with the promised code and a way out; [`crate::sandbox`] asserts that of every run.

mod damage;
mod files;
#[cfg(unix)]
mod names;
#[cfg(unix)]
mod places;
mod policies;
#[cfg(unix)]
mod programs;

#[cfg(unix)]
pub(crate) use names::{NAMES, assert_harmless};
