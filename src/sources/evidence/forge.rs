//! URLs of this repository's own files, as its forge has them.

use crate::sources::repository::Forge;

/// Branches that stand for the tree at hand: what a tag or another branch holds is not known.
const BRANCHES: [&str; 5] = ["main", "master", "HEAD", "trunk", "develop"];

/// What comes between a repository and a branch.
const VIEWS: [&str; 5] = ["blob", "tree", "raw", "blame", "edit"];

/// The path in the repository that a URL shows, with query and anchor, if it shows one of `forge` on a
/// branch that stands for the tree at hand.
///
/// Source: how GitHub (`/blob/`) and GitLab (`/-/blob/`) form the addresses of files.
pub(super) fn path_of<'u>(url: &'u str, forge: &Forge) -> Option<&'u str> {
    let rest = strip(url, "https://").or_else(|| strip(url, "http://"))?;
    let rest = strip(rest, "www.").unwrap_or(rest);
    if let Some(raw) = strip(rest, "raw.githubusercontent.com/")
        && forge.host.eq_ignore_ascii_case("github.com")
    {
        let raw = strip(raw, &forge.path)?.strip_prefix('/')?;
        return on_a_branch(raw.strip_prefix("refs/heads/").unwrap_or(raw));
    }
    let rest = strip(rest, &forge.host)?.strip_prefix('/')?;
    let rest = strip(rest, &forge.path)?.strip_prefix('/')?;
    let rest = rest.strip_prefix("-/").unwrap_or(rest);
    let (view, rest) = rest.split_once('/')?;
    VIEWS.contains(&view).then(|| on_a_branch(rest)).flatten()
}

fn on_a_branch(rest: &str) -> Option<&str> {
    let (branch, path) = rest.split_once('/')?;
    BRANCHES.contains(&branch).then_some(path)
}

/// The rest behind a prefix, without regard to case.
fn strip<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let start = text.get(..prefix.len())?;
    start
        .eq_ignore_ascii_case(prefix)
        .then(|| &text[prefix.len()..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_files_are_told_from_all_else() {
        let github = Forge {
            host: "github.com".into(),
            path: "acme/shop".into(),
        };
        let gitlab = Forge {
            host: "git.acme.com".into(),
            path: "acme/back/shop".into(),
        };
        for (url, forge, path) in [
            (
                "https://github.com/acme/shop/blob/main/a/b.md#c",
                &github,
                Some("a/b.md#c"),
            ),
            (
                "https://GitHub.com/Acme/Shop/tree/master/a",
                &github,
                Some("a"),
            ),
            (
                "http://www.github.com/acme/shop/blob/HEAD/a?plain=1",
                &github,
                Some("a?plain=1"),
            ),
            (
                "https://raw.githubusercontent.com/acme/shop/main/a",
                &github,
                Some("a"),
            ),
            (
                "https://git.acme.com/acme/back/shop/-/blob/main/a.md",
                &gitlab,
                Some("a.md"),
            ),
            ("https://github.com/acme/shop/blob/v1.2/a.md", &github, None),
            ("https://github.com/acme/shop/wiki/a", &github, None),
            ("https://github.com/acme/shop", &github, None),
            (
                "https://github.com/acme/shopping/blob/main/a",
                &github,
                None,
            ),
            ("https://github.com/other/shop/blob/main/a", &github, None),
            (
                "https://github.com.evil.com/acme/shop/blob/main/a",
                &github,
                None,
            ),
            ("https://gitlab.com/acme/shop/blob/main/a", &github, None),
            ("ftp://github.com/acme/shop/blob/main/a", &github, None),
            (
                "https://raw.githubusercontent.com/acme/back/shop/main/a",
                &gitlab,
                None,
            ),
            ("https://githüb.com/", &github, None),
        ] {
            assert_eq!(path_of(url, forge), path, "{url}");
        }
    }
}
