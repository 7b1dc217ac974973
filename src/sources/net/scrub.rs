//! Takes out of what was answered what must not be kept: nothing that opens a door goes to a cache, a recording
//! or a report.

use http::{HeaderMap, HeaderValue};
use memchr::memmem;

/// A field of repositories by which they can be cloned for a while; GitHub gives it to whoever may write.
const CLONE_TOKEN: &[u8] = b"\"temp_clone_token\"";

/// What the token of an App's installation starts with: it is made while the program runs, and again when it
/// runs out, so that it cannot be known beforehand.
const INSTALLATION: &[u8] = b"ghs_";

/// No token of an installation is shorter, with its start.
const LEAST: usize = 20;

/// The secrets of a run.
pub(super) struct Scrub {
    secrets: Vec<String>,
}

impl Scrub {
    pub(super) fn new(secrets: Vec<String>) -> Scrub {
        Scrub {
            // One of a few bytes stands everywhere, and is none.
            secrets: secrets.into_iter().filter(|it| it.len() > 4).collect(),
        }
    }

    /// A body without secrets.
    pub(super) fn body(&self, mut body: Vec<u8>) -> Vec<u8> {
        for secret in &self.secrets {
            if memmem::find(&body, secret.as_bytes()).is_some() {
                body = replace(&body, secret.as_bytes());
            }
        }
        if memmem::find(&body, INSTALLATION).is_some() {
            body = without_installations(&body);
        }
        if memmem::find(&body, CLONE_TOKEN).is_some() {
            body = without_clone_tokens(&body);
        }
        body
    }

    /// Headers without secrets.
    pub(super) fn headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let clean = self.body(value.as_bytes().to_vec());
            if clean != value.as_bytes() {
                *value = HeaderValue::from_bytes(&clean)
                    .unwrap_or_else(|_| HeaderValue::from_static("***"));
            }
        }
    }

    /// A text without secrets.
    pub(super) fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.secrets {
            if text.contains(secret.as_str()) {
                text = text.replace(secret.as_str(), "***");
            }
        }
        text
    }
}

fn replace(body: &[u8], secret: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(body.len());
    let mut start = 0;
    for found in memmem::find_iter(body, secret) {
        clean.extend_from_slice(&body[start..found]);
        clean.extend_from_slice(b"***");
        start = found + secret.len();
    }
    clean.extend_from_slice(&body[start..]);
    clean
}

fn without_installations(body: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(body.len());
    let mut start = 0;
    for found in memmem::find_iter(body, INSTALLATION) {
        if found < start {
            continue;
        }
        let is_of_token =
            |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        let length = body[found..].iter().take_while(is_of_token).count();
        if length >= LEAST {
            clean.extend_from_slice(&body[start..found]);
            clean.extend_from_slice(b"***");
            start = found + length;
        }
    }
    clean.extend_from_slice(&body[start..]);
    clean
}

fn without_clone_tokens(body: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(body.len());
    let mut start = 0;
    for found in memmem::find_iter(body, CLONE_TOKEN) {
        let Some((from, to)) = string_of(body, found + CLONE_TOKEN.len()) else {
            continue;
        };
        if from < start {
            continue;
        }
        clean.extend_from_slice(&body[start..from]);
        start = to;
    }
    clean.extend_from_slice(&body[start..]);
    clean
}

/// Where the string behind a key is, without its quotes; none if something else is there.
fn string_of(body: &[u8], behind_key: usize) -> Option<(usize, usize)> {
    let space = |at: usize| {
        let spaces = body[at..].iter().take_while(|it| it.is_ascii_whitespace());
        at + spaces.count()
    };
    let colon = space(behind_key);
    if body.get(colon) != Some(&b':') {
        return None;
    }
    let quote = space(colon + 1);
    if body.get(quote) != Some(&b'"') {
        return None;
    }
    let mut at = quote + 1;
    loop {
        match body.get(at)? {
            b'"' => return Some((quote + 1, at)),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_secret_stays() {
        let scrub = Scrub::new(vec!["ghp_hush".into(), "".into()]);
        let by = |body: &str| String::from_utf8(scrub.body(body.into())).unwrap();
        assert_eq!(by(r#"{"a":"xghp_hushghp_hush"}"#), r#"{"a":"x******"}"#);
        let body = r#"[{"temp_clone_token" : "AB\"C","b":1},{"temp_clone_token":null},{"temp_clone_token":"D"}]"#;
        let clean = r#"[{"temp_clone_token" : "","b":1},{"temp_clone_token":null},{"temp_clone_token":""}]"#;
        assert_eq!(by(body), clean);
        // What breaks off stays as it is, and what was cut stays cut.
        for body in [
            r#"{"temp_clone_token""#,
            r#"{"temp_clone_token":"#,
            r#"{"temp_clone_token":"x\"#,
        ] {
            assert_eq!(by(body), body);
        }
        assert_eq!(scrub.text("no ghp_hush here"), "no *** here");
        // What was made on the way is told by its form.
        let body = r#"["ghs_0123456789abcdefghij","ghs_x ghs_7_eyJhbGci.OiJSUzI1-NiJ9.x_y"]"#;
        assert_eq!(by(body), r#"["***","ghs_x ***"]"#);
    }
}
