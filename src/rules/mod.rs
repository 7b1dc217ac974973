//! The rules: a folder a family, a file a rule, one list in [`registry`].
//!
//! A rule is a pure function of a subject, the [`View`] and its [`Settings`]; it reads no file, no
//! clock and no environment, and cannot fail. What it cannot know it skips. Levels, overrides,
//! suppressions and counting are none of its business.

mod activity;
mod approvals;
mod architecture;
mod changes;
mod codeowners;
mod debt;
mod declare;
mod delivery;
mod descriptors;
mod documentation;
mod dropped;
#[cfg(test)]
pub(crate) mod examples;
mod folders;
mod judge;
mod knowing;
pub(crate) mod lacking;
mod meant;
mod onboarding;
mod outcomes;
mod ownership;
mod policy;
mod prepared;
mod registry;
mod runbooks;
#[cfg(test)]
pub(crate) mod scripted_forge;
mod services;
mod staffing;
mod subject;
mod subjects;
mod teams;
#[cfg(test)]
mod testing;
mod verdict;
mod view;

use declare::declare_rule;

pub use activity::note_age;
pub use judge::{About, Draft, Judged, Scope, enabled, judge, judge_exceptions, needs};
pub use outcomes::{Holder, Outcome, Outcomes};
pub use registry::{RETIRED, all, find, ids, rulebook, specs};
pub use subject::{Entity, ExceptionUse, FileGroup, InFile, OwnerUse, PolicyFacts, RuleLine};
pub use verdict::{Edit, Fix, Verdict, Violation};
pub use view::{Side, View};

use crate::facts::{AlertInTree, CodeSuppression, DocumentInTree, Fault, Marker};
use crate::graph::ServiceId;
use crate::policy::{RuleSpec, Settings};

/// A lint: what it is called, what it judges, and the function that judges.
#[derive(Debug)]
pub struct Rule {
    /// Id, summary, levels and options: what a policy can speak of.
    pub spec: RuleSpec,
    /// How settled it is.
    pub status: Status,
    /// What has to be gathered before it can judge.
    pub needs: &'static [Need],
    /// Whether it judges an organization: outside of organization mode its findings are notes at most.
    pub organizational: bool,
    /// How its findings come to have several places; empty if each has one.
    pub places: &'static [Grouping],
    /// Its documentation in Markdown, under fixed headings.
    pub docs: &'static str,
    /// The function, by the kind of subject that it judges.
    pub check: Check,
    /// The source file that declares it.
    pub file: &'static str,
}

/// How a finding comes to have several places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// Violations in one file that have one cause are one finding. Each place needs an edit of its own, and so
    /// is a result of its own in machine formats. The text follows the number of places in the message.
    Edits(&'static str),
    /// As `Edits`, but the violation itself names the [cause](Violation::cause).
    EditsByCause,
    /// A violation has many places, which are one result in machine formats.
    Summary,
}

impl Rule {
    /// Returns the name of the cause that all its violations share, if they share one.
    pub fn cause(&self) -> Option<&'static str> {
        self.places.iter().find_map(|grouping| match grouping {
            Grouping::Edits(cause) => Some(*cause),
            Grouping::EditsByCause | Grouping::Summary => None,
        })
    }

    /// Whether it sums up what stands in many files, or compares the sums of both sides of a change.
    pub fn sums_up(&self) -> bool {
        matches!(self.check, Check::Files(_) | Check::Repository(_))
            || self.needs.contains(&Need::Comparison)
    }

    /// Whether it judges nothing without the history.
    pub fn needs_history(&self) -> bool {
        self.needs.contains(&Need::History)
    }

    /// Whether it judges nothing without both the history and the forge, of which each is enough.
    pub fn needs_either(&self) -> bool {
        self.needs.contains(&Need::PastOrForge)
    }

    /// Returns true if its findings depend on what people did lately, as far as commits show it.
    pub fn depends_on_activity(&self) -> bool {
        let of_activity = [Need::History, Need::Past, Need::PastOrForge];
        self.needs.iter().any(|need| of_activity.contains(need))
    }

    /// Whether it judges nothing without the forge.
    pub fn needs_forge(&self) -> bool {
        self.needs.contains(&Need::Forge)
    }

    /// Whether the changed files, the list of all and what the policy names are enough for it to judge a
    /// change: no document and no descriptor elsewhere can make a difference.
    pub fn judges_files_alone(&self) -> bool {
        let elsewhere = [Need::Documents, Need::Catalog, Need::Alerts];
        !self.needs.iter().any(|need| elsewhere.contains(need))
    }
}

