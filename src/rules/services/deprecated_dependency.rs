//! `services/deprecated-dependency`

use crate::graph::ServiceId;
use crate::policy::{NoOptions, Settings};
use crate::rules::descriptors::{BadNeed, needs};
use crate::rules::{Verdict, View, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Nothing whose life goes on depends on what is `deprecated` (or `end-of-life`, `eol`, `retired`,
    /// `decommissioned`) by its lifecycle. Dependencies are those that the two descriptors name
    /// (`depends-on`, `consumes`, or `dependencyOf` at what is needed). What is deprecated itself may
    /// depend on what ends with it.
    ///
    /// ## Why it matters
    ///
    /// The day on which the other one is switched off is planned by people who do not know of this one, or
    /// it never comes.
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
    /// depends-on = ["prices"]
    /// -- prices/service.toml --
    /// name = "prices"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// lifecycle = "deprecated"
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
    /// depends-on = ["offers"]
    /// -- offers/service.toml --
    /// name = "offers"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// -- prices/service.toml --
    /// name = "prices"
    /// kind = "website"
    /// owner = "@acme/shop"
    /// lifecycle = "deprecated"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors of services.
    id: "services/deprecated-dependency",
    summary: "a service depends on one that is deprecated",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog],
    options: NoOptions,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    let entry = view.graph.service(id);
    if entry.is_deprecated {
        return Verdict::NotApplicable;
    }
    needs(id, view, |needed_id, needed| {
        let needed = needed.is_deprecated.then_some(needed.service)?;
        let lifecycle = needed.lifecycle.as_ref()?;
        let (name, other) = (&entry.service.name, &needed.name);
        Some(BadNeed {
            message: format!(
                "`{name}` depends on `{other}`, which is `{}`",
                lifecycle.text
            ),
            because: view.descriptor_line(needed_id, &lifecycle.excerpt, "said here"),
            help: match view
                .answering(needed_id)
                .iter()
                .find(|it| view.is_somebody(it))
            {
                Some(owner) => format!("ask `{owner}` what takes its place, and move there"),
                None => "find out what takes its place, and move there".into(),
            },
        })
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(lifecycle: &str, needed: &str) -> String {
        let text = format!(
            "[[services]]\nname = \"a\"\nowner = \"@ann\"\ndepends-on = [\"b\"]\n{lifecycle}\n\
             [[services]]\nname = \"b\"\nowner = \"@acme/b\"\n{needed}\n"
        );
        MiniRepository::new("").declare(&text).check(&RULE)
    }

    #[test]
    fn what_goes_on_depends_on_what_ends() {
        expect![[r#"
            fail bailiwick.toml:4:15 `a` depends on `b`, which is `Deprecated`
              see bailiwick.toml:9:13 said here
              help: ask `@acme/b` what takes its place, and move there
        "#]]
        .assert_eq(&check("", "lifecycle = \"Deprecated\""));
        for (lifecycle, needed, expected) in [
            (
                "lifecycle = \"production\"",
                "lifecycle = \"retired\"",
                "fail",
            ),
            (
                "lifecycle = \"experimental\"",
                "lifecycle = \"end-of-life\"",
                "fail",
            ),
            (
                "lifecycle = \"deprecated\"",
                "lifecycle = \"deprecated\"",
                "not applicable",
            ),
            ("", "lifecycle = \"production\"", "pass"),
            ("", "", "pass"),
        ] {
            let found = check(lifecycle, needed);
            assert!(found.starts_with(expected), "{lifecycle} {needed}: {found}");
        }
    }
}
