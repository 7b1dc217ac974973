//! Reads files below a root from disk, and nothing else: no symbolic link is followed, neither the
//! last part of a path nor any before it, and only regular files are opened.
//!
//! The checks guard against what a repository holds. They do not guard against a program that
//! exchanges files while they are read.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use crate::facts::{Gap, GapKind};
use crate::sources::remedies;
use crate::text::{RepoPath, io_reason};

/// The files below a root.
#[derive(Debug)]
pub(super) struct Disk {
    root: PathBuf,
    /// Folders that are known to be folders, as are all on the way to them. Files of one folder
    /// are read together, so that this saves most of the questions to the disk.
    folders: RwLock<HashSet<Box<[u8]>>>,
}

impl Disk {
    /// The files below `root`, which has no symbolic link in its path.
    pub(super) fn new(root: PathBuf) -> Self {
        Disk {
            root,
            folders: RwLock::default(),
        }
    }

    /// The content of the file at `path`, or `None` if there is none.
    pub(super) fn read(&self, path: &RepoPath, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
        let refuse = |gap: Gap| gap.at(path.clone());
        match self.locate(path).map_err(refuse)? {
            Some(file) => read_file(&file, limit).map_err(refuse),
            None => Ok(None),
        }
    }

    /// Whether there is a regular file at `path`. Only git has files that it does not track.
    #[cfg(any(feature = "git", test))]
    pub(super) fn is_file(&self, path: &RepoPath) -> bool {
        matches!(self.locate(path), Ok(Some(file))
            if fs::symlink_metadata(&file).is_ok_and(|kind| kind.is_file()))
    }

    /// Where `path` is on disk, if no link is on the way to it and nothing keeps it from being asked for.
    #[cfg(feature = "git")]
    pub(super) fn place(&self, path: &RepoPath) -> Option<PathBuf> {
        self.locate(path).ok().flatten()
    }

    /// Where `path` is on disk, if all folders on the way to it are folders.
    fn locate(&self, path: &RepoPath) -> Result<Option<PathBuf>, Gap> {
        let outside = || Gap::new(GapKind::Unreadable, "it is no path inside of a repository");
        let bytes = path.as_bytes();
        if !bytes.split(|&byte| byte == b'/').all(is_plain_name) {
            return Err(outside());
        }
        if let Some(end) = bytes.iter().rposition(|&byte| byte == b'/')
            && !self.is_folder(&bytes[..end])?
        {
            return Ok(None);
        }
        let below = from_bytes(bytes).ok_or_else(outside)?;
        Ok(Some(self.root.join(below)))
    }

    /// Whether `folder` is one, with all on the way to it. A gap if one of them is a link.
    fn is_folder(&self, folder: &[u8]) -> Result<bool, Gap> {
        let known = |folder: &[u8]| {
            let folders = self.folders.read().unwrap_or_else(PoisonError::into_inner);
            folders.contains(folder)
        };
        if known(folder) {
            return Ok(true);
        }
        let inner = folder
            .iter()
            .enumerate()
            .filter(|&(_, &byte)| byte == b'/')
            .map(|(at, _)| at);
        for end in inner.chain([folder.len()]) {
            let part = &folder[..end];
            if known(part) {
                continue;
            }
            let Some(path) = from_bytes(part) else {
                return Ok(false);
            };
            match fs::symlink_metadata(self.root.join(path)) {
                Ok(kind) if kind.is_symlink() => {
                    let part = String::from_utf8_lossy(part);
                    return Err(Gap::new(
                        GapKind::SymbolicLink,
                        format!("it lies behind the symbolic link `{part}`, which is not followed"),
                    ));
                }
                Ok(kind) if kind.is_dir() => {}
                Ok(_) => return Ok(false),
                Err(error) if is_absent(&error) => return Ok(false),
                Err(error) => return Err(unreadable(&error)),
            }
            let mut folders = self.folders.write().unwrap_or_else(PoisonError::into_inner);
            folders.insert(part.into());
        }
        Ok(true)
    }
}

/// The content of a regular file of at most `limit` bytes, or `None` if there is none. Only the last
/// part of the path is checked for being a link.
pub(super) fn read_file(file: &Path, limit: u64) -> Result<Option<Vec<u8>>, Gap> {
    let before = match fs::symlink_metadata(file) {
        Ok(before) => before,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    if before.is_symlink() {
        return Err(symbolic_link());
    }
    // Asked before it is opened: to open a pipe waits for somebody to write into it.
    if !before.is_file() {
        return Err(Gap::new(GapKind::Unreadable, "it is not a regular file"));
    }
    if before.len() > limit {
        return Err(too_large(before.len(), limit));
    }
    let opened = match fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if is_absent(&error) => return Ok(None),
        Err(error) => return Err(unreadable(&error)),
    };
    let mut content = Vec::with_capacity(usize::try_from(before.len()).unwrap_or(0) + 1);
    opened
        .take(limit.saturating_add(1))
        .read_to_end(&mut content)
        .map_err(|error| unreadable(&error))?;
    // The file may have grown meanwhile, or be one whose size the system does not know.
    if content.len() as u64 > limit {
        return Err(too_large(content.len() as u64, limit));
    }
    Ok(Some(content))
}

/// The gap for a file that is a symbolic link itself.
pub(super) fn symbolic_link() -> Gap {
    Gap::new(
        GapKind::SymbolicLink,
        "it is a symbolic link, which is not followed",
    )
}

/// The gap for a file of `size` bytes or more.
pub(super) fn too_large(size: u64, limit: u64) -> Gap {
    Gap::new(
        GapKind::TooLarge,
        format!("it has {size} bytes or more; files of up to {limit} bytes are read"),
    )
}

