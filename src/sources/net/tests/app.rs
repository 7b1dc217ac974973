//! Acting as a GitHub App.

use super::*;

/// The inside of a private key that was made for this test and opens nothing.
const KEY: &str = "
MIIEpAIBAAKCAQEA3eYcvQG6tNyIyUhYUFGgr+ZBbTEJp6oiZE8uNFaHXa6IPUta
HFYgBsm98U0VuPWr1zfhNz6oWeM5Uq26Wb+YYqYmMIb0TZi2VC6enDUdwBcX1htn
qJ3p46xnHDXmAtKpXJyIjaigMP2c5Leq549T/J0cQj/XqRwHN9OZUJdfzFeEJ1vC
8dOxEnW4ctRo7Oio56YEZ0k/+crt1ZLwQCidfiEN8f62h98Z/z+pIQGuangFU6e8
q390Lphhw4oLksDWAPsLBDEA+dBfD6Q5wjc5O/Lks66ol/H8ZxVkCzBAMKqVimsZ
6xIzdtbafHUIF134f/Cmngg6cR4CFEFyNYgfRQIDAQABAoIBACVSEwpM9Kh/oPft
lYDowbRj7yQcx8ltyXwCfzxpQzoj5SEd/8ldSOSrYKlpdBpYI28+pD/k526600TP
GFUI7unElQ67W/KDGUNeVeni2x6YI7esg0ouSQy0TeFGRWm7IaYEY8kjj9G9jfo/
09w/VHpbuEmCMFTudF5U1efilceprkX27dffxWrtGzXF/EWlsd85rupOBc3a13Qb
Mey+Fpo98uoAlIvqS1lPnaY22XRxYNvsDoeChkr9adi2GtVKWv83dH6SlnsXkemU
vndI7PtigGfBbI4xj9eJNUdG5jPrrzsJsy4C9WTMTV7E4eOUFSbfadFPDV5wQShS
2v4cDa8CgYEA9oTg6TC9AN7p71mdYNavCvX1L8N3tLh0qyzTzwyjZbiMh3qolbXw
4EIHtAghUjsP87soae/UMLbPud7VrPgQihKu1mTfQvP6rSuJXHuPdLjRr7fmT9oc
dID9BUAHYRwtWKiOcpY/dBqQaUl6lSErp7UDKl/eo9iLP2rz3EDIsVsCgYEA5m7V
etlVRgLUoNcieekZZzRAwQnBZmBcyocl2qf1sIkH5JZmekWnZ9yqlh8fv9l0L27h
NP3cEHcJKu1banmKuR9fqdPpMVTzRahyg+eY1tdhLJHtDvm6roIq4pXgepa0O0w8
LIXoEglJcilMlNYrbIlHswOsOdufIyAffOuJs98CgYEAzomt1jHbaGtbHAm87XFw
3oILlqTyGhugw/mezA4OqB7ivm9p52S0F2+6/H8DS93oE5Bu37Lr2JSRnWyxIWYE
lWnpyf5hf7rh/0xGnZF4M5bVN5+f+q8GwCWB13A5vobZBzrRffeb2i6XZ18EsQVF
ihECQfJommXG5K86+QHeI5kCgYADRDTwfd4wlN+wu/v4IG7EwL/ePKYqLlmCYXIO
7GyWKQscmWkweIZL+ZvNbvmDPbDg70BwAN06uoU9v4mZM8ncn+46OQ/ILD0akq20
4vaOrRTqjdL/cFjOGnhDJ/67niFF6em8c9V7U/hfjuhP/80zx6plhjrNwyg5Vj48
Bha4nwKBgQDrfkVkdo6Uje7ZCo1IV2mLSMiqHUWTkgJhfeW2qQcvrJMxaSSo1XNZ
boiEuMNW1UjvqDAh6VBJwGV1F+HV225rHpFrZqpD3S2d9FddC6zEMIQzGGTmKwPp
jOzBIPxVBQzsvEbxNs6w6alJQQepDZGNyvWVw4wB38fpfKeqwFl+Pw==
";

fn credential() -> Credential {
    // Put together here, so that nobody takes it for a key that was lost.
    let kind = "RSA PRIVATE KEY";
    let key = Secret::key(&format!(
        "-----BEGIN {kind}-----{KEY}-----END {kind}-----\n"
    ));
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
    assert!(!format!("{refusal:?} {gate:?} {network:?}").contains(KEY.lines().nth(1).unwrap()));
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
