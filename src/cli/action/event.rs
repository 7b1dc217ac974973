//! What a run compares with: from the event, or as the workflow says.

use std::path::Path;

use super::Runner;
use super::inputs::Since;
use crate::cli::failure::Failure;
use crate::sources::event::{self, Trigger};
use crate::sources::repository::{Compared, Source};

/// What a run compares with.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Base {
    /// The revisions that can be compared with, by preference; none if the whole repository is checked.
    pub(super) revisions: Vec<String>,
    /// The name that reports show instead of the revision.
    pub(super) name: Option<String>,
    /// The refspecs that can bring a revision, by preference. `HEAD` means the commit that is checked out.
    pub(super) refspecs: Vec<String>,
    /// A remark for the reader on what is compared.
    pub(super) note: Option<String>,
}

impl Base {
    fn new(revision: String, refspec: String, name: Option<String>) -> Self {
        Base {
            revisions: vec![revision],
            name,
            refspecs: vec![refspec],
            note: None,
        }
    }

    /// The tip of a branch.
    fn branch(name: &str) -> Self {
        let tip = format!("refs/remotes/origin/{name}");
        let refspec = format!("+refs/heads/{name}:{tip}");
        Base::new(tip, refspec, Some(name.to_owned()))
    }

    /// Returns the first revision that the checkout has, or else the one that should be there.
    pub(super) fn revision(&self, folder: &Path) -> Option<&String> {
        let is_there = |revision: &&String| Source::open(folder, Some(revision)).is_ok();
        let mut revisions = self.revisions.iter();
        match self.revisions.len() {
            0 | 1 => revisions.next(),
            _ => revisions.find(is_there).or(self.revisions.first()),
        }
    }

    /// Returns the name that reports show instead of this revision.
    pub(super) fn name_of(&self, revision: &str) -> Option<String> {
        match self.is_first(revision) {
            true => self.name.clone(),
            false => Some(branch_of(revision).to_owned()),
        }
    }

    /// Returns a remark if a push is compared with another branch than its own.
    pub(super) fn note_on(&self, revision: &str) -> Option<String> {
        let is_named = self.name.as_deref() == Some(branch_of(revision));
        (!self.is_first(revision) && !is_named).then(|| {
            let branch = branch_of(revision);
            format!("the commit before the push is gone, so the change is compared with `{branch}`")
        })
    }

    fn is_first(&self, revision: &str) -> bool {
        self.revisions.first().is_none_or(|first| first == revision)
    }
}

/// A revision without the prefix of a remote branch.
fn branch_of(revision: &str) -> &str {
    let name = revision.strip_prefix("refs/remotes/origin/");
    name.unwrap_or(revision)
}

/// Returns what the run compares with; `folder` is checked.
///
/// # Errors
/// The event is refused, or its file cannot be read.
pub(super) fn base(since: &Since, runner: &Runner, folder: &Path) -> Result<Base, Failure> {
    let read = || {
        event::read(&runner.event, runner.event_file.as_deref())
            .map_err(|error| Failure::new(error.to_string(), error.help()))
    };
    if *since != Since::Event {
        // A refused event is refused whatever the workflow compares with.
        if runner.event == "pull_request_target" {
            read()?;
        }
        return Ok(match since {
            Since::Revision(revision) => Base {
                revisions: revision.meanings(),
                name: Some(revision.as_str().to_owned()),
                refspecs: revision.refspecs(),
                note: None,
            },
            Since::Event | Since::None => Base::default(),
        });
    }
    Ok(match read()? {
        Trigger::PullRequest { base, branch } => match merged_into(runner, folder) {
            Some(parent) => Base::new(parent, "HEAD".to_owned(), branch),
            None => Base::new(base.clone(), base, branch),
        },
        Trigger::MergeGroup { base, branch } => Base::new(base.clone(), base, branch),
        Trigger::Push {
            before,
            branch,
            default,
        } => {
            let mut base = Base::new(before.clone(), before, branch);
            // A force push can leave a commit behind that GitHub no longer has.
            if let Some(default) = default {
                let other = Base::branch(&default);
                base.revisions.extend(other.revisions);
                base.refspecs.extend(other.refspecs);
            }
            base
        }
        Trigger::NewBranch { default } => Base::branch(&default),
        Trigger::Whole(note) => Base {
            note,
            ..Base::default()
        },
    })
}

/// Returns true if the checkout lacks the revision, or the history down to where the change began.
pub(super) fn is_missing(revision: &str, folder: &Path) -> bool {
    // At the revision that is checked out, so that no file of the worktree is read.
    let head = Source::open(folder, Some("HEAD"));
    head.is_ok_and(|head| head.since(revision, Compared::Staged).is_err())
}

/// Returns the commit that a pull request was merged into, if GitHub's own merge of it is checked out: the first parent
/// of that merge. The event's base may be older.
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
    use super::super::revision::Revision;
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
    fn a_workflow_names_what_to_compare_with() {
        let base = |since| base(&since, &runner("push"), Path::new("."));
        assert_eq!(base(Since::None).unwrap(), Base::default());
        let named = base(Since::Revision(Revision::parse("v1").unwrap())).unwrap();
        assert_eq!(named.revisions, ["v1", "refs/remotes/origin/v1"]);
        assert_eq!(named.name.as_deref(), Some("v1"));
        assert!(base(Since::Event).is_err(), "there is no file");
    }

    #[test]
    fn no_input_makes_pull_request_target_run() {
        let revision = Since::Revision(Revision::parse("v1").unwrap());
        for since in [Since::Event, Since::None, revision] {
            let refused = base(&since, &runner("pull_request_target"), Path::new("."));
            assert!(refused.unwrap_err().text().contains("secrets"), "{since:?}");
        }
    }
}
