//! The report for machines. Its shape is versioned and published as `policies/report.schema.json`.
//!
//! Every key is always there: what is absent is `null` or an empty array. Lines and columns count from 1.
//! Paths are relative to the repository's root; what is not UTF-8 in them is U+FFFD.

mod change;

pub(super) use change::Approval;

use std::io::{self, Write};

use serde::Serialize;

use super::sentence;
use crate::facts::{self, Place};
use crate::findings::{self, Acceptance};
use crate::policy::Origin;
use crate::text;

/// Rises when a key changes its meaning or goes; new keys do not raise it.
const SCHEMA_VERSION: u32 = 1;

/// Writes the whole report, accepted findings, skips and gaps included.
pub fn write(report: &findings::Report, out: &mut dyn Write) -> io::Result<()> {
    document(&Report::of(report), out)
}

/// Writes a value as indented JSON that is safe to be shown.
pub(super) fn document(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let document = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", text::json(&document))
}

/// What `bailiwick check --format json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Report<'a> {
    /// The version of this format.
    schema_version: u32,
    /// The program that wrote it.
    tool: Tool,
    /// The repository's name.
    repository: &'a str,
    /// The policy that judged.
    policy: Policy<'a>,
    /// What counts, sorted by place, then rule.
    findings: Vec<Finding<'a>>,
    /// What stands but does not count, sorted alike.
    accepted: Vec<Accepted<'a>>,
    /// Rules that could not judge some subject.
    skipped: Vec<Skip<'a>>,
    /// Rules that judge by the history or by what the forge knows, which was not asked for.
    unasked: Vec<&'static str>,
    /// What could not be read.
    gaps: Vec<Gap<'a>>,
    /// Why not all that was asked for could be judged, so that `check` ends with 3 if not with 1 or 2;
    /// null if all was.
    incomplete: Option<String>,
    /// The change that is judged, where only what it brings counts; null where all counts.
    change: Option<change::Change<'a>>,
    /// Counts.
    summary: Summary,
}

/// The program.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    pub(super) const THIS: Tool = Tool {
        name: env!("CARGO_PKG_NAME"),
        version: env!("CARGO_PKG_VERSION"),
    };
}

/// The policy that judged.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Policy<'a> {
    /// Its path, or the pack's name where there is no file.
    name: &'a str,
    /// Packs and files that it extends, in the order in which they apply.
    extends: &'a [String],
}

/// One violation of one rule.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Finding<'a> {
    /// The rule's id.
    rule: &'a str,
    /// How bad it is.
    level: Level,
    /// What is wrong.
    message: &'a str,
    /// What the rule judged.
    subject: Subject<'a>,
    /// Who should act: owners as written, separated by one space.
    owner: Option<String>,
    /// The services that it is about.
    services: &'a [String],
    /// What to do.
    help: Option<&'a str>,
    /// The same as long as it is the same finding, whatever changes elsewhere.
    fingerprint: &'a str,
    /// Where to look first.
    location: Location<'a>,
    /// Where else to look; of a finding that stands for many in a file, each of the others, with its message
    /// for a label.
    related: Vec<Location<'a>>,
    /// The change that would mend it, where a machine can make it.
    fix: Option<Fix<'a>>,
    /// Who asked for this level.
    policy: Asked<'a>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Level {
    Note,
    Warning,
    Error,
}

/// What a rule judged.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Subject<'a> {
    kind: &'a str,
    name: &'a str,
}

/// A place, and in a file the part that is meant.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Location<'a> {
    place: PlaceKind,
    /// The file; null for the repository.
    path: Option<String>,
    /// The line; null where the whole file is meant.
    line: Option<u32>,
    /// The first column of what is meant, in characters.
    column: Option<u32>,
    /// The column behind what is meant, on the same line.
    end_column: Option<u32>,
    /// The line's text, perhaps cut to what is around.
    excerpt: Option<&'a str>,
    /// What is to be seen there.
    label: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum PlaceKind {
    /// A file of the repository.
    File,
    /// A file outside of it, such as a policy given on the command line.
    External,
    /// The repository as a whole.
    Repository,
}

/// A change that mends a finding.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Fix<'a> {
    description: &'a str,
    edits: Vec<Edit<'a>>,
}

/// A replacement of the bytes from `start` up to, but without, `end`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Edit<'a> {
    path: String,
    start: usize,
    end: usize,
    replacement: &'a str,
}

