//! `debt/unexplained-suppression`

use crate::facts::CodeSuppression;
use crate::policy::{NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Whoever silences a tool, or skips a test, says why: `#[allow(…)]` with `reason` or a comment,
    /// `noqa`, `type: ignore`, `eslint-disable` with `-- reason`, `nolint`, `@SuppressWarnings`,
    /// `@Disabled("…")`, `#[ignore = "…"]`, `t.Skip("…")` and their like. A comment on the same line or
    /// directly above counts as the reason.
    ///
    /// Source: eslint-plugin-eslint-comments, rule `require-description`; clippy, rule
    /// `allow_attributes_without_reason`.
    ///
    /// ## Why it matters
    ///
    /// Nobody dares to remove a suppression whose reason is not known, and whatever comes after it is
    /// silenced too.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.py --
    /// import os  # noqa
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.py --
    /// # Imported for its side effects.
    /// import os  # noqa
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The text of the tracked files.
    id: "debt/unexplained-suppression",
    summary: "a tool is silenced, or a test skipped, without a reason",
    level: Off, strict: Note,
    status: Stable,
    organizational: true,
    needs: [Tree, CodeSuppressions],
    options: NoOptions,
    check: CodeSuppression(check),
}

fn check(found: &InFile<'_, CodeSuppression>, view: &View<'_>, _: &Settings) -> Verdict {
    if found.fact.reason.is_some() {
        return Verdict::Pass;
    }
    Violation::new(
        found.location(&found.fact.excerpt, "without a reason"),
        format!("`{}` does not say why", found.fact.what),
    )
    .owners(view.owners_of(found.file))
    .help("say why, behind it or in a comment above")
    .key(found.fact.excerpt.text.trim())
    .into()
}
