//! A small reader of TOML tables that keeps the span of every key and value.
//!
//! Input: the text of a file. Output: typed values with their spans; everything that is wrong goes into
//! [`Problems`], at its place, and reading goes on. No type of the TOML library leaves this file.

use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

use super::Value;
use super::error::{MOST_ERRORS, Problems, quoted};
use crate::text::{Span, Text};

/// The most bytes of a policy file.
pub const POLICY_LIMIT: usize = 1 << 20;

/// Tables and arrays nest no deeper; a policy needs five levels.
const DEEPEST: usize = 32;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it stands.
    pub(crate) span: Span,
}

/// In larger files only the first syntax error is shown: the library keeps every error, which can be one
/// for each byte and takes 200 times its room.
const MOST_FOR_ALL_ERRORS: usize = 1 << 18;

/// A file's tables.
#[derive(Debug)]
pub(crate) struct Document<'s>(DeTable<'s>);

impl<'s> Document<'s> {
    /// Reads a file of at most `limit` bytes. None if it is no TOML: then what could be recovered
    /// would only give errors that vanish with the first ones.
    pub(crate) fn parse(limit: usize, problems: &mut Problems<'s>) -> Option<Self> {
        let file = &problems.source().text;
        let bytes = file.bytes();
        if bytes.len() > limit {
            let message = format!("the file is larger than {} KiB", limit >> 10);
            problems.push(Span::new(0, 0), message, None);
            return None;
        }
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let at = error.valid_up_to();
                let message = format!("byte {at} of the file is not UTF-8");
                let help = "save the file as UTF-8".to_string();
                problems.push(Span::new(at, at + 1), message, help);
                return None;
            }
        };
        // A tree of tables is dropped level by level. The library bounds nesting by brackets and by
        // dots in a key, but not both together: 6,000 levels are legal, which takes about 5 MB.
        const STACK: usize = 32 << 20;
        let (table, faults) = std::thread::scope(|scope| {
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, || parse(text, file))
                .ok()
                .and_then(|thread| thread.join().ok())
                .unwrap_or_else(|| (None, vec![Fault::new(0..0, "the file cannot be read")]))
        });
        for fault in faults {
            problems.push(fault.span, fault.message, fault.help);
        }
        table.map(Document)
    }

    /// The outermost table.
    pub(crate) fn table(&self) -> Table<'_> {
        Table::new(&self.0, Span::new(0, 0))
    }
}

/// A syntax error.
struct Fault {
    span: Span,
    message: String,
    help: Option<String>,
}

impl Fault {
    fn new(span: std::ops::Range<usize>, message: &str) -> Self {
        Fault {
            span: Span::new(span.start, span.end),
            message: message.into(),
            help: None,
        }
    }
}

/// The file's table, or what keeps it from being one: the first fault of each line.
fn parse<'s>(text: &'s str, file: &Text) -> (Option<DeTable<'s>>, Vec<Fault>) {
    let first = match DeTable::parse(text) {
        Ok(table) => {
            return match too_deep(table.get_ref()) {
                Some(span) => {
                    let message = format!("tables and arrays nest deeper than {DEEPEST} levels");
                    (None, vec![Fault::new(span, &message)])
                }
                None => (Some(table.into_inner()), Vec::new()),
            };
        }
        Err(first) => first,
    };
    let mut errors = match text.len() <= MOST_FOR_ALL_ERRORS {
        true => DeTable::parse_recoverable(text).1,
        false => vec![first],
    };
    // Thousands of errors are possible: only those that will be shown are turned into text.
    let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
    errors.sort_by_key(start);
    errors.dedup_by_key(|error| file.line(start(error)));
    errors.truncate(MOST_ERRORS + 1);
    let faults = errors.iter().map(|error| {
        let span = error.span().unwrap_or(0..0);
        // The library takes the nothing behind `key =` for a string without quotes.
        let is_missing = span.is_empty() && error.message().starts_with("string values must be");
        let message = match error.message() {
            _ if is_missing => "the value is missing",
            message if message.contains("recurs") => "tables and arrays nest too deeply",
            message => message,
        };
        let mut fault = Fault::new(span, message);
        // `family/name` and `family/*` are no keys without quotes.
        if matches!(text.as_bytes().get(fault.span.start), Some(b'/' | b'*')) {
            fault.help = Some("ids are quoted: `\"family/name\" = \"off\"`".into());
        }
        fault
    });
    (None, faults.collect())
}

