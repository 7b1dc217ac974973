//! `runbooks/broken-link`

use crate::facts::{DocumentInTree, Role};
use crate::policy::{NoOptions, Settings};
use crate::rules::documentation::broken_link::broken_links;
use crate::rules::{InFile, Verdict, View, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// Relative links in runbooks, which are the documents under `[documents] runbooks` of the policy
    /// (folders named `runbooks` or `runbook` if it does not say), lead to a tracked file or folder, and
    /// their anchors to a heading; a broken anchor is a note at most. What is not judged is the same as
    /// for `documentation/broken-link`, which judges a README among the runbooks.
    ///
    /// ## Why it matters
    ///
    /// A runbook is read when something is down. That is no time to search for what it meant.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// -- runbooks/disk-full.md --
    /// Disk full
    /// =========
    ///
    /// Meaning
    /// -------
    /// A disk is full.
    ///
    /// Impact
    /// ------
    /// Writes fail.
    ///
    /// Diagnosis
    /// ---------
    /// See [disks](disks.md).
    ///
    /// Mitigation
    /// ----------
    /// Delete old logs.
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// -- docs/disks.md --
    /// -- runbooks/disk-full.md --
    /// Disk full
    /// =========
    ///
    /// Meaning
    /// -------
    /// A disk is full.
    ///
    /// Impact
    /// ------
    /// Writes fail.
    ///
    /// Diagnosis
    /// ---------
    /// See [disks](../docs/disks.md).
    ///
    /// Mitigation
    /// ----------
    /// Delete old logs.
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The runbooks, and the tracked files.
    id: "runbooks/broken-link",
    summary: "a link in a runbook leads nowhere",
    level: Warning, strict: Error,
    status: Stable,
    organizational: false,
    needs: [Tree, Documents],
    options: NoOptions,
    check: Document(check),
    roll_up: "links lead nowhere",
}

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, _: &Settings) -> Verdict {
    match document.fact.role {
        Role::Runbook => broken_links(document, view),
        Role::Overview | Role::Named | Role::Onboarding | Role::Target => Verdict::NotApplicable,
    }
}
