//! How the parts of an entity are written: names, keys, tags, URLs. Pure functions of a text.
//!
//! Source: the descriptor format's text, and where it and the catalog's own checks differ the wider of
//! both: <https://backstage.io/docs/features/software-catalog/descriptor-format>.

/// The longest name, tag, namespace or kind.
const LONGEST: usize = 63;

/// The longest domain before the `/` of a key.
const LONGEST_DOMAIN: usize = 253;

/// Whether it can be the name of an entity: letters and digits, with `-`, `_` and `.` between them.
pub(super) fn is_name(text: &str) -> bool {
    let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST
        && is_end(bytes.first())
        && is_end(bytes.last())
        && bytes
            .iter()
            .all(|&b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// Whether it can be a namespace: letters and digits, with single `-` between them. Its case does not
/// count.
pub(super) fn is_namespace(text: &str) -> bool {
    is_label(&text.to_ascii_lowercase())
}

/// Whether it can be the kind of an entity: a letter, then letters and digits.
pub(super) fn is_kind(text: &str) -> bool {
    text.len() <= LONGEST
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether it can be an `apiVersion`: a version, perhaps behind a domain and `/`.
pub(super) fn is_api_version(text: &str) -> bool {
    let is_version = |text: &str| {
        (1..=LONGEST).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    match text.split_once('/') {
        None => is_version(text),
        Some((domain, version)) => is_domain(domain) && is_version(version),
    }
}

/// Whether it can be the key of a label or an annotation: a name, perhaps behind a domain and `/`.
pub(super) fn is_key(text: &str) -> bool {
    match text.split_once('/') {
        None => is_name(text),
        Some((domain, name)) => is_domain(domain) && is_name(name),
    }
}

/// Whether it can be the value of a label: a name, or nothing.
pub(super) fn is_label_value(text: &str) -> bool {
    text.is_empty() || is_name(text)
}

/// Whether it can be a tag: lower-case letters, digits, `:`, `+` and `#`, with single `-` between them.
pub(super) fn is_tag(text: &str) -> bool {
    let is_part = |part: &str| {
        let is_in = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b":+#".contains(&b);
        !part.is_empty() && part.bytes().all(is_in)
    };
    text.len() <= LONGEST && text.split('-').all(is_part)
}

/// Whether it can be a URL: a scheme and something behind it, as wide as browsers take it.
pub(super) fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else {
        return false;
    };
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let has_host = ["http", "https", "ftp", "ws", "wss"]
        .iter()
        .any(|it| scheme.eq_ignore_ascii_case(it));
    if !has_host {
        return is_scheme;
    }
    let host = rest.trim_start_matches(['/', '\\']);
    let host = host.split(['/', '\\', '?', '#']).next().unwrap_or_default();
    !host.is_empty() && !host.contains(char::is_whitespace)
}

fn is_domain(text: &str) -> bool {
    text.len() <= LONGEST_DOMAIN && text.split('.').all(is_label)
}

fn is_label(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    text.len() <= LONGEST && text.split('-').all(is_part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(is: fn(&str) -> bool, yes: &[&str], no: &[&str]) {
        for text in yes {
            assert!(is(text), "{text:?}");
        }
        for text in no {
            assert!(!is(text), "{text:?}");
        }
    }

    #[test]
    fn names_have_letters_and_digits_at_both_ends() {
        let (longest, longer) = ("a".repeat(63), "a".repeat(64));
        table(
            is_name,
            &["a", "7", "Visits_tracking.v2-x", "a--b", "A.", &longest][..4],
            &[
                "", "-a", "a-", "a.", "_", "a b", "a/b", "a:b", "ä", "a\n", &longer,
            ],
        );
        assert!(is_name(&longest));
        // Of all that one byte can be, this is what stands between two letters, and what stands alone.
        let between = |c: &char| is_name(&format!("a{c}b"));
        let alone = |c: &char| is_name(&c.to_string());
        let all = || (0..=127u8).map(char::from);
        let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        assert_eq!(all().filter(alone).collect::<String>(), letters);
        let mut with_signs: Vec<char> = letters.chars().chain("-_.".chars()).collect();
        with_signs.sort_unstable();
        assert_eq!(all().filter(between).collect::<Vec<_>>(), with_signs);
    }

    #[test]
    fn namespaces_kinds_and_versions() {
        table(
            is_namespace,
            &["default", "Payments-EU", "7"],
            &["", "a_b", "a.b", "-a", "a-", "a--b", "a b", &"a".repeat(64)],
        );
        table(
            is_kind,
            &["Component", "API", "x2"],
            &["", "2x", "My-Kind", "My Kind", &"a".repeat(64)],
        );
        table(
            is_api_version,
            &["v1", "backstage.io/v1alpha1", "a-b.c/V2"],
            &[
                "",
                "/",
                "backstage.io/",
                "/v1",
                "a/b/c",
                "Backstage.io/v1",
                "v1.2",
                "a..b/v1",
            ],
        );
    }

    #[test]
    fn keys_have_a_domain_in_front_or_none() {
        let domain = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        assert_eq!(domain.len(), 253);
        table(
            is_key,
            &[
                "tier",
                "acme.io/Tier_1",
                "grafana/dashboard-selector",
                &format!("{domain}/x"),
            ],
            &[
                "",
                "/x",
                "x/",
                "a/b/c",
                "Acme.io/x",
                "acme.io/-x",
                &format!("{domain}b/x"),
            ],
        );
        table(is_label_value, &["", "a", "1"], &["a b", "-"]);
    }

    #[test]
    fn tags_are_lower_case() {
        table(
            is_tag,
            &["java", "c++", "c#", "a:b-c", "7", &"a".repeat(63)],
            &[
                "",
                "Java",
                "a b",
                "a_b",
                "a--b",
                "-a",
                "a-",
                "a.b",
                "ä",
                &"a".repeat(64),
            ],
        );
    }

    #[test]
    fn urls_have_a_scheme_and_a_host_where_they_need_one() {
        table(
            is_url,
            &[
                "https://acme.example",
                "HTTP://x/y z",
                "mailto:a@b",
                "slack://channel?id=1",
                " https://x ",
            ],
            &[
                "",
                "acme.example",
                "/x",
                "docs/x.md",
                "./x:y",
                "https://",
                "https:",
                "http://a b/",
                "1x:y",
            ],
        );
    }
}
