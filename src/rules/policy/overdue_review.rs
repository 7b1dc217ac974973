//! `policy/overdue-review`

use crate::policy::Settings;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `policy/overdue-review`.
    pub(crate) struct OverdueReview {
        /// After how many days a policy is to be reviewed again.
        max_days("max-days"): u32 = 180,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A policy that says when it was `reviewed` was reviewed within the last 180 days. The number is a
    /// default of ours; there is no literature. A policy that does not say is not judged.
    ///
    /// ## Why it matters
    ///
    /// Rules are agreed for an organization of a certain size. As it grows, some no longer fit, and
    /// people learn to work around them.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    /// reviewed = 2025-01-15
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    /// reviewed = 2025-12-15
    /// -- CODEOWNERS --
    /// * @ann
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: after how many days a policy is to be reviewed again. Default: `180`.
    ///
    /// ## Needs
    ///
    /// The policy.
    id: "policy/overdue-review",
    summary: "the policy was not reviewed for long",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [Policy],
    options: OverdueReview,
    check: Policy(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let Some((policy, reviewed)) = view
        .policy
        .and_then(|policy| Some((policy, policy.reviewed?)))
    else {
        return Verdict::NotApplicable;
    };
    let max_days = settings.options::<OverdueReview>().max_days;
    // Negative for a date to come.
    let days = (view.as_of - reviewed).get_days();
    let Some(days) = u32::try_from(days).ok().filter(|&days| days > max_days) else {
        return Verdict::Pass;
    };
    let days = count(days as usize, "day");
    Violation::new(
        policy.location.clone(),
        format!("the policy was last reviewed on {reviewed}, {days} ago"),
    )
    .help("review it with those who work by it, and set `reviewed` to that day")
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::civil::{Date, date};

    use super::{OverdueReview, RULE};
    use crate::rules::testing::MiniRepository;

    fn check(reviewed: Date) -> String {
        MiniRepository::default()
            .policy(Some(reviewed))
            .check(&RULE)
    }

    #[test]
    fn at_and_over_the_limit() {
        assert_eq!(check(date(2025, 7, 19)), "pass\n");
        expect![[r#"
            fail bailiwick.toml the policy was last reviewed on 2025-07-18, 181 days ago
              help: review it with those who work by it, and set `reviewed` to that day
        "#]]
        .assert_eq(&check(date(2025, 7, 18)));
        let options = OverdueReview { max_days: 181 };
        let repository = MiniRepository::default().policy(Some(date(2025, 7, 18)));
        assert_eq!(repository.check_with(&RULE, options), "pass\n");
    }

    #[test]
    fn long_ago_in_the_future_and_never() {
        assert!(check(Date::MIN).starts_with("fail"));
        assert_eq!(check(date(2027, 1, 1)), "pass\n");
        assert_eq!(check(Date::MAX), "pass\n");
        let silent = MiniRepository::default().policy(None);
        assert_eq!(silent.check(&RULE), "not applicable\n");
        assert_eq!(MiniRepository::default().check(&RULE), "not applicable\n");
    }
}
