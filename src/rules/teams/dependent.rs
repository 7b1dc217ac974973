//! `teams/dependent`

use crate::policy::{Percent, Settings};
use crate::rules::changes::{percent, strangers, too_few};
use crate::rules::{Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `teams/dependent`.
    pub(crate) struct Dependent {
        /// The largest share of a team's own changes, in percent, that may need somebody else.
        max_share("max-share"): Percent = Percent(30.0),
        /// Over how many days changes are looked at.
        days("days"): u32 = 90,
        /// How many changes of its own a team must have for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// At most 30 % of a team's own changes of the last 90 days need the approval of somebody else, by the
    /// ownership files as they are now, over all repositories that are read together. A change is the team's own if
    /// its main author is in the team. It needs somebody else if none of the owners of some path is the team, a
    /// part of it, what it is a part of, one of its people, or another team of the author. Where that cannot be
    /// known the change counts as one that the team can finish. The rule applies from 20 such changes on. Both
    /// numbers are defaults of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// A team that cannot finish what it starts waits, and plans around others. What it answers for has been cut
    /// in the wrong place, or it lacks people who know a part of it.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@ann"]
    /// [[teams]]
    /// handle = "@acme/data"
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "ownership/unowned-file" = "off"
    /// "teams/*" = "off"
    /// "teams/dependent" = { level = "warning", minimum-changes = 3 }
    /// -- CODEOWNERS --
    /// /schema/ @acme/data
    /// /web/ @acme/web
    /// -- schema/cart.sql --
    /// -- web/cart.ts --
    /// -- (history) --
    /// 2026-01-05 ann: schema/cart.sql web/cart.ts
    /// 2026-01-06 ann: web/cart.ts
    /// 2026-01-07 ann: schema/cart.sql web/cart.ts
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@ann"]
    /// [[teams]]
    /// handle = "@acme/data"
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "ownership/unowned-file" = "off"
    /// "teams/*" = "off"
    /// "teams/dependent" = { level = "warning", minimum-changes = 3 }
    /// -- CODEOWNERS --
    /// /schema/ @acme/data @acme/web
    /// /web/ @acme/web
    /// -- schema/cart.sql --
    /// -- web/cart.ts --
    /// -- (history) --
    /// 2026-01-05 ann: schema/cart.sql web/cart.ts
    /// 2026-01-06 ann: web/cart.ts
    /// 2026-01-07 ann: schema/cart.sql web/cart.ts
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of a team's own changes, in percent, that may need somebody else.
    ///   Default: `30`.
    /// - `days`: over how many days changes are looked at. Default: `90`.
    /// - `minimum-changes`: how many changes of its own a team must have for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The ownership file, the history, and rosters that say who is in the team, and by which addresses.
    id: "teams/dependent",
    summary: "many of a team's own changes need another team",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [Tree, Catalog, History],
    options: Dependent,
    check: Team(check),
}

/// How many others are named.
const MOST_NAMED: usize = 3;

fn check(team: usize, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Dependent>();
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    if let Some(skip) = strangers(measures) {
        return skip;
    }
    let flow = measures.flow(options.days);
    let found = flow.dependence.get(&team);
    let Some(found) = found.filter(|it| it.changes >= options.minimum_changes.max(1) as usize)
    else {
        return too_few(view);
    };
    if found.share() * 100.0 <= options.max_share.0 {
        return Verdict::Pass;
    }
    let replay = measures.replay();
    let named = found.on.iter().take(MOST_NAMED).map(|&(group, changes)| {
        let names = replay.group(group).owners.iter().take(MOST_NAMED);
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        format!("{} ({changes})", names.join(" or "))
    });
    let named: Vec<String> = named.collect();
    let named = crate::text::list(&named, found.on.len() - named.len());
    let record = &view.directory.teams()[team];
    let message = format!(
        "{} of the own changes of `{}` need somebody else: {} of {} in the last {} days; most often {named}",
        percent(found.share()),
        record.label,
        found.dependent,
        found.changes,
        options.days
    );
    Violation::new(record.location().clone(), message)
        .owners([record.label.clone()])
        .help("let the team own what it needs to finish its work, alone or beside the others")
        .key("")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(own: usize, others: usize, emails: &str) -> String {
        let commits =
            "2026-01-05 ann: web/x\n".repeat(own) + &"2026-01-06 ann: ops/x web/x\n".repeat(others);
        let text = format!(
            "-- CODEOWNERS --\n/web/ @acme/web\n/ops/ @acme/ops\n-- web/x --\n-- ops/x --\n-- (history) --\n{commits}"
        );
        let repository = MiniRepository::new(&text).declare(emails);
        repository
            .roster(&["acme"], &[("acme/ops", &["ben"]), ("acme/web", &["ann"])])
            .check(&RULE)
    }

    #[test]
    fn three_in_ten_may_need_others() {
        let emails = "[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n";
        let found = [(14, 6), (13, 7), (2, 17)].map(|(own, others)| check(own, others, emails));
        expect![[r#"
            pass
            fail people.toml:5:10 35 % of the own changes of `@acme/web` need somebody else: 7 of 20 in the last 90 days; most often `@acme/ops` (7)
              help: let the team own what it needs to finish its work, alone or beside the others
            not applicable
        "#]]
        .assert_eq(&found.concat());
    }

    #[test]
    fn where_nobody_is_known_nothing_is_said() {
        let found = check(0, 30, "");
        assert!(
            found.starts_with("skip nobody whom a roster has wrote a commit"),
            "{found}"
        );
    }
}
