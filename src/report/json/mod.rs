//! The report for machines. Its shape is versioned and published as `policies/report.schema.json`.
//!
//! Every key is always there: what is absent is `null` or an empty array. Lines and columns count from 1.
//! Paths are relative to the repository's root; what is not UTF-8 in them is U+FFFD. It is written as it is
//! made, so that a report with a million places needs no memory for its text.

mod change;
mod stream;

pub(super) use change::Approval;
pub(super) use stream::{Stream, document};

use std::io::{self, Write};

use serde::Serialize;

use super::{rdjson, sentence};
use crate::facts::{self, Place as At};
use crate::findings::{self, Acceptance, Places};
use crate::policy::Origin;
use crate::rules;

/// Rises when a key changes its meaning or goes; new keys do not raise it.
pub(super) const SCHEMA_VERSION: u32 = 2;

/// Writes the whole report, suppressed findings, skipped rules and missing data included.
pub fn write(report: &findings::Report, out: &mut dyn Write) -> io::Result<()> {
    document(&Report::of(report), out)
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
    /// The full hash of the commit that was read; null for a worktree and for a plain folder.
    commit: Option<&'a str>,
    /// The full hash of the commit that is checked out; null without commits.
    head: Option<&'a str>,
    /// The day, as YYYY-MM-DD, as of which dates were checked.
    as_of: String,
    /// The policy in use.
    policy: Policy<'a>,
    /// What counts, sorted by place, then rule.
    #[cfg_attr(test, schemars(with = "Vec<Finding<'a>>"))]
    findings: Stream<'a, Finding<'a>>,
    /// Findings that do not count, sorted alike.
    #[cfg_attr(test, schemars(with = "Vec<Suppressed<'a>>"))]
    suppressed: Stream<'a, Suppressed<'a>>,
    /// Rules that could not check some subject.
    skipped: Vec<Skip<'a>>,
    /// Rules that need data which was not requested.
    not_requested: Vec<NotRequested>,
    /// Data that could not be read.
    missing_data: Vec<MissingData<'a>>,
    /// Why the run could not check all that was requested, so that `check` ends with 3 if not with 1 or 2;
    /// null if it could.
    incomplete: Option<String>,
    /// The change that is checked, if only what it brings counts; else null.
    change: Option<change::Change<'a>>,
    /// Counts.
    summary: Summary,
}

/// A rule that needs data which was not requested.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct NotRequested {
    rule: &'static str,
    /// The option that requests the data: `--history` or `--online`.
    option: &'static str,
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

/// The policy in use.
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
    /// The page of the rule; null as long as the program has no site.
    url: Option<String>,
    /// How bad it is.
    level: Level,
    /// What is wrong.
    message: &'a str,
    /// What the rule checked.
    subject: Subject<'a>,
    /// Who should act: owners as written.
    owners: &'a [String],
    /// Whether there are more owners than those.
    more_owners: bool,
    /// The services that it is about.
    services: &'a [String],
    /// What to do.
    help: Option<&'a str>,
    /// The same as long as it is the same finding, whatever changes elsewhere.
    fingerprint: &'a str,
    /// Where to look first.
    location: Location<'a>,
    /// How its places belong together: with `edits` each needs an edit of its own, and is a result of its own
    /// in formats such as SARIF; with `summary` all are one result. Null for a single place.
    grouping: Option<Grouping>,
    /// All its places.
    #[cfg_attr(test, schemars(with = "Vec<Place<'a>>"))]
    places: Stream<'a, Place<'a>>,
    /// Where else to look to understand it.
    related: Vec<Location<'a>>,
    /// The change that would fix it, if a machine can make it.
    fix: Option<Fix<'a>>,
    /// Who set this level.
    policy: SetBy<'a>,
    /// The full hash of the commit whose files have these places; null for a worktree and a plain folder.
    commit: Option<&'a str>,
}

/// How the places of a finding belong together.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Grouping {
    Edits,
    Summary,
}

/// A place of a finding. What all places share is null here.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Place<'a> {
    location: Location<'a>,
    /// What is wrong at this place.
    message: Option<&'a str>,
    /// What to do at this place.
    help: Option<&'a str>,
    /// The same as long as it is the same place, whatever changes elsewhere. Baselines hold it.
    fingerprint: Option<&'a str>,
    /// The change that would fix this place.
    fix: Option<Fix<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum Level {
    Note,
    Warning,
    Error,
}

