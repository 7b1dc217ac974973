//! Where a list goes on (RFC 8288, as far as it is used for that).

use reqwest::Url;
use serde_json::Value;

/// The target whose relation is `next`.
pub(super) fn next(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some(start) = rest.find('<') {
        let (target, behind) = rest[start + 1..].split_once('>')?;
        // Parameters reach to the comma before the next target; one in quotes ends none.
        let mut in_quotes = false;
        let end = behind.find(|it: char| {
            in_quotes ^= it == '"';
            it == ',' && !in_quotes
        });
        let (parameters, more) = behind.split_at(end.unwrap_or(behind.len()));
        let is_next = parameters.split(';').any(|parameter| {
            let (name, value) = parameter.split_once('=').unwrap_or_default();
            let mut relations = value.trim().trim_matches('"').split_ascii_whitespace();
            name.trim().eq_ignore_ascii_case("rel")
                && relations.any(|it| it.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(target.trim().to_owned());
        }
        rest = more;
    }
    None
}

/// Whether a page holds as much as was asked for, so that another may follow.
pub(super) fn is_full(url: &Url, body: &[u8]) -> bool {
    let asked = url.query_pairs().find(|(name, _)| name == "per_page");
    let asked = asked.and_then(|(_, value)| value.parse::<usize>().ok());
    // GitHub's own default.
    let asked = asked.unwrap_or(30);
    let count = match serde_json::from_slice(body) {
        Ok(Value::Array(items)) => items.len(),
        // Some lists stand beside their count.
        Ok(Value::Object(fields)) => {
            let lists = fields.values().filter_map(Value::as_array);
            lists.map(Vec::len).max().unwrap_or(0)
        }
        _ => 0,
    };
    count >= asked.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_found() {
        let header = r#"<https://a/x?page=1>; rel="prev", <https://a/x?page=3,4>; title="a, <b>"; rel="last next""#;
        assert_eq!(next(header).as_deref(), Some("https://a/x?page=3,4"));
        assert_eq!(next("<y>;rel=next").as_deref(), Some("y"));
        for header in [
            "",
            "<",
            "<a",
            "<a>",
            "<a>; rel",
            r#"<a>; rel="nextest""#,
            "a; rel=next",
        ] {
            assert_eq!(next(header), None, "{header}");
        }
    }

    #[test]
    fn a_full_page_is_told() {
        let url = |query: &str| Url::parse(&format!("https://a/x?{query}")).unwrap();
        assert!(is_full(&url("per_page=2"), b"[1,2]"));
        assert!(!is_full(&url("per_page=2"), b"[1]"));
        assert!(!is_full(&url(""), b"[1,2]"));
        assert!(is_full(
            &url("per_page=1"),
            br#"{"total_count":9,"runs":[{}]}"#
        ));
        assert!(!is_full(&url("per_page=0"), br#"{"a":[]}"#));
    }
}
