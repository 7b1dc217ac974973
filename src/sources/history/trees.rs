//! What differs between two trees: the files, as `git diff-tree -r --no-renames` has them.
//!
//! Two trees of consecutive commits are equal but for an entry or two, so their bytes are compared, and
//! only what lies between the equal start and the equal end is read as entries.

use std::cmp::Ordering;
use std::sync::Arc;

use gix::ObjectId;
use memchr::memchr;

use super::objects::{Objects, Unreadable};

/// A commit that touches more paths than this is not counted by path: it is an import or a
/// reformatting of everything, which says nothing of who knows a file, and it would outweigh all else.
pub(super) const MOST_PATHS: usize = 50_000;

/// A few trees can name each other so that they unfold into more folders than any disk holds.
const MOST_FOLDERS: usize = 1_000_000;

/// Paths that are longer than this belong to no file that can be checked out.
const LONGEST_PATH: usize = 16 << 10;

/// Nor is one whose paths take more bytes than this.
const MOST_BYTES: usize = 64 << 20;

/// Why two trees could not be compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undone {
    /// A tree is missing or damaged.
    Unreadable,
    /// There are more differences than are counted.
    TooMany,
}

impl From<Unreadable> for Undone {
    fn from(_: Unreadable) -> Undone {
        Undone::Unreadable
    }
}

/// A file of a tree, or a symbolic link or a submodule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct File {
    pub(super) mode: Mode,
    pub(super) id: ObjectId,
}

/// What an entry of a tree is. Git knows no more of a file's mode than whether it can be run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    File,
    Executable,
    Link,
    Submodule,
    Folder,
}

/// A file that differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Difference {
    /// Where its path is in [`Differences::path`].
    start: u32,
    end: u32,
    /// What it was; none if it came.
    pub(super) old: Option<File>,
    /// What it is; none if it went.
    pub(super) new: Option<File>,
}

/// Files that differ, in the order of git's index.
#[derive(Debug, Default)]
pub(super) struct Differences {
    pub(super) all: Vec<Difference>,
    paths: Vec<u8>,
}

impl Differences {
    /// The path of one of them.
    pub(super) fn path(&self, of: &Difference) -> &[u8] {
        &self.paths[of.start as usize..of.end as usize]
    }

    fn clear(&mut self) {
        self.all.clear();
        self.paths.clear();
    }
}

/// Compares trees; keeps what it needs for that from one pair to the next.
#[derive(Default)]
pub(super) struct Comparison {
    frames: Vec<Frame>,
    path: Vec<u8>,
    /// How many bytes a hash has.
    width: usize,
    pub(super) found: Differences,
}

/// Two folders at the same path, as far as they are compared. Either may be none, which has no entries.
struct Frame {
    old: Rest,
    new: Rest,
    /// How many bytes of the current path lead into the folders.
    path: usize,
}

/// What is left of a tree.
struct Rest {
    tree: Arc<[u8]>,
    at: usize,
    end: usize,
}

/// An entry of a tree.
#[derive(Clone, Copy)]
pub(super) struct Entry<'t> {
    pub(super) mode: Mode,
    pub(super) name: &'t [u8],
    id: &'t [u8],
    /// Where the next entry starts.
    next: usize,
}

