use super::super::testing::World;
use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn weekends_are_no_working_days() {
    for (from, to, days) in [
        // Monday noon to Wednesday noon.
        ("2026-01-05T12:00:00Z", "2026-01-07T12:00:00Z", 2.0),
        // Friday noon to Monday noon: half of each.
        ("2026-01-09T12:00:00Z", "2026-01-12T12:00:00Z", 1.0),
        // Saturday to Sunday.
        ("2026-01-10T01:00:00Z", "2026-01-11T23:00:00Z", 0.0),
        // Saturday to Monday, six in the morning.
        ("2026-01-10T12:00:00Z", "2026-01-12T06:00:00Z", 0.25),
        // Four whole weeks.
        ("2025-12-01T09:00:00Z", "2025-12-29T09:00:00Z", 20.0),
        // The first week of the epoch, from a Thursday on, and the one before.
        ("1970-01-01T00:00:00Z", "1970-01-08T00:00:00Z", 5.0),
        ("1969-12-25T00:00:00Z", "1970-01-01T00:00:00Z", 5.0),
        ("2026-01-07T12:00:00Z", "2026-01-05T12:00:00Z", 0.0),
    ] {
        assert_eq!(working_days(at(from), at(to)), days, "{from} {to}");
    }
}

#[test]
fn percentiles_are_those_of_the_nearest_rank() {
    let days = |count: u32| (1..=count).map(f64::from).collect::<Vec<f64>>();
    assert_eq!(nearest_rank(&days(10), 90), Some(9.0));
    assert_eq!(nearest_rank(&days(11), 90), Some(10.0));
    assert_eq!(nearest_rank(&days(20), 90), Some(18.0));
    assert_eq!(nearest_rank(&days(4), 50), Some(2.0));
    assert_eq!(nearest_rank(&days(1), 90), Some(1.0));
    assert_eq!(nearest_rank(&days(3), 0), Some(1.0));
    assert_eq!(nearest_rank(&[], 90), None);
}

const OWNERSHIP: &str = "* @acme/core\n/own/ @ann\n/web/ @acme/web @zoe\n";
const PEOPLE: &str = "[[teams]]\nhandle = \"@acme/core\"\nmembers = [\"@ann\", \"@ben\"]\n\
    [[teams]]\nhandle = \"@acme/web\"\nmembers = [\"@cid\", \"@dan\"]\n";

fn world(forge: &str, roster: &str) -> World {
    let mut world = World::of(OWNERSHIP, "", &["a"], "2026-01-05 ann: a\n");
    let forge = crate::rules::scripted_forge::read(forge);
    world.repositories[0].forge = Some(Ok(std::sync::Arc::new(forge)));
    match roster {
        "" => world,
        roster => world.roster(roster),
    }
}

fn pickup(forge: &str, roster: &str) -> Pickup {
    world(forge, roster).measure(|measures| {
        let reviews = measures.reviews(0).unwrap();
        reviews.pickup(measures.days_ago(90), measures.as_of, 2.0, None)
    })
}

#[test]
fn the_first_review_of_an_owner_ends_the_wait() {
    let found = pickup(
        // The author's own, a bot's and a stranger's reviews do not count: Monday to Thursday.
        "pull 1 by ann on 2026-01-05 merged 2026-01-09: lib/a\nreviewed by ann on 2026-01-05\n\
         reviewed by lint[bot] on 2026-01-05\nreviewed by cid on 2026-01-06\n\
         reviewed by ben on 2026-01-08\napproved by ben on 2026-01-09\n\
         pull 2 by ben on 2026-01-05 ready 2026-01-07: web/a\napproved by zoe on 2026-01-08\n",
        PEOPLE,
    );
    assert_eq!((found.days, found.by_anybody), (vec![1.0, 3.0], 0));
}

#[test]
fn what_waits_for_nobody_is_not_counted() {
    let found = pickup(
        // Ann alone owns what she changes; a bot's; a draft; one that is old; one to nobody's files.
        "pull 1 by ann on 2026-01-05: own/a\npull 2 by renovate[bot] on 2026-01-05: lib/a\n\
         pull 3 by cid on 2026-01-05 draft: lib/a\npull 4 by cid on 2025-09-01: lib/a\n\
         pull 5 by ann on 2026-01-05\n",
        PEOPLE,
    );
    assert_eq!(found, Pickup::default());
}

