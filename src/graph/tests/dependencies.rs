//! What needs what, and what that makes of the whole.

use super::*;

impl Plan {
    /// Which service needs which.
    pub(super) fn needs(&self) -> BTreeSet<(usize, usize)> {
        let services = self.services();
        let mut needs = BTreeSet::new();
        for (number, (_, plan)) in services.iter().enumerate() {
            needs.extend(plan.needs.iter().map(|&needed| (number, needed)));
            needs.extend(plan.needed_by.iter().map(|&needing| (needing, number)));
        }
        let is_there = |&(a, b): &(usize, usize)| a != b && a.max(b) < services.len();
        needs.into_iter().filter(is_there).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn needs_and_dependents(plan in plan()) {
        plan.ask(|graph| {
            let needs = plan.needs();
            for (id, _) in graph.services() {
                let found: BTreeSet<usize> = graph.needs(id).iter().map(|it| it.service.0).collect();
                prop_assert_eq!(found.len(), graph.needs(id).len());
                let expected = needs.iter().filter(|(a, _)| *a == id.0);
                prop_assert_eq!(found, expected.map(|it| it.1).collect::<BTreeSet<_>>());
                for needed in graph.needs(id) {
                    // Whoever says so is one of the two, and the other one is named.
                    let other = if needed.said_by == id { needed.service } else { id };
                    prop_assert!(needed.said_by == id || needed.said_by == needed.service);
                    prop_assert_eq!(graph.one_service(&needed.said.name), Some(other));
                }
                let all = graph.services().map(|(id, _)| id.0);
                let needing = all.filter(|it| *it != id.0 && reached(&needs, it, None).contains(&id.0));
                prop_assert_eq!(numbers(&graph.dependents(id)), needing.collect::<Vec<_>>());
            }
            Ok(())
        })?;
    }

    #[test]
    fn what_lies_between(plan in prop_oneof![plan(), tangle()]) {
        plan.ask(|graph| {
            let needs = plan.needs();
            let count = graph.services().len();
            for from in 0..count {
                for to in (0..count).filter(|&to| to != from) {
                    let found = graph.between(ServiceId(from), ServiceId(to));
                    let found = found.map(|found| numbers(&found));
                    let is_needed = reached(&needs, &from, None).contains(&to);
                    let cuts = |it: &usize| {
                        ![from, to].contains(it) && !reached(&needs, &from, Some(it)).contains(&to)
                    };
                    let mut between: Vec<usize> = (0..count).filter(cuts).collect();
                    // Whoever is further away is cut off by more of the others.
                    between.sort_by_key(|it| {
                        let cut_off = |by: &usize| !reached(&needs, &from, Some(by)).contains(it);
                        (0..count).filter(|by| by != it && *by != from && cut_off(by)).count()
                    });
                    prop_assert_eq!(found, is_needed.then_some(between), "{} {}", from, to);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn cuts(plan in prop_oneof![plan(), tangle()]) {
        plan.ask(|graph| {
            let mut ways = plan.needs();
            ways.extend(ways.clone().into_iter().map(|(a, b)| (b, a)));
            let count = graph.services().len();
            let is_cut = |cut: &usize| {
                let pair = |from: usize, to: usize| {
                    let without = reached(&ways, &from, Some(cut)).contains(&to);
                    reached(&ways, &from, None).contains(&to) && !without
                };
                let others = || (0..count).filter(|it| it != cut);
                others().any(|from| others().any(|to| from != to && pair(from, to)))
            };
            let expected: Vec<usize> = (0..count).filter(is_cut).collect();
            prop_assert_eq!(numbers(&graph.cut_services()), expected);
            Ok(())
        })?;
    }
}

#[test]
fn the_order_in_which_a_hostile_chain_is_declared_costs_no_stack() {
    // Each team needs the next, and the last the first.
    let count = 20_000;
    let mut repository = Repository::default();
    for number in 0..count {
        let name = format!("s{number}");
        let owner = format!("@o/{name}");
        repository.catalog.services.push(Service {
            owner: Some(reference(&owner, Name::Team(owner[1..].into()))),
            depends_on: vec![service_reference(&((number + 1) % count))],
            ..Service::new(
                EntityRef::new("component", "default", &name),
                name,
                Format::Native,
                Location::repository(""),
            )
        });
    }
    let (ownership, directory) = (Ownership::default(), Directory::default());
    let member = Member {
        repository: &repository,
        ownership: &ownership,
    };
    let graph = Graph::new(vec![member], &directory);
    let circles = graph.team_circles_at(ServiceId(0));
    assert_eq!(circles[0].ring.len(), count);
    assert_eq!(graph.cut_services().len(), 0);
    assert_eq!(
        graph.between(ServiceId(0), ServiceId(9)).map(|it| it.len()),
        Some(8)
    );
}
