//! Sums up what was walked: who did what, and what arrived when.

use std::collections::{HashMap, HashSet};

use gix::ObjectId;
use jiff::Timestamp;

use super::authors::{Idents, Mailmap};
use super::commit::timestamp;
use super::gather::{Dates, commit_id, placed, touched};
use super::graph::{Claims, Graph, State};
use super::records::{Outcome, Reader};
use super::walk::Chunk;
use crate::facts::{History, Placed, Tag, Tally, Touched};
use crate::text::RepoPath;

/// What arrived on the line of first parents.
pub(super) struct Arrival {
    /// The commit on the line.
    pub(super) commit: u32,
    /// The commits that came with it, itself included, merges left out.
    brought: Vec<u32>,
}

/// What arrived in the window, the oldest first.
pub(super) fn arrivals(graph: &Graph, head: u32, dates: &Dates) -> Vec<Arrival> {
    let line = graph.line(head);
    let mut claims = Claims::new(graph);
    let mut arrivals = Vec::new();
    for &commit in line.iter().rev() {
        let committed = graph.at(commit).committed;
        let mut arrival = Arrival {
            commit,
            brought: Vec::new(),
        };
        let is_told = dates.is_in_window(committed);
        claims.claim(graph, commit, |it| {
            if is_told && !graph.is_merge(it) && dates.is_there(graph.at(it).committed) {
                arrival.brought.push(it);
            }
        });
        if is_told {
            arrivals.push(arrival);
        }
    }
    arrivals
}

/// Sums up commits.
pub(super) struct Sum<'s> {
    graph: &'s Graph,
    idents: &'s Idents,
    mailmap: &'s Mailmap,
    dates: Dates,
    /// Whether the root is a folder of a larger repository.
    is_part: bool,
    tally: Tally,
    /// By number of what commits say of their author: the place in the tally.
    authors: Vec<Option<u32>>,
    /// By number: whether the commit was counted.
    counted: Vec<bool>,
    /// What the commits of the window that arrived did.
    touched: HashMap<u32, Vec<Touched>>,
    scratch: Vec<Touched>,
    /// How many commits touched too many paths.
    pub(super) too_many: usize,
    /// How many commits are later than all that is read.
    pub(super) later: usize,
    /// How many commits are from before all that is counted.
    pub(super) earlier: usize,
}

