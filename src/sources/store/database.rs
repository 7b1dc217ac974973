//! The database of one repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};
use sha2::{Digest as _, Sha256};

use super::{PREFIX, SUFFIX};

/// Says in the head of the file whose it is: `bwck`.
const APPLICATION: i32 = 0x6277_636b;

/// The version of all that is written. Whatever has another one is made anew.
const VERSION: i32 = 2;

/// How long another run is waited for that writes.
const PATIENCE: Duration = Duration::from_millis(500);

/// A database beyond this many bytes is made anew: no history takes as much, and all of it is read into
/// memory.
const MOST_BYTES: u64 = 1 << 30;

/// How many results are kept, the last ones: for some days and windows.
const MOST_RESULTS: i64 = 8;

/// What a chunk holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) enum Kind {
    /// Commits, with what each did.
    Commits = 0,
    /// Merges, with what differs from their first parents.
    Merges = 1,
}

/// A chunk as it is kept: what it holds, who and when, and what was changed.
#[derive(Debug)]
pub(in crate::sources) struct Kept {
    pub(in crate::sources) id: i64,
    pub(in crate::sources) kind: Kind,
    pub(in crate::sources) heads: Vec<u8>,
    pub(in crate::sources) changes: Vec<u8>,
}

/// Where what commits of a repository did is kept.
#[derive(Debug)]
pub(in crate::sources) struct Database {
    folder: PathBuf,
    name: String,
}

/// Why nothing was kept or could be had.
enum Trouble {
    /// The file is none of ours, of another version, or damaged.
    Unfit(String),
    /// Something else stands in the way.
    Other(String),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        let unfit = matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::NotADatabase
                    | ErrorCode::DatabaseCorrupt
                    | ErrorCode::TooBig
                    | ErrorCode::TypeMismatch
                    // A table that is not there.
                    | ErrorCode::Unknown
            )
        );
        match (unfit, &error) {
            (false, rusqlite::Error::SqliteFailure(..)) => Trouble::Other(error.to_string()),
            // Columns that hold something else.
            _ => Trouble::Unfit(error.to_string()),
        }
    }
}

impl Database {
    /// The database of what is named by these parts, in a folder that need not be there yet.
    pub(in crate::sources) fn new(folder: &Path, parts: &[&[u8]]) -> Database {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digits: String = hash.finalize()[..16]
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect();
        Database {
            folder: folder.to_path_buf(),
            name: format!("{PREFIX}{digits}{SUFFIX}"),
        }
    }

    /// The file. Links on the way to the folder are the user's own; one in the folder is not followed.
    fn file(&self) -> PathBuf {
        let folder = fs::canonicalize(&self.folder);
        folder.as_deref().unwrap_or(&self.folder).join(&self.name)
    }

    /// All that is kept; nothing if there is nothing. A file that is unfit is removed, with a note.
    pub(in crate::sources) fn load(&self, notes: &mut Vec<String>) -> Vec<Kept> {
        match self.try_load() {
            Ok(kept) => kept,
            Err(Trouble::Unfit(why)) => {
                self.discard(&why, notes);
                Vec::new()
            }
            Err(Trouble::Other(why)) => {
                notes.push(format!("the cache was not read: {why}"));
                Vec::new()
            }
        }
    }

    /// Removes the file, since it is of no use.
    pub(in crate::sources) fn discard(&self, why: &str, notes: &mut Vec<String>) {
        let file = self.file();
        let shown = file.display();
        fs::remove_file(self.folder.join(format!("{}-journal", self.name))).ok();
        notes.push(match fs::remove_file(&file) {
            Ok(()) => format!("the cache `{shown}` was of no use and is made anew: {why}"),
            Err(error) => format!("the cache `{shown}` is of no use ({why}) and stays: {error}"),
        });
    }

    /// Adds chunks and takes out others, all or nothing. Whatever stands in the way is a note, but for
    /// another run that is writing: then what it writes is enough.
    pub(in crate::sources) fn save(&self, new: &[Kept], old: &[i64], notes: &mut Vec<String>) {
        let saved = self.write(|transaction| {
            for id in old {
                transaction.execute("DELETE FROM chunks WHERE id = ?1", [id])?;
            }
            for chunk in new {
                transaction.execute(
                    "INSERT INTO chunks (kind, heads, changes, sum) VALUES (?1, ?2, ?3, ?4)",
                    params![
                        chunk.kind as i64,
                        chunk.heads,
                        chunk.changes,
                        sum(&chunk.heads, &chunk.changes)
                    ],
                )?;
            }
            Ok(())
        });
        self.note(saved, notes);
    }

    fn note(&self, written: Result<(), Trouble>, notes: &mut Vec<String>) {
        match written {
            Ok(()) => {}
            Err(Trouble::Unfit(why)) => self.discard(&why, notes),
            Err(Trouble::Other(why)) => {
                notes.push(format!(
                    "what was read was not kept for the next run: {why}"
                ));
            }
        }
    }

    /// What was kept as the result for a key; none if nothing was. A file that is unfit is removed, with a note.
    pub(in crate::sources) fn result(
        &self,
        key: &[u8; 32],
        notes: &mut Vec<String>,
    ) -> Option<Vec<u8>> {
        match self.try_result(key) {
            Ok(result) => result,
            Err(Trouble::Unfit(why)) => {
                self.discard(&why, notes);
                None
            }
            Err(Trouble::Other(why)) => {
                notes.push(format!("the cache was not read: {why}"));
                None
            }
        }
    }

