//! Who can approve a change: small sets of owners, each of whom is needed.

use std::collections::{BTreeMap, BTreeSet};

use crate::facts::Gap;
use crate::ownership::Approval;

/// Who can approve a change.
#[derive(Debug)]
pub struct ApprovalsAnswer {
    /// The revision since which the change is told of.
    pub since: String,
    /// The full hash of the commit that it starts from.
    pub base: String,
    /// How many paths it touches, and how many of them nobody has to approve.
    pub paths: usize,
    /// See `paths`.
    pub free: usize,
    /// The ownership file that says who has to approve, if there is one.
    pub file: Option<String>,
    /// Who wrote the change, and cannot approve it.
    pub authors: Vec<String>,
    /// The lines whose owners have to approve.
    pub lines: Vec<Line>,
    /// Sets of owners who can approve it together, the smallest first.
    pub sets: Vec<Vec<String>>,
    /// Whether the search came to its bound, so that there may be smaller sets, or others as small.
    pub bounded: bool,
    /// Of the owners who can approve: in how many changes of the last 90 days each was asked, the fewest
    /// first. Empty where the history does not say.
    pub load: Vec<(String, usize)>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// A line, and who can approve for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The line itself.
    pub approval: Approval,
    /// Those of its owners, as written, of whom somebody other than an author can approve.
    pub able: Vec<String>,
    /// Those who cannot, with the reason.
    pub unable: Vec<(String, String)>,
    /// People who can approve for one of the owners, as far as rosters say completely who they are.
    pub people: BTreeSet<String>,
}

/// How many sets are told of.
const MOST_SETS: usize = 5;

/// How many steps the search for sets takes at most.
const MOST_STEPS: usize = 20_000;

/// The smallest sets of owners that have one able owner for each line, and whether the search came to its
/// bound. A person whom rosters know counts beside the owners where they can approve for more lines than
/// any single owner that stands for them.
///
/// A set that hits every line is a hitting set; to find a smallest one is hard in general, so the search
/// branches over the line with the fewest choices and ends after a number of steps.
pub fn smallest_sets(lines: &[Line]) -> (Vec<Vec<String>>, bool) {
    let open: Vec<&Line> = lines.iter().filter(|line| !line.able.is_empty()).collect();
    if open.is_empty() {
        return (Vec::new(), false);
    }
    let mut covers: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (place, line) in open.iter().enumerate() {
        for owner in &line.able {
            covers.entry(owner).or_default().insert(place);
        }
    }
    let mut people: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for (place, line) in open.iter().enumerate() {
        for person in &line.people {
            people.entry(person).or_default().insert(place);
        }
    }
    let is_more =
        |lines: &BTreeSet<usize>| !covers.values().any(|by_owner| lines.is_subset(by_owner));
    people.retain(|_, lines| is_more(lines));
    covers.extend(people);
    let choices: Vec<(&str, &BTreeSet<usize>)> =
        covers.iter().map(|(name, lines)| (*name, lines)).collect();
    let mut search = Search {
        choices: &choices,
        lines: open.len(),
        left: MOST_STEPS,
        best: usize::MAX,
        found: BTreeSet::new(),
    };
    search.step(&mut Vec::new(), &BTreeSet::new());
    let bounded = search.left == 0;
    let mut sets: Vec<BTreeSet<&str>> = search.found.into_iter().collect();
    sets.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    let smallest = sets.first().map_or(0, BTreeSet::len);
    let sets = sets
        .into_iter()
        .filter(|set| set.len() == smallest)
        .take(MOST_SETS);
    let sets = sets.map(|set| set.into_iter().map(str::to_owned).collect());
    (sets.collect(), bounded)
}

struct Search<'c> {
    choices: &'c [(&'c str, &'c BTreeSet<usize>)],
    lines: usize,
    left: usize,
    best: usize,
    found: BTreeSet<BTreeSet<&'c str>>,
}

