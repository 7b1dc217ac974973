//! Refuses a git directory that is broken, or that has something else where git keeps plain files, before
//! any of these files is opened: to open a pipe waits for a writer, and a device may have no end.
//!
//! Two steps. [`Gate::open`] looks at what every command opens. [`Gate::contents`] looks at references and
//! objects, once, when the first of them is needed. Both list folders and take the kinds of their entries
//! from the listing, so that no file costs a system call of its own.
//!
//! The checks guard against what a repository holds. They do not guard against a program that exchanges
//! files while they are read.

use std::fs::{self, FileType};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::super::OpenError;
use crate::text::io_reason;

/// No configuration or gitfile beyond this many bytes is read.
const CONFIG_LIMIT: u64 = 8 << 20;

/// No repository borrows objects from more object databases than this.
const MOST_DATABASES: usize = 100;

/// References lie no deeper than this many folders: each is a part of a name that people type.
const DEEPEST: usize = 64;

/// The files at the top of a git directory. Nothing else may be in their place, not even a folder.
const FILES: [&str; 10] = [
    "HEAD",
    "config",
    "config.worktree",
    "packed-refs",
    "shallow",
    "commondir",
    "gitdir",
    "index",
    "ORIG_HEAD",
    "FETCH_HEAD",
];

/// The files in `info` of a git directory.
const INFO: [&str; 4] = ["attributes", "exclude", "grafts", "sparse-checkout"];

/// The files in `objects/info`.
const OBJECT_INFO: [&str; 3] = ["alternates", "http-alternates", "commit-graph"];

/// A socket that git itself puts beside these files and that is never opened as a file.
const MONITOR: &str = "fsmonitor--daemon.ipc";

/// A git directory whose files may be opened.
#[derive(Debug)]
pub(super) struct Gate {
    /// The git directory of this worktree, and that which all worktrees share; one if they are the same.
    folders: Vec<PathBuf>,
    /// The object database of the repository and those that it borrows from.
    databases: Vec<PathBuf>,
    /// What [`Gate::contents`] found.
    contents: OnceLock<Result<(), OpenError>>,
}

impl Gate {
    /// Checks what every command opens: the folders of a `.git` folder or file or of a bare repository, and
    /// the files at their top.
    pub(super) fn open(git_dir: &Path) -> Result<Gate, OpenError> {
        let own = git_folder(git_dir)?;
        let mut folders = vec![own.clone()];
        let common = match kind(&own.join("commondir")) {
            Some(_) => {
                let common = target(&own.join("commondir"), "")?;
                if !common.is_dir() {
                    return Err(points_nowhere(&own.join("commondir"), &common));
                }
                folders.push(common.clone());
                common
            }
            None => own.clone(),
        };
        for folder in &folders {
            list(folder, &FILES)?;
            list(&folder.join("info"), &INFO)?;
            // Objects that stand in for others are looked up whenever a repository is opened.
            tree(&folder.join("refs").join("replace"))?;
            for config in ["config", "config.worktree"] {
                small(&folder.join(config))?;
            }
        }
        whole(git_dir, &own, &common)?;
        Ok(Gate {
            databases: databases(common.join("objects"))?,
            folders,
            contents: OnceLock::new(),
        })
    }

    /// Checks references and objects, the first time that it is called.
    pub(super) fn contents(&self) -> Result<(), OpenError> {
        let check = || {
            for folder in &self.folders {
                tree(&folder.join("refs"))?;
            }
            self.databases.iter().try_for_each(|it| database(it))
        };
        self.contents.get_or_init(check).clone()
    }

    /// Checks the logs of references, which only revisions such as `main@{1}` need.
    pub(super) fn logs(&self) -> Result<(), OpenError> {
        let mut folders = self.folders.iter();
        folders.try_for_each(|folder| tree(&folder.join("logs")))
    }
}

/// The folder that a `.git` folder or file stands for.
fn git_folder(git_dir: &Path) -> Result<PathBuf, OpenError> {
    let shown = git_dir.display();
    let Some(is) = kind(git_dir) else {
        return Err(
            OpenError::new(format!("`{shown}` is a symbolic link to nothing")).with_remedy(REMOVE),
        );
    };
    if is.is_dir() {
        return Ok(git_dir.to_path_buf());
    }
    if !is.is_file() {
        return Err(
            OpenError::new(format!("`{shown}` is {}, not a git directory", name_of(is)))
                .with_remedy(REMOVE),
        );
    }
    let folder = target(git_dir, "gitdir: ")?;
    match folder.is_dir() {
        true => Ok(folder),
        false => Err(points_nowhere(git_dir, &folder)),
    }
}

