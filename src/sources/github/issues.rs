//! The states of the issues that comments name, many in one request.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::ask::{Ask, Wanted, complained, fresh};
use crate::facts::{Forge, Issue, IssueName, Known};
use crate::sources::forge::Question;

const WANTED: Wanted = Wanted {
    what: "the state of an issue",
    permission: "Issues: read",
    scope: "repo",
};

/// How many issues are asked for in one request.
const AT_ONCE: usize = 100;

/// How many are looked up in all.
const MOST: usize = 5_000;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Found {
    #[serde(rename = "__typename")]
    kind: String,
    closed_at: Option<Timestamp>,
}

/// Looks up the issues of all questions, each once. In the repositories that are `unchanged` nothing was
/// touched since they were read before.
pub(super) async fn read(
    ask: Ask<'_>,
    questions: &[&Question],
    unchanged: &BTreeSet<String>,
    repositories: &mut [Known<Forge>],
) {
    let all: BTreeSet<&IssueName> = questions.iter().flat_map(|it| &it.issues).collect();
    let all: Vec<&IssueName> = all.into_iter().take(MOST).collect();
    let mut known: BTreeMap<IssueName, Known<Issue>> = BTreeMap::new();
    for some in all.chunks(AT_ONCE) {
        let is_same = some.iter().all(|name| unchanged.contains(&name.repository));
        look_up(ask, some, fresh(is_same), &mut known).await;
    }
    for (question, forge) in questions.iter().zip(repositories) {
        if let Ok(forge) = forge {
            let issues = question
                .issues
                .iter()
                .filter_map(|name| known.get_key_value(name));
            forge.issues = issues
                .map(|(name, issue)| (name.clone(), issue.clone()))
                .collect();
        }
    }
}

async fn look_up(
    ask: Ask<'_>,
    some: &[&IssueName],
    reuse: Duration,
    known: &mut BTreeMap<IssueName, Known<Issue>>,
) {
    let (query, variables) = query(some);
    let of = some[0].repository.as_str();
    let reply = ask.graphql::<BTreeMap<String, Option<BTreeMap<String, Option<Found>>>>>(
        &query, &variables, reuse, WANTED, of,
    );
    let reply = match reply.await {
        Ok(reply) => reply,
        Err(gap) => {
            known.extend(some.iter().map(|&name| (name.clone(), Err(gap.clone()))));
            return;
        }
    };
    for (repository, number, name) in aliases(some) {
        let found = reply
            .data
            .as_ref()
            .and_then(|data| data.get(&repository)?.as_ref()?.get(&number)?.as_ref());
        let issue = match found {
            Some(found) => Ok(Issue {
                is_pull: found.kind == "PullRequest",
                closed: found.closed_at,
            }),
            None => Err(match reply.complaint(&[&repository, &number]) {
                Some(complaint) => complained(complaint, WANTED, &named(name)),
                None => WANTED.absent(&named(name)),
            }),
        };
        known.insert(name.clone(), issue);
    }
}

fn named(issue: &IssueName) -> String {
    format!("{}#{}", issue.repository, issue.number)
}

/// By issue: the alias of its repository and its own.
fn aliases<'n>(some: &[&'n IssueName]) -> Vec<(String, String, &'n IssueName)> {
    let repositories: BTreeSet<&str> = some.iter().map(|name| name.repository.as_str()).collect();
    let place = |name: &str| repositories.range(..name).count();
    let aliases = some.iter().map(|&name| {
        let repository = format!("r{}", place(&name.repository));
        (repository, format!("i{}", name.number), name)
    });
    aliases.collect()
}

/// The query that asks for some issues. Names are variables: nothing of a repository gets into the query.
fn query(some: &[&IssueName]) -> (String, Value) {
    let mut by_repository: BTreeMap<String, Vec<(String, &IssueName)>> = BTreeMap::new();
    for (repository, number, name) in aliases(some) {
        by_repository
            .entry(repository)
            .or_default()
            .push((number, name));
    }
    let (mut head, mut body, mut variables) = (Vec::new(), String::new(), Map::new());
    for (alias, issues) in &by_repository {
        let (owner, name) = issues[0].1.repository.split_once('/').unwrap_or_default();
        head.push(format!("${alias}o: String!, ${alias}n: String!"));
        variables.insert(format!("{alias}o"), owner.into());
        variables.insert(format!("{alias}n"), name.into());
        let _ = writeln!(
            body,
            "  {alias}: repository(owner: ${alias}o, name: ${alias}n) {{"
        );
        for (alias, issue) in issues {
            let _ = writeln!(
                body,
                "    {alias}: issueOrPullRequest(number: {}) {{ __typename ... on Issue {{ closedAt }} ... on PullRequest {{ closedAt }} }}",
                issue.number
            );
        }
        body.push_str("  }\n");
    }
    (
        format!("query Issues({}) {{\n{body}}}\n", head.join(", ")),
        variables.into(),
    )
}
