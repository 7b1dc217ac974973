use proptest::prelude::*;

use super::super::testing::World;
use super::*;

fn sets(text: &str) -> Vec<ChangeSet> {
    let read = |line: &str| ChangeSet {
        entities: line.split(' ').map(|it| it.parse().unwrap()).collect(),
        others: 0,
    };
    text.split('\n').map(read).collect()
}

#[test]
fn worked_out_by_hand() {
    // 0 changes 7 times, 1 six times, five of them together: 100 · 5 / 6.5 = 76.9; 2 changes 5 times, four
    // of them with 0.
    let text = "0 1\n0 1\n0 1 2\n0 1 2\n0 1\n0 2\n0 2\n1\n2";
    let found = Coupling::of(3, sets(text), &Limits::default());
    assert_eq!(found.pairs.len(), 1, "{found:?}");
    let pair = found.pairs[0];
    assert_eq!(
        (pair.a, pair.b, pair.shared, pair.revisions),
        (0, 1, 5, (7, 6))
    );
    assert_eq!((pair.degree(), pair.average()), (76, 7));
    assert_eq!(found.sums, [9, 7, 6]);
    assert_eq!((found.commits, found.too_large), (9, 0));
    // Four shared revisions are enough if asked for: 100 · 4 / 6 = 66.
    let limits = Limits {
        min_shared: 4,
        ..Limits::default()
    };
    let found = Coupling::of(3, sets(text), &limits);
    let degrees: Vec<_> = found
        .pairs
        .iter()
        .map(|it| (it.a, it.b, it.degree()))
        .collect();
    assert_eq!(degrees, [(0, 1, 76), (0, 2, 66)]);
}

#[test]
fn the_borders_are_those_of_code_maat() {
    let pair = |shared, revisions| Pair {
        a: 0,
        b: 1,
        shared,
        revisions,
    };
    let limits = Limits::default();
    // The mean counts, not the rarer of both; 5 of 33.33 are 15, of 33 in the mean 15.15.
    assert!(pair(5, (5, 5)).is_within(&limits));
    assert!(!pair(4, (4, 6)).is_within(&limits));
    assert!(pair(5, (5, 28)).is_within(&limits), "30.3 %");
    assert!(!pair(5, (5, 29)).is_within(&limits), "29.4 %");
    let low = Limits {
        min_shared: 1,
        min_revisions: 5,
        ..limits
    };
    assert!(pair(2, (2, 8)).is_within(&low));
    assert!(
        !pair(2, (2, 7)).is_within(&low),
        "4.5 revisions in the mean"
    );
}

#[test]
fn commits_of_many_files_count_for_nothing() {
    let limits = Limits::default();
    let of = |size: u32, others: usize| {
        let set = ChangeSet {
            entities: (0..size).collect(),
            others,
        };
        Coupling::of(40, vec![set; 6], &limits)
    };
    assert_eq!((of(30, 0).pairs.len(), of(30, 0).too_large), (435, 0));
    assert_eq!((of(31, 0).pairs.len(), of(31, 0).too_large), (0, 6));
    assert_eq!((of(30, 1).pairs.len(), of(30, 1).too_large), (0, 6));
    assert_eq!(of(2, 28).sums[0], 6 * 29);
}

