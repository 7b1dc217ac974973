//! From the parser's events to nodes: aliases, merge keys, the meaning of scalars, and the budget.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, ScalarStyle, Tag};

use super::{Entry, MOST_DEPTH, MOST_NODES, Node, Tagged, Value, YamlError};
use crate::text::Span;

/// Builds one document after the other, within one budget.
pub(super) struct Builder {
    /// Collections that are not closed yet, the outermost first.
    open: Vec<Open>,
    /// What anchors of the document name, by the parser's number.
    anchors: HashMap<usize, Built>,
    /// How many nodes there are so far, aliases written out.
    spent: usize,
    /// The length of the text, in bytes.
    length: usize,
}

/// A node that is done.
#[derive(Clone)]
struct Built {
    node: Node,
    /// How many nodes it is made of, aliases written out.
    nodes: usize,
    /// How many levels are below it, aliases written out.
    height: usize,
    /// It is a plain scalar `<<`: as a key it merges what it names.
    merges: bool,
}

/// A collection that is not closed yet.
struct Open {
    start: usize,
    anchor: usize,
    tag: Option<String>,
    content: Content,
    nodes: usize,
    height: usize,
}

enum Content {
    List(Vec<Node>),
    Map {
        entries: Vec<Entry>,
        /// What `<<` names.
        merged: Vec<Node>,
        /// The key whose value comes next.
        key: Option<Built>,
    },
}

type Tags<'a> = Option<std::borrow::Cow<'a, Tag>>;

impl Builder {
    /// A builder for a text of so many bytes.
    pub(super) fn new(length: usize) -> Self {
        Builder {
            open: Vec::new(),
            anchors: HashMap::new(),
            spent: 0,
            length,
        }
    }

    /// Whether the budget is spent.
    pub(super) fn is_spent(&self) -> bool {
        self.spent > MOST_NODES
    }

    /// Forgets the document that is not done.
    pub(super) fn abandon(&mut self) {
        self.spent += 1;
        self.open.clear();
        self.anchors.clear();
    }

    /// Takes the next event; gives the document that it ends.
    pub(super) fn add(
        &mut self,
        event: Event<'_>,
        span: granit_parser::Span,
    ) -> Result<Option<Node>, YamlError> {
        let range = span.byte_range().unwrap_or(self.length..self.length);
        let span = Span::new(range.start, range.end.max(range.start));
        match event {
            Event::DocumentStart(..) => self.anchors.clear(),
            Event::Scalar(text, style, anchor, tag) => {
                self.spend(1, span)?;
                let merges = style == ScalarStyle::Plain && text == "<<" && tag.is_none();
                let value = scalar(text, style, tag.as_deref());
                let node = with_tag(foreign(tag.as_deref()), Node { value, span });
                let built = Built {
                    node,
                    nodes: 1,
                    height: 0,
                    merges,
                };
                return Ok(self.put(anchor, built));
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.enter(span, anchor, &tag, Content::List(Vec::new()))?;
            }
            Event::MappingStart(_, anchor, tag) => {
                let content = Content::Map {
                    entries: Vec::new(),
                    merged: Vec::new(),
                    key: None,
                };
                self.enter(span, anchor, &tag, content)?;
            }
            Event::SequenceEnd | Event::MappingEnd => return Ok(self.leave(span.end)),
            Event::Alias(anchor) => {
                let Some(named) = self.anchors.get(&anchor).cloned() else {
                    return Err(YamlError::new(
                        "an alias is part of what it names",
                        span.start,
                    ));
                };
                self.spend(named.nodes, span)?;
                if self.open.len() + named.height > MOST_DEPTH {
                    return Err(too_deep(span));
                }
                let node = Node {
                    span,
                    ..named.node.clone()
                };
                let built = Built { node, ..named };
                return Ok(self.put(0, built));
            }
            _ => {}
        }
        Ok(None)
    }

    fn spend(&mut self, nodes: usize, span: Span) -> Result<(), YamlError> {
        self.spent = self.spent.saturating_add(nodes);
        if self.is_spent() {
            let message = format!("it has more than {MOST_NODES} values, aliases written out");
            return Err(YamlError::beyond(message, span.start));
        }
        Ok(())
    }

    fn enter(
        &mut self,
        span: Span,
        anchor: usize,
        tag: &Tags<'_>,
        content: Content,
    ) -> Result<(), YamlError> {
        self.spend(1, span)?;
        if self.open.len() >= MOST_DEPTH {
            return Err(too_deep(span));
        }
        self.open.push(Open {
            start: span.start,
            anchor,
            tag: foreign(tag.as_deref()),
            content,
            nodes: 1,
            height: 1,
        });
        Ok(())
    }

