//! The gate itself: what is asked, how often, and what of it is known already.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::iter;
use std::time::Duration;

use futures_util::StreamExt as _;
use http::Method;
use jiff::Timestamp;
use reqwest::Url;
use serde::de::IgnoredAny;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

use super::address::{base, graphql_url, host_of, path_of};
use super::answer::{Answer, LinkState};
use super::api::{Api, Fault, Given, MOST_BYTES, Sent, below};
use super::guard::{Guard, Lookup, by_system};
use super::limits::{Limits, limit, retry_after};
use super::links::Links;
use super::paging;
use super::recording::{Asked, Recorder, Replayer};
use super::refusal::Refusal;
use super::request::{Credential, Network, Progress, Spent};
use super::scrub::Scrub;
use super::transport::Transport;
use crate::sources::store::{Answers, KeptAnswer, Key};

/// How many requests are under way at once; GitHub's secondary limits begin at 100.
const AT_ONCE: usize = 8;

/// The most pages of a list.
const MOST_PAGES: usize = 2_000;

/// The most bytes of a list.
const MOST_OF_LIST: usize = 512 << 20;

/// The most redirects of a request that are followed.
const MOST_HOPS: usize = 3;

/// Whom progress is told.
type Watcher<'p> = Option<&'p (dyn Fn(Progress) + Sync)>;

/// The way to the network, for one run.
pub struct Gate<'p> {
    /// None only while it is dropped.
    runtime: Option<Runtime>,
    /// Where the API is; its path has no slash at its end.
    base: Url,
    side: Side,
    progress: Watcher<'p>,
    requests: Cell<u64>,
    unchanged: Cell<u64>,
}

/// Where answers come from.
enum Side {
    Live(Box<Live>),
    Replay(Replayer),
}

/// The network, and what is known of it.
pub(super) struct Live {
    pub(super) api: Api,
    transport: Transport,
    pub(super) limits: Limits,
    links: Links,
    permits: Semaphore,
    pub(super) scrub: Scrub,
    recorder: Option<Recorder>,
    cache: Option<RefCell<Answers>>,
    /// As whom is asked, so that it cannot be told from it.
    who: [u8; 16],
    pub(super) tries: u32,
    is_app: bool,
    is_anonymous: bool,
    answered: Cell<bool>,
}

impl<'p> Gate<'p> {
    /// Opens the way. Nothing is asked yet.
    ///
    /// # Errors
    /// The network cannot be used as it is asked for.
    pub fn open(network: &Network, progress: Watcher<'p>) -> Result<Gate<'p>, Refusal> {
        Gate::open_with(network, progress, by_system())
    }

    /// As [`Gate::open`], with another way to find the addresses of names.
    pub(super) fn open_with(
        network: &Network,
        progress: Watcher<'p>,
        lookup: Lookup,
    ) -> Result<Gate<'p>, Refusal> {
        if let Some(folder) = &network.replay {
            let replayer = Replayer::open(folder)?;
            let base = base(replayer.api(), false)?;
            // One that knows neither network nor time.
            let runtime = tokio::runtime::Builder::new_current_thread().build();
            return Gate::new(runtime, base, progress, |_| Ok(Side::Replay(replayer)));
        }
        let base = base(&network.api, true)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Gate::new(runtime, base, progress, |base| {
            let guard = Guard::new(&network.allowed_hosts, lookup);
            let transport = Transport::new(&network.proxy, &network.patience, &guard)?;
            let api = Api::new(network, base.clone(), transport.for_forge(base).clone())?;
            let recorder = network.record.as_deref();
            let recorder = recorder.map(|folder| Recorder::new(folder, base.as_str()));
            Ok(Side::Live(Box::new(Live {
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
            })))
        })
    }

