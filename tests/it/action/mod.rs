//! The Action, step by step, in a runner that is simulated: [`runner`] reads `action.yml`, runs its scripts
//! with the variables and files that GitHub gives to a step, and reads what they wrote by GitHub's grammar.
//!
//! What this cannot show is GitHub itself: how it checks out, what its images hold, and that it shows what
//! was written.

mod bad_input;
mod checkouts;
mod event_files;
mod events;
mod fetching;
mod hostile;
mod installing;
mod job;
mod limits;
mod runner;
mod weakening;
mod workflow_files;
mod yaml;
