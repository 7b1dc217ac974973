//! Everything read from one repository, as plain data with its provenance, and what could not be read.
//!
//! Facts are collected once by [`crate::sources`] and never change afterwards. Nothing in this room
//! does I/O; nothing in it judges.

mod alerts;
mod catalog;
mod change;
mod documents;
mod evidence;
mod forge;
mod gap;
mod history;
mod in_tree;
mod location;
mod lookup;
mod markers;
mod marks;
mod roster;
mod running;
mod tree;

pub use alerts::{Alert, AlertInTree, Annotation, UnreadAlerts};
pub use catalog::{
    Candidate, Catalog, Descriptor, EntityRef, Fault, Format, Hint, Journey, Name, Reference, Said,
    Service, ServiceLink, System, Target, Tier,
};
pub use change::{Change, Rename, Renames};
pub use documents::{Document, Heading, Link, SectionBody};
pub use evidence::{
    AddressedComment, Evidence, FileEvidence, Looked, NamedDescriptors, UnreadFile, Unsearched,
};
pub use forge::{
    BranchRules, Deliveries, Deployment, Forge, Incident, Issue, IssueName, Known, LinkState,
    Login, OwnerError, OwnerErrors, Pull, Pulls, Release, Review, ReviewRequest, ReviewState,
};
pub use gap::{Gap, GapKind};
pub use history::{
    Activity, Age, Author, Commit, CommitId, CommitRecord, Departures, History, How, Landing,
    LineAge, Move, Placed, RecordedChange, Tag, Tally, Touch, Touched, day_since,
};
pub use in_tree::{DocumentInTree, LinkTarget, Role};
pub use location::{Label, Location, Place};
pub use lookup::Lookup;
pub use markers::{CodeSuppression, Marker};
pub use marks::{Mark, Marks};
pub use roster::{Person, Roster, Team};
pub use running::{Artifact, Build, Composed, Copies, Platform, RunImage, Running};
pub use tree::{FileKind, Tree, TreeBuilder};

use std::sync::Arc;

use crate::codeowners::OwnershipFile;
use crate::text::RepoPath;

/// All that was read of one repository.
#[derive(Debug, Default)]
pub struct Repository {
    /// What people call it: the policy's name, else the last part of the origin URL, else the folder.
    pub name: String,
    /// Whether it is no repository but the folder of an organization's policy, which declares what belongs
    /// to no single repository.
    pub is_organization: bool,
    /// Whether a policy file of its own judges it.
    pub has_policy: bool,
    /// The organization or user that the origin URL names (`acme` of `github.com/acme/shop`), if any.
    pub organization: Option<String>,
    /// Where it is in the browser, by its origin's URL: `https://github.com/acme/shop`.
    pub web: Option<String>,
    /// The full hash of the commit that was read; none for a worktree and for a plain folder.
    pub commit: Option<String>,
    /// The full hash of the commit that is checked out; none without commits.
    pub head: Option<String>,
    /// The tracked files, in the worktree or at the revision that was asked for.
    pub tree: Tree,
    /// The ownership file that the forge reads, and those that it hides.
    pub ownership_files: OwnershipFiles,
    /// What the files show, as far as any rule asked.
    pub evidence: Evidence,
    /// What its descriptors and its policy declare.
    pub catalog: Catalog,
    /// Who is in which team, as rosters say.
    pub rosters: Vec<Roster>,
    /// What its commits say, if anybody asked.
    pub history: Option<History>,
    /// By file of the tree: whether people write it in a programming or markup language, so that it counts where
    /// it matters who knows it. None where its commits were not read: then paths alone tell.
    pub source_files: Option<Vec<bool>>,
    /// What the forge knows of it, or why it could not be asked; none if nobody wanted to.
    pub forge: Option<Known<Arc<Forge>>>,
    /// What could not be read, or was left out on purpose.
    pub gaps: Vec<Gap>,
    /// What people should know of how it was read, though nothing is missing for that: lowercase fragments.
    pub notes: Vec<String>,
}

/// The ownership files of a tree.
#[derive(Debug, Default)]
pub struct OwnershipFiles {
    /// The one that the forge reads: the first location that holds a file. If it is unavailable, who owns what is
    /// not known.
    pub in_use: Lookup<OwnershipFile>,
    /// Files at locations of lower precedence, which the forge does not read.
    pub ignored: Vec<RepoPath>,
}

impl Repository {
    /// What is unavailable of what its files declare: services, teams, people and journeys.
    pub fn unread_catalog(&self) -> impl Iterator<Item = &Gap> {
        let folders = self.tree.unlisted().iter().map(|(_, gap)| gap);
        let files = self.evidence.unread.iter();
        let files = files.filter(|it| it.wanted.descriptors);
        folders.chain(files.map(|it| &it.gap))
    }
}
