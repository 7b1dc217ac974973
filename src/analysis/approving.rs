//! How much people approve, over all repositories of a run: of the pull requests that were merged of late, who
//! approved how many, and how many asked which owner.
//!
//! Whoever approves does so with the same hours, whichever repository it is in and whichever of their teams it
//! was that was asked. So approvals are those of people, and those of a team are those of all its people.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Measures;
use crate::graph::Actor;

/// What was worked out, by the number of days.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<BTreeMap<u32, Arc<Approving>>>);

/// How much people approved in the last days.
#[derive(Debug, Default)]
pub struct Approving {
    /// How many merged pull requests somebody approved.
    pub pulls: usize,
    /// By repository: whether all that happened in these days is known.
    known: Vec<bool>,
    by_person: BTreeMap<Actor, usize>,
    /// By owner: how many pull requests ask it, by repository.
    asked: BTreeMap<Actor, BTreeMap<usize, usize>>,
}

impl Approving {
    fn of(measures: &Measures<'_>, days: u32) -> Approving {
        let start = measures.days_ago(days);
        let mut sum = Approving::default();
        for place in 0..measures.graph.members().len() {
            let reviews = measures.reviews(place).filter(|it| it.since <= start);
            sum.known.push(reviews.is_some());
            let Some(reviews) = reviews else { continue };
            let approvals = reviews.approvals(start);
            sum.pulls += approvals.pulls;
            for (person, count) in approvals.by_person {
                *sum.by_person.entry(person).or_default() += count;
            }
            for (owner, pulls) in reviews.asked(start) {
                let by_place = sum.asked.entry(owner.clone()).or_default();
                by_place.insert(place, pulls);
            }
        }
        sum
    }

    /// Whether all that happened in the repository at this place is known.
    pub fn knows(&self, place: usize) -> bool {
        self.known.get(place).copied().unwrap_or_default()
    }

    /// How many approvals these people gave.
    pub fn by(&self, people: &[Actor]) -> usize {
        let counts = people
            .iter()
            .filter_map(|person| self.by_person.get(person));
        counts.sum()
    }

    /// How many pull requests ask an owner.
    pub fn asked(&self, owner: &Actor) -> usize {
        let by_place = self.asked.get(owner).into_iter().flatten();
        by_place.map(|(_, pulls)| pulls).sum()
    }

    /// Where most pull requests ask an owner: the first place of those in which as many do.
    pub fn most_asked_at(&self, owner: &Actor) -> Option<usize> {
        let by_place = self.asked.get(owner)?.iter().rev();
        by_place
            .max_by_key(|&(_, pulls)| pulls)
            .map(|(&place, _)| place)
    }
}

impl Measures<'_> {
    /// How much people approved in the last days.
    pub fn approving(&self, days: u32) -> Arc<Approving> {
        let known = || {
            self.approving
                .0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(&days).cloned();
        // Nobody waits while one looks: that two may look for the same is rare.
        found.unwrap_or_else(|| {
            let approving = Arc::new(Approving::of(self, days));
            Arc::clone(known().entry(days).or_insert(approving))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;
    use crate::facts::Name;

    #[test]
    fn approvals_are_summed_over_repositories() {
        let forge = |lines: &str| {
            let forge = crate::rules::scripted_forge::read(lines);
            Some(Ok(Arc::new(forge)))
        };
        let merged = "on 2026-01-05 merged 2026-01-09: a\napproved by ben on 2026-01-06\n";
        let mut world = World::of("* @acme/core @zoe\n", "", &["a"], "2026-01-05 ann: a\n");
        world.repositories[0].forge = forge(&format!("pull 1 by ann {merged}"));
        let mut other = World::of("* @acme/core\n", "", &["a"], "2026-01-05 ann: a\n");
        let mut second = other.repositories.remove(0);
        second.forge = forge(&format!("pull 1 by ann {merged}pull 2 by cid {merged}"));
        world.repositories.push(second);
        world.measure(|measures| {
            let approving = measures.approving(90);
            let actor = |name| measures.graph.actor(&name);
            let ben = actor(Name::User("ben".into()));
            let ann = actor(Name::User("ann".into()));
            let core = actor(Name::Team("acme/core".into()));
            assert_eq!(approving.pulls, 3);
            assert_eq!(approving.by(&[ben.clone(), ann.clone()]), 3);
            assert_eq!(approving.by(std::slice::from_ref(&ann)), 0);
            assert_eq!(
                (approving.asked(&core), approving.most_asked_at(&core)),
                (3, Some(1))
            );
            let zoe = actor(Name::User("zoe".into()));
            assert_eq!(
                (approving.asked(&zoe), approving.most_asked_at(&zoe)),
                (1, Some(0))
            );
            assert_eq!(
                (approving.asked(&ann), approving.most_asked_at(&ann)),
                (0, None)
            );
            assert!(approving.knows(0) && approving.knows(1) && !approving.knows(2));
            // Of times of which not all is known nothing is.
            let longer = measures.approving(365);
            assert!(!longer.knows(0));
            assert_eq!((longer.pulls, longer.by(&[ben])), (0, 0));
        });
    }
}
