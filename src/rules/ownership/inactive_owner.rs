//! `ownership/inactive-owner`

use jiff::Timestamp;

use crate::analysis::Measures;
use crate::analysis::people::day_of;
use crate::codeowners::OwnerKind;
use crate::facts::{Gap, GapKind, Location, Name};
use crate::graph::Actor;
use crate::identity::{Party, Standing, name_of};
use crate::policy::Settings;
use crate::rules::knowing::unverifiable;
use crate::rules::{OwnerUse, Verdict, View, Violation, declare_rule, staffing};

crate::options! {
    /// The options of `ownership/inactive-owner`.
    pub(crate) struct InactiveOwner {
        /// After how many days without a commit or a review an owner is inactive.
        inactive_days("inactive-days"): u32 = crate::analysis::people::SEEN_DAYS,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Every owner whom the ownership file names is at work: a person wrote a commit, or merged one, or reviewed a
    /// pull request, in the last 180 days; of a team somebody did. The number is the one of Legitify, which calls
    /// members inactive after six months.
    ///
    /// Only commits of the repositories of this run are seen, and reviews there where the forge is asked. Who
    /// works elsewhere looks inactive, so that this is a warning to look, not a verdict. A review is known to be
    /// somebody's by their login. Without the history it is not known who is inactive, only who reviewed.
    /// Of an owner no commit of whom is known
    /// nothing is said, since they may write under another address; of a team only where a roster says
    /// completely who is in it. Where nobody at all wrote a commit, nothing follows either.
    ///
    /// ## Why it matters
    ///
    /// Reviews wait for people who do not come, and everyone believes that somebody answers.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * ann@acme.test bob@acme.test
    /// -- (history) --
    /// 2025-02-03 ann: main.rs
    /// 2026-01-05 bob: main.rs
    /// -- main.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * bob@acme.test
    /// -- (history) --
    /// 2025-02-03 ann: main.rs
    /// 2026-01-05 bob: main.rs
    /// -- main.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `inactive-days`: after how many days without a commit or a review an owner is inactive. Default: `180`.
    ///
    /// ## Needs
    ///
    /// The ownership file and the history; for handles a roster with addresses; for reviews the forge (`--online`).
    id: "ownership/inactive-owner",
    summary: "an owner has done nothing for long, as far as can be seen",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [OwnershipFile, Past, Members, Pulls, PastOrForge],
    options: InactiveOwner,
    check: Owner(check),
    places: [Edits("owners did nothing for long")],
}

fn check(used: &OwnerUse<'_>, view: &View<'_>, settings: &Settings) -> Verdict {
    let days = settings.options::<InactiveOwner>().inactive_days;
    let owner = used.owner();
    let (Some(measures), Some(name)) = (view.measures, name_of(owner.kind(), owner.text())) else {
        return Verdict::NotApplicable;
    };
    // Whom a complete roster lacks is nobody; another rule says so.
    if let Standing::Unknown(_) = view.directory.standing_of_name(&name) {
        return Verdict::NotApplicable;
    }
    let actor = view.graph.actor(&name);
    if reviews(&actor, measures, days) {
        return Verdict::Pass;
    }
    if let Some(gap) = view.unread_history() {
        return Verdict::Skip(gap);
    }
    if !measures.people().is_anybody_active(days) {
        return unverifiable(format!("nobody wrote a commit in the last {days} days"));
    }
    let last = match last(&actor, measures, view, days) {
        Ok(last) => last,
        Err(verdict) => return verdict,
    };
    let text = owner.text();
    let since = day_of(last);
    let (review, looked) = match no_review_since([&actor], measures) {
        Some(review) => (
            format!(", and no review since {}", day_of(review)),
            "commits and reviews",
        ),
        None => (String::new(), "commits"),
    };
    let message = match (owner.kind(), review.is_empty()) {
        (OwnerKind::Team, true) => format!("nobody of `{text}` wrote a commit since {since}"),
        (OwnerKind::Team, false) => {
            format!("of nobody of `{text}` there is a commit since {since}{review}")
        }
        (_, true) => format!("`{text}` wrote no commit since {since}"),
        (_, false) => format!("of `{text}` there is no commit since {since}{review}"),
    };
    let place = match view.is_audit {
        true => "the repositories of this audit",
        false => "this repository",
    };
    let primary = Location::of(used.file.text(), owner.span(), "inactive");
    Violation::new(primary, message)
        .owners([text.to_owned()])
        .help(format!(
            "name who answers now; only {looked} of {place} were looked at"
        ))
        .key(owner.normalized())
        .into()
}

/// Whether an owner reviewed a pull request in these days; of a team anybody who is known to be in it.
fn reviews(actor: &Actor, measures: &Measures<'_>, days: u32) -> bool {
    let start = measures.days_ago(days);
    let last = behind(actor, measures).into_iter();
    let mut last = last.filter_map(|who| measures.last_review(&who));
    last.any(|when| when >= start)
}

/// Since when none of these is known to have reviewed anything; none where that cannot be told, as reviews are not
/// known, or the login of any of them is not.
pub(in crate::rules) fn no_review_since<'o>(
    actors: impl IntoIterator<Item = &'o Actor>,
    measures: &Measures<'_>,
) -> Option<Timestamp> {
    let mut since = measures.reviews_since()?;
    let people = measures.graph.directory().people();
    for actor in actors {
        for who in behind(actor, measures) {
            let has_login = match &who {
                Actor::Party(Party::Person(person)) => {
                    let mut names = people[*person].names.iter();
                    names.any(|name| matches!(name, Name::User(_)))
                }
                Actor::Unlisted(name) => matches!(name, Name::User(_)),
                Actor::Party(Party::Team(_)) => false,
            };
            if !has_login {
                return None;
            }
            since = since.max(measures.last_review(&who).unwrap_or(since));
        }
    }
    Some(since)
}

