//! Pull requests and who reviewed them: how long their owners let them wait, who approves them, and when
//! anybody was last seen to review.
//!
//! - **Time to first review**: from when a pull request was opened, or last declared ready, to the first review
//!   by a person other than its author who is an owner of what it changes, by the ownership file as it is now.
//!   Where it is not known who is in a team that owns a part of it, the first review by any other person counts.
//!   One that was merged or closed before any such review was not reviewed: it has no time. One that is open
//!   has waited until now.
//! - **Working days** are those from Monday to Friday, in UTC, with all their hours; holidays are not known.
//! - **Percentiles** are those of the nearest rank: the smallest value that so many do not exceed.
//!
//! Changes and reviews of bots count nowhere, nor do those of people whose accounts are gone.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::OnceLock;

use jiff::Timestamp;

use super::Measures;
use super::concentration::Concentration;
use super::replay::MOST_OWNERS;
use crate::codeowners::{Matcher, OwnershipFile};
use crate::facts::{Author, Forge, Login, Name, Pull, Review, ReviewState};
use crate::graph::{Actor, Graph};
use crate::identity::{Party, is_bot_name, name_of};
use crate::text::RepoPath;

/// What was worked out of reviews.
#[derive(Debug)]
pub(super) struct Known {
    /// By repository: the logins that the policy counts as bots.
    bots: Vec<BTreeSet<String>>,
    /// By repository.
    reviews: Vec<OnceLock<Option<Reviews>>>,
    last: OnceLock<BTreeMap<Actor, Timestamp>>,
}

impl Known {
    pub(super) fn of(graph: &Graph<'_>, is_bot: impl Fn(usize, &Author) -> bool) -> Known {
        let members = graph.members().iter().enumerate();
        let bots = members.map(|(place, member)| {
            let forge = member.repository.forge.as_ref();
            let forge = forge.and_then(|forge| forge.as_deref().ok());
            let pulls = forge.and_then(|forge| forge.pulls.as_ref().ok());
            let pulls = pulls.iter().flat_map(|pulls| &pulls.all);
            let logins: BTreeSet<&str> = pulls.flat_map(logins).collect();
            let logins = logins.into_iter().filter(|login| {
                let author = Author {
                    email: String::new(),
                    name: (*login).to_owned(),
                };
                is_bot(place, &author)
            });
            logins.map(str::to_owned).collect()
        });
        Known {
            bots: bots.collect(),
            reviews: graph.members().iter().map(|_| OnceLock::new()).collect(),
            last: OnceLock::new(),
        }
    }
}

fn logins(pull: &Pull) -> impl Iterator<Item = &str> {
    let reviewers = pull.reviews.iter().flat_map(|review| &review.author);
    let all = pull.author.iter().chain(reviewers);
    all.map(|login| login.login.as_str())
}

/// The pull requests to the default branch of one repository, those of bots and of nobody left out.
#[derive(Debug, Default)]
pub struct Reviews {
    /// Since when all are known.
    pub since: Timestamp,
    /// Ascending by number.
    pub pulls: Vec<ReviewedPull>,
    groups: Vec<Group>,
}

/// Owners of one line.
#[derive(Debug)]
struct Group {
    /// Who they are; of a line that names more than anybody would ask, the first ones.
    actors: Vec<Actor>,
    /// Whether all people behind them are known.
    knows_people: bool,
}

/// A pull request, with who reviewed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewedPull {
    /// Its number.
    pub number: u64,
    /// Who opened it.
    pub author: Actor,
    /// Since when it waits for reviews; none for a draft.
    pub ready: Option<Timestamp>,
    /// When it was merged.
    pub merged: Option<Timestamp>,
    /// Whether it was closed, be it by merging.
    pub is_closed: bool,
    /// The lines that need somebody other than its author, by place among the groups, ascending.
    groups: Box<[u32]>,
    /// The first review that its owners gave, or anybody where these are not known.
    pub first: Option<Timestamp>,
    /// Whether anybody's review counts.
    pub by_anybody: bool,
    /// Who approved it before it was merged, each once, with when; the author never.
    pub approvals: Vec<(Actor, Timestamp)>,
}

impl ReviewedPull {
    /// Whether it needs an owner other than its author.
    pub fn needs_owner(&self) -> bool {
        !self.groups.is_empty()
    }
}

/// How long pull requests waited for their first review.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pickup {
    /// Working days, ascending.
    days: Vec<f64>,
    /// For how many of these anybody's review counted.
    pub by_anybody: usize,
    /// How many were merged before any review that counts; they are not among these.
    pub unreviewed: usize,
}

impl Pickup {
    /// How many waited.
    pub fn count(&self) -> usize {
        self.days.len()
    }

