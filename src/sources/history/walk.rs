//! The walk over commits: one thread goes from commit to commit, the newest first, and hands those whose
//! changes are wanted to others in chunks of what stands together in history.

use std::collections::{BinaryHeap, HashSet};
use std::sync::{Mutex, PoisonError};

use gix::ObjectId;
use gix::objs::Kind;

use super::authors::Idents;
use super::commit;
use super::graph::{Graph, Said, State};
use super::objects::Objects;
use super::records::{Change, Outcome, Writer};
use super::renames::Renames;
use super::trees::{Comparison, Undone};

/// How many commits a thread is given at a time: enough that it finds most trees among those that it
/// has read, and few enough that no thread is without work at the end.
const CHUNK: usize = 1024;

/// What a walk is to find.
pub(super) struct Plan<'p> {
    /// Commits at which a shallow clone ends.
    pub(super) boundary: &'p HashSet<ObjectId>,
    /// Whether what a commit did is wanted, by its number and what it says.
    pub(super) is_wanted: &'p (dyn Fn(u32, &Said) -> bool + Sync),
    /// Who makes workers.
    pub(super) crew: &'p Crew<'p>,
}

/// Commits that were looked at together.
#[derive(Debug, Default)]
pub(super) struct Chunk {
    /// Their numbers.
    pub(super) commits: Vec<u32>,
    /// What they did, as [`super::records`] has it, in the same order.
    pub(super) changes: Vec<u8>,
    /// How many of them could not be read.
    pub(super) unreadable: usize,
    /// How many of them name files that were moved and could not be read.
    pub(super) only_exact: usize,
    /// The objects that could not be read, and what they should be.
    pub(super) missing: Vec<(ObjectId, Kind)>,
}

/// Where the trees of a commit are found.
#[derive(Clone, Copy)]
pub(super) enum TreeOf {
    Tree(ObjectId),
    /// The commit has not been read in this run.
    Commit(ObjectId),
    /// There is none, so that every file is new.
    Nothing,
}

/// Two trees to compare; none for a commit of whose changes nothing is wanted.
pub(super) type Job = Option<(TreeOf, TreeOf)>;

/// Workers that no thread uses right now, each with trees and contents that it has read.
pub(super) struct Crew<'p> {
    idle: Mutex<Vec<Worker>>,
    repository: &'p gix::ThreadSafeRepository,
    prefix: &'p [u8],
    renames: bool,
}

struct Worker {
    objects: Objects,
    comparison: Comparison,
    renames: Option<Renames>,
}

impl<'p> Crew<'p> {
    pub(super) fn new(
        repository: &'p gix::ThreadSafeRepository,
        prefix: &'p [u8],
        renames: bool,
    ) -> Crew<'p> {
        Crew {
            idle: Mutex::default(),
            repository,
            prefix,
            renames,
        }
    }

    /// A reader of objects for the thread that walks.
    pub(super) fn objects(&self) -> Objects {
        Objects::new(self.repository.to_thread_local())
    }

    /// Finds what these commits did.
    pub(super) fn chunks(&self, commits: &[u32], jobs: &[Job]) -> Vec<Chunk> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let worker = idle().pop();
        let mut worker = worker.unwrap_or_else(|| Worker {
            objects: self.objects(),
            comparison: Comparison::default(),
            renames: self.renames.then(Renames::default),
        });
        let mut writer = Writer::default();
        let (mut chunks, mut chunk) = (Vec::new(), Chunk::default());
        for (&commit, job) in commits.iter().zip(jobs) {
            chunk.commits.push(commit);
            let Some((old, new)) = *job else {
                writer.end(Outcome::Unknown);
                continue;
            };
            let outcome = worker.differ(old, new, self.prefix, &mut writer);
            chunk.only_exact += usize::from(outcome == Ok(Outcome::OnlyExact));
            chunk.unreadable += usize::from(outcome == Err(Undone::Unreadable));
            chunk.missing.extend(worker.objects.take_missing());
            writer.end(match outcome {
                Ok(outcome) => outcome,
                Err(Undone::TooMany) => Outcome::TooMany,
                Err(Undone::Unreadable) => Outcome::Unknown,
            });
            if writer.is_full() {
                chunk.changes = std::mem::take(&mut writer).finish();
                chunks.push(std::mem::take(&mut chunk));
            }
        }
        chunk.changes = writer.finish();
        chunks.push(chunk);
        idle().push(worker);
        chunks
    }
}

impl Worker {
    /// Writes what differs between two trees.
    fn differ(
        &mut self,
        old: TreeOf,
        new: TreeOf,
        prefix: &[u8],
        writer: &mut Writer,
    ) -> Result<Outcome, Undone> {
        let (old, new) = (self.tree(old)?, self.tree(new)?);
        let comparison = &mut self.comparison;
        comparison.compare(&mut self.objects, old, new, prefix)?;
        let found = &comparison.found;
        let mut outcome = Outcome::Whole;
        let renames = self.renames.as_mut();
        let renames = renames.map(|renames| {
            let is_whole = renames.find(&mut self.objects, found);
            if !is_whole {
                outcome = Outcome::OnlyExact;
            }
            &*renames
        });
        for (place, difference) in found.all.iter().enumerate() {
            let path = found.path(difference);
            let change = match (&difference.old, &difference.new) {
                (Some(_), Some(_)) => Change::Changed(writer.path(path)),
                (Some(_), None) if renames.is_some_and(|it| it.is_source(place)) => continue,
                (Some(_), None) => Change::Removed(writer.path(path)),
                (None, _) => match renames.and_then(|renames| renames.source(place)) {
                    Some(source) => {
                        let from = writer.path(found.path(&found.all[source]));
                        Change::Moved(from, writer.path(path))
                    }
                    None => Change::Added(writer.path(path)),
                },
            };
            writer.push(change);
        }
        Ok(outcome)
    }

