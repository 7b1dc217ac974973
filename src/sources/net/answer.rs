//! What comes through the gate.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::facts::LinkState;

/// An answer of the forge, whatever its status. It is written down as it is, but for the body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The status, such as 200, 403 or 404.
    pub status: u16,
    /// The body, decompressed; whole JSON if the status is 200.
    #[serde(skip)]
    pub body: Vec<u8>,
    /// What the token may do (`X-OAuth-Scopes`); none for tokens that have no scopes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<String>,
    /// Which scopes would do (`X-Accepted-OAuth-Scopes`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_scopes: Option<String>,
    /// Which permissions would do (`X-Accepted-GitHub-Permissions`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted_permissions: Option<String>,
    /// That an organization asks for a single sign-on first (`X-GitHub-SSO`); without the
    /// address at which that is done, which is as good as a credential.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso: Option<String>,
    /// The next page of a list, as it was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Whether nothing is new since it was read before: the forge said so, or it was young enough.
    pub unchanged: bool,
    /// When the forge gave it, or said last that nothing is new.
    pub read_at: Timestamp,
}

impl Answer {
    /// Whether it is what was asked for.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Nothing is new, by an answer that has no body but says anew what stands beside it.
    #[cfg(feature = "github")]
    pub(super) fn renew(&mut self, by: Answer, says_next: bool) {
        self.scopes = by.scopes.or(self.scopes.take());
        self.accepted_scopes = by.accepted_scopes.or(self.accepted_scopes.take());
        self.accepted_permissions = by.accepted_permissions.or(self.accepted_permissions.take());
        self.sso = by.sso.or(self.sso.take());
        if says_next {
            self.next = by.next;
        }
        self.unchanged = true;
        self.read_at = by.read_at;
    }
}
