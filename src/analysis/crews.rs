//! The people of teams, with those of the teams that are parts of them, and when they were last at work.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::Measures;

/// The people of a team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crew {
    /// Who is known to be in it, by place in the directory.
    pub people: BTreeSet<usize>,
    /// Whether these are all.
    pub complete: bool,
    /// Of how many of them no commit is known.
    pub unseen: usize,
    /// When any of them last wrote a commit, be it a merge.
    pub last: Option<Timestamp>,
}

impl Measures<'_> {
    /// The people of the team at this place of the directory.
    pub fn crew(&self, team: usize) -> &Crew {
        self.crews[team].get_or_init(|| {
            let (people, complete) = self.graph.people_of(team);
            let (mut unseen, mut last) = (0, None);
            for &person in people.iter() {
                let who = self.committers.of_person(person);
                match who.and_then(|who| self.people().activity(who)) {
                    Some(did) => last = last.max(Some(did.last)),
                    None => unseen += 1,
                }
            }
            Crew {
                people: people.iter().copied().collect(),
                complete,
                unseen,
                last,
            }
        })
    }
}
