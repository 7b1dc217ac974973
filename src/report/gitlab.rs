//! The report for GitLab's merge requests: an artifact of `artifacts:reports:codequality`.
//!
//! The format is a part of Code Climate's, as <https://docs.gitlab.com/ci/testing/code_quality/> has it. Each
//! finding needs a file and a line, see [`nearest`], and a fingerprint by which GitLab tells what a change
//! brings from what was there before; that is ours. Accepted findings are left out.

use std::borrow::Cow;
use std::io::{self, Write};

use serde::Serialize;

use super::json::Stream;
use super::{change, json, nearest, sentence, shown};
use crate::facts::Place;
use crate::findings::{Finding, Report};
use crate::policy::Level;
use crate::text::terminal;

/// Of a description so many characters are written: it is one line of a list.
const CHARACTERS: usize = 1_024;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: Cow<'a, str>,
    severity: Severity,
    location: Location,
}

/// Those of five that we have a use for; the two worst are about what is broken in production.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Minor,
    Major,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Writes a list of all results; an empty one if there is none.
pub fn write(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let issues = Stream::new(|| report.results().map(issue).chain(on_change(report)));
    json::document(&issues, out)
}

/// What a change does to who owns what, as a note: there is no other place for it.
fn on_change(report: &Report) -> Option<Issue<'_>> {
    let (path, lines) = change::note(report)?;
    let base = report.change.as_ref().map(|change| change.base.as_str());
    Some(Issue {
        description: sentence::cut(&terminal(&lines.join("; ")), CHARACTERS),
        check_name: "change",
        fingerprint: Cow::Owned(format!("change-since-{}", base.unwrap_or_default())),
        severity: Severity::Info,
        location: Location {
            path,
            lines: Lines { begin: 1 },
        },
    })
}

fn issue(finding: &Finding) -> Issue<'_> {
    let (path, place) = nearest::file(finding);
    let excerpt = place.and_then(|place| place.excerpt.as_ref());
    let mut description = String::new();
    // It cannot be listed where it stands, so the description says where.
    if let Place::External(_) = finding.primary.place {
        description = format!("{}: ", shown::position(&finding.primary));
    }
    let room = CHARACTERS.saturating_sub(description.chars().count());
    description.push_str(&sentence::with_help(finding, room));
    Issue {
        description: terminal(&description).into_owned(),
        check_name: finding.rule,
        fingerprint: Cow::Borrowed(&finding.fingerprint),
        severity: match finding.level {
            Level::Error => Severity::Major,
            Level::Warning => Severity::Minor,
            Level::Note | Level::Off => Severity::Info,
        },
        location: Location {
            path: String::from_utf8_lossy(path).into_owned(),
            lines: Lines {
                begin: excerpt.map_or(1, |excerpt| excerpt.line),
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::Value;

    use super::*;
    use crate::report::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn issues(text: &str) -> Vec<Value> {
        serde_json::from_str(text).unwrap()
    }

    fn lines(report: &Report) -> String {
        let issues = issues(&written(report)).into_iter();
        issues.map(|issue| format!("{issue}\n")).collect()
    }

    #[test]
    fn each_finding_is_an_issue_in_a_file() {
        expect![[r#"
            {"check_name":"codeowners/dead-pattern","description":"`/docs/` matches no tracked file. Help: remove the line, or mend the pattern if the files have moved","fingerprint":"00c0ffee","location":{"lines":{"begin":3},"path":".github/CODEOWNERS"},"severity":"minor"}
            {"check_name":"codeowners/shadowed-pattern","description":"`/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120. Help: move the line below line 120","fingerprint":"00c0ffee","location":{"lines":{"begin":97},"path":".github/CODEOWNERS"},"severity":"major"}
            {"check_name":"codeowners/repeated-owner","description":"`@acme/core` is named twice","fingerprint":"00c0ffee","location":{"lines":{"begin":5},"path":".github/CODEOWNERS"},"severity":"minor"}
            {"check_name":"codeowners/oversized-file","description":"the ownership file has 3.1 MB, and GitHub loads none above 3 MB","fingerprint":"00c0ffee","location":{"lines":{"begin":1},"path":".github/CODEOWNERS"},"severity":"major"}
            {"check_name":"ownership/fallback-owner","description":"61.5 % of the files fall to the catch-all pattern","fingerprint":"00c0ffee","location":{"lines":{"begin":1},"path":"README.md"},"severity":"info"}
        "#]].assert_eq(&lines(&samples::small()));
        assert_eq!(written(&samples::clean()), "[]\n");
    }

    #[test]
    fn a_place_outside_of_the_repository_is_told() {
        let mut report = samples::small();
        report.findings.truncate(1);
        report.findings[0].primary.place = Place::External("../policy.toml".into());
        expect![[r#"
            {"check_name":"codeowners/dead-pattern","description":"../policy.toml:3:1: `/docs/` matches no tracked file. Help: remove the line, or mend the pattern if the files have moved","fingerprint":"00c0ffee","location":{"lines":{"begin":1},"path":"README.md"},"severity":"minor"}
        "#]].assert_eq(&lines(&report));
    }

    #[test]
    fn a_hostile_repository_forges_nothing_and_its_paths_stay_whole() {
        let text = written(&samples::hostile());
        samples::assert_harmless(&text);
        let issues = issues(&text);
        assert_eq!(issues.len(), 2);
        for issue in &issues {
            assert_eq!(issue["location"]["path"], samples::HOSTILE);
            let description = issue["description"].as_str().unwrap();
            assert!(!description.contains(char::is_control), "{description}");
        }
    }

    #[test]
    fn fingerprints_are_ours_and_long_texts_are_cut() {
        let mut report = samples::many(300);
        report.findings[0].message = "x".repeat(100_000);
        let issues = issues(&written(&report));
        for (issue, finding) in issues.iter().zip(&report.findings) {
            assert_eq!(issue["fingerprint"], *finding.fingerprint);
        }
        let length = issues[0]["description"].as_str().unwrap().chars().count();
        assert_eq!((issues.len(), length), (300, CHARACTERS));
    }
}
