//! How long approvals wait for those who are asked: **an estimate**, and nothing that was measured.
//!
//! Who is asked how often comes from running the changes of the last days past the ownership file
//! (see [`super::load`]); how long that makes them wait is what the queue M/M/c says (see [`super::queue`]).
//! It stands on what cannot be seen in commits, and what [`ASSUMPTIONS`] says wherever the numbers are printed.
//!
//! An *owner* that lines name, a person or a team, gets its part of all that is asked, and those behind it
//! work on that. An *owner group* of several owners on one line gets all that needs it, and all those behind
//! any of its owners work on that; what other lines ask of the same people is not seen there, so that of a
//! group it is the least that it can be.

use super::Measures;
use super::four_keys::FEWEST;
use super::load::Load;
use super::queue::Queue;
use crate::facts::History;
use crate::graph::Actor;

/// What the estimate is called.
pub const MODEL: &str = "M/M/c";

/// What it takes for granted: fragments of one sentence.
pub const ASSUMPTIONS: [&str; 5] = [
    "changes ask at random (Poisson)",
    "the time that a review takes is spread exponentially",
    "whoever is free takes the next",
    "owners of one line share what it asks",
    "a week has five working days",
];

/// How many approvals one person gives on a working day, beside all other work: an assumption of ours. Four in
/// five reviewers at Google review fewer than 10 changes a week (C. Sadowski and others, *Modern Code Review: A
/// Case Study at Google*, ICSE-SEIP 2018).
pub const CAPACITY: u32 = 2;

/// How long approvals wait for somebody.
#[derive(Clone, Debug, PartialEq)]
pub struct Estimate {
    /// Who is asked.
    pub of: Asked,
    /// How many changes ask.
    pub changes: usize,
    /// The queue, with a working day as its unit of time, or why it cannot be told.
    pub queue: Result<Queue, Unknown>,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// An owner, by place among [`super::replay::Replay::actors`].
    Owner(u32),
    /// Several owners of a line, any of whom can approve, by place among [`super::replay::Replay::groups`].
    Group(u32),
}

/// Why nothing can be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// It is not known who is in a team.
    People,
    /// Nobody is behind it.
    Nobody,
    /// Fewer than [`FEWEST`] changes ask.
    TooFew,
}

impl Unknown {
    /// The reason, as a fragment.
    pub fn reason(self) -> &'static str {
        match self {
            Unknown::People => "no roster says completely who is in them",
            Unknown::Nobody => "nobody is known to be in them",
            Unknown::TooFew => "too few changes ask for a number",
        }
    }
}

impl Measures<'_> {
    /// How long approvals wait for each owner of whom anything is asked, whoever is asked most first, and then
    /// for each group of several owners; of changes that were seen for so many days.
    pub fn waiting(&self, load: &Load, days: u32) -> Vec<Estimate> {
        let replay = self.replay();
        let asked = load.owners.iter().filter(|it| it.asked > 0);
        let owners = asked.map(|it| {
            let people = self.people_behind(replay.actor(it.actor));
            estimate(Asked::Owner(it.actor), it.asked, it.load, people, days)
        });
        let several = load.groups.iter();
        let several = several.filter(|it| replay.group(it.group).actors.len() > 1);
        let groups = several.map(|it| {
            let actors = replay.group(it.group).actors.iter();
            let behind = actors.map(|&actor| self.people_behind(replay.actor(actor)));
            let people: Option<Vec<Vec<Actor>>> = behind.collect();
            let people = people.map(|people| people.concat());
            let load = it.changes as f64;
            estimate(Asked::Group(it.group), it.changes, load, people, days)
        });
        owners.chain(groups).collect()
    }

    /// Over how many of the last days changes of a repository were seen, or else of all: fewer than `days` where
    /// the histories are younger, or were read only from a later day on.
    pub fn days_seen(&self, repository: Option<usize>, days: u32) -> u32 {
        let histories = self.histories.iter().enumerate();
        let histories = histories.filter(|it| repository.is_none_or(|place| it.0 == place));
        let seen = histories.filter_map(|it| Some(days_seen((*it.1)?, self.as_of, days)));
        seen.max().unwrap_or(days)
    }
}

