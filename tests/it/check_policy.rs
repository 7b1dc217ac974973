//! `bailiwick check`: what a policy, a comment and the command line can say of rules.

use crate::sandbox::{Sandbox, lines_of};

const NOTHING: [&str; 0] = [];

/// A repository whose ownership file has a dead line for each of these patterns.
pub(crate) fn with_policy(policy: &str) -> Sandbox {
    Sandbox::repository(&format!(
        "-- bailiwick.toml --
{policy}
-- CODEOWNERS --
* @acme/core
/api/old/ @acme/api
/web/old/ @acme/web
-- api/new/a --
-- web/new/b --
"
    ))
}

pub(crate) const API: &str = "codeowners/dead-pattern CODEOWNERS:2";
pub(crate) const WEB: &str = "codeowners/dead-pattern CODEOWNERS:3";

pub(crate) fn at(level: &str, rule: &str) -> String {
    format!("{level} {rule}")
}

#[test]
fn rules_are_selected_and_ignored() {
    let shop = Sandbox::repository(
        "-- CODEOWNERS --\n* @ann\n/gone/ @ann\n/docs/* @bob\n-- docs/a --\n-- docs/b/c --\n",
    );
    let dead = "warning codeowners/dead-pattern CODEOWNERS:2";
    let shallow = "note codeowners/shallow-pattern CODEOWNERS:3";
    assert_eq!(shop.findings(NOTHING), [dead, shallow]);
    assert_eq!(
        shop.findings(["--select", "codeowners/dead-pattern"]),
        [dead]
    );
    assert_eq!(shop.findings(["--select", "codeowners/*"]), [dead, shallow]);
    assert_eq!(
        shop.findings(["--ignore", "codeowners/dead-pattern"]),
        [shallow]
    );
    let both = [
        "--select",
        "codeowners/*,ownership/*",
        "--ignore",
        "codeowners/shallow-pattern",
    ];
    assert_eq!(shop.findings(both), [dead]);
    assert_eq!(shop.findings(["--select", "ownership/*"]), NOTHING);
    for (selector, meant) in [
        (
            "codeowners/dead-patern",
            "did you mean `codeowners/dead-pattern`?",
        ),
        ("codeowner/*", "did you mean `codeowners/*`?"),
        ("dead-pattern", "did you mean `codeowners/dead-pattern`?"),
        ("codeowners", "`codeowners/*` means all rules of the family"),
    ] {
        for option in ["--select", "--ignore"] {
            let run = shop.run(["check", option, selector]);
            assert_eq!(run.exits(2), "");
            assert!(run.said().contains(meant), "{selector}: {}", run.stderr);
        }
    }
}

#[test]
fn levels_are_set_by_rule_family_and_tier() {
    let levels = |rules: &str| with_policy(rules).findings(NOTHING);
    assert_eq!(levels(""), [at("warning", API), at("warning", WEB)]);
    assert_eq!(
        levels("[rules]\n\"codeowners/*\" = \"note\"\n"),
        [at("note", API), at("note", WEB)]
    );
    let narrower = "[rules]\n\"codeowners/dead-pattern\" = \"error\"\n\"codeowners/*\" = \"off\"\n";
    assert_eq!(levels(narrower), [at("error", API), at("error", WEB)]);
    assert_eq!(
        levels("[rules]\n\"codeowners/dead-pattern\" = \"off\"\n"),
        NOTHING
    );
    // Services have tiers; an ownership rule has none, so that the default holds for it.
    let tiers =
        "[rules.\"codeowners/dead-pattern\"]\nlevel = { default = \"note\", tier-1 = \"error\" }\n";
    assert_eq!(levels(tiers), [at("note", API), at("note", WEB)]);
}

