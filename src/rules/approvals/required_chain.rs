//! `approvals/required-chain`

use crate::facts::{Gap, GapKind, Location};
use crate::policy::Settings;
use crate::rules::{Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `approvals/required-chain`.
    pub(crate) struct RequiredChain {
        /// How many approvals a change may need.
        max_approvals("max-approvals"): u32 = 2,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// The branch rules of the default branch demand at most two approvals of a change. Rulesets of the
    /// repository and of its organization count, and the protection of the branch; the strictest decides. The
    /// number is ours: there is no literature on it.
    ///
    /// ## Why it matters
    ///
    /// Every approval is somebody to wait for, one after the other. Whoever comes third relies on the two
    /// before, and looks less.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- (forge) --
    /// branch main: 3 approvals, code owners
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/web
    /// -- (forge) --
    /// branch main: 2 approvals, code owners
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-approvals`: how many approvals a change may need. Default: `2`.
    ///
    /// ## Needs
    ///
    /// The forge (`--online`).
    id: "approvals/required-chain",
    summary: "a change needs more approvals than help it",
    level: Note, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [Forge, BranchRules],
    options: RequiredChain,
    check: Repository(check),
}

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let most = settings.options::<RequiredChain>().max_approvals;
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
    if rules.approvals <= most {
        return Verdict::Pass;
    }
    let (branch, approvals) = (
        forge.default_branch.as_deref().unwrap_or_default(),
        rules.approvals,
    );
    let message = format!("a change of `{branch}` needs {approvals} approvals, more than {most}");
    let file = view.ownership_file().map(|file| file.text().path().clone());
    let location = match file {
        Some(path) => Location::file(path, "owners approve by these lines"),
        None => Location::repository(""),
    };
    Violation::new(location, message)
        .help("let the owners of what changes decide alone, and demand less of all others")
        .key("")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn more_than_two_are_too_many() {
        let repository = || MiniRepository::owned("* @acme/web", ["a"]);
        expect![[r#"
            fail CODEOWNERS a change of `main` needs 3 approvals, more than 2
              help: let the owners of what changes decide alone, and demand less of all others
        "#]]
        .assert_eq(
            &repository()
                .forge("branch main: 3 approvals\n")
                .check(&RULE),
        );
        let two = repository().forge("branch main: 2 approvals, code owners\n");
        assert_eq!(two.check(&RULE), "pass\n");
        let one = RequiredChain { max_approvals: 1 };
        assert!(two.check_with(&RULE, one).starts_with("fail "));
    }
}
