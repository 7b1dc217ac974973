//! `teams/incongruent`

use crate::analysis::congruence::{Bond, TeamPair};
use crate::facts::{Gap, GapKind};
use crate::graph::Actor;
use crate::identity::Party;
use crate::policy::{Level, Percent, Settings};
use crate::rules::changes::unless_cut;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::list;

crate::options! {
    /// The options of `teams/incongruent`.
    pub(crate) struct Incongruent {
        /// The smallest share of other teams, in percent, with which a team may coordinate.
        minimum_congruence("minimum-congruence"): Percent = Percent(50.0),
        /// With how many other teams its services must change together for the rule to apply.
        minimum_teams("minimum-teams"): u32 = 2,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A team coordinates with at least half of the teams whose services change together with its own
    /// (congruence). Services change together by the limits of code-maat: in at least 5 shared commits of the last
    /// year, and 30 % of those of both in the mean. That teams coordinate is seen where a descriptor declares that
    /// a service of one needs one of the other, where somebody is in both, and where people of both wrote a change
    /// together; who talks without leaving a trace is not seen. The rule applies from 2 other teams on. The measure
    /// is that of Cataldo, Herbsleb and Carley (*Socio-Technical Congruence*, 2008), who take developers, the files
    /// that they changed, and reviews and comments for coordination; here it is told of teams, since measures of
    /// people are, and of the services that they answer for. Both numbers are defaults of ours.
    ///
    /// ## Why it matters
    ///
    /// Where those do not talk whose work hangs together, one breaks what the other built. In the study above,
    /// changes took a third less time where people coordinated as their work required.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "ownership/unowned-file" = "off"
    /// "runbooks/missing" = "off"
    /// "approvals/*" = "off"
    /// "teams/*" = "off"
    /// "teams/incongruent" = { level = "note", minimum-teams = 1 }
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/cart"
    /// members = ["@ann"]
    /// [[teams]]
    /// handle = "@acme/pay"
    /// members = ["@ben"]
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [[people]]
    /// login = "@ben"
    /// emails = ["ben@acme.test"]
    /// -- CODEOWNERS --
    /// /s/cart/ @acme/cart
    /// /s/pay/ @acme/pay
    /// -- s/cart/main.go --
    /// -- s/pay/main.go --
    /// -- (history) --
    /// 2026-01-04 ben: s/pay/main.go
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
    /// "ownership/unowned-file" = "off"
    /// "runbooks/missing" = "off"
    /// "approvals/*" = "off"
    /// "teams/*" = "off"
    /// "teams/incongruent" = { level = "note", minimum-teams = 1 }
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/cart"
    /// members = ["@ann", "@ben"]
    /// [[teams]]
    /// handle = "@acme/pay"
    /// members = ["@ben"]
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [[people]]
    /// login = "@ben"
    /// emails = ["ben@acme.test"]
    /// -- CODEOWNERS --
    /// /s/cart/ @acme/cart
    /// /s/pay/ @acme/pay
    /// -- s/cart/main.go --
    /// -- s/pay/main.go --
    /// -- (history) --
    /// 2026-01-04 ben: s/pay/main.go
    /// 2026-01-05 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-06 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-07 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-08 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-09 ann: s/cart/main.go s/pay/main.go
    /// ```
    ///
    /// ## Options
    ///
    /// - `minimum-congruence`: the smallest share of other teams, in percent, with which a team may coordinate.
    ///   Default: `50`.
    /// - `minimum-teams`: with how many other teams its services must change together for the rule to apply.
    ///   Default: `2`.
    ///
    /// ## Needs
    ///
    /// The descriptors, the history, and rosters that are complete.
    id: "teams/incongruent",
    summary: "a team does not coordinate with those whose services change with its own",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Tree, Catalog, History],
    options: Incongruent,
    check: Team(check),
}

/// How many others are named.
const MOST_NAMED: usize = 3;

