//! `teams/oversized`

use crate::facts::Place;
use crate::policy::Settings;
use crate::rules::staffing;
use crate::rules::{Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `teams/oversized`.
    pub(crate) struct Oversized {
        /// The most members of a team.
        max_members("max-members"): u32 = 9,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A team has at most 9 members. Who is in a team is known where a roster is complete for its organization;
    /// else the rule skips. A team that consists of other teams is judged by its own members alone.
    ///
    /// Source: Skelton and Pais, *Team Topologies*: seven to nine people, the most among whom trust is high.
    ///
    /// ## Why it matters
    ///
    /// Beyond that nobody knows what everybody does; work is coordinated instead of done, and responsibility is
    /// somebody else's.
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
    /// members = ["@a1", "@a2", "@a3", "@a4", "@a5", "@a6", "@a7", "@a8", "@a9", "@a10"]
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
    /// members = ["@a1", "@a2", "@a3", "@a4", "@a5", "@a6", "@a7", "@a8", "@a9"]
    /// [[teams]]
    /// handle = "@acme/web"
    /// members = ["@a1", "@a2", "@a3"]
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-members`: the most members of a team. Default: `9`.
    ///
    /// ## Needs
    ///
    /// The rosters and the descriptors.
    id: "teams/oversized",
    summary: "a team has more members than one team can be",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Catalog, Members],
    options: Oversized,
    check: Team(check),
}

fn check(team: usize, view: &View<'_>, settings: &Settings) -> Verdict {
    let most = settings.options::<Oversized>().max_members as usize;
    // A forge has teams of everybody, which are there to be told things.
    let record = &view.directory.teams()[team];
    if record.location().place == Place::Repository && !staffing::owns_anything(team, view) {
        return Verdict::NotApplicable;
    }
    let members = match staffing::members(team, view) {
        Ok(members) => members,
        Err(verdict) => return verdict,
    };
    if members <= most {
        return Verdict::Pass;
    }
    Violation::new(
        record.location().clone(),
        format!("`{}` has {members} members, more than {most}", record.label),
    )
    .owners([record.label.clone()])
    .help("split it along what it answers for")
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Oversized, RULE};
    use crate::rules::testing::MiniRepository;

    #[test]
    fn a_team_at_and_beyond_the_border() {
        let teams: &[(&str, &[&str])] =
            &[("acme/three", &["a", "b", "c"]), ("acme/two", &["a", "b"])];
        let repository = MiniRepository::new("-- a --\n").roster(&["acme"], teams);
        expect![[r#"
            fail people.toml:2:10 `@acme/three` has 3 members, more than 2
              help: split it along what it answers for
        "#]]
        .assert_eq(&repository.check_with(&RULE, Oversized { max_members: 2 }));
        let unknown = MiniRepository::new("-- a --\n").roster(&[], teams);
        let found = unknown.check(&RULE);
        assert!(found.starts_with("skip"), "{found}");
    }
}
