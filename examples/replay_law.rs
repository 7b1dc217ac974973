//! The law of the replay on a clone: of random changes of the last year, the owner groups by
//! [`bailiwick::analysis::replay`] are those that [`bailiwick::engine::owners`] says of the same paths, both
//! sides of a move among them.
//!
//! ```text
//! cargo run --release --example replay_law -- CLONE [CHANGES] [SEED]
//! ```

#![expect(clippy::print_stdout, reason = "an example prints what it finds")]

use std::collections::BTreeSet;
use std::error::Error;
use std::time::Instant;

use bailiwick::analysis::{Measures, end_of, replay};
use bailiwick::engine::{OwnersPaths, OwnersRequest, owners};
use bailiwick::graph::{Graph, Member};
use bailiwick::identity::Directory;
use bailiwick::ownership::Ownership;
use bailiwick::sources::repository::Source;
use bailiwick::sources::{self, history};
use jiff::{Span, Zoned};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let clone = arguments.next().ok_or("name a clone")?;
    let count: usize = arguments.next().map_or(Ok(50), |it| it.parse())?;
    let mut seed: u64 = arguments.next().map_or(Ok(1), |it| it.parse())?;

    // As of the newest commit, so that an old clone has changes too.
    let source = Source::open(clone.as_ref(), None)?;
    let mut repository = sources::read(&source);
    let whole = history::Wanted {
        as_of: end_of(Zoned::now().date()),
        since: None,
        window: end_of(Zoned::now().date()),
        renames: true,
        cache: None,
    };
    let newest = history::read(&source, &whole);
    let newest = newest
        .activity
        .iter()
        .map(|it| it.last)
        .max()
        .ok_or("no commits")?;
    let today = newest.to_zoned(jiff::tz::TimeZone::UTC).date();
    let wanted = history::Wanted {
        as_of: end_of(today),
        window: end_of(today.saturating_sub(Span::new().days(365))),
        ..whole
    };
    let start = Instant::now();
    repository.history = Some(history::read(&source, &wanted));
    let walked = start.elapsed();
    let folder = tempfile::tempdir()?;
    let warm = history::Wanted {
        cache: Some(folder.path()),
        ..wanted
    };
    history::read(&source, &warm);
    let start = Instant::now();
    history::read(&source, &warm);
    let warm = start.elapsed();

    let file = repository.ownership_files.in_use.present();
    let ownership = file
        .map(|file| Ownership::resolve(&repository.tree, file))
        .unwrap_or_default();
    let directory = Directory::of(
        repository.rosters.iter(),
        repository.organization.clone(),
        [],
    );
    let member = Member {
        repository: &repository,
        ownership: &ownership,
    };
    let graph = Graph::new(vec![member], &directory);
    let measures = Measures::new(&graph, today, false, |_, _| false);
    let start = Instant::now();
    let replayed = measures.replay();
    let replay_alone = start.elapsed();
    let start = Instant::now();
    let flow = measures.flow(90);
    let flow_alone = start.elapsed();
    let start = Instant::now();
    let coupling = measures
        .file_coupling(0, &Default::default())
        .ok_or("no history")?;
    let coupling_alone = start.elapsed();

    let changes = &replayed.repository(0).ok_or("no history")?.changes;
    let history = measures.history(0).ok_or("no history")?;
    let mut paths_seen = 0;
    for _ in 0..count.min(changes.len()) {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let change = &changes[(seed >> 33) as usize % changes.len()];
        let landing = &history.changes[change.landing as usize];
        let touched = replay::touched(landing);
        paths_seen += touched.len();
        let mut given = Vec::new();
        for path in touched {
            given.extend_from_slice(history.path(path).as_bytes());
            given.push(0);
        }
        let answer = owners(OwnersRequest {
            target: clone.clone().into(),
            revision: None,
            codeowners: None,
            count_generated: false,
            paths: OwnersPaths::Given {
                paths: given,
                separator: 0,
            },
        })?;
        let said = answer.paths().filter(|path| path.is_owned()).map(|path| {
            let key: BTreeSet<String> = path.owners().iter().map(|it| it.to_lowercase()).collect();
            key.into_iter().collect::<Vec<String>>()
        });
        let said: BTreeSet<Vec<String>> = said.collect();
        let groups = change
            .groups
            .iter()
            .map(|&it| replayed.group(it).key.to_vec());
        let groups: BTreeSet<Vec<String>> = groups.collect();
        if said != groups {
            return Err(format!("{}: {groups:?}, but owners says {said:?}", landing.id).into());
        }
    }
    let load = &flow.all;
    let spread = load.groups_per_change;
    println!(
        "{clone} as of {today}: {} changes of a year, {} groups; {count} changes with {paths_seen} paths agree",
        changes.len(),
        replayed.groups().len()
    );
    println!(
        "  walk {walked:.1?} (from its cache {warm:.1?}), replay {replay_alone:.1?}, load {flow_alone:.1?}, coupling of files {coupling_alone:.1?} ({} pairs)",
        coupling.pairs.len() + coupling.more
    );
    println!(
        "  90 days: {} changes of people, {} of bots, {} need nobody; groups per change {:.2}, p90 {}, max {}; effective owners {:.1}, Gini {:.2}",
        load.changes,
        load.by_bots,
        load.free,
        spread.mean,
        spread.p90,
        spread.max,
        load.over_owners().effective().unwrap_or_default(),
        load.over_owners().gini
    );
    for group in load.groups.iter().take(3) {
        let share = load.share(group.changes) * 100.0;
        println!(
            "  {share:.0} % need {}",
            replayed.group(group.group).label()
        );
    }
    if let Some(keys) = measures.four_keys(0, 365) {
        println!(
            "  four keys: {} releases ({:?}), lead time {:?} h (n {}), failures {:?} (n {}), recovery {:?} h (n {})",
            keys.deployments.n,
            keys.frequency,
            keys.lead_time.value,
            keys.lead_time.n,
            keys.failures.value,
            keys.failures.n,
            keys.recovery.value,
            keys.recovery.n
        );
    }
    Ok(())
}
