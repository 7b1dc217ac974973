//! `approvals/saturated`

use crate::analysis::Measures;
use crate::analysis::load::Load;
use crate::analysis::queue::Queue;
use crate::analysis::waiting::{CAPACITY, working_days};
use crate::facts::Location;
use crate::graph::Actor;
use crate::identity::name_of;
use crate::policy::{Level, Percent, Settings};
use crate::rules::changes::{enough, percent, tenths};
use crate::rules::staffing::unverifiable;
use crate::rules::{OwnerUse, Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `approvals/saturated`.
    pub(crate) struct Saturated {
        /// The largest share of their capacity, in percent, that approvals may take of those who approve.
        max_utilization("max-utilization"): Percent = Percent(80.0),
        /// How many approvals one person can give on a working day, beside all other work.
        capacity("capacity"): u32 = CAPACITY,
        /// Over how many days changes and pull requests are looked at; of the latter at most 180 are known.
        days("days"): u32 = 90,
        /// How many changes or pull requests there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Approvals take at most 80 % of what the people of an owner can give. **This is an estimate.** Where the
    /// forge is asked, how many they give is counted: all approvals, by those behind the owner, of pull requests
    /// that were merged in the last 90 days, if there are at least 20 that somebody approved, and 20 that ask the
    /// owner. Elsewhere, and where the reviews of a repository that asks it are not known, it comes from running
    /// the changes of the last 90 days past the ownership file as it is now, where the owners of one line share
    /// what is asked of them. The finding says which of the two it is.
    ///
    /// How many one person can give is an assumption, 2 on a working day: four in five reviewers at Google review
    /// fewer than 10 changes a week (Sadowski et al., *Modern Code Review: A Case Study at Google*, ICSE-SEIP
    /// 2018). The waiting time is that of the queue M/M/c, in which requests come at random, as they do not quite.
    /// 80 % is a default of ours. Five days of a week are working days. Over all repositories that are read
    /// together an owner is told of once, where it is asked most.
    ///
    /// ## Why it matters
    ///
    /// Waiting does not grow with work but with what is left of the day: at 80 % a queue of one is four times as
    /// long as what one request takes, at 90 % nine times. Approvals that come late are given without looking.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "approvals/sole-approver" = "off"
    /// [rules."approvals/saturated"]
    /// minimum-changes = 4
    /// days = 1
    /// -- CODEOWNERS --
    /// /lib/ @ann
    /// /web/ @acme/web
    /// -- lib/a.rs --
    /// -- web/index.ts --
    /// -- (forge) --
    /// pull 1 by ben on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by ann on 2026-01-15
    /// pull 2 by cid on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by ann on 2026-01-15
    /// pull 3 by ben on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by ann on 2026-01-15
    /// pull 4 by eve on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by ann on 2026-01-15
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "codeowners/unguarded-file" = "off"
    /// "approvals/sole-approver" = "off"
    /// [rules."approvals/saturated"]
    /// minimum-changes = 4
    /// days = 1
    /// -- CODEOWNERS --
    /// /lib/ @ann @ben @cid @dan @eve
    /// /web/ @acme/web
    /// -- lib/a.rs --
    /// -- web/index.ts --
    /// -- (forge) --
    /// pull 1 by ben on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by ann on 2026-01-15
    /// pull 2 by cid on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by dan on 2026-01-15
    /// pull 3 by ben on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by cid on 2026-01-15
    /// pull 4 by eve on 2026-01-15 merged 2026-01-15: lib/a.rs
    /// approved by ben on 2026-01-15
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-utilization`: the largest share of their capacity, in percent, that approvals may take of those who
    ///   approve. Default: `80`.
    /// - `capacity`: how many approvals one person can give on a working day, beside all other work. Default: `2`.
    /// - `days`: over how many days changes and pull requests are looked at; of the latter at most 180 are known.
    ///   Default: `90`.
    /// - `minimum-changes`: how many changes or pull requests there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The ownership file, and the history or the forge (`--online`); rosters that are complete, to know how many
    /// people are behind a team.
    id: "approvals/saturated",
    summary: "approvals take most of the time of those who give them (an estimate)",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Tree, OwnershipFile, Past, Members, Pulls, PastOrForge],
    options: Saturated,
    check: Owner(check),
}

fn check(used: &OwnerUse<'_>, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Saturated>();
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    let owner = used.owner();
    let actor = name_of(owner.kind(), owner.text()).map(|name| view.graph.actor(&name));
    let Some(actor) = actor else {
        return Verdict::NotApplicable;
    };
    let people = measures.people_behind(&actor);
    let reviewed = reviewed(
        measures,
        &actor,
        people.as_deref().unwrap_or_default(),
        options,
    );
    let demand = match reviewed {
        Some(demand) => demand,
        None => match replayed(view, measures, &actor, options) {
            Ok(demand) => demand,
            // What was asked for and not had is told where nothing else tells anything.
            Err(verdict) => match view.pulls() {
                Err(gap) if view.unread_history().is_some() => return Verdict::Skip(gap),
                _ => return verdict,
            },
        },
    };
    if demand.asked < options.minimum_changes as usize {
        return Verdict::NotApplicable;
    }
    // Of all repositories that name the owner, the first in which most is asked of it tells.
    if demand.most_at != Some(view.place) {
        return Verdict::Pass;
    }
    let Some(people) = people else {
        return Verdict::Skip(unverifiable(owner.text()));
    };
    if people.is_empty() {
        // That nobody is behind it other rules tell.
        return Verdict::NotApplicable;
    }
    let queue = Queue {
        arrivals: demand.approvals / working_days(options.days),
        service: f64::from(options.capacity),
        servers: u32::try_from(people.len()).unwrap_or(u32::MAX),
    };
    if queue.utilization() * 100.0 <= options.max_utilization.0 {
        return Verdict::Pass;
    }
    let line = Location::of(used.file.text(), owner.span(), "asked here first");
    let message = demand.told(owner.text(), &queue, options.capacity);
    Violation::new(line, message)
        .owners([owner.text().to_owned()])
        .help("let others approve beside it, or let more people join")
        .at_most(Level::Note)
        .key(owner.normalized())
        .into()
}

/// What is asked of an owner.
struct Demand {
    /// How many changes or pull requests ask it.
    asked: usize,
    /// The repository in which most do.
    most_at: Option<usize>,
    /// How many approvals its people give, or are asked for.
    approvals: f64,
    /// Whether these were really given.
    is_measured: bool,
}

/// What these people behind an owner really approved, where the reviews of all that asks it are known, and
/// there are enough of them.
fn reviewed(
    measures: &Measures<'_>,
    actor: &Actor,
    people: &[Actor],
    options: &Saturated,
) -> Option<Demand> {
    let approving = measures.approving(options.days);
    if approving.pulls == 0 || approving.pulls < options.minimum_changes as usize {
        return None;
    }
    if measures.has_history() {
        let flow = measures.flow(options.days);
        let place = measures.replay().place_of(actor);
        let is_asked = |load: &Load| {
            let load = place.and_then(|place| load.owner(place));
            load.is_some_and(|it| it.asked > 0)
        };
        let mut loads = flow.repositories.iter().enumerate();
        let is_unknown =
            |at, load: &Option<Load>| !approving.knows(at) && load.as_ref().is_some_and(is_asked);
        if loads.any(|(at, load)| is_unknown(at, load)) {
            return None;
        }
    }
    Some(Demand {
        asked: approving.asked(actor),
        most_at: approving.most_asked_at(actor),
        approvals: approving.by(people) as f64,
        is_measured: true,
    })
}

/// What changes ask of an owner, by the ownership file as it is now.
fn replayed(
    view: &View<'_>,
    measures: &Measures<'_>,
    actor: &Actor,
    options: &Saturated,
) -> Result<Demand, Verdict> {
    let flow = enough(view, options.days, options.minimum_changes)?;
    let place = measures.replay().place_of(actor);
    let load = place.and_then(|place| flow.all.owner(place));
    let load = load.ok_or(Verdict::NotApplicable)?;
    let asked = |at: usize| {
        let here = flow.repository(at).and_then(|it| it.owner(load.actor));
        here.map_or(0, |it| it.asked)
    };
    let places = (0..flow.repositories.len()).rev();
    Ok(Demand {
        asked: load.asked,
        most_at: places.max_by_key(|&at| asked(at)),
        approvals: load.load,
        is_measured: false,
    })
}

/// What a number of approvals was counted from.
const REVIEWS: &str = "who approved what was merged";
const CHANGES: &str = "who owns what commits changed";

impl Demand {
    fn told(&self, owner: &str, queue: &Queue, capacity: u32) -> String {
        let people = match queue.servers {
            1 => "one person".to_owned(),
            many => format!("{many} people"),
        };
        let much = match (queue.wait(), self.is_measured) {
            (Some(days), _) => format!(
                "{} of what {people} can give; each waits {} working days on average",
                percent(queue.utilization()),
                tenths(days)
            ),
            (None, true) => format!("more than {people} can give beside all other work"),
            (None, false) => format!("more than {people} can give, so that ever more wait"),
        };
        let (does, by) = match (self.is_measured, owner.contains('/')) {
            (true, true) => (format!("the people of `{owner}` gave"), REVIEWS),
            (true, false) => (format!("`{owner}` gave"), REVIEWS),
            (false, _) => (format!("`{owner}` is asked for"), CHANGES),
        };
        format!(
            "{does} about {} approvals a working day, {much} (an estimate by {by}: M/M/c with {capacity} a day and \
             person)",
            tenths(queue.arrivals)
        )
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{RULE, Saturated};
    use crate::rules::testing::MiniRepository;

    /// `web` of two people is asked so often in a week of five working days.
    fn check(changes: usize, teams: &[(&str, &[&str])]) -> String {
        let commits = "2026-01-12 eve: web/x\n".repeat(changes);
        let text =
            format!("-- CODEOWNERS --\n/web/ @acme/web\n-- web/x --\n-- (history) --\n{commits}");
        MiniRepository::new(&text)
            .roster(&["acme"], teams)
            .check_with(&RULE, week(10))
    }

    #[test]
    fn the_estimate_is_that_of_the_queue() {
        let two: &[(&str, &[&str])] = &[("acme/web", &["ann", "ben"])];
        // Two people give twenty a week. Of eighteen ρ = 0.9, a = 1.8: C = 16.2 / 19 = 0.853, and
        // Wq = C / (4 - 3.6) = 2.1 days.
        expect![[r#"
            fail CODEOWNERS:1:7 `@acme/web` is asked for about 3.6 approvals a working day, 90 % of what 2 people can give; each waits 2.1 working days on average (an estimate by who owns what commits changed: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
        "#]]
        .assert_eq(&check(18, two));
        assert_eq!(check(16, two), "pass\n");
        expect![[r#"
            fail CODEOWNERS:1:7 `@acme/web` is asked for about 4 approvals a working day, more than 2 people can give, so that ever more wait (an estimate by who owns what commits changed: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
        "#]]
        .assert_eq(&check(20, two));
        assert_eq!(check(9, two), "not applicable\n");
    }

    /// `web` of ann and ben, where in a week of five working days so many pull requests were merged that asked it
    /// and ann approved, beside so many others.
    fn merged(web: usize, others: usize) -> MiniRepository {
        let pulls = |count, path| {
            format!("pull 1 by eve on 2026-01-12 merged 2026-01-13: {path}\napproved by ann on 2026-01-12\n")
                .repeat(count)
        };
        let forge = pulls(web, "web/x") + &pulls(others, "lib/x");
        MiniRepository::owned("/web/ @acme/web\n/lib/ @ann @cid\n", ["web/x", "lib/x"])
            .forge(&forge)
            .roster(&["acme"], &[("acme/web", &["ann", "ben"])])
    }

    fn week(minimum_changes: u32) -> Saturated {
        Saturated {
            days: 7,
            minimum_changes,
            ..Saturated::default()
        }
    }

    #[test]
    fn what_was_really_approved_counts_whatever_for() {
        // Twelve of the team's and six others take 3.6 a day of four; ann alone can give two.
        expect![[r#"
            fail CODEOWNERS:1:7 the people of `@acme/web` gave about 3.6 approvals a working day, 90 % of what 2 people can give; each waits 2.1 working days on average (an estimate by who approved what was merged: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
        "#]].assert_eq(&merged(12, 6).check_with(&RULE, week(10)));
        expect![[r#"
            fail CODEOWNERS:1:7 the people of `@acme/web` gave about 4.4 approvals a working day, more than 2 people can give beside all other work (an estimate by who approved what was merged: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
            fail CODEOWNERS:2:7 `@ann` gave about 4.4 approvals a working day, more than one person can give beside all other work (an estimate by who approved what was merged: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
        "#]].assert_eq(&merged(12, 10).check_with(&RULE, week(10)));
        let (few, of_others) = (merged(9, 0), merged(9, 9));
        assert_eq!(few.check_with(&RULE, week(10)), "not applicable\n");
        assert_eq!(of_others.check_with(&RULE, week(10)), "not applicable\n");
    }

    #[test]
    fn reviews_that_are_not_known_leave_what_commits_say() {
        let commits = "2026-01-12 eve: web/x\n".repeat(18);
        let text = format!(
            "-- CODEOWNERS --\n/web/ @acme/web\n-- web/x --\n-- (history) --\n{commits}-- (forge) --\n\
             pull 1 by eve on 2026-01-12 merged 2026-01-13: web/x\napproved by ann on 2026-01-12\n"
        );
        let of = |minimum| {
            MiniRepository::new(&text)
                .roster(&["acme"], &[("acme/web", &["ann", "ben"])])
                .check_with(&RULE, week(minimum))
        };
        let by_commits = of(10);
        assert!(
            by_commits.contains("is asked for about 3.6 approvals"),
            "{by_commits}"
        );
        assert!(by_commits.contains(super::CHANGES), "{by_commits}");
        assert_eq!(of(1), "pass\n", "one approval is enough to go by");
    }

    #[test]
    fn a_repository_without_known_reviews_that_asks_the_owner_makes_them_too_few() {
        let other = |owner: &str| {
            let commits = "2026-01-12 eve: api/x\n".repeat(3);
            let text = format!("/api/ {owner}\n-- api/x --\n-- (history) --\n{commits}");
            MiniRepository::new(&format!("-- CODEOWNERS --\n{text}"))
        };
        let measured = merged(12, 6).beside(other("@eve"));
        let measured = measured.check_with(&RULE, week(10));
        assert!(measured.contains(super::REVIEWS), "{measured}");
        let unknown = merged(12, 6).beside(other("@acme/web"));
        assert_eq!(unknown.check_with(&RULE, week(10)), "not applicable\n");
    }

    #[test]
    fn of_unknown_people_nothing_is_said() {
        assert_eq!(
            check(20, &[]),
            "skip no roster says completely who is in the teams\n"
        );
        assert_eq!(check(20, &[("acme/web", &[])]), "not applicable\n");
    }
}
