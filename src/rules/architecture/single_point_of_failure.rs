//! `architecture/single-point-of-failure`

use crate::graph::ServiceId;
use crate::policy::Settings;
use crate::rules::{Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `architecture/single-point-of-failure`.
    pub(crate) struct SinglePointOfFailure {
        /// Services of this tier, and of more critical ones, must not be cut off.
        tier("tier"): u32 = 1,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// No service of a lower tier is all that links a service of tier 1 to others: none that the latter needs,
    /// directly or through others, and whose loss would tear the graph of dependencies apart (an articulation
    /// point). Dependencies are those that descriptors name; a service of unknown tier says nothing. How many
    /// replicas it has is not looked at.
    ///
    /// ## Why it matters
    ///
    /// A service is no more reliable than what it cannot do without, and there is no way around this one.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "services/inverted-tier" = "off"
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- shop/service.toml --
    /// name = "shop"
    /// owner = "@acme/shop"
    /// tier = 1
    /// depends-on = ["queue"]
    /// -- queue/service.toml --
    /// name = "queue"
    /// owner = "@acme/shop"
    /// tier = 3
    /// depends-on = ["mail"]
    /// -- mail/service.toml --
    /// name = "mail"
    /// owner = "@acme/shop"
    /// tier = 3
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "services/inverted-tier" = "off"
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- shop/service.toml --
    /// name = "shop"
    /// owner = "@acme/shop"
    /// tier = 1
    /// depends-on = ["queue"]
    /// -- queue/service.toml --
    /// name = "queue"
    /// owner = "@acme/shop"
    /// tier = 1
    /// depends-on = ["mail"]
    /// -- mail/service.toml --
    /// name = "mail"
    /// owner = "@acme/shop"
    /// tier = 3
    /// ```
    ///
    /// ## Options
    ///
    /// - `tier`: services of this tier, and of more critical ones, must not be cut off. Default: `1`.
    ///
    /// ## Needs
    ///
    /// The descriptors of services.
    id: "architecture/single-point-of-failure",
    summary: "the loss of a less critical service cuts a critical one off",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [Catalog],
    options: SinglePointOfFailure,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<SinglePointOfFailure>();
    let service = view.graph.service(id).service;
    let Some(tier) = service.tier().filter(|_| service.runs) else {
        return Verdict::NotApplicable;
    };
    let border = u8::try_from(options.tier).unwrap_or(u8::MAX);
    if tier <= border {
        return Verdict::Pass;
    }
    let cuts = view.cut_off(border);
    let Some(&critical) = cuts.get(&id) else {
        return Verdict::Pass;
    };
    let other = view.graph.service(critical).service;
    let (name, needing) = (&service.name, &other.name);
    let of = other.tier().unwrap_or(border);
    let message = format!(
        "`{name}` of tier {tier} is a single point of failure: its loss cuts `{needing}` of tier {of} off from other services"
    );
    let help =
        format!("run `{name}` as a service of tier {of}, or give `{needing}` a way around it");
    Violation::new(
        view.service_location(id, "everything goes through it"),
        message,
    )
    .related(view.service_location(critical, "needs it"))
    .owners(view.answering(id))
    .help(help)
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{RULE, SinglePointOfFailure};
    use crate::rules::testing::MiniRepository;

    fn repository(queue: &str) -> MiniRepository {
        let service = |name: &str, rest: &str| format!("[[services]]\nname = {name:?}\n{rest}\n");
        let text = service("shop", "tier = 1\ndepends-on = [\"queue\"]")
            + &service("queue", &format!("{queue}\ndepends-on = [\"mail\"]"))
            + &service("mail", "tier = 3");
        MiniRepository::new("").declare(&text)
    }

    #[test]
    fn what_is_less_critical_must_not_stand_between() {
        expect![[r#"
            fail bailiwick.toml:6:8 `queue` of tier 2 is a single point of failure: its loss cuts `shop` of tier 1 off from other services
              see bailiwick.toml:2:8 needs it
              help: run `queue` as a service of tier 1, or give `shop` a way around it
        "#]]
        .assert_eq(&repository("tier = 2").check(&RULE));
        for queue in ["tier = 1", "", "tier = 2\nkind = \"library\""] {
            assert_eq!(repository(queue).check(&RULE), "pass\n", "{queue}");
        }
        let options = SinglePointOfFailure { tier: 2 };
        assert_eq!(repository("tier = 2").check_with(&RULE, options), "pass\n");
    }
}
