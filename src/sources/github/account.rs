//! Whoever asks: what the forge calls them, and how much they may ask.

use jiff::Timestamp;
use serde::Deserialize;

use super::ask::{self, Ask, Rest, Wanted};
use crate::facts::{Gap, Known};
use crate::sources::forge::Account;
use crate::sources::net::Refusal;

const WANTED: Wanted = Wanted {
    what: "the budget",
    permission: "Metadata: read",
    scope: "repo",
};

#[derive(Debug, Deserialize)]
struct Limits {
    resources: Resources,
}

#[derive(Debug, Deserialize)]
struct Resources {
    core: Limit,
}

#[derive(Debug, Deserialize)]
struct Limit {
    limit: u64,
    remaining: u64,
    reset: i64,
}

#[derive(Debug, Deserialize)]
struct User {
    login: String,
}

/// Why nothing is said of it.
pub(super) fn refused(refusal: &Refusal, host: &str) -> Gap {
    ask::refused(refusal, WANTED, host)
}

/// What the forge says of whoever asks. That costs nothing of their budget but one request.
pub(super) async fn read(ask: Ask<'_>) -> Known<Account> {
    let (limits, scopes) = match ask
        .rest_with_scopes::<Limits>("rate_limit", WANTED, ask.host)
        .await?
    {
        (Rest::Found(limits), scopes) => (Some(limits.resources.core), scopes),
        // An Enterprise server may have no limits.
        (Rest::Absent, scopes) => (None, scopes),
    };
    let user = ask.rest::<User>("user", WANTED, ask.host).await;
    let login = match user {
        Ok(Rest::Found(user)) => Some(user.login),
        _ => None,
    };
    let scopes = scopes.map(|scopes| {
        let scopes = scopes.split(',').map(str::trim);
        scopes
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    });
    Ok(Account {
        login,
        scopes,
        budget: limits.map(|limit| {
            let resets = Timestamp::from_second(limit.reset).unwrap_or_default();
            (limit.remaining, limit.limit, resets)
        }),
    })
}