/// Who asked for a level: a pack, or a line of a policy. One of both is null.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Asked<'a> {
    pack: Option<&'a str>,
    location: Option<Location<'a>>,
}

/// A finding that is not counted.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Accepted<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    /// Why it is not counted.
    by: By<'a>,
}

/// Why a finding is not counted.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct By<'a> {
    kind: ByKind,
    /// The reason given; null for the baseline.
    reason: Option<&'a str>,
    /// The day, as YYYY-MM-DD, on which it ends.
    until: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum ByKind {
    Suppression,
    Exception,
    Baseline,
}

/// A rule that could not judge.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Skip<'a> {
    rule: &'a str,
    reason: &'a str,
    /// What would let it judge.
    remedy: Option<&'a str>,
    /// How many subjects it could not judge.
    subjects: usize,
    /// Whether the policy requires the rule, so that the run is incomplete.
    required: bool,
}

/// A fact that could not be had.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct Gap<'a> {
    kind: &'a str,
    path: Option<String>,
    reason: &'a str,
    /// What would close it.
    remedy: Option<&'a str>,
}

/// Counts of the run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    /// Files in the tree.
    files: usize,
    /// Files with at least one owner; null where the ownership file could not be read.
    owned: Option<usize>,
    /// Files of unknown type, whose comments were not searched for markers.
    unsearched: usize,
    /// Rules that ran.
    rules: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    accepted: usize,
}

impl<'a> Report<'a> {
    pub(super) fn of(report: &'a findings::Report) -> Self {
        let summary = &report.summary;
        let accepted = report.accepted.iter().map(|accepted| Accepted {
            finding: Finding::of(&accepted.finding),
            by: By::of(&accepted.by),
        });
        let skipped = report.skipped.iter().map(|skip| Skip {
            rule: skip.rule,
            reason: &skip.reason,
            remedy: skip.remedy.as_deref(),
            subjects: skip.subjects,
            required: skip.required,
        });
        Report {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            repository: &report.repository,
            policy: Policy {
                name: &report.policy.name,
                extends: &report.policy.extends,
            },
            findings: report.findings.iter().map(Finding::of).collect(),
            accepted: accepted.collect(),
            skipped: skipped.collect(),
            unasked: report.unasked.all(),
            gaps: report.gaps.iter().map(Gap::of).collect(),
            change: report.change.as_deref().map(change::Change::of),
            incomplete: sentence::incomplete(report),
            summary: Summary {
                files: summary.files,
                owned: summary.owned,
                unsearched: report.unsearched.files,
                rules: summary.rules,
                errors: summary.errors,
                warnings: summary.warnings,
                notes: summary.notes,
                accepted: summary.accepted,
            },
        }
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a findings::Finding) -> Self {
        let fix = finding.fix.as_ref().map(|fix| Fix {
            description: &fix.description,
            edits: fix.edits.iter().map(Edit::of).collect(),
        });
        // What people read names some of those that the finding stands for; machines get all.
        let related = match &finding.stands_for[..] {
            [] => finding.related.iter().map(Location::of).collect(),
            [_, others @ ..] => others.iter().map(Location::of_finding).collect(),
        };
        Finding {
            rule: finding.rule,
            level: Level::of(finding.level),
            message: &finding.message,
            subject: Subject {
                kind: finding.subject_kind,
                name: &finding.subject,
            },
            owner: (!finding.owners.is_empty()).then(|| finding.owners.join(" ")),
            services: &finding.services,
            help: finding.help.as_deref(),
            fingerprint: &finding.fingerprint,
            location: Location::of(&finding.primary),
            related,
            fix,
            policy: Asked::of(&finding.origin),
        }
    }
}

impl Level {
    fn of(level: crate::policy::Level) -> Self {
        match level {
            crate::policy::Level::Error => Level::Error,
            crate::policy::Level::Warning => Level::Warning,
            crate::policy::Level::Note | crate::policy::Level::Off => Level::Note,
        }
    }
}

impl<'a> Location<'a> {
    fn of(location: &'a facts::Location) -> Self {
        let (place, path) = match &location.place {
            Place::File(path) => (PlaceKind::File, Some(path.to_string_lossy().into_owned())),
            Place::External(path) => (PlaceKind::External, Some(path.clone())),
            Place::Repository => (PlaceKind::Repository, None),
        };
        let excerpt = location.excerpt.as_ref();
        Location {
            place,
            path,
            line: excerpt.map(|excerpt| excerpt.line),
            column: excerpt.map(|excerpt| excerpt.position().column),
            end_column: excerpt.map(|excerpt| excerpt.end_column()),
            excerpt: excerpt.map(|excerpt| &*excerpt.text),
            label: (!location.label.is_empty()).then_some(location.label.as_str()),
        }
    }
}

