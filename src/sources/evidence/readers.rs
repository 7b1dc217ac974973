//! The readers of what single files show, by what is looked for.

use super::languages::Language;
use super::markers::MarkerWords;
use super::pass::{Reader, name};
use super::{addressed, code_suppressions, markers};
use crate::facts::{FileEvidence, Looked};
use crate::policy::Reading;
use crate::text::Text;

/// How many markers of one file are kept. More are counted.
const MOST_MARKERS: usize = 10_000;

/// The readers that find what is looked for.
pub(super) fn of(looked: Looked, reading: &Reading) -> Vec<Box<dyn Reader>> {
    let mut readers: Vec<Box<dyn Reader>> = Vec::new();
    if looked.markers
        && let Ok(words) = MarkerWords::new(&reading.words)
    {
        readers.push(Box::new(Markers { words }));
    }
    if looked.code_suppressions {
        readers.push(Box::new(CodeSuppressions));
    }
    if looked.documents {
        let reading = (reading.runbooks.clone(), reading.links.clone());
        readers.push(Box::new(Documents { reading }));
    }
    if !readers.is_empty() {
        readers.push(Box::new(AddressedComments));
    }
    readers
}

/// Whether the file at this path may have comments: its name says its language, or says nothing, so that
/// its first line may.
fn may_have_comments(path: &[u8]) -> bool {
    Language::of(path, b"").is_some() || !name(path).contains(&b'.')
}

struct Markers {
    words: MarkerWords,
}

impl Reader for Markers {
    fn wants(&self, path: &[u8]) -> bool {
        may_have_comments(path)
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if !self.words.any(text.bytes()) {
            return;
        }
        let Some(language) = Language::of(text.path().as_bytes(), text.bytes()) else {
            return;
        };
        let read = markers::read(text, language, &self.words, MOST_MARKERS);
        found.markers = read.markers;
        found.more_markers = read.beyond;
    }
}

struct CodeSuppressions;

impl Reader for CodeSuppressions {
    fn wants(&self, path: &[u8]) -> bool {
        may_have_comments(path)
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if !code_suppressions::any(text.bytes()) {
            return;
        }
        if let Some(language) = Language::of(text.path().as_bytes(), text.bytes()) {
            found.code_suppressions = code_suppressions::read(text, language);
        }
    }
}

/// Comments that speak to the program, in all files that are read for their comments.
struct AddressedComments;

impl Reader for AddressedComments {
    fn wants(&self, path: &[u8]) -> bool {
        may_have_comments(path)
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if addressed::any(text.bytes())
            && let Some(language) = Language::of(text.path().as_bytes(), text.bytes())
        {
            found.comments = addressed::read(text, language);
        }
    }
}
