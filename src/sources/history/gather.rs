//! The steps from a repository to its history: walk, arrivals, sums.

use std::collections::HashSet;

use gix::ObjectId;

use super::Wanted;
use super::authors::Mailmap;
use super::commit::timestamp;
use super::graph::{Graph, Said, State};
use super::keep::{self, Memory, News};
use super::lacks::Lacks;
use super::records::Change;
use super::sum::{self, Sum};
use super::tags;
use super::walk::{Chunk, Crew, Job, Plan, TreeOf, walk};
use super::whole::{self, Basis};
use crate::facts::{Gap, GapKind, History, Lookup};
use crate::sources::repository::Git;
use crate::sources::store::Database;

/// How many merges a thread compares at a time.
const MERGES: usize = 64;

/// What the dates that are wanted say of a commit.
#[derive(Clone, Copy)]
pub(super) struct Dates {
    as_of: i64,
    since: i64,
    window: i64,
}

impl Dates {
    fn new(wanted: &Wanted<'_>) -> Dates {
        Dates {
            as_of: wanted.as_of.as_second(),
            since: wanted.since.map_or(i64::MIN, |since| since.as_second()),
            window: wanted.window.as_second(),
        }
    }

    /// Whether a commit was there already.
    pub(super) fn is_there(&self, committed: i64) -> bool {
        committed <= self.as_of
    }

    /// Whether a commit is counted.
    pub(super) fn is_counted(&self, committed: i64) -> bool {
        self.is_there(committed) && committed >= self.since
    }

    /// Whether what arrived then is told.
    pub(super) fn is_in_window(&self, committed: i64) -> bool {
        self.is_there(committed) && committed >= self.window
    }
}

/// Reads the history of a repository.
pub(super) fn gather(git: &Git, wanted: &Wanted<'_>, notes: &mut Vec<String>) -> History {
    // What is not counted is not told one by one either.
    let window = wanted.window.max(wanted.since.unwrap_or(wanted.window));
    let wanted = &Wanted { window, ..*wanted };
    let empty = |gaps: Vec<Gap>| History {
        window: Some(wanted.window),
        follows_renames: wanted.renames,
        gaps,
        ..History::default()
    };
    let head = match git.head() {
        Ok(Some(head)) => head,
        Ok(None) => {
            let reason = "there are no commits yet";
            return empty(vec![Gap::new(GapKind::NotGathered, reason)]);
        }
        Err(error) => {
            let mut gap = Gap::new(GapKind::MissingObject, error.to_string());
            gap.remedy = error.remedy().map(str::to_owned);
            return empty(vec![gap]);
        }
    };
    let database = database(git, wanted, notes);
    let mut gaps = Vec::new();
    let boundary = boundary(git, &mut gaps);
    let mailmap = match git.mailmap() {
        Lookup::Present(mailmap) => mailmap,
        Lookup::Absent => Vec::new(),
        Lookup::Unavailable(gap) => {
            gaps.push(gap);
            Vec::new()
        }
    };
    let (tags, unread_tags) = git.tags();
    gaps.extend(unread_tags);
    // What depends on what cannot be told may be something else the next time.
    let is_certain = gaps.is_empty();
    gaps.extend(grafts(git));
    let basis = Basis {
        head,
        wanted,
        boundary: &boundary,
        mailmap: &mailmap,
        tags: &tags,
    };
    let sums = database.as_ref().filter(|_| is_certain);
    let sums = sums.map(|database| (database, basis.key()));
    if let Some((database, key)) = &sums
        && let Some(kept) = database.result(key, notes)
    {
        match whole::read(&kept, &basis) {
            Some((mut history, lacks)) => {
                complete(&mut history, gaps, &lacks, wanted);
                return history;
            }
            None => database.discard("it does not hold what it should", notes),
        }
    }
    let kept = database.as_ref().map(|database| database.load(notes));
    let mut memory = Memory::recall(kept.unwrap_or_default(), git.hash_width());
    if memory.is_none()
        && let Some(database) = &database
    {
        database.discard("it does not hold what it should", notes);
    }
    let run = Run {
        git,
        basis: &basis,
        dates: Dates::new(wanted),
    };
    let mut found = run.read(memory.take().unwrap_or_default(), database.as_ref(), notes);
    if found.is_none() {
        // What was kept of what commits did is broken, so all is read anew.
        if let Some(database) = &database {
            database.discard("it does not hold what it should", notes);
        }
        found = run.read(Memory::default(), database.as_ref(), notes);
    }
    let Some(found) = found else {
        return empty(gaps);
    };
    let mut history = found.history;
    if let Some((database, key)) = &sums
        && !found.may_change
    {
        database.keep_result(key, &whole::write(&history, &found.lacks), notes);
    }
    complete(&mut history, gaps, &found.lacks, wanted);
    history
}

