//! How long is waited, and when no more is asked.
//!
//! GitHub's limits, by its documentation ("Rate limits for the REST API", "Best practices for using the REST
//! API"): the primary one shows by `x-ratelimit-remaining: 0` and ends at `x-ratelimit-reset`; the secondary
//! one shows by `retry-after`, by its name in the message, or by a 429, and without a time it asks for a minute.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use super::api::Given;
use super::refusal::Refusal;
use super::request::Patience;

/// How long is waited where the forge asks for it without a time.
const UNTOLD: Duration = Duration::from_secs(60);

/// What holds a request up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Limit {
    /// How long, if the forge said so.
    pub(super) wait: Option<Duration>,
    /// Until when, if the forge said so.
    pub(super) until: Option<Timestamp>,
    pub(super) secondary: bool,
}

impl Limit {
    fn refusal(&self) -> Refusal {
        Refusal::RateLimited {
            until: self.until,
            secondary: self.secondary,
        }
    }
}

/// The waits of a run.
pub(super) struct Limits {
    patience: Patience,
    /// Why nothing is asked any more.
    barred: RefCell<Option<Refusal>>,
    /// Nothing is asked before.
    pause: Cell<Option<Instant>>,
    waited: Cell<Duration>,
    /// What is left of each budget: the forge has one for REST, one for GraphQL, and more.
    left: RefCell<BTreeMap<String, u64>>,
}

impl Limits {
    pub(super) fn new(patience: Patience) -> Limits {
        Limits {
            patience,
            barred: RefCell::default(),
            pause: Cell::default(),
            waited: Cell::default(),
            left: RefCell::default(),
        }
    }

    /// Waits until something may be asked.
    ///
    /// # Errors
    /// Nothing may be asked any more.
    pub(super) async fn turn(&self) -> Result<(), Refusal> {
        loop {
            if let Some(refusal) = &*self.barred.borrow() {
                return Err(refusal.clone());
            }
            match self.pause.get() {
                Some(until) if until > Instant::now() => tokio::time::sleep_until(until).await,
                _ => return Ok(()),
            }
        }
    }

    /// From now on nothing is asked, for this reason; the first one counts.
    pub(super) fn bar(&self, refusal: Refusal) -> Refusal {
        self.barred.borrow_mut().get_or_insert(refusal).clone()
    }

    /// Holds up all requests, if that is not too long.
    ///
    /// # Errors
    /// It is: nothing is asked any more.
    pub(super) fn hold(&self, limit: &Limit) -> Result<(), Refusal> {
        let now = Instant::now();
        let before = self.pause.get().filter(|until| *until > now).unwrap_or(now);
        let wait = limit.wait.unwrap_or(UNTOLD.min(self.patience.wait));
        let until = now + wait.min(self.patience.wait);
        // Who waits beside another waits once.
        let more = until.saturating_duration_since(before);
        if wait > self.patience.wait || !self.spend(more) {
            return Err(self.bar(limit.refusal()));
        }
        self.pause.set(Some(until.max(before)));
        Ok(())
    }

    /// The forge still says that its limit is reached, however often it was asked.
    pub(super) fn give_up(&self, limit: &Limit) -> Refusal {
        self.bar(limit.refusal())
    }

    /// How long to wait before the next try after the `tried`-th one failed; none if no more is waited.
    ///
    /// Exponential backoff with full jitter: any time up to a bound that doubles (Brooker, "Exponential Backoff
    /// and Jitter", AWS Architecture Blog, 2015).
    pub(super) fn backoff(&self, tried: u32, asked: Option<Duration>) -> Option<Duration> {
        let most = self
            .patience
            .step
            .saturating_mul(1 << tried.saturating_sub(1).min(16));
        // Hashing nothing with new keys gives a number that nobody foresees, without a dependency.
        let random = RandomState::new().hash_one(()) >> 11;
        let jittered = most
            .min(self.patience.wait)
            .mul_f64(random as f64 / (1_u64 << 53) as f64);
        let wait = asked.unwrap_or_default().max(jittered);
        (wait <= self.patience.wait && self.spend(wait)).then_some(wait)
    }

