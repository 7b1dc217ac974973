//! The report for reviewdog, which comments on pull requests of many forges: its format `rdjson`.
//!
//! The format is `DiagnosticResult` of
//! <https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto>; its reader refuses keys
//! that it does not know. Columns count bytes there, and the end of a range is the place behind it. Each
//! finding stands at a file, see [`nearest`]. Accepted findings are left out.

use std::io::{self, Write};

use serde::Serialize;

use super::json::Stream;
use super::{change, json, nearest, sentence, shown};
use crate::facts::Place;
use crate::findings::{Finding, Report};
use crate::policy::Level;
use crate::rules::{Edit, Rule};
use crate::text::{self, Excerpt, terminal};

/// Of a message so many characters are written.
const MESSAGE: usize = 2_000;
/// So many other places of a summary are listed: the format has no key for them.
const PLACES: usize = 20;

#[derive(Serialize)]
struct DiagnosticResult<'a> {
    source: Source,
    diagnostics: Stream<'a, Diagnostic<'a>>,
}

#[derive(Serialize)]
struct Source {
    name: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    url: &'static str,
}

#[derive(Serialize)]
struct Diagnostic<'a> {
    message: String,
    location: Location,
    severity: Severity,
    code: Code<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestions: Vec<Suggestion<'a>>,
}

#[derive(Serialize)]
struct Location {
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<Range>,
}

#[derive(Serialize)]
struct Range {
    start: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "UPPERCASE")]
enum Severity {
    Error,
    Warning,
    Info,
}

#[derive(Serialize)]
struct Code<'a> {
    value: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Suggestion<'a> {
    range: Range,
    text: &'a str,
}

/// Writes all results; `rules` are all rules that there are.
pub fn write(report: &Report, rules: &[&'static Rule], out: &mut dyn Write) -> io::Result<()> {
    let result = DiagnosticResult {
        source: Source {
            name: env!("CARGO_PKG_NAME"),
            url: env!("CARGO_PKG_REPOSITORY"),
        },
        diagnostics: Stream::new(|| {
            let results = report.results().map(|result| diagnostic(result, rules));
            results.chain(on_change(report))
        }),
    };
    json::document(&result, out)
}

/// What a change does to who owns what, as a note on the ownership file.
fn on_change(report: &Report) -> Option<Diagnostic<'static>> {
    let (path, lines) = change::note(report)?;
    let lines = lines
        .iter()
        .map(|line| sentence::cut(&terminal(line), MESSAGE));
    Some(Diagnostic {
        message: lines.collect::<Vec<_>>().join("\n"),
        location: Location { path, range: None },
        severity: Severity::Info,
        code: Code {
            value: "change",
            url: None,
        },
        suggestions: Vec::new(),
    })
}

fn diagnostic<'a>(finding: &'a Finding, rules: &[&'static Rule]) -> Diagnostic<'a> {
    let (path, place) = nearest::file(finding);
    let excerpt = place.and_then(|place| place.excerpt.as_ref());
    let rule = rules.iter().find(|rule| rule.spec.id == finding.rule);
    let edits = finding.fix.iter().flat_map(|fix| &fix.edits);
    Diagnostic {
        message: message(finding),
        location: Location {
            path: String::from_utf8_lossy(path).into_owned(),
            range: excerpt.map(range),
        },
        severity: match finding.level {
            Level::Error => Severity::Error,
            Level::Warning => Severity::Warning,
            Level::Note | Level::Off => Severity::Info,
        },
        code: Code {
            value: finding.rule,
            url: rule.and_then(|rule| url(rule)),
        },
        // A suggestion has no file of its own: it is one for the file of its diagnostic.
        suggestions: edits
            .filter(|edit| edit.path.as_bytes() == path)
            .map(suggestion)
            .collect(),
    }
}

/// What is wrong, what to do, and who should, a line each.
fn message(finding: &Finding) -> String {
    let mut message = sentence::cut(&terminal(&finding.message), MESSAGE);
    // It cannot be shown where it stands, so the message says where.
    if let Place::External(_) = finding.primary.place {
        message = format!("{}: {message}", shown::position(&finding.primary));
    }
    if let Some(help) = &finding.help {
        message = format!("{message}\nhelp: {}", terminal(help));
    }
    if let Some(places) = sentence::also_at(finding, PLACES) {
        message = format!("{message}\nalso at: {places}");
    }
    if !finding.owners.is_empty() {
        let owners = sentence::owners(finding, usize::MAX);
        message = format!("{message}\nowner: {}", terminal(&owners));
    }
    message
}

/// What is meant of a line. An excerpt is text: where it leaves out the start of a line, or replaces what is
/// not UTF-8, nothing is known of the line's bytes, and the whole line is meant.
fn range(excerpt: &Excerpt) -> Range {
    let known = excerpt
        .text
        .get(..excerpt.end)
        .filter(|before| excerpt.column == 1 && !before.contains('\u{fffd}'));
    let at = |offset: usize| Position {
        line: excerpt.line,
        column: known.map(|_| u32::try_from(offset + 1).unwrap_or(u32::MAX)),
    };
    Range {
        start: at(excerpt.start),
        end: at(excerpt.end),
    }
}

fn suggestion(edit: &Edit) -> Suggestion<'_> {
    let at = |position: text::Position| Position {
        line: position.line,
        column: Some(position.column),
    };
    Suggestion {
        range: Range {
            start: at(edit.range.0),
            end: at(edit.range.1),
        },
        text: &edit.replacement,
    }
}