#[test]
fn open_ones_count_once_they_are_late() {
    let found = pickup(
        // Until the end of Thursday the 15th: three and a half days, and one and a half.
        "pull 1 by cid on 2026-01-12: lib/a\npull 2 by cid on 2026-01-14: lib/a\n\
         pull 3 by cid on 2026-01-05 merged 2026-01-06: lib/a\n\
         pull 4 by cid on 2026-01-05 merged 2026-01-06: lib/a\nreviewed by ann on 2026-01-07\n\
         pull 5 by cid on 2026-01-05 closed 2026-01-06: lib/a\n",
        PEOPLE,
    );
    assert_eq!(found.count(), 1);
    assert!((found.days[0] - 3.5).abs() < 1e-4, "{found:?}");
    assert_eq!(found.unreviewed, 2);
}

#[test]
fn where_a_team_is_not_known_anybody_counts() {
    let forge = "pull 1 by ann on 2026-01-05: lib/a\nreviewed by eve on 2026-01-06\n\
        pull 2 by ben on 2026-01-05: own/a\nreviewed by eve on 2026-01-06\n\
        reviewed by ann on 2026-01-07\n";
    let found = pickup(forge, "");
    assert_eq!((found.days.clone(), found.by_anybody), (vec![1.0, 2.0], 1));
    assert_eq!(found.percentile(50), Some(1.0));
}

#[test]
fn approvals_are_counted_by_person() {
    let forge = "pull 1 by ann on 2026-01-05 merged 2026-01-09: lib/a\napproved by ben on 2026-01-06\n\
        approved by ben on 2026-01-08\napproved by cid on 2026-01-08\n\
        pull 2 by ann on 2026-01-05 merged 2026-01-09\napproved by ben on 2026-01-06\n\
        pull 3 by ann on 2026-01-05 merged 2026-01-09\napproved by ben on 2026-01-10\n\
        pull 4 by ann on 2026-01-05\napproved by dan on 2026-01-06\n\
        pull 5 by ann on 2025-08-05 merged 2025-09-01\napproved by dan on 2025-08-06\n";
    world(forge, PEOPLE).measure(|measures| {
        let found = measures
            .reviews(0)
            .unwrap()
            .approvals(measures.days_ago(90));
        let label = |it: &(Actor, usize)| (measures.graph.actor_label(&it.0), it.1);
        let by_person: Vec<(String, usize)> = found.by_person.iter().map(label).collect();
        assert_eq!(by_person, [("@ben".into(), 2), ("@cid".into(), 1)]);
        assert_eq!((found.pulls, found.people), (2, 3));
        // Shares 2/3 and 1/3: 1 / (5 / 9).
        assert!((found.effective_approvers().unwrap() - 1.8).abs() < 1e-9);
        let zoe = measures.graph.actor(&Name::User("dan".into()));
        assert_eq!(measures.last_review(&zoe), Some(at("2026-01-06T12:00:00Z")));
    });
}

#[test]
fn whom_pull_requests_ask_is_counted_by_owner() {
    let forge = "pull 1 by ann on 2026-01-05: web/a web/b lib/a\npull 2 by zoe on 2026-01-05: web/a\n\
        pull 3 by ann on 2026-01-05: lib/a\npull 4 by ann on 2025-08-05: lib/a\n";
    world(forge, PEOPLE).measure(|measures| {
        let reviews = measures.reviews(0).unwrap();
        let asked = reviews.asked(measures.days_ago(90)).into_iter();
        let asked: Vec<(String, usize)> = asked
            .map(|(owner, count)| (measures.graph.actor_label(owner), count))
            .collect();
        let mut asked: Vec<(&str, usize)> = asked.iter().map(|it| (&*it.0, it.1)).collect();
        asked.sort_unstable();
        assert_eq!(asked, [("@acme/core", 2), ("@acme/web", 2), ("@zoe", 2)]);
    });
}
