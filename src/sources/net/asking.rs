//! Asking: again where that may help, for changes only where an answer is kept, and elsewhere where that is said.

use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use reqwest::Url;
use serde::de::IgnoredAny;

use super::address::{host_of, path_of};
use super::answer::Answer;
use super::api::{Fault, Given, MOST_BYTES, Sent};
use super::gate::Gate;
use super::limits::{limit, retry_after};
use super::live::Live;
use super::paging;
use super::refusal::Refusal;

/// The most redirects of a request that are followed.
const MOST_HOPS: usize = 3;

impl Gate<'_> {
    pub(super) async fn get_live(
        &self,
        live: &Live,
        mut url: Url,
        is_page: bool,
    ) -> Result<Answer, Refusal> {
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

    pub(super) async fn graphql_live(
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

    pub(super) fn tell(&self, live: &Live, what: &str) {
        if let Some(progress) = self.progress {
            progress(self.reached(live, what));
        }
    }
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
