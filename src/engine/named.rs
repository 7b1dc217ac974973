//! Who or what is meant by a name that somebody gives to a command. In: the name and the graph. Out: what it
//! stands for, or an error that says what was looked at and what might be meant.

use std::collections::BTreeSet;

use super::Error;
use crate::codeowners::Owner;
use crate::facts::{EntityRef, Name};
use crate::graph::{Actor, Graph, ServiceId};
use crate::identity::name_of;
use crate::text::did_you_mean;

/// The owner that is called so: rosters, ownership files and descriptors are looked at.
pub(super) fn team(text: &str, graph: &Graph<'_>) -> Result<Actor, Error> {
    let name = Name::of_owner(text, EntityRef::DEFAULT_NAMESPACE);
    let actor = name.map(|name| graph.actor(&name));
    actor.filter(|actor| is_known(actor, graph)).ok_or_else(|| {
        let handles = graph.directory().handles();
        let rules = graph.members().iter().flat_map(|member| {
            let file = member.repository.ownership_files.in_use.present();
            file.into_iter().flat_map(|file| file.rules())
        });
        let owners = rules.flat_map(|rule| rule.owner_names());
        let known: BTreeSet<String> = handles.into_iter().chain(owners).collect();
        let meant = did_you_mean(text, known.iter().map(String::as_str));
        unknown(
            format!("no roster and no ownership file has a team `{text}`"),
            meant,
            "`bailiwick owners --summary` lists who owns files",
        )
    })
}

/// The services that are called so; at least one.
pub(super) fn services(text: &str, graph: &Graph<'_>) -> Result<BTreeSet<ServiceId>, Error> {
    let services: BTreeSet<ServiceId> = graph.services_called(text).into_iter().collect();
    match services.is_empty() {
        false => Ok(services),
        true => {
            let names = graph
                .services()
                .map(|(_, entry)| entry.service.name.as_str());
            Err(unknown(
                format!("no service is called `{text}`"),
                did_you_mean(text, names),
                "`bailiwick services` lists them",
            ))
        }
    }
}

/// Whether anything knows of an owner: a roster, an ownership file or a descriptor.
pub(super) fn is_known(actor: &Actor, graph: &Graph<'_>) -> bool {
    let mut repositories = 0..graph.members().len();
    matches!(actor, Actor::Party(_))
        || !graph.owned_by(actor).is_empty()
        || repositories.any(|repository| !rules_of(actor, graph, repository).is_empty())
}

/// The ownership rules of a repository that name an owner, by place.
pub(super) fn rules_of(actor: &Actor, graph: &Graph<'_>, repository: usize) -> Vec<usize> {
    let facts = graph.members()[repository].repository;
    let file = facts.ownership_files.in_use.present();
    let rules = file
        .into_iter()
        .flat_map(|file| file.rules().iter().enumerate());
    let is_it = |owner: &Owner| {
        let name = name_of(owner.kind(), owner.text());
        name.is_some_and(|name| graph.actor(&name) == *actor)
    };
    let named = rules.filter(|(_, rule)| rule.owners().iter().any(is_it));
    named.map(|(place, _)| place).collect()
}

/// That there is nothing of a name, and what might be meant, or what lists names.
pub(super) fn unknown(message: String, meant: Option<&str>, otherwise: &str) -> Error {
    Error::Usage {
        message,
        help: match meant {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => otherwise.into(),
        },
    }
}
