//! What would be, had some people gone: which services nobody answers for, where nobody can approve, what
//! nobody knows any more, and who could take over.

use std::collections::BTreeSet;
use std::path::PathBuf;

use jiff::civil::Date;

use super::past::{Past, with_past};
use super::who::{People, expert};
use super::{Error, HistoryRequest, missing, named};
use crate::analysis::Measures;
use crate::analysis::knowledge::SOURCE_FILES;
use crate::analysis::people::SEEN_DAYS;
use crate::analysis::truck_factor::{Method, TruckFactor};
use crate::answers::{Bereft, Expert, Fall, Orphaned, WhatIfAnswer};
use crate::facts::{EntityRef, Name};
use crate::graph::{Actor, ServiceId};
use crate::identity::{Party, name_of};
use crate::text::did_you_mean;

/// Who would be gone, and from where.
#[derive(Clone, Debug)]
pub struct WhatIfRequest {
    /// A repository, or a folder of repositories.
    pub target: PathBuf,
    /// The policy instead of the target's own.
    pub policy: Option<PathBuf>,
    /// Who is gone: `@user`, `@org/team`, an e-mail address, or a name as commits have it.
    pub without: Vec<String>,
    /// The day as of which it is asked.
    pub as_of: Date,
    /// Which commits are read.
    pub history: HistoryRequest,
}

/// How many who could take over are named.
const MOST_HEIRS: usize = 3;

