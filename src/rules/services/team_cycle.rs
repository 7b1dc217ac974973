//! `services/team-cycle`

use crate::graph::{ServiceId, TeamCircle, TeamLink};
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::list;

declare_rule! {
    /// ## What it checks
    ///
    /// Teams do not depend on each other in a circle: no team's service needs one of another team whose
    /// services, directly or through those of more teams, need one of the first. A team and a part of it
    /// are no two teams; a service that one of the teams answers for on both sides ties nobody. A circle
    /// is told of once, with a shortest way around.
    ///
    /// ## Why it matters
    ///
    /// None of these teams can bring its services up, release or move without the others; an outage goes
    /// around, and so does the question who begins to mend it.
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
    /// owner = "@acme/pricing"
    /// depends-on = ["cart"]
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
    /// depends-on = ["prices"]
    /// -- prices/service.toml --
    /// name = "prices"
    /// kind = "website"
    /// owner = "@acme/pricing"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The descriptors of services, and the ownership file for those that name no owner.
    id: "services/team-cycle",
    summary: "teams depend on each other in a circle",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Catalog],
    options: NoOptions,
    check: Service(check),
}

/// How many teams of a circle are named.
const MOST_NAMED: usize = 6;

/// A circle is told of at the service of its first dependency, in whichever repository that is declared.
fn check(id: ServiceId, view: &View<'_>, _: &Settings) -> Verdict {
    if view.graph.owning_teams(id).is_empty() {
        return Verdict::NotApplicable;
    }
    let circles = view.graph.team_circles_at(id).iter();
    let violations = circles.filter_map(|circle| violation(circle, view));
    violations.collect::<Vec<_>>().into()
}

fn violation(circle: &TeamCircle, view: &View<'_>) -> Option<Violation> {
    let label = |actor| format!("`{}`", view.graph.actor_label(actor));
    let teams = circle.teams.iter().take(MOST_NAMED).map(label);
    let teams: Vec<String> = teams.collect();
    let message = format!(
        "{} depend on each other in a circle",
        list(&teams, circle.teams.len() - teams.len())
    );
    let mut steps = circle.ring.iter();
    let first = step(steps.next()?, view)?;
    let related: Vec<_> = steps.filter_map(|link| step(link, view)).collect();
    let key: Vec<String> = circle
        .teams
        .iter()
        .map(|team| view.graph.actor_label(team))
        .collect();
    let violation = Violation {
        related,
        ..Violation::new(first, message)
    };
    let owners = circle.ring.iter();
    let owners = owners.map(|link| view.graph.actor_label(&link.from));
    Some(
        violation
            .owners(owners)
            .help("turn one of the dependencies around, or give both sides of it to one team")
            .key(key.join(" ")),
    )
}

