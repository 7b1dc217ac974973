//! `runbooks/incomplete`

use crate::facts::{DocumentInTree, Gap, GapKind, Heading, Location, Role, SectionBody};
use crate::policy::Settings;
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};
use crate::text::{RepoPath, list};

crate::options! {
    /// The options of `runbooks/incomplete`.
    pub(crate) struct Incomplete {
        /// The sections that every runbook has.
        sections("sections"): Vec<String> =
            ["Meaning", "Impact", "Diagnosis", "Mitigation"].map(str::to_owned).to_vec(),
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// A runbook, which is a document under `[documents] runbooks` of the policy (folders named `runbooks`
    /// or `runbook` if it does not say), has the sections *Meaning*, *Impact*, *Diagnosis* and
    /// *Mitigation*, or sections whose headings are known to mean the same, such as *Overview*,
    /// *Consequences*, *Troubleshooting* and *Resolution*. A section that is empty or says no more than
    /// `TBD` is missing. README files, indexes and templates are no runbooks.
    ///
    /// Source: the runbooks of the Prometheus Operator, of which 105 of 109 have all four.
    ///
    /// ## Why it matters
    ///
    /// Whoever is woken up asks what it means, how bad it is, what the cause is and what to do, in this
    /// order.
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
    /// TBD
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
    /// `df` shows which one.
    ///
    /// Mitigation
    /// ----------
    /// Delete old logs.
    /// ```
    ///
    /// ## Options
    ///
    /// - `sections`: the sections that every runbook has, by name. For the four above, other usual names
    ///   are known; another section is found by its name within a heading.
    ///   Default: `["Meaning","Impact","Diagnosis","Mitigation"]`.
    ///
    /// ## Needs
    ///
    /// The runbooks.
    id: "runbooks/incomplete",
    summary: "a runbook lacks a section",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Documents],
    options: Incomplete,
    check: Document(check),
}

/// Words in headings that mean the same as a section's name.
const SYNONYMS: [(&str, &[&str]); 4] = [
    (
        "meaning",
        &[
            "meaning",
            "means",
            "mean",
            "description",
            "summary",
            "overview",
            "about",
            "background",
            "context",
            "symptom",
            "symptoms",
            "what",
            "problem",
            "introduction",
        ],
    ),
    (
        "impact",
        &[
            "impact",
            "impacts",
            "severity",
            "consequence",
            "consequences",
            "effect",
            "effects",
            "risk",
        ],
    ),
    (
        "diagnosis",
        &[
            "diagnosis",
            "diagnose",
            "diagnosing",
            "diagnostics",
            "diagnostic",
            "investigation",
            "investigate",
            "investigating",
            "triage",
            "debug",
            "debugging",
            "troubleshoot",
            "troubleshooting",
            "cause",
            "causes",
            "verify",
            "verification",
            "check",
            "checks",
            "analysis",
            "identify",
            "detection",
        ],
    ),
    (
        "mitigation",
        &[
            "mitigation",
            "mitigations",
            "mitigate",
            "mitigating",
            "remediation",
            "remediate",
            "resolution",
            "resolve",
            "resolving",
            "solution",
            "solutions",
            "fix",
            "fixes",
            "fixing",
            "recovery",
            "recover",
            "recovering",
            "action",
            "actions",
            "steps",
            "procedure",
            "response",
            "rollback",
            "workaround",
            "workarounds",
            "repair",
            "restore",
            "troubleshooting",
        ],
    ),
];

fn check(document: &InFile<'_, DocumentInTree>, view: &View<'_>, settings: &Settings) -> Verdict {
    let Some(content) = document.fact.content.document.as_ref() else {
        return Verdict::NotApplicable;
    };
    if document.fact.role != Role::Runbook || !super::is_runbook(document.path) {
        return Verdict::NotApplicable;
    }
    if content.cut {
        let reason = "it has more headings than are kept of one document";
        let gap = Gap::new(GapKind::TooLarge, reason);
        return Verdict::Skip(gap.at(RepoPath::from(document.path)));
    }
    let sections = &settings.options::<Incomplete>().sections;
    let missing: Vec<String> = sections
        .iter()
        .filter(|section| !content.headings.iter().any(|heading| is(heading, section)))
        .map(|section| format!("*{section}*"))
        .collect();
    if missing.is_empty() {
        return Verdict::Pass;
    }
    let primary = match content.headings.first() {
        Some(title) => document.location(&title.excerpt, "this runbook"),
        None => Location::file(RepoPath::from(document.path), "this runbook"),
    };
    let related = content.headings.iter().filter(|heading| {
        let is_meant = |section: &String| is_named(heading, section);
        heading.body != SectionBody::Text && sections.iter().any(is_meant)
    });
    let related = related.map(|heading| document.location(&heading.excerpt, "says nothing yet"));
    let violation = Violation::new(primary, format!("the runbook lacks {}", list(&missing, 0)));
    Violation {
        related: related.collect(),
        ..violation
    }
    .owners(view.owners_of(document.file))
    .help("give each a heading, and write below it what helps whoever is on call")
    .key("sections")
    .into()
}

/// Whether a section of this name is there and says something.
fn is(heading: &Heading, section: &str) -> bool {
    heading.body == SectionBody::Text && is_named(heading, section)
}

fn is_named(heading: &Heading, section: &str) -> bool {
    let text = heading.text.to_lowercase();
    let section = section.to_lowercase();
    let known = SYNONYMS.iter().find(|(name, _)| *name == section);
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    match known {
        Some((_, synonyms)) => words.any(|word| synonyms.contains(&word)),
        None => text.contains(&section),
    }
}