/// What a rule checked.
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

/// A change that fixes a finding.
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

/// Who set a level: a preset, or a line of a policy. One of both is null.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SetBy<'a> {
    preset: Option<&'a str>,
    location: Option<Location<'a>>,
}

/// A finding that does not count.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Suppressed<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    /// Why it does not count.
    suppression: Suppression<'a>,
}

/// Why a finding does not count.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Suppression<'a> {
    kind: SuppressionKind,
    /// The reason given; null for the baseline.
    reason: Option<&'a str>,
    /// The day, as YYYY-MM-DD, on which it ends.
    until: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
enum SuppressionKind {
    /// A comment beside the place.
    Inline,
    /// An exception of the policy.
    Exception,
    Baseline,
}

/// A rule that could not check some subject.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Skip<'a> {
    rule: &'a str,
    reason: &'a str,
    /// What to do so that it can.
    remedy: Option<&'a str>,
    /// How many subjects it could not check.
    subjects: usize,
    /// Whether the policy requires the rule, so that the run is incomplete.
    required: bool,
}

/// Data that could not be read.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct MissingData<'a> {
    kind: &'a str,
    path: Option<String>,
    /// The full hash of the git object that is missing; null where none is known.
    object: Option<&'a str>,
    reason: &'a str,
    /// What to do to have it.
    remedy: Option<&'a str>,
    /// The ids of the rules and the names of the answers that needed it, sorted. Empty for a remark on how the
    /// repository was read.
    needed_by: &'a [&'static str],
}

/// Counts of the run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Summary {
    /// Files in the tree.
    files: usize,
    /// Files with at least one owner; null if CODEOWNERS could not be read.
    owned_files: Option<usize>,
    /// Files of unknown type, whose comments were not searched.
    unsearched_files: usize,
    /// Rules that ran.
    rules: usize,
    /// Findings that count. One cause is one finding, whatever the number of its places.
    findings: usize,
    errors: usize,
    warnings: usize,
    notes: usize,
    /// All places of the findings that count.
    places: usize,
    /// Findings that do not count.
    suppressed: usize,
}

impl<'a> Report<'a> {
    pub(super) fn of(report: &'a findings::Report) -> Self {
        let summary = &report.summary;
        let skipped = report.skipped.iter().map(|skip| Skip {
            rule: skip.rule,
            reason: &skip.reason,
            remedy: skip.remedy.as_deref(),
            subjects: skip.subjects,
            required: skip.required,
        });
        let requested_by = |rules: &[&'static str], option| {
            let rules = rules.iter();
            rules
                .map(|rule| NotRequested { rule, option })
                .collect::<Vec<_>>()
        };
        let mut not_requested = requested_by(&report.unasked.history, "--history");
        not_requested.extend(requested_by(&report.unasked.forge, "--online"));
        not_requested.sort_by_key(|it| it.rule);
        let commit = report.commit.as_deref();
        Report {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            repository: &report.repository,
            commit,
            head: report.head.as_deref(),
            as_of: report.as_of.to_string(),
            policy: Policy {
                name: &report.policy.name,
                extends: &report.policy.extends,
            },
            findings: Stream::new(move || {
                let findings = report.findings.iter();
                findings.map(move |finding| Finding::of(finding, commit))
            }),
            suppressed: Stream::new(move || {
                report.accepted.iter().map(move |accepted| Suppressed {
                    finding: Finding::of(&accepted.finding, commit),
                    suppression: Suppression::of(&accepted.by),
                })
            }),
            skipped: skipped.collect(),
            not_requested,
            missing_data: report.gaps.iter().map(MissingData::of).collect(),
            change: report.change.as_deref().map(change::Change::of),
            incomplete: sentence::incomplete(report),
            summary: Summary {
                files: summary.files,
                owned_files: summary.owned,
                unsearched_files: report.unsearched.files,
                rules: summary.rules,
                findings: report.findings.len(),
                errors: summary.errors,
                warnings: summary.warnings,
                notes: summary.notes,
                places: report.places(),
                suppressed: summary.accepted,
            },
        }
    }
}

