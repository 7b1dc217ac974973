//! Rules that decide over no file: is there nothing that they match, or do later lines take it all?

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Ownership;
use crate::codeowners::{Matcher, OwnershipFile};
use crate::facts::Tree;
use crate::text::RepoPath;

/// A rule that decides over no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undecided {
    /// How many files its pattern matches; 0 for a dead pattern.
    pub matched: usize,
    /// The first of them, by its place in the tree.
    pub witness: Option<usize>,
    /// The later rules that take them, by place, with how many files each takes.
    pub takers: BTreeMap<usize, usize>,
    /// The first of them that takes a file only by a contested reading of its pattern
    /// ([`crate::codeowners::Pattern::is_contested`]), if one does.
    pub contested: Option<usize>,
    /// Whether counting ended early, so that `matched` and `takers` are lower bounds. Only where
    /// millions of matches are overruled, as a hostile file can have it.
    pub partial: bool,
}

/// How many files may be tried by one pattern after another, and how many matches are counted before
/// the patterns that have some are left alone. Without a bound, a hundred thousand lines for one folder
/// of a hundred thousand files would take hours.
const BUDGET: usize = 4_000_000;

/// All rules that decide over no file, by their place: exact over the tree, whatever their patterns
/// look like. Only files that such a rule could match are looked at, and equal patterns are looked at
/// once and share what was found.
pub fn undecided(
    tree: &Tree,
    file: &OwnershipFile,
    ownership: &Ownership,
) -> BTreeMap<usize, Arc<Undecided>> {
    bounded(tree, file, ownership, BUDGET)
}

fn bounded(
    tree: &Tree,
    file: &OwnershipFile,
    ownership: &Ownership,
    budget: usize,
) -> BTreeMap<usize, Arc<Undecided>> {
    // By meaning: the first rule that has it, and the others.
    let mut first = HashMap::new();
    let mut equal: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (place, rule) in file.rules().iter().enumerate() {
        if ownership.decided(place) == 0 {
            let meaning = (rule.pattern().segments(), rule.pattern().reach());
            equal
                .entry(*first.entry(meaning).or_insert(place))
                .or_default()
                .push(place);
        }
    }
    let mut found = BTreeMap::new();
    let mut floating = Vec::new();
    let mut left = budget;
    for &place in equal.keys() {
        let entry: &mut Undecided = found.entry(place).or_default();
        let pattern = file.rules()[place].pattern();
        let prefix = RepoPath::new(pattern.literal_prefix());
        let own = tree.find(prefix.as_bytes());
        let below = tree.below(&prefix);
        if prefix.is_root() || below.len() > left {
            floating.push(place);
            continue;
        }
        left -= below.len();
        for index in own.into_iter().chain(below) {
            if pattern.matches(tree.path(index)) {
                entry.take(index, tree, file, ownership);
            }
        }
    }
    let mut from = 0;
    while !floating.is_empty() && from < tree.len() {
        let range = (from, budget);
        match take_all(tree, file, ownership, &floating, range, &mut found) {
            Some(end) => from = end,
            None => {
                // What they match is unknown, and so is whether they are dead.
                for place in &floating {
                    equal.remove(place);
                }
                break;
            }
        }
        // What has a match by now is known to be shadowed; who else takes its files is not worth more.
        floating.retain(|place| {
            let entry = found.entry(*place).or_default();
            entry.partial = from < tree.len() && entry.matched > 0;
            !entry.partial
        });
    }
    let mut all = BTreeMap::new();
    for (place, places) in equal {
        let undecided = Arc::new(found.remove(&place).unwrap_or_default());
        all.extend(
            places
                .into_iter()
                .map(|place| (place, Arc::clone(&undecided))),
        );
    }
    all
}

/// Lets many patterns take their files at once, starting at file `from`; returns where it ended, which
/// is early if `budget` matches were taken. None if the wildcards cost too much.
fn take_all(
    tree: &Tree,
    file: &OwnershipFile,
    ownership: &Ownership,
    places: &[usize],
    (from, budget): (usize, usize),
    found: &mut BTreeMap<usize, Undecided>,
) -> Option<usize> {
    let matcher = Matcher::new(places.iter().map(|&place| file.rules()[place].pattern()));
    let mut walker = matcher.all_matches();
    let mut matched = Vec::new();
    let mut taken = 0;
    for index in from..tree.len() {
        walker.find(tree.path(index), &mut matched);
        for &place in &matched {
            found
                .entry(places[place])
                .or_default()
                .take(index, tree, file, ownership);
        }
        taken += matched.len();
        if walker.is_spent() {
            return None;
        }
        if taken > budget {
            return Some(index + 1);
        }
    }
    Some(tree.len())
}

