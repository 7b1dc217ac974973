//! Faults, limits, pages, and where a credential goes.

use std::io::Write as _;
use std::sync::Mutex;

use super::*;
use crate::sources::net::{Progress, Proxies};

fn ok(body: &str) -> Reply {
    Reply::json(200, body)
}

#[test]
fn an_answer_comes_with_what_it_says() {
    let server = Server::start(|_| {
        ok("{\"a\":1}")
            .with("X-OAuth-Scopes", "repo, read:org")
            .with("X-Accepted-OAuth-Scopes", "admin:org")
            .with("X-Accepted-GitHub-Permissions", "members=read")
            .with("X-GitHub-SSO", "required; url=https://x")
            .with("X-RateLimit-Remaining", "4998")
            .with("Link", "</x?page=2>; rel=\"next\"")
    });
    let heard = Mutex::new(Vec::new());
    let listen = |progress: Progress| heard.lock().unwrap().push(progress);
    let network = network(&server);
    let gate = Gate::open(&network, Some(&listen)).unwrap();
    let answer = gate.wait(gate.get("/orgs/a%20b/x?q=é")).unwrap();
    assert_eq!(
        (answer.status, answer.body.as_slice()),
        (200, b"{\"a\":1}".as_slice())
    );
    assert!(answer.is_success() && !answer.unchanged);
    assert_eq!(answer.scopes.as_deref(), Some("repo, read:org"));
    assert_eq!(answer.accepted_scopes.as_deref(), Some("admin:org"));
    assert_eq!(answer.accepted_permissions.as_deref(), Some("members=read"));
    assert_eq!(answer.sso.as_deref(), Some("required"));
    assert_eq!(answer.next.as_deref(), Some("/x?page=2"));
    let seen = &server.seen()[0];
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("GET", "/orgs/a%20b/x?q=%C3%A9")
    );
    assert_eq!(
        seen.header("authorization"),
        Some(format!("Bearer {TOKEN}").as_str())
    );
    assert_eq!(seen.header("accept"), Some("application/vnd.github+json"));
    assert_eq!(seen.header("x-github-api-version"), Some("2022-11-28"));
    assert!(seen.header("user-agent").unwrap().starts_with("bailiwick/"));
    let told = Progress {
        requests: 1,
        links: 0,
        left: Some(4998),
        what: "/orgs/a%20b/x?q=%C3%A9".into(),
        is_over: false,
    };
    assert_eq!(*heard.lock().unwrap(), [told]);
    assert_eq!((gate.spent().requests, gate.spent().left), (1, Some(4998)));
    drop(gate);
    let heard = heard.lock().unwrap();
    assert!(heard.len() == 2 && heard[1].is_over && heard[1].requests == 1);
}