    fn spend(&self, wait: Duration) -> bool {
        let waited = self.waited.get().saturating_add(wait);
        let affordable = waited <= self.patience.waits;
        if affordable {
            self.waited.set(waited);
        }
        affordable
    }

    /// Learns what is left of a budget.
    pub(super) fn learn(&self, given: &Given) {
        let left = given
            .header("x-ratelimit-remaining")
            .and_then(|it| it.parse().ok());
        if let Some(left) = left {
            let budget = given.header("x-ratelimit-resource").unwrap_or("core");
            self.left.borrow_mut().insert(budget.to_owned(), left);
        }
    }

    /// What is left of the budget that is nearest to its end.
    pub(super) fn left(&self) -> Option<u64> {
        self.left.borrow().values().min().copied()
    }
}

/// The limit that an answer tells of, if it does.
pub(super) fn limit(given: &Given, is_graphql: bool) -> Option<Limit> {
    let said = |word: &str| memchr::memmem::find(&given.body, word.as_bytes()).is_some();
    // GraphQL says so by an error in an answer that else is fine.
    let by_error = is_graphql && given.status == 200 && is_limited_graphql(&given.body);
    if !(matches!(given.status, 403 | 429) || by_error) {
        return None;
    }
    let now = clock(given);
    if let Some(wait) = retry_after(given) {
        return Some(Limit {
            wait: Some(wait),
            until: SignedDuration::try_from(wait)
                .ok()
                .and_then(|wait| now.checked_add(wait).ok()),
            secondary: true,
        });
    }
    if given.header("x-ratelimit-remaining") == Some("0") {
        let reset = given
            .header("x-ratelimit-reset")
            .and_then(|it| it.parse().ok())
            .and_then(|seconds| Timestamp::from_second(seconds).ok());
        // A second more, since the reset is told in whole ones.
        let wait = reset.map(|reset| reset.duration_since(now) + SignedDuration::from_secs(1));
        let wait = wait.map(|wait| wait.try_into().unwrap_or_default());
        return Some(Limit {
            wait,
            until: reset,
            secondary: false,
        });
    }
    let secondary = given.status == 429
        || by_error
        || said("secondary rate limit")
        || said("abuse detection mechanism");
    secondary.then_some(Limit {
        wait: None,
        until: None,
        secondary: true,
    })
}

/// Whether GraphQL answers that a limit is reached.
fn is_limited_graphql(body: &[u8]) -> bool {
    #[derive(serde::Deserialize)]
    struct Said {
        #[serde(default)]
        errors: Vec<Problem>,
    }
    #[derive(serde::Deserialize)]
    struct Problem {
        #[serde(default, rename = "type")]
        kind: Option<String>,
        #[serde(default)]
        message: Option<String>,
    }
    // Most answers have no errors, and are not read twice.
    if memchr::memmem::find(body, b"\"errors\"").is_none() {
        return false;
    }
    let said: Said = match serde_json::from_slice(body) {
        Ok(said) => said,
        Err(_) => return false,
    };
    said.errors.iter().any(|error| {
        matches!(error.kind.as_deref(), Some("RATE_LIMITED" | "RATE_LIMIT"))
            || error
                .message
                .as_deref()
                .is_some_and(|it| it.contains("secondary rate limit"))
    })
}

/// How long a server asks to be left alone (RFC 9110, 10.2.3: seconds or a date).
pub(super) fn retry_after(given: &Given) -> Option<Duration> {
    let value = given.header("retry-after")?.trim();
    match value.parse() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let wait = timestamp(value)?.duration_since(clock(given));
            Some(wait.try_into().unwrap_or_default())
        }
    }
}

