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
    /// No service of a lower tier, and none of which but one copy runs, is all that links a service of tier 1 to
    /// others: none that the latter needs, directly or through others, and whose loss would tear the graph of
    /// dependencies apart (an articulation point). Dependencies are those that descriptors name.
    ///
    /// One copy runs where a manifest of a cluster (`replicas: 1`), an overlay, values for production of a chart
    /// (`replicaCount: 1`) or a compose file says so of what has the service's name, or runs the image that is
    /// made of its folder. Where another file says more, where an autoscaler names it, where anything patches
    /// numbers of copies, or where none is written, it is not known, and nothing is said.
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
    /// The descriptors of services, and what says how they run.
    id: "architecture/single-point-of-failure",
    summary: "the loss of one less critical or single service cuts a critical one off",
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
    if !service.runs {
        return Verdict::NotApplicable;
    }
    let border = u8::try_from(options.tier).unwrap_or(u8::MAX);
    let tier = service.tier();
    let (is_lower, one_copy) = (tier.is_some_and(|it| it > border), &service.one_copy);
    if !is_lower && one_copy.is_none() {
        return match tier {
            Some(_) => Verdict::Pass,
            None => Verdict::NotApplicable,
        };
    }
    let cuts = view.cut_off(border);
    let Some(&critical) = cuts.get(&id) else {
        return Verdict::Pass;
    };
    let other = view.graph.service(critical).service;
    let (name, needing) = (&service.name, &other.name);
    let of = other.tier().unwrap_or(border);
    let tier = tier.map_or(String::new(), |tier| format!(" of tier {tier}"));
    let once = one_copy
        .as_ref()
        .map_or("", |_| "one copy of it runs, and ");
    let message = format!(
        "`{name}`{tier} is a single point of failure: {once}its loss cuts `{needing}` of tier {of} off from other services"
    );
    let mut ways = Vec::new();
    if one_copy.is_some() {
        ways.push(format!("run two copies of `{name}` or more"));
    }
    if is_lower {
        ways.push(format!("run `{name}` as a service of tier {of}"));
    }
    let help = format!(
        "{}, or give `{needing}` a way around it",
        ways.join(" and ")
    );
    let mut violation = Violation::new(
        view.service_location(id, "everything goes through it"),
        message,
    );
    if let Some(said) = one_copy {
        let home = view.graph.service(id).declared_in;
        violation = violation.related(view.location_in(home, said.clone()));
    }
    violation
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
        running(queue, "")
    }

    fn running(queue: &str, files: &str) -> MiniRepository {
        let service = |name: &str, rest: &str| format!("[[services]]\nname = {name:?}\n{rest}\n");
        let text = service("shop", "tier = 1\ndepends-on = [\"queue\"]")
            + &service("queue", &format!("{queue}\ndepends-on = [\"mail\"]"))
            + &service("mail", "tier = 3");
        MiniRepository::new(files).declare(&text)
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
        // As critical, and run once: what a file says of that is read by its name.
        let manifest = |count: &str| {
            format!(
                "-- k8s/queue.yaml --\nkind: Deployment\nmetadata:\n  name: queue\nspec:\n  replicas: {count}\n"
            )
        };
        let once = |queue: &str| running(queue, &manifest("1"));
        expect![[r#"
            fail bailiwick.toml:6:8 `queue` of tier 1 is a single point of failure: one copy of it runs, and its loss cuts `shop` of tier 1 off from other services
              see k8s/queue.yaml:5:13 a Deployment runs one copy of it
              see bailiwick.toml:2:8 needs it
              help: run two copies of `queue` or more, or give `shop` a way around it
        "#]]
        .assert_eq(&once("tier = 1").check(&RULE));
        expect![[r#"
            fail bailiwick.toml:6:8 `queue` of tier 2 is a single point of failure: one copy of it runs, and its loss cuts `shop` of tier 1 off from other services
              see k8s/queue.yaml:5:13 a Deployment runs one copy of it
              see bailiwick.toml:2:8 needs it
              help: run two copies of `queue` or more and run `queue` as a service of tier 1, or give `shop` a way around it
        "#]].assert_eq(&once("tier = 2").check(&RULE));
        expect![[r#"
            fail bailiwick.toml:6:8 `queue` is a single point of failure: one copy of it runs, and its loss cuts `shop` of tier 1 off from other services
              see k8s/queue.yaml:5:13 a Deployment runs one copy of it
              see bailiwick.toml:2:8 needs it
              help: run two copies of `queue` or more, or give `shop` a way around it
        "#]]
        .assert_eq(&once("").check(&RULE));
        let twice = running("tier = 1", &manifest("2"));
        assert_eq!(twice.check(&RULE), "pass\n");
        let options = SinglePointOfFailure { tier: 2 };
        assert_eq!(repository("tier = 2").check_with(&RULE, options), "pass\n");
    }
}
