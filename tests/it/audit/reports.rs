//! The audit in every format, and how it ends.

use std::path::Path;

use serde_json::Value;

use super::{audit, failed, paths};
use crate::sandbox::{Run, Sandbox};

/// Runs the audit of the example organization.
fn acme(arguments: &[&str]) -> Run {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let sandbox = Sandbox::folder("");
    let all = [&["audit", "acme", "--as-of", "2026-11-02"], arguments].concat();
    sandbox.bailiwick(all).current_dir(&examples).run()
}

#[test]
fn people_get_scorecards_and_findings() {
    let run = acme(&[]);
    expect_test::expect_file!["acme.txt"].assert_eq(run.exits(1));
    assert_eq!(run.stderr, "");
}

/// What the team of a repository of the example organization sees: the findings, and what was skipped.
fn check(repository: &str) -> Run {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/acme");
    let arguments = ["check", repository, "--as-of", "2026-11-02", "-v"];
    let program = Sandbox::folder("").bailiwick(arguments);
    program.current_dir(&examples).run()
}

#[test]
fn each_team_sees_its_own_repository() {
    let rental = check("rental");
    expect_test::expect_file!["rental.txt"].assert_eq(rental.exits(0));
    let payments = check("payments");
    expect_test::expect_file!["payments.txt"].assert_eq(payments.exits(0));
    let platform = check("platform");
    expect_test::expect_file!["platform.txt"].assert_eq(platform.exits(1));
}

