//! What a rule says of one subject.

use std::borrow::Cow;

use crate::facts::{Gap, Location};
use crate::policy::Level;
use crate::text::{Position, RepoPath, Span, Text, clip, number};

/// What is said of a fault is for people: of each text so many characters are kept. The longest that
/// real repositories make are a fifth of that.
const CHARACTERS: usize = 1_000;

/// Longer help is not shown in part: whoever types a text that is cut types another one.
const HELP: usize = 4_000;

/// So many owners are named to act: if more are asked for something, none of them feels asked.
pub(super) const MOST_OWNERS: usize = 20;

/// So many owners of a line are looked at to find those who can act.
const MOST_CANDIDATES: usize = 100;

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
    /// All places of a violation that sums up many, in the order in which they are shown; empty if
    /// `primary` is the only one.
    pub places: Vec<Location>,
    /// Who should act: owners, as written.
    pub owners: Vec<String>,
    /// Whether there are more owners than those.
    pub more_owners: bool,
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
    /// The cause that this violation shares with others of its file, as it follows their number in a
    /// message. Without it, the one that the rule names.
    pub cause: Option<String>,
}

impl Violation {
    /// A violation at a place.
    pub fn new(primary: Location, message: impl Into<String>) -> Self {
        Violation {
            message: message.into(),
            primary,
            related: Vec::new(),
            places: Vec::new(),
            owners: Vec::new(),
            more_owners: false,
            help: None,
            fix: None,
            at_least: None,
            at_most: None,
            key: None,
            cause: None,
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

    /// With who should act.
    pub fn owners(mut self, owners: impl IntoIterator<Item = String>) -> Self {
        let mut owners = owners.into_iter();
        self.owners.extend(owners.by_ref().take(MOST_CANDIDATES));
        self.more_owners |= owners.next().is_some();
        self
    }

    /// Limits the text, whatever names it repeats: the report on a file of some megabytes must not have
    /// gigabytes. A message loses its middle. What a user types, help and owners, is kept whole or left out.
    pub(super) fn bounded(mut self) -> Self {
        let is_long = |text: &str, most: usize| matches!(clip(text, most), Cow::Owned(_));
        if let Cow::Owned(clipped) = clip(&self.message, CHARACTERS) {
            self.message = clipped;
        }
        if let Some(help) = self.help.as_mut().filter(|help| is_long(help, HELP)) {
            let characters = number(help.chars().count());
            *help = format!("the text to write is left out: it has {characters} characters");
        }
        let all = self.owners.len();
        self.owners.retain(|owner| !is_long(owner, CHARACTERS));
        self.owners.truncate(MOST_OWNERS);
        self.more_owners |= self.owners.len() < all;
        let locations = self.related.iter_mut().chain(&mut self.places);
        for location in locations.chain([&mut self.primary]) {
            if let Cow::Owned(clipped) = clip(&location.label, CHARACTERS) {
                location.label = clipped.into();
            }
        }
        let written = |fix: &Fix| {
            let edits = fix.edits.iter();
            edits.map(|edit| edit.replacement.len()).sum::<usize>()
        };
        self.fix = self.fix.filter(|fix| written(fix) <= MOST_WRITTEN);
        if let Some(fix) = &mut self.fix
            && is_long(&fix.description, CHARACTERS)
        {
            fix.description = "apply the edits".to_owned();
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

    /// With the cause that it shares with others of its file.
    pub fn cause(mut self, cause: impl Into<String>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// With all places that it sums up. A single one that is the primary location says nothing new.
    pub fn places(mut self, places: Vec<Location>) -> Self {
        let says_nothing = |only: &Location| only.order() == self.primary.order();
        if !matches!(&places[..], [only] if says_nothing(only)) {
            self.places = places;
        }
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
    fn long_names_make_no_long_text_and_no_cut_suggestion() {
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
        // What a user types is there as a whole, or not at all.
        assert_eq!((long.owners.len(), long.more_owners), (0, true));
        let left_out = "the text to write is left out: it has 100,008 characters";
        assert_eq!(long.help.as_deref(), Some(left_out));
        assert_eq!(long.fix, None);
        assert!(violation("y").fix.is_some());
        assert!(format!("{:?}", violation("y")).len() < 100 * CHARACTERS);
        let owners = (0..123).map(|number| format!("@o{number}"));
        let short = Violation::new(Location::repository(""), "as it is");
        let short = short.owners(owners).bounded();
        assert_eq!(short.message, "as it is");
        assert_eq!((short.owners.len(), short.more_owners), (MOST_OWNERS, true));
    }
}
