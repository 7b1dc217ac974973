//! Who and what there is, as descriptors say: one file a format.

pub mod roster;
