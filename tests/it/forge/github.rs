//! A small GitHub: an organization with people, teams and repositories, as the API shows it to one token.

use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};

use super::server::{Reply, Seen};

/// How many entries a page of GraphQL has, as the queries ask for it.
const TEAMS: usize = 50;
const MEMBERS: usize = 100;
const PULLS: usize = 50;

/// What there is, and what the token may see of it.
#[derive(Clone, Debug)]
pub(crate) struct GitHub {
    pub(crate) organization: String,
    pub(crate) people: Vec<String>,
    pub(crate) teams: Vec<Team>,
    pub(crate) repositories: BTreeMap<String, Repository>,
    /// Whether the token is that of a member.
    pub(crate) is_member: bool,
    /// Whose token it is.
    pub(crate) viewer: String,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Team {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) members: Vec<String>,
    pub(crate) leads: Vec<String>,
    pub(crate) is_secret: bool,
    pub(crate) parent: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// What the protection of the branch demands.
    pub(crate) protection: Option<(bool, u32)>,
    /// What a ruleset demands.
    pub(crate) ruleset: Option<(bool, u32)>,
    pub(crate) permission: Value,
    /// The faults of the ownership file, as the API has them.
    pub(crate) errors: Vec<Value>,
    /// Pull requests, as GraphQL has them, the last one touched first.
    pub(crate) pulls: Vec<Value>,
    pub(crate) deployments: Vec<Value>,
    pub(crate) releases: Vec<Value>,
    pub(crate) incidents: Vec<Value>,
    /// By number: when it was closed.
    pub(crate) issues: BTreeMap<u64, Option<String>>,
}

impl Default for Repository {
    fn default() -> Repository {
        Repository {
            protection: Some((true, 1)),
            ruleset: None,
            permission: json!("ADMIN"),
            errors: Vec::new(),
            pulls: Vec::new(),
            deployments: Vec::new(),
            releases: Vec::new(),
            incidents: Vec::new(),
            issues: BTreeMap::new(),
        }
    }
}

impl GitHub {
    /// An organization `acme` with a repository `shop` of the team `web`.
    pub(crate) fn new() -> GitHub {
        let web = team("web", &["ann", "bob", "cid"]);
        GitHub {
            organization: "acme".into(),
            people: ["ann", "bob", "cid", "dan"].map(str::to_owned).to_vec(),
            teams: vec![web],
            repositories: BTreeMap::from([("shop".into(), Repository::default())]),
            is_member: true,
            viewer: "ann".into(),
        }
    }

    pub(crate) fn shop(&mut self) -> &mut Repository {
        self.repositories.get_mut("shop").unwrap()
    }

