//! Whether those talk to each other whose work hangs together.
//!
//! Two measures of the same thing.
//!
//! *Congruence* is that of M. Cataldo, J. Herbsleb and K. Carley (*Socio-Technical Congruence*, 2008,
//! CMU-ISR-08-104): with TA who works on what and TD what depends on what, coordination is required between all
//! for whom TA · TD · TAᵀ is not zero, the diagonal left out; congruence is the share of required pairs that do
//! coordinate. It is told of *teams* here, and so differs from the study in three things:
//!
//! - TA is which team answers for which service, where the study takes which developer changed which file.
//!   Measures of people are told by team, and a pair of people who talked leaves no trace in commits.
//! - TD is which services change together over a year, by the limits of code-maat, where the study takes files.
//!   Teams that are one, or parts of each other, stand on the diagonal.
//! - The study sees who coordinates in reviews and comments. As far as files and commits tell it, teams do if a
//!   descriptor declares that a service of one needs one of the other, if somebody is in both, or if people of
//!   both wrote a change together. Who talks without leaving a trace is not seen.
//!
//! *Alignment* is the simple form of Conway's law: of all pairs of services that change together or of which one
//! needs the other, the share whose ends belong to the same team, or to teams with a declared interface. A
//! declared dependency is such an interface, so that what can be out of line are services that change together.
//! Work that teams share holds nothing together here: it is what interfaces are to spare them.

use std::collections::{BTreeMap, BTreeSet};

use super::Measures;
use super::coupling::{Coupling, Limits};
use crate::graph::{Actor, ServiceId};
use crate::identity::Party;

/// Two services that hang together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The one.
    pub a: ServiceId,
    /// The other, which comes later.
    pub b: ServiceId,
    /// How strongly they are coupled, in percent, if they are.
    pub degree: Option<u32>,
    /// Whether a descriptor says that one of them needs the other.
    pub is_declared: bool,
    /// Whether those who answer for them coordinate.
    pub bond: Bond,
}

/// Two teams of which services change together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamPair {
    /// The one.
    pub a: Actor,
    /// The other, which comes later.
    pub b: Actor,
    /// Whether they coordinate.
    pub bond: Bond,
    /// The most strongly coupled services that require it, that of the first team first.
    pub services: (ServiceId, ServiceId),
}

/// What holds the teams together that answer for two services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bond {
    /// They are the same, or parts of each other.
    SameTeam,
    /// A service of the one declares that it needs one of the other.
    Interface,
    /// Somebody is in both, or people of both wrote a change together.
    SharedWork,
    /// It cannot be known: nobody answers, or who is in the teams is not known.
    Unknown,
    /// Nothing that can be seen.
    Nothing,
}

/// What hangs together, and whether those coordinate who answer for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Congruence {
    /// Pairs of services, ascending.
    pub links: Vec<Link>,
    /// Pairs of teams that are required to coordinate, ascending.
    pub pairs: Vec<TeamPair>,
}

/// Of a service that more teams own, the first ones count.
const MOST_TEAMS: usize = 8;

/// A change by more people than that is a whole branch, and no work that they shared.
const MOST_AUTHORS: usize = 10;

impl Congruence {
    /// Conway's alignment, from 0 to 1, of the pairs of which it is known; none where there are none.
    pub fn alignment(&self) -> Option<f64> {
        self.services(&self.links).share()
    }

    /// The share of required pairs of teams that coordinate, from 0 to 1, of those of which it is known; none
    /// where there are none.
    pub fn congruence(&self) -> Option<f64> {
        self.teams(&self.pairs).share()
    }

