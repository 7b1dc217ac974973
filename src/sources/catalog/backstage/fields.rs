//! The fields of an entity: asked for by name, with the type that they have to have. What is wrong with
//! one is a fault at its place; what can be read of it all the same is.

use crate::facts::{Fault, Location, Said};
use crate::policy::error::quoted;
use crate::sources::yaml::{Entry, Node, Value};
use crate::text::{Span, Text};

/// How many faults of a file are kept: beyond that nobody reads on, and a hostile file has millions.
const MOST_FAULTS: usize = 100;

/// How many lines of a file are kept beside what they say: a real file has a few hundred.
const MOST_EXCERPTS: usize = 100_000;

/// Takes down what is read of a file, and what is wrong with it.
pub(super) struct Notes<'t> {
    text: &'t Text,
    faults: Vec<Fault>,
    excerpts: usize,
}

impl<'t> Notes<'t> {
    /// Of this file.
    pub(super) fn new(text: &'t Text) -> Self {
        Notes {
            text,
            faults: Vec::new(),
            excerpts: 0,
        }
    }

    /// All faults, in the order of the file.
    pub(super) fn into_faults(mut self) -> Vec<Fault> {
        self.faults
            .sort_by_cached_key(|fault| fault.location.excerpt.as_ref().map(|it| it.position()));
        self.faults
    }

    /// Whether the file says more than is kept.
    pub(super) fn is_full(&self) -> bool {
        self.excerpts > MOST_EXCERPTS
    }

    /// Whether another fault would be kept.
    pub(super) fn has_room(&self) -> bool {
        self.faults.len() < MOST_FAULTS
    }

    /// Something is wrong.
    pub(super) fn fault(
        &mut self,
        span: Span,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if self.has_room() {
            self.faults.push(Fault {
                message: message.into(),
                help: help.into(),
                location: Location::of(self.text, span, ""),
            });
        }
    }

    /// A text is not written as it has to be, unless it is no text, which was said then.
    pub(super) fn malformed(
        &mut self,
        written: Written<'_>,
        message: impl Into<String>,
        help: impl Into<Option<String>>,
    ) {
        if written.is_text {
            self.fault(written.span, message, help);
        }
    }

    /// A text with its line, unless the file has too many.
    pub(super) fn say(&mut self, written: &Written<'_>) -> Option<Said> {
        self.excerpts += 1;
        (!self.is_full()).then(|| Said {
            text: written.text.to_owned(),
            excerpt: self.text.excerpt(written.span),
        })
    }

    /// A place in the file.
    pub(super) fn location(&self, span: Span) -> Location {
        Location::of(self.text, span, "")
    }
}

/// A text, and where it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'n> {
    pub(super) text: &'n str,
    pub(super) span: Span,
    /// Whether YAML takes it for text.
    pub(super) is_text: bool,
}

/// A mapping of an entity.
#[derive(Clone, Debug)]
pub(super) struct Fields<'n> {
    /// What leads to it, with a `.` behind: `spec.`; empty for the entity itself.
    path: String,
    /// The mapping; none where it is missing or something else, which was said.
    node: Option<&'n Node>,
    /// What is marked where one of its keys is missing.
    span: Span,
}

impl<'n> Fields<'n> {
    /// The fields of an entity.
    pub(super) fn of(document: &'n Node) -> Self {
        let first = document.entries().first();
        Fields {
            path: String::new(),
            node: Some(document),
            span: first.map_or(document.span, |entry| entry.key.span),
        }
    }

    /// No fields at all.
    pub(super) fn none() -> Self {
        Fields {
            path: String::new(),
            node: None,
            span: Span::new(0, 0),
        }
    }

