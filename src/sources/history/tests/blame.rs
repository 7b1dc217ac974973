//! Since when lines stand, beside what `git blame` says.

use std::collections::BTreeMap;

use super::*;
use crate::facts::Age;

/// By line of a file: what git says, as the hash of the commit.
fn blamed(sandbox: &Sandbox, name: &str, arguments: &[&str], path: &str) -> Vec<String> {
    let all = [&["blame", "--porcelain"], arguments, &["--", path]].concat();
    let text = run(sandbox, name, &all, b"");
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().filter_map(|line| {
        let (hash, rest) = line.split_once(' ')?;
        let is_header = hash.len() == 40 && rest.split(' ').all(|it| it.parse::<u32>().is_ok());
        is_header.then(|| hash.to_owned())
    });
    lines.collect()
}

/// The same by us: the hash, or what else is known.
fn ours(
    sandbox: &Sandbox,
    name: &str,
    revision: Option<&str>,
    path: &str,
    lines: usize,
) -> Vec<String> {
    let (found, notes) = kept(sandbox, name, revision, path, lines, None);
    assert_eq!(notes, [] as [&str; 0]);
    found
}

/// As [`ours`], with a folder in which what is found is kept, and with notes on that.
fn kept(
    sandbox: &Sandbox,
    name: &str,
    revision: Option<&str>,
    path: &str,
    lines: usize,
    cache: Option<&Path>,
) -> (Vec<String>, Vec<String>) {
    let source = Source::open(&sandbox.path(name), revision).unwrap();
    let (tree, _) = source.tree();
    let file = u32::try_from(tree.find(path.as_bytes()).unwrap()).unwrap();
    let wanted: Vec<u32> = (1..=u32::try_from(lines).unwrap()).collect();
    let mut notes = Vec::new();
    let (found, gaps) = ages_noting(&source, &tree, &[(file, wanted)], cache, &mut notes);
    let found: BTreeMap<u32, Age> = found.iter().map(|it| (it.line, it.age)).collect();
    let shown = (1..=u32::try_from(lines).unwrap()).map(|line| match found.get(&line) {
        Some(Age::Since(_, id)) => id.to_string(),
        Some(Age::Before(when)) => format!("before {}", when.as_second()),
        Some(Age::Uncommitted) => "uncommitted".to_owned(),
        None => gaps[0].reason.clone(),
    });
    (shown.collect(), notes)
}

#[test]
fn lines_are_as_old_as_git_has_them() {
    let mut seed = 1_u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (seed >> 33) as usize % below
    };
    let mut compared = 0;
    for round in 0..12 {
        // Branches of one another, merged now and then, whose files are edited, moved and removed.
        let mut story = Story::default();
        let mut states: Vec<BTreeMap<String, Vec<String>>> = Vec::new();
        let mut tips: Vec<usize> = Vec::new();
        for number in 0..40_usize {
            let (mut parents, mut files) = match number {
                0 => (Vec::new(), BTreeMap::new()),
                _ => {
                    let tip = tips[random(tips.len())];
                    (vec![tip], states[tip - 1].clone())
                }
            };
            let before = files.clone();
            let merged = tips[..]
                .iter()
                .rev()
                .find(|&&it| !parents.contains(&it))
                .copied();
            if let Some(other) = merged.filter(|_| random(4) == 0) {
                parents.push(other);
                for (path, lines) in &states[other - 1] {
                    if random(2) == 0 || !files.contains_key(path) {
                        files.insert(path.clone(), lines.clone());
                    }
                }
            } else {
                let path = format!("d{}/f{}", random(2), random(4));
                let lines = files.entry(path.clone()).or_insert_with(|| {
                    (0..8)
                        .map(|line| format!("{path} {number} {line}"))
                        .collect()
                });
                for edit in 0..random(4) {
                    let at = random(lines.len() + 1);
                    lines.insert(at, format!("edit {number} {edit}"));
                    let gone = random(lines.len());
                    lines.remove(gone);
                }
                if random(5) == 0 && number > 0 {
                    let lines = files.remove(&path).unwrap();
                    files.insert(format!("m{number}"), lines);
                }
            }
            let contents: BTreeMap<&String, Option<String>> = before
                .keys()
                .chain(files.keys())
                .map(|path| {
                    let text = |lines: &Vec<String>| {
                        lines.iter().map(|line| format!("{line}\n")).collect()
                    };
                    (path, files.get(path).map(text))
                })
                .collect();
            let changes: Vec<(&str, Option<&str>)> = contents
                .iter()
                .map(|(path, content)| (path.as_str(), content.as_deref()))
                .collect();
            let second = 1_000 + i64::try_from(number).unwrap() * 10;
            let commit = story.commit(&parents, second, &changes);
            tips.retain(|tip| !parents.contains(tip) || random(3) == 0);
            tips.push(commit);
            states.push(files);
        }
        let sandbox = Sandbox::new();
        story.write(&sandbox, "r");
        for (path, lines) in states.last().unwrap() {
            let git = blamed(&sandbox, "r", &["HEAD"], path);
            assert_eq!(git.len(), lines.len());
            assert_eq!(ours(&sandbox, "r", None, path, lines.len()), git, "{path}");
            compared += lines.len();
        }
        // As the history grew: what was found for one commit is taken up by the next ones.
        if round % 4 > 0 {
            continue;
        }
        let cache = sandbox.path("cache");
        for number in (5..=states.len()).step_by(3) {
            let commit = format!("c{number}");
            for (path, lines) in &states[number - 1] {
                let lines = lines.len();
                let (found, notes) = kept(&sandbox, "r", Some(&commit), path, lines, Some(&cache));
                assert_eq!(notes, [] as [&str; 0]);
                assert_eq!(found, ours(&sandbox, "r", Some(&commit), path, lines));
            }
        }
    }
    assert!(compared > 200, "{compared}");
}

