//! Who does how much of the work on some files.
//!
//! Source: Bird, Nagappan, Murphy, Gall and Devanbu, *Don't Touch My Code!*, FSE 2011: the *ownership* of a
//! component is the share of its commits that the one with most of them wrote, *minor* contributors wrote
//! less than 5 % of them each, *major* ones at least that. Many minor contributors went with more failures
//! there; later studies found the link weak outside of Microsoft (MSR-TR-2010-140), so that this is told, and
//! nothing is judged by it.

use std::collections::BTreeMap;

use super::knowledge::Knowledge;

/// Less than this share, in percent, is that of a minor contributor.
const MINOR: usize = 5;

/// Who did how much.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Who did anything, with how much; whoever did most first, of equal ones by place.
    pub people: Vec<(u32, usize)>,
    /// How much all did.
    pub total: usize,
}

impl Shares {
    /// Of all time: how often people added or changed these files, each with the knowledge of its
    /// repository. A commit counts once for each file, where the paper counts it once.
    pub fn of_changes<'k>(files: impl IntoIterator<Item = (&'k Knowledge, usize)>) -> Shares {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for (knowledge, file) in files {
            for expert in knowledge.experts(file) {
                let changes = expert.changes as usize + usize::from(expert.created);
                *counts.entry(expert.who).or_default() += changes;
            }
        }
        Shares::new(counts)
    }

    /// Of commits: each is given by who wrote it. This is the paper's measure.
    pub fn of_commits(commits: impl IntoIterator<Item = u32>) -> Shares {
        let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
        for who in commits {
            *counts.entry(who).or_default() += 1;
        }
        Shares::new(counts)
    }

    fn new(counts: BTreeMap<u32, usize>) -> Shares {
        let mut people: Vec<(u32, usize)> = counts.into_iter().filter(|it| it.1 > 0).collect();
        people.sort_by_key(|&(who, count)| (std::cmp::Reverse(count), who));
        Shares {
            total: people.iter().map(|it| it.1).sum(),
            people,
        }
    }

    /// The share of whoever did most; none where nobody did anything.
    pub fn ownership(&self) -> Option<f64> {
        let &(_, most) = self.people.first()?;
        #[expect(
            clippy::cast_precision_loss,
            reason = "there are fewer commits than numbers that are exact"
        )]
        let share = most as f64 / self.total as f64;
        Some(share)
    }

    /// How many did at least 5 % each.
    pub fn major(&self) -> usize {
        let mut people = self.people.iter();
        people
            .position(|&(_, count)| count * 100 < self.total * MINOR)
            .unwrap_or(self.people.len())
    }

    /// How many did less than 5 % each.
    pub fn minor(&self) -> usize {
        self.people.len() - self.major()
    }
}

#[cfg(test)]
mod tests {
    use super::super::knowledge::tests::knowledge;
    use super::*;

    #[test]
    fn five_percent_are_major_and_less_is_minor() {
        let mut commits = vec![1; 14];
        commits.extend([2; 4]);
        commits.extend([3, 4]);
        // One of 20 is 5 %.
        let shares = Shares::of_commits(commits.iter().copied());
        assert_eq!(shares.people, [(1, 14), (2, 4), (3, 1), (4, 1)]);
        assert_eq!((shares.major(), shares.minor()), (4, 0));
        assert_eq!(shares.ownership(), Some(0.7));
        commits.push(2);
        let shares = Shares::of_commits(commits);
        assert_eq!((shares.major(), shares.minor()), (2, 2));
        let nothing = Shares::of_commits([]);
        assert_eq!((nothing.major(), nothing.minor()), (0, 0));
        assert_eq!(nothing.ownership(), None);
    }

    #[test]
    fn adding_a_file_is_work_too() {
        let (knowledge, committers) = knowledge(&["a.rs", "b.md"], "ann: a.rs b.md\nbob: a.rs");
        let shares = Shares::of_changes([(&knowledge, 0), (&knowledge, 1)]);
        let people = shares.people.iter();
        let people: Vec<_> = people
            .map(|&(who, count)| (&*committers.at(who).label, count))
            .collect();
        assert_eq!(people, [("ann", 2), ("bob", 1)]);
    }
}
