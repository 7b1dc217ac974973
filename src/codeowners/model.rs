//! The model of an ownership file, whatever its dialect.

use smol_str::SmolStr;

use super::Pattern;
use crate::text::{Span, Text};

/// Whose rules of reading an ownership file follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// GitHub's CODEOWNERS.
    GitHub,
}

impl Dialect {
    /// Where the forge looks for the file; the first that exists is read, the others are ignored.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS file location".
    pub fn locations(self) -> &'static [&'static str] {
        match self {
            Dialect::GitHub => &[".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"],
        }
    }

    /// The size in bytes from which the forge does not load the file at all.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS file size": "must be under
    /// 3 MB". GitHub's other limits in MB count 2^20 bytes each, and so does this one.
    pub fn size_limit(self) -> u64 {
        match self {
            Dialect::GitHub => 3 << 20,
        }
    }
}

/// An ownership file, lossless: its lines cover every byte of its text.
#[derive(Debug)]
pub struct OwnershipFile {
    pub(super) dialect: Dialect,
    pub(super) text: Text,
    pub(super) lines: Vec<Line>,
    pub(super) rules: Vec<OwnershipRule>,
    pub(super) invalid: Vec<InvalidLine>,
    pub(super) comments: Vec<Comment>,
    /// The file's size in bytes; more than the text has where the file is too large to be loaded.
    pub(super) size: u64,
}

impl OwnershipFile {
    /// Reads a file. Whatever it holds, the result is a model: lines that the forge skips are
    /// [`InvalidLine`]s, and a file that the forge does not load has no lines at all.
    pub fn parse(dialect: Dialect, text: Text) -> OwnershipFile {
        let size = text.bytes().len() as u64;
        if size >= dialect.size_limit() {
            return OwnershipFile::oversized(dialect, text.path().clone(), size);
        }
        match dialect {
            Dialect::GitHub => super::github::parse(text),
        }
    }

    /// A file that is too large for the forge to load, and so was not read.
    pub fn oversized(dialect: Dialect, path: crate::text::RepoPath, size: u64) -> OwnershipFile {
        OwnershipFile {
            dialect,
            text: Text::new(path, Vec::new()),
            lines: Vec::new(),
            rules: Vec::new(),
            invalid: Vec::new(),
            comments: Vec::new(),
            size,
        }
    }

    /// The dialect that it was read in.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Its text.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// Its size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Whether the forge refuses to load it.
    pub fn is_oversized(&self) -> bool {
        self.size >= self.dialect.size_limit()
    }

    /// All lines, in order; their spans cover the text.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The ownership rules, in order: the last that matches decides.
    pub fn rules(&self) -> &[OwnershipRule] {
        &self.rules
    }

    /// The patterns of the rules, for a [`super::Matcher`].
    pub fn patterns(&self) -> impl ExactSizeIterator<Item = &Pattern> + Clone {
        self.rules.iter().map(OwnershipRule::pattern)
    }

    /// The lines that the forge skips.
    pub fn invalid_lines(&self) -> &[InvalidLine] {
        &self.invalid
    }

    /// All comments, inline ones too.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }
}

/// One line with its line end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The whole line with its line end.
    pub span: Span,
    /// What stands on it.
    pub kind: LineKind,
}

/// What stands on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Nothing but white space.
    Blank,
    /// A comment alone.
    Comment,
    /// The ownership rule at this place of [`OwnershipFile::rules`].
    Rule(usize),
    /// The line at this place of [`OwnershipFile::invalid_lines`].
    Invalid(usize),
}

/// A pattern with its owners.
#[derive(Clone, Debug)]
pub struct OwnershipRule {
    pub(super) line: u32,
    pub(super) span: Span,
    pub(super) pattern: Pattern,
    pub(super) pattern_span: Span,
    pub(super) owners: Vec<Owner>,
    pub(super) owner_list: u32,
}

impl OwnershipRule {
    /// Its line, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// From the pattern's first byte to the last owner's end.
    pub fn span(&self) -> Span {
        self.span
    }

    /// Its pattern.
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Where the pattern stands.
    pub fn pattern_span(&self) -> Span {
        self.pattern_span
    }

