//! `runbooks/missing`

use crate::facts::{DocumentInTree, Role, Service};
use crate::graph::ServiceId;
use crate::policy::{NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every service that runs has a runbook: a link of that kind in its descriptor (`runbook` of this
    /// program's own format, a link of type `runbook` in a Backstage entity), a document in a folder of
    /// runbooks that is called like the service, or one that lies among the service's own files. A link
    /// that names a file of the repository has to lead to one. Whether a URL answers is not checked here.
    ///
    /// Source: Mercari, *Production Readiness Checklist*; Datadog, *Service Catalog scorecards*. An error
    /// for tiers 1 and 2 in both packs.
    ///
    /// ## Why it matters
    ///
    /// Whoever is woken up at night is seldom the one who wrote the service.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// -- ledger/book.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// runbook = "https://wiki.acme.example/ledger"
    /// -- ledger/book.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors and the runbooks.
    id: "runbooks/missing",
    summary: "a service has no runbook",
    level: Warning, strict: Error,
    status: Stable,
    organizational: true,
    needs: [Catalog, Documents],
    options: NoOptions,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    let entry = view.graph.service(id);
    let service = entry.service;
    if !service.runs {
        return Verdict::NotApplicable;
    }
    let Some(home) = entry.home else {
        // Its documents are where its files are.
        return match service.runbooks().next() {
            Some(_) => Verdict::Pass,
            None => Verdict::NotApplicable,
        };
    };
    let tree = &view.graph.members()[home].repository.tree;
    let path = |url: &str| {
        url.trim_start_matches("./")
            .trim_start_matches('/')
            .to_owned()
    };
    let is_there = |url: &str| {
        let path = path(url.split('#').next().unwrap_or(url));
        is_elsewhere(url) || tree.find(path.as_bytes()).is_some() || {
            let folder = crate::text::RepoPath::from(path.trim_end_matches('/'));
            !tree.below(&folder).is_empty()
        }
    };
    let dead = service.runbooks().find(|link| !is_there(&link.url));
    if let Some(link) = dead {
        return Violation::new(
            service.at(&link.excerpt, "no such file"),
            format!("the runbook of `{}` is not there", service.name),
        )
        .owners(view.answering(id))
        .help("write it, or name the file by its path from the root of the repository")
        .key(link.url.clone())
        .into();
    }
    if service.runbooks().next().is_some() || has_document(id, service, home, view) {
        return Verdict::Pass;
    }
    let tier = service
        .tier()
        .map_or_else(String::new, |tier| format!(" (tier {tier})"));
    Violation::new(
        service.location.clone(),
        format!("`{}`{tier} has no runbook", service.name),
    )
    .owners(view.answering(id))
    .help("write what it means when it fails and what to do, and link it from the descriptor")
    .key("")
    .into()
}

/// Whether a link leads somewhere that the tree cannot tell of.
fn is_elsewhere(url: &str) -> bool {
    url.contains(':') || url.starts_with("//") || url.contains("{{") || url.contains("${")
}

/// Whether a runbook in the service's home is called like it, or lies among its files.
fn has_document(id: ServiceId, service: &Service, home: usize, view: &View<'_>) -> bool {
    let repository = view.graph.members()[home].repository;
    let territory = view.graph.territory(home);
    let mut documents = repository
        .evidence
        .documents
        .iter()
        .map(|(file, fact)| InFile {
            file: *file as usize,
            path: repository.tree.path(*file as usize),
            fact,
        });
    documents.any(|document: InFile<'_, DocumentInTree>| {
        let named = super::stem(document.path).eq_ignore_ascii_case(service.name.as_bytes());
        let own = service
            .folder
            .as_ref()
            .is_none_or(|folder| !folder.is_root())
            && territory.services(document.file).contains(&id);
        document.fact.role == Role::Runbook && (named || own)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn links_count_if_they_lead_somewhere() {
        let services = r#"
[[services]]
name = "none"
tier = 1
paths = ["/a/"]
[[services]]
name = "web"
runbook = "https://wiki.acme.example/web"
[[services]]
name = "file"
runbook = "docs/file.md#restart"
[[services]]
name = "gone"
runbook = "docs/gone.md"
[[services]]
name = "folder"
runbook = "docs/"
[[services]]
name = "lib"
kind = "library"
"#;
        let repository = MiniRepository::new("-- docs/file.md --\n-- a/x --\n").declare(services);
        expect![[r#"
            fail bailiwick.toml:3:8 `none` (tier 1) has no runbook
              help: write what it means when it fails and what to do, and link it from the descriptor
            fail bailiwick.toml:14:11 the runbook of `gone` is not there
              help: write it, or name the file by its path from the root of the repository
        "#]]
        .assert_eq(&repository.check(&RULE));
    }
}
