//! Every remedy that the program prints for missing data is run, and helps.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::clones::{cloned, git};
use super::shop::{BASE, shop};
use crate::sandbox::{Run, Sandbox};

/// The remedies, as the program has them.
const LIST: &str = include_str!("../../../src/sources/remedies.rs");

/// A repository with a fault, and a command that the fault keeps from a complete answer.
struct Case {
    name: &'static str,
    make: fn(&Sandbox) -> PathBuf,
    command: &'static [&'static str],
    /// Whether the run is incomplete, so that it ends with 3 before.
    is_incomplete: bool,
}

const CASES: [Case; 12] = [
    Case {
        name: "a clone without blobs",
        make: |shop| cloned(shop, "clone", &["--filter=blob:none"]),
        command: &["check", "--at", BASE],
        is_incomplete: true,
    },
    Case {
        name: "a change in a clone without blobs",
        make: |shop| cloned(shop, "clone", &["--filter=blob:none"]),
        command: &["check", "--since", BASE],
        is_incomplete: true,
    },
    Case {
        name: "approvals in a clone without blobs",
        make: |shop| cloned(shop, "clone", &["--filter=blob:none"]),
        command: &["approvals", "--since", BASE, "--no-cache"],
        is_incomplete: true,
    },
    Case {
        name: "a change in a clone without trees",
        make: |shop| cloned(shop, "clone", &["--filter=tree:0"]),
        command: &["check", "--since", BASE],
        is_incomplete: true,
    },
    Case {
        name: "the history of a clone without trees",
        make: |shop| cloned(shop, "clone", &["--filter=tree:0"]),
        command: &["history", "--no-cache"],
        is_incomplete: true,
    },
    Case {
        name: "a sparse checkout without blobs",
        make: |shop| {
            let clone = cloned(shop, "clone", &["--filter=blob:none", "--no-checkout"]);
            git(
                shop,
                &clone,
                &["sparse-checkout", "set", "--cone", "ledger"],
            );
            git(shop, &clone, &["checkout", "-q", "main"]);
            clone
        },
        command: &["check"],
        is_incomplete: true,
    },
    Case {
        name: "a damaged clone",
        make: |shop| {
            let clone = cloned(shop, "clone", &["--bare"]);
            git(
                shop,
                &clone,
                &[
                    "config",
                    "remote.origin.fetch",
                    "+refs/heads/*:refs/heads/*",
                ],
            );
            let id = shop.git(["rev-parse", "main:.github/CODEOWNERS"]);
            let pack = fs::read_dir(clone.join("objects/pack")).unwrap();
            let packs = pack.map(|it| it.unwrap().path());
            let packs: Vec<PathBuf> = packs
                .filter(|it| it.extension().is_some_and(|it| it == "pack"))
                .collect();
            for pack in packs {
                let away = clone.join("away.pack");
                fs::rename(&pack, &away).unwrap();
                let command = shop
                    .command("git")
                    .args(["-C", &clone.display().to_string(), "unpack-objects", "-q"])
                    .stdin(fs::File::open(&away).unwrap())
                    .status();
                assert!(command.unwrap().success());
            }
            fs::remove_file(clone.join("objects").join(&id[..2]).join(&id[2..])).unwrap();
            clone
        },
        command: &["check"],
        is_incomplete: true,
    },
    Case {
        name: "a shallow clone",
        make: |shop| {
            let url = format!("file://{}", shop.path("").display());
            shop.git(["clone", "-q", "--depth=1", &url, "../shallow"]);
            shop.path("../shallow")
        },
        command: &["check", "--history", "--no-cache"],
        is_incomplete: true,
    },
    Case {
        name: "a CODEOWNERS that git does not track",
        make: |shop| {
            git(
                shop,
                &shop.path(""),
                &["rm", "-q", "--cached", ".github/CODEOWNERS"],
            );
            shop.path("")
        },
        command: &["check"],
        is_incomplete: false,
    },
    Case {
        name: "a file that was deleted",
        make: |shop| {
            fs::remove_file(shop.path("docs/guide.md")).unwrap();
            shop.path("")
        },
        command: &["check"],
        is_incomplete: false,
    },
    Case {
        name: "a worktree without an index",
        make: |shop| {
            fs::remove_file(shop.path(".git/index")).unwrap();
            shop.path("")
        },
        command: &["check"],
        is_incomplete: false,
    },
    Case {
        name: "an unmerged file",
        make: |shop| {
            shop.git(["checkout", "-q", "-b", "other", BASE]);
            shop.write(".github/CODEOWNERS", "* @acme/docs\n");
            shop.commit();
            let merge = shop
                .command("git")
                .args(["-c", "user.name=a", "-c", "user.email=a@b"])
                .args(["merge", "-q", "main"])
                .output();
            assert!(!merge.unwrap().status.success());
            shop.path("")
        },
        command: &["check"],
        is_incomplete: true,
    },
];

