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
    for version in [0, 1, 3] {
        sql(&format!("PRAGMA user_version = {version}"));
        check("another version");
    }
    sql("PRAGMA application_id = 1");
    check("another program");
    sql("UPDATE chunks SET heads = x'00'; DELETE FROM results");
    check("another content");
    sql("UPDATE results SET content = x'00'");
    check("another result");
    sql("UPDATE chunks SET kind = 9; DELETE FROM results");
    check("another kind");
    sql("ALTER TABLE results RENAME TO others");
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

/// How many rows a table of the database has.
fn rows(path: &Path, table: &str) -> i64 {
    let database = rusqlite::Connection::open(path).unwrap();
    let count = format!("SELECT count(*) FROM {table}");
    database.query_row(&count, [], |row| row.get(0)).unwrap()
}

#[test]
fn a_run_that_asks_the_same_again_reads_the_result() {
    let sandbox = Sandbox::new();
    story(60).write(&sandbox, "r");
    let folder = sandbox.path("cache");
    let wanted = Wanted {
        cache: Some(&folder),
        ..ALL
    };
    let (whole, _) = noting(&sandbox, &wanted);
    let path = file(&folder);
    let chunks = rows(&path, "chunks");
    assert!(chunks > 0);
    assert_eq!(rows(&path, "results"), 1);
    let database = rusqlite::Connection::open(&path).unwrap();
    database.execute_batch("DELETE FROM chunks").unwrap();
    assert_eq!(noting(&sandbox, &wanted), (whole, Vec::new()));
    // Nothing was walked, so nothing was written.
    assert_eq!(rows(&path, "chunks"), 0);
    // For other dates all is summed up anew, and the oldest of many results go.
    for second in 0..20 {
        let window = at(100 + second);
        let kept = noting(&sandbox, &Wanted { window, ..wanted });
        assert_eq!(kept.0, noting(&sandbox, &Wanted { window, ..ALL }).0);
    }
    assert_eq!(rows(&path, "chunks"), chunks);
    assert_eq!(rows(&path, "results"), 8);
}

#[test]
fn a_result_is_of_no_use_when_anything_else_changed() {
    let sandbox = Sandbox::new();
    sandbox.repository("r", &[("a/x", "1"), ("b", "1")]);
    for content in ["2", "3", "4"] {
        sandbox.write("r/a/x", content);
        sandbox.commit("r");
    }
    let folder = sandbox.path("cache");
    let kept = Wanted {
        cache: Some(&folder),
        ..ALL
    };
    let same = |what: &str| {
        let mut last = None;
        for _ in 0..2 {
            let (history, notes) = noting(&sandbox, &kept);
            assert_eq!(history, noting(&sandbox, &ALL).0, "{what}");
            assert_eq!(notes, [] as [&str; 0], "{what}");
            last = Some(history);
        }
        last.unwrap()
    };
    let first = same("the first time");
    let map = format!("Zoe <zoe@acme.test> <{}>\n", first.authors[0].email);
    sandbox.write("r/.mailmap", &map);
    sandbox.git("r", &["add", ".mailmap"]);
    let named = same("a mailmap that is not committed");
    assert_eq!(named.authors[0].name, "Zoe");
    sandbox.git("r", &["tag", "v1.0", "HEAD~1"]);
    assert_eq!(same("a tag").tags.len(), 1);
    sandbox.git("r", &["tag", "-f", "v1.0", "HEAD"]);
    assert_ne!(
        same("a tag that was moved").tags,
        same("a tag").tags.split_off(1)
    );
    sandbox.write("r/.git/info/grafts", "x\n");
    assert!(reasons(&same("grafts"))[0].starts_with("`info/grafts`"));
    std::fs::remove_file(sandbox.path("r/.git/info/grafts")).unwrap();
    // What is missing may come back, without a commit that says so.
    let tree = sandbox.git("r", &["rev-parse", "HEAD~1:a"]);
    let content = sandbox.git("r", &["rev-parse", "HEAD~1:a/x"]);
    std::fs::remove_dir_all(&folder).unwrap();
    sandbox.remove_object("r", "HEAD~1:a");
    assert_eq!(same("a tree is missing").gaps.len(), 1);
    let text = format!("100644 blob {content}\tx\n");
    run(&sandbox, "r", &["mktree"], text.as_bytes());
    assert_eq!(sandbox.git("r", &["cat-file", "-t", &tree]), "tree");
    assert_eq!(same("it is there again").gaps, []);
}
