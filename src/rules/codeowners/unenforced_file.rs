//! `codeowners/unenforced-file`

use crate::codeowners::OwnershipFile;
use crate::facts::{Gap, GapKind, Location};
use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// A change of the default branch needs the approval of the owners of the files that it touches: a ruleset
    /// of the repository or its organization, or the protection of the branch, says so. The forge is asked;
    /// where the token does not show the protection, the rule is skipped.
    ///
    /// ## Why it matters
    ///
    /// Without that the forge asks the owners for a review, and lets anybody merge without one. The file is
    /// then advice, though people who read it take it for a rule.
    ///
    /// Source: GitHub Docs, *About code owners* and *Available rules for rulesets*.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- (forge) --
    /// branch main: 1 approval
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- (forge) --
    /// branch main: 1 approval, code owners
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file, and the forge (`--online`).
    id: "codeowners/unenforced-file",
    summary: "no branch rule asks for the approval of owners",
    level: Warning, strict: Error,
    status: Stable,
    organizational: true,
    needs: [OwnershipFile, Forge, BranchRules],
    options: NoOptions,
    check: OwnershipFile(check),
}

fn check(file: &OwnershipFile, view: &View<'_>, _: &Settings) -> Verdict {
    let forge = match view.forge() {
        Ok(forge) => forge,
        Err(gap) => return Verdict::Skip(gap),
    };
    let rules = match &forge.branch_rules {
        Ok(rules) => rules,
        // An empty repository has nothing that could be changed.
        Err(gap) if gap.kind == GapKind::Absent => return Verdict::NotApplicable,
        Err(gap) => return Verdict::Skip(Gap::clone(gap)),
    };
    if rules.code_owners || file.rules().is_empty() {
        return Verdict::Pass;
    }
    let branch = forge.default_branch.as_deref().unwrap_or_default();
    let demand = match rules.approvals {
        0 => "needs no approval",
        _ => "can be approved by anybody who may write",
    };
    let message = format!("the owners are advice: a change of `{branch}` {demand}");
    let location = Location::file(file.text().path().clone(), "not enforced");
    Violation::new(location, message)
        .help("require the review of code owners in a ruleset or in the protection of the branch")
        .key("")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn any_rule_that_asks_for_owners_is_enough() {
        let repository = || MiniRepository::owned("* @acme/web", ["a"]);
        expect![[r#"
            fail CODEOWNERS the owners are advice: a change of `main` needs no approval
              help: require the review of code owners in a ruleset or in the protection of the branch
        "#]]
        .assert_eq(&repository().forge("branch main: nothing\n").check(&RULE));
        expect![[r#"
            fail CODEOWNERS the owners are advice: a change of `main` can be approved by anybody who may write
              help: require the review of code owners in a ruleset or in the protection of the branch
        "#]]
        .assert_eq(&repository().forge("branch main: 2 approvals\n").check(&RULE));
        let enforced = repository().forge("branch main: 0 approvals, code owners\n");
        assert_eq!(enforced.check(&RULE), "pass\n");
    }

    #[test]
    fn what_the_token_does_not_show_is_skipped() {
        let repository = MiniRepository::owned("* @acme/web", ["a"]);
        assert_eq!(repository.check(&RULE), "skip the forge was not asked\n");
        let unseen = repository.forge("");
        assert_eq!(unseen.check(&RULE), "skip the forge was not asked\n");
    }
}
