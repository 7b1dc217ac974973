//! What raw HTML in Markdown holds of links and anchors. No parser: attributes are found wherever they
//! stand, but for comments.

mod headings;

pub(super) use headings::Headings;

/// What spans several pieces of HTML.
#[derive(Debug, Default)]
pub(super) struct Html {
    in_comment: bool,
}

impl Html {
    /// The piece with comments blanked out, so that offsets stay.
    pub(super) fn strip_comments(&mut self, html: &str) -> String {
        let mut out = String::with_capacity(html.len());
        let mut rest = html;
        while !rest.is_empty() {
            let (end, inside) = match self.in_comment {
                true => (rest.find("-->").map(|at| at + 3), true),
                false => (rest.find("<!--"), false),
            };
            let at = end.unwrap_or(rest.len());
            match inside {
                true => out.extend(std::iter::repeat_n(' ', at)),
                false => out.push_str(&rest[..at]),
            }
            if end.is_some() {
                self.in_comment = !inside;
            }
            rest = &rest[at..];
        }
        out
    }
}

/// Which attribute it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    /// `href` or `src`.
    Link,
    /// `id` or `name`.
    Anchor,
}

/// An attribute with its value.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute<'h> {
    pub(super) name: Name,
    pub(super) value: &'h str,
    /// Where the value starts.
    pub(super) at: usize,
}

const NAMES: [(&str, Name); 4] = [
    ("href", Name::Link),
    ("src", Name::Link),
    ("id", Name::Anchor),
    ("name", Name::Anchor),
];

/// The attributes of a piece of HTML that name a place, in order.
pub(super) fn attributes(html: &str) -> Vec<Attribute<'_>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(equals) = html[from..].find('=').map(|at| from + at) {
        from = equals + 1;
        let before = html[..equals].trim_end();
        let name = NAMES.iter().find(|(name, _)| ends_with_name(before, name));
        let Some(&(_, name)) = name else {
            continue;
        };
        let rest = &html[from..];
        let at = from + (rest.len() - rest.trim_start().len());
        let (start, end) = match html[at..].chars().next() {
            Some(quote @ ('"' | '\'')) => (at + 1, html[at + 1..].find(quote)),
            _ => (at, html[at..].find(|c: char| c.is_whitespace() || c == '>')),
        };
        let end = end.map_or(html.len(), |end| start + end);
        from = end;
        found.push(Attribute {
            name,
            value: &html[start..end],
            at: start,
        });
    }
    found
}

/// Whether the text ends with this attribute's name, as a word of its own.
fn ends_with_name(text: &str, name: &str) -> bool {
    let Some(start) = text.len().checked_sub(name.len()) else {
        return false;
    };
    let is_name = text
        .get(start..)
        .is_some_and(|end| end.eq_ignore_ascii_case(name));
    is_name && text[..start].ends_with(|c: char| c.is_whitespace() || c == '"' || c == '\'')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(html: &str) -> Vec<(Name, String)> {
        let all = attributes(html).into_iter();
        all.map(|it| (it.name, it.value.to_owned())).collect()
    }

    #[test]
    fn attributes_are_found_quoted_or_not() {
        assert_eq!(
            values("<a href=\"x y\"><img src='z' data-src=\"no\"><a name=here id = \"q\">"),
            [
                (Name::Link, "x y".into()),
                (Name::Link, "z".into()),
                (Name::Anchor, "here".into()),
                (Name::Anchor, "q".into())
            ]
        );
        assert_eq!(
            values("<a href=\"unclosed"),
            [(Name::Link, "unclosed".into())]
        );
        assert_eq!(values("a=b href"), []);
    }

    #[test]
    fn comments_are_blanked_over_several_pieces() {
        let mut html = Html::default();
        assert_eq!(html.strip_comments("a<!-- b"), "a      ");
        assert_eq!(html.strip_comments("ä c"), "    ");
        assert_eq!(html.strip_comments("d -->e<!--f-->g"), "     e        g");
    }
}
