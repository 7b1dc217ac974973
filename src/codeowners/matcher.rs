//! All patterns of a file compiled into one trie over path segments.
//!
//! An edge of the trie is a literal segment, a glob, or "any depth". A path is walked segment by
//! segment with the set of nodes that its segments lead to. What keeps that fast:
//!
//! - literal segments are looked up in one table, whatever the number of rules, and so are `text*` and
//!   `*text` where a node has many; other globs are tried newest first, and most are told apart by one
//!   machine word before they are matched;
//! - a node under which no rule is newer than what the folder already decided is not entered;
//! - what was found for a folder is kept (see [`super::walker`]), so that a folder's work is not done
//!   again for each of its files, nor for each folder that no rule tells apart from it.
//!
//! A node with many globs searches a name once for the literals that they need. Wildcards that are left may cost lines
//! times names: a walker has a budget, and says when it is spent.
//!
//! Each node is entered at most once a segment, so a path costs at most its segments times the nodes
//! of the trie: hostile patterns make it slower, never exponential. Memory grows with the bytes of the
//! patterns and with nothing else.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use super::glob::{Affix, Glob, Name};
use super::pattern::{Pattern, Reach, Segment};
use super::walker::Walker;
use crate::text::Needles;

/// Many patterns, compiled.
#[derive(Debug)]
pub struct Matcher {
    pub(super) nodes: Vec<Node>,
    /// Every literal segment that some pattern has, as a key for `edges`.
    literals: HashMap<Box<[u8]>, u32, RandomState>,
    /// A bit for the tail of every literal: tells most names that are none without a look-up.
    tails: Vec<u64>,
    prefixes: Affixes,
    suffixes: Affixes,
    /// (node, key) → node.
    edges: HashMap<(u32, u32), u32, RandomState>,
    keys: u32,
}

/// Where a sequence of pattern segments leads. Rules are numbered from 1 here; 0 is none.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Globs to try, those that end newest rules first.
    globs: Vec<GlobEdge>,
    /// Of many globs, those whose literals a name has.
    needles: Option<Box<Needles>>,
    /// The node behind a `**`, which stays active at every depth.
    pub(super) any_depth: Option<u32>,
    /// Whether this node is behind a `**`.
    pub(super) floats: bool,
    /// Which tables hold edges that start here.
    literal_edges: bool,
    affix_edges: bool,
    /// The newest rule that ends here, by reach.
    tree: u32,
    below: u32,
    entry: u32,
    /// The newest rule that ends here or further on.
    pub(super) newest: u32,
    /// The newest rule that ends one segment further on.
    next: u32,
    /// All rules that end here.
    pub(super) rules: Vec<(u32, Reach)>,
}

#[derive(Debug)]
struct GlobEdge {
    glob: Glob,
    /// See [`Glob::cost`].
    cost: u64,
    child: u32,
    /// The newest rule that ends in the child for a path that ends there.
    last: u32,
    /// The newest rule under this edge or a later one of the node.
    rest: u32,
}

impl Node {
    /// The newest rule that ends here for a path that ends here.
    pub(super) fn newest_for_last(&self) -> u32 {
        self.tree.max(self.entry)
    }

