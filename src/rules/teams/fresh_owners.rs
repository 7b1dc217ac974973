//! `teams/fresh-owners`

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::facts::History;
use crate::graph::ServiceId;
use crate::policy::{Percent, Settings};
use crate::rules::knowing::{apart, known, owning};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

crate::options! {
    /// The options of `teams/fresh-owners`.
    pub(crate) struct FreshOwners {
        /// The largest share of commits, in percent, that people who are new may write.
        max_share("max-share"): Percent = Percent(50.0),
        /// For how many days people are new, and over how many days commits are looked at.
        days("days"): u32 = 90,
        /// How many commits the owners of a service write at least for it to be told.
        minimum_commits("minimum-commits"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Of the commits of the last 90 days that the owners of a service wrote to it, at most 50 % are by people
    /// who are new: whose first commit, in any repository of the run, is less than 90 days old. Services that
    /// run count, of which the owners wrote at least 20 commits, in repositories that are at least twice as
    /// old. All numbers are defaults of ours. The rule gives no names and no number of single persons.
    ///
    /// ## Why it matters
    ///
    /// A team that mostly consists of newcomers decides without knowing what was tried before. It needs
    /// time, and somebody from before beside it, more than it needs deadlines.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// catalog.complete = true
    /// [rules]
    /// "teams/understaffed" = "off"
    /// "teams/missing-onboarding" = "off"
    /// "approvals/sole-approver" = "off"
    /// "runbooks/missing" = "off"
    /// [rules."teams/fresh-owners"]
    /// minimum-commits = 3
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [[people]]
    /// login = "@bob"
    /// emails = ["bob@acme.test"]
    /// [[teams]]
    /// handle = "@acme/payments"
    /// members = ["@ann", "@bob"]
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- (history) --
    /// 2025-03-10 ann: ledger/book.rs
    /// 2025-11-20 ann: ledger/book.rs
    /// 2025-12-01 bob: ledger/book.rs
    /// 2025-12-03 bob: ledger/book.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/payments"
    /// -- ledger/book.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// catalog.complete = true
    /// [rules]
    /// "teams/understaffed" = "off"
    /// "teams/missing-onboarding" = "off"
    /// "approvals/sole-approver" = "off"
    /// "runbooks/missing" = "off"
    /// [rules."teams/fresh-owners"]
    /// minimum-commits = 3
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [[people]]
    /// login = "@bob"
    /// emails = ["bob@acme.test"]
    /// [[teams]]
    /// handle = "@acme/payments"
    /// members = ["@ann", "@bob"]
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- (history) --
    /// 2025-03-10 ann: ledger/book.rs
    /// 2025-11-20 ann: ledger/book.rs
    /// 2025-12-01 ann: ledger/book.rs
    /// 2025-12-03 bob: ledger/book.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/payments"
    /// -- ledger/book.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of commits, in percent, that people who are new may write. Default: `50`.
    /// - `days`: for how many days people are new, and over how many days commits are looked at; at most 365.
    ///   Default: `90`.
    /// - `minimum-commits`: how many commits the owners of a service write at least for it to be told.
    ///   Default: `20`.
    ///
    /// ## Needs
    ///
    /// The histories of the run, whole, the descriptors, and a roster that says completely who is in the
    /// team, with addresses.
    id: "teams/fresh-owners",
    summary: "most work on a service is done by owners who are new",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Catalog, History],
    options: FreshOwners,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    match judge(id, view, settings.options()) {
        Ok(verdict) | Err(verdict) => verdict,
    }
}

fn judge(id: ServiceId, view: &View<'_>, options: &FreshOwners) -> Result<Verdict, Verdict> {
    let service = view.graph.service(id).service;
    if !service.runs {
        return Ok(Verdict::NotApplicable);
    }
    let (measures, home) = known(id, view)?;
    let owning = owning(id, view, measures)?;
    if !measures.committers.joins_rosters() {
        return Ok(apart());
    }
    let people = measures.people();
    let members = 0..view.graph.members().len();
    let mut histories = members.filter_map(|place| measures.history(place));
    let lacking = |history: &History| history.lack().cloned().or(history.cut(Timestamp::MIN));
    if let Some(gap) = histories.find_map(lacking) {
        return Ok(Verdict::Skip(gap));
    }
    let start = people.before(options.days);
    let is_old = measures.history(home).is_some_and(|history| {
        let mut activity = history.activity.iter();
        let old = people.before(options.days.saturating_mul(2));
        activity.any(|did| did.first < old)
    });
    let commits = measures.commits_of(id);
    let by_owners: Vec<u32> = commits
        .filter(|(commit, who)| {
            let person = measures.committers.at(*who).person;
            commit.committed >= start && person.is_some_and(|person| owning.has(person))
        })
        .map(|(_, who)| who)
        .collect();
    if !is_old || by_owners.len() < options.minimum_commits.max(1) as usize {
        return Ok(Verdict::NotApplicable);
    }
    let is_new = |&who: &u32| {
        let did = people.activity(who);
        did.is_some_and(|did| did.first >= start)
    };
    let new: Vec<u32> = by_owners.iter().copied().filter(is_new).collect();
    if new.len() as f64 / by_owners.len() as f64 * 100.0 <= options.max_share.0 {
        return Ok(Verdict::Pass);
    }
    let persons: BTreeSet<u32> = new.iter().copied().collect();
    let message = format!(
        "of {} that {} wrote to `{}` in the last {} days {} are by people who are new there{}",
        count(by_owners.len(), "commit"),
        list(&owning.labels, 0),
        service.name,
        options.days,
        new.len(),
        if measures.names_people {
            let labels = persons.iter().take(MOST_NAMED);
            let labels = labels.map(|&who| format!("`{}`", measures.committers.at(who).label));
            let labels: Vec<String> = labels.collect();
            format!(" ({})", list(&labels, persons.len() - labels.len()))
        } else {
            String::new()
        },
    );
    let violation = Violation::new(view.service_location(id, "is in new hands"), message);
    Ok(violation
        .owners(view.answering(id))
        .help("let somebody who knows it from before work beside them for a while")
        .key("")
        .into())
}

/// How many people are named.
const MOST_NAMED: usize = 5;

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{FreshOwners, RULE};
    use crate::rules::testing::MiniRepository;

    const PEOPLE: &str = r#"
        catalog.complete = true
        [[people]]
        login = "@ann"
        emails = ["ann@acme.test"]
        [[people]]
        login = "@bob"
        emails = ["bob@acme.test"]
        [[teams]]
        handle = "@acme/payments"
        members = ["@ann", "@bob"]
    "#;

    /// A service of the payments team, with these commits to it.
    fn ledger(history: &str) -> MiniRepository {
        let text = format!(
            "-- (history) --\n{history}\n-- ledger/service.toml --\nname = \"ledger\"\n\
             owner = \"@acme/payments\"\n-- ledger/a.rs --\n-- x.rs --"
        );
        MiniRepository::new(&text).declare(PEOPLE)
    }

    /// The commits of an old repository, and then those of people by their days in December.
    fn december(people: &[(&str, std::ops::Range<u32>)]) -> String {
        let mut history = "2025-02-01 ann: x.rs\n".to_owned();
        for (who, days) in people {
            history.extend(
                days.clone()
                    .map(|day| format!("2025-12-{day:02} {who}: ledger/a.rs\n")),
            );
        }
        history
    }

    #[test]
    fn most_commits_of_the_owners_are_by_newcomers() {
        let found = ledger(&december(&[("ann", 1..10), ("bob", 10..21)])).check(&RULE);
        expect![[r#"
            fail ledger/service.toml:1:8 of 20 commits that `@acme/payments` wrote to `ledger` in the last 90 days 11 are by people who are new there
              help: let somebody who knows it from before work beside them for a while
        "#]]
        .assert_eq(&found);
        let half = ledger(&december(&[("ann", 1..11), ("bob", 11..21)]));
        assert_eq!(half.check(&RULE), "pass\n");
        // Whoever is known from elsewhere is not new.
        let other =
            MiniRepository::new("-- (history) --\n2025-02-01 bob: y\n-- y --").named("other");
        let known = ledger(&december(&[("bob", 1..21)])).beside(other);
        assert_eq!(known.check(&RULE), "pass\n");
    }

    #[test]
    fn few_commits_and_young_repositories_say_nothing() {
        let few = ledger(&december(&[("bob", 1..20)]));
        assert_eq!(few.check(&RULE), "not applicable\n");
        let others = ledger(&december(&[("zoe", 1..25), ("bob", 1..5)]));
        assert_eq!(others.check(&RULE), "not applicable\n");
        let young = december(&[("bob", 1..21)]).replace("2025-02-01", "2025-08-01");
        assert_eq!(ledger(&young).check(&RULE), "not applicable\n");
        let options = FreshOwners {
            days: 60,
            ..FreshOwners::default()
        };
        let found = ledger(&young).check_with(&RULE, options);
        assert!(found.starts_with("fail"), "{found}");
    }
}