    /// Closes the innermost collection.
    fn leave(&mut self, end: usize) -> Option<Node> {
        let open = self.open.pop()?;
        let value = match open.content {
            Content::List(items) => Value::List(items.into()),
            Content::Map {
                entries, merged, ..
            } => Value::Map(merge(entries, &merged).into()),
        };
        let span = Span::new(open.start, end.max(open.start));
        let built = Built {
            node: with_tag(open.tag, Node { value, span }),
            nodes: open.nodes,
            height: open.height,
            merges: false,
        };
        self.put(open.anchor, built)
    }

    /// Puts a node where it belongs: into the collection around it, or out as a document.
    fn put(&mut self, anchor: usize, built: Built) -> Option<Node> {
        if anchor != 0 {
            self.anchors.insert(anchor, built.clone());
        }
        let Some(open) = self.open.last_mut() else {
            return Some(built.node);
        };
        open.nodes += built.nodes;
        open.height = open.height.max(built.height + 1);
        match &mut open.content {
            Content::List(items) => items.push(built.node),
            Content::Map {
                entries,
                merged,
                key,
            } => match key.take() {
                None => *key = Some(built),
                Some(key) if key.merges && is_mergeable(&built.node) => merged.push(built.node),
                Some(key) => entries.push(Entry {
                    key: key.node,
                    value: built.node,
                }),
            },
        }
        None
    }
}

fn too_deep(span: Span) -> YamlError {
    let message = format!("it is nested more than {MOST_DEPTH} levels deep");
    YamlError::beyond(message, span.start)
}

/// Whether `<<` can merge it: a mapping, or a sequence of nothing else.
fn is_mergeable(node: &Node) -> bool {
    let is_map = |node: &Node| matches!(node.value, Value::Map(_));
    is_map(node) || (!node.items().is_empty() && node.items().iter().all(is_map))
}

/// Adds the entries of merged mappings whose keys are not there yet: the first that has a key wins.
///
/// Source: <https://yaml.org/type/merge.html>.
fn merge(mut entries: Vec<Entry>, merged: &[Node]) -> Vec<Entry> {
    if merged.is_empty() {
        return entries;
    }
    let keys = entries.iter().filter_map(|entry| entry.key.as_scalar());
    let mut known: HashSet<String> = keys.map(str::to_owned).collect();
    let one = |node: &Node| match &node.value {
        Value::List(items) => items.to_vec(),
        _ => vec![node.clone()],
    };
    for map in merged.iter().flat_map(one) {
        for entry in map.entries() {
            let key = entry.key.as_scalar();
            if key.is_none_or(|key| known.insert(key.to_owned())) {
                entries.push(entry.clone());
            }
        }
    }
    entries
}

/// The tag as written, if it is none of YAML's own.
fn foreign(tag: Option<&Tag>) -> Option<String> {
    tag.filter(|tag| tag.is_custom() && !is_non_specific(tag))
        .map(Tag::original)
}

/// `!` alone, which says only that a scalar is text.
fn is_non_specific(tag: &Tag) -> bool {
    matches!(tag.parts(), ("", "!") | ("!", ""))
}

fn with_tag(tag: Option<String>, node: Node) -> Node {
    match tag {
        None => node,
        Some(tag) => Node {
            span: node.span,
            value: Value::Tagged(Arc::new(Tagged { tag, node })),
        },
    }
}

/// What a scalar means: by its tag, or by its form if it has neither tag nor quotes.
///
/// Source: the core schema of YAML 1.2, <https://yaml.org/spec/1.2.2/#103-core-schema>.
fn scalar(text: std::borrow::Cow<'_, str>, style: ScalarStyle, tag: Option<&Tag>) -> Value {
    let by_form = match tag {
        None => style == ScalarStyle::Plain,
        Some(tag) => matches!(tag.core_suffix(), Some("null" | "bool" | "int" | "float")),
    };
    if !by_form {
        return Value::Text(text.into());
    }
    match &*text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if is_number(number) => Value::Number(text.into()),
        _ => Value::Text(text.into()),
    }
}

fn is_number(text: &str) -> bool {
    let digits = |text: &str, is: fn(u8) -> bool| !text.is_empty() && text.bytes().all(is);
    if let Some(octal) = text.strip_prefix("0o") {
        return digits(octal, |byte| matches!(byte, b'0'..=b'7'));
    }
    if let Some(hex) = text.strip_prefix("0x") {
        return digits(hex, |byte| byte.is_ascii_hexdigit());
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return true;
    }
    let signed = |text: &'_ str| -> usize { usize::from(text.starts_with(['-', '+'])) };
    let text = &text[signed(text)..];
    if matches!(text, ".inf" | ".Inf" | ".INF") {
        return true;
    }
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let decimal = |byte: u8| byte.is_ascii_digit();
    let has_exponent = exponent.is_none_or(|text| digits(&text[signed(text)..], decimal));
    let has_mantissa = match mantissa.split_once('.') {
        None => digits(mantissa, decimal),
        Some(("", fraction)) => digits(fraction, decimal),
        Some((whole, fraction)) => {
            digits(whole, decimal) && (fraction.is_empty() || digits(fraction, decimal))
        }
    };
    has_exponent && has_mantissa
}
