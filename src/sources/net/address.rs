//! The addresses of an API: which can be one, what stands below it, and what of one is shown.

use reqwest::Url;

use super::refusal::Refusal;

/// The address of an API, if it can be one.
pub(super) fn base(api: &str, is_asked: bool) -> Result<Url, Refusal> {
    let unusable = |why: &str| Refusal::Unusable {
        message: format!("`{}` cannot be the address of an API: {why}", shown(api)),
        help: "give it as `https://api.github.com` or `https://github.example.com/api/v3`".into(),
    };
    let url =
        Url::parse(api.trim().trim_end_matches('/')).map_err(|_| unusable("it is no address"))?;
    let Some(host) = url.host_str() else {
        return Err(unusable("it has no host"));
    };
    if !matches!(url.scheme(), "https" | "http") {
        return Err(unusable("it is neither `https` nor `http`"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(unusable("it holds a user or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(unusable("it has a query or a fragment"));
    }
    if matches!(host, "github.com" | "www.github.com") {
        return Err(unusable("that is the site and not its API"));
    }
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_here = host == "localhost"
        || bare
            .parse()
            .is_ok_and(|address: std::net::IpAddr| address.is_loopback());
    if is_asked && url.scheme() == "http" && !is_here {
        return Err(unusable(
            "`http` would show the credential and the answers to anybody on the way",
        ));
    }
    Ok(url)
}

/// What is given as an address, without what may be a credential in it: a user, a password, a query.
fn shown(address: &str) -> String {
    let behind = address.rsplit_once('@').map(|(_, behind)| behind);
    let (start, rest) = match behind {
        Some(behind) => ("…@", behind),
        None => ("", address),
    };
    match rest.split_once(['?', '#']) {
        Some((before, _)) => format!("{start}{before}…"),
        None => format!("{start}{rest}"),
    }
}

/// Where GraphQL is: beside the `v3` of GitHub Enterprise Server, and below all others.
pub(super) fn graphql_url(base: &Url) -> Url {
    let mut url = base.clone();
    let path = base.path().trim_end_matches('/');
    let path = path.strip_suffix("/v3").unwrap_or(path);
    url.set_path(&format!("{path}/graphql"));
    url
}

/// The path of an address with its query.
pub(super) fn path_of(url: &Url) -> String {
    match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    }
}

/// The host of an address, with its port where that is not the usual one.
pub(super) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}
