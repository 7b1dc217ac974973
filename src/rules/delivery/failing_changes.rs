//! `delivery/failing-changes`

use crate::analysis::deliveries::DEPLOYMENTS;
use crate::analysis::four_keys::{level, report};
use crate::policy::{Percent, Settings};
use crate::rules::changes::{delivery, keys, measured, percent, too_few};
use crate::rules::{Verdict, View, declare_rule};

crate::options! {
    /// The options of `delivery/failing-changes`.
    pub(crate) struct FailingChanges {
        /// The largest share of changes, in percent, that may be taken back.
        max_share("max-share"): Percent = Percent(15.0),
        /// Over how many days.
        days("days"): u32 = 365,
        /// How many changes there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// At most 15 % of the changes of the last year take another one back. What failed cannot be seen: reverts, as git
    /// writes them (`Revert "…"`, `This reverts commit …`), stand for failed changes; what was mended otherwise is not
    /// seen. Changes of bots do not count. The rule applies from 20 changes on. This is the change failure rate of DORA;
    /// 15 % is the end of the band *elite* of its report of 2021.
    ///
    /// Where not that many are taken back, releases are looked at, from 5 release tags on: those that a hotfix followed
    /// within 48 hours. A hotfix is a tag whose name says so (`hotfix/1.2.4`), or a release of the same line with a
    /// higher patch number (`v1.2.4` behind `v1.2.3`); where half of all releases come that soon after another one
    /// anyway, only names tell. One alone is not told of.
    ///
    /// Where the forge is asked and knows deployments to production of the last 180 days, these are counted instead:
    /// those that failed, and those that an incident followed before the next one. Incidents are issues with a label
    /// of `[forge] incident-labels`.
    ///
    /// ## Why it matters
    ///
    /// What has to be taken back was not tried where it could be: users try it.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/failing-changes"]
    /// minimum-changes = 5
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2026-01-01 ann: a.rs
    /// 2026-01-02 ann: a.rs
    /// 2026-01-03 ann: a.rs
    /// 2026-01-04 ann: a.rs
    /// 2026-01-05 ben reverting: a.rs
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/failing-changes"]
    /// minimum-changes = 5
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2026-01-01 ann: a.rs
    /// 2026-01-02 ann: a.rs
    /// 2026-01-03 ann: a.rs
    /// 2026-01-04 ann: a.rs
    /// 2026-01-05 ann: a.rs
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of changes, in percent, that may be taken back. Default: `15`.
    /// - `days`: over how many days. Default: `365`.
    /// - `minimum-changes`: how many changes there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The history; the forge (`--online`), to count deployments and incidents.
    id: "delivery/failing-changes",
    summary: "many changes are taken back",
    level: Note, strict: Note,
    status: Advisory,
    organizational: false,
    needs: [History, Deliveries],
    options: FailingChanges,
    check: Repository(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<FailingChanges>();
    let keys = match keys(view, options.days) {
        Ok(keys) => keys,
        Err(verdict) => return verdict,
    };
    if keys.changes < options.minimum_changes as usize {
        return too_few(view);
    }
    let share = match measured(&keys.failures) {
        Ok(share) => share,
        Err(verdict) => return verdict,
    };
    let help =
        "test changes where they can fail without harm: before they are merged, or behind a flag";
    if share * 100.0 <= options.max_share.0 {
        let hotfixed = keys.hotfixed.value.filter(|share| {
            let several = share * keys.hotfixed.n as f64 > 1.5;
            keys.failures.proxy != DEPLOYMENTS && several && share * 100.0 > options.max_share.0
        });
        let Some(share) = hotfixed else {
            return Verdict::Pass;
        };
        let band = report(2021).map_or("", |bands| level(share, &bands.failures));
        let what = format!("a hotfix follows {} of releases", percent(share));
        return delivery(&keys.hotfixed, &what, band, "hotfixes")
            .help(help)
            .into();
    }
    let band = report(2021).map_or("", |bands| level(share, &bands.failures));
    let what = match keys.failures.proxy {
        DEPLOYMENTS => format!(
            "{} of deployments fail, or an incident follows",
            percent(share)
        ),
        _ => format!("{} of changes take another one back", percent(share)),
    };
    delivery(&keys.failures, &what, band, "").help(help).into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(good: usize, reverts: usize) -> String {
        let commits =
            "2026-01-05 ann: a\n".repeat(good) + &"2026-01-06 ben reverting: a\n".repeat(reverts);
        MiniRepository::new(&format!("-- a --\n-- (history) --\n{commits}")).check(&RULE)
    }

    #[test]
    fn releases_that_a_hotfix_followed_are_looked_at_where_little_is_taken_back() {
        let check = |mended: usize| {
            let mut commits = "2025-06-01 ann: a\n".repeat(20);
            for month in 1..7_usize {
                commits += &format!("2025-{:02}-03 ann: a\n", month + 6);
                commits += &format!("2025-{:02}-03 tag: v1.{month}.0\n", month + 6);
                if month <= mended {
                    commits += &format!("2025-{:02}-04 ann: a\n", month + 6);
                    commits += &format!("2025-{:02}-04 tag: v1.{month}.1\n", month + 6);
                }
            }
            MiniRepository::new(&format!("-- a --\n-- (history) --\n{commits}")).check(&RULE)
        };
        // Two of eight.
        expect![[r#"
            fail repository a hotfix follows 25 % of releases (by release tags, and tags of hotfixes within 48 hours, n = 8); DORA's report of 2021 calls that high
              at most note
              help: test changes where they can fail without harm: before they are merged, or behind a flag
        "#]].assert_eq(&check(2));
        assert_eq!((check(0), check(1)), ("pass\n".into(), "pass\n".into()));
    }

    #[test]
    fn three_of_twenty_are_not_too_many() {
        let found = [check(17, 3), check(16, 4), check(10, 9)];
        expect![[r#"
            pass
            fail repository 20 % of changes take another one back (by changes on the main line, n = 20); DORA's report of 2021 calls that high
              at most note
              help: test changes where they can fail without harm: before they are merged, or behind a flag
            not applicable
        "#]]
        .assert_eq(&found.concat());
    }
}
