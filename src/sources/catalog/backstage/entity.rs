//! What all entities have in common: the envelope and the metadata.

use std::collections::HashSet;

use super::fields::{self, Fields, Notes, Written};
use super::format;
use crate::facts::EntityRef;
use crate::policy::error::quoted;
use crate::sources::yaml::{Node, Value};
use crate::text::{Span, did_you_mean};

/// A kind of entity that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Component,
    Api,
    Resource,
    System,
    Domain,
    Group,
    User,
    Location,
}

/// The kinds as they are written.
const KINDS: [(&str, Kind); 8] = [
    ("Component", Kind::Component),
    ("API", Kind::Api),
    ("Resource", Kind::Resource),
    ("System", Kind::System),
    ("Domain", Kind::Domain),
    ("Group", Kind::Group),
    ("User", Kind::User),
    ("Location", Kind::Location),
];

/// The fields of an entity. The last two are the catalog's own output, and tolerated in a file.
const ROOT: [&str; 6] = [
    "apiVersion",
    "kind",
    "metadata",
    "spec",
    "relations",
    "status",
];

/// The fields by which a document is known to be meant as an entity.
const SIGNS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The domain of the catalog's own kinds.
const DOMAIN: &str = "backstage.io";

const NAME_HELP: &str =
    "letters and digits, with `-`, `_` and `.` between them, at most 63 characters";

/// An entity, without what is particular to its kind.
#[derive(Debug)]
pub(super) struct Entity<'n> {
    /// Its kind, if it is one that is read.
    pub(super) kind: Option<Kind>,
    /// `metadata.name`
    pub(super) name: Option<Written<'n>>,
    /// `metadata.namespace`, or the default one.
    pub(super) namespace: &'n str,
    /// `metadata.title`
    pub(super) title: Option<Written<'n>>,
    /// `metadata.tags`
    pub(super) tags: Vec<Written<'n>>,
    /// `metadata.links`
    pub(super) links: Vec<Link<'n>>,
    /// `metadata.annotations`, as far as they are text.
    pub(super) annotations: Vec<(&'n str, Written<'n>)>,
    /// `spec`
    pub(super) spec: Fields<'n>,
    /// All of it.
    pub(super) document: &'n Node,
}

/// A link of an entity.
#[derive(Debug)]
pub(super) struct Link<'n> {
    pub(super) url: Written<'n>,
    pub(super) title: Option<Written<'n>>,
    pub(super) icon: Option<Written<'n>>,
    pub(super) kind: Option<Written<'n>>,
}

impl<'n> Entity<'n> {
    /// Reads a document that is a mapping.
    pub(super) fn read(document: &'n Node, notes: &mut Notes<'_>) -> Entity<'n> {
        unique_keys(document, notes);
        let root = Fields::of(document);
        foreign_fields(&root, notes);
        let version = api_version(&root, notes);
        let kind = kind(&root, version, notes);
        root.require("metadata", "write `metadata:` and its `name:`", notes);
        let metadata = root.fields("metadata", notes);
        let name = metadata.required("name", "write `name: payments`", notes);
        if let Some(name) = name.filter(|name| !format::is_name(name.text)) {
            let message = format!("{} is no name of an entity", quoted(name.text));
            notes.malformed(name, message, NAME_HELP.to_owned());
        }
        let namespace = metadata.text("namespace", notes);
        if let Some(namespace) = namespace.filter(|it| !format::is_namespace(it.text)) {
            let message = format!("{} is no namespace", quoted(namespace.text));
            let help = "letters and digits, with single `-` between them, at most 63 characters";
            notes.malformed(namespace, message, help.to_owned());
        }
        let title = metadata.text("title", notes);
        if let Some(entry) = metadata.entry("description") {
            let name = metadata.name("description");
            fields::string(&entry.value, entry.key.span, &name, notes);
        }
        labels(&metadata, notes);
        let annotations = annotations(&metadata, notes);
        let tags = tags(&metadata, notes);
        let links = links(&metadata, notes);
        if kind.is_some() {
            root.require("spec", "write `spec:` and what is to be said of it", notes);
        }
        // What stands in an entity of another program is that program's.
        let spec = match kind {
            Some(_) => root.fields("spec", notes),
            None => Fields::none(),
        };
        Entity {
            kind,
            name,
            namespace: namespace.map_or(EntityRef::DEFAULT_NAMESPACE, |it| it.text),
            title,
            tags,
            links,
            annotations,
            spec,
            document,
        }
    }

    /// The value of an annotation that is text and says something.
    pub(super) fn annotation(&self, key: &str) -> Option<Written<'n>> {
        let mut annotations = self.annotations.iter();
        let found = annotations.find(|(it, value)| *it == key && !value.text.trim().is_empty());
        found.map(|&(_, value)| value)
    }
}