#[test]
fn what_fails_for_a_while_is_tried_again() {
    let bad = [
        Reply::json(502, "<html>"),
        Reply::json(500, ""),
        Reply::Cut(b"[1,2,3,4]".to_vec()),
        Reply::Reset(b"[1,2,3,4]".to_vec()),
        Reply::Silence(Duration::from_millis(900)),
        Reply::Raw(Vec::new()),
        Reply::Raw(b"no http at all\r\n\r\n".to_vec()),
        // All bytes arrive that were to, and the JSON ends too early.
        ok("[1,2"),
        Reply::Raw(b"HTTP/1.1 200 x\r\nContent-Type: application/json\r\n\r\n[1,".to_vec()),
        Reply::Raw(b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[1,\r\n".to_vec()),
        ok("x").with("Content-Encoding", "gzip"),
    ];
    for reply in bad {
        let server = Server::start(in_turn(vec![reply.clone(), ok("[1]")]));
        let answer = get(&server, "/x").unwrap_or_else(|refusal| panic!("{reply:?}: {refusal}"));
        assert_eq!(
            (answer.status, answer.body.as_slice()),
            (200, b"[1]".as_slice()),
            "{reply:?}"
        );
        assert_eq!(server.seen().len(), 2, "{reply:?}");
    }
}

#[test]
fn what_fails_for_good_is_told_after_four_tries() {
    let server = Server::start(|_| Reply::json(503, "{}"));
    assert_eq!(get(&server, "/x").unwrap().status, 503);
    assert_eq!(server.seen().len(), 4);

    let server = Server::start(|_| Reply::Cut(b"[1,2,3,4]".to_vec()));
    let refusal = get(&server, "/x").unwrap_err();
    assert!(matches!(refusal, Refusal::Broken { .. }), "{refusal}");
    assert_eq!(server.seen().len(), 4);

    let server = Server::start(|_| Reply::Silence(Duration::from_secs(2)));
    let refusal = get(&server, "/x").unwrap_err();
    let Refusal::Unreachable { host, why } = &refusal else {
        panic!("{refusal}");
    };
    assert_eq!(*host, format!("127.0.0.1:{}", server.port()));
    assert_eq!(why, "there is no answer in time");

    // Who never answered is not waited for again and again.
    let network = network(&server);
    let gate = Gate::open(&network, None).unwrap();
    gate.wait(gate.get("/x")).unwrap_err();
    let before = server.seen().len();
    gate.wait(gate.get("/y")).unwrap_err();
    assert_eq!(server.seen().len(), before);
}

#[test]
fn a_host_that_is_not_there_is_told() {
    let server = Server::start(|_| ok("[]"));
    let mut network = network(&server);
    drop(server);
    network.api = "http://127.0.0.1:1".into();
    let gate = Gate::open(&network, None).unwrap();
    let refusal = gate.wait(gate.get("/x")).unwrap_err();
    assert!(matches!(&refusal, Refusal::Unreachable { host, .. } if host == "127.0.0.1:1"));
    assert!(refusal.remedy().is_some());
}

#[test]
fn what_is_not_json_is_no_answer() {
    let server = Server::start(|_| {
        Reply::Answer(
            200,
            vec![("content-type".into(), "text/html".into())],
            b"<html>".to_vec(),
        )
    });
    let refusal = get(&server, "/x").unwrap_err().to_string();
    assert!(
        refusal.contains("may not be the address of an API"),
        "{refusal}"
    );
}

#[test]
fn packed_bodies_are_unpacked_and_bounded() {
    let pack = |bytes: &[u8]| {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    };
    let packed =
        |body: Vec<u8>| Reply::Answer(200, vec![("content-encoding".into(), "GZip".into())], body);
    let (small, bomb) = (pack(b"[1]"), pack(&vec![b' '; 33 << 20]));
    assert!(bomb.len() < 100_000);
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/small" => packed(small.clone()),
        _ => packed(bomb.clone()),
    });
    assert_eq!(get(&server, "/small").unwrap().body, b"[1]");
    assert_eq!(server.seen()[0].header("accept-encoding"), Some("gzip"));
    let refusal = get(&server, "/bomb").unwrap_err();
    assert!(matches!(refusal, Refusal::TooLarge { .. }), "{refusal}");
    // Once: it would be as large again.
    assert_eq!(server.seen().len(), 2);
    let server = Server::start(|_| ok(&" ".repeat(33 << 20)));
    assert!(matches!(get(&server, "/x"), Err(Refusal::TooLarge { .. })));
}

#[test]
fn short_limits_are_waited_for() {
    let now = jiff::Timestamp::now().as_second();
    let secondary = r#"{"message":"You have exceeded a secondary rate limit."}"#;
    let limited = [
        Reply::json(429, "{}").with("Retry-After", "1"),
        Reply::json(403, "{}").with("Retry-After", "0"),
        Reply::json(429, "{}"),
        Reply::json(403, secondary),
        Reply::json(403, "{}")
            .with("X-RateLimit-Remaining", "0")
            .with("X-RateLimit-Reset", &(now - 5).to_string()),
    ];
    for reply in limited {
        let server = Server::start(in_turn(vec![reply.clone(), ok("[1]")]));
        assert_eq!(get(&server, "/x").unwrap().status, 200, "{reply:?}");
        assert_eq!(server.seen().len(), 2, "{reply:?}");
    }
}

