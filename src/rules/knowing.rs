//! What the rules on knowledge have in common: which files they judge, who owns them, and when nothing can
//! be known.

use std::collections::BTreeSet;

use super::{Verdict, View, staffing};
use crate::analysis::Measures;
use crate::analysis::knowledge::Knowledge;
use crate::facts::{Gap, GapKind, History};
use crate::graph::{Actor, ServiceId};
use crate::identity::Party;
use crate::text::count;

/// The files of a service, with who knows them.
pub(super) struct Known<'v> {
    pub(super) measures: &'v Measures<'v>,
    /// The repository that holds the files.
    pub(super) home: usize,
    pub(super) files: Vec<(&'v Knowledge, usize)>,
}

/// The files of a service, with who knows them; the verdict where that cannot be known.
pub(super) fn known<'v>(id: ServiceId, view: &View<'v>) -> Result<Known<'v>, Verdict> {
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
    if let Some(gap) = lack(history) {
        return Err(Verdict::Skip(gap.clone()));
    }
    Ok(Known {
        measures,
        home,
        files: measures.known_files(id),
    })
}

/// What is missing from a history so that it says too little of who knows what: a shallow clone says that
/// whoever wrote its last commits wrote everything.
pub(super) fn lack(history: &History) -> Option<&Gap> {
    let telling = [
        GapKind::MissingObject,
        GapKind::Unreadable,
        GapKind::Unverifiable,
    ];
    history.gaps.iter().find(|gap| telling.contains(&gap.kind))
}

/// Skips where so few source files say too little.
pub(super) fn too_few(files: usize, least: u32) -> Option<Verdict> {
    let has = match files {
        0 => "no source file".to_owned(),
        files => count(files, "source file"),
    };
    let why = format!("it has {has} of known authors, fewer than {least}");
    (files < least as usize).then(|| unverifiable(why))
}

/// The people of the owners of a service, by place in the directory, and what people call the owners; the
/// verdict where they cannot be known.
pub(super) fn owning_people(
    id: ServiceId,
    view: &View<'_>,
) -> Result<(BTreeSet<usize>, Vec<String>), Verdict> {
    let chain = view.graph.chain(id);
    if let Some(why) = chain.unverifiable {
        return Err(unverifiable(why));
    }
    // That nobody answers is for another rule to say.
    if chain.broken.is_some() || chain.actors.is_empty() {
        return Err(Verdict::NotApplicable);
    }
    let (mut people, mut labels) = (BTreeSet::new(), Vec::new());
    for actor in &chain.actors {
        let label = view.graph.actor_label(actor);
        match actor {
            Actor::Party(Party::Person(person)) => {
                people.insert(*person);
            }
            Actor::Party(Party::Team(team)) => {
                let (of_team, complete) = view.graph.people_of(*team);
                if !complete {
                    return Err(Verdict::Skip(staffing::unverifiable(&label)));
                }
                people.extend(of_team);
            }
            Actor::Unlisted(_) => {
                return Err(unverifiable(format!("no roster has `{label}`")));
            }
        }
        labels.push(format!("`{label}`"));
    }
    Ok((people, labels))
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