/// The first value found that nests deeper than [`DEEPEST`]. Not recursive: that is its point.
fn too_deep(table: &DeTable<'_>) -> Option<std::ops::Range<usize>> {
    let mut left: Vec<_> = table.values().map(|value| (value, 1)).collect();
    while let Some((value, depth)) = left.pop() {
        if depth > DEEPEST {
            return Some(value.span());
        }
        match value.get_ref() {
            DeValue::Array(values) => left.extend(values.iter().map(|value| (value, depth + 1))),
            DeValue::Table(table) => left.extend(table.values().map(|value| (value, depth + 1))),
            _ => {}
        }
    }
    None
}

/// A table whose keys are asked for one by one; [`Table::finish`] rejects the others.
#[derive(Debug)]
pub(crate) struct Table<'t> {
    entries: &'t DeTable<'t>,
    span: Span,
    known: Vec<&'static str>,
}

impl<'t> Table<'t> {
    fn new(entries: &'t DeTable<'_>, span: Span) -> Self {
        let known = Vec::new();
        Table {
            entries,
            span,
            known,
        }
    }

    /// The header, or the whole table where it is an inline one.
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// The value of a key, if it is there.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<Node<'t>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        self.entries.get(key).map(|value| Node {
            span: span_of(value),
            value: value.get_ref(),
        })
    }

    /// The value of a key; an error at the table if it is not there.
    pub(crate) fn required(
        &mut self,
        key: &'static str,
        help: &str,
        problems: &mut Problems<'_>,
    ) -> Option<Node<'t>> {
        let found = self.optional(key);
        if found.is_none() {
            let message = format!("missing key `{key}`");
            problems.push(self.span, message, help.to_string());
        }
        found
    }

    /// The keys that nobody has asked for yet, in the order of the file.
    pub(crate) fn others(&self) -> Vec<(Spanned<&'t str>, Node<'t>)> {
        let mut others: Vec<_> = self
            .entries
            .iter()
            .filter(|(key, _)| !self.known.contains(&key.get_ref().as_ref()))
            .map(|(key, value)| {
                let key = Spanned {
                    value: key.get_ref().as_ref(),
                    span: span_of(key),
                };
                let span = span_of(value);
                let value = value.get_ref();
                (key, Node { span, value })
            })
            .collect();
        others.sort_by_key(|(key, _)| key.span);
        others
    }

    /// Rejects the keys that nobody asked for, except those in `reserved`.
    pub(crate) fn finish(self, reserved: &[&str], problems: &mut Problems<'_>) {
        for (key, _) in self.others() {
            if problems.is_full() {
                return;
            }
            if !reserved.contains(&key.value) {
                let message = format!("unknown key {}", quoted(key.value));
                let known = self.known.iter().copied();
                problems.push_unknown(key.span, message, key.value, known);
            }
        }
    }
}

/// A value of any type and where it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Node<'t> {
    /// Where the value stands; of a table its header.
    pub(crate) span: Span,
    value: &'t DeValue<'t>,
}

impl<'t> Node<'t> {
    /// What stands here is not what was expected.
    pub(crate) fn reject(&self, expected: &str, problems: &mut Problems<'_>) {
        let found = match self.value {
            DeValue::String(_) => "a string",
            DeValue::Integer(_) | DeValue::Float(_) => "a number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "an array",
            DeValue::Table(_) => "a table",
        };
        let message = format!("expected {expected}, found {found}");
        problems.push(self.span, message, None);
    }

