//! Reports to render in tests: a small one, a large one, a clean one and a hostile one.

use crate::facts::{Gap, GapKind, Location, Place, Unsearched};
use crate::findings::{
    Acceptance, Accepted, Finding, Places, PolicyInfo, Report, Skip, Summary, Unasked,
    UnreadOwnership,
};
use crate::policy::{Level, Origin};
use crate::rules::{Edit, Fix};
use crate::text::{RepoPath, Span, Text};

use super::Problem;

/// A name that tries whatever a name can try.
pub(super) const HOSTILE: &str = "::error::x ::warning file=a::forged\n::error::y \u{1b}[31m\u{1b}]8;;http://x\u{7}\r##[group]z\u{9b}2J\u{202e}gnp\u{2028}\u{200b}\t`";

/// Panics if a terminal or a CI runner would obey anything in `text`.
pub(super) fn assert_harmless(text: &str) {
    for line in text.lines() {
        let ignored = |c: char| {
            c.is_whitespace()
                || matches!(c, '\u{ad}' | '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}')
        };
        let start = line.trim_start_matches(ignored);
        assert!(!start.starts_with("::"), "command: {line}");
        assert!(!line.contains("##["), "command: {line}");
        let hostile = line.chars().find(|&c| {
            c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        });
        assert_eq!(hostile, None, "{line}");
    }
}

/// `text` without ANSI colours.
pub(super) fn without_colors(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().expect("a part").to_string();
    let rest = parts.map(|part| part.split_once('m').expect("an end").1);
    first + &rest.collect::<String>()
}

/// Where `marked` stands in a file of which `line` is the line `number`.
pub(super) fn at(path: &str, number: usize, line: &str, marked: &str, label: &str) -> Location {
    let bytes = "\n".repeat(number - 1) + line + "\n";
    let start = number - 1 + line.find(marked).expect("marked text");
    let span = Span::new(start, start + marked.len());
    Location::of(
        &Text::new(RepoPath::from(path), bytes.into_bytes()),
        span,
        label.to_owned(),
    )
}

fn finding(rule: &'static str, level: Level, message: &str, primary: Location) -> Finding {
    Finding {
        services: Vec::new(),
        places: Places::One,
        more_owners: false,
        rule,
        level,
        message: message.into(),
        subject_kind: "ownership-rule",
        subject: "/docs/".into(),
        primary,
        related: Vec::new(),
        owners: Vec::new(),
        help: None,
        fix: None,
        origin: Origin::Pack("bailiwick:recommended"),
        fingerprint: "00c0ffee".into(),
    }
}

/// Summaries of some rules.
pub(super) fn summary(rule: &str) -> Option<&'static str> {
    match rule {
        "codeowners/dead-pattern" => Some("an ownership rule that matches no tracked file"),
        "codeowners/shadowed-pattern" => Some(
            "an ownership rule of which every file is taken by lines further below, so that it decides for none",
        ),
        "ownership/unowned-file" => Some("files that nobody owns"),
        _ => None,
    }
}

fn report(findings: Vec<Finding>) -> Report {
    let count = |level| findings.iter().filter(|f| f.level == level).count();
    let summary = Summary {
        files: 1300,
        owned: Some(1234),
        unknown: 0,
        rules: 14,
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        notes: count(Level::Note),
        accepted: 0,
    };
    Report {
        change: None,
        repository: "shop".into(),
        findings,
        accepted: Vec::new(),
        skipped: Vec::new(),
        unasked: Unasked::default(),
        unread_history: None,
        unread_forge: Vec::new(),
        notes: Vec::new(),
        gaps: Vec::new(),
        unsearched: Unsearched::default(),
        undeclared: 0,
        unread_ownership: None,
        as_of: jiff::civil::date(2026, 12, 1),
        commit: None,
        head: Some("0123456789abcdef0123456789abcdef01234567".into()),
        policy: PolicyInfo {
            name: "bailiwick:recommended".into(),
            extends: Vec::new(),
        },
        summary,
    }
}

pub(super) fn clean() -> Report {
    report(Vec::new())
}

