use super::super::testing::World;
use super::*;

const TEAMS: &str = "[[teams]]\nhandle = \"@acme/web\"\nmembers = [\"@ann\", \"@ben\"]\n\
    [[teams]]\nhandle = \"@acme/ops\"\nmembers = [\"@cid\"]\n\
    [[teams]]\nhandle = \"@acme/idle\"\nmembers = []\n\
    [[people]]\nlogin = \"@ann\"\nemails = [\"ann@acme.test\"]\n\
    [[people]]\nlogin = \"@ben\"\nemails = [\"ben@acme.test\"]\n\
    [[people]]\nlogin = \"@cid\"\nemails = [\"cid@acme.test\"]\n";

/// Six changes: web is needed by three, ops by two, web or dan by one.
const CHANGES: &str = "2026-01-01 ann: web/a\n\
    2026-01-02 cid: web/a\n\
    2026-01-03 cid: web/a ops/b\n\
    2026-01-04 cid: ops/b\n\
    2026-01-05 eve: both/c\n\
    2026-01-06 eve: free\n\
    2026-01-07 renovate[bot]: web/a\n\
    2025-09-01 ann: ops/b\n";

const OWNERSHIP: &str =
    "/web/ @acme/web\n/ops/ @acme/ops\n/both/ @acme/web @dan\n/unused/ @acme/idle\n";

#[test]
fn worked_out_by_hand() {
    let world = World::of(OWNERSHIP, "", &[], CHANGES).roster(TEAMS);
    world.measure(|measures| {
        let flow = measures.flow(90);
        let load = flow.repository(0).unwrap();
        assert_eq!((load.changes, load.by_bots, load.free), (6, 1, 1));
        assert_eq!(load, &flow.all);
        let replay = measures.replay();
        let label = |place: u32| measures.graph.actor_label(replay.actor(place));
        let groups: Vec<String> = load
            .groups
            .iter()
            .map(|it| format!("{} {}", replay.group(it.group).label(), it.changes))
            .collect();
        assert_eq!(
            groups,
            ["@acme/web 3", "@acme/ops 2", "@acme/web or @dan 1"]
        );
        let owners: Vec<String> = load
            .owners
            .iter()
            .map(|it| {
                let (needed, others) = (it.needed, it.needed_by_others);
                format!(
                    "{} {} {needed} {others} {}",
                    label(it.actor),
                    it.asked,
                    it.load
                )
            })
            .collect();
        // Ann is in web, so that of the three changes that need it others made two. Who is alone in ops
        // is needed wherever ops is; both changes that need it are his own.
        assert_eq!(
            owners,
            [
                "@acme/web 4 3 2 3.5",
                "@acme/ops 2 2 0 2",
                "@dan 1 0 0 0.5",
                "@acme/idle 0 0 0 0",
                "@cid 0 2 0 0",
            ]
        );
        let people: Vec<String> = load
            .people
            .iter()
            .map(|it| format!("{} {}", measures.graph.actor_label(&it.actor), it.load))
            .collect();
        assert_eq!(
            people,
            [
                "@cid 2",
                "@ann 1.75",
                "@ben 1.75",
                "@dan 0.5",
                "@acme/idle 0"
            ]
        );
        assert!(load.knows_people);
        // 36 over 4 + 3.0625 + 3.0625 + 0.25.
        let effective = load.effective_approvers().unwrap();
        assert!((effective - 36.0 / 10.375).abs() < 1e-9, "{effective}");
        assert_eq!(
            load.groups_per_change,
            Spread {
                mean: 1.0,
                p90: 2,
                max: 2
            }
        );
    });
}

#[test]
fn of_teams_that_nobody_lists_the_people_are_not_known() {
    World::of(OWNERSHIP, "", &[], CHANGES).measure(|measures| {
        let flow = measures.flow(90);
        assert!(!flow.all.knows_people);
        assert_eq!(flow.all.effective_approvers(), None);
        // Shares 3.5, 2 and 0.5 of 6.
        let owners = flow.all.over_owners();
        assert!((owners.hhi - (12.25 + 4.0 + 0.25) / 36.0).abs() < 1e-9);
        assert_eq!(owners.of, 4);
    });
}

#[test]
fn spreads_are_by_nearest_rank() {
    let spread = Spread::of([1, 2, 3, 4, 5, 6, 7, 8, 9, 30]);
    assert_eq!((spread.mean, spread.p90, spread.max), (7.5, 9, 30));
    assert_eq!(Spread::of([3]).p90, 3);
    assert_eq!(Spread::of([]), Spread::default());
}
