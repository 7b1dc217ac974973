//! With a cache and without, what is read is the same.

use super::*;

fn story(commits: usize) -> Story {
    let mut story = Story::default();
    let mut parents: Vec<usize> = Vec::new();
    for number in 1..=commits {
        let path = format!("d{}/f{}", number % 7, number % 40);
        let second = 100 + i64::try_from(number).unwrap();
        let content = format!("{number}\n").repeat(3);
        let who = format!("p{} <p{}@acme.test>", number % 5, number % 3);
        let change = (number % 9 > 0).then_some(content.as_str());
        let new = story.commit_by(who, &parents, second, "x", &[(&path, change)]);
        parents = match number % 11 {
            0 => vec![new, new - 4],
            _ => vec![new],
        };
    }
    story
}

fn noting(sandbox: &Sandbox, wanted: &Wanted<'_>) -> (History, Vec<String>) {
    let source = Source::open(&sandbox.path("r"), None).unwrap();
    let mut notes = Vec::new();
    let history = read_noting(&source, wanted, &mut notes);
    (history, notes)
}

fn file(folder: &Path) -> std::path::PathBuf {
    let mut files = crate::sources::store::files(folder).unwrap();
    assert_eq!(files.len(), 1, "{files:?}");
    files.pop().unwrap().0
}

#[test]
fn what_is_kept_is_what_is_read() {
    let sandbox = Sandbox::new();
    story(300).write(&sandbox, "r");
    let folder = sandbox.path("cache/deep");
    let ways = [
        ALL,
        Wanted {
            renames: true,
            ..ALL
        },
        Wanted {
            window: at(200),
            ..ALL
        },
        Wanted {
            window: at(250),
            since: Some(at(180)),
            as_of: at(350),
            ..ALL
        },
    ];
    for _ in 0..3 {
        for way in ways {
            let (kept, notes) = noting(
                &sandbox,
                &Wanted {
                    cache: Some(&folder),
                    ..way
                },
            );
            assert_eq!(kept, noting(&sandbox, &way).0);
            assert_eq!(notes, [] as [&str; 0]);
        }
    }
    assert_eq!(crate::sources::store::files(&folder).unwrap().len(), 2);
    // The history goes on, and then is written anew.
    for commits in [310, 350] {
        story(commits).add(&sandbox, "r");
        for way in ways {
            let kept = noting(
                &sandbox,
                &Wanted {
                    cache: Some(&folder),
                    ..way
                },
            );
            assert_eq!(kept, (noting(&sandbox, &way).0, Vec::new()));
        }
    }
    let mut other = Story::default();
    other.commit(&[], 5, &[("z", Some("1"))]);
    other.add(&sandbox, "r");
    let big = std::fs::metadata(&crate::sources::store::files(&folder).unwrap()[0].0).unwrap();
    for _ in 0..2 {
        for way in ways {
            let kept = noting(
                &sandbox,
                &Wanted {
                    cache: Some(&folder),
                    ..way
                },
            );
            assert_eq!(kept, (noting(&sandbox, &way).0, Vec::new()));
        }
    }
    assert!(big.len() > 0);
}

#[test]
fn a_cache_that_is_of_no_use_is_made_anew() {
    let sandbox = Sandbox::new();
    story(60).write(&sandbox, "r");
    let folder = sandbox.path("cache");
    let wanted = Wanted {
        cache: Some(&folder),
        ..ALL
    };
    let (whole, _) = noting(&sandbox, &wanted);
    let path = file(&folder);
    let good = std::fs::read(&path).unwrap();
    let sql = |text: &str| {
        rusqlite::Connection::open(&path)
            .unwrap()
            .execute_batch(text)
            .unwrap();
    };
    let check = |what: &str| {
        let (history, notes) = noting(&sandbox, &wanted);
        assert_eq!(history, whole, "{what}");
        assert_eq!(notes.len(), 1, "{what}: {notes:?}");
        assert_eq!(
            noting(&sandbox, &wanted),
            (whole.clone(), Vec::new()),
            "{what}"
        );
    };
    for version in [0, 2] {
        sql(&format!("PRAGMA user_version = {version}"));
        check("another version");
    }
    sql("PRAGMA application_id = 1");
    check("another program");
    sql("UPDATE chunks SET heads = x'00'");
    check("another content");
    sql("UPDATE chunks SET kind = 9");
    check("another kind");
    sql("ALTER TABLE chunks RENAME TO others");
    check("another table");
    std::fs::write(&path, "text, and more than a few bytes of it\n".repeat(100)).unwrap();
    check("no database");
    std::fs::write(&path, &good[..good.len() / 2]).unwrap();
    check("half a database");
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        std::fs::write(&path, &bad).unwrap();
        let (history, _) = noting(&sandbox, &wanted);
        assert_eq!(history, whole, "byte {at}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_a_note() {
    let sandbox = Sandbox::new();
    story(20).write(&sandbox, "r");
    sandbox.write("file", "x");
    let folder = sandbox.path("file/cache");
    let (history, notes) = noting(
        &sandbox,
        &Wanted {
            cache: Some(&folder),
            ..ALL
        },
    );
    assert_eq!(history, noting(&sandbox, &ALL).0);
    assert!(
        notes[0].starts_with("what was read was not kept"),
        "{notes:?}"
    );
    let inside = sandbox.path("r/cache");
    let (_, notes) = noting(
        &sandbox,
        &Wanted {
            cache: Some(&inside),
            ..ALL
        },
    );
    assert!(
        notes[0].ends_with("is in the repository, so nothing is kept there"),
        "{notes:?}"
    );
    assert!(!inside.exists());
}

#[cfg(unix)]
#[test]
fn links_in_the_folder_are_not_followed() {
    let sandbox = Sandbox::new();
    story(20).write(&sandbox, "r");
    // Links on the way to the folder are the user's own.
    sandbox.write("real/x", "x");
    sandbox.link("real", "way");
    let folder = sandbox.path("way/cache");
    let wanted = Wanted {
        cache: Some(&folder),
        ..ALL
    };
    let (whole, notes) = noting(&sandbox, &wanted);
    assert_eq!(notes, [] as [&str; 0]);
    let path = file(&folder);
    std::fs::rename(&path, sandbox.path("elsewhere")).unwrap();
    let before = std::fs::read(sandbox.path("elsewhere")).unwrap();
    std::os::unix::fs::symlink(sandbox.path("elsewhere"), &path).unwrap();
    let (history, notes) = noting(&sandbox, &wanted);
    assert_eq!((history, notes.len()), (whole, 1));
    assert_eq!(std::fs::read(sandbox.path("elsewhere")).unwrap(), before);
    assert!(std::fs::symlink_metadata(&path).unwrap().is_file());
}

#[test]
fn runs_at_the_same_time_do_no_harm() {
    let sandbox = Sandbox::new();
    story(200).write(&sandbox, "r");
    let folder = sandbox.path("cache");
    let wanted = Wanted {
        cache: Some(&folder),
        ..ALL
    };
    let whole = noting(&sandbox, &ALL).0;
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_eq!(noting(&sandbox, &wanted).0, whole);
                }
            });
        }
    });
    assert_eq!(noting(&sandbox, &wanted), (whole, Vec::new()));
}
