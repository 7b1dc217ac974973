//! Alerts of rule files: `groups` of `rules`, wherever in a YAML file they stand. That is a file for
//! Prometheus, Mimir or Loki, a `PrometheusRule` and its like, a list of them, or the values of a chart;
//! and a text in a `ConfigMap` that is such a file.
//!
//! Source: Prometheus documentation, *Alerting rules*.

use std::sync::Arc;

use memchr::memmem;

use super::pass::name;
use crate::facts::{Alert, Annotation, UnreadAlerts};
use crate::sources::yaml::{self, Entry, Node, Value};
use crate::text::{Excerpt, Text};

/// How many alerts of one file are kept.
const MOST_ALERTS: usize = 2000;

/// How many bytes of texts within a file are read as files of their own. Aliases can name one text many times.
const MOST_NESTED_BYTES: usize = 8 << 20;

/// How many labels, and how many annotations, of one alert are kept.
const MOST_PAIRS: usize = 20;

/// How many characters of a name are kept.
const MOST_NAME: usize = 200;

/// Stands for a value that a template makes.
const TEMPLATE: &str = "{{ }}";

/// Folders whose alerts wake nobody: they show how to write them.
const FOLDERS: [&[u8]; 8] = [
    b"doc",
    b"docs",
    b"documentation",
    b"example",
    b"examples",
    b"hack",
    b"sample",
    b"samples",
];

/// Words in the names of folders and files whose alerts wake nobody: they test what reads them.
const TESTS: [&[u8]; 6] = [
    b"e2e",
    b"test",
    b"testing",
    b"tests",
    b"unittest",
    b"unittests",
];

/// Words that every file has that declares an alert.
const WORDS: [&[u8]; 3] = [b"alert", b"expr", b"rules"];

/// The alerts of a file.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Read {
    /// In the order of the file.
    pub(super) alerts: Vec<Arc<Alert>>,
    /// Why there may be others.
    pub(super) unread: Option<UnreadAlerts>,
}

/// Whether the file at this path may declare alerts that wake somebody.
pub(super) fn is_rule_file(path: &[u8]) -> bool {
    let file = name(path);
    let extension = file.rsplit(|&byte| byte == b'.').next().unwrap_or_default();
    let is_yaml = [&b"yml"[..], b"yaml", b"rules"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known));
    if !is_yaml || extension.len() == file.len() {
        return false;
    }
    let mut folders = path.split(|&byte| byte == b'/');
    folders.next_back();
    let folders: Vec<&[u8]> = folders.collect();
    // A chart that lies in the `charts` of another is a copy, as packages are.
    let is_copied = |three: &[&[u8]]| three[0] == b"charts" && three[2] == b"charts";
    let shows = |folder: &&[u8]| FOLDERS.contains(folder);
    let tests = |name: &[u8]| {
        let mut words = name.split(|byte| !byte.is_ascii_alphanumeric());
        words.any(|word| TESTS.contains(&word))
    };
    !tests(file)
        && !folders.iter().any(|folder| shows(folder) || tests(folder))
        && !folders.windows(3).any(is_copied)
}

/// Whether a text may declare alerts: a search for words, so that other files are not parsed.
pub(super) fn any(bytes: &[u8]) -> bool {
    WORDS.iter().all(|word| memmem::find(bytes, word).is_some())
}

/// Reads the alerts of a file.
pub(super) fn read(text: &Text) -> Read {
    let mut reader = Reader {
        text,
        nested: 0,
        found: Read::default(),
    };
    reader.documents(text.bytes(), None);
    reader.found
}

struct Reader<'t> {
    text: &'t Text,
    /// How many bytes of texts within the file were read.
    nested: usize,
    found: Read,
}