    /// What it answers.
    pub(crate) fn answer(&self, seen: &Seen) -> Reply {
        let value = match seen.method.as_str() {
            "POST" => self.graphql(seen),
            _ => self.rest(seen),
        };
        match value {
            Some((body, next)) => {
                let reply = with_etag(seen, &body.to_string());
                match next {
                    Some(next) => reply.with("link", &format!("<{next}>; rel=\"next\"")),
                    None => reply,
                }
            }
            None => Reply::json(404, r#"{"message": "Not Found"}"#),
        }
    }

    fn rest(&self, seen: &Seen) -> Option<(Value, Option<String>)> {
        let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
        let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
        match parts[..] {
            ["orgs", name, "members"] if name == self.organization => {
                let page = number(query, "page").unwrap_or(1);
                let shown = self.people.chunks(100).nth(page - 1).unwrap_or_default();
                let users = shown
                    .iter()
                    .map(|login| json!({ "login": login, "id": 1, "type": "User" }));
                let host = seen.header("host").unwrap();
                let next = (page * 100 < self.people.len())
                    .then(|| format!("http://{host}{path}?per_page=100&page={}", page + 1));
                Some((users.collect(), next))
            }
            ["rate_limit"] => {
                let core = json!({ "limit": 5000, "remaining": 4990, "reset": 1_800_000_000 });
                Some((json!({ "resources": { "core": core } }), None))
            }
            ["user"] => Some((json!({ "login": self.viewer }), None)),
            ["repos", _, name, ref rest @ ..] => {
                let repository = self.repositories.get(name)?;
                let body = match rest {
                    ["codeowners", "errors"] => json!({ "errors": repository.errors }),
                    ["rules", "branches", "main"] => {
                        let rules = repository.ruleset.iter().map(|(owners, approvals)| {
                            json!({
                                "type": "pull_request",
                                "parameters": {
                                    "require_code_owner_review": owners,
                                    "required_approving_review_count": approvals,
                                },
                            })
                        });
                        rules.collect()
                    }
                    ["branches", "main"] => {
                        json!({ "name": "main", "protected": repository.protection.is_some() })
                    }
                    ["deployments"] => repository.deployments.iter().take(1).cloned().collect(),
                    ["releases"] => repository.releases.iter().take(1).cloned().collect(),
                    ["issues"] => {
                        let last = repository.pulls.first();
                        let last = last.map(|pull| json!({ "number": pull["number"], "updated_at": pull["updatedAt"] }));
                        last.into_iter().collect()
                    }
                    _ => return None,
                };
                Some((body, None))
            }
            _ => None,
        }
    }

    fn graphql(&self, seen: &Seen) -> Option<(Value, Option<String>)> {
        let body: Value = serde_json::from_slice(&seen.body).unwrap();
        let query = body["query"].as_str().unwrap();
        let variables = &body["variables"];
        let name = query
            .trim_start_matches("query ")
            .split(['(', ' '])
            .next()
            .unwrap();
        let data = match name {
            "Teams" => self.teams(variables),
            "Members" => self.members(variables),
            "Repository" => self.repository(variables),
            "Issues" => self.issues(query, variables),
            "Owner" => json!({ "repositoryOwner": { "__typename": "Organization" } }),
            other => panic!("no such query: {other}"),
        };
        Some((json!({ "data": data }), None))
    }

    fn teams(&self, variables: &Value) -> Value {
        if variables["organization"] != self.organization.as_str() {
            return json!({ "viewer": { "login": self.viewer }, "organization": null });
        }
        let from = cursor(&variables["after"]);
        let shown = self.teams.iter().skip(from).take(TEAMS);
        let nodes: Vec<Value> = shown
            .map(|team| json!({
                "slug": team.slug,
                "name": team.name,
                "privacy": if team.is_secret { "SECRET" } else { "VISIBLE" },
                "combinedSlug": format!("{}/{}", self.organization, team.slug),
                "parentTeam": team.parent.as_ref().map(|it| json!({ "combinedSlug": format!("{}/{it}", self.organization) })),
                "members": members(team, 0),
            }))
            .collect();
        json!({
            "viewer": { "login": self.viewer },
            "organization": {
                "login": self.organization,
                "viewerIsAMember": self.is_member,
                "membersWithRole": { "totalCount": self.people.len() },
                "teams": {
                    "totalCount": self.teams.len(),
                    "pageInfo": page_info(from + TEAMS, self.teams.len()),
                    "nodes": nodes,
                },
            },
        })
    }

    fn members(&self, variables: &Value) -> Value {
        let team = self
            .teams
            .iter()
            .find(|team| variables["team"] == team.slug.as_str());
        let members =
            team.map(|team| json!({ "members": members(team, cursor(&variables["after"])) }));
        json!({ "organization": { "team": members } })
    }

    fn repository(&self, variables: &Value) -> Value {
        let Some(repository) = self.repositories.get(variables["name"].as_str().unwrap()) else {
            return json!({ "repository": null });
        };
        let protection = repository.protection.map(|(owners, approvals)| {
            json!({
                "requiresCodeOwnerReviews": owners,
                "requiredApprovingReviewCount": approvals,
            })
        });
        let mut found = json!({
            "nameWithOwner": format!("{}/{}", self.organization, variables["name"].as_str().unwrap()),
            "viewerPermission": repository.permission,
            "defaultBranchRef": { "name": "main" },
        });
        if variables["rules"] == true {
            let is_admin = repository.permission == "ADMIN";
            found["defaultBranchRef"]["branchProtectionRule"] =
                json!(protection.clone().filter(|_| is_admin));
            found["defaultBranchRef"]["refUpdateRule"] = json!(protection);
        }
        for (wanted, key, after, all, page) in [
            (
                "pulls",
                "pullRequests",
                "afterPull",
                &repository.pulls,
                PULLS,
            ),
            (
                "deployments",
                "deployments",
                "afterDeployment",
                &repository.deployments,
                100,
            ),
            (
                "incidents",
                "issues",
                "afterIncident",
                &repository.incidents,
                100,
            ),
            (
                "releases",
                "releases",
                "afterRelease",
                &repository.releases,
                100,
            ),
        ] {
            if variables[wanted] == true {
                let from = cursor(&variables[after]);
                let shown: Vec<&Value> = all.iter().skip(from).take(page).collect();
                found[key] =
                    json!({ "pageInfo": page_info(from + page, all.len()), "nodes": shown });
            }
        }
        json!({ "repository": found })
    }

    /// Answers each alias: `i12` of `r0`, whose name is the variable `r0n`.
    fn issues(&self, query: &str, variables: &Value) -> Value {
        let mut data = json!({});
        let mut alias = String::new();
        for line in query.lines() {
            let line = line.trim();
            if let Some((name, _)) = line.split_once(": repository(") {
                alias = name.to_owned();
                data[&alias] = json!({});
            } else if let Some((name, rest)) = line.split_once(": issueOrPullRequest(number: ") {
                let number: u64 = rest.split(')').next().unwrap().parse().unwrap();
                let repository = variables[format!("{alias}n")].as_str().unwrap();
                let closed = self
                    .repositories
                    .get(repository)
                    .and_then(|it| it.issues.get(&number));
                data[&alias][name] = match closed {
                    Some(closed) => json!({ "__typename": "Issue", "closedAt": closed }),
                    None => Value::Null,
                };
            }
        }
        data
    }
}

/// A team of this name with these members, the first of whom leads it.
pub(crate) fn team(slug: &str, members: &[&str]) -> Team {
    Team {
        slug: slug.into(),
        name: slug.into(),
        members: members.iter().map(|&it| it.to_owned()).collect(),
        leads: members.iter().take(1).map(|&it| it.to_owned()).collect(),
        ..Team::default()
    }
}

/// A pull request that was opened, approved and merged on a day.
pub(crate) fn pull(number: u64, author: &str, approver: &str, day: &str) -> Value {
    let at = |hour: u32| format!("{day}T{hour:02}:00:00Z");
    let by = |login: &str| json!({ "__typename": "User", "login": login });
    json!({
        "number": number,
        "author": by(author),
        "baseRefName": "main",
        "isDraft": false,
        "createdAt": at(9),
        "updatedAt": at(12),
        "mergedAt": at(12),
        "closedAt": at(12),
        "reviewRequests": { "totalCount": 0, "nodes": [] },
        "reviews": {
            "totalCount": 1,
            "nodes": [{ "author": by(approver), "state": "APPROVED", "submittedAt": at(11) }],
        },
        "timelineItems": { "totalCount": 0, "nodes": [] },
        "files": { "totalCount": 1, "nodes": [{ "path": "a.rs" }] },
    })
}

fn members(team: &Team, from: usize) -> Value {
    let shown = team.members.iter().skip(from).take(MEMBERS);
    let edges: Vec<Value> = shown
        .map(|login| {
            let role = if team.leads.contains(login) {
                "MAINTAINER"
            } else {
                "MEMBER"
            };
            json!({ "role": role, "node": { "login": login } })
        })
        .collect();
    json!({
        "totalCount": team.members.len(),
        "pageInfo": page_info(from + MEMBERS, team.members.len()),
        "edges": edges,
    })
}

fn cursor(after: &Value) -> usize {
    after.as_str().map_or(0, |after| after.parse().unwrap())
}

fn page_info(end: usize, all: usize) -> Value {
    json!({ "hasNextPage": end < all, "endCursor": end.min(all).to_string() })
}

fn number(query: &str, key: &str) -> Option<usize> {
    let pair = query
        .split('&')
        .find_map(|pair| pair.strip_prefix(key)?.strip_prefix('='));
    pair.and_then(|value| value.parse().ok())
}

/// The answer, or that it is the same as the client has.
fn with_etag(seen: &Seen, body: &str) -> Reply {
    if seen.method == "POST" {
        return Reply::json(200, body);
    }
    let hash = body.bytes().fold(5381_u64, |hash, byte| {
        hash.wrapping_mul(33) ^ u64::from(byte)
    });
    let etag = format!("W/\"{hash:x}\"");
    match seen.header("if-none-match") == Some(etag.as_str()) {
        true => Reply::Answer(304, vec![("etag".into(), etag)], Vec::new()),
        false => Reply::json(200, body).with("etag", &etag),
    }
}

/// What a test does to answers: the number of the request counts from 0.
pub(crate) struct Numbered(Mutex<usize>);

impl Numbered {
    pub(crate) fn new() -> Numbered {
        Numbered(Mutex::new(0))
    }

    pub(crate) fn next(&self) -> usize {
        let mut number = self.0.lock().unwrap();
        *number += 1;
        *number - 1
    }
}
