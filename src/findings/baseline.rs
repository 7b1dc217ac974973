//! Findings accepted by their fingerprints: what stood when the linter came.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::fingerprint::normalized;
use super::{Acceptance, Finding, Report};
use crate::facts::Tree;
use crate::text;

/// The version of the file's format.
const VERSION: u32 = 1;

/// Findings that are accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    schema_version: u32,
    findings: Vec<Entry>,
}

/// One accepted finding: the fingerprint decides, the rest is for people and for moved files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    fingerprint: String,
    rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    text: String,
}

/// Why a baseline cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// It is not JSON of this form.
    #[error("it is no baseline: {0}")]
    Malformed(String),
    /// A later version wrote it.
    #[error("it has format {0}, and this version reads format {VERSION}")]
    Version(u32),
}

impl Baseline {
    /// The baseline of all that a report counts, and of what a former baseline already held.
    pub fn of(report: &Report) -> Baseline {
        let held = report
            .accepted
            .iter()
            .filter(|accepted| accepted.by == Acceptance::Baseline);
        let held = held.map(|accepted| &accepted.finding);
        let counted = report.findings.iter().flat_map(Finding::results);
        Baseline {
            schema_version: VERSION,
            findings: counted.chain(held).map(Entry::of).collect(),
        }
    }

    /// How many findings it holds.
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The baseline as an account from which findings take their entries; `tree` tells which files
    /// are gone.
    pub(crate) fn unused(&self, tree: &Tree) -> Unused {
        Unused::new(self, tree)
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// The text is not JSON of this form, or of a later format.
    pub fn read(text: &[u8]) -> Result<Baseline, BaselineError> {
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let malformed = |error: serde_json::Error| BaselineError::Malformed(error.to_string());
        let Version { schema_version } = serde_json::from_slice(text).map_err(malformed)?;
        if schema_version != VERSION {
            return Err(BaselineError::Version(schema_version));
        }
        serde_json::from_slice(text).map_err(malformed)
    }

    /// Writes it, one finding a line, sorted, so that a diff of two of them can be read.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut entries: Vec<&Entry> = self.findings.iter().collect();
        entries.sort_by(|a, b| {
            (&a.rule, &a.text, &a.fingerprint).cmp(&(&b.rule, &b.text, &b.fingerprint))
        });
        writeln!(
            out,
            "{{\n  \"schema_version\": {VERSION},\n  \"findings\": ["
        )?;
        for (index, entry) in entries.iter().enumerate() {
            let comma = if index + 1 < entries.len() { "," } else { "" };
            // People look at it, too, and its diffs.
            let entry = serde_json::to_string(entry)?;
            writeln!(out, "    {}{comma}", text::json(&entry))?;
        }
        writeln!(out, "  ]\n}}")
    }
}

impl Entry {
    fn of(finding: &Finding) -> Entry {
        Entry {
            fingerprint: finding.fingerprint.clone(),
            rule: finding.rule.to_owned(),
            path: finding
                .primary
                .path()
                .map(|path| path.to_string_lossy().into_owned()),
            text: text_of(finding),
        }
    }
}

/// What a finding says, without differences of white space.
fn text_of(finding: &Finding) -> String {
    normalized(&finding.message)
}

/// The entries of a baseline that no finding has used yet.
#[derive(Debug, Default)]
pub(crate) struct Unused {
    /// By fingerprint: rule and text of an entry.
    entries: BTreeMap<String, (String, String)>,
    /// By rule and text: the fingerprints of entries whose file is gone.
    moved: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Unused {
    fn new(baseline: &Baseline, tree: &Tree) -> Unused {
        let mut unused = Unused::default();
        for entry in &baseline.findings {
            let key = (entry.rule.clone(), entry.text.clone());
            let fingerprint = entry.fingerprint.clone();
            let gone = |path: &String| tree.find(path.as_bytes()).is_none();
            if entry.path.as_ref().is_some_and(gone) {
                let moved = unused.moved.entry(key.clone()).or_default();
                moved.insert(fingerprint.clone());
            }
            unused.entries.insert(fingerprint, key);
        }
        unused
    }

    /// Whether the baseline has this finding. Each entry accepts one.
    pub(super) fn take(&mut self, finding: &Finding) -> bool {
        if let Some(key) = self.entries.remove(&finding.fingerprint) {
            if let Some(moved) = self.moved.get_mut(&key) {
                moved.remove(&finding.fingerprint);
            }
            return true;
        }
        let key = (finding.rule.to_owned(), text_of(finding));
        let moved = self.moved.get_mut(&key).and_then(BTreeSet::pop_first);
        moved.is_some_and(|fingerprint| self.entries.remove(&fingerprint).is_some())
    }
}
