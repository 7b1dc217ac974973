//! What is taken over: a team or a service, found in the graph.

use std::collections::BTreeSet;

use super::super::who::People;
use super::super::{Error, named};
use super::Taken;
use crate::graph::{Actor, Graph, ServiceId};
use crate::identity::Party;

/// What is taken over, found in the graph.
pub(super) struct Found {
    pub(super) label: String,
    pub(super) is_team: bool,
    /// The team's place in the directory, if a roster has it.
    pub(super) team: Option<usize>,
    /// Who takes over, where it is a team.
    actor: Option<Actor>,
    pub(super) services: BTreeSet<ServiceId>,
}

impl Found {
    pub(super) fn find(taken: &Taken, graph: &Graph<'_>) -> Result<Found, Error> {
        match taken {
            Taken::Team(team) => Found::team(team, graph),
            Taken::Service(service) => Found::service(service, graph),
        }
    }

    fn team(text: &str, graph: &Graph<'_>) -> Result<Found, Error> {
        let actor = named::team(text, graph)?;
        Ok(Found {
            label: graph.actor_label(&actor),
            is_team: true,
            team: match actor {
                Actor::Party(Party::Team(team)) => Some(team),
                _ => None,
            },
            services: graph.owned_by(&actor).iter().copied().collect(),
            actor: Some(actor),
        })
    }

    fn service(text: &str, graph: &Graph<'_>) -> Result<Found, Error> {
        Ok(Found {
            label: text.to_owned(),
            is_team: false,
            team: None,
            actor: None,
            services: named::services(text, graph)?,
        })
    }

    pub(super) fn people(&self, graph: &Graph<'_>) -> BTreeSet<usize> {
        let people = self.team.map(|team| graph.people_of(team).0);
        people
            .into_iter()
            .flat_map(|all| all.into_owned())
            .collect()
    }

    /// The people of the team, or those who answer for the service.
    pub(super) fn owners(&self, graph: &Graph<'_>) -> People {
        let actors = self.services.iter().flat_map(|&id| &graph.chain(id).actors);
        let actors = actors.filter(|_| !self.is_team);
        let mut names: Vec<String> = actors.map(|actor| graph.actor_label(actor)).collect();
        if self.is_team {
            names.push(self.label.clone());
        }
        People::of(names.iter().map(String::as_str), graph)
    }

    /// The ownership rules of a repository that name the team, by place.
    pub(super) fn lines_in(&self, graph: &Graph<'_>, repository: usize) -> Vec<usize> {
        let actor = self.actor.as_ref();
        actor.map_or(Vec::new(), |actor| {
            named::rules_of(actor, graph, repository)
        })
    }
}
