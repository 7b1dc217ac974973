//! Repositories: git worktrees, git revisions and plain folders. In: a path and perhaps a revision.
//! Out: the tracked files, their contents, and a gap for each that could not be had.
//!
//! This is the only room that touches a repository's files. What it promises to all others:
//!
//! - nothing that a repository holds is executed, and nothing in its configuration is obeyed beyond
//!   its format;
//! - nothing outside of a root is read: no symbolic link is followed, wherever in a path it stands;
//! - a file that cannot be had is a gap that says why, never an empty file;
//! - no content is read beyond the limit that the caller gives.

mod change;
mod discover;
mod disk;
mod folder;
#[cfg_attr(not(feature = "git"), path = "no_git.rs")]
mod git;
mod nested;
mod roots;
#[cfg(test)]
pub(super) mod testing;
#[cfg(test)]
mod tests;

use std::fmt;
use std::path::{Path, PathBuf};

use self::discover::Keeper;
use self::disk::Disk;
#[cfg(feature = "git")]
pub(super) use self::git::Git;
#[cfg(not(feature = "git"))]
use self::git::Git;
pub use self::roots::{folder_in, is_root, roots};
use super::remedies;
use crate::facts::{Change, Gap, GapKind, Marks, Tree};
use crate::text::{RepoPath, Text};

/// Why a repository could not be opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OpenError {
    message: String,
    remedy: Option<String>,
    incomplete: bool,
}

impl OpenError {
    fn new(message: impl Into<String>) -> Self {
        OpenError {
            message: message.into(),
            remedy: None,
            incomplete: false,
        }
    }

    fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }

    /// Something that has to be read before anything else, and is unavailable.
    fn missing(gap: &Gap) -> Self {
        let path = gap.path.as_ref().map(RepoPath::to_string_lossy);
        let object = gap.object.as_ref();
        let message = format!(
            "`{}` cannot be read: {}{}",
            path.unwrap_or_default(),
            gap.reason,
            object.map_or_else(String::new, |object| format!(" (object {object})"))
        );
        OpenError {
            message,
            remedy: gap.remedy.clone(),
            incomplete: true,
        }
    }

    #[cfg(feature = "git")]
    fn incomplete(mut self) -> Self {
        self.incomplete = true;
        self
    }

    /// Whether nothing is wrong but that the clone lacks what was asked for.
    pub fn is_incomplete(&self) -> bool {
        self.incomplete
    }

    /// What to do about it, if anything is known to help.
    pub fn remedy(&self) -> Option<&str> {
        self.remedy.as_deref()
    }
}

/// An opened repository or plain folder, at one revision or in its worktree.
///
/// Any number of threads may read from it.
pub struct Source {
    root: PathBuf,
    scope: RepoPath,
    /// The root is a folder of a larger repository, and one of its own because it says so.
    nested: bool,
    files: Files,
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Source")
            .field("root", &self.root)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Names a content: two files with the same one have the same bytes. A SHA-1 name is filled up with zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub(crate) [u8; 32]);

#[cfg(feature = "git")]
impl BlobId {
    fn of(hash: &[u8]) -> BlobId {
        let mut bytes = [0; 32];
        let length = hash.len().min(bytes.len());
        bytes[..length].copy_from_slice(&hash[..length]);
        BlobId(bytes)
    }
}

/// Where a forge shows a repository: `https://host/path`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forge {
    /// The host, without port: `github.com`.
    pub host: String,
    /// The path there, without `.git`: `acme/shop`, `acme/backend/shop`.
    pub path: String,
}

/// What of a worktree is compared with what git has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compared {
    /// The files on disk.
    Worktree,
    /// What is staged: files count as they are on disk, but only those that were added.
    Staged,
}

/// What a change started from.
#[derive(Debug)]
pub struct Since {
    /// The best commit that both sides have in common.
    pub base: Source,
    /// The revision itself, where the other side went on in the meantime.
    pub tip: Option<Source>,
    /// Whether there are several commits that the two have in common, none better than the others; the
    /// one that git names first was taken.
    pub several: bool,
}

/// Where the files of a source come from.
enum Files {
    Folder(Disk),
    Git(Box<Git>),
}

/// A folder on disk whose files can be read, and nothing outside of it.
#[derive(Debug)]
pub struct Folder(Disk);

