//! A history that was summed up, in the form in which it is kept on disk, and back: a run over commits that
//! were all summed up before, for the same dates, reads it and is done.
//!
//! Numbers are written as in [`super::records`]. Paths are sorted, so that of each stands how many bytes it has
//! in common with the one before; who touched them stands path by path. Dates are how many seconds later or
//! earlier something was than what stands before it. Who reads this relies on places and on orders, so
//! whatever breaks one of them is refused as a whole.

use gix::ObjectId;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::Wanted;
use super::gather::commit_id;
use super::lacks::Lacks;
use super::records::{Bytes, put, put_signed, put_slice};
use crate::facts::{
    Activity, Author, Commit, CommitId, History, How, Landing, Move, Tag, Touch, Touched,
};
use crate::text::RepoPath;

/// All paths together have no more bytes than this: those of a real history have far less, and few bytes
/// can stand for many.
const MOST_PATH_BYTES: usize = 1 << 30;

/// All on which the sums over commits depend, but for the commits themselves.
pub(super) struct Basis<'b> {
    pub(super) head: ObjectId,
    pub(super) wanted: &'b Wanted<'b>,
    /// The commits at which a shallow clone ends, sorted.
    pub(super) boundary: &'b [ObjectId],
    pub(super) mailmap: &'b [u8],
    pub(super) tags: &'b [(String, ObjectId)],
}

impl Basis<'_> {
    /// Another one for each basis. Another version of this program may count otherwise. How files are
    /// followed and the folder from which paths go are part of the database's name.
    pub(super) fn key(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut part = |bytes: &[u8]| {
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(bytes);
        };
        // Another name for another form of what is kept.
        part(b"history, with those of before");
        part(env!("CARGO_PKG_VERSION").as_bytes());
        part(self.head.as_bytes());
        let Wanted {
            as_of,
            since,
            window,
            renames: _,
            cache: _,
        } = self.wanted;
        for when in [Some(*as_of), *since, Some(*window)] {
            let when = when.map(|when| when.as_nanosecond().to_le_bytes());
            part(when.as_ref().map_or(&[], |it| it.as_slice()));
        }
        part(&self.boundary.len().to_le_bytes());
        for commit in self.boundary {
            part(commit.as_bytes());
        }
        part(self.mailmap);
        for (name, id) in self.tags {
            part(name.as_bytes());
            part(id.as_bytes());
        }
        hash.finalize().into()
    }
}

/// What is kept of a history that was summed up: all but its gaps, of which it is kept how many commits each
/// is about.
pub(super) fn write(history: &History, lacks: &Lacks) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, history.walked as u64);
    for count in [lacks.boundary, lacks.too_many, lacks.later, lacks.earlier] {
        put(&mut out, count as u64);
    }
    put(&mut out, u64::from(history.head.is_some()));
    put(&mut out, history.authors.len() as u64);
    for (author, activity) in history.authors.iter().zip(&history.activity) {
        put_slice(&mut out, author.email.as_bytes());
        put_slice(&mut out, author.name.as_bytes());
        put(&mut out, u64::from(activity.commits));
        put_signed(&mut out, activity.first.as_second());
        put_later(&mut out, activity.first, activity.last);
    }
    put(&mut out, history.paths.len() as u64);
    let mut before: &[u8] = &[];
    for path in &history.paths {
        let path = path.as_bytes();
        let common = path.iter().zip(before).take_while(|(a, b)| a == b).count();
        put(&mut out, common as u64);
        put_slice(&mut out, &path[common..]);
        before = path;
    }
    let mut touches = history.touches.as_slice();
    let mut last = Timestamp::UNIX_EPOCH;
    for path in 0..history.paths.len() {
        let count = touches.partition_point(|touch| touch.path as usize <= path);
        let (of_path, rest) = touches.split_at(count);
        touches = rest;
        put(&mut out, count as u64);
        for touch in of_path {
            let is_added = u64::from(touch.added.is_some());
            put(&mut out, u64::from(touch.author) << 1 | is_added);
            put(&mut out, u64::from(touch.changes));
            put_later(&mut out, last, touch.last);
            last = touch.last;
            if let Some(added) = touch.added {
                put_later(&mut out, touch.last, added);
            }
        }
    }
    put(&mut out, history.moves.len() as u64);
    for it in &history.moves {
        put(&mut out, u64::from(it.from));
        put(&mut out, u64::from(it.to));
        put_signed(&mut out, it.when.as_second());
    }
    put(&mut out, history.commits.len() as u64);
    let mut before = Timestamp::MAX;
    for commit in &history.commits {
        out.extend_from_slice(commit.id.as_bytes());
        put(
            &mut out,
            u64::from(commit.author) << 1 | u64::from(commit.is_revert),
        );
        put_earlier(&mut out, before, commit.committed);
        put_later(&mut out, commit.committed, commit.authored);
        before = commit.committed;
        put_touched(&mut out, &commit.touched);
    }
    put_landings(&mut out, history);
    put(&mut out, history.tags.len() as u64);
    for tag in &history.tags {
        put_signed(&mut out, tag.date.as_second());
        put_slice(&mut out, tag.name.as_bytes());
        out.extend_from_slice(tag.commit.as_bytes());
        put(&mut out, tag.written.len() as u64);
        let mut before = tag.date;
        for &written in &tag.written {
            put_later(&mut out, before, written);
            before = written;
        }
    }
    out
}

