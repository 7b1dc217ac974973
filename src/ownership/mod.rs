//! Who decides over which file: path → deciding line, for a tree, resolved once.
//!
//! Rules, answers and reports read this table; nobody else matches patterns against files.

mod diff;
mod undecided;

pub use diff::{Approval, Handover, Side, approvals, handovers, touched};
pub use undecided::{Undecided, undecided};

use crate::codeowners::{Matcher, OwnershipFile, OwnershipRule};
use crate::facts::{Gap, GapKind, Lookup, Repository, Tree};

/// The deciding line of every file of a tree: one number a file.
#[derive(Debug, Default)]
pub struct Ownership {
    /// By file: the place of the deciding rule plus one; 0 where no rule matches.
    deciding: Vec<u32>,
    /// By rule: how many files it decides over.
    decided: Vec<u32>,
    owned: usize,
    /// Whether the wildcards cost too much, so that who owns what is unknown.
    is_unknown: bool,
}

impl Ownership {
    /// Resolves every file of `tree` by the rules of `file`.
    pub fn resolve(tree: &Tree, file: &OwnershipFile) -> Ownership {
        let matcher = Matcher::new(file.patterns());
        let mut walker = matcher.last_match();
        let mut ownership = Ownership {
            deciding: Vec::with_capacity(tree.len()),
            decided: vec![0; file.rules().len()],
            owned: 0,
            is_unknown: false,
        };
        for path in tree.paths() {
            let rule = walker.find(path);
            if let Some(rule) = rule {
                ownership.decided[rule] += 1;
                ownership.owned += usize::from(!file.rules()[rule].owners().is_empty());
            }
            let number = rule.map_or(0, |rule| u32::try_from(rule + 1).unwrap_or(0));
            ownership.deciding.push(number);
        }
        ownership.is_unknown = walker.is_spent();
        ownership
    }

    /// Resolves every file of a repository. If the wildcards cost too much, its CODEOWNERS is unreadable from then on.
    pub fn of(repository: &mut Repository) -> Ownership {
        let files = &mut repository.ownership_files;
        let Lookup::Present(file) = &files.in_use else {
            return Ownership::default();
        };
        let ownership = Ownership::resolve(&repository.tree, file);
        if !ownership.is_unknown {
            return ownership;
        }
        let reason = "its wildcards take more steps than the limit allows for so many files";
        let gap = Gap::new(GapKind::Unreadable, reason)
            .at(file.text().path().clone())
            .remedy("replace patterns such as `*?a*` by paths, prefixes and suffixes");
        files.in_use = Lookup::Unavailable(gap.clone());
        repository.gaps.push(gap);
        Ownership::default()
    }

    /// The place of the rule that decides over the file at this place of the tree, if any does.
    pub fn deciding(&self, file: usize) -> Option<usize> {
        let number = *self.deciding.get(file)? as usize;
        number.checked_sub(1)
    }

    /// How many files the rule at this place decides over.
    pub fn decided(&self, rule: usize) -> usize {
        self.decided.get(rule).map_or(0, |&files| files as usize)
    }

    /// How many files have at least one owner.
    pub fn owned(&self) -> usize {
        self.owned
    }

    /// The owners of the file at this place of the tree; empty where it has none.
    pub fn owning_rule<'f>(
        &self,
        file: usize,
        in_use: &'f OwnershipFile,
    ) -> Option<&'f OwnershipRule> {
        let rule = in_use.rules().get(self.deciding(file)?)?;
        (!rule.owners().is_empty()).then_some(rule)
    }
}
