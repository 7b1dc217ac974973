//! Circles: of teams that need each other, and of teams that are parts of each other.

use super::*;

impl Plan {
    /// Which team needs which, with every dependency that makes it so.
    pub(super) fn links(&self) -> BTreeMap<(String, String), BTreeSet<(usize, usize)>> {
        let teams = |service: usize| {
            let teams = self.owners(service).into_iter().map(label);
            teams
                .filter(|team| team.contains('/'))
                .collect::<BTreeSet<_>>()
        };
        let mut links: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for (a, b) in self.needs() {
            let (from, to) = (teams(a), teams(b));
            if !from.is_disjoint(&to) {
                continue;
            }
            for from in &from {
                for to in &to {
                    let kin = match (Owned::of(from), Owned::of(to)) {
                        (Owned::Team(from), Owned::Team(to)) => self.are_kin(from, to),
                        _ => false,
                    };
                    if !kin {
                        links
                            .entry((from.clone(), to.clone()))
                            .or_default()
                            .insert((a, b));
                    }
                }
            }
        }
        links
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn circles_of_teams(plan in prop_oneof![plan(), tangle()]) {
        plan.ask(|graph| {
            let links = plan.links();
            let edges: BTreeSet<(String, String)> = links.keys().cloned().collect();
            let teams: BTreeSet<String> = edges.iter().map(|it| it.0.clone()).collect();
            let circle = |team: &String| {
                let to = reached(&edges, team, None);
                to.into_iter().filter(|it| reached(&edges, it, None).contains(team)).collect()
            };
            let circles: BTreeSet<BTreeSet<String>> = teams.iter().map(circle).collect();
            let expected: BTreeSet<_> = circles.into_iter().filter(|it| it.len() > 1).collect();
            let labels = |teams: &Vec<Actor>| teams.iter().map(|it| graph.actor_label(it)).collect();
            let found: Vec<BTreeSet<String>> = graph.team_cycles().iter().map(labels).collect();
            prop_assert_eq!(found.len(), expected.len());
            prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), expected.clone());

            let all = graph.services().flat_map(|(id, _)| {
                graph.team_circles_at(id).iter().map(move |circle| (id, circle))
            });
            for (id, circle) in all {
                let teams: BTreeSet<String> = labels(&circle.teams);
                prop_assert!(expected.contains(&teams));
                let ring: Vec<_> = circle.ring.iter().map(|link| {
                    let ends = (graph.actor_label(&link.from), graph.actor_label(&link.to));
                    (ends, (link.service.0, link.needs.0))
                }).collect();
                // It starts with the first dependency within the circle, goes around, and no shorter way does.
                let within = links.iter().filter(|((a, b), _)| teams.contains(a) && teams.contains(b));
                let first = within.clone().flat_map(|(_, by)| by).min().unwrap();
                prop_assert_eq!((ring[0].1, id.0), (*first, first.0));
                for (at, ((_, to), by)) in ring.iter().enumerate() {
                    prop_assert_eq!(to, &ring[(at + 1) % ring.len()].0.0);
                    prop_assert!(links[&ring[at].0].contains(by));
                }
                let (start, mut steps) = (&ring[0].0, 1);
                let mut here = BTreeSet::from([start.1.clone()]);
                while !here.contains(&start.0) {
                    let next = edges.iter().filter(|(a, _)| here.contains(a));
                    here = next.map(|it| it.1.clone()).collect();
                    steps += 1;
                }
                prop_assert_eq!(ring.len(), steps);
            }
            Ok(())
        })?;
    }

    #[test]
    fn circles_of_parents(plan in plan()) {
        plan.ask(|graph| {
            let parts = plan.teams.iter().enumerate();
            let edges: BTreeSet<(usize, usize)> = parts.filter_map(|(it, team)| Some((it, team.1?))).collect();
            let own = |team: &usize| edges.contains(&(*team, *team));
            let circle = |team: usize| {
                let to = reached(&edges, &team, None);
                to.into_iter().filter(|it| reached(&edges, it, None).contains(&team)).collect()
            };
            let circles: BTreeSet<BTreeSet<usize>> = (0..plan.teams.len()).map(circle).collect();
            let expected = circles.iter().filter(|it| it.len() > 1 || it.iter().any(own));
            let mut expected: Vec<String> = expected
                .map(|circle| format!("`@o/t{}` is a part of itself", circle.first().unwrap()))
                .collect();
            expected.sort();
            let faults = graph.contradictions(0).into_iter().map(|it| it.message);
            let faults = faults.filter(|it| it.contains("is a part of itself"));
            let mut faults: Vec<String> =
                faults.map(|it| it.split(", by way").next().unwrap().to_owned()).collect();
            faults.sort();
            prop_assert_eq!(faults, expected);
            Ok(())
        })?;
    }
}
