//! Missing data.

use std::sync::Arc;

use crate::text::RepoPath;

/// A fact that could not be read, why, and what would help.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gap {
    /// The kind of missing data, for machines.
    pub kind: GapKind,
    /// The file or folder that it is about, if it is about one.
    pub path: Option<RepoPath>,
    /// The full hash of the git object that is missing, if one is.
    pub object: Option<String>,
    /// What is missing and why, as a lowercase fragment for people. Names neither the path nor the object.
    pub reason: String,
    /// What would help, as a command or an instruction, if anything would.
    pub remedy: Option<String>,
    /// The ids of the rules and the names of the answers that needed the fact, sorted. Shared by all that the same
    /// rules needed.
    pub needed_by: Arc<[&'static str]>,
}

impl Gap {
    /// A gap without a file and without a remedy.
    pub fn new(kind: GapKind, reason: impl Into<String>) -> Self {
        Gap {
            kind,
            path: None,
            object: None,
            reason: reason.into(),
            remedy: None,
            needed_by: Arc::default(),
        }
    }

    /// Returns true if a rule or an answer needed the fact, so that the run is incomplete.
    pub fn is_missing(&self) -> bool {
        !self.needed_by.is_empty() && self.kind.is_unavailable()
    }

    /// The same gap, about this git object.
    pub fn object(mut self, id: impl Into<String>) -> Self {
        self.object = Some(id.into());
        self
    }

    /// The same gap, needed by an answer of this name.
    pub fn needed_by(mut self, answer: &'static str) -> Self {
        self.needed_by = Arc::new([answer]);
        self
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

/// Why a fact could not be read.
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
    /// Returns true if the fact exists, or may exist, and could not be read from where it should be. False for what
    /// was left out on purpose and for what was not requested.
    pub fn is_unavailable(self) -> bool {
        matches!(
            self,
            GapKind::Unreadable
                | GapKind::MissingObject
                | GapKind::Unmerged
                | GapKind::Sparse
                | GapKind::LfsPointer
        )
    }

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