    fn new(
        runtime: std::io::Result<Runtime>,
        base: Url,
        progress: Watcher<'p>,
        side: impl FnOnce(&Url) -> Result<Side, Refusal>,
    ) -> Result<Gate<'p>, Refusal> {
        let runtime = runtime.map_err(|error| Refusal::Unusable {
            message: format!("requests cannot be run: {error}"),
            help: "see whether this machine has no more files or threads to give".into(),
        })?;
        // Octocrab starts a task of its own as it is built.
        let side = {
            let _within = runtime.enter();
            side(&base)?
        };
        Ok(Gate {
            runtime: Some(runtime),
            base,
            side,
            progress,
            requests: Cell::default(),
            unchanged: Cell::default(),
        })
    }

    /// Runs a future to its end.
    pub fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        match &self.runtime {
            Some(runtime) => runtime.block_on(work),
            None => unreachable!("a gate is used after it was dropped"),
        }
    }

    /// Runs futures beside each other, and gives what comes of them in their order.
    pub async fn together<T>(works: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
        // More than are sent at once, so that one is there when another ends.
        futures_util::stream::iter(works)
            .buffered(2 * AT_ONCE)
            .collect()
            .await
    }

    /// Acts for an organization or a user from now on: an App can only do what it was installed for. With a
    /// token, or with nothing, there is nothing to do.
    ///
    /// # Errors
    /// The App is not installed there, or there is no answer.
    pub async fn act_for(&self, account: &str) -> Result<(), Refusal> {
        match &self.side {
            #[cfg(feature = "github-app")]
            Side::Live(live) if live.is_app => super::app::act_for(self, live, account).await,
            Side::Live(live) if live.is_app => Err(Refusal::NotInstalled {
                account: account.to_owned(),
                why: "this build cannot act as an App".into(),
            }),
            _ => Ok(()),
        }
    }

    /// Asks for a path below the API's base, or for a whole address on the same host, such as that of a next
    /// page. What stands in a path is escaped already.
    ///
    /// # Errors
    /// There is no answer. A status such as 403 or 404 is one.
    pub async fn get(&self, path: &str) -> Result<Answer, Refusal> {
        self.get_part(self.place(path)?, false).await
    }

    /// As [`Gate::get`]; of a page of a list it is also wanted whether another one follows.
    async fn get_part(&self, url: Url, is_page: bool) -> Result<Answer, Refusal> {
        let path = path_of(&url);
        let asked = Asked {
            method: "GET",
            path: &path,
            body: None,
        };
        match &self.side {
            Side::Replay(replayer) => replayer.answer(&asked),
            Side::Live(live) => {
                let came = self.get_live(live, url, is_page).await;
                live.note(&asked, came)
            }
        }
    }

    /// All pages of a list, by what each says of the next; each is asked once.
    ///
    /// A page that is no success ends the list and is its last: whoever reads it looks at each status.
    ///
    /// # Errors
    /// A page has no answer, or the list no end: what was read before it is no list.
    pub async fn pages(&self, path: &str) -> Result<Vec<Answer>, Refusal> {
        let mut pages = Vec::new();
        let mut asked = BTreeSet::new();
        let mut bytes = 0;
        let mut next = Some(self.place(path)?);
        let endless = |why: String| {
            let what = path.to_owned();
            Err(Refusal::Endless { what, why })
        };
        while let Some(url) = next {
            if !asked.insert(url.as_str().to_owned()) {
                return endless("comes back to a page that was read".into());
            }
            if pages.len() == MOST_PAGES {
                return endless(format!("has more than {MOST_PAGES} pages"));
            }
            let page = self.get_part(url.clone(), true).await?;
            bytes += page.body.len();
            if bytes > MOST_OF_LIST {
                return Err(Refusal::TooLarge {
                    what: path.to_owned(),
                    limit: MOST_OF_LIST,
                });
            }
            next = match &page.next {
                Some(next) if page.is_success() => Some(self.follow(&url, next)?),
                _ => None,
            };
            pages.push(page);
        }
        Ok(pages)
    }

    /// Asks a query of GraphQL. An answer without errors is kept if `reuse` is given, and one that was kept
    /// stands in for as long, without asking: there is no "has it changed" in GraphQL.
    ///
    /// # Errors
    /// There is no answer. One with `errors` in it is one.
    pub async fn graphql(
        &self,
        query: &str,
        variables: &serde_json::Value,
        reuse: Option<Duration>,
    ) -> Result<Answer, Refusal> {
        let url = graphql_url(&self.base);
        let path = path_of(&url);
        let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
        let asked = Asked {
            method: "POST",
            path: &path,
            body: Some(&body),
        };
        match &self.side {
            Side::Replay(replayer) => replayer.answer(&asked),
            Side::Live(live) => {
                let came = match live.is_anonymous {
                    // It would count as a limit that is reached, and end the whole run.
                    true => Err(Refusal::Anonymous),
                    false => self.graphql_live(live, &url, &body, reuse).await,
                };
                live.note(&asked, came)
            }
        }
    }

    /// Whether a link leads anywhere. It is asked without a credential, and nowhere that is not public.
    pub async fn link(&self, link: &str) -> LinkState {
        let Ok(mut url) = Url::parse(link) else {
            return LinkState::Unknown("it is no address".into());
        };
        url.set_fragment(None);
        let asked = Asked {
            method: "LINK",
            path: url.as_str(),
            body: None,
        };
        let live = match &self.side {
            Side::Replay(replayer) => return replayer.link(&asked),
            Side::Live(live) => live,
        };
        let state = live.links.state(&url);
        let ask = async || {
            let state = live.links.ask(&url, &live.transport, &live.permits).await;
            let state = match state {
                LinkState::Unknown(why) => LinkState::Unknown(live.scrub.text(&why)),
                state => state,
            };
            self.tell(live, url.as_str());
            match live
                .recorder
                .as_ref()
                .map(|it| it.note_link(&asked, &state))
            {
                Some(Err(refusal)) => LinkState::Unknown(refusal.to_string()),
                _ => state,
            }
        };
        state.get_or_init(ask).await.clone()
    }

    /// Whether answers are kept from run to run, so that it is of use to ask what tells that nothing changed.
    pub fn keeps(&self) -> bool {
        match &self.side {
            Side::Live(live) => live.cache.is_some(),
            // Whatever was recorded is there, and what was not is not missed.
            Side::Replay(_) => true,
        }
    }

    /// What the run has asked for until now.
    pub fn spent(&self) -> Spent {
        let mut spent = Spent {
            requests: self.requests.get(),
            unchanged: self.unchanged.get(),
            ..Spent::default()
        };
        if let Side::Live(live) = &self.side {
            spent.links = live.links.requests();
            spent.left = live.limits.left();
        }
        spent
    }

    /// What went wrong beside, for people: with the cache, without which the run goes on.
    pub fn notes(&self) -> Vec<String> {
        match &self.side {
            Side::Live(live) => live
                .cache
                .as_ref()
                .map(|cache| cache.borrow().notes().to_vec())
                .unwrap_or_default(),
            Side::Replay(_) => Vec::new(),
        }
    }

    /// Where a path leads.
    fn place(&self, path: &str) -> Result<Url, Refusal> {
        if path.starts_with("https://") || path.starts_with("http://") {
            return self.follow(&self.base, path);
        }
        let mut url = below(&self.base, path).ok_or_else(|| Refusal::Elsewhere {
            what: path.to_owned(),
            host: "outside of the API".into(),
        })?;
        url.set_fragment(None);
        Ok(url)
    }

    /// Where an answer leads: to the same scheme, host and port, or nowhere.
    fn follow(&self, from: &Url, to: &str) -> Result<Url, Refusal> {
        let what = || path_of(from);
        let mut url = from.join(to).map_err(|_| Refusal::Elsewhere {
            what: what(),
            host: "no address".into(),
        })?;
        if url.origin() != self.base.origin()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(Refusal::Elsewhere {
                what: what(),
                host: url.origin().ascii_serialization(),
            });
        }
        url.set_fragment(None);
        Ok(url)
    }

    async fn get_live(&self, live: &Live, mut url: Url, is_page: bool) -> Result<Answer, Refusal> {
        for _ in 0..=MOST_HOPS {
            let (answer, to) = self.get_once(live, &url, is_page).await?;
            let Some(to) = to else {
                return Ok(answer);
            };
            url = self.follow(&url, &to)?;
        }
        Err(Refusal::Endless {
            what: path_of(&url),
            why: format!("redirects more than {MOST_HOPS} times"),
        })
    }

    /// An answer, and where it redirects to. One that is kept is asked for changes only.
    async fn get_once(
        &self,
        live: &Live,
        url: &Url,
        is_page: bool,
    ) -> Result<(Answer, Option<String>), Refusal> {
        let key = live.key(&["GET", url.as_str()]);
        let mut kept = live.find(&key).filter(|(tag, _)| tag.is_some());
        loop {
            let sent = Sent {
                method: Method::GET,
                url,
                body: None,
                known: kept.as_ref().and_then(|(tag, _)| tag.as_deref()),
            };
            let given = self.ask(live, &sent).await?;
            if given.status == 304 {
                let Some((_, mut answer)) = kept.take() else {
                    return Err(Refusal::Broken {
                        host: host_of(&self.base),
                        why: "it says that nothing is new, and that was not asked".into(),
                    });
                };
                self.unchanged.set(self.unchanged.get() + 1);
                let says_next = given.headers.contains_key("link");
                if is_page
                    && answer.next.is_none()
                    && !says_next
                    && paging::is_full(url, &answer.body)
                {
                    // A page that was the last one is the same when another follows: only its links are not,
                    // and of these nothing was said.
                    continue;
                }
                answer.renew(answer_of(given), says_next);
                live.touch(&key, true);
                return Ok((answer, None));
            }
            let redirects = matches!(given.status, 301 | 302 | 307 | 308);
            let to = given.header("location").filter(|_| redirects);
            let to = to.map(str::to_owned);
            let tag = given.header("etag").map(str::to_owned);
            let answer = answer_of(given);
            if answer.status == 200 && tag.is_some() {
                live.keep(&key, tag, &answer);
            }
            return Ok((answer, to));
        }
    }

    async fn graphql_live(
        &self,
        live: &Live,
        url: &Url,
        body: &str,
        reuse: Option<Duration>,
    ) -> Result<Answer, Refusal> {
        let key = live.key(&["POST", url.as_str(), body]);
        if let Some(reuse) = reuse
            && let Some((_, mut answer)) = live.find(&key)
            && let Ok(age) = Duration::try_from(Timestamp::now().duration_since(answer.read_at))
            && age <= reuse
        {
            answer.unchanged = true;
            live.touch(&key, false);
            return Ok(answer);
        }
        let sent = Sent {
            method: Method::POST,
            url,
            body: Some(body.as_bytes()),
            known: None,
        };
        let answer = answer_of(self.ask(live, &sent).await?);
        if reuse.is_some() && answer.status == 200 && !has_errors(&answer.body) {
            live.keep(&key, None, &answer);
        }
        Ok(answer)
    }

    /// Asks until there is an answer, or no more is tried.
    pub(super) async fn ask(&self, live: &Live, sent: &Sent<'_>) -> Result<Given, Refusal> {
        let is_graphql = sent.method == Method::POST;
        let what = path_of(sent.url);
        let host = host_of(&self.base);
        let mut tried = 0;
        loop {
            let came = {
                let _permit = live.permits.acquire().await;
                live.limits.turn().await?;
                self.count();
                live.api.send(sent).await
            };
            tried += 1;
            let is_last = tried >= live.tries;
            let mut asked = None;
            let failed = match came {
                Err(Fault::Unreachable(why)) => Refusal::Unreachable {
                    host: host.clone(),
                    why: live.scrub.text(&why),
                },
                Err(Fault::Cut(why)) => Refusal::Broken {
                    host: host.clone(),
                    why: live.scrub.text(&why),
                },
                Err(Fault::TooLarge) => {
                    let limit = MOST_BYTES;
                    return Err(Refusal::TooLarge { what, limit });
                }
                Err(Fault::NoAccess(why)) => {
                    let account = "its installation".into();
                    let why = live.scrub.text(&why);
                    return Err(live.limits.bar(Refusal::NotInstalled { account, why }));
                }
                Err(Fault::Unsendable(why)) => {
                    return Err(Refusal::Broken {
                        host,
                        why: format!("`{what}` cannot be asked for: {why}"),
                    });
                }
                Ok(mut given) => {
                    live.answered.set(true);
                    live.limits.learn(&given);
                    self.tell(live, &what);
                    if let Some(limit) = limit(&given, is_graphql) {
                        if is_last {
                            return Err(live.limits.give_up(&limit));
                        }
                        live.limits.hold(&limit)?;
                        continue;
                    }
                    given.body = live.scrub.body(given.body);
                    live.scrub.headers(&mut given.headers);
                    match given.status {
                        401 => {
                            live.limits.bar(Refusal::Unauthorized);
                            return Ok(given);
                        }
                        500.. if is_last => return Ok(given),
                        500.. => {
                            asked = retry_after(&given);
                            match live.limits.backoff(tried, asked) {
                                None => return Ok(given),
                                Some(wait) => tokio::time::sleep(wait).await,
                            }
                            continue;
                        }
                        200 => match unreadable(&given) {
                            None => return Ok(given),
                            Some(why) => Refusal::Broken {
                                host: host.clone(),
                                why,
                            },
                        },
                        _ => return Ok(given),
                    }
                }
            };
            let wait = match is_last {
                true => None,
                false => live.limits.backoff(tried, asked),
            };
            let Some(wait) = wait else {
                // Nobody waits for each of many requests to a host that was never there.
                let unreachable = matches!(failed, Refusal::Unreachable { .. });
                return Err(match unreachable && !live.answered.get() {
                    true => live.limits.bar(failed),
                    false => failed,
                });
            };
            tokio::time::sleep(wait).await;
        }
    }

    /// Counts a request.
    pub(super) fn count(&self) {
        self.requests.set(self.requests.get() + 1);
    }

    fn tell(&self, live: &Live, what: &str) {
        if let Some(progress) = self.progress {
            progress(self.reached(live, what));
        }
    }

    fn reached(&self, live: &Live, what: &str) -> Progress {
        Progress {
            requests: self.requests.get(),
            links: live.links.requests(),
            left: live.limits.left(),
            what: what.to_owned(),
            is_over: false,
        }
    }
}

