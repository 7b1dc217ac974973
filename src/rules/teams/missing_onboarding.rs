//! `teams/missing-onboarding`

use crate::policy::{NoOptions, Settings};
use crate::rules::onboarding::homes;
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// A team that answers for services has a document for newcomers in one of the repositories that hold
    /// these services: a file called CONTRIBUTING, onboarding, getting-started or development, or a README
    /// with a section on how to set things up.
    ///
    /// ## Why it matters
    ///
    /// Without it every newcomer asks the same questions for weeks, and learns what the person who was
    /// asked happens to know.
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
    /// "teams/incomplete-onboarding" = "off"
    /// [[teams]]
    /// handle = "@acme/core"
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- docs/onboarding.md --
    /// # Your first week
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
    id: "teams/missing-onboarding",
    summary: "a team has no document for newcomers",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog, Documents],
    options: NoOptions,
    check: Team(check),
}

fn check(team: usize, view: &View<'_>, _: &Settings) -> Verdict {
    let homes = homes(team, view);
    if homes.is_empty() {
        return Verdict::NotApplicable;
    }
    let is_there = homes.iter().any(|&home| {
        let welcome = view.welcome(home);
        welcome.is_named || welcome.says_setup
    });
    if is_there {
        return Verdict::Pass;
    }
    let record = &view.directory.teams()[team];
    let names = homes
        .iter()
        .map(|&home| &view.graph.members()[home].repository.name);
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    Violation::new(
        record.location().clone(),
        format!(
            "`{}` has no document for newcomers in {}",
            record.label,
            crate::text::list(&names, 0)
        ),
    )
    .owners([record.label.clone()])
    .help("write `CONTRIBUTING.md`: how to set up, test, deploy, and who is on call")
    .key("")
    .into()
}