#[test]
fn a_date_to_try_again_is_by_the_clock_of_the_forge() {
    // The clock of one of the two is wrong, and by the other's the date would be far away.
    let busy = Reply::json(503, "{}")
        .with("Date", "Fri, 01 Jan 2990 00:00:00 GMT")
        .with("Retry-After", "Fri, 01 Jan 2990 00:00:01 GMT");
    let server = Server::start(in_turn(vec![busy, ok("[1]")]));
    let start = std::time::Instant::now();
    assert_eq!(get(&server, "/x").unwrap().status, 200);
    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[test]
fn long_limits_end_the_asking() {
    let now = jiff::Timestamp::now().as_second();
    let primary = |status| {
        Reply::json(status, r#"{"message":"API rate limit exceeded"}"#)
            .with("X-RateLimit-Remaining", "0")
            .with("X-RateLimit-Reset", &(now + 3600).to_string())
    };
    let limited = [
        (primary(403), false),
        (primary(429), false),
        (Reply::json(429, "{}").with("Retry-After", "3600"), true),
        // It says so each time.
        (Reply::json(429, "{}").with("Retry-After", "0"), true),
    ];
    for (reply, is_secondary) in limited {
        let server = Server::start(move |_| reply.clone());
        let network = network(&server);
        let gate = Gate::open(&network, None).unwrap();
        let refusal = gate.wait(gate.get("/x")).unwrap_err();
        let Refusal::RateLimited { until, secondary } = &refusal else {
            panic!("{refusal}");
        };
        assert_eq!(*secondary, is_secondary);
        if !is_secondary {
            assert_eq!(until.unwrap().as_second(), now + 3600);
        }
        let before = server.seen().len();
        assert_eq!(gate.wait(gate.get("/y")), Err(refusal));
        assert_eq!(server.seen().len(), before);
    }
}

#[test]
fn what_is_forbidden_is_an_answer() {
    for status in [403, 404, 410, 422, 451] {
        let server = Server::start(move |_| {
            Reply::json(status, r#"{"message":"Resource not accessible"}"#)
                .with("X-RateLimit-Remaining", "4000")
        });
        assert_eq!(get(&server, "/x").unwrap().status, status);
        assert_eq!(server.seen().len(), 1);
    }
}

#[test]
fn a_revoked_token_is_used_once() {
    let server = Server::start(|_| Reply::json(401, r#"{"message":"Bad credentials"}"#));
    let network = network(&server);
    let gate = Gate::open(&network, None).unwrap();
    assert_eq!(gate.wait(gate.get("/x")).unwrap().status, 401);
    assert_eq!(gate.wait(gate.get("/y")), Err(Refusal::Unauthorized));
    assert_eq!(gate.wait(gate.pages("/z")), Err(Refusal::Unauthorized));
    assert_eq!(server.seen().len(), 1);
}

/// A list of three pages below `/list`.
fn list(seen: &Seen, third: &str) -> Reply {
    let page = |body: &str, next: &str| ok(body).with("Link", &format!("<{next}>; rel=\"next\""));
    let host = seen.header("host").unwrap();
    match seen.target.as_str() {
        "/list" => page("[1]", &format!("http://{host}/list?page=2")),
        "/list?page=2" => page("[2]", third),
        _ => ok("[3]"),
    }
}

#[test]
fn pages_are_followed_to_the_end() {
    let server = Server::start(|seen| list(seen, "/list?page=3"));
    let network = network(&server);
    let gate = Gate::open(&network, None).unwrap();
    let pages = gate.wait(gate.pages("/list")).unwrap();
    let bodies: Vec<&[u8]> = pages.iter().map(|page| page.body.as_slice()).collect();
    assert_eq!(bodies, [b"[1]", b"[2]", b"[3]"]);
}

#[test]
fn pages_lead_nowhere_else() {
    let other = Server::start(|_| ok("[]"));
    for elsewhere in [
        format!("{}/list?page=3", other.url()),
        "https://127.0.0.1/list?page=3".into(),
        "//evil.example/list".into(),
        "http://ann:hush@127.0.0.1/".into(),
        "file:///etc/passwd".into(),
    ] {
        let third = elsewhere.clone();
        let server = Server::start(move |seen| list(seen, &third));
        let network = network(&server);
        let gate = Gate::open(&network, None).unwrap();
        let refusal = gate.wait(gate.pages("/list")).unwrap_err();
        assert!(
            matches!(refusal, Refusal::Elsewhere { .. }),
            "{elsewhere}: {refusal}"
        );
        assert_eq!(server.seen().len(), 2);
    }
    assert!(other.seen().is_empty());
}

#[test]
fn pages_in_a_circle_are_no_list() {
    for back in ["/list", "/list?page=2", "/list?page=2#x"] {
        let server = Server::start(move |seen| list(seen, back));
        let network = network(&server);
        let gate = Gate::open(&network, None).unwrap();
        let refusal = gate.wait(gate.pages("/list")).unwrap_err();
        assert!(matches!(refusal, Refusal::Endless { .. }), "{refusal}");
        assert_eq!(server.seen().len(), 2);
    }
}

#[test]
fn a_page_that_fails_is_no_end_of_a_list() {
    let server = Server::start(|seen| match seen.target.as_str() {
        "/list?page=3" => Reply::Reset(b"[1,2,3,4]".to_vec()),
        _ => list(seen, "/list?page=3"),
    });
    let network = network(&server);
    let gate = Gate::open(&network, None).unwrap();
    assert!(gate.wait(gate.pages("/list")).is_err());
    // One that is refused is the last, and says so.
    let server = Server::start(|seen| match seen.target.as_str() {
        "/list?page=3" => Reply::json(403, "{}").with("Link", "</list?page=4>; rel=\"next\""),
        _ => list(seen, "/list?page=3"),
    });
    let network = self::network(&server);
    let gate = Gate::open(&network, None).unwrap();
    let pages = gate.wait(gate.pages("/list")).unwrap();
    let statuses: Vec<u16> = pages.iter().map(|page| page.status).collect();
    assert_eq!(statuses, [200, 200, 403]);
}

#[test]
fn redirects_stay_on_the_host() {
    let other = Server::start(|_| ok("[]"));
    let away = format!("{}/x", other.url());
    let server = Server::start(move |seen| match seen.target.as_str() {
        "/old" => Reply::json(301, "{}").with("Location", "/new"),
        "/new" => ok("[1]"),
        "/away" => Reply::json(302, "{}").with("Location", &away),
        _ => Reply::json(307, "{}").with("Location", "/circle"),
    });
    assert_eq!(get(&server, "/old").unwrap().body, b"[1]");
    assert!(matches!(
        get(&server, "/away"),
        Err(Refusal::Elsewhere { .. })
    ));
    assert!(matches!(
        get(&server, "/circle"),
        Err(Refusal::Endless { .. })
    ));
    assert!(other.seen().is_empty());
    assert_eq!(server.seen().len(), 2 + 1 + 4);
}

#[test]
fn no_path_leads_out_of_the_api() {
    let server = Server::start(|_| ok("[]"));
    let mut network = network(&server);
    network.api = format!("{}/api/v3/", server.url());
    let gate = Gate::open(&network, None).unwrap();
    gate.wait(gate.get("orgs/x")).unwrap();
    assert_eq!(server.seen()[0].target, "/api/v3/orgs/x");
    gate.wait(gate.graphql("{ x }", &serde_json::json!({"a": 1}), None))
        .unwrap();
    let seen = server.seen().pop().unwrap();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("POST", "/api/graphql")
    );
    assert_eq!(seen.header("content-type"), Some("application/json"));
    assert!(seen.header("authorization").is_some());
    let body: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
    assert_eq!(
        body,
        serde_json::json!({"query": "{ x }", "variables": {"a": 1}})
    );
    for path in [
        "/../login",
        "/a/../../x",
        "https://evil.example/",
        "http://127.0.0.1:1/x",
    ] {
        let refusal = gate.wait(gate.get(path)).unwrap_err();
        assert!(
            matches!(refusal, Refusal::Elsewhere { .. }),
            "{path}: {refusal}"
        );
    }
    assert_eq!(server.seen().len(), 2);
}

#[test]
fn graphql_tells_of_limits_in_its_own_way() {
    let limited = r#"{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}"#;
    let now = jiff::Timestamp::now().as_second();
    let limited = ok(limited).with("X-RateLimit-Remaining", "0");
    let short = limited
        .clone()
        .with("X-RateLimit-Reset", &(now - 1).to_string());
    let long = limited.with("X-RateLimit-Reset", &(now + 900).to_string());
    for (reply, waits) in [(short, true), (long, false)] {
        let server = Server::start(in_turn(vec![reply, ok("{\"data\":{}}")]));
        let network = network(&server);
        let gate = Gate::open(&network, None).unwrap();
        let came = gate.wait(gate.graphql("{ x }", &serde_json::Value::Null, None));
        match came {
            Ok(answer) => assert!(waits && answer.status == 200),
            Err(refusal) => {
                assert!(
                    !waits
                        && matches!(
                            refusal,
                            Refusal::RateLimited {
                                secondary: false,
                                ..
                            }
                        )
                );
            }
        }
    }
}

#[test]
fn only_so_many_requests_are_under_way() {
    let now = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (inner, peak) = (now.clone(), most.clone());
    let server = Server::start(move |seen| {
        peak.fetch_max(inner.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        std::thread::sleep(Duration::from_millis(20));
        inner.fetch_sub(1, Ordering::SeqCst);
        ok(&format!("\"{}\"", seen.target))
    });
    let network = network(&server);
    let gate = Gate::open(&network, None).unwrap();
    let paths: Vec<String> = (0..40).map(|number| format!("/{number}")).collect();
    let answers = gate.wait(Gate::together(paths.iter().map(|path| gate.get(path))));
    for (path, answer) in paths.iter().zip(answers) {
        assert_eq!(answer.unwrap().body, format!("\"{path}\"").into_bytes());
    }
    let most = most.load(Ordering::SeqCst);
    assert!((2..=8).contains(&most), "{most} at once");
}

#[test]
fn a_proxy_is_used_and_never_shown() {
    let proxy = Server::start(|seen| match seen.method.as_str() {
        "CONNECT" => Reply::json(407, ""),
        _ => ok("[\"by proxy\"]"),
    });
    let server = Server::start(|_| ok("[\"direct\"]"));
    let mut network = network(&server);
    let with_password = format!("http://ann:hushHush@127.0.0.1:{}", proxy.port());
    network.proxy = Proxies {
        http: Some(with_password.clone()),
        https: Some(with_password),
        none: None,
    };
    let gate = Gate::open(&network, None).unwrap();
    assert_eq!(gate.wait(gate.get("/x")).unwrap().body, b"[\"by proxy\"]");
    let seen = &proxy.seen()[0];
    assert_eq!(seen.target, format!("{}/x", server.url()));
    // ann:hushHush
    assert_eq!(
        seen.header("proxy-authorization"),
        Some("Basic YW5uOmh1c2hIdXNo")
    );

    network.api = "https://api.example.com".into();
    let gate = Gate::open(&network, None).unwrap();
    let refusal = gate.wait(gate.get("/x")).unwrap_err();
    let seen = proxy.seen().pop().unwrap();
    assert_eq!(
        (seen.method.as_str(), seen.target.as_str()),
        ("CONNECT", "api.example.com:443")
    );
    assert_eq!(seen.header("authorization"), None);
    assert!(!format!("{refusal} {refusal:?} {gate:?} {network:?}").contains("hushHush"));

    network.api = server.url();
    network.proxy.none = Some("localhost, 127.0.0.0/8".into());
    let gate = Gate::open(&network, None).unwrap();
    assert_eq!(gate.wait(gate.get("/x")).unwrap().body, b"[\"direct\"]");

    for faulty in ["socks5://127.0.0.1:1", "http://", "a b", "gopher://x"] {
        network.proxy.https = Some(faulty.into());
        let refusal = Gate::open(&network, None).unwrap_err();
        assert!(matches!(refusal, Refusal::Unusable { .. }), "{faulty}");
    }
}

#[test]
fn what_cannot_be_an_api_is_refused() {
    for api in [
        "",
        "github",
        "ftp://x",
        "https://github.com",
        "https://ann:x@ghe.example",
        "https://x?y",
        "http://ghe.example/api/v3",
        "http://10.0.0.1",
        "https://x/#y",
    ] {
        let network = Network {
            api: api.into(),
            ..Network::default()
        };
        let refusal = Gate::open(&network, None).unwrap_err();
        assert!(matches!(refusal, Refusal::Unusable { .. }), "{api}");
        assert!(refusal.remedy().is_some());
    }
    for api in [
        "https://ann:hushHush@ghe.example/api/v3",
        "https://hushHush@ghe.example",
        "https://ann:hush@Hush@",
        "https://ghe.example?access_token=hushHush",
        "ann:hushHush@ghe.example",
        "https://ann:hushHush@[x",
    ] {
        let network = Network {
            api: api.into(),
            ..Network::default()
        };
        let refusal = Gate::open(&network, None).unwrap_err();
        assert!(
            !refusal.to_string().to_lowercase().contains("hush"),
            "{refusal}"
        );
    }
    for api in [
        "https://api.github.com",
        "https://ghe.example/api/v3/",
        "http://localhost:8080",
    ] {
        let network = Network {
            api: api.into(),
            ..Network::default()
        };
        assert!(Gate::open(&network, None).is_ok(), "{api}");
    }
}

#[cfg(not(feature = "github-app"))]
#[test]
fn an_app_needs_a_build_that_knows_them() {
    let network = Network {
        credential: Some(Credential::App {
            id: 1,
            key: Secret::key("x"),
        }),
        ..Network::default()
    };
    let refusal = Gate::open(&network, None).unwrap_err();
    assert!(refusal.to_string().contains("cannot act as an App"));
}