    fn tree(&mut self, of: TreeOf) -> Result<Option<ObjectId>, Undone> {
        match of {
            TreeOf::Nothing => Ok(None),
            TreeOf::Tree(tree) => Ok(Some(tree)),
            TreeOf::Commit(commit) => {
                let data = self.objects.commit(commit)?;
                let parsed = commit::parse(data, &mut Vec::new()).ok_or(Undone::Unreadable)?;
                Ok(Some(parsed.tree))
            }
        }
    }
}

/// Goes over all commits that are reachable from `head`. Commits that the graph has already are not read
/// again. Gives the chunks of those that were, or whose changes are wanted, in any order.
pub(super) fn walk(
    graph: &mut Graph,
    idents: &mut Idents,
    head: ObjectId,
    plan: &Plan<'_>,
) -> Vec<Chunk> {
    let done = Mutex::new(Vec::new());
    let mut walker = Walker {
        objects: plan.crew.objects(),
        graph,
        idents,
        plan,
        trees: Vec::new(),
        heap: BinaryHeap::new(),
        parents: Vec::new(),
    };
    rayon::scope(|scope| {
        let hand_over = |commits: Vec<u32>, jobs: Vec<Job>| {
            let (done, crew) = (&done, plan.crew);
            scope.spawn(move |_| {
                let chunks = crew.chunks(&commits, &jobs);
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.extend(chunks);
            });
        };
        walker.walk(head, hand_over);
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

struct Walker<'w, 'p> {
    objects: Objects,
    graph: &'w mut Graph,
    idents: &'w mut Idents,
    plan: &'w Plan<'p>,
    /// By number: the tree, if the commit was read in this run.
    trees: Vec<Option<ObjectId>>,
    /// Commits that were reached and not looked at, by their date.
    heap: BinaryHeap<(i64, std::cmp::Reverse<u32>)>,
    parents: Vec<ObjectId>,
}

impl Walker<'_, '_> {
    fn walk(&mut self, head: ObjectId, mut hand_over: impl FnMut(Vec<u32>, Vec<Job>)) {
        let head = self.graph.number(head);
        self.reach(head);
        let (mut commits, mut jobs) = (Vec::new(), Vec::new());
        while let Some((_, std::cmp::Reverse(number))) = self.heap.pop() {
            let is_boundary = self.graph.at(number).state == State::Boundary;
            if !is_boundary {
                let mut place = 0;
                while let Some(&parent) = self.graph.parents(number).get(place) {
                    self.reach(parent);
                    place += 1;
                }
            }
            let said = self.graph.said(number);
            let is_plain = !is_boundary && !self.graph.is_merge(number);
            let is_wanted = is_plain && (self.plan.is_wanted)(number, &said);
            let is_new = self.tree(number).is_some();
            if !is_wanted && !is_new {
                continue;
            }
            commits.push(number);
            jobs.push(is_wanted.then(|| self.job(number)));
            if commits.len() == CHUNK {
                hand_over(std::mem::take(&mut commits), std::mem::take(&mut jobs));
            }
        }
        if !commits.is_empty() {
            hand_over(commits, jobs);
        }
    }

    fn job(&self, number: u32) -> (TreeOf, TreeOf) {
        let of = |number: u32| match self.tree(number) {
            Some(tree) => TreeOf::Tree(tree),
            None => TreeOf::Commit(self.graph.at(number).id),
        };
        let parent = self.graph.parents(number).first();
        (parent.map_or(TreeOf::Nothing, |&it| of(it)), of(number))
    }

    fn tree(&self, number: u32) -> Option<ObjectId> {
        self.trees.get(number as usize).copied().flatten()
    }

    /// Comes to a commit: reads it, unless that was done before.
    fn reach(&mut self, number: u32) {
        let commit = *self.graph.at(number);
        let id = commit.id;
        match commit.state {
            State::Reached | State::Boundary | State::Missing => return,
            State::Read => {}
            State::Named => {
                let data = self.objects.commit(id);
                let parsed = data.ok().and_then(|data| {
                    let parsed = commit::parse(data, &mut self.parents)?;
                    let said = Said {
                        author: self.idents.number(parsed.author),
                        authored: parsed.authored,
                        committed: parsed.committed,
                        is_revert: parsed.is_revert,
                    };
                    Some((said, parsed.tree))
                });
                let Some((said, tree)) = parsed else {
                    self.graph.at_mut(number).state = State::Missing;
                    return;
                };
                self.graph.set(number, said, self.parents.drain(..));
                if self.trees.len() <= number as usize {
                    self.trees.resize(self.graph.commits.len(), None);
                }
                self.trees[number as usize] = Some(tree);
            }
        }
        let is_boundary = self.plan.boundary.contains(&id);
        let commit = self.graph.at_mut(number);
        commit.state = match is_boundary {
            true => State::Boundary,
            false => State::Reached,
        };
        self.heap
            .push((commit.committed, std::cmp::Reverse(number)));
    }
}
