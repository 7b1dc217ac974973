//! What is kept from run to run, and recordings.

use super::*;
use serde_json::json;

/// An API that knows whether something has changed.
fn tagged(seen: &Seen) -> Reply {
    let by = seen.header("authorization").unwrap_or_default();
    match seen.header("if-none-match") {
        Some("W/\"1\"") => Reply::Answer(304, Vec::new(), Vec::new()),
        _ if seen.method == "POST" => Reply::json(200, r#"{"data":{"x":1}}"#),
        _ => Reply::json(200, &format!("[{:?}]", by.len()))
            .with("ETag", "W/\"1\"")
            .with("X-OAuth-Scopes", "repo"),
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(tagged);
    let mut network = network(&server);
    network.cache = Some(folder.path().join("cache"));
    let first = Gate::open(&network, None).unwrap();
    let was = first.wait(first.get("/x")).unwrap();
    assert!(!was.unchanged);
    drop(first);
    let second = Gate::open(&network, None).unwrap();
    let is = second.wait(second.get("/x")).unwrap();
    assert!(is.unchanged && is.read_at >= was.read_at);
    assert_eq!(
        (is.status, &is.body, &is.scopes),
        (200, &was.body, &was.scopes)
    );
    let spent = second.spent();
    assert_eq!((spent.requests, spent.unchanged), (1, 1));
    assert!(second.notes().is_empty());
    drop(second);
    // Another token sees nothing of it, and nobody neither.
    for other in [Some("ghp_another"), None] {
        network.credential = other.map(|it| Credential::Token(Secret::token(it).unwrap()));
        let gate = Gate::open(&network, None).unwrap();
        assert!(!gate.wait(gate.get("/x")).unwrap().unchanged);
        assert_eq!(server.seen().pop().unwrap().header("if-none-match"), None);
    }
    assert_no_token(folder.path());
}

#[test]
fn what_is_not_new_may_still_be_a_part() {
    // The session of a single sign-on ends, and the list that is left happens to be the same.
    let folder = tempfile::tempdir().unwrap();
    let part = "partial-results; organizations=21955855";
    let server = Server::start(move |seen| match seen.header("if-none-match") {
        None => Reply::json(200, "[1]").with("ETag", "\"1\""),
        Some(_) => Reply::Answer(304, Vec::new(), Vec::new()).with("X-GitHub-SSO", part),
    });
    let mut network = network(&server);
    network.cache = Some(folder.path().to_path_buf());
    for sso in [None, Some(part)] {
        let gate = Gate::open(&network, None).unwrap();
        let answer = gate.wait(gate.get("/x")).unwrap();
        assert_eq!(
            (answer.unchanged, answer.sso.as_deref()),
            (sso.is_some(), sso)
        );
    }
}

#[test]
fn a_cache_of_no_use_costs_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(tagged);
    let mut network = network(&server);
    network.cache = Some(folder.path().to_path_buf());
    let gate = Gate::open(&network, None).unwrap();
    gate.wait(gate.get("/x")).unwrap();
    drop(gate);
    let file = crate::sources::store::files(folder.path()).unwrap()[0]
        .0
        .clone();
    std::fs::write(&file, "broken".repeat(1000)).unwrap();
    let gate = Gate::open(&network, None).unwrap();
    assert!(!gate.wait(gate.get("/x")).unwrap().unchanged);
    assert_eq!(gate.notes().len(), 1);
    drop(gate);
    let gate = Gate::open(&network, None).unwrap();
    assert!(gate.wait(gate.get("/x")).unwrap().unchanged);
    drop(gate);
    // A folder that cannot be one.
    network.cache = Some(file.join("below"));
    let gate = Gate::open(&network, None).unwrap();
    assert!(gate.wait(gate.get("/x")).is_ok());
    assert_eq!(gate.notes().len(), 1);
}

#[test]
fn a_last_page_that_is_full_is_asked_in_full() {
    let folder = tempfile::tempdir().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let server = Server::start(move |seen| {
        let first = seen.target == "/x?per_page=2";
        let grown = count.fetch_add(1, Ordering::SeqCst) > 0;
        match (first, seen.header("if-none-match")) {
            (true, Some(_)) => Reply::Answer(304, Vec::new(), Vec::new()),
            (true, None) if grown => Reply::json(200, "[1,2]")
                .with("ETag", "\"1\"")
                .with("Link", "</x?per_page=2&page=2>; rel=\"next\""),
            (true, None) => Reply::json(200, "[1,2]").with("ETag", "\"1\""),
            _ => Reply::json(200, "[3]"),
        }
    });
    let mut network = network(&server);
    network.cache = Some(folder.path().to_path_buf());
    for pages in [1, 2] {
        let gate = Gate::open(&network, None).unwrap();
        let found = gate.wait(gate.pages("/x?per_page=2")).unwrap();
        assert_eq!(found.len(), pages);
    }
}

#[test]
fn an_answer_of_graphql_stands_in_for_a_while() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(tagged);
    let mut network = network(&server);
    network.cache = Some(folder.path().to_path_buf());
    let ask = |variables: serde_json::Value, reuse: Option<Duration>| {
        let gate = Gate::open(&network, None).unwrap();
        let answer = gate
            .wait(gate.graphql("query { x }", &variables, reuse))
            .unwrap();
        assert_eq!(answer.body, br#"{"data":{"x":1}}"#);
        answer.unchanged
    };
    let hour = Some(Duration::from_secs(3600));
    assert!(!ask(json!({"a": 1}), hour));
    assert!(ask(json!({"a": 1}), hour));
    assert!(!ask(json!({"a": 2}), hour));
    assert!(!ask(json!({"a": 1}), None));
    std::thread::sleep(Duration::from_millis(1100));
    assert!(!ask(json!({"a": 1}), Some(Duration::from_millis(1))));
    assert_eq!(server.seen().len(), 4);
    // What has errors is not kept.
    let server = Server::start(|_| Reply::json(200, r#"{"data":null,"errors":[{}]}"#));
    network.api = server.url();
    for _ in 0..2 {
        let gate = Gate::open(&network, None).unwrap();
        gate.wait(gate.graphql("{ y }", &json!({}), hour)).unwrap();
    }
    assert_eq!(server.seen().len(), 2);
}

/// All that a run is told.
fn tour(gate: &Gate<'_>) -> String {
    let run = async {
        let mut told = Vec::new();
        for path in ["/x", "/hidden", "/broken", "/x", "/echo"] {
            told.push(format!("{:?}", gate.get(path).await));
        }
        told.push(format!("{:?}", gate.pages("/list").await));
        let variables = json!({"login": "a\"b"});
        told.push(format!(
            "{:?}",
            gate.graphql("{ z }", &variables, None).await
        ));
        told.push(format!("{:?}", gate.link("http://127.0.0.1/private").await));
        told.push(format!("{:?}", gate.get("/limited").await));
        told.push(format!("{:?}", gate.get("/after").await));
        told.join("\n")
    };
    gate.wait(run)
}

#[test]
fn a_recording_tells_the_same_without_a_network() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("recording");
    let server = Server::start(|seen| match seen.target.as_str() {
        "/hidden" => Reply::json(404, "{\"message\": \"Not Found\"}\n"),
        "/broken" => Reply::Cut(b"[1,2,3,4]".to_vec()),
        "/echo" => Reply::json(
            200,
            &format!(
                "{{\"you\":\"{}\",\"temp_clone_token\":\"AB\"}}",
                seen.header("authorization").unwrap()
            ),
        ),
        "/list" => {
            let next = format!(
                "<http://{}/list?page=2>; rel=\"next\"",
                seen.header("host").unwrap()
            );
            Reply::json(200, "[ 1 ]").with("Link", &next)
        }
        "/limited" => Reply::json(429, "{}").with("Retry-After", "999"),
        _ => tagged(seen),
    });
    let mut network = network(&server);
    network.record = Some(folder.clone());
    let gate = Gate::open(&network, None).unwrap();
    let was = tour(&gate);
    drop(gate);
    assert!(was.contains("RateLimited") && was.contains("status: 404") && was.contains("Broken"));
    assert!(!was.contains("hushHush"));
    assert_no_token(&folder);
    let all: String = walkdir::WalkDir::new(&folder)
        .into_iter()
        .filter_map(|entry| std::fs::read_to_string(entry.unwrap().path()).ok())
        .collect();
    for word in [
        "Bearer ghp",
        "authorization",
        "user-agent",
        "\"AB\"",
        "etag",
    ] {
        assert!(!all.contains(word), "{word}");
    }
    drop(server);
    let replay = Network {
        replay: Some(folder),
        ..Network::default()
    };
    let gate = Gate::open(&replay, None).unwrap();
    assert_eq!(tour(&gate), was);
    let refusal = gate.wait(gate.get("/never")).unwrap_err();
    assert_eq!(refusal, Refusal::NotRecorded("GET /never".into()));
    assert_eq!(gate.wait(gate.act_for("acme")), Ok(()));
    assert_eq!(gate.spent().requests, 0);
}

#[test]
fn what_stands_beside_a_body_holds_no_secret() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(|seen| {
        let host = seen.header("host").unwrap();
        let by = seen.header("authorization").unwrap();
        let token = by.trim_start_matches("Bearer ");
        if seen.target.starts_with("/circle") {
            let to = format!("/circle?by={token}");
            return Reply::json(302, "{}").with("Location", &to);
        }
        let next = format!("<http://{host}/x?page=2&by={token}>; rel=\"next\"");
        // GitHub's own form: whoever has the address can authorize the token.
        let sso = "required; url=https://github.com/orgs/acme/sso?authorization_request=hushHush";
        Reply::json(200, "[1]")
            .with("ETag", "\"1\"")
            .with("X-OAuth-Scopes", token)
            .with("X-Accepted-GitHub-Permissions", by)
            .with("X-GitHub-SSO", sso)
            .with("Link", &next)
    });
    let mut network = network(&server);
    network.record = Some(folder.path().join("recording"));
    network.cache = Some(folder.path().join("cache"));
    let gate = Gate::open(&network, None).unwrap();
    let answer = gate.wait(gate.get("/x")).unwrap();
    assert_eq!(answer.sso.as_deref(), Some("required"));
    let refusal = gate.wait(gate.get("/circle")).unwrap_err();
    let shown = format!("{answer:?} {refusal} {refusal:?}");
    assert!(!shown.contains("hushHush"), "{shown}");
    drop(gate);
    assert_no_token(folder.path());
}

#[test]
fn runs_beside_each_other_share_a_cache() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(tagged);
    let mut network = network(&server);
    network.cache = Some(folder.path().to_path_buf());
    let one = Gate::open(&network, None).unwrap();
    let other = Gate::open(&network, None).unwrap();
    for number in 0..20 {
        let path = format!("/{}", number / 2);
        let gate = if number % 2 == 0 { &one } else { &other };
        let answer = gate.wait(gate.get(&path)).unwrap();
        assert_eq!(answer.body, b"[29]");
        // What the other one has just kept is kept for both.
        assert_eq!(answer.unchanged, number % 2 == 1 && number > 1, "{path}");
    }
    assert!(one.notes().is_empty() && other.notes().is_empty());
}
