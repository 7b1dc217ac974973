//! Walking paths through a [`Matcher`]: an automaton over path segments, built as it is walked.
//!
//! A [`State`] is what is known of a folder: the nodes of the trie that its path leads to, and what
//! owns it whole. Folders that no rule tells apart share one, so there are about as many states as
//! folders that rules name, however many folders there are. The walker keeps which folder has which
//! state, so that most paths cost one look-up and what their last segment costs.

use super::folders::{Folder, Folders};
use super::matcher::{Matcher, Node, ROOT};
use super::pattern::Reach;
use super::states::{Known, State, States};

/// Walks paths; with `ALL` it knows all rules that match, else only the newest.
#[derive(Debug)]
pub(super) struct Walker<'m, const ALL: bool> {
    matcher: &'m Matcher,
    states: States,
    folders: Folders,
    /// The folder that was found or kept last, which mostly is the next path's too.
    here: Option<Folder>,
    next: Next<'m, ALL>,
    /// The nodes that the last step found; a buffer that is kept.
    found: Vec<u32>,
    /// What globs cost so far.
    work: u64,
}

/// The state that a step builds.
#[derive(Debug)]
struct Next<'m, const ALL: bool> {
    nodes: &'m [Node],
    known: Known,
    /// When each node was last entered, so that none is entered twice for one segment.
    entered: Vec<u32>,
    now: u32,
}

impl<'m, const ALL: bool> Walker<'m, ALL> {
    /// When this many bytes are kept, all is forgotten; tests forget often.
    const MOST: usize = if cfg!(test) { 512 } else { 32 << 20 };

    pub(super) fn new(matcher: &'m Matcher) -> Self {
        let mut next = Next {
            nodes: &matcher.nodes,
            known: Known::default(),
            entered: vec![0; matcher.nodes.len()],
            now: 0,
        };
        // The root is a folder that everything lies below.
        let root = &matcher.nodes[ROOT as usize];
        next.start(root.newest_for_below(), &[]);
        next.own(ROOT);
        next.enter(ROOT);
        let mut states = States::default();
        states.push(next.finish());
        Walker {
            matcher,
            states,
            folders: Folders::default(),
            here: None,
            next,
            found: Vec::new(),
            work: 0,
        }
    }

    /// How much the globs may cost: some seconds. A CODEOWNERS of 60 wildcards takes a tenth of it for 400,000 files,
    /// and one of 100,000 plain paths, prefixes and suffixes takes nothing of it.
    const MOST_WORK: u64 = if cfg!(test) { 1 << 22 } else { 1 << 28 };

    pub(super) fn is_spent(&self) -> bool {
        self.work > Self::MOST_WORK
    }

    /// The newest rule that matches a path, from 1; 0 for none.
    pub(super) fn newest(&mut self, path: &[u8]) -> u32 {
        if self.is_spent() {
            return 0;
        }
        let (folder, name) = self.go_to_folder(path);
        let mut newest = folder.newest;
        let active = folder.active.of(&self.states.active);
        if !name.is_empty() && !active.is_empty() {
            self.matcher.follow::<true, _>(
                active,
                name,
                &mut newest,
                &mut self.work,
                |newest, rule| rule > *newest,
                |newest, _, node| *newest = node.newest_for_last().max(*newest),
            );
        }
        newest
    }

    /// The places of all rules that match a path, in ascending order.
    pub(super) fn all(&mut self, path: &[u8], out: &mut Vec<usize>) {
        out.clear();
        if self.is_spent() {
            return;
        }
        let (folder, name) = self.go_to_folder(path);
        if !name.is_empty() {
            let ends = |out: &mut Vec<usize>, _, node: &Node| {
                let here = node
                    .rules
                    .iter()
                    .filter(|(_, reach)| *reach != Reach::Below);
                out.extend(here.map(|&(rule, _)| rule as usize - 1));
            };
            let active = folder.active.of(&self.states.active);
            self.matcher.follow::<true, _>(
                active,
                name,
                out,
                &mut self.work,
                |_, rule| rule > 0,
                ends,
            );
        }
        let owning = folder.owning.of(&self.states.owning);
        out.extend(owning.iter().map(|&rule| rule as usize - 1));
        out.sort_unstable();
        out.dedup();
    }

