//! One repository: its branch rules, the faults of its ownership file, its changes and deliveries.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::ask::{self, Ask, Complaint, Reply, Wanted, complained, fresh, segment};
use super::shapes::{Branch, OfRepository, Page, PageInfo, Repository};
use super::{deliveries, enforcement, owner_errors, pulls};
use crate::facts::{Deliveries, Forge, Gap, GapKind, Known, Pull, Pulls};
use crate::sources::forge::Question;
use crate::sources::net::Refusal;

const REPOSITORY: &str = include_str!("queries/repository.graphql");

const ITSELF: Wanted = Wanted {
    what: "what the forge knows",
    permission: "Metadata: read",
    scope: "repo",
};

/// How many pages of a list are read at most: a hostile forge could go on for ever.
const MOST_PAGES: usize = 1_000;

/// How often changes are read again that came while they were read.
const TRIES: usize = 3;

/// Why nothing of it is read.
pub(super) fn refused(refusal: &Refusal, slug: &str) -> Gap {
    ask::refused(refusal, ITSELF, slug)
}

/// A repository, and whether nothing was touched in it since it was read before.
pub(super) struct Read {
    pub(super) forge: Known<Forge>,
    pub(super) unchanged: bool,
}

/// Reads what is wanted of a repository.
pub(super) async fn read(ask: Ask<'_>, question: &Question) -> Read {
    let mut unchanged = false;
    let forge = all(ask, question, &mut unchanged).await;
    Read { forge, unchanged }
}

async fn all(ask: Ask<'_>, question: &Question, unchanged: &mut bool) -> Known<Forge> {
    let Some((owner, name)) = question.slug.split_once('/') else {
        let reason = format!("`{}` is no repository of {}", question.slug, ask.host);
        return Err(Gap::new(GapKind::Unverifiable, reason));
    };
    let asks_lists = question.pulls || question.deliveries;
    let mut forge = Forge::new(ask.host, &question.slug);
    let path = format!("repos/{}/{}", segment(owner), segment(name));
    // What is asked for nothing comes first: it tells whether the rest can be that of just before.
    let asks_graphql = asks_lists || question.branch_rules;
    let mark = match asks_graphql || !question.issues.is_empty() {
        true => Mark::read(ask, &path).await,
        false => None,
    };
    *unchanged = mark.as_ref().is_some_and(|mark| mark.unchanged);
    let mut lists = Lists::default();
    if asks_graphql {
        lists
            .read(ask, question, (owner, name), fresh(*unchanged))
            .await?;
        let is_marked = question.deliveries && ask.gate.keeps();
        if is_marked && lists.has_new_deliveries(ask, &path).await && *unchanged {
            lists = Lists::default();
            lists
                .read(ask, question, (owner, name), Duration::ZERO)
                .await?;
        }
    }
    if let Some(slug) = lists.slug.take() {
        forge.slug = slug;
    }
    forge.default_branch = lists.branch.as_ref().map(|(branch, _)| branch.name.clone());
    if let (true, Some(mark), true) = (question.pulls, mark, lists.pages > 1) {
        lists
            .catch_up(ask, question, (owner, name), &path, mark)
            .await;
    }
    if question.branch_rules {
        forge.branch_rules = match &lists.branch {
            Some((branch, permission)) => {
                enforcement::read(ask, &path, &question.slug, branch, permission.as_deref()).await
            }
            None => Err(Gap::new(
                GapKind::Absent,
                format!("`{}` has no default branch", question.slug),
            )),
        };
    }
    if question.owner_errors {
        forge.owner_errors = owner_errors::read(ask, &path, &question.slug, question).await;
    }
    if question.pulls {
        forge.pulls = lists.pulls(question.since);
    }
    if question.deliveries {
        forge.deliveries = lists.deliveries(question.since);
    }
    Ok(forge)
}

/// A list says that it goes on, and does not say where.
fn astray(wanted: Wanted, slug: &str) -> Gap {
    let complaint = Complaint {
        kind: None,
        message: "its pages do not lead to its end".into(),
        path: Vec::new(),
    };
    complained(&complaint, wanted, slug)
}

