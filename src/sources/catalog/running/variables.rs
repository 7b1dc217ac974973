//! Variables in compose files, and the `.env` beside them that sets them.
//!
//! Source: the Compose Specification, *interpolation*.

use std::collections::BTreeMap;

use super::{LONGEST, MOST};
use crate::text::Text;

/// The variables of a `.env` whose values may be paths. Whatever else stands there, such as a secret that
/// somebody committed, is nobody's business here.
pub(super) fn read(text: &Text) -> BTreeMap<String, String> {
    let Ok(source) = std::str::from_utf8(text.bytes()) else {
        return BTreeMap::new();
    };
    let lines = source.lines().filter_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (name, value) = line.split_once('=')?;
        let (name, value) = (name.trim_end(), unquoted(value.trim()));
        (is_name(name) && is_path(value)).then(|| (name.to_owned(), value.to_owned()))
    });
    lines.take(MOST).collect()
}

fn unquoted(value: &str) -> &str {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote);
        if let Some((inner, _)) = inner.and_then(|inner| inner.split_once(quote)) {
            return inner;
        }
    }
    value.split(" #").next().unwrap_or_default().trim_end()
}

fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(is_part)
}

/// Whether a value may be the path of a folder or of a Dockerfile, by its form.
fn is_path(value: &str) -> bool {
    let is_short = value.len() <= LONGEST && value.chars().all(|c| c.is_ascii_graphic());
    let starts = value.starts_with("./") || value.starts_with("../");
    is_short && (starts || value.contains("ockerfile") || value.contains("ontainerfile"))
}

/// A text with its variables replaced: `$NAME`, `${NAME}` and `${NAME:-otherwise}`. None where a value is
/// not known.
pub(super) fn resolve(text: &str, variables: Option<&BTreeMap<String, String>>) -> Option<String> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('$') {
        resolved.push_str(before);
        if let Some(behind) = behind.strip_prefix('$') {
            resolved.push('$');
            rest = behind;
            continue;
        }
        let (name, otherwise);
        if let Some(braced) = behind.strip_prefix('{') {
            let (inner, behind) = braced.split_once('}')?;
            let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let (before, operator) = inner.split_at(end.unwrap_or(inner.len()));
            let fallback = operator.strip_prefix(":-");
            otherwise = fallback.or_else(|| operator.strip_prefix('-'));
            (name, rest) = (before, behind);
        } else {
            let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            (name, rest) = behind.split_at(end.unwrap_or(behind.len()));
            otherwise = None;
        }
        if !is_name(name) {
            return None;
        }
        let value = variables.and_then(|variables| variables.get(name));
        resolved.push_str(value.map(String::as_str).or(otherwise)?);
    }
    resolved.push_str(rest);
    (!resolved.contains('$') && resolved.len() <= LONGEST).then_some(resolved)
}
