//! What `bailiwick doctor` says of how the forge is asked.

use expect_test::expect;
use serde_json::Value;

use super::github::GitHub;
use super::server::{Reply, Server};
use super::{asking, serve, serve_but, shop};
use crate::sandbox::{Run, Sandbox};

const FILES: &str = "-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n";

/// What it says, with these options, before the lines on rules.
fn said(sandbox: &Sandbox, server: &Server, options: &[&str]) -> (Run, String) {
    let all = ["doctor", "--no-cache", "--as-of", "2027-01-15"];
    let all: Vec<&str> = all.iter().chain(options).copied().collect();
    let run = super::online(sandbox.bailiwick(all), &server.url()).run();
    let said = redacted(&run, sandbox, server);
    (run, said)
}

fn redacted(run: &Run, sandbox: &Sandbox, server: &Server) -> String {
    let beside = sandbox.path("../x");
    let beside = beside.parent().unwrap().to_str().unwrap();
    // Where lines are wrapped depends on how long paths are here.
    let text = run.stdout.replace("\n  ", " ");
    let text = text.replace(&server.url(), "http://forge");
    let text = text.replace(beside, "/tmp");
    let lines = text
        .lines()
        .take_while(|line| !line.starts_with("skipped:"));
    lines.map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_doctor_tells_what_is_seen_and_what_is_skipped() {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- a.rs --\n");
    let mut outside = GitHub::new();
    outside.is_member = false;
    let server = serve(outside);
    let run = asking(
        &sandbox,
        &server,
        ["doctor", "--online", "--no-cache", "--as-of", "2026-01-15"],
    )
    .run();
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    let said = run.stdout.replace(&server.url(), "http://forge");
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        token: a classic personal token from GITHUB_TOKEN
        account: ann
        budget: 4,990 of 5,000 requests are left until 2027-01-15T08:00:00Z
        not-gathered: 1 commit of later than 2026-01-15T23:59:59Z left out
        forbidden: the people and teams of `acme` cannot be seen with this token; use the token of a member
          with the scope `read:org`, or one with the permission `Members: read`
        rules: 55 rules can judge, 18 cannot
        skipped: 1 commit of later than 2026-01-15T23:59:59Z left out: approvals/fan-out,
          architecture/coupled-services, architecture/premature-microservice, debt/aged-marker,
          delivery/failing-changes, delivery/infrequent-deployment, delivery/slow-lead-time,
          delivery/slow-recovery, ownership/inactive-owner, ownership/knowledge-loss,
          ownership/knowledge-mismatch, ownership/low-truck-factor, runbooks/stale, teams/dependent,
          teams/fresh-owners and teams/incongruent
        skipped: no roster says who is who; name one under `[[rosters]]` in the policy:
          debt/unknown-marker-owner and ownership/unknown-owner
    "#]].assert_eq(&said);
    let offline = sandbox.bailiwick(["doctor", "--format", "json", "--no-cache"]);
    let offline = offline.env("GITHUB_TOKEN", super::TOKEN).run();
    assert!(!offline.stdout.contains("ghp_"), "{}", offline.stdout);
    let answer: Value = serde_json::from_str(&offline.stdout).unwrap();
    assert_eq!(
        answer["token"],
        "a classic personal token from GITHUB_TOKEN"
    );
    assert_eq!(answer["forge"], Value::Null);
}

#[test]
fn without_a_token_it_says_that_one_is_needed() {
    let sandbox = shop(FILES);
    let server = serve_but(GitHub::new(), |seen| {
        (seen.target == "/user")
            .then(|| Reply::json(401, r#"{"message": "Requires authentication"}"#))
    });
    let command = sandbox.bailiwick(["doctor", "--online", "--no-cache", "--as-of", "2027-01-15"]);
    let command = command
        .env("GITHUB_API_URL", server.url())
        .env("GITHUB_SERVER_URL", "https://github.com");
    let run = command.run();
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        token: none: set GITHUB_TOKEN, or name a file with --token-file
        account: nobody, who is shown what is public, and not all of that
        budget: 4,990 of 5,000 requests are left until 2027-01-15T08:00:00Z
        unanswered: what the forge knows of `acme/shop` could not be read: GraphQL answers nobody without a token; set `GITHUB_TOKEN`, or name a file with `--token-file`
        unanswered: the people and teams of `acme` could not be read: GraphQL answers nobody without a token; set `GITHUB_TOKEN`, or name a file with `--token-file`
        rules: 65 rules can judge, 8 cannot
    "#]].assert_eq(&redacted(&run, &sandbox, &server));
    assert!(
        server.seen().iter().all(|it| it.method == "GET"),
        "GraphQL answers nobody"
    );
}

#[test]
fn a_token_without_scopes_is_told() {
    let sandbox = shop(FILES);
    let mut outside = GitHub::new();
    outside.is_member = false;
    outside.shop().permission = serde_json::json!("READ");
    let server = serve_but(outside.clone(), move |seen| {
        let reply = outside.answer(seen);
        Some(reply.with("x-oauth-scopes", ""))
    });
    let (run, text) = said(&sandbox, &server, &["--online"]);
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        token: a classic personal token from GITHUB_TOKEN
        account: ann, without any scope: only what is public is shown
        budget: 4,990 of 5,000 requests are left until 2027-01-15T08:00:00Z
        forbidden: the people and teams of `acme` cannot be seen with this token; use the token of a member with the scope `read:org`, or one with the permission `Members: read`
        rules: 70 rules can judge, 3 cannot
    "#]].assert_eq(&text);
}

#[test]
fn it_says_what_a_recording_lacks() {
    let sandbox = shop(FILES);
    let server = serve(GitHub::new());
    let folder = sandbox.path("../recorded");
    let folder = folder.to_str().unwrap();
    let (run, text) = said(&sandbox, &server, &["--online", "--record", folder]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        token: a classic personal token from GITHUB_TOKEN
        account: ann
        budget: 4,990 of 5,000 requests are left until 2027-01-15T08:00:00Z
        recording: `/tmp/recorded` holds what the rules that are on ask for
        rules: 72 rules can judge, 1 cannot
    "#]]
    .assert_eq(&text);
    let asked = server.seen().len();
    let (run, text) = said(&sandbox, &server, &["--replay", folder]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        recording: `/tmp/recorded` holds what the rules that are on ask for
        rules: 72 rules can judge, 1 cannot
    "#]]
    .assert_eq(&text);

    // Of another day it answers nothing that depends on the day.
    let run = asking(
        &sandbox,
        &server,
        ["doctor", "--replay", folder, "--as-of", "2027-01-16"],
    )
    .run();
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        recording: `/tmp/recorded` lacks 1 thing that the rules that are on ask for
        unanswered: what the forge knows of `acme/shop` could not be read: the recording has no answer to `POST /graphql`, though one to the same with another `since`; replay it by the command that recorded it, with `--as-of` that day, or record it anew with `--record`
        rules: 67 rules can judge, 6 cannot
    "#]].assert_eq(&redacted(&run, &sandbox, &server));
    assert_eq!(server.seen().len(), asked, "a replay asks nobody");

    // A check asks less.
    let check = [
        "check",
        "--online",
        "--record",
        folder,
        "--as-of",
        "2027-01-15",
    ];
    asking(&sandbox, &server, check).run();
    let (run, text) = said(&sandbox, &server, &["--replay", folder]);
    assert_eq!(run.code, Some(0), "{}{}", run.stdout, run.stderr);
    expect![[r#"
        repository: shop, at https://github.com/acme/shop
        policy: bailiwick:recommended
        forge: http://forge
        recording: `/tmp/recorded` holds what `check` asks for; an audit, or a check by rules that are named, asks for more
        not recorded for an audit: what the forge knows of `acme/shop` could not be read: the recording has no answer to `POST /graphql`, though one to the same with another `deployments`, `incidents` and `releases`
        rules: 61 rules can judge, 1 cannot
    "#]].assert_eq(&text);
    let (run, _) = said(&sandbox, &server, &["--replay", folder, "--format", "json"]);
    let answer: Value = serde_json::from_str(&run.stdout).unwrap();
    let recording = &answer["forge"]["recording"];
    assert_eq!(recording["replayed"], true);
    assert_eq!(
        recording["lacks"].as_array().unwrap().len(),
        0,
        "{recording:#}"
    );
    assert_ne!(
        recording["lacks_for_audit"].as_array().unwrap().len(),
        0,
        "{recording:#}"
    );
}
