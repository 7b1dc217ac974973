//! `ownership/unknown-owner`

use crate::codeowners::{Owner, OwnerKind};
use crate::facts::{Gap, GapKind, Location};
use crate::policy::{NoOptions, Settings};
use crate::rules::dropped::{Somebody, foreign, somebody};
use crate::rules::{OwnerUse, Verdict, View, Violation, declare_rule};
use crate::text::{count, did_you_mean};

declare_rule! {
    /// ## What it checks
    ///
    /// Every owner that the ownership file names is somebody: a person or a team of a roster. An owner
    /// is unknown only where a roster says that it is complete for the owner's organization (`covers`);
    /// for a user or an e-mail address, that is the organization of the repository. Where no roster is
    /// complete the owner cannot be verified, and the rule says that it was skipped.
    ///
    /// Where the forge is asked, its own list of members and teams is such a roster, but for people who work with
    /// the organization from outside; and whomever it takes as an owner of the file it knows, whatever its list
    /// lacks. An owner whom its list lacks and whom it drops from the file is unknown. Of one who is in the
    /// organization and cannot write `ownership/powerless-owner` tells. It is asked for the organizations of the
    /// repositories that are read, and for no other: a repository is given to teams of its own organization alone.
    ///
    /// ## Why it matters
    ///
    /// The forge drops an owner that does not exist, and reports it only to those who look at the
    /// ownership file itself. When people leave and teams are renamed, files lose their owners this way.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@ann", "@bob", "@eve"]
    /// -- CODEOWNERS --
    /// * @acme/code
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// extends = ["bailiwick:recommended"]
    ///
    /// [[rosters]]
    /// file = "people.toml"
    /// covers = ["@acme"]
    /// -- people.toml --
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@ann", "@bob", "@eve"]
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The ownership file, and a roster that is complete for an organization; the forge (`--online`) has one, and
    /// says which owners it takes.
    id: "ownership/unknown-owner",
    summary: "an owner is in no roster, though one is complete",
    level: Error, strict: Error,
    status: Stable,
    organizational: true,
    needs: [OwnershipFile, Roster, Members, OwnerErrors],
    options: NoOptions,
    check: Owner(check),
    places: [Summary],
}

fn check(owner: &OwnerUse<'_>, view: &View<'_>, _: &Settings) -> Verdict {
    let Some((&(first, written), others)) = owner.uses.split_first() else {
        return Verdict::NotApplicable;
    };
    if view.directory.is_empty() || written.kind() == OwnerKind::Glued {
        return Verdict::NotApplicable;
    }
    let (source, is_dropped) = match somebody(owner, view) {
        Somebody::Known => return Verdict::Pass,
        Somebody::Unknown { source, is_dropped } => (source, is_dropped),
        Somebody::Unverifiable(reason) => {
            let reason = match foreign(written, view) {
                Some(organization) => format!(
                    "no roster covers `@{organization}`, and the forge was not asked for its teams: a repository \
                     is given to teams of its own organization alone"
                ),
                None => reason,
            };
            let remedy = "name a roster that is complete: `covers` under `[[rosters]]`";
            return Verdict::Skip(Gap::new(GapKind::Unverifiable, reason).remedy(remedy));
        }
    };
    let text = owner.file.text();
    let label = match others.len() {
        0 => "unknown".to_owned(),
        others => format!("unknown, and on {}", count(others, "other line")),
    };
    let violation = Violation::new(
        Location::of(text, written.span(), label),
        format!(
            "`{}` is not in `{source}`, {}",
            written.text(),
            match is_dropped {
                true => "and the forge drops it from the ownership file",
                false => "which says that it is complete",
            }
        ),
    );
    let others = others.iter();
    let others = others.map(|(_, owner)| Location::of(text, owner.span(), "named here too"));
    let places: Vec<Location> = std::iter::once(violation.primary.clone())
        .chain(others)
        .collect();
    let colleagues = owner.file.rules()[first].owners().iter();
    let colleagues = colleagues.filter(|other| other.normalized() != written.normalized());
    let violation = violation.places(places);
    let help = match nearest(written, view) {
        Some(near) => format!("did you mean `{near}`? Else name who answers now"),
        None if is_dropped => "name who answers now, or let them join the organization".to_owned(),
        None => format!("name who answers now, or add them to `{source}`"),
    };
    violation
        .owners(colleagues.map(|owner| owner.text().to_owned()))
        .help(help)
        .into()
}

