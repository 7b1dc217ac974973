//! `services/missing-lifecycle`

use crate::graph::ServiceId;
use crate::policy::{NoOptions, Settings};
use crate::rules::descriptors::{Asked, says};
use crate::rules::{Verdict, View, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every service that runs says where it is in its life, where any other one does: `experimental`,
    /// `production`, `deprecated`, or another word. Where no service has a lifecycle, an organization does not
    /// use them, and the rule does not apply.
    ///
    /// ## Why it matters
    ///
    /// An experiment that everybody depends on, and a service that ended and still runs, look like any other
    /// one to whoever is about to build on them.
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
    /// lifecycle = "production"
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
    /// lifecycle = "production"
    /// runbook = "https://acme.example/runbooks/cart"
    /// -- search/service.toml --
    /// name = "search"
    /// owner = "@acme/shop"
    /// lifecycle = "production"
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
    id: "services/missing-lifecycle",
    summary: "a service has no lifecycle, though others have",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog],
    options: NoOptions,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    let is_said = view.graph.service(id).service.lifecycle.is_some();
    let asked = Asked {
        name: "lifecycle",
        is_used: view.graph.uses_lifecycles(),
        native: "say where it is in its life: `lifecycle = \"production\"`",
        backstage: "say where it is in its life, as `spec.lifecycle`",
    };
    says(id, is_said, &asked, view)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const WITHOUT: &str = "[[services]]\nname = \"a\"\n";
    const WITH: &str = "[[services]]\nname = \"b\"\nlifecycle = \"production\"\n";

    fn check(text: &str) -> String {
        MiniRepository::new("").declare(text).check(&RULE)
    }

    #[test]
    fn a_service_lacks_what_others_have() {
        expect![[r#"
            fail bailiwick.toml:2:8 `a` has no lifecycle, though other services have
              help: say where it is in its life: `lifecycle = "production"`
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
