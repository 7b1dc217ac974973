//! The gate before a server that fails in all the ways that servers do.

#[cfg(feature = "github-app")]
mod app;
mod asking;
mod keeping;
#[cfg(feature = "github-app")]
pub(crate) mod key;
mod links;
pub(crate) mod server;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::{Answer, Credential, Gate, Network, Patience, Refusal, Secret};
use server::{Reply, Seen, Server};

/// What must be nowhere.
const TOKEN: &str = "ghp_hushHush0123456789";

/// A network of one server, with little patience.
fn network(server: &Server) -> Network {
    Network {
        api: server.url(),
        credential: Some(Credential::Token(Secret::token(TOKEN).unwrap())),
        patience: Patience {
            step: Duration::from_millis(2),
            wait: Duration::from_millis(1500),
            waits: Duration::from_secs(4),
            request: Duration::from_millis(400),
            link: Duration::from_millis(400),
            ..Patience::default()
        },
        ..Network::default()
    }
}

fn get(server: &Server, path: &str) -> Result<Answer, Refusal> {
    let network = network(server);
    let gate = Gate::open(&network, None).unwrap();
    gate.wait(gate.get(path))
}

/// A script that gives one reply after the other, and the last one ever after.
fn in_turn(replies: Vec<Reply>) -> impl Fn(&Seen) -> Reply + Send + Sync {
    let count = Arc::new(AtomicUsize::new(0));
    move |_| {
        let number = count.fetch_add(1, Ordering::SeqCst);
        replies[number.min(replies.len() - 1)].clone()
    }
}

/// All files below a folder hold no token.
fn assert_no_token(folder: &Path) {
    let mut count = 0;
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry.unwrap();
        if entry.file_type().is_file() {
            let bytes = std::fs::read(entry.path()).unwrap();
            let found = memchr::memmem::find(&bytes, b"hushHush");
            assert_eq!(found, None, "in {}", entry.path().display());
            count += 1;
        }
    }
    assert!(count > 0, "nothing was written");
}
