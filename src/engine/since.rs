//! Judging a change: both sides are read and judged by one policy, and what stood before does not count.
//!
//! Of both sides everything is read that findings can depend on elsewhere than in the file that changed:
//! the lists of files, ownership files, documents and descriptors, each content once. Comments are read
//! in the files that differ.

use std::collections::BTreeMap;

use super::member::{Member, Plan, Ratchet, Unverified, Wanted};
use super::{Error, Request, Run, Since, directory, error, forge};
use crate::codeowners::OwnershipFile;
use crate::facts::{Change, Gap, GapKind, Repository};
use crate::findings::{self, Before, Edit, Report};
use crate::graph::{Break, Graph};
use crate::ownership::{self, Side};
use crate::policy::PolicyFiles;
use crate::rules::Rule;
use crate::rules::lacking::Needed;
use crate::sources::evidence::{Changed, Memory};
use crate::sources::repository::{self, Compared, Source};
use crate::sources::{self, POLICY_FILE, PolicyChoice};
use crate::text::{RepoPath, count};

/// Judges what the change since a revision brings.
///
/// # Errors
/// As [`super::check`]; and the revision names no commit that the change can start from, or the clone is
/// too shallow to tell.
pub(super) fn check(request: &Request, asked: &Since) -> Result<Report, Error> {
    let (mut selected, unasked) = super::asked(request)?;
    let compared = match asked.staged {
        true => Compared::Staged,
        false => Compared::Worktree,
    };
    if asked.staged {
        selected.retain(|rule| rule.judges_files_alone());
    }
    let baseline = request.baseline.as_deref().map(error::baseline);
    let baseline = baseline.transpose()?;
    let at = request.revision.as_deref();
    let (source, since) = Source::open_since(&request.target, at, &asked.revision, compared)?;
    let files = Files::choose(request, asked, &source, &since)?;

    // Sources: the two sides, what differs, and then what can make a difference.
    let plan = Plan {
        wanted: Wanted::Rules(&selected),
        above: None,
        history: None,
        online: request.online.is_some(),
    };
    let (was, is) = (
        sources::read(&since.base),
        sources::read_since(&source, &since.base),
    );
    let change = source.change(&is.tree, &since.base, &was.tree);
    let renames = change.renames(&was.tree, &is.tree);
    let list =
        |facts, source, declared| Member::listed(facts, source, &files.policy, declared, &plan);
    let sided = |error| error_of(error, asked, request.policy.is_some());
    let mut base = list(was, &since.base, &files.base).map_err(sided)?;
    let mut head = list(is, &source, &files.head).map_err(sided)?;
    let memory = Memory::default();
    let differ = Differ::of(&change, &base, &head);
    // The head first: what both have in common is read faster from the worktree.
    for (member, source, files) in [
        (&mut head, &source, differ.head),
        (&mut base, &since.base, differ.base),
    ] {
        let changed = Changed {
            files,
            memory: &memory,
        };
        member.gather(source, &plan, Some(&changed));
    }

    let mut before = vec![base];
    let mut after = vec![head];
    if let Some(online) = &request.online {
        // The forge knows one state: what it says holds for both sides.
        let organizations = forge::ask(online, &mut after, &selected, None, request.as_of)?;
        organizations.iter().for_each(|it| after[0].unread_like(it));
        forge::share(&after[0], &mut before[0]);
        before.extend(forge::again(&organizations)?);
        after.extend(organizations);
    }

    // Identity and graph of each side; rules and findings: the base first, which says what stood.
    let run = |baseline| Run {
        selected: &selected,
        baseline,
        as_of: request.as_of,
        is_audit: false,
        measures: None,
    };
    let (who_was, who_is) = (directory(&before), directory(&after));
    let was = Graph::new(before.iter().map(Member::in_graph).collect(), &who_was);
    let is = Graph::new(after.iter().map(Member::in_graph).collect(), &who_is);
    let ratchet = Ratchet::Base(&renames);
    let (stood, outcomes) = before[0].judge(&was, 0, &run(None), None, ratchet);
    let sides = (&before[0], &after[0]);
    let mut unverified = unverified(&change, sides, &selected);
    unverified.rules.extend(outcomes.prevented);
    let ratchet = Ratchet::Head {
        change: &change,
        base: before[0].in_graph(),
        before: Before::of(&stood, outcomes.names),
        unverified,
    };
    let (mut report, _) = after[0].judge(&is, 0, &run(baseline.as_ref()), None, ratchet);

    report.wait(unasked);

    // What the change does to who owns what, as far as all is there that this takes.
    let counted = report
        .change
        .take()
        .map(|change| *change)
        .unwrap_or_default();
    let mut needed = Needed::default();
    needed.extend(stood.missing().chain(report.missing()));
    let enabled = selected.iter().filter(|rule| after[0].is_enabled(rule));
    for rule in enabled {
        // To which files of the base those of the head are compared.
        let contents = change.unread.iter();
        contents.for_each(|gap| needed.add(gap, rule.spec.id));
    }
    let lacks = Lacks::of(&change, sides);
    let tip: Option<Repository> = since.tip.as_ref().map(sources::read);
    let target = tip.as_ref().unwrap_or(&before[0].repository);
    let approvals = lacks.unless(APPROVALS, &mut needed, || {
        let file = target.ownership_files.in_use.known().map_err(Gap::clone)?;
        let trees = (&sides.0.repository.tree, &sides.1.repository.tree);
        Ok(file.map(|file| (file, ownership::approvals(&change, trees.0, trees.1, file))))
    });
    let handovers = lacks.unless(OWNERS, &mut needed, || {
        lacks.renames()?;
        Ok(ownership::handovers(
            &change,
            side(sides.0)?,
            side(sides.1)?,
        ))
    });
    let orphans = lacks.unless(SERVICES, &mut needed, || {
        lacks.declared(sides)?;
        Ok(orphans(&was, &is))
    });
    let answers = [
        (APPROVALS, approvals.is_none()),
        (OWNERS, handovers.is_none()),
        (SERVICES, orphans.is_none()),
    ];
    let approvals = approvals.flatten();
    let path = |file: &OwnershipFile| file.text().path().to_string_lossy().into_owned();
    report.change = Some(Box::new(findings::Change {
        since: asked.shown().to_owned(),
        base: since.base.commit().unwrap_or_default(),
        files: change.files(),
        approved_by: approvals.as_ref().map(|(file, _)| path(file)),
        approvals: approvals.map_or(Vec::new(), |(_, approvals)| approvals),
        handovers: handovers.unwrap_or_default(),
        orphans: orphans.unwrap_or_default(),
        unverified: answers
            .into_iter()
            .filter_map(|(name, is_left_out)| is_left_out.then_some(name))
            .collect(),
        edits: edits(&change, sides, &files),
        policy_differs: files.differs,
        ..counted
    }));
    report.gaps.retain(|gap| !needed.has(gap));
    report.gaps.splice(0..0, needed.gaps());
    if change.cut {
        let reason = "so much differs that not every file was followed to where it went: what stood in a \
                      file that was renamed and edited may count as new";
        let gap = Gap::new(GapKind::NotGathered, reason);
        report
            .gaps
            .push(gap.remedy("rename and edit in two changes"));
    }
    if since.several {
        let reason = format!(
            "`{}` and what is read have several commits in common, none later than the others; the \
             change is judged since {}",
            asked.shown(),
            since.base.commit().unwrap_or_default()
        );
        report.gaps.push(Gap::new(GapKind::NotGathered, reason));
    }
    Ok(report)
}

