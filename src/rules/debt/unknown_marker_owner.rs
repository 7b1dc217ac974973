//! `debt/unknown-marker-owner`

use crate::codeowners::OwnerKind;
use crate::facts::{Gap, GapKind, Marker};
use crate::identity::Standing;
use crate::policy::{NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// The owner that a marker names is in a roster, where one is complete for the repository's
    /// organization: `TODO(ann)` and `TODO @ann` are the person `@ann`, `TODO(@acme/payments)` the team.
    /// `TODO(ann/bob)` is a team only where a roster covers `@ann`, and not judged otherwise.
    /// `TODO(#12)`, `TODO(b/123)` and `TODO(ABC-1)` are issues, not owners.
    ///
    /// ## Why it matters
    ///
    /// A shortcut whose owner has left belongs to nobody, though it looks as if it did.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@ann", "@bob", "@eve"]
    /// -- src/main.rs --
    /// // TODO(@acme/payments): retry
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@ann", "@bob", "@eve"]
    /// -- src/main.rs --
    /// // TODO(@acme/core): retry
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The comments of the tracked files, and a roster that is complete for an organization.
    id: "debt/unknown-marker-owner",
    summary: "the owner of a marker is in no roster, though one is complete",
    level: Warning, strict: Error,
    status: Stable,
    organizational: true,
    needs: [Tree, Roster, Markers, Members],
    options: NoOptions,
    check: Marker(check),
}

fn check(marker: &InFile<'_, Marker>, view: &View<'_>, _: &Settings) -> Verdict {
    let Some((owner, excerpt)) = marker.fact.owner.as_deref() else {
        return Verdict::NotApplicable;
    };
    let handle = match owner.contains('@') {
        true => owner.clone(),
        false => format!("@{owner}"),
    };
    let Some(kind) = OwnerKind::of(&handle) else {
        return Verdict::NotApplicable;
    };
    let source = match view.directory.standing_of(kind, &handle) {
        Standing::Known => return Verdict::Pass,
        Standing::Unknown(source) => source,
        // `TODO(ann/bob)` is a team or two people: without a roster for `@ann`, it is for no roster to say.
        Standing::Unverifiable(_) if !owner.contains('@') && owner.contains('/') => {
            return Verdict::NotApplicable;
        }
        Standing::Unverifiable(reason) => {
            let remedy = "name a roster that is complete: `covers` under `[[rosters]]`";
            return Verdict::Skip(Gap::new(GapKind::Unverifiable, reason).remedy(remedy));
        }
    };
    Violation::new(
        marker.location(excerpt, "unknown"),
        format!("`{owner}` is not in `{source}`, which says that it is complete"),
    )
    .owners(view.owners_of(marker.file))
    .help("name who answers for it now, or resolve it")
    .key(format!("{owner} {}", marker.fact.text))
    .into()
}
