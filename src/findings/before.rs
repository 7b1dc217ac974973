//! The ratchet: what stood before a change does not count after it.

use std::collections::BTreeMap;

use super::{Finding, Report};

/// The findings that stood before a change, as an account from which those after it take theirs.
///
/// Each is known by what it is called after the change and by [others](Names).
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// By fingerprint after the change: the rule.
    left: BTreeMap<String, &'static str>,
    names: Names,
    taken: usize,
}

/// By fingerprints that findings of the base have, where these are others than what they are called after
/// the change: that one.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// As they were called before: a line may speak of a place from which all files went, and stay.
    pub(super) as_it_was: BTreeMap<String, String>,
    /// In the file that went elsewhere, with the same words: a comment may speak of a place from which all
    /// files went, and stay.
    pub(super) in_its_file: BTreeMap<String, String>,
}

impl Before {
    /// What a report of the base counts, by its names.
    pub(crate) fn of(report: &Report, names: Names) -> Before {
        let counted = report.findings.iter().flat_map(Finding::results);
        let left = counted.map(|finding| (finding.fingerprint.clone(), finding.rule));
        Before {
            left: left.collect(),
            names,
            taken: 0,
        }
    }

    /// Which of these findings of one rule stood before. Each that stood stands for one: for the one that
    /// is called as it was, if there is one.
    pub(super) fn take(&mut self, findings: &[Finding]) -> Vec<bool> {
        let mut stood = vec![false; findings.len()];
        let names = [
            Some(&self.names.as_it_was),
            None,
            Some(&self.names.in_its_file),
        ];
        for names in names {
            for (finding, stood) in findings.iter().zip(&mut stood) {
                let print = &finding.fingerprint;
                let print = names.map_or(Some(print), |names| names.get(print));
                if !*stood && print.is_some_and(|print| self.left.remove(print).is_some()) {
                    *stood = true;
                    self.taken += 1;
                }
            }
        }
        stood
    }

    /// How many still stand.
    pub(crate) fn standing(&self) -> usize {
        self.taken
    }

    /// Of the rules that judged, how many findings are gone.
    pub(crate) fn mended(&self, has_run: impl Fn(&str) -> bool) -> BTreeMap<&'static str, usize> {
        let mut mended = BTreeMap::new();
        for &rule in self.left.values().filter(|rule| has_run(rule)) {
            *mended.entry(rule).or_default() += 1;
        }
        mended
    }
}
