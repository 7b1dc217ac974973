//! Many findings of one rule in one file, told as one.

use std::collections::BTreeMap;

use super::Finding;
use super::fingerprint::Fingerprints;
use crate::facts::Location;
use crate::text::number;

/// As many findings that are called the same stand in a file one by one.
const MOST: usize = 5;

/// Puts one finding in place of many that are called the same: by rule, file and level. Each was decided
/// on by itself before, so that a suppression or a baseline takes single ones out.
pub(super) fn roll_up(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<_, Vec<Finding>> = BTreeMap::new();
    let mut told = Vec::new();
    for finding in findings {
        let what = finding.rolls_up.clone();
        match what.zip(finding.primary.path().cloned()) {
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
        let first = &group[0];
        let subject = path.to_string_lossy().into_owned();
        // What is to be done about all of them, or else beside each; and who owns all of them.
        let is_shared = group.iter().all(|finding| finding.help == first.help);
        let place = |finding: &Finding, label: &str| {
            let help = finding.help.as_deref().filter(|_| !is_shared);
            Location {
                label: help.unwrap_or(label).to_owned(),
                ..finding.primary.clone()
            }
        };
        let others = group.iter().skip(1).take(MOST - 1);
        let related = others.map(|finding| place(finding, &finding.message));
        let related = related.collect();
        let owns_all = |owner: &&String| group.iter().all(|finding| finding.owners.contains(owner));
        told.push(Finding {
            message: format!("{} {what}", number(group.len())),
            subject_kind: "file",
            primary: place(first, &first.primary.label),
            related,
            owners: first.owners.iter().filter(owns_all).cloned().collect(),
            help: first.help.clone().filter(|_| is_shared),
            fix: None,
            fingerprint: fingerprints.next(rule, &subject, &format!("{} {what}", level.name())),
            subject,
            stands_for: group.clone(),
            ..first.clone()
        });
    }
    told
}
