//! Telling findings apart, and recognizing them when lines move.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// Gives fingerprints: a hash of rule, subject, normalized text and an ordinal among equals.
///
/// Nothing in it depends on line numbers, on the name of a clone's folder, or on other findings than
/// equal ones, so that a finding keeps its fingerprint while others come and go.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    equals: BTreeMap<(&'static str, String, String), usize>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, which come in the order of the report. 128 bits in hex.
    pub(super) fn next(&mut self, rule: &'static str, subject: &str, text: &str) -> String {
        let text = normalized(text);
        let key = (rule, subject.to_owned(), text.clone());
        let ordinal = self.equals.entry(key).or_default();
        *ordinal += 1;
        let mut hash = Sha256::new();
        for part in [rule, subject, &text, &ordinal.to_string()] {
            // The length keeps ("a", "bc") apart from ("ab", "c").
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize()
            .iter()
            .take(16)
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Text without differences of white space.
pub(super) fn normalized(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_findings_differ_by_their_ordinal_alone() {
        let mut one = Fingerprints::default();
        let mut other = Fingerprints::default();
        let first = one.next("a/b", "s", "x  y");
        assert_eq!(first.len(), 32);
        assert_ne!(first, one.next("a/b", "s", "x y"));
        assert_eq!(first, other.next("a/b", "s", " x y "));
        assert_ne!(first, other.next("a/b", "sx", "y"));
    }
}
