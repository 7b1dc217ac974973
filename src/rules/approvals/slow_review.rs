//! `approvals/slow-review`

use crate::analysis::reviews::Pickup;
use crate::codeowners::OwnershipFile;
use crate::policy::Settings;
use crate::rules::changes::{first_line, tenths};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `approvals/slow-review`.
    pub(crate) struct SlowReview {
        /// How many working days nine in ten pull requests may wait for their first review.
        max_days("max-days"): u32 = 2,
        /// Over how many days pull requests are looked at; at most 180 are known.
        days("days"): u32 = 90,
        /// How many pull requests there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Of the pull requests to the default branch of the last 90 days, nine in ten get their first review within
    /// 2 working days. Those count that need an owner other than their author, by the ownership file as it is
    /// now. Time runs from when one was opened, or last declared ready; a review counts if somebody else gave it
    /// who is an owner of what it changes, or in a team that is. Where no roster says who is in such a team, the
    /// first review by any other person counts, and the finding says so.
    ///
    /// One that is open and has waited longer counts with its time so far. One that was merged or closed before
    /// anybody who counts had a look has no such time; if there are many, the finding tells how many. Working
    /// days are those from Monday to Friday in UTC. Pull requests and reviews of bots count nowhere. The rule
    /// applies from 20 pull requests on. All numbers are defaults of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// Whoever waits begins something else, and comes back to work that they have forgotten. Large changes,
    /// long branches and approvals without a look are what people do against slow reviews.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."approvals/slow-review"]
    /// minimum-changes = 2
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (forge) --
    /// pull 1 by ann on 2026-01-05 merged 2026-01-09: a.rs
    /// approved by ben on 2026-01-09
    /// pull 2 by ann on 2026-01-08 merged 2026-01-09: a.rs
    /// approved by ben on 2026-01-08
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."approvals/slow-review"]
    /// minimum-changes = 2
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- a.rs --
    /// -- (forge) --
    /// pull 1 by ann on 2026-01-05 merged 2026-01-07: a.rs
    /// approved by ben on 2026-01-06
    /// pull 2 by ann on 2026-01-08 merged 2026-01-09: a.rs
    /// approved by ben on 2026-01-08
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-days`: how many working days nine in ten pull requests may wait for their first review. Default: `2`.
    /// - `days`: over how many days pull requests are looked at; at most 180 are known. Default: `90`.
    /// - `minimum-changes`: how many pull requests there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The ownership file and the forge (`--online`); rosters that are complete, to know who is in a team.
    id: "approvals/slow-review",
    summary: "pull requests wait long for the first review by their owners",
    level: Note, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [OwnershipFile, Forge, Members, Pulls],
    options: SlowReview,
    check: OwnershipFile(check),
}

/// From what part of all pull requests on those without a review are many: one in so many.
const MANY: usize = 5;

fn check(file: &OwnershipFile, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<SlowReview>();
    if let Err(gap) = view.pulls() {
        return Verdict::Skip(gap);
    }
    let measures = view.measures;
    let reviews = measures.and_then(|it| Some((it, it.reviews(view.place)?)));
    let Some((measures, reviews)) = reviews else {
        return Verdict::NotApplicable;
    };
    let start = measures.days_ago(options.days);
    let most = f64::from(options.max_days);
    let pickup = reviews.pickup(start, measures.as_of, most, None);
    let waited = pickup.percentile(90);
    let (Some(waited), Some(median)) = (waited, pickup.percentile(50)) else {
        return Verdict::NotApplicable;
    };
    if pickup.count() < options.minimum_changes as usize {
        return Verdict::NotApplicable;
    }
    if waited <= most {
        return Verdict::Pass;
    }
    let message = format!(
        "one in ten of {} pull requests of the last {} days waited {} working days or longer for {}, more than {most}; \
         the median is {}{}",
        pickup.count(),
        options.days,
        tenths(waited),
        by_whom(&pickup),
        tenths(median),
        unreviewed(&pickup)
    );
    Violation::new(first_line(file, "these are asked"), message)
        .help("make reviews the first work of the day, ask for smaller changes, or let more people review")
        .key("")
        .into()
}

/// Whose first review counts.
fn by_whom(pickup: &Pickup) -> String {
    let asked = "their first review by an owner";
    let by_anybody = "their first review by anybody, as no roster says who is in the teams";
    match pickup.by_anybody {
        0 => asked.into(),
        all if all == pickup.count() => by_anybody.into(),
        some => format!(
            "{asked}, or for {some} of them by anybody, as no roster says who is in the teams"
        ),
    }
}

/// What is to be said of those that nobody had a look at.
fn unreviewed(pickup: &Pickup) -> String {
    let all = pickup.unreviewed + pickup.count();
    match pickup.unreviewed {
        0 => String::new(),
        some if some * MANY < all => String::new(),
        1 => "; another one was merged without any".into(),
        some => format!("; {} were merged without any", count(some, "other")),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{RULE, SlowReview};
    use crate::rules::testing::MiniRepository;

    /// So many pull requests that were reviewed on the same day, and so many that were on the third day after.
    fn repository(fast: usize, slow: usize, more: &str) -> MiniRepository {
        let pull = |number: usize, day: &str, reviewed: &str| {
            format!("pull {number} by cid on {day}: a\nreviewed by ann on {reviewed}\n")
        };
        let fast = (0..fast).map(|number| pull(number, "2026-01-05", "2026-01-05"));
        let fast: String = fast.collect();
        let slow = (0..slow).map(|number| pull(100 + number, "2026-01-06", "2026-01-09"));
        let slow: String = slow.collect();
        let repository = MiniRepository::owned("* @acme/core\n", ["a"]);
        repository.forge(&format!("{fast}{slow}{more}"))
    }

    const TEAMS: &[(&str, &[&str])] = &[("acme/core", &["ann", "ben"])];

    #[test]
    fn nine_in_ten_are_to_be_fast() {
        let of = |fast, slow| {
            repository(fast, slow, "")
                .roster(&["acme"], TEAMS)
                .check(&RULE)
        };
        assert_eq!(of(18, 2), "pass\n");
        assert_eq!(of(10, 9), "not applicable\n");
        expect![[r#"
            fail CODEOWNERS:1:1 one in ten of 20 pull requests of the last 90 days waited 3 working days or longer for their first review by an owner, more than 2; the median is 0
              help: make reviews the first work of the day, ask for smaller changes, or let more people review
        "#]]
        .assert_eq(&of(17, 3));
    }

    #[test]
    fn what_is_not_known_is_said() {
        expect![[r#"
            fail CODEOWNERS:1:1 one in ten of 20 pull requests of the last 90 days waited 3 working days or longer for their first review by anybody, as no roster says who is in the teams, more than 2; the median is 0
              help: make reviews the first work of the day, ask for smaller changes, or let more people review
        "#]]
        .assert_eq(&repository(17, 3, "").check(&RULE));
        let merged = "pull 500 by cid on 2026-01-05 merged 2026-01-06: a\n".repeat(5);
        let found = repository(17, 3, &merged).check(&RULE);
        assert!(
            found.contains("the median is 0; 5 others were merged without any\n"),
            "{found}"
        );
        let found = repository(17, 3, &merged[..merged.len() / 5 * 4]).check(&RULE);
        assert!(found.contains("the median is 0\n"), "{found}");
    }

    #[test]
    fn it_is_silent_where_nothing_is_known() {
        let repository = MiniRepository::owned("* @acme/core\n", ["a"]);
        assert_eq!(repository.check(&RULE), "skip the forge was not asked\n");
        let options = SlowReview {
            max_days: 3,
            ..SlowReview::default()
        };
        let slow = self::repository(1, 30, "");
        assert_eq!(slow.check_with(&RULE, options), "pass\n");
    }
}