impl Folder {
    /// The folder at this path, without symbolic links in it.
    pub fn new(path: &Path) -> Folder {
        Folder(Disk::new(path.to_path_buf()))
    }

    /// The content of the file at `path` below the folder.
    ///
    /// # Errors
    ///
    /// A gap if the file cannot be had or has more than `limit` bytes.
    pub fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Gap> {
        let absent = || Gap::new(GapKind::Absent, "it is not on disk").at(path.clone());
        self.0.read(path, limit)?.ok_or_else(absent)
    }
}

impl Source {
    /// Finds the root that holds `target`, a folder or a file, and opens it: in its worktree, or at
    /// `revision`, which is anything that `git rev-parse` takes for a commit.
    ///
    /// A root is the first folder, from the target upward, that has a `.git` or whose
    /// `bailiwick.toml` says `root = true`; or the target itself, if it is a bare git repository. A
    /// target below no root is a plain folder. A repository without an index, which every bare one
    /// is, is read at its `HEAD`.
    ///
    /// # Errors
    ///
    /// The target does not exist, the repository is damaged or of a format that is not supported,
    /// its index does not parse, or the revision names no commit or one whose root folder is missing.
    pub fn open(target: &Path, revision: Option<&str>) -> Result<Source, OpenError> {
        Source::open_past(target, revision, &[])
    }

    /// As [`Source::open`] and [`Source::since`], where a folder is a root only if it said so before the
    /// change too: no change takes itself out of what it is judged by.
    ///
    /// # Errors
    /// As both.
    pub fn open_since(
        target: &Path,
        revision: Option<&str>,
        since: &str,
        compared: Compared,
    ) -> Result<(Source, Since), OpenError> {
        let mut past = Vec::new();
        loop {
            let source = Source::open_past(target, revision, &past)?;
            let since = source.since(since, compared)?;
            if !source.nested {
                return Ok((source, since));
            }
            let policy = RepoPath::from("bailiwick.toml");
            match since.base.read(&policy, nested::POLICY_LIMIT) {
                Ok(policy) if nested::declares_root(&policy) => return Ok((source, since)),
                Err(gap) if gap.kind.is_unavailable() => return Err(OpenError::missing(&gap)),
                _ => past.push(source.root),
            }
        }
    }

    /// Opens the root that holds a target; folders in `past` are none.
    fn open_past(
        target: &Path,
        revision: Option<&str>,
        past: &[PathBuf],
    ) -> Result<Source, OpenError> {
        let found = discover::discover(target, past)?;
        let nested = matches!(&found.keeper, Keeper::Worktree { prefix, .. } if !prefix.is_root());
        let files = keep(&found.root, found.keeper, revision)?;
        Ok(Source {
            root: found.root,
            scope: found.scope,
            nested,
            files,
        })
    }

    /// The root folder on disk, without symbolic links in its path; a bare repository's git directory.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Whether the root is a folder in which people work, so that a file can be written there: not a
    /// bare repository, nor a revision.
    pub fn has_worktree(&self) -> bool {
        match &self.files {
            Files::Folder(_) => true,
            Files::Git(git) => git.has_worktree(),
        }
    }

    /// The target relative to the root; empty for the root itself.
    pub fn scope(&self) -> &RepoPath {
        &self.scope
    }

    /// What people call the repository: the last part of its origin's URL without `.git`, else the
    /// name of its folder. A root inside of a larger repository has its folder's name, since the
    /// origin is that of the larger one.
    pub fn name(&self) -> String {
        let folder = || {
            let root = &self.root;
            let name = root.file_name().unwrap_or(root.as_os_str());
            name.to_string_lossy().into_owned()
        };
        match &self.files {
            Files::Folder(_) => folder(),
            Files::Git(_) if self.nested => folder(),
            Files::Git(git) => git.name().map_or_else(
                || {
                    let name = folder();
                    name.strip_suffix(".git").unwrap_or(&name).to_owned()
                },
                str::to_owned,
            ),
        }
    }

    /// The organization or user that the origin's URL names: `acme` of `github.com/acme/shop`.
    pub fn organization(&self) -> Option<String> {
        match &self.files {
            Files::Folder(_) => None,
            Files::Git(git) => git.organization().map(str::to_owned),
        }
    }

