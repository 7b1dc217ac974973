//! What the ownership rules of a repository say. Many rules of ours ask for it, so that it stands beside the
//! graph.

use super::{LineOwners, ServiceId};

/// The ownership rules of a repository, by their places in its ownership file.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// By ownership rule, its owners; nobody where it decides over no file.
    pub(super) owners: Vec<LineOwners>,
    /// By ownership rule, where its services start; one more for the end. Empty without services.
    starts: Vec<usize>,
    /// The services over whose files the rules decide, rule by rule: all in one list, so that one look at
    /// memory fetches those of many rules.
    services: Vec<ServiceId>,
}

impl Lines {
    /// The services over whose files an ownership rule decides, ascending.
    pub(super) fn services(&self, rule: usize) -> &[ServiceId] {
        match self.starts.get(rule..rule + 2) {
            Some(&[start, end]) => &self.services[start..end],
            _ => &[],
        }
    }

    /// Enters the services of the repository, ascending, each with the rules that decide over its files.
    pub(super) fn enter<'d>(
        &mut self,
        services: impl Iterator<Item = (ServiceId, &'d [(usize, usize)])> + Clone,
    ) {
        self.starts = vec![0; self.owners.len() + 1];
        let decided = services.flat_map(|(id, rules)| rules.iter().map(move |&(it, _)| (id, it)));
        // Behind each rule how many services it has, then where they start, then where they end.
        for (_, rule) in decided.clone() {
            self.starts[rule + 1] += 1;
        }
        for rule in 0..self.owners.len() {
            self.starts[rule + 1] += self.starts[rule];
        }
        let mut next = self.starts.clone();
        self.services = vec![ServiceId(0); next[self.owners.len()]];
        for (id, rule) in decided {
            self.services[next[rule]] = id;
            next[rule] += 1;
        }
    }
}
