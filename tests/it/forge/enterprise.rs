//! A GitHub Enterprise Server: its API is below `/api/v3`, its GraphQL beside that.

use super::github::{GitHub, pull};
use super::server::{Reply, Seen, Server};
use super::{TOKEN, note};
use crate::sandbox::{Run, Sandbox};

/// A server of its own, with more people than one page has.
fn enterprise() -> Server {
    let mut github = GitHub::new();
    github
        .people
        .extend((0..150).map(|number| format!("person-{number}")));
    github.shop().protection = None;
    github.shop().pulls = vec![pull(7, "ann", "bob", "2026-01-10")];
    Server::start(move |seen| {
        let of_rest = seen.target.strip_prefix("/api/v3");
        let is_graphql = seen.method == "POST" && seen.target == "/api/graphql";
        let target = match of_rest {
            Some(target) if seen.method == "GET" => target.to_owned(),
            _ if is_graphql => "/graphql".into(),
            _ => return Reply::json(404, r#"{"message": "Not Found"}"#),
        };
        let inner = Seen {
            target,
            ..seen.clone()
        };
        note(&inner);
        below_api(github.answer(&inner))
    })
}

/// The answer, whose link to a next page leads below the API too.
fn below_api(reply: Reply) -> Reply {
    let Reply::Answer(status, mut headers, body) = reply else {
        return reply;
    };
    for (name, value) in &mut headers {
        if name == "link" {
            *value = value.replace("/orgs/", "/api/v3/orgs/");
        }
    }
    Reply::Answer(status, headers, body)
}

fn check(server: &Server, origin: &str, environment: &[(&str, &str)]) -> Run {
    let sandbox = Sandbox::repository("-- CODEOWNERS --\n* @acme/web @person-149\n-- a.rs --\n");
    sandbox.git(["remote", "add", "origin", origin]);
    let api = format!("{}/api/v3", server.url());
    let mut command = sandbox.bailiwick([
        "check",
        "--online",
        "--no-cache",
        "--api-url",
        &api,
        "--format",
        "concise",
        "--as-of",
        "2026-01-15",
    ]);
    for (name, value) in environment {
        command = command.env(name, value);
    }
    command.env("GH_TOKEN", TOKEN).run()
}

const FOUND: &str = "CODEOWNERS: warning[codeowners/unenforced-file] the owners are advice: a change of `main` needs no approval\n";

#[test]
fn a_server_of_ones_own_is_asked_below_its_api() {
    let server = enterprise();
    // Where it is fetched from has another port, or another way, than the API.
    for origin in [
        "http://127.0.0.1:8443/acme/shop.git",
        "ssh://git@127.0.0.1:22/acme/shop.git",
        "git@127.0.0.1:acme/shop.git",
    ] {
        let before = server.seen().len();
        let run = check(&server, origin, &[]);
        assert_eq!(run.exits(0), FOUND, "{origin}: {}", run.stderr);
        let seen = server.seen().split_off(before);
        let targets: Vec<&str> = seen.iter().map(|it| it.target.as_str()).collect();
        let is_asked = |target: &str| targets.iter().any(|it| it.starts_with(target));
        assert!(is_asked("/api/graphql"), "{targets:?}");
        assert!(
            is_asked("/api/v3/orgs/acme/members?per_page=100&page=2"),
            "{targets:?}"
        );
        assert!(
            is_asked("/api/v3/repos/acme/shop/codeowners/errors"),
            "{targets:?}"
        );
        assert!(
            targets.iter().all(|it| it.starts_with("/api/")),
            "{targets:?}"
        );
        assert!(!run.stdout.contains(TOKEN) && !run.stderr.contains(TOKEN));
    }
}

#[test]
fn where_people_see_it_may_be_elsewhere() {
    let server = enterprise();
    let site = [("GITHUB_SERVER_URL", "https://git.acme.test")];
    let run = check(&server, "https://git.acme.test/acme/shop", &site);
    assert_eq!(run.exits(0), FOUND, "{}", run.stderr);
    let asked = server.seen().len();
    let run = check(&server, "https://github.com/acme/shop", &site);
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    assert!(
        run.said()
            .contains("its origin is at `github.com`, and `git.acme.test` was asked"),
        "{}",
        run.stderr
    );
    assert_eq!(server.seen().len(), asked);
}