    /// The text, if it is a string.
    pub(crate) fn as_text(&self) -> Option<Spanned<&'t str>> {
        let (value, span) = (self.value.as_str()?, self.span);
        Some(Spanned { value, span })
    }

    /// A string.
    pub(crate) fn text(
        &self,
        expected: &str,
        problems: &mut Problems<'_>,
    ) -> Option<Spanned<String>> {
        let text = self.as_text();
        if text.is_none() {
            self.reject(expected, problems);
        }
        text.map(Spanned::owned)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self, problems: &mut Problems<'_>) -> Option<bool> {
        let value = self.value.as_bool();
        if value.is_none() {
            self.reject("true or false", problems);
        }
        value
    }

    /// A date without time.
    pub(crate) fn date(&self, problems: &mut Problems<'_>) -> Option<Spanned<Date>> {
        if let Value::Date(value) = self.value() {
            let span = self.span;
            return Some(Spanned { value, span });
        }
        let is_quoted = self
            .value
            .as_str()
            .is_some_and(|text| text.parse::<Date>().is_ok());
        if is_quoted {
            let help = "leave out the quotes".to_string();
            problems.push(self.span, "expected a date, found a string", help);
        } else {
            self.reject("a date such as 2027-03-31", problems);
        }
        None
    }

    /// A table.
    pub(crate) fn table(&self, expected: &str, problems: &mut Problems<'_>) -> Option<Table<'t>> {
        let table = self.as_table();
        if table.is_none() {
            self.reject(expected, problems);
        }
        table
    }

    /// The table, if it is one.
    pub(crate) fn as_table(&self) -> Option<Table<'t>> {
        let table = self.value.as_table()?;
        Some(Table::new(table, self.span))
    }

    /// Whether it is an array without values.
    pub(crate) fn is_empty_list(&self) -> bool {
        self.value
            .as_array()
            .is_some_and(|values| values.is_empty())
    }

    /// The values of an array.
    pub(crate) fn list(&self, expected: &str, problems: &mut Problems<'_>) -> Vec<Node<'t>> {
        let Some(values) = self.value.as_array() else {
            self.reject(expected, problems);
            return Vec::new();
        };
        let node = |value: &'t toml::Spanned<DeValue<'t>>| Node {
            span: span_of(value),
            value: value.get_ref(),
        };
        values.iter().map(node).collect()
    }

    /// An array of tables: `[[name]]`.
    pub(crate) fn tables(&self, expected: &str, problems: &mut Problems<'_>) -> Vec<Table<'t>> {
        let nodes = self.list(expected, problems);
        let tables = nodes
            .iter()
            .filter_map(|node| node.table("a table", problems));
        tables.collect()
    }

    /// An array of strings.
    pub(crate) fn texts(&self, problems: &mut Problems<'_>) -> Vec<Spanned<String>> {
        let nodes = self.list("an array of strings", problems);
        let texts = nodes
            .iter()
            .filter_map(|node| node.text("a string", problems));
        texts.collect()
    }

    /// A string, or an array of strings.
    pub(crate) fn text_or_texts(&self, problems: &mut Problems<'_>) -> Vec<Spanned<String>> {
        match (self.as_text(), self.value) {
            (Some(text), _) => vec![text.owned()],
            (None, DeValue::Array(_)) => self.texts(problems),
            (None, _) => {
                self.reject("a string or an array of strings", problems);
                Vec::new()
            }
        }
    }

    /// The value as the options of rules read it.
    pub(crate) fn value(&self) -> Value {
        value_of(self.value)
    }
}

impl Spanned<&str> {
    /// The same with a text of its own.
    pub(crate) fn owned(self) -> Spanned<String> {
        Spanned {
            value: self.value.to_string(),
            span: self.span,
        }
    }
}

fn span_of<T>(value: &toml::Spanned<T>) -> Span {
    let span = value.span();
    Span::new(span.start, span.end)
}

/// Numbers that do not fit are [`Value::Other`]. Recursive, but no deeper than [`DEEPEST`].
fn value_of(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
            .map_or(Value::Other, Value::Integer),
        DeValue::Float(number) => number.as_str().parse().map_or(Value::Other, Value::Float),
        DeValue::Boolean(value) => Value::Boolean(*value),
        DeValue::Datetime(moment) => match (moment.date, moment.time, moment.offset) {
            (Some(date), None, None) => date_of(date).map_or(Value::Other, Value::Date),
            _ => Value::Other,
        },
        DeValue::Array(values) => Value::List(
            values
                .iter()
                .map(|value| value_of(value.get_ref()))
                .collect(),
        ),
        DeValue::Table(_) => Value::Other,
    }
}

fn date_of(date: toml::value::Date) -> Option<Date> {
    let year = i16::try_from(date.year).ok()?;
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(year, month, day).ok()
}