impl<'s> Sum<'s> {
    pub(super) fn new(
        graph: &'s Graph,
        idents: &'s Idents,
        mailmap: &'s Mailmap,
        window: Timestamp,
        dates: Dates,
        prefix: &RepoPath,
    ) -> Sum<'s> {
        Sum {
            graph,
            idents,
            mailmap,
            dates,
            is_part: !prefix.is_root(),
            tally: Tally::new(window),
            authors: vec![None; idents.all().len()],
            counted: vec![false; graph.commits.len()],
            touched: HashMap::new(),
            scratch: Vec::new(),
            too_many: 0,
            later: 0,
            earlier: 0,
        }
    }

    /// Counts the commits of a chunk whose changes it knows, but for those that another one had already.
    /// None if it is broken.
    pub(super) fn add(&mut self, chunk: &Chunk) -> Option<()> {
        let mut reader = Reader::new(&chunk.changes)?;
        for &commit in &chunk.commits {
            let committed = self.graph.at(commit).committed;
            let is_wanted = self.graph.is_reached(commit) && self.dates.is_counted(committed);
            if !is_wanted || self.counted[commit as usize] {
                reader.skip()?;
                continue;
            }
            self.scratch.clear();
            let (tally, scratch) = (&mut self.tally, &mut self.scratch);
            let outcome = reader.commit(
                |path| tally.path(path),
                |change| scratch.push(touched(change)),
            )?;
            match outcome {
                Outcome::Unknown => {}
                Outcome::TooMany => {
                    self.too_many += 1;
                    self.add_bare(commit);
                }
                Outcome::Whole | Outcome::OnlyExact if self.is_part && self.scratch.is_empty() => {}
                Outcome::Whole | Outcome::OnlyExact => {
                    let record = self.placed(commit);
                    self.tally.add_placed(&record, &self.scratch);
                    self.counted[commit as usize] = true;
                    if self.dates.is_in_window(committed) {
                        self.touched.insert(commit, self.scratch.clone());
                    }
                }
            }
        }
        Some(())
    }

    /// Notes what merges changed on the line of first parents; those that are not wanted are passed over.
    pub(super) fn add_merges(&mut self, chunk: &Chunk, wanted: &HashSet<u32>) -> Option<()> {
        let mut reader = Reader::new(&chunk.changes)?;
        for &commit in &chunk.commits {
            if !wanted.contains(&commit) || self.touched.contains_key(&commit) {
                reader.skip()?;
                continue;
            }
            let (tally, mut all) = (&mut self.tally, Vec::new());
            let outcome =
                reader.commit(|path| tally.path(path), |change| all.push(touched(change)))?;
            self.too_many += usize::from(outcome == Outcome::TooMany);
            self.touched.insert(commit, all);
        }
        Some(())
    }

    /// Counts all commits of which it is not known what they changed, or which changed nothing of their own.
    pub(super) fn add_others(&mut self) {
        for number in 0..u32::try_from(self.graph.commits.len()).unwrap_or(u32::MAX) {
            if !self.graph.is_reached(number) || self.counted[number as usize] {
                continue;
            }
            let committed = self.graph.at(number).committed;
            if !self.dates.is_there(committed) {
                self.later += 1;
            } else if !self.dates.is_counted(committed) {
                self.earlier += 1;
            } else if !self.is_part {
                self.add_bare(number);
            }
        }
    }

    fn add_bare(&mut self, commit: u32) {
        if !self.counted[commit as usize] {
            self.counted[commit as usize] = true;
            let record = self.placed(commit);
            self.tally.add_placed(&record, &[]);
        }
    }

    fn placed(&mut self, commit: u32) -> Placed {
        let ident = self.graph.at(commit).author as usize;
        let author = match self.authors[ident] {
            Some(author) => author,
            None => {
                let author = self.mailmap.resolve(&self.idents.all()[ident]);
                let author = self.tally.author(&author);
                self.authors[ident] = Some(author);
                author
            }
        };
        placed(self.graph, commit, author)
    }

    /// When what was new in a release had been written, by who claims it; none of one before the window
    /// or after all that is read.
    pub(super) fn written(&self, claims: &mut Claims, commit: u32, tagged: i64) -> Vec<Timestamp> {
        let mut written = Vec::new();
        let is_told = self.dates.is_in_window(tagged);
        claims.claim(self.graph, commit, |it| {
            let is_ours = self.counted[it as usize] || !self.is_part;
            if is_told && is_ours && !self.graph.is_merge(it) {
                written.push(timestamp(self.graph.at(it).authored));
            }
        });
        written.sort_unstable();
        written
    }

    /// Whether a tag of this date was there already.
    pub(super) fn is_there(&self, tagged: i64) -> bool {
        self.dates.is_there(tagged)
    }

    /// All of it as a history without gaps.
    pub(super) fn finish(
        mut self,
        head: ObjectId,
        arrivals: Vec<Arrival>,
        tags: Vec<Tag>,
        renames: bool,
    ) -> History {
        for arrival in arrivals {
            let touched = self.touched.remove(&arrival.commit).unwrap_or_default();
            let brought = arrival.brought.iter().copied();
            let brought = brought.filter(|&it| self.counted[it as usize] || !self.is_part);
            let brought: Vec<u32> = brought.collect();
            if self.is_part && brought.is_empty() && touched.is_empty() {
                continue;
            }
            let brought: Vec<Placed> = brought.into_iter().map(|it| self.placed(it)).collect();
            let commit = self.graph.at(arrival.commit);
            let landed = timestamp(commit.committed);
            self.tally
                .land_placed(commit_id(commit.id), landed, &brought, touched);
        }
        let is_known = self.graph.find(&head).map(|it| self.graph.at(it).state);
        let is_known = matches!(is_known, Some(State::Reached | State::Boundary));
        let head = is_known.then(|| commit_id(head));
        self.tally.finish(head, tags, renames, Vec::new())
    }
}
