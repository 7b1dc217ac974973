//! `services/missing-tier`

use crate::graph::ServiceId;
use crate::policy::{NoOptions, Settings};
use crate::rules::descriptors::{Asked, says};
use crate::rules::{Verdict, View, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every service that runs says how critical it is, where any other one does: its tier, from 1, the most
    /// critical. Where no service has a tier, an organization does not use them, and the rule does not apply.
    ///
    /// ## Why it matters
    ///
    /// What fails first is mended first, unless it is known what may wait. Most that is asked of a service, a
    /// runbook, somebody on call, a service level objective, is asked by its tier; one without is asked for
    /// nothing.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- cart/service.toml --
    /// name = "cart"
    /// owner = "@acme/shop"
    /// runbook = "https://acme.example/runbooks/cart"
    /// -- search/service.toml --
    /// name = "search"
    /// owner = "@acme/shop"
    /// tier = 3
    /// runbook = "https://acme.example/runbooks/search"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- cart/service.toml --
    /// name = "cart"
    /// owner = "@acme/shop"
    /// tier = 3
    /// runbook = "https://acme.example/runbooks/cart"
    /// -- search/service.toml --
    /// name = "search"
    /// owner = "@acme/shop"
    /// tier = 3
    /// runbook = "https://acme.example/runbooks/search"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors of services.
    id: "services/missing-tier",
    summary: "a service has no tier, though others have",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog],
    options: NoOptions,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    let is_said = view.graph.service(id).service.tier.is_some();
    let asked = Asked {
        name: "tier",
        is_used: view.graph.uses_tiers(),
        native: "say how critical it is, from 1: `tier = 2`",
        backstage: "say how critical it is, where the policy looks for it: `metadata.labels.tier`",
    };
    says(id, is_said, &asked, view)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const WITHOUT: &str = "[[services]]\nname = \"a\"\n";
    const WITH: &str = "[[services]]\nname = \"b\"\ntier = 3\n";

    fn check(text: &str) -> String {
        MiniRepository::new("").declare(text).check(&RULE)
    }

    #[test]
    fn a_service_lacks_what_others_have() {
        expect![[r#"
            fail bailiwick.toml:2:8 `a` has no tier, though other services have
              help: say how critical it is, from 1: `tier = 2`
        "#]]
        .assert_eq(&check(&format!("{WITHOUT}{WITH}")));
        assert_eq!(check(WITH), "pass\n");
        assert_eq!(check(WITHOUT), "not applicable\n");
    }

    #[test]
    fn only_what_runs_needs_it_but_whatever_has_it_shows_that_it_is_used() {
        let library = |text: &str| format!("{text}kind = \"library\"\n");
        assert_eq!(check(&format!("{}{WITH}", library(WITHOUT))), "pass\n");
        let found = check(&format!("{WITHOUT}{}", library(WITH)));
        assert!(found.starts_with("fail bailiwick.toml:2:8"), "{found}");
    }

    #[test]
    fn the_others_may_be_in_other_repositories() {
        let other = MiniRepository::new("").declare(WITH);
        let repository = MiniRepository::new("").declare(WITHOUT).beside(other);
        assert!(
            repository
                .check(&RULE)
                .starts_with("fail bailiwick.toml:2:8")
        );
    }
}
