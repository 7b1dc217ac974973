//! The report as JUnit's XML, which test reports are written in: for GitLab, Jenkins and whoever else reads
//! that.
//!
//! There is no standard. What is written is what GitLab
//! (<https://docs.gitlab.com/ci/testing/unit_test_reports/>) and Jenkins read: a suite a rule, in it a case a
//! result, and a case a reason for which the rule could not judge. Errors and warnings fail their case;
//! Jenkins calls a build unstable for any failure, and so the case of a note passes and says what is to be
//! seen in its output. GitLab tells cases by their names, also those of another run, and drops a second one
//! of the same name: a name has no line, and a number behind it where it comes again. The first suite has
//! one case for the run itself, as a report without any is an error to Jenkins; it is an error where not all
//! was judged that was asked for. Accepted findings are left out. Elements and attributes are those of
//! junit-10.xsd, which Jenkins' xunit plugin validates against: a file and its line are part of the text.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::{sentence, shown};
use crate::facts::{Gap, Place};
use crate::findings::{Finding, Report, Skip};
use crate::policy::Level;
use crate::text::xml;

/// Of a name and of a message, so many characters are written.
const NAME: usize = 250;
const MESSAGE: usize = 2_000;
/// So many other places of a summary are listed.
const PLACES: usize = 100;
/// GitLab reads no file of more than 30 MB. The rest is for all that is no result.
const BYTES: usize = 28_000_000;
/// So many gaps are told one by one.
const GAPS: usize = 100;

/// What there is of one rule.
#[derive(Default)]
struct Suite<'r> {
    findings: Vec<&'r Finding>,
    skips: Vec<&'r Skip>,
}

impl Suite<'_> {
    fn cases(&self) -> usize {
        self.findings.len() + self.skips.len()
    }

    fn failures(&self) -> usize {
        let findings = self.findings.iter();
        findings.filter(|finding| fails(finding)).count()
    }
}

/// Writes all findings that count, and what could not be judged.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let mut suites: BTreeMap<&str, Suite<'_>> = BTreeMap::new();
    let (results, left_out) = results(report)?;
    for finding in results {
        let suite = suites.entry(finding.rule).or_default();
        suite.findings.push(finding);
    }
    for skip in &report.skipped {
        suites.entry(skip.rule).or_default().skips.push(skip);
    }
    let incomplete = sentence::incomplete(report);
    let errors = usize::from(incomplete.is_some());
    let sum = |count: fn(&Suite<'_>) -> usize| suites.values().map(count).sum::<usize>();
    writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
    writeln!(
        out,
        r#"<testsuites name="bailiwick" tests="{}" failures="{}" errors="{errors}">"#,
        sum(|suite| suite.cases()) + 1,
        sum(|suite| suite.failures()),
    )?;
    run(report, incomplete.as_deref(), left_out, out)?;
    for (rule, suite) in &suites {
        writeln!(
            out,
            r#"  <testsuite name="{}" tests="{}" failures="{}" errors="0" skipped="{}">"#,
            xml(rule),
            suite.cases(),
            suite.failures(),
            suite.skips.len()
        )?;
        let mut names = Names::default();
        for finding in &suite.findings {
            case(finding, &mut names, out)?;
        }
        for skip in &suite.skips {
            skipped(skip, &mut names, out)?;
        }
        writeln!(out, "  </testsuite>")?;
    }
    writeln!(out, "</testsuites>")
}

/// The results that fit, sorted by place, and how many do not. The most severe go first.
fn results(report: &Report) -> io::Result<(Vec<&Finding>, usize)> {
    let mut all: Vec<(usize, &Finding)> = report.results().enumerate().collect();
    all.sort_by_key(|&(_, result)| std::cmp::Reverse(result.level));
    let (mut bytes, mut kept) = (0, 0);
    for (_, result) in &all {
        let mut written = Vec::new();
        case(result, &mut Names::default(), &mut written)?;
        bytes += written.len();
        if bytes > BYTES {
            break;
        }
        kept += 1;
    }
    let left_out = all.len() - kept;
    all.truncate(kept);
    all.sort_by_key(|&(place, _)| place);
    Ok((
        all.into_iter().map(|(_, result)| result).collect(),
        left_out,
    ))
}

