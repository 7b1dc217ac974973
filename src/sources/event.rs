//! The file in which GitHub Actions says what started a run. In: its name and the event's. Out: from
//! where on the run looks at what changed.
//!
//! Most of such a file is text of whoever opened the pull request. Of all that, only hashes of commits
//! and the name of the default branch are taken, and only where they have the form of one, so that they
//! can neither be an option of git nor anything else. What the fields mean is as in
//! <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use serde::Deserialize;

/// GitHub sends no event of more than 25 MB.
const LIMIT: u64 = 32 << 20;

/// From where on a run of GitHub Actions looks at what changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// A pull request: the commit at the tip of the branch that it wants to be merged into, when the
    /// event was sent.
    PullRequest {
        /// The commit's hash.
        base: String,
        /// The name of the branch, such as `main`.
        branch: Option<String>,
    },
    /// A queue of pull requests that are about to be merged: the commit that they come upon.
    MergeGroup {
        /// The commit's hash.
        base: String,
        /// The name of the branch that they are merged into.
        branch: Option<String>,
    },
    /// Commits on a branch that existed before.
    Push {
        /// The hash of the branch's former commit.
        before: String,
        /// The name of the branch.
        branch: Option<String>,
        /// The repository's default branch, if another one was pushed.
        default: Option<String>,
    },
    /// A branch that is new: the branch that it is to be held against.
    NewBranch {
        /// The repository's default branch, such as `main`.
        default: String,
    },
    /// Nothing to compare with; why, if it is no matter of course.
    Whole(Option<String>),
}

/// Why the run cannot be told what started it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EventError {
    message: String,
    help: &'static str,
}

impl EventError {
    /// The way out.
    pub fn help(&self) -> &'static str {
        self.help
    }
}

/// What `GITHUB_EVENT_PATH` and a checkout have to be like.
const RERUN: &str = "`GITHUB_EVENT_PATH` has to name the file that the runner wrote; the input `since` names \
                     a revision, or `none`, instead";

#[derive(Deserialize)]
struct PullRequestEvent {
    pull_request: PullRequest,
}

#[derive(Deserialize)]
struct PullRequest {
    base: Tip,
}

#[derive(Deserialize)]
struct Tip {
    sha: String,
    #[serde(rename = "ref")]
    reference: Option<String>,
}

#[derive(Deserialize)]
struct MergeGroupEvent {
    merge_group: MergeGroup,
}

#[derive(Deserialize)]
struct MergeGroup {
    base_sha: String,
    base_ref: Option<String>,
}

#[derive(Deserialize)]
struct PushEvent {
    #[serde(rename = "ref")]
    reference: String,
    before: String,
    repository: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    default_branch: Option<String>,
}

/// Reads what started the run: `name` is that of the event, such as `pull_request`, and `file` is read
/// for those events alone that have a base.
///
/// # Errors
/// The event is one on which nothing may be checked, or its file is missing, too large, or does not say
/// what such a file says.
pub fn read(name: &str, file: Option<&Path>) -> Result<Trigger, EventError> {
    match name {
        "pull_request" | "pull_request_review" | "pull_request_review_comment" => {
            let event: PullRequestEvent = parse(name, file)?;
            let tip = event.pull_request.base;
            let base = commit(name, file, "pull_request.base.sha", tip.sha)?;
            let branch = tip.reference.filter(|name| is_branch(name));
            Ok(Trigger::PullRequest { base, branch })
        }
        "pull_request_target" => Err(EventError {
            message:
                "`pull_request_target` is refused: it runs what a pull request holds with the \
                      secrets and the write access of the repository"
                    .into(),
            help: "run on `pull_request`, which needs neither, also for pull requests of forks",
        }),
        "merge_group" => {
            let event: MergeGroupEvent = parse(name, file)?;
            let group = event.merge_group;
            let base = commit(name, file, "merge_group.base_sha", group.base_sha)?;
            let branch = group.base_ref.as_deref().and_then(branch_of);
            Ok(Trigger::MergeGroup { base, branch })
        }
        "push" => {
            let event: PushEvent = parse(name, file)?;
            let before = commit(name, file, "before", event.before)?;
            let default = event.repository.and_then(|it| it.default_branch);
            if before.bytes().any(|byte| byte != b'0') {
                let branch = branch_of(&event.reference);
                let is_other = |name: &String| is_branch(name) && branch.as_ref() != Some(name);
                return Ok(Trigger::Push {
                    before,
                    default: default.filter(|name| branch.is_some() && is_other(name)),
                    branch,
                });
            }
            Ok(new(&event.reference, default))
        }
        "schedule" | "workflow_dispatch" => Ok(Trigger::Whole(None)),
        _ => Ok(Trigger::Whole(Some(
            "the event has no base that is known, so the whole repository is checked".into(),
        ))),
    }
}

