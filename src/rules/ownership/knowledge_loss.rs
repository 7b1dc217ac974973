//! `ownership/knowledge-loss`

use crate::facts::Location;
use crate::graph::ServiceId;
use crate::policy::{Level, Percent, Settings};
use crate::rules::knowing::{apart, known, too_few, unverifiable};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::count;

crate::options! {
    /// The options of `ownership/knowledge-loss`.
    pub(crate) struct KnowledgeLoss {
        /// The largest share of source files, in percent, that only people who left may know.
        max_share("max-share"): Percent = Percent(30.0),
        /// After how many days without a commit somebody left, where no roster is complete.
        inactive_days("inactive-days"): u32 = crate::analysis::people::SEEN_DAYS,
        /// How many source files a service has at least for it to be told.
        minimum_files("minimum-files"): u32 = 3,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Of the source files of a service that runs, at most 30 % are known only to people who left. Who knows
    /// a file is told by the degree of authorship, and which files count as for `ownership/low-truck-factor`.
    /// The number is a default of ours.
    ///
    /// Somebody left whom a roster lacks that is complete, unless they wrote a commit in the last 30 days.
    /// Where no roster is complete, somebody is taken to have left who wrote no commit for 180 days in any
    /// repository of the run, if anybody at all did. Who moved to a repository that was not read looks the
    /// same, so that this is at most a note. Where a roster is complete and it cannot be told whether it has
    /// somebody, since rosters do not give everybody's address, their files count neither way; where that
    /// matters, the rule says that it was skipped.
    ///
    /// ## Why it matters
    ///
    /// Nobody is left to ask. Changes to such files are guesses, and their failures take long to understand
    /// (Rigby and others, *Quantifying and Mitigating Turnover-Induced Knowledge Loss*, ICSE 2016).
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/missing" = "off"
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- (history) --
    /// 2025-01-20 ann: ledger/book.rs ledger/entry.rs
    /// 2025-12-01 bob: ledger/sum.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/payments"
    /// -- ledger/book.rs --
    /// -- ledger/entry.rs --
    /// -- ledger/sum.rs --
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [rules]
    /// "runbooks/missing" = "off"
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- (history) --
    /// 2025-01-20 ann: ledger/book.rs ledger/entry.rs
    /// 2025-12-01 bob: ledger/sum.rs
    /// 2025-12-02 bob: ledger/book.rs ledger/entry.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/payments"
    /// -- ledger/book.rs --
    /// -- ledger/entry.rs --
    /// -- ledger/sum.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `max-share`: the largest share of source files, in percent, that only people who left may know.
    ///   Default: `30`.
    /// - `inactive-days`: after how many days without a commit somebody left, where no roster is complete.
    ///   Default: `180`.
    /// - `minimum-files`: how many source files a service has at least for it to be told. Default: `3`.
    ///
    /// ## Needs
    ///
    /// The history of the repository that holds the service, whole, and the descriptors; a complete roster
    /// with the addresses of people, to know who left.
    id: "ownership/knowledge-loss",
    summary: "much of a service is known only to people who left",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: false,
    needs: [Tree, Catalog, History],
    options: KnowledgeLoss,
    check: Service(check),
    places: [Summary],
}

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<KnowledgeLoss>();
    let service = view.graph.service(id).service;
    if !service.runs {
        return Verdict::NotApplicable;
    }
    let (measures, home) = match known(id, view) {
        Ok(known) => known,
        Err(verdict) => return verdict,
    };
    let by_roster = view.directory.is_complete_anywhere();
    if by_roster && !measures.committers.joins_rosters() {
        return apart();
    }
    let loss = measures.loss(id, options.inactive_days);
    if let Some(skip) = too_few(loss.files, options.minimum_files) {
        return skip;
    }
    let exceeds = |files: usize| files as f64 / loss.files as f64 * 100.0 > options.max_share.0;
    let lost = loss.lost.len();
    if !exceeds(lost) {
        return match exceeds(lost + loss.unclear) {
            true if by_roster => {
                unverifiable("of people who know much of it no roster tells whether they are there")
            }
            true => unverifiable(format!(
                "nobody wrote a commit in the last {} days",
                options.inactive_days
            )),
            false => Verdict::Pass,
        };
    }
    let files = count(loss.files, "source file");
    let name = &service.name;
    let message = match by_roster {
        true => format!("nobody who is there knows {lost} of the {files} of `{name}`"),
        false => format!(
            "the authors of {lost} of the {files} of `{name}` wrote no commit in the last {} days",
            options.inactive_days
        ),
    };
    let violation = Violation::new(
        view.service_location(id, "much of it is known to nobody who is there"),
        message,
    );
    let tree = &view.graph.members()[home].repository.tree;
    let lost = loss.lost.iter().map(|&place| {
        let file = view.graph.files(id)[place] as usize;
        let location = Location::file(tree.path(file).into(), "its authors are gone");
        view.location_in(home, location)
    });
    let violation = match by_roster {
        true => violation,
        // That they left is likely, and no more.
        false => violation.at_most(Level::Note),
    };
    violation
        .places(lost.collect())
        .owners(view.answering(id))
        .help("let somebody read and change these files while those who wrote them can still be asked")
        .key("")
        .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{KnowledgeLoss, RULE};
    use crate::policy::Percent;
    use crate::rules::testing::MiniRepository;

    /// A service with four source files and these commits.
    fn ledger(history: &str, declared: &str) -> MiniRepository {
        let text = format!(
            "-- (history) --\n{history}\n-- ledger/service.toml --\nname = \"ledger\"\n\
             -- ledger/a.rs --\n-- ledger/b.rs --\n-- ledger/c.rs --\n-- ledger/d.rs --"
        );
        MiniRepository::new(&text).declare(declared)
    }

    /// ann wrote half of it long ago, bob the other half some weeks ago.
    const HALF: &str =
        "2025-01-10 ann: ledger/a.rs ledger/b.rs\n2025-11-20 bob: ledger/c.rs ledger/d.rs";

    const BOB: &str = "catalog.complete = true\n[[people]]\nlogin = \"@bob\"\n\
        emails = [\"bob@acme.test\"]\n[[teams]]\nhandle = \"@acme/a\"\nmembers = [\"@bob\"]\n";

    const ANN: &str = "[[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n";

    #[test]
    fn without_a_roster_whoever_did_nothing_for_long_is_taken_to_have_left() {
        expect![[r#"
            fail ledger/service.toml:1:8 the authors of 2 of the 4 source files of `ledger` wrote no commit in the last 180 days
              at ledger/a.rs its authors are gone
              at ledger/b.rs its authors are gone
              at most note
              help: let somebody read and change these files while those who wrote them can still be asked
        "#]]
        .assert_eq(&ledger(HALF, "").check(&RULE));
        let options = KnowledgeLoss {
            max_share: Percent(50.0),
            ..KnowledgeLoss::default()
        };
        assert_eq!(ledger(HALF, "").check_with(&RULE, options), "pass\n");
        let active = format!("{HALF}\n2025-12-01 ann: x.rs");
        assert_eq!(ledger(&active, "").check(&RULE), "pass\n");
    }

    #[test]
    fn a_complete_roster_says_who_left() {
        let found = ledger(HALF, BOB).check(&RULE);
        assert!(
            found.contains("nobody who is there knows 2 of the 4 source files")
                && !found.contains("at most"),
            "{found}"
        );
        assert_eq!(ledger(HALF, &format!("{BOB}{ANN}")).check(&RULE), "pass\n");
        // Whoever is at work did not leave, whatever the roster says.
        let active = format!("{HALF}\n2026-01-10 ann: x.rs");
        assert_eq!(ledger(&active, BOB).check(&RULE), "pass\n");
    }

    #[test]
    fn what_rosters_and_commits_do_not_tell_is_skipped() {
        let silent = format!("{BOB}[[people]]\nlogin = \"@zoe\"\n");
        assert_eq!(
            ledger(HALF, &silent).check(&RULE),
            "skip of people who know much of it no roster tells whether they are there\n"
        );
        let strangers = BOB.replace("bob@", "zoe@");
        assert_eq!(
            ledger(HALF, &strangers).check(&RULE),
            "skip nobody whom a roster has is known to have written a commit\n"
        );
        let dormant = HALF.replace("2025-11-20", "2025-01-20");
        assert_eq!(
            ledger(&dormant, "").check(&RULE),
            "skip nobody wrote a commit in the last 180 days\n"
        );
        let few = "2025-01-10 ann: ledger/a.rs\n2025-12-01 bob: x.rs";
        assert_eq!(
            ledger(few, "").check(&RULE),
            "skip fewer than 3 of its source files have known authors\n"
        );
    }
}
