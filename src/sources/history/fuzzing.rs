//! Targets of fuzzing: commits and trees, and the cache of histories.

mod model;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use gix::ObjectId;
use gix::hash::Kind as Hash;
use gix::objs::{CommitRef, TreeRef};
use jiff::Timestamp;

use self::model::{Bytes, Model, Repository};
use super::authors::Mailmap;
use super::keep::Memory;
use super::records::{Change, Outcome, Reader, Writer};
use super::trees::{Entry, Mode};
use super::{Wanted, commit, read_noting};
use crate::facts::{History, How};
use crate::fuzzing::Code;
use crate::sources::repository::Source;
use crate::sources::store::{self, Kept, Kind};

/// A history since ever, without a cache.
const ALL: Wanted<'static> = Wanted {
    as_of: Timestamp::MAX,
    since: None,
    window: Timestamp::MIN,
    renames: false,
    cache: None,
};

/// How many bytes the hashes of these repositories have.
const WIDTH: usize = 20;

/// A folder for the repositories of one process, in memory where the system has a place for that.
fn sandbox() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    folder.expect("a temporary folder")
}

fn history(folder: &Path, wanted: &Wanted<'_>) -> Option<(History, Vec<String>)> {
    let source = Source::open(folder, None).ok()?;
    let mut notes = Vec::new();
    let history = read_noting(&source, wanted, &mut notes);
    Some((history, notes))
}

/// Git's objects: commits, trees, a mailmap, references.
///
/// The input is read in three ways. As a commit and as a tree: gix, where it accepts them, reads the same. As a
/// program that commits to a repository: the history has the commits, authors and changes of a model that knows no
/// objects, with renames and without. Then an object is removed, cut off or changed. The history is the same, or a
/// gap says what is missing; for a changed byte that is not claimed, since gix checks no sums of loose objects.
/// The planted fault: trees are ordered by names alone, where git orders a folder as if its name ended with `/`.
pub(crate) fn commits(data: &[u8], code: Code) {
    commit_is_that_of_gix(data);
    tree_is_that_of_gix(data);
    Mailmap::new(data).resolve(b"Ann <ann@acme.test>");

    let mut bytes = Bytes::new(data);
    let flags = bytes.next();
    let model = Model::play(&mut bytes);
    if model.commits.is_empty() {
        return;
    }
    let folder = sandbox();
    let repository = Repository::write(folder.path(), &model, flags & 1 != 0, code);
    if flags & 2 != 0 {
        repository.add_references(bytes.rest());
    }
    let wanted = Wanted {
        renames: flags & 4 != 0,
        ..ALL
    };
    let Some((whole, _)) = history(folder.path(), &wanted) else {
        // References that are none are a reason to refuse a repository.
        assert!(flags & 2 != 0, "a repository that git reads is refused");
        return;
    };
    is_that_of_the_model(&whole, &model, &repository);
    let is_checked = repository.damage(bytes.next(), bytes.next(), bytes.next());
    let damaged = history(folder.path(), &wanted);
    if let Some((damaged, _)) = damaged.filter(|_| is_checked)
        && damaged.gaps.len() <= whole.gaps.len()
    {
        assert_eq!(damaged, whole, "an object is damaged, and no gap says so");
    }
}

fn commit_is_that_of_gix(data: &[u8]) {
    let mut parents = Vec::new();
    let ours = commit::parse(data, &mut parents);
    let Ok(theirs) = CommitRef::from_bytes(data, Hash::Sha1) else {
        return;
    };
    let ours = ours.expect("gix reads this commit");
    assert_eq!(ours.tree, theirs.tree());
    assert_eq!(parents, theirs.parents().collect::<Vec<ObjectId>>());
    if let Ok(author) = theirs.author() {
        let (name, address) = commit::name_and_address(ours.author);
        let is_plain = |text: &[u8]| !text.contains(&b'<') && !text.contains(&b'>');
        if is_plain(author.name) && is_plain(author.email) {
            assert_eq!(name, author.name.trim_ascii(), "the author's name");
            assert_eq!(address, author.email.trim_ascii(), "the author's address");
        }
    }
}

fn tree_is_that_of_gix(data: &[u8]) {
    let Ok(theirs) = TreeRef::from_bytes(data, Hash::Sha1) else {
        return;
    };
    for (place, entry) in theirs.entries.iter().enumerate() {
        let mut before = theirs.entries[..place].iter();
        // Of a name that comes twice the first is found.
        if before.any(|other| other.filename == entry.filename) {
            continue;
        }
        let ours = Entry::find(data, entry.filename, WIDTH).expect("gix has this entry");
        assert_eq!(ours.file().id, entry.oid.to_owned(), "{}", entry.filename);
        let is_folder = ours.mode == Mode::Folder;
        assert_eq!(is_folder, entry.mode.is_tree(), "{}", entry.filename);
    }
}

