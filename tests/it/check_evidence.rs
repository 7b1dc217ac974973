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
    let found = &report["findings"][0];
    assert_eq!(found["message"], "9 links lead nowhere");
    assert_eq!(found["location"]["line"], 1);
    let others = found["related"].as_array().expect("the others");
    let others: Vec<_> = others
        .iter()
        .map(|other| (other["line"].as_u64(), other["label"].as_str()))
        .collect();
    let expected: Vec<String> = (1..9)
        .map(|n| format!("`gone/{n}.md` leads nowhere"))
        .collect();
    let expected: Vec<_> = (3..)
        .step_by(2)
        .map(Some)
        .zip(expected.iter().map(|label| Some(label.as_str())))
        .collect();
    assert_eq!(others, expected);
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
