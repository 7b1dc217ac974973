//! Anchors of headings, as GitHub makes them: in lower case, without punctuation, a dash for each space,
//! and a number behind those that come again.

use std::collections::{BTreeMap, BTreeSet};

/// Gives the headings of a document their anchors.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    all: BTreeSet<String>,
    /// How often each anchor was given.
    given: BTreeMap<String, usize>,
    /// Whether there are headings that were not read.
    lost: bool,
}

/// Stands among the anchors of a document some of whose headings are not known. No anchor is compared in
/// this form.
pub(super) const UNKNOWN: &str = "\u{2217}";

impl Anchors {
    /// The anchor of the next heading. Whether white space around its text counts, as behind a picture, is
    /// the forge's, so that the document has the anchors of both.
    pub(super) fn next(&mut self, heading: &str) -> String {
        if heading.trim().len() < heading.len() {
            self.add(&dashed(heading));
        }
        let slug = slug(heading);
        let times = self.given.entry(slug.clone()).or_default();
        let anchor = match *times {
            0 => slug,
            times => format!("{slug}-{times}"),
        };
        *times += 1;
        self.all.insert(canonical(&anchor));
        anchor
    }

    /// The anchor of the next heading, which is one of HTML, where white space within counts as one.
    pub(super) fn next_of_html(&mut self, text: &str) {
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        self.next(&words.join(" "));
        self.add(&dashed(text));
    }

    /// An anchor that the document gives itself.
    pub(super) fn add(&mut self, anchor: &str) {
        self.all.insert(canonical(anchor));
    }

    /// There are headings whose anchors are not known.
    pub(super) fn lose_count(&mut self) {
        self.lost = true;
    }

    /// All anchors, in the form in which they are compared.
    pub(super) fn finish(mut self) -> BTreeSet<String> {
        if self.lost {
            self.all.insert(UNKNOWN.into());
        }
        self.all
    }
}

/// The anchor of the first heading with this text.
fn slug(heading: &str) -> String {
    dashed(heading.trim())
}

fn dashed(text: &str) -> String {
    let kept = text.to_lowercase();
    let kept = kept.chars().filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        _ => (!c.is_ascii_punctuation() && !is_dropped(c)).then_some(c),
    });
    kept.collect()
}

/// Whether a character beyond ASCII has no place in an anchor: what is neither letter, number nor mark.
fn is_dropped(c: char) -> bool {
    !c.is_alphanumeric() && !is_mark(c)
}

/// Combining marks and variation selectors, which stay.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{fe00}'..='\u{fe0f}' | '\u{200d}')
}

/// The form in which anchors are compared. Browsers and forge differ in case and in marks, and versions of
/// Unicode in what is a letter, so that these do not tell two anchors apart here. Punctuation of ASCII does:
/// no heading's anchor has it, so that a link with it leads nowhere.
pub(super) fn canonical(anchor: &str) -> String {
    let anchor = anchor.strip_prefix("user-content-").unwrap_or(anchor);
    let kept = anchor
        .chars()
        .filter(|c| c.is_ascii() || c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_what_github_makes() {
        for (heading, anchor) in [
            ("Getting Started", "getting-started"),
            ("What's new in 2.0?", "whats-new-in-20"),
            ("`--flag` and `x_y`", "--flag-and-x_y"),
            ("A & B", "a--b"),
            ("Über uns", "über-uns"),
            ("日本語 text", "日本語-text"),
            (":rocket: Launch", "rocket-launch"),
            ("🚀 Launch", "-launch"),
            ("C++ / C#", "c--c"),
        ] {
            assert_eq!(slug(heading), anchor, "{heading}");
        }
    }

    #[test]
    fn what_comes_again_is_numbered() {
        let mut anchors = Anchors::default();
        let given: Vec<String> = ["A", "a", "B", "A"]
            .iter()
            .map(|it| anchors.next(it))
            .collect();
        assert_eq!(given, ["a", "a-1", "b", "a-2"]);
    }

    #[test]
    fn comparison_forgives_case_marks_and_the_prefix_of_the_forge() {
        assert_eq!(canonical("user-content-Foo\u{fe0f}-bar"), "foo-bar");
        assert_eq!(canonical("Schema.Block"), "schema.block");
        assert_eq!(canonical(UNKNOWN), "");
    }
}
