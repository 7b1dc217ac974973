//! One question to the API: the answer in the shape that is wanted, or a gap that says what would help.

use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::facts::{Gap, GapKind, Known};
use crate::sources::net::{Answer, Gate, Refusal};
use crate::text::uri_path;

/// For how long an answer to a GraphQL query may stand in for another one, where what can be asked for nothing
/// says that nothing changed: there are no conditional requests of GraphQL. It is as long as GitHub lets its
/// other answers stand (`Cache-Control: max-age=60`).
const FRESH: Duration = Duration::from_secs(60);

/// For how long an answer may stand in for another one.
pub(super) fn fresh(is_unchanged: bool) -> Duration {
    match is_unchanged {
        true => FRESH,
        false => Duration::ZERO,
    }
}

/// Whom to ask.
#[derive(Clone, Copy)]
pub(super) struct Ask<'a> {
    pub(super) gate: &'a Gate<'a>,
    /// Where people see the forge.
    pub(super) host: &'a str,
}

/// What is wanted, and what a token needs to be told it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// As a lowercase fragment: `the branch rules of acme/shop`.
    pub(super) what: &'static str,
    /// The permission of a fine-grained token or an App: `Metadata: read`.
    pub(super) permission: &'static str,
    /// The scope of a classic token.
    pub(super) scope: &'static str,
}

/// What GraphQL answers.
#[derive(Debug, Deserialize)]
pub(super) struct Reply<T> {
    pub(super) data: Option<T>,
    #[serde(default)]
    pub(super) errors: Vec<Complaint>,
}

/// What is wrong with a part of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Complaint {
    #[serde(rename = "type")]
    pub(super) kind: Option<String>,
    #[serde(default)]
    pub(super) message: String,
    #[serde(default)]
    pub(super) path: Vec<Value>,
}

impl<T> Reply<T> {
    /// What is wrong with the part at a path: with it, with a part of it, or with what it is a part of.
    pub(super) fn complaint(&self, path: &[&str]) -> Option<&Complaint> {
        self.errors.iter().find(|error| {
            let theirs = error.path.iter().map(Value::as_str);
            theirs.zip(path).all(|(theirs, ours)| theirs == Some(*ours))
        })
    }
}

/// An answer of REST.
pub(super) enum Rest<T> {
    /// What was wanted.
    Found(T),
    /// There is no such thing, or it is not shown.
    Absent,
}

impl Ask<'_> {
    /// The first page of a resource, or that there is none.
    pub(super) async fn rest<T: DeserializeOwned>(
        self,
        path: &str,
        wanted: Wanted,
        of: &str,
    ) -> Known<Rest<T>> {
        let (found, _) = self.rest_with_scopes(path, wanted, of).await?;
        Ok(found)
    }

    /// As [`Ask::rest`], with the scopes of the token, if it has any.
    pub(super) async fn rest_with_scopes<T: DeserializeOwned>(
        self,
        path: &str,
        wanted: Wanted,
        of: &str,
    ) -> Known<(Rest<T>, Option<String>)> {
        let answer = self.gate.get(path).await;
        let answer = answer.map_err(|refusal| refused(&refusal, wanted, of))?;
        let found = match answer.status {
            200 => Rest::Found(parse(&answer, wanted, of)?),
            404 | 410 => Rest::Absent,
            _ => return Err(self.denied(&answer, wanted, of)),
        };
        Ok((found, answer.scopes))
    }

    /// All entries of a list. Whether any page is another than last time is the second of the two.
    pub(super) async fn list<T: DeserializeOwned>(
        self,
        path: &str,
        wanted: Wanted,
        of: &str,
    ) -> Known<(Vec<T>, Vec<Answer>)> {
        let pages = self.gate.pages(path).await;
        let pages = pages.map_err(|refusal| refused(&refusal, wanted, of))?;
        let mut all = Vec::new();
        for page in &pages {
            if page.status != 200 {
                return Err(self.denied(page, wanted, of));
            }
            if page
                .sso
                .as_deref()
                .is_some_and(|sso| sso.starts_with("partial-results"))
            {
                return Err(single_sign_on(wanted, of));
            }
            all.extend(parse::<Vec<T>>(page, wanted, of)?);
        }
        Ok((all, pages))
    }

    /// The answer to a GraphQL query, with what is wrong with parts of it.
    pub(super) async fn graphql<T: DeserializeOwned>(
        self,
        query: &str,
        variables: &Value,
        reuse: Duration,
        wanted: Wanted,
        of: &str,
    ) -> Known<Reply<T>> {
        let answer = self.gate.graphql(query, variables, Some(reuse)).await;
        let answer = answer.map_err(|refusal| refused(&refusal, wanted, of))?;
        if answer.status != 200 {
            return Err(self.denied(&answer, wanted, of));
        }
        if answer
            .sso
            .as_deref()
            .is_some_and(|sso| sso.starts_with("partial-results"))
        {
            return Err(single_sign_on(wanted, of));
        }
        let reply: Reply<T> = parse(&answer, wanted, of)?;
        if reply.data.is_none() {
            let none = Complaint {
                kind: None,
                message: "the answer is empty".into(),
                path: Vec::new(),
            };
            return Err(complained(
                reply.errors.first().unwrap_or(&none),
                wanted,
                of,
            ));
        }
        Ok(reply)
    }

    /// Why an answer is none.
    pub(super) fn denied(self, answer: &Answer, wanted: Wanted, of: &str) -> Gap {
        let what = wanted.of(of);
        if answer.sso.is_some() {
            return single_sign_on(wanted, of);
        }
        match answer.status {
            401 => Gap::new(
                GapKind::Forbidden,
                format!("{what} could not be read: the token is not valid, or not any more"),
            )
            .remedy("give a token that is valid"),
            403 | 404 => {
                let gap = Gap::new(
                    GapKind::Forbidden,
                    format!("{what} cannot be seen with this token"),
                );
                gap.remedy(match &answer.accepted_permissions {
                    Some(accepted) => format!("a token needs what the forge names: `{accepted}`"),
                    None => wanted.remedy(),
                })
            }
            status => Gap::new(
                GapKind::Unanswered,
                format!(
                    "{what} could not be read: {} answered with status {status}",
                    self.host
                ),
            )
            .remedy("try again later"),
        }
    }
}