pub(super) fn small() -> Report {
    let owners = ".github/CODEOWNERS";
    let mut dead = finding(
        "codeowners/dead-pattern",
        Level::Warning,
        "`/docs/` matches no tracked file",
        at(
            owners,
            3,
            "/docs/    @acme/docs",
            "/docs/",
            "matches nothing",
        ),
    );
    dead.owners = vec!["@acme/docs".into()];
    dead.help = Some("remove the line, or mend the pattern if the files have moved".into());
    dead.fix = Some(Fix {
        description: "remove the line".into(),
        edits: vec![Edit::new(
            &Text::new(
                RepoPath::from(owners),
                b"\n\n/docs/    @acme/docs\n".to_vec(),
            ),
            Span::new(2, 23),
            "",
        )],
    });
    let mut shadowed = finding(
        "codeowners/shadowed-pattern",
        Level::Error,
        "`/services/payments/api/v2/internal/` decides for no file: all 31 files that it matches, such as `services/payments/api/v2/internal/ledger.rs`, are taken by line 120",
        at(
            owners,
            97,
            "/services/payments/api/v2/internal/ @acme/payments @acme/ledger # the ledger is theirs, and so is all that it calls, until 2027",
            "/services/payments/api/v2/internal/",
            "never decides",
        ),
    );
    let line = "/services/ @acme/platform";
    shadowed.related = vec![at(owners, 120, line, "/services/", "takes all its files")];
    shadowed.owners = vec!["@acme/payments".into(), "@acme/ledger".into()];
    shadowed.help = Some("move the line below line 120".into());
    let policy = "\"codeowners/shadowed-pattern\" = \"error\"";
    shadowed.origin = Origin::Line(at("bailiwick.toml", 12, policy, "\"error\"", ""));
    let mut duplicate = finding(
        "codeowners/repeated-owner",
        Level::Warning,
        "`@acme/core` is named twice",
        at(
            owners,
            5,
            "*.rs @acme/core @ann @acme/core",
            "@acme/core",
            "here",
        ),
    );
    if let Some(excerpt) = &mut duplicate.primary.excerpt {
        (excerpt.start, excerpt.end) = (21, 31);
    }
    let first = "*.rs @acme/core @ann @acme/core";
    duplicate.related = vec![at(owners, 5, first, "@acme/core", "and here before")];
    let oversized = finding(
        "codeowners/oversized-file",
        Level::Error,
        "the ownership file has 3.1 MB, and GitHub loads none above 3 MB",
        Location::file(RepoPath::from(owners), ""),
    );
    let missing = finding(
        "ownership/fallback-owner",
        Level::Note,
        "61.5 % of the files fall to the catch-all pattern",
        Location::repository(""),
    );
    let mut report = report(vec![dead.clone(), shadowed, duplicate, oversized, missing]);
    dead.rule = "codeowners/crowded-line";
    dead.message = "the line names 9 owners".into();
    report.accepted = vec![Accepted {
        finding: dead,
        by: Acceptance::Exception {
            reason: "schema changes are theirs alone until the split".into(),
            until: Some(jiff::civil::date(2027, 3, 31)),
        },
    }];
    report.summary.accepted = 1;
    let skip = |rule, required| Skip {
        rule,
        reason: "no roster says completely who is in `acme`".into(),
        remedy: Some("add `covers = [\"@acme\"]` to a roster".into()),
        subjects: 17,
        required,
    };
    report.skipped = vec![
        skip("ownership/orphan-service", true),
        skip("ownership/unknown-owner", false),
    ];
    let gap = Gap::new(GapKind::Sparse, "outside of the sparse checkout");
    report.gaps = vec![
        gap.at(RepoPath::from("web/app.ts"))
            .remedy("git sparse-checkout disable"),
    ];
    report.unsearched = Unsearched {
        files: 13,
        extensions: vec![("png".into(), 9), ("xyz".into(), 3)],
        more_extensions: 1,
    };
    report.policy = PolicyInfo {
        name: "bailiwick.toml".into(),
        extends: vec!["bailiwick:recommended".into(), "org/base.toml".into()],
    };
    report
}

pub(super) fn large() -> Report {
    let mut findings = Vec::new();
    for number in 1..=23 {
        let folder = if number == 7 {
            "a/very/deep/folder/of/generated/and/vendored/code"
        } else {
            "src"
        };
        let mut finding = finding(
            "ownership/unowned-file",
            if number % 9 == 0 {
                Level::Warning
            } else {
                Level::Note
            },
            "nobody owns this file",
            Location::file(RepoPath::from(format!("{folder}/{number}.rs").as_str()), ""),
        );
        finding.help = Some("add a line for it to .github/CODEOWNERS".into());
        findings.push(finding);
    }
    findings.push(finding(
        "codeowners/invalid-line",
        Level::Error,
        "GitHub skips this line: `!` does not negate in a CODEOWNERS file, and so the files below `legacy` stay with whoever an earlier line names",
        at("CODEOWNERS", 12, "!legacy/ @acme/core", "!", ""),
    ));
    report(findings)
}