#[test]
fn overrides_are_by_path_and_by_owner() {
    let by_path =
        "[[overrides]]\npaths = [\"/api/\"]\nrules.\"codeowners/dead-pattern\" = \"error\"\n";
    let run = with_policy(by_path);
    assert_eq!(
        run.findings(NOTHING),
        [at("error", API), at("warning", WEB)]
    );
    let by_owner = "[[overrides]]\nowners = [\"@acme/WEB\"]\nrules.\"codeowners/*\" = \"off\"\n";
    assert_eq!(
        with_policy(by_owner).findings(NOTHING),
        [at("warning", API)]
    );
    // Of two that hold, the later wins.
    let by_team = "[[overrides]]\nowners = [\"@acme/api\"]\nrules.\"codeowners/*\" = \"note\"\n";
    let both = with_policy(&format!("{by_path}{by_team}"));
    assert_eq!(
        both.findings(NOTHING),
        [at("note", API), at("warning", WEB)]
    );
    let both = with_policy(&format!("{by_team}{by_path}"));
    assert_eq!(
        both.findings(NOTHING),
        [at("error", API), at("warning", WEB)]
    );
    // One that selects by both holds where both do.
    let crossed =
        "[[overrides]]\npaths = [\"/api/\"]\nowners = [\"@acme/web\"]\nrules.\"*\" = \"off\"\n";
    let crossed = with_policy(crossed);
    assert_eq!(
        crossed.findings(NOTHING),
        [at("warning", API), at("warning", WEB)]
    );
}

#[test]
fn excluded_files_are_not_judged_and_still_owned() {
    let files = "-- CODEOWNERS --\nCODEOWNERS @ann\n/src/ @ann\n-- legacy/a --\n-- legacy/b/c --\n-- src/x --\n";
    let shop = Sandbox::repository(files);
    assert_eq!(
        shop.findings(NOTHING),
        ["note ownership/unowned-file CODEOWNERS"]
    );
    shop.add("-- bailiwick.toml --\n[files]\nexclude = [\"legacy/\", \"bailiwick.toml\"]\n[rules]\n\"codeowners/unguarded-file\" = \"off\"\n");
    shop.commit();
    assert_eq!(shop.findings(NOTHING), NOTHING);
    assert_eq!(shop.report(NOTHING)["summary"]["files"], 5);
    assert!(
        shop.run(["owners", "--unowned"])
            .exits(0)
            .contains("legacy/b/c")
    );
}

