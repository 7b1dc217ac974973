//! Runs the examples of all rules' pages: each is a small repository on disk, judged by the engine as
//! any other.
//!
//! What stands under *Example* must fire the page's rule and no other, what stands under *Instead* no
//! rule at all. The policy is the `bailiwick.toml` of the example; without one it is
//! `bailiwick:recommended`, with the page's rule at its strict level where that pack has it off.

use std::collections::BTreeSet;
use std::path::Path;

use super::testing::{Committed, TODAY, commits, files};
use super::{Rule, Status, all, scripted_forge};
use crate::engine::{self, AuditRequest, HistoryRequest, OnlineRequest, Request, Since};
use crate::findings::Report;
use crate::policy::Level;

#[test]
fn every_example_fires_its_rule_alone() {
    let mut wrong = String::new();
    for rule in all() {
        let report = judge(rule, "Example");
        let fired: BTreeSet<_> = report.findings.iter().map(|it| it.rule).collect();
        if fired != BTreeSet::from([rule.spec.id]) {
            wrong += &describe(rule, &report);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_stands_instead_fires_nothing() {
    let mut wrong = String::new();
    for rule in all() {
        let report = judge(rule, "Instead");
        if !report.findings.is_empty() {
            wrong += &describe(rule, &report);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Judges what stands under a heading of the rule's page.
fn judge(rule: &Rule, heading: &str) -> Report {
    // An example shows one thing: that it has no README is not it.
    let readme = "documentation/missing-readme";
    let ignored = Some(readme).filter(|&readme| readme != rule.spec.id);
    // What is silent unless it is requested is requested beside all that is not.
    let select = match rule.status {
        Status::Advisory => {
            let spoken = all().iter().filter(|it| it.status != Status::Advisory);
            let spoken = spoken.map(|it| it.spec.id.to_owned());
            spoken.chain([rule.spec.id.to_owned()]).collect()
        }
        _ => Vec::new(),
    };
    let ignore = ignored.map(str::to_owned).into_iter().collect();
    run(rule, &section(rule, heading), (select, ignore), None)
}

/// Returns what a rule alone reports of the repository that a text writes down, perhaps since a revision.
#[cfg(feature = "cli")]
pub(crate) fn report(rule: &Rule, text: &str, since: Option<&str>) -> Report {
    let since = since.map(|revision| Since {
        revision: revision.to_owned(),
        name: None,
        policy_of_head: false,
        staged: false,
    });
    run(
        rule,
        text,
        (vec![rule.spec.id.to_owned()], Vec::new()),
        since,
    )
}

fn run(
    rule: &Rule,
    text: &str,
    (select, ignore): (Vec<String>, Vec<String>),
    since: Option<Since>,
) -> Report {
    let id = rule.spec.id;
    let sandbox = tempfile::tempdir().unwrap();
    let target = sandbox.path().join("example");
    std::fs::create_dir(&target).unwrap();
    let mut example = files(text);
    let commits = commits(&mut example);
    let forge = scripted_forge::take(&mut example);
    if let Some(commits) = &commits {
        replay(&target, &example, commits);
    }
    for (path, content) in &example {
        write(&target.join(path), content);
    }
    if commits.is_some() {
        git(&target, TODAY, "nobody", &["add", "--all"]);
    }
    let history = commits.filter(|_| since.is_none());
    let history = history.map(|_| HistoryRequest::default());
    let has_policy = example.iter().any(|&(path, _)| path == "bailiwick.toml");
    let policy = (!has_policy && rule.spec.level == Level::Off).then(|| {
        let file = sandbox.path().join("policy.toml");
        let level = rule.spec.strict;
        write(
            &file,
            format!("[rules]\n\"{id}\" = \"{level}\"\n").as_bytes(),
        );
        file
    });
    // Several roots are an organization.
    if example
        .iter()
        .any(|&(path, _)| path.ends_with("/bailiwick.toml"))
    {
        let request = AuditRequest {
            folder: target,
            policy,
            select,
            ignore,
            as_of: TODAY,
            history,
            online: None,
        };
        let audit = engine::audit(&request);
        let audit = audit.unwrap_or_else(|error| panic!("{id}: {error:?}"));
        return crate::report::merged(&audit);
    }
    let request = Request {
        history,
        online: forge.map(OnlineRequest::given),
        since,
        target,
        revision: None,
        policy,
        select,
        ignore,
        as_of: TODAY,
        baseline: None,
    };
    engine::check(&request).unwrap_or_else(|error| panic!("{id}: {error:?}"))
}

/// The code under a heading of the rule's page.
fn section(rule: &Rule, heading: &str) -> String {
    let (_, section) = rule.docs.split_once(&format!("## {heading}\n")).unwrap();
    let (_, code) = section.split_once("```text\n").unwrap();
    let (code, _) = code.split_once("```").unwrap();
    // The space that follows the slashes of a doc comment is not part of the page.
    let lines = code
        .lines()
        .map(|line| line.strip_prefix(' ').unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// Commits what an example says of its history: files have their contents from their last commit on.
fn replay(root: &Path, files: &[(&str, Vec<u8>)], commits: &[Committed]) {
    let git = |day, author: &str, arguments: &[&str]| git(root, day, author, arguments);
    git(TODAY, "nobody", &["init", "--quiet"]);
    for (number, commit) in commits.iter().enumerate() {
        let write_at = |path: &str| {
            let is_last = !commits[number + 1..].iter().any(|later| {
                later
                    .paths
                    .iter()
                    .any(|it| it.split("=>").next() == Some(path))
            });
            let of_path = files.iter().find(|&&(it, _)| it == path);
            let content = of_path
                .filter(|_| is_last)
                .map(|(_, content)| content.clone());
            let filler = format!("{path}\n{number}\n");
            write(&root.join(path), &content.unwrap_or(filler.into_bytes()));
        };
        for path in &commit.paths {
            if let Some((from, to)) = path.split_once("=>") {
                // A content that stays tells that the file is the same.
                std::fs::create_dir_all(root.join(to).parent().unwrap()).unwrap();
                std::fs::rename(root.join(from), root.join(to)).unwrap();
            } else if let Some(gone) = path.strip_prefix('-') {
                std::fs::remove_file(root.join(gone)).unwrap();
            } else {
                write_at(path);
            }
        }
        git(commit.day, &commit.author, &["add", "--all"]);
        let message = match commit.is_revert {
            true => "Revert \"x\"",
            false => "x",
        };
        git(
            commit.day,
            &commit.author,
            &["commit", "--quiet", "--allow-empty", "-m", message],
        );
        for (day, name) in &commit.tags {
            git(*day, &commit.author, &["tag", "-a", name, "-m", name]);
        }
    }
}

/// Runs git in a folder on a day.
fn git(root: &Path, day: jiff::civil::Date, author: &str, arguments: &[&str]) {
    let date = format!("{day}T12:00:00Z");
    let status = std::process::Command::new("git")
        .arg("-C")
        .arg(root)
        .args([
            "-c",
            "user.useConfigOnly=true",
            "-c",
            "commit.gpgSign=false",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), author)))
        .envs(
            ["AUTHOR", "COMMITTER"]
                .map(|who| (format!("GIT_{who}_EMAIL"), format!("{author}@acme.test"))),
        )
        .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_DATE"), date.clone())))
        .status();
    assert!(status.unwrap().success(), "git {arguments:?}");
}

fn write(file: &Path, content: &[u8]) {
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, content).unwrap();
}

fn describe(rule: &Rule, report: &Report) -> String {
    let mut text = format!("{}:\n", rule.spec.id);
    for finding in &report.findings {
        text += &format!("  fires {}: {}\n", finding.rule, finding.message);
    }
    for skip in &report.skipped {
        text += &format!("  skips {}: {}\n", skip.rule, skip.reason);
    }
    text
}