    /// The smallest number of working days that so many percent do not exceed; none of nothing.
    pub fn percentile(&self, percent: usize) -> Option<f64> {
        nearest_rank(&self.days, percent)
    }
}

/// The smallest of sorted values that so many percent do not exceed.
fn nearest_rank(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

/// Who approved what was merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Approvals {
    /// How many merged pull requests somebody approved.
    pub pulls: usize,
    /// By person: how many of these they approved, the most first.
    pub by_person: Vec<(Actor, usize)>,
    /// How many people opened or approved any of them.
    pub people: usize,
}

impl Approvals {
    /// How many somebody approved.
    pub fn by(&self, who: &Actor) -> usize {
        let mut all = self.by_person.iter();
        all.find(|it| it.0 == *who).map_or(0, |it| it.1)
    }

    /// As how many people who all approve the same those count who approve: 1 / HHI over their approvals.
    pub fn effective_approvers(&self) -> Option<f64> {
        let counts = self.by_person.iter().map(|&(_, count)| count as f64);
        Concentration::of(counts).effective()
    }
}

impl Reviews {
    /// How long those that were ready since then waited, as far as they need an owner other than their author,
    /// be it this one. Open ones count once they have waited longer than so many working days.
    pub fn pickup(
        &self,
        start: Timestamp,
        now: Timestamp,
        slow: f64,
        owner: Option<&Actor>,
    ) -> Pickup {
        let mut pickup = Pickup::default();
        for pull in self.asking(start, owner) {
            let Some(ready) = pull.ready else { continue };
            let days = match (pull.first, pull.is_closed) {
                (Some(first), _) => working_days(ready, first),
                (None, false) => {
                    let so_far = working_days(ready, now);
                    if so_far <= slow {
                        continue;
                    }
                    so_far
                }
                (None, true) => {
                    pickup.unreviewed += usize::from(pull.merged.is_some());
                    continue;
                }
            };
            pickup.days.push(days);
            pickup.by_anybody += usize::from(pull.by_anybody);
        }
        pickup.days.sort_by(f64::total_cmp);
        pickup
    }

    /// By owner: how many of those that were ready since then ask it.
    pub(super) fn asked(&self, start: Timestamp) -> BTreeMap<&Actor, usize> {
        let mut asked: BTreeMap<&Actor, usize> = BTreeMap::new();
        for pull in self.asking(start, None) {
            let groups = pull.groups.iter();
            let owners = groups.flat_map(|&it| &self.groups[it as usize].actors);
            for owner in owners.collect::<BTreeSet<&Actor>>() {
                *asked.entry(owner).or_default() += 1;
            }
        }
        asked
    }

    fn asking<'r>(
        &'r self,
        start: Timestamp,
        owner: Option<&'r Actor>,
    ) -> impl Iterator<Item = &'r ReviewedPull> {
        let asks = move |pull: &&ReviewedPull| {
            let mut groups = pull.groups.iter();
            pull.ready.is_some_and(|ready| ready >= start)
                && pull.needs_owner()
                && owner.is_none_or(|owner| {
                    groups.any(|&it| self.groups[it as usize].actors.contains(owner))
                })
        };
        self.pulls.iter().filter(asks)
    }

    /// Who approved what was merged since then.
    pub fn approvals(&self, start: Timestamp) -> Approvals {
        let mut by_person: BTreeMap<&Actor, usize> = BTreeMap::new();
        let mut people: BTreeSet<&Actor> = BTreeSet::new();
        let mut approvals = Approvals::default();
        let merged = self.pulls.iter();
        let merged = merged.filter(|pull| pull.merged.is_some_and(|when| when >= start));
        for pull in merged.filter(|pull| !pull.approvals.is_empty()) {
            approvals.pulls += 1;
            people.insert(&pull.author);
            for (person, _) in &pull.approvals {
                people.insert(person);
                *by_person.entry(person).or_default() += 1;
            }
        }
        approvals.people = people.len();
        let by_person = by_person.into_iter();
        approvals.by_person = by_person.map(|(it, count)| (it.clone(), count)).collect();
        // Of as many the first by name.
        approvals
            .by_person
            .sort_by_key(|it| std::cmp::Reverse(it.1));
        approvals
    }
}

/// How many working days lie between two points in time: hours of days from Monday to Friday, by 24. 0 where the
/// second is not later.
pub fn working_days(from: Timestamp, to: Timestamp) -> f64 {
    const DAY: i64 = 86_400;
    // Seconds of working days since the Monday before the epoch, which was a Thursday.
    let worked = |when: Timestamp| {
        let since_monday = when.as_second() + 3 * DAY;
        let weeks = since_monday.div_euclid(7 * DAY);
        weeks * 5 * DAY + since_monday.rem_euclid(7 * DAY).min(5 * DAY)
    };
    (worked(to) - worked(from)).max(0) as f64 / DAY as f64
}

