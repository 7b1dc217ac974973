//! The one pass over the files of a tree: each file is opened once, in parallel, for all readers that
//! asked for it, and not at all if none did.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use crate::facts::{FileEvidence, Gap, GapKind, Looked, Tree, UnreadFile};
use crate::sources::repository::BlobId;
use crate::text::{RepoPath, Text};

/// Reads one kind of evidence. What it finds in a file depends on the file's bytes and name alone, so
/// that a content which several files or trees share is read once.
pub(super) trait Reader: Sync {
    /// What it looks for; nothing for a reader that only goes along with others.
    fn looks_for(&self) -> Looked;

    /// Whether it asks for the file at this path.
    fn wants(&self, path: &[u8]) -> bool;

    /// Whether it asks for files outside of the target too: who owns what does not end there.
    fn is_global(&self) -> bool {
        false
    }

    /// Whether it is asked for changed files alone where a change is judged: what it finds is judged line
    /// by line, and the same in all others.
    fn is_of_lines(&self) -> bool {
        false
    }

    /// Whether it is only asked along with others.
    fn goes_along(&self) -> bool {
        false
    }

    /// Adds what the file shows; `text` has the file's name for a path.
    fn read(&self, text: &Text, found: &mut FileEvidence);
}

/// What the pass reads from.
pub(super) trait Blobs: Sync {
    /// The content of the file at this place of the tree.
    fn content(&self, file: u32) -> Result<Vec<u8>, Gap>;

    /// What names the content of the file, where that is known without opening it.
    fn id(&self, file: u32) -> Option<BlobId>;

    /// Whether the file is judged line by line.
    fn is_changed(&self, _: u32) -> bool {
        true
    }

    /// What was found in contents before.
    fn memory(&self) -> Option<&Memory> {
        None
    }
}

/// What was found in contents, so that one that two trees have is read once.
#[derive(Debug, Default)]
pub struct Memory(Mutex<HashMap<Remembered, Arc<FileEvidence>>>);

/// The readers that were asked for a content under a file's name.
type Remembered = (Round, BlobId, Mask, Box<[u8]>);

/// Which readers a pass asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Round {
    /// Those of files that are known by their names.
    First,
    /// That of documents that links name a place in.
    Targets,
    /// That of descriptors that others name.
    Descriptors,
}

impl Memory {
    fn get(&self, key: &Remembered) -> Option<Arc<FileEvidence>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(key).map(Arc::clone)
    }

    fn put(&self, key: Remembered, found: &Arc<FileEvidence>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(key, Arc::clone(found));
    }
}

/// Which of the readers are asked for the file at this place of the tree.
pub(super) fn wanted(tree: &Tree, file: u32, readers: &[&dyn Reader], blobs: &dyn Blobs) -> Mask {
    let path = tree.path(file as usize);
    let is_changed = blobs.is_changed(file);
    let of = |kept: &dyn Fn(&dyn Reader) -> bool| -> Mask {
        let all = readers.iter().enumerate();
        all.filter(|(_, reader)| kept(**reader) && (is_changed || !reader.is_of_lines()))
            .map(|(bit, reader)| Mask::from(reader.wants(path)) << bit)
            .sum()
    };
    match of(&|reader| !reader.goes_along()) {
        0 => 0,
        asked => asked | of(&|reader| reader.goes_along()),
    }
}

/// What a pass found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files that show something, ascending.
    pub(super) files: Vec<(u32, Arc<FileEvidence>)>,
    /// Files that are unavailable.
    pub(super) unread: Vec<UnreadFile>,
    /// Files that were not read because of what they are: one gap for each reason.
    pub(super) gaps: Vec<Gap>,
    /// How many contents were opened.
    pub(super) reads: usize,
}

/// How many readers there can be: one bit each.
pub(super) type Mask = u32;

