//! Facts that could not be had.

use crate::text::RepoPath;

/// A fact that could not be had, why, and what would close the gap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The kind of gap, for machines.
    pub kind: GapKind,
    /// The file that it is about, where it is about one.
    pub path: Option<RepoPath>,
    /// What is missing and why, as a lowercase fragment for people.
    pub reason: String,
    /// What would close it, as a command or an instruction, if anything would.
    pub remedy: Option<String>,
}

impl Gap {
    /// A gap without a file and without a remedy.
    pub fn new(kind: GapKind, reason: impl Into<String>) -> Self {
        Gap {
            kind,
            path: None,
            reason: reason.into(),
            remedy: None,
        }
    }

    /// The same gap, about this file.
    pub fn at(mut self, path: RepoPath) -> Self {
        self.path = Some(path);
        self
    }

    /// The same gap, with what would close it.
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = Some(remedy.into());
        self
    }
}

/// Why a fact could not be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// The file is there but could not be read: permissions, an I/O error, not a regular file.
    Unreadable,
    /// Git's object database lacks the object (a partial clone, a damaged repository).
    MissingObject,
    /// There is no such file; it may have been deleted in the worktree.
    Absent,
    /// The path is unmerged: which of its versions counts is not decided yet.
    Unmerged,
    /// The path is outside of a sparse checkout.
    Sparse,
    /// The content is a Git LFS pointer, not the file itself.
    LfsPointer,
    /// The path is, or lies behind, a symbolic link, which is not followed.
    SymbolicLink,
    /// The file exceeds the size up to which it is read.
    TooLarge,
    /// The file exists on disk but is not tracked, and so was left out.
    Untracked,
    /// A folder that says `root = true` is a root of its own, and so was left out.
    NestedRoot,
    /// A need that this run did not gather.
    NotGathered,
    /// The token may not see it.
    Forbidden,
    /// The forge gave no answer, or none that makes sense.
    Unanswered,
    /// The truth cannot be known from what was read.
    Unverifiable,
}

impl GapKind {
    /// The kind's name in JSON and messages.
    pub fn name(self) -> &'static str {
        match self {
            GapKind::Unreadable => "unreadable",
            GapKind::MissingObject => "missing-object",
            GapKind::Absent => "absent",
            GapKind::Unmerged => "unmerged",
            GapKind::Sparse => "sparse",
            GapKind::LfsPointer => "lfs-pointer",
            GapKind::SymbolicLink => "symbolic-link",
            GapKind::TooLarge => "too-large",
            GapKind::Untracked => "untracked",
            GapKind::NestedRoot => "nested-root",
            GapKind::NotGathered => "not-gathered",
            GapKind::Forbidden => "forbidden",
            GapKind::Unanswered => "unanswered",
            GapKind::Unverifiable => "unverifiable",
        }
    }
}
