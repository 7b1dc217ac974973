//! Files that the command line names, and that a change made links, pipes or folders.

use std::fs;
use std::os::unix::fs::symlink;

use crate::sandbox::Sandbox;

/// Options that name a file or a folder, with the arguments before them.
const OPTIONS: [&[&str]; 8] = [
    &["check", "--policy"],
    &["check", "--baseline"],
    &["owners", "--codeowners"],
    &["check", "--output"],
    &["check", "--write-baseline"],
    &["check", "--online", "--token-file"],
    &["check", "--replay"],
    &["check", "--online", "--record"],
];

/// What a change can put at a path, with the path that the command line names and the link that the error names.
const LINKS: [(&str, &str, &str); 6] = [
    ("file.json", "file.json", "file.json"),
    ("folder", "folder/secret.json", "folder"),
    ("folder", "folder/deeper/new.json", "folder"),
    ("a/middle", "a/middle/secret.json", "a/middle"),
    ("dangling.json", "dangling.json", "dangling.json"),
    ("loop.json", "loop.json", "loop.json"),
];

fn planted() -> Sandbox {
    let shop = Sandbox::repository("-- CODEOWNERS --\n* @ann\n-- a/b --\n");
    shop.write("../outside/secret.json", "SECRET_TOKEN=hunter2\n");
    symlink("../outside/secret.json", shop.path("file.json")).unwrap();
    symlink("../outside", shop.path("folder")).unwrap();
    symlink("../../outside", shop.path("a/middle")).unwrap();
    symlink("../outside/nothing.json", shop.path("dangling.json")).unwrap();
    symlink("loop.json", shop.path("loop.json")).unwrap();
    fs::create_dir(shop.path("plain.json")).unwrap();
    let made = std::process::Command::new("mkfifo")
        .arg(shop.path("pipe.json"))
        .status();
    assert!(made.unwrap().success());
    shop.commit();
    shop
}

/// Asserts that nothing outside was read or written.
fn assert_untouched(shop: &Sandbox, said: &str) {
    assert!(!said.contains("hunter2"), "{said}");
    assert_eq!(
        shop.read("../outside/secret.json"),
        "SECRET_TOKEN=hunter2\n"
    );
    assert_eq!(fs::read_dir(shop.path("../outside")).unwrap().count(), 1);
}

#[test]
fn no_option_follows_a_link_of_the_repository() {
    let shop = planted();
    for option in OPTIONS {
        for (link, named, shown) in LINKS {
            assert!(shop.path(link).is_symlink());
            let run = shop.run(option.iter().copied().chain([named]));
            run.exits(2);
            let said = run.said();
            let sentence = format!("`{shown}` is a symbolic link in a repository");
            assert!(said.contains(&sentence), "{option:?} {named}: {said}");
            assert_untouched(&shop, &(run.stdout.clone() + &said));
        }
    }
}

#[test]
fn no_option_waits_for_a_pipe_or_takes_a_folder_for_a_file() {
    let shop = planted();
    for option in OPTIONS {
        let takes_folder = matches!(option.last(), Some(&"--replay" | &"--record"));
        for named in ["pipe.json", "plain.json"] {
            if takes_folder && named == "plain.json" {
                continue;
            }
            let run = shop.run(option.iter().copied().chain([named]));
            run.exits(2);
            assert_untouched(&shop, &(run.stdout.clone() + &run.said()));
        }
    }
}

#[test]
fn files_outside_of_the_repository_are_the_users_own() {
    let shop = planted();
    shop.write("../mine/policy.toml", "[rules]\n\"debt/*\" = \"off\"\n");
    symlink("mine", shop.path("../link")).unwrap();
    for policy in ["../mine/policy.toml", "../link/policy.toml"] {
        shop.run(["check", "--policy", policy]).exits(0);
        shop.run([
            "check",
            "--output",
            &policy.replace("policy.toml", "report.json"),
        ])
        .exits(0);
    }
    assert!(shop.read("../mine/report.json").contains("schema_version"));
}
