//! Walking paths through a [`Matcher`], keeping what was found for each folder.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use super::matcher::{Matcher, Node, ROOT};
use super::pattern::Reach;

/// Walks paths; with `ALL` it knows all rules that match, else only the newest.
#[derive(Debug)]
pub(super) struct Walker<'m, const ALL: bool> {
    matcher: &'m Matcher,
    /// The folder of the last path.
    here: Here,
    kept: Kept,
    /// A folder that is not kept, and the one that a step leads to.
    loose: Folder,
    next: Folder,
    /// When each node was last entered, so that none is entered twice for one segment.
    entered: Vec<u32>,
    now: u32,
    /// A buffer that is kept between steps.
    children: Vec<u32>,
}

/// Where what is known of the last path's folder stands.
#[derive(Clone, Copy, Debug)]
enum Here {
    Kept(KeptFolder),
    Loose,
}

/// What is known of one folder.
#[derive(Debug, Default)]
struct Folder {
    /// The nodes that its path leads to, without those that cannot change what is decided.
    active: Vec<u32>,
    /// The newest rule that owns the folder whole.
    newest: u32,
    /// All rules that own the folder whole; empty unless `ALL`.
    owning: Vec<u32>,
}

/// Folders already walked, in arenas: a folder is three ranges and a number.
#[derive(Debug, Default)]
struct Kept {
    /// Each folder with the hash of its path.
    table: HashTable<(u64, KeptFolder)>,
    hasher: RandomState,
    /// The nodes of the folder that was kept last.
    last: (u32, u32),
    paths: Vec<u8>,
    active: Vec<u32>,
    owning: Vec<u32>,
}

/// Ranges of the arenas, each a start and a length.
#[derive(Clone, Copy, Debug, Default)]
struct KeptFolder {
    path: (u32, u32),
    active: (u32, u32),
    owning: (u32, u32),
    newest: u32,
}

impl Kept {
    /// Folders with longer paths are walked anew each time: a path of a megabyte must not leave a
    /// copy of itself for each of its folders.
    const LONGEST: usize = 512;
    /// When this many bytes and numbers are kept, all is forgotten: some 64 MB at most.
    const MOST: usize = 8 << 20;

    fn hash(&self, path: &[u8]) -> u64 {
        let mut hasher = self.hasher.build_hasher();
        hasher.write(path);
        hasher.finish()
    }

    fn find(&self, path: &[u8]) -> Option<KeptFolder> {
        let hash = self.hash(path);
        let same =
            |&(other, folder): &(u64, KeptFolder)| hash == other && self.path(folder) == path;
        let (_, found) = *self.table.find(hash, same)?;
        Some(found)
    }

    fn path(&self, folder: KeptFolder) -> &[u8] {
        part(&self.paths, folder.path)
    }

    fn keep(&mut self, path: &[u8], folder: &Folder) -> KeptFolder {
        // Most folders lead to the same nodes as the one before; the arena then stays small.
        if part(&self.active, self.last) != folder.active {
            self.last = extend(&mut self.active, &folder.active);
        }
        let kept = KeptFolder {
            path: extend(&mut self.paths, path),
            active: self.last,
            owning: extend(&mut self.owning, &folder.owning),
            newest: folder.newest,
        };
        let hash = self.hash(path);
        self.table
            .insert_unique(hash, (hash, kept), |&(hash, _)| hash);
        kept
    }

    fn forget_if_full(&mut self) {
        if self.paths.len() + self.active.len() + self.owning.len() > Self::MOST {
            *self = Kept::default();
        }
    }
}

fn part<T>(arena: &[T], (start, length): (u32, u32)) -> &[T] {
    &arena[start as usize..(start + length) as usize]
}

fn extend<T: Copy>(arena: &mut Vec<T>, part: &[T]) -> (u32, u32) {
    let number = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let range = (number(arena.len()), number(part.len()));
    arena.extend_from_slice(part);
    range
}

impl<'m, const ALL: bool> Walker<'m, ALL> {
    pub(super) fn new(matcher: &'m Matcher) -> Self {
        let mut walker = Walker {
            matcher,
            here: Here::Loose,
            kept: Kept::default(),
            loose: Folder::default(),
            next: Folder::default(),
            entered: vec![0; matcher.nodes.len()],
            now: 0,
            children: Vec::new(),
        };
        walker.load_root();
        walker
    }

    /// The newest rule that matches a path, from 1; 0 for none.
    pub(super) fn newest(&mut self, path: &[u8]) -> u32 {
        let name = self.go_to_folder(path);
        let (mut newest, active) = match self.here {
            Here::Kept(folder) => (folder.newest, part(&self.kept.active, folder.active)),
            Here::Loose => (self.loose.newest, &self.loose.active[..]),
        };
        if !name.is_empty() && !active.is_empty() {
            self.matcher.follow(
                active,
                name,
                true,
                &mut newest,
                |newest, rule| rule > *newest,
                |newest, _, node| *newest = node.newest_for_last().max(*newest),
            );
        }
        newest
    }

