//! `debt/ownerless-marker`

use super::untracked_marker::{self, is_untracked};
use crate::facts::Marker;
use crate::policy::{NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every marker in a comment names an owner: `TODO(ann)`, `TODO @acme/payments`. An issue or a link
    /// does not do. Where `debt/untracked-marker` is on as well, a marker that it reports is not reported
    /// here again.
    ///
    /// Source: Ruff, rule TD002 (`missing-todo-author`).
    ///
    /// ## Why it matters
    ///
    /// An issue says what is to be done, an owner who is asked about it. Whether a team wants both is its
    /// own choice, so that the rule is off unless the policy turns it on.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(#12): retry
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// // TODO(ann, #12): retry
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files.
    id: "debt/ownerless-marker",
    summary: "a marker names no owner",
    level: Off, strict: Note,
    status: Stable,
    organizational: true,
    needs: [Tree, Markers],
    options: NoOptions,
    check: Marker(check),
}

fn check(marker: &InFile<'_, Marker>, view: &View<'_>, _: &Settings) -> Verdict {
    let is_told = is_untracked(marker.fact) && view.is_enabled(untracked_marker::RULE.spec.id);
    if marker.fact.owner.is_some() || is_told {
        return Verdict::Pass;
    }
    Violation::new(
        marker.location(&marker.fact.excerpt, "nobody is named"),
        format!("`{}` names no owner", marker.fact.word),
    )
    .owners(view.owners_of(marker.file))
    .help(format!("write `{}(@owner):`", marker.fact.word))
    .key(marker.fact.text.clone())
    .into()
}
