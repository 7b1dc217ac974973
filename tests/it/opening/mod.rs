//! Repositories as they are opened: formats of git, broken `.git` directories, damaged files, and pipes where
//! git keeps plain files.

mod activity;
mod damage;
mod formats;
#[cfg(unix)]
mod pipes;
mod shapes;
mod without_commits;

use crate::sandbox::{Run, Sandbox};

/// The files of the first commit; the second one adds `src/b.py`.
const FILES: &str = "\
-- bailiwick.toml --
[[people]]
login = \"@ann\"
emails = [\"ann@acme.test\"]
[[teams]]
handle = \"@acme/all\"
members = [\"@ann\"]
-- CODEOWNERS --
* @acme/all
/gone/ @acme/all
-- src/a.py --
# TODO: later
";

/// Every command that reads a repository.
const COMMANDS: [&[&str]; 16] = [
    &["check", "--format", "concise"],
    &["check", "--format", "concise", "--history", "--select", "*"],
    &["check", "--format", "concise", "--at", "HEAD"],
    &["check", "--format", "concise", "--since", "HEAD~1"],
    &["audit", "."],
    &["audit", ".", "--format", "json"],
    &["approvals", "--since", "HEAD~1"],
    &["owners"],
    &["owners", "--suggest"],
    &["who", "src/a.py"],
    &["history"],
    &["onboard", "@acme/all"],
    &["graph"],
    &["services"],
    &["whatif", "--without", "@ann"],
    &["doctor"],
];

/// A repository with two commits, made by `git init` with these options.
fn repository(init: &[&str]) -> Sandbox {
    let shop = Sandbox::folder(FILES);
    shop.git_all(&[&["init", "-q", "-b", "main"], init].concat());
    shop.commit_as("ann", "2026-01-10");
    shop.write("src/b.py", "# FIXME\n");
    shop.commit_as("ann", "2026-01-12");
    shop.git(["tag", "-a", "v1.0.0", "-m", "first"]);
    shop
}

/// Runs a command at a fixed day, without a cache.
fn run(shop: &Sandbox, command: &[&str]) -> Run {
    let dated = [
        "check", "audit", "who", "history", "onboard", "whatif", "doctor",
    ];
    let mut all = command.to_vec();
    if dated.contains(&command[0]) {
        all.extend(["--as-of", "2026-01-15", "--no-cache"]);
    }
    shop.run(all)
}

/// All that a run said, as one line: words, whatever the width they are wrapped to.
fn all_of(run: &Run) -> String {
    let stdout: Vec<_> = run.stdout.split_whitespace().collect();
    format!("{} {}", stdout.join(" "), run.said())
}

/// Standard output without hashes, which differ from one repository to the next.
fn without_hashes(text: &str) -> String {
    let is_hash = |word: &str| word.len() >= 7 && word.bytes().all(|it| it.is_ascii_hexdigit());
    let words = text.split_inclusive(|it: char| !it.is_ascii_alphanumeric());
    let words = words.map(|word| {
        let bare = word.trim_end_matches(|it: char| !it.is_ascii_alphanumeric());
        match is_hash(bare) {
            true => word.replacen(bare, "HASH", 1),
            false => word.to_owned(),
        }
    });
    words.collect()
}
