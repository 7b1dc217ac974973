//! Every rule that groups, in every format: the places that come in go out, or the output states how many it
//! leaves out.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::Value;

use super::Format;
use crate::findings::{Finding, Places, Report};
use crate::report::{HumanOptions, Look};
use crate::rules::{self, Grouping, examples};

/// So many places has each fixture: more than stay alone, than are drawn, and than GitHub annotates.
const PLACES: usize = 12;

/// A repository in which one rule makes one finding of many places.
struct Fixture {
    rule: &'static str,
    grouping: &'static str,
    text: String,
    /// The revision with which it is compared.
    since: Option<&'static str>,
}

/// Lines, of which each is made of a number.
fn lines(line: impl Fn(usize) -> String) -> String {
    (1..=PLACES).map(|number| line(number) + "\n").collect()
}

/// A folder that no line of a terminal has room for.
fn long(number: usize) -> String {
    format!("folder-{number:02}-{}", "of-a-name-that-is-long-".repeat(6))
}

/// Links of three documents to a site, as many in each.
fn site_paths(documents: [&str; 3]) -> String {
    let links = lines(|number| format!("[{number}](/account/{number})"));
    let links: String = links.split_inclusive('\n').take(PLACES / 3).collect();
    let documents = documents.map(|path| format!("-- {path} --\n{links}"));
    format!("-- CODEOWNERS --\n* @ann\n{}", documents.concat())
}