/// What is wrong with a policy, and whose it is: not that of the files that the user sees, perhaps.
fn error_of(error: Error, asked: &Since, is_named: bool) -> Error {
    let Error::Policy(problems) = error else {
        return error;
    };
    let errors = count(problems.len(), "error");
    let (message, help) = match (is_named, asked.policy_of_head) {
        (true, _) => return Error::Policy(problems),
        (_, true) => (
            format!("the policy of the change has {errors}"),
            "mend it, or judge by that of the revision: leave `--policy-from head` out".to_owned(),
        ),
        (_, false) => (
            format!(
                "the policy of `{}`, which judges the change, has {errors}",
                asked.shown()
            ),
            "mend it there; until then `--policy-from head` judges by that of the change"
                .to_owned(),
        ),
    };
    Error::PolicyOfSide {
        problems,
        message,
        help,
    }
}

/// Where the policy comes from, and what it names on either side.
struct Files<'s> {
    policy: PolicyChoice<'s>,
    base: PolicyChoice<'s>,
    head: PolicyChoice<'s>,
    /// Whether the policies of the two sides differ.
    differs: bool,
}

impl<'s> Files<'s> {
    fn choose(
        request: &Request,
        asked: &Since,
        source: &'s Source,
        since: &'s repository::Since,
    ) -> Result<Files<'s>, Error> {
        let named = request.policy.as_deref();
        let tip = since.tip.as_ref().unwrap_or(&since.base);
        // Before the first commit there is nothing that could judge it but what it brings.
        let of_head = asked.policy_of_head || tip.commit().is_none();
        let find = |source: &'s Source, named| {
            PolicyChoice::find(source, named).map_err(Error::unreadable)
        };
        let (old, new) = match named {
            None => (find(tip, None)?, find(source, None)?),
            Some(_) => match find(source, named)?.path_in_repository() {
                // One of the repository is part of what the change may have changed.
                Some(path) => {
                    let at = |source| PolicyChoice::InTree(source, path.clone());
                    let (old, new) = (at(tip), at(source));
                    if let (Err(gap), false) = (old.read(path), of_head) {
                        if gap.kind.is_unavailable() {
                            return Err(Error::unread("the policy", &gap, ""));
                        }
                        let message = format!(
                            "`{}` has no policy `{}` to judge by: {}",
                            asked.shown(),
                            path.to_string_lossy(),
                            gap.reason
                        );
                        let help = "`--policy-from head` judges by that of the change".to_owned();
                        return Err(Error::File { message, help });
                    }
                    (old, new)
                }
                None => {
                    return Ok(Files {
                        policy: find(source, named)?,
                        base: find(source, named)?,
                        head: find(source, named)?,
                        differs: false,
                    });
                }
            },
        };
        // Of a policy that one of the two sides lacks, or that is unavailable there, the other one differs.
        let text = |choice: &PolicyChoice<'_>| choice.read(choice.path()?).ok();
        let differs = tip.commit().is_some() && text(&old) != text(&new);
        let (policy, in_tree) = match of_head {
            true => (new, source),
            false => (old, tip),
        };
        // Who is who, and what there is, is told by the side that is judged.
        let named_by = |judged: &'s Source| match policy.path() {
            Some(path) => PolicyChoice::OfTree {
                judged,
                source: in_tree,
                path: path.clone(),
            },
            None => PolicyChoice::None,
        };
        Ok(Files {
            base: named_by(&since.base),
            head: named_by(source),
            policy,
            differs,
        })
    }
}