    /// How many of these pairs of teams coordinate.
    pub fn teams<'c>(&self, pairs: impl IntoIterator<Item = &'c TeamPair>) -> Held {
        let bonds = pairs.into_iter().map(|pair| pair.bond);
        Held::of(bonds, |bond| bond != Bond::Nothing)
    }

    /// How many of these pairs of services are aligned.
    pub fn services<'c>(&self, links: impl IntoIterator<Item = &'c Link>) -> Held {
        let bonds = links.into_iter().map(|link| link.bond);
        Held::of(bonds, |bond| {
            matches!(bond, Bond::SameTeam | Bond::Interface)
        })
    }

    /// The pairs in which a team is.
    pub fn of_team<'c>(&'c self, team: &'c Actor) -> impl Iterator<Item = &'c TeamPair> {
        let pairs = self.pairs.iter();
        pairs.filter(move |pair| pair.a == *team || pair.b == *team)
    }
}

/// How many bonds hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Of how many it is known.
    pub known: usize,
    /// How many of these hold.
    pub held: usize,
    /// Of how many it is not known.
    pub unknown: usize,
}

impl Held {
    fn of(bonds: impl IntoIterator<Item = Bond>, holds: impl Fn(Bond) -> bool) -> Held {
        let mut all = Held::default();
        for bond in bonds {
            match bond {
                Bond::Unknown => all.unknown += 1,
                bond => {
                    all.known += 1;
                    all.held += usize::from(holds(bond));
                }
            }
        }
        all
    }

    /// Whether there are any.
    pub fn is_any(&self) -> bool {
        self.known + self.unknown > 0
    }

    /// The share that holds, from 0 to 1; none where it is known of none.
    pub fn share(&self) -> Option<f64> {
        (self.known > 0).then(|| self.held as f64 / self.known as f64)
    }
}

impl Congruence {
    pub(super) fn of(measures: &Measures<'_>, coupling: &Coupling) -> Congruence {
        let graph = measures.graph;
        let mut links: BTreeMap<(ServiceId, ServiceId), (Option<u32>, bool)> = BTreeMap::new();
        for pair in &coupling.pairs {
            let (a, b) = (ServiceId(pair.a as usize), ServiceId(pair.b as usize));
            links.entry((a, b)).or_default().0 = Some(pair.degree());
        }
        for (id, _) in graph.services() {
            for need in graph.needs(id) {
                let (a, b) = (id.min(need.service), id.max(need.service));
                links.entry((a, b)).or_default().1 = true;
            }
        }
        let mut teams: BTreeMap<ServiceId, Vec<Actor>> = BTreeMap::new();
        for &(a, b) in links.keys() {
            for id in [a, b] {
                teams.entry(id).or_insert_with(|| {
                    let mut teams = graph.owning_teams(id);
                    teams.truncate(MOST_TEAMS);
                    teams
                });
            }
        }
        // Teams of which a service of one needs one of the other, and those that must coordinate.
        let mut interfaces: BTreeSet<(&Actor, &Actor)> = BTreeSet::new();
        let mut required: BTreeMap<(&Actor, &Actor), (u32, ServiceId, ServiceId)> = BTreeMap::new();
        for (&(a, b), &(degree, is_declared)) in &links {
            let both = teams[&a]
                .iter()
                .flat_map(|one| teams[&b].iter().map(move |it| (one, it)));
            for (one, other) in both {
                let is_swapped = one > other;
                let pair = if is_swapped {
                    (other, one)
                } else {
                    (one, other)
                };
                if is_declared {
                    interfaces.insert(pair);
                }
                if let Some(degree) = degree
                    && is_same(measures, one, other) == Some(false)
                {
                    let services = if is_swapped { (b, a) } else { (a, b) };
                    let best = required
                        .entry(pair)
                        .or_insert((degree, services.0, services.1));
                    if degree > best.0 {
                        *best = (degree, services.0, services.1);
                    }
                }
            }
        }
        let worked = shared_work(measures);
        let bond = |one: &Actor, other: &Actor| {
            let pair = if one > other {
                (other, one)
            } else {
                (one, other)
            };
            match is_same(measures, one, other) {
                Some(true) => return Bond::SameTeam,
                _ if interfaces.contains(&pair) => return Bond::Interface,
                None => return Bond::Unknown,
                Some(false) => {}
            }
            let (&Actor::Party(Party::Team(a)), &Actor::Party(Party::Team(b))) = (one, other)
            else {
                return Bond::Unknown;
            };
            if share_people(measures, a, b) || worked.contains(&(a.min(b), a.max(b))) {
                return Bond::SharedWork;
            }
            match is_seen(measures, a) && is_seen(measures, b) {
                true => Bond::Nothing,
                false => Bond::Unknown,
            }
        };
        let pairs = required.iter().map(|(&(a, b), &(_, of_a, of_b))| TeamPair {
            a: a.clone(),
            b: b.clone(),
            bond: bond(a, b),
            services: (of_a, of_b),
        });
        let pairs = pairs.collect();
        let links = links.iter().map(|(&(a, b), &(degree, is_declared))| {
            let both = teams[&a]
                .iter()
                .flat_map(|one| teams[&b].iter().map(move |it| (one, it)));
            // One pair of teams that holds is enough for services that several answer for.
            let best = both.map(|(one, other)| bond(one, other)).min();
            let best = best.unwrap_or(Bond::Unknown);
            Link {
                a,
                b,
                degree,
                is_declared,
                bond: match (best, is_declared) {
                    (Bond::Unknown | Bond::Nothing, true) => Bond::Interface,
                    _ => best,
                },
            }
        });
        Congruence {
            links: links.collect(),
            pairs,
        }
    }
}

