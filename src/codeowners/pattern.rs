//! What a pattern's text means, in path segments.

use super::glob::{Glob, Name};

/// A pattern: which segments lead to the entries that it names, and how far it reaches from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    text: Box<[u8]>,
    segments: Vec<Segment>,
    reach: Reach,
}

/// One step of a pattern along a path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A segment of exactly this name.
    Literal(Box<[u8]>),
    /// A segment with `*` or `?`. Most segments have none.
    Glob(Box<Glob>),
    /// `**`: any number of segments, none included.
    AnyDepth,
}

/// What a pattern owns of the entry to which its segments lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// The entry, and if it is a folder everything below it: `docs`, `*.rs`.
    Tree,
    /// Everything below the entry, so that it must be a folder: `docs/`, `docs/**`.
    Below,
    /// The entry alone: the last segment is a lone `*`, as in `docs/*`.
    Entry,
    /// Nothing at all: `/`, and a pattern that starts with `\#`.
    Nothing,
}

/// Why the forge refuses a pattern, and with it the whole line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PatternError {
    /// It starts with `!`.
    Negation,
    /// It has a `[` or `]` that no `\` escapes.
    Brackets,
}

impl Pattern {
    /// Reads a pattern as GitHub does.
    ///
    /// Source: GitHub documentation, *About code owners*, "CODEOWNERS syntax": the rules of gitignore,
    /// but `\#` does not escape, `!` does not negate, `[ ]` is no range, and `docs/*` does not reach
    /// files further nested.
    pub fn github(text: &[u8]) -> Result<Pattern, PatternError> {
        if text.starts_with(b"!") {
            return Err(PatternError::Negation);
        }
        if has_unescaped(text, b"[]") {
            return Err(PatternError::Brackets);
        }
        let pattern = |segments, reach| Pattern {
            text: text.into(),
            segments,
            reach,
        };
        if text.starts_with(br"\#") || text.iter().all(|&byte| byte == b'/') {
            return Ok(pattern(Vec::new(), Reach::Nothing));
        }
        let (body, folder) = match text.strip_suffix(b"/") {
            Some(body) => (body, true),
            None => (text, false),
        };
        let mut segments = Vec::new();
        // A slash before the last character anchors the pattern to the root; else it floats.
        let body = match body.strip_prefix(b"/") {
            Some(body) => body,
            None => {
                if !body.contains(&b'/') {
                    segments.push(Segment::AnyDepth);
                }
                body
            }
        };
        for part in body.split(|&byte| byte == b'/') {
            segments.push(match part {
                b"**" => Segment::AnyDepth,
                part => match Glob::parse(part) {
                    Ok(glob) => Segment::Glob(Box::new(glob)),
                    Err(literal) => Segment::Literal(literal.into()),
                },
            });
        }
        segments.dedup_by(|a, b| *a == Segment::AnyDepth && *b == Segment::AnyDepth);
        let star = matches!(segments.last(), Some(Segment::Glob(glob)) if glob.is_star());
        let mut reach = match (folder, star) {
            (true, _) => Reach::Below,
            (false, true) => Reach::Entry,
            (false, false) => Reach::Tree,
        };
        // `docs/**` and `docs/**/*` are all that lies below `docs`; `*` is all that lies below the root.
        let before_last = segments.len().checked_sub(2).map(|index| &segments[index]);
        if reach == Reach::Entry && before_last == Some(&Segment::AnyDepth) {
            segments.pop();
        }
        if segments.last() == Some(&Segment::AnyDepth) {
            segments.pop();
            reach = Reach::Below;
        }
        Ok(pattern(segments, reach))
    }

    /// The pattern as written.
    pub fn text(&self) -> &[u8] {
        &self.text
    }

    /// The steps to the entries that it names.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// What it owns of these entries.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whether it owns every file there is: `*`, `**`, `/**`.
    pub fn is_catch_all(&self) -> bool {
        self.segments.is_empty() && self.reach == Reach::Below
    }

    /// The leading segments without wildcards, joined by `/`: the folder or file that the pattern is
    /// about. Empty for a pattern that floats.
    pub fn literal_prefix(&self) -> Vec<u8> {
        let literals = self.segments.iter().map_while(|segment| match segment {
            Segment::Literal(name) => Some(&**name),
            Segment::Glob(_) | Segment::AnyDepth => None,
        });
        literals.collect::<Vec<_>>().join(&b'/')
    }

    /// Whether the pattern owns the file at `path`. For one pattern and a few paths; the
    /// [`super::Matcher`] is for many.
    pub fn matches(&self, path: &[u8]) -> bool {
        let reached = self.reached(path);
        match self.reach {
            Reach::Tree => reached.contains(&true),
            Reach::Below => reached[..reached.len() - 1].contains(&true),
            Reach::Entry => reached[reached.len() - 1],
            Reach::Nothing => false,
        }
    }

    /// Whether the segments lead to the entry at `path` itself, rather than to a folder above it. What
    /// the pattern owns of that entry is another question.
    pub fn names(&self, path: &[u8]) -> bool {
        self.reach != Reach::Nothing && self.reached(path).ends_with(&[true])
    }

    /// Whether the pattern, which owns the file at `path`, does so only because its last segment has a
    /// wildcard and matches a folder above. By the rules of gitignore it then owns all that lies below;
    /// users report both that GitHub sees it so and that it does not.
    pub fn is_contested(&self, path: &[u8]) -> bool {
        self.reach == Reach::Tree
            && matches!(self.segments.last(), Some(Segment::Glob(_)))
            && !self.names(path)
    }

    /// At `n`: whether the segments lead to the entry of the first n segments of `path`.
    fn reached(&self, path: &[u8]) -> Vec<bool> {
        let path: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
        let mut reached = vec![false; path.len() + 1];
        reached[0] = true;
        for segment in &self.segments {
            reached = match segment {
                Segment::AnyDepth => {
                    let first = reached.iter().position(|&r| r).unwrap_or(reached.len());
                    (0..reached.len()).map(|at| at >= first).collect()
                }
                _ => (0..reached.len())
                    .map(|at| at > 0 && reached[at - 1] && segment.matches(path[at - 1]))
                    .collect(),
            };
        }
        reached
    }
}

impl Segment {
    fn matches(&self, name: &[u8]) -> bool {
        match self {
            Segment::Literal(literal) => **literal == *name,
            Segment::Glob(glob) => glob.matches(&Name::new(name)),
            Segment::AnyDepth => true,
        }
    }
}

/// Whether one of `wanted` stands in `text` without a `\` before it.
fn has_unescaped(text: &[u8], wanted: &[u8]) -> bool {
    let mut bytes = text.iter();
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' {
            bytes.next();
        } else if wanted.contains(byte) {
            return true;
        }
    }
    false
}
