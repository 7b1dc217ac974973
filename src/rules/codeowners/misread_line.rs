//! `codeowners/misread-line`

use crate::codeowners::{OwnerKind, Reach};
use crate::policy::{NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::Span;

declare_rule! {
    /// ## What it checks
    ///
    /// Lines that the forge accepts without an error, but that do not say what was meant:
    ///
    /// - a line that starts with an owner: `@acme/ops` is then a *pattern*, for files of that name;
    /// - a pattern and an owner without white space between them (`*@ann`, or a no-break space);
    /// - handles without white space between them (`@ann@bob`): one owner that nobody has;
    /// - a pattern that starts with `\#`, which does not escape the `#`.
    ///
    /// A pattern without owners is legal and means unowned. A pattern with an `@` that matches a
    /// tracked file, such as `packages/@acme/`, means what it says.
    ///
    /// ## Why it matters
    ///
    /// The forge shows no error for such a line, and asks nobody for a review.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// *.rs@bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// *.rs @bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The tracked files and the ownership file.
    id: "codeowners/misread-line",
    summary: "a line does not say what was meant, and the forge reports no error",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let mut violations: Vec<Violation> = misreading(line, view).into_iter().collect();
    for owner in line
        .rule()
        .owners()
        .iter()
        .filter(|owner| owner.kind() == OwnerKind::Glued)
    {
        let text = owner.text();
        let place =
            crate::facts::Location::of(line.file.text(), owner.span(), "one owner, not several");
        let spaced = text.replace('@', " @");
        let violation = Violation::new(
            place,
            format!("`{text}` is read as one owner, whom nobody is"),
        );
        violations.push(violation.help(format!("write `{}`", spaced.trim_start())));
    }
    violations.into()
}

/// What is misread in the pattern of a line, if anything is.
pub(super) fn misreading(line: RuleLine<'_>, view: &View<'_>) -> Option<Violation> {
    let rule = line.rule();
    let pattern = rule.pattern_text();
    if rule.pattern().reach() == Reach::Nothing && pattern.starts_with("\\#") {
        let violation = Violation::new(
            line.pattern("matches nothing"),
            format!("`{pattern}` matches nothing: `\\#` does not escape the `#`"),
        );
        return Some(violation.help("use a pattern that does not start with `#`, such as `?name`"));
    }
    // Where files match, the line means what it says.
    if view
        .undecided(line.place)
        .is_none_or(|undecided| undecided.matched > 0)
    {
        return None;
    }
    if OwnerKind::of(&pattern).is_some() {
        let message = format!("`{pattern}` stands where the pattern belongs, so it owns nothing");
        let violation = Violation::new(line.pattern("read as a pattern"), message);
        let owners: Vec<_> = rule.owner_names().collect();
        let all = [&[pattern.into_owned()], &owners[..]].concat().join(" ");
        return Some(violation.help(format!("put a pattern before the owners: `* {all}`")));
    }
    if !rule.owners().is_empty() {
        return None;
    }
    // An owner at the end of a pattern without owners: white space is missing, escaped or not ASCII.
    let at = pattern.rfind('@')?;
    let (before, owner) = pattern.split_at(at);
    let intended = before.trim_end_matches(|c: char| c.is_whitespace() || c == '\\');
    if intended.is_empty() || intended.ends_with('/') || OwnerKind::of(owner).is_none() {
        return None;
    }
    let start = rule.pattern_span().start;
    let span = rule.pattern_span();
    let owner_span = Span::new((start + at).min(span.end), span.end);
    let place =
        crate::facts::Location::of(line.file.text(), owner_span, "read as part of the pattern");
    let violation = Violation::new(
        place,
        format!("`{owner}` is read as part of the pattern, so nobody owns it"),
    );
    Some(violation.help(format!("write `{intended} {owner}`")))
}
