//! What the commits of a repository say: who changed which file, and when.
//!
//! Counts by file and author cover all that was walked and grow with files and people; single commits
//! are kept of the window alone in which changes are looked at one by one.

mod age;
mod tally;

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::{Gap, GapKind};
use crate::text::RepoPath;

pub use age::{Age, LineAge};
pub use tally::{CommitRecord, Placed, RecordedChange, Tally};

/// What one walk over the commits of a repository yields.
///
/// Equal for equal commits, however they were read: places are those of sorted lists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// The commit from which the walk started.
    pub head: Option<CommitId>,
    /// Who wrote commits, as they say after `.mailmap`; sorted.
    pub authors: Vec<Author>,
    /// By author: what they did.
    pub activity: Vec<Activity>,
    /// Every path that a commit ever touched; sorted.
    pub paths: Vec<RepoPath>,
    /// Who touched which path, by its place and that of the author; sorted.
    pub touches: Vec<Touch>,
    /// Which path went where, each pair once; sorted.
    pub moves: Vec<Move>,
    /// The commits of the window that are no merges, the newest first.
    pub commits: Vec<Commit>,
    /// What arrived in the window on the line of first parents, the newest first.
    pub changes: Vec<Landing>,
    /// Tags on commits that were walked, in the order of their dates.
    pub tags: Vec<Tag>,
    /// From when commits are kept one by one.
    pub window: Option<Timestamp>,
    /// From when on commits were counted, where earlier ones were left out because nobody wanted them.
    pub since: Option<Timestamp>,
    /// Since when lines stand as they are, for those that were asked for; sorted.
    pub ages: Vec<LineAge>,
    /// How many commits were walked, merges among them.
    pub walked: usize,
    /// Whether files were followed where they were renamed.
    pub follows_renames: bool,
    /// What could not be read, or was left out.
    pub gaps: Vec<Gap>,
}

/// The hash of a commit, of the kind that its repository uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CommitId {
    /// The default of git.
    Sha1([u8; 20]),
    /// As `git init --object-format=sha256` makes it.
    Sha256([u8; 32]),
}

impl CommitId {
    /// The hash with these bytes, if there is one of this length.
    pub fn new(bytes: &[u8]) -> Option<CommitId> {
        match bytes.len() {
            20 => Some(CommitId::Sha1(bytes.try_into().ok()?)),
            32 => Some(CommitId::Sha256(bytes.try_into().ok()?)),
            _ => None,
        }
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            CommitId::Sha1(bytes) => bytes,
            CommitId::Sha256(bytes) => bytes,
        }
    }
}

impl std::fmt::Display for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = self.as_bytes().iter();
        bytes.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for CommitId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// Who wrote a commit, as it says after `.mailmap`. What is no UTF-8 is replaced.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Author {
    /// The e-mail address, as written; may be empty.
    pub email: String,
    /// The name, as written; may be empty.
    pub name: String,
}

/// What an author did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// How many commits they wrote, merges left out.
    pub commits: u32,
    /// When they wrote the first one, merges left out.
    pub first: Timestamp,
    /// When they wrote the last one, be it a merge.
    pub last: Timestamp,
}

/// What an author did to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// The path, by its place.
    pub path: u32,
    /// The author, by place.
    pub author: u32,
    /// When they first added the file at this path, if ever.
    pub added: Option<Timestamp>,
    /// How often they changed it, or moved it here; adding it is none of these.
    pub changes: u32,
    /// When they last touched it, be it by removing it.
    pub last: Timestamp,
}

/// A file that went from one path to another, in some commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// Where it was, by the place of the path.
    pub from: u32,
    /// Where it went.
    pub to: u32,
    /// When it last did.
    pub when: Timestamp,
}

/// A commit that is no merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commit {
    /// Its hash.
    pub id: CommitId,
    /// Who wrote it, by place.
    pub author: u32,
    /// When it was written.
    pub authored: Timestamp,
    /// When it was committed.
    pub committed: Timestamp,
    /// Whether it takes back another one, as its message says.
    pub is_revert: bool,
    /// What it did; none of the files where there were too many.
    pub touched: Vec<Touched>,
}

/// What a commit did to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touched {
    /// The path, by its place.
    pub path: u32,
    /// What was done.
    pub how: How,
}

/// What was done to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// A file came.
    Added,
    /// Its content, its mode or its kind is another one.
    Changed,
    /// It went.
    Removed,
    /// It came from the path at this place.
    Moved(u32),
}

/// What arrived as one: a commit on the line of first parents, be it a merge with all that it brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Landing {
    /// The commit on the line of first parents.
    pub id: CommitId,
    /// When it arrived there.
    pub landed: Timestamp,
    /// Who wrote what arrived, by place, whoever did most first; bots among them.
    pub authors: Vec<u32>,
    /// When the first of the commits that arrived was written.
    pub started: Timestamp,
    /// How many commits arrived, merges left out; 1 for one that is no merge.
    pub commits: u32,
    /// Whether it takes something back, as the messages say.
    pub is_revert: bool,
    /// What differs from the first parent.
    pub touched: Vec<Touched>,
}

/// A tag that stands for a commit.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// When the tag was made; that of the commit where the tag does not say.
    pub date: Timestamp,
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// The commit.
    pub commit: CommitId,
    /// When what was new in it had been written: the dates of commits that no earlier release tag
    /// (a version, as in `v1.2.3`) has; empty for tags that are no releases, or before the window.
    pub written: Vec<Timestamp>,
}

