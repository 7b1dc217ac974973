//! Finds the literals that occur in a text, many at once.

use aho_corasick::{AhoCorasick, MatchKind};

/// Many literals, each with the numbers of what needs it.
///
/// A text is searched once, so that patterns that need a literal which the text lacks cost nothing.
#[derive(Debug, Default)]
pub(crate) struct Needles {
    searcher: Option<AhoCorasick>,
    /// By literal: the numbers of what needs it.
    needed_by: Vec<Vec<u32>>,
    /// Numbers without a literal.
    always: Vec<u32>,
}

impl Needles {
    /// Indexes literals by their place; an empty one occurs in every text.
    pub(crate) fn new<'n>(literals: impl IntoIterator<Item = &'n [u8]>) -> Needles {
        let mut needles = Needles::default();
        let mut distinct = std::collections::HashMap::new();
        let mut texts = Vec::new();
        for (number, literal) in (0..).zip(literals) {
            if literal.is_empty() {
                needles.always.push(number);
                continue;
            }
            let place = *distinct.entry(literal).or_insert_with(|| {
                texts.push(literal);
                needles.needed_by.push(Vec::new());
                texts.len() - 1
            });
            needles.needed_by[place].push(number);
        }
        let mut builder = AhoCorasick::builder();
        builder.match_kind(MatchKind::Standard);
        match builder.build(&texts) {
            Ok(searcher) => needles.searcher = Some(searcher),
            // Only beyond the numbers of 31 bits: then every text may have every literal.
            Err(_) => needles.always.extend(needles.needed_by.drain(..).flatten()),
        }
        needles
    }

    /// Puts the numbers of what may match `text` into `found`, in ascending order.
    pub(crate) fn find(&self, text: &[u8], found: &mut Vec<u32>) {
        found.clear();
        found.extend_from_slice(&self.always);
        if let Some(searcher) = self
            .searcher
            .as_ref()
            .filter(|_| !self.needed_by.is_empty())
        {
            let mut places: Vec<usize> = searcher
                .find_overlapping_iter(text)
                .map(|occurrence| occurrence.pattern().as_usize())
                .collect();
            places.sort_unstable();
            places.dedup();
            for place in places {
                found.extend_from_slice(&self.needed_by[place]);
            }
        }
        found.sort_unstable();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_whose_literal_occurs_are_found() {
        let literals: [&[u8]; 5] = [b"abc", b"", b"bc", b"x", b"abc"];
        let needles = Needles::new(literals);
        let mut found = Vec::new();
        for (text, numbers) in [
            (&b"abcabc"[..], &[0, 1, 2, 4][..]),
            (b"", &[1]),
            (b"xbc", &[1, 2, 3]),
        ] {
            needles.find(text, &mut found);
            assert_eq!(found, numbers);
        }
        let none: [&[u8]; 0] = [];
        Needles::new(none).find(b"a", &mut found);
        assert!(found.is_empty());
    }
}
