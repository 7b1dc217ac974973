//! Asking the forge: what enabled rules want of which repository, in one go for all of a run.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::member::{Above, Member};
use super::{Error, second_opinion};
use crate::analysis;
use crate::facts::{Gap, GapKind, IssueName, Known, Repository, Role, Roster};
use crate::rules::{Need, Rule};
use crate::sources::forge::{Question, Said, read};
use crate::sources::net::{Network, Progress};

/// How the forge is asked.
#[derive(Clone, Debug)]
pub struct OnlineRequest {
    /// How the network is used.
    pub network: Network,
    /// Where people see the forge: `github.com`.
    pub host: String,
    /// Whom to tell of every answer.
    pub progress: Option<fn(&Progress)>,
    /// What a test says that the forge knows of every repository, instead of asking.
    #[cfg(test)]
    pub given: Option<std::sync::Arc<crate::facts::Forge>>,
}

#[cfg(test)]
impl OnlineRequest {
    /// A forge that knows this.
    pub(crate) fn given(forge: crate::facts::Forge) -> OnlineRequest {
        OnlineRequest {
            network: Network::default(),
            host: "github.com".into(),
            progress: None,
            given: Some(forge.into()),
        }
    }
}

/// For how many days before the run changes and deliveries are wanted: the longest time over which any rule
/// looks at them.
const WINDOW: i64 = 180;

/// Asks the forge for what these rules want of members, and gives them the answers. What belongs to their
/// organizations comes as members of their own, in the order of their names.
///
/// # Errors
/// The network cannot be used as it is configured.
pub(super) fn ask(
    online: &OnlineRequest,
    members: &mut [Member],
    rules: &[&'static Rule],
    above: Option<&Above>,
    as_of: Date,
) -> Result<Vec<Member>, Error> {
    #[cfg(test)]
    if let Some(forge) = &online.given {
        for member in members {
            member.repository.forge = Some(Ok(forge.clone()));
            note(member);
        }
        return Ok(Vec::new());
    }
    let mut organizations: BTreeSet<String> = BTreeSet::new();
    let mut questions: Vec<(usize, Question)> = Vec::new();
    for (place, member) in members.iter_mut().enumerate() {
        if member.repository.is_organization {
            continue;
        }
        let needs = member.needs(rules);
        match slug(&member.repository, &online.host) {
            Ok(slug) => {
                if needs.contains(&Need::Members) || needs.contains(&Need::Roster) {
                    let owner = slug.split('/').next().unwrap_or_default();
                    organizations.insert(owner.to_lowercase());
                }
                questions.push((place, question(member, slug, &online.host, &needs, as_of)));
            }
            Err(gap) => member.repository.forge = Some(Err(gap)),
        }
    }
    let (places, questions): (Vec<usize>, Vec<Question>) = questions.into_iter().unzip();
    let (network, host) = (&online.network, &online.host);
    let said = read(network, host, &organizations, &questions, online.progress);
    let said = match said {
        Ok(said) => said,
        Err(refusal) => {
            return Err(Error::Usage {
                message: refusal.to_string(),
                help: refusal.remedy().unwrap_or_default(),
            });
        }
    };
    take(members, &places, said, above)
}

/// Gives every member what was said of it.
fn take(
    members: &mut [Member],
    places: &[usize],
    said: Said,
    above: Option<&Above>,
) -> Result<Vec<Member>, Error> {
    for (&place, forge) in places.iter().zip(said.repositories) {
        let member = &mut members[place];
        let unread = match &forge {
            Ok(forge) => forge.unread(),
            Err(gap) => vec![gap.clone()],
        };
        member.unread(unread);
        member.repository.forge = Some(forge);
        note(member);
    }
    for member in members.iter_mut() {
        if let Some(Err(gap)) = &member.repository.forge
            && gap.kind == GapKind::Unverifiable
        {
            let gap = gap.clone();
            member.unread(vec![gap]);
        }
    }
    let organizations = said.organizations.into_iter();
    organizations
        .filter_map(|(name, roster)| organization(&name, roster, above))
        .collect()
}

/// Notes where the forge and this program disagree over the ownership file.
fn note(member: &mut Member) {
    let notes = second_opinion::notes(&member.repository);
    member.repository.notes.extend(notes);
}

/// An organization as a member of the run: its people and teams stand in no repository.
fn organization(
    name: &str,
    roster: Known<Option<Roster>>,
    above: Option<&Above>,
) -> Option<Result<Member, Error>> {
    let (roster, gap) = match roster {
        Ok(roster) => (Some(roster?), None),
        Err(gap) => (None, Some(gap)),
    };
    let repository = Repository {
        name: format!("@{name}"),
        is_organization: true,
        has_policy: true,
        ..Repository::default()
    };
    let member = Member::of_forge(repository, above);
    Some(member.map(|mut member| {
        member.repository.rosters.extend(roster);
        member.unread(gap.into_iter().collect());
        member
    }))
}

/// What the forge at this host calls a repository.
fn slug<'r>(repository: &'r Repository, host: &str) -> Known<&'r str> {
    let unverifiable = |reason: String| {
        let gap = Gap::new(GapKind::Unverifiable, reason);
        gap.remedy("name the forge's repository as the remote `origin`")
    };
    let Some(web) = &repository.web else {
        let name = &repository.name;
        return Err(unverifiable(format!("`{name}` has no origin on a forge")));
    };
    let rest = web.strip_prefix("https://").unwrap_or(web);
    let (theirs, slug) = rest.split_once('/').unwrap_or((rest, ""));
    // Where it is fetched from is another port of the same host than where the API is, or may be.
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    // A dot as a segment would lead to something else below the API, which is not this repository.
    let is_name = |part: &str| !matches!(part, "" | "." | "..");
    if !slug.split('/').all(is_name) {
        return Err(unverifiable(format!(
            "its origin `{web}` names no repository"
        )));
    }
    match theirs.eq_ignore_ascii_case(name) && slug.matches('/').count() == 1 {
        true => Ok(slug),
        false => Err(unverifiable(format!(
            "its origin is at `{theirs}`, and `{host}` was asked"
        ))),
    }
}

