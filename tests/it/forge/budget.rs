//! How many requests a run costs.

use serde_json::{Value, json};

use super::github::{GitHub, Repository, pull, team};
use super::server::{Seen, Server};
use super::{note, online, serve};
use crate::sandbox::Sandbox;

/// An organization of 130 people and 120 teams, one of them with everybody, and repositories with these
/// numbers of pull requests.
fn organization(pulls: &[usize]) -> (Sandbox, GitHub) {
    let sandbox = Sandbox::folder("-- bailiwick.toml --\n");
    let mut github = GitHub::new();
    github.people = (0..130).map(|number| format!("person-{number}")).collect();
    let everybody: Vec<&str> = github.people.iter().map(String::as_str).collect();
    github.teams = vec![team("everybody", &everybody)];
    for number in 1..120 {
        let members = &everybody[number..number + 5];
        github
            .teams
            .push(team(&format!("team-{number:03}"), members));
    }
    github.repositories.clear();
    for (place, &pulls) in pulls.iter().enumerate() {
        let name = format!("r{place}");
        let folder = sandbox.path(&name);
        sandbox.write(format!("{name}/CODEOWNERS"), "* @acme/team-001\n");
        sandbox.write(format!("{name}/a.rs"), "// TODO(#12): retry\n");
        let at = folder.to_str().unwrap();
        sandbox.git(["init", "-q", "-b", "main", at]);
        sandbox.git([
            "-C",
            at,
            "remote",
            "add",
            "origin",
            &format!("https://github.com/acme/{name}"),
        ]);
        sandbox.git(["-C", at, "add", "-A"]);
        sandbox.git(["-C", at, "commit", "-q", "-m", "x"]);
        let mut repository = Repository::default();
        repository.issues.insert(12, None);
        repository.deployments.push(deployment("2026-01-10"));
        repository.pulls = (0..pulls)
            .map(|number| {
                pull(
                    (pulls - number) as u64,
                    "person-1",
                    "person-2",
                    "2026-01-10",
                )
            })
            .collect();
        github.repositories.insert(name, repository);
    }
    (sandbox, github)
}

/// A deployment of a day, as GraphQL has it.
fn deployment(day: &str) -> Value {
    let when = format!("{day}T10:00:00Z");
    json!({
        "environment": "production", "commitOid": "a", "createdAt": when,
        "latestStatus": { "state": "SUCCESS", "createdAt": when },
    })
}

fn audit(sandbox: &Sandbox, server: &Server) -> usize {
    let before = server.seen().len();
    let command = sandbox.bailiwick([
        "audit",
        "--online",
        "--as-of",
        "2026-01-15",
        "--format",
        "json",
        "--fail-on",
        "never",
        ".",
    ]);
    let cache = sandbox.path("../cache");
    let run = online(command, &server.url())
        .env("XDG_CACHE_HOME", cache)
        .run();
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    server.seen().len() - before
}

#[test]
fn an_organization_costs_few_requests() {
    let (people, teams) = (130, 120);
    for pulls in [&[0, 0][..], &[49, 50, 51], &[100, 101, 250]] {
        let (sandbox, github) = organization(pulls);
        let server = serve(github);
        let asked = audit(&sandbox, &server);
        let repositories: f64 = pulls.iter().map(|&pulls| 5.0 + pulls as f64 / 50.0).sum();
        let most = 3.0 + f64::from(people + teams) / 50.0 + repositories;
        let paths: Vec<String> = server.seen().iter().map(|it| it.target.clone()).collect();
        assert!(asked as f64 <= most, "{asked} of {most}: {paths:#?}");

        // Nothing changed: each request asks whether anything did, and is told that nothing did.
        audit(&sandbox, &server);
        let again = server.seen().split_off(asked);
        assert!(!again.is_empty());
        for seen in again {
            assert!(
                seen.header("if-none-match").is_some(),
                "{} {} {}",
                seen.method,
                seen.target,
                String::from_utf8_lossy(&seen.body)
            );
        }
    }
}

#[test]
fn what_changed_is_read_again() {
    let (sandbox, github) = organization(&[60]);
    let shared = std::sync::Arc::new(std::sync::Mutex::new(github));
    let served = shared.clone();
    let server = Server::start(move |seen| served.lock().unwrap().answer(seen));
    audit(&sandbox, &server);
    let newest = pull(61, "person-1", "person-3", "2026-01-12");
    let mut github = shared.lock().unwrap();
    github
        .repositories
        .get_mut("r0")
        .unwrap()
        .pulls
        .insert(0, newest);
    drop(github);
    let before = server.seen().len();
    audit(&sandbox, &server);
    let again = server.seen().split_off(before);
    assert_eq!(lists(&again), 2, "both pages of changes");
}

/// How often the lists of a repository were asked for.
fn lists(seen: &[Seen]) -> usize {
    let asks = |it: &&Seen| String::from_utf8_lossy(&it.body).contains("query Repository");
    seen.iter().filter(asks).count()
}

#[test]
fn what_was_delivered_alone_is_seen_at_once() {
    for by_releases in [false, true] {
        let (sandbox, mut github) = organization(&[1]);
        let release = |tag: &str| {
            json!({
                "tagName": tag, "isDraft": false, "isPrerelease": false,
                "createdAt": "2026-01-10T10:00:00Z", "publishedAt": "2026-01-10T10:00:00Z",
            })
        };
        if by_releases {
            let repository = github.repositories.get_mut("r0").unwrap();
            repository.deployments.clear();
            repository.releases.push(release("v1"));
        }
        let shared = std::sync::Arc::new(std::sync::Mutex::new(github));
        let served = shared.clone();
        let server = Server::start(move |seen| {
            note(seen);
            served.lock().unwrap().answer(seen)
        });
        audit(&sandbox, &server);
        let first = server.seen().len();
        audit(&sandbox, &server);
        let second = server.seen().split_off(first);
        assert_eq!(lists(&second), 0, "nothing is new");
        let mut github = shared.lock().unwrap();
        let repository = github.repositories.get_mut("r0").unwrap();
        match by_releases {
            true => repository.releases.insert(0, release("v2")),
            false => repository.deployments.insert(0, deployment("2026-01-14")),
        }
        drop(github);
        audit(&sandbox, &server);
        let third = server.seen().split_off(first + second.len());
        assert_eq!(lists(&third), 1, "{by_releases}");
    }
}
