//! Acting as an App: which of its installations is the one of an organization or a user.

use http::Method;
use serde::Deserialize;

use super::api::{Fault, Sent, below};
use super::gate::Gate;
use super::live::Live;
use super::refusal::Refusal;

/// Finds the installation of an account, and acts as it from now on.
pub(super) async fn act_for(gate: &Gate<'_>, live: &Live, account: &str) -> Result<(), Refusal> {
    #[derive(Deserialize)]
    struct Installation {
        id: u64,
    }
    let refused = |why: String| Refusal::NotInstalled {
        account: account.to_owned(),
        why,
    };
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if account.is_empty() || !account.bytes().all(is_name) {
        return Err(refused("that is no name of an account".into()));
    }
    let url = below(live.api.base(), &format!("/users/{account}/installation"));
    let url = url.ok_or_else(|| refused("it cannot be asked for".into()))?;
    live.api.act_as_app();
    let sent = Sent {
        method: Method::GET,
        url: &url,
        body: None,
        known: None,
    };
    let given = gate.ask(live, &sent).await?;
    match given.status {
        200 => {}
        401 => return Err(Refusal::Unauthorized),
        404 => return Err(refused("it is not installed there".into())),
        status => return Err(refused(format!("the answer has the status {status}"))),
    }
    let found: Installation = serde_json::from_slice(&given.body)
        .map_err(|_| refused("the answer names no installation".into()))?;
    let mut tried = 0;
    loop {
        tried += 1;
        gate.count();
        let why = match live.api.act_as(found.id).await {
            Ok(()) => return Ok(()),
            Err(Fault::NoAccess(why)) => return Err(refused(live.scrub.text(&why))),
            Err(Fault::Unreachable(why) | Fault::Cut(why)) => live.scrub.text(&why),
            Err(_) => return Err(refused("its access cannot be asked for".into())),
        };
        match live.limits.backoff(tried, None) {
            Some(wait) if tried < live.tries => tokio::time::sleep(wait).await,
            _ => return Err(refused(why)),
        }
    }
}
