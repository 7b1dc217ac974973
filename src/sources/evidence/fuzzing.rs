//! Targets of fuzzing: documents, formats that are YAML, and comments in all languages.

use serde_json::Value as Json;

use super::comments::{Piece, PieceKind, Pieces};
use super::languages::Language;
use super::links::{Links, Named};
use super::markers::{self, MarkerWords};
use super::{addressed, code_suppressions, documents as markdown, readers, syntaxes};
use crate::facts::{Document, FileEvidence, Looked, Tree};
use crate::fuzzing::{Code, json, repeated};
use crate::policy::Reading;
use crate::sources::yaml::{self, Node, Value};
use crate::text::{Excerpt, RepoPath, Span, Text};

fn text(path: &str, bytes: &[u8]) -> Text {
    Text::new(RepoPath::from(path), bytes.to_vec())
}

/// What all readers find in a file, as the one pass over files asks them.
fn evidence(path: &str, bytes: &[u8]) -> FileEvidence {
    let looked = Looked {
        markers: true,
        code_suppressions: true,
        documents: true,
        descriptors: true,
        alerts: true,
    };
    let name = path.rsplit('/').next().unwrap_or(path);
    let (text, mut found) = (text(name, bytes), FileEvidence::default());
    for reader in readers::of(looked, &Reading::default()) {
        if reader.wants(path.as_bytes()) {
            reader.read(&text, &mut found);
        }
    }
    found
}

fn is_within(excerpt: &Excerpt, lines: usize) {
    assert!(
        excerpt.line >= 1 && excerpt.line as usize <= lines && excerpt.column >= 1,
        "line {} of {lines}",
        excerpt.line
    );
    assert!(
        excerpt.text.get(excerpt.start..excerpt.end).is_some(),
        "an excerpt marks what it does not hold"
    );
}

/// Returns how many lines a text has.
fn lines(bytes: &[u8]) -> usize {
    memchr::memchr_iter(b'\n', bytes).count() + 1
}

/// Markdown: links, headings, anchors and front matter.
///
/// Every excerpt is within the document. A paragraph in front of a document moves what is found by its lines and
/// changes nothing else. No link leads out of the repository.
/// The planted fault: behind that paragraph links with an anchor are lost.
pub(crate) fn documents(data: &[u8], code: Code) {
    let bytes = repeated(data);
    let document = markdown::read(&text("README.md", &bytes));
    let count = lines(&bytes);
    for heading in &document.headings {
        is_within(&heading.excerpt, count);
        assert!((1..=6).contains(&heading.level), "level {}", heading.level);
        let is_known = heading.anchor.is_empty() || document.anchors.contains(&heading.anchor);
        assert!(is_known, "nothing has the anchor `{}`", heading.anchor);
    }
    let tree: Tree = ["README.md", "docs/a b.md", "docs/index.md", "src/main.rs"]
        .into_iter()
        .collect();
    let links = Links::new(&tree, &[]);
    for link in &document.links {
        is_within(&link.excerpt, count);
        for from in 0..tree.len() {
            match links.named(from, &link.target) {
                Named::Missing(path) => {
                    let mut names = path.as_bytes().split(|&byte| byte == b'/');
                    let is_inside = names.all(|name| !matches!(name, b"" | b"." | b".."));
                    assert!(is_inside, "`{}` leads out: {path:?}", link.target);
                }
                Named::File(file, _) => assert!(file < tree.len()),
                Named::Folder | Named::Unjudged => {}
            }
        }
    }
    // Front matter is only at the start, and a byte order mark is part of the text anywhere else.
    if bytes.starts_with(b"---") || bytes.starts_with(b"+++") || bytes.starts_with(b"\xef\xbb\xbf")
    {
        return;
    }
    let mut moved = markdown::read(&text("README.md", &[b"p\n\n", &*bytes].concat()));
    if code.is_planted() {
        moved.links.retain(|link| !link.target.contains('#'));
    }
    assert_eq!(
        without_lines(&document, 0),
        without_lines(&moved, 2),
        "a paragraph in front changes a document"
    );
}