    /// Where a forge shows the repository, by the origin's URL. None for a root inside of a larger
    /// repository, whose paths are others there.
    pub fn forge(&self) -> Option<Forge> {
        match &self.files {
            Files::Git(git) if !self.nested => git.forge().cloned(),
            Files::Git(_) | Files::Folder(_) => None,
        }
    }

    /// Returns true if a git repository keeps the files; else the root is a plain folder without commits.
    pub fn has_git(&self) -> bool {
        matches!(self.files, Files::Git(_))
    }

    /// The error for whoever needs commits of a plain folder.
    pub fn without_git(&self) -> OpenError {
        not_a_repository(&self.root)
            .with_remedy("name a folder of a git repository, or run `git init` and commit first")
    }

    /// The full hash of the commit that is read; none for a worktree, a plain folder, and before the
    /// first commit.
    pub fn commit(&self) -> Option<String> {
        match &self.files {
            Files::Folder(_) => None,
            Files::Git(git) => git.commit(),
        }
    }

    /// The full hash of the commit that is checked out; none for a plain folder and before the first commit.
    pub fn head(&self) -> Option<String> {
        match &self.files {
            Files::Folder(_) => None,
            Files::Git(git) => git.head_commit(),
        }
    }

    /// What the change since a revision started from, in the same root. From here on it is known of the
    /// files of a worktree whether they still have the content that git has, or taken for granted.
    ///
    /// # Errors
    ///
    /// The source is in no git repository, the revision names no commit or has no history in common
    /// with what is read, or the clone is too shallow to tell.
    pub fn since(&self, revision: &str, compared: Compared) -> Result<Since, OpenError> {
        let Files::Git(git) = &self.files else {
            return Err(self
                .without_git()
                .with_remedy("leave `--since` out to check the folder as it is"));
        };
        let source = |git: Git| Source {
            root: self.root.clone(),
            scope: self.scope.clone(),
            nested: self.nested,
            files: Files::Git(Box::new(git)),
        };
        let (base, tip, several) = git.since(revision, compared)?;
        Ok(Since {
            base: source(base),
            tip: tip.map(source),
            several,
        })
    }

    /// As [`Source::tree`], for what a change made of `base`: folders are left out that declared
    /// themselves roots there, so that no change takes out what it is judged by.
    pub fn tree_since(&self, base: &Source) -> (Tree, Vec<Gap>) {
        match (&self.files, &base.files) {
            (Files::Git(git), Files::Git(base)) => git.tree_since(base),
            _ => self.tree(),
        }
    }

    /// What differs from `base`, which [`Source::since`] gave, in these trees of the two.
    pub fn change(&self, tree: &Tree, base: &Source, base_tree: &Tree) -> Change {
        change::between((base, base_tree), (self, tree))
    }

    /// What names the contents of the files of a tree, as [`Source::blob_id`].
    fn blob_ids(&self, tree: &Tree) -> Vec<Option<BlobId>> {
        match &self.files {
            Files::Folder(_) => vec![None; tree.len()],
            Files::Git(git) => git.blob_ids(tree),
        }
    }

    /// Every tracked file, symbolic link and submodule below the root, and what is missing from it.
    ///
    /// Folders that say `root = true` are left out, with a gap each. A plain folder is walked anew
    /// each time; of a git repository the list is that of the time when it was opened.
    pub fn tree(&self) -> (Tree, Vec<Gap>) {
        match &self.files {
            Files::Folder(disk) => {
                let (tree, mut gaps) = folder::list(&self.root);
                let (tree, nested) =
                    nested::leave_out(tree, |path| match disk.read(path, nested::POLICY_LIMIT) {
                        Ok(policy) => policy.into(),
                        Err(gap) => nested::unread(gap),
                    });
                gaps.extend(nested);
                (tree, gaps)
            }
            Files::Git(git) => git.tree(),
        }
    }

