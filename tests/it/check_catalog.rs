//! `bailiwick check`: what descriptors declare.

use crate::sandbox::Sandbox;

/// Services that Backstage's descriptors declare: one in a file of another name, one whose source is in
/// another folder, a skeleton of a template, and descriptors elsewhere.
const DECLARED: &str = "-- CODEOWNERS --
* @acme/core
-- catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Location
metadata: {name: all}
spec:
  targets:
    - ./catalog/*.yaml
    - https://acme.example/org.yaml
    - ../outside.yaml
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: checkout
  links: [{url: https://wiki.acme.example/checkout, title: Runbook}]
spec: {type: service, lifecycle: production}
-- catalog/services.yaml --
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: ledger}
spec: {type: service, lifecycle: production, owner: core}
-- catalog/notes.txt --
apiVersion: backstage.io/v1alpha1
-- skeleton/catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: ${{ values.name }}
spec: {type: service, lifecycle: production}
";

#[test]
fn descriptors_of_backstage_and_those_that_they_name_are_read() {
    let shop = Sandbox::repository(DECLARED);
    let missing = ["--select", "runbooks/missing"];
    let found = ["warning runbooks/missing catalog/services.yaml:3"];
    assert_eq!(shop.findings(missing), found);
    shop.commit();
    let at_head = [&["--at", "HEAD"][..], &missing].concat();
    assert_eq!(shop.findings(at_head), found);
}

#[test]
fn descriptors_elsewhere_are_told_of_in_one_line() {
    let shop = Sandbox::repository(DECLARED);
    let report = shop.report(["--select", "runbooks/missing"]);
    let gaps = report["missing_data"].as_array().unwrap();
    let reasons: Vec<&str> = gaps
        .iter()
        .filter_map(|gap| gap["reason"].as_str())
        .collect();
    let told = "2 descriptors elsewhere were not read, such as `https://acme.example/org.yaml`";
    assert_eq!(reasons, [told]);
}

#[test]
fn owners_of_systems_and_domains_are_looked_up_as_those_of_services() {
    let repository = Sandbox::repository(
        "\
-- CODEOWNERS --
* @acme/core
-- bailiwick.toml --
[[rosters]]
file = \"people.toml\"
covers = [\"@acme\"]
-- people.toml --
[[teams]]
handle = \"@acme/core\"
members = [\"@ann\", \"@ben\", \"@cem\"]
aliases = [\"group:default/core\"]
-- catalog-info.yaml --
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: shop}
spec:
  owner: group:acme/cores
---
apiVersion: backstage.io/v1alpha1
kind: Domain
metadata: {name: trade}
spec:
  owner: '@acme/croe'
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: tools}
spec:
  owner: core
---
apiVersion: backstage.io/v1alpha1
kind: System
metadata: {name: guests}
spec:
  owner: elsewhere/core
",
    );
    let report = repository.report(["--select", "services/unresolved-reference"]);
    let findings = report["findings"].as_array().unwrap();
    let told = findings.iter().map(|it| {
        let text = |key: &str| it[key].as_str().unwrap();
        let line = it["location"]["line"].as_u64().unwrap();
        format!("{line} {}; {}", text("message"), text("help"))
    });
    let complete = "is not in `people.toml`, which says that it is complete";
    assert_eq!(
        told.collect::<Vec<_>>(),
        [
            format!(
                "5 the owner `group:acme/cores` of the system `shop` {complete}; name who answers now, or add them \
                 to `people.toml`"
            ),
            format!(
                "11 the owner `@acme/croe` of the domain `trade` {complete}; did you mean `@acme/core`? Else \
                 name who answers now"
            ),
        ]
    );
    // Of another namespace nothing is known.
    assert_eq!(report["skipped"][0]["subjects"], 1, "{report}");
}