impl Comparison {
    /// Finds all files that differ between two trees below the folder `prefix`; paths are relative to it.
    /// A tree that is none has no files. What was found before is dropped; after an error what was
    /// found is incomplete.
    pub(super) fn compare(
        &mut self,
        objects: &mut Objects,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
        prefix: &[u8],
    ) -> Result<(), Undone> {
        self.found.clear();
        self.frames.clear();
        self.path.clear();
        let (old, new) = match prefix {
            b"" => (old, new),
            _ => (
                folder_at(objects, old, prefix)?,
                folder_at(objects, new, prefix)?,
            ),
        };
        if old == new {
            return Ok(());
        }
        self.width = old.or(new).map_or(0, |id| id.as_bytes().len());
        self.enter(objects, old, new)?;
        let mut folders = 0;
        while let Some(frame) = self.frames.last_mut() {
            self.path.truncate(frame.path);
            let (old, new) = (frame.old.entry(self.width)?, frame.new.entry(self.width)?);
            let order = match (&old, &new) {
                (None, None) => {
                    self.frames.pop();
                    continue;
                }
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(old), Some(new)) => old.order(new),
            };
            let old = old.filter(|_| order != Ordering::Greater);
            let new = new.filter(|_| order != Ordering::Less);
            let name = old.or(new).map_or(&[][..], |entry| entry.name);
            let same = match (&old, &new) {
                (Some(old), Some(new)) => old.mode == new.mode && old.id == new.id,
                _ => false,
            };
            if !same {
                self.path.extend_from_slice(name);
            }
            let is_folder = old.or(new).is_some_and(|entry| entry.mode == Mode::Folder);
            let (old_file, new_file) = (old.map(|it| it.file()), new.map(|it| it.file()));
            let (old_next, new_next) = (old.map(|it| it.next), new.map(|it| it.next));
            frame.old.at = old_next.unwrap_or(frame.old.at);
            frame.new.at = new_next.unwrap_or(frame.new.at);
            if same {
                continue;
            }
            if self.path.len() > LONGEST_PATH {
                return Err(Undone::TooMany);
            }
            if is_folder {
                folders += 1;
                if folders > MOST_FOLDERS {
                    return Err(Undone::TooMany);
                }
                self.path.push(b'/');
                self.enter(objects, old_file.map(|it| it.id), new_file.map(|it| it.id))?;
                continue;
            }
            self.differ(old_file, new_file)?;
        }
        Ok(())
    }

    fn differ(&mut self, old: Option<File>, new: Option<File>) -> Result<(), Undone> {
        let found = &mut self.found;
        if found.all.len() >= MOST_PATHS || found.paths.len() > MOST_BYTES {
            return Err(Undone::TooMany);
        }
        let start = found.paths.len();
        found.paths.extend_from_slice(&self.path);
        let (start, end) = (u32::try_from(start), u32::try_from(found.paths.len()));
        let (Ok(start), Ok(end)) = (start, end) else {
            return Err(Undone::TooMany);
        };
        found.all.push(Difference {
            start,
            end,
            old,
            new,
        });
        Ok(())
    }

    /// Goes on in two folders that differ, behind what their bytes have in common.
    fn enter(
        &mut self,
        objects: &mut Objects,
        old: Option<ObjectId>,
        new: Option<ObjectId>,
    ) -> Result<(), Undone> {
        let (old, new) = (objects.tree(old)?, objects.tree(new)?);
        let (start, [old_end, new_end]) = middle(&old, &new, self.width);
        self.frames.push(Frame {
            old: Rest {
                tree: old,
                at: start,
                end: old_end,
            },
            new: Rest {
                tree: new,
                at: start,
                end: new_end,
            },
            path: self.path.len(),
        });
        Ok(())
    }
}

impl Rest {
    fn entry(&self, width: usize) -> Result<Option<Entry<'_>>, Undone> {
        if self.at >= self.end {
            return Ok(None);
        }
        Entry::read(&self.tree, self.at, width)
            .map(Some)
            .ok_or(Undone::Unreadable)
    }
}

