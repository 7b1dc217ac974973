//! Where links may lead: nowhere that only this machine, or its network, can reach.
//!
//! A link comes from a repository, and whoever writes there must not be able to make the program ask what
//! stands behind a firewall. What counts is where a name leads when it is connected to: the resolver below
//! gives addresses only that may be asked, so that nothing can change between a look and its use.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Finds the addresses of a name; it may block.
pub(super) type Lookup = Arc<dyn Fn(&str) -> io::Result<Vec<IpAddr>> + Send + Sync>;

/// As the machine does it.
pub(super) fn by_system() -> Lookup {
    Arc::new(|name| {
        let found = std::net::ToSocketAddrs::to_socket_addrs(&(name, 0))?;
        Ok(found.map(|address| address.ip()).collect())
    })
}

/// Which links may be followed.
#[derive(Clone)]
pub(super) struct Guard {
    allowed: Arc<[String]>,
    lookup: Lookup,
    /// Which addresses it gives as a resolver.
    reach: Reach,
}

/// How far a link may lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// To public addresses alone.
    Public,
    /// To any address, since whoever runs the program said so for this host and port.
    Any,
}

/// What a host that may not be asked is, for people.
const PRIVATE: &str = "leads to an address that is not public";

impl Guard {
    /// A guard that lets these hosts through besides: names or addresses, with or without a port.
    pub(super) fn new(allowed: &[String], lookup: Lookup) -> Guard {
        let allowed = allowed.iter().map(|host| host.to_ascii_lowercase());
        Guard {
            allowed: allowed.collect(),
            lookup,
            reach: Reach::Public,
        }
    }

    /// A resolver for links of this reach. One cannot serve both: it is told a name and never the port.
    pub(super) fn resolver(&self, reach: Reach) -> Arc<Guard> {
        Arc::new(Guard {
            reach,
            ..self.clone()
        })
    }