/// Whether a document is meant as an entity.
pub(super) fn is_meant(document: &Node) -> bool {
    SIGNS.iter().any(|sign| document.entry(sign).is_some())
}

/// Keys that come twice: the catalog takes such a document for none.
fn unique_keys(node: &Node, notes: &mut Notes<'_>) {
    match &node.value {
        Value::Map(entries) => {
            let mut seen = HashSet::new();
            for entry in entries.iter() {
                let (is_text, key) = (entry.key.as_text().is_some(), entry.key.as_scalar());
                if let Some(key) = key.filter(|&key| !seen.insert((is_text, key))) {
                    let message = format!("the key {} comes twice", quoted(key));
                    let help = "keep one of them: YAML allows no more";
                    notes.fault(entry.key.span, message, help.to_owned());
                }
                unique_keys(&entry.value, notes);
            }
        }
        Value::List(items) => items.iter().for_each(|item| unique_keys(item, notes)),
        Value::Tagged(tagged) => unique_keys(&tagged.node, notes),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

fn foreign_fields(root: &Fields<'_>, notes: &mut Notes<'_>) {
    for entry in root.entries() {
        let Some(key) = entry.key.as_scalar().filter(|key| !ROOT.contains(key)) else {
            continue;
        };
        // Comparing takes time and memory by the square.
        let meant = Some(key).filter(|key| key.len() < 40 && notes.has_room());
        let help = match meant.and_then(|key| did_you_mean(key, ROOT)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "what is particular to an entity stands in `metadata` or `spec`".into(),
        };
        let message = format!("an entity has no field {}", quoted(key));
        notes.fault(entry.key.span, message, help);
    }
}

/// The `apiVersion` as domain and version.
fn api_version<'n>(root: &Fields<'n>, notes: &mut Notes<'_>) -> Option<(Span, &'n str, &'n str)> {
    let help = "write `apiVersion: backstage.io/v1alpha1`";
    let written = root.required("apiVersion", help, notes)?;
    if !format::is_api_version(written.text) {
        let message = format!("{} is no `apiVersion`", quoted(written.text));
        notes.malformed(written, message, help.to_owned());
        return None;
    }
    let (domain, version) = written.text.split_once('/').unwrap_or(("", written.text));
    Some((written.span, domain, version))
}

/// The kind, if it is one that is read.
fn kind(
    root: &Fields<'_>,
    version: Option<(Span, &str, &str)>,
    notes: &mut Notes<'_>,
) -> Option<Kind> {
    let help = "write `kind: Component`, or what else it is";
    let written = root.required("kind", help, notes)?;
    if !format::is_kind(written.text) {
        let message = format!("{} is no kind of entity", quoted(written.text));
        notes.malformed(written, message, help.to_owned());
        return None;
    }
    // Others have kinds of the same names.
    if version.is_some_and(|(_, domain, _)| domain != DOMAIN) {
        return None;
    }
    let mut kinds = KINDS.iter();
    let &(name, kind) = kinds.find(|(name, _)| name.eq_ignore_ascii_case(written.text))?;
    if name != written.text {
        let message = format!("the catalog knows no kind {}", quoted(written.text));
        notes.malformed(written, message, format!("write `{name}`"));
    }
    if let Some((span, _, version)) = version.filter(|(_, _, version)| !is_known(version)) {
        let message = format!("`{name}` has no version {}", quoted(version));
        notes.fault(span, message, "write `backstage.io/v1alpha1`".to_owned());
    }
    Some(kind)
}

/// Whether a version of the catalog's own kinds is one of those that there are, or will be.
fn is_known(version: &str) -> bool {
    ["v1alpha", "v1beta"].iter().any(|prefix| {
        let number = version.strip_prefix(prefix);
        number.is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
    })
}

fn key_fault(what: &str, key: &str, span: Span, notes: &mut Notes<'_>) {
    let message = format!("{} is no key of {what}", quoted(key));
    let help = "a key is a name of letters, digits, `-`, `_` and `.`, perhaps with a domain in front: \
                `acme.example/name`";
    notes.fault(span, message, help.to_owned());
}

fn labels(metadata: &Fields<'_>, notes: &mut Notes<'_>) {
    let labels = metadata.fields("labels", notes);
    for entry in labels.entries() {
        let Some(key) = entry.key.as_scalar() else {
            continue;
        };
        let span = entry.key.span;
        if !format::is_key(key) {
            key_fault("a label", key, span, notes);
        }
        let value = fields::string(&entry.value, span, &labels.name(key), notes);
        if let Some(value) = value.filter(|value| !format::is_label_value(value.text)) {
            let message = format!("{} is no value of a label", quoted(value.text));
            let help = format!("{NAME_HELP}; longer text belongs in an annotation");
            notes.malformed(value, message, help);
        }
    }
}

fn annotations<'n>(metadata: &Fields<'n>, notes: &mut Notes<'_>) -> Vec<(&'n str, Written<'n>)> {
    let annotations = metadata.fields("annotations", notes);
    let mut read = Vec::new();
    for entry in annotations.entries() {
        let Some(key) = entry.key.as_scalar() else {
            continue;
        };
        let span = entry.key.span;
        if !format::is_key(key) {
            key_fault("an annotation", key, span, notes);
        }
        let value = fields::string(&entry.value, span, &annotations.name(key), notes);
        read.extend(value.map(|value| (key, value)));
    }
    read
}

