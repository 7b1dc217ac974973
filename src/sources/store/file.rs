//! A file of ours with a database in it: whose it is and of which version, how it is opened, and what is done
//! about one that is of no use.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use sha2::{Digest as _, Sha256};

use super::SUFFIX;

/// Says in the head of the file whose it is: `bwck`.
const APPLICATION: i32 = 0x6277_636b;

/// How long another run is waited for that writes.
const PATIENCE: Duration = Duration::from_millis(500);

/// What a file holds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Form {
    /// What its name starts with.
    pub(super) prefix: &'static str,
    /// The version of all that is written. Whatever has another one is made anew.
    pub(super) version: i32,
    /// Its tables.
    pub(super) schema: &'static str,
    /// One beyond this many bytes is made anew.
    pub(super) most_bytes: u64,
}

/// A file, which need not be there yet.
#[derive(Debug)]
pub(super) struct File {
    folder: PathBuf,
    name: String,
    form: Form,
}

/// Why nothing was kept or could be had.
#[derive(Debug)]
pub(super) enum Trouble {
    /// The file is none of ours, of another version, or damaged.
    Unfit(String),
    /// Another run writes just now.
    Busy,
    /// Something else stands in the way.
    Other(String),
}

impl From<rusqlite::Error> for Trouble {
    fn from(error: rusqlite::Error) -> Trouble {
        if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) {
            return Trouble::Busy;
        }
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

impl File {
    /// The file of what is named by these parts, in a folder that need not be there yet.
    pub(super) fn new(folder: &Path, parts: &[&[u8]], form: Form) -> File {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let digits: String = hash.finalize()[..16]
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect();
        File {
            folder: folder.to_path_buf(),
            name: format!("{}{digits}{SUFFIX}", form.prefix),
            form,
        }
    }

    /// The file. Links on the way to the folder are the user's own; one in the folder is not followed.
    fn path(&self) -> PathBuf {
        let folder = fs::canonicalize(&self.folder);
        folder.as_deref().unwrap_or(&self.folder).join(&self.name)
    }

    /// Removes the file, since it is of no use.
    pub(super) fn discard(&self, why: &str, notes: &mut Vec<String>) {
        let file = self.path();
        let shown = file.display();
        fs::remove_file(self.folder.join(format!("{}-journal", self.name))).ok();
        notes.push(match fs::remove_file(&file) {
            Ok(()) => format!("the cache `{shown}` was of no use and is made anew: {why}"),
            Err(error) => format!("the cache `{shown}` is of no use ({why}) and stays: {error}"),
        });
    }

    /// Opens it to be read; none if it is not there.
    pub(super) fn open(&self) -> Result<Option<Connection>, Trouble> {
        let Ok(found) = fs::symlink_metadata(self.path()) else {
            return Ok(None);
        };
        if !found.is_file() {
            return Err(Trouble::Unfit("it is not a regular file".into()));
        }
        if found.len() > self.form.most_bytes {
            return Err(Trouble::Unfit("it is too large".into()));
        }
        let connection = self.connect(OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        self.check(&connection)?;
        Ok(Some(connection))
    }

    /// Opens it to be written, with its folder; it may be empty.
    pub(super) fn create(&self) -> Result<Connection, Trouble> {
        make(&self.folder).map_err(|error| {
            Trouble::Other(format!(
                "`{}` cannot be made: {error}",
                self.folder.display()
            ))
        })?;
        self.connect(OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
    }

    /// Makes the tables where there are none yet, within a transaction.
    pub(super) fn prepare(&self, connection: &Connection) -> Result<(), Trouble> {
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        if tables == 0 {
            connection.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION};
                 PRAGMA user_version = {};
                 {}",
                self.form.version, self.form.schema
            ))?;
        }
        self.check(connection)
    }

    fn connect(&self, flags: OpenFlags) -> Result<Connection, Trouble> {
        let flags = flags | OpenFlags::SQLITE_OPEN_NOFOLLOW | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(self.path(), flags)?;
        connection.busy_timeout(PATIENCE)?;
        Ok(connection)
    }

    /// Whether a database is one of ours, of this version.
    fn check(&self, connection: &Connection) -> Result<(), Trouble> {
        let number = |name: &str| -> Result<i32, Trouble> {
            Ok(connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0))?)
        };
        if number("application_id")? != APPLICATION {
            return Err(Trouble::Unfit("it is of another program".into()));
        }
        match number("user_version")? == self.form.version {
            true => Ok(()),
            false => Err(Trouble::Unfit("it is of another version".into())),
        }
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

/// What shows that parts are as they were written.
pub(in crate::sources) fn sum(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Sha256::new();
    for (number, part) in parts.iter().enumerate() {
        if number + 1 < parts.len() {
            hash.update((part.len() as u64).to_le_bytes());
        }
        hash.update(part);
    }
    let mut sum = [0; 16];
    sum.copy_from_slice(&hash.finalize()[..16]);
    sum
}
