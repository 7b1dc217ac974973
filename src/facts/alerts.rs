//! Alerts of Prometheus rule files.

use super::Gap;
use crate::text::Excerpt;

/// What a file of alerts says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlertFile {
    /// The alerts, in order.
    pub alerts: Vec<Alert>,
    /// Why it was not evaluated, if it was not.
    pub gap: Option<Gap>,
}

/// An alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// Its name.
    pub name: String,
    /// The label `severity`.
    pub severity: Option<String>,
    /// The runbook that it names, and where.
    pub runbook: Option<(String, Excerpt)>,
    /// The line that names it, with the name marked.
    pub excerpt: Excerpt,
}