    /// All entries.
    pub(super) fn entries(&self) -> &'n [Entry] {
        self.node.map_or(&[], Node::entries)
    }

    /// The key with its value, whatever this is.
    pub(super) fn entry(&self, key: &str) -> Option<&'n Entry> {
        self.node?.entry(key)
    }

    /// Whether there is a value that is neither null nor empty text.
    pub(super) fn has(&self, key: &str) -> bool {
        let is_empty = |node: &Node| match &node.value {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            _ => false,
        };
        self.entry(key).is_some_and(|entry| !is_empty(&entry.value))
    }

    /// The name of a field, with what leads to it.
    pub(super) fn name(&self, key: &str) -> String {
        format!("`{}{key}`", self.path)
    }

    /// Text that has to be there.
    pub(super) fn required(
        &self,
        key: &str,
        help: &str,
        notes: &mut Notes<'_>,
    ) -> Option<Written<'n>> {
        self.require(key, help, notes)
            .then(|| self.text(key, notes))?
    }

    /// Whether a key is there; a fault if it is not.
    pub(super) fn require(&self, key: &str, help: &str, notes: &mut Notes<'_>) -> bool {
        let is_missing = self.node.is_some() && self.entry(key).is_none();
        if is_missing {
            let message = format!("missing key {}", self.name(key));
            notes.fault(self.span, message, help.to_owned());
        }
        !is_missing
    }

    /// Text, if the key is there.
    pub(super) fn text(&self, key: &str, notes: &mut Notes<'_>) -> Option<Written<'n>> {
        let entry = self.entry(key)?;
        text(&entry.value, entry.key.span, &self.name(key), notes)
    }

    /// A list, if the key is there: its items. A text that stands where a list has to stand is taken for its
    /// only item.
    pub(super) fn items(&self, key: &str, notes: &mut Notes<'_>) -> &'n [Node] {
        let Some(entry) = self.entry(key) else {
            return &[];
        };
        match &entry.value.value {
            Value::List(items) => items,
            _ if is_unknown(&entry.value) => &[],
            _ => {
                let name = self.name(key);
                wrong_type("a list", &entry.value, entry.key.span, &name, notes);
                match entry.value.value {
                    Value::Text(_) => std::slice::from_ref(&entry.value),
                    _ => &[],
                }
            }
        }
    }

    /// The texts of a list.
    pub(super) fn texts(&self, key: &str, notes: &mut Notes<'_>) -> Vec<Written<'n>> {
        let items = self.items(key, notes).iter().enumerate();
        items
            .filter_map(|(place, item)| text(item, item.span, &self.item_name(key, place), notes))
            .collect()
    }

    /// The name of an item of a list.
    pub(super) fn item_name(&self, key: &str, place: usize) -> String {
        format!("`{}{key}[{place}]`", self.path)
    }

    /// A mapping, if the key is there; one without entries if it is not.
    pub(super) fn fields(&self, key: &str, notes: &mut Notes<'_>) -> Fields<'n> {
        let entry = self.entry(key);
        let found = entry.and_then(|entry| {
            let name = self.name(key);
            mapping(&entry.value, entry.key.span, &name, notes)
        });
        Fields {
            path: format!("{}{key}.", self.path),
            node: found,
            span: entry.map_or(self.span, |entry| entry.key.span),
        }
    }

    /// The mappings of a list.
    pub(super) fn list_of_fields(&self, key: &str, notes: &mut Notes<'_>) -> Vec<Fields<'n>> {
        let mut list = Vec::new();
        for (place, item) in self.items(key, notes).iter().enumerate() {
            let node = mapping(item, item.span, &self.item_name(key, place), notes);
            let first = node.and_then(|node| node.entries().first());
            list.push(Fields {
                path: format!("{}{key}[{place}].", self.path),
                node,
                span: first.map_or(item.span, |entry| entry.key.span),
            });
        }
        list
    }
}

/// Text that is not empty. A number or truth value is a fault, and read.
pub(super) fn text<'n>(
    node: &'n Node,
    key: Span,
    name: &str,
    notes: &mut Notes<'_>,
) -> Option<Written<'n>> {
    let written = string(node, key, name, notes)?;
    if written.text.is_empty() {
        notes.fault(written.span, format!("{name} is empty"), None);
        return None;
    }
    Some(written)
}

/// Text that may be empty. A number or truth value is a fault, and read.
pub(super) fn string<'n>(
    node: &'n Node,
    key: Span,
    name: &str,
    notes: &mut Notes<'_>,
) -> Option<Written<'n>> {
    if node.as_text().is_none() {
        wrong_type("a string", node, key, name, notes);
    }
    let (span, is_text) = (node.span, node.as_text().is_some());
    let written = |text| Written {
        text,
        span,
        is_text,
    };
    node.as_scalar().map(written)
}

/// A mapping; of anything else the fault.
pub(super) fn mapping<'n>(
    node: &'n Node,
    key: Span,
    name: &str,
    notes: &mut Notes<'_>,
) -> Option<&'n Node> {
    match node.value {
        Value::Map(_) => Some(node).filter(|node| !is_unknown(node)),
        _ => {
            wrong_type("a mapping", node, key, name, notes);
            None
        }
    }
}

/// Whether only another program, or another file, tells what a value is: it stands behind a tag, or is
/// a substitution such as `$text: ./file`.
pub(super) fn is_unknown(node: &Node) -> bool {
    match &node.value {
        Value::Tagged(_) => true,
        Value::Map(entries) => match &entries[..] {
            [only] => {
                let is_file = only.value.as_text().is_some_and(|file| !file.is_empty());
                is_file && only.key.as_text().is_some_and(|key| key.starts_with('$'))
            }
            _ => false,
        },
        _ => false,
    }
}

/// The fault that a value is of another type. What has no place of its own is told of at its key.
pub(super) fn wrong_type(
    expected: &str,
    node: &Node,
    key: Span,
    name: &str,
    notes: &mut Notes<'_>,
) {
    let found = match &node.value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::Text(_) => "a string",
        Value::List(_) => "a list",
        Value::Map(_) => "a mapping",
        Value::Tagged(_) => return,
    };
    if is_unknown(node) {
        return;
    }
    let help = match (&node.value, node.as_scalar(), expected) {
        (Value::Null, ..) => Some("write a value, or remove the key".to_owned()),
        (Value::Number(_) | Value::Bool(_), Some(text), "a string") => {
            let text = quoted(&format!("\"{text}\""));
            Some(format!("put it in quotes: {text}"))
        }
        (Value::Text(text), _, "a list") if text.len() < 40 => {
            Some(format!("write `[{text}]`, or an item a line behind `-`"))
        }
        _ => None,
    };
    let span = match node.value {
        Value::Null | Value::List(_) | Value::Map(_) => key,
        _ => node.span,
    };
    let message = format!("expected {expected} at {name}, found {found}");
    notes.fault(span, message, help);
}
