//! Links: what leads somewhere, and where none may lead.

use std::net::IpAddr;

use super::*;
use reqwest::dns::Resolve as _;

use crate::sources::net::guard::{Guard, Lookup};
use crate::sources::net::{LinkState, Proxies};

/// A gate before a server that is allowed, in a world where all names lead to this machine.
fn gate_to(server: &Server, allowed: &[&str]) -> Gate<'static> {
    let mut network = network(server);
    network.allowed_hosts = allowed.iter().map(|host| (*host).to_owned()).collect();
    Gate::open_with(&network, None, to("127.0.0.1")).unwrap()
}

fn to(address: &str) -> Lookup {
    let address: IpAddr = address.parse().unwrap();
    Arc::new(move |_| Ok(vec![address]))
}

fn why(state: LinkState) -> String {
    match state {
        LinkState::Unknown(why) => why,
        state => panic!("{state:?}"),
    }
}

#[test]
fn links_are_told_by_their_status() {
    let server = Server::start(|seen| match (seen.method.as_str(), seen.target.as_str()) {
        (_, "/alive" | "/a?b=c") => Reply::json(200, "x"),
        (_, "/gone") => Reply::json(410, ""),
        (_, "/missing") => Reply::json(404, ""),
        ("HEAD", "/no-head") => Reply::json(405, ""),
        ("HEAD", "/odd-head") => Reply::json(404, ""),
        ("GET", "/no-head" | "/odd-head") => Reply::json(200, "x"),
        (_, "/login") => Reply::json(401, ""),
        (_, "/broken") => Reply::json(500, ""),
        (_, "/moved") => Reply::json(301, "").with("Location", "/alive"),
        (_, "/moved-away") => Reply::json(302, "").with("Location", "/missing"),
        (_, "/silent") => Reply::Silence(Duration::from_secs(1)),
        _ => Reply::json(302, "").with("Location", "/circle"),
    });
    let gate = gate_to(&server, &["127.0.0.1"]);
    let state = |path: &str| gate.wait(gate.link(&format!("{}{path}", server.url())));
    for path in [
        "/alive",
        "/a?b=c",
        "/no-head",
        "/odd-head",
        "/moved",
        "/alive#part",
    ] {
        assert_eq!(state(path), LinkState::Alive, "{path}");
    }
    assert_eq!(state("/gone"), LinkState::Gone(410));
    assert_eq!(state("/missing"), LinkState::Gone(404));
    assert_eq!(state("/moved-away"), LinkState::Gone(404));
    assert_eq!(why(state("/login")), "the answer has the status 401");
    assert_eq!(why(state("/broken")), "the answer has the status 500");
    assert_eq!(why(state("/silent")), "there is no answer in time");
    assert_eq!(why(state("/circle")), "it redirects more than 5 times");
    let seen = server.seen();
    assert!(seen.iter().all(|it| it.header("authorization").is_none()));
    // Each once, whatever part of it is meant.
    let of = |path: &str| seen.iter().filter(|it| it.target == path).count();
    assert_eq!((of("/a?b=c"), of("/no-head"), of("/circle")), (1, 2, 6));
    assert_eq!(gate.spent().links, seen.len() as u64);
    assert_eq!(gate.spent().requests, 0);
}

#[test]
fn no_link_leads_to_what_is_private() {
    let server = Server::start(|_| Reply::json(200, "x"));
    let port = server.port();
    // By name, whatever it is called: it leads here.
    let gate = gate_to(&server, &[]);
    let state = |link: &str| why(gate.wait(gate.link(link)));
    assert!(state("http://example.com/").contains("not public"));
    assert!(state("https://example.com/").contains("not public"));
    assert!(state(&format!("http://example.com:{port}/")).contains("port"));
    for host in [
        "127.0.0.1",
        "0x7f.1",
        "2130706433",
        "[::1]",
        "[::ffff:7f00:1]",
        "0",
    ] {
        assert!(
            state(&format!("http://{host}/x")).contains("not public"),
            "{host}"
        );
        assert!(
            state(&format!("http://{host}:{port}/x")).contains("port"),
            "{host}"
        );
    }
    assert!(state("ftp://example.com/").contains("not followed"));
    assert_eq!(state("no address"), "it is no address");
    assert!(server.seen().is_empty());
}

