//! What a link that leads nowhere was probably meant to be, and how it has to be written.

use std::fmt::Write;

/// Schemes of links to other hosts.
const SCHEMES: [&str; 2] = ["https://", "http://"];

/// Endings of hosts that are hardly those of files.
const DOMAINS: [&str; 4] = ["com", "io", "net", "org"];

/// What to do about a link that holds a URL, so that no path of the repository was meant. None for others.
pub(super) fn elsewhere(written: &str) -> Option<String> {
    // A URL in the query is what some page is asked for.
    let path = written.split(['?', '#']).next().unwrap_or_default();
    let at = SCHEMES.iter().filter_map(|scheme| path.find(scheme)).min();
    let Some(at) = at else {
        return path
            .contains("://")
            .then(|| "write a URL as `https://example.com`".to_owned());
    };
    let (before, url) = written.split_at(at);
    let is_bracket = |c: char| matches!(c, '(' | ')');
    if !before.is_empty() && before.chars().all(is_bracket) {
        let closing = before.len();
        let mut url = url;
        for _ in 0..closing {
            url = url.strip_suffix(')').unwrap_or(url);
        }
        return Some(format!(
            "the parentheses are a part of the link: write `{url}` without them"
        ));
    }
    Some(format!("did you mean `{url}`?"))
}

/// What to write before a link that looks as if it led out of the repository: `mailto:`, `https://`.
pub(super) fn outside(written: &str) -> Option<String> {
    if is_address(written) {
        return Some(format!("did you mean `mailto:{written}`?"));
    }
    let host = written.split(['/', '?', '#']).next().unwrap_or_default();
    is_host(host).then(|| format!("did you mean `https://{written}`?"))
}

fn is_address(text: &str) -> bool {
    let Some((user, host)) = text.split_once('@') else {
        return false;
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    // `logo@2x.png` is a picture for a finer screen.
    let is_file = host.starts_with(|c: char| c.is_ascii_digit());
    !user.is_empty() && user.chars().all(is_plain) && are_labels(host) && !is_file
}

fn is_host(text: &str) -> bool {
    let domain = text.rsplit('.').next().unwrap_or_default();
    are_labels(text) && (text.starts_with("www.") || DOMAINS.contains(&domain))
}

/// Whether a text is a name of a host: at least two labels.
fn are_labels(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    text.contains('.') && text.split('.').all(is_label)
}

/// The path `to` as a link in the document at `from` names it that was written like this: from the root or
/// from the document's folder, with the same query and place behind it.
pub(super) fn as_written(written: &str, from: &[u8], to: &[u8]) -> String {
    let mut out = String::new();
    let to: Vec<&[u8]> = to.split(|&byte| byte == b'/').collect();
    let mut rest = &to[..];
    if written.starts_with('/') {
        out.push('/');
    } else {
        let mut folders: Vec<&[u8]> = from.split(|&byte| byte == b'/').collect();
        folders.pop();
        let pairs = std::iter::zip(&folders, &to[..to.len() - 1]);
        let shared = pairs.take_while(|(a, b)| a == b).count();
        rest = &to[shared..];
        out.push_str(&"../".repeat(folders.len() - shared));
        // What has a colon before its first slash would be a scheme.
        if out.is_empty() && (written.starts_with("./") || rest[0].contains(&b':')) {
            out.push_str("./");
        }
    }
    for (index, name) in rest.iter().enumerate() {
        if index > 0 {
            out.push('/');
        }
        push_encoded(&mut out, name);
    }
    let suffix = written.find(['?', '#']).map_or("", |at| &written[at..]);
    out + suffix
}

/// Writes what would end a link in Markdown, or begin another part of it, with percent signs.
fn push_encoded(out: &mut String, name: &[u8]) {
    for chunk in name.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '%' | '#' | '?' | '(' | ')' | '<' | '>' | '\\' | '\0'..=' ' | '\x7f' => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "%{:02X}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_suggestion_is_written_as_the_link_has_to_be() {
        for (written, from, to, expected) in [
            (
                "Docs/Patches",
                "po/README.md",
                "Docs/Patches",
                "../Docs/Patches",
            ),
            (
                "/docs/Guide.md",
                "po/README.md",
                "docs/guide.md",
                "/docs/guide.md",
            ),
            ("b.md#L1-L3", "a/README.md", "a/c/b.md", "c/b.md#L1-L3"),
            ("./b.md?raw=1", "a/README.md", "a/c/b.md", "./c/b.md?raw=1"),
            ("b.md", "a/b/c/README.md", "a/x/b.md", "../../x/b.md"),
            ("b.md", "README.md", "x/b.md", "x/b.md"),
            ("readme.md", "a/README.md", "a/README.md", "README.md"),
            ("b", "a/README.md", "a", "../a"),
            (
                "A b.md",
                "README.md",
                "x/a (b)#%.md",
                "x/a%20%28b%29%23%25.md",
            ),
            ("x", "README.md", "a:b/x", "./a:b/x"),
        ] {
            assert_eq!(
                as_written(written, from.as_bytes(), to.as_bytes()),
                expected,
                "{written} in {from}"
            );
        }
        assert_eq!(as_written("x", b"\xff/a", b"\xff/b/\xfe"), "b/%FE");
    }

    #[test]
    fn a_link_that_holds_a_url_was_meant_to_be_it() {
        for (written, expected) in [
            (
                "(https://x.io/a_(b))",
                Some(
                    "the parentheses are a part of the link: write `https://x.io/a_(b)` without them",
                ),
            ),
            (
                "(https://x.io/a",
                Some("the parentheses are a part of the link: write `https://x.io/a` without them"),
            ),
            ("see https://x.io", Some("did you mean `https://x.io`?")),
            ("htps//://x", Some("write a URL as `https://example.com`")),
            ("docs/https.md", None),
            ("/open?url=https://x.io", None),
        ] {
            assert_eq!(elsewhere(written).as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn addresses_and_hosts_lack_their_scheme() {
        for (written, expected) in [
            (
                "help@acme.com",
                Some("did you mean `mailto:help@acme.com`?"),
            ),
            (
                "acme.io/docs/a",
                Some("did you mean `https://acme.io/docs/a`?"),
            ),
            ("acme.com", Some("did you mean `https://acme.com`?")),
            (
                "www.acme.co.uk",
                Some("did you mean `https://www.acme.co.uk`?"),
            ),
            ("docs/guide.md", None),
            ("guide.md", None),
            ("./acme.com", None),
            ("docs.old/a.md", None),
            ("a@b", None),
            ("icons/a@b.png", None),
            ("a@2x.png", None),
        ] {
            assert_eq!(outside(written).as_deref(), expected, "{written}");
        }
    }
}