impl Wanted {
    /// What is wanted of something.
    fn of(self, of: &str) -> String {
        format!("{} of `{of}`", self.what)
    }

    /// That it is not there, or not shown.
    pub(super) fn absent(self, of: &str) -> Gap {
        let reason = format!(
            "{} cannot be had: it is not there, or not shown to this token",
            self.of(of)
        );
        Gap::new(GapKind::Forbidden, reason).remedy(self.remedy())
    }

    /// What a token needs.
    fn remedy(self) -> String {
        let (permission, scope) = (self.permission, self.scope);
        format!(
            "a token needs the permission `{permission}`, or the scope `{scope}` if it is a classic one"
        )
    }
}

/// The organization wants its own sign-on for tokens.
fn single_sign_on(wanted: Wanted, of: &str) -> Gap {
    let what = wanted.of(of);
    let reason =
        format!("{what} cannot be seen: the organization wants single sign-on for this token");
    Gap::new(GapKind::Forbidden, reason)
        .remedy("authorize the token for the organization, in its settings")
}

/// Why GraphQL did not answer a part of a query.
pub(super) fn complained(complaint: &Complaint, wanted: Wanted, of: &str) -> Gap {
    let what = wanted.of(of);
    let message = complaint.message.lines().next().unwrap_or_default();
    let is_sso = message.contains("SAML");
    match complaint.kind.as_deref() {
        Some("FORBIDDEN") if is_sso => single_sign_on(wanted, of),
        Some("FORBIDDEN" | "INSUFFICIENT_SCOPES" | "NOT_FOUND" | "UNPROCESSABLE") => Gap::new(
            GapKind::Forbidden,
            format!("{what} cannot be seen with this token"),
        )
        .remedy(wanted.remedy()),
        Some("RATE_LIMITED") => Gap::new(
            GapKind::Unanswered,
            format!("{what} could not be read: the budget of requests is spent"),
        )
        .remedy("try again in an hour"),
        _ => Gap::new(
            GapKind::Unanswered,
            format!("{what} could not be read: {}", shorten(message)),
        )
        .remedy("try again later"),
    }
}

/// Why the gate gave no answer.
pub(super) fn refused(refusal: &Refusal, wanted: Wanted, of: &str) -> Gap {
    let what = wanted.of(of);
    let gap = Gap::new(
        GapKind::Unanswered,
        format!("{what} could not be read: {refusal}"),
    );
    match refusal.remedy() {
        Some(remedy) => gap.remedy(remedy),
        None => gap,
    }
}

/// The answer in the shape that is wanted.
fn parse<T: DeserializeOwned>(answer: &Answer, wanted: Wanted, of: &str) -> Known<T> {
    serde_json::from_slice(&answer.body).map_err(|error| {
        // What serde says can hold parts of the answer: where it stopped is enough.
        let reason = format!(
            "{} could not be read: the answer is not what it should be (line {}, column {})",
            wanted.of(of),
            error.line(),
            error.column()
        );
        Gap::new(GapKind::Unanswered, reason).remedy("try again later")
    })
}

/// A message of a forge, cut where nobody would read on.
fn shorten(message: &str) -> String {
    const CHARACTERS: usize = 160;
    match message.char_indices().nth(CHARACTERS) {
        Some((end, _)) => format!("{}…", &message[..end]),
        None => message.to_owned(),
    }
}

/// A name as one segment of a path.
pub(super) fn segment(name: &str) -> String {
    uri_path(name.as_bytes()).replace('/', "%2F")
}
