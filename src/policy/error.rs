//! Faults of files that people write for bailiwick: policies and rosters. All of a file at once, each
//! at its exact place.

use std::fmt;
use std::sync::Arc;

use super::Origin;
use crate::facts::{Gap, Label, Location, Place};
use crate::text::{Span, Text, did_you_mean, terminal};

/// Beyond this many errors of one file nobody reads on, and a hostile file has millions.
pub(crate) const MOST_ERRORS: usize = 100;

/// A fault of a policy or of a file that it names.
#[derive(Clone, Debug)]
pub struct PolicyError {
    /// The file, as reports name it.
    pub place: Place,
    /// The file's text; empty where it could not be read.
    pub text: Arc<Text>,
    /// The part of the text that is meant.
    pub span: Span,
    /// What is wrong: a lowercase fragment without full stop, names in backticks.
    pub message: String,
    /// The way out, where it is not plain from the message.
    pub help: Option<String>,
}

impl PolicyError {
    /// The same place, as findings have it.
    pub fn location(&self) -> Location {
        Location {
            place: self.place.clone(),
            excerpt: Some(self.text.excerpt(self.span)),
            label: Label::default(),
        }
    }

    /// The name of the file, as reports have it; not escaped.
    pub fn path(&self) -> String {
        place_name(&self.place)
    }
}

/// Line and column, message and help, harmless for a terminal.
impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.text.position(self.span.start);
        let (path, message) = (self.path(), terminal(&self.message));
        let path = terminal(&path);
        write!(f, "{path}:{}:{}: {message}", at.line, at.column)?;
        match &self.help {
            Some(help) => write!(f, "\n  help: {}", terminal(help)),
            None => Ok(()),
        }
    }
}

/// All faults of a policy, sorted by file and place. Never empty.
#[derive(Clone, Debug)]
pub struct PolicyErrors {
    errors: Vec<PolicyError>,
    unread: Option<Box<Gap>>,
}

impl PolicyErrors {
    /// The value if there are no errors, else the errors, sorted.
    pub(crate) fn check<T>(value: T, mut errors: Vec<PolicyError>) -> Result<T, PolicyErrors> {
        if errors.is_empty() {
            return Ok(value);
        }
        errors.sort_by(|a, b| (&a.place, a.span, &a.message).cmp(&(&b.place, b.span, &b.message)));
        Err(PolicyErrors {
            errors,
            unread: None,
        })
    }

    /// The same errors, of a policy of which a file may be unavailable.
    pub(super) fn lacking(self, unread: Option<Gap>) -> PolicyErrors {
        PolicyErrors {
            unread: unread.map(Box::new),
            ..self
        }
    }

    /// The first file of the policy that is unavailable, if one is: all errors may follow from that.
    pub fn unread(&self) -> Option<&Gap> {
        self.unread.as_deref()
    }

    /// The errors, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, PolicyError> {
        self.errors.iter()
    }
}

impl<'a> IntoIterator for &'a PolicyErrors {
    type Item = &'a PolicyError;
    type IntoIter = std::slice::Iter<'a, PolicyError>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyErrors {}

/// A file that is being read: what errors and origins point into.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// The file, as reports name it.
    pub(crate) place: Place,
    /// Its text.
    pub(crate) text: Arc<Text>,
    /// The pack's name, if it is one.
    pub(crate) pack: Option<&'static str>,
}

impl Source {
    /// A file of this text.
    pub(crate) fn new(place: Place, text: Text) -> Self {
        Source {
            place,
            text: Arc::new(text),
            pack: None,
        }
    }

    /// What reports call the file.
    pub(crate) fn name(&self) -> String {
        place_name(&self.place)
    }

    /// A part of the file.
    pub(crate) fn location(&self, span: Span, label: &'static str) -> Location {
        Location {
            place: self.place.clone(),
            excerpt: Some(self.text.excerpt(span)),
            label: label.into(),
        }
    }

    /// Whoever wrote that part.
    pub(crate) fn origin(&self, span: Span) -> Origin {
        match self.pack {
            Some(name) => Origin::Pack(name),
            None => Origin::Line(self.location(span, "asked for here")),
        }
    }
}

/// Collects the errors of one file.
#[derive(Debug)]
pub(crate) struct Problems<'s> {
    source: &'s Source,
    errors: Vec<PolicyError>,
}

impl<'s> Problems<'s> {
    /// No errors yet.
    pub(crate) fn new(source: &'s Source) -> Self {
        let errors = Vec::new();
        Problems { source, errors }
    }

    /// Goes on behind these errors of the same file.
    pub(crate) fn resume(source: &'s Source, errors: Vec<PolicyError>) -> Self {
        Problems { source, errors }
    }

    /// The file that is being read.
    pub(crate) fn source(&self) -> &'s Source {
        self.source
    }

    /// Whether so many errors are known that more are not kept.
    pub(crate) fn is_full(&self) -> bool {
        self.errors.len() > MOST_ERRORS
    }

    /// Adds an error.
    pub(crate) fn push(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if self.is_full() {
            return;
        }
        let (message, help) = if self.errors.len() == MOST_ERRORS {
            let help = "mend those above, then run again".to_string();
            (
                "too many errors; the others are left out".into(),
                Some(help),
            )
        } else {
            (message.into(), help.into())
        };
        self.errors.push(PolicyError {
            place: self.source.place.clone(),
            text: self.source.text.clone(),
            span,
            message,
            help,
        });
    }

    /// Adds an error about a word that is none of the known ones, with the nearest or all of them.
    pub(crate) fn push_unknown<'c>(
        &mut self,
        span: Span,
        message: String,
        word: &str,
        known: impl IntoIterator<Item = &'c str> + Clone,
    ) {
        let help = match suggest(word, known.clone()) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => {
                let known: Vec<_> = known.into_iter().map(|word| format!("`{word}`")).collect();
                format!("known: {}", known.join(", "))
            }
        };
        self.push(span, message, help);
    }

    /// The errors.
    pub(crate) fn into_errors(self) -> Vec<PolicyError> {
        self.errors
    }
}

/// [`did_you_mean`], but not for words so long that the comparison would cost more than it helps.
pub(crate) fn suggest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    /// Longer than any id or key.
    const LONGEST: usize = 100;
    (word.len() <= LONGEST)
        .then(|| did_you_mean(word, candidates))
        .flatten()
}

/// A name in backticks as messages have it: cut where it is too long for a line.
pub(crate) fn quoted(name: &str) -> String {
    const LONGEST: usize = 60;
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("`{}…`", &name[..end]),
        None => format!("`{name}`"),
    }
}

/// What reports call a place; not escaped.
pub(crate) fn place_name(place: &Place) -> String {
    match place {
        Place::File(path) => path.to_string_lossy().into_owned(),
        Place::External(name) => name.clone(),
        Place::Repository => "repository".into(),
    }
}
