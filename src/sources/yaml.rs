//! YAML as a tree of nodes with spans, for every reader of a format that is YAML. In: the bytes of a
//! file, or of a text within one. Out: its documents, each a [`Node`] or the place where it is broken.
//!
//! Scalars are read as YAML 1.2 has them (core schema), so that `on` and `yes` are text. Aliases are
//! resolved and `<<` is merged; both share what they name, and count against the budget as if they were
//! written out, so that whoever walks a tree meets no more nodes than the budget has.

mod build;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use granit_parser::{ErrorKind, Parser};

use self::build::Builder;
use crate::text::Span;

/// The largest file that is read, in bytes. The largest that people keep, such as definitions of custom
/// resources, have one or two million.
const MOST_BYTES: usize = 4 << 20;

/// How many nodes a file has at most, aliases written out: one for every eight bytes of the largest.
const MOST_NODES: usize = 1 << 19;

/// How deep nodes are nested at most, aliases written out.
const MOST_DEPTH: usize = 200;

/// How many broken documents a file has at most. A file that a program fills in has one or a few; what is behind
/// more of them is not read.
const MOST_BROKEN: usize = 1000;

/// One value, and where it is written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    /// What it is.
    pub(super) value: Value,
    /// Where it stands, in bytes, with its quotes; of an alias, where the alias stands. What has no
    /// brackets of its own reaches from about its first value to the start of what follows.
    pub(super) span: Span,
}

/// What a node is. A clone shares its content.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it is written: `1.10`, `0x1f`, `.inf`.
    Number(Arc<str>),
    /// Any other scalar, unescaped and unfolded.
    Text(Arc<str>),
    /// A sequence.
    List(Arc<[Node]>),
    /// A mapping, in the order of the file, with keys that come twice; what `<<` adds comes last.
    Map(Arc<[Entry]>),
    /// What stands behind a tag that is not YAML's own, such as `!Ref` or `!secret`: only a program that
    /// knows the tag can say what it is.
    Tagged(Arc<Tagged>),
}

/// A key of a mapping with its value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Entry {
    /// The key; almost always text.
    pub(super) key: Node,
    /// Its value.
    pub(super) value: Node,
}

/// A value behind a tag of an application.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Tagged {
    /// The tag as written: `!Ref`.
    pub(super) tag: String,
    /// What it is put to.
    pub(super) node: Node,
}

impl Node {
    /// The value of a key, if this is a mapping that has it; of a key that comes twice the last value,
    /// as most parsers have it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The key with its value, if this is a mapping that has it.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        let has_key = |entry: &&Entry| entry.key.as_scalar() == Some(key);
        self.entries().iter().rev().find(has_key)
    }

    /// The value at the end of a path of keys.
    #[allow(dead_code, reason = "the readers of descriptors that come take it")]
    pub(super) fn at(&self, path: &[&str]) -> Option<&Node> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The items of a sequence; none of anything else.
    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The entries of a mapping; none of anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The text of a scalar that is neither number, truth value nor null.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text of a scalar that is text, number or truth value: for labels and names, which programs
    /// take as text however they are written.
    pub(super) fn as_scalar(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Number(text) => Some(text),
            Value::Bool(true) => Some("true"),
            Value::Bool(false) => Some("false"),
            _ => None,
        }
    }
}

/// Why a document cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub(super) struct YamlError {
    /// What is wrong, as a lowercase fragment.
    pub(super) message: String,
    /// The byte at which that shows, or the end of the text.
    pub(super) offset: usize,
    /// Whether the text may well be right, and there is only more of it than is read.
    pub(super) beyond: bool,
}

impl YamlError {
    fn new(message: impl Into<String>, offset: usize) -> Self {
        YamlError {
            message: message.into(),
            offset,
            beyond: false,
        }
    }

    /// There is more than is read.
    fn beyond(message: impl Into<String>, offset: usize) -> Self {
        YamlError {
            beyond: true,
            ..YamlError::new(message, offset)
        }
    }
}

/// Reads all documents of a text, in order. A broken one hides none of those behind the next `---`.
///
/// Never panics, takes time in proportion to the text, and memory in proportion to the budget. A text that
/// is too large, is not UTF-8, exceeds the budget or has more than [`MOST_BROKEN`] broken documents ends with an
/// error, behind the documents before that. What depends on the whole text is the caller's to find out once, and
/// not for each broken document.
pub(super) fn documents(bytes: &[u8]) -> Vec<Result<Node, YamlError>> {
    if bytes.len() > MOST_BYTES {
        let message = format!("it has more than {} MiB", MOST_BYTES >> 20);
        return vec![Err(YamlError::beyond(message, MOST_BYTES))];
    }
    let source = match std::str::from_utf8(bytes) {
        Ok(source) => source,
        Err(error) => return vec![Err(YamlError::new("it is not UTF-8", error.valid_up_to()))],
    };
    let mut options = granit_parser::options! {
        flow_nesting_limit: MOST_DEPTH,
        block_nesting_limit: MOST_DEPTH,
    };
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(source, options);
    let mut builder = Builder::new(source.len());
    let mut documents = Vec::new();
    let mut broken = 0;
    loop {
        let error = match parser.next_event() {
            None => return documents,
            Some(Ok((event, span))) => match builder.add(event, span) {
                Ok(document) => {
                    documents.extend(document.map(Ok));
                    continue;
                }
                Err(error) => error,
            },
            Some(Err(error)) => {
                let offset = error.marker().byte_offset().unwrap_or(source.len());
                let is_limit = *error.kind() == ErrorKind::RecursionLimitExceeded;
                YamlError {
                    beyond: is_limit,
                    ..YamlError::new(error.info(), offset)
                }
            }
        };
        let offset = error.offset;
        documents.push(Err(error));
        builder.abandon();
        broken += 1;
        if broken == MOST_BROKEN {
            let message = format!("it has {MOST_BROKEN} broken documents; the rest is not read");
            documents.push(Err(YamlError::beyond(message, offset)));
            return documents;
        }
        // Each error costs a node, so that a text of nothing but errors ends as well.
        if builder.is_spent() || !parser.proceed_next_document().unwrap_or(false) {
            return documents;
        }
    }
}