    /// Whether a link may be asked, as far as it says itself, and how far it may lead.
    ///
    /// # Errors
    /// Why it may not.
    pub(super) fn admit(&self, url: &Url, by_proxy: bool) -> Result<Reach, String> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`{}` is not followed", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("it holds a user or a password, which are not sent".into());
        }
        let (Some(shown), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err("it has no host".into());
        };
        if self.allows(shown) || self.allows(&format!("{shown}:{port}")) {
            return Ok(Reach::Any);
        }
        if !matches!(port, 80 | 443) {
            return Err(format!(
                "it leads to the port {port}, and only 80 and 443 are asked"
            ));
        }
        // Odd spellings of addresses, such as `0x7f.1`, are addresses by the URL Standard.
        let bare = shown.trim_start_matches('[').trim_end_matches(']');
        let Ok(address) = bare.parse::<IpAddr>() else {
            // A proxy finds the addresses itself, so that only the name is left to judge by.
            return match by_proxy && is_local_name(shown) {
                true => Err(format!("`{shown}` {PRIVATE}")),
                false => Ok(Reach::Public),
            };
        };
        match is_public(address) {
            true => Ok(Reach::Public),
            false => Err(format!("`{shown}` {PRIVATE}")),
        }
    }

    fn allows(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.');
        self.allowed.iter().any(|allowed| allowed == host)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let name = name.as_str().to_owned();
            let (lookup, asked) = (guard.lookup.clone(), name.clone());
            let mut found = tokio::task::spawn_blocking(move || lookup(&asked)).await??;
            if guard.reach == Reach::Public {
                found.retain(|address| is_public(*address));
                if found.is_empty() {
                    return Err(format!("`{name}` {PRIVATE}").into());
                }
            }
            // The port is that of the link.
            let found = found.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// Whether a name is one that only a network of one's own knows: by RFC 6761, RFC 6762, RFC 8375, what ICANN
/// keeps for private use, or since it has a single part.
fn is_local_name(name: &str) -> bool {
    const OWN: [&str; 8] = [
        "localhost",
        "local",
        "internal",
        "home.arpa",
        "lan",
        "intranet",
        "corp",
        "home",
    ];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    !name.contains('.')
        || OWN.iter().any(|own| {
            name.strip_suffix(own)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// Whether an address is one of the public internet, by the registries of special addresses that IANA keeps
/// (RFC 6890 and what was added since).
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let special = a == 0 // this network
        || a == 10 // private
        || (a == 100 && (64..128).contains(&b)) // shared, for carrier-grade NAT
        || a == 127 // loopback
        || (a == 169 && b == 254) // link-local, with the metadata of clouds
        || (a == 172 && (16..32).contains(&b)) // private
        || (a == 192 && b == 0 && c == 0) // protocol assignments
        || (a == 192 && b == 0 && c == 2) // documentation
        || (a == 192 && b == 88 && c == 99) // 6to4 relays, retired
        || (a == 192 && b == 168) // private
        || (a == 198 && (b == 18 || b == 19)) // benchmarks
        || (a == 198 && b == 51 && c == 100) // documentation
        || (a == 203 && b == 0 && c == 113) // documentation
        || a >= 224 // multicast, reserved, broadcast
        || address == Ipv4Addr::new(168, 63, 129, 16); // the host of a virtual machine of Azure
    !special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, c, d, e, f, g, h] = address.segments();
    let within = |high: u16, low: u16| {
        let [first, second] = high.to_be_bytes();
        let [third, fourth] = low.to_be_bytes();
        is_public_v4(Ipv4Addr::new(first, second, third, fourth))
    };
    match (a, b) {
        // Mapped, compatible, loopback and unspecified: only what is public as IPv4.
        (0, 0) if [c, d, e] == [0; 3] => f == 0xffff && within(g, h),
        // IPv4 translated (RFC 2765): the same.
        (0, 0) if [c, d, e, f] == [0, 0, 0xffff, 0] => within(g, h),
        // NAT64 by its well-known prefix. Its local-use prefix is for networks of one's own.
        (0x64, 0xff9b) => [c, d, e, f] == [0; 4] && within(g, h),
        // 6to4 holds an IPv4 address; Teredo hides one.
        (0x2002, _) => within(b, c),
        // The rest of protocol assignments, Teredo among them, and documentation.
        (0x2001, b) if b < 0x200 || b == 0xdb8 => false,
        (0x3fff, b) if b < 0x1000 => false,
        // Global unicast is this; all else is private, link-local, multicast or not given out.
        _ => (a & 0xe000) == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(allowed: &[&str]) -> Guard {
        let allowed: Vec<String> = allowed.iter().map(|it| (*it).to_owned()).collect();
        Guard::new(&allowed, by_system())
    }

    #[test]
    fn only_public_addresses_are_public() {
        let public = [
            "1.1.1.1",
            "100.63.0.1",
            "100.128.0.1",
            "140.82.121.4",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "2606:50c0:8000::153",
            "2a00:1450::1",
            "64:ff9b::8c52:7904",
            "2002:8c52:7904::1",
            "::ffff:140.82.121.4",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        let special = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.7",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "3fff::1",
            "100::1",
            "::ffff:127.0.0.1",
            "::ffff:0:10.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::1",
            "2002:7f00:1::1",
            "2002:c0a8:1::1",
            "5f00::1",
            "4000::1",
        ];
        for address in special {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn odd_spellings_are_addresses() {
        let refused = [
            "http://127.0.0.1/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://0/",
            "http://[::1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::ffff:7f00:1]/",
            "http://127.0.0.1./",
            "http://169.254.169.254/latest",
            "http://１２７.0.0.1/",
            "https://github.com:22/",
            "ftp://github.com/",
            "file:///etc",
            "https://ann:hush@github.com/",
            "http://10.0.0.1:80/",
            "data:text/plain,x",
        ];
        for link in refused {
            let url = Url::parse(link).unwrap();
            assert!(guard(&[]).admit(&url, false).is_err(), "{link}");
        }
        for link in [
            "https://github.com/",
            "http://140.82.121.4/",
            "https://example.com:443/",
        ] {
            let url = Url::parse(link).unwrap();
            assert_eq!(guard(&[]).admit(&url, false), Ok(Reach::Public), "{link}");
        }
    }

    #[test]
    fn through_a_proxy_names_are_judged() {
        let own = [
            "http://localhost/",
            "http://a.localhost/",
            "http://wiki/",
            "http://wiki.internal/",
            "http://wiki.INTERNAL./",
            "http://printer.local/",
            "http://nas.home.arpa/",
        ];
        for link in own {
            let url = Url::parse(link).unwrap();
            assert!(guard(&[]).admit(&url, true).is_err(), "{link}");
        }
        for link in [
            "https://github.com/",
            "https://internal.example.com/",
            "https://glocal/x.y",
        ] {
            let url = Url::parse(link).unwrap();
            let by_name = guard(&[]).admit(&url, true).is_ok();
            assert_eq!(by_name, link != "https://glocal/x.y", "{link}");
        }
    }

    #[test]
    fn allowed_hosts_are_let_through() {
        let guard = guard(&["Wiki.internal", "127.0.0.1:8080"]);
        let by = |link: &str| guard.admit(&Url::parse(link).unwrap(), true).is_ok();
        assert!(by("http://wiki.internal/a") && by("http://WIKI.internal:8443/a"));
        assert!(by("http://127.0.0.1:8080/") && by("http://0x7f.1:8080/"));
        assert!(!by("http://127.0.0.1/") && !by("http://a.wiki.internal/"));
        let reach = |link: &str| guard.admit(&Url::parse(link).unwrap(), false);
        assert_eq!(reach("http://wiki.internal/"), Ok(Reach::Any));
        assert_eq!(reach("http://wiki.internal.example/"), Ok(Reach::Public));
    }
}