impl<'a> Finding<'a> {
    fn of(finding: &'a findings::Finding, commit: Option<&'a str>) -> Self {
        Finding {
            rule: finding.rule,
            url: rules::find(finding.rule).and_then(rdjson::url),
            level: Level::of(finding.level),
            message: &finding.message,
            subject: Subject {
                kind: finding.subject_kind,
                name: &finding.subject,
            },
            owners: &finding.owners,
            more_owners: finding.more_owners,
            services: &finding.services,
            help: finding.help.as_deref(),
            fingerprint: &finding.fingerprint,
            location: Location::of(&finding.primary),
            grouping: match finding.places {
                Places::One => None,
                Places::Edits(_) => Some(Grouping::Edits),
                Places::Summary(_) => Some(Grouping::Summary),
            },
            places: Stream::new(move || Place::all(finding)),
            related: finding.related.iter().map(Location::of).collect(),
            fix: finding.fix.as_ref().map(Fix::of),
            policy: SetBy::of(&finding.origin),
            commit,
        }
    }
}

impl<'a> Place<'a> {
    fn all(finding: &'a findings::Finding) -> Box<dyn Iterator<Item = Place<'a>> + 'a> {
        match &finding.places {
            Places::One => Box::new(std::iter::once(Place::at(&finding.primary))),
            Places::Summary(all) => Box::new(all.iter().map(Place::at)),
            Places::Edits(all) => Box::new(all.iter().map(|single| Place {
                message: Some(&single.message),
                help: single.help.as_deref(),
                fingerprint: Some(&single.fingerprint),
                fix: single.fix.as_ref().map(Fix::of),
                ..Place::at(&single.primary)
            })),
        }
    }

    fn at(location: &'a facts::Location) -> Self {
        Place {
            location: Location::of(location),
            message: None,
            help: None,
            fingerprint: None,
            fix: None,
        }
    }
}

impl<'a> Fix<'a> {
    fn of(fix: &'a rules::Fix) -> Self {
        Fix {
            description: &fix.description,
            edits: fix.edits.iter().map(Edit::of).collect(),
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
            At::File(path) => (PlaceKind::File, Some(path.to_string_lossy().into_owned())),
            At::External(path) => (PlaceKind::External, Some(path.clone())),
            At::Repository => (PlaceKind::Repository, None),
        };
        let excerpt = location.excerpt.as_ref();
        Location {
            place,
            path,
            line: excerpt.map(|excerpt| excerpt.line),
            column: excerpt.map(|excerpt| excerpt.position().column),
            end_column: excerpt.map(|excerpt| excerpt.end_column()),
            excerpt: excerpt.map(|excerpt| &*excerpt.text),
            label: (!location.label.is_empty()).then_some(&*location.label),
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

impl<'a> SetBy<'a> {
    fn of(origin: &'a Origin) -> Self {
        match origin {
            Origin::Pack(name) => SetBy {
                preset: Some(name),
                location: None,
            },
            Origin::Line(location) => SetBy {
                preset: None,
                location: Some(Location::of(location)),
            },
        }
    }
}

impl<'a> Suppression<'a> {
    fn of(by: &'a Acceptance) -> Self {
        let (kind, reason, until) = match by {
            Acceptance::Suppression { reason, until } => {
                (SuppressionKind::Inline, Some(reason.as_str()), *until)
            }
            Acceptance::Exception { reason, until } => {
                (SuppressionKind::Exception, Some(reason.as_str()), *until)
            }
            Acceptance::Baseline => (SuppressionKind::Baseline, None, None),
        };
        Suppression {
            kind,
            reason,
            until: until.map(|until| until.to_string()),
        }
    }
}

impl<'a> MissingData<'a> {
    pub(super) fn of(gap: &'a facts::Gap) -> Self {
        let path = gap.path.as_ref().map(|path| path.to_string_lossy());
        MissingData {
            kind: gap.kind.name(),
            path: path.map(|path| path.into_owned()),
            object: gap.object.as_deref(),
            reason: &gap.reason,
            remedy: gap.remedy.as_deref(),
            needed_by: &gap.needed_by,
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
        let broken = serde_json::json!({"schema_version": 2});
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
        assert_eq!(finding["places"][0]["location"], expected);
        assert_eq!(finding["owners"], serde_json::json!(["@acme/docs"]));
        assert_eq!(finding["policy"]["preset"], "bailiwick:recommended");
        let suppressed = &report["suppressed"][0];
        assert_eq!(suppressed["suppression"]["kind"], "exception");
        assert_eq!(suppressed["suppression"]["until"], "2027-03-31");
        assert_eq!(suppressed["rule"], "codeowners/crowded-line");
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
