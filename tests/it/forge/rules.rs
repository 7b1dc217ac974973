//! What rules make of the answers, from end to end.

use expect_test::expect;

use super::github::{GitHub, team};
use super::{asking, serve, shop};

const CHECK: [&str; 7] = [
    "check",
    "--online",
    "--format",
    "concise",
    "--no-cache",
    "--as-of",
    "2026-01-15",
];

#[test]
fn the_forge_tells_what_no_file_does() {
    let sandbox = shop(
        "-- CODEOWNERS --\n* @acme/web\n/docs/ @acme/gone\n/lib/ @acme/hidden\n-- docs/a.md --\na\n-- lib/a.rs --\n// TODO(#12): retry\n",
    );
    let mut github = GitHub::new();
    let mut hidden = team("hidden", &["ann", "bob", "cid"]);
    hidden.is_secret = true;
    github.teams.push(hidden);
    let shop = github.shop();
    shop.protection = None;
    shop.issues.insert(12, Some("2025-11-02T10:00:00Z".into()));
    for (line, source) in [(2, "/docs/ @acme/gone"), (3, "/lib/ @acme/hidden")] {
        let owner = source.split(' ').next_back().unwrap();
        shop.errors.push(serde_json::json!({
            "line": line,
            "column": 8,
            "kind": "Unknown owner",
            "source": source,
            "suggestion": "",
            "message": format!("Unknown owner on line {line}: make sure {owner} exists and has write access to the repository\n\n  {source}\n         ^"),
            "path": "CODEOWNERS",
        }));
    }
    let server = serve(github);
    let run = asking(&sandbox, &server, CHECK).run();
    expect![[r#"
        CODEOWNERS: warning[codeowners/unenforced-file] the owners are advice: a change of `main` needs no approval
        CODEOWNERS:2:8: error[ownership/unknown-owner] `@acme/gone` is not in `github.com/acme`, and the forge drops it from the ownership file
        CODEOWNERS:3:7: error[ownership/powerless-owner] the forge drops `@acme/hidden`: it is a secret team, and nobody else stands on its line
        lib/a.rs:1:4: warning[debt/closed-issue-marker] `TODO` is left over: `#12` is closed since 2025-11-02
    "#]].assert_eq(&run.stdout);
    assert_eq!(run.code, Some(1), "{}", run.stderr);
}

/// A fault of the syntax of a line, as the API has it.
fn syntax(line: u32, kind: &str) -> serde_json::Value {
    serde_json::json!({
        "line": line, "column": 1, "kind": kind, "source": "", "suggestion": null,
        "message": format!("{kind} on line {line}"), "path": "CODEOWNERS",
    })
}

#[test]
fn where_the_forge_reads_the_ownership_file_otherwise_it_is_said() {
    let sandbox =
        shop("-- CODEOWNERS --\n* @acme/web\n/[a]/ @acme/web\n*.md @acme/web\n-- a.rs --\n");
    let noted = |errors: Vec<serde_json::Value>| {
        let mut github = GitHub::new();
        github.shop().errors = errors;
        let run = asking(&sandbox, &serve(github), CHECK).run();
        assert_eq!(run.code, Some(1), "{}{}", run.stdout, run.stderr);
        let notes = run
            .stderr
            .lines()
            .filter(|it| it.starts_with("note: the forge"));
        notes.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(noted(vec![syntax(2, "Invalid pattern")]), "");
    expect![[r#"
        note: the forge skips line 3 (`Invalid owner`) of `CODEOWNERS`, in which this program finds no fault: what it says of their owners may be wrong
        note: the forge accepts line 2 of `CODEOWNERS`, which `codeowners/invalid-line` calls faulty: what this program says of their owners may be wrong"#]].assert_eq(&noted(vec![syntax(3, "Invalid owner")]));
}

#[test]
fn without_being_told_to_nothing_is_asked() {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n");
    let server = serve(GitHub::new());
    let run = asking(&sandbox, &server, ["check", "--as-of", "2026-01-15"]).run();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert!(run.stdout.contains("add --online"), "{}", run.stdout);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn no_policy_opens_the_network() {
    let policy = "-- bailiwick.toml --\n[rules]\n\"*\" = \"error\"\n[rules.\"codeowners/unenforced-file\"]\nlevel = \"error\"\nrequired = true\n";
    let sandbox = shop(&format!(
        "{policy}-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n"
    ));
    let server = serve(GitHub::new());
    let run = asking(
        &sandbox,
        &server,
        ["check", "--select", "codeowners/unenforced-file"],
    )
    .run();
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn the_token_goes_to_the_forge_alone() {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n");
    let server = serve(GitHub::new());
    let run = asking(&sandbox, &server, CHECK).run();
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    let seen = server.seen();
    assert!(!seen.is_empty());
    let is_sent = |it: &super::Seen| {
        it.header("authorization")
            .is_some_and(|it| it.contains(super::TOKEN))
    };
    assert!(seen.iter().all(is_sent));
    assert!(!run.stdout.contains("ghp_") && !run.stderr.contains("ghp_"));
}

#[test]
fn a_repository_elsewhere_is_unverifiable() {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n");
    sandbox.git([
        "remote",
        "set-url",
        "origin",
        "https://gitlab.com/acme/shop.git",
    ]);
    let server = serve(GitHub::new());
    let run = asking(&sandbox, &server, CHECK).run();
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert!(
        run.stderr.contains("its origin is at `gitlab.com`"),
        "{}",
        run.stderr
    );
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn only_the_organization_of_the_origin_is_asked() {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web @other/team @huge/all\n-- a.rs --\n");
    let mut github = GitHub::new();
    for owner in ["@other/team", "@huge/all"] {
        github.shop().errors.push(serde_json::json!({
            "line": 1, "column": 3, "kind": "Unknown owner", "source": format!("* {owner}"), "suggestion": null,
            "message": format!("Unknown owner on line 1: make sure the team {owner} exists"), "path": "CODEOWNERS",
        }));
    }
    let server = serve(github);
    let run = asking(&sandbox, &server, CHECK).run();
    expect![[r#"
        CODEOWNERS:1:13: error[ownership/powerless-owner] the forge drops `@other/team`: a repository is given to teams of its own organization alone
        CODEOWNERS:1:25: error[ownership/powerless-owner] the forge drops `@huge/all`: a repository is given to teams of its own organization alone
    "#]].assert_eq(&run.stdout);
    let others = |it: &super::Seen| {
        let body = String::from_utf8_lossy(&it.body).into_owned();
        let names = |text: &str| text.contains("other") || text.contains("huge");
        names(&it.target) || names(&body)
    };
    assert!(!server.seen().iter().any(others));
}
