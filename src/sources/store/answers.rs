//! The database of one forge: what it answered, by what was asked and as whom.
//!
//! A key is a hash in which the credential takes part, so that nobody is shown what another saw; neither the
//! credential nor the address stands in the file. What was not asked for in a month goes, and if all of it is too
//! much, what was not asked for the longest.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::FORGE;
use super::file::{File, Form, Trouble, sum};

const FORM: Form = Form {
    prefix: FORGE,
    version: 1,
    schema: "CREATE TABLE answers (
                 key BLOB PRIMARY KEY,
                 tag TEXT,
                 head TEXT NOT NULL,
                 body BLOB NOT NULL,
                 sum BLOB NOT NULL,
                 read_at INTEGER NOT NULL,
                 used_at INTEGER NOT NULL
             ) STRICT;
             CREATE INDEX by_use ON answers (used_at);",
    most_bytes: 1 << 30,
};

/// The most bytes of all bodies together.
const MOST_BYTES: u64 = 256 << 20;

/// An answer goes that was not asked for in so long.
const MOST_AGE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// After so many bytes that were written it is seen to that they are not too many.
const TIDY_AFTER: u64 = 32 << 20;

/// So often another run is waited for in vain, until nothing is kept any more: each time costs half a second.
const MOST_WAITS: u32 = 10;

/// By what an answer is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::sources) struct Key([u8; 32]);

impl Key {
    /// The key of what was asked, by its parts, with that of as whom it was.
    pub(in crate::sources) fn new(parts: &[&[u8]]) -> Key {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Key(hash.finalize().into())
    }
}

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sources) struct KeptAnswer {
    /// By what the forge tells whether it has changed.
    pub(in crate::sources) tag: Option<String>,
    /// What it said beside its body, in a form that is not known here.
    pub(in crate::sources) head: String,
    pub(in crate::sources) body: Vec<u8>,
    pub(in crate::sources) read_at: Timestamp,
}

/// What a forge answered. Whatever fails is a note, and then nothing is kept any more.
#[derive(Debug)]
pub(in crate::sources) struct Answers {
    file: File,
    reader: Option<Connection>,
    writer: Writer,
    most_bytes: u64,
    written: u64,
    /// How often another run was waited for in vain.
    waits: u32,
    notes: Vec<String>,
}

#[derive(Debug)]
enum Writer {
    Unopened,
    Open(Connection),
    Failed,
}

impl Answers {
    /// What is kept of the forge at this address.
    pub(in crate::sources) fn open(folder: &Path, api: &str) -> Answers {
        let file = File::new(folder, &[api.as_bytes()], FORM);
        let mut answers = Answers {
            file,
            reader: None,
            writer: Writer::Unopened,
            most_bytes: MOST_BYTES,
            written: 0,
            waits: 0,
            notes: Vec::new(),
        };
        match answers.file.open() {
            Ok(reader) => answers.reader = reader,
            Err(trouble) => answers.mishap(trouble, "the cache was not read"),
        }
        answers
    }

    /// What went wrong, for people.
    pub(in crate::sources) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// What is kept by a key.
    pub(in crate::sources) fn find(&mut self, key: &Key) -> Option<KeptAnswer> {
        let found = match (&self.writer, &self.reader) {
            (Writer::Open(connection), _) | (_, Some(connection)) => find(connection, key),
            (_, None) => return None,
        };
        match found {
            Ok(found) => found,
            Err(trouble) => {
                self.mishap(trouble, "the cache was not read");
                None
            }
        }
    }

