//! Pipes, sockets and folders where git keeps plain files: no command waits for a writer.

use std::fs;
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::Command;

use super::{all_of, repository, run};
use crate::sandbox::Sandbox;

/// Commands that between them open everything that any command opens.
const COMMANDS: [&[&str]; 5] = [
    &["check", "--format", "concise"],
    &["check", "--format", "concise", "--since", "HEAD~1"],
    &["check", "--format", "concise", "--at", "HEAD@{0}"],
    &["history"],
    &["audit", "."],
];

/// Places below `.git` where git keeps files, whether they are there or not; `HASH` is that of the head,
/// `PACK` the name of a pack.
const PLACES: [&str; 32] = [
    "HEAD",
    "config",
    "config.worktree",
    "packed-refs",
    "shallow",
    "commondir",
    "gitdir",
    "index",
    "sharedindex.0123456789012345678901234567890123456789",
    "ORIG_HEAD",
    "MERGE_HEAD",
    "refs/heads/main",
    "refs/heads/deep/er",
    "refs/tags/v1.0.0",
    "refs/remotes/origin/main",
    "refs/replace/HASH",
    "refs/stash",
    "logs/HEAD",
    "logs/refs/heads/main",
    "info/attributes",
    "info/exclude",
    "info/grafts",
    "info/sparse-checkout",
    "objects/info/alternates",
    "objects/info/commit-graph",
    "objects/info/commit-graphs/commit-graph-chain",
    "objects/pack/PACK.idx",
    "objects/pack/PACK.pack",
    "objects/pack/multi-pack-index",
    "objects/HA/SH",
    "../elsewhere/objects/info/alternates",
    "../elsewhere/objects/pack/multi-pack-index",
];

/// A repository with packed and loose objects, which borrows from another one.
fn shop() -> Sandbox {
    let shop = repository(&[]);
    shop.git(["repack", "-q", "-d"]);
    shop.write("src/c.py", "");
    shop.commit_as("ann", "2026-01-13");
    let elsewhere = shop.path("elsewhere/objects/info");
    fs::create_dir_all(elsewhere).unwrap();
    fs::create_dir_all(shop.path("elsewhere/objects/pack")).unwrap();
    shop.write(".git/objects/info/alternates", "../../elsewhere/objects\n");
    shop
}

fn place(shop: &Sandbox, place: &str) -> std::path::PathBuf {
    let head = shop.git(["rev-parse", "HEAD"]);
    let packs = fs::read_dir(shop.path(".git/objects/pack")).unwrap();
    let mut names = packs.map(|it| it.unwrap().file_name().into_string().unwrap());
    let pack = names.find_map(|name| Some(name.strip_suffix(".pack")?.to_owned()));
    let place = place
        .replace("HA/SH", &format!("{}/{}", &head[..2], &head[2..]))
        .replace("HASH", &head)
        .replace("PACK", &pack.unwrap());
    shop.path(".git").join(place)
}

/// Takes away what is at a place, and makes room for something else.
fn clear(path: &Path) {
    match path.is_dir() {
        true => fs::remove_dir_all(path).unwrap(),
        false => drop(fs::remove_file(path)),
    }
    fs::create_dir_all(path.parent().unwrap()).unwrap();
}

fn pipe(path: &Path) {
    clear(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
fn pipes_are_refused_wherever_they_are() {
    let sound: Vec<_> = COMMANDS
        .iter()
        .map(|command| run(&shop(), command))
        .collect();
    sound
        .iter()
        .for_each(|run| assert_eq!(run.code, Some(0), "{}", run.stderr));
    for at in PLACES {
        let shop = shop();
        pipe(&place(&shop, at));
        for (command, sound) in COMMANDS.iter().zip(&sound) {
            // The sandbox checks that it ends in time.
            let run = run(&shop, command);
            let said = run.said();
            let refused = all_of(&run).contains("is a pipe");
            let untouched = run.code == sound.code && run.stdout == sound.stdout;
            assert!(
                refused || untouched,
                "{at} {command:?}: {:?} {}{said}",
                run.code,
                run.stdout
            );
            assert!(
                !refused || matches!(run.code, Some(2 | 3)),
                "{at} {command:?}: {said}"
            );
        }
    }
}

#[test]
fn links_to_pipes_are_refused_too() {
    for at in ["HEAD", "index", "refs/heads/main", "objects/HA/SH"] {
        let shop = shop();
        pipe(&shop.path("../pipe"));
        let path = place(&shop, at);
        clear(&path);
        std::os::unix::fs::symlink(shop.path("../pipe"), &path).unwrap();
        let run = run(&shop, &["history"]);
        assert!(matches!(run.code, Some(2 | 3)), "{:?}", run.code);
        assert!(
            run.said()
                .contains("is a pipe, where git keeps a plain file"),
            "{}",
            run.said()
        );
    }
}

#[test]
fn sockets_and_folders_are_refused() {
    for at in [
        "HEAD",
        "config",
        "packed-refs",
        "index",
        "objects/info/alternates",
        "objects/HA/SH",
    ] {
        for is_socket in [true, false] {
            let shop = shop();
            let path = place(&shop, at);
            clear(&path);
            match is_socket {
                // A path of a socket is short, so it is made elsewhere.
                true => {
                    let folder = tempfile::tempdir().unwrap();
                    let made = folder.path().join("s");
                    drop(UnixListener::bind(&made).unwrap());
                    fs::rename(made, &path).unwrap();
                }
                false => fs::create_dir(&path).unwrap(),
            }
            let run = run(&shop, &["history"]);
            assert!(matches!(run.code, Some(2 | 3)), "{:?}", run.code);
            let kind = if is_socket { "a socket" } else { "a folder" };
            let says = format!("is {kind}, where git keeps a plain file");
            assert!(run.said().contains(&says), "{at}: {}", run.said());
        }
    }
}

#[test]
fn the_socket_of_a_file_monitor_is_no_obstacle() {
    let shop = shop();
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("s");
    drop(UnixListener::bind(&made).unwrap());
    fs::rename(made, shop.path(".git/fsmonitor--daemon.ipc")).unwrap();
    run(&shop, &["history"]).exits(0);
}

#[test]
fn a_linked_worktree_is_checked_in_both_its_folders() {
    for at in [
        ".git/worktrees/one/HEAD",
        ".git/worktrees/one/index",
        ".git/refs/heads/main",
        ".git/config",
    ] {
        let shop = shop();
        shop.git(["worktree", "add", "-q", "../one", "-b", "one"]);
        pipe(&shop.path(at));
        let run = run(&shop, &["history", "../one"]);
        assert!(matches!(run.code, Some(2 | 3)), "{:?}", run.code);
        assert!(run.said().contains("is a pipe"), "{at}: {}", run.said());
    }
}
