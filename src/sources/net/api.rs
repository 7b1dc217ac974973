//! One exchange with the forge, by octocrab: what was sent is answered, or fails. Nothing is tried twice here.

use std::cell::RefCell;
use std::io::Read as _;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue, IF_NONE_MATCH};
use http::{Method, Request, Response, Uri};
use http_body_util::BodyExt;
use octocrab::service::middleware::auth_header::AuthHeaderLayer;
use octocrab::{AuthState, OctoBody, Octocrab, OctocrabBuilder};
use reqwest::{Client, Url};

use super::refusal::Refusal;
use super::request::{Credential, Network};

/// The most bytes of a body, as they are after decompression.
pub(super) const MOST_BYTES: usize = 32 << 20;

/// The version of GitHub's API that is asked for, by its date.
const VERSION: &str = "2022-11-28";

/// What is sent.
pub(super) struct Sent<'s> {
    pub(super) method: Method,
    /// On the host of the API.
    pub(super) url: &'s Url,
    /// JSON.
    pub(super) body: Option<&'s [u8]>,
    /// The tag of the answer that is kept: if it is still right, the answer is short.
    pub(super) known: Option<&'s str>,
}

/// What came back.
pub(super) struct Given {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Given {
    /// The value of a header, if it is text.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Why nothing came back.
#[derive(Debug)]
pub(super) enum Fault {
    /// There was no connection, or it broke: it may work the next time.
    Unreachable(String),
    /// What came is no answer: it may be one the next time.
    Cut(String),
    /// The body is larger than is read.
    TooLarge,
    /// An App was not given a token.
    NoAccess(String),
    /// What is to be sent cannot be.
    Unsendable(String),
}

/// The forge's API, and as whom it is asked.
pub(super) struct Api {
    #[cfg(feature = "github-app")]
    base: Url,
    /// Shared and not cloned: a clone forgets the token of an installation.
    octocrab: RefCell<Rc<Octocrab>>,
    /// As an App itself, and not as one of its installations.
    #[cfg(feature = "github-app")]
    as_app: Rc<Octocrab>,
    limit: Duration,
}

impl Api {
    /// Octocrab over a client of ours. Within a runtime of tokio.
    ///
    /// # Errors
    /// The credential cannot be used.
    pub(super) fn new(network: &Network, base: Url, client: Client) -> Result<Api, Refusal> {
        let forge = Forge {
            client,
            base: base.clone(),
        };
        let (header, state) = match &network.credential {
            None => (None, AuthState::None),
            Some(Credential::Token(token)) => {
                let mut header = HeaderValue::from_str(&format!("Bearer {}", token.expose()))
                    .map_err(|_| unusable("the token cannot be sent", "give the token alone"))?;
                header.set_sensitive(true);
                (Some(header), AuthState::None)
            }
            #[cfg(feature = "github-app")]
            Some(Credential::App { id, key }) => {
                let key =
                    octocrab::EncodingKey::from_rsa_pem(key.expose().as_bytes()).map_err(|_| {
                        unusable(
                            "the App's key cannot be read",
                            "give the private key in PEM that the App's page of settings made",
                        )
                    })?;
                let app_id = octocrab::models::AppId(*id);
                (
                    None,
                    AuthState::App(octocrab::auth::AppAuth { app_id, key }),
                )
            }
            #[cfg(not(feature = "github-app"))]
            Some(Credential::App { .. }) => {
                return Err(unusable(
                    "this build cannot act as an App",
                    "use a build with the feature `github-app`, or give a token",
                ));
            }
        };
        // Requests name no host, so that octocrab lets them have the credential; that they go to the API's host
        // and to no other is seen to by what carries them.
        let nowhere = Uri::from_static("/");
        let built = OctocrabBuilder::new_empty()
            .with_service(forge)
            .with_layer(&AuthHeaderLayer::new(header, nowhere.clone(), nowhere))
            .with_auth(state)
            .build();
        let octocrab = match built {
            Ok(octocrab) => Rc::new(octocrab),
            Err(never) => match never {},
        };
        Ok(Api {
            #[cfg(feature = "github-app")]
            base,
            #[cfg(feature = "github-app")]
            as_app: octocrab.clone(),
            octocrab: RefCell::new(octocrab),
            limit: network.patience.request,
        })
    }

