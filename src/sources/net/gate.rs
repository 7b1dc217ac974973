//! The gate itself: what can be asked, of the network or of a recording.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::StreamExt as _;
use reqwest::Url;
use tokio::runtime::Runtime;

use super::address::{base, graphql_url, path_of};
use super::answer::{Answer, LinkState};
use super::api::below;
use super::guard::{Lookup, by_system};
use super::live::{AT_ONCE, Live};
use super::recording::{Asked, Replayer};
use super::refusal::Refusal;
use super::request::{Network, Progress, Spent};

/// The most pages of a list.
const MOST_PAGES: usize = 2_000;

/// The most bytes of a list.
const MOST_OF_LIST: usize = 512 << 20;

/// Whom progress is told.
type Watcher<'p> = Option<&'p (dyn Fn(Progress) + Sync)>;

/// The way to the network, for one run.
pub struct Gate<'p> {
    /// None only while it is dropped.
    runtime: Option<Runtime>,
    /// Where the API is; its path has no slash at its end.
    pub(super) base: Url,
    side: Side,
    pub(super) progress: Watcher<'p>,
    pub(super) requests: Cell<u64>,
    pub(super) unchanged: Cell<u64>,
}

/// Where answers come from.
enum Side {
    Live(Box<Live>),
    Replay(Replayer),
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
            let live = Live::new(network, base, lookup)?;
            Ok(Side::Live(Box::new(live)))
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
    pub(super) fn follow(&self, from: &Url, to: &str) -> Result<Url, Refusal> {
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

    pub(super) fn reached(&self, live: &Live, what: &str) -> Progress {
        Progress {
            requests: self.requests.get(),
            links: live.links.requests(),
            left: live.limits.left(),
            what: what.to_owned(),
            is_over: false,
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
