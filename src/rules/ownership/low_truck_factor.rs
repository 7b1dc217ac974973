//! `ownership/low-truck-factor`

use crate::analysis::truck_factor::FILTER;
use crate::graph::ServiceId;
use crate::policy::Settings;
use crate::rules::knowing::{known, too_few, unverifiable};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::{count, list};

crate::options! {
    /// The options of `ownership/low-truck-factor`.
    pub(crate) struct LowTruckFactor {
        /// The least truck factor.
        minimum("minimum"): u32 = 2,
        /// The least critical tier that is judged.
        lowest_tier("lowest-tier"): u32 = 2,
        /// How many source files a service has at least for it to be told.
        minimum_files("minimum-files"): u32 = 3,
        /// How often its source files were changed at least for it to be told.
        minimum_changes("minimum-changes"): u32 = 10,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// The knowledge of a service of tier 1 or 2 that runs does not hang on one person. The *truck factor* is the
    /// number of people who have to go until fewer than half of its source files have an author left. Who
    /// is an author is told by the *degree of authorship*: whoever added a file, or changed it often while
    /// others changed it little (Avelino, Passos, Hora and Valente, *A Novel Approach for Estimating Truck
    /// Factors*, ICPC 2016; computed as their tool does, which leaves out people who know less than a tenth
    /// of what the first knows). Their study found that most of the known repositories that it looked at
    /// have a truck factor of 1 or 2; that 2 is the least for a critical service is a default of ours.
    ///
    /// Source files are files of programming and markup languages, without documentation, examples, data and
    /// what others or programs wrote; the number depends strongly on that. Paths tell which these are (`vendor/`,
    /// `docs/`, `*.pb.go`), and the attributes `linguist-vendored`, `linguist-generated` and
    /// `linguist-documentation` in `.gitattributes`, which overrule paths either way; what the policy excludes
    /// (`[files] exclude`) does not count. Former names of a file count, bots do not. A service of fewer than 3 source files, or of which fewer than 10 changes are known, is
    /// skipped. Commits are all that is seen: who reviews and writes nothing may know the code well.
    ///
    /// ## Why it matters
    ///
    /// When that person is ill, leaves or is busy, nobody can mend the service in time, and nobody can tell
    /// whether a change to it is right.
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
    /// 2025-11-03 ann: ledger/book.rs ledger/entry.rs ledger/sum.rs
    /// 2025-11-10 ann: ledger/book.rs ledger/entry.rs ledger/sum.rs
    /// 2025-12-01 ann: ledger/book.rs ledger/entry.rs ledger/sum.rs
    /// 2026-01-05 bob: ledger/sum.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// tier = 1
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
    /// 2025-11-03 ann: ledger/book.rs
    /// 2025-11-04 bob: ledger/entry.rs ledger/sum.rs
    /// 2025-11-10 ann: ledger/book.rs ledger/entry.rs ledger/sum.rs
    /// 2025-12-01 ann: ledger/book.rs ledger/entry.rs ledger/sum.rs
    /// 2026-01-05 bob: ledger/book.rs ledger/sum.rs
    /// -- ledger/service.toml --
    /// name = "ledger"
    /// tier = 1
    /// owner = "@acme/payments"
    /// -- ledger/book.rs --
    /// -- ledger/entry.rs --
    /// -- ledger/sum.rs --
    /// ```
    ///
    /// ## Options
    ///
    /// - `minimum`: the least truck factor. Default: `2`.
    /// - `lowest-tier`: the least critical tier that is judged. Default: `2`.
    /// - `minimum-files`: how many source files a service has at least for it to be told. Default: `3`.
    /// - `minimum-changes`: how often its source files were changed at least for it to be told. Default: `10`.
    ///
    /// ## Needs
    ///
    /// The history of the repository that holds the service, whole, and the descriptors.
    id: "ownership/low-truck-factor",
    summary: "the knowledge of a critical service hangs on too few people",
    level: Warning, strict: Warning,
    status: Preview,
    organizational: false,
    needs: [Tree, Catalog, History],
    options: LowTruckFactor,
    check: Service(check),
}

/// How many people are named.
const MOST_NAMED: usize = 5;

fn check(id: ServiceId, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<LowTruckFactor>();
    let service = view.graph.service(id).service;
    let is_critical = |tier| u32::from(tier) <= options.lowest_tier;
    if !service.runs || !service.tier().is_some_and(is_critical) {
        return Verdict::NotApplicable;
    }
    let measures = match known(id, view) {
        Ok((measures, _)) => measures,
        Err(verdict) => return verdict,
    };
    let found = measures.truck_factor(id);
    if let Some(skip) = too_few(found.known, options.minimum_files) {
        return skip;
    }
    if found.changes < options.minimum_changes as usize {
        let least = options.minimum_changes;
        let why = format!("fewer than {least} changes of its source files are known");
        return unverifiable(why);
    }
    if found.number() == 0 {
        return unverifiable("fewer than half of its source files have anybody who knows them");
    }
    if found.number() >= options.minimum as usize {
        return Verdict::Pass;
    }
    let people = match found.number() {
        1 => "one person".to_owned(),
        many => format!("{many} people"),
    };
    let who = match measures.names_people {
        true => {
            let named = found.who.iter().take(MOST_NAMED);
            let label = |who| &measures.committers.at(who).label;
            let named: Vec<String> = named.map(|it| format!("`{}`", label(it.who))).collect();
            format!(" ({})", list(&named, found.number() - named.len()))
        }
        false => String::new(),
    };
    let message = format!(
        "`{}` hangs on {people}{who}: without them {} of its {} have somebody who knows them",
        service.name,
        found.left,
        count(found.files, "source file"),
    );
    Violation::new(
        view.service_location(id, format!("hangs on {people}")),
        message,
    )
    .owners(view.answering(id))
    .help(format!(
        "let others work on it: pair, take turns, review together. Counted are {FILTER}"
    ))
    .key("")
    .into()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::civil::date;

    use super::{LowTruckFactor, RULE};
    use crate::rules::testing::MiniRepository;

    /// A service with three source files, with these commits and what its descriptor says.
    fn ledger(history: &str, descriptor: &str) -> MiniRepository {
        let text = format!(
            "-- (history) --\n{history}\n-- ledger/service.toml --\nname = \"ledger\"\n{descriptor}\n\
             -- ledger/a.rs --\n-- ledger/b.rs --\n-- ledger/c.rs --\n-- ledger/README.md --"
        );
        MiniRepository::new(&text).declare("")
    }

    const ALL: &str = "ledger/a.rs ledger/b.rs ledger/c.rs";

    /// Commits of these people on the first days of a month, each of whom touches all files.
    fn by(people: &[&str]) -> String {
        let lines = people.iter().enumerate();
        let lines = lines.map(|(day, who)| format!("2025-11-{:02} {who}: {ALL}\n", day + 1));
        lines.collect()
    }

    #[test]
    fn one_person_knows_it_all() {
        let found = ledger(&by(&["ann", "ann", "ann", "bob"]), "tier = 2").check(&RULE);
        expect![[r#"
            fail ledger/service.toml:1:8 `ledger` hangs on one person: without them 0 of its 3 source files have somebody who knows them
              help: let others work on it: pair, take turns, review together. Counted are files of programming and markup languages, without documentation, examples, data and what others or programs wrote, as paths and `linguist-*` in `.gitattributes` tell, and without what the policy excludes
        "#]]
        .assert_eq(&found);
    }

    #[test]
    fn two_who_share_the_work_are_enough() {
        let both = by(&["ann", "bob", "bob", "bob", "bob", "ann"]);
        assert_eq!(ledger(&both, "tier = 1").check(&RULE), "pass\n");
        let options = LowTruckFactor {
            minimum: 3,
            ..LowTruckFactor::default()
        };
        let found = ledger(&both, "tier = 1").check_with(&RULE, options);
        assert!(
            found.contains("hangs on 2 people: without them 0 of"),
            "{found}"
        );
    }

    #[test]
    fn services_are_told_apart_by_their_files() {
        let text = format!(
            "-- (history) --\n{}\n-- ledger/a.rs --\n-- ledger/b.rs --\n-- ledger/c.rs --\n-- d.rs --",
            by(&["ann"; 4])
        );
        let declared = [
            ("a", "paths = [\"/ledger/\"]"),
            ("b", "paths = [\"/ledger/\"]"),
            ("c", "paths = [\"/d.rs\"]"),
        ];
        let declared = declared
            .map(|(name, paths)| format!("[[services]]\nname = \"{name}\"\ntier = 1\n{paths}\n"));
        let found = MiniRepository::new(&text).declare(&declared.concat());
        let found = found.check(&RULE);
        let starts: Vec<&str> = found
            .lines()
            .filter(|line| !line.starts_with(' '))
            .map(|line| line.split(':').next().unwrap())
            .collect();
        assert_eq!(
            starts,
            [
                "fail bailiwick.toml",
                "fail bailiwick.toml",
                "skip fewer than 3 of its source files have known authors"
            ]
        );
        assert!(
            found.contains("`a` hangs") && found.contains("`b` hangs"),
            "{found}"
        );
    }

    #[test]
    fn by_a_part_of_the_commits_nobody_is_known_to_know_it_alone() {
        let found = ledger(&by(&["ann"; 4]), "tier = 1").read_since(date(2025, 11, 1));
        assert_eq!(
            found.check(&RULE),
            "skip no commits of before 2025-11-01 were read, which count as well\n"
        );
    }

    #[test]
    fn only_critical_services_that_run_are_judged() {
        let one = by(&["ann", "ann", "ann", "ann"]);
        for descriptor in ["tier = 3", "", "tier = 1\nkind = \"library\""] {
            assert_eq!(ledger(&one, descriptor).check(&RULE), "not applicable\n");
        }
    }

    #[test]
    fn too_little_says_nothing() {
        let found = ledger(&by(&["ann", "ann", "ann"]), "tier = 1").check(&RULE);
        assert_eq!(
            found,
            "skip fewer than 10 changes of its source files are known\n"
        );
        let options = LowTruckFactor {
            minimum_files: 4,
            ..LowTruckFactor::default()
        };
        let found = ledger(&by(&["ann"; 4]), "tier = 1").check_with(&RULE, options);
        assert_eq!(
            found,
            "skip fewer than 4 of its source files have known authors\n"
        );
        let many = "2025-11-01 ann: x.rs\n".to_owned()
            + &(1..12)
                .map(|n| format!("2025-12-{n:02} p{n}: ledger/a.rs\n"))
                .collect::<String>();
        let options = LowTruckFactor {
            minimum_files: 1,
            ..LowTruckFactor::default()
        };
        let found = ledger(&many, "tier = 1").check_with(&RULE, options);
        assert_eq!(
            found,
            "skip fewer than half of its source files have anybody who knows them\n"
        );
    }
}
