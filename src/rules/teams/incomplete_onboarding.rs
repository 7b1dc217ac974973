//! `teams/incomplete-onboarding`

use crate::facts::{DocumentInTree, Role};
use crate::policy::{NoOptions, Settings};
use crate::rules::onboarding::{SECTIONS, homes, is_for_newcomers};
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
    let homes = homes(team, view);
    let mut documents: Vec<&DocumentInTree> = Vec::new();
    let mut is_read = true;
    for &home in &homes {
        let repository = view.graph.members()[home].repository;
        let read = repository.evidence.documents.iter();
        let read = read.filter(|(_, document)| {
            matches!(
                document.role,
                Role::Overview | Role::Named | Role::Onboarding
            )
        });
        let read: Vec<_> = read.collect();
        let is_document = |file: usize| {
            let file = u32::try_from(file).unwrap_or(u32::MAX);
            read.iter().any(|(other, _)| *other == file)
        };
        let mut paths = repository.tree.paths().enumerate();
        is_read &= paths.all(|(file, path)| !is_for_newcomers(path) || is_document(file));
        documents.extend(read.into_iter().map(|(_, document)| document));
    }
    let [setup, ..] = &SECTIONS;
    let starts = documents
        .iter()
        .any(|document| document.role == Role::Onboarding || setup.is_in(document));
    // Without any, another rule speaks.
    if documents.is_empty() || !starts || !is_read {
        return Verdict::NotApplicable;
    }
    let missing = SECTIONS.iter();
    let missing = missing.filter(|section| !documents.iter().any(|it| section.is_in(it)));
    let missing: Vec<String> = missing
        .map(|section| format!("*{}*", section.name))
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
