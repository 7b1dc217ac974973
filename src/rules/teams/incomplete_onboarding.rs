//! `teams/incomplete-onboarding`

use std::sync::Arc;

use crate::policy::{NoOptions, Settings};
use crate::rules::onboarding::{Documents, SECTIONS, Welcome, homes};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::list;

declare_rule! {
    /// ## What it checks
    ///
    /// The documents for newcomers, README and CONTRIBUTING included, of the repositories that hold a
    /// team's services together say how to set up, test and deploy them, and who is on call: each has a
    /// heading that says so, and something below it. Other usual words for these are known. Only Markdown
    /// is read: where other documents for newcomers are, the rule does not apply.
    ///
    /// ## Why it matters
    ///
    /// These are the four things that every newcomer asks in the first week.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// [[teams]]
    /// handle = "@acme/core"
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- CONTRIBUTING.md --
    /// # Setup
    /// Run `make`.
    /// # Tests
    /// Run `make test`.
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/core"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// [[teams]]
    /// handle = "@acme/core"
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- CONTRIBUTING.md --
    /// # Setup
    /// Run `make`.
    /// # Tests
    /// Run `make test`.
    /// # Releases
    /// Every merge goes out.
    /// # On-call
    /// The pager goes round on Mondays.
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/core"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors, the documents and a source of teams.
    id: "teams/incomplete-onboarding",
    summary: "a team's documents for newcomers leave something out",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog, Documents],
    options: NoOptions,
    check: Team(check),
}

fn check(team: usize, view: &View<'_>, _: &Settings) -> Verdict {
    let homes = homes(team, view).into_iter();
    let welcomes: Vec<Arc<Welcome>> = homes.map(|home| view.welcome(home)).collect();
    let said = welcomes.iter().filter_map(|welcome| welcome.documents);
    let said = said.reduce(|a, b| Documents {
        start: a.start || b.start,
        sections: std::array::from_fn(|section| a.sections[section] || b.sections[section]),
    });
    // Without any, another rule speaks.
    let Some(said) = said.filter(|said| said.start) else {
        return Verdict::NotApplicable;
    };
    if !welcomes.iter().all(|welcome| welcome.is_read) {
        return Verdict::NotApplicable;
    }
    let sections = SECTIONS.iter().zip(said.sections);
    let missing = sections.filter(|(_, is_said)| !is_said);
    let missing: Vec<String> = missing
        .map(|(section, _)| format!("*{}*", section.name))
        .collect();
    if missing.is_empty() {
        return Verdict::Pass;
    }
    let record = &view.directory.teams()[team];
    Violation::new(
        record.location().clone(),
        format!(
            "the documents for newcomers of `{}` say nothing of {}",
            record.label,
            list(&missing, 0)
        ),
    )
    .owners([record.label.clone()])
    .help("add a heading for each to `CONTRIBUTING.md`, and what newcomers have to know")
    .key("")
    .into()
}
