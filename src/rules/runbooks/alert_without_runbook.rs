//! `runbooks/alert-without-runbook`

use crate::facts::{Alert, AlertsInTree, LinkTarget};
use crate::policy::{Level, NoOptions, Settings};
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

declare_rule! {
    /// ## What it checks
    ///
    /// A Prometheus alert of the severity `page` or `critical` names its runbook in the annotation
    /// `runbook_url`; one of the severity `warning` too, but that is a note at most. A runbook that is a
    /// path, or a page of this repository on the forge, leads to a tracked file. Other URLs are taken at
    /// their word.
    ///
    /// Rule files are read wherever they are, also inside of Kubernetes objects. Files with templates are
    /// not evaluated, and neither are those of vendored folders.
    ///
    /// Source: kubernetes-mixin, whose tests require `runbook_url`.
    ///
    /// ## Why it matters
    ///
    /// An alert wakes somebody up. Without a runbook they start from nothing.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// -- alerts.yaml --
    /// groups:
    ///   - name: disks
    ///     rules:
    ///       - alert: DiskFull
    ///         expr: disk_free == 0
    ///         labels:
    ///           severity: critical
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- README.md --
    /// -- alerts.yaml --
    /// groups:
    ///   - name: disks
    ///     rules:
    ///       - alert: DiskFull
    ///         expr: disk_free == 0
    ///         labels:
    ///           severity: critical
    ///         annotations:
    ///           runbook_url: https://runbooks.example.com/disk-full
    /// ```
    ///
    /// ## Options
    ///
    /// None.
    ///
    /// ## Needs
    ///
    /// The alerts.
    id: "runbooks/alert-without-runbook",
    summary: "an alert that wakes somebody up names no runbook",
    level: Warning, strict: Error,
    status: Stable,
    organizational: true,
    needs: [Tree, Alerts],
    options: NoOptions,
    check: Alerts(check),
    roll_up: "alerts of the file have no runbook that is there",
}

fn check(file: &InFile<'_, AlertsInTree>, view: &View<'_>, _: &Settings) -> Verdict {
    let Some(content) = file.fact.content.alerts.as_ref() else {
        return Verdict::NotApplicable;
    };
    if let Some(gap) = &content.gap {
        return Verdict::Skip(gap.clone());
    }
    let alerts = content.alerts.iter().zip(&file.fact.runbooks);
    let violations = alerts.filter_map(|(alert, runbook)| {
        let violation = violation(file, alert, runbook.as_ref())?;
        Some(violation.at_most(level(alert)?).owners(view.owners_of(file.file)))
    });
    violations.collect::<Vec<_>>().into()
}

/// How bad it is at most if an alert has no runbook; none if it needs none.
fn level(alert: &Alert) -> Option<Level> {
    match alert.severity.as_deref()?.to_ascii_lowercase().as_str() {
        "page" | "critical" => Some(Level::Error),
        "warning" => Some(Level::Note),
        _ => None,
    }
}

fn violation(
    file: &InFile<'_, AlertsInTree>,
    alert: &Alert,
    runbook: Option<&LinkTarget>,
) -> Option<Violation> {
    let name = &alert.name;
    let severity = alert.severity.as_deref().unwrap_or_default();
    let violation = match (&alert.runbook, runbook) {
        (None, _) => Violation::new(
            file.location(&alert.excerpt, "no runbook"),
            format!("alert `{name}` of severity `{severity}` names no runbook"),
        )
        .help("name it in the annotation `runbook_url`"),
        (Some((url, excerpt)), Some(LinkTarget::Missing { path, .. })) => Violation::new(
            file.location(excerpt, "leads nowhere"),
            format!("the runbook of alert `{name}` is not there: `{url}`"),
        )
        .help(format!("there is no `{}`", path.to_string_lossy())),
        _ => return None,
    };
    Some(violation.key(name.clone()))
}
