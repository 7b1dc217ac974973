//! Bytes in, facts and gaps out: the only room that does I/O.

pub mod catalog;
pub mod event;
pub mod evidence;
pub mod forge;
#[cfg(feature = "github")]
mod github;
pub mod history;
pub mod net;
mod ownership_files;
mod planted;
mod policy_files;
mod remedies;
pub mod repository;
pub mod store;
mod yaml;

#[cfg(feature = "cli")]
pub(crate) use planted::planted_link;
pub(crate) use planted::refuse_planted;
pub(crate) use policy_files::NAME as POLICY_FILE;
pub use policy_files::{PolicyChoice, PolicyFault};

use crate::codeowners::Dialect;
use crate::facts::{Catalog, Gap, Location, Repository, Roster, Tree};
use crate::policy::{PolicyErrors, PolicyFiles, Reading};
use crate::text::Text;
use repository::Source;

/// A roster that a policy names and that cannot be used.
#[derive(Debug)]
pub enum RosterError {
    /// It says something that it must not say.
    Faulty(PolicyErrors),
    /// It cannot be read: where the policy names it, and why.
    Unreadable(Location, Gap),
}

/// Reads the facts of a repository that need nothing from its policy: its tree and ownership files.
pub fn read(source: &Source) -> Repository {
    of(source, source.tree())
}

/// As [`read`], of what a change made of `base`.
pub fn read_since(source: &Source, base: &Source) -> Repository {
    of(source, source.tree_since(base))
}

fn of(source: &Source, (tree, mut gaps): (Tree, Vec<Gap>)) -> Repository {
    let (ownership_files, more) = ownership_files::read(source, &tree, Dialect::GitHub);
    gaps.extend(more);
    Repository {
        name: source.name(),
        is_organization: false,
        has_policy: false,
        organization: source.organization(),
        web: source
            .forge()
            .map(|forge| format!("https://{}/{}", forge.host, forge.path)),
        commit: source.commit(),
        head: source.head(),
        tree,
        ownership_files,
        evidence: crate::facts::Evidence::default(),
        catalog: Catalog::default(),
        rosters: Vec::new(),
        history: None,
        source_files: None,
        forge: None,
        gaps,
        notes: Vec::new(),
    }
}

/// Reads the rosters that a policy names.
///
/// # Errors
/// All that is wrong with any of them: a roster is never used in part.
pub fn rosters(
    reading: &Reading,
    files: &dyn PolicyFiles,
) -> Result<Vec<Roster>, Vec<RosterError>> {
    let mut rosters = Vec::new();
    let mut errors = Vec::new();
    for reference in &reading.rosters {
        let content = match files.read(&reference.file) {
            Ok(content) => content,
            Err(gap) => {
                errors.push(RosterError::Unreadable(reference.location.clone(), gap));
                continue;
            }
        };
        let text = Text::new(reference.file.clone(), content);
        let place = files.place(&reference.file);
        match catalog::roster::read(text, place, reference.covers.clone()) {
            Ok(roster) => rosters.push(roster),
            Err(faults) => errors.push(RosterError::Faulty(faults)),
        }
    }
    if errors.is_empty() {
        Ok(rosters)
    } else {
        Err(errors)
    }
}