/// The owner of the same kind that was probably meant.
fn nearest<'v>(owner: &Owner, view: &'v View<'_>) -> Option<&'v str> {
    let handles = view.handles();
    if handles.len() > view.most_candidates() {
        return None;
    }
    let is_alike = |handle: &&str| OwnerKind::of(handle) == Some(owner.kind());
    let candidates = handles.iter().map(String::as_str).filter(is_alike);
    did_you_mean(owner.text(), candidates)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    const TEAMS: &[(&str, &[&str])] = &[("acme/core", &["ann"]), ("acme/docs", &["bob"])];

    #[test]
    fn an_unknown_owner_is_one_finding_however_often_it_is_named() {
        let text = "/a @acme/Cor @ann\n/b @acme/cor @acme/docs\n/c @zoe\n/d zoe@acme.test\n";
        let repository = MiniRepository::owned(text, ["a"]).roster(&["acme"], TEAMS);
        expect![[r#"
            fail CODEOWNERS:1:4 `@acme/Cor` is not in `people.toml`, which says that it is complete
              at CODEOWNERS:1:4 unknown, and on 1 other line
              at CODEOWNERS:2:4 named here too
              help: did you mean `@acme/core`? Else name who answers now
            fail CODEOWNERS:3:4 `@zoe` is not in `people.toml`, which says that it is complete
              help: name who answers now, or add them to `people.toml`
            skip the rosters do not say everyone's e-mail address
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn reports_every_line_that_names_the_owner() {
        let text = "/a @zoe\n".repeat(9);
        let repository = MiniRepository::owned(&text, ["a"]).roster(&["acme"], TEAMS);
        assert_eq!(repository.check(&RULE).matches("named here too").count(), 8);
    }

    #[test]
    fn what_no_roster_covers_is_unverifiable() {
        let text = "* @other/team\n/a @glued@handles\n/b @acme/core\n";
        let repository = MiniRepository::owned(text, ["a"]);
        assert_eq!(repository.check(&RULE), "not applicable\n");
        let repository = repository.roster(&["acme"], TEAMS);
        assert_eq!(repository.check(&RULE), "skip no roster covers `@other`\n");
    }

    #[test]
    fn other_organizations_are_not_asked_for_their_teams() {
        let repository = |ownership| {
            MiniRepository::owned(ownership, ["a"])
                .forge_roster(&["ann", "bob"], &[("acme/core", &["ann"])])
        };
        let dropped = repository("* @Other/team\n").forge("line 1: Unknown owner @Other/team\n");
        expect![[r#"
            skip no roster covers `@Other`, and the forge was not asked for its teams: a repository is given to teams of its own organization alone
        "#]].assert_eq(&dropped.check(&RULE));
        // Whom the forge takes it knows, wherever they are.
        let taken = repository("* @other/team\n").forge("line 1: fine\n");
        assert_eq!(taken.check(&RULE), "pass\n");
    }

    #[test]
    fn whom_the_forge_takes_it_knows() {
        let text = "* @acme/core @acme/secret @guest\n";
        let repository = || {
            MiniRepository::owned(text, ["a"])
                .forge_roster(&["ann", "bob"], &[("acme/core", &["ann"])])
        };
        // Its list alone knows neither every team nor who helps from outside.
        expect![[r#"
            fail CODEOWNERS:1:14 `@acme/secret` is not in `github.com/acme`, which says that it is complete
              help: did you mean `@acme/core`? Else name who answers now
            skip github.com/acme lacks them, but does not say who works with it from outside
        "#]]
        .assert_eq(&repository().check(&RULE));
        assert_eq!(repository().forge("line 1: fine\n").check(&RULE), "pass\n");
        // What people wrote decides by itself.
        let written = MiniRepository::owned(text, ["a"]).roster(&["acme"], TEAMS);
        let found = written.forge("line 1: fine\n").check(&RULE);
        assert_eq!(
            found.matches("is not in `people.toml`").count(),
            2,
            "{found}"
        );
    }
}
