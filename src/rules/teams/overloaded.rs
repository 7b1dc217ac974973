//! `teams/overloaded`

use crate::facts::Service;
use crate::graph::Actor;
use crate::identity::Party;
use crate::policy::Settings;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `teams/overloaded`.
    pub(crate) struct Overloaded {
        /// The most services of tier 1 that a team answers for.
        max_critical("max-critical"): u32 = 3,
        /// The most services that a team answers for.
        max_services("max-services"): u32 = 10,
        /// The most services for each person of a team.
        max_per_person("max-per-person"): u32 = 2,
        /// After how many days without a commit somebody is not counted.
        inactive_days("inactive-days"): u32 = crate::analysis::people::SEEN_DAYS,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A team answers for at most 3 services of tier 1, for at most 10 services, and for at most 2 for each of its
    /// people, as far as a complete roster says who they are. Where the history is read, people whose last
    /// commit, in any repository of the run, is more than 180 days old are not counted; of whom no commit is
    /// known, they are. Services that run count. All numbers are defaults of
    /// ours: the literature counts domains, not services (Skelton and Pais, *Team Topologies*, chapter 3).
    ///
    /// ## Why it matters
    ///
    /// A team that answers for too much knows little of each, and mends what shouts instead of what matters.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// "teams/missing-onboarding" = "off"
    /// [rules."teams/overloaded"]
    /// max-services = 1
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a/service.toml --
    /// name = "a"
    /// owner = "@acme/core"
    /// -- b/service.toml --
    /// name = "b"
    /// owner = "@acme/core"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// "teams/missing-onboarding" = "off"
    /// [rules."teams/overloaded"]
    /// max-services = 1
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a/service.toml --
    /// name = "a"
    /// owner = "@acme/core"
    /// -- b/service.toml --
    /// name = "b"
    /// owner = "@acme/web"
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-critical`: the most services of tier 1 that a team answers for. Default: `3`.
    /// - `max-services`: the most services that a team answers for. Default: `10`.
    /// - `max-per-person`: the most services for each person of a team. Default: `2`.
    /// - `inactive-days`: after how many days without a commit somebody is not counted. Default: `180`.
    ///
    /// ## Needs
    ///
    /// The rosters and the descriptors; the history, to know who is at work.
    id: "teams/overloaded",
    summary: "a team answers for more services than it can carry",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog, Past, Members],
    options: Overloaded,
    check: Team(check),
}

fn check(team: usize, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Overloaded>();
    let owned = view.graph.owned_by(&Actor::Party(Party::Team(team)));
    let services = owned.iter().map(|&id| view.graph.service(id).service);
    let services: Vec<&Service> = services.filter(|service| service.runs).collect();
    if services.is_empty() {
        return Verdict::NotApplicable;
    }
    let critical = services.iter().filter(|service| service.tier() == Some(1));
    let critical = critical.count();
    let (people, complete) = view.graph.people_of(team);
    let is_away = |&&person: &&usize| is_away(person, options.inactive_days, view);
    let away = people.iter().filter(is_away).count();
    // Where all are away there is more to say than that each has much to do; another rule does.
    let (active, at_work) = match people.len() - away {
        0 => (people.len(), ""),
        active if away > 0 => (active, " at work"),
        active => (active, ""),
    };
    let per_person = options.max_per_person as usize * active;
    let all = count(services.len(), "service");
    let why = if critical > options.max_critical as usize {
        format!(
            "{critical} services of tier 1, more than {}",
            options.max_critical
        )
    } else if services.len() > options.max_services as usize {
        format!("{all}, more than {}", options.max_services)
    } else if complete && !people.is_empty() && services.len() > per_person {
        let people = match active {
            1 => "1 person".to_owned(),
            many => format!("{many} people"),
        };
        format!(
            "{all} with {people}{at_work}, more than {} each",
            options.max_per_person
        )
    } else {
        return Verdict::Pass;
    };
    let record = &view.directory.teams()[team];
    Violation::new(
        record.location().clone(),
        format!("`{}` answers for {why}", record.label),
    )
    .owners([record.label.clone()])
    .help("hand services over, merge some, or let more people join")
    .key("")
    .into()
}

/// Whether the last commit of a person is known, and is old, while others work.
fn is_away(person: usize, days: u32, view: &View<'_>) -> bool {
    view.measures.is_some_and(|measures| {
        let people = measures.people();
        let who = measures.committers.of_person(person);
        who.is_some_and(|who| !people.is_active(who, days)) && people.is_anybody_active(days)
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Overloaded, RULE};
    use crate::rules::testing::MiniRepository;

    fn repository(services: usize, tier: u8) -> MiniRepository {
        let services = (0..services).map(|n| {
            format!("[[services]]\nname = \"s{n}\"\ntier = {tier}\nowner = \"@acme/a\"\n")
        });
        let services: String = services.collect();
        let repository = MiniRepository::new("-- x --\n").declare(&services);
        repository.roster(&["acme"], &[("acme/a", &["ann", "bob"])])
    }

    #[test]
    fn each_border_by_itself() {
        let borders = [(4, 1, 3, 10), (5, 2, 3, 4), (5, 2, 3, 10)];
        let found = borders.map(|(services, tier, max_critical, max_services)| {
            let options = Overloaded {
                max_critical,
                max_services,
                ..Overloaded::default()
            };
            repository(services, tier).check_with(&RULE, options)
        });
        expect![[r#"
            fail people.toml:2:10 `@acme/a` answers for 4 services of tier 1, more than 3
              help: hand services over, merge some, or let more people join
            fail people.toml:2:10 `@acme/a` answers for 5 services, more than 4
              help: hand services over, merge some, or let more people join
            fail people.toml:2:10 `@acme/a` answers for 5 services with 2 people, more than 2 each
              help: hand services over, merge some, or let more people join
        "#]]
        .assert_eq(&found.concat());
        assert_eq!(repository(4, 2).check(&RULE), "pass\n");
        assert_eq!(repository(3, 1).check(&RULE), "pass\n");
    }

    #[test]
    fn people_who_are_known_to_be_away_carry_nothing() {
        let services = (0..4)
            .map(|n| format!("[[services]]\nname = \"s{n}\"\nowner = \"@acme/a\"\n"))
            .collect::<String>();
        let people = ["ann", "bob", "cem"].map(|name| {
            format!("[[people]]\nlogin = \"@{name}\"\nemails = [\"{name}@acme.test\"]\n")
        });
        let check = |members: &[&str], history: &str| {
            let text = format!("-- x --\n-- (history) --\n{history}");
            let repository = MiniRepository::new(&text);
            let repository = repository.declare(&format!("{services}{}", people.concat()));
            repository
                .roster(&["acme"], &[("acme/a", members)])
                .check(&RULE)
        };
        let away = "2025-02-03 bob: x\n2026-01-05 zoe: x";
        expect![[r#"
            fail people.toml:2:10 `@acme/a` answers for 4 services with 1 person at work, more than 2 each
              help: hand services over, merge some, or let more people join
        "#]]
        .assert_eq(&check(&["ann", "bob"], away));
        // ann, of whom no commit is known, counts; so does bob where nobody is at work.
        assert_eq!(check(&["ann", "bob", "cem"], away), "pass\n");
        assert_eq!(check(&["ann", "bob"], "2025-02-03 bob: x"), "pass\n");
        assert_eq!(check(&["bob", "cem"], "2026-01-05 bob: x"), "pass\n");
    }
}
