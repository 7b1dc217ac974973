//! `architecture/premature-microservice`

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use crate::analysis::Measures;
use crate::analysis::coupling::Limits;
use crate::facts::History;
use crate::graph::ServiceId;
use crate::policy::{Level, Settings};
use crate::rules::changes::{tenths, too_few};
use crate::rules::{Verdict, View, Violation, declare_rule};
use crate::text::list;

crate::options! {
    /// The options of `architecture/premature-microservice`.
    pub(crate) struct PrematureMicroservice {
        /// From which degree of coupling on, in percent, services were split for no reason.
        min_degree("min-degree"): u32 = 80,
        /// Up to how many files a service is tiny.
        max_files("max-files"): u32 = 10,
        /// How many services there may be for each person who changed something.
        max_per_person("max-per-person"): u32 = 2,
        /// Over how many days people count who changed something, and how old a tiny service is at least.
        days("days"): u32 = 90,
        /// How many commits of people there must be for the rule to apply.
        minimum_commits("minimum-commits"): u32 = 20,
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A repository with several services that run has them for a reason: they do not change together in 80 % of
    /// their commits or more (by the definitions of code-maat, over a year, with at least 5 shared commits); none
    /// of at most 10 files was written by one person alone and is older than 90 days; and there are at most 2
    /// services for each person who changed anything in the repository within 90 days. Bots are no people. The rule
    /// applies from 20 commits of people on. All numbers are defaults of ours.
    ///
    /// ## Why it matters
    ///
    /// Each service costs: a pipeline, dashboards, alerts, a place on call, calls over the network instead of in
    /// memory. Few people who carry many of them have time for nothing else.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// [rules."architecture/premature-microservice"]
    /// minimum-commits = 5
    /// -- CODEOWNERS --
    /// /s/ @acme/shop
    /// -- s/cart/main.go --
    /// -- s/pay/main.go --
    /// -- (history) --
    /// 2026-01-05 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-06 ben: s/cart/main.go s/pay/main.go
    /// 2026-01-07 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-08 ann: s/cart/main.go s/pay/main.go
    /// 2026-01-09 ben: s/cart/main.go s/pay/main.go
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- bailiwick.toml --
    /// [services]
    /// roots = ["s/*"]
    /// [rules]
    /// "runbooks/missing" = "off"
    /// "codeowners/unguarded-file" = "off"
    /// [rules."architecture/premature-microservice"]
    /// minimum-commits = 5
    /// -- CODEOWNERS --
    /// /s/ @acme/shop
    /// -- s/cart/main.go --
    /// -- s/pay/main.go --
    /// -- (history) --
    /// 2026-01-05 ann: s/cart/main.go
    /// 2026-01-06 ben: s/cart/main.go s/pay/main.go
    /// 2026-01-07 ann: s/pay/main.go
    /// 2026-01-08 ann: s/cart/main.go
    /// 2026-01-09 ben: s/pay/main.go
    /// ```
    ///
    /// ## Options
    ///
    /// - `min-degree`: from which degree of coupling on, in percent, services were split for no reason.
    ///   Default: `80`.
    /// - `max-files`: up to how many files a service is tiny. Default: `10`.
    /// - `max-per-person`: how many services there may be for each person who changed something. Default: `2`.
    /// - `days`: over how many days people count who changed something, and how old a tiny service is at least.
    ///   Default: `90`.
    /// - `minimum-commits`: how many commits of people there must be for the rule to apply. Default: `20`.
    ///
    /// ## Needs
    ///
    /// The descriptors and the history.
    id: "architecture/premature-microservice",
    summary: "services that were split before there was a reason",
    level: Note, strict: Note,
    status: Advisory,
    organizational: true,
    needs: [Tree, Catalog, History],
    options: PrematureMicroservice,
    check: Repository(check),
}

/// How many services are named.
const MOST_NAMED: usize = 5;

fn check(view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<PrematureMicroservice>();
    let (Some(measures), Some(history)) = (view.measures, view.history()) else {
        return Verdict::NotApplicable;
    };
    let graph = view.graph;
    let here = graph
        .services()
        .filter(|(_, entry)| entry.home == Some(view.place) && entry.service.runs);
    let here: BTreeSet<ServiceId> = here.map(|(id, _)| id).collect();
    let here: BTreeSet<ServiceId> = here
        .into_iter()
        .filter(|&id| !graph.files(id).is_empty())
        .collect();
    if here.len() < 2 {
        return Verdict::NotApplicable;
    }
    let is_person = |author: u32| {
        let who = measures.committers.who(view.place, author);
        (!measures.committers.at(who).is_bot).then_some(who)
    };
    let written = history
        .commits
        .iter()
        .filter(|it| is_person(it.author).is_some());
    if written.count() < options.minimum_commits as usize {
        return too_few(view);
    }
    let mut violations = together(view, measures, &here, options);
    let start = measures.days_ago(options.days);
    // By a part of the commits more is of one person, and fewer people are there.
    let (all, of_window) = (history.cut(Timestamp::MIN), history.cut(start));
    if all.is_none() {
        violations.extend(tiny(view, measures, history, &here, options));
    }
    let people = history
        .commits
        .iter()
        .filter(|commit| commit.committed >= start);
    let people: BTreeSet<u32> = people
        .filter_map(|commit| is_person(commit.author))
        .collect();
    if of_window.is_none()
        && !people.is_empty()
        && here.len() > options.max_per_person as usize * people.len()
    {
        let each = here.len() as f64 / people.len() as f64;
        let people = match people.len() {
            1 => "one person".to_owned(),
            many => format!("{many} people"),
        };
        let message = format!(
            "{} services are changed by {people}: {} each, more than {}",
            here.len(),
            tenths(each),
            options.max_per_person
        );
        violations.push(finding(view, &here, message, "people"));
    }
    match all {
        Some(gap) if violations.is_empty() => Verdict::Skip(gap),
        _ => violations.into(),
    }
}

fn finding(
    view: &View<'_>,
    services: &BTreeSet<ServiceId>,
    message: String,
    key: &str,
) -> Violation {
    let first = services.first().copied().unwrap_or(ServiceId(0));
    Violation::new(view.service_location(first, "one of them"), message)
        .help("merge what changes together; a module is a border too")
        .at_most(Level::Note)
        .key(key)
}

fn names(view: &View<'_>, services: &BTreeSet<ServiceId>) -> String {
    let named = services.iter().take(MOST_NAMED);
    let named = named.map(|&id| format!("`{}`", view.graph.service(id).service.name));
    let named: Vec<String> = named.collect();
    list(&named, services.len() - named.len())
}

/// Services that nearly always change together: a finding for all that hang together.
fn together(
    view: &View<'_>,
    measures: &Measures<'_>,
    here: &BTreeSet<ServiceId>,
    options: &PrematureMicroservice,
) -> Vec<Violation> {
    let coupling = measures.service_coupling(&Limits {
        min_degree: options.min_degree,
        ..Limits::default()
    });
    let pairs = coupling.pairs.iter();
    let pairs = pairs.map(|pair| (ServiceId(pair.a as usize), ServiceId(pair.b as usize)));
    let mut neighbours: BTreeMap<ServiceId, Vec<ServiceId>> = BTreeMap::new();
    for (a, b) in pairs.filter(|(a, b)| here.contains(a) && here.contains(b)) {
        neighbours.entry(a).or_default().push(b);
        neighbours.entry(b).or_default().push(a);
    }
    let mut seen = BTreeSet::new();
    let mut violations = Vec::new();
    for &start in neighbours.keys() {
        if !seen.insert(start) {
            continue;
        }
        let (mut cluster, mut left) = (BTreeSet::from([start]), vec![start]);
        while let Some(next) = left.pop() {
            for &other in neighbours.get(&next).into_iter().flatten() {
                if seen.insert(other) {
                    cluster.insert(other);
                    left.push(other);
                }
            }
        }
        let message = format!(
            "{} change together in at least {} % of their commits",
            names(view, &cluster),
            options.min_degree
        );
        let key = view.graph.service(start).service.name.clone();
        violations.push(finding(view, &cluster, message, &key));
    }
    violations
}

/// Services of few files that one person wrote alone, and not just now.
fn tiny(
    view: &View<'_>,
    measures: &Measures<'_>,
    history: &History,
    here: &BTreeSet<ServiceId>,
    options: &PrematureMicroservice,
) -> Option<Violation> {
    let start = measures.days_ago(options.days);
    let is_tiny = |id: &ServiceId| {
        let files = view.graph.files(*id);
        // What is in one file alone is hardly more than a descriptor.
        if files.len() < 2 || files.len() > options.max_files as usize {
            return false;
        }
        let paths = files
            .iter()
            .filter_map(|&file| history.place_of(view.repository.tree.path(file as usize)));
        let (mut people, mut first) = (BTreeSet::new(), None);
        for name in paths.flat_map(|path| history.called(path)) {
            for touch in history.touches_of(name) {
                let who = measures.committers.who(view.place, touch.author);
                if !measures.committers.at(who).is_bot {
                    people.insert(who);
                }
                let when = touch.added.unwrap_or(touch.last);
                first = Some(first.map_or(when, |first: jiff::Timestamp| first.min(when)));
            }
        }
        people.len() == 1 && first.is_some_and(|first| first < start)
    };
    let tiny: BTreeSet<ServiceId> = here.iter().copied().filter(is_tiny).collect();
    (!tiny.is_empty()).then(|| {
        let has = if tiny.len() == 1 { "has" } else { "have" };
        let each = if tiny.len() == 1 { "" } else { " each" };
        let message = format!(
            "{} {has} at most {} files, which one person alone wrote{each}",
            names(view, &tiny),
            options.max_files
        );
        finding(view, &tiny, message, "tiny")
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jiff::civil::date;

    use super::RULE;
    use crate::rules::testing::MiniRepository;

    fn check(services: &[&str], commits: &str) -> String {
        repository(services, commits).check(&RULE)
    }

    fn repository(services: &[&str], commits: &str) -> MiniRepository {
        let declared = services.iter().map(|name| {
            format!(
                "[[services]]\nname = \"{name}\"\nowner = \"@acme/a\"\npaths = [\"/{name}/\"]\n"
            )
        });
        let files = services
            .iter()
            .map(|name| format!("-- {name}/x --\n-- {name}/y --\n"));
        let text = format!("{}-- (history) --\n{commits}", files.collect::<String>());
        MiniRepository::new(&text).declare(&declared.collect::<String>())
    }

    #[test]
    fn what_changes_together_is_one_thing() {
        let together =
            "2026-01-05 ann: a/x b/x c/y\n".repeat(9) + &"2026-01-05 ben: a/x\n".repeat(9);
        let alone = "2026-01-06 ben: c/x\n".repeat(2) + "2026-01-06 cid: c/x\n";
        // a changes 18 times, b 9 and c 12: b and c share 9 of 10.5, a and c 9 of 15.
        expect![[r#"
            fail bailiwick.toml:6:8 `b` and `c` change together in at least 80 % of their commits
              at most note
              help: merge what changes together; a module is a border too
        "#]]
        .assert_eq(&check(&["a", "b", "c"], &(together + &alone)));
    }

    #[test]
    fn many_services_and_few_people() {
        let commits = "2026-01-05 ann: a/x\n".repeat(20);
        expect![[r#"
            fail bailiwick.toml:2:8 3 services are changed by one person: 3 each, more than 2
              at most note
              help: merge what changes together; a module is a border too
        "#]]
        .assert_eq(&check(&["a", "b", "c"], &commits));
        assert_eq!(check(&["a", "b"], &commits), "pass\n");
        assert_eq!(check(&["a"], &commits), "not applicable\n");
        assert_eq!(
            check(&["a", "b", "c"], "2026-01-05 ann: a/x\n"),
            "not applicable\n"
        );
        // Of so short a time there may be more people than were seen; two by two they are as they were.
        let part = repository(&["a", "b", "c"], &commits).read_since(date(2026, 1, 1));
        assert!(
            part.check(&RULE)
                .starts_with("skip no commits of before 2026-01-01")
        );
    }

    #[test]
    fn tiny_services_of_one_person() {
        let commits = "2025-09-01 ann: a/x a/y b/x b/y\n2025-09-02 ben: b/x\n".to_owned()
            + &"2026-01-05 cid: z\n".repeat(20);
        expect![[r#"
            fail bailiwick.toml:2:8 `a` has at most 10 files, which one person alone wrote
              at most note
              help: merge what changes together; a module is a border too
        "#]]
        .assert_eq(&check(&["a", "b"], &commits));
        let young = commits.replace("2025-09", "2025-12");
        assert_eq!(check(&["a", "b"], &young), "pass\n");
        // Before that others may have written it.
        let part = repository(&["a", "b"], &commits).read_since(date(2025, 8, 1));
        assert_eq!(
            part.check(&RULE),
            "skip no commits of before 2025-08-01 were read, which count as well\n"
        );
    }
}
