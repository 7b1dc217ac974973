//! Who can approve what an ownership rule decides over.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock, PoisonError};

use super::{Actor, Graph, LineOwners, ServiceId};
use crate::codeowners::OwnershipRule;
use crate::facts::Name;
use crate::identity::{Party, name_of};

/// Who can approve a change that an ownership rule decides over.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// The people who can, as far as they are known; ascending.
    pub people: Vec<Actor>,
    /// Whether these are all: else a team is among the owners of whom no roster says completely who they
    /// are.
    pub complete: bool,
    /// Whom no approval can do without: owners and people through whom every approval goes.
    pub indispensable: Vec<Actor>,
    /// How many of its owners are no names at all.
    pub unreadable: usize,
}

impl<'a> Graph<'a> {
    /// The services that others answer for and whose changes mostly need this actor: no approval of the
    /// lines that decide over more than half of their files can do without it. Ascending.
    pub fn guarded_by(&self, actor: &Actor) -> &[ServiceId] {
        let guarded = self.guarded.get_or_init(|| self.guards());
        guarded.get(actor).map_or(&[], Vec::as_slice)
    }

    fn guards(&self) -> BTreeMap<Actor, Vec<ServiceId>> {
        let mut guards: BTreeMap<Actor, Vec<ServiceId>> = BTreeMap::new();
        for (id, entry) in self.services() {
            let Some(home) = entry.home else { continue };
            let mut files: BTreeMap<&Actor, usize> = BTreeMap::new();
            for &(line, count) in self.deciding_lines(id) {
                let approval = self.approval(home, line);
                for actor in approval.into_iter().flat_map(|it| &it.indispensable) {
                    *files.entry(actor).or_default() += count;
                }
            }
            let answering = &self.chain(id).actors;
            let half = self.files(id).len() / 2;
            for (actor, count) in files {
                if count > half && !answering.contains(actor) {
                    guards.entry(actor.clone()).or_default().push(id);
                }
            }
        }
        guards
    }

    /// Who can approve what the ownership rule at this place of a repository decides over; none if there
    /// is no such rule. Every approval goes from the rule to one of
    /// its owners and on to one of the people behind it; whoever dominates the end of all these ways is
    /// indispensable.
    pub fn approval(&self, repository: usize, rule: usize) -> Option<&Approval> {
        let file = &self.members()[repository].repository.ownership_files;
        let rules = file.in_use.present()?.rules();
        let known = self.line_approvals[repository]
            .get_or_init(|| rules.iter().map(|_| OnceLock::new()).collect());
        let approval = known.get(rule)?;
        Some(approval.get_or_init(|| {
            let all = &self.lines[repository].owners;
            let is_in_graph = |rule| self.members()[repository].ownership.decided(rule) > 0;
            // Lines that decide over nothing are in no graph, and hardly ever asked for.
            if !is_in_graph(rule) {
                return self.shared_approval(self.owners_of(&rules[rule]));
            }
            // Lines that stand together mostly share their owners.
            let shares =
                |&before: &usize| is_in_graph(before) && Arc::ptr_eq(&all[before], &all[rule]);
            let before = rule.checked_sub(1).filter(shares);
            let same = before.and_then(|before| known[before].get());
            same.map_or_else(|| self.shared_approval(Arc::clone(&all[rule])), Arc::clone)
        }))
    }

    /// The owners of an ownership rule, in their order; none for one that is no name at all.
    pub(super) fn owners_of(&self, rule: &OwnershipRule) -> LineOwners {
        let owners = rule.owners().iter();
        let actors = owners.map(|owner| Some(self.actor(&name_of(owner.kind(), owner.text())?)));
        actors.collect()
    }

    /// Who can approve for these owners, whom several rules may name.
    fn shared_approval(&self, owners: LineOwners) -> Arc<Approval> {
        let known = || {
            self.approvals
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
        };
        let found = known().get(&owners).cloned();
        // Nobody waits while one looks: that two may look for the same is rare.
        found.unwrap_or_else(|| {
            let approval = Arc::new(self.approval_of(&owners));
            Arc::clone(known().entry(owners).or_insert(approval))
        })
    }

    /// Who can approve for these owners; none stands for one that is no name at all. A way has two
    /// stations at most, so that whoever dominates the end of all ways is who stands on each of them.
    fn approval_of(&self, owners: &[Option<Actor>]) -> Approval {
        let mut approval = Approval {
            complete: true,
            ..Approval::default()
        };
        let mut on_all: Option<Vec<Actor>> = None;
        let mut way = |stations: &[&Actor]| match &mut on_all {
            Some(on_all) => on_all.retain(|actor| stations.contains(&actor)),
            None => on_all = Some(stations.iter().copied().cloned().collect()),
        };
        for owner in owners {
            match owner {
                None => approval.unreadable += 1,
                Some(owner @ Actor::Party(Party::Team(team))) => {
                    let (people, complete) = self.people_of(*team);
                    if !complete {
                        // Somebody whom no roster has may be in it.
                        approval.complete = false;
                        way(&[owner]);
                    }
                    for &person in people.iter() {
                        let person = Actor::Party(Party::Person(person));
                        way(&[owner, &person]);
                        approval.people.push(person);
                    }
                }
                Some(owner @ Actor::Unlisted(Name::Team(_) | Name::Entity(_))) => {
                    approval.complete = false;
                    way(&[owner]);
                }
                Some(
                    owner @ (Actor::Party(Party::Person(_))
                    | Actor::Unlisted(Name::User(_) | Name::Email(_))),
                ) => {
                    approval.people.push(owner.clone());
                    way(&[owner]);
                }
            }
        }
        approval.people.sort();
        approval.people.dedup();
        approval.indispensable = on_all.unwrap_or_default();
        approval.indispensable.sort();
        approval
    }
}
