//! `policy/unused-exception`

use crate::facts::{Gap, GapKind};
use crate::policy::{NoOptions, Settings};
use crate::rules::ExceptionUse;
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every exception of the policy and every inline suppression accepts at least one finding, and can
    /// be read. One whose rules did not all run over their full scope is not judged, and one that has
    /// expired is the business of `policy/expired-exception`.
    ///
    /// ## Why it matters
    ///
    /// What it allowed was mended, or never existed: left in place, it will silently accept the next
    /// fault of that kind.
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
    /// until = 2026-03-31
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
    /// -- CODEOWNERS --
    /// * @ann
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
    id: "policy/unused-exception",
    summary: "an exception accepts nothing",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Policy],
    options: NoOptions,
    check: Exception(check),
}

fn check(exception: &ExceptionUse, view: &View<'_>, _: &Settings) -> Verdict {
    let violation = |message: String| Violation::new(exception.location.clone(), message);
    if let Some((problem, help)) = &exception.problem {
        return violation(problem.clone()).help(help).into();
    }
    if exception.until.is_some_and(|until| until < view.as_of) {
        return Verdict::NotApplicable;
    }
    if exception.matched > 0 {
        return Verdict::Pass;
    }
    if !exception.judged {
        let reason = "not every rule of an exception ran over its full scope";
        return Verdict::Skip(Gap::new(GapKind::NotGathered, reason));
    }
    let rules = exception.rules.join("`, `");
    violation(format!(
        "the {} for `{rules}` accepts nothing",
        super::name(exception)
    ))
    .help("remove it")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::ExceptionUse;
    use crate::rules::policy::testing::exception;
    use crate::rules::testing::{MiniRepository, TODAY};

    fn check(exception: ExceptionUse) -> String {
        MiniRepository::default().exception(exception).check(&RULE)
    }

    #[test]
    fn only_one_that_was_judged_can_be_unused() {
        let unused = ExceptionUse {
            matched: 0,
            ..exception()
        };
        expect![[r#"
            fail bailiwick.toml the exception for `codeowners/*` accepts nothing
              help: remove it
        "#]]
        .assert_eq(&check(unused.clone()));
        let open = ExceptionUse {
            judged: false,
            ..unused.clone()
        };
        expect![[r#"
            skip not every rule of an exception ran over its full scope
        "#]]
        .assert_eq(&check(open));
        let used = ExceptionUse {
            judged: false,
            ..exception()
        };
        assert_eq!(check(used), "pass\n");
        let expired = ExceptionUse {
            until: TODAY.yesterday().ok(),
            ..unused.clone()
        };
        assert_eq!(check(expired), "not applicable\n");
        let ending = ExceptionUse {
            until: Some(TODAY),
            ..unused
        };
        assert!(check(ending).starts_with("fail"));
    }

    #[test]
    fn one_that_cannot_be_read_holds_nothing() {
        let problem = Some(("the reason is missing".into(), "say why".into()));
        let until = TODAY.yesterday().ok();
        expect![[r#"
            fail bailiwick.toml the reason is missing
              help: say why
        "#]]
        .assert_eq(&check(ExceptionUse {
            problem,
            until,
            judged: false,
            ..exception()
        }));
    }
}
