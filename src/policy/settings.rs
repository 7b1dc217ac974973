//! The settings of one rule for one subject, and what a subject shows of itself to be selected by.

use super::{Level, Options};
use crate::facts::Location;

/// Who asked for a level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A pack that ships with the program, by its name: `bailiwick:recommended`.
    Pack(&'static str),
    /// A line of a policy file.
    Line(Location),
}

/// What a subject shows of itself so that overrides and exceptions can select it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attributes<'a> {
    /// The paths that it speaks of; an ownership rule shows its pattern, read as a path.
    pub paths: &'a [&'a [u8]],
    /// Its owners, as written.
    pub owners: &'a [&'a str],
    /// Names of the services that it is, or that its files belong to.
    pub services: &'a [&'a str],
    /// The name of its repository.
    pub repository: &'a str,
    /// Its tier, from 1 (most critical), where it has one.
    pub tier: Option<u8>,
}

/// What holds for one rule and one subject.
#[derive(Debug)]
pub struct Settings {
    /// How bad a finding is.
    pub level: Level,
    /// Who asked for that level.
    pub origin: Origin,
    /// Whether a skip of this rule fails the run (`required = true`).
    pub required: bool,
    /// The rule's options.
    pub options: Box<dyn Options>,
}

impl Settings {
    /// The options, as the type that the rule declared.
    ///
    /// # Panics
    /// If `O` is not that type: a fault of the rule's own file, never of input.
    pub fn options<O: Options>(&self) -> &O {
        match self.options.as_any().downcast_ref() {
            Some(options) => options,
            None => unreachable!("a rule asked for options that it did not declare"),
        }
    }
}

impl Clone for Settings {
    fn clone(&self) -> Self {
        Settings {
            level: self.level,
            origin: self.origin.clone(),
            required: self.required,
            options: self.options.boxed_clone(),
        }
    }
}