/// The issue or pull request that was touched last.
struct Mark {
    /// Whether it is the same as at the time of an earlier run.
    unchanged: bool,
    touched: Option<Touched>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Touched {
    number: u64,
    updated_at: Timestamp,
}

impl Mark {
    async fn read(ask: Ask<'_>, path: &str) -> Option<Mark> {
        let path = format!("{path}/issues?state=all&sort=updated&direction=desc&per_page=1");
        let answer = ask.gate.get(&path).await.ok()?;
        if answer.status != 200 {
            return None;
        }
        let mut touched: Vec<Touched> = serde_json::from_slice(&answer.body).ok()?;
        Some(Mark {
            unchanged: answer.unchanged,
            touched: touched.pop(),
        })
    }
}

/// Which lists to read, and from where on.
#[derive(Default)]
struct Wants {
    is_first: bool,
    rules: bool,
    /// By list: where the next page starts, if one is wanted; none within for the first.
    after: [Option<Option<String>>; 4],
}

/// The lists, by their places in [`Wants::after`].
const PULLS: usize = 0;
const DEPLOYMENTS: usize = 1;
const RELEASES: usize = 2;
const INCIDENTS: usize = 3;

impl Wants {
    fn of(question: &Question) -> Wants {
        let first = |wanted: bool| wanted.then_some(None);
        let incidents = question.deliveries && !question.incident_labels.is_empty();
        Wants {
            is_first: true,
            rules: question.branch_rules,
            after: [
                first(question.pulls),
                first(question.deliveries),
                first(question.deliveries),
                first(incidents),
            ],
        }
    }

    fn any(&self) -> bool {
        self.after.iter().any(Option::is_some)
    }

    fn variables(&self, owner: &str, name: &str, question: &Question) -> Value {
        let wanted = |list: usize| self.after[list].is_some();
        let after = |list: usize| self.after[list].clone().flatten();
        json!({
            "owner": owner,
            "name": name,
            "rules": self.rules,
            "pulls": wanted(PULLS),
            "afterPull": after(PULLS),
            "deployments": wanted(DEPLOYMENTS),
            "afterDeployment": after(DEPLOYMENTS),
            "releases": wanted(RELEASES),
            "afterRelease": after(RELEASES),
            "incidents": wanted(INCIDENTS),
            "afterIncident": after(INCIDENTS),
            "labels": question.incident_labels,
            "since": question.since,
        })
    }
}

/// What the pages had so far.
#[derive(Default)]
struct Lists {
    pages: usize,
    /// What the forge calls the repository.
    slug: Option<String>,
    /// The default branch, and what whoever asks may do with the repository.
    branch: Option<(Branch, Option<String>)>,
    /// Pull requests by number, with when each was touched.
    pulls: BTreeMap<u64, (Timestamp, Pull)>,
    deliveries: Deliveries,
    gaps: [Option<Gap>; 4],
}

impl Lists {
    /// Reads all that is wanted to its end.
    async fn read(
        &mut self,
        ask: Ask<'_>,
        question: &Question,
        (owner, name): (&str, &str),
        reuse: Duration,
    ) -> Known<()> {
        let mut wants = Wants::of(question);
        for _ in 0..MOST_PAGES {
            let variables = wants.variables(owner, name, question);
            let reply =
                ask.graphql::<OfRepository>(REPOSITORY, &variables, reuse, ITSELF, &question.slug);
            let mut reply = reply.await?;
            let Some(found) = reply.data.take().and_then(|data| data.repository) else {
                return Err(match reply.complaint(&["repository"]) {
                    Some(complaint) => complained(complaint, ITSELF, &question.slug),
                    None => ITSELF.absent(&question.slug),
                });
            };
            if wants.is_first {
                self.slug = Some(found.name_with_owner.clone());
            }
            wants = self.take(&wants, &found, &reply, question);
            if let Some(branch) = found.default_branch_ref
                && self.branch.is_none()
            {
                self.branch = Some((branch, found.viewer_permission));
            }
            if !wants.any() {
                return Ok(());
            }
        }
        self.unfinished(&question.slug);
        Ok(())
    }

    /// Whether anything was delivered since it was last asked, which costs nothing where nothing was. What touches
    /// no issue and no change is seen by that alone. Of a repository that knows deployments these are looked at,
    /// else releases, as what is measured by the one leaves the other out; and of one that knows neither nothing,
    /// since the first of them may as well be seen a minute later.
    async fn has_new_deliveries(&self, ask: Ask<'_>, path: &str) -> bool {
        let deliveries = &self.deliveries;
        let list = match (
            deliveries.deployments.is_empty(),
            deliveries.releases.is_empty(),
        ) {
            (false, _) => "deployments",
            (true, false) => "releases",
            (true, true) => return false,
        };
        let answer = ask.gate.get(&format!("{path}/{list}?per_page=1")).await;
        answer.is_ok_and(|answer| answer.status == 200 && !answer.unchanged)
    }