/// What is found in a document, with lines that count from behind the first ones.
fn without_lines(document: &Document, first: u32) -> Vec<String> {
    let place = |it: &Excerpt| format!("{}:{} {}", it.line - first, it.column, it.text);
    let headings = document.headings.iter().map(|it| {
        let at = place(&it.excerpt);
        format!("{} {} #{} {:?} {at}", it.level, it.text, it.anchor, it.body)
    });
    let links = document.links.iter();
    let links = links.map(|it| format!("{} {}", it.target, place(&it.excerpt)));
    let anchors = document.anchors.iter().cloned();
    headings.chain(links).chain(anchors).collect()
}

/// Names of files whose formats are YAML, or that are read beside those.
const NAMES: [&str; 16] = [
    "catalog-info.yaml",
    "alerts/rules.yml",
    "docker-compose.yml",
    "k8s/deployment.yaml",
    "chart/values.yaml",
    "Chart.yaml",
    ".github/workflows/ci.yml",
    "serverless.yml",
    "app.yaml",
    "skaffold.yaml",
    "kustomization.yaml",
    "compose.override.yaml",
    ".env",
    "fly.toml",
    "Procfile",
    "prometheus/app.rules",
];

/// YAML and what is read from it: service definitions, alerts, compose files, workloads, charts, workflows.
///
/// An input is a byte that selects the name of the file, then the file. Every node is within the text. JSON, which
/// YAML 1.2 includes, has the values that serde_json reads. Another document behind a stream is one more document.
/// A comment in front changes nothing that is found.
/// The planted fault: a negative number is text.
pub(crate) fn yaml(data: &[u8], code: Code) {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let name = NAMES[usize::from(first) % NAMES.len()];
    let bytes = repeated(rest);
    let documents = yaml::documents(&bytes);
    for document in &documents {
        match document {
            Ok(node) => is_node_within(node, &bytes),
            Err(error) => {
                assert!(error.offset <= bytes.len(), "an error behind the end");
                assert!(!error.message.is_empty());
            }
        }
    }
    if documents.iter().all(Result::is_ok) && documents.len() < 1000 {
        let more = yaml::documents(&[&*bytes, b"\n---\nfuzzed: 1\n"].concat());
        let is_last = matches!(more.last(), Some(Ok(node)) if node.get("fuzzed").is_some());
        assert!(
            is_last && more.len() == documents.len() + 1,
            "{} documents and one more are {}",
            documents.len(),
            more.len()
        );
    }
    if let Some(value) = json::parse(&bytes) {
        json_is_yaml(&value, code);
    }

    let found = evidence(name, &bytes);
    let count = lines(&bytes);
    for alert in &found.alerts {
        is_within(&alert.excerpt, count);
    }
    if let Some(descriptor) = &found.descriptor {
        for fault in &descriptor.faults {
            assert!(!fault.message.is_empty());
            if let Some(excerpt) = &fault.location.excerpt {
                is_within(excerpt, count);
            }
        }
    }
    if !bytes.starts_with(b"\xef\xbb\xbf") {
        let moved = evidence(name, &[b"# c\n", &*bytes].concat());
        assert_eq!(
            summary(&found),
            summary(&moved),
            "a comment in front changes `{name}`"
        );
    }
}

