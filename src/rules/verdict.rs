//! What a rule says of one subject.

use crate::facts::{Gap, Location};
use crate::policy::Level;
use crate::text::{Position, RepoPath, Span, Text, clip};

/// What is said of a fault is for people: of each text so many characters are kept. The longest that
/// real repositories make are a fifth of that.
const CHARACTERS: usize = 1_000;

/// So many owners of a line are told to act: where more are asked for something, nobody feels asked.
pub(super) const MOST_OWNERS: usize = 20;

/// A change that writes more bytes than this is no help to anybody.
const MOST_WRITTEN: usize = 10_000;

/// What a rule says of one subject.
#[derive(Debug)]
pub enum Verdict {
    /// It is as agreed.
    Pass,
    /// It is not; at least one violation.
    Fail(Vec<Violation>),
    /// It could not be judged.
    Skip(Gap),
    /// The rule has nothing to say of such a subject.
    NotApplicable,
}

impl From<Vec<Violation>> for Verdict {
    fn from(violations: Vec<Violation>) -> Self {
        if violations.is_empty() {
            Verdict::Pass
        } else {
            Verdict::Fail(violations)
        }
    }
}

impl From<Option<Violation>> for Verdict {
    fn from(violation: Option<Violation>) -> Self {
        violation.map_or(Verdict::Pass, Verdict::from)
    }
}

impl From<Violation> for Verdict {
    fn from(violation: Violation) -> Self {
        Verdict::Fail(vec![violation])
    }
}

/// What is wrong with a subject, before the policy has its say.
#[derive(Debug)]
pub struct Violation {
    /// What is wrong: a lowercase fragment without full stop, names in backticks.
    pub message: String,
    /// Where to look first.
    pub primary: Location,
    /// Where else to look.
    pub related: Vec<Location>,
    /// Who should act: owners, as written.
    pub owners: Vec<String>,
    /// What to do.
    pub help: Option<String>,
    /// The change that would mend it.
    pub fix: Option<Fix>,
    /// The finding is at least this bad, unless the rule is off.
    pub at_least: Option<Level>,
    /// The finding is at most this bad.
    pub at_most: Option<Level>,
    /// What tells this violation from others of the same rule and subject, and stays when lines
    /// move. Without it, the marked text of the primary location.
    pub key: Option<String>,
    /// What many violations like this one in one file are called when one finding stands for them,
    /// behind their number. Without it, what the rule says.
    pub roll_up: Option<String>,
}

impl Violation {
    /// A violation at a place.
    pub fn new(primary: Location, message: impl Into<String>) -> Self {
        Violation {
            message: message.into(),
            primary,
            related: Vec::new(),
            owners: Vec::new(),
            help: None,
            fix: None,
            at_least: None,
            at_most: None,
            key: None,
            roll_up: None,
        }
    }

    /// With what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// With one more place to look at.
    pub fn related(mut self, location: Location) -> Self {
        self.related.push(location);
        self
    }

    /// With who should act: the first of them, where a line names more than anybody would ask.
    pub fn owners(mut self, owners: impl IntoIterator<Item = String>) -> Self {
        self.owners.extend(owners.into_iter().take(MOST_OWNERS));
        self
    }

    /// The same, but with all text cut to what people read, whatever the names are that it repeats: what
    /// a file of some megabytes is told by must not be gigabytes.
    pub(super) fn bounded(mut self) -> Self {
        let cut = |text: &mut String| {
            if let std::borrow::Cow::Owned(clipped) = clip(text, CHARACTERS) {
                *text = clipped;
            }
        };
        cut(&mut self.message);
        self.help.iter_mut().for_each(cut);
        self.owners.iter_mut().for_each(cut);
        let related = self.related.iter_mut();
        related
            .chain([&mut self.primary])
            .for_each(|location| cut(&mut location.label));
        let written = |fix: &Fix| {
            let edits = fix.edits.iter();
            edits.map(|edit| edit.replacement.len()).sum::<usize>()
        };
        self.fix = self.fix.filter(|fix| written(fix) <= MOST_WRITTEN);
        if let Some(fix) = &mut self.fix {
            cut(&mut fix.description);
        }
        self
    }

    /// With the change that would mend it.
    pub fn fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// At least this bad, unless the rule is off.
    pub fn at_least(mut self, level: Level) -> Self {
        self.at_least = Some(level);
        self
    }

    /// At most this bad.
    pub fn at_most(mut self, level: Level) -> Self {
        self.at_most = Some(level);
        self
    }

    /// With what tells it from others of the same rule and subject.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// With what many like it in one file are called.
    pub fn roll_up(mut self, what: impl Into<String>) -> Self {
        self.roll_up = Some(what.into());
        self
    }
}

/// A change that mends a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative fragment: "remove the line".
    pub description: String,
    /// The edits, all in one file's text as it was read.
    pub edits: Vec<Edit>,
}

/// A replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub path: RepoPath,
    /// The bytes that go.
    pub span: Span,
    /// Where they start and end, with columns in bytes.
    pub range: (Position, Position),
    /// What comes in their place.
    pub replacement: String,
}

impl Edit {
    /// Puts `replacement` in the place of a part of a file.
    pub fn new(text: &Text, span: Span, replacement: impl Into<String>) -> Edit {
        Edit {
            path: text.path().clone(),
            span,
            range: (text.byte_position(span.start), text.byte_position(span.end)),
            replacement: replacement.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_long_name_is_short() {
        let name = "x".repeat(100_000);
        let text = Text::new("CODEOWNERS".into(), b"x".to_vec());
        let edit = |replacement: &str| Edit::new(&text, Span::new(0, 1), replacement);
        let violation = |replacement: &str| {
            Violation::new(
                Location::repository(name.clone()),
                format!("`{name}` is gone"),
            )
            .help(format!("write `{name}`"))
            .related(Location::repository(name.clone()))
            .owners(std::iter::repeat_n(name.clone(), 1_000))
            .fix(Fix {
                description: name.clone(),
                edits: vec![edit(replacement)],
            })
            .bounded()
        };
        let long = violation(&name);
        assert!(long.message.starts_with("`xxx") && long.message.ends_with("xxx` is gone"));
        assert_eq!(long.owners.len(), MOST_OWNERS);
        assert_eq!(long.fix, None);
        assert!(violation("y").fix.is_some());
        assert!(format!("{:?}", violation("y")).len() < 100 * CHARACTERS);
        let short = Violation::new(Location::repository(""), "as it is").bounded();
        assert_eq!(short.message, "as it is");
    }
}
