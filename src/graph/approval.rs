//! Who can approve what an ownership rule decides over.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};

use petgraph::algo::dominators;
use petgraph::graph::DiGraph;

use super::{Actor, Graph, Owners, ServiceId};
use crate::codeowners::OwnershipRule;
use crate::facts::Name;
use crate::identity::{Party, name_of};

/// Who can approve a change that an ownership rule decides over.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// The people who can, as far as they are known, by what people call them.
    pub people: BTreeSet<String>,
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
        let mut known: HashMap<(usize, usize), Arc<Approval>> = HashMap::new();
        for (id, entry) in self.services() {
            let Some(home) = entry.home else { continue };
            let file = &self.members()[home].repository.ownership_files.in_use;
            let Some(file) = file else { continue };
            let mut files: BTreeMap<&Actor, usize> = BTreeMap::new();
            let lines = self.deciding_lines(id);
            for &(line, _) in &lines {
                let of = || self.approval(&file.rules()[line]);
                known.entry((home, line)).or_insert_with(of);
            }
            for (line, count) in lines {
                let approval = known.get(&(home, line));
                for actor in approval.iter().flat_map(|it| &it.indispensable) {
                    *files.entry(actor).or_default() += count;
                }
            }
            let answering = self.chain(id).actors;
            let half = self.files(id).len() / 2;
            for (actor, count) in files {
                if count > half && !answering.contains(actor) {
                    guards.entry(actor.clone()).or_default().push(id);
                }
            }
        }
        guards
    }

    /// Who can approve what an ownership rule decides over. Every approval goes from the rule to one of
    /// its owners and on to one of the people behind it; whoever dominates the end of all these ways is
    /// indispensable.
    pub fn approval(&self, rule: &OwnershipRule) -> Arc<Approval> {
        let owners = rule.owners().iter();
        let owners: Owners = owners
            .map(|owner| Some(self.actor(&name_of(owner.kind(), owner.text())?)))
            .collect();
        let mut known = self
            .approvals
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some(approval) = known.get(&owners) {
            return Arc::clone(approval);
        }
        let approval = Arc::new(self.approval_of(&owners));
        known.insert(owners, Arc::clone(&approval));
        approval
    }

    /// Who can approve for these owners; none stands for one that is no name at all.
    fn approval_of(&self, owners: &[Option<Actor>]) -> Approval {
        let mut ways: DiGraph<Option<Actor>, ()> = DiGraph::new();
        let (start, end) = (ways.add_node(None), ways.add_node(None));
        let mut nodes = std::collections::BTreeMap::new();
        let mut approval = Approval {
            complete: true,
            ..Approval::default()
        };
        for actor in owners {
            let Some(actor) = actor else {
                approval.unreadable += 1;
                continue;
            };
            let mut enter = |ways: &mut DiGraph<Option<Actor>, ()>, actor: &Actor| {
                let add = || ways.add_node(Some(actor.clone()));
                *nodes.entry(actor.clone()).or_insert_with(add)
            };
            let node = enter(&mut ways, actor);
            ways.update_edge(start, node, ());
            match actor {
                Actor::Party(Party::Team(team)) => {
                    let (people, complete) = self.people_of(*team);
                    if !complete {
                        // Somebody whom no roster has may be in it.
                        approval.complete = false;
                        ways.update_edge(node, end, ());
                    }
                    for person in people {
                        let person = Actor::Party(Party::Person(person));
                        approval.people.insert(self.actor_label(&person));
                        let person = enter(&mut ways, &person);
                        ways.update_edge(node, person, ());
                        ways.update_edge(person, end, ());
                    }
                }
                Actor::Unlisted(Name::Team(_) | Name::Entity(_)) => {
                    approval.complete = false;
                    ways.update_edge(node, end, ());
                }
                Actor::Party(Party::Person(_))
                | Actor::Unlisted(Name::User(_) | Name::Email(_)) => {
                    approval.people.insert(self.actor_label(actor));
                    ways.update_edge(node, end, ());
                }
            }
        }
        let tree = dominators::simple_fast(&ways, start);
        if let Some(all) = tree.strict_dominators(end) {
            approval.indispensable = all.filter_map(|node| ways[node].clone()).collect();
            approval.indispensable.sort();
        }
        approval
    }
}