    /// The content of the file at `path`, in the worktree or at the revision, as it stands there:
    /// no filter and no conversion is applied.
    ///
    /// # Errors
    ///
    /// A gap if the file cannot be had, has more than `limit` bytes, or is not the content itself
    /// but a pointer of Git LFS to it.
    pub fn read(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Gap> {
        let content = match &self.files {
            Files::Folder(disk) => disk
                .read(path, limit)?
                .ok_or_else(|| Gap::new(GapKind::Absent, "it is not on disk").at(path.clone()))?,
            Files::Git(git) => git.read(path, limit)?,
        };
        if content.starts_with(LFS_POINTER) {
            let reason = "its content is in Git LFS; only the pointer to it is here";
            let gap = Gap::new(GapKind::LfsPointer, reason).at(path.clone());
            return Err(gap.remedy(remedies::LFS));
        }
        Ok(content)
    }

    /// The commit in which a file is as it was read: the one that is read, or in a worktree the one that
    /// is checked out. None where it is another one there.
    pub fn commit_with(&self, text: &Text) -> Option<String> {
        let open = || Source::open(&self.root, Some("HEAD")).ok();
        let head = match self.commit() {
            Some(commit) => return Some(commit),
            None if self.nested => return None,
            None => open()?,
        };
        let limit = text.bytes().len() as u64;
        let content = head.read(text.path(), limit).ok()?;
        (content == text.bytes()).then(|| head.commit()).flatten()
    }

    /// What names the content of the file at `path`, where that is known without reading it: at a
    /// revision. What stands in a worktree need not be what git has.
    pub fn blob_id(&self, path: &RepoPath) -> Option<BlobId> {
        match &self.files {
            Files::Folder(_) => None,
            Files::Git(git) => git.blob_id(path),
        }
    }

    /// As [`Source::read`], but in a worktree a file that git does not track yet counts too: for
    /// files that people write for this program, which should work before they are added.
    ///
    /// # Errors
    ///
    /// As [`Source::read`]; [`GapKind::Absent`] or [`GapKind::Untracked`] if there is no such file.
    pub fn read_own(&self, path: &RepoPath, limit: u64) -> Result<Vec<u8>, Gap> {
        match (self.read(path, limit), &self.files) {
            #[cfg(feature = "git")]
            (Err(gap), Files::Git(git)) if gap.kind == GapKind::Untracked => {
                git.read_untracked(path, limit)
            }
            (content, _) => content,
        }
    }

    /// Whether a regular file is at `path` in the worktree that git does not track. Never in a plain
    /// folder, where everything counts, nor at a revision.
    pub fn exists_untracked(&self, path: &RepoPath) -> bool {
        match &self.files {
            Files::Folder(_) => false,
            Files::Git(git) => git.exists_untracked(path),
        }
    }

    /// The git repository, for whoever walks over its commits.
    #[cfg(feature = "git")]
    pub(super) fn git(&self) -> Option<&Git> {
        match &self.files {
            Files::Folder(_) => None,
            Files::Git(git) => Some(git),
        }
    }

    /// Whether it has attributes that say of files what they are: a plain folder has none.
    pub fn has_attributes(&self) -> bool {
        !matches!(self.files, Files::Folder(_))
    }

    /// Which of these files, given by their index in `tree`, `.gitattributes` says to be generated,
    /// vendored or documentation; and each attribute file that could not be read, with the folder whose files may
    /// have other marks for that. Of a plain folder nothing is known.
    pub fn marks(&self, tree: &Tree, files: &[u32]) -> (Marks, Vec<(RepoPath, Gap)>) {
        match &self.files {
            Files::Folder(_) => (Marks::default(), Vec::new()),
            Files::Git(git) => git.marks(tree, files),
        }
    }
}

/// The error for a folder that git does not keep, of which somebody needs commits.
fn not_a_repository(folder: &Path) -> OpenError {
    OpenError::new(format!("not a git repository: `{}`", folder.display()))
}

/// What every Git LFS pointer starts with.
const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1";

/// Opens what keeps the files of `root`.
fn keep(root: &Path, keeper: Keeper, revision: Option<&str>) -> Result<Files, OpenError> {
    match keeper {
        Keeper::Folder => plain(root, revision),
        Keeper::Bare => Git::bare(root, revision).map(|git| Files::Git(Box::new(git))),
        Keeper::Worktree { top, prefix } => {
            let nested = !prefix.is_root();
            let git = Git::worktree(&top, prefix, revision)?;
            // A folder that declares itself a root and that git does not know is none of git's.
            if nested && revision.is_none() && git.is_empty() {
                return plain(root, revision);
            }
            Ok(Files::Git(Box::new(git)))
        }
    }
}

fn plain(root: &Path, revision: Option<&str>) -> Result<Files, OpenError> {
    match revision {
        None => Ok(Files::Folder(Disk::new(root.to_path_buf()))),
        Some(_) => Err(not_a_repository(root)
            .with_remedy("leave the revision out to read the folder as it is")),
    }
}