#[test]
fn programs_get_everything() {
    let audit = acme(&["--format", "json"]).json();
    let schema = include_str!("../../../policies/audit.schema.json");
    let schema: Value = serde_json::from_str(schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors = validator.iter_errors(&audit);
    let errors: Vec<String> = errors.map(|error| error.to_string()).collect();
    assert_eq!(errors, [""; 0]);
    assert_eq!(paths(&audit), [".", "payments", "platform", "rental"]);
    assert_eq!(audit["repositories"][0]["organization"], true);
    let cards = &audit["scorecards"];
    let names = |kind: &str| -> Vec<&str> {
        let cards = cards[kind].as_array().unwrap().iter();
        cards.map(|card| card["name"].as_str().unwrap()).collect()
    };
    assert!(names("teams").contains(&"@acme/fleet"));
    assert!(names("services").contains(&"locks"));
    let repositories = names("repositories");
    assert!(repositories.contains(&"rental"), "{repositories:?}");
    // What a scorecard counts is what its rules say.
    for card in ["teams", "services", "repositories"].map(|kind| &cards[kind][0]) {
        let rules = card["rules"].as_object().unwrap();
        let count = |wanted: &dyn Fn(&str) -> bool| {
            let rules = rules.values();
            rules.filter(|it| wanted(it.as_str().unwrap())).count() as u64
        };
        let total = &card["total"];
        assert_eq!(total["pass"], count(&|it| it == "pass"), "{card}");
        assert_eq!(total["skip"], count(&|it| it == "skip"), "{card}");
        let is_level = |it: &str| ["error", "warning", "note"].contains(&it);
        assert_eq!(total["fail"], count(&is_level), "{card}");
    }
}

#[test]
fn findings_are_for_those_who_can_act() {
    let audit = acme(&["--format", "json"]).json();
    let repositories = audit["repositories"].as_array().unwrap().iter();
    let findings: Vec<&Value> = repositories
        .flat_map(|it| it["report"]["findings"].as_array().unwrap())
        .collect();
    let owners = |finding: &Value| -> Vec<String> {
        let owners = finding["owners"].as_array().unwrap().iter();
        owners
            .map(|owner| owner.as_str().unwrap().to_owned())
            .collect()
    };
    // They are in no roster though it is complete, or a team that has no people.
    let nobody = ["@acme/risk", "@acme/insights", "@zoe-x", "@old-hand"];
    for finding in &findings {
        let all = owners(finding);
        assert!(
            !all.iter().any(|it| nobody.contains(&it.as_str())),
            "{finding}"
        );
    }
    let of = |rule: &str, path: &str| {
        let is = |it: &&&Value| it["rule"] == rule && it["location"]["path"] == path;
        owners(findings.iter().find(is).unwrap())
    };
    // Whoever owns the file can mend it.
    assert_eq!(
        of("runbooks/missing", "fraud/service.toml"),
        ["@acme/payments"]
    );
    assert_eq!(
        of("ownership/unknown-owner", "CODEOWNERS"),
        ["@acme/platform"]
    );
    // What is counted over many files is not for the owner of one of them.
    assert_eq!(of("debt/untracked-marker", "invoices/print.php"), [""; 0]);
    let teams = audit["scorecards"]["teams"].as_array().unwrap();
    assert!(!teams.iter().any(|card| card["name"] == "@acme/risk"));
    // What is for nobody stands where its levels put it.
    let markdown = acme(&["--format", "markdown"]).exits(1).to_owned();
    let place = |heading: &str| {
        markdown
            .find(heading)
            .unwrap_or_else(|| panic!("{heading}"))
    };
    assert!(place("### Nobody is named: ") < place("### `@acme/growth`: 2 warnings"));
}

#[test]
fn spreadsheets_get_a_row_for_each_scorecard() {
    let text = acme(&["--format", "csv"]).exits(1).to_owned();
    let audit = acme(&["--format", "json"]).json();
    let cards = ["teams", "services", "repositories"];
    let cards = cards.map(|kind| audit["scorecards"][kind].as_array().unwrap().len());
    assert_eq!(text.lines().count(), 1 + cards.iter().sum::<usize>());
    let columns = |line: &str| line.split(',').count();
    let mut lines = text.lines();
    let head = lines.next().unwrap();
    assert!(head.starts_with("kind,name,repository,tier,owners,services,percent,pass,fail,skip,"));
    // No value of the example has a comma or a quote.
    assert!(lines.all(|line| columns(line) == columns(head)), "{text}");
    // A handle is no formula.
    assert!(text.contains("\nteam,'@acme/fleet,,,,1,"), "{text}");
    assert!(
        text.contains("\nservice,locks,platform,1,'@acme/fleet,1,"),
        "{text}"
    );
}

#[test]
fn pages_get_tables_and_code_scanning_gets_paths_from_the_folder() {
    let text = acme(&["--format", "markdown"]).exits(1).to_owned();
    for heading in [
        "# acme: 3 repositories, ",
        "## Teams\n",
        "## Services\n",
        "## Repositories\n",
    ] {
        assert!(text.contains(heading), "{heading}: {text}");
    }
    assert!(text.contains("| `locks` | 1 | `@acme/fleet` |"), "{text}");
    let sarif = acme(&["--format", "sarif"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let place = &result["locations"][0]["physicalLocation"]["artifactLocation"];
        let path = place["uri"].as_str().unwrap();
        let is_in_one = ["payments/", "platform/", "rental/"].iter();
        let is_in_one = is_in_one.clone().any(|it| path.starts_with(it));
        assert!(is_in_one || !path.contains('/'), "{path}");
    }
}

#[test]
fn the_audit_is_written_to_files_in_the_format_of_their_names() {
    let organization = Sandbox::folder("-- a/bailiwick.toml --\nroot = true\n-- a/x --\n");
    let outputs = ["../o.json", "../o.md", "../o.csv", "../o.sarif", "../o.txt"];
    let arguments = outputs.iter().flat_map(|file| ["--output", file]);
    organization
        .run(["audit"].into_iter().chain(arguments))
        .exits(0);
    let starts = [
        "{",
        "# work: 1 repository",
        "kind,name,",
        "{",
        "work: 1 repository",
    ];
    for (file, start) in outputs.iter().zip(starts) {
        assert!(organization.read(file).starts_with(start), "{file}");
    }
    let run = organization.run(["audit", "--output", "../o.xml"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said()
            .contains("ends with .json, .md, .csv, .sarif or .txt"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_audit_ends_as_a_check_does() {
    let error = "\
-- bad/bailiwick.toml --
root = true
-- bad/CODEOWNERS --
* @ann
[x] @ann
-- good/bailiwick.toml --
root = true
-- good/CODEOWNERS --
* @ann
-- good/README.md --
# Good
-- bad/README.md --
# Bad
";
    let organization = Sandbox::folder(error);
    organization.run(["audit"]).exits(1);
    organization.run(["audit", "--fail-on", "never"]).exits(0);
    organization.run(["audit", "good"]).exits(0);
    organization.run(["audit", "--select", "debt/*"]).exits(0);
    // What could not be judged was asked for; findings come first.
    organization.write("faulty/bailiwick.toml", "root = true\n[nonsense]\n");
    organization.run(["audit"]).exits(1);
    let run = organization.run(["audit", "--fail-on", "never"]);
    assert!(
        run.exits(3).contains("not judged faulty: "),
        "{}",
        run.stdout
    );
    // A required rule that could not judge.
    organization.write(
        "faulty/bailiwick.toml",
        "root = true\n[rules.\"ownership/unknown-owner\"]\nrequired = true\n",
    );
    organization.write("faulty/CODEOWNERS", "* @ann\n");
    organization.run(["audit", "--fail-on", "never"]).exits(3);
}

#[test]
fn what_is_no_organization_is_said_clearly() {
    let folder = Sandbox::folder("-- some/file.txt --\n");
    for (format, wanted) in [
        (
            "human",
            "Nothing was checked: no repository lies below some.",
        ),
        (
            "markdown",
            "# some: nothing was checked: no repository lies below it",
        ),
    ] {
        let run = folder.run(["audit", "some", "--format", format]);
        assert_eq!(run.exits(3).trim_end(), wanted);
    }
    assert!(paths(&audit(&folder, &["some"])).is_empty());
    for (target, wanted) in [
        ("nowhere", "`nowhere` cannot be opened"),
        ("some/file.txt", "`some/file.txt` is not a folder"),
    ] {
        let run = folder.run(["audit", target]);
        assert_eq!(run.exits(2), "");
        assert!(run.said().contains(wanted), "{}", run.stderr);
    }
    let run = folder.run(["audit", "--policy", "missing.toml"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said().contains("cannot read the policy `missing.toml`"),
        "{}",
        run.stderr
    );
    folder.write("bailiwick.toml", "[rules]\nnonsense = 1\n");
    let run = folder.run(["audit"]);
    assert_eq!(run.exits(2), "");
    assert!(
        run.said().contains("unknown rule `nonsense`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_repository_that_fails_is_told_of_and_left_out() {
    let organization = Sandbox::folder(
        "\
-- good/bailiwick.toml --
root = true
-- good/CODEOWNERS --
* @ann
-- policy/bailiwick.toml --
root = true
[rules]
\"codeowners/dead-patern\" = \"error\"
-- roster/bailiwick.toml --
root = true
[[rosters]]
file = \"people.toml\"
",
    );
    organization.write("index/.git/HEAD", "ref: refs/heads/main\n");
    organization.write("index/.git/objects/x", "");
    organization.write("index/.git/refs/x", "");
    organization.write("index/.git/index", "garbage");
    organization.write("gone/.git", "gitdir: ../../nowhere\n");
    let audit = audit(&organization, &[]);
    assert_eq!(paths(&audit), ["good"]);
    let failed = failed(&audit);
    let reasons = [
        ("gone", "which does not exist"),
        ("index", "does not parse"),
        (
            "policy",
            "bailiwick.toml:3: unknown rule `codeowners/dead-patern`",
        ),
        ("roster", "bailiwick.toml:3: cannot read this roster"),
    ];
    assert_eq!(failed.len(), reasons.len(), "{failed:?}");
    for (line, (path, reason)) in failed.iter().zip(reasons) {
        assert!(
            line.starts_with(&format!("{path}: ")) && line.contains(reason),
            "{line}"
        );
    }
    // In every format; a spreadsheet has rows for scorecards only.
    for format in ["human", "markdown", "sarif"] {
        let run = organization.run(["audit", "--format", format]);
        let text = run.exits(3);
        for (path, _) in reasons {
            assert!(text.contains(path), "{format}, {path}: {text}");
        }
    }
    organization.run(["audit", "--format", "csv"]).exits(3);
    // Questions are answered by what is there, and say what is not.
    for command in ["services", "graph"] {
        let run = organization.run([command]);
        run.exits(0);
        assert!(
            run.said()
                .contains("note: policy: bailiwick.toml:3: unknown rule"),
            "{}",
            run.stderr
        );
        let json = organization.run([command, "--format", "json"]);
        let answer = json.json();
        let gaps = answer.get("missing_data").or(answer.get("gaps"));
        assert_eq!(gaps.unwrap().as_array().unwrap().len(), 4);
        assert_eq!(json.stderr, "");
    }
}

#[test]
fn where_owners_are_unknown_files_are_not_counted_as_unowned() {
    let organization =
        Sandbox::folder("-- a/bailiwick.toml --\nroot = true\n-- a/CODEOWNERS --\n* @ann\n");
    organization.write("b/bailiwick.toml", "root = true\n");
    organization.write("b/x", "");
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n";
    organization.write("b/CODEOWNERS", pointer);
    let run = organization.run(["audit", "--fail-on", "never"]);
    let text = run.exits(3);
    assert!(
        text.contains("2 of 2 files owned (100.0 %); of 3 it is unknown"),
        "{text}"
    );
}

#[test]
fn the_closing_names_the_policy_that_judged() {
    let policy = |organization: &Sandbox| {
        let run = organization.run(["audit", "--fail-on", "never"]);
        let lines = run.exits(0).lines();
        let mut lines = lines.filter_map(|line| line.strip_prefix("policy: ").map(str::to_owned));
        lines.next_back().unwrap()
    };
    let organization = Sandbox::folder("");
    for name in ["a", "b"] {
        organization.write(format!("{name}/CODEOWNERS"), "* @ann\n");
        organization.git(["init", "-q", name]);
        organization.git(["-C", name, "add", "-A"]);
    }
    assert_eq!(policy(&organization), "bailiwick:recommended");
    organization.write("a/bailiwick.toml", "[rules]\n");
    assert_eq!(policy(&organization), "that of each repository");
    organization.write("bailiwick.toml", "extends = [\"bailiwick:strict\"]\n");
    assert_eq!(
        policy(&organization),
        "bailiwick.toml (extends bailiwick:recommended, bailiwick:strict)"
    );
}
