//! `services/inverted-tier`

use crate::graph::ServiceId;
use crate::policy::{NoOptions, Settings};
use crate::rules::descriptors::{BadNeed, needs};
use crate::rules::{Verdict, View, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Whatever a service needs is at least as critical as the service: its tier is the same or a lower
    /// number. Dependencies are those that the two descriptors name (`depends-on`, `consumes`, or
    /// `dependencyOf` at what is needed); one of unknown tier says nothing.
    ///
    /// ## Why it matters
    ///
    /// A service is no more reliable than what it cannot do without. What is run as if it might fail takes
    /// the critical service down with it, at an hour at which nobody is asked to mend it.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- cart/service.toml --
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// tier = 3
    /// depends-on = ["prices"]
    /// -- prices/service.toml --
    /// name = "prices"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// tier = 4
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- cart/service.toml --
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// tier = 3
    /// depends-on = ["prices"]
    /// -- prices/service.toml --
    /// name = "prices"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// tier = 3
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors of services.
    id: "services/inverted-tier",
    summary: "a service depends on one that is less critical",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog],
    options: NoOptions,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    let entry = view.graph.service(id);
    let Some(tier) = entry.tier else {
        return Verdict::NotApplicable;
    };
    needs(id, view, |needed_id, needed| {
        let is_lower = needed.tier.is_some_and(|of| of > tier);
        let needed = is_lower.then_some(needed.service)?;
        let lower = needed.tier.as_ref()?;
        let (name, other) = (&entry.service.name, &needed.name);
        let label = "is said to be less critical";
        Some(BadNeed {
            message: format!(
                "`{name}` of tier {tier} depends on `{other}` of tier {}",
                lower.level
            ),
            because: view.descriptor_line(needed_id, &lower.excerpt, label),
            help: match needed.is_deprecated() {
                // Nobody should start to run well what is about to end.
                true => format!("make `{name}` do without it: `{other}` is deprecated"),
                false => format!(
                    "run `{other}` as a service of tier {tier}, or make `{name}` do without it"
                ),
            },
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn service(name: &str, rest: &str) -> String {
        format!("[[services]]\nname = {name:?}\n{rest}\n")
    }

    fn check(text: &str) -> String {
        MiniRepository::new("").declare(text).check(&RULE)
    }

    #[test]
    fn less_critical_is_a_higher_number() {
        for (tier, needed, expected) in [
            ("tier = 1", "tier = 2", "fail"),
            ("tier = 2", "tier = 2", "pass"),
            ("tier = 3", "tier = 2", "pass"),
            ("", "tier = 2", "not applicable"),
            ("tier = 1", "", "pass"),
        ] {
            let text = service("a", &format!("{tier}\ndepends-on = [\"b\"]"));
            // The other one is judged too, and needs nothing.
            let found = check(&(text + &service("b", needed)));
            let found = found.replace("not applicable\n", "");
            let expected = expected.replace(
                "not applicable",
                if needed.is_empty() { "" } else { "pass" },
            );
            assert!(found.starts_with(&expected), "{tier} {needed}: {found}");
        }
    }

    #[test]
    fn each_dependency_is_told_of_once() {
        let a = service(
            "a",
            "tier = 1\ndepends-on = [\"b\", \"b\", \"c\", \"gone\"]",
        );
        let text = a + &service("b", "tier = 2") + &service("c", "tier = 4");
        expect![[r#"
            fail bailiwick.toml:4:15 `a` of tier 1 depends on `b` of tier 2
              see bailiwick.toml:7:8 is said to be less critical
              help: run `b` as a service of tier 1, or make `a` do without it
            fail bailiwick.toml:4:25 `a` of tier 1 depends on `c` of tier 4
              see bailiwick.toml:10:8 is said to be less critical
              help: run `c` as a service of tier 1, or make `a` do without it
        "#]]
        .assert_eq(&check(&text));
    }

    #[test]
    fn what_ends_is_not_to_be_run_better() {
        let a = service("a", "tier = 1\ndepends-on = [\"b\"]");
        let text = a + &service("b", "tier = 2\nlifecycle = \"deprecated\"");
        expect![[r#"
            fail bailiwick.toml:4:15 `a` of tier 1 depends on `b` of tier 2
              see bailiwick.toml:7:8 is said to be less critical
              help: make `a` do without it: `b` is deprecated
        "#]]
        .assert_eq(&check(&text));
    }

    #[test]
    fn what_is_needed_may_be_in_another_repository() {
        let other = MiniRepository::new("")
            .named("other")
            .declare(&service("b", "tier = 2"));
        let text = service("a", "tier = 1\ndepends-on = [\"b\"]");
        let repository = MiniRepository::new("").declare(&text).beside(other);
        expect![[r#"
            fail bailiwick.toml:4:15 `a` of tier 1 depends on `b` of tier 2
              see other/bailiwick.toml:3:8 is said to be less critical
              help: run `b` as a service of tier 1, or make `a` do without it
        "#]]
        .assert_eq(&repository.check(&RULE));
    }
}
