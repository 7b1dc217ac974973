//! `ownership/knowledge-mismatch`

use std::collections::BTreeMap;

use crate::analysis::people::Presence;
use crate::graph::ServiceId;
use crate::policy::{Percent, Settings};
use crate::rules::knowing::{apart, known, owning, too_few, unverifiable};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

crate::options! {
    /// The options of `ownership/knowledge-mismatch`.
    pub(crate) struct KnowledgeMismatch {
        /// The least share of authors, in percent, that the owners have.
        minimum_share("minimum-share"): Percent = Percent(50.0),
        /// After how many days without a commit somebody left, where no roster is complete.
        inactive_days("inactive-days"): u32 = crate::analysis::people::SEEN_DAYS,
        /// How many source files a service has at least for it to be told.
        minimum_files("minimum-files"): u32 = 3,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// Who owns a service knows it: of the authors of its source files at least 50 % are people of the team that
    /// answers for it. Each author of each file counts, by the degree of authorship, and files count as for
    /// `ownership/low-truck-factor`. People who left do not count; what went with them is for
    /// `ownership/knowledge-loss` to say. The number is a default of ours.
    ///
    /// Who is in the team has to be known completely. Authors of whom no roster tells who they are may be in it
    /// or not, and where that matters the rule says that it was skipped.
    ///
    /// ## Why it matters
    ///
    /// Ownership on paper sends questions, reviews and alerts to people who have to ask others.
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
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [[people]]
    /// login = "@bob"
    /// emails = ["bob@acme.test"]
    /// [[teams]]
    /// handle = "@acme/payments"
    /// members = ["@ann"]
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@bob"]
    /// -- CODEOWNERS --
    /// * @acme/payments
    /// -- (history) --
    /// 2025-11-20 bob: ledger/book.rs ledger/entry.rs
    /// 2025-12-01 ann: ledger/sum.rs
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
    /// catalog.complete = true
    /// [rules]
    /// "teams/understaffed" = "off"
    /// "teams/missing-onboarding" = "off"
    /// "approvals/sole-approver" = "off"
    /// "runbooks/missing" = "off"
    /// [[people]]
    /// login = "@ann"
    /// emails = ["ann@acme.test"]
    /// [[people]]
    /// login = "@bob"
    /// emails = ["bob@acme.test"]
    /// [[teams]]
    /// handle = "@acme/payments"
    /// members = ["@ann"]
    /// [[teams]]
    /// handle = "@acme/core"
    /// members = ["@bob"]
    /// -- CODEOWNERS --
    /// * @acme/core
    /// -- (history) --
    /// 2025-11-20 bob: ledger/book.rs ledger/entry.rs
    /// 2025-12-01 ann: ledger/sum.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// owner = "@acme/core"
    /// -- ledger/book.rs --
    /// -- ledger/entry.rs --
    /// -- ledger/sum.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `minimum-share`: the least share of authors, in percent, that the owners have. Default: `50`.
    /// - `inactive-days`: after how many days without a commit somebody left, where no roster is complete.
    ///   Default: `180`.
    /// - `minimum-files`: how many source files a service has at least for it to be told. Default: `3`.
    ///
    /// ## Needs
    ///
    /// The history of the repository that holds the service, whole, the descriptors, and a roster that says
    /// completely who is in the team, with addresses.
    id: "ownership/knowledge-mismatch",
    summary: "few who know a service are in the team that owns it",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Tree, Catalog, History],
    options: KnowledgeMismatch,
    check: Service(check),
}

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    match judge(id, view, settings.options()) {
        Ok(verdict) | Err(verdict) => verdict,
    }
}

