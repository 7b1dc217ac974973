//! What branch protection and rulesets demand of a change of the default branch.

use serde::Deserialize;

use super::ask::{Ask, Rest, Wanted, segment};
use super::shapes::{Branch, UpdateRule};
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

/// Who may see the protection of a branch for sure: who may write.
const WRITERS: [&str; 3] = ["WRITE", "MAINTAIN", "ADMIN"];

/// Reads the rules of a branch. Of its protection everybody who may write is told; else what says whether
/// there is any at all decides.
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
    if let Some(rule) = &branch.ref_update_rule {
        add(&mut sum, rule);
    } else if !permission.is_some_and(|permission| WRITERS.contains(&permission))
        && rules.is_empty()
    {
        let protected = format!("{path}/branches/{name}");
        match ask.rest::<Protected>(&protected, WANTED, slug).await? {
            Rest::Found(Protected { protected: false }) => {}
            Rest::Found(_) => {
                let reason = format!(
                    "the protection of the branch `{}` of `{slug}` cannot be seen with this token",
                    branch.name
                );
                return Err(Gap::new(GapKind::Forbidden, reason)
                    .remedy("a token needs write access to the repository, or the permission `Administration: read`"));
            }
            Rest::Absent => return Err(WANTED.absent(slug)),
        }
    }
    Ok(sum)
}

fn add(sum: &mut BranchRules, rule: &UpdateRule) {
    sum.code_owners |= rule.requires_code_owner_reviews;
    sum.approvals = sum
        .approvals
        .max(rule.required_approving_review_count.unwrap_or(0));
}
