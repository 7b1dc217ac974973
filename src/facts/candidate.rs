//! Folders that look as if something in them is built and run.

use crate::text::RepoPath;

/// A folder that looks like a service, and the files that make it look so.
///
/// It is one only where a catalog or the policy says so: what looks deployable may be a demonstration
/// or a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceCandidate {
    /// The folder; the root where the repository as a whole looks like one.
    pub folder: RepoPath,
    /// Files that say how it is built, in the order of the tree.
    pub build: Vec<RepoPath>,
    /// Files that say how it is run, in the order of the tree.
    pub run: Vec<RepoPath>,
}

impl ServiceCandidate {
    /// Whether both are there. One of them alone says little: images are built for tests, and charts
    /// run what others built.
    pub fn is_built_and_run(&self) -> bool {
        !self.build.is_empty() && !self.run.is_empty()
    }
}