impl<'c> Search<'c> {
    /// Depth is bounded by the size of the best set, which the first descent finds.
    fn step(&mut self, chosen: &mut Vec<&'c str>, covered: &BTreeSet<usize>) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        if covered.len() == self.lines {
            self.best = self.best.min(chosen.len());
            self.found.insert(chosen.iter().copied().collect());
            return;
        }
        if chosen.len() + 1 > self.best {
            return;
        }
        let choices = self.choices;
        let of = |line: usize| {
            choices
                .iter()
                .filter(move |(_, lines)| lines.contains(&line))
        };
        let open = (0..self.lines).filter(|line| !covered.contains(line));
        let Some(line) = open.min_by_key(|&line| of(line).count()) else {
            return;
        };
        // Whoever covers most of what is open comes first, so that the first sets are small.
        let mut next: Vec<_> = of(line).collect();
        next.sort_by_key(|(name, lines)| {
            (std::cmp::Reverse(lines.difference(covered).count()), *name)
        });
        for (name, lines) in next {
            chosen.push(name);
            let covered: BTreeSet<usize> = covered.union(lines).copied().collect();
            self.step(chosen, &covered);
            chosen.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(able: &[&str], people: &[&str]) -> Line {
        Line {
            approval: Approval {
                line: 1,
                pattern: "*".into(),
                owners: Vec::new(),
                files: 1,
                paths: Vec::new(),
                more: 0,
            },
            able: able.iter().map(|&it| it.to_owned()).collect(),
            unable: Vec::new(),
            people: people.iter().map(|&it| it.to_owned()).collect(),
        }
    }

    fn sets(lines: &[Line]) -> Vec<String> {
        let (sets, _) = smallest_sets(lines);
        sets.iter().map(|set| set.join(" ")).collect()
    }

    #[test]
    fn the_fewest_who_can_approve_everything_together() {
        assert!(sets(&[]).is_empty());
        assert_eq!(sets(&[line(&["a", "b"], &[])]), ["a", "b"]);
        let three = [
            line(&["a", "b"], &[]),
            line(&["b", "c"], &[]),
            line(&["c", "d"], &[]),
        ];
        assert_eq!(sets(&three), ["a c", "b c", "b d"]);
        // A person who is in both teams does alone.
        let both = [line(&["a"], &["ann", "bob"]), line(&["b"], &["ann", "cid"])];
        assert_eq!(sets(&both), ["ann"]);
        // A line that nobody can approve for is not approved by others.
        assert_eq!(sets(&[line(&[], &[]), line(&["a"], &[])]), ["a"]);
    }

    #[test]
    fn sets_are_as_small_as_brute_force_finds_them() {
        let names = ["a", "b", "c", "d", "e", "f"];
        let mut seed = 7_u32;
        let mut random = move || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed >> 16
        };
        for _ in 0..300 {
            let lines: Vec<Line> = (0..random() % 5 + 1)
                .map(|_| {
                    let mask = random() % 63 + 1;
                    let of = |it: &(usize, &&str)| mask & (1 << it.0) != 0;
                    let able: Vec<&str> = names
                        .iter()
                        .enumerate()
                        .filter(of)
                        .map(|it| *it.1)
                        .collect();
                    line(&able, &[])
                })
                .collect();
            let hits = |mask: u32| {
                lines.iter().all(|line| {
                    let is_in = |name: &&str| line.able.iter().any(|able| able == *name);
                    let mut chosen = names.iter().enumerate();
                    chosen.any(|(at, name)| mask & (1 << at) != 0 && is_in(name))
                })
            };
            let least = (1..64_u32)
                .filter(|&mask| hits(mask))
                .map(u32::count_ones)
                .min();
            let (sets, bounded) = smallest_sets(&lines);
            assert!(!bounded);
            assert_eq!(sets[0].len() as u32, least.unwrap());
        }
    }

    #[test]
    fn hostile_lines_end() {
        let lines: Vec<Line> = (0..200)
            .map(|at| {
                let able: Vec<String> = (0..30)
                    .map(|it| format!("{}", (at * 7 + it * 13) % 500))
                    .collect();
                let able: Vec<&str> = able.iter().map(String::as_str).collect();
                line(&able, &[])
            })
            .collect();
        let (sets, bounded) = smallest_sets(&lines);
        assert!(bounded && !sets.is_empty());
    }
}
