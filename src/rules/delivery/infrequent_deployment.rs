//! `delivery/infrequent-deployment`

use crate::analysis::deliveries::DEPLOYMENTS;
use crate::analysis::four_keys::{level_of_deployments, report};
use crate::policy::Settings;
use crate::rules::changes::{delivery, keys, measured, tenths, too_few};
use crate::rules::{Verdict, View, declare_rule};

crate::options! {
    /// The options of `delivery/infrequent-deployment`.
    pub(crate) struct InfrequentDeployment {
        /// How many days there may be between two releases, on average.
        max_days("max-days"): u32 = 30,
        /// Over how many days.
        days("days"): u32 = 365,
        /// How many changes there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// There is a release every 30 days or more often, on average over the last year. What was deployed cannot be seen:
    /// tags with a version (`v1.2.3`, `api/v1.2`) stand for deployments, those of one commit once. Fewer than 5 are too
    /// few for a number; where there are none, or fewer than 20 changes of people, the rule does not apply. Of a younger
    /// repository its age counts. This is the deployment frequency of DORA; less than once a month is the band *medium*
    /// of its report of 2021.
    ///
    /// Where the forge is asked and knows deployments to production that succeeded, these count; else the releases
    /// that it published, if there are any. An environment is in production if its name is or starts with
    /// `production`, `prod` or `live`. Of the forge the last 180 days are known.
    ///
    /// ## Why it matters
    ///
    /// What waits for a release grows: large releases fail more often, and it takes longer to find out why.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/infrequent-deployment"]
    /// minimum-changes = 5
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2025-02-10 ann: a.rs
    /// 2025-02-10 tag: v1.0.0
    /// 2025-05-10 ann: a.rs
    /// 2025-05-10 tag: v1.1.0
    /// 2025-08-10 ann: a.rs
    /// 2025-08-10 tag: v1.2.0
    /// 2025-11-10 ann: a.rs
    /// 2025-11-10 tag: v1.3.0
    /// 2026-01-10 ann: a.rs
    /// 2026-01-10 tag: v1.4.0
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."delivery/infrequent-deployment"]
    /// minimum-changes = 5
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (history) --
    /// 2025-11-20 ann: a.rs
    /// 2025-11-20 tag: v1.0.0
    /// 2025-12-01 ann: a.rs
    /// 2025-12-01 tag: v1.1.0
    /// 2025-12-15 ann: a.rs
    /// 2025-12-15 tag: v1.2.0
    /// 2026-01-02 ann: a.rs
    /// 2026-01-02 tag: v1.3.0
    /// 2026-01-10 ann: a.rs
    /// 2026-01-10 tag: v1.4.0
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: how many days there may be between two releases, on average. Default: `30`.
    /// - `days`: over how many days. Default: `365`.
    /// - `minimum-changes`: how many changes there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The history with its tags; the forge (`--online`), to count deployments.
    id: "delivery/infrequent-deployment",
    summary: "releases are rare",
    level: Note, strict: Note,
    status: Advisory,
    organizational: false,
    needs: [History, Deliveries],
    options: InfrequentDeployment,
    check: Repository(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<InfrequentDeployment>();
    let keys = match keys(view, options.days) {
        Ok(keys) => keys,
        Err(verdict) => return verdict,
    };
    if keys.changes < options.minimum_changes as usize {
        return too_few(view);
    }
    if let Err(verdict) = measured(&keys.deployments) {
        return verdict;
    }
    let between = f64::from(keys.deployment_days) / keys.deployments.n as f64;
    if between <= f64::from(options.max_days) {
        return Verdict::Pass;
    }
    let a_year = keys.deployments_a_year().unwrap_or_default();
    let bands = report(2021);
    let band = bands.map_or("", |bands| level_of_deployments(a_year, bands));
    let thing = match keys.deployments.proxy {
        DEPLOYMENTS => "deployment",
        _ => "release",
    };
    let what = format!(
        "there is a {thing} every {} days on average",
        tenths(between)
    );
    delivery(&keys.deployments, &what, band, "")
        .help("release less at a time, and more often")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(releases: usize) -> String {
        let mut commits = String::from("2025-01-20 ann: a\n");
        commits += &"2025-06-01 ann: a\n".repeat(20);
        for number in 0..releases {
            commits += &format!(
                "2025-07-{:02} ann: a\n2025-07-{:02} tag: v1.{number}.0\n",
                number + 1,
                number + 1
            );
        }
        MiniRepository::new(&format!("-- a --\n-- (history) --\n{commits}")).check(&RULE)
    }

    #[test]
    fn once_a_month_is_enough() {
        let found = [13, 12, 11, 4, 0].map(check);
        expect![[r#"
            pass
            fail repository there is a release every 30.1 days on average (by release tags, n = 12); DORA's report of 2021 calls that high
              at most note
              help: release less at a time, and more often
            fail repository there is a release every 32.8 days on average (by release tags, n = 11); DORA's report of 2021 calls that medium
              at most note
              help: release less at a time, and more often
            skip 4 release tags, and fewer than 5 are no number
            not applicable
        "#]]
        .assert_eq(&found.concat());
    }
}