fn put_landings(out: &mut Vec<u8>, history: &History) {
    // A commit on the line of first parents arrived as it was made, so that what it did stands there.
    let commits = history.commits.iter().zip(1_u64..);
    let commits = commits.map(|(commit, number)| (commit.id, (number, &commit.touched)));
    let commits: std::collections::HashMap<CommitId, _> = commits.collect();
    put(out, history.changes.len() as u64);
    let mut before = Timestamp::MAX;
    for landing in &history.changes {
        out.extend_from_slice(landing.id.as_bytes());
        put(
            out,
            u64::from(landing.commits) << 1 | u64::from(landing.is_revert),
        );
        put_earlier(out, before, landing.landed);
        put_later(out, landing.landed, landing.started);
        before = landing.landed;
        put(out, landing.authors.len() as u64);
        for &author in &landing.authors {
            put(out, u64::from(author));
        }
        match commits.get(&landing.id) {
            Some((number, touched)) if **touched == landing.touched => put(out, *number),
            _ => {
                put(out, 0);
                put_touched(out, &landing.touched);
            }
        }
    }
}

fn put_touched(out: &mut Vec<u8>, touched: &[Touched]) {
    put(out, touched.len() as u64);
    let mut before = 0;
    for it in touched {
        let further = u64::from(it.path.wrapping_sub(before));
        before = it.path;
        match it.how {
            How::Added => put(out, further << 2),
            How::Changed => put(out, further << 2 | 1),
            How::Removed => put(out, further << 2 | 2),
            How::Moved(from) => {
                put(out, further << 2 | 3);
                put(out, u64::from(from));
            }
        }
    }
}

/// How many seconds the second date is after the first, which may be less than none.
fn put_later(out: &mut Vec<u8>, from: Timestamp, to: Timestamp) {
    put_signed(out, to.as_second() - from.as_second());
}

/// How many seconds the second date is before the first.
fn put_earlier(out: &mut Vec<u8>, from: Timestamp, to: Timestamp) {
    put(out, from.as_second().abs_diff(to.as_second()));
}

