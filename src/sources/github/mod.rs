//! What GitHub knows, read over the network. In: which repositories are read, and what of each is wanted.
//! Out: facts, people and teams, and a gap for everything that could not be had.
//!
//! REST is read where one request gives a whole list and can be repeated for nothing if nothing changed;
//! GraphQL where REST would need a request for each item. An organization is read once, whatever the
//! number of its repositories. What a token may not see is a gap that names the permission, and never a
//! fact: a 404 says that something is not there, or that it is not shown.
//!
//! Sources: GitHub's documentation of its REST API (2022-11-28) and of its GraphQL API.

mod account;
mod ask;
mod deliveries;
mod enforcement;
mod issues;
mod organization;
mod owner_errors;
mod pulls;
mod repository;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::facts::{Forge, Gap, GapKind, Known, LinkState};
use crate::sources::forge::{Account, Question, Said};
use crate::sources::net::{Gate, Refusal};
use ask::Ask;

/// What the forge says of whoever asks.
pub(super) fn account(gate: &Gate<'_>, host: &str, owner: Option<&str>) -> Known<Account> {
    gate.wait(async {
        if let Some(owner) = owner {
            let acts = gate.act_for(owner).await;
            acts.map_err(|refusal| account::refused(&refusal, host))?;
        }
        account::read(Ask { gate, host }).await
    })
}

/// That the network cannot be used.
pub(super) fn unusable(refusal: &Refusal) -> Gap {
    let gap = Gap::new(GapKind::Unanswered, refusal.to_string());
    match refusal.remedy() {
        Some(remedy) => gap.remedy(remedy),
        None => gap,
    }
}

/// Asks the forge. `host` is where people see it (`github.com`); `organizations` are those whose people and
/// teams are wanted, in lower case.
pub(super) fn read(
    gate: &Gate<'_>,
    host: &str,
    organizations: &BTreeSet<String>,
    questions: &[Question],
) -> Said {
    let ask = Ask { gate, host };
    // An App acts for one owner at a time.
    let mut by_owner: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for organization in organizations {
        by_owner.entry(organization.clone()).or_default();
    }
    for (place, question) in questions.iter().enumerate() {
        let owner = question.slug.split('/').next().unwrap_or_default();
        by_owner
            .entry(owner.to_lowercase())
            .or_default()
            .push(place);
    }
    gate.wait(async {
        let mut said = Said::default();
        let mut repositories: Vec<Option<Known<Forge>>> = questions.iter().map(|_| None).collect();
        for (owner, places) in by_owner {
            let acts = gate.act_for(&owner).await;
            if organizations.contains(&owner) {
                let read = match &acts {
                    Ok(()) => organization::read(ask, &owner).await,
                    Err(refusal) => Err(organization::refused(refusal, &owner)),
                };
                said.organizations.insert(owner.clone(), read);
            }
            let some: Vec<&Question> = places.iter().map(|&place| &questions[place]).collect();
            let mut unchanged = BTreeSet::new();
            let mut read: Vec<Known<Forge>> = match &acts {
                Ok(()) => {
                    let read =
                        Gate::together(some.iter().map(|it| repository::read(ask, it))).await;
                    let same = some.iter().zip(&read).filter(|(_, read)| read.unchanged);
                    unchanged.extend(same.map(|(question, _)| question.slug.to_lowercase()));
                    read.into_iter().map(|read| read.forge).collect()
                }
                Err(refusal) => some
                    .iter()
                    .map(|it| Err(repository::refused(refusal, &it.slug)))
                    .collect(),
            };
            if acts.is_ok() {
                issues::read(ask, &some, &unchanged, &mut read).await;
            }
            for (place, forge) in places.into_iter().zip(read) {
                repositories[place] = Some(forge);
            }
        }
        let repositories = repositories.into_iter().flatten();
        let mut repositories: Vec<Known<Forge>> = repositories.collect();
        links(gate, questions, &mut repositories).await;
        said.repositories = repositories
            .into_iter()
            .map(|it| it.map(Arc::new))
            .collect();
        said
    })
}

/// Tries the links of all repositories, each once.
async fn links(gate: &Gate<'_>, questions: &[Question], repositories: &mut [Known<Forge>]) {
    let all: BTreeSet<&String> = questions.iter().flat_map(|it| &it.links).collect();
    let tried = all
        .into_iter()
        .map(async |link| (link.clone(), gate.link(link).await));
    let tried: BTreeMap<String, LinkState> = Gate::together(tried).await.into_iter().collect();
    for (question, forge) in questions.iter().zip(repositories) {
        if let Ok(forge) = forge {
            let known = question
                .links
                .iter()
                .filter_map(|link| tried.get_key_value(link));
            forge.links = known
                .map(|(link, state)| (link.clone(), state.clone()))
                .collect();
        }
    }
}
