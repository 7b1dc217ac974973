//! Who is there: when people were last seen at work, and whether they left.
//!
//! Only commits are seen, and only those of the repositories of the run: somebody who reviews, or who moved
//! to another repository, looks as if they did nothing. What is said of a single person therefore always
//! says what was looked at.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::facts::{Activity, History};
use crate::identity::{Committers, Directory, Standing};

/// Whoever wrote a commit in so many days is there to be asked; whoever did not has left, where no roster says
/// otherwise. The number is the one after which Legitify calls members of an organization inactive.
pub const SEEN_DAYS: u32 = 180;

/// Whoever wrote a commit in so many days is at work, whatever a roster says: it may know them by another
/// address. A default of ours.
const RECENT: u32 = 30;

/// What is known of everybody who wrote commits.
#[derive(Debug)]
pub struct People {
    /// By committer: what they did in all repositories; none for those without a commit that counts.
    activity: Vec<Option<Activity>>,
    /// By committer: what rosters say of them.
    said: Vec<Said>,
    /// When any person last wrote a commit.
    last: Option<Timestamp>,
    as_of: Timestamp,
}

/// What rosters say of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Said {
    /// One has them.
    Listed,
    /// One that is complete lacks them.
    Missing,
    /// There is a complete one, but it cannot be told whether it has them.
    Unclear,
    /// No roster is complete.
    Nothing,
}

/// Whether somebody is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// A roster has them; or no roster is complete, and they wrote a commit not long ago.
    Here,
    /// A complete roster lacks them, but they wrote commits in the last 30 days: they help from outside, or
    /// the roster knows them by another name.
    Outside,
    /// A complete roster lacks them; or none is complete, and they wrote no commit for long.
    Left,
    /// It cannot be known.
    Unknown,
}

impl People {
    /// What these histories, by repository, and the rosters say of everybody.
    pub fn of(
        histories: &[Option<&History>],
        committers: &Committers,
        directory: &Directory<'_>,
        as_of: Timestamp,
    ) -> People {
        let mut activity: Vec<Option<Activity>> = vec![None; committers.all().len()];
        for (repository, history) in histories.iter().enumerate() {
            let authors = history.iter().flat_map(|it| it.activity.iter());
            for (author, &did) in (0..).zip(authors) {
                let of_all = &mut activity[committers.who(repository, author) as usize];
                *of_all = Some(of_all.map_or(did, |known| sum(known, did)));
            }
        }
        let said = committers.all().iter().map(|committer| {
            let missing = |name| matches!(directory.standing_of_name(name), Standing::Unknown(_));
            if committer.person.is_some() {
                Said::Listed
            } else if !directory.is_complete_anywhere() {
                Said::Nothing
            } else if committers.joins_rosters() && committer.names.iter().any(missing) {
                Said::Missing
            } else {
                Said::Unclear
            }
        });
        let people = activity.iter().zip(committers.all());
        let people = people.filter(|(_, committer)| !committer.is_bot);
        People {
            said: said.collect(),
            last: people.filter_map(|(did, _)| Some((*did)?.last)).max(),
            activity,
            as_of,
        }
    }

    /// What a committer did, over all repositories of the run.
    pub fn activity(&self, who: u32) -> Option<Activity> {
        self.activity[who as usize]
    }

    /// Whether a committer wrote a commit in the last days before the run.
    pub fn is_active(&self, who: u32, days: u32) -> bool {
        let last = self.activity(who).map(|did| did.last);
        last.is_some_and(|last| last >= self.before(days))
    }

    /// Whether any person wrote a commit in these days: else nothing follows from that somebody did not.
    pub fn is_anybody_active(&self, days: u32) -> bool {
        self.last.is_some_and(|last| last >= self.before(days))
    }

    /// Whether a committer is there; `days` without a commit are long where rosters do not say.
    pub fn presence(&self, who: u32, days: u32) -> Presence {
        match self.said[who as usize] {
            Said::Listed => Presence::Here,
            Said::Missing if self.is_active(who, RECENT) => Presence::Outside,
            Said::Missing => Presence::Left,
            Said::Unclear => Presence::Unknown,
            Said::Nothing if self.is_active(who, days) => Presence::Here,
            Said::Nothing if self.is_anybody_active(days) => Presence::Left,
            Said::Nothing => Presence::Unknown,
        }
    }

    /// So many days before the end of the day of the run.
    pub fn before(&self, days: u32) -> Timestamp {
        let span = jiff::SignedDuration::from_hours(24 * i64::from(days));
        self.as_of.checked_sub(span).unwrap_or(Timestamp::MIN)
    }
}