/// What was kept, for the same basis. None if it is anything else.
pub(super) fn read(bytes: &[u8], basis: &Basis<'_>) -> Option<(History, Lacks)> {
    let mut all = Whole {
        bytes: Bytes(bytes),
        width: basis.head.as_bytes().len(),
    };
    let walked = all.count()?;
    let lacks = Lacks {
        boundary: all.count()?,
        too_many: all.count()?,
        later: all.count()?,
        earlier: all.count()?,
        ..Lacks::default()
    };
    let head = (all.bytes.number()? > 0).then(|| commit_id(basis.head));
    let (mut authors, mut activity) = (Vec::new(), Vec::new());
    for _ in 0..all.bytes.number()? {
        authors.push(Author {
            email: all.text()?,
            name: all.text()?,
        });
        let commits = all.u32()?;
        let first = all.date()?;
        let last = all.later(first)?;
        activity.push(Activity {
            commits,
            first,
            last,
        });
    }
    let paths = all.paths()?;
    let places = Places {
        authors: authors.len(),
        paths: paths.len(),
    };
    let touches = all.touches(&places)?;
    let mut moves = all.list();
    for _ in 0..all.bytes.number()? {
        moves.push(Move {
            from: places.path(all.bytes.number()?)?,
            to: places.path(all.bytes.number()?)?,
            when: all.date()?,
        });
    }
    moves
        .is_sorted_by_key(|it| (it.to, it.from))
        .then_some(())?;
    let commits = all.commits(&places)?;
    let changes = all.landings(&places, &commits)?;
    let mut tags = Vec::new();
    for _ in 0..all.bytes.number()? {
        let date = all.date()?;
        let name = all.text()?;
        let commit = all.id()?;
        let mut written = all.list();
        let mut before = date;
        for _ in 0..all.bytes.number()? {
            before = all.later(before)?;
            written.push(before);
        }
        written.shrink_to_fit();
        tags.push(Tag {
            date,
            name,
            commit,
            written,
        });
    }
    let history = History {
        head,
        authors,
        activity,
        paths,
        touches,
        moves,
        commits,
        changes,
        tags,
        window: Some(basis.wanted.window),
        since: None,
        ages: Vec::new(),
        walked,
        follows_renames: basis.wanted.renames,
        gaps: Vec::new(),
    };
    all.bytes.0.is_empty().then_some((history, lacks))
}

/// How many there are of what is named by place.
struct Places {
    authors: usize,
    paths: usize,
}

impl Places {
    fn author(&self, number: u64) -> Option<u32> {
        place(number, self.authors)
    }

    fn path(&self, number: u64) -> Option<u32> {
        place(number, self.paths)
    }
}

fn place(number: u64, below: usize) -> Option<u32> {
    let place = u32::try_from(number).ok()?;
    ((place as usize) < below).then_some(place)
}

struct Whole<'w> {
    bytes: Bytes<'w>,
    /// How many bytes a hash has.
    width: usize,
}

