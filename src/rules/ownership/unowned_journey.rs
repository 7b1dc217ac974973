//! `ownership/unowned-journey`

use std::collections::BTreeSet;

use crate::facts::{Gap, GapKind, Journey, Location};
use crate::graph::{Actor, Break};
use crate::policy::Settings;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

crate::options! {
    /// The options of `ownership/unowned-journey`.
    pub(crate) struct UnownedJourney {
        /// The most teams across which a journey may go without a lead.
        max_teams("max-teams"): u32 = 3,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Every journey has an owner. The owner is somebody: no roster that is complete lacks them, and a
    /// team has people. A journey through services of more than 3 teams names a `lead`, who is somebody
    /// too. The number is a default of ours; there is no literature. A service that several teams answer
    /// for counts for one of them. Where the catalog is complete, each step of a journey names something
    /// that is declared.
    ///
    /// ## Why it matters
    ///
    /// A customer sees one checkout, not the services of four teams. Each of these can be in order while
    /// the journey is not, and nobody is called.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [catalog]
    /// files = ["catalog.toml"]
    /// -- catalog.toml --
    /// [[services]]
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    ///
    /// [[journeys]]
    /// name = "checkout"
    /// steps = ["cart"]
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/shop
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [catalog]
    /// files = ["catalog.toml"]
    /// -- catalog.toml --
    /// [[services]]
    /// name = "cart"
    /// kind = "website"
    /// owner = "@acme/shop"
    ///
    /// [[journeys]]
    /// name = "checkout"
    /// owner = "@acme/shop"
    /// lead = "@ann"
    /// steps = ["cart"]
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-teams`: the most teams across which a journey may go without a lead. Default: `3`.
    ///
    /// ## Needs
    ///
    /// The journeys that a policy or its files declare; a roster that is complete, to know whether an owner
    /// is somebody.
    id: "ownership/unowned-journey",
    summary: "nobody answers for a customer's journey as a whole",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog],
    options: UnownedJourney,
    check: Journey(check),
}

/// How many teams and steps are named.
const MOST_NAMED: usize = 5;

fn check(place: usize, view: &View<'_>, settings: &Settings) -> Verdict {
    let (_, journey) = view.graph.journeys()[place];
    let mut violations = Vec::new();
    let mut gap = None;
    match &journey.owner {
        None => violations.push(
            unanswered(journey, "names no owner", "it names no owner")
                .help("name who does: `owner = \"@org/team\"`"),
        ),
        Some(owner) => {
            let chain = view.graph.owner_chain(owner);
            gap = chain.unverifiable;
            violations.extend(chain.broken.map(|broken| Violation {
                primary: journey.at(&owner.excerpt, "nobody"),
                ..unanswered(journey, "", &describe(&broken, "owner")).help("name who answers now")
            }));
        }
    }
    let teams = teams(journey, view);
    let max = settings.options::<UnownedJourney>().max_teams as usize;
    if teams.len() > max {
        let named = teams.iter().take(MOST_NAMED);
        let named: Vec<String> = named
            .map(|team| format!("`{}`", view.graph.actor_label(team)))
            .collect();
        let across = format!(
            "it goes across {} ({})",
            count(teams.len(), "team"),
            list(&named, teams.len() - named.len())
        );
        match &journey.lead {
            None => {
                let why = format!("{across} and names no lead");
                violations.push(unled(journey, "names no lead", &why));
            }
            Some(lead) => {
                let chain = view.graph.owner_chain(lead);
                gap = gap.or(chain.unverifiable);
                violations.extend(chain.broken.map(|broken| {
                    let why = format!("{across}, and {}", describe(&broken, "lead"));
                    Violation {
                        primary: journey.at(&lead.excerpt, "nobody"),
                        ..unled(journey, "", &why)
                    }
                }));
            }
        }
    }
    violations.extend(lost_steps(journey, view));
    match gap {
        Some(why) if violations.is_empty() => {
            let remedy = "name a roster that is complete: `covers` under `[[rosters]]`";
            Verdict::Skip(Gap::new(GapKind::Unverifiable, why).remedy(remedy))
        }
        _ => violations.into(),
    }
}

/// Nobody answers for the journey.
fn unanswered(journey: &Journey, label: &'static str, why: &str) -> Violation {
    let message = format!("nobody answers for the journey `{}`: {why}", journey.name);
    violation(journey, label, message).key("owner")
}

