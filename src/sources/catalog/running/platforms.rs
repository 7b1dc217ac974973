//! Files by which a platform both builds and runs the folder that they lie in.

use toml::de::{DeTable, DeValue};

use super::{LONGEST, said, string};
use crate::facts::Platform;
use crate::sources::yaml::{self, Node};
use crate::text::{Span, Text};

/// The largest file that is read. What people write is far smaller.
const MOST_BYTES: usize = 1 << 20;

/// A `fly.toml`: it names an application, or says what of it runs.
///
/// Source: Fly.io, *App configuration*.
pub(super) fn fly(text: &Text) -> Option<Platform> {
    const LABEL: &str = "Fly builds and runs it";
    let source = std::str::from_utf8(text.bytes()).ok()?;
    // Tables within tables are written with a sign each: a text of few of them is not nested deep.
    let opening = source.bytes().filter(|byte| b"[{".contains(byte)).count();
    if source.len() > MOST_BYTES || opening > 1000 {
        return None;
    }
    let table = DeTable::parse(source).ok()?;
    let table = table.get_ref();
    let app = table.get("app").and_then(|app| match app.get_ref() {
        DeValue::String(name) => Some((name.to_string(), app.span())),
        _ => None,
    });
    let app = app.filter(|(name, _)| !name.is_empty() && name.len() <= LONGEST);
    let runs = ["build", "http_service", "processes", "services"];
    if app.is_none() && !runs.iter().any(|key| table.contains_key(*key)) {
        return None;
    }
    let line = |(_, span): &(String, std::ops::Range<usize>)| {
        text.excerpt(Span::new(span.start, span.end))
    };
    let excerpt = app.as_ref().map(line);
    Some(Platform {
        label: LABEL,
        name: app.map(|(name, _)| name),
        excerpt,
    })
}

/// A `Procfile`: lines of `process: command`.
///
/// Source: Heroku, *The Procfile*.
pub(super) fn procfile(text: &Text) -> Option<Platform> {
    if text.bytes().len() > MOST_BYTES {
        return None;
    }
    let is_process = |line: &[u8]| {
        let colon = memchr::memchr(b':', line)?;
        let (name, command) = (&line[..colon], &line[colon + 1..]);
        let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b"_-".contains(byte);
        let is_name = !name.is_empty() && name.iter().all(is_sign);
        (is_name && !command.trim_ascii().is_empty()).then_some(colon)
    };
    let mut start = 0;
    for line in text.bytes().split(|&byte| byte == b'\n') {
        if let Some(colon) = is_process(line) {
            return Some(Platform {
                label: "a Procfile runs it",
                name: None,
                excerpt: Some(text.excerpt(Span::new(start, start + colon))),
            });
        }
        start += line.len() + 1;
    }
    None
}

/// An `app.yaml` of App Engine: it names a runtime. Many other files have that name.
///
/// Source: Google Cloud, *app.yaml configuration file*.
pub(super) fn app_engine(text: &Text) -> Option<Platform> {
    let document = only_document(text)?;
    let runtime = document.get("runtime")?;
    runtime.as_text()?;
    if document.get("kind").is_some() || document.get("apiVersion").is_some() {
        return None;
    }
    Some(Platform {
        label: "App Engine builds and runs it",
        name: string(document.get("service")),
        excerpt: said(text, runtime).map(|said| said.excerpt),
    })
}

/// A `serverless.yml` of the Serverless Framework: it names a service and who provides the machines.
///
/// Source: Serverless Framework, *serverless.yml reference*.
pub(super) fn serverless(text: &Text) -> Option<Platform> {
    let document = only_document(text)?;
    document.get("provider")?;
    let service = document.get("service")?;
    let name = service.get("name").unwrap_or(service);
    let said = said(text, name)?;
    Some(Platform {
        label: "the Serverless Framework deploys it",
        name: Some(said.text).filter(|name| !name.contains('$')),
        excerpt: Some(said.excerpt),
    })
}

fn only_document(text: &Text) -> Option<Node> {
    let mut documents = yaml::documents(text.bytes()).into_iter();
    let first = documents.next()?.ok()?;
    documents.next().is_none().then_some(first)
}
