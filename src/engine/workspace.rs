//! All repositories of a run, read.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;

use super::member::{Above, Member, Plan, Wanted};
use super::{Error, load};
use crate::answers::Failed;
use crate::facts::{Gap, GapKind, Repository};
use crate::findings::PolicyInfo;
use crate::policy::Reading;
use crate::sources::repository::{self, Source};
use crate::sources::{PolicyChoice, history};
use crate::text::{RepoPath, io_reason};

/// The repositories of a run, with what could not be read.
pub(super) struct Workspace {
    /// What the folder that holds them is called, or the one repository.
    pub(super) name: String,
    /// Where each member is, from that folder; `.` for the folder itself.
    pub(super) paths: Vec<String>,
    /// In the order of their paths; what belongs to the folder itself comes first.
    pub(super) members: Vec<Member>,
    /// Repositories that could not be read.
    pub(super) failed: Vec<Failed>,
    /// Folders that could not be looked into.
    pub(super) gaps: Vec<Gap>,
    /// The policy of the folder that holds them.
    pub(super) above: Option<Above>,
}

impl Workspace {
    /// The repository that holds a target; or, if the target is a folder that holds repositories and is
    /// none itself, all of these.
    pub(super) fn of(
        target: &Path,
        policy: Option<&Path>,
        wanted: Wanted<'_>,
        history: Option<&history::Wanted<'_>>,
        online: bool,
    ) -> Result<Workspace, Error> {
        let is_root = repository::is_root(target);
        if !is_root && target.is_dir() && !repository::roots(target).0.is_empty() {
            return Workspace::below(target, policy, wanted, history, online);
        }
        let plan = Plan {
            wanted,
            above: None,
            history,
            online,
        };
        let source = Source::open(target, None)?;
        let choice = PolicyChoice::find(&source, policy).map_err(Error::unreadable)?;
        let member = Member::read(&source, &choice, &plan)?;
        Ok(Workspace {
            name: member.repository.name.clone(),
            paths: vec![".".into()],
            members: vec![member],
            failed: Vec::new(),
            gaps: Vec::new(),
            above: None,
        })
    }

    /// Every repository below a folder, each by itself and in parallel, and what the folder's own policy
    /// declares.
    pub(super) fn below(
        folder: &Path,
        policy: Option<&Path>,
        wanted: Wanted<'_>,
        history: Option<&history::Wanted<'_>>,
        online: bool,
    ) -> Result<Workspace, Error> {
        let (written, shown) = (folder, folder.display());
        let folder = folder.canonicalize().map_err(|error| Error::Usage {
            message: format!("`{shown}` cannot be opened: {}", io_reason(&error)),
            help: "name a folder that holds repositories".into(),
        })?;
        if !folder.is_dir() {
            return Err(Error::Usage {
                message: format!("`{shown}` is not a folder"),
                help: "name a folder that holds repositories".into(),
            });
        }
        let (roots, gaps) = repository::roots(&folder);
        let of_folder = || PolicyChoice::of_folder(&folder, policy).map_err(Error::unreadable);
        let choice = of_folder()?;
        let above = match choice.path() {
            None => None,
            Some(_) => {
                let choice = of_folder()?.above_repositories(written);
                Some(Above::of(load(&choice, Reading::default())?))
            }
        };
        let mut members: Vec<(String, Member)> = Vec::new();
        // A folder that is a repository itself declares what it declares as one.
        if above.is_some() && !roots.contains(&folder) {
            let organization = Repository {
                name: name(&folder),
                is_organization: true,
                has_policy: true,
                ..Repository::default()
            };
            let plan = Plan {
                wanted,
                above: None,
                history,
                online,
            };
            let scope = RepoPath::default();
            let policy = load(&choice, Reading::default())?;
            let member = Member::of(organization, scope, policy, &choice, &plan)?;
            members.push((".".into(), member));
        }
        let mut failed = Vec::new();
        let mut known: BTreeSet<PathBuf> = roots.iter().cloned().collect();
        let mut left = roots;
        while !left.is_empty() {
            let read = left.par_iter().map(|root| {
                let plan = Plan {
                    wanted,
                    // The folder's policy is a repository's own where the folder is one.
                    above: above.as_ref().filter(|_| *root != folder),
                    history,
                    online,
                };
                let source = Source::open(root, None)?;
                let choice = PolicyChoice::find(&source, None).map_err(Error::unreadable)?;
                Member::read(&source, &choice, &plan)
            });
            let read: Vec<Result<Member, Error>> = read.collect();
            // What lies in a repository, and is one of its own, comes next.
            let mut nested = Vec::new();
            for (root, read) in left.iter().zip(read) {
                let path = path_from(&folder, root);
                match read {
                    Ok(member) => {
                        let inside = roots_in(root, &member).into_iter();
                        nested.extend(inside.filter(|root| known.insert(root.clone())));
                        members.push((path, member));
                    }
                    Err(error) => failed.push(Failed {
                        path,
                        is_incomplete: error.is_incomplete(),
                        help: error.help(),
                        reason: error.detailed(),
                    }),
                }
            }
            left = nested;
        }
        members.sort_by(|(a, _), (b, _)| (a != ".", a).cmp(&(b != ".", b)));
        failed.sort_by(|a, b| a.path.cmp(&b.path));
        let (paths, members) = members.into_iter().unzip();
        Ok(Workspace {
            name: name(&folder),
            paths,
            members,
            failed,
            gaps,
            above,
        })
    }
}

impl Workspace {
    /// Repositories and folders that could not be read.
    pub(super) fn gaps(&self) -> Vec<Gap> {
        let failed = self.failed.iter().map(Failed::gap);
        self.gaps.iter().cloned().chain(failed).collect()
    }
}

impl Above {
    /// A policy as that of an organization.
    fn of(policy: crate::policy::Policy) -> Above {
        Above {
            judging: Arc::new(policy.judging),
            may_loosen: policy.may_loosen,
            reading: policy.reading,
            info: PolicyInfo {
                name: policy.name,
                extends: policy.extends,
            },
        }
    }
}

/// Roots that lie in a repository: those that say so, and the worktrees of submodules.
fn roots_in(root: &Path, member: &Member) -> Vec<PathBuf> {
    let repository = &member.repository;
    let declared = repository.gaps.iter();
    let declared = declared.filter(|gap| gap.kind == GapKind::NestedRoot);
    let declared = declared.filter_map(|gap| gap.path.clone());
    let submodules = repository.tree.submodules().map(RepoPath::from);
    let folders = declared.chain(submodules);
    let folders = folders.filter_map(|path| repository::folder_in(root, &path));
    folders
        .filter(|folder| repository::is_root(folder))
        .collect()
}

/// Where a root is, from the folder.
fn path_from(folder: &Path, root: &Path) -> String {
    let path = root.strip_prefix(folder).unwrap_or(root);
    let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
    match parts.is_empty() {
        true => ".".into(),
        false => parts.join("/"),
    }
}

/// What a folder is called.
fn name(folder: &Path) -> String {
    let name = folder.file_name().unwrap_or(folder.as_os_str());
    name.to_string_lossy().into_owned()
}
