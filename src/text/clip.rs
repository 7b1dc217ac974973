//! Text of which the middle is left out, so that what people read stays short.

use std::borrow::Cow;

/// A text of at most so many characters: where there are more, `…` stands for what lies in the middle.
///
/// The middle goes, since a message that is too long is so for the sake of a name in it: what is said of
/// the name stands on both of its sides.
pub fn clip(text: &str, characters: usize) -> Cow<'_, str> {
    // A character has at least one byte, so that short texts, which nearly all are, need no counting.
    if text.len() <= characters || text.char_indices().nth(characters).is_none() {
        return Cow::Borrowed(text);
    }
    let kept = characters.saturating_sub(1);
    let (head, tail) = (kept.div_ceil(2), kept / 2);
    let head = text
        .char_indices()
        .nth(head)
        .map_or(text.len(), |(at, _)| at);
    let tail = match tail.checked_sub(1) {
        None => text.len(),
        Some(last) => {
            let start = text.char_indices().rev().nth(last);
            start.map_or(0, |(at, _)| at)
        }
    };
    Cow::Owned(format!("{}…{}", &text[..head], &text[tail..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_loses_its_middle() {
        for (text, characters, clipped) in [
            ("", 0, ""),
            ("äöü", 3, "äöü"),
            ("äöüß", 3, "ä…ß"),
            ("abcdefgh", 6, "abc…gh"),
            ("ab", 1, "…"),
            ("ab", 0, "…"),
        ] {
            assert_eq!(clip(text, characters), clipped, "{text} {characters}");
        }
        assert!(matches!(clip("as it is", 8), Cow::Borrowed(_)));
        let long = format!("pattern `{}` matches nothing", "x".repeat(5_000));
        let clipped = clip(&long, 100);
        assert_eq!(clipped.chars().count(), 100);
        assert!(clipped.starts_with("pattern `xx") && clipped.ends_with("xx` matches nothing"));
    }
}