impl Whole<'_> {
    /// A list that is not made longer in advance than what is left can fill.
    fn list<T>(&self) -> Vec<T> {
        let mut ahead = Bytes(self.bytes.0);
        let count = ahead.number().and_then(|it| usize::try_from(it).ok());
        Vec::with_capacity(count.unwrap_or_default().min(self.bytes.0.len()))
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(self.bytes.number()?).ok()
    }

    fn u32(&mut self) -> Option<u32> {
        u32::try_from(self.bytes.number()?).ok()
    }

    fn text(&mut self) -> Option<String> {
        std::str::from_utf8(self.bytes.slice()?)
            .ok()
            .map(str::to_owned)
    }

    fn id(&mut self) -> Option<CommitId> {
        CommitId::new(self.bytes.take(self.width)?)
    }

    fn date(&mut self) -> Option<Timestamp> {
        Timestamp::from_second(self.bytes.signed()?).ok()
    }

    fn later(&mut self, than: Timestamp) -> Option<Timestamp> {
        let second = than.as_second().checked_add(self.bytes.signed()?)?;
        Timestamp::from_second(second).ok()
    }

    fn earlier(&mut self, than: Timestamp) -> Option<Timestamp> {
        let second = than
            .as_second()
            .checked_sub_unsigned(self.bytes.number()?)?;
        Timestamp::from_second(second).ok()
    }

    fn paths(&mut self) -> Option<Vec<RepoPath>> {
        let mut paths: Vec<RepoPath> = self.list();
        let mut bytes = 0;
        for _ in 0..self.bytes.number()? {
            let common = self.count()?;
            let more = self.bytes.slice()?;
            let before = paths.last().map_or(&[][..], RepoPath::as_bytes);
            let path = [before.get(..common)?, more].concat();
            bytes += path.len();
            let is_next = paths.is_empty() || before < path.as_slice();
            (is_next && bytes <= MOST_PATH_BYTES).then_some(())?;
            paths.push(RepoPath::new(path));
        }
        Some(paths)
    }

    fn touches(&mut self, places: &Places) -> Option<Vec<Touch>> {
        let mut touches = Vec::new();
        let mut last = Timestamp::UNIX_EPOCH;
        for path in 0..u32::try_from(places.paths).ok()? {
            for _ in 0..self.bytes.number()? {
                let author = self.bytes.number()?;
                let changes = self.u32()?;
                last = self.later(last)?;
                touches.push(Touch {
                    path,
                    author: places.author(author >> 1)?,
                    added: match author & 1 {
                        1 => Some(self.later(last)?),
                        _ => None,
                    },
                    changes,
                    last,
                });
            }
        }
        touches.is_sorted().then_some(touches)
    }

    fn commits(&mut self, places: &Places) -> Option<Vec<Commit>> {
        let mut commits = Vec::new();
        let mut before = Timestamp::MAX;
        for _ in 0..self.bytes.number()? {
            let id = self.id()?;
            let author = self.bytes.number()?;
            before = self.earlier(before)?;
            commits.push(Commit {
                id,
                author: places.author(author >> 1)?,
                authored: self.later(before)?,
                committed: before,
                is_revert: author & 1 == 1,
                touched: self.touched(places)?,
            });
        }
        Some(commits)
    }

    fn landings(&mut self, places: &Places, commits: &[Commit]) -> Option<Vec<Landing>> {
        let mut landings = Vec::new();
        let mut before = Timestamp::MAX;
        for _ in 0..self.bytes.number()? {
            let id = self.id()?;
            let count = self.bytes.number()?;
            before = self.earlier(before)?;
            let started = self.later(before)?;
            let mut authors = self.list();
            for _ in 0..self.bytes.number()? {
                authors.push(places.author(self.bytes.number()?)?);
            }
            landings.push(Landing {
                id,
                landed: before,
                authors,
                started,
                commits: u32::try_from(count >> 1).ok()?,
                is_revert: count & 1 == 1,
                touched: match self.count()?.checked_sub(1) {
                    Some(commit) => commits.get(commit)?.touched.clone(),
                    None => self.touched(places)?,
                },
            });
        }
        Some(landings)
    }

    fn touched(&mut self, places: &Places) -> Option<Vec<Touched>> {
        let mut touched = self.list();
        let mut before = 0_u32;
        for _ in 0..self.bytes.number()? {
            let number = self.bytes.number()?;
            let further = u32::try_from(number >> 2).ok()?;
            before = before.checked_add(further)?;
            let path = places.path(u64::from(before))?;
            let how = match number & 3 {
                0 => How::Added,
                1 => How::Changed,
                2 => How::Removed,
                _ => How::Moved(places.path(self.bytes.number()?)?),
            };
            touched.push(Touched { path, how });
        }
        Some(touched)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::history::tests::ALL;

    fn history() -> History {
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let author = |name: &str| Author {
            email: format!("{name}@acme.test"),
            name: name.to_owned(),
        };
        let activity = |first, last| Activity {
            commits: 2,
            first: at(first),
            last: at(last),
        };
        let touch = |path, author, added: Option<i64>, last| Touch {
            path,
            author,
            added: added.map(at),
            changes: 3,
            last: at(last),
        };
        let touched = |path, how| Touched { path, how };
        let all = vec![
            touched(0, How::Removed),
            touched(1, How::Added),
            touched(1, How::Changed),
            touched(2, How::Moved(0)),
        ];
        let commit = |id: u8, second, touched: &[Touched]| Commit {
            id: CommitId::Sha1([id; 20]),
            author: u32::from(id % 2),
            authored: at(second - 7),
            committed: at(second),
            is_revert: id == 3,
            touched: touched.to_vec(),
        };
        let landing = |id: u8, second, touched: &[Touched]| Landing {
            id: CommitId::Sha1([id; 20]),
            landed: at(second),
            authors: vec![1, 0],
            started: at(second - 9),
            commits: 2,
            is_revert: id == 3,
            touched: touched.to_vec(),
        };
        History {
            head: Some(CommitId::Sha1([4; 20])),
            authors: vec![author("ann"), author("bob")],
            activity: vec![activity(-5, 90), activity(50, 40)],
            paths: ["a", "a/b", "c\u{e9}"].map(RepoPath::from).to_vec(),
            touches: vec![
                touch(0, 0, Some(5), 9),
                touch(0, 1, None, 4),
                touch(2, 1, None, 9),
            ],
            moves: vec![Move {
                from: 0,
                to: 2,
                when: at(7),
            }],
            commits: vec![commit(3, 90, &all), commit(2, 80, &all[1..])],
            changes: vec![
                landing(4, 95, &all[..1]),
                landing(3, 90, &all),
                landing(2, 80, &[]),
            ],
            tags: vec![Tag {
                date: at(81),
                name: "v1.0".into(),
                commit: CommitId::Sha1([2; 20]),
                written: vec![at(60), at(73)],
            }],
            window: Some(ALL.window),
            walked: 5,
            ..History::default()
        }
    }

    fn basis() -> Basis<'static> {
        Basis {
            head: ObjectId::from_bytes_or_panic(&[4; 20]),
            wanted: &ALL,
            boundary: &[],
            mailmap: b"",
            tags: &[],
        }
    }

    #[test]
    fn what_was_written_is_read() {
        let lacks = Lacks {
            boundary: 1,
            too_many: 2,
            later: 3,
            ..Lacks::default()
        };
        let written = write(&history(), &lacks);
        assert_eq!(read(&written, &basis()), Some((history(), lacks.clone())));
        // What a commit did that arrived as it was made stands there once.
        let mut apart = history();
        apart.changes[1].id = CommitId::Sha1([9; 20]);
        assert!(written.len() < write(&apart, &lacks).len());
    }

    #[test]
    fn bytes_that_are_something_else_are_refused() {
        let written = write(&history(), &Lacks::default());
        for end in 0..written.len() {
            assert!(read(&written[..end], &basis()).is_none(), "{end}");
        }
        for at in 0..written.len() {
            for bit in 0..8 {
                let mut bytes = written.clone();
                bytes[at] ^= 1 << bit;
                // Whatever is taken for a history can be asked like one.
                let Some((history, _)) = read(&bytes, &basis()) else {
                    continue;
                };
                for place in 0..u32::try_from(history.paths.len()).unwrap() {
                    let path = history.path(place).as_bytes();
                    assert_eq!(history.place_of(path), Some(place));
                    history.called(place);
                    let touches = history.touches_of(place).iter();
                    touches.for_each(|it| assert!(history.authors.len() > it.author as usize));
                }
            }
        }
    }

    #[test]
    fn each_part_of_a_basis_counts() {
        let id = ObjectId::from_bytes_or_panic(&[5; 20]);
        let other = [
            Wanted {
                as_of: Timestamp::UNIX_EPOCH,
                ..ALL
            },
            Wanted {
                since: Some(Timestamp::UNIX_EPOCH),
                ..ALL
            },
            Wanted {
                window: Timestamp::UNIX_EPOCH,
                ..ALL
            },
        ];
        let ids = [id];
        let tags = [("v1".to_owned(), id)];
        let mut all = vec![
            basis(),
            Basis {
                head: id,
                ..basis()
            },
            Basis {
                boundary: &ids,
                ..basis()
            },
            Basis {
                mailmap: b"x",
                ..basis()
            },
            Basis {
                tags: &tags,
                ..basis()
            },
        ];
        all.extend(other.iter().map(|wanted| Basis { wanted, ..basis() }));
        let mut keys: Vec<[u8; 32]> = all.iter().map(Basis::key).collect();
        keys.sort_unstable();
        keys.dedup();
        assert_eq!(keys.len(), all.len());
    }
}
