//! `bailiwick check`: what files show beside their names.

use crate::sandbox::Sandbox;

const SHOWING: &str = "-- CODEOWNERS --
* @acme/core
-- README.md --
See the [guide](docs/guide.md) and the [tour](docs/tour.md#strat).
-- docs/tour.md --
# Start
-- src/main.rs --
// TODO: retry
let s = \"TODO: no comment\";
// TODO(#12): tracked
// TODO(ann) [2025-06-30]: late
-- src/vendor/lib.rs --
// TODO: somebody else's
-- src/generated.rs --
// TODO: a machine's
-- .gitattributes --
src/generated.rs linguist-generated
-- runbooks/disk.md --
# Disk full
## Meaning
A disk is full.
## Impact
TBD
";

const FOUND: [&str; 5] = [
    "warning documentation/broken-link README.md:1",
    "note documentation/broken-link README.md:1",
    "warning runbooks/incomplete runbooks/disk.md:1",
    "note debt/untracked-marker src/main.rs:1",
    "warning debt/expired-marker src/main.rs:4",
];

const FAMILIES: [&str; 6] = [
    "--select",
    "debt/*",
    "--select",
    "documentation/*",
    "--select",
    "runbooks/*",
];

#[test]
fn markers_and_documents_are_judged_in_a_worktree_and_at_a_revision() {
    let shop = Sandbox::repository(SHOWING);
    assert_eq!(shop.findings(FAMILIES), FOUND);
    shop.commit();
    let all = [&["--at", "HEAD"][..], &FAMILIES].concat();
    assert_eq!(shop.findings(all), FOUND);
}

#[test]
fn files_of_unknown_type_are_counted_for_those_who_ask() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --
* @acme/core
-- src/a.rs --
// TODO(#1): known
-- src/a.xyz --
# TODO: who knows
-- src/b.xyz --
-- logo.png --
-- vendor/c.xyz --
",
    );
    let said =
        "unsearched: 3 files of unknown type were not searched for comments: 2 .xyz and 1 .png";
    let run = shop.run(["check", "-v"]);
    assert!(run.exits(0).contains(said), "{}", run.stdout);
    let run = shop.run(["check", "-v", "src/a.xyz"]);
    let one = "1 file of unknown type was not searched for comments: 1 .xyz";
    assert!(run.exits(0).contains(one), "{}", run.stdout);
    assert_eq!(shop.report([""; 0])["summary"]["unsearched"], 3);
    assert!(!shop.run(["check"]).exits(0).contains("unsearched"));
    // Where nobody asked for comments none were missed.
    let run = shop.run(["check", "-v", "--select", "codeowners/*"]);
    assert!(!run.exits(0).contains("unsearched"), "{}", run.stdout);
}

#[test]
fn comments_in_code_and_documents_allow_what_stands_there() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --
* @acme/core
-- README.md --
<!-- bailiwick: allow(documentation/broken-link) the guide comes with the release -->
See the [guide](docs/guide.md).
-- src/main.rs --
// bailiwick: allow(debt/expired-marker) waits for the vendor
// TODO(ann) [2025-06-30]: late
let x = 1;
let y = 2; // TODO(ann) [2025-06-30]: late
-- src/other.rs --
// bailiwick: allow(debt/expired-marker) nothing is late here
let x = 1;
",
    );
    assert_eq!(
        shop.findings(["--ignore", "debt/untracked-marker"]),
        [
            "warning debt/expired-marker src/main.rs:4",
            "warning policy/unused-exception src/other.rs:1",
        ]
    );
}

#[test]
fn words_of_markers_are_the_policys() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --
* @acme/core
-- bailiwick.toml --
[markers]
words = [\"LATER\"]
-- src/main.rs --
// TODO: no
// LATER: yes
",
    );
    assert_eq!(
        shop.findings(["--select", "debt/*"]),
        ["note debt/untracked-marker src/main.rs:2"]
    );
    shop.write("bailiwick.toml", "[markers]\nwords = [\"TO DO\"]\n");
    let run = shop.run(["check"]);
    run.exits(2);
    assert!(
        run.stderr
            .contains("`TO DO` is no word that starts a marker"),
        "{}",
        run.stderr
    );
}

#[test]
fn many_findings_of_a_file_are_one() {
    let links: String = (0..9).map(|n| format!("[a](gone/{n}.md)\n\n")).collect();
    let shop = Sandbox::repository(&format!(
        "-- CODEOWNERS --\n* @acme/core\n-- README.md --\n{links}"
    ));
    let report = shop.report(["--select", "documentation/broken-link"]);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["findings"][0]["message"], "9 links lead nowhere");
    // A baseline holds each of them, so that a tenth is new and the nine are not.
    shop.run(["check", "--write-baseline", "base.json"]);
    shop.add("-- README.md --\n[new](gone/new.md)\n");
    let with_base = [
        "--baseline",
        "base.json",
        "--select",
        "documentation/broken-link",
    ];
    assert_eq!(shop.findings(with_base).len(), 1);
}