fn fixtures() -> Vec<Fixture> {
    let fixture = |rule, grouping, text: String| Fixture {
        rule,
        grouping,
        text,
        since: None,
    };
    let todo = |number: usize| format!("// TODO: number {number}");
    let links = |to: &str| lines(|number| format!("[{number}]({to}{number}.md)\n"));
    let files = |folder: &str| lines(|number| format!("-- {folder}/f{number:02}.rs --"));
    let named = |folder: &str| -> String {
        (1..=PLACES).fold(String::new(), |mut all, number| {
            let _ = write!(all, " {folder}/f{number:02}.rs");
            all
        })
    };
    vec![
        fixture(
            "approvals/sole-approver",
            "edits",
            format!(
                "-- CODEOWNERS --\n* @acme/core\n{}-- a --\n{}",
                lines(|number| format!("/s{number:02} @ann")),
                lines(|number| format!("-- s{number:02} --"))
            ),
        ),
        fixture(
            "codeowners/dead-pattern",
            "edits by cause",
            format!(
                "-- CODEOWNERS --\n{}{}",
                lines(|number| format!("/a{number:02}/gone/ @ann")),
                lines(|number| format!("-- a{number:02}/x --"))
            ),
        ),
        fixture(
            "codeowners/shallow-pattern",
            "edits",
            format!(
                "-- CODEOWNERS --\n{}{}",
                lines(|number| format!("/{}/* @ann", long(number))),
                lines(|number| format!("-- {0}/x --\n-- {0}/in/x --", long(number)))
            ),
        ),
        fixture(
            "debt/aged-marker",
            "summary",
            format!(
                "-- CODEOWNERS --\n* @acme/core\n-- src/a.rs --\n{}-- (history) --\n2024-03-01 ann: src/a.rs\n",
                lines(todo)
            ),
        ),
        fixture(
            "debt/closed-issue-marker",
            "edits",
            format!(
                "-- CODEOWNERS --\n* @acme/core\n-- src/a.rs --\n{}-- (forge) --\nissue 12: closed 2025-11-02\n",
                lines(|number| format!("// TODO(#12): number {number}"))
            ),
        ),
        Fixture {
            since: Some("HEAD~1"),
            ..fixture(
                "debt/growing-debt",
                "summary",
                format!(
                    "-- CODEOWNERS --\n* @acme/core\n{}-- (history) --\n2026-01-01 ann:{}\n2026-01-02 ann:{}\n",
                    lines(|number| format!("-- src/f{number:02}.rs --\n{}", todo(number))),
                    named("src"),
                    named("src")
                ),
            )
        },
        fixture(
            "debt/untracked-marker",
            "summary",
            format!(
                "-- CODEOWNERS --\n* @acme/core\n-- src/a.rs --\n{}",
                lines(todo)
            ),
        ),
        fixture(
            "documentation/broken-link",
            "edits",
            format!(
                "-- CODEOWNERS --\n* @ann\n-- README.md --\n{}",
                links("gone/")
            ),
        ),
        fixture(
            "documentation/broken-link",
            "summary",
            site_paths(["a/README.md", "b/README.md", "c/README.md"]),
        ),
        fixture(
            "ownership/inactive-owner",
            "edits",
            format!(
                "-- CODEOWNERS --\n{}-- (history) --\n{}2026-01-05 bob: main.rs\n-- main.rs --\n{}",
                lines(|number| format!("/f{number:02}.rs ann{number}@acme.test")),
                lines(|number| format!("2025-02-03 ann{number}: f{number:02}.rs")),
                lines(|number| format!("-- f{number:02}.rs --"))
            ),
        ),
        fixture(
            "ownership/knowledge-loss",
            "summary",
            format!(
                "-- CODEOWNERS --\n* @acme/core\n-- (history) --\n2025-01-20 ann:{}\n2025-12-01 bob: ledger/sum.rs\n\
                 -- ledger/service.toml --\nname = \"ledger\"\nowner = \"@acme/core\"\n{}-- ledger/sum.rs --\n",
                named("ledger"),
                files("ledger")
            ),
        ),
        fixture(
            "ownership/powerless-owner",
            "summary",
            format!(
                "-- CODEOWNERS --\n{}-- a --\n-- (forge) --\nline 1: Unknown owner @acme/writers\n",
                lines(|number| format!("/f{number:02} @acme/writers"))
            ),
        ),
        fixture(
            "ownership/unknown-owner",
            "summary",
            format!(
                "-- bailiwick.toml --\nextends = [\"bailiwick:recommended\"]\n[[rosters]]\nfile = \"people.toml\"\n\
                 covers = [\"@acme\"]\n-- people.toml --\n[[teams]]\nhandle = \"@acme/core\"\nmembers = [\"@ann\"]\n\
                 -- CODEOWNERS --\n{}-- a --\n",
                lines(|number| format!("/f{number:02} @acme/code"))
            ),
        ),
        fixture(
            "ownership/unowned-file",
            "summary",
            format!("-- CODEOWNERS --\n/CODEOWNERS @ann\n{}", files("src")),
        ),
        fixture(
            "runbooks/alert-without-runbook",
            "edits",
            format!(
                "-- CODEOWNERS --\n* @ann\n-- alerts/disks.yaml --\ngroups:\n  - name: disks\n    rules:\n{}",
                lines(|number| format!(
                    "      - alert: Disk{number:02}\n        expr: up == {number}\n        labels:\n          \
                     severity: critical"
                ))
            ),
        ),
        fixture(
            "runbooks/broken-link",
            "edits",
            format!(
                "-- CODEOWNERS --\n* @ann\n-- runbooks/disks.md --\n{}",
                links("gone/")
            ),
        ),
        fixture(
            "runbooks/broken-link",
            "summary",
            site_paths(["runbooks/a.md", "runbooks/b.md", "runbooks/c.md"]),
        ),
        fixture(
            "services/uncatalogued-service",
            "summary",
            format!(
                "-- CODEOWNERS --\n* @acme/shop\n-- cart/service.toml --\nname = \"cart\"\nkind = \"website\"\n\
                 owner = \"@acme/shop\"\n{}",
                lines(|number| format!(
                    "-- s{number:02}/Dockerfile --\nFROM scratch\n-- s{number:02}/fly.toml --\napp = \"s{number}\""
                ))
            ),
        ),
    ]
}

/// The kinds of grouping that a rule declares.
fn groupings(rule: &rules::Rule) -> impl Iterator<Item = &'static str> {
    rule.places.iter().map(|grouping| match grouping {
        Grouping::Edits(_) => "edits",
        Grouping::EditsByCause => "edits by cause",
        Grouping::Summary => "summary",
    })
}

#[test]
fn every_rule_that_groups_has_a_fixture() {
    let declared = rules::all().iter().flat_map(|rule| {
        let id = rule.spec.id;
        groupings(rule).map(move |grouping| (id, grouping))
    });
    let fixtures = fixtures();
    let covered = fixtures.iter().map(|it| (it.rule, it.grouping));
    assert_eq!(
        covered.collect::<BTreeSet<_>>(),
        declared.collect::<BTreeSet<_>>()
    );
}

