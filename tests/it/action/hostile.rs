//! Pull requests that mean harm: to the runner, to what is outside of the repository, and to the policy
//! that judges them. [`Job::run_here`] asserts of every run that the runner obeyed nothing but annotations,
//! that no variable was set, and that nothing was made that is not ours.

use std::fs;
use std::path::Path;

use serde_json::json;

use super::event_files::SHOP;
use super::job::{From, Job, is_about_change};
use super::runner::Outcome;
use crate::hostile::{NAMES, assert_harmless, assert_markdown};

/// What is outside of the repository, and must not be seen.
const SECRET: &str = "s3cret";

/// A job with secrets beside its workspace.
fn job(files: &str) -> Job {
    let job = Job::new(files).with("formats", "annotations,summary,sarif,json,markdown,concise");
    for (name, content) in [
        ("secret/CODEOWNERS", "* @s3cret\n!x @s3cret\n"),
        ("secret/bailiwick.toml", "s3cret = 1\n"),
        ("secret/people.toml", "s3cret = 1\n"),
        (
            "secret/catalog-info.yaml",
            "kind: s3cret\nmetadata: {name: s3cret}\n",
        ),
        (
            "secret/README.md",
            "[s3cret](s3cret.md)\n<!-- TODO(s3cret) -->\n",
        ),
    ] {
        let file = job.path(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
    }
    job
}

/// Panics if anything that the run wrote has the secret, or can be obeyed.
fn assert_safe(outcome: &Outcome) {
    assert!(!outcome.log.contains(SECRET), "{}", outcome.log);
    assert!(!outcome.summary.contains(SECRET), "{}", outcome.summary);
    assert_markdown(&outcome.summary);
    for (name, value) in &outcome.outputs {
        assert!(
            !value.contains(SECRET) && !value.contains('\n'),
            "{name}={value}"
        );
        assert_harmless(value);
        if name.ends_with("-file") && !value.is_empty() {
            let text = fs::read_to_string(value).unwrap();
            assert!(!text.contains(SECRET), "{text}");
        }
    }
}

#[test]
fn names_and_contents_command_nothing() {
    let job = job(SHOP);
    let base = job.hash("main");
    let mut owners = "* @acme/core\n".to_owned();
    for name in NAMES
        .iter()
        .chain(&["result=clean", "errors<<E", "E", "|a|b|", "</details>"])
    {
        job.remote.write(format!("files/{name}"), "x");
        let folder = name.replace('/', "_");
        job.remote.write(
            format!("{folder}/README.md"),
            format!("# {name}\n[{name}](<{folder}.md>)\n"),
        );
        job.remote.write(
            format!("{folder}/catalog-info.yaml"),
            format!("kind: Component\nmetadata:\n  name: {}\n", json!(name)),
        );
        let line = name.replace(['\n', '\r'], " ");
        owners += &format!(
            "{line}\n/{} @{line}\n",
            folder.replace(['\n', '\r', ' '], "?")
        );
        owners += &format!("# bailiwick: allow(codeowners/dead-pattern) {line}\n/x @ann\n");
    }
    job.remote.write("CODEOWNERS", &owners);
    let started = job.pull_request_of_worktree(From::Fork, &base);
    let outcome = job.run(&started, 2);
    assert_safe(&outcome);
    assert_eq!(outcome.code(), 1, "{}", outcome.log);
    assert_eq!(outcome.output("result"), "findings");
    assert_ne!(outcome.output("errors"), "0");
    for annotation in &outcome.annotations {
        let (level, properties, message) = annotation;
        assert!(["error", "warning", "notice"].contains(&level.as_str()));
        let ours = ["file", "line", "col", "endColumn", "title"];
        assert!(
            properties.keys().all(|name| ours.contains(&name.as_str())),
            "{properties:?}"
        );
        let lines = if is_about_change(annotation) { 8 } else { 3 };
        assert!(message.lines().count() <= lines, "{message}");
    }
}

#[test]
fn links_lead_out_of_nothing() {
    for name in [
        "CODEOWNERS",
        "bailiwick.toml",
        "catalog-info.yaml",
        "README.md",
    ] {
        let job = job(SHOP);
        let base = job.hash("main");
        let _ = fs::remove_file(job.remote.path(name));
        job.link(&format!("../secret/{name}"), name);
        let started = job.pull_request_of_worktree(From::Fork, &base);
        let outcome = job.run(&started, 2);
        assert_safe(&outcome);
        assert!(matches!(outcome.code(), 0..=3), "{name}: {}", outcome.log);
    }
}

#[test]
fn what_a_file_names_is_not_read_outside() {
    let files = "\
-- bailiwick.toml --
extends = [\"../secret/bailiwick.toml\"]
[[rosters]]
file = \"../secret/people.toml\"
-- catalog-info.yaml --
kind: Location
metadata:
  name: all
spec:
  targets: [../secret/catalog-info.yaml, /etc/hostname, \"file:///etc/hostname\"]
-- docs/README.md --
[x](../../secret/README.md)
[y](/../secret/README.md)
";
    // In a change, and as what stands already.
    let job = job(SHOP);
    let started = job.pull_request(From::Fork, files);
    assert_safe(&job.run(&started, 2));
    let job = self::job(&format!("{SHOP}{files}"));
    let outcome = job.run(&job.event("schedule", json!({})), 1);
    assert_safe(&outcome);
    assert_eq!(outcome.code(), 2, "{}", outcome.log);
}

#[test]
fn a_folder_or_a_policy_that_becomes_a_link_is_refused() {
    let files = format!("{SHOP}-- shop/a.rs --\n-- policies/own.toml --\n[rules]\n");
    for (replaced, target) in [
        ("shop", "../secret"),
        ("shop", "/"),
        ("policies/own.toml", "../../secret/bailiwick.toml"),
        ("policies", "../secret"),
    ] {
        let job = job(&files)
            .with("working-directory", "shop")
            .with("policy", "../policies/own.toml");
        let base = job.hash("main");
        let place = job.remote.path(replaced);
        match place.is_dir() {
            true => fs::remove_dir_all(&place).unwrap(),
            false => fs::remove_file(&place).unwrap(),
        }
        job.link(target, replaced);
        let outcome = job.run(&job.pull_request_of_worktree(From::Fork, &base), 2);
        assert_safe(&outcome);
        assert_eq!(outcome.code(), 2, "{}", outcome.log);
        assert!(
            outcome.log.contains("is a symbolic link"),
            "{}",
            outcome.log
        );
    }
}

/// Puts a bare repository into a folder: git would take it for the repository, and obey its configuration.
fn bare(folder: &Path) {
    let file = |name: &str, content: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    file("HEAD", "ref: refs/heads/main\n");
    file("objects/keep", "");
    file("refs/keep", "");
    file(
        "config",
        "[core]\nrepositoryformatversion = 0\nbare = true\nfsmonitor = touch ../pwned\nsshCommand = touch ../pwned\n\
         [remote \"origin\"]\nurl = ssh://x/y\nuploadpack = touch ../pwned\n",
    );
}

#[test]
fn a_folder_that_becomes_a_repository_of_its_own_is_refused() {
    let job = job(&format!("{SHOP}-- shop/a.rs --\n")).with("working-directory", "shop");
    let base = job.hash("main");
    bare(&job.remote.path("shop"));
    let outcome = job.run(&job.pull_request_of_worktree(From::Fork, &base), 1);
    assert_safe(&outcome);
    assert_eq!(outcome.code(), 2, "{}", outcome.log);
    assert!(outcome.log.contains("bare repository"), "{}", outcome.log);

    // Further up, too.
    let job = self::job(&format!("{SHOP}-- shop/a/a.rs --\n")).with("working-directory", "shop/a");
    let base = job.hash("main");
    bare(&job.remote.path("shop"));
    let outcome = job.run(&job.pull_request_of_worktree(From::Fork, &base), 1);
    assert_safe(&outcome);
    assert_eq!(outcome.code(), 2, "{}", outcome.log);
    assert!(
        outcome.log.contains("lies in the git directory"),
        "{}",
        outcome.log
    );

    // Beside the repository's own `.git` it is a folder like any other, for git as well.
    let job = self::job(SHOP);
    let base = job.hash("main");
    bare(&job.remote.path(""));
    let outcome = job.run(&job.pull_request_of_worktree(From::Fork, &base), 1);
    assert_safe(&outcome);
    assert!(outcome.log.contains("fetching"), "{}", outcome.log);
    assert_eq!(outcome.output("base"), base, "{}", outcome.log);
    assert_eq!(outcome.output("result"), "clean", "{}", outcome.log);
}
