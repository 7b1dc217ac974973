//! Folders that look like services. In: the files of a tree. Out: candidates, each with the files that
//! make it one.
//!
//! So far by names alone: a Dockerfile, what a platform asks for (`fly.toml`, a `Procfile`), and
//! manifests of a cluster that have the folder's name. Whatever reads more, such as `build:` in a
//! compose file, adds to the same `Candidates`.

mod names;

use std::collections::BTreeMap;

use crate::facts::{ServiceCandidate, Tree};
use crate::text::RepoPath;

/// The folders of a tree that something says is built or run there, sorted by path.
pub fn read(tree: &Tree) -> Vec<ServiceCandidate> {
    let mut candidates = Candidates::default();
    names::read(tree, &mut candidates);
    candidates.finish()
}

/// Candidates, while evidence of them is gathered.
#[derive(Debug, Default)]
struct Candidates(BTreeMap<RepoPath, ServiceCandidate>);

/// How many files of a kind are kept for one candidate.
const MOST_FILES: usize = 3;

impl Candidates {
    /// A file says how what lies in `folder` is built.
    fn built(&mut self, folder: &RepoPath, file: RepoPath) {
        keep(&mut self.entry(folder).build, file);
    }

    /// A file says how what lies in `folder` is run.
    fn run(&mut self, folder: &RepoPath, file: RepoPath) {
        keep(&mut self.entry(folder).run, file);
    }

    fn entry(&mut self, folder: &RepoPath) -> &mut ServiceCandidate {
        let new = || ServiceCandidate {
            folder: folder.clone(),
            ..ServiceCandidate::default()
        };
        self.0.entry(folder.clone()).or_insert_with(new)
    }

    fn finish(self) -> Vec<ServiceCandidate> {
        self.0.into_values().collect()
    }
}

fn keep(files: &mut Vec<RepoPath>, file: RepoPath) {
    if files.len() < MOST_FILES && !files.contains(&file) {
        files.push(file);
    }
}
