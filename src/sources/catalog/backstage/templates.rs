//! Telling descriptors from templates of descriptors: skeletons whose names a program fills in.
//!
//! A skeleton declares nothing, and what is wrong with it as YAML is right for the program that fills it in.
//! Text for people and definitions of interfaces may have such signs for reasons of their own, so that
//! only what names something counts.

use crate::sources::yaml::{Node, Value};

/// How placeholders and statements of the usual template languages start.
pub(super) const SIGNS: [&str; 3] = ["{{", "{%", "<%"];

/// Parts of an entity that are for people, or none of the catalog's.
const PROSE: [&str; 3] = ["description", "title", "definition"];

/// The kind of entities that are themselves about placeholders.
const TEMPLATE: &str = "Template";

/// Whether a document is a template of an entity.
pub(super) fn is_template(document: &Node) -> bool {
    let is_own = document.get("kind").and_then(Node::as_text) == Some(TEMPLATE);
    let is_in_spec = |spec: &Node| {
        // What is nested deeper is some other program's, which may have placeholders of its own.
        let is_placeholder = |value: &Node| match value.value {
            Value::Map(_) => has_map_for_key(value),
            _ => names_placeholder(value, 1),
        };
        has_map_for_key(spec) || entries(spec).any(is_placeholder)
    };
    document
        .entries()
        .iter()
        .any(|entry| match entry.key.as_text() {
            Some("spec") => !is_own && is_in_spec(&entry.value),
            _ => names_placeholder(&entry.value, MOST_LEVELS),
        })
        || has_map_for_key(document)
}

/// How many levels of metadata there are at most: links are a list of mappings.
const MOST_LEVELS: usize = 4;

/// The values of a mapping, without prose.
fn entries(node: &Node) -> impl Iterator<Item = &Node> {
    let is_prose = |key: &str| PROSE.contains(&key);
    let entries = node.entries().iter();
    let named = entries.filter(move |entry| !entry.key.as_scalar().is_some_and(is_prose));
    named.map(|entry| &entry.value)
}

/// Whether a node, or what stands so many levels below it, is a placeholder.
fn names_placeholder(node: &Node, levels: usize) -> bool {
    match &node.value {
        Value::Text(text) => SIGNS.iter().any(|sign| text.contains(sign)) || is_variable(text),
        Value::List(items) if levels > 0 => {
            items.iter().any(|item| names_placeholder(item, levels - 1))
        }
        Value::Map(_) if levels > 0 => {
            has_map_for_key(node) || entries(node).any(|it| names_placeholder(it, levels - 1))
        }
        Value::Tagged(tagged) => names_placeholder(&tagged.node, levels),
        _ => false,
    }
}

/// Whether a mapping has a mapping for a key, which `{{ name }}` without quotes is.
fn has_map_for_key(node: &Node) -> bool {
    let mut entries = node.entries().iter();
    entries.any(|entry| matches!(entry.key.value, Value::Map(_)))
}

/// Whether a text is a variable of a shell and nothing else: `${NAME}`. Within a longer text, such as an
/// address, it may mean itself.
fn is_variable(text: &str) -> bool {
    text.starts_with("${") && text.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::yaml::documents;

    fn is_template_of(text: &str) -> bool {
        let documents = documents(text.as_bytes());
        is_template(documents[0].as_ref().unwrap())
    }

    #[test]
    fn placeholders_where_something_is_named_make_a_template() {
        for text in [
            "metadata: {name: '${{ values.name | dump }}'}",
            "metadata:\n  name: ${{values.name}}",
            "metadata:\n  name: {{ cookiecutter.name }}",
            "metadata:\n  annotations:\n    github.com/project-slug: acme/{{ name }}",
            "spec:\n  owner: '{% if owner %}x{% endif %}'",
            "spec:\n  owner: <%= owner %>",
            "spec:\n  owner: ${OWNER}",
            "spec:\n  owner: {{ cookiecutter.owner }}",
            "spec: {targets: ['./${{ name }}/x.yaml']}",
            "kind: Template\nmetadata: {name: '${{ values.name }}'}",
        ] {
            assert!(is_template_of(text), "{text}");
        }
    }

    #[test]
    fn text_for_people_and_templates_of_the_catalog_are_none() {
        for text in [
            "metadata: {name: a, description: 'renders {{ mustache }}', title: '{{ }}'}",
            "spec: {definition: '{{ host }}/v1'}",
            "spec: {implementation: {steps: ['{{ matrix }}']}}",
            "kind: Template\nspec: {steps: [{input: {name: '${{ parameters.name }}'}}]}",
            "metadata: {links: [{url: 'https://grafana.example/d/x?var-app=${app}'}]}",
            "metadata: {name: '{a}', labels: {b: '$c'}}",
        ] {
            assert!(!is_template_of(text), "{text}");
        }
    }
}