fn unreadable(error: &io::Error) -> Gap {
    let gap = Gap::new(
        GapKind::Unreadable,
        format!("it could not be read: {}", io_reason(error)),
    );
    match error.kind() {
        io::ErrorKind::PermissionDenied => gap.remedy(remedies::PERMISSION),
        _ => gap,
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Whether a part of a path names something in its folder: git tracks no others.
fn is_plain_name(name: &[u8]) -> bool {
    let special = name.is_empty() || name == b"." || name == b".." || name.contains(&0);
    // Git's own folder, under whatever case the disk may take for it.
    let git = name.eq_ignore_ascii_case(b".git");
    let foreign = cfg!(windows) && name.iter().any(|byte| br#"\:*?"<>|"#.contains(byte));
    !special && !git && !foreign
}

/// A path inside a repository as a path on disk.
#[cfg(unix)]
pub(super) fn from_bytes(path: &[u8]) -> Option<&Path> {
    use std::os::unix::ffi::OsStrExt as _;
    Some(Path::new(std::ffi::OsStr::from_bytes(path)))
}

/// A path inside a repository as a path on disk, if its name is Unicode.
#[cfg(not(unix))]
pub(super) fn from_bytes(path: &[u8]) -> Option<&Path> {
    std::str::from_utf8(path).ok().map(Path::new)
}

/// A relative path on disk as a path inside a repository, if its name can be had as bytes.
pub(super) fn to_repo_path(path: &Path) -> Option<RepoPath> {
    let mut bytes = Vec::with_capacity(path.as_os_str().len());
    for part in path {
        if !bytes.is_empty() {
            bytes.push(b'/');
        }
        #[cfg(unix)]
        bytes.extend_from_slice(std::os::unix::ffi::OsStrExt::as_bytes(part));
        #[cfg(not(unix))]
        bytes.extend_from_slice(part.to_str()?.as_bytes());
    }
    Some(RepoPath::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::repository::testing::Sandbox;

    fn refused(disk: &Disk, path: &str) -> GapKind {
        let gap = disk.read(&RepoPath::from(path), 100).expect_err(path);
        assert_eq!(gap.path, Some(RepoPath::from(path)));
        gap.kind
    }

    #[test]
    fn paths_that_leave_the_root_or_enter_git_are_refused() {
        let sandbox = Sandbox::new();
        sandbox.write("secret", "secret");
        sandbox.write("root/.git/config", "");
        sandbox.write("root/a", "a");
        let disk = Disk::new(sandbox.path("root"));
        assert_eq!(disk.read(&RepoPath::from("a"), 1), Ok(Some(b"a".to_vec())));
        for path in [
            "../secret",
            "x/../../secret",
            "/etc/hostname",
            "./a",
            "",
            "a/",
            "a//a",
            "a\0",
            ".git/config",
            ".GIT/config",
        ] {
            assert_eq!(refused(&disk, path), GapKind::Unreadable, "{path:?}");
            assert!(!disk.is_file(&RepoPath::from(path)), "{path:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_nowhere() {
        let sandbox = Sandbox::new();
        sandbox.write("secret/file", "secret");
        sandbox.write("root/real/file", "real");
        sandbox.link("../secret", "root/folder");
        sandbox.link("../../secret/file", "root/real/link");
        sandbox.link("loop", "root/loop");
        let disk = Disk::new(sandbox.path("root"));
        for path in [
            "folder/file",
            "folder/deeper/file",
            "real/link",
            "loop",
            "loop/x",
        ] {
            assert_eq!(refused(&disk, path), GapKind::SymbolicLink, "{path}");
            assert!(!disk.is_file(&RepoPath::from(path)), "{path}");
        }
        assert!(disk.is_file(&RepoPath::from("real/file")));
        let gap = disk
            .read(&RepoPath::from("folder/file"), 9)
            .expect_err("link");
        assert_eq!(
            gap.reason,
            "it lies behind the symbolic link `folder`, which is not followed"
        );
    }

    #[cfg(unix)]
    #[test]
    fn only_regular_files_are_opened() {
        let sandbox = Sandbox::new();
        sandbox.write("root/folder/x", "");
        sandbox.fifo("root/pipe");
        let disk = Disk::new(sandbox.path("root"));
        assert_eq!(refused(&disk, "pipe"), GapKind::Unreadable);
        assert_eq!(refused(&disk, "folder"), GapKind::Unreadable);
        for absent in [
            "absent",
            "folder/absent",
            "folder/x/below-a-file",
            "absent/x",
        ] {
            assert_eq!(disk.read(&RepoPath::from(absent), 9), Ok(None), "{absent}");
        }
    }

    #[test]
    fn the_limit_holds_to_the_byte() {
        let sandbox = Sandbox::new();
        sandbox.write("root/ten", "0123456789");
        let disk = Disk::new(sandbox.path("root"));
        let read = |limit| disk.read(&RepoPath::from("ten"), limit);
        assert_eq!(
            read(10).map(|content| content.map(|it| it.len())),
            Ok(Some(10))
        );
        assert_eq!(read(9).expect_err("too large").kind, GapKind::TooLarge);
        assert_eq!(read(u64::MAX).map(|it| it.is_some()), Ok(true));
        assert_eq!(
            read(9).expect_err("too large").reason,
            "it has 10 bytes or more; files of up to 9 bytes are read"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_that_hides_its_size_is_cut_off() {
        // The system says that it has no bytes at all.
        let gap = read_file(Path::new("/proc/self/status"), 10).expect_err("too large");
        assert_eq!(gap.kind, GapKind::TooLarge);
    }
}
