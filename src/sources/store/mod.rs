//! What is kept on disk from run to run: what commits did, which never changes, and what a forge answered,
//! which is asked for changes only. In: a folder and a repository or a forge. Out: what was kept of it, and a
//! note for people where that was not to be had.
//!
//! One database for each repository and each way of reading it, and for each forge, so that one that is damaged
//! costs nothing else: it is made anew. Nothing here is needed: whatever fails, the run goes on without.

#[cfg(feature = "github")]
mod answers;
#[cfg(feature = "git")]
mod database;
#[cfg(any(feature = "git", feature = "github"))]
mod file;

#[cfg(feature = "github")]
pub(super) use answers::{Answers, KeptAnswer, Key};

#[cfg(feature = "git")]
pub(super) use database::{Database, Kept, Kind};

#[cfg(all(any(test, feature = "fuzzing"), feature = "git"))]
pub(super) use file::sum;

use std::io;
use std::path::{Path, PathBuf};

/// What the names of files start with that keep histories, behind which stand 32 digits.
const HISTORY: &str = "history-";

/// The same of those that keep what a forge answered.
const FORGE: &str = "forge-";

/// What the names of all files end with, but for those that the database has beside one for a while.
const SUFFIX: &str = ".sqlite";

/// The files that are kept in a folder, with how many bytes each has; sorted.
///
/// # Errors
/// The folder is there and cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<(PathBuf, u64)>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(is_ours) {
            // Not that of what a link points to.
            let bytes = entry.metadata().map_or(0, |it| it.len());
            files.push((entry.path(), bytes));
        }
    }
    files.sort();
    Ok(files)
}

/// Removes all that is kept in a folder, and the folder if nothing else is in it. Gives how many files
/// and bytes that were.
///
/// # Errors
/// A file cannot be removed.
pub fn clean(folder: &Path) -> io::Result<(usize, u64)> {
    let files = files(folder)?;
    for (file, _) in &files {
        match std::fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    // Whoever else keeps something there, keeps it.
    std::fs::remove_dir(folder).ok();
    Ok((files.len(), files.iter().map(|(_, bytes)| bytes).sum()))
}

/// Whether a name is one that is given here, or that the database gives a file beside its own.
fn is_ours(name: &str) -> bool {
    let rest = name
        .strip_prefix(HISTORY)
        .or_else(|| name.strip_prefix(FORGE));
    let Some(rest) = rest else {
        return false;
    };
    let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    let end = &rest[digits..];
    digits == 32 && (end == SUFFIX || end.strip_prefix(SUFFIX) == Some("-journal"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_kept_here_is_cleaned() {
        let folder = tempfile::tempdir().unwrap();
        let digits = "0123456789abcdef".repeat(2);
        let ours = [
            format!("history-{digits}.sqlite"),
            format!("history-{digits}.sqlite-journal"),
            format!("forge-{digits}.sqlite"),
        ];
        let others = [
            "history-1.sqlite".to_owned(),
            format!("history-{digits}.sqlite.bak"),
            format!("x-history-{digits}.sqlite"),
        ];
        for name in ours.iter().chain(&others) {
            std::fs::write(folder.path().join(name), "12345").unwrap();
        }
        assert_eq!(files(folder.path()).unwrap().len(), 3);
        assert_eq!(clean(folder.path()).unwrap(), (3, 15));
        assert_eq!(clean(folder.path()).unwrap(), (0, 0));
        assert!(others.iter().all(|name| folder.path().join(name).exists()));
        let absent = folder.path().join("absent");
        assert_eq!(clean(&absent).unwrap(), (0, 0));
    }
}