    /// Keeps an answer, in place of what was kept by its key.
    pub(in crate::sources) fn keep(&mut self, key: &Key, answer: &KeptAnswer, now: Timestamp) {
        let size = (answer.body.len() + answer.head.len()) as u64;
        // One must not drive out all others.
        if size > self.most_bytes / 4 {
            return;
        }
        self.write(|connection| {
            let tag = answer.tag.as_deref();
            connection.execute(
                "INSERT OR REPLACE INTO answers (key, tag, head, body, sum, read_at, used_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![
                    key.0,
                    tag,
                    answer.head,
                    answer.body,
                    sum_of(tag, &answer.head, &answer.body),
                    answer.read_at.as_second(),
                    now.as_second(),
                ],
            )?;
            Ok(())
        });
        self.written += size;
        if self.written >= TIDY_AFTER.min(self.most_bytes) {
            self.tidy(now);
        }
    }

    /// Notes that an answer was of use; `is_new` if the forge has just said that it still holds.
    pub(in crate::sources) fn touch(&mut self, key: &Key, now: Timestamp, is_new: bool) {
        self.write(|connection| {
            connection.execute(
                "UPDATE answers SET used_at = ?2, read_at = iif(?3, ?2, read_at) WHERE key = ?1",
                params![key.0, now.as_second(), is_new],
            )?;
            Ok(())
        });
    }

    /// Takes out what is old or too much.
    pub(in crate::sources) fn tidy(&mut self, now: Timestamp) {
        self.written = 0;
        let most = i64::try_from(self.most_bytes).unwrap_or(i64::MAX);
        let oldest = now.as_second().saturating_sub(MOST_AGE.as_secs());
        self.write(|connection| {
            connection.execute("DELETE FROM answers WHERE used_at < ?1", [oldest])?;
            // From the one used last on, until it is too much. What is used at the same second is told apart by
            // its key, so that not all of it goes.
            connection.execute(
                "DELETE FROM answers WHERE key IN (
                     SELECT key FROM (
                         SELECT key, sum(length(body) + length(head))
                             OVER (ORDER BY used_at DESC, key) AS total FROM answers
                     ) WHERE total > ?1
                 )",
                [most],
            )?;
            Ok(())
        });
    }

    /// Writes, if that is possible.
    fn write(&mut self, change: impl FnOnce(&Connection) -> Result<(), Trouble>) {
        if matches!(self.writer, Writer::Failed) {
            return;
        }
        let done = self.writer().and_then(change);
        match done {
            Ok(()) => {}
            Err(trouble) => {
                self.mishap(trouble, "what was answered was not kept for the next run");
            }
        }
    }

    fn writer(&mut self) -> Result<&Connection, Trouble> {
        if matches!(self.writer, Writer::Unopened) {
            let connection = self.file.create()?;
            // Half a write shows by its sum, and costs a request: nothing has to wait for the disk.
            connection.execute_batch(
                "PRAGMA synchronous = OFF; PRAGMA auto_vacuum = FULL; BEGIN IMMEDIATE;",
            )?;
            self.file.prepare(&connection)?;
            connection.execute_batch("COMMIT")?;
            self.writer = Writer::Open(connection);
        }
        match &self.writer {
            Writer::Open(connection) => Ok(connection),
            _ => Err(Trouble::Other("it was given up".into())),
        }
    }

    fn mishap(&mut self, trouble: Trouble, what: &str) {
        if matches!(trouble, Trouble::Busy) {
            // What is not found is asked for, and what is not kept is asked for by the next run.
            self.waits += 1;
            if self.waits < MOST_WAITS {
                return;
            }
        }
        // An open file can be removed on some platforms only.
        self.reader = None;
        match trouble {
            Trouble::Unfit(why) => {
                self.writer = Writer::Unopened;
                self.file.discard(&why, &mut self.notes);
                if self.notes.len() > 1 {
                    // It was made anew once already.
                    self.writer = Writer::Failed;
                }
            }
            Trouble::Busy => {
                self.writer = Writer::Failed;
                self.notes
                    .push(format!("{what}: another run holds it all the time"));
            }
            Trouble::Other(why) => {
                self.writer = Writer::Failed;
                self.notes.push(format!("{what}: {why}"));
            }
        }
    }
}

impl Drop for Answers {
    fn drop(&mut self) {
        // A run that changed nothing has nothing to tidy.
        if matches!(self.writer, Writer::Open(_)) {
            self.tidy(Timestamp::now());
        }
    }
}

/// Tag, head, body, sum, and when it was read.
type Row = (Option<String>, String, Vec<u8>, Vec<u8>, i64);

