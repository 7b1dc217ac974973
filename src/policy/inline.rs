//! Suppressions in comments: `bailiwick: allow(family/name, until=2027-03-31) reason`.
//!
//! Input: the text of one comment, with or without its comment signs. Output: what it allows, or what is
//! wrong with it, with spans relative to the comment.

use jiff::civil::Date;

use super::error::{quoted, suggest};
use super::{RuleSelector, Rulebook};
use crate::text::Span;

/// How every suppression starts.
const NAME: &str = "bailiwick:";

/// The only verb there is.
const ALLOW: &str = "allow";

/// What a comment allows at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inline {
    /// The rules, and where each stands. Never all rules at once.
    pub rules: Vec<(RuleSelector, Span)>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// Why.
    pub reason: String,
    /// From `bailiwick:` to the end of the reason.
    pub span: Span,
}

/// What is wrong with a comment that means to allow something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InlineProblem {
    /// Where.
    pub span: Span,
    /// What, as a lowercase fragment.
    pub message: String,
    /// What to write.
    pub help: String,
}

impl InlineProblem {
    fn new(span: Span, message: impl Into<String>, help: impl Into<String>) -> Self {
        InlineProblem {
            span,
            message: message.into(),
            help: help.into(),
        }
    }
}

impl Inline {
    /// Reads a comment. None if it does not start with `bailiwick:`, or if what follows is plain prose.
    /// Only the comment's first line is read.
    pub fn parse(comment: &str, rulebook: &Rulebook<'_>) -> Option<Result<Inline, InlineProblem>> {
        // Whatever starts a comment in any language is punctuation.
        let is_sign = |c: char| c.is_whitespace() || "#/*<!-;%\"'{(".contains(c);
        let trimmed = comment.trim_start_matches(is_sign);
        let rest = trimmed.strip_prefix(NAME)?;
        let start = comment.len() - trimmed.len();
        let rest = rest.lines().next().unwrap_or_default();
        let at = start + NAME.len();
        let cursor = Cursor { rest, at };
        cursor.suppression(start, rulebook).transpose()
    }
}

/// What is left of the line, and where it starts in the comment.
struct Cursor<'c> {
    rest: &'c str,
    at: usize,
}

impl<'c> Cursor<'c> {
    fn advance(&mut self, bytes: usize) -> Span {
        let start = self.at;
        self.rest = &self.rest[bytes..];
        self.at += bytes;
        Span::new(start, self.at)
    }

    fn skip_space(&mut self) {
        self.advance(self.rest.len() - self.rest.trim_start().len());
    }

    fn suppression(
        mut self,
        start: usize,
        rulebook: &Rulebook<'_>,
    ) -> Result<Option<Inline>, InlineProblem> {
        self.skip_space();
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let verb = &self.rest[..end];
        let span = self.advance(end);
        self.skip_space();
        let opens = self.rest.starts_with('(');
        if verb != ALLOW {
            return match suggest(verb, [ALLOW]) {
                Some(_) => {
                    let message = format!("unknown verb {}", quoted(verb));
                    Err(InlineProblem::new(span, message, "did you mean `allow`?"))
                }
                None if opens && !verb.is_empty() => {
                    let message = format!("unknown verb {}", quoted(verb));
                    Err(InlineProblem::new(
                        span,
                        message,
                        "the only verb is `allow`",
                    ))
                }
                None => Ok(None),
            };
        }
        let example = "write `bailiwick: allow(family/name) reason`";
        if !opens {
            return Err(InlineProblem::new(span, "`allow` names no rule", example));
        }
        let Some(close) = self.rest.find(')') else {
            let open = Span::new(self.at, self.at + 1);
            return Err(InlineProblem::new(
                open,
                "the parenthesis is not closed",
                example,
            ));
        };
        let (inside, inside_at) = (&self.rest[1..close], self.at + 1);
        let parenthesis = self.advance(close + 1);
        let (rules, until) = read_arguments(inside, inside_at, rulebook)?;
        if rules.is_empty() {
            return Err(InlineProblem::new(
                parenthesis,
                "`allow` names no rule",
                example,
            ));
        }
        self.skip_space();
        let is_close = |c: char| c.is_whitespace() || "*/->#%}".contains(c);
        let reason = self.rest.trim_end_matches(is_close);
        let span = Span::new(start, self.at + reason.len());
        if !reason.contains(char::is_alphanumeric) {
            let span = Span::new(start, parenthesis.end);
            let help = "say why behind the parenthesis";
            return Err(InlineProblem::new(
                span,
                "the suppression gives no reason",
                help,
            ));
        }
        Ok(Some(Inline {
            rules,
            until,
            reason: reason.to_string(),
            span,
        }))
    }
}

/// What stands in the parenthesis: rules, and perhaps a date.
type Arguments = (Vec<(RuleSelector, Span)>, Option<Date>);

fn read_arguments(
    inside: &str,
    inside_at: usize,
    rulebook: &Rulebook<'_>,
) -> Result<Arguments, InlineProblem> {
    let (mut rules, mut until) = (Vec::new(), None);
    let mut at = inside_at;
    for part in inside.split(',') {
        let word = part.trim();
        let start = at + (part.len() - part.trim_start().len());
        let span = Span::new(start, start + word.len());
        at += part.len() + 1;
        if word.is_empty() {
            continue;
        }
        if let Some((key, value)) = word.split_once('=') {
            if key.trim() != "until" {
                let message = format!("unknown key {}", quoted(key.trim()));
                return Err(InlineProblem::new(span, message, "the only key is `until`"));
            }
            // A civil date alone: the library would read a time behind it as well.
            let date = Some(value.trim()).filter(|date| date.len() == "2027-03-31".len());
            let Some(date) = date.and_then(|date| date.parse().ok()) else {
                let message = format!("{} is no date", quoted(value.trim()));
                return Err(InlineProblem::new(
                    span,
                    message,
                    "write one such as `until=2027-03-31`",
                ));
            };
            until = Some(date);
            continue;
        }
        match rulebook.select(word) {
            Ok(RuleSelector::All) => {
                let help = "name the rules, or a family: `family/*`";
                return Err(InlineProblem::new(
                    span,
                    "a comment cannot allow everything",
                    help,
                ));
            }
            Ok(selector) => rules.push((selector, span)),
            Err(unknown) => return Err(InlineProblem::new(span, unknown.message, unknown.help)),
        }
    }
    Ok((rules, until))
}