fn check(team: usize, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Incongruent>();
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    let actor = Actor::Party(Party::Team(team));
    let pairs: Vec<&TeamPair> = measures.congruence().of_team(&actor).collect();
    if pairs.len() < options.minimum_teams.max(1) as usize {
        return unless_cut(measures, Verdict::NotApplicable);
    }
    let known = pairs.iter().filter(|pair| pair.bond != Bond::Unknown);
    if known.clone().count() < options.minimum_teams.max(1) as usize {
        let reason = "it is not known who is in the teams, or none of their people wrote a commit";
        let gap = Gap::new(GapKind::Unverifiable, reason);
        return Verdict::Skip(gap.remedy("let a roster say completely who is in the teams"));
    }
    match measures.congruence().teams(pairs.iter().copied()).share() {
        Some(share) if share * 100.0 < options.minimum_congruence.0 => {}
        _ => return unless_cut(measures, Verdict::Pass),
    }
    let apart: Vec<&&TeamPair> = known
        .clone()
        .filter(|it| it.bond == Bond::Nothing)
        .collect();
    let named = apart.iter().take(MOST_NAMED).map(|pair| {
        let is_first = pair.a == actor;
        let other = if is_first { &pair.b } else { &pair.a };
        let (own, its) = match is_first {
            true => pair.services,
            false => (pair.services.1, pair.services.0),
        };
        let name = |id| &view.graph.service(id).service.name;
        let label = view.graph.actor_label(other);
        format!("`{label}` (`{}` changes with `{}`)", name(own), name(its))
    });
    let named: Vec<String> = named.collect();
    let named = list(&named, apart.len() - named.len());
    let record = &view.directory.teams()[team];
    let (all, bound) = (known.count(), pairs.len());
    let held = all - apart.len();
    let unknown = match bound - all {
        0 => String::new(),
        more => format!(" (of {more} more it is not known)"),
    };
    let message = format!(
        "`{}` coordinates with {held} of {all} teams whose services change together with its own{unknown}: not with {named}",
        record.label
    );
    Violation::new(record.location().clone(), message)
        .owners([record.label.clone()])
        .help("declare what one service needs of the other, or let the teams share the work or the service")
        .at_most(Level::Note)
        .key("")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(more: &str, covers: &[&str]) -> String {
        let services = ["a", "b", "c"].map(|it| {
            format!("[[services]]\nname = \"{it}\"\nowner = \"@acme/{it}\"\npaths = [\"/{it}/\"]\n")
        });
        let people = ["ann", "ben", "cid"]
            .map(|it| format!("[[people]]\nlogin = \"@{it}\"\nemails = [\"{it}@acme.test\"]\n"));
        let commits = "2026-01-05 ann: a/x b/x c/x\n".repeat(5);
        let text = format!(
            "-- a/x --\n-- b/x --\n-- c/x --\n-- (history) --\n2026-01-04 ben: z\n2026-01-04 cid: z\n{commits}"
        );
        let declared = services.concat() + more + &people.concat();
        let teams: &[(&str, &[&str])] = &[
            ("acme/a", &["ann"]),
            ("acme/b", &["ben"]),
            ("acme/c", &["cid"]),
        ];
        MiniRepository::new(&text)
            .declare(&declared)
            .roster(covers, teams)
            .check(&RULE)
    }

    #[test]
    fn half_of_the_others_is_enough() {
        let found = check("", &["acme"]);
        let first: String = found
            .lines()
            .take(3)
            .map(|line| format!("{line}\n"))
            .collect();
        expect![[r#"
            fail people.toml:2:10 `@acme/a` coordinates with 0 of 2 teams whose services change together with its own: not with `@acme/b` (`a` changes with `b`) and `@acme/c` (`a` changes with `c`)
              at most note
              help: declare what one service needs of the other, or let the teams share the work or the service
        "#]]
        .assert_eq(&first);
        // The declared interface holds a and c together, and leaves b alone.
        let found = check("depends-on = [\"a\"]\n", &["acme"]);
        assert_eq!(found.matches("fail").count(), 1, "{found}");
        assert!(
            found.contains("`@acme/b` coordinates with 0 of 2"),
            "{found}"
        );
    }

    #[test]
    fn without_complete_rosters_nothing_is_said() {
        let found = check("", &[]);
        assert_eq!(
            found
                .matches("skip it is not known who is in the teams")
                .count(),
            3,
            "{found}"
        );
    }
}