fn is_that_of_the_model(history: &History, model: &Model, repository: &Repository) {
    let reached = model.reached();
    assert_eq!(history.walked, reached.len(), "commits that were walked");
    let has_mailmap = model
        .commits
        .last()
        .is_some_and(|last| last.files.contains_key(&b".mailmap"[..]));
    let plain: Vec<usize> = reached
        .iter()
        .copied()
        .filter(|&place| model.commits[place].parents.len() < 2)
        .collect();
    assert_eq!(
        history.commits.len(),
        plain.len(),
        "commits that are no merges"
    );
    let by_id: BTreeMap<&[u8], _> = history
        .commits
        .iter()
        .map(|it| (it.id.as_bytes(), it))
        .collect();
    for place in plain {
        let expected = &model.commits[place];
        let found = by_id[repository.commit(place)];
        assert_eq!(found.committed.as_second(), expected.second);
        assert_eq!(found.is_revert, expected.is_revert);
        let author = &history.authors[found.author as usize];
        let name = (author.name.as_str(), author.email.as_str());
        assert!(
            has_mailmap || name == model::AUTHORS[expected.author],
            "{name:?}"
        );
        let path = |place: u32| history.path(place).as_bytes().to_vec();
        let touched = found.touched.iter().flat_map(|touched| match touched.how {
            How::Added => vec![(b'A', path(touched.path))],
            How::Changed => vec![(b'M', path(touched.path))],
            How::Removed => vec![(b'D', path(touched.path))],
            How::Moved(from) => vec![(b'A', path(touched.path)), (b'D', path(from))],
        });
        let mut touched: Vec<(u8, Vec<u8>)> = touched.collect();
        touched.sort();
        assert_eq!(touched, model.changes(place), "what commit {place} did");
    }
}

/// A repository with its history, and the cache that a first run leaves.
struct Cached {
    _folder: tempfile::TempDir,
    repository: PathBuf,
    cache: PathBuf,
    history: History,
    /// The name and the content of the one file in `cache`.
    file: PathBuf,
    content: Vec<u8>,
}

impl Cached {
    fn new() -> Cached {
        let folder = sandbox();
        let program: Vec<u8> = (0..600_u32)
            .map(|it| (it * it / 3 % 251).to_le_bytes()[0])
            .collect();
        let model = Model::play(&mut Bytes::new(&program));
        let repository = folder.path().join("repository");
        std::fs::create_dir(&repository).expect("a folder");
        Repository::write(&repository, &model, true, Code::Real);
        let cache = folder.path().join("cache");
        let wanted = Wanted {
            cache: Some(&cache),
            ..ALL
        };
        let (history, _) = history(&repository, &ALL).expect("a repository");
        let first = self::history(&repository, &wanted);
        assert_eq!(first.map(|it| it.0).as_ref(), Some(&history));
        let file = store::files(&cache).expect("a cache").remove(0).0;
        let content = std::fs::read(&file).expect("a file");
        Cached {
            _folder: folder,
            repository,
            cache,
            history,
            file,
            content,
        }
    }
}

thread_local! {
    /// One for each thread, since a run changes the file.
    static CACHED: Cached = Cached::new();
}

/// The cache of histories.
///
/// The input is read in three ways. As the record of what commits did: what is read and written again is the same.
/// As rows of the cache: any bytes are rows or none. As damage to the file that a first run left, in its bytes or
/// in cells of its tables: the history is that without a cache, in this run and in the next one.
/// The planted fault: sums are not checked.
pub(crate) fn cache(data: &[u8], code: Code) {
    records(data);
    let (heads, changes) = data.split_at(data.len() / 2);
    let kind = match data.first() {
        Some(b'm') => Kind::Merges,
        _ => Kind::Commits,
    };
    let row = Kept {
        id: 1,
        kind,
        heads: heads.to_vec(),
        changes: changes.to_vec(),
    };
    Memory::recall(vec![row], WIDTH);

    CACHED.with(|cached| damaged(cached, data, code));
}

fn damaged(cached: &Cached, data: &[u8], code: Code) {
    let mut bytes = Bytes::new(data);
    let mut content = cached.content.clone();
    let way = bytes.next();
    match way % 4 {
        0 => content = bytes.rest().to_vec(),
        1 => {
            content.truncate(usize::from(bytes.number()) % content.len().max(1));
            patch(&mut content, &mut bytes);
        }
        2 => patch(&mut content, &mut bytes),
        _ => {}
    }
    std::fs::write(&cached.file, &content).expect("the cache is written");
    if way % 4 == 3 {
        damage_cells(&cached.file, &mut bytes, code);
    }
    let wanted = Wanted {
        cache: Some(&cached.cache),
        ..ALL
    };
    for run in ["with a damaged cache", "after that"] {
        let (found, _) = history(&cached.repository, &wanted).expect("a repository");
        assert_eq!(found, cached.history, "a run {run}");
    }
}