/// What would be, had some people gone.
///
/// # Errors
/// The target or its policy cannot be read, or nobody is called so.
pub fn what_if(request: &WhatIfRequest) -> Result<WhatIfAnswer, Error> {
    let past = Past {
        target: &request.target,
        policy: request.policy.as_deref(),
        as_of: request.as_of,
        history: &request.history,
    };
    with_past(&past, |workspace, measures| {
        let gone = Gone::find(&request.without, measures)?;
        let mut falls = gone.falls();
        falls.sort_by(|a, b| {
            let key = |it: &Fall| {
                (
                    it.after,
                    it.tier.unwrap_or(u8::MAX),
                    !it.is_service,
                    it.name.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        let gaps = missing::of_workspace("what-if", &missing::OF_THE_PAST, workspace)?;
        Ok(WhatIfAnswer {
            without: request.without.clone(),
            people: gone.committers.len().max(gone.persons.len()),
            orphans: gone.orphans(),
            bereft: gone.bereft(),
            falls,
            filter: SOURCE_FILES,
            gaps,
        })
    })
}

/// Who is gone.
struct Gone<'m> {
    measures: &'m Measures<'m>,
    actors: BTreeSet<Actor>,
    /// By place in the directory.
    persons: BTreeSet<usize>,
    /// By place among the committers.
    committers: BTreeSet<u32>,
}

impl<'m> Gone<'m> {
    fn find(without: &[String], measures: &'m Measures<'m>) -> Result<Gone<'m>, Error> {
        let graph = measures.graph;
        let mut gone = Gone {
            measures,
            actors: BTreeSet::new(),
            persons: BTreeSet::new(),
            committers: BTreeSet::new(),
        };
        for text in without {
            let mut is_known = false;
            if let Some(name) = Name::of_owner(text, EntityRef::DEFAULT_NAMESPACE) {
                let actor = graph.actor(&name);
                match actor {
                    Actor::Party(Party::Person(person)) => {
                        gone.persons.insert(person);
                        is_known = true;
                    }
                    Actor::Party(Party::Team(team)) => {
                        gone.persons.extend(graph.people_of(team).0.iter());
                        is_known = true;
                    }
                    Actor::Unlisted(_) => is_known |= named::is_known(&actor, graph),
                }
                gone.actors.insert(actor);
            }
            let lower = text.to_lowercase();
            for (place, committer) in (0..).zip(measures.committers.all()) {
                if committer.label.to_lowercase() == lower {
                    gone.committers.insert(place);
                    gone.persons.extend(committer.person);
                    is_known = true;
                }
            }
            if !is_known {
                return Err(unknown(text, measures));
            }
        }
        let of_persons = gone.persons.iter();
        let of_persons = of_persons.filter_map(|&person| measures.committers.of_person(person));
        gone.committers.extend(of_persons);
        Ok(gone)
    }

    /// Whether an owner would be nobody any more. Of a team the people count that rosters know, whether or
    /// not they say that these are all.
    fn is_gone(&self, actor: &Actor) -> bool {
        let graph = self.measures.graph;
        self.actors.contains(actor)
            || match actor {
                Actor::Party(Party::Person(person)) => self.persons.contains(person),
                Actor::Party(Party::Team(team)) => {
                    let (people, _) = graph.people_of(*team);
                    !people.is_empty() && people.iter().all(|it| self.persons.contains(it))
                }
                Actor::Unlisted(_) => false,
            }
    }

    fn heirs(
        &self,
        files: impl IntoIterator<Item = (usize, usize)>,
        owners: &[String],
    ) -> Vec<Expert> {
        let people = People::of(owners.iter().map(String::as_str), self.measures.graph);
        let mut familiar = self.measures.familiar(files);
        familiar.retain(|it| !self.committers.contains(&it.who));
        // Whoever was not seen for half a year can hardly take over; they come last.
        familiar.sort_by_key(|it| !self.measures.people().is_active(it.who, SEEN_DAYS));
        let left = familiar.into_iter();
        left.take(MOST_HEIRS)
            .map(|it| expert(&it, &people, self.measures))
            .collect()
    }

    fn files_of(&self, id: ServiceId) -> Vec<(usize, usize)> {
        let graph = self.measures.graph;
        let home = graph.service(id).home;
        let files = graph.files(id).iter();
        files
            .filter_map(|&file| Some((home?, file as usize)))
            .collect()
    }

    /// Services that nobody would answer for, though somebody does now.
    fn orphans(&self) -> Vec<Orphaned> {
        let graph = self.measures.graph;
        let orphans = graph.services().filter_map(|(id, entry)| {
            let chain = graph.chain(id);
            let is_orphan = chain.broken.is_none()
                && !chain.actors.is_empty()
                && chain.actors.iter().all(|actor| self.is_gone(actor));
            let owners: Vec<String> = chain
                .actors
                .iter()
                .map(|it| graph.actor_label(it))
                .collect();
            is_orphan.then(|| Orphaned {
                service: entry.service.name.clone(),
                tier: entry.service.tier(),
                heirs: self.heirs(self.files_of(id), &owners),
                owners,
            })
        });
        let mut orphans: Vec<Orphaned> = orphans.collect();
        orphans.sort_by_key(|it| (it.tier.unwrap_or(u8::MAX), it.service.clone()));
        orphans
    }

    /// Lines for which nobody could approve.
    fn bereft(&self) -> Vec<Bereft> {
        let graph = self.measures.graph;
        let mut bereft = Vec::new();
        for member in graph.members() {
            let Some(file) = member.repository.ownership_files.in_use.present() else {
                continue;
            };
            for (place, rule) in file.rules().iter().enumerate() {
                let files = member.ownership.decided(place);
                let mut owners = rule.owners().iter().map(|owner| {
                    let name = name_of(owner.kind(), owner.text());
                    name.is_some_and(|name| self.is_gone(&graph.actor(&name)))
                });
                if files > 0 && !rule.owners().is_empty() && owners.all(|gone| gone) {
                    bereft.push(Bereft {
                        repository: member.repository.name.clone(),
                        file: file.text().path().to_string_lossy().into_owned(),
                        line: rule.line(),
                        pattern: rule.pattern_text().into_owned(),
                        owners: rule.owner_names().collect(),
                        files,
                    });
                }
            }
        }
        bereft
    }

    /// Repositories and services whose truck factor would fall.
    fn falls(&self) -> Vec<Fall> {
        let graph = self.measures.graph;
        let services = graph
            .services()
            .filter(|(id, _)| !graph.files(*id).is_empty());
        let services = services.filter_map(|(id, entry)| {
            let service = entry.service;
            let fall = self.fall(self.files_of(id))?;
            Some(Fall {
                name: service.name.clone(),
                is_service: true,
                tier: service.tier(),
                ..fall
            })
        });
        let repositories = graph
            .members()
            .iter()
            .enumerate()
            .filter_map(|(place, member)| {
                let files = (0..member.repository.tree.len()).map(|file| (place, file));
                let fall = self.fall(files.collect())?;
                Some(Fall {
                    name: member.repository.name.clone(),
                    ..fall
                })
            });
        services.chain(repositories).collect()
    }

    fn fall(&self, files: Vec<(usize, usize)>) -> Option<Fall> {
        let known = files
            .iter()
            .filter_map(|&(place, file)| Some((self.measures.knowledge(place)?, file)));
        let known: Vec<_> = known.collect();
        let of = |gone: &BTreeSet<u32>| {
            TruckFactor::without(known.iter().copied(), Method::default(), gone)
        };
        let (before, after) = (of(&BTreeSet::new()), of(&self.committers));
        let falls = after.number() < before.number();
        falls.then(|| Fall {
            name: String::new(),
            is_service: false,
            tier: None,
            files: before.files,
            before: before.number(),
            after: after.number(),
            known: (before.known, after.known),
            heirs: self.heirs(files, &[]),
        })
    }
}

fn unknown(text: &str, measures: &Measures<'_>) -> Error {
    let handles = measures.graph.directory().handles();
    let committers = measures.committers.all().iter().map(|it| it.label.as_str());
    let known = handles.iter().map(String::as_str).chain(committers);
    named::unknown(
        format!("nobody is called `{text}`: no roster, no ownership file and no commit has them"),
        did_you_mean(text, known),
        "name them as ownership files do, or as `bailiwick who` does",
    )
}
