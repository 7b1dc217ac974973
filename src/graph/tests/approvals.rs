//! Who can approve what a line decides over.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn approvals(plan in plan()) {
        plan.ask(|graph| {
            for (place, repository) in plan.repositories.iter().enumerate() {
                let file = graph.members()[place].repository.ownership_files.in_use.present();
                let rules = file.into_iter().flat_map(OwnershipFile::rules);
                let lines = repository.lines.iter().flatten();
                for (line, (_, (_, owners))) in rules.zip(lines).enumerate() {
                    // Every way to an approval, as those through whom it goes.
                    let mut ways: Vec<BTreeSet<String>> = Vec::new();
                    let mut complete = true;
                    let mut people = BTreeSet::new();
                    for owner in owners {
                        let alone = BTreeSet::from([label(owner)]);
                        match Owned::of(owner) {
                            Owned::Team(team) => {
                                let (members, all) = plan.people(team);
                                let person = |it: &usize| format!("@p{it}");
                                people.extend(members.iter().map(person));
                                let through = members.iter().map(|it| [label(owner), person(it)].into());
                                ways.extend(through);
                                ways.extend((!all).then_some(alone));
                                complete &= all;
                            }
                            _ if owner.contains('/') => {
                                ways.push(alone);
                                complete = false;
                            }
                            _ => {
                                people.insert(label(owner));
                                ways.push(alone);
                            }
                        }
                    }
                    let all: BTreeSet<&String> = ways.iter().flatten().collect();
                    let in_all = |it: &&String| ways.iter().all(|way| way.contains(*it));
                    let indispensable: BTreeSet<String> = all.into_iter().filter(in_all).cloned().collect();
                    let approval = graph.approval(place, line).unwrap();
                    let found = approval.people.iter().map(|it| graph.actor_label(it));
                    prop_assert_eq!((found.collect(), approval.complete), (people, complete));
                    let found = approval.indispensable.iter().map(|it| graph.actor_label(it));
                    prop_assert_eq!(found.collect::<BTreeSet<_>>(), indispensable, "{:?}", owners);
                }
            }
            Ok(())
        })?;
    }
}