    /// Where it is; its path has no slash at its end.
    #[cfg(feature = "github-app")]
    pub(super) fn base(&self) -> &Url {
        &self.base
    }

    /// Acts as the App itself from now on.
    #[cfg(feature = "github-app")]
    pub(super) fn act_as_app(&self) {
        self.octocrab.replace(self.as_app.clone());
    }

    /// Acts as an installation of the App from now on, with a token that is made for it here, so that not each of
    /// several requests makes one. Octocrab makes the next when this one runs out.
    #[cfg(feature = "github-app")]
    pub(super) async fn act_as(&self, installation: u64) -> Result<(), Fault> {
        let id = octocrab::models::InstallationId(installation);
        let installed = Rc::new(self.as_app.installation(id).map_err(fault)?);
        match tokio::time::timeout(self.limit, installed.installation_token()).await {
            Ok(token) => token.map_err(fault)?,
            Err(_) => return Err(timed_out()),
        };
        self.octocrab.replace(installed);
        Ok(())
    }

    /// Sends, once.
    pub(super) async fn send(&self, sent: &Sent<'_>) -> Result<Given, Fault> {
        let octocrab = self.octocrab.borrow().clone();
        let mut request = Request::builder()
            .method(sent.method.clone())
            .uri(Uri::from_static("/"))
            .extension(Whole(sent.url.clone()))
            .header(ACCEPT, "application/vnd.github+json")
            .header(ACCEPT_ENCODING, "gzip")
            .header("x-github-api-version", VERSION);
        if let Some(known) = sent.known {
            request = request.header(IF_NONE_MATCH, known);
        }
        if sent.body.is_some() {
            request = request.header(CONTENT_TYPE, "application/json");
        }
        let body = sent
            .body
            .map_or_else(OctoBody::empty, |body| body.to_vec().into());
        let request = request
            .body(body)
            .map_err(|error| Fault::Unsendable(error.to_string()))?;
        let given = async {
            let response = octocrab.execute(request).await.map_err(fault)?;
            read(response).await
        };
        match tokio::time::timeout(self.limit, given).await {
            Ok(given) => given,
            Err(_) => Err(timed_out()),
        }
    }
}

fn unusable(message: &str, help: &str) -> Refusal {
    Refusal::Unusable {
        message: message.into(),
        help: help.into(),
    }
}

fn timed_out() -> Fault {
    Fault::Unreachable("there is no answer in time".into())
}

/// What octocrab failed at. Only what failed last is told: what stands before it may show what was sent.
fn fault(error: octocrab::Error) -> Fault {
    if let octocrab::Error::GitHub { source, .. } = &error {
        let status = source.status_code.as_u16();
        return Fault::NoAccess(format!("{} (status {status})", source.message));
    }
    #[cfg(feature = "github-app")]
    if let octocrab::Error::JWT { .. } = &error {
        return Fault::NoAccess("its key does not sign".into());
    }
    let mut cause: &dyn std::error::Error = &error;
    while let Some(deeper) = cause.source() {
        if deeper.downcast_ref::<Strayed>().is_some() {
            return Fault::Unsendable(deeper.to_string());
        }
        if let Some(failed) = deeper.downcast_ref::<reqwest::Error>() {
            if failed.is_timeout() {
                return timed_out();
            }
            if failed.is_builder() {
                return Fault::Unsendable("it is no address that can be asked".into());
            }
        }
        cause = deeper;
    }
    Fault::Unreachable(cause.to_string())
}

/// Reads an answer to its end, or until it is too much.
async fn read<B>(response: Response<B>) -> Result<Given, Fault>
where
    B: BodyExt<Error = octocrab::Error> + Unpin,
    B::Data: AsRef<[u8]>,
{
    let (parts, mut body) = response.into_parts();
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| match fault(error) {
            Fault::Unreachable(why) => Fault::Cut(why),
            other => other,
        })?;
        if let Ok(data) = frame.into_data() {
            let data = data.as_ref();
            if bytes.len() + data.len() > MOST_BYTES {
                return Err(Fault::TooLarge);
            }
            bytes.extend_from_slice(data);
        }
    }
    Ok(Given {
        status: parts.status.as_u16(),
        body: decompress(&parts.headers, bytes)?,
        headers: parts.headers,
    })
}

