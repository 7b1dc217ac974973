//! `ownership/personal-owner`

use crate::codeowners::OwnerKind;
use crate::policy::{NoOptions, Settings};
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Every line with owners names a team. Users and e-mail addresses may stand beside it, but not
    /// alone. The rule applies where an organization is at work: where some line names a team, or a
    /// roster exists.
    ///
    /// ## Why it matters
    ///
    /// A person goes on holiday, changes teams or leaves; the line stays, and its files wait for
    /// somebody who does not come.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /docs/ @ann @bob
    /// -- src/main.rs --
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /docs/ @acme/docs @ann @bob
    /// -- src/main.rs --
    /// -- docs/guide.md --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file.
    id: "ownership/personal-owner",
    summary: "a line is owned by persons only, not by a team",
    level: Off, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [OwnershipFile],
    options: NoOptions,
    check: OwnershipRule(check),
}

fn check(line: RuleLine<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let rule = line.rule();
    let owners = rule.owners();
    let unclear = owners.iter().any(|owner| owner.kind() == OwnerKind::Glued);
    if !view.organization_mode || owners.is_empty() || unclear {
        return Verdict::NotApplicable;
    }
    if owners.iter().any(|owner| owner.kind() == OwnerKind::Team) {
        return Verdict::Pass;
    }
    let pattern = rule.pattern_text();
    Violation::new(
        line.line("no team"),
        format!("`{pattern}` is owned by persons only"),
    )
    .owners(rule.owner_names())
    .help("name the team that answers when they are away")
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn lines_of_persons_only() {
        let text = "* @acme/core\n/a @ann bob@acme.test\n/b @acme/core @ann\n/c\n/d @ann@bob\n";
        expect![[r#"
            fail CODEOWNERS:2:1 `/a` is owned by persons only
              help: name the team that answers when they are away
        "#]]
        .assert_eq(&MiniRepository::owned(text, ["a"]).check(&RULE));
    }

    #[test]
    fn outside_of_an_organization_persons_are_all_there_is() {
        let repository = MiniRepository::owned("* @ann", ["a"]);
        assert_eq!(repository.check(&RULE), "not applicable\n");
        let found = repository
            .roster(&[], &[("acme/core", &["ann"])])
            .check(&RULE);
        assert!(found.starts_with("fail"), "{found}");
    }
}
