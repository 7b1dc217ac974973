//! What a run compares with: from the event, or as the workflow says.

use std::path::Path;

use super::Runner;
use crate::cli::failure::Failure;
use crate::sources::event::{self, Trigger};
use crate::sources::repository::{Compared, Source};

/// What is compared with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Base {
    /// A revision; none if the whole repository is judged.
    pub(super) revision: Option<String>,
    /// What people should know of that.
    pub(super) note: Option<String>,
}

/// Works out what the run compares with. `since` is `event`, `none` or a revision, `folder` is what is
/// checked.
///
/// # Errors
/// The event is refused, or its file cannot be read.
pub(super) fn base(since: &str, runner: &Runner, folder: &Path) -> Result<Base, Failure> {
    let plain = |revision: Option<String>| Base {
        revision,
        note: None,
    };
    // It is refused whatever the workflow says of a base.
    let is_refused = runner.event == "pull_request_target";
    match since {
        "none" if !is_refused => return Ok(plain(None)),
        "event" | "" => {}
        revision if !is_refused => return Ok(plain(Some(revision.to_owned()))),
        _ => {}
    }
    let trigger = event::read(&runner.event, runner.event_file.as_deref())
        .map_err(|error| Failure::new(error.to_string(), error.help()))?;
    Ok(match trigger {
        Trigger::PullRequest { base } => plain(Some(merged_into(runner, folder).unwrap_or(base))),
        Trigger::MergeGroup { base } | Trigger::Push { before: base } => plain(Some(base)),
        Trigger::NewBranch { default } => plain(Some(format!("refs/remotes/origin/{default}"))),
        Trigger::Whole(note) => Base {
            revision: None,
            note,
        },
    })
}

/// Whether the checkout lacks the revision, or the history down to where the change began.
pub(super) fn is_missing(revision: &str, folder: &Path) -> bool {
    // At the revision that is checked out, so that no file of the worktree is read.
    let head = Source::open(folder, Some("HEAD"));
    head.is_ok_and(|head| head.since(revision, Compared::Staged).is_err())
}

/// What a pull request was merged into, where GitHub's own merge of it is checked out, as it is unless a
/// workflow says otherwise: the first parent of that. The event's base may be older by then.
fn merged_into(runner: &Runner, folder: &Path) -> Option<String> {
    let number = runner.reference.strip_prefix("refs/pull/")?;
    let number = number.strip_suffix("/merge")?;
    if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let head = Source::open(folder, Some("HEAD")).ok()?.commit()?;
    (head == runner.commit).then(|| format!("{head}^1"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runner(event: &str) -> Runner {
        Runner::new(|name| match name {
            "GITHUB_EVENT_NAME" => Some(event.into()),
            "GITHUB_EVENT_PATH" => None,
            _ => Some("x".into()),
        })
        .unwrap()
    }

    #[test]
    fn the_workflow_may_say_what_to_compare_with() {
        let base = |since| base(since, &runner("push"), Path::new(".")).map(|base| base.revision);
        assert_eq!(base("none").unwrap(), None);
        assert_eq!(base("v1").unwrap().as_deref(), Some("v1"));
        assert!(base("event").is_err(), "there is no file");
    }

    #[test]
    fn nothing_that_is_said_makes_pull_request_target_run() {
        for since in ["event", "none", "v1", ""] {
            let refused = base(since, &runner("pull_request_target"), Path::new("."));
            assert!(refused.unwrap_err().text().contains("secrets"), "{since}");
        }
    }
}