impl<'a> Location<'a> {
    /// Where a finding is, and what it says.
    fn of_finding(finding: &'a findings::Finding) -> Self {
        Location {
            label: Some(&finding.message),
            ..Location::of(&finding.primary)
        }
    }
}

impl<'a> Edit<'a> {
    fn of(edit: &'a crate::rules::Edit) -> Self {
        Edit {
            path: edit.path.to_string_lossy().into_owned(),
            start: edit.span.start,
            end: edit.span.end,
            replacement: &edit.replacement,
        }
    }
}

impl<'a> Asked<'a> {
    fn of(origin: &'a Origin) -> Self {
        match origin {
            Origin::Pack(name) => Asked {
                pack: Some(name),
                location: None,
            },
            Origin::Line(location) => Asked {
                pack: None,
                location: Some(Location::of(location)),
            },
        }
    }
}

impl<'a> By<'a> {
    fn of(by: &'a Acceptance) -> Self {
        let (kind, reason, until) = match by {
            Acceptance::Suppression { reason, until } => {
                (ByKind::Suppression, Some(reason.as_str()), *until)
            }
            Acceptance::Exception { reason, until } => {
                (ByKind::Exception, Some(reason.as_str()), *until)
            }
            Acceptance::Baseline => (ByKind::Baseline, None, None),
        };
        By {
            kind,
            reason,
            until: until.map(|until| until.to_string()),
        }
    }
}

impl<'a> Gap<'a> {
    pub(super) fn of(gap: &'a facts::Gap) -> Self {
        let path = gap.path.as_ref().map(|path| path.to_string_lossy());
        Gap {
            kind: gap.kind.name(),
            path: path.map(|path| path.into_owned()),
            reason: &gap.reason,
            remedy: gap.remedy.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    fn written(report: &findings::Report) -> String {
        let mut out = Vec::new();
        write(report, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    fn schema() -> serde_json::Value {
        let settings = schemars::generate::SchemaSettings::draft2020_12().for_serialize();
        let mut schema = settings
            .into_generator()
            .into_root_schema_for::<Report<'_>>();
        schema.insert("title".into(), "Report of bailiwick check".into());
        schema.to_value()
    }

    #[test]
    fn the_published_schema_is_the_one_of_the_types() {
        let schema = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        expect_test::expect_file!["../../../policies/report.schema.json"].assert_eq(&schema);
    }

    #[test]
    fn every_report_is_valid() {
        let validator = jsonschema::validator_for(&schema()).unwrap();
        for report in [
            samples::small(),
            samples::large(),
            samples::clean(),
            samples::hostile(),
        ] {
            let value: serde_json::Value = serde_json::from_str(&written(&report)).unwrap();
            let errors: Vec<_> = validator
                .iter_errors(&value)
                .map(|e| e.to_string())
                .collect();
            assert!(errors.is_empty(), "{errors:?}");
        }
        let broken = serde_json::json!({"schema_version": 1});
        assert!(!validator.is_valid(&broken));
    }

    #[test]
    fn a_finding_has_its_places_and_who_accepted_it() {
        let report: serde_json::Value = serde_json::from_str(&written(&samples::small())).unwrap();
        let finding = &report["findings"][0];
        let expected = serde_json::json!({
            "place": "file", "path": ".github/CODEOWNERS", "line": 3, "column": 1,
            "end_column": 7, "excerpt": "/docs/    @acme/docs", "label": "matches nothing",
        });
        assert_eq!(finding["location"], expected);
        assert_eq!(finding["owner"], "@acme/docs");
        assert_eq!(finding["policy"]["pack"], "bailiwick:recommended");
        assert_eq!(report["accepted"][0]["by"]["kind"], "exception");
        assert_eq!(report["accepted"][0]["by"]["until"], "2027-03-31");
        assert_eq!(report["accepted"][0]["rule"], "codeowners/crowded-line");
    }

    #[test]
    fn a_hostile_repository_keeps_its_values_and_forges_nothing() {
        let text = written(&samples::hostile());
        samples::assert_harmless(&text);
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(report["findings"][0]["message"], samples::HOSTILE);
        assert_eq!(report["findings"][0]["location"]["path"], samples::HOSTILE);
    }
}