/// A report of so many findings, a third of each level, of several rules, owners and files.
pub(super) fn many(number: usize) -> Report {
    let rules = [
        "codeowners/dead-pattern",
        "codeowners/shadowed-pattern",
        "ownership/unowned-file",
    ];
    let levels = [Level::Note, Level::Warning, Level::Error];
    let findings = (0..number).map(|index| {
        let path = format!("services/s{:02}/src/file_{index:05}.rs", index % 40);
        let message = format!("`{path}` is matched by a pattern that decides for no file");
        let line = format!("/{path} @acme/team-{}", index % 7);
        let place = at(
            "CODEOWNERS",
            1 + index % 100,
            &line,
            "/services",
            "never decides",
        );
        let mut finding = finding(rules[index % 3], levels[index / 10 % 3], &message, place);
        finding.fingerprint = format!("{index:032x}");
        finding.help = Some("remove the line, or mend the pattern".into());
        if !index.is_multiple_of(5) {
            finding.owners = vec![format!("@acme/team-{}", index % 7)];
        }
        finding
    });
    report(findings.collect())
}

pub(super) fn hostile() -> Report {
    let mut bytes = HOSTILE.as_bytes().to_vec();
    bytes.extend_from_slice(b" \xff end");
    let text = Text::new(RepoPath::from(HOSTILE), bytes);
    let location = |start, end| Location::of(&text, Span::new(start, end), HOSTILE);
    // A file that cannot be shown by its line, and lines of which different parts are meant.
    let mut first = finding(
        "codeowners/invalid-line",
        Level::Error,
        HOSTILE,
        location(0, 10),
    );
    first.subject = HOSTILE.into();
    first.related = vec![
        location(11, 20),
        location(54, 60),
        Location::repository(HOSTILE),
    ];
    first.related.push(Location {
        place: Place::External(HOSTILE.into()),
        excerpt: None,
        label: HOSTILE.into(),
    });
    first.owners = vec![HOSTILE.into()];
    first.help = Some(format!("do this {HOSTILE}"));
    first.origin = Origin::Line(location(54, 60));
    let mut second = first.clone();
    second.primary = Location::file(RepoPath::from(HOSTILE), HOSTILE);
    second.related = Vec::new();
    let mut report = report(vec![first.clone(), second]);
    report.repository = HOSTILE.into();
    report.accepted = vec![Accepted {
        finding: first,
        by: Acceptance::Suppression {
            reason: HOSTILE.into(),
            until: None,
        },
    }];
    report.skipped = vec![Skip {
        rule: "ownership/unknown-owner",
        reason: HOSTILE.into(),
        remedy: Some(HOSTILE.into()),
        subjects: 1,
        required: true,
    }];
    let gap = Gap::new(GapKind::Unreadable, HOSTILE).remedy(HOSTILE);
    let gap = gap.at(RepoPath::from(HOSTILE));
    report.unread_ownership = Some(UnreadOwnership {
        gap: gap.clone(),
        wanted: true,
    });
    report.summary.owned = None;
    report.gaps = vec![gap];
    report.unsearched = Unsearched {
        files: 1,
        extensions: vec![(HOSTILE.into(), 1)],
        more_extensions: 0,
    };
    report.policy = PolicyInfo {
        name: HOSTILE.into(),
        extends: vec![HOSTILE.into()],
    };
    report
}

pub(super) fn problems() -> Vec<Problem> {
    let line = "\"codeowners/dead-patern\" = \"eror\"";
    let policy = "bailiwick.toml";
    let mut foreign = at(policy, 1, "extends = [\"x\"]", "\"x\"", HOSTILE);
    foreign.place = Place::External("../shared/policy.toml".into());
    vec![
        Problem {
            location: at(
                policy,
                8,
                line,
                "\"codeowners/dead-patern\"",
                "unknown rule",
            ),
            message: "there is no rule `codeowners/dead-patern`".into(),
            help: Some("did you mean `codeowners/dead-pattern`?".into()),
        },
        Problem {
            location: foreign,
            message: HOSTILE.into(),
            help: Some(HOSTILE.into()),
        },
    ]
}
