//! The report as SARIF 2.1.0, for GitHub code scanning and for viewers in editors.
//!
//! GitHub refuses a whole file for one result without a file, and for more than its limits
//! (<https://docs.github.com/en/code-security/code-scanning/troubleshooting-sarif-uploads/results-exceed-limit>).
//! So each result is at a file, see [`nearest`]; and of too many results the worst are written, with a
//! notification that counts the others. A message counts the places for which there is no room.
//!
//! Accepted findings are results with `suppressions`. GitHub code scanning does not know that property
//! and would open an alert for each: whoever uploads the file leaves them out before.
//!
//! Text is for people and so is escaped like a terminal's; a snippet is the file's own text.

mod log;
mod rules;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;

use self::log::{
    ArtifactLocation, Driver, Invocation, Location, Log, Message, Notification, PhysicalLocation,
    Region, ResultProperties, RuleReference, Run, RunProperties, Suppression, SuppressionKind,
    Tool,
};
use super::{change, json, nearest, sentence, shown};
use crate::facts::{self, Place};
use crate::findings::{Acceptance, Accepted, Finding, Report, UnreadOwnership};
use crate::rules::Rule;
use crate::text::{count, number, terminal, uri_path};

/// GitHub refuses a run of more results; it shows the worst 5,000.
const RESULTS: usize = 25_000;
/// GitHub refuses more than 10 MB when compressed. The rest is for all that is no result, and for what a
/// compressor holds back.
const COMPRESSED: usize = 9_000_000;
/// Results of at most so many bytes are kept in memory.
const BYTES: usize = 40_000_000;
/// GitHub refuses a file in which a result has more locations; it shows the first 100.
const LOCATIONS: usize = 1_000;
/// GitHub's limit for the descriptions of rules, kept for messages as well. Help in a message is never cut.
const CHARACTERS: usize = 1_024;
/// So many gaps are told one by one.
const GAPS: usize = 100;

/// Writes the whole report; `rules` are all rules that there are.
pub fn write(report: &Report, rules: &[&'static Rule], out: &mut dyn Write) -> io::Result<()> {
    let index: BTreeMap<&str, usize> = rules
        .iter()
        .enumerate()
        .map(|(index, rule)| (rule.spec.id, index))
        .collect();
    let (results, left_out) = results(report, &index)?;
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: env!("CARGO_PKG_NAME"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    version: env!("CARGO_PKG_VERSION"),
                    rules: rules.iter().map(|rule| rules::descriptor(rule)).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: true,
                tool_execution_notifications: notifications(report, left_out),
            }],
            column_kind: "unicodeCodePoints",
            results,
            properties: report.change.as_ref().map(|_| RunProperties {
                change: change::all(report)
                    .into_iter()
                    .map(|(about, text)| format!("{about}: {text}"))
                    .collect(),
            }),
        }],
    };
    json::document(&log, out)
}

/// The results that fit, in the order of the report, and how many do not. The worst go first, and what
/// is accepted goes last.
fn results(
    report: &Report,
    rules: &BTreeMap<&str, usize>,
) -> io::Result<(Vec<log::Result>, usize)> {
    let findings = report.results().map(|finding| (finding, None));
    let accepted = report.accepted.iter();
    let accepted = accepted.map(|Accepted { finding, by }| (finding, Some(by)));
    let mut all: Vec<_> = findings.chain(accepted).enumerate().collect();
    all.sort_by_key(|(_, (finding, by))| (by.is_some(), Reverse(finding.level)));
    let total = all.len();
    let mut taken = Vec::new();
    let mut bytes = 0;
    // Whoever uploads the file compresses it no worse than this.
    let mut gzip = GzEncoder::new(Bytes(0), Compression::fast());
    for (place, (finding, by)) in all.into_iter().take(RESULTS) {
        let result = result(finding, by, rules);
        let written = serde_json::to_vec(&result)?;
        gzip.write_all(&written)?;
        bytes += written.len();
        if bytes > BYTES || gzip.get_ref().0 > COMPRESSED {
            break;
        }
        taken.push((place, result));
    }
    taken.sort_by_key(|&(place, _)| place);
    let left_out = total - taken.len();
    Ok((
        taken.into_iter().map(|(_, result)| result).collect(),
        left_out,
    ))
}

/// Counts what is written to it.
struct Bytes(usize);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn result(
    finding: &Finding,
    by: Option<&Acceptance>,
    rules: &BTreeMap<&str, usize>,
) -> log::Result {
    let mut text = sentence::cut(&finding.message, CHARACTERS);
    // A place without a file cannot be linked to, so the message tells it.
    for place in std::iter::once(&finding.primary).chain(&finding.related) {
        if let Place::External(_) = place.place {
            text.push_str(&format!("; see {}", shown::position(place)));
        }
    }
    // The places of a summary come before those that explain it.
    let others = finding.other_places();
    let related = others.iter().chain(&finding.related);
    let related = related.filter(|place| place.path().is_some_and(|path| !path.is_root()));
    let related = related.take(LOCATIONS - 1).enumerate();
    let related = related.filter_map(|(index, place)| location(place, Some(index + 1)));
    if let Some(more) = others.len().checked_sub(LOCATIONS) {
        text.push_str(&format!("; and {}", count(more + 1, "more place")));
    }
    if let Some(help) = &finding.help {
        text.push_str(&format!(". Help: {help}"));
    }
    log::Result {
        rule_id: finding.rule,
        rule_index: rules.get(finding.rule).copied(),
        level: rules::level(finding.level),
        message: escaped(&terminal(&text)),
        locations: [primary(finding)],
        related_locations: related.collect(),
        partial_fingerprints: [("bailiwick/v1", finding.fingerprint.clone())].into(),
        suppressions: by.map(suppression).into_iter().collect(),
        properties: ResultProperties {
            owners: finding.owners.clone(),
            more_owners: finding.more_owners.then_some(true),
            places: (!others.is_empty()).then(|| finding.locations().len()),
        },
    }
}

