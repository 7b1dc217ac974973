//! `teams/leaderless`

use crate::policy::{NoOptions, Settings};
use crate::rules::{Verdict, View, Violation, declare_rule};

use crate::rules::staffing;

declare_rule! {
    /// ## What it checks
    ///
    /// A team that owns anything names who leads it (`lead` of a roster's team). The rule applies where some team
    /// names its lead: most sources of teams, the forge among them, do not record one.
    ///
    /// ## Why it matters
    ///
    /// What belongs to everyone in a team is decided by nobody; others do not know whom to ask.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[rosters]]
    /// file = "people.toml"
    /// -- CODEOWNERS --
    /// * @acme/core @acme/web
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@ann", "@ben", "@cid"]
    /// lead = "@ann"
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@ann", "@ben", "@cid"]
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[rosters]]
    /// file = "people.toml"
    /// -- CODEOWNERS --
    /// * @acme/core @acme/web
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@ann", "@ben", "@cid"]
    /// lead = "@ann"
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@ann", "@ben", "@cid"]
    /// lead = "@ben"
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The rosters and the descriptors.
    id: "teams/leaderless",
    summary: "a team names nobody who leads it",
    level: Note, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog, Members],
    options: NoOptions,
    check: Team(check),
}

fn check(team: usize, view: &View<'_>, _: &Settings) -> Verdict {
    let record = &view.directory.teams()[team];
    if !view.directory.names_leads() || !staffing::owns_anything(team, view) {
        return Verdict::NotApplicable;
    }
    if record.lead().is_some() {
        return Verdict::Pass;
    }
    Violation::new(
        record.location().clone(),
        format!("`{}` has no lead", record.label),
    )
    .owners([record.label.clone()])
    .help("name one: `lead = \"@user\"`")
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn where_leads_are_recorded_every_team_has_one() {
        let teams =
            "[[teams]]\nhandle = \"@acme/a\"\nlead = \"@ann\"\n[[teams]]\nhandle = \"@acme/b\"\n";
        let repository = MiniRepository::owned("* @acme/a @acme/b", ["x"]);
        expect![[r#"
            fail bailiwick.toml:5:10 `@acme/b` has no lead
              help: name one: `lead = "@user"`
        "#]]
        .assert_eq(&repository.declare(teams).check(&RULE));
        let unrecorded = MiniRepository::owned("* @acme/b", ["x"]);
        let unrecorded = unrecorded.declare("[[teams]]\nhandle = \"@acme/b\"\n");
        assert_eq!(unrecorded.check(&RULE), "not applicable\n");
    }
}