#[test]
fn what_is_not_committed_has_no_age() {
    let sandbox = Sandbox::new();
    sandbox.repository("r", &[("a", "one\ntwo\nsix\n"), ("gone", "x\n")]);
    let head = sandbox.git("r", &["rev-parse", "HEAD"]);
    sandbox.write("r/a", "new\r\none\r\nelse\r\nsix\r\n");
    sandbox.write("r/b", "b\n");
    sandbox.git("r", &["add", "b"]);
    let (new, old) = ("uncommitted", head.as_str());
    assert_eq!(ours(&sandbox, "r", None, "a", 4), [new, old, new, old]);
    assert_eq!(ours(&sandbox, "r", None, "b", 1), [new]);
    assert_eq!(ours(&sandbox, "r", Some("HEAD"), "a", 3), [old, old, old]);
    sandbox.git(".", &["init", "-q", "e"]);
    sandbox.write("e/a", "a\n");
    sandbox.git("e", &["add", "a"]);
    assert_eq!(ours(&sandbox, "e", None, "a", 1), [new]);
}

#[test]
fn commits_that_do_not_count_pass_their_lines_on() {
    let mut story = Story::default();
    let plain = "fn a() {\nif x {\ny();\n}\n}\n";
    let one = story.commit(&[], 10, &[("a.rs", Some(plain))]);
    let indented = "fn a() {\n    if x {\n        y();\n    }\n}\n";
    let two = story.commit(&[one], 20, &[("a.rs", Some(indented))]);
    let more = "// all of it\nfn a() {\n    if x {\n        y();\n    }\n}\n";
    story.commit(&[two], 30, &[("a.rs", Some(more))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let hash = |number: usize| sandbox.git("r", &["rev-parse", &format!("c{number}")]);
    let list = format!("# reformatted\n{} # all of it\n\n", hash(2));
    let three = story.commit(&[3], 40, &[(".git-blame-ignore-revs", Some(&list))]);
    story.add(&sandbox, "r");
    let revs = sandbox.path("revs");
    std::fs::write(&revs, &list).unwrap();
    let file = format!("--ignore-revs-file={}", revs.display());
    let git = blamed(&sandbox, "r", &[&file, "HEAD"], "a.rs");
    let found = ours(&sandbox, "r", None, "a.rs", 6);
    assert_eq!(found, git);
    assert_eq!(found[0], hash(3));
    assert_eq!(found[2], hash(1));
    assert_eq!(three, 4);
}

#[test]
fn lines_are_at_least_as_old_as_a_shallow_clone() {
    let mut story = Story::default();
    let one = story.commit(&[], 10, &[("a", Some("one\n"))]);
    let two = story.commit(&[one], 20, &[("a", Some("one\ntwo\n"))]);
    story.commit(&[two], 30, &[("a", Some("one\ntwo\nsix\n"))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let url = format!("file://{}", sandbox.path("r").display());
    let clone = [
        "clone",
        "-q",
        "--bare",
        "--depth=2",
        "--branch=main",
        &url,
        "s",
    ];
    sandbox.git(".", &clone);
    let head = sandbox.git("r", &["rev-parse", "c3"]);
    let found = ours(&sandbox, "s", None, "a", 3);
    assert_eq!(found, ["before 20", "before 20", &head]);
}

/// Takes a content out of a bare repository.
fn remove_blob(sandbox: &Sandbox, name: &str, object: &str) {
    let old = sandbox.git(name, &["rev-parse", object]);
    let objects = sandbox.path(name).join("objects");
    let loose = objects.join(&old[..2]).join(&old[2..]);
    if !loose.is_file() {
        // It is in a pack: without that, all is missing but what is written anew.
        let packs = objects.join("pack");
        let moved = sandbox.path("packs");
        std::fs::rename(&packs, &moved).unwrap();
        for pack in std::fs::read_dir(&moved).unwrap() {
            let pack = pack.unwrap().path();
            if pack.extension().is_some_and(|it| it == "pack") {
                let content = std::fs::read(&pack).unwrap();
                run(sandbox, name, &["unpack-objects", "-q"], &content);
            }
        }
    }
    std::fs::remove_file(&loose).unwrap();
}

#[test]
fn lines_whose_contents_are_missing_are_left_out() {
    let mut story = Story::default();
    let one = story.commit(&[], 10, &[("a", Some("one\n"))]);
    story.commit(&[one], 20, &[("a", Some("one\ntwo\n"))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    remove_blob(&sandbox, "r", "c1:a");
    let found = ours(&sandbox, "r", None, "a", 2);
    assert!(found[0].contains("objects are missing"), "{found:?}");
    assert!(found[1].contains("objects are missing"), "{found:?}");
}

#[test]
fn what_was_found_is_kept_for_what_it_depends_on() {
    let mut story = Story::default();
    let one = story.commit(&[], 10, &[("a", Some("one\ntwo\n"))]);
    // Taken back, and done again: the same content, brought by others.
    let two = story.commit(&[one], 20, &[("a", Some("one\n"))]);
    let three = story.commit(&[two], 30, &[("a", Some("one\ntwo\n"))]);
    let elsewhere = story.commit(&[], 40, &[("a", Some("one\ntwo\n"))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let hash = |number: usize| sandbox.git("r", &["rev-parse", &format!("c{number}")]);
    let cache = sandbox.path("cache");
    let found = |number: usize| {
        let commit = format!("c{number}");
        let (found, notes) = kept(&sandbox, "r", Some(&commit), "a", 2, Some(&cache));
        assert_eq!(notes, [] as [&str; 0]);
        assert_eq!(found, ours(&sandbox, "r", Some(&commit), "a", 2));
        found
    };
    for _ in 0..2 {
        assert_eq!(found(one), [hash(one), hash(one)]);
        assert_eq!(found(three), [hash(one), hash(three)]);
        assert_eq!(found(elsewhere), [hash(elsewhere), hash(elsewhere)]);
    }
    // Commits that do not count any more, on disk alone.
    sandbox.git(".", &["clone", "-q", "r", "w"]);
    sandbox.git("w", &["checkout", "-q", &hash(three)]);
    let in_worktree = || {
        let (found, notes) = kept(&sandbox, "w", None, "a", 2, Some(&cache));
        assert_eq!(notes, [] as [&str; 0]);
        assert_eq!(found, ours(&sandbox, "w", None, "a", 2));
        found
    };
    assert_eq!(in_worktree(), [hash(one), hash(three)]);
    sandbox.write("w/.git-blame-ignore-revs", &format!("{}\n", hash(one)));
    sandbox.git("w", &["add", ".git-blame-ignore-revs"]);
    assert_eq!(in_worktree(), [hash(one), hash(three)]);
    let many = format!("{}\n{}\n", hash(three), hash(two));
    sandbox.write("w/.git-blame-ignore-revs", &many);
    in_worktree();
    // A file that is another one on disk.
    sandbox.write("w/a", "new\none\n");
    assert_eq!(in_worktree(), ["uncommitted".to_owned(), hash(one)]);
}

#[test]
fn what_was_found_and_is_broken_is_found_anew() {
    let mut story = Story::default();
    let one = story.commit(&[], 10, &[("a", Some("one\n"))]);
    story.commit(&[one], 20, &[("a", Some("one\ntwo\n"))]);
    let sandbox = Sandbox::new();
    story.write(&sandbox, "r");
    let cache = sandbox.path("cache");
    let found = || kept(&sandbox, "r", None, "a", 2, Some(&cache));
    let good = found();
    assert_eq!(good.1, [] as [&str; 0]);
    let files = crate::sources::store::files(&cache).unwrap();
    let path = &files[0].0;
    let sql = |text: &str| {
        let database = rusqlite::Connection::open(path).unwrap();
        database.execute_batch(text).unwrap();
    };
    for broken in [
        "UPDATE results SET content = x'00'",
        "UPDATE results SET sum = x'00'",
        "PRAGMA user_version = 1",
        "DROP TABLE results",
    ] {
        sql(broken);
        let (ages, notes) = found();
        assert_eq!((&ages, notes.len()), (&good.0, 1), "{broken}: {notes:?}");
        assert_eq!(found(), good, "{broken}");
    }
    let whole = std::fs::read(path).unwrap();
    for at in (0..whole.len()).step_by(whole.len() / 40) {
        let mut bad = whole.clone();
        bad[at] ^= 0x55;
        std::fs::write(path, &bad).unwrap();
        assert_eq!(found().0, good.0, "byte {at}");
    }
    // Contents of old are not needed any more.
    remove_blob(&sandbox, "r", "c1:a");
    std::fs::write(path, &whole).unwrap();
    assert_eq!(found(), good);
    assert!(ours(&sandbox, "r", None, "a", 2)[0].contains("objects are missing"));
}
