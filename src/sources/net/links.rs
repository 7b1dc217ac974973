//! Whether links lead anywhere: asked without a credential, each once, and no host is overrun.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::error::Error as _;
use std::rc::Rc;

use reqwest::{Client, Method, Url, header};
use tokio::sync::{Mutex, OnceCell, Semaphore};
use tokio::time::Instant;

use super::answer::LinkState;
use super::guard::Guard;
use super::request::Patience;
use super::transport::Transport;

/// The most links of a run that are asked.
const MOST: usize = 500;

/// The most links of a run that are asked of one host.
const MOST_OF_HOST: usize = 20;

/// The most redirects of a link that are followed.
const MOST_HOPS: usize = 5;

/// The links of a run.
pub(super) struct Links {
    guard: Guard,
    patience: Patience,
    known: RefCell<BTreeMap<String, Rc<OnceCell<LinkState>>>>,
    hosts: RefCell<BTreeMap<String, Host>>,
    count: Cell<usize>,
    /// When no more links are asked; it is set by the first.
    end: Cell<Option<Instant>>,
    requests: Cell<u64>,
}

/// A host that links lead to.
#[derive(Default)]
struct Host {
    count: usize,
    turn: Rc<Mutex<()>>,
}

impl Links {
    pub(super) fn new(guard: Guard, patience: Patience) -> Links {
        Links {
            guard,
            patience,
            known: RefCell::default(),
            hosts: RefCell::default(),
            count: Cell::default(),
            end: Cell::default(),
            requests: Cell::default(),
        }
    }

    /// How many requests were sent.
    pub(super) fn requests(&self) -> u64 {
        self.requests.get()
    }

    /// What is known of a link; asking for it again waits for who asks first.
    pub(super) fn state(&self, link: &Url) -> Rc<OnceCell<LinkState>> {
        let mut known = self.known.borrow_mut();
        known.entry(link.as_str().to_owned()).or_default().clone()
    }

    /// Asks for a link, and for where it redirects to.
    pub(super) async fn ask(
        &self,
        link: &Url,
        transport: &Transport,
        permits: &Semaphore,
    ) -> LinkState {
        match self.try_ask(link, transport, permits).await {
            Ok(state) => state,
            Err(why) => LinkState::Unknown(why),
        }
    }

    async fn try_ask(
        &self,
        link: &Url,
        transport: &Transport,
        permits: &Semaphore,
    ) -> Result<LinkState, String> {
        self.guard.admit(link, transport.is_proxied(link))?;
        self.take_part(link)?;
        let mut url = link.clone();
        for _ in 0..=MOST_HOPS {
            let reach = self.guard.admit(&url, transport.is_proxied(&url))?;
            let turn = self.turn_of(&url);
            let _alone = turn.lock().await;
            let Ok(_permit) = permits.acquire().await else {
                return Err("it was not asked".into());
            };
            let client = transport.for_link(&url, reach);
            let (mut status, mut to) = self.send(client, Method::HEAD, &url).await?;
            // Some servers know no HEAD, or answer it at random: what a reader would see counts.
            if matches!(status, 403 | 404 | 405 | 410 | 501) {
                (status, to) = self.send(client, Method::GET, &url).await?;
            }
            match status {
                200..300 => return Ok(LinkState::Alive),
                404 | 410 => return Ok(LinkState::Gone(status)),
                301 | 302 | 303 | 307 | 308 => {
                    let to = to.ok_or("it redirects to nowhere")?;
                    url = url
                        .join(&to)
                        .map_err(|_| "it redirects to what is no address")?;
                    url.set_fragment(None);
                }
                300..400 => return Ok(LinkState::Alive),
                status => return Err(format!("the answer has the status {status}")),
            }
        }
        Err(format!("it redirects more than {MOST_HOPS} times"))
    }

    /// Counts a link.
    fn take_part(&self, link: &Url) -> Result<(), String> {
        let mut hosts = self.hosts.borrow_mut();
        let host = hosts.entry(host_of(link)).or_default();
        if self.count.get() >= MOST {
            return Err(format!("no more than {MOST} links are asked in a run"));
        }
        if host.count >= MOST_OF_HOST {
            return Err(format!(
                "no more than {MOST_OF_HOST} links of a host are asked in a run"
            ));
        }
        host.count += 1;
        self.count.set(self.count.get() + 1);
        Ok(())
    }

    fn turn_of(&self, url: &Url) -> Rc<Mutex<()>> {
        let mut hosts = self.hosts.borrow_mut();
        hosts.entry(host_of(url)).or_default().turn.clone()
    }

    /// The status of an answer, and where it redirects to. Its body is not read.
    async fn send(
        &self,
        client: &Client,
        method: Method,
        url: &Url,
    ) -> Result<(u16, Option<String>), String> {
        let now = Instant::now();
        let end = self.end.get().unwrap_or(now + self.patience.links);
        self.end.set(Some(end));
        if now >= end {
            return Err("the time for links is used up".into());
        }
        self.requests.set(self.requests.get() + 1);
        let request = client
            .request(method, url.clone())
            .header(header::ACCEPT, "*/*")
            .timeout(self.patience.link.min(end - now));
        let response = request.send().await.map_err(|error| why(&error))?;
        let to = response.headers().get(header::LOCATION);
        let to = to.and_then(|to| std::str::from_utf8(to.as_bytes()).ok());
        Ok((response.status().as_u16(), to.map(str::to_owned)))
    }
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// Why a link was not answered: what failed last.
fn why(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "there is no answer in time".into();
    }
    if error.is_builder() {
        return "it is no address that can be asked".into();
    }
    let mut cause = error.source();
    let mut said = "it cannot be reached".to_owned();
    while let Some(deeper) = cause {
        said = deeper.to_string();
        cause = deeper.source();
    }
    said
}
