//! What was agreed: policies in TOML, from their raw text to the settings that hold for a subject.
//!
//! Three steps, three types: a raw table with spans → a validated [`Policy`] → [`Settings`] for one
//! subject. All errors of a policy are found at once and point at their exact place. Packs ship
//! inside the program. This room does no I/O: it is handed a reader.

mod level;
mod options;
mod settings;
mod spec;

pub use level::Level;
pub use options::{NoOptions, OptionSpec, OptionValue, Options, Percent, Value};
pub use settings::{Attributes, Origin, Settings};
pub use spec::RuleSpec;