/// What to do about a `.git` that is of no use.
const REMOVE: &str =
    "remove `.git`, then `git init` makes a repository of the folder, or clone it again";

/// What to do about a `.git` file of which the other end is missing.
const RECONNECT: &str = "for a worktree run `git worktree repair PATH` in the main repository; for a \
                         submodule move its folder away and run `git submodule update --init` in the \
                         repository around it";

fn points_nowhere(file: &Path, folder: &Path) -> OpenError {
    OpenError::new(format!(
        "`{}` names the git directory `{}`, which does not exist",
        file.display(),
        folder.display()
    ))
    .with_remedy(RECONNECT)
}

/// Checks that a git directory has all its parts: `HEAD` of its own, objects and references in what it shares.
fn whole(git_dir: &Path, own: &Path, common: &Path) -> Result<(), OpenError> {
    let shown = git_dir.display();
    if fs::read_dir(own).is_ok_and(|mut entries| entries.next().is_none()) {
        return Err(OpenError::new(format!(
            "`{shown}` is no git directory: it is empty"
        ))
        .with_remedy(
            "`git init` makes a repository of the folder; without the empty `.git` it is a plain folder, or \
             a part of the repository around it",
        ));
    }
    let lacks = |what: &str, remedy: &str| {
        let message = format!("`{shown}` is no git directory: it has no {what}");
        Err(OpenError::new(message).with_remedy(remedy))
    };
    if kind(&own.join("HEAD")).is_none() {
        return lacks(
            "`HEAD`",
            "`git init` writes a new one; then `git symbolic-ref HEAD refs/heads/NAME` names the branch that was \
             checked out",
        );
    }
    for folder in ["objects", "refs"] {
        if !common.join(folder).is_dir() {
            return lacks(
                &format!("folder `{folder}`"),
                "`git init` makes an empty one; what was in it has to be fetched again: `git fetch --refetch origin`",
            );
        }
    }
    Ok(())
}

/// The folder that a file of git names, relative to its own.
fn target(file: &Path, start: &str) -> Result<PathBuf, OpenError> {
    let shown = file.display();
    if !kind(file).is_some_and(|kind| kind.is_file()) {
        return Err(refused(file, kind(file)));
    }
    small(file)?;
    let content = fs::read(file).map_err(|error| unreadable(file, &error))?;
    let content = std::str::from_utf8(&content).unwrap_or_default();
    let folder = content.strip_prefix(start).map(str::trim_end);
    let folder = folder.filter(|folder| !folder.is_empty() && !folder.contains('\0'));
    let folder = folder.ok_or_else(|| {
        OpenError::new(format!("`{shown}` names no git directory")).with_remedy(RECONNECT)
    })?;
    Ok(file.parent().unwrap_or(Path::new("")).join(folder))
}

/// The object databases that a repository uses, its own first. Where they are is read as gix reads it.
fn databases(own: PathBuf) -> Result<Vec<PathBuf>, OpenError> {
    let mut found: Vec<PathBuf> = Vec::new();
    let mut known: Vec<PathBuf> = Vec::new();
    let mut left = vec![own.clone()];
    while let Some(folder) = left.pop() {
        let real = fs::canonicalize(&folder).unwrap_or_else(|_| folder.clone());
        if known.contains(&real) {
            continue;
        }
        let info = folder.join("info");
        list(&info, &OBJECT_INFO)?;
        let alternates = info.join("alternates");
        if kind(&alternates).is_some() {
            small(&alternates)?;
            let content = fs::read(&alternates).map_err(|error| unreadable(&alternates, &error))?;
            let paths = gix::odb::alternate::parse(&content).map_err(|_| {
                OpenError::new(format!("`{}` cannot be parsed", alternates.display()))
                    .with_remedy("write one path a line, or clone the repository again")
            })?;
            left.extend(paths.into_iter().map(|path| own.join(path)));
        }
        known.push(real);
        found.push(folder);
        if found.len() > MOST_DATABASES {
            return Err(OpenError::new(format!(
                "`{}` leads to more than {MOST_DATABASES} object databases",
                alternates.display()
            ))
            .with_remedy("`git repack -a` copies their objects; then remove the file"));
        }
    }
    Ok(found)
}