    /// The pattern as text for people: not escaped, U+FFFD for what is not UTF-8.
    pub fn pattern_text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.pattern.text())
    }

    /// The pattern as text for people, where another line is the subject: of a pattern that is longer than
    /// any path only both ends, since thousands of lines may name it.
    pub fn pattern_name(&self) -> std::borrow::Cow<'_, str> {
        const END: usize = 200;
        let text = self.pattern.text();
        if text.len() <= 2 * END {
            return self.pattern_text();
        }
        // No character is cut through: at most three bytes continue one.
        let border = |at: &usize| text[*at] & 0xc0 != 0x80;
        let head = (END - 3..=END).rev().find(border).unwrap_or(END);
        let tail = text.len() - END;
        let tail = (tail..tail + 4).find(border).unwrap_or(tail);
        let [head, tail] = [&text[..head], &text[tail..]].map(String::from_utf8_lossy);
        format!("{head}…{tail}").into()
    }

    /// Its owners, in order. None is legal: the files that it matches are unowned.
    pub fn owners(&self) -> &[Owner] {
        &self.owners
    }

    /// The number of its list of owners: rules that follow each other have the same one if they name the
    /// same owners, written alike and in the same order. Much asks that of every rule, and a number is one
    /// look at memory instead of one at each owner.
    pub fn owner_list(&self) -> u32 {
        self.owner_list
    }

    /// Whether it names the same owners as another one, written alike and in the same order.
    pub(super) fn names_owners_of(&self, other: &OwnershipRule) -> bool {
        let mut pairs = self.owners.iter().zip(&other.owners);
        self.owners.len() == other.owners.len()
            && pairs.all(|(a, b)| a.kind == b.kind && a.text == b.text)
    }

    /// The owners as written, which is what a report says of who should act.
    pub fn owner_names(&self) -> impl Iterator<Item = String> + '_ {
        self.owners.iter().map(|owner| owner.text.to_string())
    }
}

/// An owner as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub(super) text: SmolStr,
    pub(super) kind: OwnerKind,
    pub(super) span: Span,
}

impl Owner {
    /// The owner as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What form it has.
    pub fn kind(&self) -> OwnerKind {
        self.kind
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The form in which two spellings of one owner are equal: forges compare without case.
    pub fn normalized(&self) -> String {
        self.text.to_lowercase()
    }
}

/// What form an owner has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OwnerKind {
    /// `@user`
    User,
    /// `@organization/team`
    Team,
    /// An e-mail address.
    Email,
    /// Handles without a space between them (`@a@b`): the forge reports no error, and nobody is asked.
    Glued,
}

impl OwnerKind {
    /// What form this token has, by its characters alone; none for what the forge calls an invalid
    /// owner.
    pub fn of(token: &str) -> Option<OwnerKind> {
        let name = |text: &str, extra: &[char]| {
            !text.is_empty()
                && text
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || extra.contains(&c))
        };
        let Some(handle) = token.strip_prefix('@') else {
            let (local, domain) = token.rsplit_once('@')?;
            let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '@' | '/' | ',' | '"');
            let valid = !local.is_empty() && local.chars().all(plain) && name(domain, &['.', '-']);
            return valid.then_some(OwnerKind::Email);
        };
        if handle.split('@').count() > 1 {
            let handles = handle
                .split('@')
                .map(|part| OwnerKind::of(&format!("@{part}")));
            let glued = handles.into_iter().all(|kind| kind.is_some());
            return glued.then_some(OwnerKind::Glued);
        }
        match handle.split_once('/') {
            Some((organization, team)) => (name(organization, &['-', '_'])
                && name(team, &['-', '_', '.']))
            .then_some(OwnerKind::Team),
            None => name(handle, &['-', '_']).then_some(OwnerKind::User),
        }
    }
}

/// A line that the forge skips.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidLine {
    /// Its line, from 1.
    pub line: u32,
    /// The offending part.
    pub span: Span,
    /// What the forge calls it.
    pub kind: InvalidLineKind,
    /// What is wrong, as a lowercase fragment with names in backticks.
    pub reason: String,
    /// What to write instead, if that can be said.
    pub suggestion: Option<String>,
}

/// What the forge calls a line that it skips.
///
/// Source: the `kind` of GitHub's endpoint `GET /repos/{owner}/{repo}/codeowners/errors`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidLineKind {
    /// "Invalid pattern"
    Pattern,
    /// "Invalid owner"
    Owner,
}

impl InvalidLineKind {
    /// The forge's name for it.
    pub fn name(self) -> &'static str {
        match self {
            InvalidLineKind::Pattern => "Invalid pattern",
            InvalidLineKind::Owner => "Invalid owner",
        }
    }
}

/// A comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its line, from 1.
    pub line: u32,
    /// The text behind the `#`, to the end of the line without the line end.
    pub span: Span,
    /// Whether nothing else stands on the line.
    pub alone: bool,
}
