//! Acting as a GitHub App.

use super::*;

fn credential() -> Credential {
    let key = Secret::key(&key::pem());
    Credential::App { id: 7, key }
}

/// A forge where the App is installed for `acme`, and its access token is `ghs_hushHush`.
fn forge(seen: &Seen) -> Reply {
    let by = seen.header("authorization").unwrap_or_default();
    // A signed claim has three parts.
    let is_app = by.starts_with("Bearer ey") && by.split('.').count() == 3;
    match (seen.method.as_str(), seen.target.as_str()) {
        ("GET", "/api/v3/users/acme/installation") if is_app => Reply::json(200, r#"{"id":42}"#),
        ("GET", "/api/v3/users/suspended/installation") if is_app => {
            Reply::json(200, r#"{"id":43}"#)
        }
        ("POST", "/api/v3/app/installations/42/access_tokens") if is_app => {
            let token = r#"{"token":"ghs_hushHush0123456789","expires_at":"2999-01-01T00:00:00Z",
                "permissions":{},"repository_selection":"all"}"#;
            Reply::json(201, token)
        }
        ("POST", "/api/v3/app/installations/43/access_tokens") if is_app => {
            Reply::json(403, r#"{"message":"This installation has been suspended"}"#)
        }
        ("GET", "/api/v3/echo") => Reply::json(200, &format!("[{by:?}]")).with("ETag", "\"1\""),
        ("GET", "/api/v3/x") if by == "Bearer ghs_hushHush0123456789" => Reply::json(200, "[1]"),
        _ => Reply::json(404, r#"{"message":"Not Found"}"#),
    }
}

#[test]
fn an_app_acts_where_it_is_installed() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(forge);
    let network = Network {
        api: format!("{}/api/v3", server.url()),
        credential: Some(credential()),
        record: Some(folder.path().join("recording")),
        cache: Some(folder.path().join("cache")),
        ..network(&server)
    };
    let gate = Gate::open(&network, None).unwrap();
    assert_eq!(gate.wait(gate.act_for("acme")), Ok(()));
    assert_eq!(gate.wait(gate.get("/x")).unwrap().body, b"[1]");
    assert_eq!(gate.wait(gate.get("/x")).unwrap().body, b"[1]");
    let echo = gate.wait(gate.get("/echo")).unwrap().body;
    assert_eq!(echo, b"[\"Bearer ***\"]");
    let minted = |it: &&Seen| it.method == "POST";
    assert_eq!(server.seen().iter().filter(minted).count(), 1);
    for account in ["elsewhere", "", "../app", "a/b"] {
        let refusal = gate.wait(gate.act_for(account)).unwrap_err();
        assert!(
            matches!(refusal, Refusal::NotInstalled { .. }),
            "{account}: {refusal}"
        );
    }
    // Its access is found, and not given.
    let refusal = gate.wait(gate.act_for("suspended")).unwrap_err();
    assert!(
        refusal.to_string().contains("has been suspended"),
        "{refusal}"
    );
    assert!(
        !format!("{refusal:?} {gate:?} {network:?}").contains(key::pem().lines().nth(1).unwrap())
    );
    drop(gate);
    assert_no_token(folder.path());
}

#[test]
fn a_key_that_is_none_is_told() {
    let server = Server::start(forge);
    let network = Network {
        credential: Some(Credential::App {
            id: 7,
            key: Secret::key("hushHush"),
        }),
        ..network(&server)
    };
    let refusal = Gate::open(&network, None).unwrap_err().to_string();
    assert_eq!(refusal, "the App's key cannot be read");
}
