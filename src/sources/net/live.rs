//! What the gate knows of the network in one run: as whom it asks, what answers are kept, what is written down.

use std::cell::{Cell, RefCell};
use std::iter;

use jiff::Timestamp;
use reqwest::Url;
use sha2::{Digest as _, Sha256};
use tokio::sync::Semaphore;

use super::answer::Answer;
use super::api::Api;
use super::guard::{Guard, Lookup};
use super::limits::Limits;
use super::links::Links;
use super::recording::{Asked, Recorder};
use super::refusal::Refusal;
use super::request::{Credential, Network};
use super::scrub::Scrub;
use super::transport::Transport;
use crate::sources::store::{Answers, KeptAnswer, Key};

/// How many requests are under way at once; GitHub's secondary limits begin at 100.
pub(super) const AT_ONCE: usize = 8;

/// The network, and what is known of it.
pub(super) struct Live {
    pub(super) api: Api,
    pub(super) transport: Transport,
    pub(super) limits: Limits,
    pub(super) links: Links,
    pub(super) permits: Semaphore,
    pub(super) scrub: Scrub,
    pub(super) recorder: Option<Recorder>,
    pub(super) cache: Option<RefCell<Answers>>,
    /// As whom is asked, so that it cannot be told from it.
    who: [u8; 16],
    pub(super) tries: u32,
    pub(super) is_app: bool,
    pub(super) is_anonymous: bool,
    pub(super) answered: Cell<bool>,
}

impl Live {
    /// Made ready. Nothing is asked yet.
    pub(super) fn new(network: &Network, base: &Url, lookup: Lookup) -> Result<Live, Refusal> {
        let guard = Guard::new(&network.allowed_hosts, lookup);
        let transport = Transport::new(&network.proxy, &network.patience, &guard)?;
        let api = Api::new(network, base.clone(), transport.for_forge(base).clone())?;
        let recorder = network.record.as_deref();
        let recorder = recorder.map(|folder| Recorder::new(folder, base.as_str()));
        Ok(Live {
            api,
            transport,
            limits: Limits::new(network.patience.clone()),
            links: Links::new(guard, network.patience.clone()),
            permits: Semaphore::new(AT_ONCE),
            scrub: Scrub::new(secrets(network)),
            recorder: recorder.transpose()?,
            cache: network
                .cache
                .as_deref()
                .map(|folder| RefCell::new(Answers::open(folder, base.as_str()))),
            who: who(network),
            tries: network.patience.tries.max(1),
            is_app: matches!(network.credential, Some(Credential::App { .. })),
            is_anonymous: network.credential.is_none(),
            answered: Cell::new(false),
        })
    }

    /// Writes down what came of a request, if that is asked for.
    pub(super) fn note(
        &self,
        asked: &Asked<'_>,
        came: Result<Answer, Refusal>,
    ) -> Result<Answer, Refusal> {
        if let Some(recorder) = &self.recorder {
            recorder.note(asked, &came)?;
        }
        came
    }

    /// By what an answer is kept: who asks, and what.
    pub(super) fn key(&self, parts: &[&str]) -> Key {
        let asked = parts.iter().map(|part| part.as_bytes());
        Key::new(
            &iter::once(self.who.as_slice())
                .chain(asked)
                .collect::<Vec<_>>(),
        )
    }

    /// What is kept, with its tag.
    pub(super) fn find(&self, key: &Key) -> Option<(Option<String>, Answer)> {
        let kept = self.cache.as_ref()?.borrow_mut().find(key)?;
        let mut answer: Answer = serde_json::from_str(&kept.head).ok()?;
        answer.body = kept.body;
        answer.read_at = kept.read_at;
        Some((kept.tag, answer))
    }

    /// Keeps an answer, if answers are kept.
    pub(super) fn keep(&self, key: &Key, tag: Option<String>, answer: &Answer) {
        let (Some(cache), Ok(head)) = (&self.cache, serde_json::to_string(answer)) else {
            return;
        };
        let kept = KeptAnswer {
            tag,
            head,
            body: answer.body.clone(),
            read_at: answer.read_at,
        };
        cache.borrow_mut().keep(key, &kept, answer.read_at);
    }

    /// Says that an answer that is kept was of use, and whether it was asked for whether it is still so.
    pub(super) fn touch(&self, key: &Key, is_new: bool) {
        if let Some(cache) = &self.cache {
            cache.borrow_mut().touch(key, Timestamp::now(), is_new);
        }
    }
}

/// What is not to be shown anywhere.
fn secrets(network: &Network) -> Vec<String> {
    match &network.credential {
        Some(Credential::Token(token)) => vec![token.expose().to_owned()],
        // A key has lines, and each of them tells.
        Some(Credential::App { key, .. }) => key.expose().lines().map(str::to_owned).collect(),
        None => Vec::new(),
    }
}

/// A hash that stands for a credential in the keys of the cache.
fn who(network: &Network) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update(b"bailiwick: as whom a forge is asked\0");
    match &network.credential {
        None => {}
        Some(Credential::Token(token)) => {
            hash.update(b"token\0");
            hash.update(token.expose());
        }
        Some(Credential::App { id, key }) => {
            hash.update(b"app\0");
            hash.update(id.to_le_bytes());
            hash.update(key.expose());
        }
    }
    let mut who = [0; 16];
    who.copy_from_slice(&hash.finalize()[..16]);
    who
}
