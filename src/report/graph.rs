//! The ownership graph, for Graphviz, for Mermaid and for programs.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::json::{MissingData, Tool, document};
use crate::answers::{Fact, GraphAnswer, NodeAnswer};
use crate::text::terminal;

/// Labels are cut to so many characters: what is longer no picture shows.
const LABEL: usize = 60;

/// GitHub draws no Mermaid graph of more edges.
const EDGES: usize = 500;

/// Writes the graph for Graphviz.
pub fn dot(graph: &GraphAnswer, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "digraph bailiwick {{")?;
    writeln!(out, "  rankdir=LR;")?;
    writeln!(
        out,
        "  node [fontname=\"sans-serif\" fontsize=11 style=filled fillcolor=white];"
    )?;
    writeln!(
        out,
        "  edge [fontname=\"sans-serif\" fontsize=9 color=\"#777777\"];"
    )?;
    for (place, node) in graph.nodes.iter().enumerate() {
        let (shape, fill) = match node.kind {
            "service" => ("box", "#dbeafe"),
            "team" => ("octagon", "#dcfce7"),
            "person" => ("ellipse", "#f0fdf4"),
            "journey" => ("cds", "#fef3c7"),
            "system" => ("box3d", "#ede9fe"),
            "document" => ("note", "#f5f5f5"),
            "ownership-rule" => ("plaintext", "#ffffff"),
            _ => ("folder", "#e5e7eb"),
        };
        let label = quote(&label(node));
        writeln!(
            out,
            "  n{place} [label={label} shape={shape} fillcolor=\"{fill}\"];"
        )?;
    }
    for edge in &graph.edges {
        let style = match edge.kind {
            "depends-on" => " style=bold",
            "holds" | "decides-over" => " style=dotted",
            "may-depend-on" => " style=dashed",
            _ => "",
        };
        writeln!(
            out,
            "  n{} -> n{} [label=\"{}\"{style}];",
            edge.from, edge.to, edge.kind
        )?;
    }
    writeln!(out, "}}")
}

/// A quoted string of the DOT language.
pub(super) fn quote(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", text.replace('\n', "\\n"))
}

/// Writes the graph for Mermaid, as GitHub draws it. Of very many edges the first are written.
pub fn mermaid(graph: &GraphAnswer, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "flowchart LR")?;
    for (place, node) in graph.nodes.iter().enumerate() {
        let (open, close) = match node.kind {
            "service" => ("[", "]"),
            "team" => ("{{", "}}"),
            "person" => ("([", "])"),
            "journey" => (">", "]"),
            "system" => ("[[", "]]"),
            "document" => ("[/", "/]"),
            _ => ("(", ")"),
        };
        writeln!(out, "  n{place}{open}\"{}\"{close}", entities(&label(node)))?;
    }
    for edge in graph.edges.iter().take(EDGES) {
        let arrow = match edge.kind {
            "depends-on" => "==>",
            "holds" | "decides-over" | "may-depend-on" => "-.->",
            _ => "-->",
        };
        writeln!(out, "  n{} {arrow}|{}| n{}", edge.from, edge.kind, edge.to)?;
    }
    if graph.edges.len() > EDGES {
        writeln!(out, "  %% {} more edges", graph.edges.len() - EDGES)?;
    }
    Ok(())
}

/// A text in which Mermaid finds neither syntax nor markup: all but letters, digits and a few signs are
/// written as entities, which Mermaid starts with `#`.
pub(super) fn entities(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            c if c.is_alphanumeric() || " .-_/:@,*()".contains(c) => out.push(c),
            c => out += &format!("#{};", u32::from(c)),
        }
    }
    out
}

/// What is written into a node: its name, and of a service the tier.
fn label(node: &NodeAnswer) -> String {
    let name = super::sentence::cut(&terminal(&node.label), LABEL);
    match node.facts.get("tier") {
        Some(Fact::Number(tier)) => format!("{name} (tier {tier})"),
        _ => name,
    }
}

/// Rises when a key changes its meaning or goes; new keys do not raise it.
const SCHEMA_VERSION: u32 = 1;

