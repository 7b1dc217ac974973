//! The guardrails themselves.
