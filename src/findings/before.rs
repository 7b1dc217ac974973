//! The ratchet: what stood before a change does not count after it.

use std::collections::BTreeMap;

use super::{Finding, Report};

/// The findings that stood before a change, as an account from which those after it take theirs.
#[derive(Debug, Default)]
pub(crate) struct Before {
    /// By fingerprint: the rule.
    left: BTreeMap<String, &'static str>,
    taken: usize,
}

impl Before {
    /// What a report of the base counts.
    pub(crate) fn of(report: &Report) -> Before {
        let counted = report.findings.iter();
        let counted = counted.flat_map(|finding| match &finding.stands_for[..] {
            [] => std::slice::from_ref(finding),
            many => many,
        });
        let left = counted.map(|finding| (finding.fingerprint.clone(), finding.rule));
        Before {
            left: left.collect(),
            taken: 0,
        }
    }

    /// Whether the finding stood before. Each that stood stands for one.
    pub(super) fn take(&mut self, finding: &Finding) -> bool {
        let stood = self.left.remove(&finding.fingerprint).is_some();
        self.taken += usize::from(stood);
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