/// Whether two teams are one, or parts of each other. Of teams that no roster has, two handles are two.
fn is_same(measures: &Measures<'_>, one: &Actor, other: &Actor) -> Option<bool> {
    use crate::facts::Name;
    let known = measures.graph.stands_for(one, other);
    known.or(match (one, other) {
        (Actor::Unlisted(Name::Team(_)), Actor::Unlisted(Name::Team(_))) => Some(false),
        _ => None,
    })
}

fn share_people(measures: &Measures<'_>, one: usize, other: usize) -> bool {
    let (one, _) = measures.graph.people_of(one);
    let (other, _) = measures.graph.people_of(other);
    one.iter().any(|person| other.binary_search(person).is_ok())
}

/// Whether what people of a team do can be seen: all of them are known, and somebody wrote a commit.
fn is_seen(measures: &Measures<'_>, team: usize) -> bool {
    let (people, complete) = measures.graph.people_of(team);
    complete
        && people
            .iter()
            .any(|&it| measures.committers.of_person(it).is_some())
}

/// Pairs of teams of which different people wrote a change together, ascending in themselves.
fn shared_work(measures: &Measures<'_>) -> BTreeSet<(usize, usize)> {
    let directory = measures.graph.directory();
    let mut teams_of: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (team, record) in directory.teams().iter().enumerate() {
        for &person in &record.members {
            let teams = teams_of.entry(person).or_default();
            if teams.len() < MOST_TEAMS {
                teams.push(team);
            }
        }
    }
    // What a part of a team does the team does.
    for teams in teams_of.values_mut() {
        let all = teams.iter().flat_map(|&team| directory.ancestry(team));
        let all: BTreeSet<usize> = all.collect();
        *teams = all.into_iter().take(4 * MOST_TEAMS).collect();
    }
    let mut pairs = BTreeSet::new();
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    for place in 0..measures.graph.members().len() {
        for landing in measures.history(place).iter().flat_map(|it| &it.changes) {
            if landing.authors.len() < 2 || landing.authors.len() > MOST_AUTHORS {
                continue;
            }
            let people = landing.authors.iter().filter_map(|&author| {
                let committer = measures
                    .committers
                    .at(measures.committers.who(place, author));
                committer.person.filter(|_| !committer.is_bot)
            });
            let people: BTreeSet<usize> = people.collect();
            let both = people
                .iter()
                .flat_map(|&a| people.range(a + 1..).map(move |&b| (a, b)));
            for (a, b) in both {
                if !seen.insert((a, b)) {
                    continue;
                }
                let (Some(of_a), Some(of_b)) = (teams_of.get(&a), teams_of.get(&b)) else {
                    continue;
                };
                let all = of_a
                    .iter()
                    .flat_map(|&a| of_b.iter().map(move |&b| (a.min(b), a.max(b))));
                pairs.extend(all.filter(|(a, b)| a != b));
            }
        }
    }
    pairs
}

