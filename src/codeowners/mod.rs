//! Ownership files: one parser a dialect, one model, one matcher. Pure, and of use on its own.
//!
//! ```
//! use bailiwick::codeowners::{Dialect, Matcher, OwnershipFile};
//! use bailiwick::text::{RepoPath, Text};
//!
//! let text = b"* @acme/all\n/docs/ @acme/docs\n".to_vec();
//! let file = OwnershipFile::parse(Dialect::GitHub, Text::new(RepoPath::from("CODEOWNERS"), text));
//! let matcher = Matcher::new(file.patterns());
//! let mut walker = matcher.last_match();
//! let decides = |walker: &mut bailiwick::codeowners::LastMatch<'_>, path: &str| {
//!     walker.find(path.as_bytes()).map(|rule| file.rules()[rule].owners()[0].text().to_owned())
//! };
//! assert_eq!(decides(&mut walker, "docs/guide.md").as_deref(), Some("@acme/docs"));
//! assert_eq!(decides(&mut walker, "src/main.rs").as_deref(), Some("@acme/all"));
//! ```
//!
//! A [`Pattern`] is the meaning of a pattern's text in path segments, whatever dialect it was written
//! in; the [`Matcher`] knows only patterns. How matches combine is the walker's business:
//! [`LastMatch`] lets the last line win, [`AllMatches`] names every line, which dialects with
//! accumulating matches build on; a dialect with sections asks one matcher a section, one with a file
//! a folder a matcher a file.

mod folders;
mod github;
mod glob;
mod matcher;
mod model;
mod pattern;
mod states;
#[cfg(test)]
mod tests;
mod walker;

pub use matcher::{AllMatches, LastMatch, Matcher};
pub use model::{
    Comment, Dialect, InvalidLine, InvalidLineKind, Line, LineKind, Owner, OwnerKind,
    OwnershipFile, OwnershipRule,
};
pub use pattern::{Pattern, PatternError, Reach, Segment};
