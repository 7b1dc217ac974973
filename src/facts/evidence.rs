//! What the files of a tree show beside their names.

use std::sync::Arc;

use super::{
    Alert, AlertInTree, CodeSuppression, Descriptor, Document, DocumentInTree, Fault, Gap,
    Location, Marker, Running, UnreadAlerts,
};
use crate::text::Excerpt;

/// What the files of a tree show, as far as it was asked for.
///
/// Speaks of files by their place in the [`Tree`](crate::facts::Tree) that it was read from.
#[derive(Debug, Default)]
pub struct Evidence {
    /// What was looked for.
    pub looked: Looked,
    /// Files that show something, ascending by their place in the tree. What depends on the content
    /// alone is shared by files that have it in common.
    pub files: Vec<(u32, Arc<FileEvidence>)>,
    /// The documents that were asked for, ascending by their place in the tree.
    pub documents: Vec<(u32, DocumentInTree)>,
    /// The alerts that rule files declare, ascending by their place in the tree, and in a file in order.
    pub alerts: Vec<(u32, AlertInTree)>,
    /// Why there may be other alerts: a gap for each kind of reason, and how many files it stands for.
    pub unread_alerts: Vec<(Gap, usize)>,
    /// What the descriptors among the files name.
    pub named: NamedDescriptors,
    /// How many files were opened.
    pub reads: usize,
    /// Files that were not searched for comments.
    pub unsearched: Unsearched,
    /// Files that were to be searched and are unavailable.
    pub unread: Vec<UnreadFile>,
}

/// A file that was to be searched and is unavailable, or whose `.gitattributes` is, so that it is not known whether
/// it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadFile {
    /// Its place in the tree.
    pub file: u32,
    /// What is unavailable.
    pub gap: Gap,
    /// What the file was to be searched for.
    pub wanted: Looked,
}

/// Files among those to be judged in which no comment was looked for, as nothing is known of how
/// comments look in files of such a name: whether they hold markers is not known either.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unsearched {
    /// How many.
    pub files: usize,
    /// Their most frequent extensions, in lower case and without a dot, and how many files have each.
    pub extensions: Vec<(String, usize)>,
    /// How many extensions there are beyond those.
    pub more_extensions: usize,
}

/// The descriptors that others name, whatever their files are called.
#[derive(Debug, Default)]
pub struct NamedDescriptors {
    /// What they show, ascending by their place in the tree.
    pub files: Vec<(u32, Arc<FileEvidence>)>,
    /// Where descriptors name others that are no files of the repository.
    pub elsewhere: Vec<Location>,
    /// Where descriptors name others that have to be there, and are not.
    pub missing: Vec<Fault>,
}

/// What the files were searched for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// Tech-debt markers.
    pub markers: bool,
    /// Comments and attributes that silence a tool.
    pub code_suppressions: bool,
    /// Documents.
    pub documents: bool,
    /// Descriptors of services, teams and people.
    pub descriptors: bool,
    /// Alerts.
    pub alerts: bool,
}

impl Looked {
    /// What either of two was searched for.
    pub fn or(self, other: Looked) -> Looked {
        Looked {
            markers: self.markers || other.markers,
            code_suppressions: self.code_suppressions || other.code_suppressions,
            documents: self.documents || other.documents,
            descriptors: self.descriptors || other.descriptors,
            alerts: self.alerts || other.alerts,
        }
    }

    /// Whether any file has to be opened.
    pub fn is_nothing(self) -> bool {
        self == Looked::default()
    }
}

/// What one file shows, whatever its path: a function of its bytes and its name.
#[derive(Debug, Default)]
pub struct FileEvidence {
    /// Tech-debt markers, in the order of the file.
    pub markers: Vec<Marker>,
    /// How many markers there are beyond those that are kept.
    pub more_markers: usize,
    /// Comments and attributes that silence a tool, in the order of the file.
    pub code_suppressions: Vec<CodeSuppression>,
    /// What it says, if it is a document that was asked for.
    pub document: Option<Document>,
    /// What it declares, if it is a descriptor.
    pub descriptor: Option<Descriptor>,
    /// What it says of how things are built and run, if it is no descriptor and says anything.
    pub running: Option<Running>,
    /// The alerts that it declares, in the order of the file.
    pub alerts: Vec<Arc<Alert>>,
    /// Why it may declare other alerts.
    pub unread_alerts: Option<UnreadAlerts>,
    /// Comments that speak to this program: `bailiwick: …`.
    pub comments: Vec<AddressedComment>,
    /// Whether more stands in it than is kept of one file.
    pub cut: bool,
}

impl FileEvidence {
    /// Whether it shows nothing at all.
    pub fn is_empty(&self) -> bool {
        self.markers.is_empty()
            && self.code_suppressions.is_empty()
            && self.document.is_none()
            && self.descriptor.is_none()
            && self.running.is_none()
            && self.alerts.is_empty()
            && self.unread_alerts.is_none()
            && self.comments.is_empty()
            && !self.cut
    }
}

/// A comment that speaks to this program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressedComment {
    /// From `bailiwick:` to the end of the line or comment, marked in its line.
    pub excerpt: Excerpt,
    /// The lines that it is about, the last one included: its own, or, if it stands alone there, those
    /// that follow up to the next one with anything but a comment on it.
    pub lines: std::ops::RangeInclusive<u32>,
}
