//! The database of one repository.

use std::path::Path;

use rusqlite::{ErrorCode, TransactionBehavior, params};

use super::HISTORY;
use super::file::{File, Form, Trouble, sum};

const FORM: Form = Form {
    prefix: HISTORY,
    version: 1,
    schema: "CREATE TABLE chunks (
                 id INTEGER PRIMARY KEY,
                 kind INTEGER NOT NULL,
                 heads BLOB NOT NULL,
                 changes BLOB NOT NULL,
                 sum BLOB NOT NULL
             ) STRICT;",
    // No history takes as much, and all of it is read into memory.
    most_bytes: 1 << 30,
};

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
        match self.try_save(new, old) {
            Ok(()) => {}
            Err(Trouble::Unfit(why)) => self.discard(&why, notes),
            Err(Trouble::Other(why)) => {
                notes.push(format!(
                    "what was read was not kept for the next run: {why}"
                ));
            }
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

    fn try_save(&self, new: &[Kept], old: &[i64]) -> Result<(), Trouble> {
        let mut connection = self.file.create()?;
        let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate)
        {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                return Ok(());
            }
            transaction => transaction?,
        };
        self.file.prepare(&transaction)?;
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
        transaction.commit()?;
        Ok(())
    }
}
