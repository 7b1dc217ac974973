//! What branch protection and rulesets demand of a change of the default branch.

use serde::Deserialize;

use super::ask::{Ask, Rest, Wanted, segment};
use super::shapes::Branch;
use crate::facts::{BranchRules, Gap, GapKind, Known};

const WANTED: Wanted = Wanted {
    what: "the branch rules",
    permission: "Metadata: read",
    scope: "repo",
};

/// A rule of a ruleset.
#[derive(Debug, Deserialize)]
struct Rule {
    #[serde(rename = "type")]
    kind: String,
    parameters: Option<Parameters>,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    #[serde(default)]
    require_code_owner_review: bool,
    #[serde(default)]
    required_approving_review_count: u32,
}

#[derive(Debug, Deserialize)]
struct Protected {
    protected: bool,
}

/// Who sees the protection of a branch for sure.
const ADMINISTRATOR: &str = "ADMIN";

/// Reads the rules of a branch. Its protection is shown to administrators, and to others as far as it binds
/// them; where nothing is shown, what says whether there is any decides.
pub(super) async fn read(
    ask: Ask<'_>,
    path: &str,
    slug: &str,
    branch: &Branch,
    permission: Option<&str>,
) -> Known<BranchRules> {
    let name = segment(&branch.name);
    let rules = format!("{path}/rules/branches/{name}?per_page=100");
    let (rules, _) = ask.list::<Rule>(&rules, WANTED, slug).await?;
    let mut sum = BranchRules::default();
    let pull_rules = rules.iter().filter(|rule| rule.kind == "pull_request");
    for parameters in pull_rules.filter_map(|rule| rule.parameters.as_ref()) {
        sum.code_owners |= parameters.require_code_owner_review;
        sum.approvals = sum
            .approvals
            .max(parameters.required_approving_review_count);
    }
    let shown = branch
        .branch_protection_rule
        .as_ref()
        .or(branch.ref_update_rule.as_ref());
    if let Some(protection) = shown {
        sum.code_owners |= protection.requires_code_owner_reviews;
        let approvals = protection.required_approving_review_count.unwrap_or(0);
        sum.approvals = sum.approvals.max(approvals);
    } else if permission != Some(ADMINISTRATOR) && !sum.code_owners {
        let protected = format!("{path}/branches/{name}");
        match ask.rest::<Protected>(&protected, WANTED, slug).await? {
            Rest::Found(Protected { protected: false }) => {}
            Rest::Found(_) => {
                let branch = &branch.name;
                let reason = format!(
                    "the protection of the branch `{branch}` of `{slug}` cannot be seen with this token"
                );
                return Err(Gap::new(GapKind::Forbidden, reason)
                    .remedy("use the token of somebody who administers the repository"));
            }
            Rest::Absent => return Err(WANTED.absent(slug)),
        }
    }
    Ok(sum)
}
