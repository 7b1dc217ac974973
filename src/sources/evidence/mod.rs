//! What the tree shows of the process: markers, documents and alerts. In: the files of a tree, and what is
//! looked for in them. Out: facts, and a gap for what could not be read.
//!
//! What depends on the bytes and the name of one file alone is read by a `Reader` in the `pass`; what
//! looks across files, as a link does, comes behind it.

mod across;
mod addressed;
mod alerts;
mod anchors;
mod code_suppressions;
mod comments;
mod descriptors;
mod documents;
mod excludes;
mod forge;
#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod fuzzing;
mod html;
mod labels;
mod languages;
mod links;
mod markers;
mod pass;
mod readers;
mod references;
mod runbook_links;
mod silencers;
mod site_paths;
mod sites;
mod source_files;
mod syntaxes;

pub(crate) use excludes::is_foreign;
pub(crate) use source_files::{SOURCE_FILES, is_source, source_files};

use crate::facts::{Evidence, Gap, GapKind, Looked, Tree, UnreadFile, Unsearched};
use crate::policy::Reading;
use crate::sources::repository::{BlobId, Source};
use crate::text::{RepoPath, count, number};
use links::Links;
use pass::{Blobs, Reader, Round};

pub use pass::Memory;

/// The largest file that is opened. What people write is far smaller.
const LIMIT: u64 = 16 << 20;

/// Reads what the files below `scope` show. `gaps` are those of the tree.
pub fn read(
    source: &Source,
    tree: &Tree,
    gaps: &[Gap],
    scope: &RepoPath,
    looked: Looked,
    reading: &Reading,
    change: Option<&Changed<'_>>,
) -> (Evidence, Vec<Gap>) {
    if looked.is_nothing() {
        return (Evidence::default(), Vec::new());
    }
    let readers = readers::of(looked, reading);
    let blobs = SourceBlobs {
        source,
        tree,
        change,
    };
    let judged = excludes::judged(source, tree, scope, &reading.exclude, |file, in_scope| {
        let path = tree.path(file);
        let is_changed = u32::try_from(file).is_ok_and(|file| blobs.is_changed(file));
        readers.iter().any(|reader| {
            let is_asked = is_changed || !(reader.is_of_lines() || reader.goes_along());
            is_asked && (in_scope || reader.is_global()) && reader.wants(path)
        })
    });
    let links = Links::new(tree, gaps).on(source.forge());
    let asked: Vec<&dyn Reader> = readers.iter().map(|reader| &**reader).collect();
    let unknown = judged.unknown.into_iter().map(|(file, gap)| {
        let wanted = pass::looked_for(pass::wanted(tree, file, &asked, &blobs), &asked);
        UnreadFile { file, gap, wanted }
    });
    let unknown: Vec<UnreadFile> = unknown.collect();
    let (mut evidence, unread) =
        gather(tree, judged.files, unknown, looked, reading, &blobs, &links);
    if looked.markers || looked.code_suppressions {
        evidence.unsearched = excludes::unsearched(tree, scope, &reading.exclude);
    }
    (evidence, [judged.gaps, unread].concat())
}

/// Of a change, what narrows what is read of one side.
#[derive(Debug)]
pub struct Changed<'c> {
    /// By file of the tree: whether what it shows is judged line by line; all others show the same on both
    /// sides.
    pub files: Vec<bool>,
    /// What both sides have in common.
    pub memory: &'c Memory,
}

/// The passes, and what comes behind them.
fn gather(
    tree: &Tree,
    files: Vec<u32>,
    mut unread: Vec<UnreadFile>,
    looked: Looked,
    reading: &Reading,
    blobs: &dyn Blobs,
    links: &Links<'_>,
) -> (Evidence, Vec<Gap>) {
    let readers = readers::of(looked, reading);
    let readers: Vec<&dyn Reader> = readers.iter().map(|reader| &**reader).collect();
    let first = pass::run(Round::First, tree, files, &readers, blobs);
    // A second pass for documents that what was read in the first one names a place in.
    let references = runbook_links::references(&first.files, links);
    let named = across::named_places(tree, &first.files, &references, links);
    let second = pass::run(Round::Targets, tree, named, &[&readers::Targets], blobs);
    let anchors = across::anchors(&first.files, &second.files);
    // And others for descriptors that descriptors name, whatever their names.
    let descriptors = descriptors::read(tree, &first.files, reading, blobs, links);
    unread.extend(first.unread);
    unread.extend(second.unread);
    unread.extend(descriptors.unread);
    // All documents together show whether a site generator takes their links.
    let is_whole = !unread.iter().any(|it| it.wanted.documents);
    let evidence = Evidence {
        looked,
        documents: across::documents(tree, &first.files, &anchors, links, (reading, is_whole)),
        alerts: across::alerts(references, &anchors, links),
        unread_alerts: across::unread_alerts(tree, &first.files),
        files: first.files,
        named: descriptors.named,
        reads: first.reads + second.reads + descriptors.reads,
        unsearched: Unsearched::default(),
        unread,
    };
    let gaps = first.gaps.into_iter().chain(descriptors.gaps);
    let gaps = gaps.chain(cut(tree, &evidence)).collect();
    (evidence, gaps)
}

/// The gap for files that hold more than is kept of one file: only who means harm, or a machine, writes
/// such files.
fn cut(tree: &Tree, evidence: &Evidence) -> Option<Gap> {
    let mut files = evidence.files.iter().filter(|(_, found)| found.cut);
    let (first, found) = files.next()?;
    let path = RepoPath::from(tree.path(*first as usize));
    let others = files.clone().count();
    let more = files.map(|(_, found)| found.more_markers).sum::<usize>() + found.more_markers;
    let markers = match more {
        0 => String::new(),
        more => format!(", {} among them", count(more, "marker")),
    };
    let rest = format!("so that the rest was not judged{markers}");
    Some(match others {
        0 => {
            let reason = format!("it holds more than is kept of one file, {rest}");
            Gap::new(GapKind::TooLarge, reason).at(path)
        }
        others => {
            let path = path.to_string_lossy();
            let files = number(others + 1);
            let reason = format!(
                "{files} files, such as `{path}`, hold more than is kept of one file, {rest}"
            );
            Gap::new(GapKind::TooLarge, reason)
        }
    })
}

/// The files of a source, by their places in its tree.
struct SourceBlobs<'s> {
    source: &'s Source,
    tree: &'s Tree,
    change: Option<&'s Changed<'s>>,
}

impl Blobs for SourceBlobs<'_> {
    fn content(&self, file: u32) -> Result<Vec<u8>, Gap> {
        let path = RepoPath::from(self.tree.path(file as usize));
        self.source.read(&path, LIMIT)
    }

    fn id(&self, file: u32) -> Option<BlobId> {
        let path = RepoPath::from(self.tree.path(file as usize));
        self.source.blob_id(&path)
    }

    fn is_changed(&self, file: u32) -> bool {
        let change = self.change;
        change.is_none_or(|change| change.files.get(file as usize) != Some(&false))
    }

    fn memory(&self) -> Option<&Memory> {
        self.change.map(|change| change.memory)
    }
}