impl Reader<'_> {
    /// Reads all documents of the file, or of a text within it that stands at `place`.
    fn documents(&mut self, bytes: &[u8], place: Option<&Excerpt>) {
        let documents = yaml::documents(bytes);
        // The whole text is searched once, however many documents are broken.
        let is_template = documents.iter().any(Result::is_err) && is_template(bytes);
        for document in documents {
            match document {
                Ok(node) => self.tree(&node, place),
                Err(_) if is_template => self.miss(UnreadAlerts::Template),
                Err(error) => {
                    let line = match place {
                        Some(place) => place.line,
                        None => self.text.line(error.offset),
                    };
                    self.miss(UnreadAlerts::Invalid(line, error.message));
                }
            }
        }
    }

    /// Looks for groups of rules in a document.
    fn tree(&mut self, root: &Node, place: Option<&Excerpt>) {
        let mut ahead = vec![root];
        while let Some(node) = ahead.pop() {
            for group in node.get("groups").map(Node::items).unwrap_or_default() {
                self.group(group, place);
            }
            let is_config_map = node.get("kind").and_then(Node::as_text) == Some("ConfigMap");
            if is_config_map && place.is_none() {
                for entry in node.get("data").map(Node::entries).unwrap_or_default() {
                    let Some(text) = entry.value.as_text() else {
                        continue;
                    };
                    self.nested += text.len();
                    if self.nested > MOST_NESTED_BYTES {
                        let line = self.text.line(entry.key.span.start);
                        let message = format!("texts of more than {MOST_NESTED_BYTES} bytes");
                        self.miss(UnreadAlerts::Invalid(line, message));
                        return;
                    }
                    if any(text.as_bytes()) {
                        let place = self.text.excerpt(entry.key.span);
                        self.documents(text.as_bytes(), Some(&place));
                    }
                }
            }
            match &node.value {
                Value::List(items) => ahead.extend(items.iter().rev()),
                Value::Map(entries) => ahead.extend(entries.iter().rev().map(|it| &it.value)),
                _ => {}
            }
        }
    }

    fn group(&mut self, group: &Node, place: Option<&Excerpt>) {
        let rules = group.get("rules").map(Node::items).unwrap_or_default();
        for rule in rules {
            let (Some(name), Some(_)) = (rule.get("alert"), rule.get("expr")) else {
                continue;
            };
            if self.found.alerts.len() == MOST_ALERTS {
                return self.miss(UnreadAlerts::TooMany(MOST_ALERTS));
            }
            let text = name.as_scalar().filter(|name| !name.contains("{{"));
            let labels = pairs(rule.get("labels"));
            let annotations = pairs(rule.get("annotations"));
            let (Some(text), Some(labels), Some(annotations)) = (text, labels, annotations) else {
                self.miss(UnreadAlerts::Template);
                continue;
            };
            let excerpt = |node: &Node| match place {
                Some(place) => place.clone(),
                None => self.text.excerpt(node.span),
            };
            let annotation = |(name, entry): (Arc<str>, &Entry)| Annotation {
                name,
                value: value(&entry.value),
                excerpt: excerpt(&entry.value),
            };
            let alert = Alert {
                name: clipped(text),
                group: clipped(
                    group
                        .get("name")
                        .and_then(Node::as_scalar)
                        .unwrap_or_default(),
                ),
                labels: labels
                    .into_iter()
                    .map(|(name, entry)| (name, value(&entry.value)))
                    .collect(),
                annotations: annotations.into_iter().map(annotation).collect(),
                excerpt: excerpt(name),
            };
            self.found.alerts.push(Arc::new(alert));
        }
    }

    /// Notes that alerts may be missing; the first reason is told.
    fn miss(&mut self, unread: UnreadAlerts) {
        self.found.unread.get_or_insert(unread);
    }
}

/// The entries of a mapping of names to texts; none if a template stands in its place, or among them.
fn pairs(node: Option<&Node>) -> Option<Vec<(Arc<str>, &Entry)>> {
    let Some(node) = node else {
        return Some(Vec::new());
    };
    if matches!(node.value, Value::Tagged(_)) {
        return None;
    }
    let named = |entry: &'_ Entry| entry.key.as_scalar().map(Arc::from);
    let entries = node.entries().iter().take(MOST_PAIRS);
    entries.map(|entry| Some((named(entry)?, entry))).collect()
}

/// What a value says. `{{ .Values.x }}` without quotes is a mapping to YAML.
fn value(node: &Node) -> Arc<str> {
    match &node.value {
        Value::Text(text) | Value::Number(text) => Arc::clone(text),
        Value::Bool(_) | Value::Null => node.as_scalar().unwrap_or_default().into(),
        Value::List(_) | Value::Map(_) | Value::Tagged(_) => TEMPLATE.into(),
    }
}

fn clipped(text: &str) -> String {
    text.chars().take(MOST_NAME).collect()
}

/// Whether what is not YAML is the template of some: of Helm, Jinja or ERB. What Prometheus itself fills
/// in stands in quotes and begins no line.
fn is_template(bytes: &[u8]) -> bool {
    let signs: [&[u8]; 6] = [b"{{-", b"-}}", b"{%", b"<%", b".Values", b": {{"];
    let starts = |line: &[u8]| line.trim_ascii_start().starts_with(b"{{");
    signs.iter().any(|sign| memmem::find(bytes, sign).is_some())
        || bytes.split(|&byte| byte == b'\n').any(starts)
}

#[cfg(test)]
#[path = "alerts_tests.rs"]
mod tests;