/// The suite of the run itself.
fn run(
    report: &Report,
    incomplete: Option<&str>,
    left_out: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let errors = usize::from(incomplete.is_some());
    writeln!(
        out,
        r#"  <testsuite name="bailiwick" tests="1" failures="0" errors="{errors}" skipped="0">"#
    )?;
    writeln!(out, r#"    <testcase classname="bailiwick" name="check">"#)?;
    if let Some(why) = incomplete {
        let why = xml(&sentence::cut(why, MESSAGE));
        writeln!(
            out,
            r#"      <error type="incomplete" message="{why}">{why}</error>"#
        )?;
    }
    let mut said: Vec<String> = sentence::coverage(report).into_iter().collect();
    said.push(format!("policy: {}", sentence::policy(report)));
    if left_out > 0 {
        let left_out = crate::text::count(left_out, "result");
        said.push(format!(
            "{left_out} left out, the mildest first: GitLab reads files of up to 30 MB"
        ));
    }
    let told = super::change::all(report).into_iter();
    said.extend(told.map(|(about, text)| format!("{about}: {text}")));
    let missing = sentence::missing(&report.gaps).into_iter();
    said.extend(missing.map(|text| format!("missing: {text}")));
    let gaps: Vec<&Gap> = report.gaps.iter().filter(|gap| !gap.is_missing()).collect();
    let told = gaps.iter().take(GAPS);
    said.extend(told.map(|gap| {
        format!(
            "gap: {}: {}",
            gap.kind.name(),
            sentence::gap_within(gap, MESSAGE)
        )
    }));
    if let Some(more) = gaps.len().checked_sub(GAPS + 1) {
        said.push(format!("and {}", crate::text::count(more + 1, "more gap")));
    }
    let said = said.iter().map(|line| xml(&sentence::cut(line, MESSAGE)));
    let said: Vec<String> = said.collect();
    writeln!(
        out,
        "      <system-out>{}</system-out>",
        output(&said.join("\n"))
    )?;
    writeln!(out, "    </testcase>\n  </testsuite>")
}

/// Text as the output of a case, in which GitLab and Jenkins look for files to link to:
/// `[[ATTACHMENT|path]]`.
fn output(text: &str) -> String {
    text.replace("[[ATTACHMENT", "[\\x5bATTACHMENT")
}

/// Whether a finding is a failure, and not just something to know.
fn fails(finding: &Finding) -> bool {
    finding.level >= Level::Warning
}

/// Names of cases, each once in a suite.
#[derive(Default)]
struct Names(HashMap<String, usize>);

impl Names {
    fn name(&mut self, text: &str) -> String {
        let name = sentence::cut(text, NAME);
        let times = self.0.entry(name.clone()).or_default();
        *times += 1;
        match times {
            1 => name,
            times => format!("{name} ({times})"),
        }
    }
}

fn case(finding: &Finding, names: &mut Names, out: &mut dyn Write) -> io::Result<()> {
    let primary = &finding.primary;
    let name = match &primary.place {
        Place::Repository => finding.message.clone(),
        Place::File(_) | Place::External(_) => {
            format!("{}: {}", shown::place(&primary.place), finding.message)
        }
    };
    writeln!(
        out,
        r#"    <testcase classname="{}" name="{}">"#,
        xml(finding.rule),
        xml(&names.name(&name))
    )?;
    let message = xml(&sentence::cut(&finding.message, MESSAGE));
    let mut text = format!("{}: {message}", finding.level);
    if let Some(help) = &finding.help {
        text.push_str(&format!("\nhelp: {}", xml(help)));
    }
    if !finding.owners.is_empty() {
        let owners = sentence::owners(finding, usize::MAX);
        text.push_str(&format!("\nowner: {}", xml(&owners)));
    }
    text.push_str(&format!("\nat: {}", xml(&shown::position(primary))));
    if let Some(places) = sentence::also_at(finding, PLACES) {
        text.push_str(&format!("\nalso at: {}", xml(&places)));
    }
    match fails(finding) {
        true => writeln!(
            out,
            r#"      <failure type="{}" message="{message}">{text}</failure>"#,
            finding.level
        )?,
        false => writeln!(out, "      <system-out>{}</system-out>", output(&text))?,
    }
    writeln!(out, "    </testcase>")
}

fn skipped(skip: &Skip, names: &mut Names, out: &mut dyn Write) -> io::Result<()> {
    let name = names.name(&format!("not judged: {}", skip.reason));
    writeln!(
        out,
        r#"    <testcase classname="{}" name="{}">"#,
        xml(skip.rule),
        xml(&name)
    )?;
    let why = xml(&sentence::skip_within(skip, MESSAGE));
    writeln!(out, r#"      <skipped message="{why}">{why}</skipped>"#)?;
    writeln!(out, "    </testcase>")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::expect;
    use proptest::prelude::*;

    use super::*;
    use crate::report::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    /// What the references of XML stand for.
    fn undone(text: &str) -> String {
        let all = [
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&quot;", "\""),
            ("&apos;", "'"),
        ];
        let text = all
            .iter()
            .fold(text.to_owned(), |text, (from, to)| text.replace(from, to));
        text.replace("&amp;", "&")
    }

    /// Names of elements with their attributes, in their order; panics where the document is not well-formed
    /// as far as we write XML: elements, attributes in double quotes, five references.
    fn elements(document: &str) -> Vec<(String, Vec<(String, String)>)> {
        let plain = |text: &str| {
            assert!(!text.contains(['<', '>', '"']), "{text:?}");
            for (at, _) in text.match_indices('&') {
                let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
                assert!(
                    known.iter().any(|it| text[at..].starts_with(it)),
                    "{text:?}"
                );
            }
            let allowed = |c: char| match c {
                '\n' | ' '..='\u{7e}' => true,
                c => c >= '\u{a0}' && !matches!(c, '\u{fffe}' | '\u{ffff}'),
            };
            assert!(text.chars().all(allowed), "{text:?}");
        };
        let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
        let mut rest = document.strip_prefix(declaration).expect("a declaration");
        let (mut open, mut all) = (Vec::new(), Vec::new());
        while let Some((text, tag)) = rest.split_once('<') {
            // Text stands in elements, and quotes in it are harmless; we write none.
            plain(text);
            assert!(!open.is_empty() || text.trim().is_empty(), "{text:?}");
            let (tag, more) = tag.split_once('>').expect("an end of the tag");
            rest = more;
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop().as_deref(), Some(name));
                continue;
            }
            let (name, mut attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            let mut found: Vec<(String, String)> = Vec::new();
            while let Some((key, value)) = attributes.split_once("=\"") {
                let (value, more) = value.split_once('"').expect("an end of the value");
                plain(value);
                assert!(!value.contains('\n'), "{value:?}");
                let key = key.trim_start();
                assert!(key.chars().all(|c| c.is_ascii_lowercase()), "{key:?}");
                assert!(found.iter().all(|(known, _)| known != key), "{key:?}");
                found.push((key.to_owned(), undone(value)));
                attributes = more;
            }
            assert_eq!(attributes.trim(), "");
            open.push(name.to_owned());
            all.push((name.to_owned(), found));
        }
        assert!(open.is_empty() && rest == "\n", "{open:?} {rest:?}");
        all
    }

    /// Values of an attribute of all elements of a name.
    fn values(document: &str, element: &str, attribute: &str) -> Vec<String> {
        let elements = elements(document).into_iter();
        let elements = elements.filter(|(name, _)| name == element);
        let attributes = elements.flat_map(|(_, attributes)| attributes);
        let of = attributes.filter(|(name, _)| name == attribute);
        of.map(|(_, value)| value).collect()
    }

    #[test]
    fn each_rule_is_a_suite_and_each_finding_a_case() {
        let text = written(&samples::small());
        elements(&text);
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="bailiwick" tests="8" failures="4" errors="1">
              <testsuite name="bailiwick" tests="1" failures="0" errors="1" skipped="0">
                <testcase classname="bailiwick" name="check">
                  <error type="incomplete" message="ownership/orphan-service could not judge, though the policy requires it">ownership/orphan-service could not judge, though the policy requires it</error>
                  <system-out>1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick.toml (extends bailiwick:recommended, org/base.toml)
            gap: sparse: web/app.ts: outside of the sparse checkout; git sparse-checkout disable</system-out>
                </testcase>
              </testsuite>
              <testsuite name="codeowners/dead-pattern" tests="1" failures="1" errors="0" skipped="0">
                <testcase classname="codeowners/dead-pattern" name=".github/CODEOWNERS: `/docs/` matches no tracked file">
                  <failure type="warning" message="`/docs/` matches no tracked file">warning: `/docs/` matches no tracked file
            help: remove the line, or mend the pattern if the files have moved
            owner: @acme/docs
            at: .github/CODEOWNERS:3:1</failure>
                </testcase>
              </testsuite>
              <testsuite name="codeowners/oversized-file" tests="1" failures="1" errors="0" skipped="0">
                <testcase classname="codeowners/oversized-file" name=".github/CODEOWNERS: the ownership file has 3.1 MB, and GitHub loads none above 3 MB">
                  <failure type="error" message="the ownership file has 3.1 MB, and GitHub loads none above 3 MB">error: the ownership file has 3.1 MB, and GitHub loads none above 3 MB
            at: .github/CODEOWNERS</failure>
                </testcase>
              </testsuite>
              <testsuite name="codeowners/repeated-owner" tests="1" failures="1" errors="0" skipped="0">
                <testcase classname="codeowners/repeated-owner" name=".github/CODEOWNERS: `@acme/core` is named twice">
                  <failure type="warning" message="`@acme/core` is named twice">warning: `@acme/core` is named twice
            at: .github/CODEOWNERS:5:22</failure>
                </testcase>
              </testsuite>
              <testsuite name="codeowners/shadowed-pattern" tests="1" failures="1" errors="0" skipped="0">
                <testcase classname="codeowners/shadowed-pattern" name=".github/CODEOWNERS: `/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120">
                  <failure type="error" message="`/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120">error: `/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120
            help: move the line below line 120
            owner: @acme/payments @acme/ledger
            at: .github/CODEOWNERS:97:1</failure>
                </testcase>
              </testsuite>
              <testsuite name="ownership/fallback-owner" tests="1" failures="0" errors="0" skipped="0">
                <testcase classname="ownership/fallback-owner" name="61.5 % of the files fall to the catch-all pattern">
                  <system-out>note: 61.5 % of the files fall to the catch-all pattern
            at: .</system-out>
                </testcase>
              </testsuite>
              <testsuite name="ownership/orphan-service" tests="1" failures="0" errors="0" skipped="1">
                <testcase classname="ownership/orphan-service" name="not judged: no roster says completely who is in `acme`">
                  <skipped message="ownership/orphan-service could not judge 17 subjects, though the policy requires it: no roster says completely who is in `acme`; add `covers = [&quot;@acme&quot;]` to a roster">ownership/orphan-service could not judge 17 subjects, though the policy requires it: no roster says completely who is in `acme`; add `covers = [&quot;@acme&quot;]` to a roster</skipped>
                </testcase>
              </testsuite>
              <testsuite name="ownership/unknown-owner" tests="1" failures="0" errors="0" skipped="1">
                <testcase classname="ownership/unknown-owner" name="not judged: no roster says completely who is in `acme`">
                  <skipped message="ownership/unknown-owner could not judge 17 subjects: no roster says completely who is in `acme`; add `covers = [&quot;@acme&quot;]` to a roster">ownership/unknown-owner could not judge 17 subjects: no roster says completely who is in `acme`; add `covers = [&quot;@acme&quot;]` to a roster</skipped>
                </testcase>
              </testsuite>
            </testsuites>
        "#]].assert_eq(&text);
    }

    #[test]
    fn a_clean_report_has_a_case_that_passes() {
        let text = written(&samples::clean());
        elements(&text);
        expect![[r#"
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="bailiwick" tests="1" failures="0" errors="0">
              <testsuite name="bailiwick" tests="1" failures="0" errors="0" skipped="0">
                <testcase classname="bailiwick" name="check">
                  <system-out>1,234 of 1,300 files owned (94.9 %)
            policy: bailiwick:recommended</system-out>
                </testcase>
              </testsuite>
            </testsuites>
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn names_come_once_and_have_no_line() {
        let mut report = samples::many(30);
        for finding in &mut report.findings {
            finding.rule = "debt/ownerless-marker";
            finding.message = "a marker without owner".into();
        }
        let text = written(&report);
        let names = values(&text, "testcase", "name");
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
        assert_eq!(
            names[1..3],
            [
                "CODEOWNERS: a marker without owner",
                "CODEOWNERS: a marker without owner (2)",
            ]
        );
    }

    #[test]
    fn counts_are_those_of_the_elements() {
        for report in [samples::small(), samples::large(), samples::many(300)] {
            let text = written(&report);
            let sum = |key: &str| {
                let all = values(&text, "testsuite", key).into_iter();
                all.map(|it| it.parse::<usize>().unwrap()).sum::<usize>()
            };
            let count = |name: &str| elements(&text).iter().filter(|it| it.0 == name).count();
            for (key, name) in [
                ("tests", "testcase"),
                ("failures", "failure"),
                ("errors", "error"),
                ("skipped", "skipped"),
            ] {
                assert_eq!(sum(key), count(name), "{key}");
                // The schema of Jenkins' xunit plugin has no number of skips for all suites.
                let all = values(&text, "testsuites", key);
                assert!(all.iter().all(|it| *it == sum(key).to_string()), "{key}");
                assert_eq!(all.is_empty(), key == "skipped", "{key}");
            }
        }
    }

    #[test]
    fn a_hostile_repository_forges_no_element() {
        let text = written(&samples::hostile());
        samples::assert_harmless(&text);
        let elements = elements(&text);
        let ours = [
            "testsuites",
            "testsuite",
            "testcase",
            "error",
            "failure",
            "skipped",
            "system-out",
        ];
        let count = |name: &str| elements.iter().filter(|it| it.0 == name).count();
        assert!(elements.iter().all(|it| ours.contains(&it.0.as_str())));
        assert_eq!(
            (count("failure"), count("skipped"), count("error")),
            (2, 1, 1)
        );
    }

    #[test]
    fn an_output_attaches_nothing() {
        let mut report = samples::small();
        let note = report.findings.last_mut().unwrap();
        note.message = "[[ATTACHMENT|secret]] [[rosters]]".into();
        let text = written(&report);
        let output = "<system-out>note: [\\x5bATTACHMENT|secret]] [[rosters]]\n";
        assert!(text.contains(output), "{text}");
    }

    #[test]
    fn a_long_message_is_cut() {
        let mut report = samples::small();
        report.findings[0].message = "<".repeat(100_000);
        let text = written(&report);
        elements(&text);
        assert!(text.len() < 40_000, "{}", text.len());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn text_arrives_as_a_terminal_would_show_it(text in "[a-z<>&\"';\\]!\\[\n\r\u{0}\u{1b}\u{85}\u{fffd}]{1,60}") {
            let mut report = samples::small();
            report.findings.truncate(1);
            report.findings[0].message = text.clone();
            report.findings[0].owners = vec![text.clone()];
            let document = written(&report);
            let shown = crate::text::terminal(&text).into_owned();
            prop_assert_eq!(values(&document, "failure", "message"), [shown]);
        }
    }

    /// The elements that junit-10.xsd of Jenkins' xunit plugin has and we write, each with its attributes and
    /// the elements in it. A name with `!` is required.
    /// <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>
    const XUNIT: [(&str, &[&str], &[&str]); 7] = [
        (
            "testsuites",
            &["name", "time", "tests", "failures", "errors"],
            &["testsuite"],
        ),
        (
            "testsuite",
            &[
                "name!",
                "tests!",
                "failures!",
                "errors!",
                "group",
                "time",
                "skipped",
                "timestamp",
                "hostname",
                "id",
                "package",
                "file",
                "log",
                "url",
            ],
            &["testsuite", "testcase", "system-out", "system-err"],
        ),
        (
            "testcase",
            &["name!", "time", "classname", "group"],
            &["skipped", "error", "failure", "system-out", "system-err"],
        ),
        ("failure", &["type", "message"], &[]),
        ("error", &["type", "message"], &[]),
        ("skipped", &["type", "message"], &[]),
        ("system-out", &[], &[]),
    ];

    /// Checks elements, attributes and nesting by [`XUNIT`]. No text has a `<` of its own in it.
    fn assert_xunit(text: &str) {
        let mut open: Vec<&str> = Vec::new();
        for part in text.split('<').skip(2) {
            let (tag, _) = part.split_once('>').expect("an end");
            if let Some(name) = tag.strip_prefix('/') {
                assert_eq!(open.pop(), Some(name), "{part}");
                continue;
            }
            let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
            let element = |name: &str| XUNIT.iter().find(|(known, ..)| *known == name);
            let (_, attributes, _) = element(name).unwrap_or_else(|| panic!("<{name}>"));
            if let Some(parent) = open.last() {
                let (_, _, children) = element(parent).expect("a parent");
                assert!(children.contains(&name), "<{name}> in <{parent}>");
            }
            let written: Vec<&str> = rest
                .split("\" ")
                .filter_map(|attribute| Some(attribute.split_once("=\"")?.0))
                .collect();
            for attribute in &written {
                let is_known = |known: &&str| known.trim_end_matches('!') == *attribute;
                assert!(attributes.iter().any(is_known), "{attribute} of <{name}>");
            }
            for required in attributes.iter().filter_map(|it| it.strip_suffix('!')) {
                assert!(written.contains(&required), "{required} of <{name}>");
            }
            open.push(name);
        }
        assert!(open.is_empty(), "{open:?}");
    }

    #[test]
    fn is_valid_by_the_schema_of_xunit() {
        for report in [
            samples::small(),
            samples::large(),
            samples::hostile(),
            samples::clean(),
        ] {
            assert_xunit(&written(&report));
        }
    }
}
