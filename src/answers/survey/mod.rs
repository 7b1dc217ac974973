//! What a repository looks like to somebody who writes its first policy: the answer of `bailiwick init`.

mod documents;
mod draft;
mod excludes;
mod owners;
mod services;

pub use documents::{DocumentsSeen, FolderSeen};
pub use draft::{Draft, Stage};
pub use excludes::{ExcludeKind, ExcludeSeen, Foreign};
pub use owners::OwnersSeen;
pub use services::{RootSeen, ServicesSeen};

use crate::facts::{Gap, GapKind, Repository};
use crate::ownership::Ownership;
use crate::policy::PathPatterns;
use crate::text::RepoPath;

/// Words beyond [`crate::policy::MARKER_WORDS`] that some projects start tech-debt markers with.
pub const FURTHER_WORDS: [&str; 6] = ["BUG", "KLUDGE", "OPTIMIZE", "REFACTOR", "REVISIT", "TBD"];

/// What was seen of a repository.
#[derive(Debug, Default)]
pub struct Survey {
    /// What people call it.
    pub repository: String,
    /// Its policy declares it a root of its own, and has to go on doing so.
    pub declares_root: bool,
    /// How many of its files have an owner.
    pub all: Coverage,
    /// As `all`, without the files that [`Survey::excludes`] would leave out.
    pub judged: Coverage,
    /// Who owns them.
    pub owners: OwnersSeen,
    /// What a policy should leave out, beside what is left out anyway, sorted by pattern.
    pub excludes: Vec<ExcludeSeen>,
    /// Tech-debt markers that begin a comment, by their word, outside of what is left out; those of
    /// the words that are looked for anyway, then others, each in the order in which they were asked for.
    pub markers: Vec<(String, usize)>,
    /// Documents.
    pub documents: DocumentsSeen,
    /// Folders that are roots of their own.
    pub nested_roots: Vec<RepoPath>,
    /// What is declared to be a service, and what looks like one.
    pub services: ServicesSeen,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// How many files there are, and how many have an owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Files.
    pub files: usize,
    /// Those with an owner.
    pub owned: usize,
}

impl Survey {
    /// What the facts show. The evidence is that of all files that are not left out by `excludes`; `words`
    /// are those that it was searched for.
    pub fn of(
        repository: &Repository,
        ownership: &Ownership,
        excludes: Vec<ExcludeSeen>,
        words: &[String],
    ) -> Survey {
        let tree = &repository.tree;
        let patterns: Vec<String> = excludes.iter().map(|seen| seen.pattern.clone()).collect();
        let excluded = PathPatterns::new(&patterns).unwrap_or_default();
        let all = Coverage {
            files: tree.len(),
            owned: ownership.owned(),
        };
        let (gaps, nested): (Vec<Gap>, Vec<Gap>) = repository
            .gaps
            .iter()
            .chain(&repository.catalog.gaps)
            .cloned()
            .partition(|gap| gap.kind != GapKind::NestedRoot);
        Survey {
            repository: repository.name.clone(),
            declares_root: false,
            all,
            judged: judged(repository, ownership, &excluded),
            owners: OwnersSeen::of(repository),
            excludes,
            markers: markers(repository, &excluded, words),
            documents: DocumentsSeen::of(tree, &excluded),
            nested_roots: nested.into_iter().filter_map(|gap| gap.path).collect(),
            services: ServicesSeen::of(&repository.catalog, tree),
            gaps,
        }
    }

    /// Whether an organization is at work here, so that the rules on who owns hold in full.
    pub fn organization_mode(&self) -> bool {
        !self.owners.teams.is_empty()
    }
}

fn judged(repository: &Repository, ownership: &Ownership, excluded: &PathPatterns) -> Coverage {
    let mut coverage = Coverage::default();
    let in_use = repository.ownership_files.in_use.present();
    for (file, path) in repository.tree.paths().enumerate() {
        if !excluded.matches(path) {
            let owning = in_use.and_then(|in_use| ownership.owning_rule(file, in_use));
            coverage.files += 1;
            coverage.owned += usize::from(owning.is_some());
        }
    }
    coverage
}

fn markers(
    repository: &Repository,
    excluded: &PathPatterns,
    words: &[String],
) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = words.iter().map(|word| (word.clone(), 0)).collect();
    for (file, found) in &repository.evidence.files {
        let path = repository.tree.path(*file as usize);
        if found.markers.is_empty() || excluded.matches(path) {
            continue;
        }
        for marker in found.markers.iter().filter(|marker| marker.at_start) {
            if let Some(count) = counts.iter_mut().find(|(word, _)| *word == marker.word) {
                count.1 += 1;
            }
        }
    }
    counts.retain(|&(_, count)| count > 0);
    counts
}
