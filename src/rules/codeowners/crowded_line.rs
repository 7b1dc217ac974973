//! `codeowners/crowded-line`

use std::collections::BTreeSet;

use crate::codeowners::OwnerKind;
use crate::facts::{Gap, GapKind};
use crate::identity::Standing;
use crate::policy::Settings;
use crate::rules::{RuleLine, Verdict, View, Violation, declare_rule};
use crate::text::number;

crate::options! {
    /// The options of `codeowners/crowded-line`.
    pub(crate) struct CrowdedLine {
        /// The most owners that a line may name.
        max_owners("max-owners"): u32 = 5,
        /// The most people that the owners of a line may be, where rosters name the members of all its
        /// teams.
        max_people("max-people"): u32 = 15,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A line names at most 5 owners, and where rosters name the members of all its teams, its owners
    /// are at most 15 people. Both numbers are defaults of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// The forge asks every owner of a line for a review. What dozens are asked for nobody feels asked
    /// for, and the notifications drown those that matter. A project whose changes pinged 50 people
    /// each tells of it in knative/serving#297.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann @bob @cat @dan @eve @fay
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- src/main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-owners`: the most owners that a line may name. Default: `5`.
    /// - `max-people`: the most people that its owners may be. Default: `15`.
    ///
    /// ## Needs
    ///
    /// The ownership file; for the people of teams, rosters.
    id: "codeowners/crowded-line",
    summary: "a line asks too many people for every review",
    level: Note, strict: Warning,
    status: Stable,
    organizational: false,
    needs: [OwnershipFile, Members],
    options: CrowdedLine,
    check: OwnershipRule(check),
}

fn check(line: RuleLine<'_>, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<CrowdedLine>();
    let (max_owners, max_people) = (options.max_owners as usize, options.max_people as usize);
    let owners = line.owner_set().len();
    if owners == 0 {
        return Verdict::NotApplicable;
    }
    let message = if owners > max_owners {
        format!(
            "the line names {} owners, more than {}",
            number(owners),
            number(max_owners)
        )
    } else {
        match people(line, view) {
            Some(people) if people > max_people => format!(
                "the owners of the line are {} people, more than {}",
                number(people),
                number(max_people)
            ),
            Some(_) => return Verdict::Pass,
            None if view.directory.is_empty() => return Verdict::Pass,
            None => return Verdict::Skip(unknown_team()),
        }
    };
    Violation::new(line.line("all are asked at once"), message)
        .owners(line.rule().owner_names())
        .help("name the one team that answers, or own the folders below separately")
        .key("")
        .into()
}

/// How many people the owners of a line are; none where no roster says it of one of its teams.
fn people(line: RuleLine<'_>, view: &View<'_>) -> Option<usize> {
    let mut people = BTreeSet::new();
    for owner in line.rule().owners() {
        match view.directory.logins(owner) {
            Some(members) => people.extend(members),
            None if owner.kind() == OwnerKind::Team => {
                // A team that does not exist, which is the finding of another rule, is nobody.
                let Standing::Unknown(_) = view.directory.standing(owner) else {
                    return None;
                };
            }
            // An address that no roster has is somebody all the same.
            None => people.extend([owner.normalized()]),
        }
    }
    Some(people.len())
}

/// The same words for every team, so that a report has one line for all of them.
fn unknown_team() -> Gap {
    Gap::new(
        GapKind::Unverifiable,
        "no roster names the members of a team of the line",
    )
    .remedy("name a roster that has the team under `[[rosters]]`")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{CrowdedLine, RULE};
    use crate::rules::testing::MiniRepository;

    #[test]
    fn owners_at_and_over_the_limit() {
        let text = "/a @a @b @c @d @e @A\n/b @a @b @c @d @e f@acme.test\n/c\n";
        expect![[r#"
            fail CODEOWNERS:2:1 the line names 6 owners, more than 5
              help: name the one team that answers, or own the folders below separately
        "#]]
        .assert_eq(&MiniRepository::owned(text, ["a"]).check(&RULE));
        let options = CrowdedLine {
            max_owners: 6,
            ..CrowdedLine::default()
        };
        assert_eq!(
            MiniRepository::owned(text, ["a"]).check_with(&RULE, options),
            "pass\n"
        );
    }

    #[test]
    fn people_at_and_over_the_limit_where_all_teams_are_known() {
        let members: Vec<String> = (0..15).map(|number| format!("user-{number}")).collect();
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        let text = "/a @acme/all @User-3\n/b @acme/all @zoe\n/c @acme/all @other/team\n/d @acme/all @acme/gone\n";
        let repository =
            MiniRepository::owned(text, ["a"]).roster(&["acme"], &[("acme/all", &members)]);
        expect![[r#"
            fail CODEOWNERS:2:1 the owners of the line are 16 people, more than 15
              help: name the one team that answers, or own the folders below separately
            skip no roster names the members of a team of the line
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn without_rosters_teams_are_not_counted_in_people() {
        assert_eq!(
            MiniRepository::owned("* @acme/all", ["a"]).check(&RULE),
            "pass\n"
        );
        assert_eq!(
            MiniRepository::owned("*", ["a"]).check(&RULE),
            "not applicable\n"
        );
    }
}
