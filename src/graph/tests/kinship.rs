//! Who is a part of whom.

use super::*;

impl Plan {
    /// A team and all that are parts of it, directly or through others.
    pub(super) fn parts(&self, team: usize) -> BTreeSet<usize> {
        let mut parts = BTreeSet::from([team]);
        for _ in &self.teams {
            let parents = self.teams.iter().enumerate();
            let more =
                parents.filter(|(_, (_, parent))| parent.is_some_and(|it| parts.contains(&it)));
            let more: Vec<usize> = more.map(|(part, _)| part).collect();
            parts.extend(more);
        }
        parts
    }

    /// The people of a team and its parts, and whether these are all.
    pub(super) fn people(&self, team: usize) -> (BTreeSet<usize>, bool) {
        let parts = self.parts(team);
        let members = parts.iter().map(|&part| &self.teams[part].0);
        let complete = self.covered && members.clone().all(Option::is_some);
        (members.flatten().flatten().copied().collect(), complete)
    }

    /// Whether one of two teams is a part of the other.
    pub(super) fn are_kin(&self, a: usize, b: usize) -> bool {
        self.parts(a).contains(&b) || self.parts(b).contains(&a)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn kinship(plan in plan()) {
        plan.ask(|graph| {
            let (teams, people) = (graph.directory().teams(), graph.directory().people());
            for (a, team) in teams.iter().enumerate() {
                let number = |label: &str| label.strip_prefix("@o/t").unwrap().parse().unwrap();
                let actor = Actor::Party(Party::Team(a));
                for (b, other) in teams.iter().enumerate() {
                    let kin = plan.are_kin(number(&team.label), number(&other.label));
                    prop_assert_eq!(graph.stands_for(&Actor::Party(Party::Team(b)), &actor), Some(kin));
                }
                let (members, complete) = plan.people(number(&team.label));
                for (person, record) in people.iter().enumerate() {
                    let is_in = members.iter().any(|it| format!("@p{it}") == record.label);
                    prop_assert_eq!(graph.is_in(person, a), is_in);
                    let expected = match is_in {
                        true => Some(true),
                        false => complete.then_some(false),
                    };
                    let person = Actor::Party(Party::Person(person));
                    prop_assert_eq!(graph.stands_for(&person, &actor), expected);
                    prop_assert_eq!(graph.stands_for(&actor, &person), expected);
                }
                let stranger = Actor::Unlisted(Name::Team("x/else".into()));
                prop_assert_eq!(graph.stands_for(&stranger, &actor), None);
            }
            Ok(())
        })?;
    }
}
