//! Many findings of one rule in one file, told as one.

use std::collections::BTreeMap;

use super::Finding;
use super::fingerprint::Fingerprints;
use crate::facts::Location;
use crate::rules;
use crate::text::number;

/// As many findings of a rule that rolls up stand in a file one by one.
const MOST: usize = 5;

/// Puts one finding in place of many, where their rule says that it rolls up: by rule, file and level.
/// Each was decided on by itself before, so that a suppression or a baseline takes single ones out.
pub(super) fn roll_up(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<_, Vec<Finding>> = BTreeMap::new();
    let mut told = Vec::new();
    for finding in findings {
        let rolls_up = rules::find(finding.rule).and_then(|rule| rule.roll_up);
        match rolls_up.zip(finding.primary.path().cloned()) {
            Some((what, path)) => groups
                .entry((finding.rule, path, finding.level, what))
                .or_default()
                .push(finding),
            None => told.push(finding),
        }
    }
    let mut fingerprints = Fingerprints::default();
    for ((rule, path, level, what), group) in groups {
        if group.len() <= MOST {
            told.extend(group);
            continue;
        }
        let others = group.iter().skip(1).take(MOST - 1);
        let related = others.map(|finding| Location {
            label: finding.message.clone(),
            ..finding.primary.clone()
        });
        let related = related.collect();
        let subject = path.to_string_lossy().into_owned();
        told.push(Finding {
            message: format!("{} {what}", number(group.len())),
            subject_kind: "file",
            related,
            fix: None,
            fingerprint: fingerprints.next(rule, &subject, level.name()),
            subject,
            stands_for: group.clone(),
            ..group[0].clone()
        });
    }
    told
}