/// Where a finding stands, or the nearest file to it.
fn primary(finding: &Finding) -> Location {
    let (path, place) = nearest::file(finding);
    let mut found = physical(path, place);
    // The message of the result says what is to be seen.
    found.message = None;
    found
}

/// A place in a file of the repository; none for every other one.
fn location(place: &facts::Location, id: Option<usize>) -> Option<Location> {
    let path = place.path().filter(|path| !path.is_root())?;
    let mut location = physical(path.as_bytes(), Some(place));
    location.id = id;
    Some(location)
}

fn physical(path: &[u8], place: Option<&facts::Location>) -> Location {
    let excerpt = place.and_then(|place| place.excerpt.as_ref());
    // GitHub wants a region; a whole file is its very start.
    let region = excerpt.map_or(
        Region {
            start_line: 1,
            start_column: 1,
            end_line: 1,
            end_column: 1,
            snippet: None,
        },
        |excerpt| Region {
            start_line: excerpt.line,
            start_column: excerpt.position().column,
            end_line: excerpt.line,
            end_column: excerpt.end_column(),
            snippet: Some(excerpt.marked())
                .filter(|marked| !marked.is_empty())
                .map(|marked| Message {
                    text: marked.to_owned(),
                }),
        },
    );
    let label = place.map_or("", |place| &*place.label);
    Location {
        id: None,
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: uri_path(path),
                uri_base_id: "%SRCROOT%",
            },
            region,
        },
        message: (!label.is_empty()).then(|| prose(label)),
    }
}

fn suppression(by: &Acceptance) -> Suppression {
    let (kind, reason, until) = match by {
        Acceptance::Suppression { reason, until } => (SuppressionKind::InSource, reason, until),
        Acceptance::Exception { reason, until } => (SuppressionKind::External, reason, until),
        Acceptance::Baseline => {
            return Suppression {
                kind: SuppressionKind::External,
                justification: sentence::acceptance(by),
            };
        }
    };
    let until = until.map(|until| format!(" (until {until})"));
    let reason = format!("{reason}{}", until.unwrap_or_default());
    Suppression {
        kind,
        justification: sentence::cut(&terminal(&reason), CHARACTERS),
    }
}

/// What was not judged, not read or not written.
fn notifications(report: &Report, left_out: usize) -> Vec<Notification> {
    let note = |level, text: &str| Notification {
        level,
        message: escaped(&terminal(text)),
        associated_rule: None,
    };
    let mut all = Vec::new();
    if left_out > 0 {
        let all_results = report.results().count() + report.accepted.len();
        let all_results = count(all_results, "result");
        let text = format!(
            "{} of {all_results} are left out, the mildest and the accepted ones first: \
             GitHub takes {} a run, and 10 MB",
            number(left_out),
            number(RESULTS)
        );
        all.push(note(log::Level::Warning, &text));
    }
    all.extend(report.skipped.iter().map(|skip| Notification {
        associated_rule: Some(RuleReference { id: skip.rule }),
        ..note(
            if skip.required {
                log::Level::Warning
            } else {
                log::Level::Note
            },
            &sentence::skip_within(skip, CHARACTERS),
        )
    }));
    all.extend(report.gaps.iter().take(GAPS).map(|gap| {
        let text = format!(
            "{}: {}",
            gap.kind.name(),
            sentence::gap_within(gap, CHARACTERS)
        );
        let is_wanted = |unread: &UnreadOwnership| unread.wanted && unread.gap.path == gap.path;
        let is_wanted = report.unread_ownership.as_ref().is_some_and(is_wanted);
        let level = match gap.is_missing() || is_wanted {
            true => log::Level::Warning,
            false => log::Level::Note,
        };
        note(level, &text)
    }));
    if let Some(more) = report.gaps.len().checked_sub(GAPS + 1) {
        let more = format!("and {}", count(more + 1, "more gap"));
        all.push(note(log::Level::Note, &more));
    }
    all
}

/// Text for people. SARIF makes links of `[text](target)` in it; where there could be one, brackets and
/// backslashes are escaped as the standard has it (3.11.6).
fn prose(text: &str) -> Message {
    escaped(&sentence::cut(&terminal(text), CHARACTERS))
}

/// As [`prose`], but whole.
fn escaped(text: &str) -> Message {
    let mut text = text.to_owned();
    if text.contains("](") {
        let escaped = text.replace('\\', "\\\\").replace('[', "\\[");
        text = escaped.replace(']', "\\]");
    }
    Message { text }
}

#[cfg(test)]
mod tests;