impl Measures<'_> {
    /// The pull requests of the repository at this place; none where they are not known.
    pub fn reviews(&self, place: usize) -> Option<&Reviews> {
        let known = self.reviewed.reviews[place].get_or_init(|| {
            let forge = self.forge(place)?;
            Reader::new(self, place).read(forge)
        });
        known.as_ref()
    }

    /// When somebody last reviewed a pull request, in any repository.
    pub fn last_review(&self, actor: &Actor) -> Option<Timestamp> {
        let last = self.reviewed.last.get_or_init(|| {
            let mut last: BTreeMap<Actor, Timestamp> = BTreeMap::new();
            let mut actors: HashMap<&str, Actor> = HashMap::new();
            for place in 0..self.graph.members().len() {
                let forge = self.forge(place);
                let pulls = forge.and_then(|forge| forge.pulls.as_ref().ok());
                let pulls = pulls.iter().flat_map(|pulls| &pulls.all);
                for review in pulls.flat_map(|pull| &pull.reviews) {
                    let Some(login) = review.author.as_ref().filter(|it| !self.is_bot(place, it))
                    else {
                        continue;
                    };
                    if review.when > self.as_of {
                        continue;
                    }
                    let actor = actors.entry(&login.login).or_insert_with(|| {
                        self.graph.actor(&Name::User(login.login.as_str().into()))
                    });
                    let known = last.entry(actor.clone()).or_insert(review.when);
                    *known = review.when.max(*known);
                }
            }
            last
        });
        last.get(actor).copied()
    }

    /// Since when the reviews of all repositories are known; none where those of any are not.
    pub fn reviews_since(&self) -> Option<Timestamp> {
        let members = self.graph.members().iter().enumerate();
        let places = members.filter(|(_, member)| !member.repository.is_organization);
        let since = places.map(|(place, _)| Some(self.forge(place)?.pulls.as_ref().ok()?.since));
        let since: Option<Vec<Timestamp>> = since.collect();
        since?.into_iter().max()
    }

    /// Whether no person is behind a login.
    fn is_bot(&self, place: usize, login: &Login) -> bool {
        let committer = || {
            self.committers
                .of_name(&Name::User(login.login.as_str().into()))
        };
        login.is_bot
            || is_bot_name(&login.login)
            || self.reviewed.bots[place].contains(&login.login)
            || committer().is_some_and(|who| self.committers.at(who).is_bot)
    }
}

/// Reads the pull requests of one repository.
struct Reader<'m> {
    measures: &'m Measures<'m>,
    place: usize,
    groups: Vec<Group>,
    /// By the owners, as they are compared: their place among the groups.
    places: HashMap<Vec<Actor>, u32>,
    /// By team of the directory: whether all of its people are known.
    teams: HashMap<usize, bool>,
}

