//! What a report says of the change that it judges, beside the findings that the change brings.

use std::collections::{BTreeMap, HashSet};

use crate::ownership::{Approval, Handover};

/// A change, and what it does to who owns what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    /// The revision since which the change is judged, as it was asked for.
    pub since: String,
    /// The full hash of the commit that it starts from.
    pub base: String,
    /// How many files differ; one that went elsewhere counts once.
    pub files: usize,
    /// How many findings stand as they stood before, of those that the change could make a difference to:
    /// comments of files that it does not touch are not looked at.
    pub standing: usize,
    /// By rule: how many findings the change mends.
    pub mended: BTreeMap<&'static str, usize>,
    /// Which files gain, lose or change owners: those that nobody owns any more, then the groups with most
    /// files first.
    pub handovers: Vec<Handover>,
    /// Whose approval it needs, by the ownership file of the branch that it goes to.
    pub approvals: Vec<Approval>,
    /// The path of that file, if there is one.
    pub approved_by: Option<String>,
    /// Services for which nobody answers any more, as they are called, and why.
    pub orphans: Vec<(String, String)>,
    /// Files that it changes and that say how it is judged or approved.
    pub edits: Vec<(String, Edit)>,
    /// The names of answers that are left out, since facts that they need are unavailable: `approvals`, `owners`,
    /// `services`.
    pub unverified: Vec<&'static str>,
    /// Whether the policy differs on the two sides, so that the next change is judged otherwise.
    pub policy_differs: bool,
}

/// What a file says of how changes are judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edit {
    /// Who has to approve them.
    OwnershipFile,
    /// What is asked of them.
    Policy,
    /// Who is who.
    Roster,
    /// What is run on them.
    Workflow,
}

impl Edit {
    /// What the file is called in output.
    pub fn name(self) -> &'static str {
        match self {
            Edit::OwnershipFile => "ownership file",
            Edit::Policy => "policy",
            Edit::Roster => "roster",
            Edit::Workflow => "workflow",
        }
    }

    /// What machines call it.
    pub fn id(self) -> &'static str {
        match self {
            Edit::OwnershipFile => "ownership-file",
            Edit::Policy => "policy",
            Edit::Roster => "roster",
            Edit::Workflow => "workflow",
        }
    }
}

impl Change {
    /// How many findings it mends.
    pub fn mends(&self) -> usize {
        self.mended.values().sum()
    }

    /// All owners whose approval may be asked for, each once, in the order of the ownership file.
    pub fn owners(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let owners = self.approvals.iter().flat_map(|approval| &approval.owners);
        let owners = owners.map(String::as_str);
        owners.filter(|owner| seen.insert(*owner)).collect()
    }
}