/// The name of the branch that a reference is.
fn branch_of(reference: &str) -> Option<String> {
    let name = reference.strip_prefix("refs/heads/")?;
    is_branch(name).then(|| name.to_owned())
}

/// A branch or tag that was not there before.
fn new(reference: &str, default: Option<String>) -> Trigger {
    let whole = |why: &str| {
        let why = format!("{why}, so the whole repository is checked");
        Trigger::Whole(Some(why))
    };
    let Some(branch) = reference.strip_prefix("refs/heads/") else {
        return whole("a tag is new, and has nothing before it");
    };
    match default.filter(|name| is_branch(name)) {
        Some(default) if default == branch => whole("the default branch is new"),
        Some(default) => Trigger::NewBranch { default },
        None => whole("the branch is new, and the event does not tell the default branch"),
    }
}

fn parse<T: for<'de> Deserialize<'de>>(name: &str, file: Option<&Path>) -> Result<T, EventError> {
    let Some(file) = file else {
        return Err(EventError {
            message: format!("`GITHUB_EVENT_PATH` is not set, and `{name}` has its base there"),
            help: RERUN,
        });
    };
    let failed = |why: String| EventError {
        message: format!("cannot read the event file `{}`: {why}", file.display()),
        help: RERUN,
    };
    let bytes = bounded(file).map_err(failed)?;
    serde_json::from_slice(&bytes)
        .map_err(|error| failed(format!("it is no event of `{name}`: {error}")))
}

fn bounded(file: &Path) -> Result<Vec<u8>, String> {
    // A pipe would be waited for, so what kind of file it is is asked before it is opened.
    match std::fs::metadata(file) {
        Err(error) => return Err(error.to_string()),
        Ok(kind) if !kind.is_file() => return Err("it is not a file".into()),
        Ok(_) => {}
    }
    let opened = File::open(file).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let read = opened.take(LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("it has more than {} MiB", LIMIT >> 20));
    }
    Ok(bytes)
}

/// A value that has the form of a commit's hash, of SHA-1 or SHA-256.
fn commit(name: &str, file: Option<&Path>, key: &str, hash: String) -> Result<String, EventError> {
    let is_hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if matches!(hash.len(), 40 | 64) && hash.bytes().all(is_hexadecimal) {
        return Ok(hash);
    }
    let file = file.unwrap_or(Path::new(""));
    Err(EventError {
        message: format!(
            "cannot read the event file `{}`: `{key}` of `{name}` is no hash of a commit",
            file.display()
        ),
        help: RERUN,
    })
}

