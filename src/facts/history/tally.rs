//! Sums up commits, in whatever order they come.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use jiff::Timestamp;

use super::{Activity, Author, Commit, CommitId, History, How, Landing, Move, Tag, Touch, Touched};
use crate::facts::Gap;
use crate::text::RepoPath;

/// What is recorded of one commit.
#[derive(Clone, Copy, Debug)]
pub struct CommitRecord<'r> {
    /// Its hash.
    pub id: CommitId,
    /// Who wrote it.
    pub author: &'r Author,
    /// When it was written.
    pub authored: Timestamp,
    /// When it was committed.
    pub committed: Timestamp,
    /// Whether it has several parents; what it did is then nothing of its own.
    pub is_merge: bool,
    /// Whether it takes back another one, as its message says.
    pub is_revert: bool,
    /// What it did.
    pub changes: &'r [RecordedChange<'r>],
}

/// What a commit did to a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordedChange<'r> {
    /// A file came.
    Added(&'r [u8]),
    /// A file changed.
    Changed(&'r [u8]),
    /// A file went.
    Removed(&'r [u8]),
    /// A file went from the first path to the second.
    Moved(&'r [u8], &'r [u8]),
}

/// Sums up commits. Memory grows with the paths and the authors, and with the commits of the window.
#[derive(Debug)]
pub struct Tally {
    window: Timestamp,
    authors: Table<Author>,
    paths: Table<Vec<u8>>,
    activity: Vec<Option<Activity>>,
    touches: HashMap<(u32, u32), Touch, RandomState>,
    moves: HashMap<(u32, u32), Timestamp, RandomState>,
    commits: Vec<Commit>,
    landings: Vec<(Landing, Vec<(u32, u32)>)>,
    walked: usize,
}

/// A commit whose author has a place already.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Its hash.
    pub id: CommitId,
    /// Who wrote it, by the place that [`Tally::author`] gave.
    pub author: u32,
    /// When it was written.
    pub authored: Timestamp,
    /// When it was committed.
    pub committed: Timestamp,
    /// Whether it has several parents; what it did is then nothing of its own.
    pub is_merge: bool,
    /// Whether it takes back another one, as its message says.
    pub is_revert: bool,
}

/// Things by the order in which they first came.
#[derive(Debug)]
struct Table<T> {
    places: HashMap<T, u32, RandomState>,
}

impl<T> Default for Table<T> {
    fn default() -> Table<T> {
        Table {
            places: HashMap::default(),
        }
    }
}

impl<T: std::hash::Hash + Eq + Ord> Table<T> {
    /// The place of one; it is made if there is none.
    fn place<Q>(&mut self, key: &Q) -> u32
    where
        T: std::borrow::Borrow<Q>,
        Q: std::hash::Hash + Eq + ?Sized + ToOwned<Owned = T>,
    {
        if let Some(&place) = self.places.get(key) {
            return place;
        }
        let place = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.insert(key.to_owned(), place);
        place
    }

    /// All that stay, sorted, and by former place the new one.
    fn sorted(self, stays: impl Fn(usize) -> bool) -> (Vec<T>, Vec<u32>) {
        let mut places = vec![0; self.places.len()];
        let all = self.places.into_iter();
        let mut all: Vec<(T, u32)> = all.filter(|(_, place)| stays(*place as usize)).collect();
        all.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (new, (_, old)) in all.iter().enumerate() {
            places[*old as usize] = u32::try_from(new).unwrap_or(u32::MAX);
        }
        (all.into_iter().map(|(thing, _)| thing).collect(), places)
    }
}

impl Tally {
    /// An empty one. Commits since the start of the window are kept one by one.
    pub fn new(window: Timestamp) -> Tally {
        Tally {
            window,
            authors: Table::default(),
            paths: Table::default(),
            activity: Vec::new(),
            touches: HashMap::default(),
            moves: HashMap::default(),
            commits: Vec::new(),
            landings: Vec::new(),
            walked: 0,
        }
    }

    /// The place of an author until all is summed up.
    pub fn author(&mut self, author: &Author) -> u32 {
        self.authors.place(author)
    }

    /// The place of a path until all is summed up.
    pub fn path(&mut self, path: &[u8]) -> u32 {
        self.paths.place(path)
    }

    /// Counts a commit in.
    pub fn add(&mut self, record: &CommitRecord<'_>) {
        let touched = match record.is_merge {
            true => Vec::new(),
            false => self.touched(record.changes),
        };
        let placed = Placed {
            id: record.id,
            author: self.author(record.author),
            authored: record.authored,
            committed: record.committed,
            is_merge: record.is_merge,
            is_revert: record.is_revert,
        };
        self.add_placed(&placed, &touched);
    }

    /// As [`Tally::add`], with the places of its author and of the paths that it touched.
    pub fn add_placed(&mut self, record: &Placed, touched: &[Touched]) {
        self.walked += 1;
        self.count(record);
        if record.is_merge {
            return;
        }
        for touched in touched {
            self.touch(record.author, record.authored, *touched);
        }
        if record.committed >= self.window {
            self.commits.push(Commit {
                id: record.id,
                author: record.author,
                authored: record.authored,
                committed: record.committed,
                is_revert: record.is_revert,
                touched: touched.to_vec(),
            });
        }
    }

    /// Adds what arrived on the line of first parents, if it did so in the window. `brought` are the
    /// commits that arrived, merges left out.
    pub fn land(
        &mut self,
        id: CommitId,
        landed: Timestamp,
        brought: &[CommitRecord<'_>],
        changes: &[RecordedChange<'_>],
    ) {
        let brought = brought.iter().map(|record| Placed {
            id: record.id,
            author: self.author(record.author),
            authored: record.authored,
            committed: record.committed,
            is_merge: record.is_merge,
            is_revert: record.is_revert,
        });
        let brought: Vec<Placed> = brought.collect();
        let touched = self.touched(changes);
        self.land_placed(id, landed, &brought, touched);
    }

    /// As [`Tally::land`], with the places of authors and paths.
    pub fn land_placed(
        &mut self,
        id: CommitId,
        landed: Timestamp,
        brought: &[Placed],
        touched: Vec<Touched>,
    ) {
        if landed < self.window {
            return;
        }
        let mut authors: Vec<u32> = brought.iter().map(|record| record.author).collect();
        authors.sort_unstable();
        let counts = authors.chunk_by(|a, b| a == b);
        let counts = counts.map(|same| (same[0], u32::try_from(same.len()).unwrap_or(u32::MAX)));
        let counts: Vec<(u32, u32)> = counts.collect();
        for record in brought {
            self.activity(record);
        }
        let started = brought.iter().map(|record| record.authored).min();
        let landing = Landing {
            id,
            landed,
            authors: Vec::new(),
            started: started.unwrap_or(landed),
            commits: u32::try_from(brought.len()).unwrap_or(u32::MAX),
            is_revert: brought.iter().any(|record| record.is_revert),
            touched,
        };
        self.landings.push((landing, counts));
    }

    /// What was summed up, with all that was gathered beside it.
    pub fn finish(
        self,
        head: Option<CommitId>,
        mut tags: Vec<Tag>,
        follows_renames: bool,
        gaps: Vec<Gap>,
    ) -> History {
        // Who was given a place and did nothing is none of the authors.
        let mut activity = self.activity;
        activity.resize(self.authors.places.len(), None);
        let (authors, new_author) = self.authors.sorted(|place| activity[place].is_some());
        let (paths, new_path) = self.paths.sorted(|_| true);
        let activity = activity.into_iter().zip(&new_author);
        let activity = activity.filter_map(|(activity, &author)| Some((author, activity?)));
        let mut activity: Vec<(u32, Activity)> = activity.collect();
        activity.sort_unstable_by_key(|&(author, _)| author);
        let mut touches: Vec<Touch> = self
            .touches
            .into_values()
            .map(|touch| Touch {
                path: new_path[touch.path as usize],
                author: new_author[touch.author as usize],
                ..touch
            })
            .collect();
        touches.sort_unstable();
        let mut moves: Vec<Move> = self
            .moves
            .into_iter()
            .map(|((from, to), when)| Move {
                from: new_path[from as usize],
                to: new_path[to as usize],
                when,
            })
            .collect();
        moves.sort_unstable_by_key(|it| (it.to, it.from));
        let renumber = |touched: &mut Vec<Touched>| {
            for one in &mut *touched {
                one.path = new_path[one.path as usize];
                if let How::Moved(from) = &mut one.how {
                    *from = new_path[*from as usize];
                }
            }
            touched.sort_unstable();
            touched.shrink_to_fit();
        };
        let mut commits = self.commits;
        for commit in &mut commits {
            commit.author = new_author[commit.author as usize];
            renumber(&mut commit.touched);
        }
        commits.sort_unstable_by_key(|it| std::cmp::Reverse((it.committed, it.id)));
        let changes = self.landings.into_iter().map(|(mut landing, counts)| {
            let counts = counts.into_iter();
            let counts = counts.map(|(author, count)| (new_author[author as usize], count));
            let mut counts: Vec<(u32, u32)> = counts.collect();
            counts.sort_unstable_by_key(|&(author, count)| (std::cmp::Reverse(count), author));
            landing.authors = counts.into_iter().map(|(author, _)| author).collect();
            renumber(&mut landing.touched);
            landing
        });
        let mut changes: Vec<Landing> = changes.collect();
        changes.sort_by_key(|it| std::cmp::Reverse((it.landed, it.id)));
        tags.sort();
        History {
            head,
            authors,
            activity: activity.into_iter().map(|(_, activity)| activity).collect(),
            paths: paths.into_iter().map(RepoPath::new).collect(),
            touches,
            moves,
            commits,
            changes,
            tags,
            ages: Vec::new(),
            window: Some(self.window),
            since: None,
            walked: self.walked,
            follows_renames,
            gaps,
        }
    }

    fn count(&mut self, record: &Placed) {
        let when = record.authored;
        let activity = self.activity(record);
        if !record.is_merge {
            // A first commit is one that is no merge, if there is any.
            activity.first = match activity.commits {
                0 => when,
                _ => activity.first.min(when),
            };
            activity.commits += 1;
        }
    }

    /// What the author of a commit did, who is seen at work here.
    fn activity(&mut self, record: &Placed) -> &mut Activity {
        let place = record.author as usize;
        let when = record.authored;
        if place >= self.activity.len() {
            self.activity.resize(place + 1, None);
        }
        let activity = self.activity[place].get_or_insert(Activity {
            commits: 0,
            first: when,
            last: when,
        });
        activity.last = activity.last.max(when);
        if activity.commits == 0 {
            activity.first = activity.first.min(when);
        }
        activity
    }

    fn touched(&mut self, changes: &[RecordedChange<'_>]) -> Vec<Touched> {
        let paths = &mut self.paths;
        let mut place = |path: &[u8]| paths.place(path);
        let touched = changes.iter().map(|change| {
            let (path, how) = match *change {
                RecordedChange::Added(path) => (path, How::Added),
                RecordedChange::Changed(path) => (path, How::Changed),
                RecordedChange::Removed(path) => (path, How::Removed),
                RecordedChange::Moved(from, to) => (to, How::Moved(place(from))),
            };
            Touched {
                path: place(path),
                how,
            }
        });
        touched.collect()
    }

    fn touch(&mut self, author: u32, when: Timestamp, touched: Touched) {
        let path = touched.path;
        let touch = self.touches.entry((path, author)).or_insert(Touch {
            path,
            author,
            added: None,
            changes: 0,
            last: when,
        });
        touch.last = touch.last.max(when);
        match touched.how {
            How::Added => touch.added = Some(touch.added.map_or(when, |added| added.min(when))),
            How::Changed => touch.changes += 1,
            How::Removed => {}
            How::Moved(from) => {
                touch.changes += 1;
                let moved = self.moves.entry((from, path)).or_insert(when);
                *moved = when.max(*moved);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RecordedChange::{Added, Changed, Moved, Removed};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn author(name: &str) -> Author {
        Author {
            email: format!("{name}@acme.test"),
            name: name.into(),
        }
    }

    fn history(order: &[usize]) -> History {
        let (ann, bob) = (author("ann"), author("bob"));
        let record = |number: u8, author, changes| CommitRecord {
            id: CommitId::Sha1([number; 20]),
            author,
            authored: at(i64::from(number)),
            committed: at(i64::from(number) + 10),
            is_merge: false,
            is_revert: false,
            changes,
        };
        let records = [
            record(1, &bob, &[Added(b"b"), Added(b"a")][..]),
            record(2, &ann, &[Changed(b"b")]),
            record(3, &ann, &[Moved(b"b", b"c"), Removed(b"a")]),
            record(4, &bob, &[Added(b"a"), Changed(b"c")]),
        ];
        let mut tally = Tally::new(at(13));
        for &place in order {
            tally.add(&records[place]);
        }
        tally.land(records[3].id, at(14), &records[2..], records[3].changes);
        tally.finish(Some(records[3].id), Vec::new(), true, Vec::new())
    }

    #[test]
    fn counts_do_not_depend_on_the_order_of_commits() {
        let one = history(&[0, 1, 2, 3]);
        assert_eq!(one, history(&[3, 1, 0, 2]));
        let paths: Vec<_> = one.paths.iter().map(|it| it.to_string_lossy()).collect();
        assert_eq!(paths, ["a", "b", "c"]);
        let touches = one.touches.iter().map(|it| {
            let added = it.added.map(Timestamp::as_second);
            (it.path, it.author, added, it.changes, it.last.as_second())
        });
        let touches: Vec<_> = touches.collect();
        assert_eq!(
            touches,
            [
                (0, 0, None, 0, 3),
                (0, 1, Some(1), 0, 4),
                (1, 0, None, 1, 2),
                (1, 1, Some(1), 0, 1),
                (2, 0, None, 1, 3),
                (2, 1, None, 1, 4),
            ]
        );
        assert_eq!(one.called(2), [1, 2]);
        assert_eq!(one.called(0), [0]);
        assert_eq!(one.commits.len(), 2);
        assert_eq!(one.walked, 4);
        assert_eq!(one.changes[0].authors, [0, 1]);
        assert_eq!(one.changes[0].started, at(3));
        assert_eq!(one.activity[0].first, at(2));
        assert_eq!(one.last_change(0), Some(at(4)));
    }

    #[test]
    fn files_that_went_in_circles_end() {
        let ann = author("ann");
        let mut tally = Tally::new(at(0));
        for (number, change) in [(1, Moved(b"a", b"b")), (2, Moved(b"b", b"a"))] {
            tally.add(&CommitRecord {
                id: CommitId::Sha1([number; 20]),
                author: &ann,
                authored: at(1),
                committed: at(1),
                is_merge: false,
                is_revert: false,
                changes: &[change],
            });
        }
        let history = tally.finish(None, Vec::new(), true, Vec::new());
        assert_eq!(history.called(0), [0, 1]);
    }
}