impl Measures<'_> {
    /// Which services change together over a year, by the usual limits.
    pub fn coupled_services(&self) -> &Coupling {
        let known = &self.flow.coupled;
        known.get_or_init(|| self.service_coupling(&Limits::default()))
    }

    /// Whether those coordinate whose services hang together, by the usual limits of coupling.
    pub fn congruence(&self) -> &Congruence {
        let known = &self.flow.congruence;
        known.get_or_init(|| Congruence::of(self, self.coupled_services()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::World;
    use super::*;

    const SERVICES: &str = "[[services]]\nname = \"a\"\nowner = \"@acme/a\"\npaths = [\"/a/\"]\n\
        depends-on = [\"d\"]\n\
        [[services]]\nname = \"b\"\nowner = \"@acme/b\"\npaths = [\"/b/\"]\n\
        [[services]]\nname = \"c\"\nowner = \"@acme/c\"\npaths = [\"/c/\"]\n\
        [[services]]\nname = \"d\"\nowner = \"@acme/d\"\npaths = [\"/d/\"]\n\
        [[services]]\nname = \"e\"\nowner = \"@acme/a\"\npaths = [\"/e/\"]\n";

    fn roster(of_b: &str) -> String {
        let people = ["ann", "ben", "cid", "dan"].map(|name| {
            format!("[[people]]\nlogin = \"@{name}\"\nemails = [\"{name}@acme.test\"]\n")
        });
        let team = |name: &str, members: &str| {
            format!("[[teams]]\nhandle = \"@acme/{name}\"\nmembers = [{members}]\n")
        };
        [
            people.concat(),
            team("a", "\"@ann\""),
            team("b", of_b),
            team("c", "\"@cid\""),
            team("d", "\"@dan\""),
        ]
        .concat()
    }

    /// All five services change together.
    fn changes(more: &str) -> String {
        let days = (1..6).map(|day| format!("2026-01-0{day} ann: a/x b/x c/x d/x e/x\n"));
        format!(
            "2025-12-01 ben: z\n2025-12-02 cid: z\n2025-12-03 dan: z\n{}{more}",
            days.collect::<String>()
        )
    }

    fn found(roster: &str, changes: &str) -> (Vec<String>, Option<f64>, Option<f64>) {
        let world = World::of("", SERVICES, &[], changes);
        let world = if roster.is_empty() {
            world
        } else {
            world.roster(roster)
        };
        world.measure(|measures| {
            let found = measures.congruence();
            let label = |it: &Actor| measures.graph.actor_label(it);
            let pairs = found.pairs.iter();
            let pairs = pairs.map(|it| format!("{} {} {:?}", label(&it.a), label(&it.b), it.bond));
            (pairs.collect(), found.congruence(), found.alignment())
        })
    }

    #[test]
    fn worked_out_by_hand() {
        let (pairs, congruence, alignment) =
            found(&roster("\"@ben\""), &changes("2026-01-07 cid ben: z\n"));
        assert_eq!(
            pairs,
            [
                "@acme/a @acme/b Nothing",
                "@acme/a @acme/c Nothing",
                "@acme/a @acme/d Interface",
                "@acme/b @acme/c SharedWork",
                "@acme/b @acme/d Nothing",
                "@acme/c @acme/d Nothing",
            ]
        );
        assert_eq!(congruence, Some(2.0 / 6.0));
        // Of ten pairs of services a and e have one team, a and d an interface, and so have their teams for
        // e and d; that b and c share work is no interface.
        assert_eq!(alignment, Some(0.3));
    }

    /// TA · TD · TAᵀ, of teams and services.
    fn required<const T: usize, const S: usize>(
        answers: [[u32; S]; T],
        depends: [[u32; S]; S],
    ) -> [[u32; T]; T] {
        let entry = |one: &[u32; S], other: &[u32; S]| -> u32 {
            let rows = one.iter().zip(&depends);
            let rows = rows.map(|(mine, row)| {
                let row = row.iter().zip(other);
                mine * row.map(|(depends, its)| depends * its).sum::<u32>()
            });
            rows.sum()
        };
        answers.map(|one| answers.map(|other| entry(&one, &other)))
    }

    #[test]
    fn coordination_is_required_as_the_product_of_matrices_has_it() {
        // a and b change together, b and c, and d and e; a, d and e are of one team.
        let services = SERVICES
            .replace("depends-on = [\"d\"]\n", "")
            .replace("owner = \"@acme/d\"", "owner = \"@acme/a\"");
        let pairs = ["a/x b/x", "b/x c/x", "d/x e/x"].map(|files| {
            let days = (1..6).map(|day| format!("2026-01-0{day} ann: {files}\n"));
            days.collect::<String>()
        });
        let changes = format!(
            "2025-12-01 ben: z\n2025-12-02 cid: z\n{}2026-01-07 cid ben: z\n",
            pairs.concat()
        );
        let answers = [[1, 0, 0, 1, 1], [0, 1, 0, 0, 0], [0, 0, 1, 0, 0]];
        let depends = [
            [0, 1, 0, 0, 0],
            [1, 0, 1, 0, 0],
            [0, 1, 0, 0, 0],
            [0, 0, 0, 0, 1],
            [0, 0, 0, 1, 0],
        ];
        // By hand: the first team needs the second by a and b once, the second the third by b and c once, the
        // first the third not at all, and itself twice, which is the diagonal.
        let product = required(answers, depends);
        assert_eq!(product, [[2, 1, 0], [1, 0, 1], [0, 1, 0]]);
        let world = World::of("", &services, &[], &changes).roster(&roster("\"@ben\""));
        world.measure(|measures| {
            let found = measures.congruence();
            let label = |it: &Actor| measures.graph.actor_label(it);
            let pairs: Vec<(String, String)> = found
                .pairs
                .iter()
                .map(|it| (label(&it.a), label(&it.b)))
                .collect();
            let names = ["@acme/a", "@acme/b", "@acme/c"];
            let mut expected = Vec::new();
            for (i, row) in product.iter().enumerate() {
                for (j, &required) in row.iter().enumerate().skip(i + 1) {
                    if required > 0 {
                        expected.push((names[i].to_owned(), names[j].to_owned()));
                    }
                }
            }
            assert_eq!(pairs, expected);
            // People of b and c wrote a change together, nothing holds a and b.
            assert_eq!(found.congruence(), Some(0.5));
            // Of three pairs of services d and e have one team.
            let held = found.services(&found.links);
            assert_eq!((held.known, held.held, held.unknown), (3, 1, 0));
            let of_c = measures
                .graph
                .actor(&crate::facts::Name::Team("acme/c".into()));
            let of_c = found.teams(found.of_team(&of_c));
            assert_eq!((of_c.known, of_c.held), (1, 1));
        });
    }

    #[test]
    fn somebody_in_both_is_shared_work() {
        let (pairs, ..) = found(&roster("\"@ann\", \"@ben\""), &changes(""));
        assert_eq!(pairs[0], "@acme/a @acme/b SharedWork");
    }

    #[test]
    fn without_rosters_it_is_not_known() {
        let (pairs, congruence, alignment) = found("", &changes(""));
        assert_eq!(pairs.len(), 6);
        assert_eq!(
            congruence,
            Some(1.0),
            "only the declared interface is known: {pairs:?}"
        );
        // The same team, and twice the interface.
        assert_eq!(alignment, Some(1.0));
        let unknown = Held::of([Bond::Unknown], |_| true);
        assert_eq!(unknown.share(), None);
    }
}
