//! What the URL of a repository's origin says of its name.

use gix::bstr::{BStr, ByteSlice as _};
use gix::url::Scheme;

use crate::sources::repository::Forge;

/// The names in an origin URL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Origin {
    /// The first part of the path on a forge: an organization, a user or a top group.
    pub(super) organization: Option<String>,
    /// The last part of the path, without `.git`.
    pub(super) name: Option<String>,
    /// Where a forge shows the repository.
    pub(super) forge: Option<Forge>,
}

/// Reads the names in a URL as git takes it: `https://…`, `ssh://…`, `host:path`, or a path.
pub(super) fn parse(url: &BStr) -> Origin {
    let Ok(url) = gix::url::parse(url) else {
        return Origin::default();
    };
    let parts: Vec<&[u8]> = url
        .path
        .split(|&byte| byte == b'/')
        .filter(|part| !matches!(*part, b"" | b"." | b".git"))
        .collect();
    let text = |part: &[u8]| part.to_str_lossy().into_owned();
    let name = parts
        .last()
        .filter(|last| **last != b"..")
        .map(|last| last.strip_suffix(b".git").unwrap_or(last));
    // A path on this machine begins with no organization, and a helper's address is its own affair.
    let on_a_forge = matches!(
        url.scheme,
        Scheme::Ssh | Scheme::Git | Scheme::Http | Scheme::Https
    );
    let forge = url
        .host()
        .zip(name)
        .filter(|_| on_a_forge && parts.len() > 1);
    let forge = forge.map(|(host, name)| Forge {
        host: host.to_owned(),
        path: text(&[&parts[..parts.len() - 1], &[name]].concat().join(&b'/')),
    });
    Origin {
        forge,
        organization: match parts.as_slice() {
            [first, .., _] if on_a_forge => Some(text(first)),
            _ => None,
        },
        name: name.map(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_from_every_way_to_write_a_url() {
        // url, organization, name; `-` for none
        let cases = [
            ("git@github.com:acme/shop.git", "acme", "shop"),
            ("github.com:acme/shop", "acme", "shop"),
            ("https://github.com/acme/shop", "acme", "shop"),
            ("https://github.com/acme/shop/", "acme", "shop"),
            ("https://github.com/acme/shop.git", "acme", "shop"),
            (
                "https://user:token@github.com/acme/shop.git",
                "acme",
                "shop",
            ),
            ("ssh://git@github.com:22/acme/shop.git", "acme", "shop"),
            ("git://example.org/acme/shop.git", "acme", "shop"),
            ("https://gitlab.com/acme/backend/shop.git", "acme", "shop"),
            ("https://github.com/acme/shop.io", "acme", "shop.io"),
            ("https://example.org/shop.git", "-", "shop"),
            ("/srv/git/acme/shop.git", "-", "shop"),
            ("file:///srv/git/shop.git", "-", "shop"),
            ("../shop", "-", "shop"),
            ("/srv/shop/.git", "-", "shop"),
            ("/srv/shop/.", "-", "shop"),
            ("..", "-", "-"),
            ("https://github.com", "-", "-"),
            ("https://github.com:port/acme/shop", "-", "-"),
            ("", "-", "-"),
        ];
        for (url, organization, name) in cases {
            let origin = parse(url.into());
            let shown = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".to_owned());
            assert_eq!(
                (shown(&origin.organization), shown(&origin.name)),
                (organization.to_owned(), name.to_owned()),
                "{url}"
            );
        }
    }

    #[test]
    fn a_forge_is_known_by_host_and_whole_path() {
        for (url, expected) in [
            ("git@github.com:acme/shop.git", "github.com acme/shop"),
            (
                "https://user:token@github.com/acme/shop.git",
                "github.com acme/shop",
            ),
            (
                "ssh://git@git.acme.com:22/acme/backend/shop.git",
                "git.acme.com acme/backend/shop",
            ),
            ("https://example.org/shop.git", "-"),
            ("file:///srv/git/shop.git", "-"),
            ("/srv/git/acme/shop.git", "-"),
        ] {
            let forge = parse(url.into()).forge;
            let shown = forge.map(|forge| format!("{} {}", forge.host, forge.path));
            assert_eq!(shown.as_deref().unwrap_or("-"), expected, "{url}");
        }
    }
}