/// Checks the files of an object database: packs with their indexes, commit-graphs, and loose objects.
fn database(folder: &Path) -> Result<(), OpenError> {
    let mut loose = Vec::new();
    entries(folder, |name, is| {
        let is_loose = name.len() == 2 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_loose {
            loose.push(name.to_owned());
        }
        !is_loose || is.is_dir()
    })?;
    list(&folder.join("pack"), &[])?;
    list(&folder.join("pack").join("multi-pack-index.d"), &[])?;
    list(
        &folder.join("info").join("commit-graphs"),
        &["commit-graph-chain"],
    )?;
    for name in loose {
        entries(&folder.join(name), |_, is| is.is_file())?;
    }
    Ok(())
}

/// Checks all that is in a folder: nothing but files and folders, and no folder in place of one of `files`.
fn list(folder: &Path, files: &[&str]) -> Result<(), OpenError> {
    entries(folder, |name, is| {
        is.is_file() || is.is_dir() && !files.contains(&name)
    })
}

/// As [`list`], with all folders below.
fn tree(folder: &Path) -> Result<(), OpenError> {
    let mut left = vec![(folder.to_path_buf(), 0)];
    while let Some((folder, depth)) = left.pop() {
        if depth > DEEPEST {
            return Err(OpenError::new(format!(
                "`{}` lies deeper than any reference",
                folder.display()
            ))
            .with_remedy("remove it"));
        }
        entries(&folder, |name, is| {
            if is.is_dir() {
                left.push((folder.join(name), depth + 1));
            }
            is.is_file() || is.is_dir()
        })?;
    }
    Ok(())
}

/// Refuses the first entry of a folder that `admits` does not admit, given its name and its kind. A folder
/// that does not exist has none; a link is what it leads to, or nothing.
fn entries(folder: &Path, mut admits: impl FnMut(&str, FileType) -> bool) -> Result<(), OpenError> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) => {
            return match kind(folder) {
                Some(is) if is.is_dir() => Err(unreadable(folder, &error)),
                Some(is) if !is.is_file() => Err(refused(folder, Some(is))),
                _ => Ok(()),
            };
        }
    };
    for entry in listed {
        let entry = entry.map_err(|error| unreadable(folder, &error))?;
        let is = match entry.file_type() {
            Ok(is) if is.is_symlink() => kind(&entry.path()),
            is => is.ok(),
        };
        let Some(is) = is else {
            continue;
        };
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_monitor = name == MONITOR && name_of(is) == "a socket";
        if !admits(&name, is) && !is_monitor {
            return Err(refused(&entry.path(), Some(is)));
        }
    }
    Ok(())
}

/// What is at a path, behind links; none if nothing is.
fn kind(path: &Path) -> Option<FileType> {
    fs::metadata(path).ok().map(|metadata| metadata.file_type())
}

/// Refuses a file that is too large for what it is.
fn small(file: &Path) -> Result<(), OpenError> {
    match fs::metadata(file) {
        Ok(metadata) if metadata.len() > CONFIG_LIMIT => Err(OpenError::new(format!(
            "`{}` is too large for what it is",
            file.display()
        ))),
        _ => Ok(()),
    }
}

fn refused(path: &Path, is: Option<FileType>) -> OpenError {
    let shown = path.display();
    let is = is.map_or("missing", name_of);
    OpenError::new(format!("`{shown}` is {is}, where git keeps a plain file")).with_remedy(format!(
        "remove `{shown}`; `git fsck` then shows what is missing, and a new clone has it"
    ))
}

fn unreadable(path: &Path, error: &io::Error) -> OpenError {
    let (shown, reason) = (path.display(), io_reason(error));
    OpenError::new(format!("`{shown}` cannot be read: {reason}"))
        .with_remedy("give the user who runs this the right to read the git directory")
}

/// What people call something of this kind.
fn name_of(is: FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if is.is_fifo() {
            return "a pipe";
        }
        if is.is_socket() {
            return "a socket";
        }
        if is.is_char_device() || is.is_block_device() {
            return "a device";
        }
    }
    match (is.is_dir(), is.is_file()) {
        (true, _) => "a folder",
        (_, true) => "a file",
        _ => "neither a file nor a folder",
    }
}