/// What rules want of a repository.
fn question(
    member: &Member,
    slug: &str,
    host: &str,
    needs: &BTreeSet<Need>,
    as_of: Date,
) -> Question {
    let wants = |need| needs.contains(&need);
    let repository = &member.repository;
    let start = as_of.saturating_sub(jiff::Span::new().days(WINDOW));
    let mut question = Question {
        slug: slug.to_owned(),
        branch_rules: wants(Need::BranchRules),
        owner_errors: wants(Need::OwnerErrors)
            && repository.ownership_files.in_use.present().is_some(),
        commit: member.published.clone(),
        pulls: wants(Need::Pulls),
        deliveries: wants(Need::Deliveries),
        incident_labels: member.incident_labels().to_vec(),
        since: analysis::end_of(start),
        ..Question::default()
    };
    if wants(Need::Issues) {
        let files = repository.evidence.files.iter();
        for marker in files.flat_map(|(_, found)| &found.markers) {
            question
                .issues
                .extend(IssueName::all_of(marker, slug, host));
        }
    }
    if wants(Need::Links) {
        let documents = repository.evidence.documents.iter();
        let runbooks = documents.filter(|(_, document)| document.role == Role::Runbook);
        let links = runbooks.flat_map(|(_, document)| document.links());
        let external = links.filter_map(|(link, target)| target.external(link));
        question.links.extend(external.map(str::to_owned));
    }
    question
}

/// What of the rules' facts was read at the base of a change holds for it too: the forge knows one state.
pub(super) fn share(from: &Member, to: &mut Member) {
    to.repository.forge.clone_from(&from.repository.forge);
}

/// The organizations of a run again, for the other side of a change.
pub(super) fn again(organizations: &[Member]) -> Result<Vec<Member>, Error> {
    let again = organizations.iter().map(|member| {
        let repository = Repository {
            name: member.repository.name.clone(),
            is_organization: true,
            has_policy: true,
            rosters: Vec::new(),
            ..Repository::default()
        };
        let mut copy = Member::of_forge(repository, None)?;
        copy.repository
            .rosters
            .clone_from(&member.repository.rosters);
        Ok(copy)
    });
    again.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_repositories_are_asked_for() {
        let by = |web: Option<&str>| {
            let repository = Repository {
                web: web.map(str::to_owned),
                ..Repository::default()
            };
            let found = slug(&repository, "github.com").map(str::to_owned);
            found.map_err(|gap| gap.reason)
        };
        assert_eq!(
            by(Some("https://GitHub.com/acme/shop")),
            Ok("acme/shop".into())
        );
        for (web, why) in [
            (None, "no origin"),
            (Some("https://github.com"), "names no repository"),
            (Some("https://github.com/acme"), "was asked"),
            (Some("https://github.com/acme/shop/x"), "was asked"),
            (Some("https://github.com/acme/.."), "names no repository"),
            (Some("https://github.com/../user"), "names no repository"),
            (Some("https://github.com//shop"), "names no repository"),
            (Some("https://gitlab.com/acme/shop"), "was asked"),
        ] {
            let reason = by(web).unwrap_err();
            assert!(reason.contains(why), "{web:?}: {reason}");
        }
    }
}
