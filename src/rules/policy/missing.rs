//! `policy/missing`

use crate::facts::Location;
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

declare_rule! {
    /// ## What it checks
    ///
    /// In an audit of many repositories: where some have a policy, every repository is judged by one, its
    /// own or the organization's, and not by a pack alone. `check` of a single repository does not ask.
    ///
    /// ## Why it matters
    ///
    /// What was agreed holds where it is written down; a repository that was forgotten is held to
    /// nothing in particular.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- first/bailiwick.toml --
    /// root = true
    /// -- first/CODEOWNERS --
    /// * @ann
    /// -- second/.git/HEAD --
    /// ref: refs/heads/main
    /// -- second/.git/objects/.keep --
    /// -- second/.git/refs/.keep --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// reviewed = 2026-01-01
    /// -- first/bailiwick.toml --
    /// root = true
    /// -- first/CODEOWNERS --
    /// * @ann
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// Nothing.
    id: "policy/missing",
    summary: "no policy covers a repository, while others have one",
    level: Note, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [],
    options: NoOptions,
    check: Repository(check),
}

fn check(view: &View<'_>, _: &Settings) -> Verdict {
    let members = view.graph.members().iter();
    let others = members
        .filter(|member| member.repository.has_policy)
        .count();
    let covered = view
        .graph
        .members()
        .iter()
        .any(|member| member.repository.is_organization);
    if !view.is_audit || others == 0 {
        return Verdict::NotApplicable;
    }
    if view.repository.has_policy || covered {
        return Verdict::Pass;
    }
    let of = count(others, "other");
    Violation::new(
        Location::repository("judged by a pack alone"),
        format!("no policy covers the repository, while {of} have one"),
    )
    .help("write one with `bailiwick init`, or one for all in the folder above them")
    .key("")
    .into()
}
