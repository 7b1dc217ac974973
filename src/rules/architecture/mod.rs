//! Split for a reason.

pub(super) mod coupled_services;
pub(super) mod premature_microservice;
pub(super) mod single_point_of_failure;