impl Undecided {
    fn take(&mut self, index: usize, tree: &Tree, file: &OwnershipFile, ownership: &Ownership) {
        self.matched += 1;
        self.witness.get_or_insert(index);
        if let Some(taker) = ownership.deciding(index) {
            *self.takers.entry(taker).or_default() += 1;
            let pattern = file.rules()[taker].pattern();
            if self.contested.is_none() && pattern.is_contested(tree.path(index)) {
                self.contested = Some(taker);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codeowners::Dialect;
    use crate::text::Text;

    fn file(text: &str) -> OwnershipFile {
        let text = Text::new(RepoPath::from("CODEOWNERS"), text.as_bytes().to_vec());
        OwnershipFile::parse(Dialect::GitHub, text)
    }

    #[test]
    fn dead_and_shadowed_rules_are_told_apart() {
        let tree: Tree = ["a/x.rs", "a/y.rs", "b"].into_iter().collect();
        let file = file("/c/ @c\n/a/x.rs @x\n*.md @m\n/a/ @a\n*.rs @r\nb @b\n");
        let ownership = Ownership::resolve(&tree, &file);
        let found = undecided(&tree, &file, &ownership);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [0, 1, 2, 3]);
        assert_eq!((found[&0].matched, found[&2].matched), (0, 0));
        assert_eq!(found[&1].takers, BTreeMap::from([(4, 1)]));
        assert_eq!((found[&3].matched, found[&3].witness), (2, Some(0)));
        assert_eq!((ownership.owned(), ownership.decided(4)), (3, 2));
    }

    #[test]
    fn a_taker_by_a_wildcard_that_matches_a_folder_is_contested() {
        let tree: Tree = ["a/b/x", "a/b/y.b"].into_iter().collect();
        for (later, contested) in [
            ("a/b*", true),
            ("**/*b", true),
            ("a/b*/", false),
            ("a/b*/*", false),
            ("a/b/?*", false),
            ("a", false),
            ("*", false),
        ] {
            let file = file(&format!("/a/b/ @a\n{later} @b\n"));
            let ownership = Ownership::resolve(&tree, &file);
            let found = &undecided(&tree, &file, &ownership)[&0];
            assert_eq!(found.contested, contested.then_some(1), "{later}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn verdicts_hold_by_brute_force(
            patterns in prop::collection::vec("/?([ab]{1,2}|\\*|\\*\\*|a\\*)(/([ab]|\\*|\\*\\*)){0,2}/?", 1..10),
            paths in prop::collection::vec("[ab]{1,2}(/[ab]{1,2}){0,3}", 0..20),
        ) {
            let lines: String = patterns.iter().map(|pattern| format!("{pattern} @x\n")).collect();
            let file = file(&lines);
            let tree: Tree = paths.iter().map(String::as_str).collect();
            let ownership = Ownership::resolve(&tree, &file);
            let found = undecided(&tree, &file, &ownership);
            // With hardly any budget the verdicts are the same, and the counts lower bounds.
            for (place, short) in bounded(&tree, &file, &ownership, 2) {
                let whole = &found[&place];
                prop_assert_eq!(short.witness, whole.witness);
                prop_assert!(short == *whole || (short.partial && short.matched <= whole.matched));
            }
            for (place, rule) in file.rules().iter().enumerate() {
                let matched: Vec<_> = (0..tree.len()).filter(|&at| rule.pattern().matches(tree.path(at))).collect();
                let decides = |&at: &usize| {
                    file.rules()[place + 1..].iter().all(|later| !later.pattern().matches(tree.path(at)))
                };
                prop_assert_eq!(found.contains_key(&place), !matched.iter().any(decides));
                if let Some(undecided) = found.get(&place) {
                    prop_assert_eq!(undecided.matched, matched.len());
                    prop_assert_eq!(undecided.witness, matched.first().copied());
                    prop_assert_eq!(undecided.takers.values().sum::<usize>(), matched.len());
                }
            }
        }
    }
}