#[test]
fn no_redirect_leads_to_what_is_private() {
    let private = Server::start(|_| Reply::json(200, "x"));
    let port = private.port();
    let server = Server::start(move |seen| {
        let to = match seen.target.as_str() {
            "/address" => "http://127.0.0.2/".into(),
            "/name" => "http://example.com/".into(),
            "/odd" => "http://0x7f.2/".into(),
            "/file" => "file:///etc/passwd".into(),
            _ => format!("http://127.0.0.2:{port}/"),
        };
        Reply::json(302, "").with("Location", &to)
    });
    let gate = gate_to(&server, &["127.0.0.1"]);
    for path in ["/address", "/name", "/odd", "/file", "/port"] {
        let link = format!("{}{path}", server.url());
        why(gate.wait(gate.link(&link)));
    }
    assert!(private.seen().is_empty());
    assert_eq!(server.seen().len(), 5);
}

#[test]
fn a_name_that_changes_where_it_leads_is_of_no_use() {
    // Were a name looked up to be judged and again to be used, the second answer would count. It is looked up
    // once for each connection, and what is found then is judged.
    let server = Server::start(|_| Reply::json(200, "x"));
    let asked = Arc::new(AtomicUsize::new(0));
    let count = asked.clone();
    let lookup: Lookup = Arc::new(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        Ok(vec!["127.0.0.1".parse().unwrap()])
    });
    let gate = Gate::open_with(&network(&server), None, lookup).unwrap();
    let state = gate.wait(gate.link("http://rebinding.example/"));
    assert!(why(state).contains("not public"));
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    assert!(server.seen().is_empty());
    // Of several addresses only those are connected to that are public.
    let mixed: Vec<IpAddr> = ["127.0.0.1", "140.82.121.4", "::1", "fd00::1"]
        .map(|it| it.parse().unwrap())
        .into();
    let guard = Guard::new(&[], Arc::new(move |_| Ok(mixed.clone())));
    let name = "rebinding.example".parse().unwrap();
    let left = gate.wait(async { guard.resolve(name).await }).unwrap();
    let left: Vec<String> = left.map(|it| it.ip().to_string()).collect();
    assert_eq!(left, ["140.82.121.4"]);
}

#[test]
fn allowed_hosts_may_be_private() {
    let server = Server::start(|_| Reply::json(200, "x"));
    let port = server.port();
    let gate = gate_to(&server, &["wiki.example"]);
    let state = |link: String| gate.wait(gate.link(&link));
    assert_eq!(
        state(format!("http://wiki.example:{port}/")),
        LinkState::Alive
    );
    why(state(format!("http://other.example:{port}/")));
    let gate = gate_to(&server, &[&format!("wiki.example:{port}")]);
    assert_eq!(
        gate.wait(gate.link(&format!("http://WIKI.example:{port}/"))),
        LinkState::Alive
    );
    // With a port it is that port alone.
    for link in ["http://wiki.example/", "https://wiki.example/"] {
        let why = why(gate.wait(gate.link(link)));
        assert!(why.contains("not public"), "{link}: {why}");
    }
}

#[test]
fn links_are_bounded_by_host() {
    let server = Server::start(|_| Reply::json(200, "x"));
    let gate = gate_to(&server, &["127.0.0.1"]);
    let links: Vec<String> = (0..25).map(|it| format!("{}/{it}", server.url())).collect();
    let states = gate.wait(Gate::together(links.iter().map(|link| gate.link(link))));
    let alive = states.iter().filter(|it| **it == LinkState::Alive).count();
    assert_eq!(alive, 20);
    assert!(why(states[24].clone()).contains("of a host"));
    assert_eq!(server.seen().len(), 20);
}

#[test]
fn through_a_proxy_no_local_name_is_asked() {
    let proxy = Server::start(|_| Reply::json(200, "x"));
    let mut network = network(&proxy);
    network.proxy = Proxies {
        http: Some(proxy.url()),
        ..Proxies::default()
    };
    let gate = Gate::open(&network, None).unwrap();
    let state = |link: &str| gate.wait(gate.link(link));
    assert_eq!(state("http://example.com/x"), LinkState::Alive);
    for link in [
        "http://wiki/",
        "http://wiki.internal/",
        "http://127.0.0.1/",
        "http://a.localhost/",
    ] {
        assert!(why(state(link)).contains("not public"), "{link}");
    }
    assert_eq!(proxy.seen().len(), 1);
    assert_eq!(proxy.seen()[0].target, "http://example.com/x");
}
