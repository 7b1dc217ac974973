//! Commits and their parents, and which of them arrived together.

use gix::ObjectId;
use gix::hashtable::HashMap;

/// Commits by number, in the order in which they were first heard of.
#[derive(Default)]
pub(super) struct Graph {
    numbers: HashMap<ObjectId, u32>,
    pub(super) commits: Vec<Commit>,
    parents: Vec<u32>,
}

/// What is known of a commit without looking at its files.
#[derive(Clone, Copy, Debug)]
pub(super) struct Commit {
    pub(super) id: ObjectId,
    pub(super) state: State,
    pub(super) is_revert: bool,
    /// Who wrote it, by number.
    pub(super) author: u32,
    pub(super) authored: i64,
    pub(super) committed: i64,
    first_parent: u32,
    /// How many parents are known; none of a boundary.
    count: u32,
}

/// How far a commit has been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Another one names it as its parent, and nothing more is known.
    Named,
    /// It is known, from the cache or from git, and the walk has not come to it.
    Read,
    /// It is known, and reachable from where the walk began.
    Reached,
    /// As [`State::Reached`], at the boundary of a shallow clone: its parents are not known.
    Boundary,
    /// It cannot be read.
    Missing,
}

/// What a commit object says of itself, in numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) author: u32,
    pub(super) authored: i64,
    pub(super) committed: i64,
    pub(super) is_revert: bool,
}

impl Graph {
    /// The number of a commit; it gets one if it has none.
    pub(super) fn number(&mut self, id: ObjectId) -> u32 {
        let commits = &mut self.commits;
        *self.numbers.entry(id).or_insert_with(|| {
            commits.push(Commit {
                id,
                state: State::Named,
                is_revert: false,
                author: 0,
                authored: 0,
                committed: 0,
                first_parent: 0,
                count: 0,
            });
            // More commits than that do not fit into memory.
            u32::try_from(commits.len() - 1).unwrap_or(u32::MAX)
        })
    }

    /// The number of a commit that has one.
    pub(super) fn find(&self, id: &ObjectId) -> Option<u32> {
        self.numbers.get(id).copied()
    }

    /// The commit of a number.
    pub(super) fn at(&self, number: u32) -> &Commit {
        &self.commits[number as usize]
    }

    /// The commit of a number.
    pub(super) fn at_mut(&mut self, number: u32) -> &mut Commit {
        &mut self.commits[number as usize]
    }

    /// Notes what a commit says.
    pub(super) fn set(&mut self, number: u32, said: Said, parents: impl Iterator<Item = ObjectId>) {
        let first = self.parents.len();
        for parent in parents {
            let parent = self.number(parent);
            self.parents.push(parent);
        }
        let count = self.parents.len() - first;
        let commit = &mut self.commits[number as usize];
        commit.state = State::Read;
        commit.is_revert = said.is_revert;
        commit.author = said.author;
        commit.authored = said.authored;
        commit.committed = said.committed;
        commit.first_parent = u32::try_from(first).unwrap_or(u32::MAX);
        commit.count = u32::try_from(count).unwrap_or(u32::MAX);
    }

    /// What a commit says of itself.
    pub(super) fn said(&self, number: u32) -> Said {
        let commit = self.at(number);
        Said {
            author: commit.author,
            authored: commit.authored,
            committed: commit.committed,
            is_revert: commit.is_revert,
        }
    }

    /// The parents that a commit names, by number.
    pub(super) fn parents(&self, number: u32) -> &[u32] {
        let commit = self.at(number);
        let first = commit.first_parent as usize;
        &self.parents[first..first + commit.count as usize]
    }

    /// Whether a commit has several parents, be they known or not.
    pub(super) fn is_merge(&self, number: u32) -> bool {
        self.at(number).count > 1
    }

    /// Whether a commit is known and reachable.
    pub(super) fn is_reached(&self, number: u32) -> bool {
        matches!(self.at(number).state, State::Reached | State::Boundary)
    }

    /// The parents of a commit that the walk came to.
    pub(super) fn reached_parents(&self, number: u32) -> impl DoubleEndedIterator<Item = u32> + '_ {
        let parents = match self.at(number).state {
            State::Reached => self.parents(number),
            _ => &[],
        };
        let parents = parents.iter().copied();
        parents.filter(|&parent| self.is_reached(parent))
    }

    /// The line of first parents from a commit on, the newest first.
    pub(super) fn line(&self, from: u32) -> Vec<u32> {
        let mut line = Vec::new();
        let mut next = self.is_reached(from).then_some(from);
        while let Some(commit) = next {
            line.push(commit);
            // Objects that stand in for others can make a circle of commits.
            if line.len() > self.commits.len() {
                break;
            }
            let is_known = self.at(commit).state == State::Reached;
            let first = self.parents(commit).first().copied();
            next = first.filter(|&first| is_known && self.is_reached(first));
        }
        line
    }
}

/// Hands each commit to the first that has it in its history.
pub(super) struct Claims {
    claimed: Vec<bool>,
    left: Vec<u32>,
}

impl Claims {
    pub(super) fn new(graph: &Graph) -> Claims {
        Claims {
            claimed: vec![false; graph.commits.len()],
            left: Vec::new(),
        }
    }

    /// All that is reachable from a commit, itself included, and that nobody claimed before. All calls
    /// together look at each commit once.
    pub(super) fn claim(&mut self, graph: &Graph, from: u32, mut each: impl FnMut(u32)) {
        self.left.push(from);
        while let Some(commit) = self.left.pop() {
            if !graph.is_reached(commit) || self.claimed[commit as usize] {
                continue;
            }
            self.claimed[commit as usize] = true;
            each(commit);
            self.left.extend(graph.reached_parents(commit));
        }
    }
}
