//! Bytes out: to stdout, or to a file that is written whole or not at all.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;

use super::failure::Failure;
use super::terminal::Terminal;
use crate::facts::Gap;
use crate::report;
use crate::sources::refuse_planted;

/// Writes to stdout. Whoever closes it early, as `head` does, has seen enough: that is no error.
pub(super) fn to_stdout(
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(Failure::new(
            format!("cannot write to stdout: {error}"),
            "write to a file with --output, where there is room for it",
        )),
        _ => Ok(()),
    }
}

/// Tells on stderr what could not be read, beside an answer on stdout. Nobody is left to be told if stderr
/// is closed.
pub(super) fn notes(gaps: &[Gap], terminal: &Terminal) {
    if !terminal.quiet {
        let _ = report::notes(gaps, &mut io::stderr(), terminal.stderr);
    }
}

/// Writes the file at `path`: beside its place first, and then in one step to it, so that an error
/// leaves what was there before. An existing file keeps its permissions.
///
/// A symbolic link is neither followed nor replaced: it may be part of the repository that is judged,
/// and would choose what is overwritten. Pipes and devices are written to as they are.
pub(super) fn to_file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    to_file_over(path, Existing::Replace, write)
}

/// What becomes of a file that is at the place already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Existing {
    /// It stays as it is, and the other one is not written.
    Keep,
    /// It is overwritten.
    Replace,
}

/// As [`to_file`], but a file that is there already may be kept.
pub(super) fn to_file_over(
    path: &Path,
    existing: Existing,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Failure> {
    let refused = |why: &str, help: &str| {
        Err(Failure::new(
            format!("cannot write `{}`: {why}", path.display()),
            help,
        ))
    };
    if let Err(why) = refuse_planted(path, None) {
        return refused(&why, "name the file that it points to, or remove it");
    }
    let before = match fs::symlink_metadata(path) {
        Ok(before) => Some(before),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return refused(&error.to_string(), "name a file that can be written"),
    };
    let written = match before {
        None => replace(path, None, existing, write),
        Some(before) if before.is_dir() => {
            return refused("it is a folder", "name a file in it");
        }
        Some(before) if before.is_symlink() && !path.starts_with("/dev") => {
            return refused(
                "it is a symbolic link",
                "name the file that it points to, or remove it",
            );
        }
        Some(_) if existing == Existing::Keep => {
            return refused("it exists already", "name another file, or remove it");
        }
        Some(before) if before.is_file() => {
            if before.permissions().readonly() {
                return refused("it is read-only", "name another file, or make it writable");
            }
            replace(path, Some(before.permissions()), existing, write)
        }
        Some(_) => OpenOptions::new()
            .append(true)
            .open(path)
            .and_then(|file| into(&file, write)),
    };
    match written {
        Ok(()) => Ok(()),
        Err(error) => refused(
            &error.to_string(),
            "name a file in a folder that exists, can be written to and has room",
        ),
    }
}

fn replace(
    path: &Path,
    permissions: Option<Permissions>,
    existing: Existing,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".bailiwick-");
    #[cfg(unix)]
    {
        // As for any new file, of which the umask takes its part; without this it is the user's alone.
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(Permissions::from_mode(0o666));
    }
    let file = builder.tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        file.as_file().set_permissions(permissions)?;
    }
    into(file.as_file(), write)?;
    file.as_file().sync_all()?;
    match existing {
        Existing::Replace => file.persist(path)?,
        // One that came in the meantime stays, too.
        Existing::Keep => file.persist_noclobber(path)?,
    };
    Ok(())
}

fn into(file: &File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 16, file);
    write(&mut out)?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(text: &'static str) -> impl FnOnce(&mut dyn Write) -> io::Result<()> {
        move |out| out.write_all(text.as_bytes())
    }

    #[test]
    fn an_error_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        to_file(&path, write("old")).unwrap();
        let failure = to_file(&path, |out| {
            out.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(failure.unwrap_err().text().contains("disk full"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        to_file(&path, write("new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        let failure = to_file_over(&path, Existing::Keep, write("newer")).unwrap_err();
        assert!(failure.text().contains("exists already"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        to_file_over(&folder.path().join("other"), Existing::Keep, write("x")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn a_folder_and_a_missing_folder_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let failure = to_file(folder.path(), write("x")).unwrap_err();
        assert!(failure.text().contains("it is a folder"));
        let missing = folder.path().join("a/b.json");
        let failure = to_file(&missing, write("x")).unwrap_err();
        assert!(failure.text().contains("in a folder that exists"));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_not_followed_and_permissions_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        fs::write(&target, "mine").unwrap();
        let link = folder.path().join("report.json");
        symlink(&target, &link).unwrap();
        assert!(
            to_file(&link, write("x"))
                .unwrap_err()
                .text()
                .contains("symbolic link")
        );
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");

        fs::set_permissions(&target, Permissions::from_mode(0o640)).unwrap();
        to_file(&target, write("x")).unwrap();
        assert_eq!(
            fs::metadata(&target).unwrap().permissions().mode() & 0o777,
            0o640
        );
        fs::set_permissions(&target, Permissions::from_mode(0o444)).unwrap();
        assert!(
            to_file(&target, write("y"))
                .unwrap_err()
                .text()
                .contains("read-only")
        );
        assert_eq!(fs::read_to_string(&target).unwrap(), "x");
        // Like any new file: what the umask leaves, and never for the user alone by surprise.
        let plain = folder.path().join("plain");
        fs::write(&plain, "").unwrap();
        let new = folder.path().join("new");
        to_file(&new, write("x")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&new), mode(&plain));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn devices_are_written_to_as_they_are() {
        to_file(Path::new("/dev/null"), write("x")).unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
        assert!(to_file(Path::new("/dev/full"), write("x")).is_err());
    }
}