/// The function of a rule, by the kind of subject that it judges.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// The repository as a whole.
    Repository(fn(&View<'_>, &Settings) -> Verdict),
    /// The ownership file in use; the rule does not apply where there is none.
    OwnershipFile(fn(&crate::codeowners::OwnershipFile, &View<'_>, &Settings) -> Verdict),
    /// Every ownership rule (pattern line) of the file in use.
    OwnershipRule(fn(RuleLine<'_>, &View<'_>, &Settings) -> Verdict),
    /// Every owner that the ownership file names, once.
    Owner(fn(&OwnerUse<'_>, &View<'_>, &Settings) -> Verdict),
    /// The files for which the same settings hold, as one group.
    Files(fn(&FileGroup, &View<'_>, &Settings) -> Verdict),
    /// Every tech-debt marker.
    Marker(fn(&InFile<'_, Marker>, &View<'_>, &Settings) -> Verdict),
    /// Every comment or attribute that silences a tool.
    CodeSuppression(fn(&InFile<'_, CodeSuppression>, &View<'_>, &Settings) -> Verdict),
    /// Every document.
    Document(fn(&InFile<'_, DocumentInTree>, &View<'_>, &Settings) -> Verdict),
    /// Every service that the repository declares.
    Service(fn(ServiceId, &View<'_>, &Settings) -> Verdict),
    /// Every service, system and domain that the repository declares.
    Entity(fn(Entity, &View<'_>, &Settings) -> Verdict),
    /// Every team that the repository declares, by its place in the directory.
    Team(fn(usize, &View<'_>, &Settings) -> Verdict),
    /// Every journey that the repository declares, by its place in the graph.
    Journey(fn(usize, &View<'_>, &Settings) -> Verdict),
    /// Everything that a descriptor says against its own format, and against others of its repository.
    Descriptor(fn(&Fault, &View<'_>, &Settings) -> Verdict),
    /// Every alert that a rule file declares.
    Alert(fn(&InFile<'_, AlertInTree>, &View<'_>, &Settings) -> Verdict),
    /// The policy file in use; the rule does not apply where there is none.
    Policy(fn(&View<'_>, &Settings) -> Verdict),
    /// Every exception and inline suppression, after all other rules ran.
    Exception(fn(&ExceptionUse, &View<'_>, &Settings) -> Verdict),
}

impl Check {
    /// The kind of subject that it judges, as reports and the rule reference call it.
    pub fn subject(self) -> &'static str {
        match self {
            Check::Repository(_) => "repository",
            Check::OwnershipFile(_) => "ownership-file",
            Check::OwnershipRule(_) => "ownership-rule",
            Check::Owner(_) => "owner",
            Check::Files(_) => "files",
            Check::Marker(_) => "marker",
            Check::CodeSuppression(_) => "code-suppression",
            Check::Document(_) => "document",
            Check::Service(_) => "service",
            Check::Entity(_) => "entity",
            Check::Team(_) => "team",
            Check::Journey(_) => "journey",
            Check::Descriptor(_) => "descriptor",
            Check::Alert(_) => "alert",
            Check::Policy(_) => "policy",
            Check::Exception(_) => "exception",
        }
    }
}

/// Something that has to be gathered before a rule can judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// The list of tracked files.
    Tree,
    /// The ownership file in use.
    OwnershipFile,
    /// A roster.
    Roster,
    /// The tech-debt markers in comments.
    Markers,
    /// The comments and attributes that silence a tool.
    CodeSuppressions,
    /// The documents: README and its like, runbooks, and those that the policy names.
    Documents,
    /// The descriptors: what services, teams, people and journeys there are.
    Catalog,
    /// The alerts that rule files declare.
    Alerts,
    /// The policy's own text.
    Policy,
    /// What the commits say.
    History,
    /// Since when the lines of markers stand.
    Ages,
    /// What the commits say, if they are read: without them the rule has less to say.
    Past,
    /// Where files went, if the commits are read.
    Departures,
    /// The forge: without it there is nothing to judge by.
    Forge,
    /// What the commits say, or the forge: without either there is nothing to judge by.
    PastOrForge,
    /// From the forge, if it is asked: what a change of the default branch needs.
    BranchRules,
    /// From the forge, if it is asked: what it says of the ownership file.
    OwnerErrors,
    /// From the forge, if it is asked: who is in an organization and its teams.
    Members,
    /// From the forge, if it is asked: pull requests and their reviews.
    Pulls,
    /// From the forge, if it is asked: deployments, releases and incidents.
    Deliveries,
    /// From the forge, if it is asked: the states of the issues that comments name.
    Issues,
    /// From the network, if it may be used: whether the links of runbooks lead anywhere.
    Links,
    /// Both sides of a change; without one the rule has less to say, or nothing.
    Comparison,
}

/// How settled a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// What it flags changes only with a major version.
    Stable,
    /// It may change.
    Preview,
    /// A measure worth seeing without a line to mend: an audit shows it, a check stays silent unless it is
    /// asked for by name.
    Advisory,
}
