//! `delivery/slow-recovery`

use crate::analysis::deliveries::INCIDENTS;
use crate::analysis::four_keys::{level, report};
use crate::policy::Settings;
use crate::rules::changes::{delivery, keys, measured, tenths};
use crate::rules::{Verdict, View, declare_rule};

crate::options! {
    /// The options of `delivery/slow-recovery`.
    pub(crate) struct SlowRecovery {
        /// How many days the median revert may wait for its release.
        max_days("max-days"): u32 = 7,
        /// Over how many days.
        days("days"): u32 = 365,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// What takes a change back is released within 7 days, in the median over the last year. Neither failures nor the end
    /// of them can be seen: the time from a revert, as git writes it, to the next tag with a version (`v1.2.3`, `api/v1.2`)
    /// stands for the time in which service is restored. It does not count how long it took to notice, so that it is a
    /// lower bound. Fewer than 5 are too few for a number; where there are none the rule does not apply. This is the failed
    /// deployment recovery time of DORA; a week is the end of the band *medium* of its report of 2021.
    ///
    /// Where the forge is asked and knows incidents that are over, which are issues with a label of `[forge]
    /// incident-labels`, the time is that from when they were opened until they were closed.
    ///
    /// ## Why it matters
    ///
    /// Users live with the fault until then, however soon it was mended.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/slow-recovery"]
    /// days = 365
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2025-10-01 ann: a.rs
    /// 2025-10-02 ben reverting: a.rs
    /// 2025-10-03 ben reverting: a.rs
    /// 2025-10-04 ben reverting: a.rs
    /// 2025-10-05 ben reverting: a.rs
    /// 2025-10-06 ben reverting: a.rs
    /// 2025-11-20 tag: v1.0.1
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/slow-recovery"]
    /// days = 365
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2025-10-01 ann: a.rs
    /// 2025-10-02 ben reverting: a.rs
    /// 2025-10-03 ben reverting: a.rs
    /// 2025-10-04 ben reverting: a.rs
    /// 2025-10-05 ben reverting: a.rs
    /// 2025-10-06 ben reverting: a.rs
    /// 2025-10-08 tag: v1.0.1
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: how many days the median revert may wait for its release. Default: `7`.
    /// - `days`: over how many days. Default: `365`.
    ///
    /// ## Needs
    ///
    /// The history with its tags; the forge (`--online`), to know incidents.
    id: "delivery/slow-recovery",
    summary: "what takes changes back waits long for its release",
    level: Note, strict: Note,
    status: Advisory,
    organizational: false,
    needs: [History, Deliveries],
    options: SlowRecovery,
    check: Repository(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<SlowRecovery>();
    let keys = match keys(view, options.days) {
        Ok(keys) => keys,
        Err(verdict) => return verdict,
    };
    let hours = match measured(&keys.recovery) {
        Ok(hours) => hours,
        Err(verdict) => return verdict,
    };
    let days = hours / 24.0;
    if days <= f64::from(options.max_days) {
        return Verdict::Pass;
    }
    let band = report(2021).map_or("", |bands| level(hours, &bands.recovery));
    let days = tenths(days);
    let what = match keys.recovery.proxy {
        INCIDENTS => format!("an incident lasts {days} days in the median"),
        _ => format!("what takes a change back waits {days} days for its release in the median"),
    };
    delivery(&keys.recovery, &what, band, "")
        .help("release a revert at once: practise it, so that it takes no courage")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(reverts: usize, released: &str) -> String {
        let commits = "2025-12-01 ben reverting: a\n".repeat(reverts);
        let text = format!(
            "-- a --\n-- (history) --\n2025-11-01 ann: a\n{commits}{released} tag: v1.0.1\n"
        );
        MiniRepository::new(&text).check(&RULE)
    }

    #[test]
    fn a_week_is_enough() {
        let found = [
            check(5, "2025-12-08"),
            check(5, "2025-12-09"),
            check(4, "2025-12-09"),
            check(0, "2025-12-09"),
        ];
        expect![[r#"
            pass
            fail repository what takes a change back waits 8 days for its release in the median (by reverts with a later release tag, n = 5); DORA's report of 2021 calls that low
              at most note
              help: release a revert at once: practise it, so that it takes no courage
            skip 4 reverts with a later release tag, and fewer than 5 are no number
            not applicable
        "#]]
        .assert_eq(&found.concat());
    }
}
