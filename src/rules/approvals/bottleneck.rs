//! `approvals/bottleneck`

use crate::analysis::Measures;
use crate::analysis::load::{Load, OwnerLoad};
use crate::analysis::reviews::Approvals;
use crate::codeowners::OwnershipFile;
use crate::graph::Actor;
use crate::identity::name_of;
use crate::policy::{Level, Percent, Settings};
use crate::rules::changes::{enough, first_line, first_named, groups, here, tenths};
use crate::rules::{Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `approvals/bottleneck`.
    pub(crate) struct Bottleneck {
        /// The largest share of changes, in percent, that may need one person or team.
        max_share("max-share"): Percent = Percent(50.0),
        /// As how few people who approve the same those who approve may count.
        minimum_approvers("minimum-approvers"): u32 = 2,
        /// Over how many days changes are looked at.
        days("days"): u32 = 90,
        /// How many changes there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
        /// How many groups of owners there must be for the rule to apply.
        minimum_groups("minimum-groups"): u32 = 3,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// The changes of the last 90 days are run past the ownership file as it is now. At most 50 % of them need
    /// one and the same person or team, without whom no approval is possible, and those who approve count as at
    /// least 2 people who approve the same (1 / HHI, the inverse of the sum of squared shares, where rosters say
    /// completely who is in the teams). Changes of a team's own people do not wait for it, and are not counted
    /// against it; where no roster says completely who is in a team they cannot be told apart, and the finding
    /// is a note. Changes of bots count nowhere.
    ///
    /// That is who is needed. Where the forge is asked, the rule says as well who really approves: of the pull
    /// requests that were merged in the last 90 days, and that somebody approved, one person approved at most
    /// 50 %, and those who approved count as at least 2 people who approve the same. The latter then counts
    /// instead of what the ownership file leads to expect. A person whom the ownership file does not name is
    /// counted, not named, unless the policy says `name-people`.
    ///
    /// The rule applies where an organization is at work, from 20 changes on, and where at least 3 groups of
    /// owners decide over files: of two groups one is always needed by half of the changes. What was approved is
    /// judged from 20 pull requests on that at least 4 people opened or approved: of fewer one always approves
    /// most. All numbers are defaults of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// Everyone's work waits in one queue. Those who stand at its end are asked about code that they do not know,
    /// and answer late, or without looking.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "ownership/fallback-owner" = "off"
    /// [rules."approvals/bottleneck"]
    /// minimum-changes = 4
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /api/ @acme/api
    /// /web/ @acme/web
    /// -- api/main.rs --
    /// -- lib/a.rs --
    /// -- web/index.ts --
    /// -- (history) --
    /// 2026-01-05 ann: api/main.rs lib/a.rs
    /// 2026-01-06 ben: web/index.ts lib/a.rs
    /// 2026-01-07 ann: api/main.rs lib/a.rs
    /// 2026-01-08 ben: web/index.ts
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "ownership/fallback-owner" = "off"
    /// [rules."approvals/bottleneck"]
    /// minimum-changes = 4
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /api/ @acme/api
    /// /lib/ @acme/api @acme/web
    /// /web/ @acme/web
    /// -- api/main.rs --
    /// -- lib/a.rs --
    /// -- web/index.ts --
    /// -- (history) --
    /// 2026-01-05 ann: api/main.rs lib/a.rs
    /// 2026-01-06 ben: web/index.ts lib/a.rs
    /// 2026-01-07 ann: api/main.rs lib/a.rs
    /// 2026-01-08 ben: web/index.ts
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of changes, in percent, that may need one person or team. Default: `50`.
    /// - `minimum-approvers`: as how few people who approve the same those who approve may count. Default: `2`.
    /// - `days`: over how many days changes are looked at. Default: `90`.
    /// - `minimum-changes`: how many changes there must be for the rule to apply. Default: `20`.
    /// - `minimum-groups`: how many groups of owners there must be for the rule to apply. Default: `3`.
    ///
    /// ## Needs
    ///
    /// The ownership file, and the history or the forge (`--online`); rosters that are complete, to tell whose
    /// own changes are whose.
    id: "approvals/bottleneck",
    summary: "most changes need one person or team, or are approved by one",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [Tree, OwnershipFile, Past, Members, Pulls, PastOrForge],
    options: Bottleneck,
    check: OwnershipFile(check),
}

fn check(file: &OwnershipFile, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Bottleneck>();
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    if !view.organization_mode {
        return Verdict::NotApplicable;
    }
    let approved = approved(view, measures, options);
    let flow = match groups(view) < options.minimum_groups as usize {
        true => Err(Verdict::NotApplicable),
        false => enough(view, options.days, options.minimum_changes),
    };
    let flow = match (flow, &approved) {
        // What was asked for and not had is told where nothing else tells anything.
        (Err(verdict), None) => match view.pulls() {
            Err(gap) if view.unread_history().is_some() => return Verdict::Skip(gap),
            _ => return verdict,
        },
        (flow, _) => flow,
    };
    let mut violations = Vec::new();
    if let Ok(flow) = &flow {
        violations = all_needed(file, view, here(view, flow), approved.as_ref(), options);
    }
    let is_told = |who: &Actor| {
        let name = view.graph.actor_label(who).to_lowercase();
        violations.iter().any(|it| it.key.as_ref() == Some(&name))
    };
    if let Some(approved) = &approved
        && let Some((who, count)) = approved.by_person.first()
        && *count as f64 * 100.0 > options.max_share.0 * approved.pulls as f64
        && !is_told(who)
    {
        violations.push(approves_most(file, view, measures, approved, who, options));
    }
    if violations.is_empty() {
        let few = match (&approved, &flow) {
            (Some(approved), _) => few_approve(file, approved, options),
            (None, Ok(flow)) => few(file, here(view, flow), options),
            (None, Err(_)) => None,
        };
        violations.extend(few);
    }
    violations.into()
}

/// How few people there may be among whom approvals are judged: of fewer one always approves most.
const FEWEST_PEOPLE: usize = 4;

/// Who approved what was merged, where that is known of enough.
fn approved(view: &View<'_>, measures: &Measures<'_>, options: &Bottleneck) -> Option<Approvals> {
    let reviews = measures.reviews(view.place)?;
    let approved = reviews.approvals(measures.days_ago(options.days));
    let is_enough =
        approved.pulls >= options.minimum_changes as usize && approved.people >= FEWEST_PEOPLE;
    (is_enough && approved.pulls > 0).then_some(approved)
}

/// The owners whom most changes need, by the ownership file.
fn all_needed(
    file: &OwnershipFile,
    view: &View<'_>,
    load: &Load,
    approved: Option<&Approvals>,
    options: &Bottleneck,
) -> Vec<Violation> {
    let Some(measures) = view.measures else {
        return Vec::new();
    };
    let replay = measures.replay();
    let named = |actor: &Actor| {
        let mut all = replay
            .repository(view.place)
            .into_iter()
            .flat_map(|it| &it.named);
        let place = replay.place_of(actor);
        all.any(|&group| place.is_some_and(|it| replay.group(group).actors.contains(&it)))
    };
    let is_most =
        |owner: &&OwnerLoad| load.share(owner.needed_by_others) * 100.0 > options.max_share.0;
    let owners: Vec<&OwnerLoad> = load.owners.iter().filter(is_most).collect();
    let (written, behind): (Vec<&OwnerLoad>, Vec<&OwnerLoad>) = owners
        .into_iter()
        .partition(|owner| named(replay.actor(owner.actor)));
    let needed = |owner: &OwnerLoad, who: &str| {
        let mut violation = needed(file, measures, load, owner, who, options.days);
        let actor = replay.actor(owner.actor);
        // Whether they really approve as much is the same fact.
        if let Some(approved) = approved.filter(|_| !actor.is_team()) {
            let (count, all) = (approved.by(actor), approved.pulls);
            violation.message += &format!("; they approved {count} of {all} merged pull requests");
        }
        violation
    };
    let written: Vec<Violation> = written
        .into_iter()
        .map(|owner| needed(owner, &label(view, replay.actor(owner.actor))))
        .collect();
    match behind.first() {
        Some(owner) if written.is_empty() => {
            // Whoever is alone in several teams; who that is the ownership file does not say.
            let who = match measures.names_people {
                true => label(view, replay.actor(owner.actor)),
                false => "one person, who is alone in several teams".into(),
            };
            vec![needed(owner, &who)]
        }
        _ => written,
    }
}

/// One person approved most of what was merged.
fn approves_most(
    file: &OwnershipFile,
    view: &View<'_>,
    measures: &Measures<'_>,
    approved: &Approvals,
    who: &Actor,
    options: &Bottleneck,
) -> Violation {
    let name = view.graph.actor_label(who);
    let mut owners = file.rules().iter().flat_map(|rule| rule.owners());
    let is_named = owners.any(|owner| {
        let owner = name_of(owner.kind(), owner.text());
        owner.is_some_and(|owner| view.graph.actor(&owner) == *who)
    });
    let (count, all) = (approved.by(who), approved.pulls);
    let days = options.days;
    let tells = |who: &str| {
        format!(
            "{who} approved {count} of {all} pull requests that were merged in the last {days} days"
        )
    };
    let help = "let others review in turns, and name them for the paths that they know";
    if !is_named && !measures.names_people {
        return Violation::new(first_line(file, "these decide"), tells("one person"))
            .help(help)
            .key("approves most");
    }
    let location = match is_named {
        true => first_named(file, &name, "approves most"),
        false => first_line(file, "these decide"),
    };
    Violation::new(location, tells(&format!("`{name}`")))
        .owners([name.clone()])
        .help(help)
        .key(name.to_lowercase())
}

/// Few people approved nearly everything that was merged.
fn few_approve(
    file: &OwnershipFile,
    approved: &Approvals,
    options: &Bottleneck,
) -> Option<Violation> {
    let effective = approved.effective_approvers()?;
    (effective < f64::from(options.minimum_approvers) - 1e-9).then(|| {
        let message = format!(
            "{} people approved the {} pull requests that were merged in the last {} days, and count as {} who approve the same",
            approved.by_person.len(),
            approved.pulls,
            options.days,
            tenths(effective)
        );
        Violation::new(first_line(file, "these decide"), message)
            .help("let more people review, in turns")
            .key("few")
    })
}

fn label(view: &View<'_>, actor: &Actor) -> String {
    format!("`{}`", view.graph.actor_label(actor))
}

/// Most changes need an owner.
fn needed(
    file: &OwnershipFile,
    measures: &Measures<'_>,
    load: &Load,
    owner: &OwnerLoad,
    who: &str,
    days: u32,
) -> Violation {
    let is_known = measures
        .people_behind(measures.replay().actor(owner.actor))
        .is_some();
    let name = who.trim_matches('`');
    let location = first_named(file, name, "no approval does without it");
    let (count, all) = (owner.needed_by_others, load.changes);
    let own = match owner.needed - count {
        0 => String::new(),
        own => format!(", beside {own} of its own"),
    };
    let message = format!("{count} of {all} changes of the last {days} days need {who}{own}");
    let violation = Violation::new(location, message)
        .help("name those who know the code for their paths, alone or beside it")
        .key(name.to_lowercase());
    let violation = match who.starts_with('`') {
        true => violation.owners([name.to_owned()]),
        false => violation,
    };
    match is_known {
        true => violation,
        // Its own people may have made all of these changes.
        false => violation.at_most(Level::Note),
    }
}

/// Few people approve nearly everything.
fn few(file: &OwnershipFile, load: &Load, options: &Bottleneck) -> Option<Violation> {
    let effective = load.effective_approvers()?;
    let asking = load.changes - load.free;
    let is_few = asking >= options.minimum_changes as usize
        && effective < f64::from(options.minimum_approvers) - 1e-9;
    is_few.then(|| {
        let people = load.people.iter().filter(|person| person.load > 0.0).count();
        let message = format!(
            "approvals of {asking} changes of the last {} days fall to few: {people} people count as {} who approve the same",
            options.days,
            tenths(effective)
        );
        Violation::new(first_line(file, "these decide"), message)
            .help("let more people approve: name teams instead of persons, or let more people join them")
            .key("few")
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Bottleneck, RULE};
    use crate::rules::testing::MiniRepository;

    const OWNERSHIP: &str = "* @acme/core\n/api/ @acme/api\n/web/ @acme/web\n/ann/ @ann\n";
    const EMAILS: &str = "[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n\
        [[people]]\nlogin = \"@ben\"\nemails = [\"ben@acme.test\"]\n";

    /// A repository with so many changes at each path, by these people.
    fn repository(ownership: &str, changes: &[(&str, &str, usize)]) -> MiniRepository {
        let line = |&(author, path, count): &(&str, &str, usize)| {
            format!("2026-01-05 {author}: {path}\n").repeat(count)
        };
        let commits: String = changes.iter().map(line).collect();
        MiniRepository::new(&format!(
            "-- CODEOWNERS --\n{ownership}-- api/x --\n-- web/x --\n-- lib --\n-- ann/x --\n-- (history) --\n{commits}"
        ))
    }

    #[test]
    fn more_than_half_is_too_much() {
        let of = |lib, web| repository(OWNERSHIP, &[("eve", "lib", lib), ("eve", "web/x", web)]);
        expect![[r#"
            fail CODEOWNERS:1:3 11 of 20 changes of the last 90 days need `@acme/core`
              at most note
              help: name those who know the code for their paths, alone or beside it
        "#]]
        .assert_eq(&of(11, 9).check(&RULE));
        assert_eq!(of(10, 10).check(&RULE), "pass\n");
        assert_eq!(of(11, 8).check(&RULE), "not applicable\n", "19 changes");
        let bots = repository(
            OWNERSHIP,
            &[
                ("dependabot[bot]", "lib", 40),
                ("eve", "web/x", 11),
                ("eve", "api/x", 11),
            ],
        );
        assert_eq!(bots.check(&RULE), "pass\n");
    }

    #[test]
    fn own_changes_do_not_wait() {
        let teams: &[(&str, &[&str])] = &[
            ("acme/core", &["ann", "ben"]),
            ("acme/api", &["cid", "dan"]),
            ("acme/web", &["eve", "fay"]),
        ];
        let of = |author, count| {
            let changes = [
                ("eve", "lib", 11),
                (author, "lib", count),
                ("eve", "web/x", 10),
            ];
            repository(OWNERSHIP, &changes)
                .roster(&["acme"], teams)
                .declare(EMAILS)
        };
        // Eleven of 21 are more than half; with ten of core's own they are fewer.
        expect![[r#"
            fail CODEOWNERS:1:3 11 of 21 changes of the last 90 days need `@acme/core`
              help: name those who know the code for their paths, alone or beside it
        "#]]
        .assert_eq(&of("ben", 0).check(&RULE));
        assert_eq!(of("ben", 10).check(&RULE), "pass\n");
    }

    #[test]
    fn a_person_is_a_bottleneck_like_a_team() {
        let of = |author| {
            let repository = repository(OWNERSHIP, &[(author, "ann/x", 20), ("eve", "web/x", 5)]);
            repository
                .roster(&["acme"], &[("acme/core", &["ann"])])
                .declare(EMAILS)
        };
        expect![[r#"
            fail CODEOWNERS:4:7 20 of 25 changes of the last 90 days need `@ann`
              help: name those who know the code for their paths, alone or beside it
        "#]]
        .assert_eq(&of("eve").check(&RULE));
        assert_eq!(of("ann").check(&RULE), "pass\n");
    }

    #[test]
    fn few_people_are_too_few() {
        let ownership = "* @acme/core\n/api/ @ann\n/web/ @ben\n";
        let teams: &[(&str, &[&str])] = &[("acme/core", &["ann", "ben"])];
        let of = |api, web, lib| {
            let changes = [
                ("ann", "api/x", api),
                ("ben", "web/x", web),
                ("eve", "lib", lib),
            ];
            repository(ownership, &changes)
                .roster(&["acme"], teams)
                .declare(EMAILS)
        };
        // Shares 0.8 and 0.2: 1 / 0.68 = 1.47.
        expect![[r#"
            fail CODEOWNERS:1:1 approvals of 20 changes of the last 90 days fall to few: 2 people count as 1.5 who approve the same
              help: let more people approve: name teams instead of persons, or let more people join them
        "#]]
        .assert_eq(&of(16, 4, 0).check(&RULE));
        assert_eq!(of(10, 10, 2).check(&RULE), "pass\n");
    }

    #[test]
    fn what_is_so_by_design_is_no_bottleneck() {
        let of = |ownership| repository(ownership, &[("eve", "lib", 30), ("eve", "web/x", 3)]);
        for ownership in [
            "* @acme/core\n",
            "* @acme/core\n/web/ @acme/web\n",
            "* @ann\n/web/ @ben\n/api/ @cid\n",
        ] {
            assert_eq!(
                of(ownership).check(&RULE),
                "not applicable\n",
                "{ownership}"
            );
        }
        let options = Bottleneck {
            minimum_groups: 2,
            ..Bottleneck::default()
        };
        let found = of("* @acme/core\n/web/ @acme/web\n").check_with(&RULE, options);
        assert!(found.starts_with("fail"), "{found}");
    }

    /// Pull requests that were merged, each with its author and who approved it.
    fn merged(pulls: &[(&str, &str, usize)]) -> String {
        let pull = |&(author, approver, count): &(&str, &str, usize)| {
            format!(
                "pull 1 by {author} on 2026-01-05 merged 2026-01-07: lib\napproved by {approver} on 2026-01-06\n"
            )
            .repeat(count)
        };
        pulls.iter().map(pull).collect()
    }

    /// A repository without a history, where these were merged.
    fn reviewed(pulls: &[(&str, &str, usize)]) -> MiniRepository {
        MiniRepository::owned(OWNERSHIP, ["lib"]).forge(&merged(pulls))
    }

    #[test]
    fn whoever_really_approves_most_is_a_bottleneck() {
        let found = reviewed(&[("ben", "ann", 11), ("ann", "ben", 5), ("cid", "dan", 4)]);
        expect![[r#"
            fail CODEOWNERS:4:7 `@ann` approved 11 of 20 pull requests that were merged in the last 90 days
              help: let others review in turns, and name them for the paths that they know
        "#]]
        .assert_eq(&found.check(&RULE));
        // Whom the ownership file does not name is only counted.
        let found = reviewed(&[("ann", "eve", 11), ("eve", "ben", 5), ("cid", "dan", 4)]);
        expect![[r#"
            fail CODEOWNERS:1:1 one person approved 11 of 20 pull requests that were merged in the last 90 days
              help: let others review in turns, and name them for the paths that they know
        "#]]
        .assert_eq(&found.check(&RULE));
        let half = reviewed(&[("ben", "ann", 10), ("ann", "ben", 5), ("cid", "dan", 5)]);
        assert_eq!(half.check(&RULE), "pass\n");
        // Half each is not too much for anybody, but they are few: shares 0.5, 0.45 and 0.05.
        let few = reviewed(&[
            ("ben", "ann", 10),
            ("ann", "ben", 9),
            ("cid", "ben", 1),
            ("cid", "dan", 0),
        ]);
        assert_eq!(few.check(&RULE), "not applicable\n", "three people");
        let options = Bottleneck {
            minimum_approvers: 3,
            ..Bottleneck::default()
        };
        let few = reviewed(&[("ben", "ann", 10), ("ann", "ben", 9), ("cid", "dan", 1)]);
        expect![[r#"
            fail CODEOWNERS:1:1 3 people approved the 20 pull requests that were merged in the last 90 days, and count as 2.2 who approve the same
              help: let more people review, in turns
        "#]]
        .assert_eq(&few.check_with(&RULE, options));
        let too_few = reviewed(&[("ben", "ann", 15), ("cid", "dan", 4)]);
        assert_eq!(too_few.check(&RULE), "not applicable\n");
    }

    #[test]
    fn who_is_needed_and_who_approves_is_told_once_of_one_person() {
        let of = |approver| {
            let repository = repository(OWNERSHIP, &[("eve", "ann/x", 20), ("eve", "web/x", 5)]);
            let pulls = [("eve", approver, 15), ("ben", "cid", 5)];
            repository
                .declare(EMAILS)
                .forge(&merged(&pulls))
                .check(&RULE)
        };
        expect![[r#"
            fail CODEOWNERS:4:7 20 of 25 changes of the last 90 days need `@ann`; they approved 15 of 20 merged pull requests
              help: name those who know the code for their paths, alone or beside it
        "#]]
        .assert_eq(&of("ann"));
        expect![[r#"
            fail CODEOWNERS:4:7 20 of 25 changes of the last 90 days need `@ann`; they approved 0 of 20 merged pull requests
              help: name those who know the code for their paths, alone or beside it
            fail CODEOWNERS:1:1 one person approved 15 of 20 pull requests that were merged in the last 90 days
              help: let others review in turns, and name them for the paths that they know
        "#]]
        .assert_eq(&of("dan"));
    }

    #[test]
    fn reviews_that_cannot_be_read_leave_what_commits_say() {
        let repository = || MiniRepository::owned(OWNERSHIP, ["lib"]);
        assert_eq!(repository().forge("").check(&RULE), "not applicable\n");
        let with_history = repository_of_two_thirds().forge("").check(&RULE);
        assert!(with_history.starts_with("fail"), "{with_history}");
    }

    fn repository_of_two_thirds() -> MiniRepository {
        repository(OWNERSHIP, &[("eve", "lib", 20), ("eve", "web/x", 10)])
    }
}
