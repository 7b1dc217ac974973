//! The catalog can be relied on.

pub(super) mod deprecated_dependency;
pub(super) mod invalid_descriptor;
pub(super) mod inverted_tier;
pub(super) mod missing_lifecycle;
pub(super) mod missing_tier;
pub(super) mod team_cycle;
pub(super) mod uncatalogued_service;
pub(super) mod unresolved_reference;