#[test]
fn the_docs_have_a_row_for_each_format() {
    use clap::ValueEnum;
    let docs = include_str!("../../../docs/formats.md");
    for format in all_formats() {
        let name = format.to_possible_value().unwrap();
        let row = format!("\n| `{}` |", name.get_name());
        assert!(docs.contains(&row), "{row}");
    }
}

#[test]
fn places_survive_every_format() {
    let mut wrong = String::new();
    for fixture in fixtures() {
        let rule = rules::find(fixture.rule).unwrap();
        let report = examples::report(rule, &fixture.text, fixture.since);
        let [finding] = &report.findings[..] else {
            let told = report.findings.iter().map(|it| &*it.message);
            let told: Vec<_> = told
                .chain(report.skipped.iter().map(|it| &*it.reason))
                .collect();
            let _ = writeln!(wrong, "{} {}: {told:?}", fixture.rule, fixture.grouping);
            continue;
        };
        let kind = match finding.places {
            Places::One => "one",
            Places::Edits(_) => "edits",
            Places::Summary(_) => "summary",
        };
        if !fixture.grouping.starts_with(kind) || finding.locations().len() != PLACES {
            let places = finding.locations().len();
            let _ = writeln!(wrong, "{}: {places} places, {kind}", fixture.rule);
            continue;
        }
        for &format in all_formats() {
            for max_per_rule in [20, 0] {
                if let Err(error) = compare(&report, finding, format, max_per_rule) {
                    let _ = writeln!(wrong, "{} as {format:?}: {error}", fixture.rule);
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn sarif_states_the_places_beyond_the_limit_of_github() {
    let todos: String = (0..1_500)
        .map(|number| format!("// TODO: {number}\n"))
        .collect();
    let text = format!("-- CODEOWNERS --\n* @acme/core\n-- src/a.rs --\n{todos}");
    let rule = rules::find("debt/untracked-marker").unwrap();
    let report = examples::report(rule, &text, None);
    let written = written(&report, Format::Sarif, 20);
    let log: Value = serde_json::from_str(&written).unwrap();
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["relatedLocations"].as_array().unwrap().len(), 999);
    assert_eq!(result["properties"]["places"], 1_500);
    let message = result["message"]["text"].as_str().unwrap();
    assert!(message.contains("; and 500 more places"), "{message}");
}

fn all_formats() -> &'static [Format] {
    use clap::ValueEnum;
    Format::value_variants()
}

fn written(report: &Report, format: Format, max_per_rule: usize) -> String {
    let options = HumanOptions {
        look: Look::PLAIN,
        max_per_rule,
        verbose: false,
        quiet: false,
        summary: |_| None,
    };
    let mut out = Vec::new();
    format.write(report, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// Compares the places of a finding with those that an output shows and states.
fn compare(
    report: &Report,
    finding: &Finding,
    format: Format,
    max_per_rule: usize,
) -> Result<(), String> {
    let out = written(report, format, max_per_rule);
    let shown = places_in(format, &out);
    let is_shown = |place: &&crate::facts::Location| {
        let path = place.path().unwrap().to_string_lossy();
        match &place.excerpt {
            Some(excerpt) => shown.contains(&format!("{path}:{}", excerpt.line)),
            None => shown.contains(&*path) || shown.contains(&format!("{path}:1")),
        }
    };
    let visible = finding.locations().filter(is_shown).count();
    let left_out = stated(&out);
    if visible + left_out != PLACES {
        return Err(format!("{visible} shown, {left_out} stated\n{out}"));
    }
    // All are there if all are requested, and where a format has no limit.
    let is_whole = match format {
        Format::Human => max_per_rule == 0,
        Format::Json | Format::Sarif | Format::Rdjson | Format::Junit => true,
        Format::Concise | Format::Gitlab => matches!(finding.places, Places::Edits(_)),
        Format::Github | Format::Markdown => false,
    };
    if is_whole && left_out > 0 {
        return Err(format!("{left_out} left out\n{out}"));
    }
    let squeezed = |text: &str| text.split_whitespace().collect::<String>();
    let all = squeezed(&out.replace("\\\"", "\"").replace("&quot;", "\""));
    let shows_help = !matches!(format, Format::Concise | Format::Markdown);
    let mut helps = finding.results().iter().filter_map(|it| it.help.as_deref());
    let whole = helps.find(|help| is_whole && shows_help && !all.contains(&squeezed(help)));
    match whole {
        Some(help) => Err(format!("help is cut: {help}\n{out}")),
        None => Ok(()),
    }
}

/// The places that an output shows, as `path:line`, or `path` without a line. A new format has to say here how
/// it writes them.
fn places_in(format: Format, out: &str) -> BTreeSet<String> {
    match format {
        Format::Human | Format::Concise | Format::Markdown => places_of_text(out),
        Format::Junit => places_of_text(&out.replace("&#10;", "\n")),
        Format::Github => {
            let annotations = out.lines().filter_map(|line| {
                let (_, rest) = line.split_once("file=")?;
                let (path, rest) = rest.split_once(',')?;
                let line = rest.strip_prefix("line=").and_then(|it| it.split_once(','));
                Some(match line {
                    Some((line, _)) => format!("{path}:{line}"),
                    None => path.to_owned(),
                })
            });
            annotations.collect()
        }
        Format::Json => {
            let report: Value = serde_json::from_str(out).unwrap();
            let places = report["findings"][0]["places"].as_array().unwrap().iter();
            places
                .map(|it| place(&it["location"]["path"], &it["location"]["line"]))
                .collect()
        }
        Format::Sarif => {
            let log: Value = serde_json::from_str(out).unwrap();
            let results = log["runs"][0]["results"].as_array().unwrap().iter();
            let locations = results.flat_map(|result| {
                ["locations", "relatedLocations"].map(|key| result[key].as_array().cloned())
            });
            let locations = locations.flatten().flatten().map(|it| {
                let physical = &it["physicalLocation"];
                let uri = &physical["artifactLocation"]["uri"];
                place(uri, &physical["region"]["startLine"])
            });
            locations.collect()
        }
        Format::Gitlab => {
            let issues: Value = serde_json::from_str(out).unwrap();
            let issues = issues.as_array().unwrap().iter();
            let place =
                |it: &Value| place(&it["location"]["path"], &it["location"]["lines"]["begin"]);
            issues.map(place).collect()
        }
        Format::Rdjson => {
            let result: Value = serde_json::from_str(out).unwrap();
            let mut places = BTreeSet::new();
            for it in result["diagnostics"].as_array().unwrap() {
                let location = &it["location"];
                places.insert(place(
                    &location["path"],
                    &location["range"]["start"]["line"],
                ));
                places.extend(places_of_text(it["message"].as_str().unwrap()));
            }
            places
        }
    }
}

fn place(path: &Value, line: &Value) -> String {
    let path = path.as_str().unwrap();
    match line.as_u64() {
        Some(line) => format!("{path}:{line}"),
        None => path.to_owned(),
    }
}

/// The words of a text that can be places, without columns.
fn places_of_text(text: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-:".contains(c);
    let words = text
        .split(|c| !is_part(c))
        .map(|word| word.trim_matches(':'));
    let places = words.map(|word| {
        let mut parts = word.split(':');
        match (parts.next(), parts.next()) {
            (Some(path), Some(line)) => format!("{path}:{line}"),
            _ => word.to_owned(),
        }
    });
    places.collect()
}

/// How many places an output says that it leaves out.
fn stated(out: &str) -> usize {
    let number = |word: &str| word.replace(',', "").parse::<usize>().unwrap_or(0);
    let words: Vec<&str> = out.split_whitespace().collect();
    let more = words
        .windows(3)
        .filter(|three| three[1] == "more" && three[2].starts_with("place"));
    let more: usize = more
        .map(|three| number(three[0].trim_start_matches('(')))
        .sum();
    let left = out
        .split_once("Not annotated: ")
        .map_or("", |(_, rest)| rest);
    let left = left.split_once('.').map_or("", |(left, _)| left);
    more + left.split_whitespace().map(number).sum::<usize>()
}