impl<'m> Reader<'m> {
    fn new(measures: &'m Measures<'m>, place: usize) -> Reader<'m> {
        Reader {
            measures,
            place,
            groups: Vec::new(),
            places: HashMap::new(),
            teams: HashMap::new(),
        }
    }

    fn read(mut self, forge: &Forge) -> Option<Reviews> {
        let pulls = forge.pulls.as_ref().ok()?;
        let of_branch = pulls.all.iter().filter(|pull| {
            let is_default = forge.default_branch.as_ref();
            is_default.is_none_or(|branch| *branch == pull.base)
                && pull.created <= self.measures.as_of
        });
        let of_branch: Vec<&Pull> = of_branch.collect();
        let repository = self.measures.graph.members()[self.place].repository;
        let file = repository.ownership_files.in_use.present();
        let decided = file.map_or_else(BTreeMap::new, |file| self.decide(file, &of_branch));
        let read = of_branch.into_iter();
        let read = read.filter_map(|pull| self.pull(pull, &decided)).collect();
        Some(Reviews {
            since: pulls.since,
            pulls: read,
            groups: self.groups,
        })
    }

    /// The groups of owners of all paths that pull requests change. Every path is decided over once.
    fn decide<'p>(
        &mut self,
        file: &OwnershipFile,
        pulls: &[&'p Pull],
    ) -> BTreeMap<&'p RepoPath, u32> {
        let paths: BTreeSet<&RepoPath> = pulls.iter().flat_map(|pull| &pull.paths).collect();
        let matcher = Matcher::new(file.patterns());
        // Paths are sorted, which is the order in which a walker is fastest.
        let mut walker = matcher.last_match();
        let mut by_rule: HashMap<usize, Option<u32>> = HashMap::new();
        let mut decided = BTreeMap::new();
        for path in paths {
            let Some(rule) = walker.find(path.as_bytes()) else {
                continue;
            };
            let group = *by_rule
                .entry(rule)
                .or_insert_with(|| self.group(&file.rules()[rule]));
            decided.extend(group.map(|group| (path, group)));
        }
        decided
    }

    /// The place of the owners of a line; none where it names nobody.
    fn group(&mut self, rule: &crate::codeowners::OwnershipRule) -> Option<u32> {
        let graph = self.measures.graph;
        let mut actors: Vec<Actor> = Vec::new();
        for owner in rule.owners().iter().take(MOST_OWNERS) {
            let name = name_of(owner.kind(), owner.text());
            let actor = name.map(|name| graph.actor(&name));
            actors.extend(actor.filter(|it| !actors.contains(it)));
        }
        if actors.is_empty() {
            return None;
        }
        if let Some(&known) = self.places.get(&actors) {
            return Some(known);
        }
        let mut knows_people = rule.owners().len() <= MOST_OWNERS;
        for actor in &actors {
            knows_people &= match actor {
                Actor::Party(Party::Person(_)) | Actor::Unlisted(Name::User(_)) => true,
                Actor::Party(Party::Team(team)) => *self
                    .teams
                    .entry(*team)
                    .or_insert_with(|| graph.people_of(*team).1),
                // An address says no login.
                Actor::Unlisted(_) => false,
            };
        }
        let place = u32::try_from(self.groups.len()).ok()?;
        self.places.insert(actors.clone(), place);
        self.groups.push(Group {
            actors,
            knows_people,
        });
        Some(place)
    }

    fn pull(&self, pull: &Pull, decided: &BTreeMap<&RepoPath, u32>) -> Option<ReviewedPull> {
        let (measures, now) = (self.measures, self.measures.as_of);
        let by = pull.author.as_ref();
        let by = by.filter(|login| !measures.is_bot(self.place, login))?;
        let actor = |login: &Login| {
            measures
                .graph
                .actor(&Name::User(login.login.as_str().into()))
        };
        let author = actor(by);
        let groups = pull.paths.iter().filter_map(|path| decided.get(path));
        let mut groups: Vec<u32> = groups.copied().collect();
        groups.sort_unstable();
        groups.dedup();
        groups.retain(|&group| self.groups[group as usize].actors != [author.clone()]);
        let by_anybody = groups
            .iter()
            .any(|&group| !self.groups[group as usize].knows_people);

        let (merged, closed) = (
            pull.merged.filter(|&it| it <= now),
            pull.closed.filter(|&it| it <= now),
        );
        let by_people = |review: &&Review| {
            let login = review.author.as_ref();
            review.when <= closed.unwrap_or(now)
                && login.is_some_and(|it| it.login != by.login && !measures.is_bot(self.place, it))
        };
        let reviews = pull.reviews.iter().filter(by_people);
        let reviews = reviews.filter_map(|it| Some((actor(it.author.as_ref()?), it)));
        let reviews: Vec<(Actor, &Review)> = reviews.filter(|(who, _)| *who != author).collect();
        let ready = pull.ready.unwrap_or(pull.created).max(pull.created);
        let ready = (!pull.is_draft && ready <= now).then_some(ready);
        let counts = |who: &Actor| by_anybody || self.is_owner(who, &groups);
        let mut counting = reviews.iter().filter(|(who, _)| counts(who));
        let first = counting.next().map(|(_, review)| review.when);
        let mut approvals: Vec<(Actor, Timestamp)> = Vec::new();
        for (who, review) in &reviews {
            let is_known = approvals.iter().any(|(known, _)| known == who);
            if review.state == ReviewState::Approved && !is_known {
                approvals.push((who.clone(), review.when));
            }
        }
        Some(ReviewedPull {
            number: pull.number,
            author,
            ready,
            merged,
            is_closed: closed.is_some(),
            groups: groups.into(),
            first: first.map(|first| ready.map_or(first, |ready| ready.max(first))),
            by_anybody,
            approvals,
        })
    }

    /// Whether a person is an owner of any of these groups, or in a team that is.
    fn is_owner(&self, who: &Actor, groups: &[u32]) -> bool {
        let graph = self.measures.graph;
        let groups = groups.iter().map(|&it| &self.groups[it as usize]);
        let mut owners = groups.flat_map(|group| &group.actors);
        owners.any(|owner| match (owner, who) {
            (Actor::Party(Party::Team(team)), Actor::Party(Party::Person(person))) => {
                graph.is_in(*person, *team)
            }
            _ => owner == who,
        })
    }
}

#[cfg(test)]
mod tests;
