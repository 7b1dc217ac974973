//! Ownership files: one parser a dialect, one model, one matcher. Pure, and of use on its own.

mod model;

pub use model::OwnershipFile;
