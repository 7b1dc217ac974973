//! The model of an ownership file.

/// An ownership file.
#[derive(Debug)]
pub struct OwnershipFile {}