/// Opens the files that any reader wants.
pub(super) fn run(
    round: Round,
    tree: &Tree,
    files: impl IntoIterator<Item = u32>,
    readers: &[&dyn Reader],
    blobs: &dyn Blobs,
) -> Found {
    let tasks = plan(tree, files, readers, blobs);
    let open = |task: &Task| {
        let path = tree.path(task.files[0] as usize);
        let Some(content) = text_of(blobs.content(task.files[0])?) else {
            return Ok(FileEvidence::default());
        };
        let text = Text::new(RepoPath::from(name(path)), content);
        let mut found = FileEvidence::default();
        for (bit, reader) in readers.iter().enumerate() {
            if task.wanted & (1 << bit) != 0 {
                reader.read(&text, &mut found);
            }
        }
        Ok(found)
    };
    let read = |task: &Task| {
        let key = blobs.memory().and_then(|memory| {
            let name = name(tree.path(task.files[0] as usize)).into();
            Some((memory, (round, blobs.id(task.files[0])?, task.wanted, name)))
        });
        let known = key.as_ref().and_then(|(memory, key)| memory.get(key));
        if let Some(found) = known {
            return Ok((found, false));
        }
        let found = Arc::new(open(task)?);
        if let Some((memory, key)) = key {
            memory.put(key, &found);
        }
        Ok((found, true))
    };
    let results: Vec<Result<(Arc<FileEvidence>, bool), Gap>> = tasks.par_iter().map(read).collect();
    let is_read = |result: &&Result<_, _>| !matches!(result, Ok((_, false)));
    let mut all = Found {
        reads: results.iter().filter(is_read).count(),
        ..Found::default()
    };
    let mut unread: BTreeMap<GapKind, (Gap, usize)> = BTreeMap::new();
    for (task, result) in tasks.iter().zip(results) {
        match result {
            Ok((found, _)) if found.is_empty() => {}
            Ok((found, _)) => {
                let files = task.files.iter();
                all.files
                    .extend(files.map(|&file| (file, Arc::clone(&found))));
            }
            Err(gap) if gap.kind.is_unavailable() => {
                let wanted = looked_for(task.wanted, readers);
                let files = task.files.iter().map(|&file| UnreadFile {
                    file,
                    gap: gap.clone().at(RepoPath::from(tree.path(file as usize))),
                    wanted,
                });
                all.unread.extend(files);
            }
            Err(gap) => match unread.entry(gap.kind) {
                Entry::Vacant(entry) => {
                    entry.insert((gap, task.files.len()));
                }
                Entry::Occupied(mut entry) => entry.get_mut().1 += task.files.len(),
            },
        }
    }
    all.files.sort_by_key(|&(file, _)| file);
    all.gaps = unread.into_values().map(summary).collect();
    all
}

/// What the readers of a mask look for.
pub(super) fn looked_for(mask: Mask, readers: &[&dyn Reader]) -> Looked {
    let asked = readers.iter().enumerate();
    let asked = asked.filter(|(bit, _)| mask & (1 << bit) != 0);
    asked.fold(Looked::default(), |all, (_, reader)| {
        all.or(reader.looks_for())
    })
}

/// A content to open, for all files that have it under the same name.
struct Task {
    files: Vec<u32>,
    wanted: Mask,
}

fn plan(
    tree: &Tree,
    files: impl IntoIterator<Item = u32>,
    readers: &[&dyn Reader],
    blobs: &dyn Blobs,
) -> Vec<Task> {
    let mut tasks: Vec<Task> = Vec::new();
    let mut known: HashMap<(BlobId, Mask, &[u8]), usize> = HashMap::new();
    for file in files {
        let path = tree.path(file as usize);
        let wanted = wanted(tree, file, readers, blobs);
        if wanted == 0 {
            continue;
        }
        if let Some(id) = blobs.id(file) {
            let task = *known.entry((id, wanted, name(path))).or_insert(tasks.len());
            if let Some(task) = tasks.get_mut(task) {
                task.files.push(file);
                continue;
            }
        }
        tasks.push(Task {
            files: vec![file],
            wanted,
        });
    }
    tasks
}

/// The last part of a path.
pub(super) fn name(path: &[u8]) -> &[u8] {
    let start = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
    &path[start..]
}