/// The time by the forge's own clock, if it says that: clocks differ, and dates that it gives are by its own.
fn clock(given: &Given) -> Timestamp {
    let date = given.header("date").and_then(timestamp);
    date.unwrap_or_else(Timestamp::now)
}

/// A date as HTTP has it.
fn timestamp(text: &str) -> Option<Timestamp> {
    let zoned = jiff::fmt::rfc2822::parse(text).ok()?;
    Some(zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(status: u16, headers: &[(&'static str, &str)], body: &str) -> Given {
        let headers = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        Given {
            status,
            headers: headers.collect(),
            body: body.into(),
        }
    }

    #[test]
    fn limits_are_told_by_what_the_forge_says() {
        let date = ("date", "Tue, 14 Nov 2023 22:13:20 GMT"); // 1700000000
        let primary = [
            date,
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1700000030"),
        ];
        let found = limit(&given(403, &primary, ""), false).unwrap();
        assert!(!found.secondary);
        assert_eq!(found.wait, Some(Duration::from_secs(31)));
        assert_eq!(found.until, Timestamp::from_second(1_700_000_030).ok());
        // One that is over by now.
        let over = [
            date,
            ("x-ratelimit-remaining", "0"),
            ("x-ratelimit-reset", "1600000000"),
        ];
        assert_eq!(
            limit(&given(429, &over, ""), false).unwrap().wait,
            Some(Duration::ZERO)
        );
        let dated = "Tue, 14 Nov 2023 22:13:29 GMT";
        for (after, wait) in [("7", Some(7)), (dated, Some(9)), ("-1", None), ("x", None)] {
            let found = limit(&given(429, &[date, ("retry-after", after)], ""), false).unwrap();
            assert!(found.secondary);
            assert_eq!(found.wait, wait.map(Duration::from_secs), "{after}");
        }
        let body = r#"{"message":"You have exceeded a secondary rate limit."}"#;
        assert!(limit(&given(403, &[], body), false).unwrap().secondary);
        // What is forbidden is no limit, nor is a budget that this answer used up.
        assert_eq!(
            limit(&given(403, &[date], r#"{"message":"Forbidden"}"#), false),
            None
        );
        assert_eq!(limit(&given(200, &primary, "{}"), false), None);
        let graphql = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
        assert!(
            !limit(&given(200, &primary, graphql), true)
                .unwrap()
                .secondary
        );
        assert_eq!(limit(&given(200, &primary, graphql), false), None);
        let other = r#"{"errors":[{"type":"NOT_FOUND","path":["a"],"message":null}]}"#;
        assert_eq!(limit(&given(200, &primary, other), true), None);
    }

    #[test]
    fn waits_are_bounded() {
        let limits = Limits::new(Patience {
            wait: Duration::from_secs(4),
            waits: Duration::from_secs(10),
            ..Patience::default()
        });
        let limit = |seconds| Limit {
            wait: Some(Duration::from_secs(seconds)),
            until: None,
            secondary: true,
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        let _within = runtime.enter();
        // Both wait for the same time, which counts once.
        assert_eq!(limits.hold(&limit(4)), Ok(()));
        assert_eq!(limits.hold(&limit(4)), Ok(()));
        assert!(limits.waited.get() < Duration::from_secs(5));
        assert_eq!(limits.backoff(1, Some(Duration::from_secs(5))), None);
        assert!(limits.backoff(1, Some(Duration::from_secs(4))).is_some());
        assert_eq!(limits.backoff(1, Some(Duration::from_secs(4))), None);
        for tried in 1..40 {
            let wait = limits.backoff(tried, None);
            assert!(wait.is_none_or(|wait| wait <= Duration::from_secs(4)));
        }
        let refused = limits.hold(&limit(5)).unwrap_err();
        assert!(matches!(
            refused,
            Refusal::RateLimited {
                secondary: true,
                ..
            }
        ));
    }
}
