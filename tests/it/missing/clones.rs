//! Partial and sparse clones: what was not fetched is missing, and nothing else is.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::law::{AT, COMMANDS, Command, holds};
use super::shop::{BASE, shop};
use crate::sandbox::Sandbox;

/// A clone of the repository, with these arguments, beside it.
pub(super) fn cloned(shop: &Sandbox, folder: &str, arguments: &[&str]) -> PathBuf {
    let url = format!("file://{}", shop.path("").display());
    let folder = format!("../{folder}/work");
    let all = [&["clone", "-q"][..], arguments, &[&url, &folder]].concat();
    shop.git_all(&all);
    let path = shop.path(&folder);
    // The tags of a clone that fetches a single branch, or few commits.
    git(
        shop,
        &path,
        &["fetch", "-q", "--depth=1000", "origin", "tag", BASE],
    );
    path
}

pub(super) fn git(shop: &Sandbox, folder: &std::path::Path, arguments: &[&str]) {
    let folder = folder.display().to_string();
    shop.git_all(&[&["-C", &folder][..], arguments].concat());
}

/// The objects that a clone lacks.
fn lacking(shop: &Sandbox, folder: &std::path::Path) -> BTreeSet<String> {
    let folder = folder.display().to_string();
    let all = shop.git_all(&[
        "-C",
        &folder,
        "rev-list",
        "--objects",
        "--all",
        "--missing=print",
    ]);
    let missing = all.lines().filter_map(|line| line.strip_prefix('?'));
    missing.map(str::to_owned).collect()
}

/// Compares all answers in a clone with those in a complete one.
fn compare(shop: &Sandbox, partial: &std::path::Path) {
    let complete = cloned(shop, "complete", &[]);
    let lacking = lacking(shop, partial);
    assert!(!lacking.is_empty());
    // Trees that are missing hide what is below them.
    let commands: Vec<Command> = COMMANDS.iter().chain(&AT).copied().collect();
    for command in commands {
        let complete = command.run(shop, &complete);
        let partial = command.run(shop, partial);
        holds(command, &complete, &partial, &lacking);
    }
}

#[test]
fn answers_in_a_clone_without_blobs_hold_the_law() {
    let shop = shop();
    let partial = cloned(&shop, "partial", &["--filter=blob:none"]);
    compare(&shop, &partial);
}

#[test]
fn answers_in_a_bare_clone_without_blobs_hold_the_law() {
    let shop = shop();
    let url = format!("file://{}", shop.path("").display());
    shop.git([
        "clone",
        "-q",
        "--bare",
        "--filter=blob:none",
        &url,
        "../partial.git",
    ]);
    shop.git(["clone", "-q", "--bare", &url, "../complete.git"]);
    let (complete, partial) = (shop.path("../complete.git"), shop.path("../partial.git"));
    let lacking = lacking(&shop, &partial);
    for command in COMMANDS.iter().chain(&AT).copied() {
        let complete = command.run(&shop, &complete);
        let partial = command.run(&shop, &partial);
        holds(command, &complete, &partial, &lacking);
    }
}

#[test]
fn answers_in_a_clone_without_trees_hold_the_law() {
    let shop = shop();
    let partial = cloned(&shop, "partial", &["--filter=tree:0"]);
    compare(&shop, &partial);
}

/// As actions/checkout does it with `sparse-checkout`.
fn sparse(shop: &Sandbox, mode: &str, patterns: &[&str]) -> PathBuf {
    let partial = cloned(
        shop,
        "partial",
        &["--filter=blob:none", "--no-checkout", "--depth=10"],
    );
    git(
        shop,
        &partial,
        &[&["sparse-checkout", "set", mode][..], patterns].concat(),
    );
    git(shop, &partial, &["checkout", "-q", "main"]);
    partial
}

#[test]
fn answers_in_a_sparse_checkout_of_folders_hold_the_law() {
    let shop = shop();
    let partial = sparse(&shop, "--cone", &["ledger", ".github"]);
    compare(&shop, &partial);
}

#[test]
fn answers_in_a_sparse_checkout_of_patterns_hold_the_law() {
    let shop = shop();
    let partial = sparse(&shop, "--no-cone", &["/ledger/", "/bailiwick.toml"]);
    compare(&shop, &partial);
}

#[test]
fn a_sparse_checkout_with_all_objects_is_complete() {
    let shop = shop();
    let (complete, partial) = (cloned(&shop, "complete", &[]), cloned(&shop, "sparse", &[]));
    git(
        &shop,
        &partial,
        &["sparse-checkout", "set", "--cone", "ledger"],
    );
    assert!(!partial.join("docs").exists());
    for command in COMMANDS.iter().chain(&AT) {
        let complete = command.run(&shop, &complete);
        let sparse = command.run(&shop, &partial);
        assert_eq!(
            sparse.code, complete.code,
            "{}: {}",
            command.name, sparse.stderr
        );
        assert_eq!(sparse.stdout, complete.stdout, "{}", command.name);
    }
}

#[test]
fn a_partial_clone_with_all_that_is_needed_is_complete() {
    let shop = shop();
    let partial = cloned(&shop, "partial", &["--filter=blob:none"]);
    let check = COMMANDS.iter().find(|it| it.name == "check").unwrap();
    let run = check.run(&shop, &partial);
    assert_ne!(run.code, Some(3), "{}", run.stdout);
    assert_eq!(run.json()["missing_data"], serde_json::json!([]));
}