fn find(connection: &Connection, key: &Key) -> Result<Option<KeptAnswer>, Trouble> {
    let found = connection
        .prepare("SELECT tag, head, body, sum, read_at FROM answers WHERE key = ?1")?
        .query_row([key.0], |row| {
            Ok((
                row.get(0)?,
                row.get(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        })
        .optional();
    let found: Option<Row> = found?;
    let Some((tag, head, body, written, read_at)) = found else {
        return Ok(None);
    };
    let read_at = Timestamp::from_second(read_at).ok();
    match read_at {
        Some(read_at) if written == sum_of(tag.as_deref(), &head, &body) => Ok(Some(KeptAnswer {
            tag,
            head,
            body,
            read_at,
        })),
        _ => Err(Trouble::Unfit("it is damaged".into())),
    }
}

fn sum_of(tag: Option<&str>, head: &str, body: &[u8]) -> [u8; 16] {
    sum(&[tag.unwrap_or_default().as_bytes(), head.as_bytes(), body])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn answer(body: &[u8]) -> KeptAnswer {
        KeptAnswer {
            tag: Some("\"x\"".into()),
            head: "{}".into(),
            body: body.to_vec(),
            read_at: at(1_700_000_000),
        }
    }

    fn key(name: &str) -> Key {
        Key::new(&[name.as_bytes()])
    }

    #[test]
    fn what_is_kept_is_found_in_the_next_run() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::now();
        let mut answers = Answers::open(folder.path(), "a");
        assert_eq!(answers.find(&key("x")), None);
        answers.keep(&key("x"), &answer(b"1"), now);
        assert_eq!(answers.find(&key("x")), Some(answer(b"1")));
        answers.keep(&key("x"), &answer(b"2"), now);
        drop(answers);
        let mut answers = Answers::open(folder.path(), "a");
        assert_eq!(answers.find(&key("x")), Some(answer(b"2")));
        assert_eq!(answers.find(&key("y")), None);
        answers.touch(&key("x"), at(1_800_000_000), true);
        assert_eq!(answers.find(&key("x")).unwrap().read_at, at(1_800_000_000));
        assert_eq!(Answers::open(folder.path(), "b").find(&key("x")), None);
        assert!(answers.notes().is_empty());
    }

    #[test]
    fn what_is_old_or_too_much_goes() {
        let folder = tempfile::tempdir().unwrap();
        let mut answers = Answers::open(folder.path(), "a");
        let start = at(1_700_000_000);
        let month = SignedDuration::from_hours(30 * 24);
        answers.keep(&key("old"), &answer(b"1"), start);
        answers.keep(
            &key("young"),
            &answer(b"2"),
            start + SignedDuration::from_secs(2),
        );
        answers.tidy(start + month + SignedDuration::from_secs(1));
        assert_eq!(answers.find(&key("old")), None);
        assert!(answers.find(&key("young")).is_some());
        answers.most_bytes = 1_000;
        for number in 0..10 {
            let now = start + month + SignedDuration::from_secs(number);
            answers.keep(&key(&number.to_string()), &answer(&[0; 200]), now);
        }
        answers.tidy(start + month);
        let left: Vec<i64> = (0..10)
            .filter(|number| answers.find(&key(&number.to_string())).is_some())
            .collect();
        assert_eq!(left, [6, 7, 8, 9]);
        // One that is as large as many is not worth it.
        answers.keep(&key("large"), &answer(&[0; 300]), start);
        assert_eq!(answers.find(&key("large")), None);
        assert!(answers.notes().is_empty());
    }

    #[test]
    fn a_broken_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::now();
        let mut answers = Answers::open(folder.path(), "a");
        answers.keep(&key("x"), &answer(b"some body"), now);
        drop(answers);
        let file = super::super::files(folder.path()).unwrap()[0].0.clone();
        let whole = std::fs::read(&file).unwrap();
        let at = memchr::memmem::find(&whole, b"some body").unwrap();
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        let other_version = {
            std::fs::write(&file, &whole).unwrap();
            let connection = Connection::open(&file).unwrap();
            connection.execute_batch("PRAGMA user_version = 9").unwrap();
            drop(connection);
            std::fs::read(&file).unwrap()
        };
        for broken in [
            b"not a database at all, no".repeat(99),
            damaged,
            whole[..5000].to_vec(),
            other_version,
        ] {
            std::fs::write(&file, broken).unwrap();
            let mut answers = Answers::open(folder.path(), "a");
            assert_eq!(answers.find(&key("x")), None);
            answers.keep(&key("x"), &answer(b"3"), now);
            assert_eq!(answers.notes().len(), 1, "{:?}", answers.notes());
            drop(answers);
            let mut answers = Answers::open(folder.path(), "a");
            assert_eq!(answers.find(&key("x")), Some(answer(b"3")));
        }
    }

    #[test]
    fn another_run_that_writes_is_no_trouble() {
        let folder = tempfile::tempdir().unwrap();
        let now = Timestamp::now();
        let mut answers = Answers::open(folder.path(), "a");
        answers.keep(&key("x"), &answer(b"1"), now);
        let file = super::super::files(folder.path()).unwrap()[0].0.clone();
        let other = Connection::open(&file).unwrap();
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        answers.keep(&key("y"), &answer(b"2"), now);
        assert_eq!(answers.find(&key("x")), None);
        let mut late = Answers::open(folder.path(), "a");
        late.keep(&key("z"), &answer(b"3"), now);
        assert_eq!(late.find(&key("x")), None);
        other.execute_batch("COMMIT").unwrap();
        // It goes on as before, and only what came in the meantime is not kept.
        answers.keep(&key("v"), &answer(b"4"), now);
        for (name, body) in [
            ("x", Some(b"1")),
            ("y", None),
            ("z", None),
            ("v", Some(b"4")),
        ] {
            let found = answers.find(&key(name));
            assert_eq!(found, body.map(|body| answer(body)), "{name}");
        }
        late.keep(&key("w"), &answer(b"5"), now);
        assert_eq!(late.find(&key("w")), Some(answer(b"5")));
        assert!(answers.notes().is_empty(), "{:?}", answers.notes());
        assert!(late.notes().is_empty(), "{:?}", late.notes());
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "").unwrap();
        let mut answers = Answers::open(&file.join("below"), "a");
        answers.keep(&key("x"), &answer(b"1"), Timestamp::now());
        answers.keep(&key("y"), &answer(b"1"), Timestamp::now());
        assert_eq!(answers.find(&key("x")), None);
        assert_eq!(answers.notes().len(), 1);
    }
}
