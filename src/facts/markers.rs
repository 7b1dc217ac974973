//! What comments confess: tech-debt markers, and code that silences a tool.

use jiff::civil::Date;

use crate::text::Excerpt;

/// A tech-debt comment such as `TODO(@ann, #12): drop this [2027-01-01]`.
///
/// A repository may hold a million of them: what few of them have is boxed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    /// The word, as the policy spells it: `TODO`.
    pub word: String,
    /// Whether the word begins the comment, a line of it, or a sentence with `:`, `(` or `[` behind the
    /// word. Else it stands within running text, which may speak about something else.
    pub at_start: bool,
    /// Who is named, as written and without parentheses: `ann`, `@ann`, `@acme/payments`, `ann@acme.com`.
    pub owner: Option<Box<(String, Excerpt)>>,
    /// The issues named on its line, else on the next line of the comment: `#12`, `ABC-1`, `b/123`,
    /// `acme/shop#12`.
    pub issues: Vec<String>,
    /// The URLs named there.
    pub links: Vec<String>,
    /// The day that is set for it: `[2027-01-01]`, `TODO(2027-01-01)`, `expires: 2027-01-01`.
    pub date: Option<Box<(Date, Excerpt)>>,
    /// A day in running text: `by 2027-01-01`, `until 2027-01-01`.
    pub date_in_text: Option<Box<(Date, Excerpt)>>,
    /// What remains of the line, trimmed and clipped.
    pub text: String,
    /// The line, with the word marked.
    pub excerpt: Excerpt,
}

/// A comment or attribute that silences a tool, or a test that is switched off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeSuppression {
    /// Whose complaint it silences: `rustc`, `flake8`, `eslint`, `junit`.
    pub tool: &'static str,
    /// What it silences, as written: `dead_code`, `E501`; empty for everything.
    pub what: String,
    /// Why, as written beside it or on a comment line directly above.
    pub reason: Option<String>,
    /// The line, with what silences marked.
    pub excerpt: Excerpt,
}
