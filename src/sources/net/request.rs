//! What is asked of the network: plain data, which is there also in a build without one.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// How the network is used. Its `Debug` shows no secret.
#[derive(Clone, Debug)]
pub struct Network {
    /// Where the forge's API is, such as `https://api.github.com` or `https://github.example/api/v3`.
    pub api: String,
    /// As whom it is asked; without, as anybody.
    pub credential: Option<Credential>,
    /// What stands between this machine and others.
    pub proxy: Proxies,
    /// The folder in which answers are kept from run to run; none: nothing is kept.
    pub cache: Option<PathBuf>,
    /// A folder in which what was answered is written down.
    pub record: Option<PathBuf>,
    /// A folder from which answers come, instead of from the network.
    pub replay: Option<PathBuf>,
    /// Hosts that links may lead to though they are private: names or addresses, with or without a port.
    /// From the command line only: nothing in a repository may add to it.
    pub allowed_hosts: Vec<String>,
    /// How long is waited.
    pub patience: Patience,
}

impl Network {
    /// The address of GitHub's own API.
    pub const GITHUB: &str = "https://api.github.com";
}

impl Default for Network {
    fn default() -> Network {
        Network {
            api: Network::GITHUB.into(),
            credential: None,
            proxy: Proxies::default(),
            cache: None,
            record: None,
            replay: None,
            allowed_hosts: Vec::new(),
            patience: Patience::default(),
        }
    }
}

/// As whom the forge is asked.
#[derive(Clone, Debug)]
pub enum Credential {
    /// By a token: a personal one, or that of a run of GitHub Actions.
    Token(Secret),
    /// As a GitHub App, which needs a build with the feature `github-app`.
    App {
        /// Its id, as its page of settings has it.
        id: u64,
        /// Its private key, in PEM.
        key: Secret,
    },
}

/// A text that is never shown: `Debug` and `Display` give `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A token. Space around it, such as the line end of a file, is none of it.
    ///
    /// # Errors
    /// Why the text is no token: it is empty, or has space or control characters in it.
    pub fn token(text: &str) -> Result<Secret, String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("the token is empty".into());
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(
                "the token holds a space, a control character or one beyond ASCII, which none does"
                    .into(),
            );
        }
        Ok(Secret(text.to_owned()))
    }

    /// What kind of token it is, by what GitHub lets tokens start with.
    pub fn kind(&self) -> &'static str {
        let kinds = [
            ("ghp_", "a classic personal token"),
            ("github_pat_", "a fine-grained personal token"),
            ("ghs_", "the token of an App or of a run of Actions"),
            ("gho_", "an OAuth token"),
            ("ghu_", "the token of a user of an App"),
        ];
        let known = kinds.iter().find(|(start, _)| self.0.starts_with(start));
        known.map_or("a token of another kind", |(_, kind)| kind)
    }

    /// A private key in PEM.
    pub fn key(text: &str) -> Secret {
        Secret(text.to_owned())
    }

    /// The text itself.
    #[cfg(feature = "github")]
    pub(super) fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("***")
    }
}

/// The proxies that the environment names, as it names them: with or without a scheme, user and password.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `https` (`HTTPS_PROXY`).
    pub https: Option<String>,
    /// For `http` (`HTTP_PROXY`).
    pub http: Option<String>,
    /// For what no proxy is used (`NO_PROXY`): names, addresses and networks, parted by commas.
    pub none: Option<String>,
}

impl fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A proxy's address may hold a password.
        let hidden = |proxy: &Option<String>| proxy.as_ref().map(|_| "***");
        formatter
            .debug_struct("Proxies")
            .field("https", &hidden(&self.https))
            .field("http", &hidden(&self.http))
            .field("none", &self.none)
            .finish()
    }
}

/// How long is waited, and how often something is tried. Tests have less of it than people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Patience {
    /// How often a request is sent at most, until it is answered.
    pub tries: u32,
    /// The first wait between two tries is up to this long; each further one up to twice as long.
    pub step: Duration,
    /// The longest wait that the forge may ask for.
    pub wait: Duration,
    /// How long a run waits in all.
    pub waits: Duration,
    /// How long a connection may take.
    pub connect: Duration,
    /// How long a request may take until all of its answer is here.
    pub request: Duration,
    /// How long the request of a link may take.
    pub link: Duration,
    /// How long all links of a run may take.
    pub links: Duration,
}

impl Default for Patience {
    fn default() -> Patience {
        Patience {
            tries: 4,
            step: Duration::from_millis(500),
            wait: Duration::from_secs(60),
            waits: Duration::from_secs(5 * 60),
            connect: Duration::from_secs(10),
            request: Duration::from_secs(30),
            link: Duration::from_secs(15),
            links: Duration::from_secs(3 * 60),
        }
    }
}

/// How far a run is with asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many requests were sent to the forge.
    pub requests: u64,
    /// How many requests links took.
    pub links: u64,
    /// How many more the forge allows until its limit is reset, if it said so.
    pub left: Option<u64>,
    /// What was answered: the path of a request, or a link. Escaped it is not.
    pub what: String,
    /// Whether nothing more is asked: what was shown can be taken away.
    pub is_over: bool,
}

/// What a run has asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    /// Requests that were sent to the forge, with all tries.
    pub requests: u64,
    /// Of these, the ones by which nothing was new: they cost nothing.
    pub unchanged: u64,
    /// Requests that links took.
    pub links: u64,
    /// How many more the forge allows until its limit is reset, if it said so.
    pub left: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_is_shown() {
        let token = Secret::token("ghp_0123\n").unwrap();
        let network = Network {
            credential: Some(Credential::App {
                id: 7,
                key: Secret::key("-----BEGIN hush"),
            }),
            proxy: Proxies {
                https: Some("http://ann:hush@proxy:3128".into()),
                ..Proxies::default()
            },
            ..Network::default()
        };
        let shown = format!("{token:?} {token} {network:?} {network:#?}");
        assert!(
            !shown.contains("hush") && !shown.contains("ghp"),
            "it is shown: {shown}"
        );
        assert!(shown.contains("***"));
    }

    #[test]
    fn what_is_no_token_is_refused() {
        for text in ["", " \n", "a b", "a\u{0}b", "a\r\nb: c", "é"] {
            let refused = Secret::token(text).unwrap_err();
            assert!(refused.starts_with("the token "));
        }
    }
}
