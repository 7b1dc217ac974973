//! What rules judge.

use std::collections::{BTreeSet, HashMap};

use jiff::civil::Date;

use super::View;
use crate::codeowners::{Owner, OwnershipFile, OwnershipRule};
use crate::facts::{Label, Location, Place, Tree};
use crate::graph::{Actor, ServiceId};
use crate::policy::Policy;
use crate::text::{Excerpt, RepoPath};

/// Something that descriptors declare and others can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    /// A service, or an interface or resource beside it.
    Service(ServiceId),
    /// A system or domain, by its place in the graph.
    System(usize),
}

/// What a policy file says of itself.
#[derive(Clone, Debug)]
pub struct PolicyFacts {
    /// The file, and in it the line that says `reviewed`, where one does.
    pub location: Location,
    /// When it was last reviewed, as it says.
    pub reviewed: Option<Date>,
}

impl PolicyFacts {
    /// What a policy says of itself; `place` is its file.
    pub fn of(policy: &Policy, place: Place) -> PolicyFacts {
        let reviewed = policy.reviewed.as_ref();
        let whole = Location {
            place,
            excerpt: None,
            label: Label::default(),
        };
        PolicyFacts {
            location: reviewed.map_or(whole, |reviewed| reviewed.location.clone()),
            reviewed: reviewed.map(|reviewed| reviewed.date),
        }
    }
}

/// An ownership rule, as the subject of a rule.
#[derive(Clone, Copy, Debug)]
pub struct RuleLine<'a> {
    /// The file that it stands in.
    pub file: &'a OwnershipFile,
    /// Its place among the file's rules.
    pub place: usize,
}

impl<'a> RuleLine<'a> {
    /// The ownership rule itself.
    pub fn rule(self) -> &'a OwnershipRule {
        &self.file.rules()[self.place]
    }

    /// Its owners as a set, in which neither order nor case matters.
    pub fn owner_set(self) -> BTreeSet<String> {
        self.rule().owners().iter().map(Owner::normalized).collect()
    }

    /// Its pattern, as a location.
    pub fn pattern(self, label: impl Into<Label>) -> Location {
        Location::of(self.file.text(), self.rule().pattern_span(), label)
    }

    /// The whole rule, as a location.
    pub fn line(self, label: impl Into<Label>) -> Location {
        Location::of(self.file.text(), self.rule().span(), label)
    }
}

/// An owner with all lines that name it.
#[derive(Clone, Debug)]
pub struct OwnerUse<'a> {
    /// The file that names it.
    pub file: &'a OwnershipFile,
    /// Each rule that names it, by place, with the owner as written there; at least one.
    pub uses: Vec<(usize, &'a Owner)>,
}

impl<'a> OwnerUse<'a> {
    /// The owner as it is first written.
    pub fn owner(&self) -> &'a Owner {
        self.uses[0].1
    }

    /// Who that is, if a rule that decides over files names it.
    pub fn actor(&self, view: &View<'_>) -> Option<Actor> {
        self.uses.iter().find_map(|&(rule, owner)| {
            let actors = view.graph.line_owners(view.place, rule)?;
            let owners = self.file.rules()[rule].owners();
            // Owners of one line are in the order of their spans.
            let start = owner.span().start;
            let place = owners
                .binary_search_by_key(&start, |it| it.span().start)
                .ok()?;
            actors[place].clone()
        })
    }

    /// Every owner of the file, once, in the order in which they are first named.
    pub fn all(file: &'a OwnershipFile) -> Vec<OwnerUse<'a>> {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        // By owner, how many lines name it; and the numbers of the owners of all lines, one after another.
        let (mut counts, mut named) = (Vec::new(), Vec::new());
        let mut last: Option<&OwnershipRule> = None;
        for rule in file.rules() {
            match last.filter(|last| last.owner_list() == rule.owner_list()) {
                Some(last) => named.extend_from_within(named.len() - last.owners().len()..),
                None => named.extend(rule.owners().iter().map(|owner| {
                    let next = numbers.len();
                    *numbers.entry(owner.normalized()).or_insert(next)
                })),
            }
            counts.resize(numbers.len(), 0);
            let here = &named[named.len() - rule.owners().len()..];
            here.iter().for_each(|&owner| counts[owner] += 1);
            last = Some(rule);
        }
        let uses = counts.into_iter().map(|count| OwnerUse {
            file,
            uses: Vec::with_capacity(count),
        });
        let mut all: Vec<OwnerUse<'a>> = uses.collect();
        let rules = file.rules().iter().enumerate();
        let uses = rules.flat_map(|(place, rule)| rule.owners().iter().map(move |it| (place, it)));
        for (use_of, owner) in uses.zip(named) {
            all[owner].uses.push(use_of);
        }
        all
    }
}

/// A fact that stands in a file of the tree.
#[derive(Debug)]
pub struct InFile<'a, T> {
    /// The file's place in the tree.
    pub file: usize,
    /// Its path.
    pub path: &'a [u8],
    /// What stands there.
    pub fact: &'a T,
}

impl<'a, T> InFile<'a, T> {
    pub(super) fn all(
        tree: &'a Tree,
        file: usize,
        facts: &'a [T],
    ) -> impl Iterator<Item = InFile<'a, T>> {
        let path = tree.path(file);
        let facts = facts.iter();
        facts.map(move |fact| InFile { file, path, fact })
    }

    /// A line of the file, as a location.
    pub fn location(&self, excerpt: &Excerpt, label: impl Into<Label>) -> Location {
        Location {
            place: Place::File(RepoPath::from(self.path)),
            excerpt: Some(excerpt.clone()),
            label: label.into(),
        }
    }

    /// The file's path as text, not escaped.
    pub fn path_text(&self) -> std::borrow::Cow<'a, str> {
        String::from_utf8_lossy(self.path)
    }
}

/// Files of the tree for which the same settings hold.
#[derive(Clone, Debug)]
pub enum FileGroup {
    /// All files of the tree: this many.
    All(usize),
    /// The files at these places of the tree, ascending.
    Some(Vec<usize>),
}

impl FileGroup {
    /// The files' places in the tree, ascending.
    pub fn iter(&self) -> Box<dyn Iterator<Item = usize> + '_> {
        match self {
            FileGroup::All(length) => Box::new(0..*length),
            FileGroup::Some(files) => Box::new(files.iter().copied()),
        }
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        match self {
            FileGroup::All(length) => *length,
            FileGroup::Some(files) => files.len(),
        }
    }

    /// Whether there is no file.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// An exception of the policy or an inline suppression, after all other rules ran.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExceptionUse {
    /// The rules that it speaks of, as written.
    pub rules: Vec<String>,
    /// The reason that it gives.
    pub reason: String,
    /// The last day on which it holds, if it ends.
    pub until: Option<Date>,
    /// Where it stands.
    pub location: Location,
    /// Whether it is a comment beside the place rather than a part of the policy.
    pub inline: bool,
    /// How many findings it accepted, or would have accepted had it not expired.
    pub matched: usize,
    /// Whether all its rules ran over their full scope, so that matching nothing means something.
    pub judged: bool,
    /// What is wrong with a suppression that cannot be read, and what to do; such a one holds nothing.
    pub problem: Option<(String, String)>,
}
