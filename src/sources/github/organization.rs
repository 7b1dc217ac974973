//! The people and teams of an organization, read once per run.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::json;

use std::time::Duration;

use super::ask::{self, Ask, Wanted, complained, fresh, segment};
use super::shapes;
use crate::facts::{Gap, GapKind, Known, Location, Name, Person, Reference, Roster, Team};
use crate::sources::net::Refusal;
use crate::text::{RepoPath, Span, Text};

const TEAMS: &str = include_str!("queries/teams.graphql");
const OWNER: &str = include_str!("queries/owner.graphql");
const MEMBERS: &str = include_str!("queries/members.graphql");

const WANTED: Wanted = Wanted {
    what: "the people and teams",
    permission: "Members: read",
    scope: "read:org",
};

/// How many pages of a list are read at most: a hostile forge could go on for ever.
const MOST_PAGES: usize = 1_000;

/// How often a list is read anew that changed while it was read.
const TRIES: usize = 3;

/// Somebody, as REST has them.
#[derive(Debug, Deserialize)]
struct User {
    login: String,
}

/// Why nothing of it is read.
pub(super) fn refused(refusal: &Refusal, organization: &str) -> Gap {
    ask::refused(refusal, WANTED, organization)
}

/// The roster of an organization. It speaks of members alone: who works with the organization from outside
/// only its owners are told.
/// None for a person, who has no teams.
pub(super) async fn read(ask: Ask<'_>, organization: &str) -> Known<Option<Roster>> {
    for _ in 0..TRIES {
        match once(ask, organization).await {
            Ok(Some(roster)) => return Ok(Some(roster)),
            Ok(None) => {}
            Err(_) if is_person(ask, organization).await => return Ok(None),
            Err(gap) => return Err(gap),
        }
    }
    let reason = format!("the people and teams of `{organization}` changed while they were read");
    Err(Gap::new(GapKind::Unanswered, reason).remedy("try again later"))
}

/// Whether that is no organization at all.
async fn is_person(ask: Ask<'_>, name: &str) -> bool {
    let variables = json!({ "login": name });
    let reply = ask
        .graphql::<shapes::Owner>(OWNER, &variables, Duration::ZERO, WANTED, name)
        .await;
    let kind = reply.ok().and_then(|it| it.data?.repository_owner?.kind);
    kind.as_deref() == Some("User")
}

/// The roster; none if it changed while it was read.
async fn once(ask: Ask<'_>, organization: &str) -> Known<Option<Roster>> {
    let path = format!("orgs/{}/members?per_page=100", segment(organization));
    let (users, pages) = ask.list::<User>(&path, WANTED, organization).await?;
    // What says for nothing that nobody came and nobody went allows the teams to be those of just before.
    let unchanged = pages.iter().all(|page| page.unchanged);
    let Some(read) = teams(ask, organization, unchanged).await? else {
        return Ok(None);
    };
    let people: BTreeSet<&str> = users.iter().map(|user| user.login.as_str()).collect();
    if people.len() != read.people {
        return Ok(None);
    }
    let location = || Location::repository("");
    let people = people.into_iter().map(|login| Person {
        login: Some(login.to_owned()),
        ..Person::new(location())
    });
    Ok(Some(Roster {
        source: format!("{}/{}", ask.host, read.login),
        covers: vec![organization.to_owned()],
        complete: false,
        leaves_out_guests: true,
        people: people.collect(),
        teams: read.teams,
    }))
}

/// The teams of an organization.
struct Read {
    login: String,
    /// How many people are in the organization.
    people: usize,
    teams: Vec<Team>,
}