fn judge(id: ServiceId, view: &View<'_>, options: &KnowledgeMismatch) -> Result<Verdict, Verdict> {
    let service = view.graph.service(id).service;
    if !service.runs {
        return Ok(Verdict::NotApplicable);
    }
    let (measures, _) = known(id, view)?;
    let owning = owning(id, view, measures)?;
    let committers = &measures.committers;
    if !committers.joins_rosters() {
        return Ok(apart());
    }
    let people = measures.people();
    let authors = measures.authors(id);
    let files = authors.files;
    if let Some(skip) = too_few(files, options.minimum_files) {
        return Ok(skip);
    }
    // Authors of files: those of the team, those whom nobody can tell, and others by person.
    let (mut inside, mut unclear) = (0, 0);
    let mut outside: BTreeMap<u32, usize> = BTreeMap::new();
    for (&who, &files) in &authors.people {
        let person = committers.at(who).person;
        match people.presence(who, options.inactive_days) {
            Presence::Left => {}
            _ if person.is_some_and(|person| owning.has(person)) => inside += files,
            Presence::Unknown => unclear += files,
            Presence::Here | Presence::Outside => {
                outside.insert(who, files);
            }
        }
    }
    let others: usize = outside.values().sum();
    let all = inside + unclear + others;
    // What went with people is for another rule to say.
    if all == 0 {
        return Ok(Verdict::NotApplicable);
    }
    let is_enough = |part: usize| part as f64 / all as f64 * 100.0 >= options.minimum_share.0;
    if is_enough(inside) {
        return Ok(Verdict::Pass);
    }
    if is_enough(inside + unclear) {
        let why = "of people who know much of it no roster tells who they are";
        return Ok(unverifiable(why));
    }
    // The team of which most others are, if it knows more.
    let teams = view.directory.teams().iter();
    let teams = teams.map(|team| {
        let theirs = outside.iter().filter(|&(&who, _)| {
            let person = committers.at(who).person;
            person.is_some_and(|person| team.members.contains(&person))
        });
        (theirs.map(|(_, files)| files).sum::<usize>(), &team.label)
    });
    // Of teams that know as much the first by name.
    let best = teams.rev().max_by_key(|&(files, _)| files);
    let best = best.filter(|&(files, _)| files > inside);
    let owners = list(&owning.labels, 0);
    let message = format!(
        "of {} of the {} of `{}` {inside} {} in {owners}, which answers for it",
        count(all, "author"),
        count(files, "source file"),
        service.name,
        if inside == 1 { "is" } else { "are" },
    );
    let help = match best {
        Some((theirs, team)) => format!(
            "`{team}` has {theirs} of them: let it answer for `{}`, or let it teach those who do",
            service.name
        ),
        None => "let those who know it teach those who answer for it".to_owned(),
    };
    let violation = Violation::new(
        view.service_location(id, "is known to others than its owners"),
        message,
    );
    Ok(violation
        .owners(view.answering(id))
        .help(help)
        .key("")
        .into())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

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
        [[teams]]
        handle = "@acme/payments"
        members = ["@ann"]
        [[teams]]
        handle = "@acme/core"
        members = ["@bob", "@cem"]
    "#;

    /// A service of the payments team with four source files and these commits.
    fn ledger(history: &str, declared: &str) -> String {
        let text = format!(
            "-- (history) --\n{history}\n-- ledger/service.toml --\nname = \"ledger\"\n\
             owner = \"@acme/payments\"\n\
             -- ledger/a.rs --\n-- ledger/b.rs --\n-- ledger/c.rs --\n-- ledger/d.md --\n\
             -- ledger/e.rs --\n-- ledger/f.rs --"
        );
        MiniRepository::new(&text).declare(declared).check(&RULE)
    }

    const MOSTLY_OTHERS: &str = "2025-11-01 bob: ledger/a.rs ledger/d.md\n2025-11-02 cem: ledger/b.rs\n2025-11-03 ann: ledger/c.rs";

    #[test]
    fn others_know_it_better_than_its_owners() {
        expect![[r#"
            fail ledger/service.toml:1:8 of 3 authors of the 3 source files of `ledger` 1 is in `@acme/payments`, which answers for it
              help: `@acme/core` has 2 of them: let it answer for `ledger`, or let it teach those who do
        "#]]
        .assert_eq(&ledger(MOSTLY_OTHERS, PEOPLE));
        let half = format!("{MOSTLY_OTHERS}\n2025-11-04 ann: ledger/a.rs");
        assert_eq!(ledger(&half, PEOPLE), "pass\n");
    }

    #[test]
    fn people_who_left_do_not_count() {
        let history = |who| {
            format!("{MOSTLY_OTHERS}\n2025-11-04 {who}: ledger/e.rs\n2025-11-05 ann: ledger/f.rs")
                .replace("cem", who)
        };
        assert!(ledger(&history("cem"), PEOPLE).starts_with("fail"));
        assert_eq!(ledger(&history("dan"), PEOPLE), "pass\n");
    }

    #[test]
    fn what_rosters_do_not_tell_is_skipped() {
        let partial = PEOPLE.replace("catalog.complete = true", "");
        assert!(ledger(MOSTLY_OTHERS, &partial).starts_with("skip no roster says completely"));
        let strangers = PEOPLE.replace("@acme.test", "@home.test");
        assert_eq!(
            ledger(MOSTLY_OTHERS, &strangers),
            "skip nobody whom a roster has is known to have written a commit\n"
        );
        let silent = PEOPLE.replace("emails = [\"cem@acme.test\"]", "");
        assert_eq!(
            ledger(MOSTLY_OTHERS, &silent),
            "skip of people who know much of it no roster tells who they are\n"
        );
        assert_eq!(
            ledger("2025-11-01 bob: ledger/a.rs", PEOPLE),
            "skip fewer than 3 of its source files have known authors\n"
        );
    }
}