/// Remedies that no case shows, and why.
const LEFT_OUT: [(&str, &str); 2] = [
    (
        "git lfs pull",
        "git-lfs need not be installed where tests run",
    ),
    (
        "give the user who runs this the right to read it",
        "it is no command, and root may read everything",
    ),
];

fn run(shop: &Sandbox, case: &Case, folder: &Path) -> Run {
    let mut arguments: Vec<&str> = case.command.to_vec();
    arguments.extend(["--format", "json"]);
    if case.command[0] != "approvals" {
        arguments.extend(["--as-of", "2026-01-15"]);
    }
    shop.bailiwick(arguments).current_dir(folder).run()
}

/// The remedies that a run prints.
fn printed(run: &Run) -> BTreeSet<String> {
    let json: Option<serde_json::Value> = serde_json::from_str(&run.stdout).ok();
    let keys = ["gaps", "missing_data"].into_iter();
    let gaps = keys
        .filter_map(|key| json.as_ref()?[key].as_array())
        .flatten();
    let remedies = gaps.filter_map(|gap| gap["remedy"].as_str().map(str::to_owned));
    let mut all: BTreeSet<String> = remedies.collect();
    if json.is_none() {
        let help = run.said();
        let help = help.split_once("help: ").map(|(_, help)| help.to_owned());
        all.extend(help);
    }
    all
}

/// The command of a remedy, as somebody would run it.
fn command(remedy: &str) -> String {
    let quoted = || remedy.split('`').find(|part| part.starts_with("git "));
    let command = match remedy.starts_with("git ") {
        true => remedy,
        false => quoted().unwrap_or_else(|| panic!("no command in {remedy:?}")),
    };
    match command {
        "git restore" => "git restore .".to_owned(),
        "git add" => "git add -A".to_owned(),
        command => command.to_owned(),
    }
}

/// Returns true if data is missing; findings at error level decide over the exit code before that.
fn is_incomplete(run: &Run) -> bool {
    let json: Option<serde_json::Value> = serde_json::from_str(&run.stdout).ok();
    let is_stated = json.is_some_and(|json| json["incomplete"].is_string());
    run.code == Some(3) || run.code == Some(1) && is_stated
}

#[test]
fn each_remedy_helps() {
    let mut shown = BTreeSet::new();
    for case in &CASES {
        let shop = shop();
        let folder = (case.make)(&shop);
        let before = run(&shop, case, &folder);
        assert_eq!(
            is_incomplete(&before),
            case.is_incomplete,
            "{}: {}{}",
            case.name,
            before.stdout,
            before.stderr
        );
        let mut last = before;
        for _ in 0..3 {
            let remedies = printed(&last);
            if remedies.is_empty() {
                break;
            }
            for remedy in &remedies {
                let command = command(remedy);
                let words: Vec<&str> = command.split(' ').skip(1).collect();
                git(&shop, &folder, &words);
            }
            shown.extend(remedies);
            last = run(&shop, case, &folder);
        }
        let left = printed(&last);
        assert!(left.is_empty(), "{}: still {left:?}", case.name);
        assert!(
            !is_incomplete(&last),
            "{}: {}{}",
            case.name,
            last.stdout,
            last.stderr
        );
    }
    // Those of the list are all shown.
    let listed = LIST.split('"').skip(1).step_by(2);
    for remedy in listed.filter(|it| it.contains(' ') && !it.contains('{')) {
        let is_left_out = LEFT_OUT.iter().any(|(known, _)| *known == remedy);
        assert!(
            is_left_out || shown.contains(remedy),
            "{remedy} is never shown"
        );
    }
}