/// Which files of either side are judged line by line.
struct Differ {
    base: Vec<bool>,
    head: Vec<bool>,
}

impl Differ {
    /// Those that the change touches; all where it touches git's attributes, and those whose owners it
    /// exchanges, since the policy may ask for more of theirs.
    fn of(change: &Change, base: &Member, head: &Member) -> Differ {
        let (was, is) = (&base.repository.tree, &head.repository.tree);
        let marked = |files: Vec<u32>, all: usize| {
            let mut marked = vec![change.attributes; all];
            files
                .into_iter()
                .for_each(|file| marked[file as usize] = true);
            marked
        };
        let mut differ = Differ {
            base: marked(change.in_base(), was.len()),
            head: marked(change.in_head(), is.len()),
        };
        if !head.selects_owners() {
            return differ;
        }
        let owners = |member: &Member, place: usize| {
            let file = member.repository.ownership_files.in_use.present();
            let rule = file.and_then(|file| member.ownership.owning_rule(place, file));
            rule.map(|rule| rule.owner_names().collect::<Vec<_>>())
        };
        let mut known: BTreeMap<(Option<usize>, Option<usize>), bool> = BTreeMap::new();
        for place in 0..is.len() {
            let Some(old) = was.find(is.path(place)) else {
                continue;
            };
            let lines = (base.ownership.deciding(old), head.ownership.deciding(place));
            let differs = known.entry(lines);
            if *differs.or_insert_with(|| owners(base, old) != owners(head, place)) {
                differ.base[old] = true;
                differ.head[place] = true;
            }
        }
        differ
    }
}

/// The names of what is said of a change beside its findings.
const APPROVALS: &str = "approvals";
const OWNERS: &str = "owners";
const SERVICES: &str = "services";

/// What is unavailable of the two sides of a change.
struct Lacks<'c> {
    change: &'c Change,
    /// Of the lists of files.
    files: Vec<Gap>,
}