/// What is found in a file, without places.
fn summary(found: &FileEvidence) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    all.extend(
        found
            .alerts
            .iter()
            .map(|it| format!("{} {} {:?}", it.group, it.name, it.labels)),
    );
    if let Some(it) = &found.descriptor {
        all.extend(it.services.iter().map(|service| {
            format!(
                "{} {:?}",
                service.name,
                service.tier.as_ref().map(|it| it.level)
            )
        }));
        all.extend(it.faults.iter().map(|fault| fault.message.clone()));
        let sizes = [
            it.systems.len(),
            it.journeys.len(),
            it.teams.len(),
            it.people.len(),
        ];
        all.push(format!("{sizes:?} {} {}", it.targets.len(), it.gaps.len()));
    }
    if let Some(it) = &found.running {
        let sizes = [
            it.composed.len(),
            it.images.len(),
            it.artifacts.len(),
            it.copies.len(),
        ];
        let rest = (it.platform.is_some(), it.patches_copies, it.variables.len());
        all.push(format!("{sizes:?} {rest:?}"));
    }
    all
}

fn is_node_within(node: &Node, bytes: &[u8]) {
    let Span { start, end } = node.span;
    assert!(
        start <= end && end <= bytes.len(),
        "a node at {start}..{end} of {} bytes",
        bytes.len()
    );
    // Each byte of UTF-8 that continues a character has these two bits.
    let is_boundary = |at: usize| bytes.get(at).is_none_or(|byte| byte & 0xc0 != 0x80);
    assert!(
        is_boundary(start) && is_boundary(end),
        "a node cuts a character"
    );
    for item in node.items() {
        is_node_within(item, bytes);
    }
    for entry in node.entries() {
        is_node_within(&entry.key, bytes);
        is_node_within(&entry.value, bytes);
    }
    if let Value::Tagged(tagged) = &node.value {
        is_node_within(&tagged.node, bytes);
    }
}

/// YAML 1.2.2, 1.3: "every JSON file is also a valid YAML file".
fn json_is_yaml(value: &Json, code: Code) {
    if !is_common(value, 0) {
        return;
    }
    for document in [value.to_string(), format!("{value:#}")] {
        let document = match code {
            Code::Real => document,
            Code::Planted => document.replace('-', "_"),
        };
        match &yaml::documents(document.as_bytes())[..] {
            [Ok(node)] => assert!(
                is_same(node, value),
                "left is YAML, right is JSON: {node:?}, {value}"
            ),
            other => panic!("{document} is {other:?}"),
        }
    }
}

/// Whether a value has nothing that YAML restricts where JSON does not: long keys, characters that are not
/// printable or end lines, deep nesting, the key that merges.
fn is_common(value: &Json, depth: usize) -> bool {
    let is_printable = |text: &str| {
        text.chars().all(|c| {
            !matches!(
                c,
                '\u{7f}'
                    ..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
            )
        })
    };
    depth < 100
        && match value {
            Json::Null | Json::Bool(_) | Json::Number(_) => true,
            Json::String(text) => is_printable(text),
            Json::Array(items) => items.iter().all(|item| is_common(item, depth + 1)),
            Json::Object(entries) => entries.iter().all(|(key, value)| {
                key != "<<" && key.len() < 200 && is_printable(key) && is_common(value, depth + 1)
            }),
        }
}

fn is_same(node: &Node, value: &Json) -> bool {
    match (&node.value, value) {
        (Value::Null, Json::Null) => true,
        (Value::Bool(ours), Json::Bool(theirs)) => ours == theirs,
        (Value::Number(ours), Json::Number(theirs)) => **ours == *theirs.to_string(),
        (Value::Text(ours), Json::String(theirs)) => **ours == **theirs,
        (Value::List(ours), Json::Array(theirs)) => {
            let mut pairs = ours.iter().zip(theirs);
            ours.len() == theirs.len() && pairs.all(|(ours, theirs)| is_same(ours, theirs))
        }
        (Value::Map(ours), Json::Object(theirs)) => {
            let is_entry = |(key, value): (&String, &Json)| {
                node.get(key).is_some_and(|ours| is_same(ours, value))
            };
            ours.len() == theirs.len() && theirs.iter().all(is_entry)
        }
        _ => false,
    }
}

