//! Asking as a GitHub App, which acts where it is installed.

use super::github::{GitHub, Numbered};
use super::server::{Reply, Server};
use super::{key, note, shop};
use crate::sandbox::Run;

const ACCESS: &str = "ghs_0123456789abcdefghijklmnopqrstuvwxyz";

/// A forge where the App is installed for some accounts; each access that it gives is a new one.
fn forge(installed: &'static [&'static str]) -> Server {
    let mut github = GitHub::new();
    // An App is no member, and sees what it was given.
    github.is_member = false;
    github.viewer = "linter[bot]".into();
    github.shop().protection = None;
    let number = Numbered::new();
    Server::start(move |seen| {
        let by = seen.header("authorization").unwrap_or_default();
        // A signed claim has three parts.
        let is_app = by.starts_with("Bearer ey") && by.split('.').count() == 3;
        if let Some(rest) = seen.target.strip_prefix("/users/")
            && let Some(account) = rest.strip_suffix("/installation")
        {
            return match is_app && installed.contains(&account) {
                true => Reply::json(200, r#"{"id": 42}"#),
                false => Reply::json(404, r#"{"message": "Not Found"}"#),
            };
        }
        if seen.target == "/app/installations/42/access_tokens" && is_app {
            let token = serde_json::json!({
                "token": format!("{ACCESS}{}", number.next()),
                "expires_at": "2999-01-01T00:00:00Z",
                "permissions": {},
                "repository_selection": "all",
            });
            return Reply::json(201, &token.to_string());
        }
        if !by.starts_with(&format!("Bearer {ACCESS}")) {
            return Reply::json(401, r#"{"message": "Bad credentials"}"#);
        }
        // No user is behind it.
        if seen.target == "/user" {
            return Reply::json(
                403,
                r#"{"message": "Resource not accessible by integration"}"#,
            );
        }
        note(seen);
        github.answer(seen)
    })
}

fn check(server: &Server, more: &[&str]) -> (Run, crate::sandbox::Sandbox) {
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- x/a.rs --\n");
    sandbox.write("../app.pem", key::pem());
    let key = sandbox.path("../app.pem");
    let options = [
        "check",
        "--online",
        "--app-id",
        "7",
        "--app-key",
        key.to_str().unwrap(),
    ];
    let all: Vec<&str> = options.iter().chain(more).copied().collect();
    let command = sandbox.bailiwick(all);
    // A token that lies about is not used beside the App.
    let command = super::online(command, &server.url());
    (command.run(), sandbox)
}

const HOW: [&str; 5] = ["--no-cache", "--format", "concise", "--as-of", "2026-01-15"];

#[test]
fn an_app_reads_where_it_is_installed() {
    let server = forge(&["acme"]);
    let (run, _) = check(&server, &HOW);
    assert_eq!(
        run.exits(0),
        "CODEOWNERS: warning[codeowners/unenforced-file] the owners are advice: a change of `main` needs no approval\n",
        "{}",
        run.stderr
    );
    let seen = server.seen();
    let minted = seen
        .iter()
        .filter(|it| it.target.ends_with("/access_tokens"));
    assert_eq!(minted.count(), 1, "one access for all of a run");
    let is_sent = |text: &str| {
        seen.iter()
            .any(|it| format!("{:?}", it.headers).contains(text))
    };
    assert!(!is_sent(super::TOKEN));
    assert!(!format!("{}{}", run.stdout, run.stderr).contains("ghs_"));
}

#[test]
fn an_app_that_is_not_installed_says_so() {
    let server = forge(&["other"]);
    let (run, _) = check(&server, &HOW);
    assert_eq!(run.code, Some(3), "{}{}", run.stdout, run.stderr);
    let said = run.said();
    assert!(
        said.contains("the App has no access to `acme`: it is not installed there"),
        "{said}"
    );
    assert!(said.contains("install the App for that account"), "{said}");
    assert_eq!(run.stdout, "");
}

#[test]
fn what_an_app_read_is_replayed_without_it() {
    let server = forge(&["acme"]);
    let how = ["--no-cache", "--format", "json", "--as-of", "2026-01-15"];
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("recorded");
    let folder = folder.to_str().unwrap();
    let record = [&how[..], &["--record", folder]].concat();
    let (recorded, sandbox) = check(&server, &record);
    let asked = server.seen().len();
    let mut replay = vec!["check", "--replay", folder];
    replay.extend(how);
    let replayed = super::online(sandbox.bailiwick(replay), &server.url()).run();
    assert_eq!(recorded.stdout, replayed.stdout);
    assert_eq!(
        (recorded.code, replayed.code),
        (Some(0), Some(0)),
        "{}",
        recorded.stderr
    );
    assert_eq!(server.seen().len(), asked);
    for file in std::fs::read_dir(folder).unwrap() {
        let content = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let inside = key::pem();
        let inside = inside.lines().nth(1).unwrap();
        assert!(
            !content.contains("ghs_") && !content.contains(inside),
            "{content}"
        );
    }
}

#[test]
fn the_doctor_says_as_which_app_it_asks() {
    let server = forge(&["acme"]);
    let sandbox = shop("-- CODEOWNERS --\n* @acme/web\n-- x/a.rs --\n");
    sandbox.write("../app.pem", key::pem());
    let key = sandbox.path("../app.pem");
    let options = [
        "doctor",
        "--online",
        "--app-id",
        "7",
        "--app-key",
        key.to_str().unwrap(),
    ];
    let all = [&options[..], &["--no-cache", "--as-of", "2027-01-15"]].concat();
    let run = super::online(sandbox.bailiwick(all), &server.url()).run();
    let said = run.exits(0).replace(key.to_str().unwrap(), "app.pem");
    assert!(
        said.contains("\ntoken: that of the App 7, by the key in `app.pem`\n"),
        "{said}"
    );
    assert!(
        said.contains("\naccount: no user: an App, or a run of Actions\n"),
        "{said}"
    );
    assert!(said.contains("\nbudget: 4,990 of 5,000 requests"), "{said}");
}