impl History {
    /// What is missing so that it says too little of who did what, if anything is: a shallow clone says that
    /// whoever wrote its last commits wrote everything.
    pub fn lack(&self) -> Option<&Gap> {
        self.lacks().next()
    }

    /// All that is missing so that it says too little of who did what.
    pub fn lacks(&self) -> impl Iterator<Item = &Gap> {
        let is_lack = |gap: &&Gap| {
            gap.kind.is_unavailable() || matches!(gap.kind, GapKind::Absent | GapKind::Unverifiable)
        };
        self.gaps.iter().filter(is_lack)
    }

    /// Why not a single commit could be read, where there may be some.
    pub fn unreadable(&self) -> Option<&Gap> {
        let lack = self.lack()?;
        (self.walked == 0).then_some(lack)
    }

    /// What is missing where everything counts that was done from `start` on, if commits of then were left out
    /// because nobody wanted them.
    pub fn cut(&self, start: Timestamp) -> Option<Gap> {
        let since = self.since.filter(|&since| since > start)?;
        let day = day_since(since);
        let reason = format!("no commits of before {day} were read, which count as well");
        let remedy = "leave out `--history-since`, or name an earlier day";
        Some(Gap::new(GapKind::Unverifiable, reason).remedy(remedy))
    }

    /// The same for what is told of single commits: where not even their window was read whole.
    pub fn cut_window(&self) -> Option<Gap> {
        let is_cut = self.since.is_some() && self.since == self.window;
        is_cut.then(|| self.cut(Timestamp::MIN)).flatten()
    }

    /// The first day of which commits were counted, where earlier ones were left out because nobody wanted them.
    pub fn first_day(&self) -> Option<Date> {
        self.since.map(day_since)
    }

    /// The path at a place.
    pub fn path(&self, place: u32) -> &RepoPath {
        &self.paths[place as usize]
    }

    /// The place of a path, if any commit touched it.
    pub fn place_of(&self, path: &[u8]) -> Option<u32> {
        let found = self.paths.binary_search_by(|it| it.as_bytes().cmp(path));
        found.ok().and_then(|at| u32::try_from(at).ok())
    }

    /// Who touched the path at a place.
    pub fn touches_of(&self, path: u32) -> &[Touch] {
        let start = self.touches.partition_point(|touch| touch.path < path);
        let end = self.touches.partition_point(|touch| touch.path <= path);
        &self.touches[start..end]
    }

    /// The path at a place and all that files there were called before, transitively, ascending.
    pub fn called(&self, path: u32) -> Vec<u32> {
        let mut names = vec![path];
        let mut at = 0;
        while at < names.len() {
            for from in self.came_from(names[at]) {
                if !names.contains(&from) {
                    names.push(from);
                }
            }
            at += 1;
        }
        names.sort_unstable();
        names
    }

    /// Where files came from that went to the path at a place.
    fn came_from(&self, to: u32) -> impl Iterator<Item = u32> + '_ {
        let moves = &self.moves;
        let start = moves.partition_point(|it| it.to < to);
        let of = moves[start..].iter().take_while(move |it| it.to == to);
        of.map(|it| it.from)
    }

    /// The age of a line of a file, by the file's place in the tree, if it was asked for and is known.
    pub fn age(&self, file: usize, line: u32) -> Option<Age> {
        let key = (u32::try_from(file).ok()?, line);
        let found = self
            .ages
            .binary_search_by_key(&key, |it| (it.file, it.line));
        found.ok().map(|at| self.ages[at].age)
    }

    /// When a path was last touched.
    pub fn last_change(&self, path: u32) -> Option<Timestamp> {
        self.touches_of(path).iter().map(|touch| touch.last).max()
    }
}

/// The first day that is read, where commits are counted from the last second of the day before.
pub fn day_since(since: Timestamp) -> Date {
    let next = since.checked_add(Span::new().seconds(1)).unwrap_or(since);
    next.to_zoned(TimeZone::UTC).date()
}

/// Where files went, by where they were. Looked up for many paths, so it is made once.
#[derive(Debug)]
pub struct Departures(HashMap<u32, Vec<Move>>);

impl Departures {
    /// Those of a history.
    pub fn of(history: &History) -> Departures {
        let mut by_from: HashMap<u32, Vec<Move>> = HashMap::new();
        for &it in &history.moves {
            by_from.entry(it.from).or_default().push(it);
        }
        Departures(by_from)
    }

    /// The paths, ascending, to which the files at these went, transitively. Those given are not among them.
    pub fn followed(&self, from: &[u32]) -> Vec<u32> {
        let mut seen: BTreeSet<u32> = from.iter().copied().collect();
        let mut left: Vec<u32> = from.to_vec();
        let mut found = BTreeSet::new();
        while let Some(at) = left.pop() {
            for it in self.0.get(&at).into_iter().flatten() {
                if seen.insert(it.to) {
                    left.push(it.to);
                    found.insert(it.to);
                }
            }
        }
        found.into_iter().collect()
    }

    /// When a file last went elsewhere from a path.
    pub fn last(&self, from: u32) -> Option<Timestamp> {
        self.0.get(&from)?.iter().map(|it| it.when).max()
    }
}
