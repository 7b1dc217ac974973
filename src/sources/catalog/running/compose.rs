//! Compose files: what is built, what it needs.
//!
//! Source: the Compose Specification, *services*, *build* and *interpolation*.

use std::collections::BTreeSet;

use super::{MOST, said, string};
use crate::facts::{Build, Composed, Said};
use crate::sources::yaml::{self, Entry, Node, Value};
use crate::text::{Span, Text};

/// The services of a compose file.
pub(super) fn read(text: &Text) -> Vec<Composed> {
    let documents = yaml::documents(text.bytes()).into_iter();
    let documents: Vec<Node> = documents.filter_map(Result::ok).collect();
    let services = documents.iter().filter_map(|it| it.get("services"));
    let services = services.flat_map(Node::entries);
    let read = services.filter_map(|service| composed(text, service));
    read.take(MOST).collect()
}

fn composed(text: &Text, service: &Entry) -> Option<Composed> {
    let (name, service) = (said(text, &service.key)?, &service.value);
    let opens = |key: &str| service.get(key).is_some_and(|it| !it.items().is_empty());
    Some(Composed {
        name,
        image: service.get("image").and_then(|image| said(text, image)),
        build: service.entry("build").and_then(|it| build(text, it)),
        needs: needs(text, service),
        is_open: opens("ports") || opens("expose"),
    })
}

/// `build: folder`, or a mapping with a context, which is the file's own folder if none is said.
fn build(text: &Text, entry: &Entry) -> Option<Build> {
    let build = &entry.value;
    let context = match &build.value {
        Value::Map(_) => match build.get("context") {
            Some(context) => string(Some(context))?,
            None => ".".into(),
        },
        _ => string(Some(build))?,
    };
    let dockerfile = string(build.get("dockerfile"));
    // The line that tells more: of a mapping the one with the Dockerfile, or else the context.
    let shown = build.get("dockerfile").or_else(|| build.get("context"));
    let shown = shown.filter(|node| node.as_scalar().is_some());
    let span = match (&build.value, shown) {
        (Value::Map(_), Some(shown)) => shown.span,
        (Value::Map(_), None) => entry.key.span,
        _ => build.span,
    };
    Some(Build {
        context,
        dockerfile,
        takes_dockerfile: build.get("dockerfile_inline").is_none(),
        excerpt: text.excerpt(span),
    })
}

/// What `depends_on` names, as a list or as a mapping, and what `links` names, perhaps with an alias.
fn needs(text: &Text, service: &Node) -> Vec<Said> {
    let needed = service.get("depends_on").into_iter();
    let needed = needed.flat_map(|needed| {
        let keys = needed.entries().iter().map(|entry| &entry.key);
        keys.chain(needed.items())
    });
    let needed = needed.filter_map(|node| said(text, node));
    let mut needs: Vec<Said> = needed.take(MOST).collect();
    let mut names: BTreeSet<String> = needs.iter().map(|it| it.text.clone()).collect();
    let links = service.get("links").into_iter().flat_map(Node::items);
    for node in links {
        let Some(link) = said(text, node) else {
            continue;
        };
        let name = link.text.split(':').next().unwrap_or_default().to_owned();
        if needs.len() < MOST && names.insert(name.clone()) {
            // Behind a quote, if there is one.
            let start = link.excerpt.marked().find(&name).unwrap_or_default();
            let excerpt = link.excerpt.narrow(Span::new(start, start + name.len()));
            needs.push(Said {
                text: name,
                excerpt,
            });
        }
    }
    needs
}
