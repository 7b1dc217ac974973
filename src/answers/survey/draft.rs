//! What somebody decided on for a first policy.

use jiff::civil::Date;

/// How strictly a policy begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The recommended rules, quiet about what stood before.
    Adopt,
    /// The recommended rules.
    Recommended,
    /// The strict rules.
    Strict,
}

impl Stage {
    /// All stages, the mildest first.
    pub const ALL: [Stage; 3] = [Stage::Adopt, Stage::Recommended, Stage::Strict];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Adopt => "adopt",
            Stage::Recommended => "recommended",
            Stage::Strict => "strict",
        }
    }

    /// What it is for, in one line.
    pub fn summary(self) -> &'static str {
        match self {
            Stage::Adopt => "the recommended rules; what stands today goes into a baseline",
            Stage::Recommended => "what every repository can hold itself to",
            Stage::Strict => "for organizations whose every file has an answer to who owns it",
        }
    }

    /// The pack that it extends.
    pub fn pack(self) -> &'static str {
        match self {
            Stage::Adopt | Stage::Recommended => "bailiwick:recommended",
            Stage::Strict => "bailiwick:strict",
        }
    }

    /// Whether it begins with a baseline where nobody says otherwise.
    pub fn has_baseline(self) -> bool {
        self == Stage::Adopt
    }
}

/// What was decided on for a policy.
#[derive(Clone, Debug)]
pub struct Draft {
    /// How strictly it begins.
    pub stage: Stage,
    /// Whether it leaves out what was seen to be somebody else's.
    pub excludes: bool,
    /// The file beside it that has what was found, if there is one.
    pub baseline: Option<&'static str>,
    /// The day.
    pub day: Date,
}
