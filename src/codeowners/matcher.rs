//! All patterns of a file compiled into one trie over path segments.
//!
//! An edge of the trie is a literal segment, a glob, or "any depth". A path is walked segment by
//! segment with the set of nodes that its segments lead to. What keeps that fast:
//!
//! - literal segments, `text*` and `*text` are looked up in one table, whatever the number of rules;
//!   other globs are tried newest first and told apart by one machine word before they are matched;
//! - a node under which no rule is newer than what the folder already decided is not entered;
//! - the state of every folder of the previous path is kept, so that a sorted listing is walked as a
//!   tree and a folder's work is not done again for each of its files.
//!
//! Each node is entered at most once a segment, so a path costs at most its segments times the nodes
//! of the trie: hostile patterns make it slower, never exponential. Memory grows with the bytes of the
//! patterns and with nothing else.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::glob::{Affix, Glob, classes};
use super::pattern::{Pattern, Reach, Segment};

/// Many patterns, compiled.
#[derive(Debug)]
pub struct Matcher {
    nodes: Vec<Node>,
    /// Every literal segment that some pattern has, as a key for `edges`.
    literals: HashMap<Box<[u8]>, u32, RandomState>,
    prefixes: Affixes,
    suffixes: Affixes,
    /// (node, key) → node.
    edges: HashMap<(u32, u32), u32, RandomState>,
    keys: u32,
}

/// Where a sequence of pattern segments leads. Rules are numbered from 1 here; 0 is none.
#[derive(Debug, Default)]
struct Node {
    /// Globs that no table can look up, those that end newest rules first.
    globs: Vec<(Glob, u32)>,
    /// The node behind a `**`, which stays active at every depth.
    any_depth: Option<u32>,
    /// Whether this node is behind a `**`.
    floats: bool,
    /// Whether an edge of the table starts here.
    has_edges: bool,
    /// The newest rule that ends here, by reach.
    tree: u32,
    below: u32,
    entry: u32,
    /// The newest rule that ends here or further on.
    newest: u32,
    /// All rules that end here.
    rules: Vec<(u32, Reach)>,
}

impl Node {
    /// The newest rule that ends here for a path that ends here.
    fn newest_for_last(&self) -> u32 {
        self.tree.max(self.entry)
    }

    /// The newest rule that ends here for what lies below.
    fn newest_for_below(&self) -> u32 {
        self.tree.max(self.below)
    }
}

/// Prefixes or suffixes of segments, found by trying every length that occurs.
#[derive(Debug, Default)]
struct Affixes {
    lengths: Vec<usize>,
    keys: HashMap<Box<[u8]>, u32, RandomState>,
}

impl Affixes {
    /// Affixes longer than this are left to the list of globs, so that a segment has few to look up.
    const LONGEST: usize = 48;

    fn key(&mut self, affix: &[u8], next: &mut u32) -> u32 {
        if let Err(place) = self.lengths.binary_search(&affix.len()) {
            self.lengths.insert(place, affix.len());
        }
        key(&mut self.keys, affix, next)
    }
}

fn key(keys: &mut HashMap<Box<[u8]>, u32, RandomState>, text: &[u8], next: &mut u32) -> u32 {
    if let Some(&key) = keys.get(text) {
        return key;
    }
    let key = *next;
    *next += 1;
    keys.insert(text.into(), key);
    key
}

const ROOT: u32 = 0;