/// Nobody leads it.
fn unled(journey: &Journey, label: &'static str, why: &str) -> Violation {
    let message = format!("nobody leads the journey `{}`: {why}", journey.name);
    violation(journey, label, message)
        .help("name the person who holds it together: `lead = \"@user\"`")
        .key("lead")
}

fn violation(journey: &Journey, label: &'static str, message: String) -> Violation {
    let primary = Location {
        label: label.into(),
        ..journey.location.clone()
    };
    let owner = journey.owner.iter().map(|owner| owner.text.clone());
    Violation::new(primary, message).owners(owner)
}

/// What is wrong with its owner or lead.
fn describe(broken: &Break, role: &str) -> String {
    match broken {
        Break::NoOwner => format!("it names no {role}"),
        Break::UnknownOwner(names, roster) => format!(
            "its {role} `{}` is not in `{roster}`, which says that it is complete",
            names.join("`, `")
        ),
        Break::EmptyTeam(team) => format!("its {role} `{team}` has no people"),
    }
}

/// The teams that a journey goes through. Of several that answer for one service any is enough, so that
/// no more are counted than there have to be.
fn teams(journey: &Journey, view: &View<'_>) -> BTreeSet<Actor> {
    let (declared_in, graph) = (view.place, view.graph);
    let services = journey
        .steps
        .iter()
        .filter_map(|step| graph.meant(declared_in, &step.name));
    let services: BTreeSet<_> = services.collect();
    let owning: Vec<Vec<Actor>> = services
        .into_iter()
        .map(|id| graph.owning_teams(id))
        .collect();
    let (alone, several): (Vec<_>, Vec<_>) = owning.into_iter().partition(|teams| teams.len() < 2);
    let mut all: BTreeSet<Actor> = alone.into_iter().flatten().collect();
    for teams in several {
        if !teams.iter().any(|team| all.contains(team)) {
            all.extend(teams.into_iter().next());
        }
    }
    all
}