/// The people behind an owner, as far as they are known.
fn behind(actor: &Actor, measures: &Measures<'_>) -> Vec<Actor> {
    match actor {
        Actor::Party(Party::Team(team)) => {
            let people = measures.crew(*team).people.iter();
            people.map(|&it| Actor::Party(Party::Person(it))).collect()
        }
        _ => vec![actor.clone()],
    }
}

/// When an inactive owner last wrote a commit; the verdict where they are at work, or that is not known.
pub(in crate::rules) fn last(
    actor: &Actor,
    measures: &Measures<'_>,
    view: &View<'_>,
    days: u32,
) -> Result<Timestamp, Verdict> {
    let people = measures.people();
    if reviews(actor, measures, days) {
        return Err(Verdict::Pass);
    }
    let unjoined = |what| {
        // Who wrote nothing lately may have done so before all that was read.
        if let Some(gap) = view.history().and_then(|it| it.cut(Timestamp::MIN)) {
            return Verdict::Skip(gap);
        }
        let gap = Gap::new(GapKind::Unverifiable, what);
        Verdict::Skip(gap.remedy("give the addresses of people: `emails` under `[[people]]`"))
    };
    match actor {
        Actor::Party(Party::Team(team)) => {
            let crew = measures.crew(*team);
            if crew.last.is_some_and(|last| last >= people.before(days)) {
                return Err(Verdict::Pass);
            }
            if !crew.complete {
                let label = view.graph.actor_label(actor);
                return Err(Verdict::Skip(staffing::unverifiable(&label)));
            }
            // That a team has no people is for other rules to say.
            if crew.people.is_empty() {
                return Err(Verdict::NotApplicable);
            }
            let seen = crew.last.filter(|_| crew.unseen == 0);
            seen.ok_or_else(|| unjoined("of people of a team no commit is known"))
        }
        Actor::Unlisted(_) if actor.is_team() => {
            let label = view.graph.actor_label(actor);
            Err(Verdict::Skip(staffing::unverifiable(&label)))
        }
        _ => {
            let who = measures.committer(actor);
            let who = who.ok_or_else(|| unjoined("of an owner no commit is known"))?;
            if measures.committers.at(who).is_bot {
                return Err(Verdict::NotApplicable);
            }
            if people.is_active(who, days) {
                return Err(Verdict::Pass);
            }
            let last = people.activity(who).map(|did| did.last);
            last.ok_or_else(|| unjoined("of an owner no commit is known"))
        }
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::civil::date;

    use super::{InactiveOwner, RULE};
    use crate::rules::testing::MiniRepository;

    fn owned(owners: &str, history: &str) -> MiniRepository {
        MiniRepository::new(&format!(
            "-- CODEOWNERS --\n* {owners}\n-- (history) --\n{history}\n-- a --"
        ))
    }

    const HISTORY: &str =
        "2025-02-03 ann: a\n2025-07-19 bob: a\n2025-07-20 cem: a\n2026-01-05 zoe: a";

    const PEOPLE: &str = r#"
        catalog.complete = true
        [[people]]
        login = "@ann"
        emails = ["ann@acme.test"]
        [[people]]
        login = "@bob"
        emails = ["bob@acme.test"]
        [[people]]
        login = "@cem"
        emails = ["cem@acme.test"]
        [[people]]
        login = "@dan"
        [[teams]]
        handle = "@acme/old"
        members = ["@ann", "@bob"]
        [[teams]]
        handle = "@acme/mixed"
        members = ["@ann", "@cem"]
        [[teams]]
        handle = "@acme/unknown"
        members = ["@ann", "@dan"]
        [[teams]]
        handle = "@acme/empty"
        members = []
    "#;

    #[test]
    fn a_person_is_known_by_their_address_or_a_roster() {
        let found = owned("ann@acme.test bob@acme.test cem@acme.test", HISTORY).check(&RULE);
        expect![[r#"
            fail CODEOWNERS:1:3 `ann@acme.test` wrote no commit since 2025-02-03
              help: name who answers now; only commits of this repository were looked at
            fail CODEOWNERS:1:17 `bob@acme.test` wrote no commit since 2025-07-19
              help: name who answers now; only commits of this repository were looked at
        "#]]
        .assert_eq(&found);
        let found = owned("@ann @cem", HISTORY).declare(PEOPLE).check(&RULE);
        expect![[r#"
            fail CODEOWNERS:1:3 `@ann` wrote no commit since 2025-02-03
              help: name who answers now; only commits of this repository were looked at
        "#]]
        .assert_eq(&found);
        let options = InactiveOwner { inactive_days: 400 };
        assert_eq!(
            owned("ann@acme.test", HISTORY).check_with(&RULE, options),
            "pass\n"
        );
    }

    #[test]
    fn of_a_team_nobody_is_at_work() {
        let check = |team: &str| owned(team, HISTORY).declare(PEOPLE).check(&RULE);
        expect![[r#"
            fail CODEOWNERS:1:3 nobody of `@acme/old` wrote a commit since 2025-07-19
              help: name who answers now; only commits of this repository were looked at
        "#]]
        .assert_eq(&check("@acme/old"));
        assert_eq!(check("@acme/mixed"), "pass\n");
        assert_eq!(
            check("@acme/unknown"),
            "skip of people of a team no commit is known\n"
        );
        assert_eq!(check("@acme/empty"), "not applicable\n");
        assert_eq!(check("@acme/gone"), "not applicable\n");
        let partial = PEOPLE.replace("catalog.complete = true", "");
        let found = owned("@acme/old", HISTORY).declare(&partial).check(&RULE);
        assert_eq!(
            found,
            "skip no roster says completely who is in the teams\n"
        );
        let found = owned("@acme/old", HISTORY).check(&RULE);
        assert_eq!(
            found,
            "skip no roster says completely who is in the teams\n"
        );
    }

    #[test]
    fn who_is_not_seen_is_not_judged() {
        assert_eq!(
            owned("@nobody", HISTORY).check(&RULE),
            "skip of an owner no commit is known\n"
        );
        let dormant = "2025-02-03 ann: a";
        assert_eq!(
            owned("ann@acme.test", dormant).check(&RULE),
            "skip nobody wrote a commit in the last 180 days\n"
        );
        let bot = "2025-02-03 acme-bot: a\n2026-01-05 zoe: a";
        assert_eq!(
            owned("acme-bot@acme.test", bot).check(&RULE),
            "not applicable\n"
        );
    }

    #[test]
    fn whoever_is_not_seen_may_have_been_before() {
        let part = owned("@nobody", HISTORY).read_since(date(2025, 1, 1));
        assert_eq!(
            part.check(&RULE),
            "skip no commits of before 2025-01-01 were read, which count as well\n"
        );
    }

    #[test]
    fn commits_of_all_repositories_count() {
        let other =
            MiniRepository::new("-- (history) --\n2026-01-10 ann: b\n-- b --").named("other");
        let both = owned("ann@acme.test", HISTORY).beside(other);
        assert_eq!(both.check(&RULE), "pass\n");
    }

    #[test]
    fn whoever_reviews_is_at_work() {
        let forge = "pull 7 by zoe on 2025-07-25 merged 2026-01-09: a\n\
            reviewed by ann on 2025-08-01\nreviewed by lint[bot] on 2025-08-02\n";
        let check = |owners: &str| {
            let repository = owned(owners, HISTORY).declare(PEOPLE).forge(forge);
            repository.check(&RULE)
        };
        // Ann reviewed in time, bob did not; of the team she did, and of an address no login is known.
        expect![[r#"
            fail CODEOWNERS:1:8 of `@bob` there is no commit since 2025-07-19, and no review since 2025-07-19
              help: name who answers now; only commits and reviews of this repository were looked at
        "#]]
        .assert_eq(&check("@ann @bob @acme/old"));
        assert_eq!(check("@acme/unknown"), "pass\n");
        let late = InactiveOwner { inactive_days: 60 };
        let repository = owned("@acme/old", HISTORY).declare(PEOPLE).forge(forge);
        expect![[r#"
            fail CODEOWNERS:1:3 of nobody of `@acme/old` there is a commit since 2025-07-19, and no review since 2025-08-01
              help: name who answers now; only commits and reviews of this repository were looked at
        "#]]
        .assert_eq(&repository.check_with(&RULE, late));
        let repository =
            owned("ann@acme.test", "2025-02-03 ann: a\n2026-01-05 zoe: a").forge(forge);
        expect![[r#"
            fail CODEOWNERS:1:3 `ann@acme.test` wrote no commit since 2025-02-03
              help: name who answers now; only commits of this repository were looked at
        "#]]
        .assert_eq(&repository.check(&RULE));
    }

    #[test]
    fn without_commits_only_reviews_tell() {
        let forge = "pull 7 by zoe on 2026-01-05: a\napproved by ann on 2026-01-06\n";
        let check = |owner| {
            MiniRepository::owned(owner, ["a"])
                .forge(forge)
                .check(&RULE)
        };
        assert_eq!(check("* @ann\n"), "pass\n");
        assert_eq!(check("* @bob\n"), "skip the history was not read\n");
    }
}