impl Matcher {
    /// Compiles patterns; a walker answers with their places in this order.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Matcher {
        let mut matcher = Matcher {
            nodes: vec![Node::default()],
            literals: HashMap::default(),
            prefixes: Affixes::default(),
            suffixes: Affixes::default(),
            edges: HashMap::default(),
            keys: 0,
        };
        let mut globs = HashMap::default();
        for (rule, pattern) in (1..).zip(patterns) {
            matcher.add(rule, pattern, &mut globs);
        }
        matcher.finish();
        matcher
    }

    /// A walker that finds the last rule that matches a path.
    pub fn last_match(&self) -> LastMatch<'_> {
        LastMatch(Walker::new(self))
    }

    /// A walker that finds all rules that match a path.
    pub fn all_matches(&self) -> AllMatches<'_> {
        AllMatches(Walker::new(self))
    }

    fn add<'a>(
        &mut self,
        rule: u32,
        pattern: &'a Pattern,
        globs: &mut HashMap<(u32, &'a Glob), u32>,
    ) {
        if pattern.reach() == Reach::Nothing {
            return;
        }
        let mut at = ROOT;
        self.see(at, rule);
        for segment in pattern.segments() {
            at = match segment {
                Segment::AnyDepth => self.any_depth(at),
                Segment::Literal(name) => {
                    let key = key(&mut self.literals, name, &mut self.keys);
                    self.edge(at, key)
                }
                Segment::Glob(glob) => match glob.affix() {
                    Some(Affix::Prefix(text)) if text.len() <= Affixes::LONGEST => {
                        let key = self.prefixes.key(text, &mut self.keys);
                        self.edge(at, key)
                    }
                    Some(Affix::Suffix(text)) if text.len() <= Affixes::LONGEST => {
                        let key = self.suffixes.key(text, &mut self.keys);
                        self.edge(at, key)
                    }
                    _ => *globs.entry((at, glob)).or_insert_with(|| {
                        let child = self.node();
                        self.nodes[at as usize].globs.push((glob.clone(), child));
                        child
                    }),
                },
            };
            self.see(at, rule);
        }
        let node = &mut self.nodes[at as usize];
        let newest = match pattern.reach() {
            Reach::Tree => &mut node.tree,
            Reach::Below => &mut node.below,
            Reach::Entry | Reach::Nothing => &mut node.entry,
        };
        *newest = (*newest).max(rule);
        node.rules.push((rule, pattern.reach()));
    }

    fn see(&mut self, node: u32, rule: u32) {
        let node = &mut self.nodes[node as usize];
        node.newest = node.newest.max(rule);
    }

    fn node(&mut self) -> u32 {
        let node = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        self.nodes.push(Node::default());
        node
    }

    fn edge(&mut self, from: u32, key: u32) -> u32 {
        if let Some(&to) = self.edges.get(&(from, key)) {
            return to;
        }
        let to = self.node();
        self.nodes[from as usize].has_edges = true;
        self.edges.insert((from, key), to);
        to
    }

    fn any_depth(&mut self, from: u32) -> u32 {
        if let Some(to) = self.nodes[from as usize].any_depth {
            return to;
        }
        let to = self.node();
        self.nodes[to as usize].floats = true;
        self.nodes[from as usize].any_depth = Some(to);
        to
    }

    fn finish(&mut self) {
        let ends: Vec<u32> = self.nodes.iter().map(Node::newest_for_last).collect();
        for node in &mut self.nodes {
            node.globs
                .sort_by_key(|&(_, child)| std::cmp::Reverse(ends[child as usize]));
        }
    }

    /// Collects the table's keys for a segment.
    fn keys_of(&self, segment: &[u8], keys: &mut Vec<u32>) {
        keys.clear();
        keys.extend(self.literals.get(segment));
        for &length in &self.suffixes.lengths {
            let Some(start) = segment.len().checked_sub(length) else {
                break;
            };
            keys.extend(self.suffixes.keys.get(&segment[start..]));
        }
        for &length in &self.prefixes.lengths {
            let Some(prefix) = segment.get(..length) else {
                break;
            };
            keys.extend(self.prefixes.keys.get(prefix));
        }
    }
}

