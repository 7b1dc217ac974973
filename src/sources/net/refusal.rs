//! Why there is no answer.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Why there is no answer to a request. None of these says anything about what was asked for.
///
/// A recording holds these as it holds answers, so that it tells the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum Refusal {
    /// The build has no network.
    #[error("this build has no network")]
    NoNetwork,
    /// What the network was asked to be used with makes no sense.
    #[error("{message}")]
    Unusable {
        /// What is wrong.
        message: String,
        /// What to do.
        help: String,
    },
    /// The host cannot be reached, or does not answer to the end.
    #[error("`{host}` cannot be reached: {why}")]
    Unreachable {
        /// The host, and its port where that is not the usual one.
        host: String,
        /// What failed.
        why: String,
    },
    /// What was answered is no answer: cut off, or not what it says it is.
    #[error("`{host}` gave an answer that cannot be read: {why}")]
    Broken {
        /// The host, and its port where that is not the usual one.
        host: String,
        /// What is wrong with it.
        why: String,
    },
    /// The forge's limit is reached, and waiting for its end takes longer than is waited.
    #[error("the forge's {} rate limit is reached{}", if *.secondary { "secondary" } else { "primary" }, in_words(.until))]
    RateLimited {
        /// When it asks to be asked again, if it said so.
        until: Option<Timestamp>,
        /// Whether it is the limit on too much at once, and not that of an hour.
        secondary: bool,
    },
    /// The forge does not know the credential, so that nothing more is asked with it.
    #[error("the forge does not accept the credential")]
    Unauthorized,
    /// An App cannot act where it has to.
    #[error("the App has no access to `{account}`: {why}")]
    NotInstalled {
        /// The organization or user.
        account: String,
        /// What the forge says.
        why: String,
    },
    /// An answer is larger than is read.
    #[error("the answer to `{what}` is larger than {limit} bytes")]
    TooLarge {
        /// The path that was asked for.
        what: String,
        /// How many bytes are read at most.
        limit: usize,
    },
    /// A list has no end, or more pages than are read.
    #[error("the list `{what}` {why}")]
    Endless {
        /// The path of its first page.
        what: String,
        /// What it does.
        why: String,
    },
    /// An answer leads to another host, which is not asked.
    #[error("the answer to `{what}` leads to another place, `{host}`, which is not asked")]
    Elsewhere {
        /// The path that was asked for.
        what: String,
        /// Scheme, host and port.
        host: String,
    },
    /// Nobody is asked as, and that is not answered to nobody.
    #[error("GraphQL answers nobody without a token")]
    Anonymous,
    /// A recording does not hold the answer.
    #[error("{UNRECORDED} {0}")]
    NotRecorded(String),
}

/// What a text says of an answer that a recording does not hold, before it says which.
pub const UNRECORDED: &str = "the recording has no answer to";

fn in_words(until: &Option<Timestamp>) -> String {
    until.map_or_else(String::new, |until| format!(" until {until}"))
}

impl Refusal {
    /// What to do about it, if that is known.
    pub fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Refusal::NoNetwork => "use a build with the feature `github`",
            Refusal::Unusable { help, .. } => help,
            Refusal::Unreachable { .. } => {
                "see that the host is right, and set `HTTPS_PROXY` where there is a proxy on the way"
            }
            Refusal::RateLimited {
                secondary: false, ..
            } => "run it again after that time, or with a token of its own: each has a budget",
            Refusal::RateLimited { .. } => {
                "run it again later, and not beside others with this token"
            }
            Refusal::Unauthorized => "give a token that is valid, and has not run out",
            Refusal::NotInstalled { .. } => "install the App for that account",
            Refusal::Anonymous => "set `GITHUB_TOKEN`, or name a file with `--token-file`",
            Refusal::NotRecorded(_) => {
                "replay it by the command that recorded it, with `--as-of` that day, or record it anew with \
                 `--record`"
            }
            Refusal::Broken { .. }
            | Refusal::TooLarge { .. }
            | Refusal::Endless { .. }
            | Refusal::Elsewhere { .. } => return None,
        };
        Some(remedy.to_owned())
    }
}