/// Where the documentation of a rule can be read, as this version has it: it stands in the rule's own file.
/// None as long as the program has no home.
pub(super) fn url(rule: &Rule) -> Option<String> {
    let (home, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    let file = rule.file.replace('\\', "/");
    (!home.is_empty()).then(|| format!("{home}/blob/v{version}/{file}"))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::Value;

    use super::*;
    use crate::report::samples;

    fn written(report: &Report) -> String {
        let mut out = Vec::new();
        write(report, crate::rules::all(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn diagnostics(text: &str) -> Vec<Value> {
        let result: Value = serde_json::from_str(text).unwrap();
        assert_eq!(result["source"]["name"], "bailiwick");
        result["diagnostics"].as_array().unwrap().clone()
    }

    #[test]
    fn each_finding_has_a_range_and_a_code() {
        let lines = diagnostics(&written(&samples::small())).into_iter();
        let lines: String = lines.map(|it| format!("{it}\n")).collect();
        expect![[r#"
            {"code":{"value":"codeowners/dead-pattern"},"location":{"path":".github/CODEOWNERS","range":{"end":{"column":7,"line":3},"start":{"column":1,"line":3}}},"message":"`/docs/` matches no tracked file\nhelp: remove the line, or mend the pattern if the files have moved\nowner: @acme/docs","severity":"WARNING","suggestions":[{"range":{"end":{"column":1,"line":4},"start":{"column":1,"line":3}},"text":""}]}
            {"code":{"value":"codeowners/shadowed-pattern"},"location":{"path":".github/CODEOWNERS","range":{"end":{"column":36,"line":97},"start":{"column":1,"line":97}}},"message":"`/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120\nhelp: move the line below line 120\nowner: @acme/payments @acme/ledger","severity":"ERROR"}
            {"code":{"value":"codeowners/repeated-owner"},"location":{"path":".github/CODEOWNERS","range":{"end":{"column":32,"line":5},"start":{"column":22,"line":5}}},"message":"`@acme/core` is named twice","severity":"WARNING"}
            {"code":{"value":"codeowners/oversized-file"},"location":{"path":".github/CODEOWNERS"},"message":"the ownership file has 3.1 MB, and GitHub loads none above 3 MB","severity":"ERROR"}
            {"code":{"value":"ownership/fallback-owner"},"location":{"path":"README.md"},"message":"61.5 % of the files fall to the catch-all pattern","severity":"INFO"}
        "#]].assert_eq(&lines);
        assert!(diagnostics(&written(&samples::clean())).is_empty());
    }

    #[test]
    fn columns_are_bytes_and_left_out_where_nobody_knows_them() {
        let ranges = |line: &str, marked: &str| {
            let mut report = samples::small();
            report.findings.truncate(1);
            report.findings[0].primary = samples::at("CODEOWNERS", 1, line, marked, "");
            diagnostics(&written(&report))[0]["location"]["range"].to_string()
        };
        expect![[r#"{"end":{"column":10,"line":1},"start":{"column":6,"line":1}}"#]]
            .assert_eq(&ranges("/ä/ @ann", "@ann"));
        expect![[r#"{"end":{"line":1},"start":{"line":1}}"#]]
            .assert_eq(&ranges("/\u{fffd}/ @ann", "@ann"));
        let long = format!("/{}/ @ann", "x".repeat(1_000));
        expect![[r#"{"end":{"line":1},"start":{"line":1}}"#]].assert_eq(&ranges(&long, "@ann"));
    }

    #[test]
    fn a_change_in_another_file_is_no_suggestion() {
        let mut report = samples::small();
        let fix = report.findings[0].fix.as_mut().unwrap();
        fix.edits[0].path = "elsewhere".into();
        assert!(!written(&report).contains("suggestions"));
    }

    #[test]
    fn a_hostile_repository_forges_nothing() {
        let text = written(&samples::hostile());
        samples::assert_harmless(&text);
        for diagnostic in diagnostics(&text) {
            assert_eq!(diagnostic["location"]["path"], samples::HOSTILE);
            let message = diagnostic["message"].as_str().unwrap();
            assert_eq!(message.lines().count(), 3, "{message}");
        }
    }
}
