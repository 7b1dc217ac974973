use std::collections::BTreeSet;

use proptest::prelude::*;

use super::super::testing::World;
use super::*;
use crate::answers::OwnersAnswer;
use crate::engine::{OwnersPaths, OwnersRequest, owners};

/// A line a change, the newest first: the groups that it needs, what nobody owns, who wrote it.
fn replayed(world: &World) -> Vec<String> {
    world.measure(|measures| {
        let replay = measures.replay();
        let line = |change: &ReplayedChange| {
            let groups = change.groups.iter().map(|&it| replay.group(it).label());
            let author = match change.author {
                Some(author) => measures.committers.at(author).label.clone(),
                None if change.is_by_bots => "bots".into(),
                None => "nobody".into(),
            };
            let (groups, unowned) = (groups.collect::<Vec<_>>().join(" + "), change.unowned);
            format!("{author}: {groups} ({unowned} of {} unowned)", change.paths)
        };
        let repositories = replay.repositories();
        repositories
            .flat_map(|(_, it)| it.changes.iter().map(line))
            .collect()
    })
}

#[test]
fn a_change_needs_the_owners_of_all_that_it_touches() {
    let ownership = "* @acme/Core\n/web/ @acme/web @ann\n/api/ @ann @ACME/web\n/free/\n";
    let world = World::of(
        ownership,
        "",
        &[],
        "2026-01-01 ann: web/a api/b\n\
         2026-01-02 ben: lib\n\
         2026-01-03 ben cid: web/a=>free/a free/b\n\
         2026-01-04 cid: -api/b free/b\n\
         2026-01-05 dependabot[bot]: lib\n\
         2026-01-06 dependabot[bot] ann: lib\n",
    );
    // Owners are one set, whatever their order and case; both ends of a move count.
    assert_eq!(
        replayed(&world),
        [
            "ann: @acme/Core (0 of 1 unowned)",
            "bots: @acme/Core (0 of 1 unowned)",
            "cid: @acme/web or @ann (1 of 2 unowned)",
            "ben: @acme/web or @ann (2 of 3 unowned)",
            "ben: @acme/Core (0 of 1 unowned)",
            "ann: @acme/web or @ann (0 of 2 unowned)",
        ]
    );
}

#[test]
fn groups_are_those_of_all_repositories() {
    let changes = "2026-01-01 ann: a\n";
    let world = World::of("* @acme/b\n", "", &[], changes)
        .and("* @ACME/b\nx @acme/a\n", "", &[], changes)
        .and("", "", &[], changes);
    world.measure(|measures| {
        let replay = measures.replay();
        let groups: Vec<String> = replay.groups().iter().map(OwnerGroup::label).collect();
        assert_eq!(groups, ["@acme/a", "@acme/b"]);
        let needed: Vec<Vec<u32>> = replay
            .repositories()
            .map(|(_, it)| it.changes[0].groups.to_vec())
            .collect();
        assert_eq!(needed, [vec![1], vec![1], vec![]]);
        assert!(!replay.repository(2).unwrap().has_file);
        assert!(replay.repository(3).is_none());
        // Only what changes need is looked at for whom no approval can do without.
        assert!(replay.group(0).needs.is_empty());
        assert_eq!(replay.group(1).needs, replay.group(1).actors);
    });
}

/// The owner groups that `bailiwick owners` says of paths.
fn said(answer: &OwnersAnswer) -> BTreeSet<Vec<String>> {
    let owners = answer.paths().filter(|path| path.is_owned());
    let keys = owners.map(|path| {
        let key: BTreeSet<String> = path.owners().iter().map(|it| it.to_lowercase()).collect();
        key.into_iter().collect()
    });
    keys.collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What a change needs is what `bailiwick owners` says of the paths that it touches.
    #[test]
    fn groups_are_those_of_the_owners_answer(
        lines in prop::collection::vec(("(/?[ab*]{1,2}/){0,2}[ab*]{0,2}", "( @acme/[XYx]| @u){0,2}"), 0..8),
        changes in prop::collection::vec(
            prop::collection::vec(("-?", "([ab]{1,2}/){0,2}[ab]", prop::option::of("([ab]/)?[ab]")), 1..6),
            1..8,
        ),
    ) {
        let ownership: String = lines.iter().map(|(pattern, owners)| format!("{pattern}{owners}\n")).collect();
        let ownership = format!("# {}\n{ownership}", lines.len());
        let mut text = String::new();
        let mut paths: Vec<BTreeSet<String>> = Vec::new();
        for change in &changes {
            text += "2026-01-01 ann:";
            let mut all = BTreeSet::new();
            for (gone, path, to) in change {
                // A path stands in a commit once, as what it was or as what it is.
                if all.contains(path) || to.as_ref().is_some_and(|to| all.contains(to) || to == path) {
                    continue;
                }
                all.insert(path.clone());
                match to {
                    Some(to) => {
                        text += &format!(" {path}=>{to}");
                        all.insert(to.clone());
                    }
                    None => text += &format!(" {gone}{path}"),
                }
            }
            text += "\n";
            paths.push(all);
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("CODEOWNERS");
        std::fs::write(&file, &ownership).unwrap();
        World::of(&ownership, "", &[], &text).measure(|measures| {
            let replay = measures.replay();
            let found = &replay.repository(0).unwrap().changes;
            prop_assert_eq!(found.len(), paths.len());
            let history = measures.history(0).unwrap();
            for change in found {
                let landing = &history.changes[change.landing as usize];
                let place = u32::from_be_bytes(landing.id.as_bytes()[..4].try_into().unwrap()) as usize - 1;
                let paths = &paths[place];
                let mut given = Vec::new();
                for path in paths {
                    given.extend([path.as_bytes(), b"\0"].concat());
                }
                let answer = owners(OwnersRequest {
                    target: folder.path().into(),
                    revision: None,
                    codeowners: Some(file.clone()),
                    count_generated: false,
                    paths: OwnersPaths::Given { paths: given, separator: 0 },
                });
                let answer = answer.unwrap();
                let groups = change.groups.iter().map(|&it| replay.group(it).key.to_vec());
                prop_assert_eq!(groups.collect::<BTreeSet<_>>(), said(&answer));
                prop_assert_eq!(change.paths as usize, paths.len());
                let unowned = answer.paths().filter(|path| !path.is_owned()).count();
                prop_assert_eq!(change.unowned as usize, unowned);
            }
            Ok(())
        })?;
    }
}
