//! The places of a finding: one cause is one finding, with all its places.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Finding;
use super::fingerprint::Fingerprints;
use crate::facts::Location;
use crate::text::number;

/// Where a finding is, if it is in more than one place.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Places {
    /// At its primary location alone.
    #[default]
    One,
    /// Each place needs an edit of its own: in machine formats each is a result, with its own message, help,
    /// fix and fingerprint.
    Edits(Vec<Finding>),
    /// All places are one result in machine formats. The excerpts share their text with what was read.
    Summary(Vec<Location>),
}

impl Finding {
    /// Returns the findings that machine formats write as results, and that suppressions and baselines
    /// accept one by one: itself, or one for each place that needs an edit.
    pub fn results(&self) -> &[Finding] {
        match &self.places {
            Places::Edits(all) => all,
            Places::One | Places::Summary(_) => std::slice::from_ref(self),
        }
    }

    /// Returns all places, in the order in which they are shown.
    pub fn locations(&self) -> Box<dyn ExactSizeIterator<Item = &Location> + '_> {
        match &self.places {
            Places::One => Box::new(std::iter::once(&self.primary)),
            Places::Edits(all) => Box::new(all.iter().map(|single| &single.primary)),
            Places::Summary(all) => Box::new(all.iter()),
        }
    }

    /// Returns the places that a summary has beside its primary location.
    pub fn other_places(&self) -> &[Location] {
        let Places::Summary(all) = &self.places else {
            return &[];
        };
        match all.split_first() {
            Some((first, others)) if first.order() == self.primary.order() => others,
            _ => all,
        }
    }
}

/// A finding that may be one of several places of one cause.
#[derive(Debug)]
pub(super) struct Candidate {
    /// The cause, as it follows the number of places in a message; none if the finding stays alone.
    pub(super) cause: Option<Cow<'static, str>>,
    /// The finding at one place.
    pub(super) finding: Finding,
}

/// Up to so many findings of one cause in one file stay findings of their own.
const MOST_ALONE: usize = 5;

/// Makes one finding of all that have rule, file, level and cause in common. Each was decided on before, so
/// that a suppression or a baseline takes single places out.
pub(super) fn group(candidates: Vec<Candidate>) -> Vec<Finding> {
    let mut groups: BTreeMap<_, Vec<Finding>> = BTreeMap::new();
    let mut findings = Vec::new();
    for Candidate { cause, finding } in candidates {
        match cause.zip(finding.primary.path().cloned()) {
            Some((cause, path)) => groups
                .entry((finding.rule, path, finding.level, cause))
                .or_default()
                .push(finding),
            None => findings.push(finding),
        }
    }
    let mut fingerprints = Fingerprints::default();
    for ((rule, path, level, cause), group) in groups {
        if group.len() <= MOST_ALONE {
            findings.extend(group);
            continue;
        }
        let subject = path.to_string_lossy().into_owned();
        let first = &group[0];
        // What is to be done about all of them, and who owns all of them.
        let is_shared = group.iter().all(|finding| finding.help == first.help);
        let owns_all = |owner: &&String| group.iter().all(|finding| finding.owners.contains(owner));
        findings.push(Finding {
            rule,
            level,
            message: format!("{} {cause}", number(group.len())),
            subject_kind: "file",
            services: first.services.clone(),
            primary: first.primary.clone(),
            related: Vec::new(),
            owners: first.owners.iter().filter(owns_all).cloned().collect(),
            more_owners: false,
            help: first.help.clone().filter(|_| is_shared),
            fix: None,
            origin: first.origin.clone(),
            fingerprint: fingerprints.next(rule, &subject, &format!("{} {cause}", level.name())),
            subject,
            places: Places::Edits(group),
        });
    }
    findings
}
