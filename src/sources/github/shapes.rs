//! The answers of GraphQL, as far as they are read. Whatever the schema allows to be null may be.

use jiff::Timestamp;
use serde::Deserialize;

/// A list that may have lacunae.
pub(super) type Nodes<T> = Option<Vec<Option<T>>>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PageInfo {
    pub(super) has_next_page: bool,
    pub(super) end_cursor: Option<String>,
}

impl PageInfo {
    /// Where the next page starts, if there is one.
    pub(super) fn next(&self) -> Option<&str> {
        let next = self.end_cursor.as_deref();
        next.filter(|_| self.has_next_page)
    }
}

/// A page of a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Page<T> {
    pub(super) page_info: PageInfo,
    pub(super) nodes: Nodes<T>,
}

impl<T> Page<T> {
    pub(super) fn items(&self) -> impl Iterator<Item = &T> {
        self.nodes.iter().flatten().flatten()
    }
}

/// The first items of a list, and how many there are.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Part<T> {
    pub(super) total_count: usize,
    pub(super) nodes: Nodes<T>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Owner {
    pub(super) repository_owner: Option<Typed>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    #[serde(rename = "__typename")]
    pub(super) kind: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Teams {
    pub(super) viewer: Option<Actor>,
    pub(super) organization: Option<Organization>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Organization {
    pub(super) login: String,
    pub(super) viewer_is_a_member: bool,
    pub(super) members_with_role: Option<Count>,
    pub(super) teams: Option<TeamPage>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Count {
    pub(super) total_count: usize,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TeamPage {
    pub(super) total_count: usize,
    pub(super) page_info: PageInfo,
    pub(super) nodes: Nodes<Team>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Team {
    pub(super) slug: String,
    pub(super) name: Option<String>,
    pub(super) privacy: Option<String>,
    pub(super) combined_slug: String,
    pub(super) parent_team: Option<Handle>,
    pub(super) members: Option<Members>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Handle {
    pub(super) combined_slug: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Members {
    pub(super) total_count: usize,
    pub(super) page_info: PageInfo,
    pub(super) edges: Nodes<Membership>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Membership {
    pub(super) role: Option<String>,
    pub(super) node: Option<Actor>,
}

/// Somebody, or something, that acts.
#[derive(Debug, Deserialize)]
pub(super) struct Actor {
    #[serde(rename = "__typename")]
    pub(super) kind: Option<String>,
    pub(super) login: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfTeam {
    pub(super) organization: Option<OneTeam>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OneTeam {
    pub(super) team: Option<MembersOf>,
}

#[derive(Debug, Deserialize)]
pub(super) struct MembersOf {
    pub(super) members: Option<Members>,
}

#[derive(Debug, Deserialize)]
pub(super) struct OfRepository {
    pub(super) repository: Option<Repository>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Repository {
    pub(super) name_with_owner: String,
    pub(super) viewer_permission: Option<String>,
    pub(super) default_branch_ref: Option<Branch>,
    pub(super) pull_requests: Option<Page<Pull>>,
    pub(super) deployments: Option<Page<Deployment>>,
    pub(super) releases: Option<Page<Release>>,
    pub(super) issues: Option<Page<Incident>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Branch {
    pub(super) name: String,
    /// The protection, as far as it binds whoever asks: not those who may pass it by.
    pub(super) ref_update_rule: Option<Protection>,
    /// The protection, which only those see who administer the repository.
    pub(super) branch_protection_rule: Option<Protection>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Protection {
    pub(super) requires_code_owner_reviews: bool,
    pub(super) required_approving_review_count: Option<u32>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Pull {
    pub(super) number: u64,
    pub(super) author: Option<Actor>,
    pub(super) base_ref_name: String,
    pub(super) is_draft: bool,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
    pub(super) merged_at: Option<Timestamp>,
    pub(super) closed_at: Option<Timestamp>,
    pub(super) review_requests: Option<Part<ReviewRequest>>,
    pub(super) reviews: Option<Part<Review>>,
    pub(super) timeline_items: Option<Part<Event>>,
    pub(super) files: Option<Part<File>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReviewRequest {
    pub(super) as_code_owner: bool,
    pub(super) requested_reviewer: Option<Reviewer>,
}

/// Who was asked; a kind of reviewer that is not read has neither name.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reviewer {
    pub(super) login: Option<String>,
    pub(super) combined_slug: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Review {
    pub(super) author: Option<Actor>,
    pub(super) state: String,
    pub(super) submitted_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(rename = "__typename")]
    pub(super) kind: String,
    pub(super) created_at: Option<Timestamp>,
    pub(super) requested_reviewer: Option<Reviewer>,
}

#[derive(Debug, Deserialize)]
pub(super) struct File {
    pub(super) path: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Deployment {
    pub(super) environment: Option<String>,
    pub(super) commit_oid: String,
    pub(super) created_at: Timestamp,
    pub(super) latest_status: Option<DeploymentStatus>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeploymentStatus {
    pub(super) state: String,
    pub(super) created_at: Timestamp,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Release {
    pub(super) tag_name: String,
    pub(super) is_draft: bool,
    pub(super) is_prerelease: bool,
    pub(super) created_at: Timestamp,
    pub(super) published_at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Incident {
    pub(super) number: u64,
    pub(super) created_at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
}
