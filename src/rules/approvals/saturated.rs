//! `approvals/saturated`

use crate::analysis::queue::Queue;
use crate::facts::Location;
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
        capacity("capacity"): u32 = 2,
        /// Over how many days changes are looked at.
        days("days"): u32 = 90,
        /// How many changes there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Approvals take at most 80 % of what the people of an owner can give. **This is an estimate.** How many are
    /// asked of an owner comes from running the changes of the last 90 days past the ownership file as it is now,
    /// where the owners of one line share what is asked of them; how many one person can give is an assumption,
    /// 2 on a working day: four in five reviewers at Google review fewer than 10 changes a week (Sadowski et al.,
    /// *Modern Code Review: A Case Study at Google*, ICSE-SEIP 2018). The waiting time is that of the queue M/M/c,
    /// in which requests come at random, as they do not quite. 80 % is a default of ours. Five days of a week are
    /// working days. Over all repositories that are read together an owner is told of once, where it is asked most.
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
    /// -- (history) --
    /// 2026-01-15 ben: lib/a.rs web/index.ts
    /// 2026-01-15 cid: lib/a.rs
    /// 2026-01-15 ben: lib/a.rs
    /// 2026-01-15 eve: lib/a.rs
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
    /// -- (history) --
    /// 2026-01-15 ben: lib/a.rs web/index.ts
    /// 2026-01-15 cid: lib/a.rs
    /// 2026-01-15 ben: lib/a.rs
    /// 2026-01-15 eve: lib/a.rs
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-utilization`: the largest share of their capacity, in percent, that approvals may take of those who
    ///   approve. Default: `80`.
    /// - `capacity`: how many approvals one person can give on a working day, beside all other work. Default: `2`.
    /// - `days`: over how many days changes are looked at. Default: `90`.
    /// - `minimum-changes`: how many changes there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The ownership file and the history; rosters that are complete, to know how many people are behind a team.
    id: "approvals/saturated",
    summary: "approvals take most of the time of those who give them (an estimate)",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Tree, OwnershipFile, History],
    options: Saturated,
    check: Owner(check),
}

fn check(used: &OwnerUse<'_>, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<Saturated>();
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    let flow = match enough(view, options.days, options.minimum_changes) {
        Ok(flow) => flow,
        Err(verdict) => return verdict,
    };
    let owner = used.owner();
    let actor = name_of(owner.kind(), owner.text()).map(|name| view.graph.actor(&name));
    let Some(actor) = actor else {
        return Verdict::NotApplicable;
    };
    let place = measures.replay().place_of(&actor);
    let load = place.and_then(|place| flow.all.owner(place));
    let Some(load) = load.filter(|it| it.asked >= options.minimum_changes as usize) else {
        return Verdict::NotApplicable;
    };
    // Of all repositories that name the owner, the first in which most is asked of it tells.
    let asked = |at: usize| {
        let here = flow.repository(at).and_then(|it| it.owner(load.actor));
        here.map_or(0, |it| it.asked)
    };
    let first = (0..flow.repositories.len())
        .rev()
        .max_by_key(|&at| asked(at));
    if first != Some(view.place) {
        return Verdict::Pass;
    }
    let Some(people) = measures.people_behind(&actor) else {
        return Verdict::Skip(unverifiable(owner.text()));
    };
    if people.is_empty() {
        // That nobody is behind it other rules tell.
        return Verdict::NotApplicable;
    }
    let queue = Queue {
        arrivals: load.load / (f64::from(options.days.max(1)) * 5.0 / 7.0),
        service: f64::from(options.capacity),
        servers: u32::try_from(people.len()).unwrap_or(u32::MAX),
    };
    let busy = queue.utilization();
    if busy * 100.0 <= options.max_utilization.0 {
        return Verdict::Pass;
    }
    let people = match people.len() {
        1 => "one person".to_owned(),
        many => format!("{many} people"),
    };
    let waits = match queue.wait() {
        Some(days) => format!(
            "{} of what {people} can give; each waits {} working days on average",
            percent(busy),
            tenths(days)
        ),
        None => format!("more than {people} can give, so that ever more wait"),
    };
    let message = format!(
        "`{}` is asked for about {} approvals a working day, {waits} (an estimate: M/M/c with {} a day and person)",
        owner.text(),
        tenths(queue.arrivals),
        options.capacity
    );
    let line = Location::of(used.file.text(), owner.span(), "asked here first");
    Violation::new(line, message)
        .owners([owner.text().to_owned()])
        .help("let others approve beside it, or let more people join")
        .at_most(Level::Note)
        .key(owner.normalized())
        .into()
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
        let options = Saturated {
            days: 7,
            minimum_changes: 10,
            ..Saturated::default()
        };
        MiniRepository::new(&text)
            .roster(&["acme"], teams)
            .check_with(&RULE, options)
    }

    #[test]
    fn the_estimate_is_that_of_the_queue() {
        let two: &[(&str, &[&str])] = &[("acme/web", &["ann", "ben"])];
        // Two people give twenty a week. Of eighteen ρ = 0.9, a = 1.8: C = 16.2 / 19 = 0.853, and
        // Wq = C / (4 - 3.6) = 2.1 days.
        expect![[r#"
            fail CODEOWNERS:1:7 `@acme/web` is asked for about 3.6 approvals a working day, 90 % of what 2 people can give; each waits 2.1 working days on average (an estimate: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
        "#]]
        .assert_eq(&check(18, two));
        assert_eq!(check(16, two), "pass\n");
        expect![[r#"
            fail CODEOWNERS:1:7 `@acme/web` is asked for about 4 approvals a working day, more than 2 people can give, so that ever more wait (an estimate: M/M/c with 2 a day and person)
              at most note
              help: let others approve beside it, or let more people join
        "#]]
        .assert_eq(&check(20, two));
        assert_eq!(check(9, two), "not applicable\n");
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
