//! `bailiwick check`: what policies except and comments allow.

use crate::check_policy::{API, WEB, at, with_policy};
use crate::sandbox::{Sandbox, lines_of};

const NOTHING: [&str; 0] = [];

#[test]
fn exceptions_are_used_unused_or_expired() {
    let exception = |rest: &str| {
        let policy = format!(
            "[[exceptions]]\nrule = \"codeowners/dead-pattern\"\nreason = \"moves in\"\n{rest}\n"
        );
        let report = with_policy(&policy).report(NOTHING);
        (
            lines_of(&report["findings"]),
            lines_of(&report["suppressed"]),
        )
    };
    let (api, web) = (at("warning", API), at("warning", WEB));
    assert_eq!(
        exception("path = \"/api/\""),
        (vec![web.clone()], vec![api.clone()])
    );
    assert_eq!(
        exception("owner = \"@acme/web\""),
        (vec![api.clone()], vec![web.clone()])
    );
    assert_eq!(exception(""), (vec![], vec![api.clone(), web.clone()]));
    // The last day still holds.
    assert_eq!(
        exception("until = 2026-01-15"),
        (vec![], vec![api.clone(), web.clone()])
    );
    let (found, accepted) = exception("until = 2026-01-14");
    assert_eq!(
        found,
        [
            api.clone(),
            web.clone(),
            "error policy/expired-exception bailiwick.toml:2".into()
        ]
    );
    assert_eq!(accepted, NOTHING);
    let (found, _) = exception("path = \"/cli/\"");
    assert_eq!(
        found,
        [
            api,
            web,
            "warning policy/unused-exception bailiwick.toml:2".into()
        ]
    );
}

#[test]
fn an_exception_is_unused_only_if_its_rule_ran_over_everything() {
    let policy = "[[exceptions]]\nrule = \"codeowners/dead-pattern\"\npath = \"/cli/\"\nreason = \"moves in\"\n";
    let shop = with_policy(policy);
    let unused = "warning policy/unused-exception bailiwick.toml:2";
    assert!(shop.findings(NOTHING).contains(&unused.to_owned()));
    assert_eq!(
        shop.findings(["--ignore", "codeowners/dead-pattern"]),
        NOTHING
    );
    assert_eq!(shop.findings(["api"]), [at("warning", API)]);
}

#[test]
fn comments_allow_what_stands_on_their_line() {
    let shop = Sandbox::repository(
        "\
-- CODEOWNERS --
* @ann
/a/ @ann # bailiwick: allow(codeowners/dead-pattern) moves in with the next release
# bailiwick: allow(codeowners/*, until=2026-01-15) moves in, too
/b/ @ann
/c/ @ann # bailiwick: allow(codeowners/dead-pattern, until=2026-01-14) moved away
/d/ @ann # bailiwick: allow(codeowners/dead-pattern)
# bailiwick: allow(codeowners/dead-patern) misspelt
/e/ @ann
/src/ @ann # bailiwick: allow(codeowners/dead-pattern) not needed
# bailiwick: checks this file
-- src/x --
",
    );
    let report = shop.report(NOTHING);
    assert_eq!(
        lines_of(&report["findings"]),
        [
            "warning codeowners/dead-pattern CODEOWNERS:5",
            "error policy/expired-exception CODEOWNERS:5",
            "warning codeowners/dead-pattern CODEOWNERS:6",
            "warning policy/unused-exception CODEOWNERS:6",
            "warning policy/unused-exception CODEOWNERS:7",
            "warning codeowners/dead-pattern CODEOWNERS:8",
            "warning policy/unused-exception CODEOWNERS:9",
        ]
    );
    assert_eq!(
        lines_of(&report["suppressed"]),
        [
            "warning codeowners/dead-pattern CODEOWNERS:2",
            "warning codeowners/dead-pattern CODEOWNERS:4",
        ]
    );
    assert_eq!(
        report["findings"][3]["message"],
        "the suppression gives no reason"
    );
    assert_eq!(
        report["findings"][4]["help"],
        "did you mean `codeowners/dead-pattern`?"
    );
    assert_eq!(
        report["suppressed"][1]["suppression"]["until"],
        "2026-01-15"
    );
    let day_after = shop.run(["check", "--format", "concise", "--as-of", "2026-01-16"]);
    assert!(
        day_after
            .exits(1)
            .contains("CODEOWNERS:4:1: warning[codeowners/dead-pattern]")
    );
}

#[test]
fn an_exception_names_a_folder_with_a_slash_or_without() {
    for path in ["old", "old/", "/old/", "/old"] {
        let shop = Sandbox::repository(&format!(
            "-- CODEOWNERS --\n* @ann\n/old/ @ann\n-- bailiwick.toml --\n[[exceptions]]\n\
             rule = \"codeowners/dead-pattern\"\npath = \"{path}\"\nreason = \"it comes back\"\n"
        ));
        let nothing: [&str; 0] = [];
        assert_eq!(shop.findings(nothing), nothing, "{path}");
    }
}
