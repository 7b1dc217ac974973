//! The steps from a repository to its history: walk, arrivals, sums.

use std::collections::HashSet;

use gix::ObjectId;

use super::Wanted;
use super::authors::Mailmap;
use super::commit::timestamp;
use super::graph::{Graph, Said, State};
use super::keep::{Memory, News};
use super::records::Change;
use super::sum::{self, Sum};
use super::tags;
use super::trees::MOST_PATHS;
use super::walk::{Chunk, Crew, Job, Plan, TreeOf, walk};
use crate::facts::{Gap, GapKind, History};
use crate::sources::repository::Git;
use crate::sources::store::Database;

/// What closes a gap of objects.
const REFETCH: &str =
    "`git fetch --refetch` completes a partial clone; `git fsck` shows what is damaged";

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
    let empty = |gaps: Vec<Gap>| History {
        window: Some(wanted.window),
        follows_renames: wanted.renames,
        gaps,
        ..History::default()
    };
    let head = match git.head() {
        Ok(Some(head)) => head,
        Ok(None) => return empty(Vec::new()),
        Err(error) => {
            let mut gap = Gap::new(GapKind::MissingObject, format!("no history: {error}"));
            gap.remedy = error.remedy().map(str::to_owned);
            return empty(vec![gap]);
        }
    };
    let database = database(git, wanted, notes);
    let kept = database.as_ref().map(|database| database.load(notes));
    let mut memory = Memory::recall(kept.unwrap_or_default());
    if memory.is_none()
        && let Some(database) = &database
    {
        database.discard("it does not hold what it should", notes);
    }
    let run = Run {
        git,
        wanted,
        head,
        dates: Dates::new(wanted),
    };
    let found = run.read(memory.take().unwrap_or_default(), database.as_ref(), notes);
    found.unwrap_or_else(|| {
        // What was kept of what commits did is broken, so all is read anew.
        if let Some(database) = &database {
            database.discard("it does not hold what it should", notes);
        }
        let found = run.read(Memory::default(), database.as_ref(), notes);
        found.unwrap_or_else(|| empty(Vec::new()))
    })
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
    let common = git.common_dir();
    let common = std::fs::canonicalize(&common).unwrap_or(common);
    let (place, prefix) = (
        common.as_os_str().as_encoded_bytes(),
        git.prefix().as_bytes(),
    );
    let mode: &[u8] = if wanted.renames { b"renames" } else { b"plain" };
    Some(Database::new(folder, &[place, prefix, mode]))
}

/// One run over a repository.
struct Run<'r> {
    git: &'r Git,
    wanted: &'r Wanted<'r>,
    head: ObjectId,
    dates: Dates,
}

impl Run<'_> {
    /// Reads all that is not in memory, and keeps that. None if what is in memory is broken.
    fn read(
        &self,
        mut memory: Memory,
        database: Option<&Database>,
        notes: &mut Vec<String>,
    ) -> Option<History> {
        let (git, wanted, dates) = (self.git, self.wanted, self.dates);
        let mut gaps = Vec::new();
        let boundary = boundary(git, &mut gaps);
        gaps.extend(grafts(git));
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
        let chunks = walk(&mut graph, &mut idents, self.head, &plan);

        let head = graph.number(self.head);
        let arrivals = sum::arrivals(&graph, head, &dates);
        let merges = arrivals.iter().map(|arrival| arrival.commit);
        let merges = merges
            .filter(|&commit| graph.is_merge(commit) && graph.at(commit).state == State::Reached);
        let merges: HashSet<u32> = merges.collect();
        let unknown = merges.iter().filter(|&&merge| !memory.knows_merge(merge));
        let mut unknown: Vec<u32> = unknown.copied().collect();
        unknown.sort_unstable();
        let merge_chunks = compare_merges(&graph, &crew, &unknown);

        let mailmap = Mailmap::new(&git.mailmap());
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
        let tags = tags::read(git, &graph, &sum);
        gaps.extend(missing(&graph, &chunks, &merge_chunks, &sum, wanted));
        Some(sum.finish(self.head, arrivals, tags, wanted.renames, gaps))
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

/// The commits at which a shallow clone ends.
fn boundary(git: &Git, gaps: &mut Vec<Gap>) -> HashSet<ObjectId> {
    match git.boundary() {
        Ok(boundary) => boundary.into_iter().collect(),
        Err(reason) => {
            gaps.push(Gap::new(
                GapKind::Unreadable,
                format!("it cannot be told where this shallow clone ends: {reason}"),
            ));
            HashSet::new()
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

/// Gaps for what could not be read or was left out.
fn missing(
    graph: &Graph,
    chunks: &[Chunk],
    merges: &[Chunk],
    sum: &Sum<'_>,
    wanted: &Wanted<'_>,
) -> Vec<Gap> {
    let mut gaps = Vec::new();
    let mut gap = |count: usize, kind: GapKind, what: &dyn Fn(String) -> String, remedy: &str| {
        if count > 0 {
            let commits = match count {
                1 => "1 commit".to_owned(),
                count => format!("{count} commits"),
            };
            let gap = Gap::new(kind, what(commits));
            gaps.push(match remedy {
                "" => gap,
                remedy => gap.remedy(remedy),
            });
        }
    };
    let states = |state: State| graph.commits.iter().filter(move |it| it.state == state);
    gap(
        states(State::Boundary).count(),
        GapKind::MissingObject,
        &|commits| {
            format!(
                "the clone is shallow: it ends at {commits}, whose files and whose parents are not known"
            )
        },
        "git fetch --unshallow",
    );
    gap(
        states(State::Missing).count(),
        GapKind::MissingObject,
        &|commits| format!("{commits} cannot be read, nor what comes before"),
        REFETCH,
    );
    let all = || chunks.iter().chain(merges);
    gap(
        all().map(|chunk| chunk.unreadable).sum(),
        GapKind::MissingObject,
        &|commits| {
            format!("it cannot be told what {commits} changed: folders are missing or damaged")
        },
        REFETCH,
    );
    gap(
        all().map(|chunk| chunk.only_exact).sum(),
        GapKind::NotGathered,
        &|commits| {
            format!(
                "contents are missing: in {commits} files were followed only where nothing but their path changed"
            )
        },
        REFETCH,
    );
    gap(
        sum.too_many,
        GapKind::TooLarge,
        &|commits| {
            format!("{commits} touched more than {MOST_PATHS} paths, which were not counted")
        },
        "",
    );
    gap(
        sum.later,
        GapKind::NotGathered,
        &|commits| format!("{commits} of later than {} left out", wanted.as_of),
        "",
    );
    gaps
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
    let mut bytes = [0; 20];
    let from = id.as_bytes();
    let length = from.len().min(20);
    bytes[..length].copy_from_slice(&from[..length]);
    crate::facts::CommitId(bytes)
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
