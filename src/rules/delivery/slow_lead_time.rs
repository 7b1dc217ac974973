//! `delivery/slow-lead-time`

use crate::analysis::four_keys::{level, report};
use crate::policy::Settings;
use crate::rules::changes::{delivery, keys, measured, tenths};
use crate::rules::{Verdict, View, declare_rule};

crate::options! {
    /// The options of `delivery/slow-lead-time`.
    pub(crate) struct SlowLeadTime {
        /// How many days the median change may take to its release.
        max_days("max-days"): u32 = 30,
        /// Over how many days.
        days("days"): u32 = 365,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A commit is released within 30 days, in the median over the releases of the last year. What was deployed cannot
    /// be seen: the first tag with a version (`v1.2.3`, `api/v1.2`) that has a commit stands for its deployment. Fewer
    /// than 5 commits are too few for a number; where there are no releases the rule does not apply. Changes that were
    /// squashed into one commit look younger than they are. This is the lead time for changes of DORA; a month and more
    /// is the band *medium* of its report of 2021.
    ///
    /// Where the forge is asked and knows deployments to production of the last 180 days, the time of a change is that
    /// from its first commit to the first deployment that has it on the main line.
    ///
    /// ## Why it matters
    ///
    /// What is finished and not released costs and earns nothing, and nobody learns whether it works.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/slow-lead-time"]
    /// max-days = 20
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2025-08-01 ann: a.rs
    /// 2025-09-01 ann: a.rs
    /// 2025-10-01 ann: a.rs
    /// 2025-11-01 ann: a.rs
    /// 2025-12-01 ann: a.rs
    /// 2026-01-10 tag: v1.0.0
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/slow-lead-time"]
    /// max-days = 20
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2025-08-01 ann: a.rs
    /// 2025-08-05 tag: v1.0.0
    /// 2025-09-01 ann: a.rs
    /// 2025-09-05 tag: v1.1.0
    /// 2025-10-01 ann: a.rs
    /// 2025-10-05 tag: v1.2.0
    /// 2025-11-01 ann: a.rs
    /// 2025-11-05 tag: v1.3.0
    /// 2025-12-01 ann: a.rs
    /// 2025-12-05 tag: v1.4.0
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: how many days the median change may take to its release. Default: `30`.
    /// - `days`: over how many days. Default: `365`.
    ///
    /// ## Needs
    ///
    /// The history with its tags; the forge (`--online`), to know deployments.
    id: "delivery/slow-lead-time",
    summary: "changes wait long for their release",
    level: Note, strict: Note,
    status: Advisory,
    organizational: false,
    needs: [History, Deliveries],
    options: SlowLeadTime,
    check: Repository(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<SlowLeadTime>();
    let keys = match keys(view, options.days) {
        Ok(keys) => keys,
        Err(verdict) => return verdict,
    };
    let hours = match measured(&keys.lead_time) {
        Ok(hours) => hours,
        Err(verdict) => return verdict,
    };
    let days = hours / 24.0;
    if days <= f64::from(options.max_days) {
        return Verdict::Pass;
    }
    let band = report(2021).map_or("", |bands| level(hours, &bands.lead_time));
    let what = format!(
        "a commit waits {} days for its release in the median",
        tenths(days)
    );
    delivery(&keys.lead_time, &what, band, "")
        .help("release more often, and finish what was begun before something new")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(written: &str, commits: usize) -> String {
        let commits = format!("{written} ann: a\n").repeat(commits);
        let text = format!("-- a --\n-- (history) --\n{commits}2026-01-10 tag: v1.0.0\n");
        MiniRepository::new(&text).check(&RULE)
    }

    #[test]
    fn a_month_is_enough() {
        let found = [
            check("2025-12-11", 5),
            check("2025-12-10", 5),
            check("2025-12-10", 4),
        ];
        expect![[r#"
            pass
            fail repository a commit waits 31 days for its release in the median (by commits with a release tag, n = 5); DORA's report of 2021 calls that medium
              at most note
              help: release more often, and finish what was begun before something new
            skip 4 commits with a release tag, and fewer than 5 are no number
        "#]]
        .assert_eq(&found.concat());
        assert_eq!(
            MiniRepository::new("-- a --\n-- (history) --\n2026-01-10 ann: a\n").check(&RULE),
            "not applicable\n"
        );
    }
}
