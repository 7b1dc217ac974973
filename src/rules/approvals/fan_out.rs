//! `approvals/fan-out`

use crate::analysis::load::Spread;
use crate::analysis::replay::ReplayedChange;
use crate::codeowners::OwnershipFile;
use crate::policy::{Level, Settings};
use crate::rules::changes::{enough, first_line, tenths, too_few};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `approvals/fan-out`.
    pub(crate) struct FanOut {
        /// How many groups of owners changes may need on average.
        max_mean("max-mean"): u32 = 2,
        /// How many groups of owners one change may need.
        max_groups("max-groups"): u32 = 5,
        /// Changes of more paths are not looked at.
        max_paths("max-paths"): u32 = 30,
        /// Over how many days changes are looked at.
        days("days"): u32 = 90,
        /// How many changes there must be for the rule to apply.
        minimum_changes("minimum-changes"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// The changes of the last 90 days are run past the ownership file as it is now. On average they need at most
    /// 2 groups of owners, and none needs more than 5; the latter is a note. A group is the set of owners of a
    /// line: any of them can approve. Changes of more than 30 paths are not looked at: what is done everywhere
    /// needs everybody. Changes of bots count nowhere. The rule applies from 20 changes on. All numbers are
    /// defaults of ours; there is no literature.
    ///
    /// ## Why it matters
    ///
    /// A change waits for the slowest of those who have to approve it. What belongs together is cut across by the
    /// borders of ownership: either the borders are in the wrong place, or the code is.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."approvals/fan-out"]
    /// minimum-changes = 3
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /api/ @acme/api
    /// /schema/ @acme/data
    /// /web/ @acme/web
    /// -- api/cart.rs --
    /// -- schema/cart.sql --
    /// -- web/cart.ts --
    /// -- (history) --
    /// 2026-01-05 ann: api/cart.rs schema/cart.sql web/cart.ts
    /// 2026-01-06 ann: api/cart.rs schema/cart.sql web/cart.ts
    /// 2026-01-07 ben: api/cart.rs schema/cart.sql web/cart.ts
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules."approvals/fan-out"]
    /// minimum-changes = 3
    /// -- CODEOWNERS --
    /// * @acme/core
    /// /cart/ @acme/cart
    /// -- cart/api.rs --
    /// -- cart/schema.sql --
    /// -- cart/web.ts --
    /// -- (history) --
    /// 2026-01-05 ann: cart/api.rs cart/schema.sql cart/web.ts
    /// 2026-01-06 ann: cart/api.rs cart/schema.sql cart/web.ts
    /// 2026-01-07 ben: cart/api.rs cart/schema.sql cart/web.ts
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-mean`: how many groups of owners changes may need on average. Default: `2`.
    /// - `max-groups`: how many groups of owners one change may need. Default: `5`.
    /// - `max-paths`: changes of more paths are not looked at. Default: `30`.
    /// - `days`: over how many days changes are looked at. Default: `90`.
    /// - `minimum-changes`: how many changes there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The ownership file and the history.
    id: "approvals/fan-out",
    summary: "changes need many groups of owners",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: true,
    needs: [Tree, OwnershipFile, History],
    options: FanOut,
    check: OwnershipFile(check),
}

fn check(file: &OwnershipFile, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<FanOut>();
    if let Err(verdict) = enough(view, options.days, options.minimum_changes) {
        return verdict;
    }
    let Some(measures) = view.measures else {
        return Verdict::NotApplicable;
    };
    let start = measures.days_ago(options.days);
    let replayed = measures.replay().repository(view.place);
    let changes = replayed.into_iter().flat_map(|it| it.since(start));
    let changes = changes.filter(|it| !it.is_by_bots && it.paths <= options.max_paths);
    let changes: Vec<&ReplayedChange> = changes.collect();
    if changes.len() < options.minimum_changes as usize {
        return too_few(view);
    }
    let spread = Spread::of(changes.iter().map(|change| change.groups.len()));
    let days = options.days;
    if spread.mean > f64::from(options.max_mean) {
        let message = format!(
            "changes need {} groups of owners on average: over {} changes of the last {days} days, 9 of 10 need at most {}, one needs {}",
            tenths(spread.mean),
            changes.len(),
            spread.p90,
            spread.max
        );
        let help = "draw the borders of ownership around what changes together";
        return Violation::new(first_line(file, "these decide"), message)
            .help(help)
            .key("mean")
            .into();
    }
    let most = options.max_groups as usize;
    let many = changes.iter().filter(|change| change.groups.len() > most);
    let Some(worst) = many.clone().max_by_key(|it| it.groups.len()) else {
        return Verdict::Pass;
    };
    let landing = measures.history(view.place);
    let landing = landing.and_then(|history| history.changes.get(worst.landing as usize));
    let commit = landing.map_or_else(String::new, |it| it.id.to_string());
    let message = format!(
        "{} of the last {days} days needed more than {most} groups of owners, `{}` {} of them",
        count(many.count(), "change"),
        commit.get(..12).unwrap_or_default(),
        worst.groups.len()
    );
    Violation::new(first_line(file, "these decide"), message)
        .help("make such changes in steps, or draw the borders of ownership around what changes together")
        .at_most(Level::Note)
        .key("one")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{FanOut, RULE};
    use crate::rules::testing::MiniRepository;

    /// Changes of these paths, so many each.
    fn check(changes: &[(&str, usize)], options: FanOut) -> String {
        let owners: String = (0..8).map(|n| format!("/{n} @acme/t{n}\n")).collect();
        let files: String = (0..8).map(|n| format!("-- {n} --\n")).collect();
        let line =
            |&(paths, count): &(&str, usize)| format!("2026-01-05 eve: {paths}\n").repeat(count);
        let commits: String = changes.iter().map(line).collect();
        let text = format!("-- CODEOWNERS --\n{owners}{files}-- (history) --\n{commits}");
        MiniRepository::new(&text).check_with(&RULE, options)
    }

    #[test]
    fn the_mean_and_the_largest_have_their_borders() {
        let found = [
            &[("0 1 2", 11), ("0 1", 9)][..],
            &[("0 1 2", 10), ("0", 10)],
            &[("0 1 2 3 4 5 6", 1), ("0 1 2 3 4 5", 1), ("free", 19)],
            &[("0 1 2 3 4", 1), ("free", 19)],
            &[("0 1 2", 19)],
        ]
        .map(|changes| check(changes, FanOut::default()));
        expect![[r#"
            fail CODEOWNERS:1:1 changes need 2.5 groups of owners on average: over 20 changes of the last 90 days, 9 of 10 need at most 3, one needs 3
              help: draw the borders of ownership around what changes together
            pass
            fail CODEOWNERS:1:1 2 changes of the last 90 days needed more than 5 groups of owners, `000000000000` 7 of them
              at most note
              help: make such changes in steps, or draw the borders of ownership around what changes together
            pass
            not applicable
        "#]]
        .assert_eq(&found.concat());
    }

    #[test]
    fn what_is_done_everywhere_is_left_out() {
        let options = FanOut {
            max_paths: 6,
            ..FanOut::default()
        };
        let found = check(&[("0 1 2 3 4 5 6", 30), ("0", 20)], options);
        assert_eq!(found, "pass\n");
    }
}