    /// The newest rule that ends here for what lies below.
    pub(super) fn newest_for_below(&self) -> u32 {
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
    /// A node with fewer globs than this has them tried one by one: that costs less than look-ups.
    const MANY: usize = 24;

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

pub(super) const ROOT: u32 = 0;

impl Matcher {
    /// A node with as many globs that no table can look up has them searched for by their literals.
    const MANY: usize = if cfg!(test) { 3 } else { 64 };

    /// Compiles patterns; a walker answers with their places in this order.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a Pattern>) -> Matcher {
        let mut matcher = Matcher {
            nodes: vec![Node::default()],
            literals: HashMap::default(),
            tails: Vec::new(),
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
        globs: &mut HashMap<(u32, &'a Glob), u32, RandomState>,
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
                    self.nodes[at as usize].literal_edges = true;
                    self.edge(at, key)
                }
                Segment::Glob(glob) => *globs.entry((at, &**glob)).or_insert_with(|| {
                    let child = push(&mut self.nodes);
                    self.nodes[at as usize].globs.push(GlobEdge {
                        glob: (**glob).clone(),
                        cost: glob.cost(),
                        child,
                        last: 0,
                        rest: 0,
                    });
                    child
                }),
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

    fn edge(&mut self, from: u32, key: u32) -> u32 {
        *self
            .edges
            .entry((from, key))
            .or_insert_with(|| push(&mut self.nodes))
    }

    fn any_depth(&mut self, from: u32) -> u32 {
        if let Some(to) = self.nodes[from as usize].any_depth {
            return to;
        }
        let to = push(&mut self.nodes);
        self.nodes[to as usize].floats = true;
        self.nodes[from as usize].any_depth = Some(to);
        to
    }

    /// Moves long lists of `text*` and `*text` into tables, and works out what the walk prunes by.
    fn finish(&mut self) {
        for from in 0..self.nodes.len() {
            let mut globs = std::mem::take(&mut self.nodes[from].globs);
            if globs.len() >= Affixes::MANY {
                globs.retain(|edge| !self.move_to_table(from, edge));
            }
            for edge in &mut globs {
                let child = &self.nodes[edge.child as usize];
                edge.last = child.newest_for_last();
                edge.rest = child.newest;
            }
            globs.sort_by_key(|edge| std::cmp::Reverse((edge.last, edge.rest)));
            let mut rest = 0;
            for edge in globs.iter_mut().rev() {
                rest = edge.rest.max(rest);
                edge.rest = rest;
            }
            if globs.len() >= Self::MANY {
                let literals = globs.iter().map(|edge| edge.glob.literal());
                self.nodes[from].needles = Some(Box::new(Needles::new(literals)));
            }
            let last = globs.first().map_or(0, |edge| edge.last);
            self.nodes[from].next = self.nodes[from].next.max(last);
            self.nodes[from].globs = globs;
        }
        // The order of a maximum does not matter, so the order of the table does not either.
        #[expect(clippy::iter_over_hash_type, reason = "a maximum has no order")]
        for (&(from, _), &to) in &self.edges {
            let last = self.nodes[to as usize].newest_for_last();
            let next = &mut self.nodes[from as usize].next;
            *next = last.max(*next);
        }
        self.tails = vec![0; (self.literals.len() / 4).next_power_of_two()];
        #[expect(clippy::iter_over_hash_type, reason = "a set of bits has no order")]
        for literal in self.literals.keys() {
            let (word, bit) = tail_bit(&Name::new(literal), self.tails.len());
            self.tails[word] |= bit;
        }
    }

    fn move_to_table(&mut self, from: usize, edge: &GlobEdge) -> bool {
        let key = match edge.glob.affix() {
            Some(Affix::Prefix(text)) if text.len() <= Affixes::LONGEST => {
                self.prefixes.key(text, &mut self.keys)
            }
            Some(Affix::Suffix(text)) if text.len() <= Affixes::LONGEST => {
                self.suffixes.key(text, &mut self.keys)
            }
            _ => return false,
        };
        // Node numbers fit: `push` made them.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "nodes are numbered in 32 bits"
        )]
        self.edges.insert((from as u32, key), edge.child);
        self.nodes[from].affix_edges = true;
        true
    }

    /// Calls `found` with every node to which one of `active` leads by `segment`, which is the path's
    /// last if `LAST`. `work` grows by what the globs cost. `worth` says of the newest rule that an edge could yield whether the edge is
    /// worth following, and may change as nodes are found.
    pub(super) fn follow<const LAST: bool, State>(
        &self,
        active: &[u32],
        segment: &[u8],
        state: &mut State,
        work: &mut u64,
        worth: impl Fn(&State, u32) -> bool,
        mut found: impl FnMut(&mut State, u32, &Node),
    ) {
        let name = Name::new(segment);
        let literal = self.literal(&name);
        let mut affixes = None;
        for &from in active {
            let node = &self.nodes[from as usize];
            if !worth(state, if LAST { node.next } else { node.newest }) {
                continue;
            }
            if node.literal_edges
                && let Some(key) = literal
                && let Some(to) = self.edge_from(from, key)
            {
                found(state, to, &self.nodes[to as usize]);
            }
            if node.affix_edges {
                for &key in affixes.get_or_insert_with(|| self.affixes(segment)).iter() {
                    if let Some(to) = self.edge_from(from, key) {
                        found(state, to, &self.nodes[to as usize]);
                    }
                }
            }
            if let Some(needles) = &node.needles {
                let mut candidates = Vec::new();
                needles.find(segment, &mut candidates);
                for edge in candidates.iter().map(|&place| &node.globs[place as usize]) {
                    if !worth(state, if LAST { edge.last } else { edge.rest }) {
                        break;
                    }
                    *work += 1 + edge.cost * segment.len() as u64 / 8;
                    if edge.glob.matches(&name) {
                        found(state, edge.child, &self.nodes[edge.child as usize]);
                    }
                }
                continue;
            }
            for edge in &node.globs {
                // Later edges of the list end older rules.
                if !worth(state, if LAST { edge.last } else { edge.rest }) {
                    break;
                }
                *work += 1 + edge.cost * segment.len() as u64 / 8;
                if edge.glob.matches(&name) {
                    found(state, edge.child, &self.nodes[edge.child as usize]);
                }
            }
        }
    }

    /// Where an edge of the tables leads. Few names have one, and the loop over them all is faster
    /// without this in it.
    #[inline(never)]
    fn edge_from(&self, node: u32, key: u32) -> Option<u32> {
        self.edges.get(&(node, key)).copied()
    }

    /// The key of a name that is a literal.
    fn literal(&self, name: &Name<'_>) -> Option<u32> {
        let (word, bit) = tail_bit(name, self.tails.len());
        if self.tails[word] & bit == 0 {
            return None;
        }
        self.literals.get(name.bytes).copied()
    }

    fn affixes(&self, segment: &[u8]) -> Vec<u32> {
        let suffix = |&length: &usize| segment.get(segment.len().checked_sub(length)?..);
        let prefix = |&length: &usize| segment.get(..length);
        let suffixes = self.suffixes.lengths.iter().map_while(suffix);
        let prefixes = self.prefixes.lengths.iter().map_while(prefix);
        let suffixes = suffixes.filter_map(|suffix| self.suffixes.keys.get(suffix));
        let prefixes = prefixes.filter_map(|prefix| self.prefixes.keys.get(prefix));
        suffixes.chain(prefixes).copied().collect()
    }
}

fn push(nodes: &mut Vec<Node>) -> u32 {
    let node = u32::try_from(nodes.len()).unwrap_or(u32::MAX);
    nodes.push(Node::default());
    node
}

/// The bit of a name in a set of `words` words (a power of two), by its length and last bytes.
fn tail_bit(name: &Name<'_>, words: usize) -> (usize, u64) {
    // Fibonacci hashing: the high bits are the mixed ones.
    let mixed = (name.tail ^ name.bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    ((mixed >> 20) as usize & (words - 1), 1 << (mixed >> 58))
}

/// Finds the last rule that matches each path. Paths of one folder in a row are fastest.
#[derive(Debug)]
pub struct LastMatch<'m>(Walker<'m, false>);

impl LastMatch<'_> {
    /// Returns true if the wildcards cost more than the budget allows: from then on nothing is found, so that what
    /// was not found is unknown.
    pub fn is_spent(&self) -> bool {
        self.0.is_spent()
    }

    /// The place of the last pattern that matches the path, whose segments `/` divides.
    pub fn find(&mut self, path: &[u8]) -> Option<usize> {
        self.0.newest(path).checked_sub(1).map(|rule| rule as usize)
    }
}

/// Finds all rules that match each path. Paths of one folder in a row are fastest.
#[derive(Debug)]
pub struct AllMatches<'m>(Walker<'m, true>);

impl AllMatches<'_> {
    /// As [`LastMatch::is_spent`].
    pub fn is_spent(&self) -> bool {
        self.0.is_spent()
    }

    /// Puts the places of all patterns that match the path into `out`, in ascending order.
    pub fn find(&mut self, path: &[u8], out: &mut Vec<usize>) {
        self.0.all(path, out);
    }
}
