//! Where a fact is, for people and for machines.

use std::borrow::Cow;

use crate::text::{Excerpt, RepoPath, Span, Text};

/// What is to be seen at a place. Most labels are the same for many places and then cost no memory.
pub type Label = Cow<'static, str>;

/// What holds a location: a file, or something that has no text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A file of the judged repository.
    File(RepoPath),
    /// A file that is not part of the judged repository, such as a policy given on the command line;
    /// its path as the user would write it.
    External(String),
    /// The repository as a whole.
    Repository,
}

/// A place, and in a file the line that is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file, or what else is meant.
    pub place: Place,
    /// The line and the part of it that is meant; none where the whole file is meant.
    pub excerpt: Option<Excerpt>,
    /// What is to be seen there, as a lowercase fragment; may be empty.
    pub label: Label,
}

impl Location {
    /// A part of a file of the repository.
    pub fn of(text: &Text, span: Span, label: impl Into<Label>) -> Self {
        Location {
            place: Place::File(text.path().clone()),
            excerpt: Some(text.excerpt(span)),
            label: label.into(),
        }
    }

    /// A file of the repository as a whole.
    pub fn file(path: RepoPath, label: impl Into<Label>) -> Self {
        Location {
            place: Place::File(path),
            excerpt: None,
            label: label.into(),
        }
    }

    /// The repository as a whole.
    pub fn repository(label: impl Into<Label>) -> Self {
        Location {
            place: Place::Repository,
            excerpt: None,
            label: label.into(),
        }
    }

    /// What locations are sorted by: files by path, in a file by line and column.
    pub fn order(&self) -> impl Ord + '_ {
        let position = self.excerpt.as_ref().map(Excerpt::position);
        (&self.place, position)
    }

    /// The file of the repository that this location is in, if it is in one.
    pub fn path(&self) -> Option<&RepoPath> {
        match &self.place {
            Place::File(path) => Some(path),
            Place::External(_) | Place::Repository => None,
        }
    }
}