/// The text of a content: without a byte order mark, and in UTF-8 where the mark says UTF-16, as editors
/// on Windows may have it. `None` if it is none for people.
fn text_of(mut content: Vec<u8>) -> Option<Vec<u8>> {
    let units: fn([u8; 2]) -> u16 = match content.as_slice() {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => {
            if content.starts_with(b"\xef\xbb\xbf") {
                content.drain(..3);
            }
            return (!is_binary(&content)).then_some(content);
        }
    };
    // An odd byte at the end is half of a character.
    let (pairs, _) = content[2..].as_chunks();
    let characters = char::decode_utf16(pairs.iter().map(|&pair| units(pair)));
    let text = characters.map(|found| found.unwrap_or(char::REPLACEMENT_CHARACTER));
    let text = text.collect::<String>().into_bytes();
    (!is_binary(&text)).then_some(text)
}

/// Whether a content is none for people: as git decides it, by a NUL in the first 8000 bytes.
fn is_binary(content: &[u8]) -> bool {
    memchr::memchr(0, &content[..content.len().min(8000)]).is_some()
}

/// One gap for all files that could not be read for the same kind of reason.
fn summary((gap, files): (Gap, usize)) -> Gap {
    if files == 1 {
        return gap;
    }
    let path = gap.path.as_ref().map(RepoPath::to_string_lossy);
    let reason = format!(
        "{files} files were not read, such as `{}`: {}",
        path.unwrap_or_default(),
        gap.reason
    );
    Gap {
        reason,
        path: None,
        ..gap
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::facts::AddressedComment;

    /// Blobs of which each is its own name, but for those that are gone.
    struct Counted {
        opened: Vec<AtomicUsize>,
        ids: Vec<Option<BlobId>>,
    }

    impl Counted {
        fn new(ids: &[Option<u8>]) -> Counted {
            Counted {
                opened: ids.iter().map(|_| AtomicUsize::new(0)).collect(),
                ids: ids.iter().map(|id| id.map(|id| BlobId([id; 32]))).collect(),
            }
        }

        fn opened(&self) -> Vec<usize> {
            let opened = self.opened.iter();
            opened.map(|count| count.load(Ordering::Relaxed)).collect()
        }
    }

    impl Blobs for Counted {
        fn content(&self, file: u32) -> Result<Vec<u8>, Gap> {
            self.opened[file as usize].fetch_add(1, Ordering::Relaxed);
            match file {
                9.. => Err(Gap::new(GapKind::Sparse, "it is gone").at(RepoPath::from("gone"))),
                _ => Ok(b"text".to_vec()),
            }
        }

        fn id(&self, file: u32) -> Option<BlobId> {
            self.ids[file as usize]
        }
    }

    /// Wants files of an extension, and finds each of them remarkable.
    struct Extension(&'static [u8]);

    impl Reader for Extension {
        fn looks_for(&self) -> Looked {
            Looked {
                documents: true,
                ..Looked::default()
            }
        }

        fn wants(&self, path: &[u8]) -> bool {
            path.ends_with(self.0)
        }

        fn read(&self, text: &Text, found: &mut FileEvidence) {
            found.comments.push(AddressedComment {
                excerpt: text.excerpt(crate::text::Span::new(0, 1)),
                lines: 1..=1,
            });
        }
    }

    #[test]
    fn each_file_is_opened_once_for_all_readers_and_not_at_all_for_none() {
        let tree: Tree = ["a.md", "a.rs", "a.txt"].into_iter().collect();
        let blobs = Counted::new(&[None; 3]);
        let (first, second) = (Extension(b".md"), Extension(b"d"));
        let found = run(
            Round::First,
            &tree,
            0..3,
            &[&first, &second, &Extension(b".rs")],
            &blobs,
        );
        assert_eq!(blobs.opened(), [1, 1, 0]);
        assert_eq!(found.reads, 2);
        let comments: Vec<_> = found
            .files
            .iter()
            .map(|(file, found)| (*file, found.comments.len()))
            .collect();
        assert_eq!(comments, [(0, 2), (1, 1)]);
        assert_eq!(run(Round::First, &tree, 0..3, &[], &blobs).reads, 0);
    }

    #[test]
    fn a_content_that_files_of_one_name_share_is_opened_once() {
        let tree: Tree = ["a/x.md", "b/x.md", "b/y.md", "c/x.md"]
            .into_iter()
            .collect();
        let blobs = Counted::new(&[Some(1), Some(1), Some(1), Some(2)]);
        let found = run(Round::First, &tree, 0..4, &[&Extension(b".md")], &blobs);
        assert_eq!(blobs.opened(), [1, 0, 1, 1]);
        assert_eq!(found.files.len(), 4);
    }

    /// Blobs of one of two trees, of which only some files are judged line by line.
    struct Side<'s>(&'s Counted, &'s Memory, &'s [u32]);

    impl Blobs for Side<'_> {
        fn content(&self, file: u32) -> Result<Vec<u8>, Gap> {
            self.0.content(file)
        }

        fn id(&self, file: u32) -> Option<BlobId> {
            self.0.id(file)
        }

        fn is_changed(&self, file: u32) -> bool {
            self.2.contains(&file)
        }

        fn memory(&self) -> Option<&Memory> {
            Some(self.1)
        }
    }

    /// Wants files of an extension line by line.
    struct Lines(&'static [u8]);

    impl Reader for Lines {
        fn looks_for(&self) -> Looked {
            Looked {
                markers: true,
                ..Looked::default()
            }
        }

        fn wants(&self, path: &[u8]) -> bool {
            path.ends_with(self.0)
        }

        fn is_of_lines(&self) -> bool {
            true
        }

        fn read(&self, _: &Text, _: &mut FileEvidence) {}
    }

    #[test]
    fn a_content_that_two_trees_have_is_opened_once() {
        let tree: Tree = ["a.md", "b.md", "c.rs", "d.rs"].into_iter().collect();
        let memory = Memory::default();
        let head = Counted::new(&[Some(1), Some(2), Some(3), Some(4)]);
        let base = Counted::new(&[Some(1), Some(9), Some(3), Some(8)]);
        let readers: [&dyn Reader; 2] = [&Extension(b".md"), &Lines(b".rs")];
        for side in [&head, &base] {
            let side = Side(side, &memory, &[1, 3]);
            let found = run(Round::First, &tree, 0..4, &readers, &side);
            assert_eq!(found.files.len(), 2);
        }
        assert_eq!(head.opened(), [1, 1, 0, 1]);
        assert_eq!(base.opened(), [0, 1, 0, 1]);
    }

    #[test]
    fn lists_each_unavailable_file_with_what_it_was_wanted_for() {
        let names: Vec<String> = (0..12).map(|n| format!("{n:02}.md")).collect();
        let tree: Tree = names.iter().map(String::as_str).collect();
        let blobs = Counted::new(&[None; 12]);
        let found = run(Round::First, &tree, 0..12, &[&Extension(b".md")], &blobs);
        let unread: Vec<_> = found
            .unread
            .iter()
            .map(|it| (it.file, it.gap.path.as_ref().unwrap().to_string_lossy()))
            .collect();
        assert_eq!(
            unread,
            [
                (9, "09.md".into()),
                (10, "10.md".into()),
                (11, "11.md".into())
            ]
        );
        assert!(found.unread.iter().all(|it| it.wanted.documents));
        assert_eq!(found.gaps, []);
        assert_eq!(found.files.len(), 9);
    }

    #[test]
    fn binary_files_show_nothing() {
        assert!(is_binary(b"\x7fELF\0"));
        assert!(is_binary(
            &"utf-16"
                .encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>()
        ));
        assert!(!is_binary(b"text"));
    }

    #[test]
    fn a_byte_order_mark_says_how_text_is_read() {
        let utf16 = |text: &str, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
            let marked = format!("\u{feff}{text}");
            marked.encode_utf16().flat_map(bytes).collect()
        };
        let text = "// TODO: äœ😀\r\n";
        for content in [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            utf16(text, u16::to_le_bytes),
            utf16(text, u16::to_be_bytes),
        ] {
            assert_eq!(text_of(content), Some(text.as_bytes().to_vec()));
        }
        // Half a pair, half a unit, and UTF-32, which starts as UTF-16 does.
        let broken = text_of(b"\xff\xfea\0\x3d\xd8b".to_vec());
        assert_eq!(broken, Some("a\u{fffd}".into()));
        assert_eq!(text_of(b"\xff\xfe\0\0a\0\0\0".to_vec()), None);
        assert_eq!(text_of(b"\xff\xfe".to_vec()), Some(Vec::new()));
        assert_eq!(text_of(Vec::new()), Some(Vec::new()));
    }
}
