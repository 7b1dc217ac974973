//! The database of one repository.

use std::path::Path;

use rusqlite::{ErrorCode, TransactionBehavior, params};

use super::HISTORY;
use super::file::{File, Form, Trouble, sum};

const FORM: Form = Form {
    prefix: HISTORY,
    version: 2,
    schema: "CREATE TABLE chunks (
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
             ) STRICT;",
    // No history takes as much, and all of it is read into memory.
    most_bytes: 1 << 30,
};

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
    file: File,
}

impl Database {
    /// The database of what is named by these parts, in a folder that need not be there yet.
    pub(in crate::sources) fn new(folder: &Path, parts: &[&[u8]]) -> Database {
        Database {
            file: File::new(folder, parts, FORM),
        }
    }

    /// All that is kept; nothing if there is nothing. A file that is unfit is removed, with a note.
    pub(in crate::sources) fn load(&self, notes: &mut Vec<String>) -> Vec<Kept> {
        match self.try_load() {
            Ok(kept) => kept,
            Err(Trouble::Unfit(why)) => {
                self.discard(&why, notes);
                Vec::new()
            }
            Err(Trouble::Busy) => {
                notes.push("the cache was not read: another run writes to it".into());
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
        self.file.discard(why, notes);
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
                        sum(&[&chunk.heads, &chunk.changes])
                    ],
                )?;
            }
            Ok(())
        });
        self.note(saved, notes);
    }

    fn note(&self, written: Result<(), Trouble>, notes: &mut Vec<String>) {
        match written {
            // What another run writes is enough.
            Ok(()) | Err(Trouble::Busy) => {}
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
            Err(Trouble::Busy) => {
                notes.push("the cache was not read: another run writes to it".into());
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
                params![key.as_slice(), content, sum(&[key, content])],
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
        let Some(connection) = self.file.open()? else {
            return Ok(None);
        };
        let mut found = connection.prepare("SELECT content, sum FROM results WHERE key = ?1")?;
        let mut rows = found.query([key.as_slice()])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let content: Vec<u8> = row.get(0)?;
        let written: Vec<u8> = row.get(1)?;
        match written == sum(&[key, &content]) {
            true => Ok(Some(content)),
            false => Err(Trouble::Unfit("it is damaged".into())),
        }
    }

    fn try_load(&self) -> Result<Vec<Kept>, Trouble> {
        let Some(connection) = self.file.open()? else {
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
            if written != sum(&[&heads, &changes]) {
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
        let mut connection = self.file.create()?;
        let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate)
        {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                return Ok(());
            }
            transaction => transaction?,
        };
        self.file.prepare(&transaction)?;
        write(&transaction)?;
        transaction.commit()?;
        Ok(())
    }
}