/// All teams with their members; none if they changed while they were read.
async fn teams(ask: Ask<'_>, organization: &str, unchanged: bool) -> Known<Option<Read>> {
    let reuse = fresh(unchanged);
    let mut teams: Vec<Team> = Vec::new();
    let mut after: Option<String> = None;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for _ in 0..MOST_PAGES {
        let variables = json!({ "organization": organization, "after": after });
        let reply = ask.graphql::<shapes::Teams>(TEAMS, &variables, reuse, WANTED, organization);
        let reply = reply.await?;
        if let Some(complaint) = reply.errors.first() {
            return Err(complained(complaint, WANTED, organization));
        }
        let data = reply
            .data
            .and_then(|data| Some((data.viewer, data.organization?)));
        let Some((viewer, found)) = data else {
            return Err(unseen(organization));
        };
        // Whoever is no member is shown the public part alone, and is not told so. An App is none, and is
        // refused what it may not see.
        let is_app = viewer.is_some_and(|it| it.login.ends_with("[bot]"));
        let Some((page, people)) = found.teams.zip(found.members_with_role) else {
            return Err(unseen(organization));
        };
        if !found.viewer_is_a_member && !is_app {
            return Err(unseen(organization));
        }
        for team in page.nodes.into_iter().flatten().flatten() {
            match with_members(ask, organization, team, reuse).await? {
                Some(team) => teams.push(team),
                None => return Ok(None),
            }
        }
        let Some(next) = page.page_info.next() else {
            teams.sort_by(|a, b| a.handle.cmp(&b.handle));
            teams.dedup_by(|a, b| a.handle == b.handle);
            return Ok((teams.len() == page.total_count).then_some(Read {
                login: found.login,
                people: people.total_count,
                teams,
            }));
        };
        if !seen.insert(next.to_owned()) {
            return Ok(None);
        }
        after = Some(next.to_owned());
    }
    Ok(None)
}

/// A team with all its members; none if they changed while they were read.
async fn with_members(
    ask: Ask<'_>,
    organization: &str,
    team: shapes::Team,
    reuse: Duration,
) -> Known<Option<Team>> {
    let Some(mut page) = team.members else {
        return Err(unseen(organization));
    };
    let mut members: BTreeSet<(String, bool)> = BTreeSet::new();
    let total = page.total_count;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    loop {
        for membership in page.edges.into_iter().flatten().flatten() {
            let leads = membership.role.as_deref() == Some("MAINTAINER");
            members.extend(membership.node.map(|user| (user.login, leads)));
        }
        let Some(next) = page.page_info.next() else {
            break;
        };
        if seen.len() == MOST_PAGES || !seen.insert(next.to_owned()) {
            return Ok(None);
        }
        let variables = json!({ "organization": organization, "team": team.slug, "after": next });
        let reply = ask.graphql::<shapes::OfTeam>(MEMBERS, &variables, reuse, WANTED, organization);
        let reply = reply.await?;
        if let Some(complaint) = reply.errors.first() {
            return Err(complained(complaint, WANTED, organization));
        }
        let found = reply.data.and_then(|it| it.organization?.team?.members);
        match found {
            Some(found) => page = found,
            // It was renamed or removed in the meantime.
            None => return Ok(None),
        }
    }
    if members.len() != total {
        return Ok(None);
    }
    let user =
        |login: &str| reference(format!("@{login}"), Name::User(login.to_lowercase().into()));
    let lead = members.iter().find(|(_, leads)| *leads);
    let parent = team.parent_team.map(|parent| {
        let handle = parent.combined_slug;
        reference(
            format!("@{handle}"),
            Name::Team(handle.to_lowercase().into()),
        )
    });
    Ok(Some(Team {
        handle: Some(team.combined_slug),
        name: team.name,
        lead: lead.map(|(login, _)| user(login)),
        members: Some(members.iter().map(|(login, _)| user(login)).collect()),
        parent,
        is_secret: team.privacy.as_deref() == Some("SECRET"),
        ..Team::new(Location::repository(""))
    }))
}

/// A name that stands in no file.
fn reference(text: String, name: Name) -> Reference {
    let nowhere = Text::new(RepoPath::default(), Vec::new());
    Reference {
        text,
        name,
        excerpt: nowhere.excerpt(Span::new(0, 0)),
    }
}

fn unseen(organization: &str) -> Gap {
    let reason = format!("the people and teams of `{organization}` cannot be seen with this token");
    Gap::new(GapKind::Forbidden, reason).remedy(format!(
        "use the token of a member with the scope `{}`, or one with the permission `{}`",
        WANTED.scope, WANTED.permission
    ))
}
