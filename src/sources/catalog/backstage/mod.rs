//! Descriptors of Backstage: `catalog-info.yaml`, and what their locations name. In: the text of one file.
//! Out: what it declares, and what it says against its format.
//!
//! A file holds documents, and each an entity: [`fields`] reads its mappings with a fault for each value
//! that is wrong, [`entity`] what all kinds have in common, [`kinds`] the rest. What only the tree tells is
//! left to [`settle()`].
//!
//! A fault is what the catalog refuses: what its JSON schemas and its checks of formats do. Kinds and
//! fields that are not known are none: organizations add their own.

mod entity;
mod fields;
mod format;
mod kinds;
mod links;
mod references;
mod settle;
mod source_url;
mod templates;
#[cfg(test)]
mod tests;

use crate::facts::{Descriptor, Gap, GapKind};
use crate::policy::ServicesReading;
use crate::sources::yaml::{self, Node, Value};
use crate::text::{Span, Text};

use entity::Entity;
use fields::Notes;

pub(super) use settle::settle;

/// Reads a descriptor. `named` is whether another one names the file, so that it is sure to be one. None
/// if it is none: a template of one, or another file that has the name by chance.
pub(in crate::sources) fn read(
    text: &Text,
    services: &ServicesReading,
    named: bool,
) -> Option<Descriptor> {
    let documents = yaml::documents(text.bytes());
    // Of what is no YAML only the text can be searched, once for all broken documents.
    let is_broken = documents.iter().any(Result::is_err);
    let has = |sign: &str| memchr::memmem::find(text.bytes(), sign.as_bytes()).is_some();
    let mut read = documents.iter().flatten();
    if read.any(templates::is_template) || (is_broken && templates::SIGNS.iter().any(|it| has(it)))
    {
        return None;
    }
    let mut read = documents.iter().flatten();
    if !(named || read.any(entity::is_meant) || (is_broken && has("apiVersion"))) {
        return None;
    }
    let mut notes = Notes::new(text);
    let mut descriptor = Descriptor::default();
    for document in &documents {
        match document {
            Ok(node) => read_document(node, services, &mut notes, &mut descriptor),
            Err(error) if error.beyond => {
                descriptor
                    .gaps
                    .push(Gap::new(GapKind::TooLarge, error.to_string()));
            }
            Err(error) => {
                let end = text.bytes().len();
                let start = error.offset.min(end);
                let message = format!("this is no YAML: {}", error.message);
                notes.fault(Span::new(start, (start + 1).min(end)), message, None);
            }
        }
    }
    if notes.is_full() {
        let reason = "it says more than is read";
        descriptor.gaps.push(Gap::new(GapKind::TooLarge, reason));
    }
    descriptor.faults = notes.into_faults();
    Some(descriptor).filter(|descriptor| !descriptor.is_empty())
}

fn read_document(
    node: &Node,
    services: &ServicesReading,
    notes: &mut Notes<'_>,
    descriptor: &mut Descriptor,
) {
    const HELP: &str = "an entity has `apiVersion`, `kind`, `metadata` and `spec`";
    match &node.value {
        // Nothing stands between two `---`, or behind the last.
        Value::Null => {}
        Value::Map(_) if entity::is_meant(node) => {
            let entity = Entity::read(node, notes);
            kinds::read(&entity, services, notes, descriptor);
        }
        _ => {
            let first = node.entries().first().map(|entry| entry.key.span);
            let message = "this document is no entity";
            notes.fault(first.unwrap_or(node.span), message, HELP.to_owned());
        }
    }
}
