//! The readers of what single files show, by what is looked for.

use super::languages::Language;
use super::markers::MarkerWords;
use super::pass::{Reader, name};
use super::{across, addressed, alerts, code_suppressions, documents, excludes, markers};
use crate::facts::{FileEvidence, Looked};
use crate::policy::{PathPatterns, Reading, ServicesReading};
use crate::sources::catalog;
use crate::text::Text;

/// How many markers of one file are kept, and how many suppressions. More markers are counted.
const MOST_MARKERS: usize = 10_000;

/// The largest document that is read. What people write is far smaller.
const MOST_BYTES: usize = 4 << 20;

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
        readers.push(Box::new(Documents {
            runbooks: reading.runbooks.clone(),
            links: reading.links.clone(),
        }));
    }
    if looked.alerts {
        readers.push(Box::new(Alerts));
    }
    if !readers.is_empty() {
        readers.push(Box::new(AddressedComments));
    }
    if looked.descriptors {
        readers.push(Box::new(ServiceFiles));
        readers.push(Box::new(Descriptors {
            services: reading.services.clone(),
            named: false,
        }));
        readers.push(Box::new(HowThingsRun));
    }
    readers
}

/// Whether the file at this path may have comments: its name says its language, or says nothing, so that
/// its first line may.
fn may_have_comments(path: &[u8]) -> bool {
    Language::of(path, b"").is_some() || Language::may_be_told_by_first_line(name(path))
}

/// The language of a file, if people wrote it.
fn written_in(text: &Text) -> Option<&'static Language> {
    let language = Language::of(text.path().as_bytes(), text.bytes())?;
    (!excludes::is_generated(text.bytes(), language)).then_some(language)
}

struct Markers {
    words: MarkerWords,
}

impl Reader for Markers {
    fn looks_for(&self) -> Looked {
        Looked {
            markers: true,
            ..Looked::default()
        }
    }

    fn is_of_lines(&self) -> bool {
        true
    }

    fn wants(&self, path: &[u8]) -> bool {
        may_have_comments(path)
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if !self.words.any(text.bytes()) {
            return;
        }
        let Some(language) = written_in(text) else {
            return;
        };
        let read = markers::read(text, language, &self.words, MOST_MARKERS);
        found.markers = read.markers;
        found.more_markers = read.beyond;
        found.cut |= read.beyond > 0;
    }
}

struct CodeSuppressions;

impl Reader for CodeSuppressions {
    fn looks_for(&self) -> Looked {
        Looked {
            code_suppressions: true,
            ..Looked::default()
        }
    }

    fn is_of_lines(&self) -> bool {
        true
    }

    fn wants(&self, path: &[u8]) -> bool {
        may_have_comments(path)
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if !code_suppressions::any(text.bytes()) {
            return;
        }
        if let Some(language) = written_in(text) {
            let read = &mut found.code_suppressions;
            *read = code_suppressions::read(text, language, MOST_MARKERS + 1);
            found.cut |= read.len() > MOST_MARKERS;
            read.truncate(MOST_MARKERS);
        }
    }
}

/// Files of this program's own format that declare a service.
struct ServiceFiles;

impl Reader for ServiceFiles {
    fn looks_for(&self) -> Looked {
        Looked {
            descriptors: true,
            ..Looked::default()
        }
    }

    fn wants(&self, path: &[u8]) -> bool {
        name(path) == b"service.toml"
    }

    fn is_global(&self) -> bool {
        true
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        let (service, faults) = catalog::read_service_file(text);
        let descriptor = found.descriptor.get_or_insert_default();
        descriptor.services.extend(service);
        descriptor.faults.extend(faults);
    }
}

/// Descriptors of Backstage.
pub(super) struct Descriptors {
    /// How they say what.
    pub(super) services: ServicesReading,
    /// Whether other descriptors name the files, so that their own names do not matter.
    pub(super) named: bool,
}

impl Reader for Descriptors {
    fn looks_for(&self) -> Looked {
        Looked {
            descriptors: true,
            ..Looked::default()
        }
    }

    fn wants(&self, path: &[u8]) -> bool {
        self.named || matches!(name(path), b"catalog-info.yaml" | b"catalog-info.yml")
    }

    fn is_global(&self) -> bool {
        true
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if let Some(descriptor) = catalog::backstage::read(text, &self.services, self.named) {
            found.descriptor = Some(descriptor);
        }
    }
}

/// Files that are no descriptors and say how things are built and run.
struct HowThingsRun;

impl Reader for HowThingsRun {
    fn looks_for(&self) -> Looked {
        Looked {
            descriptors: true,
            ..Looked::default()
        }
    }

    fn wants(&self, path: &[u8]) -> bool {
        catalog::running::wants(path)
    }

    fn is_global(&self) -> bool {
        true
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        found.running = catalog::running::read(text);
    }
}

struct Documents {
    runbooks: PathPatterns,
    links: PathPatterns,
}

impl Reader for Documents {
    fn looks_for(&self) -> Looked {
        Looked {
            documents: true,
            ..Looked::default()
        }
    }

    fn wants(&self, path: &[u8]) -> bool {
        across::role(path, &self.runbooks, &self.links).is_some()
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        Targets.read(text, found);
    }
}

/// Documents that links name a place in, whatever they are there for.
pub(super) struct Targets;

impl Reader for Targets {
    fn looks_for(&self) -> Looked {
        Looked {
            documents: true,
            ..Looked::default()
        }
    }

    fn wants(&self, _: &[u8]) -> bool {
        true
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if text.bytes().len() > MOST_BYTES {
            found.cut = true;
            return;
        }
        let document = documents::read(text);
        found.cut |= document.cut;
        found.document = Some(document);
    }
}

struct Alerts;

impl Reader for Alerts {
    fn looks_for(&self) -> Looked {
        Looked {
            alerts: true,
            ..Looked::default()
        }
    }

    fn wants(&self, path: &[u8]) -> bool {
        alerts::is_rule_file(path)
    }

    fn read(&self, text: &Text, found: &mut FileEvidence) {
        if alerts::any(text.bytes()) {
            let read = alerts::read(text);
            found.alerts = read.alerts;
            found.unread_alerts = read.unread;
        }
    }
}

/// Comments that speak to the program, in all files that are read for their comments.
struct AddressedComments;

impl Reader for AddressedComments {
    fn looks_for(&self) -> Looked {
        Looked::default()
    }

    fn goes_along(&self) -> bool {
        true
    }

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