fn tags<'n>(metadata: &Fields<'n>, notes: &mut Notes<'_>) -> Vec<Written<'n>> {
    let tags = metadata.texts("tags", notes);
    for tag in tags.iter().filter(|tag| !format::is_tag(tag.text)) {
        let message = format!("{} is no tag", quoted(tag.text));
        let help = "lower-case letters, digits, `:`, `+` and `#`, with single `-` between them, at most \
                    63 characters";
        notes.malformed(*tag, message, help.to_owned());
    }
    tags
}

fn links<'n>(metadata: &Fields<'n>, notes: &mut Notes<'_>) -> Vec<Link<'n>> {
    let mut links = Vec::new();
    for link in metadata.list_of_fields("links", notes) {
        let url = link.required(
            "url",
            "say where it leads: `url: https://example.com`",
            notes,
        );
        if let Some(url) = url.filter(|url| !format::is_url(url.text)) {
            let message = format!("{} is no URL", quoted(url.text));
            let help = "write all of it, with `https://`: the catalog knows no relative links";
            notes.malformed(url, message, help.to_owned());
        }
        let title = link.text("title", notes);
        let kind = link.text("type", notes);
        let icon = link.text("icon", notes);
        if let Some(icon) = icon.filter(|icon| !format::is_name(icon.text)) {
            let message = format!("{} is no name of an icon", quoted(icon.text));
            notes.malformed(icon, message, NAME_HELP.to_owned());
        }
        links.extend(url.map(|url| Link {
            url,
            title,
            icon,
            kind,
        }));
    }
    links
}
