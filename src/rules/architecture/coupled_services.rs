//! `architecture/coupled-services`

use crate::analysis::coupling::{Limits, Pair};
use crate::graph::{Actor, Graph, ServiceId};
use crate::policy::{Level, Settings};
use crate::rules::changes::unless_cut;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

crate::options! {
    /// The options of `architecture/coupled-services`.
    pub(crate) struct CoupledServices {
        /// From which degree on, in percent, services are coupled.
        min_degree("min-degree"): u32 = 30,
        /// How many commits must have changed both.
        min_shared("min-shared"): u32 = 5,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Services of different teams do not change together. They do where at least 5 commits of the last year
    /// changed both, and these are at least 30 % of the commits that changed either, in the mean: the definitions
    /// and limits of code-maat (A. Tornhill, *Your Code as a Crime Scene*, 2015). Commits that touch more than 30
    /// services, and those of bots, count for nothing, and neither do files that several services share. Services
    /// that run count, of which at least one team each answers for.
    ///
    /// ## Why it matters
    ///
    /// What changes together was one thing before it was split: each change of it has to pass through two teams,
    /// two reviews and two releases that must go out in the right order.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "runbooks/missing" = "off"
    /// -- CODEOWNERS --
    /// /s/cart/ @acme/cart
    /// /s/pay/ @acme/pay
    /// -- s/cart/main.go --
    /// -- s/pay/main.go --
    /// -- (history) --
    /// 2026-01-05 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-06 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-07 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-08 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-09 ann: s/cart/main.go s/pay/main.go
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "runbooks/missing" = "off"
    /// -- CODEOWNERS --
    /// /s/cart/ @acme/cart
    /// /s/pay/ @acme/cart
    /// -- s/cart/main.go --
    /// -- s/pay/main.go --
    /// -- (history) --
    /// 2026-01-05 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-06 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-07 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-08 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-09 ann: s/cart/main.go s/pay/main.go
    /// ```
    ///
    /// ## Options
    ///
    /// - `min-degree`: from which degree on, in percent, services are coupled. Default: `30`.
    /// - `min-shared`: how many commits must have changed both. Default: `5`.
    ///
    /// ## Needs
    ///
    /// The descriptors and the history.
    id: "architecture/coupled-services",
    summary: "services of different teams change together",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Tree, Catalog, History],
    options: CoupledServices,
    check: Service(check),
}

/// How many others are named.
const MOST_NAMED: usize = 3;

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<CoupledServices>();
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    let graph = view.graph;
    let runs = |id: ServiceId| graph.service(id).service.runs;
    let teams = graph.owning_teams(id);
    if !runs(id) || teams.is_empty() || graph.files(id).is_empty() {
        return Verdict::NotApplicable;
    }
    let coupling = measures.service_coupling(&Limits {
        min_degree: options.min_degree,
        min_shared: options.min_shared,
        ..Limits::default()
    });
    // Each pair is told of once, at the service that is declared first.
    let found = coupling.pairs.iter().filter(|pair| pair.a as usize == id.0);
    let others = found.map(|pair| (pair, ServiceId(pair.b as usize)));
    let others = others.filter(|&(_, other)| runs(other) && are_others(graph, &teams, other));
    let others: Vec<(&Pair, ServiceId)> = others.collect();
    if others.is_empty() {
        return unless_cut(measures, Verdict::Pass);
    }
    let named = others.iter().take(MOST_NAMED).map(|&(pair, other)| {
        let owners = graph.owning_teams(other);
        let owner = owners.first().map(|it| graph.actor_label(it));
        format!(
            "`{}` of `{}` ({} %, {})",
            graph.service(other).service.name,
            owner.unwrap_or_default(),
            pair.degree(),
            count(pair.shared as usize, "shared commit")
        )
    });
    let named: Vec<String> = named.collect();
    let named = list(&named, others.len() - named.len());
    let name = &graph.service(id).service.name;
    let message = format!("`{name}` changes together with {named}");
    let locations = others
        .iter()
        .take(MOST_NAMED)
        .map(|&(_, other)| view.service_location(other, "changes with it"));
    let primary = view.service_location(id, "this one");
    let violation = Violation::new(primary, message)
        .owners(view.answering(id))
        .help("let one team answer for both, or draw the border where changes stop")
        .at_most(Level::Note)
        .key("");
    locations.fold(violation, Violation::related).into()
}

/// Whether teams answer for a service, and none of them is one of these, or a part of one.
fn are_others(graph: &Graph<'_>, teams: &[Actor], service: ServiceId) -> bool {
    let others = graph.owning_teams(service);
    let is_one = |one: &Actor, other: &Actor| graph.stands_for(one, other) == Some(true);
    !others.is_empty()
        && !others
            .iter()
            .any(|it| teams.iter().any(|team| is_one(team, it)))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::civil::date;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn repository(owners: [&str; 3], shared: usize, alone: usize) -> MiniRepository {
        let services = ["a", "b", "c"].iter().zip(owners).map(|(name, owner)| {
            format!("[[services]]\nname = \"{name}\"\npaths = [\"/{name}/\"]\n{owner}")
        });
        let services: String = services.collect();
        let commits =
            "2026-01-05 ann: a/x b/x c/x\n".repeat(shared) + &"2026-01-06 ann: c/x\n".repeat(alone);
        let text = format!("-- a/x --\n-- b/x --\n-- c/x --\n-- (history) --\n{commits}");
        MiniRepository::new(&text).declare(&services)
    }

    fn check(owners: [&str; 3], shared: usize, alone: usize) -> String {
        repository(owners, shared, alone).check(&RULE)
    }

    #[test]
    fn what_was_found_stands_and_what_was_not_may_be_there_in_a_part_of_the_window() {
        let owners = ["owner = \"@acme/a\"\n", "owner = \"@acme/b\"\n", ""];
        let found = |shared, since| repository(owners, shared, 0).read_since(since).check(&RULE);
        let (of_window, of_before) = (date(2026, 1, 1), date(2024, 1, 1));
        assert!(found(5, of_window).starts_with("fail"));
        assert_eq!(
            found(4, of_window),
            "skip no commits of before 2026-01-01 were read, which count as well\n".repeat(2)
        );
        assert_eq!(found(4, of_before), "pass\n");
    }

    #[test]
    fn services_of_different_teams_are_told_apart() {
        let (a, b) = ("owner = \"@acme/a\"\n", "owner = \"@acme/b\"\n");
        // Of 5 and 29 commits 5 are 29 %.
        let found = [
            ([a, b, b], 5, 0),
            ([a, b, ""], 5, 0),
            ([a, a, b], 5, 24),
            ([a, b, b], 4, 0),
        ]
        .map(|(owners, shared, alone)| check(owners, shared, alone));
        expect![[r#"
            fail bailiwick.toml:2:8 `a` changes together with `b` of `@acme/b` (100 %, 5 shared commits) and `c` of `@acme/b` (100 %, 5 shared commits)
              see bailiwick.toml:6:8 changes with it
              see bailiwick.toml:10:8 changes with it
              at most note
              help: let one team answer for both, or draw the border where changes stop
            fail bailiwick.toml:2:8 `a` changes together with `b` of `@acme/b` (100 %, 5 shared commits)
              see bailiwick.toml:6:8 changes with it
              at most note
              help: let one team answer for both, or draw the border where changes stop
            pass
            pass
        "#]]
        .assert_eq(&found.concat());
    }
}