/// Walks paths through a [`Matcher`], keeping the state of each folder of the last path.
#[derive(Debug)]
struct Walker<'m, const ALL: bool> {
    matcher: &'m Matcher,
    /// The folders of the last path, each with its slash.
    folders: Vec<u8>,
    frames: Vec<Frame>,
    /// The nodes that are active in the folders; each frame has the part behind the previous one's.
    active: Vec<u32>,
    /// The rules that own the folders whole, likewise; used when `ALL`.
    inherited: Vec<u32>,
    /// Buffers that are kept between steps.
    keys: Vec<u32>,
    children: Vec<u32>,
    /// When each node was last entered, so that none is entered twice for one segment.
    entered: Vec<u32>,
    now: u32,
}

/// The state in one folder.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// The folder is `folders[..path]`.
    path: usize,
    /// Where the folder's part of `active` starts.
    active: usize,
    /// Where `inherited` ends with what owns the folder.
    inherited: usize,
    /// The newest rule that owns the folder whole.
    newest: u32,
}

impl<'m, const ALL: bool> Walker<'m, ALL> {
    fn new(matcher: &'m Matcher) -> Self {
        let mut walker = Walker {
            matcher,
            folders: Vec::new(),
            frames: Vec::new(),
            active: Vec::new(),
            inherited: Vec::new(),
            keys: Vec::new(),
            children: Vec::new(),
            entered: vec![0; matcher.nodes.len()],
            now: 0,
        };
        // The root is a folder that everything lies below.
        let root = &matcher.nodes[ROOT as usize];
        walker.tick();
        if ALL {
            walker
                .inherited
                .extend(root.rules.iter().map(|&(rule, _)| rule));
        }
        let newest = root.newest_for_below();
        walker.enter(ROOT, newest);
        walker.frames.push(Frame {
            path: 0,
            active: 0,
            inherited: walker.inherited.len(),
            newest,
        });
        walker
    }