    /// Keeps a result for a key, in the place of what was kept for it; the oldest ones go. Whatever stands in
    /// the way is a note, as in [`Database::save`].
    pub(in crate::sources) fn keep_result(
        &self,
        key: &[u8; 32],
        content: &[u8],
        notes: &mut Vec<String>,
    ) {
        let kept = self.write(|transaction| {
            transaction.execute("DELETE FROM results WHERE key = ?1", [key.as_slice()])?;
            transaction.execute(
                "INSERT INTO results (key, content, sum) VALUES (?1, ?2, ?3)",
                params![key.as_slice(), content, sum(key, content)],
            )?;
            transaction.execute(
                "DELETE FROM results WHERE id <= (SELECT max(id) FROM results) - ?1",
                [MOST_RESULTS],
            )?;
            Ok(())
        });
        self.note(kept, notes);
    }

    fn try_result(&self, key: &[u8; 32]) -> Result<Option<Vec<u8>>, Trouble> {
        let Some(connection) = self.open()? else {
            return Ok(None);
        };
        let mut found = connection.prepare("SELECT content, sum FROM results WHERE key = ?1")?;
        let mut rows = found.query([key.as_slice()])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let content: Vec<u8> = row.get(0)?;
        let written: Vec<u8> = row.get(1)?;
        match written == sum(key, &content) {
            true => Ok(Some(content)),
            false => Err(Trouble::Unfit("it is damaged".into())),
        }
    }

    /// The database for reading, if there is one.
    fn open(&self) -> Result<Option<Connection>, Trouble> {
        let Ok(found) = fs::symlink_metadata(self.file()) else {
            return Ok(None);
        };
        if !found.is_file() {
            return Err(Trouble::Unfit("it is not a regular file".into()));
        }
        if found.len() > MOST_BYTES {
            return Err(Trouble::Unfit("it is too large".into()));
        }
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        check(&connection)?;
        Ok(Some(connection))
    }

    fn try_load(&self) -> Result<Vec<Kept>, Trouble> {
        let Some(connection) = self.open()? else {
            return Ok(Vec::new());
        };
        let mut all =
            connection.prepare("SELECT id, kind, heads, changes, sum FROM chunks ORDER BY id")?;
        let mut rows = all.query([])?;
        let mut kept = Vec::new();
        while let Some(row) = rows.next()? {
            let heads: Vec<u8> = row.get(2)?;
            let changes: Vec<u8> = row.get(3)?;
            let written: Vec<u8> = row.get(4)?;
            if written != sum(&heads, &changes) {
                return Err(Trouble::Unfit("it is damaged".into()));
            }
            let kind = match row.get::<_, i64>(1)? {
                0 => Kind::Commits,
                1 => Kind::Merges,
                _ => return Err(Trouble::Unfit("it holds something else".into())),
            };
            kept.push(Kept {
                id: row.get(0)?,
                kind,
                heads,
                changes,
            });
        }
        Ok(kept)
    }

    /// Writes, all or nothing. Nothing if another run is writing.
    fn write(
        &self,
        write: impl FnOnce(&rusqlite::Transaction<'_>) -> Result<(), Trouble>,
    ) -> Result<(), Trouble> {
        make(&self.folder).map_err(|error| {
            Trouble::Other(format!(
                "`{}` cannot be made: {error}",
                self.folder.display()
            ))
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut connection = self.connect(flags)?;
        let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate)
        {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                return Ok(());
            }
            transaction => transaction?,
        };
        let tables: i64 =
            transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables == 0 {
            transaction.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION};
                 PRAGMA user_version = {VERSION};
                 CREATE TABLE chunks (
                     id INTEGER PRIMARY KEY,
                     kind INTEGER NOT NULL,
                     heads BLOB NOT NULL,
                     changes BLOB NOT NULL,
                     sum BLOB NOT NULL
                 ) STRICT;
                 CREATE TABLE results (
                     id INTEGER PRIMARY KEY AUTOINCREMENT,
                     key BLOB NOT NULL UNIQUE,
                     content BLOB NOT NULL,
                     sum BLOB NOT NULL
                 ) STRICT;"
            ))?;
        }
        check(&transaction)?;
        write(&transaction)?;
        transaction.commit()?;
        Ok(())
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, Trouble> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.file(), flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }
}

/// Makes a folder that nobody else may look into: paths and people of private repositories are kept there.
fn make(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether a database is one of ours, of this version.
fn check(connection: &Connection) -> Result<(), Trouble> {
    let number = |name: &str| -> Result<i32, Trouble> {
        Ok(connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?)
    };
    if number("application_id")? != APPLICATION {
        return Err(Trouble::Unfit("it is of another program".into()));
    }
    match number("user_version")? {
        VERSION => Ok(()),
        _ => Err(Trouble::Unfit("it is of another version".into())),
    }
}

/// What shows that a chunk is as it was written.
fn sum(heads: &[u8], changes: &[u8]) -> [u8; 16] {
    let mut hash = Sha256::new();
    hash.update((heads.len() as u64).to_le_bytes());
    hash.update(heads);
    hash.update(changes);
    let mut sum = [0; 16];
    sum.copy_from_slice(&hash.finalize()[..16]);
    sum
}
