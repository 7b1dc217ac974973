//! What the rules on knowledge have in common: which files they judge, who owns them, and when nothing can
//! be known.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{Verdict, View, staffing};
use crate::analysis::Measures;
use crate::analysis::crews::Crew;
use crate::facts::{Gap, GapKind};
use crate::graph::{Actor, ServiceId};
use crate::identity::Party;

/// The measures, and the repository that holds the files of a service; the verdict where nothing can be known
/// of these.
pub(super) fn known<'v>(
    id: ServiceId,
    view: &View<'v>,
) -> Result<(&'v Measures<'v>, usize), Verdict> {
    let Some(measures) = view.measures else {
        return Err(Verdict::NotApplicable);
    };
    let Some(home) = view.graph.service(id).home else {
        let why = "the repository that holds its files was not read";
        return Err(unverifiable(why));
    };
    let Some(history) = measures.history(home).filter(|it| it.walked > 0) else {
        let why = "the history of the repository that holds its files was not read";
        return Err(unverifiable(why));
    };
    if let Some(gap) = history.lack() {
        return Err(Verdict::Skip(gap.clone()));
    }
    // Who knows a file, and who is new, all of its commits tell, and no part of them.
    if let Some(gap) = history.cut(Timestamp::MIN) {
        return Err(Verdict::Skip(gap));
    }
    Ok((measures, home))
}

/// Skips where so few source files say too little.
pub(super) fn too_few(files: usize, least: u32) -> Option<Verdict> {
    let why = format!("fewer than {least} of its source files have known authors");
    (files < least as usize).then(|| unverifiable(why))
}

/// Who owns a service.
pub(super) struct Owning<'v> {
    /// Persons, by place in the directory.
    persons: BTreeSet<usize>,
    crews: Vec<&'v Crew>,
    /// What people call the owners, in backticks.
    pub(super) labels: Vec<String>,
}

impl Owning<'_> {
    /// Whether a person is an owner, or in a team that is one.
    pub(super) fn has(&self, person: usize) -> bool {
        let mut crews = self.crews.iter();
        self.persons.contains(&person) || crews.any(|crew| crew.people.contains(&person))
    }
}

/// The people of the owners of a service; the verdict where they cannot be known.
pub(super) fn owning<'v>(
    id: ServiceId,
    view: &View<'v>,
    measures: &'v Measures<'v>,
) -> Result<Owning<'v>, Verdict> {
    let chain = view.graph.chain(id);
    if let Some(why) = &chain.unverifiable {
        return Err(unverifiable(why.clone()));
    }
    // That nobody answers is for another rule to say.
    if chain.broken.is_some() || chain.actors.is_empty() {
        return Err(Verdict::NotApplicable);
    }
    let mut owning = Owning {
        persons: BTreeSet::new(),
        crews: Vec::new(),
        labels: Vec::new(),
    };
    for actor in &chain.actors {
        let label = view.graph.actor_label(actor);
        match actor {
            Actor::Party(Party::Person(person)) => {
                owning.persons.insert(*person);
            }
            Actor::Party(Party::Team(team)) => {
                let crew = measures.crew(*team);
                if !crew.complete {
                    return Err(Verdict::Skip(staffing::unverifiable(&label)));
                }
                owning.crews.push(crew);
            }
            Actor::Unlisted(_) => {
                return Err(unverifiable(format!("no roster has `{label}`")));
            }
        }
        owning.labels.push(format!("`{label}`"));
    }
    Ok(owning)
}

/// Rosters and commits do not speak of the same people.
pub(super) fn apart() -> Verdict {
    let gap = Gap::new(
        GapKind::Unverifiable,
        "nobody whom a roster has is known to have written a commit",
    );
    Verdict::Skip(gap.remedy("give the addresses of people: `emails` under `[[people]]`"))
}

pub(super) fn unverifiable(why: impl Into<String>) -> Verdict {
    Verdict::Skip(Gap::new(GapKind::Unverifiable, why))
}