    /// Takes a page of each list that was wanted; which pages are wanted next.
    fn take(
        &mut self,
        wants: &Wants,
        found: &Repository,
        reply: &Reply<OfRepository>,
        question: &Question,
    ) -> Wants {
        self.pages += 1;
        let since = question.since;
        let mut next = Wants::default();
        let mut page = |list: usize, key: &str, wanted: Wanted, went: Option<(&PageInfo, bool)>| {
            if wants.after[list].is_none() {
                return;
            }
            let Some((info, goes_on)) = went else {
                let gap = match reply.complaint(&["repository", key]) {
                    Some(complaint) => complained(complaint, wanted, &question.slug),
                    None => wanted.absent(&question.slug),
                };
                self.gaps[list] = Some(gap);
                return;
            };
            if !goes_on || !info.has_next_page {
                return;
            }
            // A cursor that does not move would go on for ever, and what follows it is not read.
            let moves = wants.after[list].as_ref() != Some(&info.end_cursor);
            match info.end_cursor.clone().filter(|_| moves) {
                Some(cursor) => next.after[list] = Some(Some(cursor)),
                None => self.gaps[list] = Some(astray(wanted, &question.slug)),
            }
        };
        fn went<T>(
            found: Option<&Page<T>>,
            goes_on: impl Fn(&T) -> bool,
        ) -> Option<(&PageInfo, bool)> {
            let found = found?;
            let last = found.items().last();
            Some((&found.page_info, last.is_none_or(goes_on)))
        }
        page(
            PULLS,
            "pullRequests",
            pulls::WANTED,
            went(found.pull_requests.as_ref(), |it| it.updated_at >= since),
        );
        page(
            DEPLOYMENTS,
            "deployments",
            deliveries::DEPLOYMENTS,
            went(found.deployments.as_ref(), |it| it.created_at >= since),
        );
        page(
            RELEASES,
            "releases",
            deliveries::RELEASES,
            went(found.releases.as_ref(), |it| it.created_at >= since),
        );
        page(
            INCIDENTS,
            "issues",
            deliveries::INCIDENTS,
            went(found.issues.as_ref(), |_| true),
        );
        self.keep_pulls(found, since);
        deliveries::take(&mut self.deliveries, found, since);
        next
    }

    fn keep_pulls(&mut self, found: &Repository, since: Timestamp) {
        let pulls = found.pull_requests.iter().flat_map(Page::items);
        for pull in pulls.filter(|pull| pull.updated_at >= since) {
            // What was touched while it was read comes twice: the later one counts.
            let later = self
                .pulls
                .get(&pull.number)
                .is_none_or(|(when, _)| *when <= pull.updated_at);
            if later {
                self.pulls
                    .insert(pull.number, (pull.updated_at, pulls::of(pull)));
            }
        }
    }

    /// Lists that have more pages than anybody reads.
    fn unfinished(&mut self, slug: &str) {
        let reason = format!("`{slug}` has more of it than is read");
        for gap in &mut self.gaps {
            gap.get_or_insert_with(|| Gap::new(GapKind::TooLarge, reason.clone()));
        }
    }

    /// Whatever is touched while the pages are read goes to the front of the list, where nobody looks
    /// any more. The front is read again until nothing went there in the meantime.
    async fn catch_up(
        &mut self,
        ask: Ask<'_>,
        question: &Question,
        (owner, name): (&str, &str),
        path: &str,
        mut mark: Mark,
    ) {
        for _ in 0..TRIES {
            let Some(now) = Mark::read(ask, path).await else {
                return;
            };
            if now.touched == mark.touched {
                return;
            }
            mark = now;
            let mut wants = Wants::default();
            wants.after[PULLS] = Some(None);
            let variables = wants.variables(owner, name, question);
            let reply = ask.graphql::<OfRepository>(
                REPOSITORY,
                &variables,
                Duration::ZERO,
                ITSELF,
                &question.slug,
            );
            let found = reply.await.ok().and_then(|reply| reply.data?.repository);
            match found {
                Some(found) => self.keep_pulls(&found, question.since),
                None => break,
            }
        }
        let reason = format!("changes of `{}` came while they were read", question.slug);
        self.gaps[PULLS] = Some(Gap::new(GapKind::Unanswered, reason).remedy("try again later"));
    }

    fn pulls(&mut self, since: Timestamp) -> Known<Pulls> {
        if let Some(gap) = self.gaps[PULLS].take() {
            return Err(gap);
        }
        let all = std::mem::take(&mut self.pulls).into_values();
        Ok(Pulls {
            since,
            all: all.map(|(_, pull)| pull).collect(),
        })
    }

    fn deliveries(&mut self, since: Timestamp) -> Known<Deliveries> {
        let gaps = [DEPLOYMENTS, RELEASES, INCIDENTS].map(|list| self.gaps[list].take());
        deliveries::sorted(std::mem::take(&mut self.deliveries), since, gaps)
    }
}
