//! Small, staffed, able to finish.

pub(super) mod dependent;
pub(super) mod fresh_owners;
pub(super) mod incomplete_onboarding;
pub(super) mod incongruent;
pub(super) mod leaderless;
pub(super) mod missing_onboarding;
pub(super) mod overloaded;
pub(super) mod oversized;
pub(super) mod understaffed;
