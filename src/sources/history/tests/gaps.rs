//! What cannot be known is a gap, and all else is read.

use super::*;

fn story(commits: usize) -> Story {
    let mut story = Story::default();
    let mut parents = Vec::new();
    for number in 0..commits {
        let path = format!("d/f{number}");
        let second = i64::try_from(number).unwrap();
        let content = format!("{number}\n").repeat(9);
        parents = vec![story.commit(&parents, second, &[(&path, Some(&content))])];
    }
    story
}

fn url(sandbox: &Sandbox, name: &str) -> String {
    format!("file://{}", sandbox.path(name).display())
}

#[test]
fn the_boundary_of_a_shallow_clone_did_something_unknown() {
    let sandbox = Sandbox::new();
    story(5).write(&sandbox, "r");
    let url = url(&sandbox, "r");
    sandbox.git(
        ".",
        &[
            "clone",
            "-q",
            "--bare",
            "--depth=2",
            "--branch=main",
            &url,
            "s",
        ],
    );
    let cache = sandbox.path("cache");
    let wanted = Wanted {
        cache: Some(&cache),
        ..ALL
    };
    for _ in 0..2 {
        let all = history(&sandbox, "s", &wanted);
        assert_eq!(
            reasons(&all),
            [
                "the clone is shallow: it ends at 1 commit, whose files and whose parents are not known"
            ]
        );
        assert_eq!(all.gaps[0].remedy.as_deref(), Some("git fetch --unshallow"));
        assert_eq!(
            (all.walked, all.activity[0].commits, all.paths.len()),
            (2, 2, 1)
        );
    }
    // What was kept of a shallow clone is right for a whole one.
    sandbox.git("s", &["fetch", "-q", "--unshallow", "origin"]);
    let all = history(&sandbox, "s", &wanted);
    assert_eq!((all.walked, all.paths.len(), all.gaps.len()), (5, 5, 0));
    assert_eq!(all, history(&sandbox, "r", &ALL));
}

#[test]
fn without_contents_files_are_followed_by_their_hash() {
    let mut story = Story::default();
    let text = "line\n".repeat(20);
    let one = story.commit(&[], 1, &[("a", Some(&text)), ("b", Some("other\n"))]);
    let more = format!("{text}more\n");
    let two = story.commit(&[one], 2, &[("b", None), ("c", Some("other\n"))]);
    story.commit(&[two], 3, &[("a", None), ("d", Some(&more))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    sandbox.git("r", &["config", "uploadpack.allowFilter", "true"]);
    let url = url(&sandbox, "r");
    sandbox.git(
        ".",
        &[
            "clone",
            "-q",
            "--bare",
            "--filter=blob:none",
            "--branch=main",
            &url,
            "s",
        ],
    );
    let cache = sandbox.path("cache");
    let wanted = Wanted {
        renames: true,
        cache: Some(&cache),
        ..ALL
    };
    for _ in 0..2 {
        let all = history(&sandbox, "s", &wanted);
        let commits: Vec<_> = all
            .commits
            .iter()
            .map(|it| shown(&all, &it.touched).join(", "))
            .collect();
        assert_eq!(commits, ["A d, D a", "R b c", "A a, A b"]);
        assert_eq!(
            reasons(&all),
            [
                "contents are missing: in 1 commit files were followed only where nothing but their path changed"
            ]
        );
    }
    let whole = history(
        &sandbox,
        "r",
        &Wanted {
            renames: true,
            ..ALL
        },
    );
    let commits: Vec<_> = whole
        .commits
        .iter()
        .map(|it| shown(&whole, &it.touched).join(", "))
        .collect();
    assert_eq!(commits, ["R a d", "R b c", "A a, A b"]);
    assert_eq!(history(&sandbox, "s", &ALL).gaps, []);
}

#[test]
fn objects_that_are_missing_cost_what_they_hold() {
    let sandbox = Sandbox::new();
    sandbox.repository("r", &[("a/x", "1"), ("b", "1")]);
    for content in ["2", "3", "4"] {
        sandbox.write("r/a/x", content);
        sandbox.commit("r");
    }
    sandbox.remove_object("r", "HEAD~1:a");
    let all = history(&sandbox, "r", &ALL);
    assert_eq!(
        reasons(&all),
        ["it cannot be told what 2 commits changed: folders are missing or damaged"]
    );
    assert_eq!((all.walked, all.activity[0].commits), (4, 4));
    let changed: usize = all.commits.iter().map(|it| it.touched.len()).sum();
    assert_eq!(changed, 3);
    sandbox.remove_object("r", "HEAD~2");
    let all = history(&sandbox, "r", &ALL);
    assert!(reasons(&all).contains(&"1 commit cannot be read, nor what comes before"));
    assert_eq!(all.walked, 2);
}

#[test]
fn a_damaged_pack_ends_nothing() {
    let sandbox = Sandbox::new();
    story(200).write(&sandbox, "r");
    sandbox.git("r", &["gc", "-q"]);
    let packs = std::fs::read_dir(sandbox.path("r/objects/pack")).unwrap();
    let mut packs = packs.map(|it| it.unwrap().path());
    let pack = packs
        .find(|it| it.extension().is_some_and(|it| it == "pack"))
        .unwrap();
    let whole = std::fs::read(&pack).unwrap();
    let mut permissions = std::fs::metadata(&pack).unwrap().permissions();
    #[expect(
        clippy::permissions_set_readonly_false,
        reason = "git makes packs read only"
    )]
    permissions.set_readonly(false);
    std::fs::set_permissions(&pack, permissions).unwrap();
    for at in (100..whole.len()).step_by(whole.len() / 20) {
        let mut broken = whole.clone();
        broken[at..at + 8].copy_from_slice(&[0xa5; 8]);
        std::fs::write(&pack, &broken).unwrap();
        for renames in [false, true] {
            // Whether it opens at all depends on what was hit.
            if let Ok(source) = Source::open(&sandbox.path("r"), None) {
                read(&source, &Wanted { renames, ..ALL });
            }
        }
    }
}

