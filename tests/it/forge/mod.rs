//! The forge as the program asks it: a small GitHub on this machine answers, sometimes badly.

mod budget;
mod faults;
mod github;
mod replay;
mod rules;
// What of it only the tests of the gate use.
#[allow(dead_code, reason = "shared with the tests of the gate")]
#[path = "../../../src/sources/net/tests/server.rs"]
mod server;

use crate::sandbox::{Bailiwick, Sandbox};
use github::GitHub;
use server::{Reply, Seen, Server};

/// A token, as tests have it.
const TOKEN: &str = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";

/// A server that is this GitHub.
fn serve(github: GitHub) -> Server {
    Server::start(move |seen| github.answer(seen))
}

/// A server that is this GitHub but for what is answered otherwise.
fn serve_but(
    github: GitHub,
    otherwise: impl Fn(&Seen) -> Option<Reply> + Send + Sync + 'static,
) -> Server {
    Server::start(move |seen| otherwise(seen).unwrap_or_else(|| github.answer(seen)))
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