    /// The places of all rules that match a path, in ascending order.
    pub(super) fn all(&mut self, path: &[u8], out: &mut Vec<usize>) {
        let name = self.go_to_folder(path);
        let (owning, active) = match self.here {
            Here::Kept(folder) => (
                part(&self.kept.owning, folder.owning),
                part(&self.kept.active, folder.active),
            ),
            Here::Loose => (&self.loose.owning[..], &self.loose.active[..]),
        };
        out.clear();
        if !name.is_empty() {
            let ends = |out: &mut Vec<usize>, _, node: &Node| {
                let here = node
                    .rules
                    .iter()
                    .filter(|(_, reach)| *reach != Reach::Below);
                out.extend(here.map(|&(rule, _)| rule as usize - 1));
            };
            self.matcher
                .follow(active, name, true, out, |_, rule| rule > 0, ends);
        }
        out.extend(owning.iter().map(|&rule| rule as usize - 1));
        out.sort_unstable();
        out.dedup();
    }

    /// Makes `here` the folder that holds `path`, and returns the rest of the path.
    fn go_to_folder<'p>(&mut self, path: &'p [u8]) -> &'p [u8] {
        let end = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        let (folder, name) = path.split_at(end);
        if matches!(self.here, Here::Kept(here) if self.kept.path(here) == folder) {
            return name;
        }
        if end <= Kept::LONGEST
            && let Some(kept) = self.kept.find(folder)
        {
            self.here = Here::Kept(kept);
            return name;
        }
        self.walk_to(folder);
        name
    }

    /// Makes `here` a folder that is not kept.
    fn walk_to(&mut self, folder: &[u8]) {
        self.kept.forget_if_full();
        self.here = Here::Loose;
        // The nearest folder above that is known.
        let mut at = folder.len();
        let known = loop {
            if at == 0 {
                break None;
            }
            at = memchr::memrchr(b'/', &folder[..at - 1]).map_or(0, |slash| slash + 1);
            let short = (1..=Kept::LONGEST).contains(&at);
            if let Some(kept) = short.then(|| self.kept.find(&folder[..at])).flatten() {
                break Some(kept);
            }
        };
        match known {
            Some(kept) => {
                self.loose.active.clear();
                self.loose
                    .active
                    .extend_from_slice(part(&self.kept.active, kept.active));
                self.loose.owning.clear();
                self.loose
                    .owning
                    .extend_from_slice(part(&self.kept.owning, kept.owning));
                self.loose.newest = kept.newest;
            }
            None => self.load_root(),
        }
        if folder.is_empty() {
            self.here = Here::Kept(self.kept.keep(folder, &self.loose));
        }
        while let Some(slash) = memchr::memchr(b'/', &folder[at..]) {
            self.step(&folder[at..at + slash]);
            at += slash + 1;
            if at <= Kept::LONGEST {
                let kept = self.kept.keep(&folder[..at], &self.loose);
                if at == folder.len() {
                    self.here = Here::Kept(kept);
                }
            }
        }
    }

    /// The root is a folder that everything lies below.
    fn load_root(&mut self) {
        let root = &self.matcher.nodes[ROOT as usize];
        self.next.active.clear();
        self.next.owning.clear();
        self.next.newest = root.newest_for_below();
        if ALL {
            let owning = root
                .rules
                .iter()
                .filter(|(_, reach)| *reach == Reach::Below);
            self.next.owning.extend(owning.map(|&(rule, _)| rule));
        }
        self.tick();
        self.enter(ROOT);
        std::mem::swap(&mut self.loose, &mut self.next);
    }

    /// Goes from `loose` to its folder of this name.
    fn step(&mut self, name: &[u8]) {
        let matcher = self.matcher;
        let mut children = std::mem::take(&mut self.children);
        children.clear();
        // First what now owns the folder, so that `enter` can leave out all that is older.
        let mut state = (self.loose.newest, children);
        matcher.follow(
            &self.loose.active,
            name,
            false,
            &mut state,
            |(newest, _), rule| if ALL { rule > 0 } else { rule > *newest },
            |(newest, children), child, node| {
                *newest = node.newest_for_below().max(*newest);
                children.push(child);
            },
        );
        (self.next.newest, children) = state;
        self.next.active.clear();
        self.next.owning.clear();
        if ALL {
            self.next.owning.extend_from_slice(&self.loose.owning);
        }
        self.tick();
        for index in 0..self.loose.active.len() {
            let node = self.loose.active[index];
            if matcher.nodes[node as usize].floats {
                self.enter(node);
            }
        }
        for &child in &children {
            if ALL {
                let rules = &matcher.nodes[child as usize].rules;
                let owning = rules.iter().filter(|(_, reach)| *reach != Reach::Entry);
                self.next.owning.extend(owning.map(|&(rule, _)| rule));
            }
            self.enter(child);
        }
        if ALL {
            self.next.owning.sort_unstable();
            self.next.owning.dedup();
        }
        self.children = children;
        std::mem::swap(&mut self.loose, &mut self.next);
    }

    /// Makes a node active in `next`, and what follows it at any depth.
    fn enter(&mut self, node: u32) {
        let mut node = Some(node);
        while let Some(number) = node {
            let state = &self.matcher.nodes[number as usize];
            let entered = &mut self.entered[number as usize];
            if *entered == self.now || (!ALL && state.newest <= self.next.newest) {
                return;
            }
            *entered = self.now;
            self.next.active.push(number);
            node = state.any_depth;
        }
    }

    fn tick(&mut self) {
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.entered.fill(0);
            self.now = 1;
        }
    }
}
