//! A forge that answers badly, or not at all: nothing is lost, and nothing is invented.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use expect_test::expect;
use serde_json::{Value, json};

use super::github::{GitHub, Numbered, pull, team};
use super::server::{Reply, Seen, Server};
use super::{asking, serve, serve_but, shop};
use crate::sandbox::Run;

const FILES: &str = "-- CODEOWNERS --\n* @acme/web\n/x/ @acme/gone\n-- x/a.rs --\n";

/// What a check of these rules says, in JSON.
fn check(server: &Server, select: &str) -> (Run, Value) {
    let sandbox = shop(FILES);
    let run = asking(
        &sandbox,
        server,
        [
            "check",
            "--online",
            "--no-cache",
            "--format",
            "json",
            "--as-of",
            "2026-01-15",
            "--select",
            select,
        ],
    );
    let run = run.run();
    let report = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", run.stdout, run.stderr));
    (run, report)
}

fn reasons(report: &Value) -> String {
    let gaps = report["missing_data"].as_array().unwrap().iter();
    let text = |gap: &Value| {
        let remedy = gap["remedy"].as_str().unwrap_or_default();
        format!("{}; {remedy}\n", gap["reason"].as_str().unwrap())
    };
    gaps.map(text).collect()
}

/// That nothing is found, the run is incomplete, and why.
fn says_nothing(server: &Server, select: &str) -> String {
    let (run, report) = check(server, select);
    assert_eq!(report["findings"], json!([]), "{report:#}");
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert!(!run.stdout.contains(super::TOKEN) && !run.stderr.contains(super::TOKEN));
    reasons(&report)
}

/// Which request it is.
fn is(seen: &Seen, what: &str) -> bool {
    seen.target.contains(what) || String::from_utf8_lossy(&seen.body).contains(what)
}

const ENFORCED: &str = "codeowners/unenforced-file";
const OWNERS: &str = "ownership/unknown-owner";

