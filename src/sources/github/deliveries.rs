//! Deployments, releases and incidents, from the answers of GraphQL.

use jiff::Timestamp;

use super::ask::Wanted;
use super::shapes::{Page, Repository};
use crate::facts::{Deliveries, Deployment, Gap, Incident, Known, Release};

pub(super) const DEPLOYMENTS: Wanted = Wanted {
    what: "the deployments",
    permission: "Deployments: read",
    scope: "repo_deployment",
};

pub(super) const RELEASES: Wanted = Wanted {
    what: "the releases",
    permission: "Contents: read",
    scope: "repo",
};

pub(super) const INCIDENTS: Wanted = Wanted {
    what: "the incidents",
    permission: "Issues: read",
    scope: "repo",
};

/// States of a deployment that went out, be it that another one took its place since.
const SUCCEEDED: [&str; 2] = ["SUCCESS", "INACTIVE"];

/// States of a deployment that did not.
const FAILED: [&str; 2] = ["FAILURE", "ERROR"];

/// Adds what a page has.
pub(super) fn take(sum: &mut Deliveries, found: &Repository, since: Timestamp) {
    let deployments = found.deployments.iter().flat_map(Page::items);
    for one in deployments.filter(|one| one.created_at >= since) {
        let status = one.latest_status.as_ref();
        let succeeded = status.and_then(|status| {
            let state = status.state.as_str();
            let ends = SUCCEEDED.contains(&state) || FAILED.contains(&state);
            ends.then(|| (SUCCEEDED.contains(&state), status.created_at))
        });
        sum.deployments.push(Deployment {
            environment: one.environment.clone().unwrap_or_default(),
            commit: one.commit_oid.clone(),
            created: one.created_at,
            succeeded,
        });
    }
    let releases = found.releases.iter().flat_map(Page::items);
    for one in releases.filter(|one| !one.is_draft && !one.is_prerelease) {
        let published = one.published_at.filter(|&when| when >= since);
        sum.releases.extend(published.map(|published| Release {
            tag: one.tag_name.clone(),
            published,
        }));
    }
    if let Some(issues) = &found.issues {
        let incidents = sum.incidents.get_or_insert_default();
        let found = issues.items().filter(|one| one.created_at >= since);
        incidents.extend(found.map(|one| Incident {
            number: one.number,
            opened: one.created_at,
            closed: one.closed_at,
        }));
    }
}

/// All of it in the order of time; the first gap if a part is missing.
pub(super) fn sorted(
    mut sum: Deliveries,
    since: Timestamp,
    gaps: [Option<Gap>; 3],
) -> Known<Deliveries> {
    if let Some(gap) = gaps.into_iter().flatten().next() {
        return Err(gap);
    }
    sum.since = since;
    sum.deployments.sort_by(|a, b| {
        (a.created, &a.environment, &a.commit).cmp(&(b.created, &b.environment, &b.commit))
    });
    sum.deployments.dedup();
    sum.releases
        .sort_by(|a, b| (a.published, &a.tag).cmp(&(b.published, &b.tag)));
    sum.releases.dedup();
    if let Some(incidents) = &mut sum.incidents {
        incidents.sort_by_key(|one| (one.opened, one.number));
        incidents.dedup_by_key(|one| one.number);
    }
    Ok(sum)
}