impl<'t> Entry<'t> {
    /// The entry of this name, if a tree has one whose hashes have `width` bytes.
    pub(super) fn find(tree: &'t [u8], name: &[u8], width: usize) -> Option<Entry<'t>> {
        let mut at = 0;
        while at < tree.len() {
            let entry = Entry::read(tree, at, width)?;
            if entry.name == name {
                return Some(entry);
            }
            at = entry.next;
        }
        None
    }

    /// The entry that starts at a byte: the mode in octal digits, a space, the name, a zero, the hash.
    fn read(tree: &'t [u8], at: usize, width: usize) -> Option<Entry<'t>> {
        let rest = &tree[at..];
        let space = rest.iter().take(8).position(|&byte| byte == b' ')?;
        let digits = std::str::from_utf8(&rest[..space]).ok()?;
        let mode = u32::from_str_radix(digits, 8).ok()?;
        let zero = space + 1 + memchr(0, &rest[space + 1..])?;
        let end = zero + 1 + width;
        let id = rest.get(zero + 1..end)?;
        let mode = match mode & 0o170_000 {
            0o040_000 => Mode::Folder,
            0o120_000 => Mode::Link,
            0o160_000 => Mode::Submodule,
            _ if mode & 0o100 == 0 => Mode::File,
            _ => Mode::Executable,
        };
        Some(Entry {
            mode,
            name: &rest[space + 1..zero],
            id,
            next: at + end,
        })
    }

    pub(super) fn file(&self) -> File {
        File {
            mode: self.mode,
            id: ObjectId::from_bytes_or_panic(self.id),
        }
    }

    /// How git orders the entries of a tree: folders as if their names ended with a slash. A folder and a
    /// file of the same name are different things.
    fn order(&self, other: &Entry<'_>) -> Ordering {
        let common = self.name.len().min(other.name.len());
        let start = self.name[..common].cmp(&other.name[..common]);
        let next = |entry: &Entry<'_>| match entry.name.get(common) {
            Some(&byte) => byte,
            None if entry.mode == Mode::Folder => b'/',
            None => 0,
        };
        start
            .then_with(|| next(self).cmp(&next(other)))
            .then_with(|| self.name.len().cmp(&other.name.len()))
    }
}

/// The folder at a path below a tree, if there is one.
fn folder_at(
    objects: &mut Objects,
    tree: Option<ObjectId>,
    path: &[u8],
) -> Result<Option<ObjectId>, Undone> {
    let Some(mut id) = tree else {
        return Ok(None);
    };
    for part in path.split(|&byte| byte == b'/') {
        let tree = objects.tree(Some(id))?;
        let mut at = 0;
        id = loop {
            if at >= tree.len() {
                return Ok(None);
            }
            let entry = Entry::read(&tree, at, id.as_bytes().len()).ok_or(Undone::Unreadable)?;
            if entry.name == part && entry.mode == Mode::Folder {
                break entry.file().id;
            }
            at = entry.next;
        };
    }
    Ok(Some(id))
}

/// Where the first entries start that two trees do not have in common, and where in each of the two the
/// last ones end. A hash has `width` bytes.
fn middle(old: &[u8], new: &[u8], width: usize) -> (usize, [usize; 2]) {
    let equal = common_start(old, new);
    // The start of an entry is only found from that of the one before it: a hash may hold any byte.
    let mut start = 0;
    // A mode has five digits at least, so no zero can stand before the seventh byte.
    while let Some(zero) = old.get(start + 7..equal).and_then(|rest| memchr(0, rest)) {
        let next = start + 7 + zero + 1 + width;
        if next > equal {
            break;
        }
        start = next;
    }
    let common = common_end(&old[start..], &new[start..]);
    // Entries that begin within the equal end are the same in both, once one of them is known to begin
    // there; that is so for the first that begins in it in both.
    let ends = [old.len() - common, new.len() - common];
    (start, ends_of_entries(old, new, start, ends, width))
}

/// The first byte at which both have an entry that begins in their equal end, or their ends.
fn ends_of_entries(
    old: &[u8],
    new: &[u8],
    start: usize,
    equal: [usize; 2],
    width: usize,
) -> [usize; 2] {
    let next = |tree: &[u8], mut at: usize, from: usize| {
        while at < from {
            match tree.get(at + 7..).and_then(|rest| memchr(0, rest)) {
                Some(zero) => at = (at + 7 + zero + 1 + width).min(tree.len()),
                None => return tree.len(),
            }
        }
        at
    };
    let mut ends = [next(old, start, equal[0]), next(new, start, equal[1])];
    loop {
        let left = [old.len() - ends[0], new.len() - ends[1]];
        match left[0].cmp(&left[1]) {
            Ordering::Equal => return ends,
            Ordering::Greater => ends[0] = next(old, ends[0], old.len() - left[1]),
            Ordering::Less => ends[1] = next(new, ends[1], new.len() - left[0]),
        }
    }
}

/// How many bytes two slices have in common at their start.
fn common_start(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 256;
    let length = a.len().min(b.len());
    let mut at = 0;
    while at + STEP <= length && a[at..at + STEP] == b[at..at + STEP] {
        at += STEP;
    }
    let rest = a[at..length].iter().zip(&b[at..length]);
    at + rest.take_while(|(a, b)| a == b).count()
}

/// How many bytes two slices have in common at their end.
fn common_end(a: &[u8], b: &[u8]) -> usize {
    const STEP: usize = 256;
    let length = a.len().min(b.len());
    let (a, b) = (&a[a.len() - length..], &b[b.len() - length..]);
    let mut end = length;
    while end >= STEP && a[end - STEP..end] == b[end - STEP..end] {
        end -= STEP;
    }
    let rest = a[..end].iter().rev().zip(b[..end].iter().rev());
    length - end + rest.take_while(|(a, b)| a == b).count()
}
