//! Rules that decide over no file: is there nothing that they match, or do later lines take it all?

use std::collections::BTreeMap;

use super::Ownership;
use crate::codeowners::{Matcher, OwnershipFile};
use crate::facts::Tree;

/// A rule that decides over no file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Undecided {
    /// How many files its pattern matches; 0 for a dead pattern.
    pub matched: usize,
    /// The first of them, by its place in the tree.
    pub witness: Option<usize>,
    /// The later rules that take them, by place, with how many files each takes.
    pub takers: BTreeMap<usize, usize>,
}

/// All rules that decide over no file, by their place: exact over the tree, whatever their patterns
/// look like. Only files that such a rule could match are looked at.
pub fn undecided(
    tree: &Tree,
    file: &OwnershipFile,
    ownership: &Ownership,
) -> BTreeMap<usize, Undecided> {
    let mut found = BTreeMap::new();
    let mut floating = Vec::new();
    for (place, rule) in file.rules().iter().enumerate() {
        if ownership.decided(place) > 0 {
            continue;
        }
        let entry: &mut Undecided = found.entry(place).or_default();
        let prefix = rule.pattern().literal_prefix();
        if prefix.is_empty() {
            floating.push(place);
            continue;
        }
        let prefix = crate::text::RepoPath::new(prefix);
        let candidates = tree
            .find(prefix.as_bytes())
            .into_iter()
            .chain(tree.below(&prefix));
        for index in candidates.filter(|&index| rule.pattern().matches(tree.path(index))) {
            entry.take(index, ownership);
        }
    }
    if !floating.is_empty() {
        let matcher = Matcher::new(floating.iter().map(|&place| file.rules()[place].pattern()));
        let mut walker = matcher.all_matches();
        let mut matched = Vec::new();
        for (index, path) in tree.paths().enumerate() {
            walker.find(path, &mut matched);
            for &place in &matched {
                found
                    .entry(floating[place])
                    .or_default()
                    .take(index, ownership);
            }
        }
    }
    found
}

impl Undecided {
    fn take(&mut self, file: usize, ownership: &Ownership) {
        self.matched += 1;
        self.witness.get_or_insert(file);
        if let Some(taker) = ownership.deciding(file) {
            *self.takers.entry(taker).or_default() += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::codeowners::Dialect;
    use crate::text::{RepoPath, Text};

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