/// Writes nodes and edges with all that is known of them.
pub fn json(graph: &GraphAnswer, out: &mut dyn Write) -> io::Result<()> {
    let nodes = graph.nodes.iter().map(|node| Node {
        id: &node.id,
        kind: node.kind,
        label: &node.label,
        facts: node
            .facts
            .iter()
            .map(|(&key, fact)| (key, Value::of(fact)))
            .collect(),
    });
    let edges = graph.edges.iter().map(|edge| Edge {
        from: &graph.nodes[edge.from].id,
        to: &graph.nodes[edge.to].id,
        kind: edge.kind,
    });
    let whole = Whole {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        nodes: nodes.collect(),
        edges: edges.collect(),
        gaps: graph.gaps.iter().map(MissingData::of).collect(),
    };
    document(&whole, out)
}

/// What `bailiwick graph --format json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Whole<'a> {
    /// The version of this format.
    schema_version: u32,
    /// The program that wrote it.
    tool: Tool,
    /// Sorted by kind, then identifier.
    nodes: Vec<Node<'a>>,
    /// By the identifiers of their nodes.
    edges: Vec<Edge<'a>>,
    /// Repositories and folders that could not be read.
    gaps: Vec<MissingData<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Node<'a> {
    /// The same in every run, and no other node's.
    id: &'a str,
    kind: &'a str,
    /// What people call it.
    label: &'a str,
    /// What else is known of it; which keys there are depends on the kind.
    facts: BTreeMap<&'a str, Value<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edge<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum Value<'a> {
    Text(&'a str),
    Number(u64),
    Flag(bool),
    List(&'a [String]),
    Map(&'a BTreeMap<String, String>),
}

impl<'a> Value<'a> {
    fn of(fact: &'a Fact) -> Self {
        match fact {
            Fact::Text(text) => Value::Text(text),
            Fact::Number(number) => Value::Number(*number),
            Fact::Flag(flag) => Value::Flag(*flag),
            Fact::List(list) => Value::List(list),
            Fact::Map(map) => Value::Map(map),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answers::EdgeAnswer;

    const HOSTILE: &str = "a\"]; click n0 \"http://x\"\n</script>#\\\x1b[31m";

    fn graph() -> GraphAnswer {
        let node = |kind, label: &str| NodeAnswer {
            id: format!("{kind}:{label}"),
            kind,
            label: label.into(),
            facts: BTreeMap::from([("tier", Fact::Number(1))]),
        };
        GraphAnswer {
            nodes: vec![node("service", HOSTILE), node("team", "@acme/core")],
            edges: vec![EdgeAnswer {
                from: 0,
                to: 1,
                kind: "owned-by",
            }],
            gaps: Vec::new(),
        }
    }

    fn written(write: fn(&GraphAnswer, &mut dyn Write) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&graph(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn names_stay_names() {
        let dot = written(dot);
        assert!(
            dot.contains(r#"label="a\"]; click n0 \"http://x\"\\n</script>#\\"#),
            "{dot}"
        );
        assert!(!dot.contains('\x1b'));
        let mermaid = written(mermaid);
        let line = mermaid.lines().nth(1).unwrap();
        assert_eq!(line.matches('"').count(), 2, "{line}");
        assert!(
            !mermaid.contains("</script>") && !mermaid.contains('\x1b'),
            "{mermaid}"
        );
    }

    #[test]
    fn the_published_schema_is_the_one_of_the_types() {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let mut schema = settings
            .into_generator()
            .into_root_schema_for::<Whole<'_>>();
        schema.insert("title".into(), "Output of bailiwick graph".into());
        let schema = serde_json::to_string_pretty(&schema.to_value()).unwrap() + "\n";
        expect_test::expect_file!["../../policies/graph.schema.json"].assert_eq(&schema);
        let value: serde_json::Value = serde_json::from_str(&written(json)).unwrap();
        assert_eq!(value["nodes"][0]["label"], HOSTILE);
        assert_eq!(value["edges"][0]["to"], "team:@acme/core");
    }
}