/// What a body says. What is packed is small, and what comes out of it need not be: that is bounded too.
fn decompress(headers: &HeaderMap, bytes: Vec<u8>) -> Result<Vec<u8>, Fault> {
    let packed = headers
        .get_all(http::header::CONTENT_ENCODING)
        .iter()
        .any(|it| {
            // Their case means nothing (RFC 9110, 8.4.1).
            let coding = it.as_bytes().to_ascii_lowercase();
            matches!(coding.as_slice(), b"gzip" | b"x-gzip")
        });
    if !packed || bytes.is_empty() {
        return Ok(bytes);
    }
    let mut unpacked = Vec::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut unpacked)
        .map_err(|_| Fault::Cut("it is packed, and not to the end".into()))?;
    match unpacked.len() > MOST_BYTES {
        true => Err(Fault::TooLarge),
        false => Ok(unpacked),
    }
}

/// Where a request goes, all of it.
#[derive(Clone)]
struct Whole(Url);

/// Carries octocrab's requests to the host of the API, and to no other.
#[derive(Clone)]
struct Forge {
    client: Client,
    base: Url,
}

/// A request was to go elsewhere.
#[derive(Debug, thiserror::Error)]
#[error("it leads to another host")]
struct Strayed;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl Forge {
    fn place(&self, request: &Request<OctoBody>) -> Result<Url, BoxError> {
        let url = match request.extensions().get::<Whole>() {
            Some(Whole(url)) => url.clone(),
            // Octocrab's own, for the token of an App.
            None => below(&self.base, request.uri().path()).ok_or(Strayed)?,
        };
        match url.origin() == self.base.origin() {
            true => Ok(url),
            false => Err(Strayed.into()),
        }
    }
}

/// What a path below an API's base leads to; none if it leads out of it.
pub(super) fn below(base: &Url, path: &str) -> Option<Url> {
    let start = base.as_str().trim_end_matches('/');
    let url = Url::parse(&format!("{start}/{}", path.trim_start_matches('/'))).ok()?;
    url.as_str()
        .starts_with(&format!("{start}/"))
        .then_some(url)
}

impl tower::Service<Request<OctoBody>> for Forge {
    type Response = Response<reqwest::Body>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<OctoBody>) -> Self::Future {
        let client = self.client.clone();
        let url = self.place(&request);
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let mut sent = reqwest::Request::new(parts.method, url?);
            *sent.headers_mut() = parts.headers;
            // Its body is in memory already, and with its length known it goes out in one piece.
            let body = body.collect().await?.to_bytes();
            if !body.is_empty() {
                *sent.body_mut() = Some(body.into());
            }
            Ok(client.execute(sent).await?.into())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_base() {
        let base = Url::parse("https://ghe.example/api/v3").unwrap();
        let by = |path: &str| below(&base, path).map(String::from);
        assert_eq!(
            by("/orgs/a?x=1").as_deref(),
            Some("https://ghe.example/api/v3/orgs/a?x=1")
        );
        assert_eq!(by("/../../login"), None);
        assert_eq!(by("/repos/%2e%2e/%2e%2e/x"), None);
        assert_eq!(
            by("/repos/%2e%2e/x").as_deref(),
            Some("https://ghe.example/api/v3/x")
        );
        assert_eq!(
            by("//evil.example/"),
            Some("https://ghe.example/api/v3/evil.example/".into())
        );
    }
}