/// Where it is said that one team needs the next.
fn step(link: &TeamLink, view: &View<'_>) -> Option<crate::facts::Location> {
    let needs = view.graph.needs(link.service).into_iter();
    let dependency = needs.into_iter().find(|it| it.service == link.needs)?;
    let name = |id| &view.graph.service(id).service.name;
    let label = format!(
        "`{}` of {} needs `{}` of {}",
        name(link.service),
        view.graph.actor_label(&link.from),
        name(link.needs),
        view.graph.actor_label(&link.to)
    );
    let said = &dependency.said.excerpt;
    Some(view.descriptor_line(dependency.said_by, said, label))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    /// Services of these names and owners, with what they need.
    fn text(services: &[(&str, &str, &[&str])]) -> String {
        let services = services.iter().map(|(name, owner, needs)| {
            format!("[[services]]\nname = {name:?}\nowner = {owner:?}\ndepends-on = {needs:?}\n")
        });
        services.collect()
    }

    fn check(services: &[(&str, &str, &[&str])]) -> String {
        let found = MiniRepository::new("")
            .declare(&text(services))
            .check(&RULE);
        found.replace("not applicable\n", "")
    }

    #[test]
    fn a_circle_of_two_teams() {
        let services: &[(&str, &str, &[&str])] = &[
            ("a1", "@acme/a", &[]),
            ("a2", "@acme/a", &["b1"]),
            ("b1", "@acme/b", &["c"]),
            ("b2", "@acme/b", &["a1"]),
            ("c", "@acme/c", &[]),
        ];
        expect![[r#"
            fail bailiwick.toml:8:15 `@acme/a` and `@acme/b` depend on each other in a circle
              see bailiwick.toml:16:15 `b2` of @acme/b needs `a1` of @acme/a
              help: turn one of the dependencies around, or give both sides of it to one team
        "#]]
        .assert_eq(&check(services));
        assert_eq!(check(&services[..3]), "pass\n");
    }

    #[test]
    fn larger_circles_are_told_of_once_with_a_shortest_way_around() {
        let services: &[(&str, &str, &[&str])] = &[
            ("a", "@acme/a", &["b"]),
            ("b", "@acme/b", &["c", "d"]),
            ("c", "@acme/c", &["a"]),
            ("d", "@acme/d", &["e"]),
            ("e", "@acme/e", &["a"]),
            ("x", "@acme/x", &["y"]),
            ("y", "@acme/y", &["x", "a"]),
        ];
        expect![[r#"
            fail bailiwick.toml:4:15 `@acme/a`, `@acme/b`, `@acme/c`, `@acme/d` and `@acme/e` depend on each other in a circle
              see bailiwick.toml:8:15 `b` of @acme/b needs `c` of @acme/c
              see bailiwick.toml:12:15 `c` of @acme/c needs `a` of @acme/a
              help: turn one of the dependencies around, or give both sides of it to one team
            fail bailiwick.toml:24:15 `@acme/x` and `@acme/y` depend on each other in a circle
              see bailiwick.toml:28:15 `y` of @acme/y needs `x` of @acme/x
              help: turn one of the dependencies around, or give both sides of it to one team
        "#]].assert_eq(&check(services));
    }

    #[test]
    fn people_and_kin_are_no_circles() {
        // Services of nobody's team are not judged at all.
        assert_eq!(check(&[("a", "@a", &["b"]), ("b", "@b", &["a"])]), "");
        // The same team under the names of the forge and of a catalog, as far as anybody knows.
        let names = [
            ("a", "@acme/a", &["b"][..]),
            ("b", "group:default/a", &["a"]),
        ];
        assert_eq!(check(&names), "pass\n");
        let kin = "[[teams]]\nhandle = \"@acme/a\"\n[[teams]]\nhandle = \"@acme/b\"\nparent = \"@acme/a\"\n";
        let services = text(&[("a", "@acme/a", &["b"]), ("b", "@acme/b", &["a"])]);
        let repository = MiniRepository::new("").declare(&format!("{kin}{services}"));
        assert_eq!(repository.check(&RULE), "pass\n");
        let strangers = MiniRepository::new("").declare(&services);
        assert!(strangers.check(&RULE).starts_with("fail"));
    }

    #[test]
    fn a_team_on_both_sides_ties_nobody() {
        let text = "[[services]]\nname = \"x\"\npaths = [\"x/\"]\ndepends-on = [\"y\"]\n\
            [[services]]\nname = \"y\"\npaths = [\"y/\"]\ndepends-on = [\"x\"]\n";
        let files = ["x/1", "y/1"];
        let both = MiniRepository::owned("* @acme/a @acme/b", files).declare(text);
        assert_eq!(both.check(&RULE), "pass\n");
        let apart = MiniRepository::owned("/x/ @acme/a\n/y/ @acme/b", files).declare(text);
        assert!(apart.check(&RULE).starts_with("fail"));
    }

    #[test]
    fn a_circle_across_repositories_is_told_of_in_the_first() {
        let repository =
            |name: &str, services| MiniRepository::new("").named(name).declare(&text(services));
        let one = || repository("one", &[("a", "@acme/a", &["b"])]);
        let other = || repository("other", &[("b", "@acme/b", &["a"])]);
        expect![[r#"
            fail bailiwick.toml:4:15 `@acme/a` and `@acme/b` depend on each other in a circle
              see other/bailiwick.toml:4:15 `b` of @acme/b needs `a` of @acme/a
              help: turn one of the dependencies around, or give both sides of it to one team
        "#]]
        .assert_eq(&one().beside(other()).check(&RULE));
        assert_eq!(one().behind(other()).check(&RULE), "pass\n");
    }
}