impl<'c> Lacks<'c> {
    fn of(change: &'c Change, (base, head): (&Member, &Member)) -> Lacks<'c> {
        let trees = [base, head].map(|side| side.repository.tree.unlisted());
        let files = trees.into_iter().flatten().map(|(_, gap)| gap.clone());
        Lacks {
            change,
            files: files.collect(),
        }
    }

    /// An answer, unless something is unavailable that it needs, which is then noted.
    fn unless<T>(
        &self,
        answer: &'static str,
        needed: &mut Needed,
        work_out: impl FnOnce() -> Result<T, Gap>,
    ) -> Option<T> {
        self.files.iter().for_each(|gap| needed.add(gap, answer));
        match work_out() {
            Ok(found) => Some(found).filter(|_| self.files.is_empty()),
            Err(gap) => {
                needed.add(&gap, answer);
                None
            }
        }
    }

    /// Whether it is known where all files went.
    fn renames(&self) -> Result<(), Gap> {
        self.change.unread.first().cloned().map_or(Ok(()), Err)
    }

    /// Whether all is known that both sides declare.
    fn declared(&self, (base, head): (&Member, &Member)) -> Result<(), Gap> {
        for side in [base, head] {
            let declared = side.repository.unread_catalog().next();
            let owners = side.repository.ownership_files.in_use.unavailable();
            if let Some(gap) = declared.or(owners) {
                return Err(gap.clone());
            }
        }
        Ok(())
    }
}

fn side(member: &Member) -> Result<Side<'_>, Gap> {
    let file = member.repository.ownership_files.in_use.known();
    Ok(Side {
        tree: &member.repository.tree,
        file: file.map_err(Gap::clone)?,
        ownership: &member.ownership,
    })
}

/// What cannot be compared with the base, beside the rules that could not check that.
fn unverified(
    change: &Change,
    (base, head): (&Member, &Member),
    selected: &[&'static Rule],
) -> Unverified {
    let (was, is) = (&base.repository.tree, &head.repository.tree);
    let went: BTreeMap<u32, u32> = change.renamed.iter().map(|it| (it.from, it.to)).collect();
    let files = base.repository.evidence.unread.iter().filter_map(|unread| {
        let path = match went.get(&unread.file) {
            Some(&to) => is.path(to as usize),
            None => was.path(unread.file as usize),
        };
        is.find(path).map(|_| RepoPath::from(path))
    });
    let mut unverified = Unverified {
        files: files.collect(),
        added: !change.unread.is_empty() || !was.unlisted().is_empty(),
        rules: BTreeMap::new(),
    };
    if let Some(gap) = change.unread.first() {
        // They sum up what may have stood elsewhere.
        let summing = selected.iter().filter(|rule| rule.sums_up());
        let summing = summing.map(|rule| (rule.spec.id, gap.clone()));
        unverified.rules.extend(summing);
    }
    unverified
}

/// Services for which somebody answered before, and nobody does now.
fn orphans(was: &Graph<'_>, is: &Graph<'_>) -> Vec<(String, String)> {
    let broken = is.services().filter_map(|(id, entry)| {
        let why = match is.chain(id).broken.as_ref()? {
            Break::NoOwner => "no owner is named".to_owned(),
            Break::UnknownOwner(owners, roster) => {
                format!("`{roster}` has no {}", owners.join(", "))
            }
            Break::EmptyTeam(team) => format!("`{team}` has no people"),
        };
        let before = was.services_of(&entry.service.entity);
        let stood = before.iter().any(|&id| was.chain(id).broken.is_none());
        stood.then(|| (entry.service.name.clone(), why))
    });
    broken.collect()
}

/// The files of the change that say how changes are judged.
fn edits(
    change: &Change,
    (base, head): (&Member, &Member),
    files: &Files<'_>,
) -> Vec<(String, Edit)> {
    let (was, is) = (&base.repository.tree, &head.repository.tree);
    let touched = ownership::touched(change, was, is);
    let policies = [&files.policy, &files.head].map(PolicyChoice::path);
    let sides = [base, head];
    let kind = |path: &[u8]| {
        let at = RepoPath::from(path);
        let is_ownership_file = sides.iter().any(|side| {
            let found = &side.repository.ownership_files;
            let in_use = found.in_use.present().map(|file| file.text().path());
            let unread = found.in_use.unavailable().and_then(|gap| gap.path.as_ref());
            in_use
                .into_iter()
                .chain(unread)
                .chain(&found.ignored)
                .any(|file| *file == at)
        });
        let is_policy = policies.iter().flatten().any(|policy| **policy == at)
            || path.rsplit(|&byte| byte == b'/').next() == Some(POLICY_FILE.as_bytes());
        let is_roster = sides
            .iter()
            .any(|side| side.rosters().any(|roster| *roster == at));
        match (is_ownership_file, is_policy, is_roster) {
            (true, ..) => Some(Edit::OwnershipFile),
            (_, true, _) => Some(Edit::Policy),
            (.., true) => Some(Edit::Roster),
            _ if path.starts_with(b".github/workflows/") => Some(Edit::Workflow),
            _ => None,
        }
    };
    let edits = touched.paths().filter_map(|path| {
        let kind = kind(path)?;
        Some((String::from_utf8_lossy(path).into_owned(), kind))
    });
    edits.collect()
}