proptest! {
    #[test]
    fn as_counting_all_pairs_has_it(
        commits in prop::collection::vec(prop::collection::btree_set(0..8_u32, 0..6), 0..40),
        min_shared in 1..4_u32,
        min_degree in 0..60_u32,
        max_changeset in 2..6_usize,
    ) {
        let limits = Limits { min_revisions: 2, min_shared, min_degree, max_changeset };
        let all = commits.iter().map(|set| ChangeSet {
            entities: set.iter().copied().collect(),
            others: 0,
        });
        let found = Coupling::of(8, all, &limits);
        let kept: Vec<_> = commits.iter().filter(|it| it.len() <= max_changeset).collect();
        let mut expected = BTreeSet::new();
        for a in 0..8_u32 {
            for b in a + 1..8 {
                let revs = |it: u32| kept.iter().filter(|set| set.contains(&it)).count() as f64;
                let shared = kept.iter().filter(|set| set.contains(&a) && set.contains(&b)).count();
                let average = (revs(a) + revs(b)) / 2.0;
                let degree = 100.0 * shared as f64 / average;
                if shared >= min_shared as usize && average >= 2.0 && degree >= f64::from(min_degree) {
                    expected.insert((a, b, shared as u32, degree as u32));
                }
            }
        }
        let found = found.pairs.iter().map(|it| (it.a, it.b, it.shared, it.degree()));
        prop_assert_eq!(found.collect::<BTreeSet<_>>(), expected);
    }
}

#[test]
fn most_pairs_are_bounded() {
    // 300 entities in commits of 30, in ten blocks, six times each: 10 · 435 pairs; then with other blocks.
    let block = |start: u32, step: u32| ChangeSet {
        entities: (0..30).map(|at| (start + at * step) % 3_000).collect(),
        others: 0,
    };
    let commits = (1..12_u32).flat_map(|step| (0..100).map(move |at| block(at * 30, step)));
    let commits = commits.flat_map(|set| vec![set; 5]);
    let limits = Limits {
        min_degree: 0,
        ..Limits::default()
    };
    let found = Coupling::of(3_000, commits, &limits);
    assert_eq!(found.pairs.len(), MOST_PAIRS);
    assert!(found.more > 0);
    assert!(found.pairs.is_sorted_by_key(Pair::order));
}

#[test]
fn files_are_one_under_all_their_names() {
    let mut changes = String::new();
    for day in 1..4 {
        changes += &format!("2026-01-0{day} ann: old gone b\n");
    }
    changes += "2026-01-04 ann: old=>new b -gone\n2026-01-05 ann: new b\n2026-01-06 ann: new\n\
        2026-01-07 renovate[bot]: new b\n";
    World::of("", "", &[], &changes).measure(|measures| {
        let found = measures.file_coupling(0, &Limits::default()).unwrap();
        let tree = &measures.graph.members()[0].repository.tree;
        let names = |it: u32| String::from_utf8_lossy(tree.path(it as usize)).into_owned();
        let pairs: Vec<_> = found
            .pairs
            .iter()
            .map(|it| (names(it.a), names(it.b), it.shared, it.revisions))
            .collect();
        assert_eq!(pairs, [("b".into(), "new".into(), 5, (5, 6))]);
        // Three times with `b` and what is gone, once more with both, once with `b`, once alone.
        assert_eq!(found.sums[1], 2 + 2 + 2 + 2 + 1);
    });
}

#[test]
fn services_and_teams() {
    let services = "[[services]]\nname = \"a\"\npaths = [\"/a/\", \"/common/\"]\n\
        [[services]]\nname = \"b\"\npaths = [\"/b/\", \"/common/\"]\n";
    let mut changes = String::from("2025-12-01 ann: common/x\n");
    for day in 1..6 {
        changes += &format!("2026-01-0{day} ann: a/x a/y b/x common/x\n");
    }
    let ownership = "/a/ @acme/a\n/b/ @acme/b @ann\n";
    World::of(ownership, services, &[], &changes).measure(|measures| {
        let found = measures.service_coupling(&Limits::default());
        assert_eq!(found.pairs.len(), 1);
        assert_eq!(
            (found.pairs[0].shared, found.pairs[0].revisions),
            (5, (5, 5))
        );
        let found = measures.team_coupling(&Limits::default());
        let label = |it: u32| measures.graph.actor_label(measures.replay().actor(it));
        let pairs = found
            .pairs
            .iter()
            .map(|it| (label(it.a), label(it.b), it.degree()));
        assert_eq!(
            pairs.collect::<Vec<_>>(),
            [("@acme/a".to_owned(), "@acme/b".to_owned(), 100)]
        );
    });
}
