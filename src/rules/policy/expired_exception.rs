//! `policy/expired-exception`

use crate::policy::{NoOptions, Settings};
use crate::rules::ExceptionUse;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

declare_rule! {
    /// ## What it checks
    ///
    /// No exception of the policy and no inline suppression is past its end. The day in `until` is the
    /// last on which it holds.
    ///
    /// ## Why it matters
    ///
    /// An end was agreed so that somebody decides anew. What has expired no longer accepts findings, and
    /// left in place it looks as if it did.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[exceptions]]
    /// rule = "codeowners/dead-pattern"
    /// reason = "the service moves in with the next release"
    /// until = 2025-12-31
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
    ///
    /// [[exceptions]]
    /// rule = "codeowners/dead-pattern"
    /// reason = "the service moves in with the next release"
    /// until = 2026-03-31
    /// -- CODEOWNERS --
    /// * @ann
    /// /service/ @bob
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The policy.
    id: "policy/expired-exception",
    summary: "an exception is past its end",
    level: Error, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Policy],
    options: NoOptions,
    check: Exception(check),
}

fn check(exception: &ExceptionUse, view: &View<'_>, _: &Settings) -> Verdict {
    if exception.problem.is_some() {
        return Verdict::NotApplicable;
    }
    let Some(until) = exception.until.filter(|&until| until < view.as_of) else {
        return Verdict::Pass;
    };
    let rules = exception.rules.join("`, `");
    let help = match exception.matched {
        0 => "remove it".to_owned(),
        findings => {
            let findings = count(findings, "finding");
            format!("mend the {findings} that it accepted and remove it, or agree on another end")
        }
    };
    Violation::new(
        exception.location.clone(),
        format!(
            "the {} for `{rules}` expired on {until}",
            super::name(exception)
        ),
    )
    .help(help)
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::policy::testing::exception;
    use crate::rules::testing::{MiniRepository, TODAY};

    #[test]
    fn the_last_day_still_holds() {
        let repository = |until| {
            let exception = crate::rules::ExceptionUse {
                until,
                ..exception()
            };
            MiniRepository::default().exception(exception).check(&RULE)
        };
        assert_eq!(repository(None), "pass\n");
        assert_eq!(repository(Some(TODAY)), "pass\n");
        expect![[r#"
            fail bailiwick.toml the exception for `codeowners/*` expired on 2026-01-14
              help: mend the 2 findings that it accepted and remove it, or agree on another end
        "#]]
        .assert_eq(&repository(TODAY.yesterday().ok()));
    }

    #[test]
    fn an_inline_one_that_accepts_nothing() {
        let mut exception = exception();
        exception.until = TODAY.yesterday().ok();
        exception.inline = true;
        exception.matched = 0;
        exception.rules = vec!["codeowners/dead-pattern".into(), "ownership/*".into()];
        expect![[r#"
            fail bailiwick.toml the suppression for `codeowners/dead-pattern`, `ownership/*` expired on 2026-01-14
              help: remove it
        "#]]
        .assert_eq(&MiniRepository::default().exception(exception).check(&RULE));
    }
}
