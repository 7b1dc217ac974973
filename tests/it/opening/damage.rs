//! Damaged files of git: an index, a commit-graph, indexes of packs.

use std::fs;

use super::{repository, run};
use crate::sandbox::Sandbox;

const CHECK: &[&str] = &["check", "--format", "concise"];

fn flip(file: &std::path::Path, at: usize, bit: u8) -> Vec<u8> {
    let sound = fs::read(file).unwrap();
    let mut damaged = sound.clone();
    damaged[at] ^= 1 << bit;
    // Packs and their indexes are read-only.
    fs::remove_file(file).unwrap();
    fs::write(file, damaged).unwrap();
    sound
}

/// How an index may be written.
const INDEXES: [&[&[&str]]; 5] = [
    &[],
    &[&["update-index", "--index-version", "4"]],
    &[&["update-index", "--split-index"], &["add", "src/b.py"]],
    &[&["update-index", "--index-version", "2"]],
    &[&["config", "index.skipHash", "true"], &["add", "-A"]],
];

#[test]
fn a_damaged_index_is_named_and_rewritten() {
    for commands in INDEXES {
        let shop = repository(&[]);
        for command in commands {
            shop.git_all(command);
        }
        shop.write("src/c.py", "");
        shop.git(["add", "src/c.py"]);
        shop.commit_as("ann", "2026-01-13");
        let sound = run(&shop, CHECK);
        sound.exits(0);
        let index = shop.path(".git/index");
        let end = fs::read(&index).unwrap().len() - 1;
        flip(&index, end, 3);
        let damaged = run(&shop, CHECK);
        assert_eq!(damaged.exits(2), "", "{commands:?}");
        assert!(damaged.said().contains("is damaged"), "{}", damaged.said());
        assert!(
            damaged.said().contains("`git read-tree HEAD`"),
            "{}",
            damaged.said()
        );
        run(&shop, &["check", "--at", "HEAD"]).exits(0);
        shop.git(["read-tree", "HEAD"]);
        assert_eq!(run(&shop, CHECK).stdout, sound.stdout, "{commands:?}");
    }
}

#[test]
fn a_commit_graph_has_no_say() {
    let shop = repository(&[]);
    shop.git(["commit-graph", "write", "--reachable"]);
    let since = ["check", "--format", "json", "--since", "HEAD~1"];
    let sound = run(&shop, &since);
    let graph = shop.path(".git/objects/info/commit-graph");
    let content = fs::read(&graph).unwrap();
    for damaged in [&b""[..], b"CGPH", &content[..content.len() / 2]] {
        fs::remove_file(&graph).unwrap();
        fs::write(&graph, damaged).unwrap();
        let run = run(&shop, &since);
        assert_eq!(run.stdout, sound.stdout);
        assert_eq!(run.code, sound.code);
    }
    fs::write(&graph, content).unwrap();
    for at in (0..fs::read(&graph).unwrap().len()).step_by(40) {
        let content = flip(&graph, at, 1);
        assert_eq!(run(&shop, &since).stdout, sound.stdout, "{at}");
        fs::write(&graph, content).unwrap();
    }
}

#[test]
fn a_damaged_pack_index_ends_no_run_badly() {
    let shop = repository(&[]);
    shop.git(["gc", "-q"]);
    shop.git(["multi-pack-index", "write"]);
    let folder = shop.path(".git/objects/pack");
    let files = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let read = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        [".idx", ".pack", "multi-pack-index"]
            .iter()
            .any(|end| name.ends_with(end))
    };
    let files: Vec<_> = files.filter(read).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    for file in files {
        let length = fs::read(&file).unwrap().len();
        for step in 0..16 {
            let sound = flip(&file, step * (length - 1) / 15, step as u8 % 8);
            // The sandbox checks that it ends, in time and without a panic.
            for command in [&["history"][..], &["check", "--at", "HEAD"]] {
                let run = run(&shop, command);
                assert!(!run.stdout.contains("0 commits"), "{}", run.stdout);
            }
            fs::remove_file(&file).unwrap();
            fs::write(&file, sound).unwrap();
        }
    }
}

#[test]
fn an_index_without_a_checksum_is_valid() {
    let shop = Sandbox::folder("-- a --\n");
    shop.git(["init", "-q"]);
    shop.git(["config", "index.skipHash", "true"]);
    shop.commit();
    let index = fs::read(shop.path(".git/index")).unwrap();
    let has_none = index.ends_with(&[0; 20]);
    assert!(
        has_none || {
            println!("left out: this git knows no index.skipHash");
            true
        }
    );
    run(&shop, CHECK).exits(0);
}
