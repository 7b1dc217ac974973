//! GitHub's dialect.
//!
//! Source: GitHub documentation, *About code owners*. A line is a pattern, white space, owners and a
//! comment; a line with invalid syntax is skipped, the rest of the file holds.

use super::model::{
    Comment, Dialect, InvalidLine, InvalidLineKind, Line, LineKind, Owner, OwnerKind,
    OwnershipFile, OwnershipRule,
};
use super::pattern::{Pattern, PatternError};
use crate::text::{Span, Text};

pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

pub(super) fn parse(text: Text) -> OwnershipFile {
    let mut file = OwnershipFile {
        dialect: Dialect::GitHub,
        size: text.bytes().len() as u64,
        text: Text::new(text.path().clone(), Vec::new()),
        lines: Vec::new(),
        rules: Vec::new(),
        invalid: Vec::new(),
        comments: Vec::new(),
    };
    let bytes = text.bytes();
    let mut start = 0;
    let mut number = 0;
    while start < bytes.len() {
        number += 1;
        let end = memchr::memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
        let mut from = start;
        if start == 0 && bytes.starts_with(BYTE_ORDER_MARK) {
            from = BYTE_ORDER_MARK.len();
        }
        let kind = parse_line(&mut file, bytes, number, Span::new(from, end));
        file.lines.push(Line {
            span: Span::new(start, end),
            kind,
        });
        start = end;
    }
    file.text = text;
    file
}

fn parse_line(file: &mut OwnershipFile, bytes: &[u8], line: u32, span: Span) -> LineKind {
    let mut tokens = Vec::new();
    let mut at = span.start;
    let mut comment = None;
    while at < span.end {
        match bytes[at] {
            byte if byte.is_ascii_whitespace() => at += 1,
            b'#' => {
                let end = span.start + bytes[span.start..span.end].trim_ascii_end().len();
                comment = Some(Comment {
                    line,
                    span: Span::new(at + 1, end.max(at + 1)),
                    alone: tokens.is_empty(),
                });
                break;
            }
            _ => {
                let end = token_end(bytes, at, span.end, tokens.is_empty());
                tokens.push(Span::new(at, end));
                at = end;
            }
        }
    }
    file.comments.extend(comment);
    let Some((&pattern_span, owner_spans)) = tokens.split_first() else {
        return if comment.is_some() {
            LineKind::Comment
        } else {
            LineKind::Blank
        };
    };
    match parse_rule(bytes, line, pattern_span, owner_spans) {
        Ok(mut rule) => {
            rule.owner_list = match file.rules.last() {
                Some(last) if last.names_owners_of(&rule) => last.owner_list,
                Some(last) => last.owner_list + 1,
                None => 0,
            };
            file.rules.push(rule);
            LineKind::Rule(file.rules.len() - 1)
        }
        Err(invalid) => {
            file.invalid.push(invalid);
            LineKind::Invalid(file.invalid.len() - 1)
        }
    }
}

/// The end of the token that starts at `at`. In a pattern a `\` keeps the next character, white space
/// too, and a `#` is a character like any other; in an owner, which cannot have one, it starts a
/// comment.
fn token_end(bytes: &[u8], mut at: usize, end: usize, pattern: bool) -> usize {
    while at < end {
        match bytes[at] {
            b'\\' if pattern && at + 1 < end && !matches!(bytes[at + 1], b'\n' | b'\r') => at += 2,
            b'#' if !pattern => break,
            byte if byte.is_ascii_whitespace() => break,
            _ => at += 1,
        }
    }
    at
}

fn parse_rule(
    bytes: &[u8],
    line: u32,
    pattern_span: Span,
    owner_spans: &[Span],
) -> Result<OwnershipRule, InvalidLine> {
    let text = pattern_span.of(bytes);
    let pattern = Pattern::github(text).map_err(|error| InvalidLine {
        line,
        span: pattern_span,
        kind: InvalidLineKind::Pattern,
        reason: match error {
            PatternError::Negation => "`!` does not negate a pattern here".to_owned(),
            PatternError::Brackets => "both `[` and `]` must be escaped with a `\\`".to_owned(),
        },
        suggestion: match error {
            PatternError::Negation => None,
            PatternError::Brackets => Some(escape_brackets(text)),
        },
    })?;
    let mut owners = Vec::with_capacity(owner_spans.len());
    for &span in owner_spans {
        let text = String::from_utf8_lossy(span.of(bytes));
        let Some(kind) = OwnerKind::of(&text) else {
            return Err(invalid_owner(line, span, &text));
        };
        let text = text.into();
        owners.push(Owner { text, kind, span });
    }
    let end = owner_spans.last().map_or(pattern_span.end, |span| span.end);
    Ok(OwnershipRule {
        line,
        span: Span::new(pattern_span.start, end),
        pattern,
        pattern_span,
        owners,
        // Known once the rule before it is.
        owner_list: 0,
    })
}

/// The pattern with a `\` before each bracket that has none.
fn escape_brackets(pattern: &[u8]) -> String {
    let mut escaped = Vec::with_capacity(pattern.len() + 4);
    let mut kept = false;
    for &byte in pattern {
        if matches!(byte, b'[' | b']') && !kept {
            escaped.push(b'\\');
        }
        kept = byte == b'\\' && !kept;
        escaped.push(byte);
    }
    String::from_utf8_lossy(&escaped).into_owned()
}

fn invalid_owner(line: u32, span: Span, text: &str) -> InvalidLine {
    let bare = text.trim_matches(|c: char| matches!(c, ',' | ';' | ':' | '(' | ')' | '<' | '>'));
    let suggestion = [bare.to_owned(), format!("@{bare}")];
    let suggestion = suggestion
        .into_iter()
        .find(|owner| OwnerKind::of(owner).is_some());
    InvalidLine {
        line,
        span,
        kind: InvalidLineKind::Owner,
        reason: format!("`{text}` is neither `@user`, `@organization/team` nor an e-mail address"),
        suggestion,
    }
}
