//! `teams/understaffed`

use crate::policy::Settings;
use crate::rules::staffing;
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `teams/understaffed`.
    pub(crate) struct Understaffed {
        /// The fewest members of a team.
        min_members("min-members"): u32 = 3,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A team that owns anything has at least 3 members. Who is in a team is known where a roster is complete for
    /// its organization; else the rule skips. People of teams that are parts of the team count. Three is a default
    /// of ours: of two, one is away when the other is ill.
    ///
    /// ## Why it matters
    ///
    /// A team that is one holiday away from nobody cannot answer for what runs at night.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- CODEOWNERS --
    /// * @acme/core @acme/web
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@a1", "@a2"]
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@a1", "@a2", "@a3"]
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- CODEOWNERS --
    /// * @acme/core @acme/web
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@a1", "@a2", "@a3"]
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@a1", "@a2", "@a3"]
    /// ```
    ///
    /// ## Options
    ///
    /// - `min-members`: the fewest members of a team. Default: `3`.
    ///
    /// ## Needs
    ///
    /// The rosters and the descriptors.
    id: "teams/understaffed",
    summary: "a team has too few members to carry what it owns",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog, Members],
    options: Understaffed,
    check: Team(check),
}

fn check(team: usize, view: &View<'_>, settings: &Settings) -> Verdict {
    let fewest = settings.options::<Understaffed>().min_members as usize;
    if !staffing::owns_anything(team, view) {
        return Verdict::NotApplicable;
    }
    let (people, complete) = view.graph.people_of(team);
    let record = &view.directory.teams()[team];
    if people.len() >= fewest {
        return Verdict::Pass;
    }
    if !complete {
        return Verdict::Skip(staffing::unverifiable(&record.label));
    }
    let members = match people.len() {
        0 => "no members".to_owned(),
        some => count(some, "member"),
    };
    Violation::new(
        record.location().clone(),
        format!("`{}` has {members}, fewer than {fewest}", record.label),
    )
    .owners([record.label.clone()])
    .help("let more people join it, or hand over what it owns")
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    #[test]
    fn only_teams_that_own_something_need_people() {
        let teams: &[(&str, &[&str])] = &[
            ("acme/idle", &[]),
            ("acme/none", &[]),
            ("acme/two", &["a", "b"]),
            ("acme/three", &["a", "b", "c"]),
        ];
        let text = "* @acme/two @acme/three\n/a @acme/none\n";
        let repository = MiniRepository::owned(text, ["a", "b"]).roster(&["acme"], teams);
        expect![[r#"
            fail people.toml:5:10 `@acme/none` has no members, fewer than 3
              help: let more people join it, or hand over what it owns
            fail people.toml:8:10 `@acme/two` has 2 members, fewer than 3
              help: let more people join it, or hand over what it owns
        "#]]
        .assert_eq(&repository.check(&RULE));
        let unknown = MiniRepository::owned(text, ["a", "b"]).roster(&[], teams);
        let found = unknown.check(&RULE);
        assert!(
            found.starts_with("skip") && !found.contains("fail"),
            "{found}"
        );
    }
}
