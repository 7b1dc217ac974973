//! The forge as the program asks it: a small GitHub on this machine answers, sometimes badly.

#[cfg(feature = "github-app")]
mod as_app;
mod budget;
mod doctor;
mod enterprise;
mod faults;
mod github;
#[cfg(feature = "github-app")]
#[path = "../../../src/sources/net/tests/key.rs"]
mod key;
mod replay;
mod rules;
// What of it only the tests of the gate use.
#[allow(dead_code, reason = "shared with the tests of the gate")]
#[path = "../../../src/sources/net/tests/server.rs"]
mod server;

use std::fs::OpenOptions;
use std::io::Write as _;

use crate::sandbox::{Bailiwick, Sandbox};
use github::GitHub;
use server::{Reply, Seen, Server};

#[test]
#[ignore = "needs Node: what is asked is held against GitHub's own descriptions; .ci/forge/run does that"]
fn what_is_asked_fits_the_descriptions_of_the_forge() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/.ci/forge/run");
    assert!(
        std::process::Command::new(script)
            .status()
            .unwrap()
            .success()
    );
}

/// A token, as tests have it.
const TOKEN: &str = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

/// A server that is this GitHub.
fn serve(github: GitHub) -> Server {
    serve_but(github, |_| None)
}

/// A server that is this GitHub but for what is answered otherwise.
fn serve_but(
    github: GitHub,
    otherwise: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
) -> Server {
    Server::start(move |seen| {
        note(seen);
        otherwise(seen).unwrap_or_else(|| github.answer(seen))
    })
}

/// Writes down what was asked, for those who hold it against GitHub's own descriptions.
fn note(seen: &Seen) {
    if let Some(file) = std::env::var_os("BAILIWICK_SEEN") {
        let body = String::from_utf8_lossy(&seen.body);
        let line =
            serde_json::json!({ "method": seen.method, "target": seen.target, "body": body });
        let mut file = OpenOptions::new()
            .append(true)
            .create(true)
            .open(file)
            .unwrap();
        file.write_all(format!("{line}\n").as_bytes()).unwrap();
    }
}

/// A repository whose origin is `acme/shop` on GitHub.
fn shop(files: &str) -> Sandbox {
    let sandbox = Sandbox::repository(files);
    sandbox.git([
        "remote",
        "add",
        "origin",
        "https://github.com/acme/shop.git",
    ]);
    sandbox
}

/// The program, which asks a server in the place of GitHub's API.
fn asking<const N: usize>(sandbox: &Sandbox, server: &Server, arguments: [&str; N]) -> Bailiwick {
    let url = server.url();
    let command = sandbox.bailiwick(arguments);
    online(command, &url)
}

fn online(command: Bailiwick, url: &str) -> Bailiwick {
    command
        .env("GITHUB_API_URL", url)
        .env("GITHUB_SERVER_URL", "https://github.com")
        .env("GITHUB_TOKEN", TOKEN)
}