/// Says what is missing from a history.
fn complete(history: &mut History, gaps: Vec<Gap>, lacks: &Lacks, wanted: &Wanted<'_>) {
    history.gaps = gaps;
    history.gaps.extend(lacks.gaps(wanted));
    history.since = wanted.since.filter(|_| lacks.earlier > 0);
}

/// Where what is read of a repository is kept, if it may be.
fn database(git: &Git, wanted: &Wanted<'_>, notes: &mut Vec<String>) -> Option<Database> {
    let folder = wanted.cache?;
    if git.has_replacements() {
        notes.push(
            "nothing is kept of a history with replaced objects (`git replace --list`)".into(),
        );
        return None;
    }
    let mode: &[u8] = if wanted.renames { b"renames" } else { b"plain" };
    let what = [git.prefix().as_bytes(), mode];
    Some(keep::database(git, folder, &what))
}

/// One run over a repository.
struct Run<'r> {
    git: &'r Git,
    basis: &'r Basis<'r>,
    dates: Dates,
}

/// What a run found.
struct Found {
    /// Without its gaps.
    history: History,
    lacks: Lacks,
    /// Whether another run may find more, though no commit came.
    may_change: bool,
}

impl Run<'_> {
    /// Reads all that is not in memory, and keeps that. None if what is in memory is broken.
    fn read(
        &self,
        mut memory: Memory,
        database: Option<&Database>,
        notes: &mut Vec<String>,
    ) -> Option<Found> {
        let (git, basis, dates) = (self.git, self.basis, self.dates);
        let wanted = basis.wanted;
        let boundary: HashSet<ObjectId> = basis.boundary.iter().copied().collect();
        let crew = Crew::new(git.shared(), git.prefix().as_bytes(), wanted.renames);
        let mut graph = std::mem::take(&mut memory.graph);
        let mut idents = std::mem::take(&mut memory.idents);
        let plan = Plan {
            boundary: &boundary,
            is_wanted: &|commit: u32, said: &Said| {
                dates.is_counted(said.committed) && !memory.knows(commit)
            },
            crew: &crew,
        };
        let chunks = walk(&mut graph, &mut idents, basis.head, &plan);

        let head = graph.number(basis.head);
        let arrivals = sum::arrivals(&graph, head, &dates);
        let merges = arrivals.iter().map(|arrival| arrival.commit);
        let merges = merges
            .filter(|&commit| graph.is_merge(commit) && graph.at(commit).state == State::Reached);
        let merges: HashSet<u32> = merges.collect();
        let unknown = merges.iter().filter(|&&merge| !memory.knows_merge(merge));
        let mut unknown: Vec<u32> = unknown.copied().collect();
        unknown.sort_unstable();
        let merge_chunks = compare_merges(&graph, &crew, &unknown);

        let mailmap = Mailmap::new(basis.mailmap);
        let mut sum = Sum::new(
            &graph,
            &idents,
            &mailmap,
            wanted.window,
            dates,
            git.prefix(),
        );
        for chunk in memory.chunks.iter().chain(&chunks) {
            sum.add(chunk)?;
        }
        for chunk in memory.merges.iter().chain(&merge_chunks) {
            sum.add_merges(chunk, &merges)?;
        }
        sum.add_others();
        if let Some(database) = database {
            let news = News {
                graph: &graph,
                idents: &idents,
                memory: &memory,
            };
            let (new, old) = (news.rows(&chunks, &merge_chunks), news.old_rows());
            if !new.is_empty() || !old.is_empty() {
                database.save(&new, &old, notes);
            }
        }
        let tags = tags::read(git, basis.tags, &graph, &sum);
        let mut lacks = Lacks::of(&graph, &chunks, &merge_chunks, &sum);
        lacks.tags = tags.missing;
        Some(Found {
            may_change: lacks.may_end(),
            history: sum.finish(basis.head, arrivals, tags.all, wanted.renames),
            lacks,
        })
    }
}