#[test]
fn too_many_paths_are_not_counted() {
    let mut story = Story::default();
    let paths: Vec<String> = (0..60_000)
        .map(|it| format!("d{}/f{it}", it % 99))
        .collect();
    let changes: Vec<_> = paths
        .iter()
        .map(|path| (path.as_str(), Some("x")))
        .collect();
    let one = story.commit(&[], 1, &changes);
    let two = story.commit(&[one], 2, &[("d1/f1", Some("y"))]);
    let mut gone: Vec<_> = paths.iter().map(|path| (path.as_str(), None)).collect();
    gone.push(("e", Some("x")));
    story.commit(&[two], 3, &gone);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let all = history(&sandbox, "r", &ALL);
    assert_eq!(
        reasons(&all),
        ["2 commits touched more than 50000 paths, which were not counted"]
    );
    assert_eq!((all.walked, all.paths.len()), (3, 1));
    assert_eq!(all.activity[0].commits, 3);
}

#[test]
fn odd_commits_are_read() {
    let sandbox = Sandbox::new();
    let mut story = story(1);
    let long = "x".repeat(10 << 20);
    story.commit_by("Ann <ann@acme.test>", &[1], 5, &long, &[("e", Some("1"))]);
    story.write(&sandbox, "r");
    let tree = sandbox.git("r", &["rev-parse", "main^{tree}"]);
    let mut parent = sandbox.git("r", &["rev-parse", "main"]);
    for dates in [
        "-5 +0000",
        "99999999999999999999999 +0000",
        "never",
        "9999999999999 +9999",
        "",
    ] {
        let text = format!(
            "tree {tree}\nparent {parent}\nauthor \u{e9} <x> {dates}\ncommitter <> {dates}\n\nx"
        );
        let id = run(
            &sandbox,
            "r",
            &[
                "hash-object",
                "-t",
                "commit",
                "-w",
                "--literally",
                "--stdin",
            ],
            text.as_bytes(),
        );
        parent = String::from_utf8(id).unwrap().trim().to_owned();
    }
    sandbox.git("r", &["update-ref", "refs/heads/main", &parent]);
    let all = history(&sandbox, "r", &ALL);
    assert_eq!(
        (all.walked, all.commits.len(), all.changes.len()),
        (7, 7, 7)
    );
    assert_eq!(all.activity[1].first.as_second(), -5);
    assert_eq!(all.activity[1].last.as_second(), Timestamp::MAX.as_second());
}

#[test]
fn objects_that_stand_in_for_others_are_read_as_git_reads_them() {
    let sandbox = Sandbox::new();
    story(4).write(&sandbox, "r");
    sandbox.git("r", &["replace", "--graft", "main~1"]);
    let cache = sandbox.path("cache");
    let source = Source::open(&sandbox.path("r"), None).unwrap();
    let mut notes = Vec::new();
    let all = read_noting(
        &source,
        &Wanted {
            cache: Some(&cache),
            ..ALL
        },
        &mut notes,
    );
    assert_eq!(all.walked, 2);
    let count = sandbox.git("r", &["rev-list", "--count", "main"]);
    assert_eq!(count, "2");
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert!(!cache.exists());
    sandbox.write("r/info/grafts", "x\n");
    let all = history(&sandbox, "r", &ALL);
    assert!(reasons(&all)[0].starts_with("`info/grafts`"));
}