    fn tick(&mut self) {
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.entered.fill(0);
            self.now = 1;
        }
    }

    /// Makes a node active, and what follows it at any depth.
    fn enter(&mut self, node: u32, newest: u32) {
        let mut next = Some(node);
        while let Some(node) = next {
            let entered = &mut self.entered[node as usize];
            let state = &self.matcher.nodes[node as usize];
            if *entered == self.now || (!ALL && state.newest <= newest) {
                return;
            }
            *entered = self.now;
            self.active.push(node);
            next = state.any_depth;
        }
    }

    /// Goes to the folder that holds `path`, and returns the rest of the path.
    fn descend<'p>(&mut self, path: &'p [u8]) -> &'p [u8] {
        let folder = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        let common = std::iter::zip(&self.folders, &path[..folder]).take_while(|(a, b)| a == b);
        let common = common.count();
        while let Some(frame) = self.frames.last()
            && frame.path > common
        {
            self.active.truncate(frame.active);
            self.frames.pop();
            let inherited = self.frames.last().map_or(0, |frame| frame.inherited);
            self.inherited.truncate(inherited);
        }
        let mut at = self.frames.last().map_or(0, |frame| frame.path);
        self.folders.truncate(at);
        while let Some(slash) = memchr::memchr(b'/', &path[at..folder]) {
            self.step(&path[at..at + slash]);
            self.folders.extend_from_slice(&path[at..=at + slash]);
            at += slash + 1;
            if let Some(frame) = self.frames.last_mut() {
                frame.path = at;
            }
        }
        &path[folder..]
    }

    /// Enters the folder of this name.
    fn step(&mut self, segment: &[u8]) {
        let matcher = self.matcher;
        let parent = *self.frames.last().unwrap_or(&Frame {
            path: 0,
            active: 0,
            inherited: 0,
            newest: 0,
        });
        let (start, end) = (parent.active, self.active.len());
        let mut keys = std::mem::take(&mut self.keys);
        matcher.keys_of(segment, &mut keys);
        let segment_classes = classes(segment.iter().copied());
        self.tick();
        // First what now owns the folder, so that `enter` can leave out all that is older.
        let mut newest = parent.newest;
        let mut children = std::mem::take(&mut self.children);
        for index in start..end {
            let node = self.active[index];
            let state = &matcher.nodes[node as usize];
            if state.floats {
                children.push(node);
            }
            if state.has_edges {
                children.extend(
                    keys.iter()
                        .filter_map(|&key| matcher.edges.get(&(node, key))),
                );
            }
            for (glob, child) in &state.globs {
                let worth = ALL || matcher.nodes[*child as usize].newest > newest;
                if worth && !segment.is_empty() && glob.matches(segment, segment_classes) {
                    children.push(*child);
                }
            }
        }
        for &child in &children {
            let child = &matcher.nodes[child as usize];
            newest = newest.max(child.newest_for_below());
            if ALL {
                let whole = child
                    .rules
                    .iter()
                    .filter(|(_, reach)| *reach != Reach::Entry);
                self.inherited.extend(whole.map(|&(rule, _)| rule));
            }
        }
        for &child in &children {
            self.enter(child, newest);
        }
        children.clear();
        self.children = children;
        self.keys = keys;
        self.frames.push(Frame {
            path: parent.path,
            active: end,
            inherited: self.inherited.len(),
            newest,
        });
    }

    /// Takes the last segment of a path: raises `newest` to the newest rule that ends here, or, if
    /// `ALL`, collects every rule that does.
    fn last_segment(&mut self, segment: &[u8], newest: &mut u32, all: &mut Vec<u32>) {
        let matcher = self.matcher;
        let start = self.frames.last().map_or(0, |frame| frame.active);
        if start == self.active.len() || segment.is_empty() {
            return;
        }
        let mut keys = std::mem::take(&mut self.keys);
        matcher.keys_of(segment, &mut keys);
        let segment_classes = classes(segment.iter().copied());
        let mut end = |node: &Node, newest: &mut u32| {
            *newest = (*newest).max(node.newest_for_last());
            if ALL {
                let here = node
                    .rules
                    .iter()
                    .filter(|(_, reach)| *reach != Reach::Below);
                all.extend(here.map(|&(rule, _)| rule));
            }
        };
        for &node in &self.active[start..] {
            let state = &matcher.nodes[node as usize];
            if state.has_edges {
                for &key in &keys {
                    if let Some(&child) = matcher.edges.get(&(node, key)) {
                        end(&matcher.nodes[child as usize], newest);
                    }
                }
            }
            for (glob, child) in &state.globs {
                let child = &matcher.nodes[*child as usize];
                if !ALL && child.newest_for_last() <= *newest {
                    // The globs that end newer rules came first.
                    break;
                }
                if glob.matches(segment, segment_classes) {
                    end(child, newest);
                }
            }
        }
        self.keys = keys;
    }
}

/// Finds the last rule that matches each path. Paths in sorted order are fastest.
#[derive(Debug)]
pub struct LastMatch<'m>(Walker<'m, false>);

impl LastMatch<'_> {
    /// The place of the last pattern that matches the path, whose segments `/` divides.
    pub fn find(&mut self, path: &[u8]) -> Option<usize> {
        let name = self.0.descend(path);
        let mut newest = self.0.frames.last().map_or(0, |frame| frame.newest);
        self.0.last_segment(name, &mut newest, &mut Vec::new());
        newest.checked_sub(1).map(|rule| rule as usize)
    }
}

/// Finds all rules that match each path. Paths in sorted order are fastest.
#[derive(Debug)]
pub struct AllMatches<'m>(Walker<'m, true>);

impl AllMatches<'_> {
    /// Puts the places of all patterns that match the path into `out`, in ascending order.
    pub fn find(&mut self, path: &[u8], out: &mut Vec<usize>) {
        let name = self.0.descend(path);
        let mut rules = Vec::new();
        self.0.last_segment(name, &mut 0, &mut rules);
        let inherited = self.0.frames.last().map_or(0, |frame| frame.inherited);
        rules.extend_from_slice(&self.0.inherited[..inherited]);
        rules.sort_unstable();
        rules.dedup();
        out.clear();
        out.extend(rules.into_iter().map(|rule| rule as usize - 1));
    }
}
