//! Text as it was read: files, byte spans, lines and columns, excerpts, did-you-mean, escaping,
//! numbers and lists as people write them.
//!
//! Every other room points into text with a [`Span`] and shows it with an [`Excerpt`]; nothing here
//! knows what the text means.

mod clip;
mod escape;
mod needles;
mod path;
mod source;
mod suggest;
mod words;

pub use clip::clip;
pub use escape::{json, markdown, markdown_code, quote_path, terminal, uri_path};
pub use escape::{workflow_message, workflow_property, xml};
pub(crate) use needles::Needles;
pub use path::RepoPath;
pub use source::{Excerpt, Position, Span, Text};
pub use suggest::{did_you_mean, near_names};
pub use words::{count, io_reason, list, number};