impl Live {
    /// Writes down what came of a request, if that is asked for.
    fn note(&self, asked: &Asked<'_>, came: Result<Answer, Refusal>) -> Result<Answer, Refusal> {
        if let Some(recorder) = &self.recorder {
            recorder.note(asked, &came)?;
        }
        came
    }

    fn key(&self, parts: &[&str]) -> Key {
        let asked = parts.iter().map(|part| part.as_bytes());
        Key::new(
            &iter::once(self.who.as_slice())
                .chain(asked)
                .collect::<Vec<_>>(),
        )
    }

    /// What is kept, with its tag.
    fn find(&self, key: &Key) -> Option<(Option<String>, Answer)> {
        let kept = self.cache.as_ref()?.borrow_mut().find(key)?;
        let mut answer: Answer = serde_json::from_str(&kept.head).ok()?;
        answer.body = kept.body;
        answer.read_at = kept.read_at;
        Some((kept.tag, answer))
    }

    fn keep(&self, key: &Key, tag: Option<String>, answer: &Answer) {
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

    fn touch(&self, key: &Key, is_new: bool) {
        if let Some(cache) = &self.cache {
            cache.borrow_mut().touch(key, Timestamp::now(), is_new);
        }
    }
}

impl Drop for Gate<'_> {
    fn drop(&mut self) {
        if let (Side::Live(live), Some(progress)) = (&self.side, self.progress) {
            let reached = self.reached(live, "");
            // Whoever was told of nothing has nothing to take away.
            if reached.requests + reached.links > 0 {
                progress(Progress {
                    is_over: true,
                    ..reached
                });
            }
        }
        // A name that is still looked up is not waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Gate<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Gate")
            .field("base", &self.base.as_str())
            .finish_non_exhaustive()
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

/// Why a body is not what it says it is; none if it is JSON to its end.
fn unreadable(given: &Given) -> Option<String> {
    serde_json::from_slice::<IgnoredAny>(&given.body)
        .err()
        .map(|error| {
            match given
                .header("content-type")
                .is_some_and(|kind| kind.contains("json"))
            {
                true => format!("its JSON is faulty: {error}"),
                false => "it is no JSON, so that this may not be the address of an API".into(),
            }
        })
}

/// Whether an answer of GraphQL tells of errors, whatever else it holds.
fn has_errors(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Said {
        #[serde(default)]
        errors: Option<IgnoredAny>,
    }
    serde_json::from_slice::<Said>(body).map_or(true, |said| said.errors.is_some())
}

/// What is said of single sign-on, without the address at which whoever has it can authorize the token.
fn without_address(sso: &str) -> String {
    let parts = sso.split(';').map(str::trim);
    let parts: Vec<&str> = parts.filter(|part| !part.starts_with("url=")).collect();
    parts.join("; ")
}

/// What was given, without what nobody needs.
fn answer_of(given: Given) -> Answer {
    let header = |name: &str| given.header(name).map(str::to_owned);
    Answer {
        status: given.status,
        scopes: header("x-oauth-scopes"),
        accepted_scopes: header("x-accepted-oauth-scopes"),
        accepted_permissions: header("x-accepted-github-permissions"),
        sso: given.header("x-github-sso").map(without_address),
        next: given
            .headers
            .get_all("link")
            .iter()
            .find_map(|link| paging::next(link.to_str().ok()?)),
        unchanged: false,
        read_at: Timestamp::now(),
        body: given.body,
    }
}