    /// What is known of the folder that holds `path`, and the rest of the path.
    fn go_to_folder<'p>(&mut self, path: &'p [u8]) -> (State, &'p [u8]) {
        let end = memchr::memrchr(b'/', path).map_or(0, |slash| slash + 1);
        let (folder, name) = path.split_at(end);
        let state = match self.here {
            Some(here) if self.folders.is(here, folder) => here.state,
            _ => self.find(folder),
        };
        (self.states.get(state), name)
    }

    fn find(&mut self, folder: &[u8]) -> u32 {
        let hash = self.folders.hash(folder);
        let Some(found) = self.folders.find(folder, hash) else {
            return self.walk_to(folder, hash);
        };
        self.here = Some(found);
        found.state
    }

    /// The state of a folder that is not kept yet.
    fn walk_to(&mut self, folder: &[u8], hash: u32) -> u32 {
        let (mut at, mut state) = self.folders.above(folder).unwrap_or((0, States::ROOT));
        while let Some(length) = memchr::memchr(b'/', &folder[at..]) {
            if self.states.bytes() + self.folders.bytes() > Self::MOST {
                self.folders.forget();
                self.here = None;
                state = self.states.forget_all_but(state);
            }
            state = self.step(state, &folder[at..at + length]);
            at += length + 1;
            if at <= Folders::LONGEST {
                let path = &folder[..at];
                let known = (at == folder.len()).then_some(hash);
                let hash = known.unwrap_or_else(|| self.folders.hash(path));
                self.here = Some(self.folders.keep(path, hash, state));
            }
        }
        state
    }

    /// The state of the folder of this name in a folder of state `from`.
    fn step(&mut self, from: u32, name: &[u8]) -> u32 {
        let matcher = self.matcher;
        let above = self.states.get(from);
        let active = above.active.of(&self.states.active);
        self.found.clear();
        // First what now owns the folder, so that `enter` can leave out all that is older.
        let mut newest = above.newest;
        matcher.follow::<false, _>(
            active,
            name,
            &mut newest,
            &mut self.work,
            |newest, rule| if ALL { rule > 0 } else { rule > *newest },
            |newest, child, node| {
                *newest = node.newest_for_below().max(*newest);
                self.found.push(child);
            },
        );
        if self.found.is_empty()
            && let Some(other) = above.other
        {
            return other;
        }
        self.next
            .start(newest, above.owning.of(&self.states.owning));
        let floating = |&&node: &&u32| matcher.nodes[node as usize].floats;
        for &node in active.iter().filter(floating) {
            self.next.enter(node);
        }
        for &child in &self.found {
            self.next.own(child);
            self.next.enter(child);
        }
        let state = self.states.push(self.next.finish());
        if self.found.is_empty() {
            self.states.set_other(from, state);
        }
        state
    }
}

impl<const ALL: bool> Next<'_, ALL> {
    /// Starts the state of a folder that these rules own whole.
    fn start(&mut self, newest: u32, owning: &[u32]) {
        self.known.newest = newest;
        self.known.active.clear();
        self.known.owning.clear();
        self.known.owning.extend_from_slice(owning);
        self.now = self.now.wrapping_add(1);
        if self.now == 0 {
            self.entered.fill(0);
            self.now = 1;
        }
    }

    /// Adds the rules that end at a node and own the folder whole.
    fn own(&mut self, node: u32) {
        if ALL {
            let rules = &self.nodes[node as usize].rules;
            let owning = rules.iter().filter(|(_, reach)| *reach != Reach::Entry);
            self.known.owning.extend(owning.map(|&(rule, _)| rule));
        }
    }

    /// Makes a node active, and what follows it at any depth.
    fn enter(&mut self, node: u32) {
        let mut node = Some(node);
        while let Some(number) = node {
            let state = &self.nodes[number as usize];
            let entered = &mut self.entered[number as usize];
            if *entered == self.now || (!ALL && state.newest <= self.known.newest) {
                return;
            }
            *entered = self.now;
            self.known.active.push(number);
            node = state.any_depth;
        }
    }

    fn finish(&mut self) -> &Known {
        self.known.owning.sort_unstable();
        self.known.owning.dedup();
        &self.known
    }
}
