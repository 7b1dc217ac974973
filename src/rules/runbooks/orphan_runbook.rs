//! `runbooks/orphan-runbook`

use crate::facts::{DocumentInTree, Location, Role};
use crate::policy::{NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};
use crate::text::RepoPath;

declare_rule! {
    /// ## What it checks
    ///
    /// Every runbook is named by something that can send somebody to it: the descriptor of a service
    /// links it, a service or an alert is called like it, or an annotation of an alert names it. The rule
    /// applies where there are services or alerts at all. README files and indexes are no runbooks.
    ///
    /// ## Why it matters
    ///
    /// A runbook that nothing leads to is found by nobody at night, and nobody notices when it is wrong.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/orphan-runbook" = "note"
    /// "runbooks/incomplete" = "off"
    /// "codeowners/*" = "off"
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@ann"
    /// runbook = "runbooks/ledger.md"
    /// -- runbooks/ledger.md --
    /// # The ledger
    /// -- runbooks/fax.md --
    /// # The fax
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/orphan-runbook" = "note"
    /// "runbooks/incomplete" = "off"
    /// "codeowners/*" = "off"
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@ann"
    /// runbook = "runbooks/ledger.md"
    /// -- runbooks/ledger.md --
    /// # The ledger
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The runbooks, the descriptors and the alerts.
    id: "runbooks/orphan-runbook",
    summary: "no service and no alert names a runbook",
    level: Off, strict: Note,
    status: Preview,
    organizational: true,
    needs: [Tree, Catalog, Documents, Alerts],
    options: NoOptions,
    check: Document(check),
}

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, _: &Settings) -> Verdict {
    if document.fact.role != Role::Runbook || !super::is_runbook(document.path) {
        return Verdict::NotApplicable;
    }
    let services = view.graph.services().len();
    if services == 0 && view.alerts().next().is_none() {
        return Verdict::NotApplicable;
    }
    let stem = super::stem(document.path).to_ascii_lowercase();
    let called = view.graph.services().any(|(_, entry)| {
        let name = entry.service.name.as_bytes();
        name.eq_ignore_ascii_case(&stem)
    });
    let linked = view.graph.services().any(|(_, entry)| {
        let links = entry.service.runbooks();
        links
            .into_iter()
            .any(|link| names(&link.url, document.path, &stem))
    });
    let alerted = view.alerts().any(|alert| {
        let alert = &alert.fact.alert;
        alert.name.as_bytes().eq_ignore_ascii_case(&stem)
            || alert
                .annotations
                .iter()
                .any(|it| names(&it.value, document.path, &stem))
    });
    if called || linked || alerted {
        return Verdict::Pass;
    }
    let title = document.fact.content.document.as_ref();
    let title = title.and_then(|content| content.headings.first());
    let primary = match title {
        Some(title) => document.location(&title.excerpt, "nothing leads here"),
        None => Location::file(RepoPath::from(document.path), "nothing leads here"),
    };
    Violation::new(primary, "no service and no alert names this runbook")
        .owners(view.owners_of(document.file))
        .help("link it from the descriptor of its service or from its alert, or remove it")
        .key("")
        .into()
}

/// Whether an address leads to the document, as far as its text tells.
fn names(address: &str, path: &[u8], stem: &[u8]) -> bool {
    let address = address.split(['#', '?']).next().unwrap_or(address);
    let address = address.to_ascii_lowercase();
    address.as_bytes().ends_with(&path.to_ascii_lowercase())
        || super::stem(address.trim_end_matches('/').as_bytes()) == stem
}