#[test]
fn what_fails_once_is_asked_again() {
    let unreliable = |reply: fn() -> Reply| {
        let number = Numbered::new();
        let mut github = GitHub::new();
        github.shop().protection = None;
        serve_but(github, move |_| (number.next() == 0).then(reply))
    };
    let replies: [fn() -> Reply; 6] = [
        || Reply::json(502, "<html>"),
        || Reply::json(500, "{}"),
        || Reply::Cut(br#"{"data": {"repository": null}}"#.to_vec()),
        || Reply::Reset(br#"{"data": {"repository": null}}"#.to_vec()),
        || Reply::json(429, "{}").with("retry-after", "1"),
        || {
            Reply::json(
                403,
                r#"{"message": "You have exceeded a secondary rate limit"}"#,
            )
            .with("retry-after", "1")
        },
    ];
    for reply in replies {
        let (run, report) = check(&unreliable(reply), ENFORCED);
        assert_eq!(
            report["findings"].as_array().unwrap().len(),
            1,
            "{:?} {}",
            reply(),
            run.stderr
        );
        assert_eq!(report["missing_data"], json!([]));
    }
}

#[test]
fn what_is_not_shown_names_the_permission() {
    let forbidden = || {
        Reply::json(
            403,
            r#"{"message": "Resource not accessible by integration"}"#,
        )
        .with("x-accepted-github-permissions", "members=read")
    };
    let server = serve_but(GitHub::new(), move |seen| {
        is(seen, "/orgs/").then(forbidden)
    });
    expect![[r#"
        the people and teams of `acme` cannot be seen with this token; a token needs what the forge names: `members=read`
    "#]].assert_eq(&says_nothing(&server, OWNERS));
    let server = serve_but(GitHub::new(), |seen| {
        let errors = json!([{ "type": "INSUFFICIENT_SCOPES", "path": ["organization", "teams"], "message": "needs read:org" }]);
        let body = json!({ "data": { "organization": null }, "errors": errors });
        is(seen, "query Teams").then(|| Reply::json(200, &body.to_string()))
    });
    expect![[r#"
        the people and teams of `acme` cannot be seen with this token; a token needs the permission `Members: read`, or the scope `read:org` if it is a classic one
    "#]].assert_eq(&says_nothing(&server, OWNERS));
    // Whoever is no member sees a part, and is not told so.
    let mut outside = GitHub::new();
    outside.is_member = false;
    expect![[r#"
        the people and teams of `acme` cannot be seen with this token; use the token of a member with the scope `read:org`, or one with the permission `Members: read`
    "#]].assert_eq(&says_nothing(&serve(outside), OWNERS));
    let mut private = GitHub::new();
    private.repositories.clear();
    expect![[r#"
        what the forge knows of `acme/shop` cannot be had: it is not there, or not shown to this token; a token needs the permission `Metadata: read`, or the scope `repo` if it is a classic one
    "#]].assert_eq(&says_nothing(&serve(private), ENFORCED));
    let mut reader = GitHub::new();
    reader.shop().permission = json!("READ");
    let server = serve_but(reader, |seen| {
        let hidden = json!({ "data": { "repository": {
            "nameWithOwner": "acme/shop", "viewerPermission": "READ",
            "defaultBranchRef": { "name": "main", "refUpdateRule": null, "branchProtectionRule": null },
        }}});
        is(seen, "query Repository").then(|| Reply::json(200, &hidden.to_string()))
    });
    expect![[r#"
        the protection of the branch `main` of `acme/shop` cannot be seen with this token; use the token of somebody who administers the repository
    "#]].assert_eq(&says_nothing(&server, ENFORCED));
}

#[test]
fn a_limit_is_no_finding() {
    let reset = "4102444800";
    let server = serve_but(GitHub::new(), move |_| {
        let reply = Reply::json(403, r#"{"message": "API rate limit exceeded"}"#);
        Some(
            reply
                .with("x-ratelimit-remaining", "0")
                .with("x-ratelimit-reset", reset),
        )
    });
    expect![[r#"
        what the forge knows of `acme/shop` could not be read: the forge's primary rate limit is reached until 2100-01-01T00:00:00Z; run it again after that time, or with a token of its own: each has a budget
        the people and teams of `acme` could not be read: the forge's primary rate limit is reached until 2100-01-01T00:00:00Z; run it again after that time, or with a token of its own: each has a budget
    "#]].assert_eq(&says_nothing(&server, &format!("{ENFORCED},{OWNERS}")));
    assert_eq!(
        server.seen().len(),
        1,
        "once it is known, nobody asks any more"
    );
}

#[test]
fn a_revoked_token_and_single_sign_on() {
    let server = serve_but(GitHub::new(), |_| {
        Some(Reply::json(401, r#"{"message": "Bad credentials"}"#))
    });
    expect![[r#"
        what the forge knows of `acme/shop` could not be read: the forge does not accept the credential; give a token that is valid, and has not run out
        the people and teams of `acme` could not be read: the token is not valid, or not any more; give a token that is valid
    "#]].assert_eq(&says_nothing(&server, &format!("{ENFORCED},{OWNERS}")));
    assert_eq!(server.seen().len(), 1);
    let server = serve_but(GitHub::new(), |seen| {
        let reply = || {
            Reply::json(
                403,
                r#"{"message": "Resource protected by organization SAML enforcement."}"#,
            )
            .with(
                "x-github-sso",
                "required; url=https://github.com/orgs/acme/sso?authorization_request=SECRET",
            )
        };
        is(seen, "/orgs/").then(reply)
    });
    let said = says_nothing(&server, OWNERS);
    assert!(!said.contains("SECRET"), "{said}");
    expect![[r#"
        the people and teams of `acme` cannot be seen: the organization wants single sign-on for this token; authorize the token for the organization, in its settings
    "#]].assert_eq(&said);
    let partial = |seen: &Seen| {
        let reply = GitHub::new().answer(seen);
        is(seen, "/orgs/").then(|| reply.with("x-github-sso", "partial-results; organizations=1,2"))
    };
    let said = says_nothing(&serve_but(GitHub::new(), partial), OWNERS);
    assert!(said.contains("single sign-on"), "{said}");
}

#[test]
fn nonsense_is_no_answer() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"data": null}"#,
        r#"{"data": {"repository": 7}}"#,
        "{\"data\": {\"rep",
    ] {
        let server = serve_but(GitHub::new(), move |seen| {
            is(seen, "query Repository").then(|| Reply::json(200, body))
        });
        let said = says_nothing(&server, ENFORCED);
        assert!(!said.is_empty(), "{body}");
    }
}

#[test]
fn null_where_the_schema_allows_it() {
    let mut github = GitHub::new();
    let mut ghost = pull(7, "ann", "bob", "2026-01-10");
    for key in [
        "author",
        "reviewRequests",
        "reviews",
        "files",
        "mergedAt",
        "closedAt",
    ] {
        ghost[key] = Value::Null;
    }
    ghost["timelineItems"] = json!({ "totalCount": 2, "nodes": [null, { "__typename": "ReviewRequestedEvent", "createdAt": "2026-01-10T10:00:00Z", "requestedReviewer": null }] });
    github.shop().pulls = vec![ghost, Value::Null, pull(6, "ann", "bob", "2026-01-09")];
    github.shop().deployments = vec![
        json!({ "environment": null, "commitOid": "a", "createdAt": "2026-01-10T10:00:00Z", "latestStatus": null }),
        Value::Null,
    ];
    github.teams[0].parent = None;
    let (run, report) = check(
        &serve(github),
        "approvals/*,delivery/*,codeowners/unenforced-file",
    );
    assert_eq!(report["missing_data"], json!([]), "{report:#}");
    assert_ne!(run.code, Some(2), "{}", run.stderr);
    let mut empty = GitHub::new();
    empty.shop().protection = None;
    let server = serve_but(empty, |seen| {
        let nothing = json!({ "data": { "repository": { "nameWithOwner": "acme/shop", "viewerPermission": null, "defaultBranchRef": null }}});
        is(seen, "query Repository").then(|| Reply::json(200, &nothing.to_string()))
    });
    let (_, report) = check(&server, ENFORCED);
    assert_eq!(
        report["findings"],
        json!([]),
        "an empty repository has nothing to enforce"
    );
}

#[test]
fn a_list_that_shifts_while_it_is_paged() {
    // Somebody leaves between two pages of people: whoever comes first on the second page is lost.
    let mut github = GitHub::new();
    github.people = (0..150)
        .map(|number| format!("person-{number:03}"))
        .collect();
    let whole = github.clone();
    let number = Numbered::new();
    let server = serve_but(github, move |seen| {
        let is_second = is(seen, "/orgs/") && is(seen, "page=2");
        let first_time = is_second && number.next() == 0;
        let mut shifted = whole.clone();
        shifted.people.remove(0);
        first_time.then(|| shifted.answer(seen))
    });
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web @person-100\n-- a.rs --\n");
    let run = asking(
        &sandbox,
        &server,
        [
            "check",
            "--online",
            "--no-cache",
            "--select",
            "ownership/*",
            "--format",
            "json",
        ],
    )
    .run();
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(report["findings"], json!([]), "{report:#}");
    let pages = server.seen();
    let pages = pages.iter().filter(|it| is(it, "/orgs/")).count();
    assert_eq!(pages, 4, "what does not add up is read again");
}

#[test]
fn odd_names_and_many_people() {
    let mut github = GitHub::new();
    github.people = (0..30_000)
        .map(|number| format!("person-{number}"))
        .collect();
    let all: Vec<&str> = github.people.iter().map(String::as_str).collect();
    let mut everybody = team("everybody", &all);
    everybody.name = "\u{1b}[31mAll ::error::<b>\u{202e}|`x`\n".into();
    let mut web = team("web", &["person-1", "person-2", "person-3"]);
    web.name = "Wéb 🕸 & \"friends\"".into();
    github.teams = vec![everybody, web];
    github.shop().errors.push(json!({
        "line": 2, "column": 5, "kind": "Unknown owner", "source": "/x/ @acme/gone", "suggestion": null,
        "message": "Unknown owner on line 2: make sure the team @acme/gone exists, is publicly visible, and has write access to the repository\n\n  /x/ @acme/gone\n      ^",
        "path": "CODEOWNERS",
    }));
    let (run, report) = check(&serve(github), OWNERS);
    let found = report["findings"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{report:#}");
    assert!(
        found[0]["message"]
            .as_str()
            .unwrap()
            .contains("`@acme/gone`")
    );
    assert_eq!(run.code, Some(1));
    assert!(!run.stderr.contains('\u{1b}'));
}

#[test]
fn a_change_that_comes_while_changes_are_read() {
    let mut github = GitHub::new();
    github.shop().pulls = (1..=60)
        .rev()
        .map(|number| pull(number, "ann", "bob", "2026-01-10"))
        .collect();
    // Number 1 is touched after the first page was read: it goes to the front.
    let mut later = github.clone();
    let mut touched = later.shop().pulls.pop().unwrap();
    touched["updatedAt"] = json!("2026-01-11T00:00:00Z");
    later.shop().pulls.insert(0, touched);
    let is_read = AtomicBool::new(false);
    let server = serve_but(github, move |seen| {
        let is_list = is(seen, "query Repository");
        let is_late = is_read.fetch_or(is_list, Ordering::SeqCst);
        is_late.then(|| later.answer(seen))
    });
    let (_, report) = check(&server, "approvals/*");
    assert_eq!(report["missing_data"], json!([]), "{report:#}");
    let seen = server.seen();
    let lists = seen.iter().filter(|it| is(it, "query Repository")).count();
    assert_eq!(lists, 3, "the front is read again");
}

#[test]
fn a_server_that_never_answers_is_given_up() {
    // It takes every request, and lets it hang until it is tired of it.
    let server = serve_but(GitHub::new(), |_| {
        Some(Reply::Silence(Duration::from_millis(200)))
    });
    let said = says_nothing(
        &server,
        &format!("{ENFORCED},{OWNERS},approvals/slow-review"),
    );
    let host = server.url().replace("http://", "");
    let said = said.replace(&host, "forge");
    for what in [
        "what the forge knows of `acme/shop`",
        "the people and teams of `acme`",
    ] {
        assert!(
            said.contains(&format!(
                "{what} could not be read: `forge` cannot be reached"
            )),
            "{said}"
        );
    }
    // Four tries for each of the two.
    assert!(server.seen().len() <= 8, "{:#?}", server.seen());
}

#[test]
fn what_falls_silent_costs_that_part_alone() {
    let mut github = GitHub::new();
    github.shop().protection = None;
    let server = serve_but(github, |seen| {
        let silent = || Reply::Silence(Duration::from_millis(200));
        is(seen, "query Teams").then(silent)
    });
    let (run, report) = check(&server, &format!("{ENFORCED},{OWNERS}"));
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    let found = report["findings"].as_array().unwrap();
    assert_eq!(found.len(), 1, "{report:#}");
    assert_eq!(found[0]["rule"], ENFORCED);
    let said = reasons(&report);
    assert!(
        said.starts_with("the people and teams of `acme` could not be read"),
        "{said}"
    );
    let tries = server.seen();
    let tries = tries.iter().filter(|it| is(it, "query Teams")).count();
    assert_eq!(tries, 4);
}

#[test]
fn a_list_without_an_end_is_no_list() {
    // Each page leads to another one, and these come again and again.
    let endless = |answers: [(&'static str, Value); 2]| {
        let number = Numbered::new();
        serve_but(GitHub::new(), move |seen| {
            let (_, answer) = answers.iter().find(|(kind, _)| is(seen, kind))?;
            let cursor = (number.next() % 3).to_string();
            let answer = answer.to_string().replace("CURSOR", &cursor);
            Some(Reply::json(200, &answer))
        })
    };
    let goes_on = json!({ "hasNextPage": true, "endCursor": "CURSOR" });
    let members = json!({
        "totalCount": 500,
        "pageInfo": goes_on,
        "edges": [{ "role": "MEMBER", "node": { "login": "ann" } }],
    });
    let of_team = json!({ "data": { "organization": { "team": { "members": members } } } });
    let web = json!({
        "slug": "web", "name": "web", "privacy": "VISIBLE", "combinedSlug": "acme/web",
        "parentTeam": null, "members": members,
    });
    let teams = |total: usize, page_info: &Value, nodes: &[Value]| {
        json!({ "data": {
            "viewer": { "login": "ann" },
            "organization": {
                "login": "acme", "viewerIsAMember": true, "membersWithRole": { "totalCount": 4 },
                "teams": { "totalCount": total, "pageInfo": page_info, "nodes": nodes },
            },
        } })
    };
    let ends = json!({ "hasNextPage": false, "endCursor": null });
    for first in [teams(500, &goes_on, &[]), teams(1, &ends, &[web])] {
        let server = endless([("query Teams", first), ("query Members", of_team.clone())]);
        let said = says_nothing(&server, OWNERS);
        assert!(said.contains("changed while they were read"), "{said}");
        let asked = server.seen().len();
        assert!(asked < 100, "{asked} requests");
    }
}

#[test]
fn a_list_that_comes_back_is_not_taken_for_whole() {
    let mut github = GitHub::new();
    github.shop().pulls = (1..=60)
        .rev()
        .map(|number| pull(number, "ann", "bob", "2026-01-10"))
        .collect();
    // The second page says that the third is the second, or does not say where it is.
    for next in [json!("50"), Value::Null] {
        let number = Numbered::new();
        let whole = github.clone();
        let server = serve_but(github.clone(), move |seen| {
            let Reply::Answer(status, headers, body) = whole.answer(seen) else {
                return None;
            };
            if !is(seen, "query Repository") || number.next() == 0 {
                return None;
            }
            let mut body: Value = serde_json::from_slice(&body).unwrap();
            let info = json!({ "hasNextPage": true, "endCursor": next });
            body["data"]["repository"]["pullRequests"]["pageInfo"] = info;
            Some(Reply::Answer(status, headers, body.to_string().into()))
        });
        let said = says_nothing(&server, "approvals/bottleneck");
        assert!(said.contains("the pull requests of `acme/shop`"), "{said}");
    }
}
