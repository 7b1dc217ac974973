//! What was agreed: policies in TOML, from their raw text to the settings that hold for a subject.
//!
//! Three steps, three types:
//!
//! 1. `layers` finds the files of a policy and `raw` reads what each says, over the spanned tables of
//!    `reader`;
//! 2. `validated` and `checker` hold that against the rules there are ([`Rulebook`]) and give a [`Policy`];
//! 3. [`Judging`] answers which [`Settings`] hold for one rule and one subject.
//!
//! Beside them, `inline` reads suppressions in comments and `schema` writes the grammar down for editors.
//! All errors of a policy are found at once and point at their exact place. Packs ship inside the
//! program. This room does no I/O: it is handed a reader of files.

mod checker;
mod declarations;
pub(crate) mod error;
pub(crate) mod handle;
mod index;
mod inline;
mod judging;
mod layers;
mod level;
mod options;
mod packs;
mod paths;
mod raw;
pub(crate) mod reader;
mod reading;
mod rulebook;
mod schema;
mod selection;
mod settings;
mod spec;
#[cfg(test)]
mod tests;
mod validated;
mod version;

pub use declarations::Declarations;
pub(crate) use declarations::{read as read_declarations, read_roster, read_service};
pub use error::{PolicyError, PolicyErrors};
pub(crate) use index::SelectionIndex;
pub use inline::{Inline, InlineProblem};
pub use judging::{Exception, GroupKey, Judging, Law, OfRule};
pub use layers::PolicyFiles;
pub use level::Level;
pub use options::{NoOptions, OptionSpec, OptionValue, Options, Percent, Value};
pub use packs::{PACKS, Pack};
pub use paths::{PathPatterns, PatternError, pattern_of_folder};
pub use raw::says_root;
pub use reader::POLICY_LIMIT;
pub use reading::{
    FileReference, INCIDENT_LABELS, MARKER_WORDS, RUN, RUNBOOKS, Reading, RosterReference,
    ServicesReading, TIER,
};
pub use rulebook::{Removed, Renamed, Retired, RuleSelector, Rulebook, UnknownRule};
pub use schema::schema;
pub use settings::{Attributes, Origin, Settings};
pub use spec::RuleSpec;
pub use validated::{Policy, Reviewed, check_packs};