const RULE_FILES: &str = "-- CODEOWNERS --
* @acme/core
-- runbooks/disk.md --
# Disk full
## Meaning
A disk is full.
## Impact
Writes fail.
## Diagnosis
`df` shows which.
## Mitigation
Delete old logs.
-- alerts/disk.yaml --
groups:
- name: disk
  rules:
  - {alert: None, expr: x, labels: {severity: critical}}
  - {alert: Warned, expr: x, labels: {severity: Warning}}
  - {alert: Quiet, expr: x, labels: {severity: info}}
  - {alert: Unlabelled, expr: x}
  - {alert: Empty, expr: x, labels: {severity: page}, annotations: {runbook_url: TBD}}
  - {alert: Told, expr: x, labels: {severity: page}, annotations: {summary: 'see https://a.b/runbooks/x'}}
  - {alert: Template, expr: x, labels: {severity: page}, annotations: {runbook: '{{ $externalURL }}/x'}}
  - {alert: Elsewhere, expr: x, labels: {severity: page}, annotations: {runbook: 'https://a.b/c'}}
-- alerts/links.yaml --
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
spec:
  groups:
  - name: links
    rules:
    - alert: Found
      expr: x
      labels: {severity: page}
      annotations:
        runbook_url: https://github.com/acme/shop/blob/main/runbooks/disk.md#mitigation
    - alert: Gone
      expr: x
      labels: {severity: page}
      annotations:
        runbook_url: https://github.com/acme/shop/blob/main/runbooks/disks.md
    - alert: NoHeading
      expr: x
      labels: {severity: page}
      annotations:
        runbook_url: https://github.com/acme/shop/blob/main/runbooks/disk.md#mitigations
    - alert: Relative
      expr: x
      labels: {severity: warning}
      annotations:
        runbook_url: ../runbooks/gone.md
    - alert: EitherWillDo
      expr: x
      labels: {severity: page}
      annotations:
        runbook: ../runbooks/gone.md
        runbook_url: ../runbooks/disk.md
-- charts/shop/templates/alerts.yaml --
{{- if .Values.alerts }}
groups:
- rules:
  - {alert: Templated, expr: x, labels: {severity: page}}
{{- end }}
-- examples/alerts.yaml --
groups:
- rules:
  - {alert: Example, expr: x, labels: {severity: page}}
";

const OF_ALERTS: [&str; 2] = ["--select", "runbooks/alert-without-runbook"];

#[test]
fn alerts_that_wake_somebody_have_a_runbook_that_is_there() {
    let shop = Sandbox::repository(RULE_FILES);
    shop.git([
        "remote",
        "add",
        "origin",
        "https://github.com/acme/shop.git",
    ]);
    let report = shop.report(OF_ALERTS);
    let findings = report["findings"].as_array().unwrap().iter();
    let told = findings.map(|finding| {
        let (level, message) = (&finding["level"], &finding["message"]);
        let help = finding["help"].as_str().unwrap();
        format!("{level} {message}: {help}").replace('"', "")
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            "warning alert `None` has no runbook: write where it is into the annotation `runbook_url`",
            "note alert `Warned` has no runbook: write where it is into the annotation `runbook_url`",
            "warning alert `Empty` has no runbook: write where it is into the annotation `runbook_url`",
            "warning the runbook of alert `Gone` leads nowhere: there is no `runbooks/disks.md`",
            "note the runbook of alert `NoHeading` names no heading: did you mean `#mitigation`?",
            "note the runbook of alert `Relative` leads nowhere: there is no `runbooks/gone.md`",
        ]
    );
    let skipped = report["skipped"].as_array().unwrap();
    assert_eq!(skipped.len(), 1);
    assert_eq!(
        skipped[0]["reason"],
        "templates such as `charts/shop/templates/alerts.yaml` are not evaluated"
    );
}

#[test]
fn severities_and_annotations_of_alerts_are_the_policys() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --
* @acme/core
-- bailiwick.toml --
[rules.\"runbooks/alert-without-runbook\"]
severities = [\"P1\"]
annotations = [\"wiki\"]
-- alerts.yml --
groups:
- rules:
  - {alert: A, expr: x, labels: {severity: p1}}
  - {alert: B, expr: x, labels: {severity: critical}}
  # bailiwick: allow(runbooks/alert-without-runbook) it goes with the old cluster
  - {alert: C, expr: x, labels: {severity: P1}}
  - {alert: D, expr: x, labels: {severity: P1}, annotations: {wiki_page: 'https://a.b/c'}}
",
    );
    assert_eq!(
        shop.findings(OF_ALERTS),
        ["warning runbooks/alert-without-runbook alerts.yml:3"]
    );
}

#[test]
fn many_alerts_of_a_file_are_one_finding() {
    let rules: String = (0..9)
        .map(|n| format!("  - {{alert: A{n}, expr: x, labels: {{severity: page}}}}\n"))
        .collect();
    let shop = Sandbox::repository(&format!(
        "-- CODEOWNERS --\n* @acme/core\n-- a.yml --\ngroups:\n- rules:\n{rules}"
    ));
    let report = shop.report(OF_ALERTS);
    assert_eq!(report["findings"].as_array().map(Vec::len), Some(1));
    assert_eq!(report["findings"][0]["message"], "9 alerts without runbook");
}