/// Comments in all languages, and the TODO comments and suppressions in them.
///
/// An input is a byte that selects the language, then the file. Comments and strings are in order, apart from each
/// other and within the file; a scan of a part finds what the scan of the whole finds there; an empty line in front
/// moves them. JSON has no comments, and as many strings as it has.
/// The planted fault: a backslash does not escape a quote.
pub(crate) fn comments(data: &[u8], code: Code) {
    let Some((&first, rest)) = data.split_first() else {
        return;
    };
    let language = syntaxes::ALL[usize::from(first) % syntaxes::ALL.len()];
    let bytes = repeated(rest);
    let pieces = Pieces::scan(&bytes, language, usize::MAX);
    let mut behind = 0;
    for (index, piece) in pieces.all().iter().enumerate() {
        let (span, body) = (piece.span, piece.body);
        assert!(
            behind <= span.start && span.start < span.end && span.end <= bytes.len(),
            "{}: {piece:?} behind {behind}",
            language.name
        );
        let is_inside = span.start <= body.start && body.start <= body.end && body.end <= span.end;
        assert!(is_inside, "{}: {piece:?}", language.name);
        assert_eq!(pieces.at(span.start), Some(index), "{}", language.name);
        assert_eq!(pieces.at(span.end - 1), Some(index), "{}", language.name);
        behind = span.end;
    }
    let until = bytes.len() / 2;
    let part = Pieces::scan(&bytes, language, until);
    let before = |pieces: &Pieces| -> Vec<Piece> {
        let all = pieces.all().iter().copied();
        all.filter(|piece| piece.span.start < until).collect()
    };
    assert_eq!(
        before(&part),
        before(&pieces),
        "{}: a part differs",
        language.name
    );
    let moved = Pieces::scan(&[b"\n", &*bytes].concat(), language, usize::MAX);
    let back = |span: Span| Span::new(span.start - 1, span.end - 1);
    let moved = moved.all().iter().map(|piece| Piece {
        kind: piece.kind,
        span: back(piece.span),
        body: back(piece.body),
    });
    let moved: Vec<Piece> = moved.collect();
    assert_eq!(
        moved,
        pieces.all(),
        "{}: an empty line changes it",
        language.name
    );
    json_has_no_comments(&bytes, language, code);

    let (text, count) = (text("a", &bytes), lines(&bytes));
    let words = MarkerWords::new(&Reading::default().words).expect("four words");
    let found = markers::read(&text, language, &words, 100);
    assert!(found.beyond == 0 || found.markers.len() == 100);
    for marker in &found.markers {
        is_within(&marker.excerpt, count);
        assert_eq!(marker.excerpt.marked(), marker.word);
    }
    for suppression in code_suppressions::read(&text, language, 100) {
        is_within(&suppression.excerpt, count);
    }
    for comment in addressed::read(&text, language) {
        is_within(&comment.excerpt, count);
        let (first, last) = (*comment.lines.start(), *comment.lines.end());
        assert!(
            first >= 1 && last as usize <= count,
            "lines {first} to {last} of {count}"
        );
    }
}

fn json_has_no_comments(bytes: &[u8], language: &Language, code: Code) {
    if language.name != syntaxes::JSON.name || json::parse(bytes).is_none() {
        return;
    }
    let (mut quotes, mut is_escaped, mut is_string) = (0, false, false);
    for &byte in bytes {
        if byte == b'"' && !is_escaped {
            quotes += 1;
            is_string = !is_string;
        }
        is_escaped = is_string && byte == b'\\' && !is_escaped;
    }
    let seen = match code {
        Code::Real => bytes.to_vec(),
        Code::Planted => String::from_utf8_lossy(bytes)
            .replace("\\\"", "x\"")
            .into_bytes(),
    };
    let pieces = Pieces::scan(&seen, language, usize::MAX);
    let is_string = |piece: &Piece| piece.kind == PieceKind::String;
    assert!(pieces.all().iter().all(is_string), "a comment in JSON");
    assert_eq!(
        pieces.all().len() * 2,
        quotes,
        "left is the scan, right are the quotes of JSON"
    );
}