/// Compares merges with their first parents.
fn compare_merges(graph: &Graph, crew: &Crew<'_>, merges: &[u32]) -> Vec<Chunk> {
    use rayon::prelude::*;
    let chunks = merges.par_chunks(MERGES).map(|merges| {
        let jobs = merges.iter().map(|&merge| {
            let parent = graph.parents(merge).first();
            let of = |number: u32| TreeOf::Commit(graph.at(number).id);
            Some((parent.map_or(TreeOf::Nothing, |&it| of(it)), of(merge)))
        });
        let jobs: Vec<Job> = jobs.collect();
        crew.chunks(merges, &jobs)
    });
    let chunks: Vec<Vec<Chunk>> = chunks.collect();
    chunks.into_iter().flatten().collect()
}

/// The commits at which a shallow clone ends, sorted.
fn boundary(git: &Git, gaps: &mut Vec<Gap>) -> Vec<ObjectId> {
    match git.boundary() {
        Ok(mut boundary) => {
            boundary.sort_unstable();
            boundary
        }
        Err(reason) => {
            gaps.push(Gap::new(
                GapKind::Unreadable,
                format!("it cannot be told where this shallow clone ends: {reason}"),
            ));
            Vec::new()
        }
    }
}

/// A gap where parents were put in place of others by the old means, which only git obeys.
fn grafts(git: &Git) -> Option<Gap> {
    let grafts = std::fs::metadata(git.common_dir().join("info").join("grafts"));
    let is_there = grafts.is_ok_and(|grafts| grafts.is_file() && grafts.len() > 0);
    is_there.then(|| {
        let reason = "`info/grafts` gives commits other parents; it was left out of account";
        Gap::new(GapKind::Unverifiable, reason)
            .remedy("`git replace --convert-graft-file` makes replacements of it, which are read")
    })
}

/// What was done, by places of paths.
pub(super) fn touched(change: Change) -> crate::facts::Touched {
    use crate::facts::{How, Touched};
    let (path, how) = match change {
        Change::Added(path) => (path, How::Added),
        Change::Changed(path) => (path, How::Changed),
        Change::Removed(path) => (path, How::Removed),
        Change::Moved(from, path) => (path, How::Moved(from)),
    };
    Touched { path, how }
}

/// A commit as facts have it.
pub(super) fn commit_id(id: ObjectId) -> crate::facts::CommitId {
    match id {
        ObjectId::Sha1(bytes) => crate::facts::CommitId::Sha1(bytes),
        // gix marks its list of hashes as one that may grow; longer ones than these it cannot read.
        other => crate::facts::CommitId::new(other.as_bytes())
            .unwrap_or(crate::facts::CommitId::Sha256([0; 32])),
    }
}

/// A commit with the place of its author.
pub(super) fn placed(graph: &Graph, number: u32, author: u32) -> crate::facts::Placed {
    let commit = graph.at(number);
    crate::facts::Placed {
        id: commit_id(commit.id),
        author,
        authored: timestamp(commit.authored),
        committed: timestamp(commit.committed),
        is_merge: graph.is_merge(number),
        is_revert: commit.is_revert,
    }
}
