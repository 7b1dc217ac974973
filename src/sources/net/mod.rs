//! The gate: all that goes over the network goes through here, links included. Nothing else opens a socket,
//! and nothing of what carries it (octocrab, reqwest, tokio) is seen outside of here and of what reads forges.
//!
//! In: how the network is used ([`Network`]) and paths of an API. Out: answers as they were given, whatever
//! their status, or why there is none ([`Refusal`]). What an answer means is not known here.
//!
//! - A credential goes to the API's own host and to no other; links are asked without one.
//! - Every wait has a bound, every body and every list has one, and what is tried again is counted.
//! - What was answered is kept from run to run, and asked anew by "has it changed", which costs nothing.
//! - A recording holds what the reader saw; replaying one opens no socket.

mod answer;
mod refusal;
mod request;

#[cfg(feature = "github")]
mod address;
#[cfg(feature = "github")]
mod api;
#[cfg(feature = "github-app")]
mod app;
#[cfg(feature = "github")]
mod asking;
#[cfg(all(any(test, feature = "fuzzing"), feature = "github"))]
pub(crate) mod fuzzing;
#[cfg(feature = "github")]
mod gate;
#[cfg(feature = "github")]
mod guard;
#[cfg(feature = "github")]
mod limits;
#[cfg(feature = "github")]
mod links;
#[cfg(feature = "github")]
mod live;
#[cfg(feature = "github")]
mod paging;
#[cfg(feature = "github")]
mod recording;
#[cfg(feature = "github")]
mod scrub;
#[cfg(feature = "github")]
mod transport;

pub use answer::{Answer, LinkState};
#[cfg(feature = "github")]
pub use gate::Gate;
pub use refusal::{Refusal, UNRECORDED};
pub use request::{Credential, Network, Patience, Progress, Proxies, Secret, Spent};

/// Where the API was whose answers a folder holds.
///
/// # Errors
/// It holds no recording.
#[cfg(feature = "github")]
pub fn recorded_api(folder: &std::path::Path) -> Result<String, Refusal> {
    let recording = recording::Replayer::open(folder)?;
    Ok(recording.api().trim_end_matches('/').to_owned())
}

/// The way to the network, which this build has not.
#[cfg(not(feature = "github"))]
#[derive(Debug)]
pub struct Gate<'p>(std::convert::Infallible, std::marker::PhantomData<&'p ()>);

#[cfg(not(feature = "github"))]
impl<'p> Gate<'p> {
    /// Tells that there is no network.
    ///
    /// # Errors
    /// Always.
    pub fn open(
        _: &Network,
        _: Option<&'p (dyn Fn(Progress) + Sync)>,
    ) -> Result<Gate<'p>, Refusal> {
        Err(Refusal::NoNetwork)
    }
}

#[cfg(feature = "github")]
#[cfg(test)]
mod tests;