fn patch(content: &mut [u8], bytes: &mut Bytes<'_>) {
    while !bytes.is_empty() && !content.is_empty() {
        let at = usize::from(bytes.number()) % content.len();
        content[at] = bytes.next();
    }
}

/// Changes cells of a database as its file could be changed, so that it stays a database.
fn damage_cells(file: &Path, bytes: &mut Bytes<'_>, code: Code) {
    let connection = rusqlite::Connection::open(file).expect("a database");
    connection
        .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
        .ok();
    // A run that has the result of an earlier one reads nothing else.
    if bytes.next() & 1 == 0 {
        connection.execute_batch("DELETE FROM results").ok();
    }
    for _ in 0..4 {
        if bytes.is_empty() {
            break;
        }
        let row = i64::from(bytes.next() % 4) + 1;
        let (what, at, value) = (bytes.next(), bytes.number(), bytes.next());
        // A statement that a constraint refuses changes nothing.
        let done = match what % 8 {
            0 => connection.execute("UPDATE chunks SET kind = ?2 WHERE id = ?1", (row, i64::from(value))),
            1 => connection.execute("DELETE FROM chunks WHERE id = ?1", [row]),
            2 => connection.execute(
                "INSERT INTO chunks (kind, heads, changes, sum) SELECT kind, heads, changes, sum FROM chunks WHERE id = ?1",
                [row],
            ),
            3 => connection.execute("UPDATE results SET key = zeroblob(32) WHERE id = ?1", [row]),
            column => {
                let (table, column) = match column {
                    4 => ("chunks", "heads"),
                    5 => ("chunks", "changes"),
                    6 => ("chunks", "sum"),
                    _ => ("results", "content"),
                };
                change_blob(&connection, (table, column, row), at, value, code)
            }
        };
        done.ok();
    }
}

fn change_blob(
    connection: &rusqlite::Connection,
    (table, column, row): (&str, &str, i64),
    at: u16,
    value: u8,
    code: Code,
) -> rusqlite::Result<usize> {
    let select = format!("SELECT {column} FROM {table} WHERE id = ?1");
    let mut blob: Vec<u8> = connection.query_row(&select, [row], |row| row.get(0))?;
    let at = usize::from(at) % blob.len().max(1);
    if let Some(byte) = blob.get_mut(at) {
        *byte = value;
    }
    let update = format!("UPDATE {table} SET {column} = ?2 WHERE id = ?1");
    let changed = connection.execute(&update, rusqlite::params![row, blob])?;
    if code.is_planted() && table == "chunks" {
        let parts = "SELECT heads, changes FROM chunks WHERE id = ?1";
        let parts: (Vec<u8>, Vec<u8>) =
            connection.query_row(parts, [row], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let sum = store::sum(&[&parts.0, &parts.1]);
        connection.execute(
            "UPDATE chunks SET sum = ?2 WHERE id = ?1",
            rusqlite::params![row, sum.as_slice()],
        )?;
    }
    Ok(changed)
}

/// What is known of each commit, with paths by their bytes.
type Records = Vec<(Outcome, Vec<(u8, Vec<u8>)>)>;

fn records(data: &[u8]) {
    let first = unpacked(data);
    let mut writer = Writer::default();
    for (outcome, changes) in &first {
        let mut changes = changes.iter();
        while let Some((how, path)) = changes.next() {
            let path = writer.path(path);
            let change = match how {
                b'A' => Change::Added(path),
                b'M' => Change::Changed(path),
                b'D' => Change::Removed(path),
                _ => {
                    let to = changes.next().map(|(_, to)| writer.path(to));
                    Change::Moved(path, to.expect("a move has two paths"))
                }
            };
            writer.push(change);
        }
        writer.end(*outcome);
    }
    let second = unpacked(&writer.finish());
    assert_eq!(first, second, "what was written is read as something else");
}

fn unpacked(data: &[u8]) -> Records {
    const MOST: usize = 1000;
    let Some(mut reader) = Reader::new(data) else {
        return Vec::new();
    };
    let (mut paths, mut records) = (Vec::new(), Vec::new());
    while records.len() < MOST {
        let mut raw = Vec::new();
        let name = |path: &[u8]| {
            paths.push(path.to_vec());
            u32::try_from(paths.len() - 1).expect("few paths")
        };
        let Some(outcome) = reader.commit(name, |change| raw.push(change)) else {
            break;
        };
        let path = |place: u32| paths[place as usize].clone();
        let changes = raw.into_iter().flat_map(|change| match change {
            Change::Added(it) => vec![(b'A', path(it))],
            Change::Changed(it) => vec![(b'M', path(it))],
            Change::Removed(it) => vec![(b'D', path(it))],
            Change::Moved(from, to) => vec![(b'<', path(from)), (b'>', path(to))],
        });
        let changes = changes.collect();
        records.push((outcome, changes));
    }
    records
}
