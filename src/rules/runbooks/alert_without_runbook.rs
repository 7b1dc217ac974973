//! `runbooks/alert-without-runbook`

use crate::facts::{AlertInTree, Annotation};
use crate::policy::{Level, Settings};
use crate::rules::documentation::broken_link::broken;
use crate::rules::{InFile, Verdict, View, Violation, declare_rule};

crate::options! {
    /// The options of `runbooks/alert-without-runbook`.
    pub(crate) struct AlertWithoutRunbook {
        /// The values of the label `severity` that wake somebody.
        severities("severities"): Vec<String> = ["page", "critical"].map(str::to_owned).to_vec(),
        /// How the names of annotations begin that lead to a runbook.
        annotations("annotations"): Vec<String> =
            ["runbook_url", "runbook", "playbook"].map(str::to_owned).to_vec(),
    }
}

declare_rule! {
    /// ## What it checks
    ///
    /// An alert that wakes somebody, by its label `severity`, has an annotation such as `runbook_url`. What
    /// this says must not lead nowhere: a relative path, or a URL of this repository on its forge, leads to
    /// a tracked file or folder; an anchor that no heading makes is a note at most. For alerts of severity
    /// `warning` all of it is a note at most. Alerts of any other severity, or of none, are not judged.
    ///
    /// Read are alerting rules for Prometheus, Mimir and Loki, in files of YAML (`.yaml`, `.yml`, `.rules`):
    /// as files of their own, in a `PrometheusRule` and its like, in a `ConfigMap`, and in the values of
    /// a chart. An annotation with a template in it is there, and leads where only the template knows; so
    /// does a URL of another host, of a tag or of another branch than the usual main ones. An alert that
    /// gives its runbook's URL in another annotation, such as its description, passes too.
    ///
    /// Not judged: files that are templates themselves, as those of Helm charts often are; charts within
    /// a chart; alerts in folders of examples and documentation (`examples`, `samples`, `docs`, `hack`
    /// and their like), in folders and files that the word `test` or its like names as tests, and what is
    /// vendored or generated.
    ///
    /// Source: kubernetes-mixin, whose alerts all have a `runbook_url`.
    ///
    /// ## Why it matters
    ///
    /// Whoever the alert wakes up knows least of all, and has least time to search.
    ///
    /// ## Example
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- alerts/disks.yaml --
    /// groups:
    ///   - name: disks
    ///     rules:
    ///       - alert: DiskFull
    ///         expr: disk_free_bytes < 1e9
    ///         labels:
    ///           severity: critical
    ///         annotations:
    ///           summary: "{{ $labels.device }} is full"
    /// ```
    ///
    /// ## Instead
    ///
    /// ```text
    /// -- CODEOWNERS --
    /// * @ann
    /// -- alerts/disks.yaml --
    /// groups:
    ///   - name: disks
    ///     rules:
    ///       - alert: DiskFull
    ///         expr: disk_free_bytes < 1e9
    ///         labels:
    ///           severity: critical
    ///         annotations:
    ///           summary: "{{ $labels.device }} is full"
    ///           runbook_url: https://wiki.example.com/disk-full
    /// ```
    ///
    /// ## Options
    ///
    /// - `severities`: the values of the label `severity` that wake somebody, in any case of letters.
    ///   Default: `["page","critical"]`.
    /// - `annotations`: how the names of annotations begin that lead to a runbook, in any case of letters.
    ///   Default: `["runbook_url","runbook","playbook"]`.
    ///
    /// ## Needs
    ///
    /// The alerts in tracked files, and the tracked files.
    id: "runbooks/alert-without-runbook",
    summary: "an alert that wakes somebody has no runbook",
    level: Warning, strict: Warning,
    status: Stable,
    organizational: true,
    needs: [Tree, Alerts],
    options: AlertWithoutRunbook,
    check: Alert(check),
    places: [Edits("alerts without runbook")],
}

/// What people write in place of a runbook that nobody wrote yet.
const PLACEHOLDERS: [&str; 8] = ["", "-", "?", "n/a", "none", "null", "tbd", "todo"];

/// How much of an annotation is searched for a runbook, in bytes.
const MOST_SEARCHED: usize = 4096;

fn check(alert: &InFile<'_, AlertInTree>, view: &View<'_>, settings: &Settings) -> Verdict {
    let options = settings.options::<AlertWithoutRunbook>();
    let fact = alert.fact;
    let severity = fact.alert.label("severity").unwrap_or_default().trim();
    let is = |other: &str| severity.eq_ignore_ascii_case(other);
    let at_most = if options.severities.iter().any(|paging| is(paging)) {
        Level::Error
    } else if is("warning") {
        Level::Note
    } else {
        return Verdict::NotApplicable;
    };
    let runbooks = fact
        .annotations()
        .filter(|(annotation, _)| is_runbook(annotation, &options.annotations));
    let (written, empty): (Vec<_>, Vec<_>) =
        runbooks.partition(|(annotation, _)| !is_placeholder(&annotation.value));
    let name = &fact.alert.name;
    let violation = match written.first() {
        None => {
            if fact.alert.annotations.iter().any(|it| mentions(&it.value)) {
                return Verdict::Pass;
            }
            let place = match empty.first() {
                Some((annotation, _)) => alert.location(&annotation.excerpt, "says nothing yet"),
                None => alert.location(&fact.alert.excerpt, "nothing says what to do"),
            };
            let annotation = options
                .annotations
                .first()
                .map_or("runbook_url", String::as_str);
            Violation::new(place, format!("alert `{name}` has no runbook")).help(format!(
                "write where it is into the annotation `{annotation}`"
            ))
        }
        Some((annotation, _)) => {
            // One that leads somewhere will do.
            let all = written.iter();
            let all = all.map(|(it, target)| broken(&it.value, target, alert.path));
            let all: Option<Vec<_>> = all.collect();
            let Some(broken) = all.and_then(|all| all.into_iter().next()) else {
                return Verdict::Pass;
            };
            let violation = Violation::new(
                alert.location(&annotation.excerpt, broken.label),
                format!("the runbook of alert `{name}` {}", broken.what),
            )
            .at_most(broken.at_most);
            match broken.help {
                Some(help) => violation.help(help),
                None => violation,
            }
        }
    };
    let at_most = violation
        .at_most
        .map_or(at_most, |level| level.min(at_most));
    violation
        .owners(view.owners_of(alert.file))
        .at_most(at_most)
        .key(format!("{}/{name}", fact.alert.group))
        .into()
}

fn is_runbook(annotation: &Annotation, beginnings: &[String]) -> bool {
    let begins = |beginning: &String| {
        let start = annotation.name.get(..beginning.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(beginning))
    };
    beginnings.iter().any(begins)
}

fn is_placeholder(value: &str) -> bool {
    let value = value.trim();
    PLACEHOLDERS
        .iter()
        .any(|placeholder| value.eq_ignore_ascii_case(placeholder))
}

/// Whether a text gives the URL of a runbook.
fn mentions(value: &str) -> bool {
    let end = (0..=value.len().min(MOST_SEARCHED))
        .rev()
        .find(|&end| value.is_char_boundary(end));
    let value = value[..end.unwrap_or(0)].to_ascii_lowercase();
    value.contains("://") && ["runbook", "playbook"].iter().any(|it| value.contains(it))
}
