//! Who answers for a service.

use super::*;

impl Plan {
    /// The owners that count for a service, by the descriptor or else by a line.
    pub(super) fn owners(&self, number: usize) -> Vec<&'static str> {
        let (home, plan) = self.services()[number];
        if let Some(owner) = plan.owner {
            return vec![owner];
        }
        let repository = &self.repositories[home];
        let files = repository
            .files
            .iter()
            .filter(|file| self.owning(home, file).0.contains(&number));
        let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
        for line in files.filter_map(|file| self.deciding(home, file)) {
            *counts.entry(line).or_default() += 1;
        }
        let lines = repository.lines.as_deref().unwrap_or_default();
        counts.retain(|&line, _| !lines[line].1.is_empty());
        let most = counts.iter().max_by_key(|&(line, count)| (count, line));
        most.map_or(Vec::new(), |(&line, _)| lines[line].1.clone())
    }

    /// What a chain that ends at these owners is: held, broken in this way, or unverifiable.
    pub(super) fn judged(&self, owners: &[&str]) -> &'static str {
        let judge = |owner: &&str| match Owned::of(owner) {
            Owned::Team(team) => match self.people(team) {
                (people, _) if !people.is_empty() => "held",
                (_, true) => "empty",
                (_, false) => "unverifiable",
            },
            Owned::Person => "held",
            Owned::Gone if self.covered => "unknown",
            Owned::Gone | Owned::Foreign => "unverifiable",
        };
        let judged: Vec<&str> = owners.iter().map(judge).collect();
        // The first of these that any owner is.
        let order = ["held", "unverifiable", "empty", "unknown"];
        let found = order.into_iter().find(|kind| judged.contains(kind));
        found.unwrap_or("no owner")
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn chains(plan in plan()) {
        plan.ask(|graph| {
            for (id, _) in graph.services() {
                let owners = plan.owners(id.0);
                let chain = graph.chain(id);
                let found = match (&chain.broken, &chain.unverifiable) {
                    (None, None) => "held",
                    (Some(Break::NoOwner), None) => "no owner",
                    (Some(Break::UnknownOwner(..)), None) => "unknown",
                    (Some(Break::EmptyTeam(_)), None) => "empty",
                    (None, Some(_)) => "unverifiable",
                    (Some(_), Some(_)) => "both",
                };
                prop_assert_eq!(found, plan.judged(&owners), "{:?}", owners);
                let labels = chain.actors.iter().map(|actor| graph.actor_label(actor));
                let expected: Vec<String> = owners.iter().map(|it| label(it)).collect();
                prop_assert_eq!(labels.collect::<Vec<_>>(), expected);
            }
            Ok(())
        })?;
    }
}