/// The day of a point in time, in UTC.
pub fn day_of(when: Timestamp) -> Date {
    when.to_zoned(jiff::tz::TimeZone::UTC).date()
}

fn sum(one: Activity, other: Activity) -> Activity {
    // The first commit of who only merged in a repository is one that is no merge elsewhere.
    let first = match (one.commits, other.commits) {
        (0, 1..) => other.first,
        (1.., 0) => one.first,
        _ => one.first.min(other.first),
    };
    Activity {
        commits: one.commits.saturating_add(other.commits),
        first,
        last: one.last.max(other.last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{Author, Location, Person, Roster};

    const NOW: i64 = 1_000;

    fn day(day: i64) -> Timestamp {
        Timestamp::from_second(86_400 * day).unwrap()
    }

    /// What is known of authors by name, each with their first and last day, in several repositories.
    fn presence(rosters: &[Roster], repositories: &[&[(&str, i64, i64)]]) -> Vec<String> {
        let histories = repositories.iter().map(|authors| {
            let mut authors = authors.to_vec();
            authors.sort_unstable();
            History {
                authors: authors
                    .iter()
                    .map(|(name, _, _)| Author {
                        email: format!("{name}@acme.test"),
                        name: (*name).into(),
                    })
                    .collect(),
                activity: authors
                    .iter()
                    .map(|&(_, first, last)| Activity {
                        commits: 1,
                        first: day(first),
                        last: day(last),
                    })
                    .collect(),
                ..History::default()
            }
        });
        let histories: Vec<History> = histories.collect();
        let histories: Vec<Option<&History>> = histories.iter().map(Some).collect();
        let directory = Directory::new(rosters, Some("acme"));
        let committers = Committers::of(&histories, &directory, |_, _| false);
        let people = People::of(&histories, &committers, &directory, day(NOW));
        let all = (0..).zip(committers.all());
        all.map(|(who, committer)| {
            let did = people.activity(who).unwrap();
            let (first, last) = (did.first.as_second(), did.last.as_second());
            format!(
                "{} {:?} {} to {}",
                committer.label,
                people.presence(who, 180),
                first / 86_400,
                last / 86_400
            )
        })
        .collect()
    }

    fn roster(covers: &[&str], people: &[&str]) -> Roster {
        let people = people.iter().map(|name| Person {
            login: Some((*name).into()),
            emails: vec![format!("{name}@acme.test")],
            ..Person::new(Location::repository(""))
        });
        Roster {
            covers: covers.iter().map(|&it| it.into()).collect(),
            people: people.collect(),
            ..Roster::default()
        }
    }

    #[test]
    fn without_a_complete_roster_whoever_did_nothing_for_long_left() {
        assert_eq!(
            presence(
                &[],
                &[
                    &[("ann", 1, 819), ("bob", 1, 100)],
                    &[("bob", 50, 820), ("bot[bot]", 1, 1)]
                ]
            ),
            [
                "ann Left 1 to 819",
                "bob Here 1 to 820",
                "bot[bot] Left 1 to 1",
            ]
        );
        // A roster that has somebody says that they are there.
        assert_eq!(
            presence(
                &[roster(&[], &["ann"])],
                &[&[("ann", 1, 2), ("bob", 1, 999), ("cem", 1, 2)]]
            ),
            ["@ann Here 1 to 2", "bob Here 1 to 999", "cem Left 1 to 2"]
        );
    }

    #[test]
    fn where_nobody_does_anything_nothing_follows() {
        assert_eq!(
            presence(&[], &[&[("ann", 1, 2), ("dependabot[bot]", 1, 999)]]),
            ["ann Unknown 1 to 2", "dependabot[bot] Here 1 to 999",]
        );
    }

    #[test]
    fn whom_a_complete_roster_lacks_left_unless_they_are_at_work() {
        assert_eq!(
            presence(
                &[roster(&["acme"], &["ann"])],
                &[&[("ann", 1, 2), ("bob", 1, 970), ("cem", 1, 969)]]
            ),
            [
                "@ann Here 1 to 2",
                "bob Outside 1 to 970",
                "cem Left 1 to 969"
            ]
        );
    }

    #[test]
    fn rosters_that_do_not_tell_addresses_or_know_nobody_leave_it_open() {
        let mut silent = roster(&["acme"], &["ann", "zoe"]);
        silent.people[1].emails.clear();
        assert_eq!(
            presence(&[silent], &[&[("ann", 1, 2), ("bob", 1, 2)]]),
            ["@ann Here 1 to 2", "bob Unknown 1 to 2"]
        );
        assert_eq!(
            presence(&[roster(&["acme"], &["zoe"])], &[&[("bob", 1, 2)]]),
            ["bob Unknown 1 to 2"]
        );
    }
}