/// Steps that name nothing, where the catalog has all that there is.
fn lost_steps(journey: &Journey, view: &View<'_>) -> Option<Violation> {
    if !view.catalog_is_complete() {
        return None;
    }
    let is_lost = |step: &&crate::facts::Reference| {
        step.name
            .entity()
            .is_some_and(|entity| view.graph.services_of(entity).is_empty())
    };
    let mut lost = journey.steps.iter().filter(is_lost);
    let first = lost.next()?;
    let named: Vec<String> = std::iter::once(first)
        .chain(lost)
        .map(|step| format!("`{}`", step.text))
        .collect();
    let (shown, more) = match named.get(..MOST_NAMED) {
        Some(shown) => (shown, named.len() - MOST_NAMED),
        None => (&named[..], 0),
    };
    let message = format!(
        "the journey `{}` goes through {}, which nothing declares",
        journey.name,
        list(shown, more)
    );
    let owner = journey.owner.iter().map(|owner| owner.text.clone());
    let violation = Violation::new(journey.at(&first.excerpt, "is not declared"), message);
    Some(
        violation
            .owners(owner)
            .help("declare it, or name the service that is meant")
            .key("steps"),
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{RULE, UnownedJourney};
    use crate::rules::testing::MiniRepository;

    const PEOPLE: &str = "[[teams]]\nhandle = \"@acme/a\"\nmembers = [\"@ann\"]\n\
        [[teams]]\nhandle = \"@acme/empty\"\nmembers = []\n";

    /// A journey that says this of itself, through services of these owners.
    fn journey(says: &str, owners: &[&str]) -> MiniRepository {
        MiniRepository::new("").declare(&text(says, owners))
    }

    fn text(says: &str, owners: &[&str]) -> String {
        let services = owners.iter().enumerate().map(|(place, owner)| {
            format!("[[services]]\nname = \"s{place}\"\nowner = {owner:?}\n")
        });
        let services: String = services.collect();
        let steps: Vec<String> = (0..owners.len()).map(|place| format!("s{place}")).collect();
        format!("{services}[[journeys]]\nname = \"checkout\"\nsteps = {steps:?}\n{says}\n")
    }

    #[test]
    fn nobody_owns_it() {
        expect![[r#"
            fail bailiwick.toml:5:8 nobody answers for the journey `checkout`: it names no owner
              help: name who does: `owner = "@org/team"`
        "#]]
        .assert_eq(&journey("", &["@acme/a"]).check(&RULE));
        let check = |owner: &str| {
            let text = text(&format!("owner = {owner:?}"), &[]);
            let complete = format!("catalog.complete = true\n{PEOPLE}{text}");
            MiniRepository::new("").declare(&complete).check(&RULE)
        };
        expect![[r#"
            fail bailiwick.toml:11:9 nobody answers for the journey `checkout`: its owner `@acme/gone` is not in `bailiwick.toml`, which says that it is complete
              help: name who answers now
        "#]].assert_eq(&check("@acme/gone"));
        expect![[r#"
            fail bailiwick.toml:11:9 nobody answers for the journey `checkout`: its owner `@acme/empty` has no people
              help: name who answers now
        "#]].assert_eq(&check("@acme/empty"));
        assert_eq!(check("@acme/a"), "pass\n");
        assert_eq!(check("@ann"), "pass\n");
        assert_eq!(
            journey("owner = \"@acme/gone\"", &[]).check(&RULE),
            "skip no roster covers `@acme`\n"
        );
    }

    #[test]
    fn more_than_three_teams_need_a_lead() {
        let four = ["@acme/a", "@acme/b", "@acme/c", "@acme/d"];
        let check = |says: &str, owners: &[&str]| {
            let people = ["a", "b", "c", "d"].map(|name| {
                format!("[[teams]]\nhandle = \"@acme/{name}\"\nmembers = [\"@{name}\"]\n")
            });
            let says = format!("owner = \"@acme/a\"\n{says}");
            let text = format!(
                "catalog.complete = true\n{}{}",
                people.concat(),
                text(&says, owners)
            );
            MiniRepository::new("").declare(&text)
        };
        expect![[r#"
            fail bailiwick.toml:27:8 nobody leads the journey `checkout`: it goes across 4 teams (`@acme/a`, `@acme/b`, `@acme/c` and `@acme/d`) and names no lead
              help: name the person who holds it together: `lead = "@user"`
        "#]].assert_eq(&check("", &four).check(&RULE));
        expect![[r#"
            fail bailiwick.toml:30:8 nobody leads the journey `checkout`: it goes across 4 teams (`@acme/a`, `@acme/b`, `@acme/c` and `@acme/d`), and its lead `@gone` is not in `bailiwick.toml`, which says that it is complete
              help: name the person who holds it together: `lead = "@user"`
        "#]].assert_eq(&check("lead = \"@gone\"", &four).check(&RULE));
        assert_eq!(check("lead = \"@b\"", &four).check(&RULE), "pass\n");
        assert_eq!(check("", &four[..3]).check(&RULE), "pass\n");
        // A team twice is one, and a person is no team.
        let others = ["@acme/a", "@acme/b", "@ACME/B", "@acme/c", "@d"];
        assert_eq!(check("", &others).check(&RULE), "pass\n");
        let options = UnownedJourney { max_teams: 2 };
        let found = check("", &four[..3]).check_with(&RULE, options);
        assert!(
            found.contains("it goes across 3 teams (`@acme/a`, `@acme/b` and `@acme/c`)"),
            "{found}"
        );
    }

    #[test]
    fn a_service_of_several_teams_counts_once() {
        let owned = MiniRepository::owned("* @acme/a @acme/b @acme/c @acme/d", ["x/1", "y/1"]);
        let text = "[[services]]\nname = \"x\"\npaths = [\"x/\"]\n[[services]]\nname = \"y\"\npaths = [\"y/\"]\n\
            [[journeys]]\nname = \"checkout\"\nowner = \"@ann\"\nsteps = [\"x\", \"y\"]\n";
        let repository = owned
            .declare(text)
            .roster(&["acme"], &[("acme/x", &["ann"])]);
        let options = UnownedJourney { max_teams: 1 };
        assert_eq!(repository.check_with(&RULE, options), "pass\n");
    }

    #[test]
    fn steps_that_nothing_declares() {
        let text = "[[teams]]\nhandle = \"@acme/a\"\nmembers = [\"@ann\"]\n[[services]]\nname = \"cart\"\n\
            [[journeys]]\nname = \"checkout\"\nowner = \"@acme/a\"\nsteps = [\"cart\", \"crat\", \"pay\"]\n";
        let complete = format!("catalog.complete = true\n{text}");
        expect![[r#"
            fail bailiwick.toml:10:18 the journey `checkout` goes through `crat` and `pay`, which nothing declares
              help: declare it, or name the service that is meant
        "#]].assert_eq(&MiniRepository::new("").declare(&complete).check(&RULE));
        let partial = MiniRepository::new("").declare(text).check(&RULE);
        assert_eq!(partial, "pass\n");
    }
}