/// How many of these days before `end` a history tells of: since its first commit.
pub(super) fn days_seen(history: &History, end: jiff::Timestamp, days: u32) -> u32 {
    let oldest = history.activity.iter().map(|it| it.first).min();
    let oldest = oldest.max(history.since.filter(|_| oldest.is_some()));
    let age = oldest.map_or(i64::MAX, |oldest| {
        let seconds = end.as_second().saturating_sub(oldest.as_second());
        seconds.div_euclid(86_400).max(0) + 1
    });
    u32::try_from(age).map_or(days, |age| age.min(days))
}

/// What the queue says of so much that is asked of these people.
fn estimate(
    of: Asked,
    changes: usize,
    load: f64,
    people: Option<Vec<Actor>>,
    days: u32,
) -> Estimate {
    let queue = match people {
        None => Err(Unknown::People),
        Some(people) if people.is_empty() => Err(Unknown::Nobody),
        Some(_) if changes < FEWEST => Err(Unknown::TooFew),
        Some(mut people) => {
            // Who is behind two owners of a group works once.
            people.sort_unstable();
            people.dedup();
            Ok(Queue {
                arrivals: load / working_days(days),
                service: f64::from(CAPACITY),
                servers: u32::try_from(people.len()).unwrap_or(u32::MAX),
            })
        }
    };
    Estimate { of, changes, queue }
}

/// How many working days so many days have: five in a week.
pub fn working_days(days: u32) -> f64 {
    f64::from(days.max(1)) * 5.0 / 7.0
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;

    const TEAMS: &str = "[[teams]]\nhandle = \"@acme/web\"\nmembers = [\"@ann\", \"@ben\"]\n\
        [[teams]]\nhandle = \"@acme/idle\"\nmembers = []\n\
        [[people]]\nlogin = \"@ann\"\n[[people]]\nlogin = \"@ben\"\n";

    const OWNERSHIP: &str = "/web/ @acme/web\n/both/ @acme/web @ben @dan\n/out/ @else/team\n\
        /idle/ @acme/idle\n/few/ @eve\n";

    /// Changes of the last week alone: sixteen to what web owns, six to what three can approve, and some more.
    fn changes() -> String {
        [
            "2026-01-09 zoe: web/x\n".repeat(16),
            "2026-01-12 zoe: both/x\n".repeat(6),
            "2026-01-12 zoe: out/x idle/x\n".repeat(5),
            "2026-01-12 zoe: few/x\n".repeat(4),
        ]
        .concat()
    }

    #[test]
    fn worked_out_by_hand() {
        let world = World::of(OWNERSHIP, "", &[], &changes()).roster(TEAMS);
        world.measure(|measures| {
            let flow = measures.flow(90);
            // The first commit is seven days old with the day of the run, of which five are working days.
            assert_eq!(measures.days_seen(Some(0), 90), 7);
            assert_eq!(measures.days_seen(None, 5), 5);
            let found = measures.waiting(flow.repository(0).unwrap(), 7);
            let replay = measures.replay();
            let told = found.iter().map(|it| {
                let who = match it.of {
                    Asked::Owner(actor) => measures.graph.actor_label(replay.actor(actor)),
                    Asked::Group(group) => replay.group(group).label(),
                };
                match &it.queue {
                    Err(why) => format!("{who} {} {why:?}", it.changes),
                    Ok(queue) => format!(
                        "{who} {} {:.2} of {} {:.4}",
                        it.changes,
                        queue.arrivals,
                        queue.servers,
                        queue.wait().unwrap()
                    ),
                }
            });
            let told: Vec<String> = told.collect();
            assert_eq!(
                told,
                [
                    // Sixteen and a third of six in five days. Of 3.6 a day ρ = 0.9 and a = 1.8, so that
                    // C = 16.2 / 19 and Wq = C / (4 - 3.6).
                    "@acme/web 22 3.60 of 2 2.1316",
                    "@acme/idle 5 Nobody",
                    "@else/team 5 People",
                    "@eve 4 TooFew",
                    // A third of six: ρ = 0.2, and Wq = 0.2 / (2 · 0.8).
                    "@ben 6 0.40 of 1 0.1250",
                    "@dan 6 0.40 of 1 0.1250",
                    // Who is in web and stands beside it counts once. a = 0.6: C = 0.045 / 1.825, and
                    // Wq = C / (6 - 1.2).
                    "@acme/web or @ben or @dan 6 1.20 of 3 0.0051",
                ]
            );
        });
    }
}
