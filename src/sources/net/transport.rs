//! What carries bytes to other hosts, through proxies where there are some: all sockets are opened here.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::Uri;
use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{Client, ClientBuilder, Proxy, Url, redirect};
use rustls::{ClientConfig, RootCertStore};

use super::guard::{Guard, Reach};
use super::refusal::Refusal;
use super::request::{Patience, Proxies};

/// How the program names itself to others.
pub(super) const AGENT: &str = concat!("bailiwick/", env!("CARGO_PKG_VERSION"));

/// Clients for all that is asked. None of them follows a redirect by itself, or knows a credential.
pub(super) struct Transport {
    /// Goes to any address: for the forge alone.
    open: Client,
    /// Goes to public addresses only: for links.
    guarded: Client,
    /// Goes to any address: for links to hosts that were allowed.
    allowed: Client,
    /// Through a proxy, by its address.
    proxied: BTreeMap<String, Client>,
    proxies: Matcher,
}

impl Transport {
    /// Clients for these proxies.
    ///
    /// # Errors
    /// A proxy cannot be used, or there is no TLS to be had.
    pub(super) fn new(
        proxies: &Proxies,
        patience: &Patience,
        guard: &Guard,
    ) -> Result<Transport, Refusal> {
        let tls = tls()?;
        let builder = || {
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .no_proxy()
                .redirect(redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .user_agent(AGENT)
                .connect_timeout(patience.connect)
                .timeout(patience.request)
        };
        let mut proxied = BTreeMap::new();
        let of = |value: &Option<String>| value.clone().unwrap_or_default();
        // Whether a proxy can be used shows by a matcher that excepts nothing.
        let all = Matcher::builder()
            .https(of(&proxies.https))
            .http(of(&proxies.http))
            .build();
        for (value, scheme, variable) in [
            (&proxies.https, "https", "HTTPS_PROXY"),
            (&proxies.http, "http", "HTTP_PROXY"),
        ] {
            if value.as_deref().is_none_or(|value| value.trim().is_empty()) {
                continue;
            }
            let unusable = || Refusal::Unusable {
                message: format!("the proxy in `{variable}` cannot be used"),
                help: "give it as `http://host:port` or `https://host:port`".into(),
            };
            let probe: Uri = format!("{scheme}://example.com/")
                .parse()
                .map_err(|_| unusable())?;
            let proxy = all.intercept(&probe).ok_or_else(unusable)?;
            if !matches!(proxy.uri().scheme_str(), Some("http" | "https")) {
                return Err(unusable());
            }
            let mut through = Proxy::all(proxy.uri().to_string()).map_err(|_| unusable())?;
            if let Some(user) = proxy.basic_auth() {
                through = through.custom_http_auth(user.clone());
            }
            let client = built(builder().proxy(through))?;
            proxied.insert(proxy.uri().to_string(), client);
        }
        Ok(Transport {
            open: built(builder())?,
            guarded: built(builder().dns_resolver(guard.resolver(Reach::Public)))?,
            allowed: built(builder().dns_resolver(guard.resolver(Reach::Any)))?,
            proxied,
            proxies: Matcher::builder()
                .https(of(&proxies.https))
                .http(of(&proxies.http))
                .no(of(&proxies.none))
                .build(),
        })
    }

    /// The client for the forge.
    pub(super) fn for_forge(&self, api: &Url) -> &Client {
        self.through_proxy(api).unwrap_or(&self.open)
    }

    /// The client for a link that the guard has admitted.
    pub(super) fn for_link(&self, link: &Url, reach: Reach) -> &Client {
        let direct = match reach {
            Reach::Public => &self.guarded,
            Reach::Any => &self.allowed,
        };
        self.through_proxy(link).unwrap_or(direct)
    }

    /// Whether what is asked goes through a proxy.
    pub(super) fn is_proxied(&self, url: &Url) -> bool {
        self.through_proxy(url).is_some()
    }

    fn through_proxy(&self, url: &Url) -> Option<&Client> {
        let uri: Uri = url.as_str().parse().ok()?;
        let proxy = self.proxies.intercept(&uri)?;
        self.proxied.get(&proxy.uri().to_string())
    }
}

fn built(builder: ClientBuilder) -> Result<Client, Refusal> {
    builder.build().map_err(|error| no_tls(&error))
}

/// TLS by ring, with the certificates of this machine beside those that Mozilla trusts: the first know a
/// company's own authority, the second are there also where a machine has none.
fn tls() -> Result<ClientConfig, Refusal> {
    let mut roots = RootCertStore::empty();
    roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    // A certificate that cannot be read is missed when it is needed, and the error says so then.
    let native = rustls_native_certs::load_native_certs();
    roots.add_parsable_certificates(native.certs);
    let config =
        ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| no_tls(&error))?
            .with_root_certificates(roots)
            .with_no_client_auth();
    Ok(config)
}

fn no_tls(error: &dyn std::error::Error) -> Refusal {
    Refusal::Unusable {
        message: format!("no connection can be prepared: {error}"),
        help: "this is a fault of the program or its build".into(),
    }
}