#[test]
fn policies_extend_packs_and_files_and_the_later_wins() {
    let shop = with_policy("extends = [\"bailiwick:strict\"]");
    assert_eq!(shop.findings(NOTHING), [at("error", API), at("error", WEB)]);
    shop.run(["check"]).exits(1);
    shop.add(
        "-- bailiwick.toml --
extends = [\"bailiwick:strict\", \"policies/house.toml\"]
-- policies/house.toml --
extends = []
[rules]
\"codeowners/dead-pattern\" = \"note\"
",
    );
    assert_eq!(shop.findings(NOTHING), [at("note", API), at("note", WEB)]);
    let policy = &shop.report(NOTHING)["policy"];
    let extends: Vec<_> = policy["extends"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    assert_eq!(
        extends,
        [
            "bailiwick:recommended",
            "bailiwick:strict",
            "policies/house.toml"
        ]
    );
    shop.add("-- bailiwick.toml --\nextends = [\"bailiwick:strikt\"]\n");
    let run = shop.run(["check"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said().contains("did you mean `bailiwick:strict`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_policy_may_ask_for_a_version() {
    let shop = with_policy("required-version = \">=0.1\"");
    shop.run(["check"]).exits(0);
    shop.add("-- bailiwick.toml --\nrequired-version = \">=99\"\nunknown-key = 1\n");
    let run = shop.run(["check"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said().contains("requires bailiwick `>=99`"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("unknown-key"), "{}", run.stderr);
}

#[test]
fn an_owner_is_known_unknown_or_unverifiable() {
    let shop = Sandbox::repository(
        "\
-- bailiwick.toml --
[[rosters]]
file = \"people.toml\"
covers = [\"@acme\"]
-- people.toml --
[[people]]
login = \"@ann\"
[[teams]]
handle = \"@acme/core\"
members = [\"@ann\"]
-- CODEOWNERS --
* @acme/core
/a @ACME/Core
/b @acme/cor
/c @other/team
-- a --
-- b --
-- c --
",
    );
    let rule = ["--select", "ownership/unknown-owner"];
    let report = shop.report(rule);
    assert_eq!(
        lines_of(&report["findings"]),
        ["error ownership/unknown-owner CODEOWNERS:3"]
    );
    let help = report["findings"][0]["help"].as_str().unwrap();
    assert!(help.starts_with("did you mean `@acme/core`?"), "{help}");
    assert_eq!(report["skipped"].as_array().unwrap().len(), 1, "{report:#}");
    assert_eq!(report["skipped"][0]["subjects"], 1, "@other/team");
    // A roster that is complete for nobody makes nobody unknown.
    shop.add("-- bailiwick.toml --\n[[rosters]]\nfile = \"people.toml\"\n");
    let report = shop.report(rule);
    assert_eq!(lines_of(&report["findings"]), NOTHING);
    let unverifiable: u64 = report["skipped"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["subjects"].as_u64().unwrap())
        .sum();
    assert_eq!(unverifiable, 2, "@acme/cor and @other/team: {report:#}");
    // A roster that is not there is an error of the policy, at its place.
    shop.add("-- bailiwick.toml --\n[[rosters]]\nfile = \"persons.toml\"\n");
    let run = shop.run(["check"]);
    run.exits(2);
    assert!(run.stderr.contains("bailiwick.toml:2:8"), "{}", run.stderr);
    shop.add("-- bailiwick.toml --\n[[rosters]]\nfile = \"people.toml\"\n-- people.toml --\n[[teams]]\nslug = \"@acme/core\"\n");
    let run = shop.run(["check"]);
    run.exits(2);
    assert!(
        run.said().contains("missing key `handle`"),
        "{}",
        run.stderr
    );
    assert!(run.said().contains("unknown key `slug`"), "{}", run.stderr);
}

#[test]
fn another_policy_can_be_named() {
    let shop = with_policy("[rules]\n\"codeowners/*\" = \"off\"");
    assert_eq!(shop.findings(NOTHING), NOTHING);
    shop.write("../house/policy.toml", "extends = [\"levels.toml\"]\n");
    shop.write(
        "../house/levels.toml",
        "[rules]\n\"codeowners/dead-pattern\" = \"error\"\n",
    );
    let named = ["--policy", "../house/policy.toml"];
    assert_eq!(shop.findings(named), [at("error", API), at("error", WEB)]);
    let run = shop.run(["check", "--policy", "../house/none.toml"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said()
            .contains("cannot read the policy `../house/none.toml`"),
        "{}",
        run.stderr
    );
    shop.write(
        "../house/levels.toml",
        "[rules]\n\"codeowners/dead-pattern\" = \"eror\"\n",
    );
    let run = shop.run(["check", "--policy", "../house/policy.toml"]);
    run.exits(2);
    assert!(
        run.stderr.contains("../house/levels.toml:2:29"),
        "{}",
        run.stderr
    );
    assert!(
        run.said().contains("did you mean `error`?"),
        "{}",
        run.stderr
    );
}

#[test]
fn dates_are_judged_as_of_a_day() {
    let shop = with_policy("reviewed = 2026-01-01\n[rules]\n\"codeowners/*\" = \"off\"");
    let run = |day: &str| {
        shop.run(["check", "--format", "concise", "--as-of", day])
            .exits(0)
            .to_owned()
    };
    assert_eq!(run("2026-06-30"), "");
    assert!(
        run("2026-07-01").contains("bailiwick.toml:1:12: warning[policy/overdue-review]"),
        "{}",
        run("2026-07-01")
    );
    for bad in ["yesterday", "2026-02-30", "01.02.2026"] {
        shop.run(["check", "--as-of", bad]).exits(2);
    }
}
