//! Suppressions in comments: what they allow, and on which line.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use crate::codeowners::{LineKind, OwnershipFile};
use crate::facts::{Evidence, Label, Location, Place, Tree};
use crate::policy::{Inline, InlineProblem, RuleSelector, Rulebook};
use crate::text::{RepoPath, Span};

/// A comment that allows findings of some rules on one line.
#[derive(Debug)]
pub struct Suppression {
    pub(super) rules: Vec<RuleSelector>,
    pub(super) until: Option<Date>,
    pub(super) reason: String,
    pub(super) location: Location,
    path: RepoPath,
    /// The lines that it is about.
    lines: RangeInclusive<u32>,
    /// What is wrong with it, and what to write; then it allows nothing.
    pub(super) problem: Option<(String, String)>,
}

impl Suppression {
    /// The suppressions of an ownership file. A comment behind a rule is about its own line; one that
    /// stands alone is about the next line that is neither blank nor a comment.
    pub fn of_ownership_file(file: &OwnershipFile, rulebook: &Rulebook<'_>) -> Vec<Suppression> {
        let mut found = Vec::new();
        // Comments come in the order of their lines, so that what follows them is looked for once.
        let is_meant = |kind: LineKind| !matches!(kind, LineKind::Blank | LineKind::Comment);
        let meant = file.lines().iter().enumerate();
        let mut meant = meant.filter(|(_, line)| is_meant(line.kind)).peekable();
        for comment in file.comments() {
            let text = String::from_utf8_lossy(file.text().slice(comment.span));
            let Some(parsed) = Inline::parse(&text, rulebook) else {
                continue;
            };
            let from = comment.line as usize;
            while meant.next_if(|&(at, _)| at < from).is_some() {}
            let line = match meant.peek() {
                Some((next, _)) if comment.alone => next + 1,
                _ => from,
            };
            let place = |span: Span| {
                let start = comment.span.start + span.start;
                let span = Span::new(start, comment.span.start + span.end);
                Location::of(file.text(), span, "")
            };
            let path = file.text().path().clone();
            let line = u32::try_from(line).unwrap_or(u32::MAX);
            found.push(Suppression::new(parsed, place, path, line..=line));
        }
        found
    }

    /// The suppressions in the files that were opened; those of the ownership file are read by
    /// [`Suppression::of_ownership_file`], where its own syntax is known.
    pub fn of_evidence<'e>(
        evidence: &'e Evidence,
        tree: &'e Tree,
        ownership_file: Option<&'e [u8]>,
        rulebook: &'e Rulebook<'e>,
    ) -> impl Iterator<Item = Suppression> + use<'e> {
        let is_other = move |path: &[u8]| ownership_file != Some(path);
        let files = evidence.files.iter();
        let files = files.filter(move |(file, _)| is_other(tree.path(*file as usize)));
        files.flat_map(move |(file, found)| {
            let path = RepoPath::from(tree.path(*file as usize));
            found.comments.iter().filter_map(move |comment| {
                let parsed = Inline::parse(comment.excerpt.marked(), rulebook)?;
                let place = |span: Span| Location {
                    place: Place::File(path.clone()),
                    excerpt: Some(comment.excerpt.narrow(span)),
                    label: Label::default(),
                };
                Some(Suppression::new(
                    parsed,
                    place,
                    path.clone(),
                    comment.lines.clone(),
                ))
            })
        })
    }

    fn new(
        parsed: Result<Inline, InlineProblem>,
        place: impl Fn(Span) -> Location,
        path: RepoPath,
        lines: RangeInclusive<u32>,
    ) -> Suppression {
        match parsed {
            Ok(inline) => Suppression {
                rules: inline.rules.iter().map(|&(rule, _)| rule).collect(),
                until: inline.until,
                reason: inline.reason,
                location: place(inline.span),
                path,
                lines,
                problem: None,
            },
            Err(InlineProblem {
                span,
                message,
                help,
            }) => Suppression {
                rules: Vec::new(),
                until: None,
                reason: String::new(),
                location: place(span),
                path,
                lines,
                problem: Some((message, help)),
            },
        }
    }

    /// The lines that it is about.
    pub(super) fn places(&self) -> impl Iterator<Item = (&RepoPath, u32)> {
        self.lines.clone().map(|line| (&self.path, line))
    }

    /// Whether it is about this rule.
    pub(super) fn is_about(&self, rule: &str) -> bool {
        self.rules.iter().any(|selector| selector.matches(rule))
    }
}