/// Whether this may be part of a reference: narrower than git has it, so that no character means
/// anything to git or to a shell.
fn is_branch(name: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "/._-+#@".contains(c);
    let parts = || name.split('/');
    name.chars().all(plain)
        && name.len() <= 255
        && !name.contains("..")
        && parts().all(|part| !part.is_empty() && !part.starts_with(['.', '-']))
        && parts().all(|part| !part.ends_with('.') && !part.ends_with(".lock"))
        && name != "@"
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    const ZERO: &str = "0000000000000000000000000000000000000000";

    fn event(name: &str, text: &str) -> Result<Trigger, EventError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("event.json");
        std::fs::write(&file, text).unwrap();
        read(name, Some(&file))
    }

    fn push(reference: &str, before: &str, default: &str) -> Result<Trigger, EventError> {
        let text = format!(
            r#"{{"ref":"{reference}","before":"{before}","repository":{{"default_branch":"{default}"}}}}"#
        );
        event("push", &text)
    }

    #[test]
    fn each_event_has_its_base() {
        let pull =
            format!(r#"{{"pull_request":{{"base":{{"ref":"main","sha":"{A}"}},"title":"x"}}}}"#);
        let base = A.to_owned();
        let main = Some("main".to_owned());
        for name in [
            "pull_request",
            "pull_request_review",
            "pull_request_review_comment",
        ] {
            let (base, branch) = (base.clone(), main.clone());
            assert_eq!(
                event(name, &pull),
                Ok(Trigger::PullRequest { base, branch }),
                "{name}"
            );
        }
        let group =
            format!(r#"{{"merge_group":{{"base_sha":"{A}","base_ref":"refs/heads/main"}}}}"#);
        let branch = main.clone();
        assert_eq!(
            event("merge_group", &group),
            Ok(Trigger::MergeGroup { base, branch })
        );
        let pushed = |branch: &str, default| Trigger::Push {
            before: A.to_owned(),
            branch: Some(branch.to_owned()),
            default,
        };
        let to_main = push("refs/heads/main", A, "main");
        assert_eq!(to_main, Ok(pushed("main", None)));
        // A name that could be an option is not taken.
        let odd = push("refs/heads/x", A, "--upload-pack=x");
        assert_eq!(odd, Ok(pushed("x", None)));
        assert_eq!(push("refs/heads/x", A, "main"), Ok(pushed("x", main)));
        let default = "main".to_owned();
        assert_eq!(
            push("refs/heads/x", ZERO, "main"),
            Ok(Trigger::NewBranch { default })
        );
        for name in ["schedule", "workflow_dispatch"] {
            assert_eq!(read(name, None), Ok(Trigger::Whole(None)));
        }
    }

    #[test]
    fn without_a_base_the_whole_is_checked_and_said_so() {
        for told in [
            push("refs/heads/main", ZERO, "main"),
            push("refs/heads/x", ZERO, "--upload-pack=x"),
            push("refs/tags/v1", ZERO, "main"),
            event("issue_comment", "no JSON"),
        ] {
            let Ok(Trigger::Whole(Some(why))) = told else {
                panic!("{told:?}");
            };
            assert!(why.ends_with("the whole repository is checked"), "{why}");
        }
    }

    #[test]
    fn a_file_that_is_no_event_is_told() {
        let cases = [
            ("pull_request", ""),
            ("pull_request", "[]"),
            ("pull_request", r#"{"pull_request":{"base":{}}}"#),
            (
                "pull_request",
                r#"{"pull_request":{"base":{"sha":"--output=x"}}}"#,
            ),
            (
                "merge_group",
                r#"{"merge_group":{"base_sha":"aaaa\nerrors=0"}}"#,
            ),
            ("push", r#"{"ref":"refs/heads/x","before":"HEAD~1"}"#),
        ];
        for (name, text) in cases {
            let error = event(name, text).unwrap_err();
            let told = error.to_string();
            assert!(
                told.contains("event.json") && !told.contains('\n'),
                "{told}"
            );
            assert!(error.help().contains("`since`"));
        }
        let deep = "[".repeat(100_000);
        assert!(event("push", &deep).is_err());
        assert!(read("push", None).is_err());
        let missing = read("push", Some(Path::new("no/such/file")));
        assert!(missing.unwrap_err().to_string().contains("no/such/file"));
        let folder = tempfile::tempdir().unwrap();
        assert!(read("push", Some(folder.path())).is_err());
    }

    #[test]
    fn pull_request_target_is_refused_with_the_reason() {
        let error = read("pull_request_target", None).unwrap_err();
        assert!(error.to_string().contains("secrets"), "{error}");
    }

    #[test]
    fn a_branch_is_nothing_else() {
        for name in ["main", "release/1.x", "user@x", "a#b", "grün"] {
            assert!(is_branch(name), "{name}");
        }
        for name in [
            "", "-x", "a..b", "a b", "a:b", "a/", "/a", "a/.b", "a.lock", "@", "a\n", "a^", "a~1",
            "a@{1}", "a;b", "$(a)",
        ] {
            assert!(!is_branch(name), "{name:?}");
        }
    }
}
