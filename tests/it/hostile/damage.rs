//! Repositories that are incomplete or broken.

use std::fs;

use crate::sandbox::Sandbox;

const NOTHING: [&str; 0] = [];

/// A repository with two dead lines and a file, so that a report shows whether it was judged.
fn shop() -> Sandbox {
    Sandbox::repository("-- CODEOWNERS --\n* @ann\n/gone/ @ann\n-- src/a --\n")
}

fn remove_object(shop: &Sandbox, name: &str) {
    let id = shop.git(["rev-parse", name]);
    fs::remove_file(shop.path(format!(".git/objects/{}/{}", &id[..2], &id[2..]))).unwrap();
}

#[test]
fn a_path_that_is_not_there() {
    let sandbox = Sandbox::folder("");
    for arguments in [
        &["check", "nowhere"][..],
        &["owners", "-C", "nowhere"],
        &["check", "a\nb"],
    ] {
        let run = sandbox.run(arguments);
        assert_eq!(run.exits(2), "");
        assert!(run.stderr.contains("` does not exist\n"), "{}", run.stderr);
        assert!(run.stderr.contains("help: "), "{}", run.stderr);
    }
}

#[test]
fn a_repository_without_commits() {
    let shop = Sandbox::folder("");
    shop.git(["init", "-q"]);
    shop.run(["check"]).exits(3);
    shop.run(["check", "--at", "HEAD"]).exits(2);
    assert_eq!(shop.run(["owners"]).exits(0), "");
    // What is staged is tracked.
    shop.add("-- CODEOWNERS --\n* @ann\n/gone/ @ann\n");
    shop.git(["add", "CODEOWNERS"]);
    assert_eq!(
        shop.findings(NOTHING),
        ["warning codeowners/dead-pattern CODEOWNERS:2"]
    );
    shop.git(["clone", "-q", "--bare", "../work", "../empty.git"]);
    shop.run(["check", "../empty.git"]).exits(3);
}

#[test]
fn objects_that_are_missing() {
    let shop = shop();
    // The worktree has the file, so that its object is not asked for.
    remove_object(&shop, "HEAD:CODEOWNERS");
    assert_eq!(
        shop.findings(NOTHING),
        ["warning codeowners/dead-pattern CODEOWNERS:2"]
    );
    // At a revision, nobody can say who owns what.
    let report = shop.report(["--at", "HEAD"]);
    assert_eq!(crate::sandbox::lines_of(&report["findings"]), NOTHING);
    assert_eq!(report["missing_data"][0]["kind"], "missing-object");
    assert_eq!(report["missing_data"][0]["path"], "CODEOWNERS");
    let skipped = report["skipped"].as_array().unwrap();
    assert!(
        skipped
            .iter()
            .any(|skip| skip["rule"] == "codeowners/dead-pattern"),
        "{skipped:?}"
    );
    let human = shop.run(["check", "--at", "HEAD", "-v"]);
    assert!(
        human.exits(3).contains("missing: CODEOWNERS (object "),
        "{}",
        human.stdout
    );
    // What was skipped did not run.
    let rules = report["summary"]["rules"].as_u64().unwrap() as usize;
    assert!(
        rules + skipped.len() <= bailiwick::rules::ids().len(),
        "{report:#}"
    );
    let all = bailiwick::rules::ids();
    let about_ownership = all.iter().filter(|id| id.starts_with("codeowners/"));
    assert!(rules + about_ownership.count() < all.len(), "{report:#}");
    let owners = shop.run(["owners", "--at", "HEAD"]);
    assert_eq!(owners.exits(3), "");
    let said = "cannot read the ownership file `CODEOWNERS`: its content is missing";
    assert!(owners.said().contains(said), "{owners:?}");
    // A folder of the tree is missing.
    remove_object(&shop, "HEAD:src");
    let report = shop.report(["--at", "HEAD"]);
    assert!(
        report["missing_data"]
            .as_array()
            .unwrap()
            .iter()
            .any(|gap| gap["path"] == "src"),
        "{report:#}"
    );
    remove_object(&shop, "HEAD^{tree}");
    let run = shop.run(["check", "--at", "HEAD"]);
    assert_eq!(run.exits(3), "");
    assert!(run.stderr.contains("help: "), "{}", run.stderr);
    remove_object(&shop, "HEAD");
    shop.run(["check", "--at", "HEAD"]).exits(3);
}

#[test]
fn an_index_that_is_broken() {
    let shop = shop();
    let index = fs::read(shop.path(".git/index")).unwrap();
    let mut damaged = vec![
        Vec::new(),
        b"DIRC".to_vec(),
        index[..index.len() / 2].to_vec(),
    ];
    // A count of entries that no file can hold.
    damaged.push([&index[..8], &[0xff; 4], &index[12..]].concat());
    damaged.push(vec![0; 4096]);
    for bytes in damaged {
        shop.write(".git/index", &bytes);
        let run = shop.run(["check"]);
        run.exits(2);
        assert!(run.stderr.contains("index"), "{}", run.stderr);
        assert!(run.stderr.contains("help: "), "{}", run.stderr);
    }
    // Any single wrong byte is either told or harmless.
    for at in (0..index.len()).step_by(7) {
        let mut bytes = index.clone();
        bytes[at] ^= 0x55;
        shop.write(".git/index", &bytes);
        shop.run(["check"]);
    }
}

#[test]
fn a_git_directory_that_is_none() {
    let shop = shop();
    for (file, content) in [
        ("HEAD", "nonsense"),
        ("HEAD", "ref: refs/heads/../../../etc/passwd"),
        ("config", "[core"),
        ("config", "[core]\nrepositoryformatversion = 99\n"),
        ("packed-refs", "\0\0\0"),
        ("commondir", "../../../../nowhere"),
        ("objects/info/alternates", "/nowhere\n\0\n"),
        ("shallow", "nonsense"),
    ] {
        let path = format!(".git/{file}");
        let before = fs::read(shop.path(&path)).ok();
        shop.write(&path, content);
        for arguments in [&["check"][..], &["check", "--at", "HEAD"]] {
            let run = shop.run(arguments);
            assert!(
                run.code != Some(2) || run.stderr.contains("error: "),
                "{file}: {run:?}"
            );
        }
        match before {
            Some(before) => shop.write(&path, before),
            None => fs::remove_file(shop.path(&path)).unwrap(),
        }
    }
    let plain = Sandbox::folder("-- .git --\ngitdir: /nowhere\n-- a --\n");
    plain.run(["check"]).exits(2);
    let plain = Sandbox::folder("-- .git --\nnonsense\n-- a --\n");
    let run = plain.run(["check"]);
    run.exits(2);
    assert!(
        run.said().contains("names no git directory"),
        "{}",
        run.stderr
    );
}
